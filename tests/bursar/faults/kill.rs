//! Is any payment lost or made twice when its process is killed?
//!
//! Processes pay one payment each out of a list, with one journal in a SQLite file, and each is killed (SIGKILL) at a moment of its
//! payment. The next one recovers from the journal before it pays. What the journal holds then is compared with what really moved.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bursar::kotani::{Client, Environment, types};
use bursar::{Credential, major};
use bursar_runtime::journal::{Ending, Entries, HashKey, Intent, Journal, JournalError, Lease, Sqlite};
use bursar_runtime::{Progress, Reconciled};
use bursar_sandbox::Sandbox;
use bursar_sandbox::kotani::{API_KEY, SameMinute, Settings};
use bursar_world::Moment;

use bursar_support::{Exchange, Message, Server, Step};

const PAYMENTS: usize = 200;

/// After this, what was accepted is settled.
const SETTLED: Duration = Duration::from_secs(10);

/// How long the entries of a killed process are left alone.
const LEASE: Duration = Duration::from_millis(200);

/// What the process that pays is told by its environment.
const TASK: &str = "BURSAR_TEST_PAYMENT";

/// Says that a moment has come; the process waits for its end then.
const HERE: &str = "kill me";

/// What one process is to do.
struct Task {
    journal: PathBuf,
    /// The provider, behind a wire that loses requests and answers.
    url: String,
    number: usize,
    moment: Option<Moment>,
}

impl Task {
    fn write(&self) -> String {
        let moment = Moment::ALL.iter().position(|moment| Some(*moment) == self.moment);
        let moment = moment.map_or("-".to_owned(), |moment| moment.to_string());
        let journal = self.journal.to_str().expect("a path in UTF-8");
        [journal, &self.url, &self.number.to_string(), &moment].join("\n")
    }

    fn read(text: &str) -> Self {
        let [journal, url, number, moment] = text.split('\n').collect::<Vec<_>>().try_into().expect("a task");
        let moment: Option<usize> = moment.parse().ok();
        Self {
            journal: journal.into(),
            url: url.to_owned(),
            number: number.parse().expect("a number"),
            moment: moment.map(|moment| Moment::ALL[moment]),
        }
    }
}

fn reference(number: usize) -> String {
    format!("payment-{number}")
}

fn client(url: &str, journal: impl Journal) -> Client {
    let key = Credential::new(API_KEY).expect("a credential");
    let client = Client::builder().environment(Environment::Custom(url.to_owned())).api_key(key);
    client.core(|core| core.journal(journal).journal_lease(LEASE)).build().expect("a client")
}

/// Tells the process that started this one, on a line of its own, for the test's harness writes there too.
fn say(text: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{text}").and_then(|()| out.flush()).expect("somebody listens");
}

/// A journal at which the process stops for good, at a moment.
struct Mortal {
    kept: Sqlite,
    moment: Option<Moment>,
}

impl Mortal {
    fn meet(&self, moment: Moment) {
        if self.moment == Some(moment) {
            say(HERE);
            loop {
                std::thread::park();
            }
        }
    }
}

#[async_trait::async_trait]
impl Journal for Mortal {
    fn key(&self) -> &HashKey {
        self.kept.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.meet(Moment::BeforeIntent);
        self.kept.begin(intent, lease).await?;
        self.meet(Moment::AfterIntent);
        Ok(())
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.meet(Moment::AfterAnswer);
        self.kept.end(id, ending).await?;
        self.meet(Moment::AfterEnd);
        Ok(())
    }

    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        self.meet(Moment::AfterAnswer);
        self.kept.settle(id, progress).await?;
        self.meet(Moment::AfterEnd);
        Ok(())
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        self.kept.open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        self.kept.take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        self.kept.renew(id, lease).await
    }
}

/// References of the payments that the journal holds as made.
async fn accepted(journal: &Sqlite) -> BTreeSet<String> {
    let entries = journal.entries("kotani").await.expect("the journal");
    let is_made = |ending| matches!(ending, Some(Ending::Accepted | Ending::Settled));
    let made = entries.iter().filter(|entry| is_made(entry.ending));
    made.map(|entry| entry.intent.pending().reference().expect("a reference").to_owned()).collect()
}

/// Recovers, pays again what was not paid, under its own reference, and pays the next one.
async fn work(task: &Task) {
    let journal = Sqlite::at(&task.journal).await.expect("the journal");
    let calm = client(&task.url, journal.clone());
    let mut recovery = calm.recover(&journal).await.expect("the journal");
    while recovery.leased() > 0 {
        tokio::time::sleep(LEASE / 4).await;
        recovery = calm.recover(&journal).await.expect("the journal");
    }
    assert_eq!((recovery.foreign(), recovery.unreadable().len()), (0, 0));
    for one in recovery {
        // Not there: the reference is the same, so that a payment which comes late is not doubled.
        let state = one.result().expect("an answer");
        assert!(matches!(state, Reconciled::Done(_) | Reconciled::NotFound { proven: false, .. }), "{}", state.name());
        say(&format!("recovered {}", state.name()));
    }
    let mut made = accepted(&journal).await;
    if task.number > 0 && made.insert(reference(task.number - 1)) {
        pay(&calm, task.number - 1).await;
        say("paid again");
    }
    if task.number < PAYMENTS {
        pay(&client(&task.url, Mortal { kept: journal, moment: task.moment }), task.number).await;
    }
}

async fn pay(client: &Client, number: usize) {
    let payment = types::CreateMobileMoneyWithdrawal::builder().customer_key("cust-1").amount(major!(10.50));
    let payment = payment.wallet_id("wallet-kes").currency("KES").reference_id(reference(number));
    client.create_mobile_money_withdrawal(&payment.build().expect("a request")).await.expect("a payment");
}

/// Started by the test below as a process of its own; by itself it does nothing.
#[tokio::test]
#[ignore = "a process that the next test starts and kills"]
async fn a_process_that_pays() {
    if let Ok(task) = std::env::var(TASK) {
        work(&Task::read(&task)).await;
    }
}

/// Starts a process, and kills it when its moment has come. What it said before.
async fn run(task: &Task, server: &Server) -> Vec<String> {
    let name = concat!(module_path!(), "::a_process_that_pays");
    let name = name.split_once("::").expect("a module").1;
    let mut child = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"])
        .env(TASK, task.write())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let out = child.stdout.take().expect("its output");
    let said = tokio::task::spawn_blocking(move || {
        let lines = BufReader::new(out).lines().map(|line| line.expect("text"));
        let mut said = Vec::new();
        for line in lines {
            said.push(line);
            if said.last().is_some_and(|line| line == HERE) {
                break;
            }
        }
        said
    });
    if task.moment == Some(Moment::AfterSend) {
        while payment(server, task.number).is_none() && child.try_wait().expect("a process").is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        end(&mut child);
        return said.await.expect("its words");
    }
    let said = said.await.expect("its words");
    if task.moment.is_some() {
        assert!(said.iter().any(|line| line == HERE), "it ended before its moment: {said:?}");
        end(&mut child);
    } else {
        assert!(child.wait().expect("a process").success(), "{said:?}");
    }
    said
}

/// Kills a process that has not ended by itself.
fn end(child: &mut Child) {
    assert_eq!(child.try_wait().expect("a process"), None, "it ended before its moment");
    child.kill().expect("a process");
    assert_eq!(child.wait().expect("a process").code(), None, "it was killed");
}

/// Whether a request that was sent before its process was killed never arrives.
fn is_lost(number: usize) -> bool {
    (number / Moment::ALL.len()).is_multiple_of(2)
}

fn moment(number: usize) -> Option<Moment> {
    (number < PAYMENTS).then(|| Moment::ALL[number % Moment::ALL.len()])
}

/// A wire on which the first request of a payment is lost, or its answer is, or which carries both. It carries all else.
async fn wire(sandbox: &Sandbox) -> Server {
    let seen: Mutex<BTreeSet<usize>> = Mutex::default();
    let step = move |request: &Message| {
        let number = (0..PAYMENTS).find(|number| request.body.contains(&format!("\"{}\"", reference(*number))));
        let Some(number) = number.filter(|number| seen.lock().expect("the log").insert(*number)) else {
            return Step::Forward;
        };
        match moment(number) {
            Some(Moment::AfterSend) if is_lost(number) => Step::Hang,
            Some(Moment::AfterSend) => Step::Hold,
            _ => Step::Forward,
        }
    };
    Server::before(&sandbox.kotani_url(), vec![Step::Choose(Arc::new(step))]).await
}

/// The first request of a payment on the wire.
fn payment(server: &Server, number: usize) -> Option<Exchange> {
    let reference = format!("\"{}\"", reference(number));
    server.exchanges().into_iter().find(|exchange| exchange.request.body.contains(&reference))
}

fn moved(sandbox: &Sandbox) -> Vec<String> {
    let movements = sandbox.movements().into_iter().filter(|movement| movement.reference.is_some());
    movements.filter_map(|movement| movement.reference.filter(|it| it.starts_with("payment-"))).collect()
}

#[tokio::test]
async fn a_killed_process_loses_no_payment_and_makes_none_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    // Processes follow each other faster than Kotani lets withdrawals to one telephone.
    let settings = Settings::default().same_minute(SameMinute::Allow);
    let sandbox = Sandbox::builder().kotani(settings).start().await.expect("a sandbox");
    let journal = Sqlite::at(&path).await.expect("the journal");
    let server = wire(&sandbox).await;
    let mut said: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..=PAYMENTS {
        let task = Task { journal: path.clone(), url: server.url.clone(), number, moment: moment(number) };
        for line in run(&task, &server).await {
            if line.starts_with("recovered ") || line == "paid again" {
                *said.entry(line).or_default() += 1;
            }
        }
        if task.moment == Some(Moment::AfterSend) {
            // The provider may still be at it when the process is gone.
            answered(&server, number).await;
        }
        sandbox.advance(SETTLED);
    }

    let (moved, made) = (moved(&sandbox), accepted(&journal).await);
    let open = journal.open("kotani").await.expect("the journal").len();
    let counts: Vec<String> = said.iter().map(|(what, count)| format!("{count} {what}")).collect();
    println!("{PAYMENTS} processes killed; {}", counts.join(", "));
    println!("{} payments in the sandbox, {} in the journal, {open} open", moved.len(), made.len());
    assert_eq!(moved.len(), PAYMENTS, "none is there twice");
    assert_eq!(moved.into_iter().collect::<BTreeSet<_>>(), made, "what moved is what the journal holds");
    assert_eq!(made, (0..PAYMENTS).map(reference).collect(), "none is lost");
    assert_eq!(open, 0);
    assert_eq!(sandbox.violations(), []);
    // Of each ten: two never begun, two never sent and one lost on the wire are paid again, the last three of which are then found.
    assert_eq!(said["paid again"], PAYMENTS / 2);
}

/// Waits for what the wire lets through.
async fn answered(server: &Server, number: usize) {
    while !is_lost(number) && payment(server, number).is_none_or(|exchange| exchange.answer.line.is_empty()) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
