//! Do client and sandbox agree about the money, in every mood of the provider?
//!
//! A recording server stands between the two, so that what is said about requests is said about bytes.

use std::time::Duration;

use bursar::kotani::responses::CreateMobileMoneyWithdrawalError;
use bursar::kotani::{Client, Environment, types};
use bursar::{Credential, Kind, Major, Outcome, Phase, Progress, major};
use bursar_sandbox::kotani::{ACCESS_TOKEN, API_KEY, Errors, REFRESH_TOKEN, SETTLEMENT_SIGNATURE, Settings};
use bursar_sandbox::{MovementKind, Sandbox};

use crate::providers::KOTANI;
use crate::sandbox::walk;
use crate::support::document::operation;
use crate::support::tree::Tree;
use bursar_support::{Server, Step};

/// A client with one credential of each kind.
fn client(url: &str, keys: [&str; 4]) -> Client {
    let [api_key, access_token, refresh_token, signature] = keys.map(|key| Credential::new(key).expect("a credential"));
    Client::builder()
        .environment(Environment::Custom(url.to_owned()))
        .api_key(api_key)
        .access_token(access_token)
        .refresh_token(refresh_token)
        .settlement_signature(signature)
        .build()
        .expect("a client")
}

/// A sandbox, the recorder in front of it, and a client.
struct World {
    sandbox: Sandbox,
    recorder: Server,
    kotani: Client,
}

impl World {
    async fn new(settings: Settings) -> Self {
        let sandbox = Sandbox::builder().kotani(settings).start().await.expect("a sandbox");
        let recorder = Server::before(&sandbox.kotani_url(), vec![Step::Forward]).await;
        let kotani = client(&recorder.url, [API_KEY, ACCESS_TOKEN, REFRESH_TOKEN, SETTLEMENT_SIGNATURE]);
        Self { sandbox, recorder, kotani }
    }

    /// A customer with this telephone.
    async fn customer(&self, phone: &str) -> String {
        let customer = types::CreateCustomer::builder()
            .first_name("Ann")
            .last_name("Example")
            .phone_number(phone)
            .country_code("KE")
            .network(types::MobileNetwork::Mpesa)
            .build()
            .expect("a request");
        let customer = self.kotani.create_customer(&customer).await.expect("a customer");
        customer.customer_key.clone().expect("a key")
    }

    /// Main and deposit balance of a wallet, as the client reads them and as the provider keeps them.
    async fn balances(&self, wallet: &str) -> (Major, Major) {
        let found = self.kotani.get_fiat_wallet(wallet).await.expect("a wallet");
        let (main, deposits) = (found.balance.expect("a balance"), found.deposit_balance.expect("a deposit balance"));
        let gateway = self.sandbox.kotani();
        assert_eq!(gateway.balance(wallet), Some(main.to_string()));
        assert_eq!(gateway.deposit_balance(wallet), Some(deposits.to_string()));
        (main, deposits)
    }

    /// What really moved, as `Deposit 0.10 KES dep-1`.
    fn moved(&self) -> Vec<String> {
        let row = |moved: bursar_sandbox::Movement| {
            let reference = moved.reference.unwrap_or_default();
            format!("{:?} {} {} {reference}", moved.kind, moved.amount, moved.currency)
        };
        self.sandbox.movements().into_iter().map(row).collect()
    }

    fn no_violations(&self) {
        let violations: Vec<String> = self.sandbox.violations().iter().map(ToString::to_string).collect();
        assert_eq!(violations, [""; 0]);
    }
}

fn deposit(customer: &str, amount: Major, reference: &str) -> types::CreateMobileMoneyDeposit {
    let deposit = types::CreateMobileMoneyDeposit::builder().customer_key(customer).amount(amount);
    deposit.wallet_id("wallet-kes").reference_id(reference).build().expect("a request")
}

fn withdrawal(customer: &str, amount: Major, reference: &str) -> types::CreateMobileMoneyWithdrawal {
    let withdrawal = types::CreateMobileMoneyWithdrawal::builder().customer_key(customer).amount(amount);
    withdrawal.wallet_id("wallet-kes").reference_id(reference).build().expect("a request")
}

fn has_status(id: &str, status: u16) -> bool {
    operation("kotani", id).answers().iter().any(|answer| answer.status == status)
}

/// Calls every operation of a provider in this mood.
/// Operations whose payload the document leaves open: without the envelope, nothing tells their answer from an error object.
const OPEN: &[&str] = &[
    "send_magic_link",
    "retry_refund",
    "retry_refunds",
    "retry_all_failed_refunds",
    "submit_refund_invoice",
    "resolve_duplicate_withdrawal",
];

async fn each(settings: Settings, without_evidence: &[&str], check: impl Fn(&str, u16, &Tree)) {
    walk(&KOTANI, |builder| builder.kotani(settings.clone()), without_evidence, check).await;
}

#[tokio::test]
async fn every_operation_is_answered_in_its_envelope() {
    each(Settings::new(), &[], |id, status, body| {
        assert_eq!(status, if has_status(id, 200) { 200 } else { 201 }, "{id}");
        assert!(body.get("data").is_some() && body.get("message").is_some(), "{id}: {body}");
    })
    .await;
}

#[tokio::test]
async fn every_operation_is_answered_without_its_envelope() {
    each(Settings::new().bare(), OPEN, |id, _, body| assert!(body.get("success").is_none(), "{id}: {body}")).await;
}

#[tokio::test]
async fn every_operation_is_answered_with_201() {
    each(Settings::new().created(), &[], |id, status, _| {
        assert_eq!(status, if has_status(id, 201) { 201 } else { 200 }, "{id}");
    })
    .await;
}

/// Polls until the deposit is decided; every answer on the way is pending.
async fn decided_deposit(world: &World, reference: &str) -> (Progress, usize) {
    for polls in 1..20 {
        let answer = world.kotani.get_deposit_status(reference).await.expect("a status");
        if answer.progress() != Progress::Pending {
            return (answer.progress(), polls);
        }
    }
    panic!("{reference} is never decided");
}

async fn decided_withdrawal(world: &World, reference: &str) -> (Progress, usize) {
    for polls in 1..20 {
        let answer = world.kotani.get_withdrawal_status(reference).await.expect("a status");
        if answer.progress() != Progress::Pending {
            return (answer.progress(), polls);
        }
    }
    panic!("{reference} is never decided");
}

#[tokio::test]
async fn money_is_deposited_and_withdrawn_once() {
    for settings in [Settings::new(), Settings::new().bare().created()] {
        let world = World::new(settings).await;
        let customer = world.customer("+254700000002").await;
        assert_eq!(world.balances("wallet-kes").await, (major!(5000.00), major!(1000.50)));

        let paid_in = deposit(&customer, major!(250.10), "order-1");
        let accepted = world.kotani.create_mobile_money_deposit(&paid_in).await.expect("accepted");
        // Accepted is not paid.
        assert_eq!(accepted.progress(), Progress::Pending);
        assert_eq!(accepted.reference_id.as_deref(), Some("order-1"));
        assert_eq!(world.moved(), [""; 0]);
        let (progress, polls) = decided_deposit(&world, "order-1").await;
        assert_eq!(progress, Progress::Done);
        assert!(polls > 1, "it was done at once");
        assert_eq!(world.balances("wallet-kes").await, (major!(5000.00), major!(1250.60)));

        let paid_out = withdrawal(&customer, major!(99.95), "wages-1");
        let accepted = world.kotani.create_mobile_money_withdrawal(&paid_out).await.expect("accepted");
        assert_eq!(accepted.progress(), Progress::Pending);
        assert_eq!(world.balances("wallet-kes").await, (major!(4900.05), major!(1250.60)));
        assert_eq!(decided_withdrawal(&world, "wages-1").await.0, Progress::Done);

        // The same reference again, at once and after the minute in which any second withdrawal is refused.
        let expected = ["Deposit 250.10 KES order-1", "Withdrawal 99.95 KES wages-1"];
        for wait in [0, 120] {
            world.sandbox.kotani().advance(Duration::from_secs(wait));
            match world.kotani.create_mobile_money_withdrawal(&paid_out).await {
                Ok(again) => assert!(again.is_looked_up() && again.progress() == Progress::Done),
                // Held back, because less than a minute has passed.
                Err(error) => {
                    assert!(
                        matches!(error.body(), Some(CreateMobileMoneyWithdrawalError::Refused(Some(_)))),
                        "{error}"
                    );
                    assert_eq!((wait, error.phase(), error.outcome()), (0, Phase::Answered, Outcome::Refused));
                }
            }
            let again = world.kotani.create_mobile_money_deposit(&paid_in).await.expect("what is there already");
            assert!(again.is_looked_up());
            assert_eq!(world.moved(), expected);
        }
        assert_eq!(
            world.recorder.count_of("/withdraw/mobile-money"),
            3,
            "nothing is repeated behind the caller's back"
        );
        // Another amount under a used reference is another call.
        let other = withdrawal(&customer, major!(1), "wages-1");
        let error = world.kotani.create_mobile_money_withdrawal(&other).await.expect_err("a used reference");
        if *error.kind() == Kind::Duplicate {
            assert_eq!(error.outcome(), Outcome::Refused);
            assert!(error.to_string().contains("amount 1 was sent, the answer contains 99.95"), "{error}");
        }
        assert_eq!(world.balances("wallet-kes").await, (major!(4900.05), major!(1250.60)));
        world.no_violations();
    }
}

#[tokio::test]
async fn what_the_wallet_does_not_hold_is_refused_in_every_shape() {
    for errors in [Errors::Numbered, Errors::Plain, Errors::Stated, Errors::Coded] {
        let world = World::new(Settings::new().errors(errors)).await;
        let customer = world.customer("+254700000002").await;
        let too_much = withdrawal(&customer, major!(5000.01), "wages-1");
        let error = world.kotani.create_mobile_money_withdrawal(&too_much).await.expect_err("too much");
        assert_eq!((error.kind(), error.outcome()), (&Kind::InsufficientFunds, Outcome::Refused), "{errors:?}");
        let Some(CreateMobileMoneyWithdrawalError::Refused(Some(body))) = error.body() else { panic!("{error}") };
        assert!(body.message.as_deref().is_some_and(|words| words.starts_with("Insufficient funds")), "{errors:?}");
        assert_eq!(world.moved(), [""; 0]);

        // What is refused leaves its reference free.
        let all = withdrawal(&customer, major!(5000.00), "wages-1");
        world.kotani.create_mobile_money_withdrawal(&all).await.expect("accepted");
        assert_eq!(world.moved(), ["Withdrawal 5000.00 KES wages-1"]);
        world.no_violations();
    }
}

#[tokio::test]
async fn progress_says_what_became_of_it() {
    let world = World::new(Settings::new()).await;
    let fates = [
        ("700000001", Progress::Done),
        ("700000010", Progress::Failed),
        ("700000011", Progress::Failed),
        ("700000012", Progress::Failed),
        // Cancelled by the customer: the provider may correct it to paid.
        ("700000013", Progress::MayStillCome),
        ("700000020", Progress::Pending),
        ("700000021", Progress::Pending),
    ];
    for (phone, fate) in fates {
        let customer = match phone {
            // The demo knows this one already.
            "700000001" => "cust-1".to_owned(),
            _ => world.customer(&format!("+254{phone}")).await,
        };
        let (paid_in, paid_out) = (format!("in-{phone}"), format!("out-{phone}"));
        world.kotani.create_mobile_money_deposit(&deposit(&customer, major!(1), &paid_in)).await.expect("accepted");
        world.kotani.create_mobile_money_withdrawal(&withdrawal(&customer, major!(2), &paid_out)).await.expect("yes");
        world.sandbox.kotani().advance(Duration::from_secs(10));
        let read_in = world.kotani.get_deposit_status(&paid_in).await.expect("a status");
        let read_out = world.kotani.get_withdrawal_status(&paid_out).await.expect("a status");
        assert_eq!((read_in.progress(), read_out.progress()), (fate, fate), "{phone}");
        if phone == "700000021" {
            world.sandbox.kotani().advance(Duration::from_secs(60));
            let slow = world.kotani.get_deposit_status(&paid_in).await.expect("a status");
            assert_eq!(slow.progress(), Progress::Done);
        }
    }
    // Failed withdrawals came back; of seven, one was paid at once and one slowly, and one stays open.
    assert_eq!(world.balances("wallet-kes").await, (major!(4994.00), major!(1002.50)));
    let refunds = world.sandbox.movements().iter().filter(|moved| moved.kind == MovementKind::Refund).count();
    assert_eq!(refunds, 4);
    world.no_violations();
}

/// What a body says at a name, as sent.
fn sent(world: &World, path: &str, name: &str) -> Vec<String> {
    let exchanges = world.recorder.exchanges();
    let calls = exchanges.iter().filter(|exchange| exchange.request.path().ends_with(path));
    calls
        .map(|call| Tree::parse(&call.request.body).get(name).and_then(Tree::text).unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn an_unset_reference_is_generated_once() {
    let world = World::new(Settings::new()).await;
    let unset = || {
        let deposit = types::CreateMobileMoneyDeposit::builder().customer_key("cust-1").amount(major!(10));
        deposit.wallet_id("wallet-kes").build().expect("a request")
    };
    let first = unset();
    let answer = world.kotani.create_mobile_money_deposit(&first).await.expect("accepted");
    assert_eq!(answer.reference_id, first.reference_id);
    let again = world.kotani.create_mobile_money_deposit(&first).await.expect("the same call again");
    assert!(again.is_looked_up() && !answer.is_looked_up());
    world.kotani.create_mobile_money_deposit(&unset()).await.expect("another call");

    let references = sent(&world, "/deposit/mobile-money", "reference_id");
    let uuids: Vec<uuid::Uuid> = references.iter().map(|text| text.parse().expect("a UUID")).collect();
    assert!(uuids.iter().all(|uuid| uuid.get_version_num() == 7), "{references:?}");
    assert!(uuids[0] == uuids[1] && uuids[1] < uuids[2], "{references:?}");

    let paid_out = types::CreateMobileMoneyWithdrawal::builder().customer_key("cust-1").amount(major!(10));
    let paid_out = paid_out.wallet_id("wallet-kes").build().expect("a request");
    world.kotani.create_mobile_money_withdrawal(&paid_out).await.expect("accepted");
    let references = sent(&world, "/withdraw/mobile-money", "referenceId");
    assert_eq!(references, [paid_out.reference_id.expect("a reference")]);
    assert_eq!(references[0].parse::<uuid::Uuid>().expect("a UUID").get_version_num(), 7);
    world.no_violations();
}

#[tokio::test]
async fn credentials_are_told_apart() {
    let world = World::new(Settings::new()).await;
    let stranger = client(&world.recorder.url, ["wrong", API_KEY, "wrong", SETTLEMENT_SIGNATURE]);
    let error = stranger.list_customers(None, None).await.expect_err("401");
    assert_eq!((error.kind(), error.outcome()), (&Kind::Unauthenticated, Outcome::Refused));
    // An API key makes no API keys.
    let error = stranger.create_api_key().await.expect_err("403");
    assert_eq!((error.kind(), error.outcome()), (&Kind::Forbidden, Outcome::Refused));
    world.no_violations();
}
