//! Where the bearer token comes from, counted on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bursar_runtime::Clock;
use bursar_vaultspay::types::{CreateDirectTransfer, TransferPurpose};
use bursar_vaultspay::{Builder, Client, Environment, Kind, Minor, Outcome, Phase, Tokens};

use crate::provider::*;

const LOGIN: &str = "POST /as/api/v1/saas-login";
const REFRESH: &str = "POST /as/api/v1/saas-refresh-token";
const ACCOUNT: &str = "GET /be/api/v1/accounts/701";
const TRANSFER: &str = "POST /tc/api/v1/direct-transfer";

/// A clock that is set by hand, beginning at the epoch's 60th minute.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(3600) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A client that logs in by itself.
fn app(provider: &Provider) -> Builder {
    Client::builder()
        .environment(Environment::Custom(provider.url.clone()))
        .device_id("17")
        .client(credential("client-1"), credential("SECRET-client"))
}

/// The bare answer of the provider's sample.
fn logged_in(number: usize, expiry: &str) -> Answer {
    plain(
        200,
        &format!(
            r#"{{"accessToken":"SECRET-access-{number}","accessTokenExpiry":"{expiry}","refreshToken":"SECRET-refresh-{number}",
                "refreshTokenExpiry":"1970-01-05T00:00:00.000+00:00"}}"#
        ),
    )
}

fn refreshed(number: usize, expiry: &str) -> Answer {
    plain(200, &format!(r#"{{"data":{{"accessToken":"SECRET-fresh-{number}","accessTokenExpiry":"{expiry}"}}}}"#))
}

const LATER: &str = "2999-01-01T00:00:00.000+00:00";

fn done() -> Answer {
    plain(200, r#"{"data":{"id":701,"status":"SUCCESS"}}"#)
}

fn refused(code: u16) -> Answer {
    plain(401, &format!(r#"{{"code":{code},"message":"no","type":"X"}}"#))
}

fn lines(provider: &Provider) -> Vec<String> {
    provider.seen().into_iter().map(|one| one.line).collect()
}

fn transfer() -> CreateDirectTransfer {
    CreateDirectTransfer::builder()
        .sender_account_id("701")
        .payment_contact_id("301")
        .purpose(TransferPurpose::Rent)
        .description("rent")
        .amount(Minor::new(2500))
        .build()
        .expect("a transfer")
}

#[tokio::test]
async fn a_hundred_calls_at_once_log_in_once() {
    let provider = Provider::start(|_, request| match &*request.line {
        LOGIN => logged_in(0, LATER),
        _ => done(),
    })
    .await;
    let client = app(&provider).build().expect("a client");
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.get_account(701).await.is_ok() })
        })
        .collect();
    for call in calls {
        assert!(call.await.expect("a call"));
    }
    let seen = provider.seen();
    assert_eq!(seen.len(), 101);
    let (logins, accounts): (Vec<_>, Vec<_>) = seen.iter().partition(|one| one.line == LOGIN);
    assert_eq!(logins.len(), 1);
    assert_eq!(logins[0].plain, r#"{"clientId":"client-1","clientSecret":"SECRET-client"}"#);
    assert_eq!((logins[0].header("authorization"), logins[0].header("x-device-id")), (None, Some("17")));
    assert!(accounts.iter().all(|one| one.header("authorization") == Some("Bearer SECRET-access-0")));
}

#[tokio::test]
async fn the_expiry_of_the_answer_decides_when_to_refresh() {
    let clock = Hand::default();
    let provider = Provider::start(|_, request| match &*request.line {
        LOGIN => logged_in(0, "1970-01-01T11:00:00.000+00:00"),
        REFRESH => refreshed(0, "1970-01-01T11:05:00.000+00:00"),
        _ => done(),
    })
    .await;
    let hand = clock.clone();
    let client = app(&provider).core(|core| core.clock(hand)).build().expect("a client");
    let call = || async { client.get_account(701).await.expect("an account") };
    // One o'clock, and nine hours later: the token lives for ten.
    call().await;
    clock.advance(9 * 3600);
    call().await;
    clock.advance(3600 + 1);
    call().await;
    // The second token lives for five minutes, and the login's refresh token is still the one that counts.
    clock.advance(60);
    call().await;
    clock.advance(300);
    call().await;
    assert_eq!(lines(&provider), [LOGIN, ACCOUNT, ACCOUNT, REFRESH, ACCOUNT, ACCOUNT, REFRESH, ACCOUNT]);
    for refresh in provider.seen().iter().filter(|one| one.line == REFRESH) {
        assert_eq!(refresh.plain, r#"{"refreshToken":"SECRET-refresh-0"}"#);
        assert_eq!(refresh.header("authorization"), None);
    }
}

/// What goes over the wire when the first transfer is refused with this answer.
async fn after(refusal: fn() -> Answer, refresh: fn() -> Answer) -> (Vec<String>, Option<String>) {
    let provider = Provider::start(move |number, request| match &*request.line {
        LOGIN => logged_in(number, LATER),
        REFRESH => refresh(),
        _ if number == 1 => refusal(),
        _ => done(),
    })
    .await;
    let client = app(&provider).build().expect("a client");
    client.create_direct_transfer(&transfer()).await.expect("an answer");
    let last = provider.seen().last().and_then(|one| one.header("authorization").map(str::to_owned));
    (lines(&provider), last)
}

#[tokio::test]
async fn an_expired_token_is_refreshed_and_the_call_sent_once_more() {
    let (lines, token) = after(|| refused(1003), || refreshed(7, LATER)).await;
    assert_eq!(lines, [LOGIN, TRANSFER, REFRESH, TRANSFER]);
    assert_eq!(token.as_deref(), Some("Bearer SECRET-fresh-7"));
}

#[tokio::test]
async fn an_ended_session_logs_in_again_without_a_refresh() {
    for refusal in
        [|| refused(1004), || refused(1002), || plain(400, r#"{"code":1036,"message":"no","type":"INVALID_TOKEN"}"#)]
    {
        let (lines, token) = after(refusal, || refreshed(7, LATER)).await;
        assert_eq!(lines, [LOGIN, TRANSFER, LOGIN, TRANSFER]);
        assert_eq!(token.as_deref(), Some("Bearer SECRET-access-2"));
    }
}

#[tokio::test]
async fn a_refused_refresh_logs_in_again() {
    let (lines, token) = after(|| refused(1003), || refused(1004)).await;
    assert_eq!(lines, [LOGIN, TRANSFER, REFRESH, LOGIN, TRANSFER]);
    assert_eq!(token.as_deref(), Some("Bearer SECRET-access-3"));
}

#[tokio::test]
async fn a_provider_that_refuses_every_token_is_asked_twice() {
    let provider = Provider::start(|number, request| match &*request.line {
        LOGIN => logged_in(number, LATER),
        _ => refused(1004),
    })
    .await;
    let client = app(&provider).build().expect("a client");
    let error = client.create_direct_transfer(&transfer()).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome()), (&Kind::Unauthenticated, Outcome::Refused));
    assert_eq!(lines(&provider), [LOGIN, TRANSFER, LOGIN, TRANSFER]);
}

#[tokio::test]
async fn a_login_that_fails_sends_nothing_else_and_says_why() {
    for (answer, kind, cause) in [
        (
            (|| refused(1002)) as fn() -> Answer,
            Kind::Unauthenticated,
            "vaultspay create_access_token: 401, the credentials were not accepted: check the credentials or log in again (attempt 1)",
        ),
        (
            || plain(500, r#"{"code":1010,"message":"SECRET-client","type":"BAD_REQUEST"}"#),
            Kind::INVALID,
            "vaultspay create_access_token: 500, the request is invalid: correct the request, a retry fails again (attempt 1)",
        ),
    ] {
        let provider = Provider::start(move |_, _| answer()).await;
        let error = app(&provider).build().expect("a client").get_account(701).await.expect_err("an error");
        assert_eq!((error.kind(), error.phase()), (&kind, Phase::NotSent));
        assert!(error.to_string().starts_with("vaultspay get_account: the login with client id and secret failed: "));
        assert_eq!(lines(&provider), [LOGIN]);
        let mut chain = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        let mut found = false;
        while let Some(one) = source {
            found |= one.to_string() == cause;
            chain.push_str(&format!("{one} {one:?}"));
            source = one.source();
        }
        assert!(found, "{chain}");
        assert!(!chain.contains("SECRET"));
    }
    for body in ["{}", r#"{"accessToken":"two\nlines"}"#] {
        let provider = Provider::start(move |_, _| plain(200, body)).await;
        let error = app(&provider).build().expect("a client").get_account(701).await.expect_err("an error");
        assert_eq!((error.phase(), lines(&provider).len()), (Phase::NotSent, 1));
    }
}

#[tokio::test]
async fn logins_and_refreshes_are_sealed_too() {
    let provider = Provider::start(|number, request| {
        let body = match &*request.line {
            LOGIN => r#"{"accessToken":"SECRET-access","refreshToken":"SECRET-refresh"}"#,
            REFRESH => r#"{"data":{"accessToken":"SECRET-fresh"}}"#,
            _ if number == 1 => return sealed(request, 401, r#"{"code":1003}"#),
            _ => r#"{"data":{"id":701}}"#,
        };
        sealed(request, 200, body)
    })
    .await;
    let client = app(&provider).sealing(sealing()).build().expect("a client");
    client.get_account(701).await.expect("an account");
    assert_eq!(lines(&provider), [LOGIN, ACCOUNT, REFRESH, ACCOUNT]);
    let seen = provider.seen();
    assert!(seen.iter().all(|one| one.key.len() == 32 && !one.wire.contains("SECRET")));
    assert_eq!(seen[2].plain, r#"{"refreshToken":"SECRET-refresh"}"#);
    assert_eq!(seen[3].header("authorization"), Some("Bearer SECRET-fresh"));
}

#[tokio::test]
async fn tokens_from_elsewhere_are_used_as_far_as_they_go() {
    let provider = Provider::start(|number, request| match &*request.line {
        REFRESH => refreshed(1, LATER),
        _ if number == 0 => refused(1003),
        _ => done(),
    })
    .await;
    let builder = || Client::builder().environment(Environment::Custom(provider.url.clone())).device_id("17");
    let access = || Tokens::new(credential("SECRET-mine"));

    let client = builder().tokens(access().with_refresh(credential("SECRET-my-refresh"))).build().expect("a client");
    client.get_account(701).await.expect("an account");
    assert_eq!(lines(&provider), [ACCOUNT, REFRESH, ACCOUNT]);
    assert_eq!(provider.seen()[0].header("authorization"), Some("Bearer SECRET-mine"));

    // Without a refresh token a refusal stays the provider's own.
    let refusing = Provider::start(|_, _| refused(1003)).await;
    let client = refusing.builder().build().expect("a client");
    let error = client.get_account(701).await.expect_err("an error");
    assert_eq!((error.phase(), refusing.count()), (Phase::Answered, 1));

    // And without any token nothing is sent.
    let error = builder().build().expect("a client").get_account(701).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), provider.count()), (&Kind::Config, Phase::NotSent, 3));
}
