//! Whether a failed call may have taken effect, and what is needed to find out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;

use crate::model::operation::{Lookup, Operation, Slot};
use crate::recovery::candidates::token_of;
use crate::value::DateTime;
use crate::wire::asked::Parts;
use crate::wire::base::Base;
use crate::wire::compare::{Comparison, fingerprint};

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
    /// The provider refused it: nothing happened. Calls that only read end here too once they were sent.
    Refused,
    /// Nobody can tell from what is known here: find out with `client.reconcile(&pending)` before repeating the call.
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

    /// What is needed to find out, if the call may have taken effect.
    pub fn pending(&self) -> Option<&Pending> {
        match self {
            Self::Unknown(pending) => Some(pending),
            Self::NotSent | Self::Refused => None,
        }
    }
}

/// A call whose outcome is open, and what is needed to look it up. It can be stored: `serde` writes and reads it, in any format.
///
/// What is stored holds the values that the provider's lookup asks for, such as the id of a customer or account; `Debug` shows none of
/// them. No card data, secret or body is in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pending(Box<Fields>);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fields {
    provider: Cow<'static, str>,
    operation: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Fingerprint of origin and account; earlier versions stored none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// The call's entry in the client's journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    sent_at: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// A fingerprint, kept where the lookup's answer shows an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    named_account: Option<String>,
    /// What the call's entry of a list holds and no other does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// When it was to be carried out, as the request said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// Whether the client's clock was known to be wrong.
    #[serde(default, skip_serializing_if = "is_false")]
    wrong_clock: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lookup: Option<Asked>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    operation: Cow<'static, str>,
    /// JSON text by the name or pointer that the lookup has for it.
    values: BTreeMap<Cow<'static, str>, String>,
}

impl Pending {
    /// What is kept of a call, read from its request. Without one, it can only be said which operation it was.
    pub(crate) fn of(
        operation: &'static Operation,
        base: &Base,
        parts: Option<Parts<'_>>,
        sent_at: SystemTime,
        account: &str,
    ) -> Self {
        let field = |pointer: &'static str| match pointer {
            "" => None,
            pointer => parts?.text(base, operation, Slot::Body(pointer)),
        };
        let money = operation.money.as_ref().map(|money| &money.request);
        let lookup_row = operation.idempotency.as_ref().and_then(|idempotency| idempotency.lookup.as_ref());
        let shows_account = lookup_row.is_some_and(Lookup::shows_account);
        let lookup = lookup_row.map(|lookup| {
            let own = lookup.parameters.iter().filter(|parameter| parameter.remembered.is_empty());
            let values = own.filter_map(|parameter| {
                let value = parts?.json(base, operation, parameter.from)?;
                Some((parameter.to.name().into(), value))
            });
            Asked { operation: lookup.operation.into(), values: values.collect() }
        });
        let entries = lookup_row.and_then(|lookup| lookup.entries.as_ref());
        let key = entries.and_then(|entries| entries.key.as_ref());
        let key = key.and_then(|key| token_of(key, &parts?.key(base, operation, key)?));
        let due = entries.and_then(|entries| field(entries.due));
        let sent_at: DateTime = Timestamp::try_from(sent_at).unwrap_or_default().into();
        let named = money.filter(|_| shows_account).and_then(|money| field(money.account));
        Self(Box::new(Fields {
            provider: operation.provider.into(),
            operation: operation.id.into(),
            reference: parts.and_then(|parts| parts.reference(base, operation)),
            account: Some(account.to_owned()),
            entry: None,
            named_account: named.map(|named| fingerprint(&named, sent_at.text())),
            key,
            due,
            wrong_clock: false,
            sent_at,
            amount: money.and_then(|money| field(money.amount)),
            currency: money.and_then(|money| field(money.currency)),
            lookup,
        }))
    }

    /// Name of the provider, as in the crate's name.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// Operation id of the call.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// The caller's reference, if the call carried one.
    pub fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// Fingerprint of the origin and the account that the call was made with; `None` if an earlier version stored it.
    ///
    /// A client with another fingerprint refuses to look the call up, because it would ask about somebody else's money. It is computed from
    /// the credentials (or from [`Builder::account`](crate::Builder::account)) and does not reveal them.
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

    /// When it was first sent, by the client's clock: RFC 3339 in UTC.
    pub fn sent_at(&self) -> &DateTime {
        &self.0.sent_at
    }

    /// The amount that was asked for, digit for digit and in the unit of the request, where the document names it.
    pub fn amount(&self) -> Option<&str> {
        self.0.amount.as_deref()
    }

    /// The currency that was asked for, where the document names it.
    pub fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }

    /// The same with a value that the lookup asks for and the call did not name, such as the id of a transaction that an earlier
    /// answer gave.
    ///
    /// `name` is that of the lookup's parameter. It replaces what was known; a call without a lookup keeps nothing.
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

    /// The account that was named beside that of an answer; `None` if no account was named or nothing shows one.
    pub(crate) fn compared_account(&self, found: Option<&str>) -> Option<Comparison> {
        Some(Comparison::of_account(self.0.named_account.as_deref()?, self.0.sent_at.text(), found))
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
