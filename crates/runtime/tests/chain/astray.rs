//! Whatever a server, a link, an id or a setting tries: does a credential reach anybody else?

use bursar_runtime::generated::Call;
use bursar_runtime::http::{Extensions, Method};
use bursar_runtime::reqwest::{Request, Response, Url};
use bursar_runtime::reqwest_middleware::Result as LayerResult;
use bursar_runtime::{BoxFuture, Core, Credential, Empty, MemoryStore, Middleware, Next, Operation, Options};

use crate::bank::{client, issue};
use crate::support::*;

/// What a case does, with a client of the bank and the address of the thief; whether all went well.
type Act = for<'a> fn(&'a Core, &'a str) -> BoxFuture<'a, bool>;

/// Name, the bank's answer to anything (`@` stands for the thief's address), how many requests the bank sees, whether that is a success.
struct Case(&'static str, fn(&str) -> Step, usize, bool, Act);

const MOVED: &[(&str, u16)] = &[("301", 301), ("302", 302), ("303", 303), ("307", 307), ("308", 308), ("300", 300)];

fn pay<'a>(core: &'a Core, _: &'a str) -> BoxFuture<'a, bool> {
    Box::pin(async { transfer(core).await.is_ok() })
}

fn read<'a>(core: &'a Core, _: &'a str) -> BoxFuture<'a, bool> {
    Box::pin(async { get(core).await.is_ok() })
}

/// A read from this address.
async fn at(core: &Core, url: &str) -> bool {
    core.call::<Empty, Empty>(&GET_THING, core.http().get(url)).await.is_ok()
}

/// A read of the page that a link names.
async fn next(core: &Core, link: &str) -> bool {
    let here = Url::parse(&format!("{}/things/7?page=1", core.base_url())).expect("a URL");
    match core.next_link(&GET_THING, &here, link) {
        Ok(url) => at(core, url.as_str()).await,
        Err(error) => {
            assert!(error.to_string().ends_with("it is not followed"));
            false
        }
    }
}

async fn of(core: &Core, id: &str) -> bool {
    let row: &Operation =
        Box::leak(Box::new(Operation { path: "/things/{id}/close", method: Method::POST, ..GET_THING.clone() }));
    let mut call = Call::new(core, row);
    call.path("id", id);
    call.send::<Empty, Empty>().await.is_ok()
}

fn fine(_: &str) -> Step {
    json(200, "{}")
}

fn cases() -> Vec<Case> {
    vec![
        Case(
            "a challenge for another scheme",
            |thief| {
                answer(401, &[("www-authenticate", &format!("Basic realm=\"{thief}\"")), ("location", thief)], "{}")
            },
            1,
            false,
            read,
        ),
        Case(
            "an alternative service",
            |thief| {
                answer(
                    200,
                    &[
                        ("alt-svc", &format!("h2=\"{thief}\"")),
                        ("refresh", &format!("0;url={thief}")),
                        ("link", &format!("<{thief}>; rel=next")),
                    ],
                    "{}",
                )
            },
            1,
            true,
            read,
        ),
        Case("the thief's address in the request", fine, 0, false, |core, thief| {
            Box::pin(async move { at(core, &format!("{thief}/things/7")).await })
        }),
        Case("a user name in the request's address, which becomes a header for the bank", fine, 1, true, |core, _| {
            Box::pin(async { at(core, &format!("{}/things/7", core.base_url().replace("//", "//eve:pw@"))).await })
        }),
        Case("the bank as user name of the thief", fine, 0, false, |core, thief| {
            Box::pin(async move { at(core, &thief.replace("//", "//bank.example@")).await })
        }),
        Case("another scheme", fine, 0, false, |core, _| {
            Box::pin(async { at(core, &format!("{}/things/7", core.base_url().replace("http:", "https:"))).await })
        }),
        Case("another name of the same machine", fine, 0, false, |core, _| {
            Box::pin(async {
                at(core, &format!("{}/things/7", core.base_url().replace("127.0.0.1", "localhost"))).await
            })
        }),
        Case("a next link to the thief", fine, 0, false, |core, thief| {
            Box::pin(async move { next(core, &format!("{thief}/things/7?page=2")).await })
        }),
        Case("a next link without a scheme", fine, 0, false, |core, thief| {
            Box::pin(async move { next(core, &format!("{}/things/7", &thief[5..])).await })
        }),
        Case("a next link with backslashes", fine, 0, false, |core, thief| {
            Box::pin(async move { next(core, &thief[5..].replace('/', "\\")).await })
        }),
        Case("a next link with a line break", fine, 0, false, |core, thief| {
            Box::pin(async move { next(core, &format!("/\n{}", &thief[6..])).await })
        }),
        Case("a next link with a user name", fine, 0, false, |core, _| {
            Box::pin(async { next(core, &format!("{}/things/7", core.base_url().replace("//", "//eve@"))).await })
        }),
        Case("a next link to another scheme", fine, 0, false, |core, _| {
            Box::pin(async { next(core, "https:/things/7").await })
        }),
        Case("a next link out of its list", fine, 0, false, |core, _| {
            Box::pin(async { next(core, "../transfer").await })
        }),
        Case("a next link with coded dots", fine, 0, false, |core, _| {
            Box::pin(async { next(core, "/things/%2e%2e/transfer").await })
        }),
        Case("a next link that is code", fine, 0, false, |core, _| {
            Box::pin(async { next(core, "javascript:alert(1)").await })
        }),
        Case("a next link as it should be", fine, 2, true, |core, _| {
            Box::pin(async { next(core, "?page=2").await && next(core, "/things/7?page=3").await })
        }),
        Case("two dots for an id", fine, 0, false, |core, _| Box::pin(async { of(core, "..").await })),
        Case("one dot for an id", fine, 0, false, |core, _| Box::pin(async { of(core, ".").await })),
        Case("coded dots for an id", fine, 0, false, |core, _| {
            Box::pin(async { of(core, "%2e%2E").await || of(core, ".%2e").await || of(core, "%2E").await })
        }),
        Case("nothing for an id", fine, 0, false, |core, _| Box::pin(async { of(core, "").await })),
        Case("an address for an id", fine, 1, true, |core, thief| {
            Box::pin(async move { of(core, &format!("{thief}/x?y#z")).await })
        }),
        Case("line breaks in an option", fine, 0, false, |core, thief| {
            Box::pin(async move {
                get(&core.with(Options::new().header("locale", &format!("de\r\nhost: {thief}")))).await.is_ok()
            })
        }),
        Case("a host of one's own", fine, 0, false, |core, thief| {
            Box::pin(async move { get(&core.with(Options::new().header("host", thief))).await.is_ok() })
        }),
        Case("line breaks in a parameter", fine, 0, false, |core, _| {
            Box::pin(async {
                let row: &Operation = Box::leak(Box::new(Operation { path: "/things", ..GET_THING.clone() }));
                let mut call = Call::new(core, row);
                call.header("x-note", "a\r\nx-admin: 1");
                call.send::<Empty, Empty>().await.is_ok()
            })
        }),
    ]
}

#[tokio::test]
async fn no_credential_goes_astray() {
    let moved = MOVED.iter().map(|(name, _)| Case(name, |_| Step::Hang, 1, false, pay));
    let mut tried = 0;
    for Case(name, reply, sent, fine, act) in cases().into_iter().chain(moved) {
        let thief = Server::start(vec![json(200, "{}")]).await;
        let step = match MOVED.iter().find(|(moved, _)| *moved == name) {
            Some((_, status)) => answer(*status, &[("location", &format!("{}/transfer", thief.url))], ""),
            None => reply(&thief.url),
        };
        let bank = Server::start(vec![step]).await;
        let core = core(&bank.url);
        assert_eq!(act(&core, &thief.url).await, fine, "{name}");
        assert_eq!((bank.count(), thief.connections()), (sent, 0), "{name}");
        for seen in bank.seen() {
            let host = bank.url.trim_start_matches("http://");
            assert_eq!(
                (seen.header("host"), seen.header("x-admin"), seen.header("cookie")),
                (Some(host), None, None),
                "{name}"
            );
        }
        tried += 1;
    }
    assert!(tried >= 20, "{tried}");
}

#[tokio::test]
async fn a_login_is_as_careful_as_any_call() {
    for status in [301, 302, 307, 308] {
        let thief = Server::start(vec![issue(1)]).await;
        let location = format!("{}/ping", thief.url);
        let bank = Server::start(vec![answer(status, &[("location", &location)], r#"{"token":"T1"}"#)]).await;
        let (core, source) = client(scripted(&bank.url).0, true, None::<MemoryStore>);
        assert!(get(&core).await.is_err());
        assert_eq!((bank.count(), thief.connections(), source.is_set()), (1, 0, false), "{status}");
    }
}

#[tokio::test]
async fn a_middleware_that_sends_a_call_elsewhere_sends_nothing() {
    struct Astray(Url);
    #[async_trait::async_trait]
    impl Middleware for Astray {
        async fn handle(
            &self,
            mut request: Request,
            extensions: &mut Extensions,
            next: Next<'_>,
        ) -> LayerResult<Response> {
            *request.url_mut() = self.0.clone();
            next.run(request, extensions).await
        }
    }
    let (bank, thief) = (Server::start(vec![json(200, "{}")]).await, Server::start(vec![json(200, "{}")]).await);
    let astray = Astray(Url::parse(&format!("{}/things/7", thief.url)).expect("a URL"));
    let core = builder(&bank.url).middleware(astray).build().expect("a client");
    assert!(get(&core).await.is_err());
    assert_eq!((bank.connections(), thief.connections()), (0, 0));
}

#[tokio::test]
async fn no_client_is_built_and_no_credential_made_that_could_not_be_kept() {
    for url in [
        "http://bank.example",
        "http://127.0.0.1.bank.example",
        "https://eve:pw@bank.example",
        "ftp://127.0.0.1",
        "//127.0.0.1",
    ] {
        assert!(builder(url).build().is_err(), "{url}");
    }
    for value in ["a\r\nx-admin: 1", "a\nb", "a\0b", "", " a"] {
        assert!(Credential::new(value).is_err());
    }
}
