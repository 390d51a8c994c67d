//! Dresses one attempt: the headers that the client fills by itself, and the credentials.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::Request;

use super::chain::Sent;
use super::failure::Failure;
use super::state::CallState;
use crate::auth::{Auth as _, AuthError, Credential, Credentials, header_name, missing_credential};
use crate::model::operation::{Fill, Place};

/// From the epoch to the end of HTTP's calendar.
const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);

/// Dresses a request; the headers with its credentials are returned.
pub(super) async fn authorize(call: &CallState, request: &mut Request) -> Result<Sent, Failure> {
    fill(call, request);
    place(call, request).await?;
    Ok(credentials(call, request))
}

/// Puts the credentials on a request.
async fn place(call: &CallState, request: &mut Request) -> Result<(), Failure> {
    let wanted = call.operation.auth;
    if wanted.is_empty() {
        return Ok(());
    }
    let Some(auth) = &call.chain.auth else {
        let optional = wanted.iter().any(|schemes| schemes.is_empty());
        let missing = wanted.iter().flat_map(|schemes| *schemes).next();
        return if optional { Ok(()) } else { Err(missing_credential(missing).into()) };
    };
    auth.authorize(call.operation, request).await?;
    for value in request.headers_mut().values_mut() {
        value.set_sensitive(true);
    }
    Ok(())
}

/// Dresses a request that is only shown: the first alternative of credentials, all of them `***`.
pub(super) async fn mask(call: &CallState, request: &mut Request) -> Result<(), Failure> {
    fill(call, request);
    let Some(schemes) = call.operation.auth.iter().find(|schemes| !schemes.is_empty()) else { return Ok(()) };
    let masks = Credentials::new();
    for scheme in *schemes {
        masks.set(scheme.name, Credential::new("***").map_err(AuthError::from)?);
    }
    Ok(masks.authorize(call.operation, request).await?)
}

/// Fills the headers that every call carries, unless a middleware has set them.
fn fill(call: &CallState, request: &mut Request) {
    let headers = request.headers_mut();
    if !call.operation.accept.is_empty() && !headers.contains_key(ACCEPT) {
        headers.insert(ACCEPT, HeaderValue::from_static(call.operation.accept));
    }
    for header in call.operation.headers {
        let Some(name) = header_name(header.name) else { continue };
        if headers.contains_key(&name) {
            continue;
        }
        let value = match (call.options.value_of(header.name), header.fill) {
            (Some(set), _) => Some(set.clone()),
            (None, Fill::HttpDate) => date(call.chain.time.clock.now()),
            (None, Fill::Uuid) => Some(call.uuid()),
            (None, Fill::Option) => None,
        };
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
}

/// The time as an HTTP date; `None` beyond the year 9999, which has none.
fn date(now: SystemTime) -> Option<HeaderValue> {
    let since = now.duration_since(UNIX_EPOCH).ok().filter(|since| *since < YEAR_10000)?;
    HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + since)).ok()
}

/// The headers of a dressed request that may hold credentials.
fn credentials(call: &CallState, request: &Request) -> Sent {
    let schemes = call.operation.auth.iter().flat_map(|schemes| *schemes);
    let names = schemes.filter_map(|scheme| match scheme.place {
        Place::Header(name) => header_name(name),
        Place::Bearer | Place::Basic => Some(AUTHORIZATION),
        Place::Query(_) | Place::Cookie(_) => None,
    });
    names.filter_map(|name| request.headers().get(&name).map(|value| (name.clone(), value.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operation::{Effect, Operation, Place, Scheme};
    use crate::{Core, Provider};

    const KEY: Scheme = Scheme { name: "key", place: Place::Header("x-key"), scopes: &[] };
    static PROVIDER: Provider =
        Provider { name: "testbank", operations: &[], limits: &[], retry_after: "", kind: |_| None };
    static ROW: Operation = Operation {
        provider: "testbank",
        id: "ping",
        aliases: &[],
        method: http::Method::GET,
        path: "/ping",
        tag: "",
        effect: Effect::Read,
        auth: &[&[KEY]],
        headers: &[],
        accept: "text/csv",
        idempotency: None,
        correlation: None,
        remembers: &[],
        settled: None,
        money: None,
        outcomes: &[],
        envelope: None,
        checks: &[],
        sensitive_request: &[],
        sensitive_answer: &[],
        answer_headers: &[],
        page: None,
        limit: "",
        sealed: false,
        inferred: false,
        deprecated: false,
    };

    #[test]
    fn a_clock_beyond_the_calendar_fills_nothing() {
        let text = |now| date(now).and_then(|value| value.to_str().map(str::to_owned).ok());
        assert_eq!(text(UNIX_EPOCH).as_deref(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
        assert_eq!(
            text(UNIX_EPOCH + YEAR_10000 - Duration::from_secs(1)).as_deref(),
            Some("Fri, 31 Dec 9999 23:59:59 GMT")
        );
        assert_eq!(text(UNIX_EPOCH + YEAR_10000), None);
        assert_eq!(text(UNIX_EPOCH - Duration::from_secs(1)), None);
    }

    #[tokio::test]
    async fn no_header_of_a_dressed_request_prints() {
        let credentials = Credentials::new().with("key", Credential::new("SECRET").expect("a credential"));
        let core = Core::builder(&PROVIDER).base_url("http://127.0.0.1:1").auth(credentials).build().expect("a client");
        let call = CallState::new(&ROW, crate::Options::new(), core.chain());
        let mut request =
            core.http().get("http://127.0.0.1:1/ping").header("x-mine", "SECRET").build().expect("a request");
        assert!(authorize(&call, &mut request).await.is_ok());
        assert!(request.headers().values().all(HeaderValue::is_sensitive) && request.headers().len() == 3);
        assert!(!format!("{request:?}").contains("SECRET"));
    }

    #[tokio::test]
    async fn a_dry_run_shows_the_request_without_credentials_and_sends_nothing() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (shown, seen) = std::sync::mpsc::channel();
        let credentials = Credentials::new().with("key", Credential::new("SECRET").expect("a credential"));
        let show = move |request: &Request| {
            let key = request.headers().get("x-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
            shown.send((request.method().clone(), request.url().path().to_owned(), key)).expect("a reader");
        };
        let core = Core::builder(&PROVIDER).base_url(&url).auth(credentials).dry_run(show).build().expect("a client");
        let request = core.http().get(format!("{url}/ping"));
        let error = core.call::<crate::Empty, crate::Empty>(&ROW, request).await.expect_err("nothing was sent");
        assert_eq!((error.outcome(), error.attempts()), (crate::Outcome::NotSent, 0));
        let all: Vec<_> = seen.try_iter().collect();
        assert_eq!(all, [(http::Method::GET, "/ping".to_owned(), Some("***".to_owned()))]);
        assert!(listener.accept().is_err(), "a connection was opened");
    }
}
