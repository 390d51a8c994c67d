//! Kinds of Kasha's errors: by the code of the table, then by message texts of related documents (inferred).

use bursar_runtime::{Kind, Reply};

use crate::decline_codes::DeclineCode;
use crate::declines::Decline;

/// Two parts of a message in lower case; only the message distinguishes these refusals from other 400s.
const MESSAGES: [(&str, &str, Kind); 4] = [
    // "The merchant reference needs to unique."
    ("merchant reference", "unique", Kind::Duplicate),
    // A session permits one payment: look up the earlier call.
    ("session", "completed", Kind::Duplicate),
    // The refusal of an expired session is not documented.
    ("session", "expired", Kind::Expired),
    // A refund.
    ("business", "failed", Kind::Declined),
];

/// The kind of an error answer.
pub(crate) fn kind(reply: &Reply) -> Option<Kind> {
    if let Some(decline) = Decline::in_reply(reply) {
        return Some(kind_of(decline.code()));
    }
    match reply.status().as_u16() {
        200..=299 => return Some(Kind::Declined),
        // A valid request that failed; the reason is not documented.
        402 => return Some(Kind::NotProcessed),
        _ => {}
    }
    if reply.status().as_u16() != 400 {
        return None;
    }
    // One text, or a list of them.
    let message = reply.text_at("/message").or_else(|| reply.text_at("/message/0")).unwrap_or_default().to_lowercase();
    let known = MESSAGES.iter().find(|(one, other, _)| message.contains(one) && message.contains(other));
    Some(known.map_or(Kind::INVALID, |(_, _, kind)| kind.clone()))
}

/// The kind of a code of the table.
fn kind_of(code: &DeclineCode) -> Kind {
    let fields: &[&str] = match code {
        DeclineCode::ContactSupport => return Kind::OutcomeUnknown,
        // Documented as declined, but the platform gave up without a result.
        DeclineCode::AdapterTimeout | DeclineCode::Miscellaneous => return Kind::NotProcessed,
        DeclineCode::InsufficientFunds => return Kind::InsufficientFunds,
        DeclineCode::InProgress | DeclineCode::Duplicate => return Kind::Duplicate,
        DeclineCode::Validation => &[],
        DeclineCode::MissingPhone | DeclineCode::InvalidPhone => &["customer.phone"],
        DeclineCode::InvalidDocumentId => &["customer.identify.number"],
        DeclineCode::InvalidDocumentType => &["customer.identify.type"],
        DeclineCode::InvalidBankAccount => &["extraData"],
        DeclineCode::InvalidZipCode => &["customer.address.zipCode"],
        DeclineCode::AmountTooLow | DeclineCode::AmountTooHigh | DeclineCode::InvalidAmount => &["amount"],
        _ => return Kind::Declined,
    };
    Kind::Invalid { fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

#[cfg(test)]
mod tests {
    use bursar_runtime::http::{HeaderMap, StatusCode};

    use super::*;

    fn of(status: u16, body: &str) -> Option<Kind> {
        kind(&Reply::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.to_owned()))
    }

    #[test]
    fn a_code_of_the_table_decides_before_the_status() {
        let declined = |code: &str| {
            of(
                200,
                &format!(r#"{{"statusCode":"999","resultType":"error","result":{{"errors":[{{"code":"{code}"}}]}}}}"#),
            )
        };
        assert_eq!(declined("3000"), Some(Kind::InsufficientFunds));
        assert_eq!(declined("3007"), Some(Kind::Declined));
        // The platform gave up: read the transaction before paying again.
        assert_eq!(declined("998"), Some(Kind::NotProcessed));
        assert_eq!(declined("999"), Some(Kind::NotProcessed));
        assert_eq!(of(402, r#"{"statusCode":402,"message":"Request failed"}"#), Some(Kind::NotProcessed));
        assert_eq!(of(402, r#"{"statusCode":402,"code":"3007"}"#), Some(Kind::Declined));
        assert_eq!(declined("2005 - 2005205"), Some(Kind::Declined));
        assert_eq!(declined("3017"), Some(Kind::Duplicate));
        assert_eq!(declined("1001"), Some(Kind::Invalid { fields: vec!["customer.phone".to_owned()] }));
        // Only the provider's support knows the outcome: not a refusal.
        assert_eq!(declined("1100"), Some(Kind::OutcomeUnknown));
        assert_eq!(of(200, r#"{"resultType":"error"}"#), Some(Kind::Declined));
        assert_eq!(of(500, r#"{"statusCode":500,"code":"INTERNAL"}"#), None);
    }

    #[test]
    fn texts_of_refusals_are_told_apart() {
        for (message, kind) in [
            (r#"["The merchant reference needs to unique."]"#, Kind::Duplicate),
            (r#"["This session was completed."]"#, Kind::Duplicate),
            (r#"["This session has expired."]"#, Kind::Expired),
            (r#""Business Failed""#, Kind::Declined),
            (r#"["currency must be a string"]"#, Kind::INVALID),
        ] {
            assert_eq!(of(400, &format!(r#"{{"statusCode":400,"message":{message}}}"#)), Some(kind), "{message}");
        }
        assert_eq!(of(404, r#"{"statusCode":404,"message":["Transaction not found."]}"#), None);
    }
}
