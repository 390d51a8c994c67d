//! One sandbox, its time, and the way of clients to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use bursar_runtime::{Builder, Recovered};
use bursar_sandbox::{Fate, Sandbox, kontist, vaultspay};

use crate::clock::VirtualTime;
use crate::crash::{Doom, Ledger};
use crate::provider::{Client, Provider, Settings, client_of};
use crate::transport::InProcess;

/// Three times this is long enough for whatever was accepted to be settled, reversed or given back, and for orders to come due.
const SETTLED: Duration = Duration::from_secs(20 * 24 * 60 * 60);

/// A sandbox without sockets, and the time of its clients.
pub struct World {
    /// The fakes.
    pub sandbox: Arc<Sandbox>,
    /// Their clients' time.
    pub time: VirtualTime,
    /// How the clients reach them.
    pub transport: InProcess,
    /// When the clients' process ends.
    pub doom: Arc<Doom>,
    ledgers: Mutex<BTreeMap<&'static str, Arc<Ledger>>>,
}

/// How long access tokens are good: longer than everything that is simulated.
const SESSION: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl World {
    /// A world in which nothing has happened yet.
    ///
    /// # Errors
    /// The sandbox cannot be set up.
    pub fn new(seed: u64) -> Result<Self> {
        Self::with(seed, None)
    }

    /// The same with settings of its own.
    ///
    /// # Errors
    /// The sandbox cannot be set up.
    pub fn with(seed: u64, settings: Option<Settings>) -> Result<Self> {
        let sandbox = Sandbox::builder().seed(seed);
        let sandbox = match settings {
            Some(set) => set(sandbox),
            None => sandbox,
        };
        let sandbox = sandbox.kontist(kontist::Settings::new().access_life(SESSION));
        let lives = vaultspay::Settings::new().access_life(SESSION).refresh_life(SESSION);
        let sandbox = Arc::new(sandbox.vaultspay(lives).in_process()?);
        let time = VirtualTime::new(Arc::clone(&sandbox), seed);
        let doom = Arc::new(Doom::default());
        let transport = InProcess::new(Arc::clone(&sandbox), time.clone(), Arc::clone(&doom));
        Ok(Self { sandbox, time, transport, doom, ledgers: Mutex::default() })
    }

    /// The journal of a provider's clients.
    pub fn ledger(&self, provider: &Provider) -> Arc<Ledger> {
        let mut ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = ledgers.entry(provider.name).or_insert_with(|| Arc::new(Ledger::new(Arc::clone(&self.doom))));
        Arc::clone(ledger)
    }

    /// A client of a provider, signed in, that writes the provider's journal.
    ///
    /// # Errors
    /// It cannot be set up, or is not let in.
    pub fn client(&self, provider: &Provider) -> Result<Box<dyn Client>> {
        self.client_at(provider, self.transport.clone(), self.ledger(provider), None)
    }

    /// A client in another process, which does not end, on the same journal; of another account if it has a name.
    ///
    /// # Errors
    /// It cannot be set up, or is not let in.
    pub fn beside(&self, provider: &Provider, account: Option<&str>) -> Result<(Box<dyn Client>, Arc<Ledger>)> {
        let transport = InProcess::new(Arc::clone(&self.sandbox), self.time.clone(), Arc::default());
        let ledger = Arc::new(self.ledger(provider).beside());
        Ok((self.client_at(provider, transport, Arc::clone(&ledger), account)?, ledger))
    }

    fn client_at(
        &self,
        provider: &Provider,
        transport: InProcess,
        ledger: Arc<Ledger>,
        account: Option<&str>,
    ) -> Result<Box<dyn Client>> {
        let set = |core: Builder| {
            let core = core.transport(transport.clone()).journal(Arc::clone(&ledger));
            let core = match account {
                Some(account) => core.account(account),
                None => core,
            };
            core.clock(self.time.clone()).sleep(self.time.clone()).rng(self.time.clone())
        };
        self.time.run(client_of(provider, &self.sandbox, &set))
    }

    /// The fates of an operation.
    pub fn fates(&self, provider: &str, operation: &str) -> Vec<Fate> {
        let knows =
            |fate: &Fate| self.sandbox.faults().applies(provider, operation, *fate).is_ok_and(|applies| applies);
        Fate::ALL.iter().copied().filter(knows).collect()
    }

    /// Starts a new client on what a provider's journal holds as under way, as after a crash: what it finds out.
    ///
    /// # Errors
    /// It cannot be set up, or is not let in.
    pub fn recover(&self, provider: &Provider) -> Result<Vec<Recovered>> {
        let (client, ledger) = (self.client(provider)?, self.ledger(provider));
        Ok(self.time.run(client.recover(&*ledger))?)
    }

    /// Lets everything that was accepted come to its end.
    pub fn settle(&self) {
        settle(|time| self.time.pass(time));
    }

    /// Lets pass what everything that is not slow on purpose needs, and no session minds.
    pub fn rest(&self) {
        self.time.pass(Duration::from_secs(10 * 60));
    }
}

/// Lets as much time pass as whatever was accepted needs to come to its end.
pub fn settle(pass: impl Fn(Duration)) {
    // What settles may set off what settles later.
    for _ in 0..3 {
        pass(SETTLED);
    }
}
