//! Is a call accepted only if its answer shows that it is the documented one?

use std::sync::LazyLock;

use bursar_runtime::{
    Answer, AnyError, Effect, Empty, Envelope, Kind, List, Operation, Phase, Reconciled, Response, lenient_object,
};
use serde::Serialize;

use crate::money::*;
use crate::support::*;

#[derive(Debug, Default, PartialEq, Serialize)]
struct Gift {
    id: Option<u32>,
    note: Option<String>,
}

lenient_object!(Gift { "id" => id, "note" => note });

/// A page that holds its items where an envelope would hold its payload.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Gifts {
    data: List<Gift>,
    total: Option<u32>,
}

lenient_object!(Gifts { "data" => data, "total" => total });

/// An object of which one member may be anything.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Loose {
    meta: Option<serde_json::Value>,
}

lenient_object!(Loose { "meta" => meta });

/// The same rows with an envelope that is always there.
static STRICT_GIVE: LazyLock<Operation> = LazyLock::new(|| strict(&GIVE));
static STRICT_GET: LazyLock<Operation> = LazyLock::new(|| strict(&GET_GIFT));

fn strict(row: &Operation) -> Operation {
    let envelope = row.envelope.clone().expect("an envelope");
    Operation { envelope: Some(Envelope { optional: false, ..envelope }), ..row.clone() }
}

/// The same answer to a call that gives money, and to one that reads.
async fn answered<T: Answer>(effect: Effect, body: &str) -> Result<Response<T>, AnyError> {
    let row: &'static Operation = match effect {
        Effect::Read => &GET_GIFT,
        Effect::Write | Effect::Money => &GIVE,
    };
    answered_to(row, body).await
}

async fn answered_to<T: Answer>(row: &'static Operation, body: &str) -> Result<Response<T>, AnyError> {
    let server = Server::start(vec![json(200, body)]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    let request = core.http().post(format!("{}{}", core.base_url(), row.path)).body("{}");
    core.call::<T, Empty>(row, request).await.map_err(AnyError::from)
}

fn is_unreadable(error: &AnyError, body: &str) {
    assert_eq!((error.kind(), error.phase()), (&Kind::Decode, Phase::Undecodable), "{body}");
}

#[tokio::test]
async fn a_documented_member_or_a_verdict_is_evidence() {
    for (body, id) in [
        (r#"{"id":7}"#, Some(7)),
        (r#"{"id":"7","new":{}}"#, Some(7)),
        (r#"{"data":{"id":7}}"#, Some(7)),
        (r#"{"success":null,"data":{"id":7}}"#, Some(7)),
        (r#"{"data":[{"id":7}]}"#, Some(7)),
        (r#"{"success":true}"#, None),
        (r#"{"success":"true","message":"taken"}"#, None),
        (r#"{"success":1,"data":null}"#, None),
        (r#"{"success":true,"data":{}}"#, None),
        (r#"{"success":true,"data":{"new":1}}"#, None),
    ] {
        let gift: Response<Gift> =
            answered(Effect::Money, body).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(gift.id, id, "{body}");
    }
}

#[tokio::test]
async fn a_success_without_evidence_leaves_the_outcome_unknown() {
    for body in [
        "",
        "null",
        "{}",
        "[]",
        "[1,2]",
        r#"[{"error":"maintenance"}]"#,
        r#"[{"id":7},{"id":8}]"#,
        r#"{"error":{"code":17}}"#,
        r#"{"message":"maintenance"}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"error":"maintenance"}}"#,
        r#"{"success":null}"#,
        r#"{"success":"perhaps","data":{}}"#,
        r#"{"success":[]}"#,
        r#"{"id":null}"#,
        r#"{"id":{"error":1}}"#,
        r#"{"success":true,"data":[]}"#,
        r#"{"success":true,"data":"maintenance"}"#,
    ] {
        let error = answered::<Gift>(Effect::Money, body).await.expect_err(body);
        is_unreadable(&error, body);
        assert_eq!(error.outcome().name(), "unknown", "{body}");
    }
}

#[tokio::test]
async fn what_the_document_leaves_open_or_empty_is_accepted_as_far_as_it_says() {
    for body in ["", "{}", "anything"] {
        assert!(answered::<Empty>(Effect::Money, body).await.is_ok(), "{body}");
    }
    assert!(answered::<Option<Gift>>(Effect::Money, "").await.is_ok_and(|gift| gift.is_none()));
    for body in ["{}", r#"{"error":"maintenance"}"#] {
        assert!(answered::<serde_json::Value>(Effect::Read, body).await.is_ok(), "{body}");
        is_unreadable(&answered::<serde_json::Value>(Effect::Money, body).await.expect_err(body), body);
    }
    assert!(answered::<serde_json::Value>(Effect::Money, r#"{"success":true,"more":1}"#).await.is_ok());
}

#[tokio::test]
async fn a_documented_member_of_any_kind_is_evidence_and_so_is_a_status() {
    assert!(answered::<Loose>(Effect::Money, r#"{"meta":{"new":1}}"#).await.is_ok());
    is_unreadable(&answered::<Loose>(Effect::Money, r#"{"meta":null}"#).await.expect_err("no member"), "null");
    // `PAY` documents a status; `GIVE` does not.
    let body = r#"{"data":{"status":"PAID"}}"#;
    assert!(answered_to::<Gift>(&PAY, body).await.is_ok());
    is_unreadable(&answered_to::<Gift>(&GIVE, body).await.expect_err("no member"), body);
    let body = r#"{"data":{"status":{"PAID":1}}}"#;
    is_unreadable(&answered_to::<Gift>(&PAY, body).await.expect_err("no status"), body);
}

#[tokio::test]
async fn an_envelope_that_is_always_there_is_never_read_as_its_payload() {
    for body in [r#"{"id":7}"#, r#"{"new":1}"#, r#"{"data":null}"#] {
        is_unreadable(&answered_to::<Gift>(&STRICT_GIVE, body).await.expect_err(body), body);
        is_unreadable(&answered_to::<Gift>(&STRICT_GET, body).await.expect_err(body), body);
    }
    // A payload that may be null is not one that is missing.
    for row in [&STRICT_GIVE, &STRICT_GET] {
        is_unreadable(&answered_to::<Option<Gift>>(row, r#"{"new":1}"#).await.expect_err("no payload"), "no payload");
    }
    assert!(answered_to::<Option<Gift>>(&STRICT_GET, r#"{"data":null}"#).await.is_ok_and(|gift| gift.is_none()));
    // A verdict alone: a call that moves money was accepted, and a read has nothing to show.
    let body = r#"{"success":true}"#;
    assert!(answered_to::<Gift>(&STRICT_GIVE, body).await.is_ok_and(|gift| gift.id.is_none()));
    is_unreadable(&answered_to::<Gift>(&STRICT_GET, body).await.expect_err(body), body);
    assert!(answered_to::<Option<Gift>>(&STRICT_GET, body).await.is_ok_and(|gift| gift.is_none()));
}

#[tokio::test]
async fn a_page_that_holds_its_items_where_an_envelope_holds_its_payload_is_read_whole() {
    let page = |body| answered::<Gifts>(Effect::Read, body);
    let gifts = page(r#"{"data":[{"id":7},{"id":8}],"total":2}"#).await.expect("a page");
    assert_eq!((gifts.data.len(), gifts.total), (2, Some(2)));
    let gifts = page(r#"{"data":{"data":[{"id":7}],"total":1},"total":9}"#).await.expect("a page in an envelope");
    assert_eq!((gifts.data.len(), gifts.total), (1, Some(1)));
    // With a verdict it is an envelope, and its payload is no page.
    let body = r#"{"success":true,"data":[{"id":7},{"id":8}],"total":2}"#;
    is_unreadable(&page(body).await.expect_err(body), body);
    let body = r#"{"data":[{"id":7},{"id":8}],"total":2}"#;
    is_unreadable(&answered_to::<Gifts>(&STRICT_GET, body).await.expect_err(body), body);
}

#[tokio::test]
async fn a_read_without_a_documented_member_is_unreadable() {
    for body in ["{}", r#"{"error":"maintenance"}"#, r#"{"data":{"error":"maintenance"}}"#, "[]", "[[]]"] {
        is_unreadable(&answered::<Gift>(Effect::Read, body).await.expect_err(body), body);
    }
    for body in [
        r#"{"error":"maintenance"}"#,
        r#"{"gifts":[{"id":7}]}"#,
        r#"[{"error":"maintenance"}]"#,
        "[1,2]",
        r#"{"success":true}"#,
        r#"{"success":true,"data":{"error":"maintenance"}}"#,
        r#"{"data":{"error":"maintenance"}}"#,
    ] {
        is_unreadable(&answered::<Vec<Gift>>(Effect::Read, body).await.expect_err(body), body);
    }
    for (body, count) in [("[]", 0), (r#"{"data":[]}"#, 0), (r#"{"data":{"id":7}}"#, 1), (r#"[{"id":7},{}]"#, 2)] {
        assert_eq!(answered::<Vec<Gift>>(Effect::Read, body).await.expect(body).len(), count, "{body}");
    }
}

#[tokio::test]
async fn a_verdict_is_read_as_its_kind_is() {
    for verdict in ["false", "0", "\"false\"", "\"FALSE\"", "\"0\"", "[false]", "\" False \""] {
        let body = format!(r#"{{"success":{verdict},"data":{{"id":7}}}}"#);
        let error = answered::<Gift>(Effect::Money, &body).await.expect_err("a failure");
        assert_eq!(error.phase(), Phase::Answered, "{body}");
    }
    for verdict in ["true", "1", "\"True\"", "\"1\""] {
        let body = format!(r#"{{"success":{verdict}}}"#);
        assert!(answered::<Gift>(Effect::Money, &body).await.is_ok(), "{body}");
    }
}

#[tokio::test]
async fn a_lookup_that_shows_nothing_of_what_it_is_for_decides_nothing() {
    async fn found(row: &'static std::sync::LazyLock<Operation>, body: &str) -> Result<Reconciled, AnyError> {
        let server = Server::start(vec![cut(), json(200, body)]).await;
        let (builder, _) = paybank(&server.url);
        let core = builder.max_attempts(1).build().expect("a client");
        const BODY: &str =
            r#"{"reference":"r-1","amount":12.50,"currency":"EUR","account":"acc-12345678","user":"u-1"}"#;
        let pending = match row.id {
            "send_money" => lost(send(&core, BODY)).await,
            _ => lost(call(&core, row, BODY)).await,
        };
        core.reconcile(&pending).await
    }
    for body in [
        r#"{"error":"maintenance"}"#,
        r#"{"list":{"error":"maintenance"}}"#,
        r#"{"list":{"list":[]}}"#,
        r#"{"list":[{"error":"maintenance"}]}"#,
        r#"{"list":[1,2]}"#,
        r#"{"data":{"list":[]}}"#,
        "[]",
        "{}",
    ] {
        let error = found(&SEND, body).await.expect_err(body);
        assert_eq!(error.operation(), "list_movements", "{body}");
    }
    assert!(matches!(found(&SEND, r#"{"list":[]}"#).await, Ok(Reconciled::Candidates { complete: true, .. })));
    for body in
        ["{}", "[]", r#"{"error":"maintenance"}"#, r#"{"data":{"error":"maintenance"}}"#, r#"{"data":{"status":null}}"#]
    {
        let error = found(&PAY, body).await.expect_err(body);
        assert_eq!(error.operation(), "get_payment", "{body}");
    }
}
