//! Statuses of responses: which are successes, and what they are called.

use super::names;
use super::schemas::escape;

/// Whether a response (by its pointer) is a success.
pub(crate) fn is_success(response: &str) -> bool {
    response.rsplit('/').next().is_some_and(|status| status.starts_with('2'))
}

/// A status in words: `404` -> `NotFound`, `450` -> `Status450`.
pub(crate) fn status_name(status: &str) -> String {
    match status {
        "default" => "Unlisted".to_owned(),
        "1XX" => "Informational".to_owned(),
        "2XX" => "Success".to_owned(),
        "3XX" => "Redirection".to_owned(),
        "4XX" => "ClientError".to_owned(),
        "5XX" => "ServerError".to_owned(),
        _ => {
            let known = status.parse::<u16>().ok().and_then(|code| http::StatusCode::from_u16(code).ok());
            match known.and_then(|code| code.canonical_reason()) {
                Some(reason) => names::pascal(reason),
                None => format!("Status{}", escape(status)),
            }
        }
    }
}
