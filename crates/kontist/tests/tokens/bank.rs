//! A Kontist on loopback that records every request and answers as a test says, and a clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bursar_kontist::{Builder, Client, Credential, Environment};
use bursar_runtime::Clock;
use bursar_support::{Message, Server, Step, bytes};

/// One request as it came off the wire.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method and path.
    pub(crate) line: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// Status and body of an answer.
pub(crate) type Answer = (u16, String);

impl Seen {
    fn of(message: &Message) -> Self {
        Self {
            line: message.route().to_owned(),
            authorization: message.header("authorization").map(str::to_owned),
            body: message.body.clone(),
        }
    }
}

pub(crate) struct Bank {
    server: Server,
    clock: Hand,
}

impl Bank {
    /// The script gets each request with its number, from 0. Each request has a connection of its own.
    pub(crate) async fn open(script: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static) -> Self {
        let server = Server::answering(move |number, message| {
            let (status, body) = script(number, &Seen::of(message));
            let headers = [("connection", "close"), ("content-type", "application/json")];
            Step::Cut(bytes(status, &headers, body.as_bytes()))
        });
        Self { server: server.await, clock: Hand::default() }
    }

    /// A client of this bank, by the bank's clock.
    pub(crate) fn client(&self) -> Builder {
        let clock = self.clock.clone();
        Client::builder().environment(Environment::Custom(self.server.url.clone())).core(|core| core.clock(clock))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.server.seen().iter().map(Seen::of).collect()
    }

    /// Method and path of every request so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    /// The requests with this method and path.
    pub(crate) fn of(&self, line: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.line == line).collect()
    }
}

/// A clock that begins at the epoch's 60th minute.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Clock for Hand {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(3600) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) fn credential(text: &str) -> Credential {
    Credential::new(text).expect("a credential")
}
