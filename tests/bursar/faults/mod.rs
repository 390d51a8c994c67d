//! Can any fault make money move twice, or make a client say what is not so?
//!
//! Every money operation of every provider in the sandbox meets every fault, and what the client says is held against what really moved.
//! `UPDATE_FAULTS=1` writes the table that comes of it to `docs/faults.md`.

mod kill;
mod simulation;
mod sockets;

use bursar_sandbox::{Fault, Times};
use bursar_world::matrix::{Cell, Matrix, Subject, faults};
use bursar_world::{Moment, PROVIDERS};

use crate::support::workspace::root;

const DOCUMENT: &str = "docs/faults.md";

const PREFACE: &str = "\
# What becomes of money when calls go wrong

Each operation that may move money was called in the sandbox under each fault, and what the client said was held against what really
moved. `cargo test -p bursar-tests faults` measures this table anew and fails if it says anything else; `UPDATE_FAULTS=1` writes it.

A cell reads: what the client said, and how often the money moved. Two entries: the fault met the first attempt only / every attempt.

* *accepted*: the call succeeded. *refused*: nothing moved, the provider said so. *not sent*: nothing left this machine.
* *unknown*: nobody can tell from what the client has seen. The client says so, and does not repeat what might pay twice. What follows
  the `>` is what `reconcile` then found: *done*, *failed*, or that it is still open: *pending* (the provider has not decided, or does
  not say), *not_found* (which proves nothing), *candidates* (a person decides), *undecidable* (the provider cannot be asked), *lookup
  failed*. Rows over sockets do not ask.
* *process-kill*: the process ends at a moment of the call, and a new client, ten minutes later, has nothing but the journal. What
  the journal says stands for what a client says, and `recover` in place of `reconcile`: no entry is *not sent*.
* `-`: the provider's document has no such answer.

Nothing moved more often than it was asked to, and nobody was told what is not so. One thing no client can prevent: a network that
delivers a call twice to a provider that knows no reference moves the money twice, though it was sent once (`duplicate-delivery`).

Faults before and after the effect differ in whether the provider carried the call out; the client cannot see which. Time is virtual,
and there are no sockets, but for the rows that say so.
";

/// One call, or two if the fault met only the first attempt of one and every attempt of the other.
fn text(cells: &[Cell]) -> String {
    let mut texts: Vec<String> = cells.iter().map(ToString::to_string).collect();
    texts.dedup();
    texts.join(" / ")
}

#[test]
fn no_fault_moves_money_twice_or_loses_an_outcome() {
    let (mut matrix, mut wrong, mut subjects) = (Matrix::default(), Vec::new(), 0);
    for (provider, operation) in PROVIDERS.iter().flat_map(|one| one.money().map(move |operation| (one, operation))) {
        let subject = Subject::new(provider, operation).expect("a call without faults");
        let mut rows = Vec::new();
        let mut measured = |name: &str, delivered_again: usize, cells: &[Cell]| {
            let faulty = cells.iter().filter_map(|cell| Some((cell, cell.wrong(&subject, delivered_again)?)));
            wrong.extend(faulty.map(|(cell, wrong)| format!("{} {name}: {wrong:?}: {cell}", operation.id)));
            rows.push((name.to_owned(), text(cells)));
        };
        for fault in faults() {
            let cells = match subject.can_meet(fault).expect("an operation of the sandbox") {
                false => Vec::new(),
                true => {
                    [Times::Nth(1), Times::Always].map(|times| subject.cell(fault, times).expect("a call")).to_vec()
                }
            };
            measured(fault.name(), usize::from(fault == Fault::DuplicateDelivery), &cells);
        }
        for (name, cells) in sockets::cells(&subject) {
            measured(name, 0, &cells);
        }
        for moment in Moment::ALL {
            measured(&format!("process-kill {moment}"), 0, &[subject.killed(moment).expect("a call")]);
        }
        let dash = |(name, text): (String, String)| (name, if text.is_empty() { "-".to_owned() } else { text });
        matrix.add(&subject, rows.into_iter().map(dash).collect());
        subjects += 1;
    }
    assert!(subjects >= 26, "only {subjects} money operations");
    println!("{matrix}");
    assert_eq!(wrong, [""; 0]);

    let (path, expected) = (root().join(DOCUMENT), format!("{PREFACE}\n{matrix}"));
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
    use bursar_world::Believed;
    use bursar_world::matrix::Wrong;

    let provider = PROVIDERS.iter().find(|provider| provider.name == "kasisto").expect("a provider");
    let transfer = provider.money().find(|operation| operation.id == "create_transfer").expect("an operation");
    let subject = Subject::new(provider, transfer).expect("a call without faults");
    let wrong = |believed, effects, again| Cell { believed, learned: None, effects, sends: 1 }.wrong(&subject, again);
    assert_eq!(wrong(Believed::Accepted, 2, 0), Some(Wrong::Doubled));
    assert_eq!(wrong(Believed::Unknown, 2, 0), Some(Wrong::Doubled));
    assert_eq!(wrong(Believed::Accepted, 3, 1), Some(Wrong::Doubled));
    assert_eq!(wrong(Believed::Accepted, 2, 1), None);
    let untrue = [(Believed::Accepted, 0), (Believed::Refused, 1), (Believed::NotSent, 1), (Believed::Failed, 1)];
    for (believed, effects) in untrue {
        assert_eq!(wrong(believed, effects, 0), Some(Wrong::Lost), "{believed}");
    }
    let true_ones = [(Believed::Accepted, 1), (Believed::Refused, 0), (Believed::Unknown, 0), (Believed::Unknown, 1)];
    for (believed, effects) in true_ones {
        assert_eq!(wrong(believed, effects, 0), None, "{believed}");
    }
}
