//! Do the types take every form that the provider mixes, and lose nothing?

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

use std::fmt::Debug;

use bursar_kasha::types::{
    CreateDirectPayment, Customer, ErrorResponse, FlowAnswer, FlowStep, PaymentOption, PayoutSettlement,
    PayoutSettlementResult, Refund, SessionAnswer, Transaction, TransactionNotification, TransactionStatus,
};
use bursar_kasha::{Credential, Progress, json_text, signature};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Reads the value, and checks that writing it gives the same again.
fn same<T: DeserializeOwned + Serialize + Debug>(value: Value) -> T {
    let read: T = serde_json::from_str(&value.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value, "{read:?}");
    read
}

#[test]
fn codes_of_results_are_text_or_numbers() {
    for (code, number) in [(json!("085"), 85), (json!(85), 85), (json!("000"), 0), (json!(0), 0), (json!("300"), 300)] {
        let step: FlowStep = same(json!({ "statusCode": code, "resultType": "option_choice" }));
        assert_eq!(step.status_code.unwrap().number(), Some(number), "{code}");
    }
}

#[test]
fn an_answer_is_itself_or_a_list_of_one() {
    let session = json!({ "transactionId": "t,", "sessionId": "s", "paymentOptions": [] });
    let step = json!({ "statusCode": 85, "resultType": "option_choice", "result": { "transactionId": "t" } });
    for wrap in [|value: Value| value, |value: Value| json!([value])] {
        let read: SessionAnswer = same(wrap(session.clone()));
        assert_eq!(read.session().unwrap().transaction_id.as_deref(), Some("t,"));
        let read: FlowAnswer = same(wrap(step.clone()));
        assert_eq!(read.step().unwrap().result.as_ref().unwrap().transaction_id.as_deref(), Some("t"));
    }
}

#[test]
fn suboptions_are_many_or_one_with_ids_of_text_or_digits() {
    let one =
        json!({ "id": "d_316", "name": "n", "logo": "https://assets.example/a.png", "uuid": "u", "formInputs": [] });
    for (options, ids) in [
        (json!([{ "id": "b_26", "name": "A" }, { "id": 6039, "name": "B" }]), vec!["b_26", "6039"]),
        (one, vec!["d_316"]),
        (json!([]), vec![]),
    ] {
        let step: FlowStep = same(json!({ "result": { "options": options } }));
        let result = step.result.unwrap();
        let found: Vec<String> =
            result.suboptions().iter().map(|one| one.id.as_ref().unwrap().text().unwrap().into_owned()).collect();
        assert_eq!(found, ids);
    }
}

#[test]
fn form_inputs_have_bounds_none_or_no_word_of_them() {
    for (validations, min) in [(json!({ "minLength": 5, "maxLength": 100 }), Some(5)), (json!({}), None)] {
        let option: PaymentOption = same(json!({ "extraData": [
            { "label": "l", "name": "n", "type": "string", "values": [], "required": true, "validations": validations }
        ] }));
        assert_eq!(option.extra_data[0].validations.as_ref().unwrap().min_length, min);
    }
    let option: PaymentOption = serde_json::from_value(json!({ "logo": null, "extraData": [
        { "name": "n", "type": "date", "validations": null, "queryOptions": null },
        { "name": "m", "values": [{ "value": "0001", "name": "TEST BANK" }] }
    ] }))
    .unwrap();
    assert_eq!(option.extra_data[0].type_.as_ref().unwrap().as_str(), "date");
    assert_eq!(option.extra_data[1].values[0].value.as_deref(), Some("0001"));
}

#[test]
fn telephones_are_text_or_numbers() {
    for phone in [json!("+34666999666"), json!(25412340000_i64)] {
        same::<Customer>(
            json!({ "name": "Alex Sample", "phone": phone, "identify": { "number": "1", "type": "BRA_CPF" } }),
        );
    }
}

#[test]
fn the_result_of_a_settled_payout_is_text_or_an_object() {
    let text: PayoutSettlement = same(json!({ "status": "PROCESSING", "result": "Submitted." }));
    assert!(matches!(text.result, Some(PayoutSettlementResult::Text(_))));
    let object: PayoutSettlement = same(json!({ "status": "NEW-WORD", "result": { "transactionId": "t" } }));
    assert!(matches!(object.result, Some(PayoutSettlementResult::FlowResult(_))));
    assert_eq!(object.status.unwrap().as_str(), "NEW-WORD");
}

#[test]
fn errors_are_one_many_or_null() {
    for (errors, count) in [
        (json!({ "code": "999", "msg": "m" }), 1),
        (json!([{ "code": "2005 - 2005205", "message": "m" }, { "code": "1" }]), 2),
        (json!([]), 0),
    ] {
        let transaction: Transaction = same(json!({ "id": "t", "status": "COMPLETED", "errors": errors }));
        assert_eq!(transaction.errors.unwrap().all().len(), count);
    }
    let transaction: Transaction =
        serde_json::from_value(json!({ "id": "t", "status": "DECINED", "errors": null })).unwrap();
    assert_eq!(transaction.errors, None);
    assert_eq!(transaction.status.unwrap(), TransactionStatus::Decined);
    // Numbers where the table prints them.
    let transaction: Transaction = serde_json::from_value(json!({ "errors": { "code": 999 } })).unwrap();
    assert_eq!(transaction.errors.unwrap().all()[0].code.as_deref(), Some("999"));
}

#[test]
fn messages_of_errors_are_text_or_a_list() {
    for message in [json!("Unauthorized"), json!(["a", "b"])] {
        same::<ErrorResponse>(json!({ "statusCode": 400, "message": message, "error": "Bad Request" }));
    }
}

#[test]
fn a_transaction_has_one_id_under_several_names() {
    for name in ["internalId", "id", "transactionId", "_id"] {
        let notification: TransactionNotification =
            serde_json::from_value(json!({ name: "txn-1", "status": "COMPLETED" })).unwrap();
        assert_eq!(notification.id(), Some("txn-1"), "{name}");
    }
    // Several of them: the first in the documented order counts.
    let notification: TransactionNotification =
        serde_json::from_value(json!({ "_id": "d", "transactionId": "c", "id": "b", "internalId": "a" })).unwrap();
    assert_eq!(notification.id(), Some("a"));
    let refund: Refund =
        same(json!({ "statusCode": "000", "status": "REFUNDED", "_id": "t", "createdAt": "02/09/2021 23:02:33" }));
    assert_eq!(refund.id.as_deref(), Some("t"));
}

#[test]
fn a_webhook_says_what_its_transaction_says() {
    for (status, progress) in [
        ("COMPLETED", Progress::Done),
        ("DECLINED", Progress::Failed),
        ("DECINED", Progress::Failed),
        ("REFUNDED", Progress::Returned),
        ("EXPIRED", Progress::MayStillCome),
        ("USER_CANCEL", Progress::MayStillCome),
        // The provider itself is not sure.
        ("ERROR", Progress::Pending),
        ("CHARGEBACK", Progress::Pending),
    ] {
        let notification: TransactionNotification =
            serde_json::from_value(json!({ "internalId": "t", "status": status })).unwrap();
        assert_eq!(notification.progress(), progress, "{status}");
    }
    let silent: TransactionNotification = serde_json::from_value(json!({ "internalId": "t" })).unwrap();
    assert_eq!(silent.progress(), Progress::Pending);
}

#[test]
fn is_a_webhook_read_in_whatever_bytes_it_comes() {
    let secret = Credential::new("test-secret").unwrap();
    let text = r#"{"internalId":"t","status":"COMPLETED","merchantReference":"Jürgen"}"#;
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    for (media_type, body) in [
        ("application/json", text.as_bytes().to_vec()),
        ("application/json", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("application/json; charset=ISO-8859-1", latin),
        ("application/json", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ] {
        // What is signed are the bytes that came.
        signature::verify(&body, &signature::sign(&body, &secret), &secret).unwrap();
        let text = json_text(&body, Some(media_type));
        let notification: TransactionNotification = serde_json::from_slice(&text).unwrap();
        assert_eq!(notification.merchant_reference.as_deref(), Some("Jürgen"), "{media_type}");
        assert_eq!(notification.progress(), Progress::Done, "{media_type}");
    }
}

#[test]
fn amounts_keep_their_digits() {
    let text = r#"{"paymentAmount":130.00,"currency":"er","country":"XX"}"#;
    let transaction: Transaction = serde_json::from_str(text).unwrap();
    assert!(serde_json::to_string(&transaction).unwrap().contains(r#""paymentAmount":130.00"#));
}

#[test]
fn card_data_in_requests_is_any_text_and_never_shown() {
    let payment: CreateDirectPayment = same(json!({
        "sessionId": "s", "paymentOptionId": "a long text of 210 digits",
        "extraData": { "cardnum": "520000*0007", "expiryyear": "2031", "expirymonth": "01", "cardcvv": "111", "x": true }
    }));
    let shown = format!("{payment:?}");
    assert!(!shown.contains("520000") && !shown.contains("111"), "{shown}");
}
