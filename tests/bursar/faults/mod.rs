//! Can any fault make money move twice, or make a client say what is not so?
//!
//! Every money operation of every provider in the sandbox meets every fault, and what the client says is held against what really moved.
//! `UPDATE_FAULTS=1` writes the table that comes of it to `docs/faults.md`.

mod kill;
mod simulation;
mod sockets;

use bursar_sandbox::{Fate, Fault, Times};
use bursar_world::matrix::{Cell, Matrix, Subject, Wrong};
use bursar_world::{Believed, Claim, Moment, PROVIDERS, Truth};

use crate::support::workspace::root;

const DOCUMENT: &str = "docs/faults.md";

const PREFACE: &str = "\
# What becomes of money when calls go wrong

Each operation that may move money was called in the sandbox under each fault and with each fate, and what the client said was compared
with what really moved. `cargo test -p bursar-tests faults` measures these tables anew and fails if they say anything else;
`UPDATE_FAULTS=1` writes them.

Nothing moved more often than it was asked to, and no caller was told what is not so. One thing no client can prevent: a network that
delivers a call twice to a provider that knows no reference moves the money twice, though it was sent once (`duplicate-delivery`).

## Faults: a call goes wrong on its way there or back

A cell reads: what the client said, and how often the money moved. Two entries: the fault met the first attempt only / every attempt.

* *accepted*: the call succeeded, and is not settled. *done*, *failed*, *returned*, *in part*, *may still come*: the states of
  [outcomes.md](outcomes.md). *refused*: nothing moved, the provider said so. *not sent*: nothing left this machine.
* *unknown*: the outcome is open. The client says so, and does not repeat what might pay twice. What follows the `>` is what `reconcile`
  then found: a state, or that it is still open: *pending* (the provider has not decided, or does not say), *not_found* (which proves
  nothing), *candidates* (a person decides), *undecidable* (the provider cannot be asked), *lookup failed*. Rows over sockets do not ask.
* *process-kill*: the process ends at a moment of the call, and a new client, ten minutes later, has nothing but the journal. What
  the journal says stands for what a client says, and `recover` in place of `reconcile`: no entry is *not sent*.
* `-`: the provider's document has no such answer.

Faults before and after the effect differ in whether the provider carried the call out; the client cannot see which. Time is virtual,
and there are no sockets, but for the rows that say so.
";

const FATES: &str = "\
## Fates: a provider takes the call, and this becomes of it

A cell reads: what the client said at once > what `reconcile` found ten minutes later > what it found when everything had come to its end
(a word that stays the same stands once). Two entries: without a fault / when the answer to every attempt is lost (`drop-after-accept`).
`-`: the provider knows no such fate of the operation. What each fate is stands in `crates/sandbox/README.md`.
";

/// The operations that are not called, and why.
fn left_out() -> String {
    let all = PROVIDERS.iter().flat_map(|provider| provider.still().map(move |(id, why)| (provider.name, id, why)));
    all.fold("## Left out\n\n".to_owned(), |text, (provider, id, why)| format!("{text}* {provider} `{id}`: {why}.\n"))
}

/// One call, or two if the fault met only the first attempt of one and every attempt of the other.
fn text(cells: &[Cell]) -> String {
    let mut texts: Vec<String> = cells.iter().map(ToString::to_string).collect();
    texts.dedup();
    texts.join(" / ")
}

/// The cells of an operation by its fates, and what is wrong with them.
fn fates(subject: &Subject) -> (Vec<(String, String)>, Vec<String>) {
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for fate in Fate::ALL {
        let mut texts: Vec<String> = Vec::new();
        let lost = Some((Fault::DropAfterAccept, Times::Always));
        for fault in [None, lost] {
            if !subject.fates().any(|known| known == *fate) {
                continue;
            }
            let (text, cell) = subject.fated(*fate, fault).expect("a call");
            let id = subject.operation.id;
            wrong.extend(cell.wrong(subject, 0).map(|wrong| format!("{id} {fate}: {wrong:?}: {text}: {cell:?}")));
            texts.push(text);
        }
        texts.dedup();
        rows.push((fate.name().to_owned(), if texts.is_empty() { "-".to_owned() } else { texts.join(" / ") }));
    }
    (rows, wrong)
}

#[test]
fn no_fault_moves_money_twice_or_loses_an_outcome() {
    let (mut matrix, mut fated) = (Matrix::new("fault"), Matrix::new("fate"));
    let (mut wrong, mut subjects) = (Vec::new(), 0);
    for (provider, operation) in PROVIDERS.iter().flat_map(|one| one.money().map(move |operation| (one, operation))) {
        let subject = Subject::new(provider, operation).expect("a call without faults");
        let mut rows = Vec::new();
        let mut measured = |name: &str, delivered_again: usize, cells: &[Cell]| {
            let faulty = cells.iter().filter_map(|cell| Some((cell, cell.wrong(&subject, delivered_again)?)));
            wrong.extend(faulty.map(|(cell, wrong)| format!("{} {name}: {wrong:?}: {cell}", operation.id)));
            rows.push((name.to_owned(), text(cells)));
        };
        for fault in Fault::ALL {
            let cells = match subject.can_meet(*fault).expect("an operation of the sandbox") {
                false => Vec::new(),
                true => {
                    [Times::Nth(1), Times::Always].map(|times| subject.cell(*fault, times).expect("a call")).to_vec()
                }
            };
            measured(fault.name(), usize::from(*fault == Fault::DuplicateDelivery), &cells);
        }
        for (name, cells) in sockets::cells(&subject) {
            measured(name, 0, &cells);
        }
        for moment in Moment::ALL {
            measured(&format!("process-kill {moment}"), 0, &[subject.killed(moment).expect("a call")]);
        }
        let dash = |(name, text): (String, String)| (name, if text.is_empty() { "-".to_owned() } else { text });
        matrix.add(&subject, rows.into_iter().map(dash).collect());
        let (cells, faulty) = fates(&subject);
        wrong.extend(faulty);
        fated.add(&subject, cells);
        subjects += 1;
    }
    assert!(subjects >= 27, "only {subjects} money operations");
    println!("{matrix}\n{fated}");
    assert_eq!(wrong, [""; 0]);

    let (path, expected) = (root().join(DOCUMENT), format!("{PREFACE}\n{matrix}\n{FATES}\n{fated}\n{}", left_out()));
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(&path, &expected).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        written, expected,
        "{DOCUMENT} is not what was measured: run with UPDATE_FAULTS=1, and read the difference"
    );
}

/// A run of the matrix is only worth something if it can fail.
#[test]
fn a_doubled_movement_and_a_lost_outcome_are_seen() {
    let provider = PROVIDERS.iter().find(|provider| provider.name == "kasisto").expect("a provider");
    let transfer = provider.money().find(|operation| operation.id == "create_transfer").expect("an operation");
    let subject = Subject::new(provider, transfer).expect("a call without faults");
    let cell = |believed, then, effects, end| Cell {
        claims: vec![Claim { believed, then }],
        effects,
        end,
        moves: true,
        ..Cell::default()
    };
    let twice = |believed, effects, again| cell(believed, Truth::Done, effects, Truth::Done).wrong(&subject, again);
    assert_eq!(twice(Believed::Done, 2, 0), Some(Wrong::Doubled));
    assert_eq!(twice(Believed::Unknown, 2, 0), Some(Wrong::Doubled));
    assert_eq!(twice(Believed::Done, 3, 1), Some(Wrong::Doubled));
    assert_eq!(twice(Believed::Done, 2, 1), None);
    let wrong = |believed, then, end| cell(believed, then, 1, end).wrong(&subject, 0);
    let (nothing, returned, in_part, done) = (Truth::Nothing, Truth::Returned, Truth::InPart, Truth::Done);
    for (believed, then, end) in [
        (Believed::Accepted, nothing, nothing),
        (Believed::Done, nothing, nothing),
        (Believed::Done, in_part, in_part),
        (Believed::Done, nothing, done),
        (Believed::Refused, nothing, done),
        (Believed::NotSent, nothing, done),
        (Believed::Failed, nothing, done),
        (Believed::Failed, in_part, in_part),
        (Believed::Returned, done, done),
        (Believed::Returned, nothing, nothing),
        (Believed::InPart, done, done),
        (Believed::MayStillCome, done, done),
    ] {
        assert_eq!(wrong(believed, then, end), Some(Wrong::Lost), "{believed}, {then}, {end}");
    }
    for (believed, then, end) in [
        (Believed::Accepted, nothing, done),
        (Believed::Accepted, nothing, returned),
        (Believed::Done, done, done),
        (Believed::Done, done, returned),
        (Believed::Refused, nothing, nothing),
        (Believed::Failed, returned, returned),
        (Believed::Returned, returned, returned),
        (Believed::InPart, in_part, in_part),
        (Believed::MayStillCome, nothing, done),
        (Believed::MayStillCome, nothing, nothing),
        (Believed::Unknown, nothing, done),
    ] {
        assert_eq!(wrong(believed, then, end), None, "{believed}, {then}, {end}");
    }
}
