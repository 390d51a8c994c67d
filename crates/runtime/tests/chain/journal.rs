//! Is every money call written down before it is sent, and found again after a crash?

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bursar_runtime::journal::{Ending, Entries, HashKey, Intent, JournalError, Lease, Memory, Until};
use bursar_runtime::{Core, Journal, Kind, Phase, Progress, Reconciled, Recovered};

use crate::money::*;
use crate::support::*;

/// Writes down what happens to it, and fails or hangs when asked to.
pub(crate) struct Spy {
    pub(crate) inner: Memory,
    log: Mutex<Vec<String>>,
    intents: Mutex<Vec<Intent>>,
    begin_fails: bool,
    end_fails: bool,
    hangs: bool,
}

impl Spy {
    pub(crate) fn new() -> Self {
        let inner = Memory::new();
        Self {
            inner,
            log: Mutex::default(),
            intents: Mutex::default(),
            begin_fails: false,
            end_fails: false,
            hangs: false,
        }
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().expect("the log").clone()
    }

    fn intents(&self) -> Vec<Intent> {
        self.intents.lock().expect("the log").clone()
    }
}

#[async_trait::async_trait]
impl Journal for Spy {
    fn key(&self) -> &HashKey {
        self.inner.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if self.begin_fails {
            return Err(JournalError::new("the disk is full"));
        }
        self.log.lock().expect("the log").push(format!("begin {}", intent.pending().operation()));
        self.intents.lock().expect("the log").push(intent.clone());
        self.inner.begin(intent, lease).await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        if self.end_fails {
            return Err(JournalError::new("the disk is full"));
        }
        self.log.lock().expect("the log").push(format!("end {}", ending.name()));
        self.inner.end(id, ending).await
    }

    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        if self.end_fails {
            return Err(JournalError::new("the disk is full"));
        }
        self.log.lock().expect("the log").push(format!("settle {progress:?}"));
        self.inner.settle(id, progress).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        self.inner.open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        self.inner.take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        self.inner.renew(id, lease).await
    }
}

/// A client with a journal, a server that follows a script.
async fn with(spy: Spy, steps: Vec<Step>) -> (Core, Arc<Spy>, Server) {
    let (server, spy) = (Server::start(steps).await, Arc::new(spy));
    let (builder, _) = paybank(&server.url);
    let builder = builder.journal(Arc::clone(&spy)).max_attempts(1).timeout(Duration::from_secs(100));
    (builder.build().expect("a client"), spy, server)
}

#[tokio::test]
async fn a_money_call_is_written_down_once_and_so_is_its_end() {
    for (steps, ending) in [
        (vec![json(200, r#"{"data":{"status":"OPEN"}}"#)], "end accepted"),
        (vec![state("PAID")], "settle Done"),
        (vec![state("FAILED")], "settle Failed"),
        (vec![json(400, "{}")], "end refused"),
        (vec![json(500, "{}")], "end unknown"),
        (vec![json(200, "<html>")], "end unknown"),
        (vec![json(200, r#"{"data":{"amount":"99"}}"#)], "end unknown"),
        (vec![cut()], "end unknown"),
    ] {
        let (core, spy, server) = with(Spy::new(), steps).await;
        let _ = call(&core, &PAY, ORDER).await;
        assert_eq!((spy.log(), server.count()), (vec!["begin pay".to_owned(), ending.to_owned()], 1));
    }
    let spy = Arc::new(Spy::new());
    let core = paybank(&nobody().await).0.journal(Arc::clone(&spy)).build().expect("a client");
    assert!(call(&core, &PAY, ORDER).await.is_err());
    assert_eq!(spy.log(), ["begin pay", "end not_sent"]);
}

#[tokio::test]
async fn repeats_of_one_call_are_one_entry_and_other_calls_are_none() {
    let (_, spy, server) = with(Spy::new(), vec![json(503, "{}"), json(200, "{}")]).await;
    let core = paybank(&server.url).0.journal(Arc::clone(&spy)).build().expect("a client");
    assert_eq!(call(&core, &PAY, ORDER).await.expect("an answer").attempts(), 2);
    assert_eq!(spy.log(), ["begin pay", "end accepted"]);
    assert!(call(&core, &ADD, "{}").await.is_ok());
    assert_eq!(spy.log().len(), 2);
}

#[tokio::test]
async fn an_intent_holds_what_a_lookup_needs_and_never_the_body() {
    let (core, spy, _) = with(Spy::new(), vec![json(200, "{}")]).await;
    for body in [ORDER, ORDER, r#"{"reference":"r-2"}"#] {
        call(&core, &PAY, body).await.expect("an answer");
    }
    let intents = spy.intents();
    assert_eq!(intents[0].pending().reference(), Some("r-1"));
    assert_eq!(intents[0].body_hash(), spy.key().hash(ORDER.as_bytes()));
    assert!(intents[0].body_hash() == intents[1].body_hash() && intents[0].body_hash() != intents[2].body_hash());
    assert!(intents[0].id() != intents[1].id() && intents[0].body_hash().len() == 64);
    assert_ne!(Memory::new().key().hash(b"x"), Memory::new().key().hash(b"x"));
    let stored = serde_json::to_string(&intents).expect("JSON");
    assert!(!stored.contains("SECRET") && !stored.contains("acc-") && stored.contains("12.50"));
    assert_eq!(serde_json::from_str::<Vec<Intent>>(&stored).expect("intents"), intents);
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_sent() {
    for spy in [Spy { begin_fails: true, ..Spy::new() }, Spy { hangs: true, ..Spy::new() }] {
        let (core, spy, server) = with(spy, vec![json(200, "{}")]).await;
        let core = core.with(bursar_runtime::Options::new().timeout(Duration::from_secs(5)));
        let error = call(&core, &PAY, ORDER).await.expect_err("an error");
        assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Journal, Phase::NotSent, "not_sent"));
        assert!(std::error::Error::source(&error).is_some() && error.to_string().contains("nothing was sent"));
        assert_eq!((server.connections(), spy.log().len()), (0, 0));
    }
}

#[tokio::test]
async fn an_end_that_cannot_be_written_does_not_lose_the_answer() {
    let (core, spy, _) = with(Spy { end_fails: true, ..Spy::new() }, vec![json(200, "{}")]).await;
    assert!(call(&core, &PAY, ORDER).await.is_ok());
    assert_eq!(spy.open("paybank").await.expect("entries").len(), 1);
}

#[tokio::test]
async fn a_call_that_is_dropped_under_way_stays_open_and_is_recovered() {
    let (core, spy, server) = with(Spy::new(), vec![Step::Hang, state("PAID")]).await;
    tokio::select! {
        _ = call(&core, &PAY, ORDER) => unreachable!("the server does not answer"),
        () = server.has_seen(1) => {}
    }
    assert_eq!(spy.log(), ["begin pay"]);
    let recovered = core.recover(&spy).await.expect("a recovery");
    assert!(matches!(recovered[0].result(), Ok(Reconciled::Done(_))) && recovered[0].is_closed());
    assert_eq!((spy.log().len(), server.count()), (2, 2));
    assert!(core.recover(&spy).await.expect("a recovery").is_empty());
}

#[tokio::test]
async fn recovery_closes_what_is_decided_and_hands_back_the_rest() {
    let steps = vec![
        cut(),
        cut(),
        cut(),
        cut(),
        state("FAILED"),
        json(404, "{}"),
        json(200, r#"{"list":[{"amount":-12.50}]}"#),
    ];
    let (core, spy, server) = with(Spy::new(), steps).await;
    let _ = call(&core, &PAY, ORDER).await;
    let _ = call(&core, &PAY, r#"{"reference":"r-2","amount":1}"#).await;
    let _ = send(&core, r#"{"amount":12.50,"account":"a","user":"u"}"#).await;
    let _ = call(&core, &GIVE, "{}").await;
    let recovered = core.recover(&spy).await.expect("a recovery");
    let states: Vec<_> = recovered.iter().map(|it| (it.result().expect("a state").name(), it.is_closed())).collect();
    assert_eq!(states, [("failed", true), ("not_found", false), ("candidates", false), ("undecidable", false)]);
    assert_eq!((server.count(), recovered.calls().len()), (7, 4));
    let pending: Vec<_> = (&recovered).into_iter().map(|it| it.pending().operation()).collect();
    assert_eq!(pending, ["pay", "pay", "send_money", "give"]);
    assert_eq!(recovered.into_calls().len(), 4);
    let open = spy.open("paybank").await.expect("entries");
    let operations: Vec<_> = open.iter().map(|it| it.intent.pending().operation()).collect();
    assert_eq!(operations, ["pay", "send_money", "give"]);
    // A person has looked at the candidates.
    spy.end(open[1].intent.id(), Ending::Settled).await.expect("written");
    assert_eq!(spy.open("paybank").await.expect("entries").len(), 2);
    assert!(spy.open("otherbank").await.expect("entries").is_empty());
}

#[tokio::test]
async fn accepted_is_not_settled_and_stays_open_until_it_is() {
    let steps = vec![state("OPEN"), state("OPEN"), state("PAID")];
    let (core, spy, _) = with(Spy::new(), steps).await;
    let answer = call(&core, &PAY, ORDER).await.expect("an answer");
    let pending = answer.pending();
    let open = spy.open("paybank").await.expect("entries");
    assert_eq!((open.len(), open[0].ending, &open[0].lease), (1, Some(Ending::Accepted), &None));
    assert_eq!((pending.entry(), pending.reference()), (Some(open[0].intent.id()), Some("r-1")));
    let recovery = core.recover(&spy).await.expect("a recovery");
    assert_eq!((recovery[0].result().expect("a state").name(), recovery[0].is_closed()), ("pending", false));
    assert_eq!(recovery[0].ending(), Some(Ending::Accepted));
    // Stored by the caller and read again, it still names the entry.
    let pending = serde_json::from_str(&serde_json::to_string(&pending).expect("JSON")).expect("a pending");
    assert_eq!(core.reconcile(&pending).await.expect("a state").name(), "done");
    assert_eq!(spy.log(), ["begin pay", "end accepted", "settle Done"]);
    assert!(spy.open("paybank").await.expect("entries").is_empty());
}

#[tokio::test]
async fn a_caller_for_whom_accepted_is_enough_has_no_open_entries() {
    let spy = Arc::new(Spy::new());
    let server = Server::start(vec![state("OPEN")]).await;
    let core = paybank(&server.url).0.journal(Arc::clone(&spy)).journal_until(Until::Accepted);
    call(&core.build().expect("a client"), &PAY, ORDER).await.expect("an answer");
    let entries = spy.inner.entries("paybank");
    assert_eq!((entries[0].ending, entries[0].progress.as_deref()), (Some(Ending::Settled), Some("pending")));
}

#[tokio::test]
async fn a_caller_can_give_up_following_a_call_once() {
    let (core, spy, _) = with(Spy::new(), vec![state("OPEN")]).await;
    let pending = call(&core, &PAY, ORDER).await.expect("an answer").pending();
    core.give_up(&pending).await.expect("written");
    // Again is nothing new; another end is an error.
    core.give_up(&pending).await.expect("nothing new");
    let error = spy.end(pending.entry().expect("an entry"), Ending::Refused).await.expect_err("an error");
    assert_eq!((error.ending(), error.is_no_entry()), (Some(Ending::GivenUp), false));
    assert!(error.to_string().ends_with(": given_up"), "{error}");
    let error = spy.end("no such id", Ending::Refused).await.expect_err("an error");
    assert!(error.is_no_entry() && error.to_string().ends_with("was not found"), "{error}");
    assert!(core.recover(&spy).await.expect("a recovery").is_empty());
    // The entry of another journal, and one that ended otherwise.
    let other = paybank(core.base_url()).0.journal(Memory::new()).build().expect("a client");
    let error = other.give_up(&pending).await.expect_err("an error");
    assert!(matches!(error.kind(), Kind::Journal) && error.to_string().contains("was not found"), "{error}");
    let (core, _, _) = with(Spy::new(), vec![state("PAID")]).await;
    let settled = call(&core, &PAY, ORDER).await.expect("an answer").pending();
    let error = core.give_up(&settled).await.expect_err("an error");
    assert!(error.to_string().contains("another final outcome"), "{error}");
    assert!(std::error::Error::source(&error).is_some_and(|cause| cause.to_string().ends_with(": settled")));
    let bare = paybank(core.base_url()).0.build().expect("a client");
    assert_eq!(bare.give_up(&pending).await.expect_err("an error").kind(), Kind::Config);
}

#[tokio::test]
async fn only_old_entries_that_ended_are_purged() {
    let steps = vec![state("PAID"), state("OPEN"), state("PAID")];
    let spy = Arc::new(Spy::new());
    let server = Server::start(steps).await;
    let (builder, script) = paybank(&server.url);
    let core = builder.journal(Arc::clone(&spy)).build().expect("a client");
    let day = Duration::from_secs(86_400);
    for _ in 0..3 {
        call(&core, &PAY, ORDER).await.expect("an answer");
        script.advance(day);
    }
    let began = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    assert!(spy.purge(began).await.is_err(), "a journal that does not remove says so");
    assert_eq!(spy.inner.purge(began).await.expect("written"), 0);
    assert_eq!(spy.inner.purge(began + 2 * day).await.expect("written"), 1);
    let endings: Vec<_> = spy.inner.entries("paybank").iter().map(|entry| entry.ending).collect();
    assert_eq!(endings, [Some(Ending::Accepted), Some(Ending::Settled)]);
}

#[tokio::test]
async fn memory_keeps_what_is_open_and_the_last_ten_thousand_that_ended() {
    let (journal, lease) = (Memory::new(), Lease::new("me", SystemTime::UNIX_EPOCH));
    let begin = async |id: &str| {
        let pending = serde_json::json!({"provider": "paybank", "operation": "pay", "sent_at": "2026-01-01T00:00:00Z"});
        let intent = serde_json::json!({"id": id, "body_hash": "00", "pending": pending});
        journal.begin(&serde_json::from_value(intent).expect("an intent"), &lease).await.expect("written");
    };
    begin("open").await;
    // Unknown says less than accepted.
    for ending in [Ending::Accepted, Ending::Unknown] {
        journal.end("open", ending).await.expect("written");
        assert_eq!(journal.entries("paybank")[0].ending, Some(Ending::Accepted));
    }
    for number in 0..10_001 {
        let id = number.to_string();
        begin(&id).await;
        journal.end(&id, Ending::Refused).await.expect("written");
        if number == 9_999 {
            assert_eq!(journal.entries("paybank").len(), 10_001);
        }
    }
    let entries = journal.entries("paybank");
    let ids: Vec<_> = entries.iter().map(|entry| entry.intent.id()).collect();
    assert_eq!((ids.len(), ids[0], ids[1]), (10_001, "open", "1"));
    let open: Vec<_> = journal.open("paybank").await.expect("entries").into_iter().collect();
    assert_eq!((open.len(), open[0].intent.id()), (1, "open"));
}

#[tokio::test]
async fn an_end_that_cannot_be_written_is_reported_beside_the_others() {
    let (core, spy, _) = with(Spy { end_fails: true, ..Spy::new() }, vec![cut(), cut(), state("PAID")]).await;
    for _ in 0..2 {
        let _ = call(&core, &PAY, ORDER).await;
    }
    let recovery = core.recover(&spy).await.expect("a recovery");
    assert_eq!(recovery.len(), 2);
    let is_reported = |one: &Recovered| one.result().is_ok() && one.fault().is_some() && !one.is_closed();
    assert_eq!(recovery.into_iter().filter(is_reported).count(), 2);
}

#[tokio::test]
async fn a_journal_that_hangs_at_the_end_does_not_hold_the_caller() {
    let server = Server::start(vec![state("PAID")]).await;
    let (told, spy) = (Arc::new(tokio::sync::Notify::new()), Arc::new(Spy::new()));
    let slow = Slow { inner: Arc::clone(&spy), told: Arc::clone(&told) };
    let core = Core::builder(&PAYBANK).base_url(&server.url).journal(slow).timeout(Duration::from_millis(300));
    let began = std::time::Instant::now();
    assert!(call(&core.build().expect("a client"), &PAY, ORDER).await.is_ok());
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(spy.inner.entries("paybank")[0].ending, None);
    told.notify_one();
    let began = std::time::Instant::now();
    while spy.inner.entries("paybank")[0].ending != Some(Ending::Settled) {
        assert!(began.elapsed() < Duration::from_secs(30), "the end was never written");
        tokio::task::yield_now().await;
    }
}

/// A journal that writes an intent and never says so.
struct Mute(Arc<Spy>);

#[async_trait::async_trait]
impl Journal for Mute {
    fn key(&self) -> &HashKey {
        self.0.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.0.begin(intent, lease).await?;
        std::future::pending().await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.0.end(id, ending).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        self.0.open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        self.0.take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        self.0.renew(id, lease).await
    }
}

#[tokio::test]
async fn an_intent_that_was_written_too_late_is_closed_as_not_sent() {
    let (server, spy) = (Server::start(vec![state("PAID")]).await, Arc::new(Spy::new()));
    let core = paybank(&server.url).0.journal(Mute(Arc::clone(&spy))).timeout(Duration::from_secs(5));
    let error = call(&core.build().expect("a client"), &PAY, ORDER).await.expect_err("an error");
    assert_eq!((error.outcome().name(), server.connections()), ("not_sent", 0));
    let began = std::time::Instant::now();
    while spy.log() != ["begin pay", "end not_sent"] {
        assert!(began.elapsed() < Duration::from_secs(30), "{:?}", spy.log());
        tokio::task::yield_now().await;
    }
}

/// A journal whose ends wait until they are told.
struct Slow {
    inner: Arc<Spy>,
    told: Arc<tokio::sync::Notify>,
}

#[async_trait::async_trait]
impl Journal for Slow {
    fn key(&self) -> &HashKey {
        self.inner.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.inner.begin(intent, lease).await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.told.notified().await;
        self.inner.end(id, ending).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        self.inner.open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        self.inner.take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        self.inner.renew(id, lease).await
    }
}
