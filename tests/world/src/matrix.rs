//! Every money operation under every fault and every fate: what the client says, and what really moved.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use bursar_runtime::{Key, Operation, Pending};
use bursar_sandbox::{Effect, Fate, Fault, Sandbox, Times};

use crate::crash::Moment;
use crate::example::Example;
use crate::fate::{Believed, Claim, Learned, said};
use crate::provider::{Before, Client, Provider};
use crate::truth::{Moved, Truth};
use crate::world::World;

/// A money operation, and what it does when nothing goes wrong.
pub struct Subject {
    /// Whose it is.
    pub provider: &'static Provider,
    /// What is called.
    pub operation: &'static Operation,
    example: Example,
    /// The call that comes before.
    before: Option<(Before, Example)>,
    /// Whether the caller makes references up; else they are of something that is there already.
    has_free_reference: bool,
    /// What moves although nobody calls.
    by_itself: Moved,
    /// What one call moves in the end, by its fate.
    effects: BTreeMap<Option<Fate>, Moved>,
}

/// One call under a fault or with a fate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Everything that the client said, in order.
    pub claims: Vec<Claim>,
    /// What it found out when it looked the call up.
    pub learned: Option<Learned>,
    /// How often the call took effect.
    pub effects: usize,
    /// How often the client sent it, where that was counted.
    pub sends: u32,
    /// How often the caller made the same call again.
    pub repeats: u32,
    /// What it came to in the end.
    pub end: Truth,
    /// Whether a call with its fate moves anything.
    pub moves: bool,
}

impl Cell {
    /// What the client said first.
    pub fn believed(&self) -> Believed {
        self.claims.first().map_or(Believed::Unknown, |claim| claim.believed)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.believed())?;
        if let Some(Learned { name, .. }) = self.learned.filter(|_| self.believed() == Believed::Unknown) {
            write!(f, " > {name}")?;
        }
        write!(f, ", moved {}", self.effects)
    }
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Money moved more often than it was asked to.
    Doubled,
    /// The client says what is not so.
    Lost,
    /// The journal closed an entry as what it was not.
    Closed,
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
            Some(before) => Some((before, example(before.id)?)),
            None => None,
        };
        let example = example(operation.id)?;
        let quiet = World::with(0, provider.settings(operation.id))?;
        quiet.client(provider)?;
        quiet.settle();
        let by_itself = Moved::at(&quiet.sandbox, provider.name, None);
        let mut subject = Self {
            provider,
            operation,
            example,
            before,
            has_free_reference: true,
            by_itself,
            effects: BTreeMap::new(),
        };
        let mut cell = subject.call(None, None)?;
        if cell.0.believed() == Believed::Refused {
            subject.has_free_reference = false;
            cell = subject.call(None, None)?;
        }
        let (cell, moved) = cell;
        let id = operation.id;
        let is_accepted = matches!(cell.believed(), Believed::Accepted | Believed::Done);
        ensure!(is_accepted, "{id}: {cell} without a fault");
        ensure!(!moved.is_nothing(), "{id}: the example moves nothing");
        subject.effects.insert(None, moved);
        for fate in quiet.fates(provider.name, id) {
            let (_, moved) = subject.call(None, Some(fate))?;
            subject.effects.insert(Some(fate), moved);
        }
        Ok(subject)
    }

    fn world(&self) -> Result<World> {
        World::with(0, self.provider.settings(self.operation.id))
    }

    /// The sandbox that its calls move money in.
    pub fn sandbox(&self) -> bursar_sandbox::Builder {
        let plain = Sandbox::builder();
        match self.provider.settings(self.operation.id) {
            Some(settings) => settings(plain),
            None => plain,
        }
    }

    /// Whether the provider recognises a repeat by the caller's reference.
    pub fn is_keyed(&self) -> bool {
        self.operation.idempotency.as_ref().is_some_and(|idempotency| idempotency.key != Key::None)
    }

    /// Whether the call works only once: sent again, it is refused, or does nothing.
    pub fn works_once(&self) -> bool {
        self.operation.idempotency.as_ref().is_some_and(|idempotency| idempotency.one_time)
    }

    /// What a provider may do with the call.
    pub fn fates(&self) -> impl Iterator<Item = Fate> {
        self.effects.keys().copied().flatten()
    }

    /// Whether a fault or a fate means anything for the operation.
    ///
    /// # Errors
    /// The sandbox has no such operation.
    pub fn can_meet(&self, effect: impl Into<Effect>) -> Result<bool> {
        Sandbox::in_process(0)?.faults().applies(self.provider.name, self.operation.id, effect)
    }

    /// Makes the call in a world of its own, where these of its attempts meet the fault.
    ///
    /// # Errors
    /// The call could not be made, or something moved that is not its effect.
    pub fn cell(&self, fault: Fault, times: Times) -> Result<Cell> {
        Ok(self.call(Some((fault, times)), None)?.0)
    }

    /// Makes a call with a fate, the first attempt or all of them under a fault. It is looked up at once if its outcome is unknown, after
    /// ten minutes, and when everything has come to its end: the words for each, and the cell.
    ///
    /// # Errors
    /// The call could not be made, or something moved that is not its effect.
    pub fn fated(&self, fate: Fate, fault: Option<(Fault, Times)>) -> Result<(String, Cell)> {
        let world = self.world()?;
        let client = world.client(self.provider)?;
        world.sandbox.faults().on(self.provider.name, self.operation.id, fate, Times::Always)?;
        if let Some((fault, times)) = fault {
            world.sandbox.faults().on(self.provider.name, self.operation.id, fault, times)?;
        }
        let (believed, pending) = world.time.run(self.call_of(&*client, "reference-1"))?;
        let mut cell = Cell::default();
        let mut words = vec![believed.to_string()];
        let claim = |believed| Claim { believed, then: self.truth(&self.moved_at(&world.sandbox, None)) };
        cell.claims.push(claim(believed));
        // Sessions end with time, so each look is that of a new client.
        for wait in [World::rest, World::settle] {
            wait(&world);
            let Some(pending) = &pending else { continue };
            let client = world.client(self.provider)?;
            let learned = Learned::of(world.time.run(client.reconcile(pending)).as_ref());
            cell.claims.push(claim(learned.believed));
            cell.learned = Some(learned);
            words.push(learned.name.replace('_', " "));
        }
        words.dedup();
        self.conclude(&mut cell, &self.moved_at(&world.sandbox, None), Some(fate))?;
        let violations = world.sandbox.violations();
        ensure!(violations.is_empty(), "{}: {violations:?}", self.operation.id);
        Ok((words.join(" > "), cell))
    }

    /// Makes the call in a process that ends at a moment of it. All that a new one has is the journal, ten minutes later.
    ///
    /// # Errors
    /// The call could not be made, or something moved that is not its effect.
    pub fn killed(&self, moment: Moment) -> Result<Cell> {
        let world = self.world()?;
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
        let truth = self.truth(&self.moved_at(&world.sandbox, None));
        let is_open = matches!(believed, Believed::Unknown | Believed::Accepted);
        ensure!(recovered.len() == usize::from(is_open), "{}: {recovered:?}", self.operation.id);
        let learned = recovered.first().map(|one| Learned::of(one.result()));
        let words = std::iter::once(believed).chain(learned.map(|learned| learned.believed));
        let claims = words.map(|believed| Claim { believed, then: truth }).collect();
        world.settle();
        let mut cell = Cell { claims, learned, sends, ..Cell::default() };
        self.conclude(&mut cell, &self.moved_at(&world.sandbox, None), None)?;
        Ok(cell)
    }

    /// How often a call with this fate took effect, if that is all that moved.
    ///
    /// # Errors
    /// Something else moved.
    pub fn effects(&self, moved: &Moved, fate: Option<Fate>) -> Result<usize> {
        let effect = self.effects.get(&fate).context("the operation knows no such fate")?;
        moved.times(effect).with_context(|| format!("{}: {moved} is not {effect}", self.operation.id))
    }

    /// What these movements come to.
    pub fn truth(&self, moved: &Moved) -> Truth {
        self.effects.get(&None).map_or(Truth::Nothing, |whole| moved.truth(whole))
    }

    /// Whether a call with this fate moves anything.
    pub fn moves(&self, fate: Option<Fate>) -> bool {
        self.effects.get(&fate).is_some_and(|effect| !effect.is_nothing())
    }

    /// Writes into a cell what it came to in the end.
    ///
    /// # Errors
    /// Something moved that is not the effect of a call with this fate.
    pub fn conclude(&self, cell: &mut Cell, moved: &Moved, fate: Option<Fate>) -> Result<()> {
        cell.effects = self.effects(moved, fate)?;
        cell.end = self.truth(moved);
        cell.moves = self.moves(fate);
        Ok(())
    }

    /// Makes the call, under a reference if the provider knows references: what the client says, and what is needed to follow it.
    ///
    /// # Errors
    /// The call could not be made, or what is needed to find out is not there.
    pub async fn call_of(&self, client: &dyn Client, reference: &str) -> Result<(Believed, Option<Pending>)> {
        self.repeat_of(client, reference, &Mutex::default()).await
    }

    /// The same; the call as it was made is kept, and made so again if it is kept already.
    ///
    /// # Errors
    /// As [`call_of`](Self::call_of).
    pub async fn repeat_of(
        &self,
        client: &dyn Client,
        reference: &str,
        kept: &Mutex<Option<Example>>,
    ) -> Result<(Believed, Option<Pending>)> {
        let client = client.with(self.provider.known(self.operation.id, self.example.options()));
        let kept_before = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let example = match kept_before {
            Some(example) => example,
            None => self.prepared(&*client, reference).await?,
        };
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(example.clone());
        let arguments = example.arguments();
        let (believed, pending) = said(&client.call(self.operation.id, &arguments)?.await)?;
        let has_reference = pending.as_ref().is_some_and(|pending| pending.reference().is_some());
        let id = self.operation.id;
        ensure!(believed != Believed::Unknown || pending.is_some(), "{id}: nothing to find out with");
        ensure!(pending.is_none() || !self.is_keyed() || has_reference, "{id}: the reference is lost");
        Ok((believed, pending))
    }

    /// What to call with, after the call that has to come before.
    async fn prepared(&self, client: &dyn Client, reference: &str) -> Result<Example> {
        let mut example = self.example.clone().with_correlation(self.operation, reference)?;
        if let Some((Before { id, pointer, to, .. }, first)) = &self.before {
            let row = self.provider.operation(id).with_context(|| format!("there is no operation {id}"))?;
            let first = first.clone().with_correlation(row, reference)?;
            // If it does not get through, neither will the call.
            if let Ok(answer) = client.call(id, &first.arguments())?.await {
                let answer: serde_json::Value = serde_json::from_str(&answer.json)?;
                let value = answer.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default();
                example = example.with_value(to, value.rsplit('/').next().unwrap_or_default())?;
            }
            // What it was told apart by is repeated.
            if let Some(correlation) = &row.correlation {
                let field = correlation.field.trim_start_matches('/');
                example = example.with_field(field, &first.field(field)?)?;
            }
        }
        if self.has_free_reference { example.with_reference(self.operation, reference) } else { Ok(example) }
    }

    /// What moved at a sandbox that would not have moved by itself; with a tag, by the calls that have it.
    pub fn moved_at(&self, sandbox: &Sandbox, tag: Option<&str>) -> Moved {
        let moved = Moved::at(sandbox, self.provider.name, tag);
        if tag.is_some() { moved } else { moved.since(&self.by_itself) }
    }

    fn call(&self, fault: Option<(Fault, Times)>, fate: Option<Fate>) -> Result<(Cell, Moved)> {
        let world = self.world()?;
        let client = world.client(self.provider)?;
        if let Some((fault, times)) = fault {
            world.sandbox.faults().on(self.provider.name, self.operation.id, fault, times)?;
        }
        if let Some(fate) = fate {
            world.sandbox.faults().on(self.provider.name, self.operation.id, fate, Times::Always)?;
        }
        let before = world.transport.sends();
        let (believed, pending) = world.time.run(self.call_of(&*client, "reference-1"))?;
        let sends = world.transport.sends() - before;
        let claim = |believed| Claim { believed, then: self.truth(&self.moved_at(&world.sandbox, None)) };
        let mut cell = Cell { claims: vec![claim(believed)], sends, ..Cell::default() };
        if let Some(pending) = pending.filter(|_| believed == Believed::Unknown) {
            let learned = Learned::of(world.time.run(client.reconcile(&pending)).as_ref());
            cell.claims.push(claim(learned.believed));
            cell.learned = Some(learned);
        }
        world.settle();
        let violations = world.sandbox.violations();
        ensure!(violations.is_empty(), "{}: {violations:?}", self.operation.id);
        let moved = self.moved_at(&world.sandbox, None);
        if self.effects.contains_key(&fate) {
            self.conclude(&mut cell, &moved, fate)?;
        }
        Ok((cell, moved))
    }
}

impl Cell {
    /// What is wrong with it, if the network delivered the call so many times more than it was sent. That a provider which knows no
    /// reference then moves money more often is nothing that a client could prevent.
    pub fn wrong(&self, subject: &Subject, delivered_again: usize) -> Option<Wrong> {
        let allowed = if subject.is_keyed() { 1 } else { 1 + delivered_again };
        if self.effects > allowed {
            return Some(Wrong::Doubled);
        }
        let is_lie = |claim: &Claim| !claim.is_true(self.end, self.moves);
        self.claims.iter().any(is_lie).then_some(Wrong::Lost)
    }
}

/// What operations do in all rows; those that do the same stand together.
#[derive(Default)]
pub struct Matrix {
    head: &'static str,
    rows: Vec<String>,
    columns: BTreeMap<Vec<String>, Vec<String>>,
}

impl Matrix {
    /// A table whose rows are faults, fates or the like.
    pub fn new(head: &'static str) -> Self {
        Self { head, ..Self::default() }
    }

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
        write!(f, "\n| {:width$} |", self.head)?;
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
