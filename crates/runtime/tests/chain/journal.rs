//! Is every money call written down before it is sent, and found again after a crash?

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bursar_runtime::journal::{Ending, Entries, HashKey, Intent, JournalError, Lease, Memory, Until};
use bursar_runtime::{Core, Journal, Kind, Phase, Progress, Reconciled};

use crate::money::*;
use crate::support::*;

/// Writes down what happens to it, and fails or hangs when asked to.
struct Spy {
    inner: Memory,
    log: Mutex<Vec<String>>,
    intents: Mutex<Vec<Intent>>,
    begin_fails: bool,
    end_fails: bool,
    hangs: bool,
}

impl Spy {
    fn new() -> Self {
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

    fn log(&self) -> Vec<String> {
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
    assert_eq!(server.count(), 7);
    let open = spy.open("paybank").await.expect("entries");
    let operations: Vec<_> = open.iter().map(|it| it.intent.pending().operation()).collect();
    assert_eq!(operations, ["pay", "send_money", "give"]);
    // A person has looked at the candidates.
    spy.end(open[1].intent.id(), Ending::Settled).await.expect("written");
    assert_eq!(spy.open("paybank").await.expect("entries").len(), 2);
    assert!(spy.open("otherbank").await.expect("entries").is_empty());
}

/// A client of an account at a server, with a journal.
fn of_account(url: &str, account: &str, journal: &Arc<Spy>) -> Core {
    let builder = paybank(url).0.account(account).journal(Arc::clone(journal)).max_attempts(1);
    builder.timeout(Duration::from_secs(100)).build().expect("a client")
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
    assert_eq!(error.ending(), Some(Ending::GivenUp));
    assert!(spy.end("no such id", Ending::Refused).await.expect_err("an error").is_no_entry());
    assert!(core.recover(&spy).await.expect("a recovery").is_empty());
    let bare = paybank(core.base_url()).0.build().expect("a client");
    assert_eq!(bare.give_up(&pending).await.expect_err("an error").kind(), Kind::Config);
}

#[tokio::test]
async fn each_account_recovers_its_own_entries_however_alike_their_references_are() {
    let spy = Arc::new(Spy::new());
    let (production, staging) = (Server::start(vec![cut(), state("PAID")]).await, Server::start(vec![cut()]).await);
    let (first, second) = (of_account(&production.url, "shop-1", &spy), of_account(&production.url, "shop-2", &spy));
    let third = of_account(&staging.url, "shop-1", &spy);
    let pending = lost(call(&first, &PAY, ORDER)).await;
    for other in [&second, &third] {
        let recovery = other.recover(&spy).await.expect("a recovery");
        assert_eq!((recovery.len(), recovery.foreign()), (0, 1));
        let error = other.reconcile(&pending).await.expect_err("an error");
        assert_eq!((error.kind(), error.phase()), (&Kind::Config, Phase::NotSent));
        assert!(error.to_string().contains("another base URL or account"), "{error}");
    }
    assert_eq!((production.count(), staging.count()), (1, 0), "nobody asked about somebody else's money");
    let recovery = first.recover(&spy).await.expect("a recovery");
    assert!(recovery[0].is_closed() && recovery.is_complete());
}

#[tokio::test]
async fn an_account_is_told_by_its_key_and_stays_the_same_over_restarts() {
    let url = nobody().await;
    let keyed = |key: &str| {
        let key = bursar_runtime::Credential::new(key).expect("a credential");
        let credentials = bursar_runtime::Credentials::new().with("secret", key);
        paybank(&url).0.auth(credentials).build().expect("a client")
    };
    let account = |core: Core| core.account().to_owned();
    assert_eq!(account(keyed("SECRET-1")), account(keyed("SECRET-1")));
    assert_ne!(account(keyed("SECRET-1")), account(keyed("SECRET-2")));
    assert!(!account(keyed("SECRET-1")).contains("SECRET"));
    let labelled = |name: &str| account(paybank(&url).0.account(name).build().expect("a client"));
    assert!(labelled("a") == labelled("a") && labelled("a") != labelled("b"));
}

#[tokio::test]
async fn a_pending_of_an_earlier_version_is_looked_up_because_it_names_no_account() {
    let server = Server::start(vec![cut(), state("PAID")]).await;
    let core = paybank(&server.url).0.max_attempts(1).build().expect("a client");
    let pending = lost(call(&core, &PAY, ORDER)).await;
    let mut stored = serde_json::to_value(&pending).expect("JSON");
    stored.as_object_mut().expect("an object").remove("account").expect("it was there");
    let pending = serde_json::from_value(stored).expect("a pending");
    let other = core.with_auth(bursar_runtime::Credentials::new());
    assert_eq!(other.reconcile(&pending).await.expect("a state").name(), "done");
}

#[tokio::test]
async fn nobody_recovers_what_another_client_still_pays() {
    let told = Arc::new(tokio::sync::Notify::new());
    let Step::Answer(paid) = state("PAID") else { unreachable!() };
    let server = Server::start(vec![Step::When(Arc::clone(&told), paid), state("PAID")]).await;
    let spy = Arc::new(Spy::new());
    let (payer, other) = (of_account(&server.url, "shop", &spy), of_account(&server.url, "shop", &spy));
    let paying = tokio::spawn(async move { call(&payer, &PAY, ORDER).await.is_ok() });
    server.has_seen(1).await;
    let recovery = other.recover(&spy).await.expect("a recovery");
    assert_eq!((recovery.len(), recovery.leased(), recovery.is_complete()), (0, 1, false));
    assert!(recovery.lease_end().is_some());
    told.notify_one();
    assert!(paying.await.expect("a call"));
    assert_eq!((spy.log(), server.count()), (vec!["begin pay".to_owned(), "settle Done".to_owned()], 1));
}

#[tokio::test]
async fn the_entry_of_a_client_that_is_gone_is_taken_when_its_lease_is_over_by_one_client() {
    let server = Server::start(vec![Step::Hang, state("OPEN")]).await;
    let spy = Arc::new(Spy::new());
    let (builder, script) = paybank(&server.url);
    let lease = Duration::from_secs(60);
    let payer = builder.journal(Arc::clone(&spy)).journal_lease(lease).build().expect("a client");
    let (other, others_time) = paybank(&server.url);
    let other = other.build().expect("a client");
    tokio::select! {
        _ = call(&payer, &PAY, ORDER) => unreachable!("the server does not answer"),
        () = server.has_seen(1) => {}
    }
    drop((payer, script));
    assert_eq!(other.recover(&spy).await.expect("a recovery").leased(), 1);
    others_time.advance(lease - Duration::from_millis(1));
    assert_eq!(other.recover(&spy).await.expect("a recovery").leased(), 1);
    others_time.advance(Duration::from_millis(1));
    let id = spy.open("paybank").await.expect("entries")[0].intent.id().to_owned();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777) + lease;
    let mine = Lease::new("me", now + lease);
    assert!(spy.take(&id, &mine, now).await.expect("written"));
    assert!(!spy.take(&id, &Lease::new("you", now + lease), now).await.expect("written"), "one of them");
    assert_eq!(other.recover(&spy).await.expect("a recovery").leased(), 1);
    assert!(spy.renew(&id, &Lease::new("me", now)).await.expect("written"));
    let recovery = other.recover(&spy).await.expect("a recovery");
    assert_eq!((recovery[0].result().expect("a state").name(), recovery.leased()), ("pending", 0));
    // It lets go of what it did not decide.
    assert!(spy.take(&id, &mine, now).await.expect("written"));
}

#[tokio::test]
async fn a_lease_is_extended_while_its_call_runs() {
    let told = Arc::new(tokio::sync::Notify::new());
    let Step::Answer(paid) = state("PAID") else { unreachable!() };
    let server = Server::start(vec![Step::When(Arc::clone(&told), paid)]).await;
    let spy = Arc::new(Spy::new());
    let (builder, script) = paybank(&server.url);
    let builder = builder.journal(Arc::clone(&spy)).timeout(Duration::from_secs(1000));
    let payer = builder.attempt_timeout(Duration::from_secs(1000)).build().expect("a client");
    let paying = tokio::spawn(async move { call(&payer, &PAY, ORDER).await.is_ok() });
    server.has_seen(1).await;
    let until = async || {
        tokio::time::sleep(Duration::from_millis(20)).await;
        spy.open("paybank").await.expect("entries")[0].lease.as_ref().expect("a lease").until()
    };
    let first = until().await;
    script.advance(Duration::from_secs(14));
    assert_eq!(until().await, first);
    script.advance(Duration::from_secs(1));
    assert_eq!(until().await, first + Duration::from_secs(15));
    // It was paused for longer than its lease, and nobody took the entry.
    script.advance(Duration::from_secs(100));
    assert_eq!(until().await, first + Duration::from_secs(115));
    told.notify_one();
    assert!(paying.await.expect("a call"));
}

/// Credentials that come late, as after a pause of the process.
struct Late(Script, Duration);

impl bursar_runtime::Auth for Late {
    fn authorize<'a>(
        &'a self,
        _: &'static bursar_runtime::Operation,
        _: &'a mut reqwest::Request,
    ) -> bursar_runtime::BoxFuture<'a, Result<(), bursar_runtime::AuthError>> {
        self.0.advance(self.1);
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn an_owner_whose_lease_is_over_sends_only_what_nobody_took() {
    static KEYED: std::sync::LazyLock<bursar_runtime::Operation> = std::sync::LazyLock::new(|| {
        let key = bursar_runtime::Scheme { name: "k", place: bursar_runtime::Place::Bearer, scopes: &[] };
        bursar_runtime::Operation { auth: Vec::leak(vec![&*Vec::leak(vec![key])]), ..PAY.clone() }
    });
    for is_taken in [false, true] {
        let (server, spy) = (Server::start(vec![state("PAID")]).await, Arc::new(Taken { inner: Spy::new(), is_taken }));
        let (builder, script) = paybank(&server.url);
        let late = Late(script, Duration::from_secs(31));
        let builder = builder.journal(Arc::clone(&spy)).auth(late).attempt_timeout(Duration::from_secs(80));
        let core = builder.build().expect("a client");
        let result = call(&core, &KEYED, ORDER).await;
        assert_eq!((result.is_ok(), server.connections()), (!is_taken, usize::from(!is_taken)));
        if let Err(error) = result {
            assert_eq!((error.kind(), error.outcome().name()), (&Kind::Journal, "not_sent"));
            assert!(error.to_string().contains("took the journal's entry over"), "{error}");
        }
    }
}

/// A journal in which another process takes every entry over, or none.
struct Taken {
    inner: Spy,
    is_taken: bool,
}

#[async_trait::async_trait]
impl Journal for Taken {
    fn key(&self) -> &HashKey {
        self.inner.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.inner.begin(intent, lease).await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.inner.end(id, ending).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        self.inner.open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        self.inner.take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        if self.is_taken {
            let now = lease.until();
            let other = Lease::new("another process", now + Duration::from_secs(60));
            assert!(self.inner.take(id, &other, now).await?);
        }
        self.inner.renew(id, lease).await
    }
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
    assert_eq!(spy.inner.purge(began).await.expect("written"), 0);
    assert_eq!(spy.inner.purge(began + 2 * day).await.expect("written"), 1);
    let endings: Vec<_> = spy.inner.entries("paybank").iter().map(|entry| entry.ending).collect();
    assert_eq!(endings, [Some(Ending::Accepted), Some(Ending::Settled)]);
}

#[tokio::test]
async fn an_end_that_cannot_be_written_is_reported_beside_the_others() {
    let (core, spy, _) = with(Spy { end_fails: true, ..Spy::new() }, vec![cut(), cut(), state("PAID")]).await;
    for _ in 0..2 {
        let _ = call(&core, &PAY, ORDER).await;
    }
    let recovery = core.recover(&spy).await.expect("a recovery");
    assert_eq!(recovery.len(), 2);
    assert!(recovery.iter().all(|one| one.result().is_ok() && one.fault().is_some() && !one.is_closed()));
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
    while spy.inner.entries("paybank")[0].ending != Some(Ending::Settled) {
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
