//! The official Kontist SDK: token requests below the base URL that it is given, all else by absolute paths from the host's root.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bursar_sandbox::Sandbox;
use bursar_sandbox::kontist::{
    ACCOUNT_ID, CHALLENGE_SIGNATURE, CLIENT_ID, CLIENT_SECRET, EMAIL, OTP_SIGNATURE, PASSWORD, REDIRECT_URI,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::wire::{Answer, send};

const SCOPE: &str = "offline accounts transactions transfers";

/// Where the SDK is told that the bank is: under the sandbox's name for it, or at the root.
const BASES: [&str; 2] = ["/kontist", ""];

/// Text in a form, as the SDK encodes it: a blank is `%20`.
fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace(' ', "%20").replace(':', "%3A").replace('/', "%2F").replace('@', "%40")
}

fn form(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// The code that the browser brings back.
async fn code(sandbox: &Sandbox, base: &str, more: &[(&str, &str)]) -> String {
    let asked = [
        &[
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("scope", SCOPE),
            ("response_type", "code"),
            ("state", "s1"),
        ],
        more,
    ]
    .concat();
    let line = format!("GET {base}/api/oauth/authorize?{} HTTP/1.1", form(&asked));
    let answer = send(sandbox, &[&line, "accept: */*", "accept-language: *"], "").await;
    let location = answer.location.unwrap_or_default();
    assert_eq!(answer.status, 302);
    let query = location.strip_prefix(REDIRECT_URI).and_then(|rest| rest.strip_prefix('?')).unwrap();
    assert!(query.split('&').any(|pair| pair == "state=s1"), "{location}");
    query.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap().to_owned()
}

/// A token request; a program with a secret names itself by HTTP Basic.
async fn token(sandbox: &Sandbox, base: &str, secret: Option<&str>, pairs: &[(&str, &str)]) -> Answer {
    let line = format!("POST {base}/api/oauth/token HTTP/1.1");
    let basic =
        secret.map(|secret| format!("authorization: Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{secret}"))));
    let mut head = vec![
        line.as_str(),
        "accept: application/json, application/x-www-form-urlencoded",
        "content-type: application/x-www-form-urlencoded",
        "accept-encoding: gzip, deflate, br",
    ];
    head.extend(basic.as_deref());
    send(sandbox, &head, &form(pairs)).await
}

/// A call with the token; whatever the base, its path begins at the root. JSON is announced even where there is no body.
async fn call(sandbox: &Sandbox, bearer: &str, line: &str, body: &str) -> Answer {
    let line = format!("{line} HTTP/1.1");
    let bearer = format!("Authorization: Bearer {bearer}");
    let json = "Content-Type: application/json";
    let mut head = vec![line.as_str(), "Accept: application/json", &bearer, json, "Accept-Encoding: gzip,deflate"];
    if body.is_empty() && line.starts_with("POST") {
        head.push("Content-Length: 0");
    }
    send(sandbox, &head, body).await
}

fn text<'a>(answer: &'a Value, member: &str) -> &'a str {
    answer[member].as_str().unwrap_or_else(|| panic!("no {member}: {answer}"))
}

#[tokio::test]
async fn does_the_sdk_get_and_renew_tokens_with_its_secret_in_http_basic() {
    for base in BASES {
        let sandbox = Sandbox::start().await.unwrap();
        let code = code(&sandbox, base, &[]).await;
        let by_code = [("code", code.as_str()), ("grant_type", "authorization_code"), ("redirect_uri", REDIRECT_URI)];
        let tokens = token(&sandbox, base, Some(CLIENT_SECRET), &by_code).await.ok();
        assert_eq!(text(&tokens, "token_type"), "Bearer");
        let by_refresh = [("refresh_token", text(&tokens, "refresh_token")), ("grant_type", "refresh_token")];
        let renewed = token(&sandbox, base, Some(CLIENT_SECRET), &by_refresh).await.ok();
        assert_ne!(renewed["access_token"], tokens["access_token"]);
        let by_password = [("scope", SCOPE), ("username", EMAIL), ("password", PASSWORD), ("grant_type", "password")];
        token(&sandbox, base, Some(CLIENT_SECRET), &by_password).await.ok();
        assert_eq!(token(&sandbox, base, Some("wrong"), &by_refresh).await.status, 401);
        let accounts = call(&sandbox, text(&renewed, "access_token"), "GET /api/accounts", "").await.ok();
        assert_eq!(accounts[0]["id"], ACCOUNT_ID);
        assert_eq!(sandbox.violations(), []);
    }
}

#[tokio::test]
async fn does_the_sdk_get_tokens_without_a_secret_by_proof_of_the_code() {
    let verifier = "verifier-verifier-verifier-verifier-verifier-123";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    for base in BASES {
        let sandbox = Sandbox::start().await.unwrap();
        let more = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
        let code = code(&sandbox, base, &more).await;
        let by_code = [
            ("code", code.as_str()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", REDIRECT_URI),
            ("client_id", CLIENT_ID),
            ("code_verifier", verifier),
        ];
        let tokens = token(&sandbox, base, None, &by_code).await.ok();
        call(&sandbox, text(&tokens, "access_token"), "GET /api/accounts", "").await.ok();
        assert_eq!(sandbox.violations(), []);
    }
}

#[tokio::test]
async fn does_the_sdk_bind_a_device_and_confirm_with_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let bearer = bursar_sandbox::kontist::OAUTH_TOKEN;
    let key = format!(r#"{{"name":"phone","key":"04{}"}}"#, "ab".repeat(64));
    let device = call(&sandbox, bearer, "POST /api/user/devices", &key).await.ok();
    let path = format!("POST /api/user/devices/{}", text(&device, "deviceId"));
    let signed = format!(r#"{{"challengeId":"{}","signature":"{OTP_SIGNATURE}"}}"#, text(&device, "challengeId"));
    assert_eq!(call(&sandbox, bearer, &format!("{path}/verify"), &signed).await.status, 204);
    let challenge = call(&sandbox, bearer, &format!("{path}/challenges"), "").await.ok();
    assert!(challenge["stringToSign"].is_string());
    let verify = format!("{path}/challenges/{}/verify", text(&challenge, "id"));
    let signed = format!(r#"{{"signature":"{CHALLENGE_SIGNATURE}"}}"#);
    let confirmed = call(&sandbox, bearer, &verify, &signed).await.ok();
    call(&sandbox, text(&confirmed, "token"), "GET /api/accounts", "").await.ok();
    assert_eq!(sandbox.violations(), []);
}
