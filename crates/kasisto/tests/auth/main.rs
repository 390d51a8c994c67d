//! Does a customer's session help itself, once, and never on behalf of another customer?

#![allow(clippy::unwrap_used, reason = "tests stop where they fail")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bursar_kasisto::{
    Client, Credential, Customer, Kind, Major, OtpRequest, Outcome, Response, Secret, major,
    responses::CreateTransferError, types,
};
use bursar_sandbox::kasisto::{EXPIRED_OTP, OTP, PASSWORD, SECRET, Settings, USERNAME};
use bursar_sandbox::{MovementKind, Sandbox};

use bursar_support::{Server, Step};

async fn sandbox() -> (Sandbox, Server) {
    let sandbox = Sandbox::builder().kasisto(Settings::new().renew_after(0)).start().await.unwrap();
    let wire = Server::before(&sandbox.kasisto_url(), vec![Step::Forward]).await;
    (sandbox, wire)
}

fn bank(wire: &Server, customer: Customer) -> Client {
    Client::builder().base_url(&wire.url).secret(Credential::new(SECRET).unwrap()).customer(customer).build().unwrap()
}

fn login() -> types::CreateToken {
    types::CreateToken::builder().username(USERNAME).password(PASSWORD).build().unwrap()
}

fn large() -> types::CreateTransfer {
    of(major!(600.00))
}

fn of(amount: Major) -> types::CreateTransfer {
    let transfer = types::CreateTransfer::builder().source_account_id("acc-checking").dest_account_id("acc-savings");
    transfer.amount(amount).currency_code("USD").build().unwrap()
}

async fn accounts(client: &Client) -> Result<(), String> {
    let none = types::ListAccounts::builder().build().unwrap();
    client.list_accounts(&none).await.map(drop).map_err(|error| error.to_string())
}

/// Gives this code, and counts how often it was asked for.
fn giving(code: &'static str, asked: &Arc<AtomicUsize>) -> impl bursar_kasisto::OtpProvider + use<> {
    let asked = Arc::clone(asked);
    move |request: OtpRequest| {
        asked.fetch_add(1, Ordering::SeqCst);
        assert!(request.details.is_some() && !format!("{request:?}").contains(&request.details.unwrap()));
        async move { Some(Secret::from(code)) }
    }
}

#[tokio::test]
async fn a_call_that_meets_450_asks_for_the_code_and_repeats_itself() {
    let (sandbox, wire) = sandbox().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let customer = bank(&wire, Customer::new().log_in(login()).otp(giving(OTP, &asked)));
    let answer: Response<_> = customer.create_transfer(&large()).await.unwrap();
    assert_eq!((answer.attempts(), asked.load(Ordering::SeqCst)), (2, 1));
    assert_eq!(wire.paths(), ["/token", "/transfer", "/validate_otp", "/transfer"]);
    let seen = wire.seen();
    // The same request with the raised session's token.
    assert_eq!((&seen[1].body, seen[1].header("request_id")), (&seen[3].body, seen[3].header("request_id")));
    assert_ne!(seen[1].header("token"), seen[3].header("token"));
    assert_eq!(sandbox.movements().iter().filter(|moved| moved.kind == MovementKind::Transfer).count(), 1);
    // The session stays raised.
    customer.create_transfer(&large()).await.unwrap();
    assert_eq!((wire.count_of("/validate_otp"), asked.load(Ordering::SeqCst), sandbox.movements().len()), (1, 1, 2));
    assert!(sandbox.violations().is_empty());
}

#[tokio::test]
async fn calls_that_meet_450_together_ask_once() {
    let (sandbox, wire) = sandbox().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let customer = bank(&wire, Customer::new().otp(giving(OTP, &asked)));
    customer.create_token(&login()).await.unwrap();
    let (body, other) = (large(), large());
    let (one, two) = tokio::join!(customer.create_transfer(&body), customer.create_transfer(&other));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!((asked.load(Ordering::SeqCst), wire.count_of("/validate_otp"), sandbox.movements().len()), (1, 1, 2));
}

#[tokio::test]
async fn a_wrong_code_or_none_moves_nothing() {
    let kinds = [(EXPIRED_OTP, Kind::Expired), ("999999", Kind::Invalid { fields: vec!["otp".to_owned()] })];
    for (code, kind) in kinds {
        let (sandbox, wire) = sandbox().await;
        let asked = Arc::new(AtomicUsize::new(0));
        let customer = bank(&wire, Customer::new().log_in(login()).otp(giving(code, &asked)));
        let error = customer.create_transfer(&large()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome(), asked.load(Ordering::SeqCst)), (&kind, Outcome::Refused, 1));
        assert!(
            error.to_string().starts_with("kasisto create_transfer: 450, the one-time password was not accepted"),
            "{error}"
        );
        assert_eq!(wire.paths(), ["/token", "/transfer", "/validate_otp"]);
        assert!(sandbox.movements().is_empty() && !format!("{error:?}").contains(code));
    }
    let (sandbox, wire) = sandbox().await;
    let customer = bank(&wire, Customer::new().log_in(login()).otp(|_: OtpRequest| async { None }));
    let error = customer.create_transfer(&large()).await.unwrap_err();
    assert!(matches!(error.body(), Some(CreateTransferError::OtpRequired(_))));
    // Without anybody to ask, it is the caller's to validate.
    let error = bank(&wire, Customer::new().log_in(login())).create_transfer(&large()).await.unwrap_err();
    assert_eq!((error.kind(), wire.count_of("/transfer"), wire.count_of("/validate_otp")), (&Kind::OtpRequired, 2, 0));
    assert!(sandbox.movements().is_empty());
}

#[tokio::test]
async fn a_session_that_is_over_signs_in_again_once_for_all_calls() {
    let (sandbox, wire) = sandbox().await;
    let customer = bank(&wire, Customer::new().log_in(login()));
    assert_eq!(accounts(&customer).await, Ok(()));
    // 403: over. Then 401: a token that the bank never gave.
    sandbox.kasisto().advance(Duration::from_secs(16 * 60));
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let customer = customer.clone();
            tokio::spawn(async move { accounts(&customer).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
    assert_eq!((wire.count_of("/token"), wire.count_of("/accounts") <= 41), (2, true));

    let unknown = customer.session_of(Customer::new().log_in(login()).token(Credential::new("tok-unknown").unwrap()));
    unknown.create_transfer(&of(major!(1.00))).await.unwrap();
    assert_eq!((wire.count_of("/token"), wire.count_of("/transfer"), sandbox.movements().len()), (3, 2, 1));
    assert!(sandbox.violations().is_empty());
}

#[tokio::test]
async fn a_wrong_login_is_tried_once_and_is_an_error() {
    let (_sandbox, wire) = sandbox().await;
    let wrong = types::CreateToken::builder().username(USERNAME).password("SECRET-wrong").build().unwrap();
    let customer = bank(&wire, Customer::new().log_in(wrong));
    for _ in 0..5 {
        let error = accounts(&customer).await.unwrap_err();
        assert_eq!(
            error,
            "kasisto list_accounts: the customer could not be logged in: check the credentials or log in again"
        );
    }
    assert_eq!(wire.paths(), ["/token"]);
    // Without a login there is nobody to ask, and a refusal is the answer.
    let stale = bank(&wire, Customer::new().token(Credential::new("tok-unknown").unwrap()));
    assert!(accounts(&stale).await.unwrap_err().contains("401"));
    assert_eq!(wire.paths(), ["/token", "/accounts"]);
}

#[tokio::test]
async fn customers_never_share_a_token() {
    let sandbox = Sandbox::builder().kasisto(Settings::new().renew_after(2)).start().await.unwrap();
    let wire = Server::before(&sandbox.kasisto_url(), vec![Step::Forward]).await;
    let first = bank(&wire, Customer::new().log_in(login()));
    let second = first.session_of(Customer::new().log_in(login()));
    let stranger = first.session();
    for _ in 0..6 {
        // Every second answer renews its own session's token.
        assert_eq!((accounts(&first).await, accounts(&second).await), (Ok(()), Ok(())));
    }
    assert!(accounts(&stranger).await.unwrap_err().contains("the credential `token` is not set"));
    let calls = wire.seen().into_iter().filter(|seen| seen.path().ends_with("/accounts"));
    let tokens: Vec<String> = calls.map(|seen| seen.header("token").unwrap().to_owned()).collect();
    let tokens_of = |parity: usize| tokens.iter().skip(parity).step_by(2).collect::<std::collections::BTreeSet<_>>();
    assert!(
        tokens_of(0).is_disjoint(&tokens_of(1)) && tokens_of(0).len() == 3 && tokens_of(1).len() == 3,
        "{tokens:?}"
    );
    assert_eq!(wire.count_of("/token"), 2);
    assert!(wire.seen().iter().all(|seen| seen.method() == "POST" && seen.header("secret") == Some(SECRET)));
}

/// All customers of a bank share its secret: only their names keep one from following the other's payments.
#[tokio::test]
async fn customers_with_names_are_accounts_of_their_own() {
    let (_sandbox, wire) = sandbox().await;
    let named = |name: &str| Customer::new().log_in(login()).name(name);
    let anna = bank(&wire, named("anna"));
    let transfer = types::CreateTransfer::builder().user_id("user-1").source_account_id("acc-checking");
    let transfer = transfer.dest_account_id("acc-savings").amount(major!(1.00)).currency_code("USD").build().unwrap();
    let pending = anna.create_transfer(&transfer).await.unwrap().pending();
    for (other, is_hers) in [
        (bank(&wire, named("anna")), true),
        (anna.session_of(named("anna")), true),
        (anna.session_of(named("ben")), false),
        (bank(&wire, Customer::new().log_in(login())), false),
    ] {
        let asked = wire.count_of("/transactions");
        let result = other.core().reconcile(&pending).await;
        assert_eq!((result.is_ok(), wire.count_of("/transactions") > asked), (is_hers, is_hers), "{result:?}");
    }
    // Without names, all of them are one account.
    let pending = bank(&wire, Customer::new().log_in(login())).create_transfer(&transfer).await.unwrap().pending();
    let other = bank(&wire, Customer::new().log_in(login()));
    assert!(other.core().reconcile(&pending).await.is_ok());
}
