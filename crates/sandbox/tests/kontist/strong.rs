//! Do push messages and devices make confirmed tokens, and only once?

use bursar_sandbox::kontist::{CHALLENGE_SIGNATURE, CONFIRMED_TOKEN, Customer, OTP_SIGNATURE, Settings};
use serde_json::{Value, json};

use crate::caller::{Caller, Reply};

const CHALLENGES: &str = "/api/user/mfa/challenges";

impl Caller {
    async fn challenge(&self) -> String {
        let answer = self.call("POST", CHALLENGES, Value::Null).await.data();
        assert_eq!(answer["status"], "PENDING");
        format!("{CHALLENGES}/{}", answer["id"].as_str().unwrap())
    }

    async fn challenge_token(&self, path: &str) -> Reply {
        self.call("POST", &format!("{path}/token"), Value::Null).await
    }

    async fn answer(&self, token: &str, path: &str, status: &str) -> u16 {
        self.as_bearer(token, "PATCH", path, &json!({ "status": status }).to_string()).await.status
    }
}

#[tokio::test]
async fn a_push_message_is_answered_by_time() {
    for (customer, status, token) in
        [(Customer::Agrees, "VERIFIED", 200), (Customer::Refuses, "DENIED", 403), (Customer::Ignores, "PENDING", 400)]
    {
        let caller = Caller::with(Settings::new().customer(customer)).await;
        let path = caller.challenge().await;
        assert_eq!(caller.challenge_token(&path).await.status, 400);
        caller.advance(5);
        assert_eq!(caller.get(&path).await.data()["status"], status);
        assert_eq!(caller.challenge_token(&path).await.status, token);
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn a_confirmed_token_comes_once_and_answers_others() {
    let caller = Caller::with(Settings::new().customer(Customer::Ignores)).await;
    let path = caller.challenge().await;
    assert_eq!(caller.answer(&caller.token, &path, "VERIFIED").await, 403, "a confirmed token is needed");
    assert_eq!(caller.answer(CONFIRMED_TOKEN, &path, "VERIFIED").await, 204);
    assert_eq!(caller.answer(CONFIRMED_TOKEN, &path, "DENIED").await, 400);
    let token = caller.challenge_token(&path).await.data()["token"].as_str().unwrap().to_owned();
    assert_eq!(caller.challenge_token(&path).await.refusal().0, 400);

    let other = caller.challenge().await;
    assert_eq!(caller.answer(&token, &other, "DENIED").await, 204);
    assert_eq!(caller.challenge_token(&other).await.status, 403);
    let late = caller.challenge().await;
    assert_eq!(caller.get(CHALLENGES).await.data().as_array().unwrap().len(), 2);
    caller.advance(300);
    assert_eq!(caller.get(CHALLENGES).await.data(), json!([]));
    assert_eq!(caller.answer(&token, &late, "VERIFIED").await, 410);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_device_is_bound_and_signs() {
    let caller = Caller::new().await;
    let key = format!("04{}", "a1".repeat(64));
    let bound = caller.call("POST", "/api/user/devices", json!({ "name": "Phone", "key": key })).await.data();
    let path = format!("/api/user/devices/{}", bound["deviceId"].as_str().unwrap());
    let challenges = format!("{path}/challenges");
    assert_eq!(caller.call("POST", &challenges, Value::Null).await.status, 400, "it is not bound yet");
    let verify = async |signature: &str| {
        let body = json!({ "challengeId": bound["challengeId"], "signature": signature });
        caller.call("POST", &format!("{path}/verify"), body).await.status
    };
    assert_eq!(verify(CHALLENGE_SIGNATURE).await, 400);
    assert_eq!(verify(OTP_SIGNATURE).await, 204);
    assert_eq!(verify(OTP_SIGNATURE).await, 404, "it was for once");

    let challenge = caller.call("POST", &challenges, Value::Null).await.data();
    let answer = format!("{challenges}/{}/verify", challenge["id"].as_str().unwrap());
    let sign = async |signature: &str| caller.call("POST", &answer, json!({ "signature": signature })).await;
    assert_eq!(sign(OTP_SIGNATURE).await.refusal().0, 400);
    let token = sign(CHALLENGE_SIGNATURE).await.data()["token"].as_str().unwrap().to_owned();
    assert_eq!(sign(CHALLENGE_SIGNATURE).await.refusal().0, 404);
    assert_eq!(caller.as_bearer(&token, "GET", "/api/user", "").await.status, 200);

    let late = caller.call("POST", "/api/user/devices", json!({ "name": "Phone", "key": key })).await.data();
    caller.advance(180);
    let body = json!({ "challengeId": late["challengeId"], "signature": OTP_SIGNATURE });
    let path = format!("/api/user/devices/{}/verify", late["deviceId"].as_str().unwrap());
    assert_eq!(caller.call("POST", &path, body).await.refusal().0, 410);
    let short = json!({ "name": "Phone", "key": "04aa" });
    assert_eq!(caller.call("POST", "/api/user/devices", short).await.refusal().0, 400);
    caller.assert_no_violations();
}
