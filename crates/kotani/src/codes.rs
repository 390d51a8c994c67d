//! What an error of Kotani Pay means. Codes are rare and doubtful, so the documented texts of refusals count as well.

use bursar_runtime::{Kind, Reply};

/// Documented beginnings of messages; nothing else tells these refusals from any other 400.
const MESSAGES: [(&str, Kind); 6] = [
    ("Reference already used", Kind::Duplicate),
    ("Duplicate referenceId", Kind::Duplicate),
    ("Transaction Denied", Kind::Duplicate),
    ("Insufficient funds", Kind::InsufficientFunds),
    ("Insufficient balance", Kind::InsufficientFunds),
    ("Rate expired", Kind::Expired),
];

/// The kind of an error answer, in any of the four shapes on record.
pub(crate) fn kind(reply: &Reply) -> Option<Kind> {
    if let Some(code) = reply.text_at("/error_code") {
        match &*code {
            "INVALID_API_KEY" => return Some(Kind::Unauthenticated),
            "INSUFFICIENT_BALANCE" => return Some(Kind::InsufficientFunds),
            "INVALID_PHONE_NUMBER" => return Some(Kind::Invalid { fields: vec!["phone_number".to_owned()] }),
            "TRANSACTION_FAILED" => return Some(Kind::Declined),
            "RATE_LIMITED" => return Some(Kind::RateLimited),
            // A number repeats the HTTP status.
            _ => {}
        }
    }
    let message = reply.text_at("/message").unwrap_or_default();
    if let Some((_, kind)) = MESSAGES.iter().find(|(start, _)| message.starts_with(start)) {
        return Some(kind.clone());
    }
    // 400 also answers a used reference, which the texts above tell.
    (reply.status().as_u16() == 400).then_some(Kind::INVALID)
}
