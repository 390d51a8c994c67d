//! What there is from the start: the ids of the document's examples.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;

use super::challenges::{Challenge, LIFE};
use super::devices::Device;
use super::oauth::AuthorizationCode;
use super::order::Order;
use super::standing::{Asked, Change, Standing, StandingOrder};
use super::tan::Code;
use super::timed::{Status, TimedOrder};
use super::tokens::{Bearer, Grant, Tokens};
use super::transactions::Transaction;
use super::transfers::Transfer;
use super::{AUTH_TOKEN, CODE, CONFIRMED_TOKEN, OAUTH_REFRESH_TOKEN, OAUTH_TOKEN, REDIRECT_URI, REFRESH_TOKEN, dates};
use crate::clock::after;
use crate::fate::Cause;

/// IBAN of the customer's account.
pub(super) const IBAN: &str = "DE09000000000000000001";

const KIM: (&str, &str) = ("Kim Example", "DE79000000000000000002");
const ROBIN: (&str, &str) = ("Robin Sample", "DE52000000000000000003");

const SCOPE: &str = "offline accounts transactions";

fn uuid(end: &str) -> String {
    format!("00000000-0000-4000-8000-0000000000{end}")
}

fn order((recipient, iban): (&str, &str), cents: i64, note: &str, e2e_id: Option<&str>) -> Order {
    Order {
        recipient: recipient.to_owned(),
        iban: iban.to_owned(),
        cents,
        note: Some(note.to_owned()),
        e2e_id: e2e_id.map(str::to_owned),
    }
}

pub(super) fn ledger() -> Vec<Transaction> {
    let midnight = |day| dates::at(date(2019, 9, day), 22);
    let paid = Transaction {
        id: 5001,
        is_outgoing: true,
        cents: 1250,
        name: KIM.0.to_owned(),
        iban: Some(KIM.1.to_owned()),
        purpose: Some("Lunch".to_owned()),
        e2e_id: Some("E-0000000000005001".to_owned()),
        booked: midnight(16),
        valuta: Some(midnight(16)),
        booking_type: Some("SEPA_CREDIT_TRANSFER"),
        original: None,
        payment_method: "bank_account",
    };
    let card = Transaction {
        id: 5002,
        cents: 930,
        name: "Corner Bakery; Springfield".to_owned(),
        iban: None,
        purpose: None,
        e2e_id: None,
        booked: dates::at(date(2019, 9, 14), 10),
        valuta: None,
        booking_type: None,
        original: Some(("1000", "CHF")),
        payment_method: "credit_card",
        ..paid.clone()
    };
    let received = Transaction {
        id: 5003,
        is_outgoing: false,
        cents: 50_000,
        name: ROBIN.0.to_owned(),
        iban: Some(ROBIN.1.to_owned()),
        purpose: Some("Invoice 6".to_owned()),
        e2e_id: None,
        booked: midnight(12),
        valuta: Some(midnight(12)),
        ..paid.clone()
    };
    vec![received, card, paid]
}

pub(super) fn transfers() -> Vec<Transfer> {
    let order = order(KIM, 1250, "Lunch", None);
    vec![Transfer { id: "transfer1ctrx".to_owned(), order, code: Code::default(), is_accepted: false }]
}

/// One that runs, one that was canceled, and a change of the first that waits for its code.
pub(super) fn standing() -> Standing {
    let membership = StandingOrder {
        id: 11,
        status: "ACTIVE",
        order: order(KIM, 2500, "Membership", None),
        reoccurrence: "MONTHLY",
        first: date(2019, 10, 1),
        paid: 0,
        last: None,
        cause: Cause::default(),
    };
    let donation = StandingOrder {
        id: 12,
        status: "CANCELED",
        order: order(ROBIN, 100, "Donation", Some("REF-0002")),
        reoccurrence: "ANNUALLY",
        first: date(2020, 1, 1),
        paid: 0,
        last: Some(dates::at(date(2022, 12, 31), 9)),
        cause: Cause::default(),
    };
    let changed = StandingOrder { order: order(KIM, 2500, "Membership, renewed", None), ..membership.clone() };
    let asked =
        Asked { id: "request-1".to_owned(), code: Code::default(), change: Change::Put(changed), is_done: false };
    Standing { orders: vec![membership, donation], requests: vec![asked] }
}

pub(super) fn timed(now: Timestamp) -> Vec<TimedOrder> {
    vec![TimedOrder {
        id: uuid("a1"),
        transaction_id: uuid("a2"),
        order: order(KIM, 4500, "Invoice 7", None),
        status: Status::ConfirmationRequired,
        execute_at: dates::at(date(2019, 10, 15), 12),
        executed_at: None,
        created_at: now,
        code: Code::default(),
        cause: Cause::default(),
    }]
}

pub(super) fn tokens(access_life: Duration, now: Timestamp) -> Tokens {
    let grant = |is_confirmed| Grant { scope: SCOPE.to_owned(), is_confirmed, is_public: false };
    Tokens::new(access_life)
        .with(AUTH_TOKEN, Bearer::Jwt, now)
        .with(REFRESH_TOKEN, Bearer::JwtRefresh, now)
        .with(OAUTH_TOKEN, Bearer::Oauth, now)
        .with(OAUTH_REFRESH_TOKEN, Bearer::OauthRefresh(grant(false)), now)
        .with(CONFIRMED_TOKEN, Bearer::Confirmed, now)
        .with("confirmed-refresh-1", Bearer::OauthRefresh(grant(true)), now)
}

pub(super) fn codes(now: Timestamp) -> Vec<AuthorizationCode> {
    vec![AuthorizationCode::new(CODE, REDIRECT_URI, SCOPE, None, now)]
}

/// One that the customer has verified, and one that waits for whoever answers it.
pub(super) fn challenges(now: Timestamp) -> Vec<Challenge> {
    let verified = Challenge { id: uuid("b1"), end: after(now, LIFE), answer: Some((true, now)), is_used: false };
    let waiting = Challenge { id: uuid("b2"), answer: None, ..verified.clone() };
    vec![verified, waiting]
}

/// A bound device that may be bound once more, with a challenge to sign.
pub(super) fn devices() -> Vec<Device> {
    let binding = Some((uuid("e1"), None));
    vec![Device { id: uuid("d1"), is_bound: true, binding, challenges: vec![uuid("e2")] }]
}
