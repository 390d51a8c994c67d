//! The `x-` keys of our documents: their shapes, and where each may stand. No other `x-` key is accepted.

mod keys;
mod places;
mod settled;

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(crate) use keys::{Fault, Site, allowed, check};
pub(crate) use places::{InRequest, Pointer, Text};
pub(crate) use settled::{Counts, Leg, Settled};

/// A fact that a document states under one `x-` key.
pub(crate) trait Fact: DeserializeOwned + keys::Sound {
    /// The key.
    const KEY: &'static str;
}

/// Reads a fact from the object that carries it; `None` if it is absent or malformed (lint refuses the latter).
pub(crate) fn get<T: Fact>(carrier: &Value) -> Option<T> {
    T::deserialize(carrier.get(T::KEY)?).ok().filter(|fact| fact.sound().is_ok())
}

/// `x-effect`: what a duplicate of the call would do.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    Read,
    Write,
    Money,
}

/// A fact, or the literal `none`: the provider states nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stated<T> {
    #[default]
    None,
    Fact(T),
}

impl<T> Stated<T> {
    /// The fact, if there is one.
    pub(crate) fn fact(&self) -> Option<&T> {
        match self {
            Self::None => None,
            Self::Fact(fact) => Some(fact),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Stated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text == "none" => Ok(Self::None),
            value => T::deserialize(value).map(Self::Fact).map_err(D::Error::custom),
        }
    }
}

/// `x-idempotency`: the caller's reference, how a repeat is answered, how to find out what became of a call.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Idempotency {
    /// Where the reference travels.
    #[serde(rename = "in")]
    pub(crate) place: KeyPlace,
    /// Pointer into the request body, or the parameter's name; absent exactly when `in: none`.
    pub(crate) field: Option<String>,
    /// `uuid`, or a description.
    pub(crate) format: Option<String>,
    /// Within what the reference must be unique.
    pub(crate) scope: Option<String>,
    /// Statuses that mean: this reference was used before.
    #[serde(default)]
    pub(crate) duplicate: Vec<u16>,
    /// Whether the call works only once, so that a refusal may say no more than that it worked before.
    #[serde(default)]
    pub(crate) one_time: bool,
    /// Pointer to the reference in the answer, where the answer repeats it.
    pub(crate) echo: Option<Pointer>,
    /// The operation that tells what became of the call.
    pub(crate) lookup: Option<Lookup>,
}

/// Where the caller's reference travels.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyPlace {
    /// The provider knows no reference.
    None,
    Body,
    Header,
    Query,
}

/// The operation that tells what became of a call.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lookup {
    /// Its operation id.
    pub(crate) operation: String,
    /// Its parameters (body fields by pointer), each taken from the request, or from what an earlier answer gave.
    #[serde(default)]
    pub(crate) parameters: BTreeMap<String, Taken>,
    /// Pointer to the amount in its answer.
    pub(crate) amount: Option<Pointer>,
    /// Pointer to the currency in its answer.
    pub(crate) currency: Option<Pointer>,
    /// Pointer to the account in its answer, where it is that of the request.
    pub(crate) account: Option<Pointer>,
    /// Pointer to the reference in its answer, where it repeats it.
    pub(crate) reference: Option<Pointer>,
    /// Values of its status that may be older than the call, and so decide nothing.
    #[serde(default)]
    pub(crate) before: Vec<Text>,
    /// What its answer says about this call, where that is not what it says about itself.
    pub(crate) settled: Option<Settled>,
    /// How its answer lists what may be the call, where the provider knows no reference.
    pub(crate) candidates: Option<Candidates>,
    /// What "not found" proves.
    #[serde(default)]
    pub(crate) absent: Absent,
    /// Seconds after which it is documented to see the call.
    #[serde(default)]
    pub(crate) visible_after: u32,
}

/// How the entries of a list say what they are. Pointers are into one entry, but for `items`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Candidates {
    /// Pointer to the list in the answer; empty if the answer is the list.
    pub(crate) items: Pointer,
    pub(crate) amount: Option<Pointer>,
    pub(crate) currency: Option<Pointer>,
    /// When it was made or booked.
    pub(crate) time: Option<Pointer>,
    pub(crate) direction: Option<Direction>,
    /// Account, where it is the one that `x-money` of the call names.
    pub(crate) account: Option<Pointer>,
    /// Pointer to the execution date in the request of the call.
    pub(crate) due: Option<Pointer>,
    /// What tells the call's entry from all others.
    pub(crate) key: Option<EntryKey>,
    /// Whether entries are money that moved, where no status of theirs is classified.
    #[serde(default)]
    pub(crate) booked: bool,
}

/// A value that stands in a call and in its entry of a list.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryKey {
    pub(crate) request: InRequest,
    pub(crate) entry: Pointer,
    /// Name of the pair, where both are lists of pairs of name and value.
    pub(crate) pair: Option<String>,
    /// Whether it is an id of the provider's own.
    #[serde(default)]
    pub(crate) id: bool,
    /// Whether the provider documents neither place for it.
    #[serde(default)]
    pub(crate) inferred: bool,
}

/// `x-correlation`: a field that `build()` fills so that the call can be told from others in a list.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correlation {
    /// Pointer to a field of the request body.
    pub(crate) field: Pointer,
    /// Name of the pair, where the field is a list of pairs of name and value.
    pub(crate) pair: Option<String>,
    /// Most characters of the field.
    pub(crate) max_length: Option<u32>,
    /// Whether the token follows the caller's text.
    #[serde(default)]
    pub(crate) append: bool,
}

/// `x-remember`: ids of an answer that lookups of later calls ask for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Remember(pub(crate) Vec<Remembered>);

/// An id of an answer, remembered by what a later call names.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remembered {
    pub(crate) name: String,
    /// Where the answer, or else the request body, says what a later call names.
    #[serde(rename = "in")]
    pub(crate) place: RememberedIn,
    pub(crate) by: Pointer,
    /// Pointer to the id in the answer.
    pub(crate) value: Pointer,
}

/// Where what a later call names stands.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RememberedIn {
    Answer,
    Request,
}

/// Where a lookup takes a value from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub(crate) enum Taken {
    Request(InRequest),
    /// What an earlier answer gave for a value of the request.
    Remembered(Recalled),
}

/// An id that an earlier answer gave for a value of the request.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recalled {
    /// Its name in the `x-remember` of another operation.
    pub(crate) remembered: String,
    pub(crate) by: InRequest,
}

impl Taken {
    /// The value of the request, or that by which the id is remembered.
    pub(crate) fn request(&self) -> &InRequest {
        match self {
            Self::Request(place) => place,
            Self::Remembered(recalled) => &recalled.by,
        }
    }
}

/// How an entry says whether money went out or came in.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Direction {
    /// Pointer to the word.
    pub(crate) field: Option<Pointer>,
    /// Words that say: out.
    #[serde(default)]
    pub(crate) out: Vec<Text>,
    /// Words that say: in.
    #[serde(default, rename = "in")]
    pub(crate) income: Vec<Text>,
    /// Words of entries that are something else.
    #[serde(default)]
    pub(crate) other: Vec<Text>,
    /// Whether an amount that is not negative came in.
    #[serde(default)]
    pub(crate) signed: bool,
}

/// What "not found" in a lookup proves.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Absent {
    #[default]
    Unknown,
    NotApplied,
}

/// `x-outcome`: what a response says about a money call, over the defaults.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Refused,
    Unknown,
    RefusedIf(#[serde(deserialize_with = "one_or_many")] Vec<RefusedIf>),
}

/// Refused if the code at the pointer is one of these; unknown if no such condition holds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedIf {
    pub(crate) pointer: Pointer,
    pub(crate) codes: Vec<Text>,
}

/// `x-envelope`: the caller sees the payload; `failed` turns a 2xx into an error.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    /// Pointer to what the caller sees; absent: the body itself.
    pub(crate) payload: Option<Pointer>,
    /// Pointer to the provider's text.
    pub(crate) message: Option<Pointer>,
    /// Whether the payload may come without its envelope.
    #[serde(default)]
    pub(crate) optional: bool,
    /// One verdict, or several where the body comes in several shapes.
    #[serde(default, deserialize_with = "one_or_many")]
    pub(crate) failed: Vec<Failed>,
}

/// Reads `{..}` as `[{..}]`.
fn one_or_many<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = match Value::deserialize(deserializer)? {
        Value::Array(items) if !items.is_empty() => items,
        one => vec![one],
    };
    items.into_iter().map(T::deserialize).collect::<Result<_, _>>().map_err(D::Error::custom)
}

/// The body reports a failure if the value at the pointer is one of these.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failed {
    pub(crate) pointer: Pointer,
    pub(crate) equals: Vec<Text>,
}

/// `x-unit`: in which unit a money property counts.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// Whole units with decimals, as number or text.
    Major,
    /// Smallest units, an integer.
    Minor,
    /// No money, whatever the name suggests.
    None,
}

/// `x-money`: which fields of request and answer must agree.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Money {
    pub(crate) request: MoneyFields,
    #[serde(default)]
    pub(crate) answer: Stated<MoneyFields>,
}

/// Pointers to the money of one body.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyFields {
    pub(crate) amount: Option<Pointer>,
    pub(crate) currency: Option<Pointer>,
    pub(crate) account: Option<Pointer>,
}

/// `x-page`: how a list goes on.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// Query parameter, or pointer into the request body, that selects the page or cursor.
    pub(crate) parameter: String,
    /// Pointer to the items in the answer; empty if the answer is the list.
    pub(crate) items: Pointer,
    /// Pointer to the next cursor, link or page number; absent if pages are counted.
    pub(crate) next: Option<Pointer>,
    /// Pointer to the number of pages.
    pub(crate) pages: Option<Pointer>,
}

/// `x-versions`: further operations at the same path, by operation id. Each asks for another media type of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Versions(pub(crate) Vec<(String, Version)>);

/// One further operation.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(crate) struct Version {
    /// The media type that is its own, beside the operation's, which is the first.
    pub(crate) media: String,
    /// Keys of the operation that differ from those of the operation itself; `null` takes a key away.
    #[serde(flatten)]
    pub(crate) differs: serde_json::Map<String, Value>,
}

impl<'de> Deserialize<'de> for Versions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stated = serde_json::Map::deserialize(deserializer)?;
        let read = |(id, value)| Version::deserialize(value).map(|version| (id, version)).map_err(D::Error::custom);
        stated.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// `x-accept`: what the call accepts, where that is not the media type of its answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Accept(pub(crate) String);

/// `x-fill`: a header that the client fills by itself.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fill {
    HttpDate,
    Uuid,
    Option,
}

/// `x-decimals`: most decimals of an amount.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decimals {
    /// For currencies of ISO 4217.
    pub(crate) iso: u32,
    /// For all others; the same if absent.
    pub(crate) other: Option<u32>,
    /// Name of the property beside it that holds the currency.
    #[serde(default)]
    pub(crate) currency: String,
}

/// `x-limits`: the provider's rate tiers, by name.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Limits(pub(crate) BTreeMap<String, Tier>);

/// A rate tier: so many calls in so many seconds, so many of them at once.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tier {
    pub(crate) calls: u32,
    pub(crate) seconds: u32,
    /// Calls at once; all of them if absent.
    pub(crate) burst: Option<u32>,
    /// Whether each operation is counted by itself, or all operations of the tier together.
    pub(crate) per: Counted,
}

/// What a rate tier counts together.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Counted {
    Operation,
    Tier,
}

/// `x-retry-after`: where an error's body says how many seconds to wait.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct RetryAfter(pub(crate) Pointer);

/// `x-limit`: rate tier that the call counts against.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) String);

/// `x-sealed`: request and answer travel encrypted.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Sealed(pub(crate) bool);

/// `x-patch`: an absent property and a null one mean different things.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Patch(pub(crate) bool);

/// `x-sensitive`: never printed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Sensitive(pub(crate) bool);

/// `x-aliases`: vendor and sample spellings of an operation's name.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Aliases(pub(crate) Vec<String>);

/// `x-inferred`: not stated by the provider.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Inferred(pub(crate) bool);

/// `x-source`: the provider's public page that states the fact, or words such as `observed answer, 2026-08`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Source(pub(crate) String);
