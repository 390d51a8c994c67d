//! OAuth2: the browser's part, which the fake plays at once, and the token endpoint.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::settings::Customer;
use super::tokens::{Bearer, Grant};
use super::world::World;
use super::{CLIENT_ID, CLIENT_SECRET, EMAIL, PASSWORD, REDIRECT_URI};
use crate::clock::after;
use crate::exchange::Answer;
use crate::json::Object;

/// How long a code is good.
const CODE_LIFE: std::time::Duration = std::time::Duration::from_secs(600);

/// A code that waits to be exchanged.
#[derive(Clone, Debug)]
pub(super) struct AuthorizationCode {
    text: String,
    redirect_uri: String,
    scope: String,
    /// Base64url of the verifier's SHA-256 (PKCE).
    challenge: Option<String>,
    end: Timestamp,
}

impl AuthorizationCode {
    pub(super) fn new(text: &str, redirect_uri: &str, scope: &str, challenge: Option<&str>, now: Timestamp) -> Self {
        Self {
            text: text.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scope: scope.to_owned(),
            challenge: challenge.map(str::to_owned),
            end: after(now, CODE_LIFE),
        }
    }
}

/// Sends the browser back with a code, or with the customer's refusal; to an address that is not the program's it sends nothing.
pub(super) fn authorize(world: &mut World, request: &Request) -> Reply {
    let parameter = |name: &str| request.query(name).unwrap_or_default();
    let redirect_uri = parameter("redirect_uri");
    if parameter("client_id") != CLIENT_ID || !is_of_program(redirect_uri) {
        return Err(Refusal::invalid());
    }
    let challenge = request.query("code_challenge");
    if challenge.is_some() && parameter("code_challenge_method") != "S256" {
        return Err(Refusal::invalid());
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    if world.settings.customer == Customer::Refuses {
        query.append_pair("error", r#"{"type":"AccessDeniedError"}"#);
    } else {
        let code = world.random.token("code-");
        query.append_pair("code", &code);
        let code = AuthorizationCode::new(&code, redirect_uri, parameter("scope"), challenge, world.now());
        world.codes.push(code);
    }
    if let Some(state) = request.query("state") {
        query.append_pair("state", state);
    }
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let location = format!("{redirect_uri}{separator}{}", query.finish());
    Ok(Answer::empty(StatusCode::FOUND).with_header("location", location))
}

/// Whether the program may be called back there: its own address, one of this machine, or a scheme of its own.
fn is_of_program(address: &str) -> bool {
    let is_loopback = |host: &str| {
        let after = address.strip_prefix("http://").and_then(|rest| rest.strip_prefix(host));
        after.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    };
    address == REDIRECT_URI || is_loopback("127.0.0.1") || is_loopback("[::1]") || has_own_scheme(address)
}

/// Whether the address has a scheme of its own, such as `com.example.app:/callback`.
fn has_own_scheme(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.contains('.') && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-".contains(&byte))
}

pub(super) fn token(world: &mut World, request: &Request) -> Reply {
    match request.form("grant_type") {
        Some("authorization_code") => exchange(world, request),
        Some("refresh_token") => refresh(world, request),
        Some("password") => password(world, request),
        _ => Err(Refusal::bad("unsupported_grant_type")),
    }
}

fn has_secret(request: &Request) -> bool {
    request.client_secret() == Some(CLIENT_SECRET)
}

fn exchange(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let wanted = request.form("code").unwrap_or_default();
    let index = world.codes.iter().position(|one| one.text == wanted).ok_or(Refusal::bad("invalid_grant"))?;
    // A code is good once, whatever comes of it.
    let code = world.codes.swap_remove(index);
    let is_bound = request.client_id() == Some(CLIENT_ID)
        && request.form("redirect_uri") == Some(code.redirect_uri.as_str())
        && code.end > now;
    let proof = request.form("code_verifier").map(s256);
    let is_proven = match &code.challenge {
        Some(challenge) => proof.as_ref() == Some(challenge),
        None => has_secret(request),
    };
    if !is_bound || !is_proven {
        return Err(Refusal::bad("invalid_grant"));
    }
    let is_public = !has_secret(request);
    let refreshes = is_offline(&code.scope) && (!is_public || has_own_scheme(&code.redirect_uri));
    let grant = Grant { scope: code.scope, is_confirmed: false, is_public };
    Ok(issue(world, grant, refreshes))
}

fn refresh(world: &mut World, request: &Request) -> Reply {
    let token = request.form("refresh_token").unwrap_or_default();
    let Some(Bearer::OauthRefresh(grant)) = world.tokens.bearer(token, world.now()) else {
        return Err(Refusal::bad("invalid_grant"));
    };
    let grant = grant.clone();
    if request.client_id() != Some(CLIENT_ID) || !(grant.is_public || has_secret(request)) {
        return Err(Refusal::unauthenticated());
    }
    Ok(issue(world, grant, false))
}

fn password(world: &mut World, request: &Request) -> Reply {
    if !world.settings.password_grant || request.client_id() != Some(CLIENT_ID) {
        return Err(Refusal::bad("unauthorized_client"));
    }
    if request.form("username") != Some(EMAIL) || request.form("password") != Some(PASSWORD) {
        return Err(Refusal::bad("invalid_grant"));
    }
    let scope = request.form("scope").unwrap_or_default().to_owned();
    let refreshes = is_offline(&scope);
    Ok(issue(world, Grant { scope, is_confirmed: false, is_public: !has_secret(request) }, refreshes))
}

fn is_offline(scope: &str) -> bool {
    scope.split(' ').any(|word| word == "offline")
}

fn issue(world: &mut World, grant: Grant, refreshes: bool) -> Answer {
    let now = world.now();
    let kind = if grant.is_confirmed { Bearer::Confirmed } else { Bearer::Oauth };
    let access = world.tokens.issue(kind, &mut world.random, now);
    let scope = grant.scope.clone();
    let refresh = refreshes.then(|| world.tokens.issue(Bearer::OauthRefresh(grant), &mut world.random, now));
    let body = Object::new()
        .with("access_token", access)
        .with("token_type", "Bearer")
        .with("expires_in", 3599_u32)
        .with_some("refresh_token", refresh)
        .with("scope", scope);
    Answer::ok(body)
}

pub(super) fn logout(_: &mut World, _: &Request) -> Reply {
    Ok(Answer::empty(StatusCode::OK))
}

/// Base64url without padding of the SHA-256 (RFC 7636, 4.2).
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_that_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(s256(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn only_the_programs_own_addresses_are_called_back() {
        for good in [REDIRECT_URI, "http://127.0.0.1:49152/callback", "http://[::1]/", "com.example.app:/callback"] {
            assert!(is_of_program(good), "{good}");
        }
        for bad in ["", "https://evil.example/callback", "http://127.0.0.1.evil.example/", "javascript:alert(1)"] {
            assert!(!is_of_program(bad), "{bad}");
        }
    }
}
