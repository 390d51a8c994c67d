//! Who may use the sandbox's own calls, and what they show to clients in other languages.

use bursar_sandbox::{Fault, Sandbox};

use super::*;

/// Status of an own call with these headers.
fn status(sandbox: &Sandbox, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let mut request = axum::http::Request::builder().method(method).uri(format!("/sandbox{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let Exchange::Answered(answer) = sandbox.exchange(request.body(body.to_owned().into()).unwrap()) else {
        panic!("no answer")
    };
    answer.status().as_u16()
}

#[test]
fn requests_of_other_origins_cannot_use_the_admin_calls() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let rule = r#"{"provider":"kotani","fault":"429"}"#;
    let local = ("host", "127.0.0.1:8080");
    for (headers, expected) in [
        (vec![local], 201),
        (vec![("host", "localhost:8080"), ("content-type", "application/json")], 201),
        (vec![("host", "[::1]:8080"), ("origin", "http://[::1]:8080"), ("sec-fetch-site", "same-origin")], 201),
        (vec![("host", "evil.example:8080")], 403),
        (vec![("host", "127.0.0.1.evil.example")], 403),
        (vec![("host", "LOCALHOST")], 201),
        (vec![("host", "")], 403),
        (vec![("host", "localhost.")], 403),
        (vec![("host", "localhost.evil.example:8080")], 403),
        (vec![("host", "localhost@evil.example")], 403),
        (vec![("host", "127.0.0.1:80@evil.example")], 403),
        (vec![("host", "0.0.0.0:8080")], 403),
        (vec![("host", "[::1]")], 201),
        (vec![("host", "[::1].evil.example")], 403),
        (vec![("host", "[::1]evil.example:8080")], 403),
        (vec![("host", "[::]:8080")], 403),
        (vec![("host", "[::ffff:127.0.0.1]:8080")], 403),
        (vec![local, ("origin", "http://evil.example")], 403),
        (vec![local, ("origin", "null")], 403),
        (vec![local, ("origin", "https://127.0.0.1:8080")], 403),
        (vec![local, ("origin", "http://127.0.0.1:9")], 403),
        (vec![local, ("sec-fetch-site", "cross-site")], 403),
        (vec![local, ("content-type", "text/plain")], 400),
        (vec![local, ("content-type", "application/x-www-form-urlencoded")], 400),
    ] {
        sandbox.faults().clear();
        assert_eq!(status(&sandbox, "POST", "/faults", &headers, rule), expected, "{headers:?}");
        assert_eq!(sandbox.faults().rules().len(), usize::from(expected == 201), "{headers:?}");
    }
    assert_eq!(status(&sandbox, "GET", "/movements", &[("host", "evil.example")], ""), 403);
}

#[test]
fn violations_are_told_to_the_caller_and_listed_and_not_kept_for_ever() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let send = |body: &str| {
        let request = axum::http::Request::post(format!("{}{PATH}", sandbox.kotani_url()))
            .header("authorization", format!("Bearer {}", kotani::API_KEY))
            .header("content-type", "application/json");
        let Exchange::Answered(answer) = sandbox.exchange(request.body(body.to_owned().into()).unwrap()) else {
            panic!("no answer")
        };
        answer
    };
    let answer = send(r#"{"walletId":7,"amount":10}"#);
    assert_eq!(answer.status().as_u16(), 400);
    let told: Vec<&str> =
        answer.headers().get_all("x-sandbox-violation").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(told.len() == 1 && told[0].starts_with("/walletId: /components/"), "{told:?}");
    // The provider's form has room for it.
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["data"]["errors"], json!(told), "{body}");
    let (_, listed) = own(&sandbox, "GET", "/violations", "");
    assert_eq!(listed["violations"][0]["pointer"], "/walletId", "{listed}");
    assert_eq!(listed["violations"][0]["side"], "request");
    for _ in 0..1_500 {
        send(&format!(r#"{{"walletId":7,"amount":{}}}"#, "9".repeat(100)));
    }
    assert_eq!(sandbox.violations().len(), 1_000);
    assert!(own(&sandbox, "GET", "/violations", "").1["forgotten"].as_u64().unwrap() > 0);
    assert_eq!(own(&sandbox, "DELETE", "/violations", "").0, 204);
    assert!(sandbox.violations().is_empty());
}

#[test]
fn an_answer_can_be_that_of_another_call_or_of_none() {
    let body = json!({ "customer_key": "cust-1", "wallet_id": "wallet-kes", "amount": 10,
        "reference_id": "00000000-0000-4000-8000-000000000001" });
    let path = "/api/v3/deposit/mobile-money";
    for (fault, moved) in
        [(Fault::OtherReference, 1), (Fault::EmptyObject, 1), (Fault::ErrorObject, 0), (Fault::SuccessZero, 0)]
    {
        let sandbox = Sandbox::in_process(0).unwrap();
        let request = axum::http::Request::post(format!("{}{path}", sandbox.kotani_url()))
            .header("authorization", format!("bearer {}", kotani::API_KEY))
            .header("content-type", "application/json")
            .header(HEADER, fault.name());
        let Exchange::Answered(answer) = sandbox.exchange(request.body(body.to_string().into()).unwrap()) else {
            panic!("no answer")
        };
        assert_eq!(answer.status().as_u16(), 200, "{fault}");
        let said: Value = serde_json::from_slice(answer.body()).unwrap();
        match fault {
            Fault::OtherReference => assert_ne!(said["data"]["reference_id"], body["reference_id"]),
            Fault::EmptyObject => assert_eq!(said, json!({})),
            Fault::ErrorObject => assert_eq!(said["error"]["code"], "MAINTENANCE"),
            _ => assert_eq!(said["success"], 0),
        }
        sandbox.advance(Duration::from_secs(60));
        assert_eq!(sandbox.movements().len(), moved, "{fault}");
    }
}
