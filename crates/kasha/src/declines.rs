//! Declines of payments, from 2xx answers of the direct flow, transactions and webhooks.

use std::fmt;

use bursar_runtime::{Facts, Reply};

use crate::decline_codes::DeclineCode;
use crate::types::{ErrorResponse, FlowStep, ResultType, Transaction, TransactionErrors, TransactionNotification};
use crate::types::{TransactionError, TransactionStatus};

/// The reason why a payment or pay-out was declined.
///
/// ```
/// use bursar_kasha::{Category, Decline, DeclineCode, types::TransactionNotification};
///
/// let webhook = r#"{"internalId": "txn-1", "status": "DECLINED", "errors": {"code": "3007", "msg": "Expired"}}"#;
/// let notification: TransactionNotification = serde_json::from_str(webhook)?;
/// let decline = Decline::in_notification(&notification).expect("it was declined");
/// assert_eq!(decline.code(), &DeclineCode::CardExpired);
/// assert_eq!(decline.code().category(), Some(Category::Card));
/// assert_eq!(decline.code().customer_can_retry(), Some(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Decline {
    code: DeclineCode,
    message: Option<String>,
    transaction_id: Option<String>,
}

impl Decline {
    /// Returns the decline of a failed call, if it was declined.
    ///
    /// A decline is a 2xx answer with `resultType` error, or an error body with a code. Every typed error can be passed: `Decline::of(&error)`.
    pub fn of(error: &Facts) -> Option<Self> {
        Self::in_reply(error.reply()?)
    }

    /// Returns the decline of a transaction, if it was declined with a code.
    ///
    /// Errors of earlier attempts at a transaction that succeeded are not a decline. Neither are errors with the status ERROR (unknown outcome:
    /// ask the provider's support), EXPIRED or USER_CANCEL (it may still be paid).
    pub fn in_transaction(transaction: &Transaction) -> Option<Self> {
        let status = transaction.status.as_ref()?.known()?;
        let decline = Self::in_errors(transaction.errors.as_ref()?)?;
        is_decline(*status).then(|| decline.on(transaction.id.as_deref()))
    }

    /// Returns the decline in a webhook, as [`in_transaction`](Self::in_transaction).
    pub fn in_notification(notification: &TransactionNotification) -> Option<Self> {
        let status = notification.status.as_ref()?.known()?;
        let decline = Self::in_errors(notification.errors.as_ref()?)?;
        is_decline(*status).then(|| decline.on(notification.id()))
    }

    pub(crate) fn in_reply(reply: &Reply) -> Option<Self> {
        if !reply.status().is_success() {
            // Here `statusCode` repeats the HTTP status, and only codes of the table are known to be declines.
            let body: ErrorResponse = reply.error_json()?;
            let listed = body.errors.as_ref().and_then(Self::in_errors);
            let decline = listed.or_else(|| Some(Self::new(body.code.as_deref()?, body.error_reason.or(body.msg))))?;
            let is_known = !matches!(decline.code, DeclineCode::Other(_));
            return is_known.then(|| decline.on(body.transaction_id.as_deref()));
        }
        let step: FlowStep = reply.error_json()?;
        if step.result_type.as_ref()?.known() != Some(&ResultType::Error) {
            return None;
        }
        let result = step.result.as_ref();
        let named = result.and_then(|result| result.errors.as_ref()).and_then(Self::in_errors);
        // `999` is both the result code of every decline and the table's code for "any other reason".
        let decline = named.or_else(|| Some(Self::new(&step.status_code.as_ref()?.text()?, None)))?;
        Some(decline.on(result.and_then(|result| result.transaction_id.as_deref())))
    }

    /// The first error with a code of the table, otherwise the first one with any code.
    fn in_errors(errors: &TransactionErrors) -> Option<Self> {
        let read = |error: &TransactionError| {
            let message = error.msg.clone().or_else(|| error.message.clone());
            Some(Self::new(error.code.as_deref()?, message))
        };
        let mut declines: Vec<Self> = errors.all().iter().filter_map(read).collect();
        let known = declines.iter().position(|one| !matches!(one.code, DeclineCode::Other(_)));
        (!declines.is_empty()).then(|| declines.swap_remove(known.unwrap_or(0)))
    }

    fn new(code: &str, message: Option<String>) -> Self {
        Self { code: code.into(), message, transaction_id: None }
    }

    fn on(mut self, transaction_id: Option<&str>) -> Self {
        self.transaction_id = transaction_id.map(str::to_owned);
        self
    }

    /// The code in the provider's table.
    pub fn code(&self) -> &DeclineCode {
        &self.code
    }

    /// Free text of the provider or the processor.
    ///
    /// It may contain personal data: do not print it.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The provider's id of the transaction, for a lookup.
    pub fn transaction_id(&self) -> Option<&str> {
        self.transaction_id.as_deref()
    }
}

/// Whether a transaction with this status was declined.
///
/// ERROR is an unknown outcome; EXPIRED and USER_CANCEL end a session whose payment may still arrive.
fn is_decline(status: TransactionStatus) -> bool {
    matches!(status, TransactionStatus::Declined | TransactionStatus::Decined)
}

/// Writes the code and its description in the table, never the provider's free text.
impl fmt::Display for Decline {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.code.description().unwrap_or("not a code of the provider's table"))
    }
}

impl fmt::Debug for Decline {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Decline({:?})", self.code)
    }
}

#[cfg(test)]
mod tests {
    use bursar_runtime::http::{HeaderMap, StatusCode};

    use super::*;

    fn decline(status: u16, body: &str) -> Option<(String, Option<String>)> {
        let reply = Reply::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.to_owned());
        let decline = Decline::in_reply(&reply)?;
        assert!(!format!("{decline:?} {decline}").contains("SECRET"));
        Some((decline.code().to_string(), decline.transaction_id().map(str::to_owned)))
    }

    #[test]
    fn a_decline_is_found_in_every_form() {
        for (status, body, code) in [
            (
                200,
                r#"{"resultType":"error","result":{"errors":[{"code":"3000","message":"SECRET"}],"transactionId":"t"}}"#,
                "3000",
            ),
            (
                201,
                r#"[{"resultType":"error","result":{"errors":{"code":3000,"msg":"SECRET"},"transactionId":"t"}}]"#,
                "3000",
            ),
            (
                200,
                r#"{"resultType":"error","result":{"errors":[{"code":"05"},{"code":"998"}],"transactionId":"t"}}"#,
                "998",
            ),
            (
                200,
                r#"{"resultType":"error","result":{"errors":[{"code":"2005 - 2005205"}],"transactionId":"t"}}"#,
                "2005 - 2005205",
            ),
            (200, r#"{"statusCode":"999","resultType":"error","result":{"transactionId":"t"}}"#, "999"),
            (200, r#"{"statusCode":3021,"resultType":"error","result":{"transactionId":"t","errors":null}}"#, "3021"),
            (400, r#"{"statusCode":400,"code":"1004","errorReason":"SECRET","transactionId":"t"}"#, "1004"),
            (402, r#"{"errors":[{"code":"3001","message":"SECRET"}],"transactionId":"t"}"#, "3001"),
        ] {
            assert_eq!(decline(status, body), Some((code.to_owned(), Some("t".to_owned()))), "{body}");
        }
    }

    #[test]
    fn what_is_no_decline_is_none() {
        for (status, body) in [
            (200, r#"{"statusCode":"000","resultType":"success","result":{"transactionId":"t"}}"#),
            (200, r#"{"statusCode":"000","status":"REFUNDED"}"#),
            (400, r#"{"statusCode":400,"message":["currency must be a string"]}"#),
            (500, r#"{"statusCode":500,"code":"INTERNAL"}"#),
            (502, "<html>"),
            (200, r#"{"resultType":"error"}"#),
        ] {
            assert_eq!(decline(status, body), None, "{body}");
        }
    }

    #[test]
    fn an_error_of_an_earlier_attempt_is_no_decline() {
        let of = |status: &str| {
            let text = format!(r#"{{"id":"t","status":"{status}","errors":{{"code":"999","msg":"SECRET"}}}}"#);
            Decline::in_transaction(&serde_json::from_str(&text).unwrap()).map(|decline| decline.code().to_string())
        };
        // ERROR is not sure, and what expired or was cancelled may still be paid.
        let open = ["ERROR", "EXPIRED", "USER_CANCEL"];
        for status in ["COMPLETED", "REFUNDED", "PENDING", "PROCESSING", "INIT", "CHARGEBACK"].into_iter().chain(open) {
            assert_eq!(of(status), None, "{status}");
        }
        for status in ["DECLINED", "DECINED"] {
            assert_eq!(of(status).as_deref(), Some("999"), "{status}");
        }
    }

    #[test]
    fn a_webhook_declines_what_its_transaction_declines() {
        for (status, code) in
            [("DECLINED", Some("1100")), ("DECINED", Some("1100")), ("ERROR", None), ("EXPIRED", None)]
        {
            let text = format!(r#"{{"_id":"t","status":"{status}","errors":[{{"code":"1100","message":"SECRET"}}]}}"#);
            let decline = Decline::in_notification(&serde_json::from_str(&text).unwrap());
            assert_eq!(decline.as_ref().map(|decline| decline.code().as_str()), code, "{status}");
            assert!(decline.is_none_or(|decline| decline.transaction_id() == Some("t")), "{status}");
        }
    }
}
