//! Tokens of the JWT kind.

use bursar_kontist::{FileStore, Kind, Phase, Tokens};

use crate::bank::*;

const AUTH: &str = "POST /api/user/auth-token";
const ACCOUNTS: &str = "GET /api/accounts";

/// Ends two hours after the epoch, an hour after the clock begins.
const FIRST: &str = "e30.eyAiZXhwIjo3MjAwfQ.SECRET-1";

/// Ends half an hour later.
const SECOND: &str = "e30.eyAiZXhwIjo5MDAwfQ.SECRET-2";

fn issued(token: &str) -> Answer {
    (200, format!(r#"{{"token":"{token}"}}"#))
}

fn refused() -> Answer {
    (401, r#"{"title":"Unauthorized"}"#.to_owned())
}

fn none() -> Answer {
    (200, "[]".to_owned())
}

fn bearer(token: &str) -> Option<String> {
    Some(format!("Bearer {token}"))
}

#[tokio::test]
async fn a_hundred_calls_at_once_get_one_token() {
    let bank = Bank::open(|_, seen| if seen.line == AUTH { issued(FIRST) } else { none() }).await;
    let kontist = bank.client().refresh_token(credential("SECRET-refresh")).build().unwrap();
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let kontist = kontist.clone();
            tokio::spawn(async move { kontist.list_accounts().await.is_ok() })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
    let (auth, accounts) = (bank.of(AUTH), bank.of(ACCOUNTS));
    assert_eq!((auth.len(), accounts.len()), (1, 100));
    assert_eq!((auth[0].authorization.clone(), &*auth[0].body), (bearer("SECRET-refresh"), ""));
    assert!(accounts.iter().all(|seen| seen.authorization == bearer(FIRST)));
}

#[tokio::test]
async fn the_tokens_own_end_decides_when_to_refresh() {
    let bank = Bank::open(|number, seen| match &*seen.line {
        AUTH if number < 3 => issued(SECOND),
        AUTH => issued("opaque"),
        _ => none(),
    })
    .await;
    let kontist = bank.client().token(credential(FIRST)).refresh_token(credential("SECRET-refresh")).build().unwrap();
    let call = || async { kontist.list_accounts().await.unwrap() };
    call().await;
    bank.advance(3601);
    call().await;
    // The second token lives for half an hour, and the refresh token stays the same.
    bank.advance(1200);
    call().await;
    bank.advance(600);
    call().await;
    assert_eq!(bank.lines(), [ACCOUNTS, AUTH, ACCOUNTS, ACCOUNTS, AUTH, ACCOUNTS]);
    assert!(bank.of(AUTH).iter().all(|seen| seen.authorization == bearer("SECRET-refresh")));
    let sent: Vec<_> = bank.of(ACCOUNTS).into_iter().map(|seen| seen.authorization).collect();
    assert_eq!(sent, [bearer(FIRST), bearer(SECOND), bearer(SECOND), bearer("opaque")]);
}

#[tokio::test]
async fn e_mail_and_password_log_in_and_again_when_nothing_else_helps() {
    let bank = Bank::open(|number, seen| match &*seen.line {
        AUTH if seen.body.is_empty() => refused(),
        AUTH => issued(&format!("SECRET-{number}")),
        // The first token is good for one call.
        _ if number == 2 => refused(),
        _ => none(),
    })
    .await;
    let login = r#"{"email":"alex@example.com","password":"SECRET-password"}"#;
    let client = || bank.client().login("alex@example.com", credential("SECRET-password"));
    let kontist = client().build().unwrap();
    kontist.list_accounts().await.unwrap();
    kontist.list_accounts().await.unwrap();
    assert_eq!(bank.lines(), [AUTH, ACCOUNTS, ACCOUNTS, AUTH, ACCOUNTS]);
    assert!(bank.of(AUTH).iter().all(|seen| seen.authorization.is_none() && seen.body == login));
    assert_eq!(bank.seen()[4].authorization, bearer("SECRET-3"));

    // A refresh token goes first; if it is refused, the login does.
    let kontist = client().refresh_token(credential("SECRET-old")).build().unwrap();
    kontist.list_accounts().await.unwrap();
    assert_eq!(bank.lines()[5..], [AUTH, AUTH, ACCOUNTS]);
    let tried: Vec<_> =
        bank.of(AUTH)[2..].iter().map(|seen| (seen.authorization.clone(), &*seen.body == login)).collect();
    assert_eq!(tried, [(bearer("SECRET-old"), false), (None, true)]);
}

#[tokio::test]
async fn a_refused_refresh_token_sends_nothing_else_and_is_an_error() {
    for (answer, kind, said) in [
        (refused as fn() -> Answer, Kind::Unauthenticated, "the auth token could not be refreshed"),
        (|| (200, "{}".to_owned()), Kind::Decode, "the auth token could not be refreshed"),
        (|| (200, r#"{"token":null}"#.to_owned()), Kind::Decode, "the auth token could not be refreshed"),
        (|| issued("two\\nlines"), Kind::Config, "the credential contains a line break"),
    ] {
        let bank = Bank::open(move |_, _| answer()).await;
        let kontist = bank.client().refresh_token(credential("SECRET-refresh")).build().unwrap();
        let error = kontist.list_accounts().await.unwrap_err();
        assert_eq!((error.kind(), error.phase()), (&kind, Phase::NotSent), "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error} {error:?} {kontist:?}").contains("SECRET"));
        assert_eq!(bank.lines(), [AUTH]);
    }
}

#[tokio::test]
async fn a_token_that_nothing_renews_is_sent_and_its_refusal_is_the_answer() {
    let bank = Bank::open(|_, _| refused()).await;
    bank.advance(7200);
    let kontist = bank.client().token(credential(FIRST)).build().unwrap();
    let error = kontist.list_accounts().await.unwrap_err();
    assert_eq!((error.kind(), error.phase()), (&Kind::Unauthenticated, Phase::Answered));
    assert_eq!(bank.lines(), [ACCOUNTS]);
}

#[tokio::test]
async fn a_restart_continues_with_the_stored_tokens() {
    let bank = Bank::open(|_, seen| if seen.line == AUTH { issued(SECOND) } else { none() }).await;
    let folder = tempfile::tempdir().unwrap();
    let store = || FileStore::new(folder.path().join("kontist"));
    let kontist = bank.client().token_store(store()).build().unwrap();
    assert_eq!(kontist.list_accounts().await.unwrap_err().phase(), Phase::NotSent);
    bank.advance(1);
    kontist.set_tokens(Tokens::new(credential(FIRST)).with_refresh(credential("SECRET-refresh"))).await.unwrap();
    kontist.list_accounts().await.unwrap();

    let restarted = bank.client().token_store(store()).build().unwrap();
    restarted.list_accounts().await.unwrap();
    bank.advance(3600);
    restarted.list_accounts().await.unwrap();
    assert_eq!(bank.lines(), [ACCOUNTS, ACCOUNTS, AUTH, ACCOUNTS]);
    assert_eq!(bank.seen()[1].authorization, bearer(FIRST));
    assert_eq!(bank.seen()[2].authorization, bearer("SECRET-refresh"));
}

#[tokio::test]
async fn a_store_of_another_bank_or_customer_is_neither_used_nor_sent() {
    let open = || Bank::open(|_, seen| if seen.line == AUTH { issued(FIRST) } else { none() });
    let (bank, staging) = (open().await, open().await);
    let folder = tempfile::tempdir().unwrap();
    let client = |bank: &Bank, email: &str| {
        let store = FileStore::new(folder.path().join("kontist"));
        bank.client().login(email, credential("SECRET-password")).token_store(store).build().unwrap()
    };
    client(&bank, "alex@example.com").list_accounts().await.unwrap();
    for (other, email) in [(&staging, "alex@example.com"), (&bank, "kim@example.com")] {
        let before = other.seen().len();
        let error = client(other, email).list_accounts().await.unwrap_err();
        assert_eq!((error.kind(), error.phase(), other.seen().len()), (&Kind::Config, Phase::NotSent, before));
        assert!(error.to_string().contains("the tokens of another provider, address or account"), "{error}");
    }
    client(&bank, "alex@example.com").list_accounts().await.unwrap();
    assert_eq!(bank.lines(), [AUTH, ACCOUNTS, ACCOUNTS]);
}
