//! Whether a failed call may have taken effect, and what is needed to find out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;

use crate::value::DateTime;

/// Whether a failed call may have taken effect.
///
/// `Ok` means accepted; this is about `Err`.
///
/// ```
/// use bursar_runtime::{AnyError, Outcome};
///
/// fn next(error: &AnyError) -> &'static str {
///     match error.outcome() {
///         Outcome::NotSent => "send it again whenever you like",
///         Outcome::Refused => "the provider said no: look at error.kind()",
///         Outcome::Unknown(_pending) => "keep `_pending`, and ask client.reconcile(&pending) before anything else",
///         _ => "a later version knows more: treat it as unknown",
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing left this machine.
    NotSent,
    /// The provider refused the call, which had no effect.
    ///
    /// Failed read operations that were sent have this outcome too.
    Refused,
    /// The outcome is unknown: call `client.reconcile(&pending)` before repeating the call.
    Unknown(Pending),
}

impl Outcome {
    /// The outcome's name in snake case, for metrics and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Whether the call may have taken effect.
    pub fn is_unknown(&self) -> bool {
        self.pending().is_some()
    }

    /// The data to look the call up, if it may have taken effect.
    pub fn pending(&self) -> Option<&Pending> {
        match self {
            Self::Unknown(pending) => Some(pending),
            Self::NotSent | Self::Refused => None,
        }
    }
}

/// A call with an open outcome, and the data to look it up.
///
/// It can be stored with `serde`. It contains the parameters of the provider's lookup, such as the id of a customer or account, and no card data, secret
/// or body. `Debug` shows no values.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pending(Box<Fields>);

/// What is kept of a call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fields {
    pub(crate) provider: Cow<'static, str>,
    pub(crate) operation: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// Fingerprint of origin and account; earlier versions stored none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    /// The call's entry in the client's journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entry: Option<String>,
    pub(crate) sent_at: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// A fingerprint, kept where the lookup's answer shows an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) named_account: Option<String>,
    /// What the call's entry of a list holds and no other does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// When it was to be carried out, as the request said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
    /// Whether the client's clock was known to be wrong.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) wrong_clock: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lookup: Option<Asked>,
}

/// The lookup of a call and the values that it asks for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) operation: Cow<'static, str>,
    /// JSON text by the name or pointer that the lookup has for it.
    pub(crate) values: BTreeMap<Cow<'static, str>, String>,
}

impl Pending {
    pub(crate) fn new(fields: Fields) -> Self {
        Self(Box::new(fields))
    }

    /// Name of the provider, as in the crate's name.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// Operation id of the call.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// The caller's reference, if the call has one.
    pub fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// Fingerprint of the call's origin and account; `None` from an earlier version.
    ///
    /// A client with another fingerprint refuses to look the call up. It is computed from the credentials or from
    /// [`Builder::account`](crate::Builder::account), and does not reveal them.
    pub fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// Id of the call's entry in the journal of the client that made it.
    pub fn entry(&self) -> Option<&str> {
        self.0.entry.as_deref()
    }

    pub(crate) fn set_entry(&mut self, id: String) {
        self.0.entry = Some(id);
    }

    /// Time of the first attempt by the client's clock: RFC 3339 in UTC.
    pub fn sent_at(&self) -> &DateTime {
        &self.0.sent_at
    }

    /// The amount in the unit of the request, if it is documented.
    pub fn amount(&self) -> Option<&str> {
        self.0.amount.as_deref()
    }

    /// The currency of the request, if it is documented.
    pub fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }

    /// Sets a parameter of the lookup that the call did not contain.
    ///
    /// An example is the id of a transaction in an earlier answer. `name` is the name of the lookup's parameter; an earlier value is replaced. It has no
    /// effect without a lookup.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set_value(name, value);
        self
    }

    pub(crate) fn set_value(&mut self, name: &str, value: &str) {
        let json = to_raw_value(value).map(|json| json.get().to_owned());
        if let (Some(lookup), Ok(json)) = (&mut self.0.lookup, json) {
            lookup.values.insert(name.to_owned().into(), json);
        }
    }

    pub(crate) fn set_wrong_clock(&mut self, is_wrong: bool) {
        self.0.wrong_clock = is_wrong;
    }

    /// What the call's entry of a list holds and no other does.
    pub(crate) fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// When it was to be carried out, as the request said it.
    pub(crate) fn due(&self) -> Option<&str> {
        self.0.due.as_deref()
    }

    /// Whether the client's clock was known to be wrong when the call was sent.
    pub(crate) fn sent_by_a_wrong_clock(&self) -> bool {
        self.0.wrong_clock
    }

    /// Fingerprint of the account that was named and the salt of it; `None` if no account was named or nothing shows one.
    pub(crate) fn named_account(&self) -> Option<(&str, &str)> {
        Some((self.0.named_account.as_deref()?, self.0.sent_at.text()))
    }

    /// Operation id of the lookup, if the provider has one.
    pub fn lookup(&self) -> Option<&str> {
        self.0.lookup.as_ref().map(|lookup| &*lookup.operation)
    }

    /// JSON text of a value that the lookup needs, if the call had it.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.lookup.as_ref()?.values.get(name).map(String::as_str)
    }

    /// When it was first sent, if what was stored is still readable.
    pub(crate) fn sent(&self) -> Option<Timestamp> {
        self.0.sent_at.timestamp().ok()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_false(value: &bool) -> bool {
    !value
}

impl fmt::Debug for Pending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pending")
            .field("provider", &self.provider())
            .field("operation", &self.operation())
            .field("reference", &self.reference())
            .field("entry", &self.entry())
            .field("sent_at", &self.sent_at().text())
            .field("amount", &self.amount())
            .field("currency", &self.currency())
            .field("lookup", &self.lookup())
            .finish_non_exhaustive()
    }
}
