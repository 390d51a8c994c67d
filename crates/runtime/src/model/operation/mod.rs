//! What a document says about an operation, as static data: the generated `operations` tables are made of these.

mod settled;

pub use http::Method;

pub use self::settled::{Settled, SettledCounts, SettledLeg};

/// One operation of a provider, as its document states it.
///
/// The generated `operations` module of a provider crate holds one `const` of this type per operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Provider name, as in the crate's name: `kasisto`.
    pub provider: &'static str,
    /// Operation id, which is also the method's name: `create_transfer`.
    pub id: &'static str,
    /// Other spellings of the name: the provider's own, and those of samples.
    pub aliases: &'static [&'static str],
    /// HTTP method.
    pub method: Method,
    /// Path template below the base URL: `/accounts/{id}`.
    pub path: &'static str,
    /// First tag of the operation, empty if it has none.
    pub tag: &'static str,
    /// Effect of a duplicate call.
    pub effect: Effect,
    /// Alternatives of credentials; all schemes of one alternative are sent. Empty: the operation is public.
    pub auth: &'static [&'static [Scheme]],
    /// Headers that the client fills by itself.
    pub headers: &'static [FilledHeader],
    /// The `Accept` header to send.
    pub accept: &'static str,
    /// How the provider recognises a duplicate, if documented.
    pub idempotency: Option<Idempotency>,
    /// Where the answer says whether money moved.
    pub settled: Option<Settled>,
    /// Which fields of request and answer must agree.
    pub money: Option<Money>,
    /// First and last status of each meaning that the document states, over the defaults; the first that fits counts.
    pub outcomes: &'static [(u16, u16, StatusMeaning)],
    /// What stands around the payload of its answers.
    pub envelope: Option<Envelope>,
    /// What the document states of the request: pointer into the body (`*` for every item or key) or name of a parameter, and check.
    pub checks: &'static [(&'static str, Check)],
    /// JSON pointers of sensitive fields in the request body (`*` for every item or key).
    pub sensitive_request: &'static [&'static str],
    /// JSON pointers of sensitive fields in answers (`*` for every item or key).
    pub sensitive_answer: &'static [&'static str],
    /// Lower-case names of the documented answer headers.
    pub answer_headers: &'static [&'static str],
    /// Pagination, if the answer is a paged list.
    pub page: Option<Page>,
    /// The field that tells one call from another in a list, where the provider knows no reference.
    pub correlation: Option<Correlation>,
    /// Ids in its answers that lookups of later calls ask for.
    pub remembers: &'static [Remembered],
    /// Rate tier that the call counts against, empty if none is stated.
    pub limit: &'static str,
    /// Whether request and answer are encrypted.
    pub sealed: bool,
    /// Whether the operation itself is inferred rather than stated by the provider.
    pub inferred: bool,
    /// Whether the provider calls the operation deprecated.
    pub deprecated: bool,
}

/// Effect of a duplicate call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the call only reads.
    Read,
    /// It changes something, but moves no money.
    Write,
    /// It may move money twice.
    Money,
}

/// A credential that an operation asks for, and where it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    /// Name of the security scheme in the document.
    pub name: &'static str,
    /// Position of the credential in a request.
    pub place: Place,
    /// OAuth2 scopes the operation needs.
    pub scopes: &'static [&'static str],
}

/// Position of a credential in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A header of this (lower-case) name holds the credential as it is.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Basic …`.
    Basic,
}

/// A header that the client fills by itself, because every call carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilledHeader {
    /// Header name in lower case.
    pub name: &'static str,
    /// What it is filled with.
    pub fill: Fill,
}

/// What a header is filled with when the caller has not set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// The client's clock as an HTTP date (RFC 9110), anew for each attempt.
    HttpDate,
    /// A random UUID, one per call: every attempt carries the same.
    Uuid,
    /// Only what the client or the call's options set; else the header is not sent.
    Option,
}

impl Operation {
    /// Whether the operation succeeds only once, so that a refusal may only mean that it succeeded before.
    pub(crate) fn works_once(&self) -> bool {
        self.idempotency.as_ref().is_some_and(|idempotency| idempotency.one_time)
    }
}

/// How a provider recognises a duplicate call, and how to look the call up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Position of the caller's reference.
    pub key: Key,
    /// Format of the reference: `uuid`, or a description.
    pub format: &'static str,
    /// Within what the reference must be unique.
    pub scope: &'static str,
    /// Statuses that mean "this reference was used before".
    pub duplicate: &'static [u16],
    /// Whether the operation succeeds only once, so that a refusal may only mean that it succeeded before.
    pub one_time: bool,
    /// JSON pointer of the caller's reference in the answer, empty if it does not repeat it.
    pub echo: &'static str,
    /// The lookup of the call.
    pub lookup: Option<Lookup>,
}

/// Position of the caller's reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The provider has no reference: a repeat is a second call.
    None,
    /// JSON pointer into the request body.
    Body(&'static str),
    /// A header of this name.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
}

/// The lookup operation of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Its operation id.
    pub operation: &'static str,
    /// The values that it needs, each with where it stands in the call.
    pub parameters: &'static [LookupParameter],
    /// Pointer to the amount in the lookup's answer, empty if it has none.
    pub amount: &'static str,
    /// Pointer to the currency in the lookup's answer, empty if it has none.
    pub currency: &'static str,
    /// Pointer to the account in the lookup's answer, empty if it has none.
    pub account: &'static str,
    /// Pointer to the caller's reference in the lookup's answer, empty if it does not repeat it.
    pub reference: &'static str,
    /// Values of its status that may be older than the call, and so decide nothing.
    pub before: &'static [&'static str],
    /// What its answer says about this call, where that is not what it says about itself.
    pub settled: Option<Settled>,
    /// How the entries of its answer say what they are, where the provider knows no reference.
    pub entries: Option<Entries>,
    /// Whether "not found" proves that the call was not applied.
    pub absent: Absent,
    /// Seconds after which the lookup is documented to see the call.
    pub visible_after: u32,
}

impl Lookup {
    /// Whether its answer shows an account.
    pub(crate) fn shows_account(&self) -> bool {
        !self.account.is_empty() || self.entries.as_ref().is_some_and(|entries| !entries.account.is_empty())
    }
}

/// A value that a lookup takes from the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupParameter {
    /// Where it stands in the lookup.
    pub to: Slot,
    /// Whether it stands there in a list.
    pub list: bool,
    /// Where it stands in the call.
    pub from: Slot,
    /// Name under which the client remembers the value for what stands there ([`Operation::remembers`]); empty if it is the value itself.
    pub remembered: &'static str,
}

/// An id of an answer that lookups of later calls ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Name of the ids.
    pub name: &'static str,
    /// JSON pointer of what the later call names: into the answer, or into the request body.
    pub by: &'static str,
    /// Whether `by` points into the answer.
    pub by_answer: bool,
    /// JSON pointer of the id in the answer.
    pub value: &'static str,
}

/// A field of a request that the provider shows in its list, and that tells one call from another if it holds a token of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    /// JSON pointer of the field in the request body.
    pub field: &'static str,
    /// Name of the pair, where the field is a list of pairs of name and value; else empty.
    pub pair: &'static str,
    /// Most characters of the field; `u32::MAX` if there is no limit.
    pub max_length: u32,
    /// Whether the token follows the caller's text; else it is set only where the caller sets nothing.
    pub appended: bool,
}

/// A place in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// JSON pointer into the body.
    Body(&'static str),
    /// A path parameter of this name.
    Path(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// A header of this (lower-case) name.
    Header(&'static str),
}

impl Slot {
    /// The pointer or the name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Body(name) | Self::Path(name) | Self::Query(name) | Self::Header(name) => name,
        }
    }
}

/// How the entries of a list say what they are; pointers are into one entry, empty where it does not say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    /// JSON pointer of the list in the answer; empty if the answer is the list.
    pub items: &'static str,
    /// Amount; a negative one went out.
    pub amount: &'static str,
    /// Currency.
    pub currency: &'static str,
    /// When it was made or booked.
    pub time: &'static str,
    /// Which way the money went.
    pub direction: Option<Direction>,
    /// Account, as `x-money` of the call names it.
    pub account: &'static str,
    /// JSON pointer of the execution date in the request body of the call, empty if it names none.
    pub due: &'static str,
    /// What tells the call's entry from all others.
    pub key: Option<EntryKey>,
    /// Whether entries are money that moved, where the document classifies no status of theirs.
    pub booked: bool,
}

/// A value that stands in a call and in its entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryKey {
    /// Where it stands in the call.
    pub from: Slot,
    /// Where it stands in an entry.
    pub entry: &'static str,
    /// Name of the pair, where both are lists of pairs of name and value; else empty.
    pub pair: &'static str,
    /// Whether it is an id of the provider's own, so that any value tells; else only a token (a UUID) does.
    pub is_id: bool,
    /// Whether the provider documents neither: then an entry that shows another value may still be the call's.
    pub inferred: bool,
}

/// How an entry of a list says whether money went out or came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direction {
    /// Pointer to the word, empty if there is none.
    pub field: &'static str,
    /// Words that say: out.
    pub out: &'static [&'static str],
    /// Words that say: in. Any other word says nothing.
    pub income: &'static [&'static str],
    /// Words of entries that are something else, such as purchases by card.
    pub other: &'static [&'static str],
    /// Whether an amount that is not negative came in.
    pub signed: bool,
}

/// What "not found" in a lookup proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Nothing.
    Unknown,
    /// The call was not applied (documented by the provider).
    NotApplied,
}

/// Pointers to the amounts, currencies and accounts of a money call that must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Pointers into the request body.
    pub request: MoneyFields,
    /// Pointers into the answer; only those that the provider states to be equal to the request's.
    pub answer: MoneyFields,
}

/// Pointers to the money of one body; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyFields {
    /// Amount.
    pub amount: &'static str,
    /// Currency.
    pub currency: &'static str,
    /// Account.
    pub account: &'static str,
}

/// What stands around the payload of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// JSON pointer of the payload; empty if the body itself is the payload.
    pub payload: &'static str,
    /// JSON pointer of the provider's words, empty if there are none.
    pub message: &'static str,
    /// Whether an answer may come without its envelope.
    pub optional: bool,
    /// When a 2xx is a failure: if any of these says so.
    pub failed: &'static [Failed],
}

/// When a 2xx is a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// JSON pointer of the verdict.
    pub pointer: &'static str,
    /// Verdicts that mean: failed.
    pub equals: &'static [&'static str],
}

/// What a status says about a money call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusMeaning {
    /// The provider refused the call, which had no effect.
    Refused,
    /// The status does not decide the outcome.
    Unknown,
    /// Refused if the code at the pointer is one of these, else unknown.
    RefusedIf {
        /// JSON pointer of the provider's code in the body.
        pointer: &'static str,
        /// Codes that mean "refused".
        codes: &'static [&'static str],
    },
    /// Refused if the value at any of the pointers is one of those beside it, else unknown; case, and white space around it, do not count.
    RefusedIfAny(&'static [(&'static str, &'static [&'static str])]),
}

/// What a value of a request has to be, by the document. Absent values are not checked, but for [`Check::Required`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It is there.
    Required,
    /// A text of so many characters.
    Length {
        /// Fewest.
        least: u32,
        /// Most; `u32::MAX` if there is no limit.
        most: u32,
    },
    /// A list of so many items.
    Count {
        /// Fewest.
        least: u32,
        /// Most; `u32::MAX` if there is no limit.
        most: u32,
    },
    /// A number between two, each empty if there is no limit.
    Range {
        /// Smallest.
        least: &'static str,
        /// Greatest.
        most: &'static str,
        /// Whether the limits themselves are out.
        open: bool,
    },
    /// An amount of at most so many decimals.
    Decimals {
        /// For currencies of ISO 4217, none of which takes more than its own smallest unit.
        iso: u32,
        /// For all others, such as crypto currencies.
        other: u32,
        /// Name of the field beside it that holds the currency.
        currency: &'static str,
    },
    /// A currency code of ISO 4217.
    Currency,
    /// A two-letter country code of ISO 3166-1.
    Country,
    /// A three-letter country code of ISO 3166-1.
    Country3,
    /// An international bank account number whose checksum is right.
    Iban,
    /// A telephone number of E.164.
    Phone,
    /// Text, or a number without decimals.
    TextOrInteger,
}

/// A documented rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Name of the tier, as in [`Operation::limit`].
    pub tier: &'static str,
    /// Maximum number of calls in [`seconds`](Self::seconds).
    pub calls: u32,
    /// Length of the interval in seconds.
    pub seconds: u32,
    /// Maximum number of calls in a burst.
    pub burst: u32,
    /// Whether all operations of the tier share the limit.
    pub together: bool,
}

/// Pagination of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Query or body field that selects the page or cursor.
    pub parameter: &'static str,
    /// JSON pointer of the items in the answer.
    pub items: &'static str,
    /// JSON pointer of the next cursor, link or page number; empty if pages are counted.
    pub next: &'static str,
    /// JSON pointer of the number of pages, empty if the answer does not say it.
    pub pages: &'static str,
}
