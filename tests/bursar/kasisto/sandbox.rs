//! Do client and sandbox agree about the whole session: passwords, renewed tokens, balances?
//!
//! A recording server stands between the two, so that what is said about requests is said about bytes.

use std::collections::BTreeSet;

use bursar::kasisto::responses::{CreatePaymentError, CreateTransferError, ListAccountsError, ValidateOtpError};
use bursar::kasisto::{BasicDateTime, Client, types};
use bursar::{Kind, Major, Options, Outcome, Phase, Progress, major};
use bursar_sandbox::kasisto::{EXPIRED_OTP, OTP, PASSWORD, SECRET, Settings, USER_ID, USERNAME};
use bursar_sandbox::{Decimal, Sandbox};

use super::{ENTRIES, call, credential, operation};
use crate::providers::KASISTO;
use crate::sandbox::walk;
use crate::support::tree::Tree;
use bursar_support::{Exchange, Server, Step};

/// A sandbox, the recorder in front of it, and a client of the bank.
struct World {
    sandbox: Sandbox,
    recorder: Server,
    bank: Client,
}

impl World {
    async fn new(settings: Settings) -> Self {
        let settings = settings.strict_headers();
        let sandbox = Sandbox::builder().kasisto(settings).start().await.expect("a sandbox");
        let recorder = Server::before(&sandbox.kasisto_url(), vec![Step::Forward]).await;
        let bank = Client::builder().base_url(&recorder.url).secret(credential(SECRET)).build().expect("a client");
        Self { sandbox, recorder, bank }
    }

    /// A customer who has just signed in.
    async fn customer(&self) -> Client {
        let customer = self.bank.session();
        sign_in(&customer).await;
        customer
    }

    /// What the customer has, as the client reads it and as the bank keeps it.
    async fn balance(&self, customer: &Client, account: &str) -> Major {
        let wanted = types::ListAccounts::builder().user_id(USER_ID).build().expect("a request");
        let accounts = customer.list_accounts(&wanted).await.expect("accounts");
        let found = accounts.iter().find(|found| found.account_id.as_deref() == Some(account)).expect("the account");
        let read = found.current_balance.expect("a balance");
        assert_eq!(Some(read.to_string()), self.sandbox.kasisto().balance(account));
        read
    }

    fn no_violations(&self) {
        let violations: Vec<String> = self.sandbox.violations().iter().map(ToString::to_string).collect();
        assert_eq!(violations, [""; 0]);
    }
}

async fn sign_in(customer: &Client) {
    let login = types::CreateToken::builder().username(USERNAME).password(PASSWORD).build().expect("a request");
    customer.create_token(&login).await.expect("a token");
}

fn transfer(amount: Major) -> types::CreateTransfer {
    let transfer = types::CreateTransfer::builder().source_account_id("acc-checking").dest_account_id("acc-savings");
    transfer.amount(amount).currency_code("USD").build().expect("a request")
}

fn payment(amount: Major) -> types::CreatePayment {
    let payment = types::CreatePayment::builder().source_account_id("acc-checking").payee_id("payee-1");
    payment.amount(amount).currency_code("USD").build().expect("a request")
}

fn code(otp: &str) -> types::ValidateOtp {
    types::ValidateOtp::builder().user_id(USER_ID).otp(otp).build().expect("a request")
}

#[tokio::test]
async fn every_operation_is_answered_with_strict_headers() {
    let strict = |builder: bursar_sandbox::Builder| builder.kasisto(Settings::new().strict_headers());
    let documented = |id: &str, status, _: &Tree| assert_eq!(status, operation(id).success().status, "{id}");
    walk(&KASISTO, strict, &[], documented).await;
}

#[tokio::test]
async fn an_operation_that_the_bank_does_not_offer_is_refused() {
    for entry in ENTRIES.iter().filter(|entry| entry.operation.id != "create_token") {
        let documented = operation(entry.operation.id);
        // The drafts of 2018 do not document 501.
        if !documented.answers().iter().any(|answer| answer.status == 501) {
            continue;
        }
        let world = World::new(Settings::new().without(documented.path)).await;
        let client = world.customer().await;
        let error = call(&client, entry, documented.json_example()).await.expect_err("501");
        let bursar_runtime::dispatch::Failed::Call { error, body: Some(body) } = error else {
            panic!("{}: {error:?}", documented.id);
        };
        assert_eq!(
            (body.variant.as_str(), error.kind(), error.outcome()),
            ("NotOffered", &Kind::NotFound, Outcome::Refused)
        );
        assert_eq!(world.recorder.count_of(documented.path), 1);
        world.no_violations();
    }
}

#[tokio::test]
async fn a_large_amount_waits_for_the_one_time_password() {
    let world = World::new(Settings::new()).await;
    let customer = world.customer().await;
    let large = transfer(major!(750.00));

    let error = customer.create_transfer(&large).await.expect_err("450");
    let Some(CreateTransferError::OtpRequired(Some(body))) = error.body() else { panic!("{error}") };
    assert_eq!(body.code.as_deref(), Some("OTP_REQUIRED"));
    assert!(body.otp_details.as_ref().is_some_and(|details| details.expose().contains("text message")));
    assert_eq!((error.kind(), error.phase(), error.outcome()), (&Kind::OtpRequired, Phase::Answered, Outcome::Refused));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(450));
    assert_eq!(
        error.to_string(),
        "kasisto create_transfer: 450, a one-time password is required: validate it and repeat the call (attempt 1)"
    );
    let error = customer.create_payment(&payment(major!(500.01))).await.expect_err("450");
    assert!(matches!(error.body(), Some(CreatePaymentError::OtpRequired(Some(_)))), "{error}");
    assert!(world.sandbox.movements().is_empty());

    let error = customer.validate_otp(&code("111111")).await.expect_err("451");
    assert!(matches!(error.body(), Some(ValidateOtpError::InvalidOtp(Some(_)))), "{error}");
    assert_eq!(error.kind(), Kind::Invalid { fields: vec!["otp".to_owned()] });
    let error = customer.validate_otp(&code(EXPIRED_OTP)).await.expect_err("452");
    assert!(matches!(error.body(), Some(ValidateOtpError::ExpiredOtp(Some(_)))), "{error}");
    assert_eq!(error.kind(), Kind::Expired);
    assert!(world.sandbox.movements().is_empty());

    let token = customer.validate_otp(&code(OTP)).await.expect("200");
    let token = token.token.as_ref().expect("a token").expose().clone();
    let answer = customer.create_transfer(&large).await.expect("200");
    assert_eq!(answer.progress(), Progress::Done);
    let last = world.recorder.exchanges().pop().expect("an exchange");
    assert_eq!(last.request.header("token"), Some(token.as_str()));

    let movements = world.sandbox.movements();
    assert_eq!(movements.len(), 1);
    assert_eq!(
        (movements[0].amount.as_str(), &movements[0].id),
        ("750.00", answer.transfer_id.as_ref().expect("an id"))
    );
    assert_eq!(world.recorder.count_of("/transfer"), 2);
    world.no_violations();
}

#[tokio::test]
async fn three_wrong_passwords_end_the_session() {
    let world = World::new(Settings::new()).await;
    let customer = world.customer().await;
    for wrong in ["1", "2"] {
        let error = customer.validate_otp(&code(wrong)).await.expect_err("451");
        assert!(matches!(error.body(), Some(ValidateOtpError::InvalidOtp(_))), "{error}");
    }
    let error = customer.validate_otp(&code("3")).await.expect_err("453");
    assert!(matches!(error.body(), Some(ValidateOtpError::TooManyOtpFailures(Some(_)))), "{error}");
    assert_eq!((error.kind(), error.outcome()), (&Kind::Forbidden, Outcome::Refused));

    let error = customer.list_accounts(&Default::default()).await.expect_err("403");
    assert!(matches!(error.body(), Some(ListAccountsError::AccessDenied(Some(_)))), "{error}");
    assert_eq!(error.kind(), Kind::Forbidden);
    // Signing in again is a new session.
    sign_in(&customer).await;
    assert_eq!(customer.list_accounts(&Default::default()).await.expect("accounts").len(), 4);
    world.no_violations();
}

#[tokio::test]
async fn a_wrong_secret_and_a_wrong_token_are_distinguished() {
    let world = World::new(Settings::new()).await;
    let builder = || Client::builder().base_url(&world.recorder.url);
    let stranger = builder().secret(credential("wrong")).token(credential("tok-1")).build().expect("a client");
    let nobody = builder().secret(credential(SECRET)).token(credential("tok-1")).build().expect("a client");
    for client in [stranger, nobody] {
        let error = client.list_accounts(&Default::default()).await.expect_err("401");
        assert!(matches!(error.body(), Some(ListAccountsError::AuthenticationFailed(Some(_)))), "{error}");
        assert_eq!((error.kind(), error.outcome()), (&Kind::Unauthenticated, Outcome::Refused));
    }
    assert_eq!(world.recorder.count_of("/accounts"), 2);
}

/// The token that an answer hands out, in its header or in its body.
fn handed_out(exchange: &Exchange) -> Option<String> {
    let body = exchange.request.path().ends_with("/token").then(|| Tree::parse(&exchange.answer.body));
    let body = body.as_ref().and_then(|body| body.at("/token")).and_then(Tree::text);
    exchange.answer.header("token").or(body).map(str::to_owned)
}

#[tokio::test]
async fn a_renewed_token_replaces_the_old_one() {
    let world = World::new(Settings::new().renew_after(3)).await;
    let customer = world.customer().await;
    for _ in 0..13 {
        customer.list_accounts(&Default::default()).await.expect("accounts");
    }
    let exchanges = world.recorder.exchanges();
    assert_eq!(exchanges.len(), 14);
    let mut current = handed_out(&exchanges[0]);
    let mut tokens = BTreeSet::from([current.clone().expect("a token")]);
    for exchange in &exchanges[1..] {
        assert_eq!(exchange.request.header("token"), current.as_deref());
        if let Some(token) = handed_out(exchange) {
            assert!(tokens.insert(token.clone()), "a token came back");
            current = Some(token);
        }
    }
    assert_eq!(tokens.len(), 5, "the first token, and a new one after every third call");
    world.no_violations();
}

#[tokio::test]
async fn sessions_do_not_mix() {
    let world = World::new(Settings::new().renew_after(2)).await;
    // The locale says on the wire which customer a call is of.
    let (anna, ben) = (world.bank.session(), world.bank.session());
    let (anna, ben) = (located(&anna, "en_US"), located(&ben, "zh_HK"));
    sign_in(&anna).await;
    let error = ben.list_accounts(&Default::default()).await.expect_err("no token of his own");
    assert_eq!((error.kind(), error.outcome()), (&Kind::Config, Outcome::NotSent));
    sign_in(&ben).await;
    // Clones share their customer.
    let again = anna.clone();
    for _ in 0..6 {
        let (first, second) = tokio::join!(listed(&anna), listed(&ben));
        assert_eq!((first, second), (4, 4));
        assert_eq!(listed(&again).await, 4);
    }
    let exchanges = world.recorder.exchanges();
    for (locale, calls) in [("en_US", 12), ("zh_HK", 6)] {
        let of_one: Vec<&Exchange> =
            exchanges.iter().filter(|exchange| exchange.request.header("locale") == Some(locale)).collect();
        assert_eq!(of_one.len(), 1 + calls);
        let own: BTreeSet<String> = of_one.iter().copied().filter_map(handed_out).collect();
        assert!(own.len() > calls / 3, "tokens were renewed");
        for exchange in &of_one[1..] {
            let token = exchange.request.header("token").expect("a token");
            assert!(own.contains(token), "a token of another customer");
        }
    }
    assert_eq!(exchanges.len(), 2 + 12 + 6);
    world.no_violations();
}

fn located(customer: &Client, locale: &str) -> Client {
    customer.with(Options::new().header("locale", locale))
}

async fn listed(customer: &Client) -> usize {
    customer.list_accounts(&Default::default()).await.expect("accounts").len()
}

#[tokio::test]
async fn balances_are_exact() {
    let opening = Decimal::from_str_exact("12345678901234567.89").expect("a decimal");
    let settings = Settings::new().balance("acc-checking", opening).balance("acc-savings", Decimal::new(10, 2));
    let world = World::new(settings).await;
    let customer = world.customer().await;
    assert_eq!(world.balance(&customer, "acc-checking").await.to_string(), "12345678901234567.89");

    for amount in [major!(0.10), major!(0.20), major!(0.07), major!(499.99)] {
        let answer = customer.create_transfer(&transfer(amount)).await.expect("200");
        assert_eq!(answer.progress(), Progress::Done);
    }
    assert_eq!(customer.create_payment(&payment(major!(12.00))).await.expect("200").progress(), Progress::Done);
    assert_eq!(world.balance(&customer, "acc-checking").await.to_string(), "12345678901234055.53");
    assert_eq!(world.balance(&customer, "acc-savings").await.to_string(), "500.46");

    let amounts: Vec<String> = world.sandbox.movements().into_iter().map(|movement| movement.amount).collect();
    assert_eq!(amounts, ["0.10", "0.20", "0.07", "499.99", "12.00"]);
    world.no_violations();
}

#[tokio::test]
async fn accepted_is_not_paid() {
    let world = World::new(Settings::new().otp_limit(Decimal::from(1_000_000))).await;
    let customer = world.customer().await;
    // More than there is: the bank takes the call, and moves nothing.
    let answer = customer.create_transfer(&transfer(major!(99999.00))).await.expect("200");
    assert_eq!(answer.progress(), Progress::Failed);
    // In a far year: taken, and not moved yet.
    let then: BasicDateTime = "2099-01-01T00:00:00.000+0000".parse().expect("a date");
    let later = types::CreateTransfer::builder().source_account_id("acc-checking").dest_account_id("acc-savings");
    let later = later.amount(major!(1)).date(then).build().expect("a request");
    assert_eq!(customer.create_transfer(&later).await.expect("200").progress(), Progress::Pending);
    assert!(world.sandbox.movements().is_empty());
    world.no_violations();
}
