//! Is the sandbox good enough for clients that others wrote: the token requests of the official SDK, amounts and headers as they come?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bursar_sandbox::Sandbox;
use bursar_sandbox::kontist::{
    ACCOUNT_ID, CLIENT_ID, CLIENT_SECRET, CODE, OAUTH_REFRESH_TOKEN, OAUTH_TOKEN, REDIRECT_URI,
};
use serde_json::Value;

/// Asks for a token below the root alone, as a client does that resolves absolute paths against its host.
async fn token(sandbox: &Sandbox, secret: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let pair = STANDARD.encode(format!("{CLIENT_ID}:{secret}"));
    let body = form.iter().map(|(name, value)| format!("{name}={}", value.replace(':', "%3A").replace('/', "%2F")));
    let request = reqwest::Client::new()
        .post(format!("{}/api/oauth/token", sandbox.url()))
        .header("authorization", format!("Basic {pair}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.collect::<Vec<_>>().join("&"));
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn a_program_may_name_itself_by_http_basic() {
    let sandbox = Sandbox::start().await.unwrap();
    let code = [("grant_type", "authorization_code"), ("code", CODE), ("redirect_uri", REDIRECT_URI)];
    let (status, tokens) = token(&sandbox, CLIENT_SECRET, &code).await;
    assert_eq!((status, &tokens["token_type"]), (200, &"Bearer".into()), "{tokens}");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", OAUTH_REFRESH_TOKEN)];
    assert_eq!(token(&sandbox, CLIENT_SECRET, &refresh).await.0, 200);
    assert_eq!(token(&sandbox, "wrong", &refresh).await.0, 401);
}

#[tokio::test]
async fn headers_amounts_and_bodies_are_read_as_the_protocols_say() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::new();
    let url = format!("{}/api/accounts/{ACCOUNT_ID}", sandbox.kontist_url());
    for amount in ["2500", "2500.0", "2.5e3"] {
        let body = format!(r#"{{"recipient":"Kim Example","iban":"DE32110101001000000029","amount":{amount}}}"#);
        let request = http.post(format!("{url}/transfer")).header("authorization", format!("bearer {OAUTH_TOKEN}"));
        let response = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(response.status(), 200, "{amount}");
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(answer["amount"], 2500);
    }
    let call = |method: reqwest::Method, path: String| http.request(method, path).bearer_auth(OAUTH_TOKEN);
    let cancel = call(reqwest::Method::PATCH, format!("{url}/standing-orders/11/cancel"));
    let cancelled = cancel.header("content-type", "application/json").body("{}").send().await.unwrap();
    assert_eq!(cancelled.status(), 200);
    // A client that follows redirects would leave for the address of the file.
    let stays = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for month in ["7", "07"] {
        let statement = stays.get(format!("{}/api/user/statements/2019/{month}", sandbox.kontist_url()));
        assert_eq!(statement.bearer_auth(OAUTH_TOKEN).send().await.unwrap().status(), 302, "{month}");
    }
    for (accept, expected) in [
        ("application/vnd.kontist.transactionlist.v2+json", "application/vnd.kontist.transactionlist.v2+json"),
        (
            "application/vnd.kontist.transactionlist.v2.1+json;q=0.5, Application/vnd.kontist.transactionlist.v2+json",
            "application/vnd.kontist.transactionlist.v2+json",
        ),
    ] {
        let list = call(reqwest::Method::GET, format!("{url}/transactions")).header("accept", accept);
        let list = list.send().await.unwrap();
        assert_eq!(list.headers()["content-type"], expected, "{accept}");
    }
    assert_eq!(sandbox.violations(), []);
}
