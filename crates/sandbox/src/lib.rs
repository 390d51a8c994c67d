//! Stateful fake providers for tests and demos, served on loopback.
//!
//! The sandbox knows no client type: it speaks JSON, and holds every request and every answer against
//! the provider's document. [`Sandbox::violations`] lists what was not as the document describes it,
//! [`Sandbox::movements`] what really moved. The same seed and the same calls give the same answers.
//!
//! Calls can go wrong on purpose, on the way there or back: [`fault`] says how. [`Sandbox::exchange`] takes calls without sockets.
//!
//! ```
//! # async fn example() -> anyhow::Result<()> {
//! use bursar_sandbox::{Sandbox, kasha, kasisto, kontist, kotani, vaultspay};
//!
//! let sandbox = Sandbox::start().await?;
//! let url = sandbox.kasha_url(); // header `x-api-key`: kasha::API_KEY
//! assert_eq!(sandbox.kasha().balance("BRL"), "1000.00");
//! let url = sandbox.kasisto_url(); // header `secret`: kasisto::SECRET
//! assert!(sandbox.movements().is_empty());
//! assert_eq!(sandbox.kasisto().balance("acc-checking").as_deref(), Some("1200.50"));
//! let url = sandbox.kontist_url(); // header `authorization`: `Bearer `, then kontist::OAUTH_TOKEN
//! assert_eq!(sandbox.kontist().balance(), 250_000);
//! let url = sandbox.kotani_url(); // header `authorization`: `Bearer `, then kotani::API_KEY
//! assert_eq!(sandbox.kotani().balance("wallet-kes").as_deref(), Some("5000.00"));
//! let url = sandbox.vaultspay_url(); // header `authorization`: `Bearer `, then vaultspay::ACCESS_TOKEN
//! assert_eq!(sandbox.vaultspay().balance(701).as_deref(), Some("975.00"));
//! # Ok(())
//! # }
//! ```

mod clock;
mod demo;
mod document;
mod exchange;
mod fate;
pub mod fault;
mod front;
mod json;
pub mod kasha;
pub mod kasisto;
pub mod kontist;
pub mod kotani;
mod listing;
mod money;
mod movement;
mod provider;
mod random;
mod record;
mod server;
mod validate;
pub mod vaultspay;
mod verdict;
mod violation;
mod wire;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::http::Request;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use self::exchange::Exchange;
pub use self::fate::{FATE_HEADER, Fate, TAG_HEADER};
pub use self::fault::{Effect, Fault, Faults, Times};
pub use self::movement::{Movement, MovementKind};
pub use self::violation::{Side, Violation};
pub use rust_decimal::Decimal;

use self::front::Front;
use self::provider::Provider;

/// The fakes, on loopback or in this process alone; they stop when it is dropped.
pub struct Sandbox {
    /// `None`: there are no sockets.
    address: Option<SocketAddr>,
    kasha: Arc<kasha::Cashier>,
    kasisto: Arc<kasisto::Bank>,
    kontist: Arc<kontist::Bank>,
    kotani: Arc<kotani::Gateway>,
    vaultspay: Arc<vaultspay::Issuer>,
    front: Arc<Front>,
    /// The server ends when this is dropped.
    _running: Option<oneshot::Sender<()>>,
}

/// What can be set before a [`Sandbox`] starts.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    port: u16,
    seed: u64,
    kasha: kasha::Settings,
    kasisto: kasisto::Settings,
    kontist: kontist::Settings,
    kotani: kotani::Settings,
    vaultspay: vaultspay::Settings,
}

impl Sandbox {
    /// Starts the fakes with their defaults, on a free port.
    ///
    /// # Errors
    /// See [`Builder::start`].
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// The fakes with their defaults and a seed, without sockets.
    ///
    /// # Errors
    /// See [`Builder::in_process`].
    pub fn in_process(seed: u64) -> Result<Self> {
        Self::builder().seed(seed).in_process()
    }

    /// Settings to change before starting.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Address of the sandbox; providers live below it, each under its name. Without sockets nobody listens there, and
    /// [`Sandbox::exchange`] takes requests to it.
    pub fn url(&self) -> String {
        self.address.map_or_else(|| "http://localhost".to_owned(), |address| format!("http://{address}"))
    }

    /// The whole of a call without a socket: the same validation, faults and state. Of the URI only path and query count, and the
    /// path begins with the provider's name.
    pub fn exchange(&self, request: Request<Bytes>) -> Exchange {
        self.front.exchange(request)
    }

    /// Which calls go wrong, and how.
    pub fn faults(&self) -> &Faults {
        &self.front.faults
    }

    /// Moves the clocks of all fakes, and does what is due by then. Each also gains one second per call.
    pub fn advance(&self, by: Duration) {
        for provider in self.front.providers() {
            provider.advance(by);
        }
    }

    /// Base URL of the fake Kasha; its paths have no prefix `/v2`.
    pub fn kasha_url(&self) -> String {
        self.provider_url(&*self.kasha)
    }

    /// The fake Kasha.
    pub fn kasha(&self) -> &kasha::Cashier {
        &self.kasha
    }

    /// Base URL of the fake Kasisto bank.
    pub fn kasisto_url(&self) -> String {
        self.provider_url(&*self.kasisto)
    }

    /// The fake Kasisto bank.
    pub fn kasisto(&self) -> &kasisto::Bank {
        &self.kasisto
    }

    /// Base URL of the fake Kontist.
    pub fn kontist_url(&self) -> String {
        self.provider_url(&*self.kontist)
    }

    /// The fake Kontist.
    pub fn kontist(&self) -> &kontist::Bank {
        &self.kontist
    }

    /// Base URL of the fake Kotani Pay.
    pub fn kotani_url(&self) -> String {
        self.provider_url(&*self.kotani)
    }

    /// The fake Kotani Pay.
    pub fn kotani(&self) -> &kotani::Gateway {
        &self.kotani
    }

    /// Base URL of the fake VaultsPay.
    pub fn vaultspay_url(&self) -> String {
        self.provider_url(&*self.vaultspay)
    }

    /// The fake VaultsPay.
    pub fn vaultspay(&self) -> &vaultspay::Issuer {
        &self.vaultspay
    }

    /// What really moved, in order for each provider.
    pub fn movements(&self) -> Vec<Movement> {
        self.front.movements()
    }

    /// What was not as the documents describe it, since the start: requests, and bugs of the sandbox.
    pub fn violations(&self) -> Vec<Violation> {
        self.front.violations.all()
    }

    fn provider_url(&self, provider: &dyn Provider) -> String {
        format!("{}/{}", self.url(), provider.name())
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Builder {
    /// Port on loopback; 0, the default, is any free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Seed of ids and tokens; 0 by default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Rules of the fake Kasha.
    #[must_use]
    pub fn kasha(mut self, settings: kasha::Settings) -> Self {
        self.kasha = settings;
        self
    }

    /// Rules of the fake Kasisto bank.
    #[must_use]
    pub fn kasisto(mut self, settings: kasisto::Settings) -> Self {
        self.kasisto = settings;
        self
    }

    /// Rules of the fake Kontist.
    #[must_use]
    pub fn kontist(mut self, settings: kontist::Settings) -> Self {
        self.kontist = settings;
        self
    }

    /// Rules of the fake Kotani Pay.
    #[must_use]
    pub fn kotani(mut self, settings: kotani::Settings) -> Self {
        self.kotani = settings;
        self
    }

    /// Rules of the fake VaultsPay.
    #[must_use]
    pub fn vaultspay(mut self, settings: vaultspay::Settings) -> Self {
        self.vaultspay = settings;
        self
    }

    /// The fakes without sockets, for calls by [`Sandbox::exchange`] alone. The port is not used.
    ///
    /// # Errors
    /// If an embedded document cannot be read.
    pub fn in_process(self) -> Result<Sandbox> {
        let kasha = Arc::new(kasha::Cashier::new(&self.kasha, self.seed)?);
        let kasisto = Arc::new(kasisto::Bank::new(&self.kasisto, self.seed)?);
        let kontist = Arc::new(kontist::Bank::new(&self.kontist, self.seed)?);
        let kotani = Arc::new(kotani::Gateway::new(&self.kotani, self.seed)?);
        let vaultspay = Arc::new(vaultspay::Issuer::new(&self.vaultspay, self.seed)?);
        let providers: Vec<Arc<dyn Provider>> =
            vec![kasha.clone(), kasisto.clone(), kontist.clone(), kotani.clone(), vaultspay.clone()];
        let front = Arc::new(Front::new(providers, self.seed));
        Ok(Sandbox { address: None, kasha, kasisto, kontist, kotani, vaultspay, front, _running: None })
    }

    /// Starts the fakes on the current Tokio runtime.
    ///
    /// # Errors
    /// If the port cannot be had, or an embedded document cannot be read.
    pub async fn start(self) -> Result<Sandbox> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(wanted).await.with_context(|| format!("cannot listen on {wanted}"))?;
        let address = listener.local_addr().context("the listener has no address")?;
        let (running, dropped) = oneshot::channel::<()>();
        let ended = async {
            // An error says that the sender was dropped, which is the only signal there is.
            let _ = dropped.await;
        };
        let sandbox = self.in_process()?;
        tokio::spawn(server::serve(Arc::clone(&sandbox.front), listener, ended));
        Ok(Sandbox { address: Some(address), _running: Some(running), ..sandbox })
    }
}
