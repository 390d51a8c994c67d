//! Every money operation under every fault: what the client says, and what really moved.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, ensure};
use bursar_runtime::{Key, Operation, Pending};
use bursar_sandbox::{Fault, Sandbox, Times};

use crate::crash::Moment;
use crate::example::Example;
use crate::fate::{Believed, Learned, Moved, said};
use crate::provider::{Client, Provider};
use crate::world::World;

/// The faults that are tried: those of the way. Answers that are odd are tried apart.
pub fn faults() -> impl Iterator<Item = Fault> {
    const ODD: &[Fault] = &[Fault::SuccessZero, Fault::ErrorObject, Fault::EmptyObject, Fault::OtherReference];
    Fault::ALL.iter().copied().filter(|fault| !ODD.contains(fault))
}

/// A money operation, and what it does when nothing goes wrong.
pub struct Subject {
    /// Whose it is.
    pub provider: &'static Provider,
    /// What is called.
    pub operation: &'static Operation,
    example: Example,
    /// The call that comes before, and the member of its answer that goes into the body.
    before: Option<(&'static str, Example, &'static str)>,
    /// Whether the caller makes references up; else they are of something that is there already.
    has_free_reference: bool,
    /// What moves although nobody calls.
    by_itself: Moved,
    /// What one call moves.
    effect: Moved,
}

/// One call under a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// What the client says.
    pub believed: Believed,
    /// What it found out when it did not know.
    pub learned: Option<Learned>,
    /// How often the call took effect.
    pub effects: usize,
    /// How often the client sent it, where that was counted.
    pub sends: u32,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.learned {
            None => write!(f, "{}, moved {}", self.believed, self.effects),
            Some(Learned { name, .. }) => write!(f, "{} > {name}, moved {}", self.believed, self.effects),
        }
    }
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The client made money move more often than it was asked to.
    Doubled,
    /// The client says what is not so.
    Lost,
}

impl Subject {
    /// Measures what an operation's example moves.
    ///
    /// # Errors
    /// The call fails although nothing goes wrong, or moves nothing.
    pub fn new(provider: &'static Provider, operation: &'static Operation) -> Result<Self> {
        let mut examples = provider.examples()?;
        let mut example =
            |id: &str| examples.remove(id).with_context(|| format!("{} shows no call of {id}", provider.name));
        let before = match provider.before(operation.id) {
            Some((id, member)) => Some((id, example(id)?, member)),
            None => None,
        };
        let example = example(operation.id)?;
        let quiet = World::new(0)?;
        quiet.client(provider)?;
        quiet.settle();
        let by_itself = Moved::at(&quiet.sandbox, provider.name);
        let mut subject = Self {
            provider,
            operation,
            example,
            before,
            has_free_reference: true,
            by_itself,
            effect: Moved::default(),
        };
        let (mut cell, mut moved) = subject.call(None)?;
        if cell.believed == Believed::Refused {
            subject.has_free_reference = false;
            (cell, moved) = subject.call(None)?;
        }
        let id = operation.id;
        ensure!(cell.believed == Believed::Accepted, "{id}: {cell} without a fault");
        ensure!(!moved.is_nothing(), "{id}: the example moves nothing");
        subject.effect = moved;
        Ok(subject)
    }

    /// Whether the provider recognises a repeat by the caller's reference.
    pub fn is_keyed(&self) -> bool {
        self.operation.idempotency.as_ref().is_some_and(|idempotency| idempotency.key != Key::None)
    }

    /// Whether a fault means anything for the operation.
    ///
    /// # Errors
    /// The sandbox has no such operation.
    pub fn can_meet(&self, fault: Fault) -> Result<bool> {
        Sandbox::in_process(0)?.faults().applies(self.provider.name, self.operation.id, fault)
    }

    /// Makes the call in a world of its own, where these of its attempts meet the fault.
    ///
    /// # Errors
    /// The call could not be made, or something moved that is not its effect.
    pub fn cell(&self, fault: Fault, times: Times) -> Result<Cell> {
        let (mut cell, moved) = self.call(Some((fault, times)))?;
        cell.effects = self.effects(&moved)?;
        Ok(cell)
    }

    /// Makes the call in a process that ends at a moment of it. All that a new one has is the journal, ten minutes later.
    ///
    /// # Errors
    /// The call could not be made, or something moved that is not its effect.
    pub fn killed(&self, moment: Moment) -> Result<Cell> {
        let world = World::new(0)?;
        let (client, ledger) = (world.client(self.provider)?, world.ledger(self.provider));
        let before = world.transport.sends();
        let call = world.doom.before(Some(moment), self.call_of(&*client, "reference-1"));
        let survived = world.time.run(call).is_some();
        ensure!(!survived, "{}: the call never came to the moment {moment}", self.operation.id);
        let sends = world.transport.sends() - before;
        drop(client);
        world.rest();
        let believed = ledger.believed();
        let recovered = world.recover(self.provider)?;
        ensure!(recovered.len() == usize::from(believed == Believed::Unknown), "{}: {recovered:?}", self.operation.id);
        let learned = recovered.first().map(|one| Learned::of(one.result()));
        world.settle();
        let effects = self.effects(&self.moved_at(&world.sandbox))?;
        Ok(Cell { believed, learned, effects, sends })
    }

    /// How often the call took effect, if that is all that moved.
    ///
    /// # Errors
    /// Something else moved.
    pub fn effects(&self, moved: &Moved) -> Result<usize> {
        moved.times(&self.effect).with_context(|| format!("{}: {moved} is not {}", self.operation.id, self.effect))
    }

    /// Makes the call, under a reference if the provider knows references: what the client says, and what is needed to find out.
    ///
    /// # Errors
    /// The call could not be made, or what is needed to find out is not there.
    pub async fn call_of(&self, client: &dyn Client, reference: &str) -> Result<(Believed, Option<Pending>)> {
        let client = client.with(self.example.options());
        let mut example = self.example.clone();
        if let Some((id, first, member)) = &self.before {
            // If it does not get through, neither will the call.
            if let Ok(answer) = client.call(id, &first.arguments())?.await {
                let members: BTreeMap<String, serde_json::Value> = serde_json::from_str(&answer.json)?;
                example = example.with_field(member, &members.get(*member))?;
            }
        }
        if self.has_free_reference {
            example = example.with_reference(self.operation, reference)?;
        }
        let arguments = example.arguments();
        let (believed, pending) = said(&client.call(self.operation.id, &arguments)?.await)?;
        let has_reference = pending.as_ref().is_some_and(|pending| pending.reference().is_some());
        let id = self.operation.id;
        ensure!(believed != Believed::Unknown || pending.is_some(), "{id}: nothing to find out with");
        ensure!(pending.is_none() || !self.is_keyed() || has_reference, "{id}: the reference is lost");
        Ok((believed, pending))
    }

    /// What moved at a sandbox that would not have moved by itself.
    pub fn moved_at(&self, sandbox: &Sandbox) -> Moved {
        Moved::at(sandbox, self.provider.name).since(&self.by_itself)
    }

    fn call(&self, fault: Option<(Fault, Times)>) -> Result<(Cell, Moved)> {
        let world = World::new(0)?;
        let client = world.client(self.provider)?;
        if let Some((fault, times)) = fault {
            world.sandbox.faults().on(self.provider.name, self.operation.id, fault, times)?;
        }
        let before = world.transport.sends();
        let (believed, pending) = world.time.run(self.call_of(&*client, "reference-1"))?;
        let sends = world.transport.sends() - before;
        let learned = pending.map(|pending| Learned::of(world.time.run(client.reconcile(&pending)).as_ref()));
        world.settle();
        let violations = world.sandbox.violations();
        ensure!(violations.is_empty(), "{}: {violations:?}", self.operation.id);
        Ok((Cell { believed, learned, effects: 0, sends }, self.moved_at(&world.sandbox)))
    }
}

impl Cell {
    /// What is wrong with it, if the network delivered the call so many times more than it was sent. That a provider which knows no
    /// reference then moves money more often is nothing that a client could prevent.
    pub fn wrong(&self, subject: &Subject, delivered_again: usize) -> Option<Wrong> {
        let allowed = if subject.is_keyed() { 1 } else { 1 + delivered_again };
        if self.effects > allowed {
            Some(Wrong::Doubled)
        } else {
            let learned = self.learned.is_none_or(|learned| learned.believed.agrees_with(self.effects));
            (!learned || !self.believed.agrees_with(self.effects)).then_some(Wrong::Lost)
        }
    }
}

/// What operations do under all faults, in the order of the rows; those that do the same stand together.
#[derive(Default)]
pub struct Matrix {
    rows: Vec<String>,
    columns: BTreeMap<Vec<String>, Vec<String>>,
}

impl Matrix {
    /// Adds an operation with its cells, by the name of their row.
    pub fn add(&mut self, subject: &Subject, cells: Vec<(String, String)>) {
        let (rows, cells): (Vec<String>, Vec<String>) = cells.into_iter().unzip();
        self.rows = rows;
        let name = format!("{} `{}`", subject.provider.name, subject.operation.id);
        self.columns.entry(cells).or_default().push(name);
    }
}

/// As a table of Markdown, with the operations of each column above it.
impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut columns: Vec<_> = self.columns.iter().collect();
        columns.sort_by_key(|(_, operations)| (usize::MAX - operations.len(), operations.first().cloned()));
        let letters: Vec<char> = ('A'..).take(columns.len()).collect();
        for (letter, (_, operations)) in letters.iter().zip(&columns) {
            writeln!(f, "* **{letter}**: {}", operations.join(", "))?;
        }
        let width = self.rows.iter().map(String::len).max().unwrap_or_default();
        let widths: Vec<usize> =
            columns.iter().map(|(cells, _)| cells.iter().map(String::len).max().unwrap_or_default()).collect();
        write!(f, "\n| {:width$} |", "fault")?;
        for (letter, width) in letters.iter().zip(&widths) {
            write!(f, " {letter:width$} |")?;
        }
        write!(f, "\n|-{:-<width$}-|", "")?;
        for width in &widths {
            write!(f, "-{:-<width$}-|", "")?;
        }
        for (index, row) in self.rows.iter().enumerate() {
            write!(f, "\n| {row:width$} |")?;
            for ((cells, _), width) in columns.iter().zip(&widths) {
                write!(f, " {:width$} |", cells[index])?;
            }
        }
        writeln!(f)
    }
}
