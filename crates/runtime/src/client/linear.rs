//! Does reading take twice the work for twice the input, whatever the input is?

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::client::core::Core;
use crate::error::Error;
use crate::json::reader::steps;
use crate::model::operation::{Effect, Envelope, Failed, Operation, Settled, SettledLeg};
use crate::time::BoxFuture;
use crate::wire::decode::Empty;
use crate::wire::drift::Drift;
use crate::wire::provider::Provider;
use crate::wire::reply::Reply;
use crate::wire::transport::{Transport, TransportError};
use crate::{List, Major, Minor, Odd, Open, StringOrInteger, lenient, lenient_object, lenient_union};

#[derive(Debug, Clone, PartialEq)]
struct Word;

impl std::str::FromStr for Word {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        if word == "word" { Ok(Self) } else { Err(()) }
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("word")
    }
}

#[derive(Debug, Default, Serialize)]
struct Account {
    account_id: Option<String>,
    amount: Option<Major>,
    cents: Option<Minor>,
    state: Option<Open<Word>>,
    number: Option<StringOrInteger>,
    party: Option<Party>,
    any: Option<Value>,
    tags: List<String>,
    parts: List<Account>,
    limits: BTreeMap<String, Value>,
    counts: BTreeMap<String, i64>,
    child: Option<Box<Account>>,
}
lenient_object!(Account { "account_id" => account_id, "amount" => amount, "cents" => cents, "state" => state, "number" => number,
    "party" => party, "any" => any, "tags" => tags, "parts" => parts, "limits" => limits, "counts" => counts, "child" => child });

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Party {
    Account(Box<Account>),
    Text(String),
    Many(Vec<Party>),
    Other(Odd),
}
lenient_union!(Party { Account ["account_id"], Text [], Many [], _ => Other });

/// A name, and text of a size.
type Shape = (&'static str, fn(usize) -> String);

/// Bodies that grow with `n`.
const HOSTILE: &[Shape] = &[
    ("unknown keys", |n| object(n, |at| format!("\"key_{at}\":1"))),
    ("unknown keys in capitals", |n| object(n, |at| format!("\"keyOf{at}\":1"))),
    ("doubled keys", |n| object(n, |_| "\"account_id\":1".to_owned())),
    ("doubled unknown keys", |n| object(n, |_| "\"stranger\":1".to_owned())),
    ("doubled keys in another casing", |n| object(n, |_| "\"accountId\":1".to_owned())),
    ("doubled keys in two casings", |n| object(n, |at| format!("\"{}\":1", ["accountId", "account_id"][at % 2]))),
    ("keys of separators", |n| format!("{{\"{}\":1}}", "_".repeat(n))),
    ("keys with escapes", |n| format!("{{\"{}\":1}}", "\\u0061".repeat(n))),
    ("doubled keys of a map", |n| format!("{{\"limits\":{}}}", object(n, |_| "\"a\":1".to_owned()))),
    ("keys of a map", |n| format!("{{\"limits\":{}}}", object(n, |at| format!("\"a{at}\":1")))),
    ("keys of a map in many casings", |n| {
        let casing = |at: usize| -> String {
            let letter = |bit: usize| if at >> bit & 1 == 0 { 'a' } else { 'A' };
            (0..16).map(letter).collect()
        };
        let value = |at: usize| if at.is_multiple_of(2) { "1" } else { "{}" };
        format!("{{\"counts\":{}}}", object(n, |at| format!("\"{}\":{}", casing(at), value(at))))
    }),
    ("keys of a union", |n| format!("{{\"party\":{}}}", object(n, |at| format!("\"a{at}\":1")))),
    ("doubled keys of a union", |n| format!("{{\"party\":{}}}", object(n, |_| "\"account_id\":null".to_owned()))),
    ("a long number", |n| format!("{{\"amount\":1{}}}", "0".repeat(n))),
    ("a long fraction", |n| format!("{{\"amount\":0.{}1}}", "0".repeat(n))),
    ("a long number in text", |n| format!("{{\"cents\":\"{}1\"}}", "0".repeat(n))),
    ("great exponents", |n| {
        format!("{{\"parts\":{}}}", list(n, |_| "{\"amount\":1e32000,\"number\":1e-32000}".to_owned()))
    }),
    ("long text with escapes", |n| format!("{{\"account_id\":\"{}\"}}", "\\n".repeat(n))),
    ("long words", |n| format!("{{\"state\":\"{}\"}}", "w".repeat(n))),
    ("lists in place of words", |n| format!("{{\"state\":{}}}", list(n, |_| "[]".to_owned()))),
    ("items", |n| format!("{{\"parts\":{}}}", list(n, |_| "{\"account_id\":\"x\",\"other\":{}}".to_owned()))),
    ("items that do not fit", |n| format!("{{\"tags\":{}}}", list(n, |_| "{}".to_owned()))),
    ("lists of one", |n| format!("{{\"parts\":{}}}", list(n, |_| "[{\"account_id\":1}]".to_owned()))),
    ("unions in unions", |n| format!("{{\"party\":{}}}", list(n, |_| "[[\"x\"],{\"account_id\":1}]".to_owned()))),
    ("nested lists of one", |n| format!("{{\"child\":{}{}}}", "[".repeat(100), "]".repeat(100)) + &" ".repeat(n)),
    ("deep lists", |n| format!("{{\"parts\":{}}}", list(n / 50, |_| "[".repeat(50) + &"]".repeat(50)))),
    ("deep objects", |n| {
        format!("{{\"parts\":{}}}", list(n / 50, |_| "{\"child\":".repeat(50) + "{}" + &"}".repeat(50)))
    }),
];

fn object(n: usize, member: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", (0..n).map(member).collect::<Vec<_>>().join(","))
}

fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    format!("[{}]", (0..n).map(item).collect::<Vec<_>>().join(","))
}

/// A name, and what reads text.
type Reader = (&'static str, fn(&str));

/// What reads a body.
const READERS: &[Reader] = &[
    ("an object", |body| drop(lenient::from_slice::<Account>(body.as_bytes()))),
    ("a union", |body| drop(lenient::from_slice::<Party>(body.as_bytes()))),
    ("drift", |body| {
        let account: Account = lenient::from_slice(body.as_bytes()).expect("an object");
        let _ = Drift::between(body.as_bytes(), &account);
    }),
    ("drift of a map", |body| {
        let map: BTreeMap<String, Value> = lenient::from_slice(body.as_bytes()).expect("an object");
        let _ = Drift::between(body.as_bytes(), &map);
    }),
    ("pointers", |body| {
        let reply = Reply::new(StatusCode::OK, HeaderMap::new(), body.to_owned());
        let _ = reply.text_at("/child/child/account_id");
        let _ = reply.text_at("/code");
    }),
];

#[test]
fn twice_the_input_is_twice_the_work() {
    let mut faults = Vec::new();
    for (name, body) in HOSTILE {
        for (reader, read) in READERS {
            let (small, large) = (body(500), body(1_000));
            let [once, twice] = [&small, &large].map(|body| steps::of(|| read(body)));
            if twice > 2 * once + once / 10 + 1_000 {
                faults.push(format!("{reader}: {name}: {once} steps become {twice}"));
            }
            // The constant: a few looks at every byte, one for each level that a document may have.
            if twice > 150 * large.len() + 10_000 {
                faults.push(format!("{reader}: {name}: {twice} steps for {} bytes", large.len()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What most answers are read into: fields, and no further levels.
#[derive(Debug, Default)]
struct Flat {
    account_id: Option<String>,
    amount: Option<Major>,
    cents: Option<Minor>,
    state: Option<Open<Word>>,
    number: Option<StringOrInteger>,
    tags: List<String>,
}
lenient_object!(Flat { "account_id" => account_id, "amount" => amount, "cents" => cents, "state" => state, "number" => number,
    "tags" => tags });

/// A read in an envelope, whose answer says how far a payment is.
static PAYMENT: Operation = Operation {
    provider: "testbank",
    id: "get_payment",
    aliases: &[],
    method: Method::GET,
    path: "/payment",
    tag: "",
    effect: Effect::Read,
    auth: &[],
    headers: &[],
    accept: "application/json",
    idempotency: None,
    settled: Some(Settled { legs: &[SettledLeg::at("payment", "/data/state")], counts: None }),
    money: None,
    outcomes: &[],
    envelope: Some(Envelope {
        payload: "/data",
        message: "/message",
        optional: true,
        failed: &[Failed { pointer: "/success", equals: &["false"] }],
    }),
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
};

static PROVIDER: Provider = Provider {
    name: "testbank",
    operations: &[&PAYMENT],
    limits: &[],
    retry_after: "/data/retryAfter",
    kind: |_| None,
};

/// Gives every call one answer.
struct Says(u16, Bytes);

impl Transport for Says {
    fn send(&self, _: reqwest::Request) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let answer = Response::builder().status(self.0).body(self.1.clone()).map_err(TransportError::unsent);
        Box::pin(std::future::ready(answer))
    }
}

/// The steps of a whole call that is answered so.
fn calls(status: u16, body: String) -> usize {
    let builder = Core::builder(&PROVIDER).base_url("http://127.0.0.1:1").transport(Says(status, body.into()));
    let core = builder.max_attempts(1).build().expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    steps::of(|| {
        let request = core.http().get("http://127.0.0.1:1/payment");
        let result: Result<crate::Response<Flat>, Error<Empty>> = runtime.block_on(core.call(&PAYMENT, request));
        assert_eq!(result.is_ok(), status == 200);
        match result {
            Ok(answer) => drop(answer.progress()),
            Err(error) => drop((error.message(), error.outcome())),
        }
    })
}

/// A type looks at each byte a few times, and a whole call does so for each place that it looks something up at. The bounds stand for less
/// than twice the time of a `Value`, as `cargo xtask bench reading` measures it.
#[test]
fn reading_takes_a_few_steps_for_each_byte() {
    let mut faults = Vec::new();
    for (name, body) in HOSTILE {
        let body = body(2_000);
        let members = body.strip_prefix('{').and_then(|body| body.trim_end().strip_suffix('}')).expect("an object");
        let typed = steps::of(|| drop(lenient::from_slice::<Flat>(body.as_bytes())));
        let success = calls(200, format!("{{\"success\":true,\"data\":{{\"account_id\":\"x\",{members}}}}}"));
        let refusal = calls(400, format!("{{\"success\":false,{members}}}"));
        for (reader, steps, most) in [("type", typed, TYPED), ("success", success, CALL), ("refusal", refusal, CALL)] {
            if steps > most * body.len() {
                faults.push(format!("{reader}: {name}: {} steps for each byte", steps / body.len()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Steps for each byte of a body at most.
const TYPED: usize = 5;
const CALL: usize = 12;
