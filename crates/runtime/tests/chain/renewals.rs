//! What happens after a refusal for missing authentication, or for a missing one-time password?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bursar_runtime::reqwest::Request;
use bursar_runtime::{
    Auth, AuthError, BoxFuture, Builder, Core, Credential, Credentials, Empty, Envelope, Failed, Kind, Operation,
    Options, Outcome, Phase, Refused, Reply,
};

use crate::support::*;

/// Sets another token each time it is asked, and counts.
#[derive(Clone)]
struct Renewing {
    credentials: Credentials,
    asked: Arc<AtomicUsize>,
    answer: fn() -> Result<bool, AuthError>,
}

impl Renewing {
    fn new(answer: fn() -> Result<bool, AuthError>) -> Self {
        Self { credentials: credentials(), asked: Arc::default(), answer }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn core(&self, url: &str) -> Core {
        self.builder(url).build().expect("a client")
    }

    fn builder(&self, url: &str) -> Builder {
        scripted(url).0.auth(self.clone())
    }
}

impl Auth for Renewing {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.credentials.authorize(operation, request)
    }

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        Box::pin(async move {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let token = &refused.operation().auth[0][1];
            assert!(refused.sent(token).is_some_and(|sent| !sent.is_empty()));
            assert!(matches!(refused.kind(), Kind::Unauthenticated | Kind::OtpRequired));
            assert!(!refused.reply().status().is_server_error());
            self.credentials.set("token", Credential::new(format!("SECRET-token-{number}")).expect("a credential"));
            (self.answer)()
        })
    }

    fn has_ended(&self, _: &'static Operation, reply: &Reply) -> bool {
        reply.text_at("/code").as_deref() == Some("SESSION")
    }
}

fn tokens(server: &Server) -> Vec<String> {
    server.seen().iter().map(|seen| seen.header("token").expect("a token").to_owned()).collect()
}

#[tokio::test]
async fn a_refused_call_is_sent_once_more_with_new_credentials() {
    for status in [401, 450] {
        let server = Server::start(vec![json(status, "{}"), json(200, "{}")]).await;
        let auth = Renewing::new(|| Ok(true));
        let answer = transfer(&auth.core(&server.url)).await.expect("an answer");
        assert_eq!((answer.attempts(), auth.asked()), (2, 1), "{status}");
        assert_eq!(tokens(&server), ["SECRET-token", "SECRET-token-1"]);
        let seen = server.seen();
        assert_eq!((&seen[0].body, seen[0].header("x-call")), (&seen[1].body, seen[1].header("x-call")));
    }
}

#[tokio::test]
async fn each_reason_is_good_for_one_repeat_and_there_is_no_loop() {
    let cases: [(&[u16], usize, usize, u16); 4] =
        [(&[401], 2, 1, 401), (&[450], 2, 1, 450), (&[401, 450, 200], 3, 2, 200), (&[450, 401, 450], 3, 2, 450)];
    for (statuses, sent, asked, last) in cases {
        let server = Server::start(statuses.iter().map(|status| json(*status, "{}")).collect()).await;
        let auth = Renewing::new(|| Ok(true));
        match transfer(&auth.core(&server.url)).await {
            Ok(answer) => assert_eq!(answer.status().as_u16(), last),
            Err(error) => {
                let status = error.status().map(|status| status.as_u16());
                assert_eq!((status, error.outcome()), (Some(last), Outcome::Refused));
            }
        }
        assert_eq!((server.count(), auth.asked()), (sent, asked), "{statuses:?}");
    }
    // Reads could be repeated for ever without harm, and are not.
    let server = Server::start(vec![json(401, "{}")]).await;
    let auth = Renewing::new(|| Ok(true));
    assert!(get(&auth.core(&server.url)).await.is_err());
    assert_eq!((server.count(), auth.asked()), (2, 1));
}

#[tokio::test]
async fn only_what_certainly_took_no_effect_is_repeated() {
    for (status, body, asked) in [(403, "{}", 0), (400, "{}", 0), (500, "{}", 0), (403, r#"{"code":"SESSION"}"#, 1)] {
        let server = Server::start(vec![json(status, body)]).await;
        let auth = Renewing::new(|| Ok(true));
        assert!(transfer(&auth.core(&server.url)).await.is_err());
        assert_eq!((server.count(), auth.asked()), (1 + asked, asked), "{status} {body}");
    }
    // A refusal that comes after an attempt whose fate is open proves nothing: with a reference it may be repeated, without it is not sent again.
    let server = Server::start(vec![Step::Cut(Vec::new()), json(401, "{}"), json(200, "{}")]).await;
    let auth = Renewing::new(|| Ok(true));
    let error = payment(&auth.core(&server.url), r#"{"meta":{"reference":"r-1"}}"#).await.expect_err("an error");
    assert_eq!((error.outcome().name(), server.count(), auth.asked()), ("unknown", 2, 0));
}

#[tokio::test]
async fn a_refusal_inside_a_success_counts_as_one() {
    let failed: &[Failed] = &[Failed { pointer: "/success", equals: &["false"] }];
    let envelope = Envelope { payload: "/data", message: "", optional: true, failed };
    let row: &Operation = Box::leak(Box::new(Operation { envelope: Some(envelope), ..TRANSFER.clone() }));
    for (body, sent) in [
        (r#"{"success":false,"code":"SIGN_IN"}"#, 2),
        (r#"{"success":false,"code":"LOW"}"#, 1),
        (r#"{"success":true,"code":"SIGN_IN","data":{}}"#, 1),
    ] {
        let server = Server::start(vec![json(200, body)]).await;
        let auth = Renewing::new(|| Ok(true));
        let core = auth.core(&server.url);
        let request = core.http().post(format!("{}/transfer", core.base_url()));
        let result = core.call::<Anything, Empty>(row, request).await;
        assert_eq!((server.count(), auth.asked(), result.is_ok()), (sent, sent - 1, body.contains("true")), "{body}");
    }
}

#[tokio::test]
async fn a_public_call_asks_for_no_credentials() {
    let server = Server::start(vec![json(401, "{}")]).await;
    let auth = Renewing::new(|| Ok(true));
    assert!(ping(&auth.core(&server.url)).await.is_err());
    assert_eq!((server.count(), auth.asked()), (1, 0));
}

#[tokio::test]
async fn without_new_credentials_the_refusal_is_the_answer() {
    let server = Server::start(vec![json(401, r#"{"code":"X"}"#)]).await;
    let auth = Renewing::new(|| Ok(false));
    let error = transfer(&auth.core(&server.url)).await.expect_err("an error");
    assert_eq!(
        (error.kind(), error.outcome(), error.phase()),
        (&Kind::Unauthenticated, Outcome::Refused, Phase::Answered)
    );
    assert!(error.body().is_some());

    let auth = Renewing::new(|| Err(AuthError::new(Kind::Expired, "the refresh token is over")));
    let error = transfer(&auth.core(&server.url)).await.expect_err("an error");
    assert_eq!(error.to_string(), "testbank create_transfer: 401, the refresh token is over: start again (attempt 1)");
    assert_eq!((error.outcome(), error.phase(), error.attempts()), (Outcome::Refused, Phase::Answered, 1));
    assert_eq!((server.count(), auth.asked()), (2, 1));
}

#[tokio::test]
async fn a_renewal_ends_with_the_time_of_its_call() {
    struct Slow;
    impl Auth for Slow {
        fn authorize<'a>(&'a self, _: &'static Operation, _: &'a mut Request) -> BoxFuture<'a, Result<(), AuthError>> {
            Box::pin(async { Ok(()) })
        }
        fn renew<'a>(&'a self, _: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
            Box::pin(std::future::pending())
        }
    }
    let server = Server::start(vec![json(401, "{}")]).await;
    let core = builder(&server.url).auth(Slow).build().expect("a client");
    let error = transfer(&core.with(Options::new().timeout(Duration::from_millis(80)))).await.expect_err("an error");
    assert_eq!((error.status().map(|status| status.as_u16()), error.outcome()), (Some(401), Outcome::Refused));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_middleware_that_repeats_refusals_gains_no_further_renewal() {
    let server = Server::start(vec![json(401, "{}")]).await;
    let auth = Renewing::new(|| Ok(true));
    let policy = reqwest_retry::policies::ExponentialBackoff::builder()
        .retry_bounds(Duration::from_millis(1), Duration::from_millis(2))
        .build_with_max_retries(3);
    struct Everything;
    impl reqwest_retry::RetryableStrategy for Everything {
        fn handle(
            &self,
            _: &Result<bursar_runtime::reqwest::Response, bursar_runtime::reqwest_middleware::Error>,
        ) -> Option<reqwest_retry::Retryable> {
            Some(reqwest_retry::Retryable::Transient)
        }
    }
    let middleware = reqwest_retry::RetryTransientMiddleware::new_with_policy_and_strategy(policy, Everything);
    let core = auth.builder(&server.url).middleware(middleware).build().expect("a client");
    let error = transfer(&core).await.expect_err("an error");
    assert_eq!((server.count(), auth.asked(), error.outcome()), (2, 1, Outcome::Refused));
}
