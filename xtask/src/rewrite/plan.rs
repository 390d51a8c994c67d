//! What the rules take out of the document and the later stages need.

use std::collections::{BTreeMap, BTreeSet};

use crate::vocabulary::{
    Correlation, Effect, Envelope, Fill, Idempotency, Money, Outcome, Page, Remembered, Settled, Tier,
};

/// Everything about a provider that is emitted, but not by progenitor.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Provider name, as in `specs/<provider>.yaml`.
    pub(crate) provider: String,
    /// Title of the document.
    pub(crate) title: String,
    /// Version of the provider's API.
    pub(crate) version: String,
    /// Envelopes of answers, by the operation's pointer, until its row is made.
    pub(crate) envelopes: BTreeMap<String, Envelope>,
    /// The provider's rate tiers.
    pub(crate) limits: BTreeMap<String, Tier>,
    /// Where an error's body says how long to wait; empty if nowhere.
    pub(crate) retry_after: String,
    /// Operations in document order.
    pub(crate) operations: Vec<Operation>,
    /// Schemas that an answer reaches: read leniently.
    pub(crate) answers: BTreeSet<String>,
    /// Schemas that are whole request bodies: they get builders.
    pub(crate) bodies: BTreeSet<String>,
    /// The caller's reference by body schema: builders refuse a blank one.
    pub(crate) keys: BTreeMap<String, String>,
    /// The caller's reference by body schema, where builders fill it if the caller does not.
    pub(crate) references: BTreeMap<String, String>,
    /// What tells a call from others, by body schema: builders fill it.
    pub(crate) correlations: BTreeMap<String, Correlation>,
    /// Required properties by schema, as the document states them.
    pub(crate) required: BTreeMap<String, Vec<String>>,
    /// Those of them that a request holds: `readOnly` ones are left out.
    pub(crate) sent: BTreeMap<String, Vec<String>>,
    /// The values of text enums by type, each with its variant's name, in the order of the document.
    pub(crate) words: BTreeMap<String, Vec<(String, String)>>,
    /// Unions.
    pub(crate) unions: Vec<Union>,
}

impl Plan {
    /// An empty plan.
    pub(crate) fn new(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            title: String::new(),
            version: String::new(),
            envelopes: BTreeMap::new(),
            limits: BTreeMap::new(),
            retry_after: String::new(),
            operations: Vec::new(),
            answers: BTreeSet::new(),
            bodies: BTreeSet::new(),
            keys: BTreeMap::new(),
            references: BTreeMap::new(),
            correlations: BTreeMap::new(),
            required: BTreeMap::new(),
            sent: BTreeMap::new(),
            words: BTreeMap::new(),
            unions: Vec::new(),
        }
    }
}

/// One operation's row, and how its body and answers are typed.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) effect: Option<Effect>,
    pub(crate) auth: Vec<Vec<Scheme>>,
    pub(crate) headers: Vec<FilledHeader>,
    pub(crate) cookies: Vec<String>,
    /// Parameters that are not called as in the document, by the name under which they travel.
    pub(crate) arguments: BTreeMap<String, Argument>,
    pub(crate) accept: String,
    pub(crate) idempotency: Option<Idempotency>,
    /// Both ends of each value that its lookup needs.
    pub(crate) lookup: Vec<LookupParameter>,
    pub(crate) settled: Option<Settled>,
    pub(crate) money: Option<Money>,
    pub(crate) outcomes: Vec<(String, Outcome)>,
    pub(crate) envelope: Option<Envelope>,
    /// What the request's values have to be, each with its place.
    pub(crate) checks: Vec<(String, Check)>,
    /// Pointers of the members that its body may have.
    pub(crate) fields: Vec<String>,
    pub(crate) sensitive_request: Vec<String>,
    pub(crate) sensitive_answer: Vec<String>,
    pub(crate) page: Option<Page>,
    pub(crate) correlation: Option<Correlation>,
    pub(crate) remembers: Vec<Remembered>,
    /// Where the key of its lookup's entries stands in the call.
    pub(crate) key: Option<Slot>,
    pub(crate) limit: String,
    pub(crate) sealed: bool,
    pub(crate) inferred: bool,
    pub(crate) deprecated: bool,
    /// Lower-case names of answer headers, with their descriptions.
    pub(crate) answer_headers: Vec<(String, String)>,
    pub(crate) body: Body,
    /// Whether the body may be left out.
    pub(crate) body_optional: bool,
    pub(crate) answer: Answer,
    /// Error statuses, listed before patterned, patterned before `default`.
    pub(crate) errors: Vec<Variant>,
}

/// What a value of a request has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Required,
    Length {
        least: u32,
        most: u32,
    },
    Count {
        least: u32,
        most: u32,
    },
    Range {
        least: String,
        most: String,
        open: bool,
    },
    Decimals {
        iso: u32,
        other: u32,
        currency: String,
    },
    /// A format that is a check by itself: the variant's name.
    Format(&'static str),
}

/// A header that every call carries.
#[derive(Debug)]
pub(crate) struct FilledHeader {
    pub(crate) name: String,
    pub(crate) fill: Fill,
}

/// What the document calls a parameter.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// Its name.
    pub(crate) name: String,
    /// The property of it, where the properties travel one by one.
    pub(crate) member: Option<String>,
}

/// One value that a lookup needs.
#[derive(Debug)]
pub(crate) struct LookupParameter {
    /// Where it stands in the lookup.
    pub(crate) to: Slot,
    /// Whether it stands there in a list.
    pub(crate) list: bool,
    /// Where it stands in the call.
    pub(crate) from: Slot,
    /// Name under which the value is remembered, empty if it is the call's own.
    pub(crate) remembered: String,
}

/// A place in a request: the pointer of a body field, or the name of a parameter.
#[derive(Debug)]
pub(crate) enum Slot {
    Body(String),
    Path(String),
    Query(String),
    Header(String),
}

/// A credential that an operation asks for.
#[derive(Debug)]
pub(crate) struct Scheme {
    pub(crate) name: String,
    pub(crate) place: SchemePlace,
    pub(crate) scopes: Vec<String>,
}

/// Where a credential travels.
#[derive(Debug)]
pub(crate) enum SchemePlace {
    Header(String),
    Query(String),
    Cookie(String),
    Bearer,
    Basic,
}

/// How a request body travels.
#[derive(Debug, Default)]
pub(crate) enum Body {
    #[default]
    None,
    Json {
        content_type: Option<String>,
    },
    Form,
    Multipart {
        form: String,
    },
    Bytes {
        content_type: String,
    },
    Text {
        content_type: String,
    },
}

/// What a success is read as.
#[derive(Debug, Default)]
pub(crate) enum Answer {
    /// No body.
    #[default]
    Empty,
    /// The type that progenitor gives the one JSON body.
    Json,
    /// Bytes of some other media type.
    Bytes,
    /// Different bodies by status.
    Variants(Vec<Variant>),
}

/// One status, or several of the same meaning, in an answer or error enum.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Name of the variant.
    pub(crate) name: String,
    /// Statuses: `401`, `4XX`, `default`.
    pub(crate) statuses: Vec<String>,
    /// What it means.
    pub(crate) text: String,
    /// What the body is read as.
    pub(crate) payload: Payload,
}

/// The body of one status.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Payload {
    Empty,
    Bytes,
    /// JSON of this Rust type.
    Json(String),
}

/// A `oneOf`.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Property that tells the branches apart.
    pub(crate) tag: Option<String>,
    pub(crate) branches: Vec<Branch>,
}

/// One branch of a union.
#[derive(Debug)]
pub(crate) struct Branch {
    /// Name of the variant.
    pub(crate) name: String,
    /// Rust type of its content.
    pub(crate) rust: String,
    /// Values of the tag that select it.
    pub(crate) tags: Vec<String>,
    /// JSON kind of the branch.
    pub(crate) kind: Kind,
    /// Properties that only this branch requires.
    pub(crate) needs: Vec<String>,
}

/// A JSON kind, as far as branches are told apart by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    List,
    Object,
    Any,
}
