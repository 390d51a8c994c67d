//! Are stored tokens used by the account that they belong to, and by nobody else?

use std::sync::Arc;

use bursar_runtime::{Credential, Kind, MemoryStore, Outcome, Stored, TokenStore, Tokens};

use crate::bank::*;
use crate::support::*;

const FOREIGN: &str = "the token store holds the tokens of another provider, address or account, which were not used: \
    give each account a store of its own, or clear the store and log in again";

fn given(refresh: &str) -> Tokens {
    Tokens::to_refresh(Credential::new(refresh).expect("a credential"))
}

async fn text(store: &Arc<MemoryStore>) -> String {
    let stored = store.load().await.expect("a store").expect("tokens");
    String::from_utf8(stored.as_bytes().to_vec()).expect("text")
}

fn spent(bank: &Bank) -> Vec<String> {
    bank.spent.lock().expect("the log").clone()
}

#[tokio::test]
async fn tokens_of_another_address_or_account_are_neither_used_nor_sent_nor_replaced() {
    let (bank, other, store) = (Bank::open().await, Bank::open().await, Arc::new(MemoryStore::new()));
    let client =
        |url: &str, may_log_in, account| client_of(scripted(url).0, may_log_in, Some(Arc::clone(&store)), account);
    let (first, source) = client(&bank.server.url, false, Some("account-1"));
    source.save(given("R0")).await.expect("a store");
    get(&first).await.expect("an answer");
    let before = text(&store).await;
    for (url, may_log_in, account) in [
        (&other.server.url, true, Some("account-1")),
        (&bank.server.url, true, Some("account-2")),
        (&bank.server.url, false, Some("account-2")),
        (&bank.server.url, false, None),
    ] {
        let (core, source) = client(url, may_log_in, account);
        // Whether it has tokens of its own or not.
        for own in [None, Some(given("R-own"))] {
            own.into_iter().for_each(|own| source.set(own));
            let error = get(&core).await.expect_err("an error");
            assert_eq!((error.kind(), error.outcome()), (&Kind::Config, Outcome::NotSent));
            assert!(error.to_string().contains(FOREIGN), "{error}");
        }
        let error = source.save(given("R-new")).await.expect_err("an error");
        assert!(error.to_string().contains(FOREIGN), "{error}");
    }
    assert_eq!((text(&store).await == before, other.server.count(), spent(&bank)), (true, 0, vec!["R0".to_owned()]));
    // The name that the caller gives the account counts, whatever the credentials are.
    let named = |name: &str, account| {
        client_of(scripted(&bank.server.url).0.account(name), true, Some(Arc::new(MemoryStore::new())), account)
    };
    let (one, two) = (named("shop-7", Some("key-1")), named("shop-7", Some("key-2")));
    assert!(get(&one.0).await.is_ok() && two.1.token().await.is_ok());
}

#[tokio::test]
async fn a_named_account_keeps_its_tokens_when_its_credentials_change() {
    let (bank, store) = (Bank::open().await, Arc::new(MemoryStore::new()));
    let client = |name: &str, account| {
        client_of(scripted(&bank.server.url).0.account(name), true, Some(Arc::clone(&store)), Some(account))
    };
    get(&client("shop-7", "key-1").0).await.expect("an answer");
    get(&client("shop-7", "key-2").0).await.expect("an answer");
    assert_eq!(bank.asked(), 1);
    assert!(get(&client("shop-8", "key-2").0).await.expect_err("an error").to_string().contains(FOREIGN));
}

#[tokio::test]
async fn a_newly_configured_refresh_token_wins_over_a_stored_one_and_replaces_it() {
    for account in [Some("account-1"), None] {
        let (bank, store) = (Bank::open().await, Arc::new(MemoryStore::new()));
        let start = |refresh: Option<&str>| {
            let (core, source) = client_of(scripted(&bank.server.url).0, false, Some(Arc::clone(&store)), account);
            refresh.into_iter().for_each(|refresh| source.set(given(refresh)));
            core
        };
        get(&start(Some("R-old"))).await.expect("an answer");
        get(&start(Some("R-new"))).await.expect("an answer");
        assert_eq!(
            (spent(&bank), bank.shown()),
            (vec!["R-old".into(), "R-new".into()], vec!["T1".into(), "T2".into()])
        );
        assert!(text(&store).await.contains("R2"));
        // A restart with the same one, or with none, goes on with what came of it.
        get(&start(Some("R-new"))).await.expect("an answer");
        get(&start(None)).await.expect("an answer");
        assert_eq!((bank.asked(), bank.shown().split_off(2)), (2, vec!["T2".to_owned(), "T2".into()]));
    }
}

#[tokio::test]
async fn a_configured_token_that_brings_nothing_replaces_nothing() {
    // A refresh token that the bank does not know, and an access token that nothing refreshes.
    for given in [given("R-typo"), Tokens::new(Credential::new("T-typo").expect("a credential"))] {
        let bank = Bank::with(|number, seen| match seen.header("x-refresh") {
            Some("R-typo") => json(401, "{}"),
            _ => issue(number),
        });
        let (bank, store) = (bank.await, Arc::new(MemoryStore::new()));
        let (core, source) = client_of(scripted(&bank.server.url).0, false, Some(Arc::clone(&store)), None);
        source.save(self::given("R0")).await.expect("a store");
        get(&core).await.expect("an answer");
        let before = text(&store).await;
        let (core, source) = client_of(scripted(&bank.server.url).0, false, Some(Arc::clone(&store)), None);
        source.set(given);
        assert_eq!(get(&core).await.expect_err("an error").kind(), &Kind::Unauthenticated);
        assert_eq!(text(&store).await, before);
    }
}

#[tokio::test]
async fn two_logins_of_unknown_accounts_never_use_each_others_tokens() {
    let (bank, store) = (Bank::open().await, Arc::new(MemoryStore::new()));
    let start = |refresh: &str| {
        let (builder, script) = scripted(&bank.server.url);
        let (core, source) = client_of(builder, false, Some(Arc::clone(&store)), None);
        source.set(given(refresh));
        (core, script)
    };
    let ((first, time), (second, _)) = (start("R-first"), start("R-second"));
    get(&first).await.expect("an answer");
    get(&second).await.expect("an answer");
    time.advance(std::time::Duration::from_secs(3600));
    let error = get(&first).await.expect_err("an error").to_string();
    assert!(error.contains("another login has written to the token store"), "{error}");
    assert_eq!(spent(&bank), ["R-first", "R-second"]);
}

#[tokio::test]
async fn what_an_earlier_version_stored_is_not_used_and_the_error_says_what_to_do() {
    let (bank, store) = (Bank::open().await, Arc::new(MemoryStore::new()));
    let old = Stored::new(br#"{"access":"SECRET-T","refresh":"SECRET-R","ends":9999999999999}"#.to_vec());
    assert!(store.swap(None, &old).await.expect("a store"));
    let (core, _) = client(scripted(&bank.server.url).0, true, Some(Arc::clone(&store)));
    let error = get(&core).await.expect_err("an error");
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("written by an earlier version") && text.contains("clear the store and log in again"),
        "{text}"
    );
    assert!(!text.contains("SECRET"));
    assert_eq!((bank.server.count(), store.load().await.expect("a store")), (0, Some(old)));
}

#[tokio::test]
async fn nothing_in_a_store_says_whose_it_is() {
    let (bank, store) = (Bank::open().await, Arc::new(MemoryStore::new()));
    let account = Some("alex@example.com");
    let (core, source) = client_of(scripted(&bank.server.url).0, false, Some(Arc::clone(&store)), account);
    source.set(given("R0"));
    get(&core).await.expect("an answer");
    let stored = text(&store).await;
    for told in ["alex", "example", "127.0.0.1", "testbank", "R0"] {
        assert!(!stored.contains(told), "{stored}");
    }
}
