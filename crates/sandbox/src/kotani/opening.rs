//! The world at the start: the ids that the document's examples speak of.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::bridge::Bridge;
use super::bulk::{self, BulkTransaction};
use super::customers;
use super::integrators::SHOWN;
use super::invoices::{BANK, Invoice};
use super::kyc::{ADDRESS, DETAILS, DOCUMENT, Identification};
use super::quotes::{Purpose, Quote};
use super::record::Record;
use super::transaction::{Crypto, Kind, Refund, Transaction};
use super::wallets::{CryptoWallet, FiatWallet};
use super::world::World;
use crate::clock::after;
use crate::json::Fields;

/// 2026-03-02T09:00:00Z, when the history happened: an hour before the clock starts.
const HISTORY: i64 = 1_772_442_000;

fn history() -> Timestamp {
    Timestamp::from_second(HISTORY).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(super) fn customers() -> Vec<Record> {
    let fields = Fields::read(
        r#"{"phone_number":"+254700000001","country_code":"KE","network":"MPESA","account_name":"Ann Example",
        "first_name":"Ann","last_name":"Example","date_of_birth":"1990-01-31","id_number":"00000001",
        "id_type":"NATIONAL_ID","email":"ann@example.com"}"#,
    );
    vec![customers::record(&fields, "customer-id-1", "cust-1")]
}

pub(super) fn integrator() -> Record {
    let fields = Fields::read(
        r#"{"organization":"Sample Org","first_name":"Alex","last_name":"Sample","email":"alex@example.com",
        "phone":"+254700000099","webhook_url":"https://client.example/kotani",
        "webhook_events":["transaction.deposit.status.updated"]}"#,
    );
    let mut integrator = Record::default().with("id", "integrator-1");
    integrator.merge(&fields, SHOWN);
    integrator
}

pub(super) fn identifications() -> Vec<Identification> {
    let read = |text: &str, names: &[&'static str]| Record::read(&Fields::read(text), names);
    let details = r#"{"userEmail":"ann@example.com","customerKey":"cust-1","firstName":"Ann","lastName":"Example",
        "dob":"1990-01-31","gender":"F","country":"KE","phone":"+254700000001"}"#;
    let address = r#"{"kycId":"kyc-1","street":"1 Sample Street","town":"Nairobi","country":"KE"}"#;
    let document = r#"{"kycId":"kyc-1","nationality":"Kenyan","documentNo":"P0000001",
        "documentExpirationDate":"2030-01-31","country":"Kenya","documentName":"PASSPORT"}"#;
    vec![Identification {
        id: "kyc-1".to_owned(),
        details: read(details, DETAILS),
        address: Some(read(address, ADDRESS)),
        document: Some(read(document, DOCUMENT)),
        verified: false,
    }]
}

pub(super) fn invoices() -> Vec<Invoice> {
    let bank = Fields::read(
        r#"{"accountName":"Ann Example","address":"1 Sample Street","phoneNumber":"+254700000001",
        "accountNumber":"1000000001","country":"KE"}"#,
    );
    vec![Invoice {
        id: "inv-1".to_owned(),
        reference: "invoice-1".to_owned(),
        amount: Decimal::new(100_000, 2),
        currency: "KES".to_owned(),
        bank: Record::read(&bank, BANK).with("bankCode", "68"),
    }]
}

pub(super) fn fiat_wallets() -> Vec<FiatWallet> {
    let wallet = |id: &str, name: &str, currency: &str, country: &str, balance: i64, deposits: i64| FiatWallet {
        id: id.to_owned(),
        name: name.to_owned(),
        currency: currency.to_owned(),
        country: country.to_owned(),
        balance: Decimal::new(balance, 2),
        deposits: Decimal::new(deposits, 2),
        locked: false,
    };
    vec![
        wallet("wallet-kes", "Main KES", "KES", "KE", 500_000, 100_050),
        wallet("wallet-zar", "Main ZAR", "ZAR", "ZA", 250_000, 25_000),
    ]
}

pub(super) fn crypto_wallets() -> Vec<CryptoWallet> {
    vec![CryptoWallet {
        id: "wallet-polygon".to_owned(),
        name: "Polygon".to_owned(),
        chain: "POLYGON".to_owned(),
        coin: "USDT".to_owned(),
        address: "0x-sample-wallet".to_owned(),
        balance: Decimal::new(10_000, 2),
    }]
}

/// The quotes of the demo, which have no end.
pub(super) fn quotes() -> Vec<Quote> {
    let quote = |id: &str, purpose, from: &str, to: &str, amount: i64| Quote {
        id: id.to_owned(),
        purpose,
        from: from.to_owned(),
        to: to.to_owned(),
        amount: Decimal::new(amount, 2),
        ends: Timestamp::MAX,
        used: false,
    };
    vec![
        quote("rate-onramp-1", Purpose::Onramp, "KES", "USDT", 100_000),
        quote("rate-offramp-1", Purpose::Offramp, "USDT", "KES", 130_500),
        quote("rate-bridge-1", Purpose::Bridge, "KES", "MSAT", 100_000),
    ]
}

/// What a transaction of the history has in common with the others.
fn done(kind: Kind, reference: &str, id: &str, cents: i64, currency: &str) -> Transaction {
    let mut one = Transaction::new(kind, reference.to_owned(), Decimal::new(cents, 2), currency, history());
    one.id = id.to_owned();
    one.status = "SUCCESSFUL";
    one.onchain = "SUCCESSFUL";
    one.updated = after(history(), Duration::from_secs(5));
    one.customer = Some("cust-1".to_owned());
    one.party = "cust-1".to_owned();
    one.phone = Some("+254700000001".to_owned());
    one.network = Some("MPESA".to_owned());
    one.country = Some("KE".to_owned());
    one.wallet = Some("wallet-kes".to_owned());
    one.receipt = Some(format!("RCPT-{reference}"));
    let callback = Fields::read(
        r#"{"callback_url":"https://client.example/kotani","callbackUrl":"https://client.example/kotani"}"#,
    );
    one.extra.merge(&callback, &["callback_url", "callbackUrl"]);
    one
}

fn chain(chain: &str, token: &str, amount: Decimal, address: &str) -> Crypto {
    Crypto {
        amount,
        chain: chain.to_owned(),
        token: token.to_owned(),
        address: address.to_owned(),
        wallet: None,
        fee: Decimal::new(0, 2),
        hash: Some("0x-sample-hash".to_owned()),
    }
}

/// Adds the history: everything in it is over, or waits for the caller; none of it moves by itself.
pub(super) fn transactions(world: &mut World) {
    for one in deposits().into_iter().chain(withdrawals()).chain(ramps()).chain([bridge()]) {
        world.keep(one);
    }
    let fields = Fields::read(
        r#"{"batchName":"March wages","recipients":[
        {"recipientName":"Ann Example","recipientEmail":"ann@example.com","recipientPhone":"+254700000001",
        "amount":100.00,"currency":"KES","reference":"pay-1","network":"MPESA"},
        {"recipientName":"Ben Example","recipientEmail":"ben@example.com","recipientPhone":"+254700000002",
        "amount":50.50,"currency":"KES","reference":"pay-2","network":"MPESA"}],
        "walletSelections":[{"currency":"KES","walletId":"wallet-kes"}]}"#,
    );
    let mut batches = bulk::read(world, &fields).unwrap_or_default();
    for batch in &mut batches {
        batch.id = "batch-1".to_owned();
        for (index, payment) in batch.payments.iter_mut().enumerate() {
            payment.id = format!("payment-{}", index + 1);
        }
    }
    world.bulk.push(BulkTransaction {
        id: "bulk-1".to_owned(),
        name: "March wages".to_owned(),
        description: "Wages of March".to_owned(),
        created: history(),
        batches,
    });
}

fn deposits() -> Vec<Transaction> {
    let hundredths = |number: i64| Decimal::new(number, 2);
    let mut mobile = done(Kind::MobileMoney, "dep-1", "dep-id-1", 100_050, "KES");
    mobile.cost = hundredths(1_000);
    mobile.balances = Some((hundredths(0), hundredths(100_050)));
    let mut checkout = done(Kind::Checkout, "checkout-1", "checkout-id-1", 50_000, "KES");
    checkout.cost = hundredths(500);
    checkout.balances = Some((hundredths(0), hundredths(50_000)));
    let mut card = done(Kind::Card, "card-1", "card-id-1", 25_000, "ZAR");
    card.cost = hundredths(750);
    card.wallet = Some("wallet-zar".to_owned());
    card.balances = Some((hundredths(0), hundredths(25_000)));
    let mut onchain = done(Kind::Onchain, "chain-1", "chain-id-1", 100_050, "KES");
    onchain.cost = hundredths(1_000);
    onchain.wallet = None;
    onchain.crypto = Some(chain("POLYGON", "USDT", hundredths(750), "0x-sample-address"));
    vec![mobile, checkout, card, onchain]
}

fn withdrawals() -> Vec<Transaction> {
    let mut first = done(Kind::Withdrawal, "wd-1", "wd-id-1", 20_000, "KES");
    first.cost = Decimal::new(500, 2);
    let mut held = done(Kind::Withdrawal, "wd-6", "wd-id-6", 20_000, "KES");
    held.status = "DUPLICATE_PENDING";
    held.receipt = None;
    let mut bank = done(Kind::BankWithdrawal, "bank-wd-1", "bank-wd-id-1", 20_000, "ZAR");
    bank.wallet = Some("wallet-zar".to_owned());
    bank.customer = None;
    bank.network = None;
    bank.cost = Decimal::new(500, 2);
    vec![bank, held, first]
}

fn ramps() -> Vec<Transaction> {
    let ten = || chain("POLYGON", "USDT", Decimal::new(1_000, 2), "0x-sample-sender");
    let sale = |reference: &str, crypto: Crypto| {
        let mut sale = done(Kind::Offramp, reference, reference, 130_500, "KES");
        sale.cost = Decimal::new(2_610, 2);
        sale.crypto = Some(crypto);
        sale
    };
    let sold = sale("offramp-1", ten());
    let mut waiting = sale("offramp-3", Crypto { hash: None, ..ten() });
    waiting.status = "PENDING";
    waiting.onchain = "PENDING";
    waiting.receipt = None;
    let mut stuck = sale("offramp-4", ten());
    stuck.status = "REFUND_FAILED";
    stuck.receipt = None;
    stuck.refund = Some(Refund { status: Some("FAILED"), error: Some("Gas too low"), retries: 1, ..Refund::default() });
    let mut lightning = sale("offramp-5", chain("LIGHTNING", "MSAT", Decimal::from(10_000_000), "lnbc1-sample-sender"));
    lightning.status = "REFUND_PENDING";
    lightning.receipt = None;
    lightning.refund = Some(Refund { status: Some("INVOICE_NEEDED"), ..Refund::default() });
    let mut bought = done(Kind::Onramp, "onramp-1", "onramp-id-1", 100_000, "KES");
    bought.cost = Decimal::new(2_000, 2);
    bought.crypto = Some(chain("POLYGON", "USDT", Decimal::new(750, 2), "0x-sample-address"));
    let mut sent = done(Kind::Send, "send-1", "send-id-1", 500, "USDT");
    let mut crypto = chain("POLYGON", "USDT", Decimal::new(500, 2), "0x-sample-address");
    crypto.wallet = Some("wallet-polygon".to_owned());
    crypto.fee = Decimal::new(5, 2);
    sent.crypto = Some(crypto);
    vec![sold, waiting, stuck, lightning, bought, sent]
}

/// Paid, and waiting for the partner; its refund invoice has ended.
fn bridge() -> Transaction {
    let mut one = done(Kind::Bridge, "bridge-1", "bridge-id-1", 100_000, "KES");
    one.status = "PAYMENT_SENT";
    one.crypto = Some(chain("LIGHTNING", "MSAT", Decimal::from(150_000_000), "lnbc1-sample"));
    let said = Fields::read(
        r#"{"transaction_type":"cross_border","metadata":{"sender_name":"Ann Example","sender_country":"KE",
        "recipient_name":"Ben Example","recipient_country":"ZA","notes":"Sample"}}"#,
    );
    let half_an_hour = SignedDuration::from_mins(30);
    one.bridge = Some(Box::new(Bridge {
        partner: "partner-1".to_owned(),
        hash: Some("hash-1".to_owned()),
        invoice: "lnbc1-sample-refund".to_owned(),
        invoice_hash: "hash-refund-1".to_owned(),
        invoice_made: history(),
        invoice_ends: history().checked_add(half_an_hour).unwrap_or(history()),
        invoices: 0,
        settled: None,
        said: Record::read(&said, &["transaction_type", "metadata"]),
    }));
    one
}
