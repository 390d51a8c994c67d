//! Hostile answers, read by our types and by whole calls, against serde_json reading the same bytes as a `Value`.

use std::time::{Duration, Instant};

use anyhow::Context;
use bursar_kotani::{Client, Credential, Environment, types::Deposit};
use bursar_runtime::http::Response;
use bursar_runtime::{BoxFuture, Bytes, Request, Transport, TransportError};
use serde_json::Value;

/// Bytes of each body.
const SIZE: usize = 4 * 1024 * 1024;
/// Readings of each body; the fastest counts.
const ROUNDS: usize = 5;
/// The greatest ratio that is fine.
const MOST: f64 = 2.0;

type Piece = fn(usize) -> String;

/// Members of an object, each repeated until the body is large.
const MEMBERS: [(&str, Piece); 16] = [
    ("unknown keys", |at| format!("\"key_{at}\":1")),
    ("unknown keys in capitals", |at| format!("\"keyOf{at}\":\"x\"")),
    ("one unknown key", |_| "\"stranger\":{}".to_owned()),
    ("one documented key", |_| "\"amount\":1".to_owned()),
    ("one key in another casing", |_| "\"walletId\":1".to_owned()),
    ("one key in two casings", |at| ["\"walletId\":1", "\"wallet_id\":1"][at % 2].to_owned()),
    ("deep lists", |_| format!("\"status\":{}1{}", "[".repeat(60), "]".repeat(60))),
    ("deep objects", |_| format!("\"status\":{}1{}", "{\"a\":".repeat(60), "}".repeat(60))),
    ("long numbers", |_| format!("\"amount\":1{}", "0".repeat(300))),
    ("one long number", |_| format!("\"amount\":0.{}1", "0".repeat(SIZE))),
    ("text with escapes", |_| format!("\"status\":\"{}\"", "\\n".repeat(1_000))),
    ("one long text", |_| format!("\"message\":\"{}\"", "x".repeat(SIZE))),
    ("one long text of escapes", |_| format!("\"message\":\"{}\"", "\\n".repeat(SIZE / 2))),
    ("blanks", |_| format!("\"status\":{}1", " ".repeat(10_000))),
    ("items of a list", |_| format!("\"status\":[{}]", ["{\"day\":\"x\",\"other\":1}"; 100].join(","))),
    ("a list of one number", |_| format!("\"amount\":[{}]", "1,".repeat(50_000) + "1")),
];

/// Items of a list, which take more memory than text.
const ITEMS: [(&str, Piece); 2] =
    [("empty items", |_| "{}".to_owned()), ("small items", |_| "{\"id\":\"x\"}".to_owned())];

/// Gives every call one answer, in place of a network.
struct Says(u16, Bytes);

impl Transport for Says {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let answer = Response::builder().status(self.0).header("content-type", "application/json");
        let answer = answer.body(self.1.clone()).map_err(TransportError::unsent);
        Box::pin(std::future::ready(answer))
    }
}

/// What reads a body.
type Reader = (&'static str, fn(&str) -> anyhow::Result<Duration>);

/// Readers of an object of members; all are compared with the first.
const OF_MEMBERS: [Reader; 4] = [
    ("value", |members| timed(&object(members), |text| serde_json::from_str::<Value>(text).is_ok())),
    ("typed", |members| timed(&object(members), |text| serde_json::from_str::<Deposit>(text).is_ok())),
    ("success", |members| calls(200, format!("{{\"success\":true,\"data\":{}}}", object(members)))),
    ("refusal", |members| calls(400, format!("{{\"success\":false,{members}}}"))),
];

/// Readers of a list of items.
const OF_ITEMS: [Reader; 2] = [
    ("value", |items| timed(&format!("[{items}]"), |text| serde_json::from_str::<Value>(text).is_ok())),
    // What takes too much memory is refused, which is a reading too.
    ("typed", |items| {
        timed(&format!("[{items}]"), |text| {
            drop(std::hint::black_box(serde_json::from_str::<Vec<Deposit>>(text)));
            true
        })
    }),
];

fn object(members: &str) -> String {
    format!("{{\"reference_id\":\"r\",{members}}}")
}

/// A whole call that is answered so.
fn calls(status: u16, body: String) -> anyhow::Result<Duration> {
    let says = Says(status, body.into());
    let client = Client::builder()
        .environment(Environment::Custom("http://127.0.0.1:1".to_owned()))
        .api_key(Credential::new("bench-key")?)
        .core(|core| core.transport(says).max_attempts(1))
        .build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    timed("", |_| match runtime.block_on(client.get_deposit_status("r")) {
        Ok(answer) => {
            std::hint::black_box(answer.progress());
            status == 200
        }
        Err(error) => {
            std::hint::black_box((error.message(), error.outcome()));
            status != 200
        }
    })
}

/// The time of a reading, which has to succeed.
fn timed(text: &str, read: impl FnOnce(&str) -> bool) -> anyhow::Result<Duration> {
    let start = Instant::now();
    anyhow::ensure!(std::hint::black_box(read(text)), "the body was not read as expected");
    Ok(start.elapsed())
}

/// All bodies by all readers; or one body by one reader once, for a counter of instructions (by no reader, it is made only).
pub(crate) fn run(mut words: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let bodies =
        MEMBERS.iter().map(|body| (body, &OF_MEMBERS[..])).chain(ITEMS.iter().map(|body| (body, &OF_ITEMS[..])));
    if let Some(name) = words.next() {
        let wanted = words.next().unwrap_or_default();
        let ((_, piece), readers) = bodies.clone().find(|((other, _), _)| *other == name).context("no such body")?;
        let made = std::hint::black_box(repeated(*piece));
        let reader = readers.iter().find(|(other, _)| *other == wanted);
        return reader.map_or(Ok(()), |(_, read)| read(&made).map(drop));
    }
    crate::say(&format!("{:<28} {:>9} {:>7} {:>7} {:>7}", "4 MiB of", "Value, ms", "typed", "success", "refusal"));
    let mut worst: f64 = 0.0;
    for ((name, piece), readers) in bodies {
        let made = repeated(*piece);
        let times = readers.iter().map(|(_, read)| fastest(*read, &made)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut line = format!("{name:<28} {:>9.1}", times[0].as_secs_f64() * 1e3);
        for time in &times[1..] {
            let ratio = time.as_secs_f64() / times[0].as_secs_f64();
            worst = worst.max(ratio);
            line += &format!(" {ratio:>7.2}");
        }
        crate::say(&line);
    }
    anyhow::ensure!(worst < MOST, "a reading takes {worst:.2} times as long as a Value of the same bytes");
    Ok(())
}

/// So many pieces that the body is large.
fn repeated(piece: Piece) -> String {
    let mut text = piece(0);
    for at in 1.. {
        if text.len() >= SIZE {
            break;
        }
        text.push(',');
        text.push_str(&piece(at));
    }
    text
}

fn fastest(read: fn(&str) -> anyhow::Result<Duration>, text: &str) -> anyhow::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        best = best.min(read(text)?);
    }
    Ok(best)
}
