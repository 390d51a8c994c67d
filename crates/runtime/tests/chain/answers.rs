//! What the caller gets to read.

use bursar_runtime::lenient_object;
use bursar_runtime::{AnyError, Download, Empty, Error, Kind, Phase, Progress, Response};
use serde::Serialize;

use crate::support::*;

#[derive(Debug, Default, PartialEq, Serialize)]
struct Thing {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u32>,
}

lenient_object!(Thing { "id" => id });

async fn read<T: bursar_runtime::Answer>(step: Step) -> Result<Response<T>, Error<TransferError>> {
    let server = Server::start(vec![step]).await;
    let core = core(&server.url);
    core.call(&TRANSFER, core.http().post(format!("{}/transfer", core.base_url()))).await
}

#[tokio::test]
async fn a_typed_answer_keeps_what_it_came_in() {
    let step = answer(201, &[("request_id", "q-9"), ("token", "t")], r#"{"id":7,"new":1}"#);
    let thing: Response<Thing> = read(step).await.expect("an answer");
    assert_eq!((thing.id, thing.status().as_u16(), thing.attempts()), (Some(7), 201, 1));
    assert_eq!((thing.request_id(), thing.header("token")), (Some("q-9"), Some("t")));
    assert_eq!(&thing.raw()[..], br#"{"id":7,"new":1}"#);
    assert_eq!(thing.drift().unknown(), ["/new"]);
    assert_eq!(format!("{thing:?}"), "Response(201, 16 bytes)");
    assert_eq!(thing.into_inner(), Thing { id: Some(7) });
}

#[tokio::test]
async fn empty_bodies_and_files_are_answers_too() {
    assert!(read::<Empty>(answer(204, &[], "")).await.is_ok());
    assert!(read::<Option<Thing>>(answer(200, &[], "")).await.expect("an answer").is_none());
    assert!(read::<Empty>(answer(200, &[], "anything")).await.is_ok());
    let file = read::<Download>(answer(200, &[("content-type", "text/csv")], "a,b")).await.expect("a file");
    assert_eq!((file.content_type.as_deref(), &file.bytes[..]), (Some("text/csv"), &b"a,b"[..]));
}

#[tokio::test]
async fn progress_follows_the_documented_values() {
    for (body, progress) in [
        (r#"{"status":"done"}"#, Progress::Done),
        (r#"{"status":"failed"}"#, Progress::Failed),
        (r#"{"status":"open"}"#, Progress::Pending),
        (r#"{"status":"never seen"}"#, Progress::Pending),
        (r#"{"status":null}"#, Progress::Pending),
        ("[]", Progress::Pending),
    ] {
        assert_eq!(read::<Anything>(json(200, body)).await.expect("an answer").progress(), progress, "{body}");
    }
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    assert_eq!(get(&core).await.expect("an answer").progress(), Progress::Done);
    assert_eq!(payment(&core, "{}").await.expect("an answer").progress(), Progress::Pending);
}

#[tokio::test]
async fn an_error_answers_with_its_body_by_status() {
    let step = answer(450, &[("x-request-id", "abc")], r#"{"otp":"SECRET"}"#);
    let error = read::<Thing>(step).await.expect_err("an error");
    assert_eq!(error.kind(), Kind::OtpRequired);
    assert_eq!((error.phase(), error.outcome().name()), (Phase::Answered, "refused"));
    assert_eq!((error.provider(), error.operation(), error.request_id()), ("testbank", "create_transfer", Some("abc")));
    assert!(matches!(error.body(), Some(TransferError::OtpRequired(Some(_)))));
    assert_eq!(
        error.to_string(),
        "testbank create_transfer: 450, a one-time password is required: validate it and repeat the call (request abc, attempt 1)"
    );
    let any: AnyError = error.into();
    assert_eq!((any.kind(), any.status().map(|status| status.as_u16())), (&Kind::OtpRequired, Some(450)));
}

#[tokio::test]
async fn an_error_body_that_does_not_fit_loses_nothing_else() {
    for body in ["", "<html>"] {
        let error = read::<Thing>(answer(450, &[], body)).await.expect_err("an error");
        assert_eq!((error.kind(), error.raw()), (&Kind::OtpRequired, Some(body.as_bytes())));
        assert_eq!(error.into_body(), Some(TransferError::OtpRequired(None)));
    }
    let error = read::<Thing>(json(599, "{}")).await.expect_err("an error");
    assert_eq!(error.into_body(), Some(TransferError::Other));
}

#[tokio::test]
async fn kinds_come_from_the_providers_codes_and_then_the_status() {
    for (status, body, kind) in [
        (400, "{}", Kind::INVALID),
        (401, "{}", Kind::Unauthenticated),
        (402, "{}", Kind::Declined),
        (403, "{}", Kind::Forbidden),
        (404, "{}", Kind::NotFound),
        (409, "{}", Kind::INVALID),
        (410, "{}", Kind::Expired),
        (429, "{}", Kind::RateLimited),
        (500, "{}", Kind::Server),
        (422, r#"{"code":"LOW"}"#, Kind::InsufficientFunds),
    ] {
        assert_eq!(read::<Thing>(json(status, body)).await.expect_err("an error").kind(), kind, "{status}");
    }
}

#[tokio::test]
async fn a_conflict_is_what_the_document_makes_of_it() {
    let server = Server::start(vec![json(409, "{}")]).await;
    let core = core(&server.url);
    assert_eq!(payment(&core, "{}").await.expect_err("an error").kind(), Kind::OutcomeUnknown);
    assert_eq!(transfer(&core).await.expect_err("an error").kind(), Kind::INVALID);
    assert_eq!(get(&core).await.expect_err("an error").kind(), Kind::INVALID);
}

#[tokio::test]
async fn an_unreadable_answer_says_where() {
    let error = read::<Thing>(json(200, "{\"id\":1,\n \"SECRET\" 2}")).await.expect_err("an error");
    assert_eq!((error.phase(), error.kind()), (Phase::Undecodable, &Kind::Decode));
    assert_eq!(
        error.to_string(),
        "testbank create_transfer: 200, the answer is not JSON (line 2, column 11): \
         it may have taken effect, look it up before repeating it (attempt 1)"
    );
    let misfit = read::<Thing>(json(200, r#""SECRET""#)).await.expect_err("an error");
    assert!(misfit.to_string().contains("200, the answer does not have the documented type"), "{misfit}");
    assert!(error.body().is_none() && error.raw().is_some());
}

#[test]
fn everything_crosses_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<bursar_runtime::Core>();
    crosses::<bursar_runtime::Builder>();
    crosses::<Response<Thing>>();
    crosses::<Error<TransferError>>();
    crosses::<AnyError>();
    fn is_send<T: Send>(_: &T) {}
    let core = core("http://127.0.0.1:1");
    is_send(&get(&core));
    let call = core.call::<Thing, Empty>(&GET_THING, core.http().get(core.base_url()));
    assert!(size_of_val(&call) < 700, "{} bytes", size_of_val(&call));
}
