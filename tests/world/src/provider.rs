//! The providers whose fakes the sandbox has. One more is a line in [`PROVIDERS`], and how its client signs in.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use bursar_runtime::dispatch::{Arguments, Dispatched, Entry};
use bursar_runtime::{
    AnyError, BoxFuture, Builder, Core, Credential, Effect, Journal, Operation, Options, Pending, Reconciled,
    Recovered, Tokens,
};
use bursar_sandbox::{Sandbox, kasha, kasisto, kontist, kotani, vaultspay};

use crate::example::Example;

/// Sets the core of a client up: base URL, transport, time.
pub type Set<'a> = &'a dyn Fn(Builder) -> Builder;

/// A provider, its types erased.
pub struct Provider {
    /// As in the crate's name.
    pub name: &'static str,
    /// The operation table.
    pub operations: &'static [&'static Operation],
    document: &'static str,
    /// A client that is let in, as far as that needs no call.
    client: fn(Set<'_>) -> Result<Box<dyn Client>>,
    /// Calls that let it in, as operation id and arguments.
    sign_in: fn() -> Option<(&'static str, String)>,
    /// Where a document's example moves no money, the member of its body that has to be other: operation, member, text.
    changed: &'static [(&'static str, &'static str, &'static str)],
    /// Where an example moves money only after another operation's, which gives it a value, or is told from others by what that one said.
    before: &'static [Before],
    /// Values that the lookup of an operation asks for and its example does not name, as its caller knows them: operation, name, value.
    known: &'static [(&'static str, &'static str, &'static str)],
    /// Money operations whose example moves money under other settings than the fake's own only: the settings.
    settings: &'static [(&'static str, Settings)],
    /// Money operations that are left out, and why.
    still: &'static [(&'static str, &'static str)],
}

/// Sets a sandbox up.
pub type Settings = fn(bursar_sandbox::Builder) -> bursar_sandbox::Builder;

/// A call that has to come before another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// Operation id of the other.
    pub operation: &'static str,
    /// Its own operation id.
    pub id: &'static str,
    /// JSON pointer in its answer; of a path, the last segment counts.
    pub pointer: &'static str,
    /// Where the value goes to: an argument of the other, or a member of its body.
    pub to: &'static str,
}

/// A generated client, its types erased.
pub trait Client: Send + Sync {
    /// Calls an operation.
    ///
    /// # Errors
    /// There is no such operation.
    fn call<'a>(&'a self, operation: &str, arguments: &'a Arguments) -> Result<Dispatched<'a>>;

    /// Finds out what became of a call.
    fn reconcile<'a>(&'a self, pending: &'a Pending) -> BoxFuture<'a, Result<Reconciled, AnyError>>;

    /// Finds out what became of the calls that a journal holds as under way.
    fn recover<'a>(&'a self, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Vec<Recovered>, AnyError>>;

    /// The same client with other options.
    fn with(&self, options: Options) -> Box<dyn Client>;
}

/// All of them.
pub static PROVIDERS: &[Provider] = &[
    Provider {
        name: "kasha",
        operations: bursar_kasha::operations::ALL,
        document: include_str!("../../../crates/sandbox/src/generated/kasha.json"),
        client: |set| {
            let client = bursar_kasha::Client::builder().api_key(Credential::new(kasha::API_KEY)?).core(set).build()?;
            Ok(typed(client, bursar_kasha::dispatch::ENTRIES, bursar_kasha::Client::with, bursar_kasha::Client::core))
        },
        sign_in: || None,
        changed: &[],
        before: &[],
        known: &[
            ("create_direct_payment", "transactionId", "txn-payin"),
            ("refund_by_reference", "transactionId", "txn-refund"),
        ],
        // With the approval that is the default, a pay-out moves nothing before `settle_payout`.
        settings: &[("create_payout", |sandbox| sandbox.kasha(kasha::Settings::new().without_approval()))],
        still: &[],
    },
    Provider {
        name: "kasisto",
        operations: bursar_kasisto::operations::ALL,
        document: include_str!("../../../crates/sandbox/src/generated/kasisto.json"),
        client: |set| {
            // A token that nobody handed out, until signing in replaces it.
            let client = bursar_kasisto::Client::builder().token(Credential::new("none")?);
            let client = client.secret(Credential::new(kasisto::SECRET)?).core(set).build()?;
            Ok(typed(
                client,
                bursar_kasisto::dispatch::ENTRIES,
                bursar_kasisto::Client::with,
                bursar_kasisto::Client::core,
            ))
        },
        sign_in: || {
            let (name, password) = (kasisto::USERNAME, kasisto::PASSWORD);
            Some(("create_token", format!(r#"{{"body":{{"username":"{name}","password":"{password}"}}}}"#)))
        },
        changed: &[],
        before: &[],
        known: &[],
        settings: &[],
        still: &[],
    },
    Provider {
        name: "kontist",
        operations: bursar_kontist::operations::ALL,
        document: include_str!("../../../crates/sandbox/src/generated/kontist.json"),
        client: |set| {
            let client = bursar_kontist::Client::builder().token(Credential::new(kontist::OAUTH_TOKEN)?);
            let client = client.core(set).build()?;
            Ok(typed(
                client,
                bursar_kontist::dispatch::ENTRIES,
                bursar_kontist::Client::with,
                bursar_kontist::Client::core,
            ))
        },
        sign_in: || None,
        changed: &[],
        // The example changes an order's note.
        before: &[
            Before {
                operation: "confirm_standing_order",
                id: "create_standing_order",
                pointer: "/requestId",
                to: "requestId",
            },
            Before { operation: "confirm_transfer", id: "create_transfer", pointer: "/links/self", to: "transfer_id" },
        ],
        known: &[],
        settings: &[],
        still: &[],
    },
    Provider {
        name: "kotani",
        operations: bursar_kotani::operations::ALL,
        document: include_str!("../../../crates/sandbox/src/generated/kotani.json"),
        client: |set| {
            let client =
                bursar_kotani::Client::builder().api_key(Credential::new(kotani::API_KEY)?).core(set).build()?;
            Ok(typed(
                client,
                bursar_kotani::dispatch::ENTRIES,
                bursar_kotani::Client::with,
                bursar_kotani::Client::core,
            ))
        },
        sign_in: || None,
        // The example cancels what was held.
        changed: &[("resolve_duplicate_withdrawal", "action", "proceed")],
        before: &[],
        known: &[],
        settings: &[],
        still: &[("report_provider_settlement", "the settling partner calls it, not the integrator")],
    },
    Provider {
        name: "vaultspay",
        operations: bursar_vaultspay::operations::ALL,
        document: include_str!("../../../crates/sandbox/src/generated/vaultspay.json"),
        client: |set| {
            let client = bursar_vaultspay::Client::builder().device_id(vaultspay::DEVICE_ID);
            let client = client.tokens(Tokens::new(Credential::new(vaultspay::ACCESS_TOKEN)?)).core(set).build()?;
            Ok(typed(
                client,
                bursar_vaultspay::dispatch::ENTRIES,
                bursar_vaultspay::Client::with,
                bursar_vaultspay::Client::core,
            ))
        },
        sign_in: || None,
        changed: &[],
        before: &[],
        known: &[],
        settings: &[],
        still: &[],
    },
];

struct Typed<C: 'static> {
    client: C,
    entries: &'static [Entry<C>],
    with: fn(&C, Options) -> C,
    core: fn(&C) -> &Core,
}

fn typed<C: Send + Sync + 'static>(
    client: C,
    entries: &'static [Entry<C>],
    with: fn(&C, Options) -> C,
    core: fn(&C) -> &Core,
) -> Box<dyn Client> {
    Box::new(Typed { client, entries, with, core })
}

impl<C: Send + Sync + 'static> Client for Typed<C> {
    fn call<'a>(&'a self, operation: &str, arguments: &'a Arguments) -> Result<Dispatched<'a>> {
        let entry = self.entries.iter().find(|entry| entry.operation.id == operation);
        let entry = entry.with_context(|| format!("there is no operation {operation}"))?;
        Ok((entry.call)(&self.client, arguments))
    }

    fn reconcile<'a>(&'a self, pending: &'a Pending) -> BoxFuture<'a, Result<Reconciled, AnyError>> {
        Box::pin((self.core)(&self.client).reconcile(pending))
    }

    fn recover<'a>(&'a self, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Vec<Recovered>, AnyError>> {
        Box::pin(async { Ok((self.core)(&self.client).recover(journal).await?.into_calls()) })
    }

    fn with(&self, options: Options) -> Box<dyn Client> {
        typed((self.with)(&self.client, options), self.entries, self.with, self.core)
    }
}

impl Provider {
    /// A client that has not signed in.
    ///
    /// # Errors
    /// It cannot be set up.
    pub fn stranger(&self, url: &str, set: Set<'_>) -> Result<Box<dyn Client>> {
        (self.client)(&|core| set(core.base_url(url)))
    }

    /// The operations that may move money, and whose examples do.
    pub fn money(&self) -> impl Iterator<Item = &'static Operation> {
        let is_still = |id: &str| self.still.iter().any(|(still, _)| *still == id);
        self.operations.iter().copied().filter(move |row| row.effect == Effect::Money && !is_still(row.id))
    }

    /// The money operations that are left out, and why.
    pub fn still(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.still.iter().copied()
    }

    /// The settings under which an operation's example moves money, if they are not the fake's own.
    pub fn settings(&self, operation: &str) -> Option<Settings> {
        self.settings.iter().find(|(id, _)| *id == operation).map(|(_, settings)| *settings)
    }

    /// The call that has to come before an operation's.
    pub(crate) fn before(&self, operation: &str) -> Option<Before> {
        self.before.iter().find(|before| before.operation == operation).copied()
    }

    /// The row of an operation.
    pub(crate) fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.operations.iter().copied().find(|operation| operation.id == id)
    }

    /// What the caller of an operation knows, as options of its call.
    pub(crate) fn known(&self, operation: &str, options: Options) -> Options {
        let known = self.known.iter().filter(|(id, ..)| *id == operation);
        known.fold(options, |options, (_, name, value)| options.lookup_value(name, value))
    }

    /// The calls that the document shows, by operation id, so that those of money move some.
    ///
    /// # Errors
    /// The document cannot be read.
    pub fn examples(&self) -> Result<BTreeMap<String, Example>> {
        let mut examples = Example::all(self.document).with_context(|| format!("specs/{}.yaml", self.name))?;
        for (operation, member, text) in self.changed {
            if let Some(example) = examples.get_mut(*operation) {
                *example = example.clone().with_field(member, text)?;
            }
        }
        Ok(examples)
    }
}

/// A client of a provider at a sandbox, signed in.
///
/// # Errors
/// The client cannot be set up, or is not let in.
pub async fn client_of(provider: &Provider, sandbox: &Sandbox, set: Set<'_>) -> Result<Box<dyn Client>> {
    let url = sandbox.url_of(provider.name).with_context(|| format!("the sandbox has no {}", provider.name))?;
    let client = provider.stranger(&url, set)?;
    if let Some((operation, arguments)) = (provider.sign_in)() {
        let arguments = Arguments::parse(&arguments).map_err(|error| anyhow!("{error}"))?;
        client.call(operation, &arguments)?.await.map_err(|error| anyhow!("{operation}: {error}"))?;
    }
    Ok(client)
}
