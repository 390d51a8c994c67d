//! Kinds of VaultsPay's errors, by code: business errors have HTTP 500, so the status is not sufficient.

use bursar_runtime::{Facts, Kind, Reply};

use Category::{AccountStatus, Action, Authentication, Authorization, Business, RateLimit, Rule, Validation};
use Repeat::{AfterAction, Later, LogIn, No, Refresh};

/// A [documented error code](https://apidoc-issuance.vaultspay.dev/errors).
///
/// The provider's list is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The number, in the member `code` of the body.
    pub number: u16,
    /// The HTTP status; `None` if it is undocumented.
    pub status: Option<u16>,
    /// The name, in the member `type` of the body. For 1012 only the first three letters are known.
    pub name: &'static str,
    /// The meaning of the code.
    pub meaning: &'static str,
    /// The category. Inferred for 1010, 1035, 1050 and 1401.
    pub category: Category,
    /// The condition for a retry. Inferred.
    pub repeat: Repeat,
}

/// The category of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Category {
    /// Login and tokens.
    Authentication,
    /// Permissions of the caller.
    Authorization,
    /// Too many requests.
    RateLimit,
    /// The form of the request.
    Validation,
    /// The status of an account.
    AccountStatus,
    /// A business rule, such as an invalid IBAN.
    Business,
    /// An action that must be completed first.
    Action,
    /// A rule of the rules engine.
    Rule,
}

/// The condition for a retry of a refused call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeat {
    /// A retry has the same result.
    No,
    /// A new login.
    LogIn,
    /// A new access token.
    Refresh,
    /// Retry later.
    Later,
    /// The named action; see [`required_action`].
    AfterAction,
}

#[rustfmt::skip]
static CODES: [Code; 16] = [
    code(1000, Some(422), "INVALID_PAYLOAD", "The payload failed validation; `errors` names the fields.", Validation, No),
    code(1001, Some(403), "UNAUTHORISED", "No permission for the resource.", Authorization, No),
    code(1002, Some(401), "UNAUTHENTICATED", "Not logged in.", Authentication, LogIn),
    code(1003, Some(401), "TOKEN_EXPIRED", "The access token has expired.", Authentication, Refresh),
    code(1004, Some(401), "SESSION_EXPIRED", "The session has ended.", Authentication, LogIn),
    code(1005, Some(429), "THROTTLE", "Too many requests.", RateLimit, Later),
    code(1006, Some(403), "BAN", "Access is forbidden.", Authorization, No),
    code(1007, Some(403), "IP_NOT_WHITELISTED", "The caller's address is not allowed.", Authorization, No),
    code(1008, Some(403), "NO_PRIVILEGE", "Insufficient privileges.", Authorization, No),
    code(1010, Some(500), "BAD_REQUEST", "A business rule refused the request, such as an invalid IBAN or an existing contact.", Business, No),
    code(1012, Some(500), "ACC", "The status of the account does not permit the request.", AccountStatus, No),
    code(1018, Some(500), "INVALID_HEADERS", "The HTTP headers are invalid.", Validation, No),
    code(1035, None, "ACTION_REQUIRED", "An action must be completed first; `errors[0].reason` names it.", Action, AfterAction),
    code(1036, Some(400), "INVALID_TOKEN", "The access token is invalid.", Authentication, LogIn),
    code(1050, Some(500), "TRANSACTION_LOCKED_BY_RULE", "A rule has locked the transaction.", Rule, No),
    code(1401, Some(400), "BAD_REQUEST", "`countryId` is missing or invalid (list of states).", Validation, No),
];

const fn code(
    number: u16,
    status: Option<u16>,
    name: &'static str,
    meaning: &'static str,
    category: Category,
    repeat: Repeat,
) -> Code {
    Code { number, status, name, meaning, category, repeat }
}

impl Code {
    /// All documented codes, by number.
    pub fn all() -> &'static [Self] {
        &CODES
    }

    /// The code of a failed call; `None` if it is missing or undocumented.
    pub fn of(error: &Facts) -> Option<&'static Self> {
        error.reply().and_then(Self::in_reply)
    }

    pub(crate) fn in_reply(reply: &Reply) -> Option<&'static Self> {
        let number = reply.text_at("/code")?.parse::<u16>().ok()?;
        CODES.iter().find(|code| code.number == number)
    }

    fn kind(&self, reply: &Reply) -> Kind {
        match self.number {
            1000 => Kind::Invalid { fields: fields(reply) },
            1001 | 1006..=1008 | 1012 => Kind::Forbidden,
            1002..=1004 | 1036 => Kind::Unauthenticated,
            1005 => Kind::RateLimited,
            1018 => Kind::Config,
            1035 => Kind::ActionRequired,
            1050 => Kind::Declined,
            1401 => Kind::Invalid { fields: vec!["countryId".to_owned()] },
            // 1010 has several meanings, which only its text distinguishes. The text about funds is inferred.
            _ => match reply.text_at("/message").unwrap_or_default() {
                text if text.contains("already exists") => Kind::Duplicate,
                text if text.contains("nsufficient") => Kind::InsufficientFunds,
                _ => Kind::INVALID,
            },
        }
    }
}

/// The kind of an error answer by its code.
pub(crate) fn kind(reply: &Reply) -> Option<Kind> {
    Code::in_reply(reply).map(|code| code.kind(reply))
}

/// Returns the action that must be completed before the call can succeed.
///
/// The name is the provider's, from an error of kind [`Kind::ActionRequired`] (code 1035).
pub fn required_action(error: &Facts) -> Option<String> {
    let reply = error.reply().filter(|_| *error.kind() == Kind::ActionRequired)?;
    let is_action = |place: &usize| reply.text_at(&format!("/errors/{place}/key")).as_deref() == Some("actionRequired");
    let place = (0..MOST_FIELDS).find(is_action)?;
    reply.text_at(&format!("/errors/{place}/reason")).map(|action| action.into_owned())
}

/// Maximum number of faults that are read from one answer.
const MOST_FIELDS: usize = 100;

/// The names of the invalid fields. Other texts are omitted, because an error's `Debug` shows the names.
fn fields(reply: &Reply) -> Vec<String> {
    let key = |place| reply.text_at(&format!("/errors/{place}/key"));
    (0..MOST_FIELDS).map_while(key).filter(|key| is_name(key)).map(|key| key.into_owned()).collect()
}

fn is_name(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    let numbered = key.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_digit));
    (1..=48).contains(&key.len()) && key.bytes().all(plain) && !numbered
}

#[cfg(test)]
mod tests {
    use bursar_runtime::http::{HeaderMap, StatusCode};

    use super::*;

    fn kind_of(status: u16, body: &'static str) -> Option<Kind> {
        kind(&Reply::new(StatusCode::from_u16(status).expect("a status"), HeaderMap::new(), body))
    }

    #[test]
    fn the_code_tells_the_kind_whatever_the_status() {
        for (body, expected) in [
            (r#"{"code":1003,"type":"TOKEN_EXPIRED"}"#, Kind::Unauthenticated),
            (r#"{"code":"1036"}"#, Kind::Unauthenticated),
            (r#"{"code":1007}"#, Kind::Forbidden),
            (r#"{"code":1010,"message":"Invalid IBAN"}"#, Kind::INVALID),
            (r#"{"code":1010,"message":"Payment Contact already exists"}"#, Kind::Duplicate),
            (r#"{"code":1010,"message":"Insufficient balance"}"#, Kind::InsufficientFunds),
            (r#"{"code":1018}"#, Kind::Config),
            (r#"{"code":1035,"errors":[{"key":"actionRequired","reason":"COMPLETE_KYC"}]}"#, Kind::ActionRequired),
            (r#"{"code":1050}"#, Kind::Declined),
        ] {
            assert_eq!(kind_of(500, body), Some(expected.clone()), "{body}");
            assert_eq!(kind_of(418, body), Some(expected), "{body}");
        }
        assert_eq!(kind_of(500, r#"{"code":1999}"#), None);
        assert_eq!(kind_of(502, "<html>"), None);
    }

    #[test]
    fn a_payload_that_is_not_valid_names_its_fields_and_never_their_values() {
        let body =
            r#"{"code":1000,"errors":[{"key":"address.city","reason":"x"},{"key":"4111111111111111"},{"key":"dob"}]}"#;
        let fields = vec!["address.city".to_owned(), "dob".to_owned()];
        assert_eq!(kind_of(422, body), Some(Kind::Invalid { fields }));
        assert_eq!(kind_of(422, r#"{"code":1000,"errors":[]}"#), Some(Kind::INVALID));
        assert_eq!(kind_of(422, r#"{"code":1000}"#), Some(Kind::INVALID));
    }
}
