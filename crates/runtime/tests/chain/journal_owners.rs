//! Does a journal file that is locked, shared or overloaded let a call be sent twice, wait too long, or leave entries behind?

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bursar_runtime::journal::{Ending, Intent, Lease, Sqlite};
use bursar_runtime::{
    Auth, AuthError, BoxFuture, Bytes, Core, Journal, Kind, Operation, Place, Reconciled, Scheme, Transport,
    TransportError,
};

use crate::money::*;
use crate::sqlite::{Folder, opened};
use crate::support::*;

/// Another process that writes the file, until this is dropped.
struct Lock(Option<std::sync::mpsc::Sender<()>>, Option<std::thread::JoinHandle<()>>);

impl Lock {
    fn on(file: &Path) -> Self {
        let (file, (release, released), (locked, is_locked)) =
            (file.to_owned(), std::sync::mpsc::channel(), std::sync::mpsc::channel());
        let thread = std::thread::spawn(move || {
            let connection = rusqlite::Connection::open(file).expect("a database");
            connection.busy_timeout(Duration::from_secs(5)).expect("a timeout");
            connection.execute_batch("BEGIN IMMEDIATE").expect("a lock");
            locked.send(()).expect("a listener");
            let _: Result<(), _> = released.recv();
            connection.execute_batch("ROLLBACK").expect("released");
        });
        is_locked.recv().expect("a lock");
        Self(Some(release), Some(thread))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.take());
        self.1.take().map(std::thread::JoinHandle::join).transpose().expect("released");
    }
}

/// A provider that takes every payment at once, and counts them.
#[derive(Clone, Default)]
struct Paid(Arc<AtomicUsize>);

impl Transport for Paid {
    fn send(
        &self,
        _: reqwest::Request,
    ) -> BoxFuture<'_, Result<bursar_runtime::http::Response<Bytes>, TransportError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let body = r#"{"data":{"status":"PAID","amount":"12.50","currency":"EUR"}}"#;
        let answer = bursar_runtime::http::Response::builder().header("content-type", "application/json");
        Box::pin(std::future::ready(answer.body(body.into()).map_err(TransportError::unsent)))
    }
}

fn payer(journal: &Sqlite, paid: &Paid, timeout: Duration) -> Core {
    let builder = Core::builder(&PAYBANK).base_url("http://127.0.0.1:9").journal(journal.clone());
    builder.transport(paid.clone()).timeout(timeout).build().expect("a client")
}

async fn many(core: &Core, count: usize) -> Vec<Answered> {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let core = core.clone();
            tokio::spawn(async move { call(&core, &PAY, ORDER).await })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.expect("a call"));
    }
    results
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_wait_for_a_locked_journal_together() {
    let (folder, paid) = (Folder::new(), Paid::default());
    let journal = opened(&folder.file()).await;
    let lock = Lock::on(&folder.file());
    let core = payer(&journal, &paid, Duration::from_secs(60));
    let calls = tokio::spawn(async move { many(&core, 1500).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(paid.0.load(Ordering::SeqCst), 0, "nothing is sent before it is written down");
    drop(lock);
    assert!(calls.await.expect("calls").iter().all(Result::is_ok));
    let entries = journal.entries("paybank").await.expect("entries");
    assert_eq!((entries.len(), paid.0.load(Ordering::SeqCst)), (1500, 1500));
    assert!(entries.iter().all(|entry| entry.ending == Some(Ending::Settled)));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_cannot_wait_for_a_locked_journal_are_not_sent_and_leave_no_open_entry() {
    let (folder, paid) = (Folder::new(), Paid::default());
    let journal = opened(&folder.file()).await;
    let lock = Lock::on(&folder.file());
    let began = Instant::now();
    let results = many(&payer(&journal, &paid, Duration::from_millis(500)), 1500).await;
    let waited = began.elapsed();
    for result in results {
        let error = result.expect_err("an error");
        assert_eq!((error.kind(), error.outcome().name()), (&Kind::Journal, "not_sent"));
    }
    assert!(waited < Duration::from_secs(30), "{waited:?}");
    drop(lock);
    assert!(many(&payer(&journal, &paid, Duration::from_secs(60)), 1).await[0].is_ok());
    assert_eq!(journal.open("paybank").await.expect("entries").len(), 0);
    assert_eq!(paid.0.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_is_written_after_its_call_went_away_is_removed() {
    let folder = Folder::new();
    let journal = opened(&folder.file()).await;
    let pending = serde_json::json!({"provider": "paybank", "operation": "pay", "sent_at": "2026-01-01T00:00:00Z"});
    for round in 0..5 {
        let intent = serde_json::json!({"id": format!("{round}"), "body_hash": "00", "pending": pending});
        let intent: Intent = serde_json::from_value(intent).expect("an intent");
        let lock = Lock::on(&folder.file());
        let begin = tokio::spawn({
            let journal = journal.clone();
            async move { journal.begin(&intent, &Lease::new("me", std::time::SystemTime::now())).await }
        });
        // Meanwhile the journal waits for the lock.
        tokio::time::sleep(Duration::from_millis(130)).await;
        begin.abort();
        assert!(begin.await.is_err());
        drop(lock);
        // A write of its own comes after what waits.
        assert!(journal.end("none", Ending::NotSent).await.is_err());
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(journal.entries("paybank").await.expect("entries").len(), 0);
    }
}

#[tokio::test]
async fn a_call_does_not_wait_longer_than_it_may_for_the_end_to_be_written() {
    let folder = Folder::new();
    let told = Arc::new(tokio::sync::Notify::new());
    let Step::Answer(answer) = state("PAID") else { unreachable!() };
    let server = Server::start(vec![Step::When(Arc::clone(&told), answer)]).await;
    let journal = opened(&folder.file()).await;
    let core = Core::builder(&PAYBANK).base_url(&server.url).journal(journal.clone());
    let core = core.timeout(Duration::from_millis(1500)).build().expect("a client");
    let began = Instant::now();
    let paying = tokio::spawn(async move { call(&core, &PAY, ORDER).await.is_ok() });
    server.has_seen(1).await;
    let lock = Lock::on(&folder.file());
    told.notify_one();
    assert!(paying.await.expect("a call"), "the answer is not lost");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(journal.open("paybank").await.expect("entries")[0].ending, None);
    drop(lock);
    let patience = Instant::now();
    while !journal.open("paybank").await.expect("entries").is_empty() {
        assert!(patience.elapsed() < Duration::from_secs(20), "the end was never written");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_processes_that_recover_one_gets_each_entry() {
    let folder = Folder::new();
    let server = Server::answering(|_, seen| if seen.line.starts_with("POST") { cut() } else { state("PAID") }).await;
    let journal = opened(&folder.file()).await;
    let client = |journal: &Sqlite| {
        let builder = Core::builder(&PAYBANK).base_url(&server.url).journal(journal.clone()).max_attempts(1);
        builder.build().expect("a client")
    };
    for _ in 0..20 {
        let _ = call(&client(&journal), &PAY, ORDER).await;
    }
    let sent = server.count();
    let recoveries: Vec<_> = (0..4)
        .map(|_| {
            let (file, journal, core) = (folder.file(), journal.clone(), client(&journal));
            tokio::spawn(async move {
                let own = opened(&file).await;
                drop(journal);
                core.recover(&own).await.expect("a recovery").len()
            })
        })
        .collect();
    let mut found = 0;
    for recovery in recoveries {
        found += recovery.await.expect("a recovery");
    }
    assert_eq!((found, server.count() - sent), (20, 20));
    assert!(journal.open("paybank").await.expect("entries").is_empty());
}

const CHILD: &str = "BURSAR_TEST_PAUSED_CHILD";
const LEASE: Duration = Duration::from_millis(600);

/// Credentials that are there after a while, in which the process can be paused.
struct Slow;

impl Auth for Slow {
    fn authorize<'a>(
        &'a self,
        _: &'static Operation,
        _: &'a mut reqwest::Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            Ok(())
        })
    }
}

/// The payment of [`PAY`], with credentials.
static SLOW_PAY: std::sync::LazyLock<Operation> = std::sync::LazyLock::new(|| {
    let key = Scheme { name: "k", place: Place::Bearer, scopes: &[] };
    Operation { auth: Vec::leak(vec![&*Vec::leak(vec![key])]), ..PAY.clone() }
});

/// The process that the test below pauses; it pays once and says how that ended.
#[tokio::test]
#[ignore = "started by another test"]
async fn the_child_that_is_paused() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (url, file) = told.split_once(' ').expect("a URL and a file");
    let builder = Core::builder(&PAYBANK).base_url(url).account("shop").auth(Slow).journal_lease(LEASE);
    let core = builder.journal(opened(Path::new(file)).await).build().expect("a client");
    let error = call(&core, &SLOW_PAY, ORDER).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome().name()), (&Kind::Journal, "not_sent"));
    assert!(error.to_string().contains("took over the journal's entry"), "{error}");
}

/// A process that does not outlive a test that fails while it is paused.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}

fn signal(child: &Killed, name: &str) {
    let status = Command::new("kill").arg(format!("-{name}")).arg(child.0.id().to_string()).status();
    assert!(status.expect("a signal").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_paused_for_longer_than_its_lease_does_not_send() {
    let folder = Folder::new();
    let server = Server::start(vec![json(404, "{}")]).await;
    let journal = opened(&folder.file()).await;
    let core = Core::builder(&PAYBANK).base_url(&server.url).account("shop").build().expect("a client");
    let child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact", "journal_owners::the_child_that_is_paused"])
        .env(CHILD, format!("{} {}", server.url, folder.file().display()))
        .stdout(Stdio::null())
        .spawn();
    let mut child = Killed(child.expect("a child"));
    while journal.open("paybank").await.expect("entries").is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    signal(&child, "STOP");
    assert_eq!(core.recover(&journal).await.expect("a recovery").leased(), 1, "it may be paying");
    tokio::time::sleep(2 * LEASE).await;
    let recovery = core.recover(&journal).await.expect("a recovery");
    assert!(matches!(recovery[0].result(), Ok(Reconciled::NotFound { proven: false, .. })));
    signal(&child, "CONT");
    assert!(child.0.wait().expect("a child").success());
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET")), "the paused process sent");
    let entries = journal.entries("paybank").await.expect("entries");
    assert_eq!((entries.len(), entries[0].ending), (1, Some(Ending::NotSent)), "it says so, too");
}
