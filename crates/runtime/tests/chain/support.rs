//! A scripted server, a scripted clock, and the operations of a provider that does not exist.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use bursar_runtime::http::{self, Method};
use bursar_runtime::{
    BoxFuture, Builder, Clock, Core, Credential, Credentials, Effect, Empty, Error, Fill, FilledHeader, Idempotency,
    Key, Kind, Limit, Operation, Place, Provider, Reply, Response, Rng, Scheme, Settled, SettledLeg, Sleep,
    StatusMeaning,
};
pub(crate) use bursar_support::{Message as Seen, Server, Step, answer, json, nobody};

/// Time that stands still until it is told otherwise. Waits shorter than `jumps_below` pass at once.
#[derive(Clone)]
pub(crate) struct Script {
    millis: Arc<AtomicU64>,
    jumps_below: Duration,
    pub(crate) waits: Arc<Mutex<Vec<Duration>>>,
    random: Arc<AtomicU64>,
}

impl Script {
    pub(crate) fn new(jumps_below: Duration) -> Self {
        Self { millis: Arc::default(), jumps_below, waits: Arc::default(), random: Arc::default() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.millis.fetch_add(u64::try_from(by.as_millis()).expect("a duration"), Ordering::SeqCst);
    }

    /// The waits that passed at once: those between attempts.
    pub(crate) fn waits(&self) -> Vec<u128> {
        let waits = self.waits.lock().expect("the log");
        waits.iter().filter(|wait| **wait < self.jumps_below).map(Duration::as_millis).collect()
    }

    /// Draws this number first, and one more each time.
    pub(crate) fn drawing(self, number: u64) -> Self {
        self.random.store(number, Ordering::SeqCst);
        self
    }
}

impl Clock for Script {
    fn now(&self) -> SystemTime {
        // Sun, 06 Nov 1994 08:49:37 GMT, the date of the RFC's examples.
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.millis.load(Ordering::SeqCst))
    }
}

impl Sleep for Script {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.waits.lock().expect("the log").push(duration);
        let (this, end) = (self.clone(), self.elapsed() + duration);
        Box::pin(async move {
            if duration < this.jumps_below {
                return this.advance(duration);
            }
            while this.elapsed() < end {
                tokio::task::yield_now().await;
            }
        })
    }
}

impl Rng for Script {
    fn next_u128(&self) -> u128 {
        self.random.fetch_add(1, Ordering::SeqCst).into()
    }
}

const SECRET: Scheme = Scheme { name: "secret", place: Place::Header("secret"), scopes: &[] };
const TOKEN: Scheme = Scheme { name: "token", place: Place::Header("token"), scopes: &[] };

fn operation(id: &'static str, method: Method, path: &'static str, effect: Effect) -> Operation {
    Operation {
        provider: "testbank",
        id,
        aliases: &[],
        method,
        path,
        tag: "",
        effect,
        auth: &[&[SECRET, TOKEN]],
        headers: &[
            FilledHeader { name: "date", fill: Fill::HttpDate },
            FilledHeader { name: "x-call", fill: Fill::Uuid },
            FilledHeader { name: "locale", fill: Fill::Option },
        ],
        accept: "application/json",
        idempotency: None,
        settled: None,
        money: None,
        outcomes: &[],
        envelope: None,
        checks: &[],
        sensitive_request: &[],
        sensitive_answer: &[],
        answer_headers: &[],
        page: None,
        correlation: None,
        remembers: &[],
        limit: "",
        sealed: false,
        inferred: false,
        deprecated: false,
    }
}

/// A leg with the three states that most payments have.
pub(crate) const fn leg(
    status: &'static str,
    done: &'static [&'static str],
    failed: &'static [&'static str],
    pending: &'static [&'static str],
) -> SettledLeg {
    SettledLeg { done, failed, pending, ..SettledLeg::at("payment", status) }
}

const PAYMENT_STATUS: SettledLeg = leg("/status", &["done"], &["failed"], &["open"]);

fn keyed(key: Key) -> Option<Idempotency> {
    Some(Idempotency { key, format: "", scope: "", duplicate: &[412], one_time: false, echo: "", lookup: None })
}

pub(crate) static GET_THING: LazyLock<Operation> =
    LazyLock::new(|| operation("get_thing", Method::GET, "/things/{id}", Effect::Read));

/// A read that counts against the tier `few`, which is counted by operation.
pub(crate) static COUNTED: LazyLock<Operation> =
    LazyLock::new(|| Operation { limit: "few", ..operation("get_counted", Method::GET, "/counted", Effect::Read) });

pub(crate) static LIST_ENTRIES: LazyLock<Operation> =
    LazyLock::new(|| operation("list_entries", Method::GET, "/things/{id}/entries", Effect::Read));

/// Money, and the provider knows no reference.
pub(crate) static TRANSFER: LazyLock<Operation> = LazyLock::new(|| Operation {
    settled: Some(Settled { legs: &[PAYMENT_STATUS], counts: None }),
    outcomes: &[
        (409, 409, StatusMeaning::Refused),
        (404, 404, StatusMeaning::Unknown),
        (500, 500, StatusMeaning::RefusedIf { pointer: "/code", codes: &["17", "LOW"] }),
    ],
    ..operation("create_transfer", Method::POST, "/transfer", Effect::Money)
});

/// Money with a reference in the body.
pub(crate) static PAYMENT: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(Key::Body("/meta/reference")),
    ..operation("create_payment", Method::POST, "/payment", Effect::Money)
});

/// A write with a reference in a header.
pub(crate) static REFUND: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(Key::Header("x-reference")),
    ..operation("create_refund", Method::POST, "/refund", Effect::Write)
});

/// A read that takes no credentials.
pub(crate) static PING: LazyLock<Operation> =
    LazyLock::new(|| Operation { auth: &[], headers: &[], ..operation("ping", Method::GET, "/ping", Effect::Read) });

pub(crate) static PROVIDER: LazyLock<Provider> = LazyLock::new(|| Provider {
    name: "testbank",
    operations: Vec::leak(
        [&GET_THING, &COUNTED, &LIST_ENTRIES, &TRANSFER, &PAYMENT, &REFUND, &PING]
            .into_iter()
            .map(|row| -> &Operation { row })
            .collect(),
    ),
    limits: &[Limit { tier: "few", calls: 60, seconds: 60, burst: 3, together: false }],
    retry_after: "/data/retryAfter",
    kind: |reply: &Reply| match (reply.status().as_u16(), reply.text_at("/code").as_deref()) {
        (450, _) => Some(Kind::OtpRequired),
        (_, Some("LOW")) => Some(Kind::InsufficientFunds),
        (_, Some("ASK")) => Some(Kind::OutcomeUnknown),
        (_, Some("SIGN_IN")) => Some(Kind::Unauthenticated),
        _ => None,
    },
});

pub(crate) fn credentials() -> Credentials {
    let credential = |value| Credential::new(value).expect("a credential");
    Credentials::new().with("secret", credential("SECRET-shared")).with("token", credential("SECRET-token"))
}

pub(crate) fn builder(url: &str) -> Builder {
    Core::builder(&PROVIDER).base_url(url).auth(credentials())
}

pub(crate) fn core(url: &str) -> Core {
    builder(url).build().expect("a client")
}

/// A client whose waits pass at once, and the script of its time.
pub(crate) fn scripted(url: &str) -> (Builder, Script) {
    let script = Script::new(Duration::from_secs(30));
    (on_script(builder(url), &script), script)
}

pub(crate) fn on_script(builder: Builder, script: &Script) -> Builder {
    builder.clock(script.clone()).sleep(script.clone()).rng(script.clone())
}

pub(crate) type Answered = Result<Response<Anything>, Error<Empty>>;

/// An answer of which nothing is documented but that it may be anything, so that any answer will do.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Anything(pub(crate) serde_json::Value);

impl bursar_runtime::Answer for Anything {
    fn read(reply: &Reply) -> Result<Self, bursar_runtime::Undecodable> {
        reply.json().map(Self)
    }
}

impl std::ops::Deref for Anything {
    type Target = serde_json::Value;

    fn deref(&self) -> &serde_json::Value {
        &self.0
    }
}

pub(crate) fn get(core: &Core) -> impl Future<Output = Answered> + '_ {
    let request = core.http().get(format!("{}/things/7", core.base_url()));
    core.call(&GET_THING, request)
}

pub(crate) fn counted(core: &Core) -> impl Future<Output = Answered> + '_ {
    core.call(&COUNTED, core.http().get(format!("{}/counted", core.base_url())))
}

pub(crate) fn transfer(core: &Core) -> impl Future<Output = Answered> + '_ {
    let request = core.http().post(format!("{}/transfer", core.base_url())).body(r#"{"amount":"SECRET-amount"}"#);
    core.call(&TRANSFER, request)
}

pub(crate) fn payment<'a>(core: &'a Core, body: &'static str) -> impl Future<Output = Answered> + 'a {
    let request = core.http().post(format!("{}/payment", core.base_url())).body(body);
    core.call(&PAYMENT, request)
}

pub(crate) fn refund<'a>(core: &'a Core, reference: Option<&str>) -> impl Future<Output = Answered> + 'a {
    let mut request = core.http().post(format!("{}/refund", core.base_url()));
    if let Some(reference) = reference {
        request = request.header("x-reference", reference);
    }
    core.call(&REFUND, request)
}

pub(crate) fn ping(core: &Core) -> impl Future<Output = Answered> + '_ {
    core.call(&PING, core.http().get(format!("{}/ping", core.base_url())))
}

/// The status-aware error body of a generated client, in miniature.
#[derive(Debug, PartialEq)]
pub(crate) enum TransferError {
    OtpRequired(Option<serde_json::Value>),
    Other,
}

impl bursar_runtime::ErrorBody for TransferError {
    fn read(reply: &Reply) -> Self {
        if reply.status() == http::StatusCode::from_u16(450).expect("a status") {
            Self::OtpRequired(reply.error_json())
        } else {
            Self::Other
        }
    }
}
