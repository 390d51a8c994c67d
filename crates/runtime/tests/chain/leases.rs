//! Whose are the entries of a journal, and who may send while somebody else may look?

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use bursar_runtime::journal::{Ending, Entries, HashKey, Intent, JournalError, Lease};
use bursar_runtime::{
    Auth, AuthError, BoxFuture, Bytes, Clock, Core, Credential, Credentials, Journal, Kind, Operation, Phase, Place,
    Scheme, Transport, TransportError, http,
};

use crate::journal::Spy;
use crate::money::*;
use crate::support::*;

/// A client of an account at a server, with a journal.
fn of_account(url: &str, account: &str, journal: &Arc<Spy>) -> Core {
    let builder = paybank(url).0.account(account).journal(Arc::clone(journal)).max_attempts(1);
    builder.timeout(Duration::from_secs(100)).build().expect("a client")
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
async fn an_account_is_identified_by_its_key_across_restarts() {
    let url = nobody().await;
    let keyed = |key: &str| {
        let key = Credential::new(key).expect("a credential");
        let credentials = Credentials::new().with("secret", key);
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
    let other = core.with_auth(Credentials::new());
    assert_eq!(other.reconcile(&pending).await.expect("a state").name(), "done");
}

#[tokio::test]
async fn recovery_skips_entries_that_another_client_holds() {
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
async fn a_client_does_not_look_up_what_it_still_pays_itself() {
    let told = Arc::new(tokio::sync::Notify::new());
    let Step::Answer(paid) = state("PAID") else { unreachable!() };
    let server = Server::start(vec![Step::When(Arc::clone(&told), paid)]).await;
    let spy = Arc::new(Spy::new());
    let payer = of_account(&server.url, "shop", &spy);
    let paying = tokio::spawn({
        let payer = payer.clone();
        async move { call(&payer, &PAY, ORDER).await.is_ok() }
    });
    server.has_seen(1).await;
    let recovery = payer.recover(&spy).await.expect("a recovery");
    assert_eq!((recovery.len(), recovery.leased(), server.count()), (0, 1, 1));
    told.notify_one();
    assert!(paying.await.expect("a call"));
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

impl Auth for Late {
    fn authorize<'a>(
        &'a self,
        _: &'static Operation,
        _: &'a mut reqwest::Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.0.advance(self.1);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The payment of [`PAY`], with credentials.
static KEYED: LazyLock<Operation> = LazyLock::new(|| {
    let key = Scheme { name: "k", place: Place::Bearer, scopes: &[] };
    Operation { auth: Vec::leak(vec![&*Vec::leak(vec![key])]), ..PAY.clone() }
});

/// A wall clock and a running time, of which one stands still: somebody set the time, or the machine slept.
#[derive(Clone, Default)]
struct Apart {
    wall: Arc<AtomicU64>,
    elapsed: Arc<AtomicU64>,
}

impl Clock for Apart {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 + self.wall.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.elapsed.load(Ordering::SeqCst))
    }
}

/// Credentials that come after one of the clocks went on.
struct Jumping(Arc<AtomicU64>);

impl Auth for Jumping {
    fn authorize<'a>(
        &'a self,
        _: &'static Operation,
        _: &'a mut reqwest::Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.0.fetch_add(31, Ordering::SeqCst);
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn a_lease_is_over_by_either_clock() {
    for is_wall in [true, false] {
        let server = Server::start(vec![state("PAID")]).await;
        let spy = Taken { inner: Spy::new(), is_taken: true };
        let clock = Apart::default();
        let jumping = Jumping(Arc::clone(if is_wall { &clock.wall } else { &clock.elapsed }));
        let builder = paybank(&server.url).0.clock(clock).journal(spy).auth(jumping);
        let error = call(&builder.build().expect("a client"), &KEYED, ORDER).await.expect_err("an error");
        assert_eq!((error.outcome().name(), server.connections()), ("not_sent", 0), "{error}");
    }
}

#[tokio::test]
async fn an_owner_with_an_expired_lease_sends_only_untaken_entries() {
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
            assert!(error.to_string().contains("took over the journal's entry"), "{error}");
        }
    }
}

/// A connection that is made while its process is paused; what it sends is counted.
#[derive(Clone)]
struct Connecting(Script, Arc<AtomicUsize>);

impl Transport for Connecting {
    fn send(&self, _: reqwest::Request) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async {
            self.0.advance(Duration::from_secs(31));
            tokio::task::yield_now().await;
            self.1.fetch_add(1, Ordering::SeqCst);
            let body = r#"{"data":{"status":"PAID","amount":"12.50","currency":"EUR"}}"#;
            let answer = http::Response::builder().header("content-type", "application/json");
            answer.body(body.into()).map_err(TransportError::unsent)
        })
    }
}

#[tokio::test]
async fn a_connection_made_during_a_pause_carries_nothing_that_another_process_took() {
    for is_taken in [false, true] {
        let spy = Arc::new(Taken { inner: Spy::new(), is_taken });
        let (builder, script) = paybank("http://127.0.0.1:9");
        let wire = Connecting(script, Arc::default());
        let core = builder.journal(Arc::clone(&spy)).transport(wire.clone()).attempt_timeout(Duration::from_secs(80));
        let result = call(&core.build().expect("a client"), &PAY, ORDER).await;
        assert_eq!(wire.1.load(Ordering::SeqCst), usize::from(!is_taken));
        // The gate had let it pass, so the client cannot say that nothing left.
        assert_eq!(result.map_err(|error| error.outcome().name()).err(), is_taken.then_some("unknown"));
    }
}

#[tokio::test]
async fn an_answer_in_flight_is_read_though_the_journal_cannot_extend_the_lease() {
    let told = Arc::new(tokio::sync::Notify::new());
    let Step::Answer(paid) = state("PAID") else { unreachable!() };
    let server = Server::start(vec![Step::When(Arc::clone(&told), paid)]).await;
    // The pause between two questions to the journal does not pass at once.
    let script = Script::new(Duration::from_secs(4));
    let builder = on_script(Core::builder(&PAYBANK).base_url(&server.url), &script).journal(Gone(Spy::new()));
    let builder = builder.timeout(Duration::from_secs(1000)).attempt_timeout(Duration::from_secs(1000));
    let payer = builder.build().expect("a client");
    let paying = tokio::spawn(async move { call(&payer, &PAY, ORDER).await.is_ok() });
    server.has_seen(1).await;
    script.advance(Duration::from_secs(31));
    tokio::time::sleep(Duration::from_millis(20)).await;
    told.notify_one();
    let answered = tokio::time::timeout(Duration::from_secs(30), paying).await;
    assert!(answered.expect("an end").expect("a call"));
}

/// A journal that extends no lease.
struct Gone(Spy);

#[async_trait::async_trait]
impl Journal for Gone {
    fn key(&self) -> &HashKey {
        self.0.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.0.begin(intent, lease).await
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

    async fn renew(&self, _: &str, _: &Lease) -> Result<bool, JournalError> {
        Err(JournalError::new("the disk is gone"))
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
