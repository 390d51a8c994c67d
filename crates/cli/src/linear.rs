//! Do checks of captured payloads and of bodies take twice the work for twice the input?

use bursar_runtime::http::StatusCode;

use crate::args::Side;
use crate::check;
use crate::faults;
use crate::find;
use crate::provider::Row;
use crate::tree::Tree;
use crate::work::counted;

/// A name, and members of an object of a number.
type Shape = (&'static str, fn(usize) -> String);

const HOSTILE: &[Shape] = &[
    ("unknown members", |n| joined(n, |at| format!("\"key_{at}\":1"))),
    ("one unknown member again and again", |n| joined(n, |_| "\"stranger\":1".to_owned())),
    ("misspelt members", |n| joined(n, |at| format!("\"{}\":1", ["Amount", "AMOUNT", "a_mount", "amount "][at % 4]))),
    ("members of another type", |n| joined(n, |_| "\"amount\":\"7\"".to_owned())),
    ("members of a map", |n| format!("\"metadata\":{{{}}}", joined(n, |at| format!("\"key_{at}\":1")))),
    ("members of a map that look like data", |n| {
        format!("\"metadata\":{{{}}}", joined(n, |at| format!("\"{at}000\":1")))
    }),
    ("items", |n| format!("\"metadata\":[{}]", joined(n, |_| "{\"a\":1}".to_owned()))),
];

fn joined(n: usize, member: impl Fn(usize) -> String) -> String {
    (0..n).map(member).collect::<Vec<_>>().join(",")
}

fn row(provider: &str, operation: &str) -> Row {
    let found = find::provider(provider).and_then(|provider| find::operation(provider, operation));
    found.unwrap_or_else(|failure| panic!("{}", failure.message))
}

type Reader = Box<dyn Fn(&str)>;

/// What reads an object of such members.
fn readers() -> Vec<(&'static str, Reader)> {
    let (status, deposit) = (row("kotani", "get_deposit_status"), row("kotani", "create_mobile_money_deposit"));
    vec![
        (
            "an answer",
            Box::new(move |members| {
                let body = format!("{{\"success\":true,\"data\":{{\"reference_id\":\"r\",{members}}}}}");
                let _ = check::bytes("it", body.into_bytes(), Side::Response, StatusCode::OK, &status);
            }),
        ),
        (
            "a refusal",
            Box::new(move |members| {
                let body = format!("{{\"success\":false,{members}}}");
                let _ = check::bytes("it", body.into_bytes(), Side::Response, StatusCode::BAD_REQUEST, &status);
            }),
        ),
        (
            "a request",
            Box::new(move |members| {
                let body = format!("{{\"customer_key\":\"c\",\"wallet_id\":\"w\",{members}}}");
                let _ = check::bytes("it", body.into_bytes(), Side::Request, StatusCode::OK, &deposit);
            }),
        ),
        (
            "a body to send",
            Box::new(move |members| {
                let body = format!("{{\"customer_key\":\"c\",\"wallet_id\":\"w\",{members}}}");
                let tree = Tree::parse(body.as_bytes()).expect("JSON");
                let _ = faults::check(&tree, &deposit, false);
            }),
        ),
    ]
}

#[test]
fn twice_the_input_is_twice_the_work() {
    let mut grown = Vec::new();
    for (name, members) in HOSTILE {
        for (reader, read) in readers() {
            let [(_, once), (_, twice)] = [500, 1_000].map(|n| counted(|| read(&members(n))));
            if twice > 2 * once + once / 10 + 1_000 {
                grown.push(format!("{reader}: {name}: {once} steps become {twice}"));
            }
        }
    }
    assert!(grown.is_empty(), "{}", grown.join("\n"));
}
