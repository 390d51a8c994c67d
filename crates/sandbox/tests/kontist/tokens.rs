//! Do tokens of every kind get in where they may, until they end?

use bursar_sandbox::kontist::{
    AUTH_TOKEN, CLIENT_ID, CLIENT_SECRET, CODE, CONFIRMED_TOKEN, Customer, EMAIL, OAUTH_REFRESH_TOKEN, OAUTH_TOKEN,
    PASSWORD, REDIRECT_URI, REFRESH_TOKEN, Settings,
};
use serde_json::{Value, json};

use crate::caller::{Caller, Reply};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const OWN_SCHEME: &str = "com.example.app:/callback";

impl Caller {
    async fn accounts_as(&self, token: &str) -> u16 {
        self.as_bearer(token, "GET", "/api/accounts", "").await.status
    }

    /// Where the browser is sent after asking for permission with PKCE.
    async fn authorize(&self, redirect_uri: &str, more: &str) -> Reply {
        let query = format!(
            "scope=offline+accounts&response_type=code&client_id={CLIENT_ID}&redirect_uri={}&state=a%26b{more}",
            redirect_uri.replace(':', "%3A").replace('/', "%2F")
        );
        self.send("GET", &format!("/api/oauth/authorize?{query}"), &[], "").await
    }

    /// A code from the browser.
    async fn code(&self, redirect_uri: &str, more: &str) -> String {
        let location = self.authorize(redirect_uri, more).await.location.unwrap();
        let rest = location.strip_prefix(redirect_uri).unwrap();
        let (code, state) = rest.strip_prefix("?code=").unwrap().split_once('&').unwrap();
        assert_eq!(state, "state=a%26b");
        code.to_owned()
    }

    async fn exchange(&self, code: &str, redirect_uri: &str, proof: (&str, &str)) -> Reply {
        let members = [("grant_type", "authorization_code"), ("code", code), ("client_id", CLIENT_ID)];
        self.form(&[members.as_slice(), &[("redirect_uri", redirect_uri), proof]].concat()).await
    }

    async fn refresh(&self, token: &str, secret: Option<&str>) -> Reply {
        let mut members = vec![("grant_type", "refresh_token"), ("client_id", CLIENT_ID), ("refresh_token", token)];
        members.extend(secret.map(|secret| ("client_secret", secret)));
        self.form(&members).await
    }
}

#[tokio::test]
async fn every_access_token_and_basic_read_accounts_and_nothing_else_does() {
    let caller = Caller::new().await;
    for token in [AUTH_TOKEN, OAUTH_TOKEN, CONFIRMED_TOKEN] {
        assert_eq!(caller.accounts_as(token).await, 200, "{token}");
    }
    for (token, status) in [(REFRESH_TOKEN, 403), (OAUTH_REFRESH_TOKEN, 403), ("auth-token-2", 401), ("", 401)] {
        assert_eq!(caller.accounts_as(token).await, status, "{token}");
    }
    let http = reqwest::Client::new();
    for (path, user, status) in [("accounts", EMAIL, 200), ("user", EMAIL, 403), ("accounts", "nobody", 401)] {
        let url = format!("{}/api/{path}", caller.sandbox.kontist_url());
        let response = http.get(url).basic_auth(user, Some(PASSWORD)).send().await.unwrap();
        assert_eq!(response.status(), status, "{path} {user}");
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn jwts_are_issued_refreshed_ended_and_revoked() {
    let caller = Caller::new().await;
    let login = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let json_body = [("content-type", "application/json")];
    let refresh = caller.send("POST", "/api/user/refresh-token", &json_body, &login).await.data();
    let refresh = refresh["token"].as_str().unwrap();
    let renew = async || {
        let reply = caller.as_bearer(refresh, "POST", "/api/user/auth-token", "").await;
        reply.data()["token"].as_str().unwrap().to_owned()
    };
    let first = renew().await;
    assert_eq!(caller.accounts_as(&first).await, 200);
    caller.advance(3600);
    assert_eq!(caller.accounts_as(&first).await, 401);
    let second = renew().await;
    assert_eq!(caller.as_bearer(&second, "DELETE", "/api/user/refresh-token", "").await.status, 200);
    assert_eq!(caller.as_bearer(refresh, "POST", "/api/user/auth-token", "").await.refusal().0, 401);
    assert_eq!(caller.as_bearer(&second, "DELETE", "/api/user/auth-token", "").await.status, 200);
    assert_eq!(caller.accounts_as(&second).await, 401);

    let by_login = caller.send("POST", "/api/user/auth-token", &json_body, &login).await.data();
    assert_eq!(caller.accounts_as(by_login["token"].as_str().unwrap()).await, 200);
    let wrong = json!({ "email": EMAIL, "password": "wrong" }).to_string();
    assert_eq!(caller.send("POST", "/api/user/auth-token", &json_body, &wrong).await.status, 401);
    // A token of OAuth is not revoked here.
    assert_eq!(caller.as_bearer(OAUTH_TOKEN, "DELETE", "/api/user/auth-token", "").await.status, 401, "it has ended");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_code_is_exchanged_once_with_the_secret() {
    let caller = Caller::new().await;
    let secret = ("client_secret", CLIENT_SECRET);
    let answer = caller.exchange(CODE, REDIRECT_URI, secret).await.data();
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(3599)));
    assert_eq!(caller.accounts_as(answer["access_token"].as_str().unwrap()).await, 200);
    let again = caller.exchange(CODE, REDIRECT_URI, secret).await;
    assert_eq!((again.status, again.text.as_str()), (400, ""));

    let refresh = answer["refresh_token"].as_str().unwrap();
    let renewed = caller.refresh(refresh, Some(CLIENT_SECRET)).await.data();
    assert!(renewed.get("refresh_token").is_none(), "the old one stays usable");
    assert_eq!(caller.accounts_as(renewed["access_token"].as_str().unwrap()).await, 200);
    assert_eq!(caller.refresh(refresh, Some(CLIENT_SECRET)).await.status, 200);
    assert_eq!(caller.refresh(refresh, None).await.status, 401);
    assert_eq!(caller.refresh("oauth-refresh-2", Some(CLIENT_SECRET)).await.status, 400);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_code_with_a_challenge_needs_its_verifier() {
    let caller = Caller::new().await;
    let pkce = format!("&code_challenge={CHALLENGE}&code_challenge_method=S256");
    for (redirect_uri, refreshes) in
        [(REDIRECT_URI, false), ("http://127.0.0.1:49152/callback", false), (OWN_SCHEME, true)]
    {
        let code = caller.code(redirect_uri, &pkce).await;
        let answer = caller.exchange(&code, redirect_uri, ("code_verifier", VERIFIER)).await.data();
        assert_eq!(answer["refresh_token"].is_string(), refreshes, "{redirect_uri}");
        if let Some(refresh) = answer["refresh_token"].as_str() {
            assert_eq!(caller.refresh(refresh, None).await.status, 200);
        }
    }
    for proof in [("code_verifier", "another"), ("client_secret", CLIENT_SECRET)] {
        let code = caller.code(REDIRECT_URI, &pkce).await;
        assert_eq!(caller.exchange(&code, REDIRECT_URI, proof).await.status, 400);
        assert_eq!(
            caller.exchange(&code, REDIRECT_URI, ("code_verifier", VERIFIER)).await.status,
            400,
            "it is used up"
        );
    }
    let code = caller.code(REDIRECT_URI, &pkce).await;
    assert_eq!(caller.exchange(&code, OWN_SCHEME, ("code_verifier", VERIFIER)).await.status, 400);
    let code = caller.code(REDIRECT_URI, &pkce).await;
    caller.advance(601);
    assert_eq!(caller.exchange(&code, REDIRECT_URI, ("code_verifier", VERIFIER)).await.status, 400);
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_browser_is_redirected_to_the_program_only() {
    let caller = Caller::new().await;
    let stray = caller.authorize("https://evil.example/callback", "").await;
    assert_eq!((stray.status, stray.location), (400, None));
    let caller = Caller::with(Settings::new().customer(Customer::Refuses)).await;
    let refused = caller.authorize(REDIRECT_URI, "").await;
    let location = refused.location.unwrap();
    assert_eq!((refused.status, location.contains("code=")), (302, false));
    assert!(location.contains("error=%7B%22type%22%3A%22AccessDeniedError%22%7D&state=a%26b"), "{location}");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_password_is_a_grant_where_it_is_allowed() {
    let members = [("grant_type", "password"), ("client_id", CLIENT_ID), ("username", EMAIL), ("password", PASSWORD)];
    let caller = Caller::new().await;
    let answer = caller.form(&[members.as_slice(), &[("scope", "offline accounts")]].concat()).await.data();
    assert!(answer["refresh_token"].is_string());
    assert_eq!(caller.form(&members[..3]).await.status, 400);
    let caller = Caller::with(Settings::new().without_password_grant()).await;
    assert_eq!(caller.form(&members).await.status, 400);
    assert_eq!(caller.form(&[("grant_type", "refresh_token")]).await.status, 400);
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_users_own_things_need_a_token() {
    let caller = Caller::new().await;
    assert_eq!(caller.get("/api/user").await.data()["email"], EMAIL);
    let known = caller.get("/api/wire-transfer-suggestions").await.data();
    assert_eq!(known, json!([{ "name": "Kim Example", "iban": "DE79000000000000000002" }]));
    let statement = caller.get("/api/user/statements/2019/8").await;
    assert_eq!(statement.status, 302);
    assert!(statement.location.unwrap().starts_with("https://files.example.com/statements/2019-08.pdf?signature="));
    for (path, status) in [("2019/10", 404), ("2019/13", 400)] {
        assert_eq!(caller.get(&format!("/api/user/statements/{path}")).await.status, status);
    }
    assert_eq!(caller.call("GET", "/api/nowhere", Value::Null).await.refusal(), (404, "Not Found".to_owned()));
    assert_eq!(caller.sandbox.violations().len(), 1);
}
