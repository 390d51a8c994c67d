//! What the tests know of a provider, and a client that is called by operation id, whatever its type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bursar::{ConfigError, Credential, Options};
use bursar_runtime::Operation;
use bursar_runtime::dispatch::{Arguments, Decoded, Dispatched, Entry, Recode};
use bursar_runtime::{Reply, Response, dispatch};
use bursar_sandbox::Sandbox;

use super::document;
use super::survival::Misfits;
use super::tree::Tree;
use bursar_support::Message;

/// A provider: one file of tables in `providers/`.
pub(crate) struct Provider {
    /// As in the crate's name.
    pub(crate) name: &'static str,
    /// The generated table of operations.
    pub(crate) operations: &'static [&'static Operation],
    /// What the generated code says about its origin.
    pub(crate) provenance: &'static str,
    /// The codecs of all operations.
    pub(crate) codecs: fn() -> Vec<Codec>,
    /// A client of a base URL with these credentials.
    pub(crate) open: fn(&str, &Keys) -> Result<Api, ConfigError>,
    /// The addresses that the crate knows by name.
    pub(crate) environments: fn() -> Vec<String>,
    pub(crate) pages: Pages,
    pub(crate) samples: Samples,
    pub(crate) wire: Wire,
    pub(crate) leaks: Leaks,
    /// `None` as long as the sandbox has no such fake.
    pub(crate) sandbox: Option<Fake>,
}

/// What the provider's documentation describes.
pub(crate) struct Pages {
    /// How many pages there are in `tests/pages/<provider>.txt`, and how many operations they describe.
    pub(crate) counts: (usize, usize),
    /// Whether every alias with a slash is the address of a page.
    pub(crate) aliases: bool,
    /// Operations that no page describes, and where they come from instead.
    pub(crate) without: &'static [(&'static str, &'static str)],
}

/// The payloads in `tests/samples/<provider>`.
pub(crate) struct Samples {
    /// How many there are.
    pub(crate) count: usize,
    /// What does not survive, by sample.
    pub(crate) misfits: &'static [(&'static str, Misfits)],
    /// Which operations a sample is about that is named after none: by the beginning of its name.
    pub(crate) shared: &'static [(&'static str, Of)],
    /// Samples whose names do not say their status, and what it is; 0 for a refusal with any status.
    pub(crate) unstated: &'static [(&'static str, u16)],
    /// Samples that no type reads, and what reads them.
    pub(crate) unread: &'static [(&'static str, &'static str)],
    /// What the provider posts to the caller's own address: by the beginning of a sample's name, the schema and what reads and writes it.
    pub(crate) webhooks: &'static [(&'static str, &'static str, Recode)],
    /// Whether a name may go on after its alias: `deposits__card-v202608`.
    pub(crate) variants: bool,
    /// Operations of which nobody showed a payload.
    pub(crate) without: &'static [&'static str],
    /// Whether a known field may come in another casing.
    pub(crate) recased: bool,
    /// Operations whose answers are documented in both casings, with other fields in each.
    pub(crate) both_casings: &'static [&'static str],
    /// Other shapes of refusals than the document's examples, each of which every operation reads.
    pub(crate) refusals: &'static [&'static str],
    /// Operations whose refusals have a shape of their own.
    pub(crate) own_refusals: &'static [&'static str],
    /// Numbers that look like somebody's, and are nobody's.
    pub(crate) made_up: &'static [&'static str],
    /// Whether no text but a date has digits at all.
    pub(crate) no_digits: bool,
}

/// Which operations something is about.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    All,
    These(&'static [&'static str]),
    /// Those with an alias that starts like this.
    Pages(&'static str),
}

/// How the provider is spoken to.
pub(crate) struct Wire {
    /// Sets of credentials, and the operations that are not sent with them.
    pub(crate) keys: &'static [(&'static [&'static str], Refused)],
    /// Schemes for which the client has no credential of their own, and whose it takes.
    pub(crate) same: &'static [(&'static str, &'static str)],
    /// Headers that the client sends although nobody set them, with their value.
    pub(crate) always: &'static [(&'static str, &'static str)],
    /// Headers that are the client's own business, which the test does not set.
    pub(crate) own: &'static [&'static str],
    /// The value of a credential that is made anew for each request, out of scheme, key and request; empty if this one carries none.
    pub(crate) made: fn(&str, &str, &Message) -> Option<String>,
    /// How many parameters and bodies may be left out, at least.
    pub(crate) left_out: usize,
}

/// Which operations are not sent.
pub(crate) enum Refused {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

/// Counts that say that enough was searched.
pub(crate) struct Leaks {
    /// Sensitive fields in requests and answers.
    pub(crate) fields: usize,
    /// Sensitive fields in structs and builders.
    pub(crate) secrets: usize,
    /// Documented answers.
    pub(crate) answers: usize,
    /// Sensitive fields in requests.
    pub(crate) arguments: usize,
    /// Pointer to how long to wait, which errors show, in refusals; empty if there is none.
    pub(crate) shown: &'static str,
    /// Headers of answers that are marked beside those that nobody knows.
    pub(crate) headers: &'static [&'static str],
}

/// The fake in the sandbox.
pub(crate) struct Fake {
    /// Its base URL.
    pub(crate) url: fn(&Sandbox) -> String,
    /// The credentials that it knows from the start, by scheme.
    pub(crate) keys: &'static [(&'static str, &'static str)],
    /// Operations that take others.
    pub(crate) other_keys: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// What has to be called before an operation, with the document's examples; `""` is for all of them.
    pub(crate) before: &'static [(&'static str, &'static [&'static str])],
    /// Operations that are not answered with a documented 2xx, and why.
    pub(crate) unanswered: &'static [(&'static str, &'static str)],
}

/// Reads and writes one operation's bodies.
pub(crate) struct Codec {
    pub(crate) operation: &'static Operation,
    decode: fn(&Operation, &Reply) -> Decoded,
    /// `None` if the operation takes no JSON.
    pub(crate) recode: Option<Recode>,
}

impl Codec {
    pub(crate) fn decode(&self, reply: &Reply) -> Decoded {
        (self.decode)(self.operation, reply)
    }
}

/// The codecs of a client.
pub(crate) fn codecs<C>(entries: &'static [Entry<C>]) -> Vec<Codec> {
    let codec = |entry: &Entry<C>| Codec { operation: entry.operation, decode: entry.decode, recode: entry.recode };
    entries.iter().map(codec).collect()
}

impl Provider {
    /// A client with a made-up key for every scheme.
    pub(crate) fn client(&self, url: &str) -> Api {
        (self.open)(url, &Keys::all(self)).expect("a client")
    }

    /// The fake, for which there is a test only if there is one.
    pub(crate) fn fake(&self) -> &Fake {
        self.sandbox.as_ref().unwrap_or_else(|| panic!("the sandbox has no {}", self.name))
    }
}

/// Credentials by security scheme of the document.
#[derive(Clone)]
pub(crate) struct Keys(BTreeMap<&'static str, String>);

impl Keys {
    /// A key for every scheme of the provider: `api_key-1`.
    pub(crate) fn all(provider: &Provider) -> Self {
        Self::each(provider, |scheme| format!("{scheme}-1"))
    }

    pub(crate) fn each(provider: &Provider, value: impl Fn(&str) -> String) -> Self {
        let owner = |scheme| provider.wire.same.iter().find(|(same, _)| *same == scheme).map_or(scheme, |(_, of)| *of);
        // A program's own key goes out with a login only, which has tests of its own.
        let schemes =
            document::schemes(provider.name).filter(|scheme| (provider.name, *scheme) != ("kontist", "client"));
        Self(schemes.map(|scheme| (scheme, value(owner(scheme)))).collect())
    }

    /// These.
    pub(crate) fn named(keys: &[(&'static str, &str)]) -> Self {
        Self(keys.iter().map(|(scheme, key)| (*scheme, (*key).to_owned())).collect())
    }

    /// Only those of these schemes.
    pub(crate) fn only(mut self, schemes: &[&str]) -> Self {
        self.0.retain(|scheme, _| schemes.contains(scheme));
        self
    }

    pub(crate) fn schemes(&self) -> BTreeSet<&'static str> {
        self.0.keys().copied().collect()
    }

    /// The value for a scheme that there is one for.
    pub(crate) fn value(&self, scheme: &str) -> &str {
        self.0.get(scheme).unwrap_or_else(|| panic!("there is no key for {scheme}"))
    }

    /// The credential for a scheme, if there is one.
    pub(crate) fn get(&self, scheme: &str) -> Option<Credential> {
        self.0.get(scheme).map(|key| Credential::new(key.clone()).expect("a credential"))
    }
}

/// A client of any provider.
pub(crate) struct Api {
    client: Box<dyn Calls>,
    /// What its builder showed with the credentials in it.
    pub(crate) builder: String,
}

impl fmt::Debug for Api {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(out)
    }
}

impl Api {
    /// A client with the calls by its generated table.
    pub(crate) fn new<C: fmt::Debug + Send + Sync + 'static>(
        builder: String,
        client: C,
        entries: &'static [Entry<C>],
        with: fn(&C, Options) -> C,
    ) -> Self {
        Self { client: Box::new(Typed { client, entries, with }), builder }
    }

    /// Calls an operation.
    pub(crate) async fn call(
        &self,
        id: &str,
        arguments: &Arguments,
    ) -> Result<Response<dispatch::Echo>, dispatch::Failed> {
        self.client.call(id, arguments).await
    }

    /// The same client with other options.
    pub(crate) fn with(&self, options: Options) -> Self {
        Self { client: self.client.with(options), builder: self.builder.clone() }
    }
}

/// What can be done with a client without its type.
trait Calls: fmt::Debug {
    fn call<'a>(&'a self, id: &str, arguments: &'a Arguments) -> Dispatched<'a>;
    fn with(&self, options: Options) -> Box<dyn Calls>;
}

struct Typed<C: 'static> {
    client: C,
    entries: &'static [Entry<C>],
    with: fn(&C, Options) -> C,
}

impl<C: fmt::Debug> fmt::Debug for Typed<C> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(out)
    }
}

impl<C: fmt::Debug + Send + Sync + 'static> Calls for Typed<C> {
    fn call<'a>(&'a self, id: &str, arguments: &'a Arguments) -> Dispatched<'a> {
        let entry = self.entries.iter().find(|entry| entry.operation.id == id);
        let entry = entry.unwrap_or_else(|| panic!("there is no operation {id}"));
        (entry.call)(&self.client, arguments)
    }

    fn with(&self, options: Options) -> Box<dyn Calls> {
        let client = (self.with)(&self.client, options);
        Box::new(Self { client, entries: self.entries, with: self.with })
    }
}

/// The part of an answer that the caller sees, and where the document describes it.
pub(crate) fn payload<'a>(operation: &Operation, body: &'a Tree) -> (&'static str, &'a Tree) {
    // The items of a page stand where an envelope has its payload; the caller sees the page.
    match &operation.envelope {
        Some(envelope) if body.get("meta").is_none() => (envelope.payload, body.at(envelope.payload).unwrap_or(body)),
        _ => ("", body),
    }
}
