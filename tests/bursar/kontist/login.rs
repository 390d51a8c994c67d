//! Does the client read what the browser brings back, and does a login that fails show anything of it?

use std::time::Duration;

use bursar::Credential;
use bursar::kontist::{Client, Environment, Options};
use bursar_kontist::oauth::{Login, OauthError, Program, Scope};
use bursar_runtime::{BoxFuture, Sleep};

use crate::support::marks::{MARK, debugged, hides, printed, watched};
use crate::support::tree::Tree;
use crate::support::workspace::read;
use crate::wire::pair;
use bursar_support::{Nobody, Server, Step, json_with as answer};

const BACK: &str = "https://app.example.com/callback";

fn client(url: &str) -> Client {
    let builder = Client::builder().environment(Environment::Custom(url.to_owned()));
    builder.core(|core| core.attempt_timeout(Duration::from_millis(300))).build().expect("a client")
}

/// The state in the address that the browser opens.
fn state(login: &Login) -> String {
    let mut pairs = login.url().split(['?', '&']);
    pairs.find_map(|pair| pair.strip_prefix("state=")).expect("a state").to_owned()
}

/// The sample of what the browser brings back, with the login's own state.
#[tokio::test]
async fn the_code_that_the_browser_brings_back_is_exchanged() {
    let sample = Tree::parse(&read("tests/samples/kontist/oauth_authorize_callback_code__response-302__1.json"));
    let server = Server::start(vec![answer(200, &[], r#"{"access_token":"token-2","token_type":"Bearer"}"#)]).await;
    let kontist = client(&server.url);
    let login = Program::public("program-1", BACK).authorize(&kontist, &[Scope::Offline]).expect("a login");
    let own = state(&login);
    let pairs: Vec<String> = sample
        .entries()
        .map(|(name, value)| match name {
            "state" => format!("state={own}"),
            _ => pair(name, value),
        })
        .collect();
    let grant = login.answer(&format!("{BACK}?{}", pairs.join("&"))).expect("a code").exchange(&kontist).await;
    assert_eq!(grant.expect("a token").access.expose(), "token-2");
    let sent = server.exchanges().remove(0).request.body;
    let code = format!("code={}", sample.get("code").and_then(Tree::text).expect("a code"));
    assert!(sent.split('&').any(|pair| pair == code), "{sent}");
}

/// A program with a marked secret, and everything that it prints on the way.
fn program() -> Program {
    let secret = Credential::new(format!("{MARK}-client-secret")).expect("a credential");
    let program = Program::confidential("program-1", secret, BACK);
    hides("the program", &debugged(&program));
    program
}

/// Every way to tokens, with every way in which it fails, and the one in which it does not.
#[tokio::test]
async fn no_login_leaks() {
    let nobody = Nobody::new();
    let token = format!(r#"{{"access_token":"{MARK}-access","refresh_token":"{MARK}-refresh","scope":"offline"}}"#);
    let refusal = format!(r#"{{"error":"invalid_grant","error_description":"{MARK}"}}"#);
    let steps = [
        ("tokens", Some(answer(200, &[], &token))),
        ("no usable token", Some(answer(200, &[], &format!(r#"{{"access_token":"{MARK}\n"}}"#)))),
        ("no token", Some(answer(200, &[], &format!(r#"{{"{MARK}":"{MARK}"}}"#)))),
        ("no JSON", Some(answer(200, &[], &format!("<p>{MARK}")))),
        ("a refusal", Some(answer(400, &[], &refusal))),
        ("a failure", Some(answer(500, &[], &refusal))),
        ("no answer", Some(Step::Drop)),
        ("no answer in time", Some(Step::Hang)),
        ("nobody", None),
    ];
    for (what, step) in steps {
        let server = Server::start(vec![step.clone().unwrap_or(Step::Drop)]).await;
        let kontist = client(if step.is_some() { &server.url } else { &nobody.url });
        let is_good = what == "tokens";

        let login = program().authorize(&kontist, &[Scope::Offline]).expect("a login");
        hides(what, &debugged(&login));
        let came_back = format!("{BACK}?code={MARK}-code&state={}", state(&login));
        let permission = login.answer(&came_back).expect("a permission");
        hides(what, &debugged(&permission));
        let granted = watched(what, permission.exchange(&kontist)).await;
        assert_eq!(granted.is_ok(), is_good, "{what}: code");
        if let Ok(grant) = granted {
            watched(what, grant.refresh(&kontist, &program())).await.expect("tokens");
        }

        let password = Credential::new(format!("{MARK}-password")).expect("a credential");
        let program = program();
        let granted = program.password(&kontist, "LEAK7Q-user", &password, &[Scope::Offline]);
        assert_eq!(watched(what, granted).await.is_ok(), is_good, "{what}: password");
    }
}

/// Waits of three seconds pass at once; limits of calls never do.
struct Hurry;

impl Sleep for Hurry {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match duration.as_secs() {
            3 => Box::pin(std::future::ready(())),
            _ => Box::pin(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn no_push_message_leaks() {
    let challenge = |status| answer(200, &[], &format!(r#"{{"id":"{MARK}-id","status":"{status}"}}"#));
    let refusal = |status| answer(status, &[], r#"{"title":"LEAK7Q","message":"LEAK7Q","type":"LEAK7Q"}"#);
    let token = answer(200, &[], r#"{"token":"LEAK7Q-token","refresh_token":"LEAK7Q-refresh"}"#);
    let unusable = answer(200, &[], r#"{"token":"LEAK7Q\n"}"#);
    let scripts = [
        ("confirmed", vec![challenge("PENDING"), challenge("VERIFIED"), token], true),
        ("no usable token", vec![challenge("PENDING"), challenge("VERIFIED"), unusable], false),
        ("no token", vec![challenge("PENDING"), challenge("VERIFIED"), refusal(403)], false),
        ("denied", vec![challenge("PENDING"), challenge("DENIED")], false),
        ("unanswered", vec![challenge(MARK)], false),
        ("no id", vec![answer(200, &[], r#"{"LEAK7Q":"LEAK7Q"}"#)], false),
        ("refused", vec![refusal(401)], false),
        ("no answer", vec![challenge("PENDING"), Step::Drop], false),
    ];
    for (what, script, is_good) in scripts {
        let server = Server::start(script).await;
        let token = Credential::new(format!("{MARK}-token")).expect("a credential");
        let builder = Client::builder().environment(Environment::Custom(server.url.clone())).token(token);
        let kontist = builder.core(|core| core.sleep(Hurry)).build().expect("a client");
        let result = watched(what, kontist.with(Options::new().max_attempts(1)).confirm_by_push()).await;
        assert_eq!(result.is_ok(), is_good, "{what}: {result:?}");
    }
}

/// What the browser brings back that is not this login's, or no permission.
#[test]
fn no_answer_of_a_browser_leaks() {
    let kontist = client("http://127.0.0.1:1");
    let start = || program().authorize(&kontist, &[Scope::Accounts]).expect("a login");
    let denied = "%7B%22type%22%3A%22AccessDeniedError%22%2C%22message%22%3A%22LEAK7Q%22%7D";
    for rest in ["code=LEAK7Q&state=LEAK7Q", "code=LEAK7Q", "LEAK7Q", ""] {
        let error = start().answer(&format!("{BACK}?{rest}#LEAK7Q")).expect_err("another login's state");
        assert!(matches!(error, OauthError::State), "{error}");
        hides(rest, &printed(&error));
    }
    for rest in [format!("error={denied}"), "error=LEAK7Q".to_owned(), "code=LEAK7Q%0A".to_owned()] {
        let login = start();
        let came_back = format!("{BACK}?{rest}&state={}", state(&login));
        hides(&rest, &printed(&login.answer(&came_back).expect_err("no permission")));
    }
}
