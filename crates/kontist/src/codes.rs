//! Kinds of Kontist's errors. Error bodies are undocumented, so these rules are inferred; otherwise the HTTP status decides.

use bursar_runtime::{Kind, Reply};

/// Suffixes of a problem's `type`, and its `title` in lower case.
const PROBLEMS: [(&str, &str, Kind); 4] = [
    ("/insufficient-funds", "insufficient funds", Kind::InsufficientFunds),
    ("UnauthorizedError", "unauthorized", Kind::Unauthenticated),
    ("AccessDeniedError", "forbidden", Kind::Forbidden),
    ("NotFoundError", "not found", Kind::NotFound),
];

/// Codes of the token endpoint (RFC 6749, section 5.2).
const OAUTH: [(&str, Kind); 4] = [
    ("invalid_client", Kind::Unauthenticated),
    ("invalid_grant", Kind::Expired),
    ("unauthorized_client", Kind::Forbidden),
    ("invalid_scope", Kind::Forbidden),
];

/// The kind of an error answer, by the problem's type, title, or status.
pub(crate) fn kind(reply: &Reply) -> Option<Kind> {
    let text = |pointer| reply.text_at(pointer).unwrap_or_default();
    let (problem, title, code) = (text("/type"), text("/title").to_ascii_lowercase(), text("/error"));
    let by_type = PROBLEMS.iter().find(|(end, ..)| problem.ends_with(end));
    let by_title = || PROBLEMS.iter().find(|(_, words, _)| title == *words);
    if let Some((.., kind)) = by_type.or_else(by_title) {
        return Some(kind.clone());
    }
    if let Some((_, kind)) = OAUTH.iter().find(|(known, _)| code == *known) {
        return Some(kind.clone());
    }
    match (reply.status().as_u16(), &*text("/status")) {
        (400, "401") => Some(Kind::Unauthenticated),
        (400, "403") => Some(Kind::Forbidden),
        (400, "404") => Some(Kind::NotFound),
        (400, "429") => Some(Kind::RateLimited),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bursar_runtime::http::{HeaderMap, StatusCode};

    use super::*;

    #[test]
    fn type_goes_before_title_and_title_before_status() {
        for (status, body, expected) in [
            (
                400,
                r#"{"type":"https://api.kontist.com/problems/transfer/insufficient-funds"}"#,
                Some(Kind::InsufficientFunds),
            ),
            (400, r#"{"title":"Insufficient Funds","status":400}"#, Some(Kind::InsufficientFunds)),
            (400, r#"{"type":"AccessDeniedError","title":"Unauthorized"}"#, Some(Kind::Forbidden)),
            (400, r#"{"title":"Something","status":429}"#, Some(Kind::RateLimited)),
            (400, r#"{"error":"invalid_grant"}"#, Some(Kind::Expired)),
            (500, r#"{"title":"Something","status":404}"#, None),
            (401, "", None),
            (400, "<html>", None),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(kind(&Reply::new(status, HeaderMap::new(), body)), expected, "{body}");
        }
    }
}
