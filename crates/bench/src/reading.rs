//! Hostile answers, read by our types and by serde_json as a `Value` of the same bytes.

use std::time::{Duration, Instant};

use bursar_kasisto::types::BankLocation;
use serde_json::Value;

/// Bytes of each body.
const SIZE: usize = 4 * 1024 * 1024;
/// Readings of each body; the fastest counts.
const ROUNDS: usize = 5;
/// The greatest ratio that is fine.
const MOST: f64 = 2.0;

type Piece = fn(usize) -> String;

/// Members of an object, each repeated until the body is large.
const MEMBERS: [(&str, Piece); 10] = [
    ("unknown keys", |at| format!("\"key_{at}\":1")),
    ("unknown keys in capitals", |at| format!("\"keyOf{at}\":\"x\"")),
    ("one unknown key", |_| "\"stranger\":{}".to_owned()),
    ("one documented key", |_| "\"number_of_atms\":1".to_owned()),
    ("one key in another casing", |_| "\"numberOfAtms\":1".to_owned()),
    ("deep lists", |_| format!("\"services\":{}1{}", "[".repeat(60), "]".repeat(60))),
    ("deep objects", |_| format!("\"location\":{}1{}", "{\"a\":".repeat(60), "}".repeat(60))),
    ("long numbers", |_| format!("\"number_of_atms\":1{}", "0".repeat(300))),
    ("text with escapes", |_| format!("\"name\":\"{}\"", "\\n".repeat(1_000))),
    ("items of a list", |_| format!("\"bank_hours\":[{}]", ["{\"day\":\"x\",\"other\":1}"; 100].join(","))),
];

pub(crate) fn run() -> anyhow::Result<()> {
    crate::say(&format!("{:<28} {:>10} {:>10} {:>7}", "a body of 4 MiB", "Value, ms", "typed, ms", "ratio"));
    let mut worst: f64 = 0.0;
    for (name, piece) in MEMBERS {
        let body = body(piece);
        let value = fastest(|| serde_json::from_slice::<Value>(&body).map(drop))?;
        let typed = fastest(|| serde_json::from_slice::<BankLocation>(&body).map(drop))?;
        let ratio = typed.as_secs_f64() / value.as_secs_f64();
        worst = worst.max(ratio);
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        crate::say(&format!("{name:<28} {:>10.1} {:>10.1} {ratio:>7.2}", millis(value), millis(typed)));
    }
    anyhow::ensure!(worst < MOST, "a reading takes {worst:.2} times as long as a Value of the same bytes");
    Ok(())
}

fn body(piece: Piece) -> Vec<u8> {
    let mut text = "{\"distance\":\"1\"".to_owned();
    for at in 0.. {
        if text.len() >= SIZE {
            break;
        }
        text.push(',');
        text.push_str(&piece(at));
    }
    text.push('}');
    text.into_bytes()
}

fn fastest<E>(mut read: impl FnMut() -> Result<(), E>) -> Result<Duration, E> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        read()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}
