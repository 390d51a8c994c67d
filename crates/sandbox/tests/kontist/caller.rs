//! A caller that knows HTTP and JSON, and nothing of any client.

use std::time::Duration;

use bursar_sandbox::Sandbox;
use bursar_sandbox::kontist::{CLIENT_ID, CLIENT_SECRET, OAUTH_REFRESH_TOKEN, OAUTH_TOKEN, Settings, TAN};
use serde_json::{Value, json};

pub(crate) const V2: &str = "application/vnd.kontist.transactionlist.v2+json";
pub(crate) const V2_1: &str = "application/vnd.kontist.transactionlist.v2.1+json";

/// A sandbox, and somebody with a token.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
    pub(crate) token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) text: String,
}

impl Reply {
    /// The body of a success.
    pub(crate) fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_str(&self.text).unwrap()
    }

    /// Status and title of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let problem: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem["status"], self.status, "{self:?}");
        (self.status, problem["title"].as_str().unwrap().to_owned())
    }
}

impl Caller {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::new()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            sandbox: Sandbox::builder().kontist(settings).start().await.unwrap(),
            http: http.build().unwrap(),
            token: OAUTH_TOKEN.to_owned(),
        }
    }

    /// A call with exactly these headers.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = format!("{}{path}", self.sandbox.kontist_url());
        let mut request = self.http.request(method.parse().unwrap(), url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let location = response.headers().get("location").map(|text| text.to_str().unwrap().to_owned());
        Reply { status: response.status().as_u16(), location, text: response.text().await.unwrap() }
    }

    /// A call with a bearer.
    pub(crate) async fn as_bearer(&self, token: &str, method: &str, path: &str, body: &str) -> Reply {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str())];
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        self.send(method, path, &headers, body).await
    }

    /// A call with the token; `null` is no body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.as_bearer(&self.token, method, path, &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Value::Null).await
    }

    /// A call for a form's worth of members, without a token.
    pub(crate) async fn form(&self, members: &[(&str, &str)]) -> Reply {
        let encode = |(name, value): &(&str, &str)| format!("{name}={}", value.replace(':', "%3A").replace(' ', "+"));
        let body: Vec<String> = members.iter().map(encode).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", "/api/oauth/token", &headers, &body.join("&")).await
    }

    /// A page of transactions in a version.
    pub(crate) async fn transactions(&self, accept: &str, query: &str) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("accept", accept)];
        self.send("GET", &format!("/api/accounts/1001/transactions{query}"), &headers, "").await
    }

    /// Registers a transfer of so many cents to Kim; answers its path.
    pub(crate) async fn register(&self, cents: i64) -> String {
        let reply = self.call("POST", "/api/accounts/1001/transfer", transfer(cents)).await;
        reply.data()["links"]["self"].as_str().unwrap().to_owned()
    }

    /// Confirms a transfer with a code.
    pub(crate) async fn confirm(&self, path: &str, cents: i64, code: &str) -> Reply {
        let mut body = transfer(cents);
        body["authorizationToken"] = code.into();
        self.call("PUT", path, body).await
    }

    /// Registers and confirms a transfer.
    pub(crate) async fn transfer(&self, cents: i64) {
        let path = self.register(cents).await;
        assert_eq!(self.confirm(&path, cents, TAN).await.data()["status"], "accepted");
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.kontist().advance(Duration::from_secs(seconds));
    }

    /// Lets time go by for which the token may not last, and gets another one.
    pub(crate) async fn wait(&mut self, seconds: u64) {
        self.advance(seconds);
        let members = [("grant_type", "refresh_token"), ("refresh_token", OAUTH_REFRESH_TOKEN)];
        let program = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        let answer = self.form(&[members, program].concat()).await.data();
        self.token = answer["access_token"].as_str().unwrap().to_owned();
    }

    pub(crate) fn balance(&self) -> i64 {
        self.sandbox.kontist().balance()
    }

    /// Amounts and ids of what moved.
    pub(crate) fn moved(&self) -> Vec<(String, String)> {
        self.sandbox.movements().into_iter().map(|one| (one.amount, one.id)).collect()
    }

    pub(crate) fn assert_no_violations(&self) {
        let violations = self.sandbox.violations();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

/// A transfer of so many cents to Kim.
pub(crate) fn transfer(cents: i64) -> Value {
    json!({ "recipient": "Kim Example", "iban": "DE79000000000000000002", "amount": cents, "note": "Rent", "e2eId": null })
}

/// Seconds from the sandbox's start (2019-09-20T09:30:00Z) to midnight of a day of 2019-10.
pub(crate) fn until_october(day: u64) -> u64 {
    10 * 86_400 + (day * 86_400) - 9 * 3600 - 1800
}
