//! The world at the start: the ids that the document's examples speak of.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::accounts::{Account, Entry};
use super::addresses::{self, Address};
use super::cards::{Card, Conversion, Status};
use super::contacts::{BankDetails, Contact};
use super::issuance::REASON;
use super::kyc;
use super::reports::{Issue, Stage};
use super::transactions::{Kind, Payee, Transaction, narration};
use super::users::User;
use super::{CVV, PAN};
use crate::fate::Cause;
use crate::json::Fields;
use crate::record::Record;

/// 2026-01-14T18:05:12Z, when something was bought.
const PURCHASE: i64 = 1_768_413_912;
/// 2026-01-15T09:30:00Z, when something was sent.
const TRANSFER: i64 = 1_768_469_400;
/// 2026-01-10T08:00:00Z, when the cards were made.
const CARDS: i64 = 1_768_032_000;
/// 2026-01-12T08:00:00Z, when cards were reported.
const REPORTS: i64 = 1_768_204_800;
/// 2026-01-13T08:00:00Z, when the reports were reviewed.
const REVIEWS: i64 = 1_768_291_200;

/// IBAN of account 701.
const ALEX: &str = "AE460090000000123456789";
/// IBAN of account 801.
const ROBIN: &str = "AE070331234567890123456";

const LOST: &str = "My card is lost.";

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

pub(super) fn users() -> Vec<User> {
    let user = |id: u32, kind, first: &str, last: &str, email: &str| User {
        id,
        parent: None,
        kind,
        first: first.to_owned(),
        last: last.to_owned(),
        email: Some(email.to_owned()),
        dial: Some("971".to_owned()),
        phone: Some(format!("500000{}", if id == 100 { 100 } else { id - 400 })),
        status: "ACTIVE".to_owned(),
        personal: None,
        identification: None,
        kyc: "PENDING",
    };
    let personal = Fields::read(
        r#"{"firstName":"Alex","lastName":"Sample","nickName":"Alex","dob":"1990-01-02","gender":"OTHER",
        "maritalStatus":"SINGLE","nationality":"ARE","countryOfBirth":"ARE","countryOfResidence":"ARE",
        "language":"ENGLISH","tin":"TIN-501"}"#,
    );
    let document = Fields::read(r#"{"userId":501,"documentType":"NATIONAL_ID","documentNumber":"784-0000-0000501-0"}"#);
    let alex = User {
        parent: Some(super::OWN_AGENT),
        personal: Some(kyc::personal(Record::default().with("userId", 501u32), &personal)),
        identification: Some(kyc::identification(Record::default(), &document)),
        ..user(501, "USER", "Alex", "Sample", "alex@example.com")
    };
    let robin = User { parent: alex.parent, ..user(502, "USER", "Robin", "Sample", "robin@example.com") };
    vec![user(100, "AGENT", "Sample", "Agent", "agent@example.com"), alex, robin]
}

pub(super) fn addresses() -> Vec<Address> {
    let fields = Fields::read(
        r#"{"addressLine1":"1 Sample Street","postalCode":"00000","longitude":"55.2962","latitude":"25.2684"}"#,
    );
    vec![Address {
        id: 11,
        user: 501,
        kind: "MAILING".to_owned(),
        country: 231,
        state: 3391,
        city: 85501,
        lines: addresses::lines(Record::default(), &fields),
        is_active: true,
    }]
}

pub(super) fn accounts() -> Vec<Account> {
    let account = |id: u32, user: u32, title: &str, iban: Option<&str>, booked: i64| Account {
        id,
        user,
        kind: "DIGITAL".to_owned(),
        title: title.to_owned(),
        iban: iban.map(str::to_owned),
        is_primary: iban.is_some(),
        booked: cents(booked),
        held: cents(0),
    };
    vec![
        account(701, 501, "ALEX SAMPLE", Some(ALEX), 97_500),
        account(702, 501, "ALEX SAMPLE", None, 0),
        account(801, 502, "ROBIN SAMPLE", Some(ROBIN), 2_500),
    ]
}

pub(super) fn ledger() -> Vec<Entry> {
    let entry = |id, account, transaction, amount: i64, balance: i64, narration: &str, at: i64| Entry {
        id,
        account,
        transaction,
        amount: cents(amount),
        balance: cents(balance),
        narration: narration.to_owned(),
        at: moment(at),
    };
    vec![
        entry(8001, 701, 9001, -1_250, 100_000, "12.50 AED at Corner Bakery", PURCHASE),
        entry(8002, 701, 9002, -2_500, 97_500, "25.00 AED sent", TRANSFER),
        entry(8003, 801, 9002, 2_500, 2_500, "25.00 AED received", TRANSFER),
    ]
}

/// Robin at another bank; Robin's account here is no contact yet.
pub(super) fn contacts() -> Vec<Contact> {
    let bank = BankDetails::new("AE510440000000000000301", "ROBIN SAMPLE");
    vec![Contact { id: 301, title: "Robin household".to_owned(), bank }]
}

pub(super) fn transactions() -> Vec<Transaction> {
    let uuid = |id: u32| format!("6f1d0c5e-0b1a-4c3d-8e2f-00000000{id:04}");
    let purchase = Transaction {
        id: 9001,
        uuid: uuid(9001),
        kind: Kind::Purchase,
        at: moment(PURCHASE),
        status: "SUCCESS",
        // Part of the amount in the ledger, as the rate is.
        charges: cents(20),
        amount: cents(1_250),
        narration: narration(Kind::Purchase, 9001),
        sender: 701,
        payee: Payee::Merchant { card: 1501 },
        foreign: Some((cents(340), "USD", Decimal::new(36_725, 4))),
        cause: Cause::default(),
    };
    let transfer = Transaction {
        id: 9002,
        uuid: uuid(9002),
        kind: Kind::Transfer,
        at: moment(TRANSFER),
        charges: cents(0),
        amount: cents(2_500),
        narration: "Transfer to Robin savings".to_owned(),
        payee: Payee::Iban(ROBIN.to_owned()),
        foreign: None,
        cause: Cause::default(),
        ..purchase.clone()
    };
    vec![purchase, transfer]
}

/// Cards 1501 to 1518, each at the place in its life that an example starts from.
pub(super) fn cards() -> Vec<Card> {
    (1501..=1518).map(card).collect()
}

fn card(id: u32) -> Card {
    let is_reported = (1509..=1512).contains(&id);
    let is_physical = ![1502, 1513].contains(&id);
    let status = match id {
        1503 | 1504 => None,
        1505 | 1506 => Some(Status::IssuanceInProgress),
        1507 => Some(Status::PendingVerification),
        _ if is_reported => Some(Status::Freeze),
        _ => Some(Status::Active),
    };
    Card {
        id,
        user: 501,
        account: 701,
        is_physical,
        name: "ALEX SAMPLE".to_owned(),
        pan: PAN,
        cvv: CVV,
        expiry: (12, 29),
        has_pin: is_physical && id != 1503,
        status,
        reason: if is_reported { LOST } else { REASON }.to_owned(),
        is_manufactured: is_physical && ![1503, 1504, 1505].contains(&id),
        is_delivered: is_physical && !(1503..=1506).contains(&id),
        is_in_three_ds: id != 1514,
        conversion: if id == 1513 { Conversion::Pending } else { Conversion::None },
        is_retired: false,
        created: moment(CARDS),
    }
}

/// Cards 1509 to 1512 are reported; of these, all but the first are reviewed.
pub(super) fn issues() -> Vec<Issue> {
    let issue = |id: u32, card: u32| Issue {
        id,
        card,
        reason: LOST.to_owned(),
        remarks: None,
        stage: if card == 1509 { Stage::Reported } else { Stage::Reviewed },
        created: moment(REPORTS),
        updated: moment(if card == 1509 { REPORTS } else { REVIEWS }),
    };
    (1509..=1512).map(|card| issue(card - 1491, card)).collect()
}
