//! Whatever a server, a link, an id or a setting tries: does a credential reach anybody else?

use std::sync::{Arc, OnceLock};

use bursar_runtime::generated::Call;
use bursar_runtime::http::{Extensions, Method};
use bursar_runtime::reqwest::{Request, Response, Url};
use bursar_runtime::reqwest_middleware::Result as LayerResult;
use bursar_runtime::{
    BoxFuture, Core, Credential, Empty, Kind, MemoryStore, Middleware, Next, Operation, Options, Outcome, Walk,
};

use crate::bank::{client, issue};
use crate::support::*;
use crate::walk::Page;

/// Path of the list that is walked through.
const LIST: &str = "/things/7/entries";

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

/// A page of one item without an id, of two that there are.
fn page(link: &str) -> Step {
    json(200, &format!(r#"{{"next":{link:?},"total":2,"results":[0]}}"#))
}

/// A walk through a list of two pages.
fn walk<'a>(core: &'a Core, _: &'a str) -> BoxFuture<'a, bool> {
    Box::pin(async {
        let mut walk = Walk::<Page, Empty>::new(core, &LIST_ENTRIES).path("id", 7);
        assert_eq!(walk.next().await.expect("an item"), Some(0));
        match walk.next().await {
            Ok(item) => item.is_some(),
            Err(error) => {
                assert_eq!((error.kind(), error.outcome()), (&Kind::Integrity, Outcome::NotSent));
                assert!(error.to_string().contains("leaves the list"), "{error}");
                false
            }
        }
    })
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
        Case("a next link to the thief", |thief| page(&format!("{thief}{LIST}?page=2")), 1, false, walk),
        Case("a next link without a scheme", |thief| page(&format!("{}{LIST}", &thief[5..])), 1, false, walk),
        Case("a next link with backslashes", |thief| page(&thief[5..].replace('/', "\\")), 1, false, walk),
        Case("a next link with a line break", |thief| page(&format!("/\n{}{LIST}", &thief[6..])), 1, false, walk),
        Case("a next link with a line break in the right place", |_| page("?page=2\n"), 1, false, walk),
        Case("a next link to another scheme", |_| page(&format!("https:{LIST}")), 1, false, walk),
        Case("a next link out of its list", |_| page("../transfer"), 1, false, walk),
        Case("a next link to another of its kind", |_| page("/things/8/entries?page=2"), 1, false, walk),
        Case("a next link with coded dots", |_| page("/things/7/%2e%2e/transfer"), 1, false, walk),
        Case("a next link with too many slashes", |_| page("/things/7/entries//?page=2"), 1, false, walk),
        Case("a next link with a fragment", |_| page("?page=2#top"), 1, false, walk),
        Case("a next link that is code", |_| page("javascript:alert(1)"), 1, false, walk),
        Case("a next link that is none", |_| page("http://["), 1, false, walk),
        Case("a next link by its query", |_| page("?page=2"), 2, true, walk),
        Case("a next link by its path", |_| page(&format!("{LIST}?page=3")), 2, true, walk),
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
async fn no_credential_leaves_its_origin() {
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
async fn a_next_link_to_the_bank_under_another_name_is_not_followed() {
    for (from, to) in [("//", "//eve@"), ("//", "//eve:pw@"), ("http:", "https:"), ("127.0.0.1", "localhost")] {
        let own = Arc::new(OnceLock::<String>::new());
        let url = Arc::clone(&own);
        let bank = Server::answering(move |_, _| page(&format!("{}{LIST}", url.get().expect("an address")))).await;
        own.set(bank.url.replacen(from, to, 1)).expect("unset");
        assert!(!walk(&core(&bank.url), "").await, "{to}");
        assert_eq!(bank.count(), 1, "{to}");
    }
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
