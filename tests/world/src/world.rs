//! One sandbox, its time, and the way of clients to it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bursar_runtime::Builder;
use bursar_sandbox::Sandbox;

use crate::clock::VirtualTime;
use crate::provider::{Client, Provider, client_of};
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
}

impl World {
    /// A world in which nothing has happened yet.
    ///
    /// # Errors
    /// The sandbox cannot be set up.
    pub fn new(seed: u64) -> Result<Self> {
        let sandbox = Arc::new(Sandbox::in_process(seed)?);
        let time = VirtualTime::new(Arc::clone(&sandbox), seed);
        let transport = InProcess::new(Arc::clone(&sandbox), time.clone());
        Ok(Self { sandbox, time, transport })
    }

    /// A client of a provider, signed in.
    ///
    /// # Errors
    /// It cannot be set up, or is not let in.
    pub fn client(&self, provider: &Provider) -> Result<Box<dyn Client>> {
        let set = |core: Builder| {
            let core = core.transport(self.transport.clone());
            core.clock(self.time.clone()).sleep(self.time.clone()).rng(self.time.clone())
        };
        self.time.run(client_of(provider, &self.sandbox, &set))
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
