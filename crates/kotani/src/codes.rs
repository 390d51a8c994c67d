//! Kinds of Kotani Pay's errors: by code, and by documented message texts, because codes are rare.

use std::time::Duration;

use bursar_runtime::{Kind, Reply};

/// Minimum time between two withdrawals to the same telephone number.
const SAME_MINUTE: Duration = Duration::from_secs(60);

/// Documented beginnings of messages, in lower case; only they distinguish these refusals from other 400s.
const MESSAGES: [(&str, Kind); 7] = [
    ("reference already used", Kind::Duplicate),
    ("duplicate referenceid", Kind::Duplicate),
    ("duplicate transaction", Kind::Duplicate),
    // Another withdrawal was made to the same number; the reference is not a duplicate.
    ("transaction denied", Kind::TooSoon { wait: SAME_MINUTE }),
    ("insufficient funds", Kind::InsufficientFunds),
    ("insufficient balance", Kind::InsufficientFunds),
    ("rate expired", Kind::Expired),
];

/// The kind of an error answer, in any of the four documented forms.
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
    let message = reply.text_at("/message").unwrap_or_default().trim().to_lowercase();
    if let Some((_, kind)) = MESSAGES.iter().find(|(start, _)| message.starts_with(start)) {
        return Some(kind.clone());
    }
    // A duplicate reference is answered with 400 too; its texts are listed above.
    (reply.status().as_u16() == 400).then_some(Kind::INVALID)
}

#[cfg(test)]
mod tests {
    use bursar_runtime::http::{HeaderMap, StatusCode};

    use super::*;

    #[test]
    fn only_words_about_the_reference_say_duplicate() {
        let invalid = Kind::INVALID;
        for (message, expected) in [
            ("Reference already used", Kind::Duplicate),
            ("Duplicate referenceId", Kind::Duplicate),
            ("duplicate referenceId wd-1", Kind::Duplicate),
            ("Duplicate Transaction", Kind::Duplicate),
            ("Transaction Denied", Kind::TooSoon { wait: Duration::from_secs(60) }),
            ("Insufficient funds in fiat wallet", Kind::InsufficientFunds),
            ("Insufficient balance in fiat wallet", Kind::InsufficientFunds),
            ("Rate expired. Please get a new rate", Kind::Expired),
            ("Insufficient crypto amount", invalid.clone()),
            ("Invalid crypto address", invalid.clone()),
            ("Chain or Token not supported", invalid.clone()),
            ("Lipa na M-Pesa/Paybill only available for Kenya (KES)", invalid),
        ] {
            let body = format!(r#"{{"success":false,"message":"{message}","error_code":400,"data":{{}}}}"#);
            let reply = Reply::new(StatusCode::BAD_REQUEST, HeaderMap::new(), body);
            assert_eq!(kind(&reply), Some(expected), "{message}");
        }
    }
}
