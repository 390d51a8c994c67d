//! Which credentials travel where.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bursar_runtime::reqwest::{Request, Url};
use bursar_runtime::{
    Auth, AuthError, BoxFuture, Core, Credential, Credentials, Empty, Kind, Operation, Options, Phase, Place, Reply,
    Scheme,
};

use crate::support::*;

fn leaked(id: &'static str, auth: &'static [&'static [Scheme]]) -> &'static Operation {
    Box::leak(Box::new(Operation { id, auth, ..GET_THING.clone() }))
}

#[tokio::test]
async fn a_call_carries_what_the_document_says_and_nothing_else() {
    let server = Server::start(vec![json(200, "{}")]).await;
    transfer(&core(&server.url)).await.expect("an answer");
    let seen = &server.seen()[0];
    let mut names: Vec<_> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    // No `api-version`, no cookie, no referer.
    assert_eq!(names, ["accept", "content-length", "date", "host", "secret", "token", "user-agent", "x-call"]);
    assert_eq!((seen.header("secret"), seen.header("token")), (Some("SECRET-shared"), Some("SECRET-token")));
    assert_eq!(
        (seen.header("accept"), seen.body.as_str()),
        (Some("application/json"), r#"{"amount":"SECRET-amount"}"#)
    );
    assert!(seen.header("user-agent").is_some_and(|name| name.starts_with("bursar/")));
}

#[tokio::test]
async fn a_public_operation_carries_no_credential() {
    let server = Server::start(vec![json(200, "{}")]).await;
    ping(&core(&server.url)).await.expect("an answer");
    let seen = format!("{:?}", server.seen());
    assert!(!seen.contains("SECRET"), "{seen}");
}

#[tokio::test]
async fn a_credential_is_sent_in_its_place() {
    const fn scheme(place: Place) -> Scheme {
        Scheme { name: "key", place, scopes: &[] }
    }
    const HEADER: &[&[Scheme]] = &[&[scheme(Place::Header("x-api-key"))]];
    const QUERY: &[&[Scheme]] = &[&[scheme(Place::Query("api key"))]];
    const COOKIE: &[&[Scheme]] = &[&[scheme(Place::Cookie("sid"))]];
    const BEARER: &[&[Scheme]] = &[&[scheme(Place::Bearer)]];
    const BASIC: &[&[Scheme]] = &[&[scheme(Place::Basic)]];
    let server = Server::start(vec![json(200, "{}")]).await;
    let key = Credential::new("k+1&x").expect("a credential");
    let core = builder(&server.url).auth(Credentials::new().with("key", key)).build().expect("a client");
    let basic = Credential::basic("Aladdin", "open sesame").expect("a credential");
    let with_basic = builder(&server.url).auth(Credentials::new().with("key", basic)).build().expect("a client");
    for (client, auth) in [(&core, HEADER), (&core, QUERY), (&core, COOKIE), (&core, BEARER), (&with_basic, BASIC)] {
        let request = client.http().get(format!("{}/things/7?a=1", client.base_url()));
        client.call::<Empty, Empty>(leaked("placed", auth), request).await.expect("an answer");
    }
    let seen = server.seen();
    assert_eq!(seen[0].header("x-api-key"), Some("k+1&x"));
    assert_eq!(seen[1].line, "GET /things/7?a=1&api+key=k%2B1%26x HTTP/1.1");
    assert_eq!(seen[2].header("cookie"), Some("sid=k+1&x"));
    assert_eq!(seen[3].header("authorization"), Some("Bearer k+1&x"));
    assert_eq!(seen[4].header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

#[tokio::test]
async fn of_several_alternatives_the_first_complete_one_is_used() {
    const A: Scheme = Scheme { name: "a", place: Place::Header("x-a"), scopes: &[] };
    const B: Scheme = Scheme { name: "b", place: Place::Header("x-b"), scopes: &[] };
    const C: Scheme = Scheme { name: "c", place: Place::Header("x-c"), scopes: &[] };
    let server = Server::start(vec![json(200, "null")]).await;
    let credential = |value| Credential::new(value).expect("a credential");
    let credentials = Credentials::new().with("b", credential("1")).with("c", credential("2"));
    let core = builder(&server.url).auth(credentials.clone()).build().expect("a client");
    let call = |operation| {
        let request = core.http().get(format!("{}/things/7", core.base_url()));
        core.call::<Empty, Empty>(operation, request)
    };
    call(leaked("either", &[&[], &[A, B], &[B, C]])).await.expect("an answer");
    let seen = server.seen().remove(0);
    assert_eq!([seen.header("x-a"), seen.header("x-b"), seen.header("x-c")], [None, Some("1"), Some("2")]);
    // Optional credentials, of which none is complete.
    call(leaked("optional", &[&[A], &[]])).await.expect("an answer");
    assert_eq!(server.seen()[1].header("x-a"), None);
    // Half a credential is none: nothing is sent.
    let error = call(leaked("half", &[&[B, A]])).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), server.count()), (&Kind::Config, Phase::NotSent, 2));
    assert_eq!(error.to_string(), "testbank half: the credential `a` is not set: correct the settings");
    credentials.set("a", credential("3"));
    call(leaked("half", &[&[B, A]])).await.expect("an answer");
    credentials.remove("a");
    assert!(!credentials.has("a"));
}

#[tokio::test]
async fn a_client_without_credentials_makes_only_public_calls() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = bursar_runtime::Core::builder(&PROVIDER).base_url(&server.url).build().expect("a client");
    let error = transfer(&core).await.expect_err("an error");
    assert_eq!(error.to_string(), "testbank create_transfer: the credential `secret` is not set: correct the settings");
    assert_eq!((error.outcome().name(), server.connections()), ("not_sent", 0));
    ping(&core).await.expect("an answer");
}

/// Renews the token from the header of an answer, as a provider crate would.
struct Renewing(Credentials);

impl Auth for Renewing {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.0.authorize(operation, request)
    }

    fn observe(&self, _: &'static Operation, reply: &Reply) {
        if let Some(Ok(token)) = reply.header("token").map(Credential::new) {
            self.0.set("token", token);
        }
    }
}

#[tokio::test]
async fn a_token_renewed_by_an_answer_is_used_from_then_on() {
    let server =
        Server::start(vec![answer(503, &[("token", "second")], ""), answer(200, &[("token", "third")], "[]")]).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.auth(Renewing(credentials())).build().expect("a client");
    get(&core).await.expect("an answer");
    get(&core).await.expect("an answer");
    let tokens: Vec<_> = server.seen().iter().map(|seen| seen.header("token").expect("a token").to_owned()).collect();
    assert_eq!(tokens, ["SECRET-token", "second", "third"]);
}

/// Serves many customers of one caller: the shared secret stays, the customer's token does not.
struct ManyCustomers(Credentials);

impl Auth for ManyCustomers {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.0.authorize(operation, request)
    }

    fn session(&self) -> Option<Arc<dyn Auth>> {
        let shared = Credential::new("SECRET-shared").expect("a credential");
        Some(Arc::new(Self(Credentials::new().with("secret", shared))))
    }
}

#[tokio::test]
async fn a_session_has_none_of_another_customers_credentials() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let locale = |core: &Core| core.with(Options::new().header("locale", "de"));
    let core = locale(&builder(&server.url).auth(ManyCustomers(credentials())).build().expect("a client"));
    let other = core.session();
    assert_eq!(other.base_url(), core.base_url());
    let error = get(&other).await.expect_err("an error");
    assert_eq!(error.to_string(), "testbank get_thing: the credential `token` is not set: correct the settings");
    assert_eq!(server.connections(), 0);
    get(&core).await.expect("the first customer's call");
    // Where there are no customers, a session is the same client.
    get(&builder(&server.url).build().expect("a client").session()).await.expect("an answer");
    assert!(server.seen().iter().all(|seen| seen.header("token") == Some("SECRET-token")));
    assert_eq!(server.seen()[0].header("locale"), Some("de"));
}

#[tokio::test]
async fn a_source_of_credentials_is_not_asked_for_another_origin() {
    struct Asked(AtomicUsize);
    impl Auth for Asked {
        fn authorize<'a>(&'a self, _: &'static Operation, _: &'a mut Request) -> BoxFuture<'a, Result<(), AuthError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(()) })
        }
    }
    let server = Server::start(vec![json(200, "{}")]).await;
    let asked = Arc::new(Asked(AtomicUsize::new(0)));
    let core = builder(&server.url).auth(Arc::clone(&asked)).build().expect("a client");
    let elsewhere = core.http().get(format!("{}/things/7", nobody().await));
    assert!(core.call::<Empty, Empty>(&GET_THING, elsewhere).await.is_err());
    assert_eq!(asked.0.load(Ordering::SeqCst), 0);
    get(&core).await.expect("an answer");
    assert_eq!(asked.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_source_of_credentials_cannot_send_them_elsewhere() {
    struct Astray(Url);
    impl Auth for Astray {
        fn authorize<'a>(
            &'a self,
            _: &'static Operation,
            request: &'a mut Request,
        ) -> BoxFuture<'a, Result<(), AuthError>> {
            *request.url_mut() = self.0.clone();
            Box::pin(async { Ok(()) })
        }
    }
    let (server, other) = (Server::start(vec![json(200, "{}")]).await, Server::start(vec![json(200, "{}")]).await);
    let astray = Astray(Url::parse(&format!("{}/things/7", other.url)).expect("a URL"));
    let error = get(&builder(&server.url).auth(astray).build().expect("a client")).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome().name()), (&Kind::Config, "not_sent"));
    assert_eq!((server.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn a_failing_source_of_credentials_sends_nothing() {
    struct Failing;
    impl Auth for Failing {
        fn authorize<'a>(&'a self, _: &'static Operation, _: &'a mut Request) -> BoxFuture<'a, Result<(), AuthError>> {
            let fault = AuthError::new(Kind::Unauthenticated, "the token cannot be renewed")
                .caused_by("the words of the source");
            Box::pin(async { Err(fault) })
        }
    }
    let server = Server::start(vec![json(200, "{}")]).await;
    let error = transfer(&builder(&server.url).auth(Failing).build().expect("a client")).await.expect_err("an error");
    assert_eq!(
        error.to_string(),
        "testbank create_transfer: the token cannot be renewed: check the credentials or log in again"
    );
    assert_eq!((error.phase(), server.connections()), (Phase::NotSent, 0));
    assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("the words of the source"));
}

#[tokio::test]
async fn a_request_is_signed_anew_over_the_bytes_that_go_out() {
    /// Any function of all the bytes serves: no byte may change after it.
    fn sum(nonce: &str, body: &[u8]) -> String {
        let sum =
            nonce.bytes().chain(body.iter().copied()).fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
        sum.to_string()
    }
    struct Signing(Core);
    impl Auth for Signing {
        fn authorize<'a>(
            &'a self,
            _: &'static Operation,
            request: &'a mut Request,
        ) -> BoxFuture<'a, Result<(), AuthError>> {
            Box::pin(async {
                let (nonce, body) =
                    (self.0.uuid(), request.body().and_then(|body| body.as_bytes()).unwrap_or_default());
                let signature = sum(&nonce, body);
                let headers = request.headers_mut();
                for (name, value) in [("x-nonce", nonce), ("x-signature", signature)] {
                    headers.insert(name, value.parse().expect("a header's value"));
                }
                Ok(())
            })
        }
    }
    let server = Server::start(vec![json(503, "{}"), Step::Cut(Vec::new()), json(200, "{}")]).await;
    let core = scripted(&server.url).0.build().expect("a client");
    let core = core.with_auth(Signing(core.bare()));
    payment(&core, r#"{"meta":{"reference":"r-1"},"note":"ä"}"#).await.expect("an answer");
    let seen = server.seen();
    let signed = |seen: &Seen| {
        seen.header("x-signature") == Some(&sum(seen.header("x-nonce").expect("a nonce"), seen.body.as_bytes()))
    };
    assert!(seen.len() == 3 && seen.iter().all(signed));
    let nonces: std::collections::BTreeSet<_> = seen.iter().map(|seen| seen.header("x-nonce")).collect();
    assert_eq!(nonces.len(), 3);
}
