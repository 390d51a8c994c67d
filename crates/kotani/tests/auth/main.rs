//! Does a session last as long as it may, and is every signed request signed as it goes out?

#![allow(clippy::unwrap_used, reason = "tests stop where they fail")]

use std::collections::BTreeSet;
use std::time::Duration;

use bursar_kotani::{Client, Credential, Environment, FileStore, Kind, Outcome, major, types};
use bursar_sandbox::Sandbox;
use bursar_sandbox::kotani::{API_KEY, EMAIL, MAGIC_HASH, REFRESH_TOKEN, VERIFICATION_TOKEN};
use sha2::{Digest, Sha256};

use bursar_support::{Message, Server, Step};

const HOUR: Duration = Duration::from_secs(3600);
const REFRESH: &str = "/api/v3/auth/refresh-token";
const WALLETS: &str = "/api/v3/wallet/fiat";

async fn sandbox() -> (Sandbox, Server) {
    let sandbox = Sandbox::start().await.unwrap();
    let wire = Server::before(&sandbox.kotani_url(), vec![Step::Forward]).await;
    (sandbox, wire)
}

fn client(wire: &Server) -> bursar_kotani::Builder {
    Client::builder().environment(Environment::Custom(wire.url.clone()))
}

fn credential(text: &str) -> Credential {
    Credential::new(text).unwrap()
}

async fn wallets(client: &Client) -> Result<(), String> {
    client.list_fiat_wallets().await.map(drop).map_err(|error| error.to_string())
}

/// So many calls at once, all of which are answered.
async fn many(client: &Client, count: usize) {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { wallets(&client).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
}

fn bearer(seen: &Message) -> &str {
    seen.header("authorization").unwrap().strip_prefix("Bearer ").unwrap()
}

#[tokio::test]
async fn a_magic_link_opens_a_session_that_refreshes_itself_once_for_all_calls() {
    let (sandbox, wire) = sandbox().await;
    let kotani = client(&wire).build().unwrap();
    assert!(wallets(&kotani).await.unwrap_err().contains("the credential `api_key` is not set"));
    kotani.mail_sign_in_link(EMAIL).await.unwrap();
    // The host of the link is nobody's business.
    kotani.sign_in(&format!("https://mail.example/api/v3/auth/verify?hash={MAGIC_HASH}")).await.unwrap();
    many(&kotani, 10).await;
    assert_eq!((wire.count_of(REFRESH), wire.count_of(WALLETS)), (0, 10));
    sandbox.kotani().advance(HOUR);
    let before = wire.seen().len();
    many(&kotani, 50).await;
    let seen = wire.seen().split_off(before);
    let refreshes: Vec<_> = seen.iter().filter(|seen| seen.path().ends_with(REFRESH)).collect();
    assert_eq!((refreshes.len(), seen.len() <= 101, refreshes[0].method()), (1, true, "GET"));
    // The refresh token is the bearer of that call and of no other.
    let token = bearer(refreshes[0]);
    assert!(token.starts_with("refresh-") && seen.iter().filter(|seen| bearer(seen) == token).count() == 1);
    // What only a session may do, and what the caller does with its tokens by hand.
    assert!(kotani.create_api_key().await.unwrap().secret.is_some());
    kotani.refresh_token().await.unwrap();
    many(&kotani, 1).await;
    assert!(sandbox.violations().is_empty());
}

#[tokio::test]
async fn a_refresh_token_is_enough_and_an_api_key_takes_precedence() {
    let (_sandbox, wire) = sandbox().await;
    let kotani = client(&wire).refresh_token(credential(REFRESH_TOKEN)).build().unwrap();
    many(&kotani, 100).await;
    assert_eq!((wire.count_of(REFRESH), wire.count_of(WALLETS)), (1, 100));
    let both = client(&wire).refresh_token(credential(REFRESH_TOKEN)).api_key(credential(API_KEY)).build().unwrap();
    many(&both, 1).await;
    assert_eq!((bearer(&wire.seen()[101]), wire.count_of(REFRESH)), (API_KEY, 1));
}

#[tokio::test]
async fn an_expired_session_is_an_error_and_is_not_retried() {
    let (_sandbox, wire) = sandbox().await;
    let kotani =
        client(&wire).access_token(credential("access-old")).refresh_token(credential("refresh-old")).build().unwrap();
    for _ in 0..5 {
        let error = kotani.list_fiat_wallets().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.status().unwrap().as_u16()),
            (&Kind::NotFound, Outcome::Refused, 401)
        );
        assert!(error.to_string().contains("the session could not be refreshed"), "{error}");
    }
    assert_eq!((wire.count_of(REFRESH), wire.count_of(WALLETS)), (1, 5));
    // A key or a lone access token has nothing to be renewed with: the refusal is the answer.
    let before = wire.seen().len();
    for lone in [client(&wire).access_token(credential("access-old")), client(&wire).api_key(credential("key-old"))] {
        let error = lone.build().unwrap().list_fiat_wallets().await.unwrap_err();
        assert_eq!((error.kind(), error.body().is_some()), (&Kind::Unauthenticated, true));
    }
    assert_eq!(wire.seen().len() - before, 2);
}

#[tokio::test]
async fn a_link_that_does_not_sign_in_is_an_error_of_its_own() {
    let (sandbox, wire) = sandbox().await;
    let kotani = client(&wire).build().unwrap();
    let error = kotani.sign_in("https://mail.example/verify?other=1").await.unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), wire.seen().len()),
        ("the link contains no hash: correct the request, a retry fails again", 0)
    );
    let error = kotani.sign_in("SECRET-hash").await.unwrap_err();
    assert!(
        error.to_string().starts_with("the sign-in with the link failed: ") && !format!("{error:?}").contains("SECRET"),
        "{error:?}"
    );
    assert!(
        kotani
            .mail_sign_in_link("nobody@example.com")
            .await
            .unwrap_err()
            .to_string()
            .starts_with("the link could not be mailed")
    );
    assert!(kotani.sign_in_as_human("x").await.is_err());
    kotani.sign_in_as_human(VERIFICATION_TOKEN).await.unwrap();
    assert_eq!(wallets(&kotani).await, Ok(()));
    assert!(sandbox.violations().is_empty());
}

#[tokio::test]
async fn a_restart_continues_with_the_stored_session() {
    let (sandbox, wire) = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let start = || client(&wire).token_store(FileStore::new(folder.path().join("kotani"))).build().unwrap();
    assert!(wallets(&start()).await.unwrap_err().contains("there is no token"));
    start().sign_in(MAGIC_HASH).await.unwrap();
    many(&start(), 5).await;
    sandbox.kotani().advance(HOUR);
    many(&start(), 5).await;
    many(&start(), 5).await;
    assert_eq!((wire.count_of(REFRESH), wire.count_of("/api/v3/auth/login")), (1, 0));
}

/// HMAC-SHA256 (RFC 2104) by hand, so that the test does not trust what it tests.
fn hmac(secret: &str, text: &str) -> String {
    let pad = |with: u8| -> Vec<u8> {
        let mut block = [0; 64];
        block[..secret.len()].copy_from_slice(secret.as_bytes());
        block.iter().map(|byte| byte ^ with).collect()
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asserts that a request is signed over what went out; its nonce.
fn nonce(seen: &Message, secret: &str) -> String {
    let (time, nonce) = (seen.header("x-timestamp").unwrap(), seen.header("x-nonce").unwrap());
    let subject = if seen.method() == "GET" {
        let path = seen.path().split('?').next().unwrap();
        path.rsplit('/').next().unwrap()
    } else {
        &seen.body
    };
    assert_eq!(seen.header("x-signature"), Some(hmac(secret, &format!("{time}.{nonce}.{subject}")).as_str()));
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!(now.abs_diff(time.parse().unwrap()) < 60);
    assert_eq!((nonce.len(), &nonce[14..15]), (36, "4"));
    nonce.to_owned()
}

#[tokio::test]
async fn every_attempt_is_signed_anew_over_the_bytes_that_go_out() {
    const SIGNING: &str = "SECRET-signing";
    let (sandbox, wire) = sandbox().await;
    let key = || client(&wire).api_key(credential(API_KEY));
    let kotani = key().signing_secret(credential(SIGNING)).build().unwrap();
    wire.drop_next();
    many(&kotani, 1).await;
    let phone = types::CreateCustomer::builder().phone_number("+254711222333").country_code("KE");
    let customer = kotani.create_customer(&phone.build().unwrap()).await.unwrap();
    let deposit = types::CreateMobileMoneyDeposit::builder().customer_key(customer.customer_key.clone().unwrap());
    let deposit = deposit.wallet_id("wallet-kes").reference_id("order/17 ä").amount(major!(1000.50)).build().unwrap();
    wire.drop_next();
    kotani.create_mobile_money_deposit(&deposit).await.unwrap();
    kotani.get_deposit_status("order/17 ä").await.unwrap();
    let seen = wire.seen();
    assert_eq!(seen.len(), 6);
    assert!(seen[3].body == seen[4].body && seen[5].path().ends_with("/order%2F17%20%C3%A4"), "{seen:?}");
    let nonces: BTreeSet<_> = seen.iter().map(|seen| nonce(seen, SIGNING)).collect();
    assert_eq!(nonces.len(), 6);

    // Without a secret nothing is signed, nor is what travels without the key.
    many(&key().build().unwrap(), 1).await;
    kotani.check_health().await.unwrap();
    kotani.sign_in(MAGIC_HASH).await.unwrap();
    kotani.create_api_key().await.unwrap();
    assert!(
        wire.seen()[6..].iter().all(|seen| seen.header("x-signature").is_none() && seen.header("x-nonce").is_none())
    );
    assert!(!format!("{kotani:?} {:?}", key().signing_secret(credential(SIGNING))).contains("SECRET"));
    assert!(sandbox.violations().is_empty(), "{:?}", sandbox.violations());
}
