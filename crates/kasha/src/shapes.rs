//! Accessors for values that the provider writes in several forms.

use std::borrow::Cow;

use bursar_runtime::{Progress, Secret};

use crate::operations;
use crate::types::{
    CustomerPhone, FlowAnswer, FlowResult, FlowStep, OpenedSession, OptionId, ResultCode, SessionAnswer, Suboption,
    Suboptions, TransactionError, TransactionErrors, TransactionNotification,
};

impl SessionAnswer {
    /// The session, whether it is an object or the first of a list.
    pub fn session(&self) -> Option<&OpenedSession> {
        match self {
            Self::OpenedSession(session) => Some(session),
            Self::List(list) => list.first(),
            Self::Other(_) => None,
        }
    }
}

impl FlowAnswer {
    /// The step, whether it is an object or the first of a list.
    pub fn step(&self) -> Option<&FlowStep> {
        match self {
            Self::FlowStep(step) => Some(step),
            Self::List(list) => list.first(),
            Self::Other(_) => None,
        }
    }
}

impl Suboptions {
    /// All suboptions, whether they are a list or a single object.
    pub fn all(&self) -> &[Suboption] {
        match self {
            Self::List(list) => list,
            Self::Suboption(one) => std::slice::from_ref(one),
            Self::Other(_) => &[],
        }
    }
}

impl TransactionErrors {
    /// All errors, whether they are a list or a single object.
    pub fn all(&self) -> &[TransactionError] {
        match self {
            Self::List(list) => list,
            Self::TransactionError(one) => std::slice::from_ref(one),
            Self::Other(_) => &[],
        }
    }
}

impl FlowResult {
    /// The suboptions to choose from; empty if the method has none.
    pub fn suboptions(&self) -> &[Suboption] {
        self.options.as_ref().map_or(&[], Suboptions::all)
    }

    /// The URL to redirect the customer to, under any of its names.
    ///
    /// It may contain one-time tokens: do not print it.
    pub fn redirect(&self) -> Option<&str> {
        let names = [&self.redirect_url, &self.cashier_url, &self.url, &self.link];
        names.into_iter().find_map(|url| url.as_ref()).map(|url| url.expose().as_str())
    }
}

impl ResultCode {
    /// The code as a number: `"085"` and `85` are equal.
    pub fn number(&self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text.trim())),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Other(_) => None,
        }
    }
}

impl OptionId {
    /// The id as text: `"6039"` and `6039` are equal.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Other(_) => None,
        }
    }
}

impl From<&str> for OptionId {
    fn from(id: &str) -> Self {
        Self::Text(id.to_owned())
    }
}

impl From<&str> for CustomerPhone {
    fn from(number: &str) -> Self {
        Self::Text(Secret::from(number))
    }
}

impl TransactionNotification {
    /// The provider's id of the transaction, under any of its names.
    pub fn id(&self) -> Option<&str> {
        let names = [&self.internal_id, &self.id, &self.transaction_id];
        names.into_iter().find_map(|id| id.as_deref())
    }

    /// State of the transaction, by the status values of `get_transaction`.
    ///
    /// `ERROR` and unknown values are pending; `EXPIRED` and `USER_CANCEL` may still be paid. The state does not prove the origin of the
    /// webhook: verify its signature first.
    pub fn progress(&self) -> Progress {
        let settled = operations::GET_TRANSACTION.settled.as_ref();
        let leg = settled.and_then(|settled| settled.legs.first());
        let state = leg.zip(self.status.as_ref()).and_then(|(leg, status)| leg.state_of(&status.as_str()));
        state.unwrap_or(Progress::Pending)
    }
}
