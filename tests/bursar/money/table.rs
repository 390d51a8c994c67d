//! Is what each operation does to money what somebody last read, and compared with the provider's documentation?
//!
//! `tests/money/<provider>.txt` holds every operation that moves money or changes something: from the rows that the client obeys, and, for
//! what statuses and refusals say, from calls on the wire. `UPDATE_MONEY=1 cargo test -p bursar-tests money` writes the tables anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use bursar::{Options, Progress};
use bursar_runtime::dispatch::Failed;
use bursar_runtime::operation::{Absent, Entries, Lookup, SettledLeg};
use bursar_runtime::{Effect, Key, Operation, StatusMeaning};

use super::refusals;
use crate::providers::per_provider;
use crate::support::document::{self, schemas_at};
use crate::support::example::example;
use crate::support::provider::Provider;
use crate::support::workspace::root;
use bursar_support::{Server, Step, bytes};

per_provider!(async the_table_is_what_was_read);

/// The statuses that a table speaks of.
const STATUSES: [u16; 20] =
    [400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 415, 422, 425, 429, 450, 500, 501, 502, 503, 504];

const LEGEND: &str = "\
Written by a test (UPDATE_MONEY=1 cargo test -p bursar-tests money); read the difference, and compare it with the provider's pages.

reference  where the caller's reference travels; \"none\": a repeat is a second call
amount     what is compared: pointers into the request, with the unit
answer     where the answer of the call itself says whether money moved; \"no status\": accepted, and pending
lookup     what is asked when the outcome is unknown, and what a missing entry proves
refused    answers (with a body that says nothing) after which nothing happened
unknown    answers after which only the lookup, or a person, can tell";

async fn the_table_is_what_was_read(provider: &'static Provider) {
    let table = Table::of(provider).await.to_string();
    let path = root().join("tests/money").join(format!("{}.txt", provider.name));
    if std::env::var_os("UPDATE_MONEY").is_some() {
        std::fs::write(&path, &table).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, table, "{} differs: run with UPDATE_MONEY=1, and read the difference", path.display());
}

/// A provider's table.
struct Table(String);

impl std::fmt::Display for Table {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl Table {
    async fn of(provider: &'static Provider) -> Self {
        let mut outcomes = Vec::new();
        for operation in provider.operations.iter().copied().filter(|operation| operation.effect != Effect::Read) {
            outcomes.push((operation, Outcomes::of(provider, operation).await));
        }
        let usual = usual(&outcomes);
        let mut text = format!("{}: what its operations do to money\n\n{LEGEND}\n\n", provider.name);
        write!(text, "Unless an operation says otherwise:\n{usual}{}", advice()).expect("a string");
        section(&mut text, "Operations that may move money");
        for (operation, outcomes) in outcomes.iter().filter(|(operation, _)| operation.effect == Effect::Money) {
            money(&mut text, provider, operation);
            outcomes.unless(&usual, &mut text);
        }
        section(&mut text, "Operations that change something and move no money");
        for (operation, outcomes) in outcomes.iter().filter(|(operation, _)| operation.effect == Effect::Write) {
            let lookup = lookup_of(operation).map_or_else(|| "no lookup".to_owned(), lookup);
            writeln!(text, "{}: reference {}; {lookup}", operation.id, reference(operation)).expect("a string");
            outcomes.unless(&usual, &mut text);
        }
        section(&mut text, "What statuses say");
        // Operations whose statuses say the same stand together.
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for (operation, states) in provider.operations.iter().filter_map(|row| Some((row, states(row)?))) {
            match groups.iter_mut().find(|(known, _)| *known == states) {
                Some((_, operations)) => operations.push(operation.id),
                None => groups.push((states, vec![operation.id])),
            }
        }
        for (states, operations) in groups {
            write!(text, "{}\n{states}", operations.join(", ")).expect("a string");
        }
        section(&mut text, "What refusals with known words or codes mean");
        for line in refusals::lines(provider).await {
            writeln!(text, "{line}").expect("a string");
        }
        Self(text)
    }
}

fn section(text: &mut String, title: &str) {
    write!(text, "\n{title}\n{}\n\n", "-".repeat(title.len())).expect("a string");
}

/// What each state asks of the caller.
fn advice() -> String {
    let states = [
        Progress::Done,
        Progress::Failed,
        Progress::Returned,
        Progress::InPart,
        Progress::MayStillCome,
        Progress::Pending,
    ];
    let line = |state: &Progress| format!("  {:<15} {}\n", state.name(), state.advice());
    format!("\nWhat a state asks of the caller:\n{}", states.iter().map(line).collect::<String>())
}

/// What answers say about a call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Outcomes(BTreeMap<&'static str, Vec<u16>>);

impl Outcomes {
    /// Calls the operation with its document's example, once for each status.
    async fn of(provider: &'static Provider, operation: &Operation) -> Self {
        let status = Arc::new(AtomicU16::new(0));
        let said = Arc::clone(&status);
        let make = move |_: &_| bytes(said.load(Ordering::SeqCst), &[("content-type", "application/json")], b"{}");
        let server = Server::start(vec![Step::Make(Arc::new(make))]).await;
        let documented = document::operation(provider.name, operation.id);
        let mut found: BTreeMap<&'static str, Vec<u16>> = BTreeMap::new();
        for code in STATUSES {
            status.store(code, Ordering::SeqCst);
            let options = Options::new().max_attempts(1).timeout(Duration::from_secs(3));
            let (api, arguments) = example(provider, &documented, provider.client(&server.url).with(options));
            let outcome = match api.call(operation.id, &arguments).await {
                Ok(_) => "accepted",
                Err(Failed::Call { error, .. }) => error.outcome().name(),
                Err(other) => panic!("{}: {other}", operation.id),
            };
            found.entry(outcome).or_default().push(code);
        }
        Self(found)
    }

    fn unless(&self, usual: &Self, text: &mut String) {
        if self != usual {
            write!(text, "{self}").expect("a string");
        }
    }
}

impl std::fmt::Display for Outcomes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (outcome, statuses) in &self.0 {
            let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
            writeln!(out, "  {outcome:<10} {}", statuses.join(" "))?;
        }
        Ok(())
    }
}

/// What most operations say.
fn usual(outcomes: &[(&'static Operation, Outcomes)]) -> Outcomes {
    let mut counts: BTreeMap<&Outcomes, usize> = BTreeMap::new();
    outcomes.iter().for_each(|(_, outcomes)| *counts.entry(outcomes).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).expect("an operation that is no read").0.clone()
}

fn money(text: &mut String, provider: &'static Provider, operation: &'static Operation) {
    let answer = match &operation.settled {
        None => "no status",
        Some(_) => "see below",
    };
    writeln!(text, "{}", operation.id).expect("a string");
    writeln!(text, "  reference  {}", reference(operation)).expect("a string");
    writeln!(text, "  amount     {}", amount(provider, operation)).expect("a string");
    writeln!(text, "  answer     {answer}").expect("a string");
    let found = lookup_of(operation).map_or_else(|| "none: the provider has to be asked".to_owned(), lookup);
    writeln!(text, "  lookup     {found}").expect("a string");
    for (first, last, meaning) in operation.outcomes {
        let conditions: &[(&str, &[&str])] = match meaning {
            StatusMeaning::RefusedIf { pointer, codes } => &[(*pointer, *codes)],
            StatusMeaning::RefusedIfAny(conditions) => conditions,
            _ => continue,
        };
        let statuses = if first == last { first.to_string() } else { format!("{first} to {last}") };
        let one = |(pointer, codes): &(&str, &[&str])| format!("{pointer} is {}", codes.join(" or "));
        let conditions: Vec<String> = conditions.iter().map(one).collect();
        writeln!(text, "  {statuses}: refused if {}", conditions.join(", or ")).expect("a string");
    }
}

fn reference(operation: &Operation) -> String {
    let Some(idempotency) = &operation.idempotency else { return "none".to_owned() };
    let place = match idempotency.key {
        Key::None => "none".to_owned(),
        Key::Body(pointer) => pointer.to_owned(),
        Key::Header(name) => format!("header {name}"),
        Key::Query(name) => format!("query {name}"),
    };
    let used: Vec<String> = idempotency.duplicate.iter().map(u16::to_string).collect();
    if used.is_empty() { place } else { format!("{place}; used before: {}", used.join(" ")) }
}

fn amount(provider: &'static Provider, operation: &Operation) -> String {
    let Some(money) = &operation.money else { return "not named".to_owned() };
    let documented = document::operation(provider.name, operation.id);
    let schema = documented.request_schema();
    let unit = schema.and_then(|schema| {
        schemas_at(schema, money.request.amount).iter().find_map(|schema| schema.get("x-unit")?.text())
    });
    let fields = [("currency", money.request.currency), ("account", money.request.account)];
    let fields = fields.iter().filter(|(_, pointer)| !pointer.is_empty());
    let fields: String = fields.map(|(name, pointer)| format!(", {name} {pointer}")).collect();
    format!("{} ({}){fields}", money.request.amount, unit.unwrap_or("no unit"))
}

fn lookup_of(operation: &Operation) -> Option<&Lookup> {
    operation.idempotency.as_ref()?.lookup.as_ref()
}

fn lookup(lookup: &Lookup) -> String {
    let by: Vec<&str> = lookup.parameters.iter().map(|parameter| parameter.from.name()).collect();
    let mut text = format!("{} by {}", lookup.operation, by.join(", "));
    for (name, pointer) in [("amount", lookup.amount), ("currency", lookup.currency)] {
        if !pointer.is_empty() {
            write!(text, ", compares {name}").expect("a string");
        }
    }
    if !lookup.before.is_empty() {
        write!(text, ", {} may be older than the call", lookup.before.join(" ")).expect("a string");
    }
    if let Some(Entries { amount, currency, time, direction, .. }) = &lookup.entries {
        let named = [("amount", amount), ("currency", currency), ("time", time)];
        let mut named: Vec<&str> = named.iter().filter(|(_, at)| !at.is_empty()).map(|(name, _)| *name).collect();
        named.extend(direction.as_ref().map(|_| "direction"));
        let named = if named.is_empty() { "nothing".to_owned() } else { named.join(", ") };
        write!(text, "; entries are told apart by {named}").expect("a string");
    }
    let absent = match lookup.absent {
        Absent::Unknown => "not found proves nothing".to_owned(),
        Absent::NotApplied => format!("not found after {} s: not applied", lookup.visible_after),
    };
    format!("{text}; {absent}")
}

fn states(operation: &Operation) -> Option<String> {
    let (settled, mut text) = (operation.settled.as_ref()?, String::new());
    for leg in settled.legs {
        let whole = if leg.whole { ", of the whole" } else { "" };
        writeln!(text, "  {} ({}{whole})", leg.name, leg.status).expect("a string");
        for (state, values) in classes(leg).iter().filter(|(_, values)| !values.is_empty()) {
            writeln!(text, "    {state:<15} {}", values.join(" ")).expect("a string");
        }
    }
    if let Some(counts) = &settled.counts {
        let named =
            [("total", counts.total), ("done", counts.done), ("failed", counts.failed), ("pending", counts.pending)];
        let named = named.iter().filter(|(_, pointer)| !pointer.is_empty());
        let named: Vec<String> = named.map(|(name, pointer)| format!("{name} {pointer}")).collect();
        writeln!(text, "  counts: {}", named.join(", ")).expect("a string");
    }
    Some(text)
}

fn classes(leg: &SettledLeg) -> [(&'static str, &'static [&'static str]); 7] {
    [
        ("done", leg.done),
        ("failed", leg.failed),
        ("returned", leg.returned),
        ("in_part", leg.in_part),
        ("may_still_come", leg.may_come),
        ("pending", leg.pending),
        ("by the counts", leg.counted),
    ]
}
