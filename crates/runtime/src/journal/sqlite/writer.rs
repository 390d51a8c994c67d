//! The thread of a journal file. Writes that wait together become one transaction, so that many calls share one wait for the disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use tokio::sync::oneshot;

use super::fault::Fault;
use super::place::Place;
use super::{schema, statements};
use crate::journal::{HashKey, Intent, JournalError, Lease};

/// How long SQLite waits for another process that holds the file, before the thread looks at what else there is to do.
const BUSY: Duration = Duration::from_millis(100);

/// The same while the file is opened.
const BUSY_AT_OPENING: Duration = Duration::from_secs(5);

/// How long work waits for a file that another process holds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Most writes of one transaction.
const MOST: usize = 1000;

/// Hands work to the thread. The thread ends with the last clone.
#[derive(Clone)]
pub(super) struct Writer(Sender<Job>);

/// Work for the thread.
struct Job {
    kind: Kind,
    since: Instant,
    work: Box<dyn Work>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Reads, and needs no transaction.
    Read,
    Write,
    /// Writes, and is left out if nobody waits for it any more.
    Begin,
}

/// A piece of work and whoever waits for its result.
trait Work: Send {
    fn is_awaited(&self) -> bool;
    fn run(&mut self, connection: &Connection) -> Result<(), Busy>;
    /// Replies what `run` came to, or the failure of the whole transaction; gives what undoes it if nobody has heard that it is done.
    fn reply(self: Box<Self>, failure: Option<&Arc<Fault>>) -> Option<Intent>;
}

/// Another process holds the file.
struct Busy;

struct Task<T, F> {
    work: F,
    result: Option<Result<T, Fault>>,
    reply: oneshot::Sender<Result<T, JournalError>>,
    /// What is withdrawn if nobody hears that it was written.
    begun: Option<Intent>,
}

impl<T: Send, F: FnMut(&Connection) -> Result<T, Fault> + Send> Work for Task<T, F> {
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, connection: &Connection) -> Result<(), Busy> {
        match (self.work)(connection) {
            Err(Fault::Sqlite(error)) if is_busy(&error) => Err(Busy),
            done => {
                self.result = Some(done);
                Ok(())
            }
        }
    }

    fn reply(self: Box<Self>, failure: Option<&Arc<Fault>>) -> Option<Intent> {
        let result = match (failure, self.result) {
            (None, Some(done)) => done.map_err(JournalError::new),
            (Some(fault), _) => Err(JournalError::new(Arc::clone(fault))),
            (None, None) => Err(JournalError::new(Fault::Locked)),
        };
        let is_written = result.is_ok();
        let is_heard = self.reply.send(result).is_ok();
        self.begun.filter(|_| is_written && !is_heard)
    }
}

impl Writer {
    /// Starts a thread that opens the journal at a path.
    pub(super) async fn start(path: PathBuf) -> Result<(Self, HashKey), JournalError> {
        let (sender, jobs) = channel();
        let (opened, opening) = oneshot::channel();
        let thread = thread::Builder::new().name("bursar-journal".to_owned());
        let run = move || match open(path) {
            Ok((connection, place, key)) => {
                if opened.send(Ok(key)).is_ok() {
                    Thread { connection, place, jobs }.run();
                }
            }
            Err(fault) => drop(opened.send(Err(JournalError::new(fault)))),
        };
        thread.spawn(run).map_err(JournalError::new)?;
        let key = opening.await.map_err(JournalError::new)??;
        Ok((Self(sender), key))
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.send(Kind::Read, None, work).await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.send(Kind::Write, None, work).await
    }

    /// Writes an intent, unless this future is dropped before: then it is not written, or removed again.
    pub(super) async fn begin(&self, intent: Intent, lease: Lease) -> Result<(), JournalError> {
        let begun = intent.clone();
        self.send(Kind::Begin, Some(begun), move |connection| statements::insert(connection, &intent, &lease)).await
    }

    async fn send<T: Send + 'static>(
        &self,
        kind: Kind,
        begun: Option<Intent>,
        work: impl FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (reply, replied) = oneshot::channel();
        let task = Task { work, result: None, reply, begun };
        let job = Job { kind, since: Instant::now(), work: Box::new(task) };
        self.0.send(job).map_err(|_| JournalError::new(Fault::Stopped))?;
        replied.await.map_err(|_| JournalError::new(Fault::Stopped))?
    }
}

struct Thread {
    connection: Connection,
    place: Place,
    jobs: Receiver<Job>,
}

impl Thread {
    fn run(mut self) {
        while let Ok(first) = self.jobs.recv() {
            let mut waiting = vec![first];
            while !waiting.is_empty() {
                waiting.extend(self.jobs.try_iter());
                waiting = self.turn(waiting);
            }
        }
    }

    /// Does what can be done now; what has to wait is left.
    fn turn(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let (mut left, mut writes) = (Vec::new(), Vec::new());
        for mut job in jobs {
            match job.kind {
                Kind::Begin if !job.work.is_awaited() => {}
                Kind::Begin | Kind::Write => writes.push(job),
                Kind::Read => match job.work.run(&self.connection) {
                    Ok(()) => drop(job.work.reply(None)),
                    Err(Busy) => left.push(job),
                },
            }
        }
        left.extend(writes.split_off(writes.len().min(MOST)));
        if !writes.is_empty() {
            left.extend(self.write(writes));
        }
        // What has waited for too long is told so.
        let (late, left): (Vec<_>, Vec<_>) = left.into_iter().partition(|job| job.since.elapsed() > PATIENCE);
        late.into_iter().for_each(|job| drop(job.work.reply(Some(&Arc::new(Fault::Locked)))));
        left
    }

    /// Writes all of these in one transaction and replies to them; if another process holds the file, they are left.
    fn write(&mut self, mut jobs: Vec<Job>) -> Vec<Job> {
        let failure = match self.commit(&mut jobs) {
            Ok(()) => None,
            Err(Fault::Sqlite(error)) if is_busy(&error) => return jobs,
            Err(fault) => Some(Arc::new(fault)),
        };
        let unheard: Vec<Intent> = jobs.into_iter().filter_map(|job| job.work.reply(failure.as_ref())).collect();
        for intent in unheard {
            // Nobody knows that it was written, so its call is not sent. If it cannot be removed, a recovery finds it.
            statements::remove(&self.connection, intent.id()).ok();
        }
        Vec::new()
    }

    fn commit(&mut self, jobs: &mut [Job]) -> Result<(), Fault> {
        self.place.check()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for job in jobs {
            if job.work.run(&transaction).is_err() || transaction.is_autocommit() {
                // The transaction is gone, and with it what was written before.
                return Err(Fault::Locked);
            }
        }
        transaction.commit()?;
        // Only what is in the file that others see counts as written.
        self.place.written()
    }
}

fn open(path: PathBuf) -> Result<(Connection, Place, HashKey), Fault> {
    let place = Place::at(&path)?;
    // Without SQLite's URIs: a name is a name.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(place.path(), flags)?;
    connection.busy_timeout(BUSY_AT_OPENING)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(Fault::NotDurable);
    }
    // `FULL` makes each commit wait for the disk; without it, a power failure could lose the last entries.
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    let level: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if level < 2 {
        return Err(Fault::NotDurable);
    }
    let key = schema::prepare(&mut connection)?;
    place.tighten()?;
    place.written()?;
    connection.busy_timeout(BUSY)?;
    Ok((connection, place, key))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
