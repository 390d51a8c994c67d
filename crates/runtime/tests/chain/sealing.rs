//! Is a sealed call sealed as a whole, and does what looks at bodies still see the plain one?

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use bursar_runtime::http::{Extensions, HeaderMap};
use bursar_runtime::reqwest::Response;
use bursar_runtime::reqwest_middleware::Result as LayerResult;
use bursar_runtime::{
    Bytes, Empty, Kind, Middleware, Next, Operation, Outcome, Phase, Reply, Request, Seal, SealError, Sealed, Unseal,
};

use crate::support::*;

static SEALED_PAYMENT: LazyLock<Operation> = LazyLock::new(|| Operation { sealed: true, ..PAYMENT.clone() });
static SEALED_PING: LazyLock<Operation> = LazyLock::new(|| Operation { sealed: true, ..PING.clone() });

/// Turns bodies round, and numbers the attempts. What it cannot open begins with `?`.
#[derive(Default)]
struct Mirror {
    attempts: AtomicUsize,
    forgets_bodies: bool,
}

struct MirrorKey;

fn turned(bytes: &[u8]) -> Bytes {
    bytes.iter().rev().copied().collect()
}

impl Seal for Mirror {
    fn seal(&self, request: &Request) -> Result<Sealed, SealError> {
        assert!(request.headers().contains_key("secret") || request.url().path() == "/ping", "credentials come first");
        let mut headers = HeaderMap::new();
        headers.insert("x-nonce", self.attempts.fetch_add(1, Ordering::SeqCst).into());
        let body = request.body().and_then(|body| body.as_bytes()).filter(|_| !self.forgets_bodies).map(turned);
        Ok(Sealed { headers, body, key: Box::new(MirrorKey) })
    }
}

impl Unseal for MirrorKey {
    fn open(&self, reply: &Reply) -> Result<Option<Bytes>, SealError> {
        match reply.bytes().first() {
            Some(b'?') => Err(SealError::new(Kind::Integrity, "the seal is broken")),
            Some(_) => Ok(Some(turned(reply.bytes()))),
            None => Ok(None),
        }
    }
}

async fn sealed_payment(core: &bursar_runtime::Core) -> Answered {
    let request = core.http().post(format!("{}/payment", core.base_url()));
    core.call(&SEALED_PAYMENT, request.body(r#"{"meta":{"reference":"SECRET-7"}}"#)).await
}

#[tokio::test]
async fn each_attempt_is_sealed_anew_and_its_answer_opened() {
    let server = Server::start(vec![json(503, "}{"), answer(200, &[], r#"}"eciovni":"di"{"#)]).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.seal(Mirror::default()).build().expect("a client");
    // The gate lets a repeat pass for its reference only, which the sealed body does not show.
    let answer = sealed_payment(&core).await.expect("an answer");
    assert_eq!(answer.raw()[..], *br#"{"id":"invoice"}"#);
    assert_eq!(answer.attempts(), 2);
    let seen = server.seen();
    assert_eq!(seen.iter().map(|one| one.header("x-nonce")).collect::<Vec<_>>(), [Some("0"), Some("1")]);
    assert!(seen.iter().all(|one| one.body == r#"}}"7-TERCES":"ecnerefer"{:"atem"{"#));
}

/// Sends everything twice, and sees plain bodies only.
struct Twice;

#[async_trait::async_trait]
impl Middleware for Twice {
    async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> LayerResult<Response> {
        assert!(request.body().and_then(|body| body.as_bytes()).is_some_and(|bytes| bytes.starts_with(b"{\"meta\"")));
        let first = next.clone().run(request.try_clone().expect("whole bytes"), extensions).await?;
        assert_eq!(first.text().await.expect("a body"), "{}");
        next.run(request, extensions).await
    }
}

#[tokio::test]
async fn the_callers_middleware_see_nothing_of_it() {
    let server = Server::start(vec![json(200, "}{"), json(200, r#"}7:"di"{"#)]).await;
    let core = builder(&server.url).seal(Mirror::default()).middleware(Twice).build().expect("a client");
    let answer = sealed_payment(&core).await.expect("an answer");
    assert_eq!(answer.raw()[..], *br#"{"id":7}"#);
    let nonces: Vec<_> = server.seen().iter().map(|one| one.header("x-nonce").map(str::to_owned)).collect();
    assert_eq!(nonces, [Some("0".to_owned()), Some("1".to_owned())]);
}

#[tokio::test]
async fn only_operations_that_travel_sealed_are_sealed() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = builder(&server.url).seal(Mirror::default()).build().expect("a client");
    payment(&core, r#"{"meta":{"reference":"7"}}"#).await.expect("an answer");
    assert_eq!(server.seen()[0].body, r#"{"meta":{"reference":"7"}}"#);
    assert_eq!(server.seen()[0].header("x-nonce"), None);
}

#[tokio::test]
async fn a_call_without_a_body_gets_its_headers_and_an_empty_answer_stays_empty() {
    let server = Server::start(vec![answer(204, &[], "")]).await;
    let core = builder(&server.url).seal(Mirror::default()).build().expect("a client");
    let request = core.http().get(format!("{}/ping", core.base_url()));
    core.call::<Empty, Empty>(&SEALED_PING, request).await.expect("an answer");
    assert_eq!((server.seen()[0].header("x-nonce"), server.seen()[0].body.as_str()), (Some("0"), ""));
}

#[tokio::test]
async fn nothing_is_sent_half_sealed() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let seal = Mirror { forgets_bodies: true, ..Mirror::default() };
    let core = builder(&server.url).seal(seal).build().expect("a client");
    let error = sealed_payment(&core).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome()), (&Kind::Config, Phase::NotSent, Outcome::NotSent));
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn an_answer_that_cannot_be_opened_leaves_the_outcome_open() {
    for status in [200, 422] {
        let server = Server::start(vec![json(status, "?{}")]).await;
        let core = builder(&server.url).seal(Mirror::default()).build().expect("a client");
        let error = sealed_payment(&core).await.expect_err("an error");
        assert_eq!((error.kind(), error.phase()), (&Kind::Integrity, Phase::Undecodable));
        assert_eq!((error.outcome().name(), error.raw()), ("unknown", Some(&b"?{}"[..])));
        assert_eq!(server.count(), 1);
        assert_eq!(
            error.to_string(),
            format!(
                "testbank create_payment: {status}, the seal is broken: it may have taken effect, look it up before \
                 repeating it (attempt 1)"
            )
        );
    }
}
