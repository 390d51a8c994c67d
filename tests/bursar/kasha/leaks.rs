//! Does anything of Kasha's own leak: forms that are filled in, webhooks and their signatures?

use bursar::Credential;
use bursar::kasha::types::{PaymentOption, TransactionNotification};
use bursar::kasha::{Decline, Form, signature};

use crate::support::document::component;
use crate::support::marks::{MARK, debugged, hides, marked, printed};
use crate::support::tree::Tree;
use crate::support::workspace::read;

#[test]
fn no_form_leaks() {
    let option = r#"{"name":"Card","extraData":[
        {"name":"cardnum","required":true,"validations":{"minLength":12,"maxLength":19}},
        {"name":"cardholder","required":true},
        {"name":"document","validations":{"minLength":99}},
        {"name":"bank","type":"options","options":[{"name":"One","value":"1"}]}
    ]}"#;
    let option: PaymentOption = serde_json::from_str(option).expect("an option");
    let names = ["cardnum", "cardholder", "document", "bank", "expiryyear", "expirymonth", "cardcvv", "other"];
    let filled = names.iter().fold(Form::of_option(&option).fill(), |form, name| form.text(*name, MARK));
    hides("a form", &debugged(&filled));
    let error = filled.build().expect_err("most are too long or too short");
    assert!(error.faults().len() > 3, "{error}");
    hides("a form", &printed(&error));

    let good = [("cardnum", "LEAK7Q-LEAK7Q"), ("cardholder", MARK), ("expiryyear", "1717"), ("expirymonth", "17")];
    let filled = good.iter().fold(Form::of_option(&option).fill(), |form, (name, value)| form.text(*name, *value));
    let data = filled.text("cardcvv", "171").text("other", MARK).build().expect("a form that is filled in");
    assert!(serde_json::to_string(&data).expect("JSON").matches(MARK).count() == 4);
    hides("a form", &debugged(&data));
}

#[test]
fn no_webhook_leaks() {
    let sample = Tree::parse(&read("tests/samples/kasha/transactionNotification__webhook__1.json"));
    let body = marked(&sample, component("kasha", "TransactionNotification")).to_string();
    assert!(body.contains(MARK));
    let notification: TransactionNotification = serde_json::from_str(&body).expect("a notification");
    hides("a webhook", &debugged(&notification));
    let declined = r#"{"status":"DECLINED","errors":{"code":"3007","msg":"LEAK7Q","message":"LEAK7Q"}}"#;
    let declined: TransactionNotification = serde_json::from_str(declined).expect("a notification");
    let decline = Decline::in_notification(&declined).expect("a decline");
    hides("a decline", &format!("{decline}\n{}", debugged(&decline)));

    let secret = Credential::new(MARK).expect("a credential");
    for header in ["LEAK7Q", "TEVBSzdR", ""] {
        let error = signature::verify(body.as_bytes(), header, &secret).expect_err("another signature");
        hides("a signature", &printed(&error));
    }
}
