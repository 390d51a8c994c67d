//! Tokens of OAuth2, and confirmed ones.

use bursar_kontist::oauth::{Grant, Program, Scope};
use bursar_kontist::{Client, FileStore, Kind, Phase, Tokens};

use crate::bank::*;

const TOKEN: &str = "POST /api/oauth/token";
const ACCOUNTS: &str = "GET /api/accounts";

fn program() -> Program {
    Program::confidential("client-1", credential("SECRET-program"), "https://app.example.com/callback")
}

/// What the bank does at its token endpoint for a refresh.
type Refresh = fn(usize) -> Answer;

fn refreshed(number: usize) -> Answer {
    (200, format!(r#"{{"access_token":"SECRET-access-{number}","expires_in":600}}"#))
}

/// A bank whose grants live for an hour and are good for one more; what is refreshed, for ten minutes.
async fn bank(refresh: Refresh) -> Bank {
    Bank::open(move |number, seen| match &*seen.line {
        TOKEN if seen.body.contains("grant_type=password") => {
            let expiry = r#""expires_in":3600,"refresh_token":"SECRET-refresh""#;
            (200, format!(r#"{{"access_token":"SECRET-access-{number}",{expiry}}}"#))
        }
        TOKEN => refresh(number),
        "POST /api/user/mfa/challenges" | "GET /api/user/mfa/challenges/c1" => {
            (200, r#"{"id":"c1","status":"VERIFIED"}"#.to_owned())
        }
        "POST /api/user/mfa/challenges/c1/token" => {
            (200, r#"{"token":"SECRET-confirmed","refresh_token":"SECRET-more"}"#.to_owned())
        }
        _ if seen.authorization.as_deref() == Some("Bearer SECRET-confirmed") => (401, "{}".to_owned()),
        _ => (200, "[]".to_owned()),
    })
    .await
}

async fn grant(bank: &Bank) -> Grant {
    let kontist = bank.client().build().unwrap();
    program().password(&kontist, "alex", &credential("pw"), &[Scope::Offline]).await.unwrap()
}

/// The program's refresh with this token.
fn form(refresh: &str) -> String {
    format!("client_id=client-1&client_secret=SECRET-program&grant_type=refresh_token&refresh_token={refresh}")
}

fn sorted(body: &str) -> String {
    let mut pairs: Vec<&str> = body.split('&').collect();
    pairs.sort_unstable();
    pairs.join("&")
}

async fn at_once(kontist: &Client) {
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let kontist = kontist.clone();
            tokio::spawn(async move { kontist.list_accounts().await.is_ok() })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
}

#[tokio::test]
async fn a_hundred_calls_on_an_expired_grant_refresh_it_once() {
    let bank = bank(refreshed).await;
    let kontist = bank.client().grant(program(), grant(&bank).await).build().unwrap();
    at_once(&kontist).await;
    assert_eq!((bank.of(TOKEN).len(), bank.of(ACCOUNTS).len()), (1, 100));
    bank.advance(3601);
    at_once(&kontist).await;
    let (tokens, accounts) = (bank.of(TOKEN), bank.of(ACCOUNTS));
    assert_eq!((tokens.len(), accounts.len()), (2, 200));
    assert_eq!((tokens[1].authorization.clone(), sorted(&tokens[1].body)), (None, form("SECRET-refresh")));
    let (old, new) = accounts.split_at(100);
    assert!(old.iter().all(|seen| seen.authorization.as_deref() == Some("Bearer SECRET-access-0")));
    assert!(new.iter().all(|seen| seen.authorization.as_deref() == Some("Bearer SECRET-access-101")));
}

#[tokio::test]
async fn the_expiry_of_the_answer_decides_and_the_old_refresh_token_stays() {
    let bank = bank(refreshed).await;
    let kontist = bank.client().grant(program(), grant(&bank).await).build().unwrap();
    let call = || async { kontist.list_accounts().await.unwrap() };
    call().await;
    bank.advance(3500);
    call().await;
    bank.advance(101);
    call().await;
    // Ten minutes, not an hour.
    bank.advance(400);
    call().await;
    bank.advance(201);
    call().await;
    assert_eq!(bank.lines(), [TOKEN, ACCOUNTS, ACCOUNTS, TOKEN, ACCOUNTS, ACCOUNTS, TOKEN, ACCOUNTS]);
    assert!(bank.of(TOKEN)[1..].iter().all(|seen| sorted(&seen.body) == form("SECRET-refresh")));
}

#[tokio::test]
async fn an_expired_grant_sends_nothing_and_is_an_error() {
    for (refresh, kind) in [
        ((|_| (400, r#"{"error":"invalid_grant"}"#.to_owned())) as Refresh, Kind::Expired),
        (|_| (200, "{}".to_owned()), Kind::Decode),
    ] {
        let bank = bank(refresh).await;
        let kontist = bank.client().grant(program(), grant(&bank).await).build().unwrap();
        bank.advance(3601);
        let error = kontist.list_accounts().await.unwrap_err();
        assert_eq!((error.kind(), error.phase()), (&kind, Phase::NotSent));
        assert!(error.to_string().contains("the program's access token could not be refreshed"), "{error}");
        assert!(!format!("{error} {error:?}").contains("SECRET"));
        assert_eq!(bank.lines(), [TOKEN, TOKEN]);
    }
}

#[tokio::test]
async fn a_confirmed_token_is_refreshed_when_it_is_refused() {
    let bank = bank(refreshed).await;
    let kontist = bank.client().grant(program(), grant(&bank).await).core(|core| core.sleep(Now)).build().unwrap();
    let confirmed = kontist.confirm_by_push().await.unwrap();
    kontist.set_tokens(confirmed).await.unwrap();
    let before = bank.lines().len();
    kontist.list_accounts().await.unwrap();
    assert_eq!(bank.lines()[before..], [ACCOUNTS, TOKEN, ACCOUNTS]);
    assert_eq!(sorted(&bank.of(TOKEN)[1].body), form("SECRET-more"));
}

/// Waits of three seconds pass at once, all others never.
struct Now;

impl bursar_runtime::Sleep for Now {
    fn sleep(&self, duration: std::time::Duration) -> bursar_runtime::BoxFuture<'static, ()> {
        match duration.as_secs() {
            3 => Box::pin(std::future::ready(())),
            _ => Box::pin(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn a_restart_continues_with_the_stored_grant() {
    let bank = bank(refreshed).await;
    let folder = tempfile::tempdir().unwrap();
    let client = || bank.client().program(program()).token_store(FileStore::new(folder.path().join("kontist")));
    client().build().unwrap().set_tokens(grant(&bank).await).await.unwrap();

    let restarted = client().build().unwrap();
    restarted.list_accounts().await.unwrap();
    bank.advance(3601);
    restarted.list_accounts().await.unwrap();
    client().build().unwrap().list_accounts().await.unwrap();
    assert_eq!(bank.lines(), [TOKEN, ACCOUNTS, TOKEN, ACCOUNTS, ACCOUNTS]);
}

#[test]
fn a_program_and_a_login_exclude_each_other() {
    let builder = || Client::builder().environment(bursar_kontist::Environment::Production).program(program());
    assert!(builder().build().is_ok());
    let faults = [
        builder().login("alex", credential("SECRET")).build().unwrap_err(),
        builder().refresh_token(credential("SECRET")).build().unwrap_err(),
    ];
    assert!(
        faults.iter().all(|fault| fault.to_string().contains("excludes a JWT login or refresh token: set one of them"))
    );
}

/// A bank whose token endpoint answers every grant with this.
async fn answering(body: &'static str) -> Bank {
    Bank::open(move |_, seen| (200, if seen.line == TOKEN { body } else { "[]" }.to_owned())).await
}

#[tokio::test]
async fn a_program_sends_its_secret_by_basic_or_in_the_form() {
    let program = Program::confidential("client 1", credential("SECRET:%&"), "https://app.example.com/callback");
    for (program, authorization, secret) in [
        // printf '%s' 'client+1:SECRET%3A%25%26' | base64
        (program.clone().by_basic(), Some("Basic Y2xpZW50KzE6U0VDUkVUJTNBJTI1JTI2"), false),
        (program, None, true),
    ] {
        let bank = answering(r#"{"access_token":"SECRET-access","refresh_token":"SECRET-refresh"}"#).await;
        let kontist = bank.client().build().unwrap();
        let grant = program.password(&kontist, "alex", &credential("pw"), &[]).await.unwrap();
        grant.refresh(&kontist, &program).await.unwrap();
        for seen in bank.of(TOKEN) {
            assert_eq!(seen.authorization.as_deref(), authorization);
            assert_eq!(seen.body.contains("client_secret=SECRET%3A%25%26"), secret, "{}", seen.body);
            assert!(seen.body.contains("client_id=client+1"), "{}", seen.body);
        }
        assert_eq!(bank.of(TOKEN).len(), 2);
    }
}

#[tokio::test]
async fn only_bearer_tokens_with_a_valid_lifetime_are_accepted() {
    for (rest, refused) in [
        (r#""token_type":"mac""#, Some("token type is not bearer")),
        (r#""token_type":"DPoP""#, Some("token type is not bearer")),
        (r#""expires_in":-1"#, Some("has a negative lifetime")),
        (r#""expires_in":-9223372036854775808"#, Some("has a negative lifetime")),
        (r#""token_type":"bearer","expires_in":3600"#, None),
        (r#""token_type":"BEARER","expires_in":9223372036854775807"#, None),
        (r#""token_type":null,"expires_in":"3600""#, None),
    ] {
        let body = String::leak(format!(r#"{{"access_token":"SECRET-access",{rest}}}"#));
        let bank = answering(body).await;
        let kontist = bank.client().build().unwrap();
        match program().password(&kontist, "alex", &credential("pw"), &[]).await {
            Ok(grant) => {
                assert_eq!(refused, None, "{rest}");
                // A life that no token has is none that is known: the token is used until it is refused.
                let kontist = bank.client().grant(program(), grant).build().unwrap();
                kontist.list_accounts().await.unwrap();
            }
            Err(error) => assert!(refused.is_some_and(|said| error.to_string().contains(said)), "{rest}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_newly_configured_grant_precedes_a_stored_one() {
    let bank = bank(refreshed).await;
    let folder = tempfile::tempdir().unwrap();
    let client = |refresh: &str| {
        let tokens = Tokens::to_refresh(credential(refresh));
        let store = FileStore::new(folder.path().join("kontist"));
        bank.client().grant(program(), tokens).token_store(store).build().unwrap()
    };
    for refresh in ["SECRET-old", "SECRET-new", "SECRET-new"] {
        client(refresh).list_accounts().await.unwrap();
    }
    let sent: Vec<_> = bank.of(TOKEN).iter().map(|seen| sorted(&seen.body)).collect();
    assert_eq!(sent, [form("SECRET-old"), form("SECRET-new")], "the third goes on with what the second got");
}
