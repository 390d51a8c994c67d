//! Does an answer that contradicts its request ever count as success?

use bursar_runtime::{Kind, Phase, Progress};

use crate::money::*;
use crate::support::*;

const SUCCESS: &str = r#""status":"PAID""#;

async fn answered(fields: &str) -> (Answered, usize) {
    let server = Server::start(vec![json(200, &format!(r#"{{"success":true,"data":{{{SUCCESS}{fields}}}}}"#))]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.build().expect("a client");
    (call(&core, &PAY, ORDER).await, server.count())
}

#[tokio::test]
async fn an_answer_that_agrees_by_value_is_a_success() {
    for fields in [
        "",
        r#","amount":12.5,"currency":"EUR","account":"acc-12345678""#,
        r#","amount":"12.500","currency":"eur","account":"ACC-12345678""#,
        r#","amount":null"#,
    ] {
        let (result, count) = answered(fields).await;
        assert_eq!((result.expect("an answer").progress(), count), (Progress::Done, 1), "{fields}");
    }
}

#[tokio::test]
async fn a_mismatch_is_an_error_with_both_values_and_the_answer() {
    for (fields, said) in [
        (r#","amount":12.51"#, "amount 12.50 was sent, the answer contains 12.51"),
        (r#","amount":1250"#, "amount 12.50 was sent, the answer contains 1250"),
        (r#","currency":"USD""#, "currency EUR was sent, the answer contains USD"),
        (r#","account":"acc-87654321""#, "account *5678 was sent, the answer contains *4321"),
    ] {
        let (result, count) = answered(fields).await;
        let error = result.expect_err(fields);
        assert_eq!((error.kind(), error.phase(), count), (&Kind::Integrity, Phase::Answered, 1), "{fields}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().contains("look it up before repeating it"), "{error}");
        // The provider accepted it: it is neither refused nor harmless to repeat.
        assert!(error.outcome().is_unknown() && !error.is_retryable());
        let answer: serde_json::Value = error.answer().expect("the answer");
        assert_eq!(answer["status"], "PAID");
        assert!(!error.to_string().contains("acc-") && !format!("{error:?}").contains("acc-"));
    }
}

#[tokio::test]
async fn an_answer_to_another_reference_is_not_the_answer_to_this_call() {
    for (data, agrees) in [
        (r#""reference":"r-1""#, true),
        (r#""reference":" r-1 ""#, true),
        (r#""reference":null"#, true),
        (r#""other":1"#, true),
        (r#""reference":"r-2""#, false),
        (r#""reference":17"#, false),
    ] {
        let server = Server::start(vec![json(200, &format!(r#"{{"data":{{{SUCCESS},{data}}}}}"#))]).await;
        let core = paybank(&server.url).0.build().expect("a client");
        let result = call(&core, &PAY_ECHO, ORDER).await;
        assert_eq!(result.is_ok(), agrees, "{data}");
        if let Err(error) = result {
            assert_eq!((error.kind(), error.outcome().is_unknown()), (&Kind::Integrity, true), "{error}");
            assert!(error.to_string().contains("reference r-1 was sent, the answer contains"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_row_that_names_no_amount_in_its_answer_compares_none() {
    let server = Server::start(vec![json(200, "7")]).await;
    let core = paybank(&server.url).0.build().expect("a client");
    assert!(send(&core, r#"{"amount":12.50,"currency":"EUR","account":"a-1","user":7}"#).await.is_ok());
}
