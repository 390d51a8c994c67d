//! Are the inputs found in all their places, and is what is missing said before anything is sent?

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

use bursar_kasha::types::{ExtraData, FlowAnswer, PaymentOption};
use bursar_kasha::{Fault, Form, FormError};
use serde_json::{Value, json};

fn step(answer: Value) -> FlowAnswer {
    serde_json::from_value(answer).unwrap()
}

fn option(inputs: Value) -> Form {
    Form::of_option(&serde_json::from_value::<PaymentOption>(json!({ "name": "Any", "extraData": inputs })).unwrap())
}

fn names(form: &Form) -> Vec<&str> {
    form.inputs().iter().filter_map(|input| input.name.as_deref()).collect()
}

fn sent(result: Result<ExtraData, FormError>) -> Value {
    serde_json::to_value(result.unwrap()).unwrap()
}

fn faults(result: Result<ExtraData, FormError>) -> Vec<(String, Fault)> {
    result.unwrap_err().faults().iter().map(|one| (one.name.clone(), one.fault)).collect()
}

#[test]
fn inputs_are_found_in_every_place() {
    let beside = json!({ "result": {
        "options": [{ "id": "b_1" }, { "id": 6039 }], "formInputs": [{ "name": "phone" }]
    }});
    let within = json!({ "result": { "options": [
        { "id": "b_1", "formInputs": [{ "name": "account" }] }, { "id": "6039", "formInputs": [{ "name": "phone" }] }
    ]}});
    let alone = json!([{ "result": { "options": { "id": "6039", "formInputs": [{ "name": "phone" }] } } }]);
    for answer in [beside, within, alone] {
        let answer = step(answer);
        let form = Form::of_suboption(answer.step().unwrap(), "6039").unwrap();
        assert_eq!(names(&form), ["phone"]);
        assert_eq!(Form::of_suboption(answer.step().unwrap(), "b_9"), None);
    }
    assert_eq!(names(&option(json!([{ "name": "email" }]))), ["email"]);
    assert_eq!(names(&option(json!([]))), [""; 0]);
}

#[test]
fn cards_need_more_than_is_advertised() {
    let form = option(json!([{ "name": "cardnum", "required": true }, { "name": "cardholder", "required": true }]));
    assert_eq!(names(&form), ["cardnum", "cardholder", "expiryyear", "expirymonth", "cardcvv"]);
    let filled = form.fill().text("cardnum", "4111111111111111").text("cardholder", "Alex Sample");
    let late = filled.clone().text("expiryyear", "31").text("expirymonth", "01");
    assert_eq!(
        faults(late.build()),
        [("expiryyear".to_owned(), Fault::TooShort(4)), ("cardcvv".to_owned(), Fault::Missing)]
    );
    let card = filled.text("expiryyear", "2031").text("expirymonth", "01").text("cardcvv", "123");
    assert_eq!(format!("{card:?}"), r#"["cardnum", "cardholder", "expiryyear", "expirymonth", "cardcvv"]"#);
    let data = card.clone().build().unwrap();
    assert!(!format!("{data:?}").contains("411") && !format!("{data:?}").contains("Alex"), "{data:?}");
    let wire = json!({
        "cardnum": "4111111111111111", "cardholder": "Alex Sample",
        "expiryyear": "2031", "expirymonth": "01", "cardcvv": "123"
    });
    assert_eq!(sent(card.build()), wire);
}

#[test]
fn bounds_and_choices_are_checked_and_the_rest_is_sent_as_it_is() {
    let form = option(json!([
        { "name": "name", "required": true, "validations": { "minLength": 5, "maxLength": 8 } },
        { "name": "bank", "type": "select", "values": [{ "value": "0001", "name": "TEST BANK" }], "required": true },
        { "name": "saved", "type": "boolean", "required": true },
        { "name": "phone", "required": false, "validations": null }
    ]));
    let good = form.fill().text("name", "Zoë X").text("bank", "0001").flag("saved", false);
    assert_eq!(sent(good.clone().build()), json!({ "name": "Zoë X", "bank": "0001", "saved": false }));
    assert_eq!(sent(good.clone().text("message", "hi").build())["message"], "hi");
    for (name, value, fault) in [
        ("name", "Zoë", Fault::TooShort(5)),
        ("name", "Zoë Xavier", Fault::TooLong(8)),
        ("name", "", Fault::Missing),
        ("bank", "0002", Fault::NoChoice),
    ] {
        assert_eq!(faults(good.clone().text(name, value).build()), [(name.to_owned(), fault)], "{value}");
    }
    let error = form.fill().build().unwrap_err().to_string();
    assert_eq!(error, "extraData: `name` is missing, `bank` is missing, `saved` is missing");
}
