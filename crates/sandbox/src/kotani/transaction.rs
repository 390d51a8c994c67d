//! The one record behind deposits, withdrawals, ramps, sends, bridges and payments of invoices and batches.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::bridge::Bridge;
use super::phones::Failure;
use super::record::Record;
use crate::fate::Cause;
use crate::json::Object;

/// What a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    MobileMoney,
    Checkout,
    Card,
    Onchain,
    Withdrawal,
    BankWithdrawal,
    Bulk,
    Onramp,
    Offramp,
    Send,
    Bridge,
    Invoice,
}

/// The kinds among which a reference is used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    Deposit,
    Withdrawal,
    Onramp,
    Offramp,
    Send,
    Bridge,
    /// A bridge by its caller's reference, which is not the one to ask with.
    Partner,
    Invoice,
}

impl Kind {
    pub(super) fn family(self) -> Family {
        match self {
            Self::MobileMoney | Self::Checkout | Self::Card | Self::Onchain => Family::Deposit,
            Self::Withdrawal | Self::BankWithdrawal | Self::Bulk => Family::Withdrawal,
            Self::Onramp => Family::Onramp,
            Self::Offramp => Family::Offramp,
            Self::Send => Family::Send,
            Self::Bridge => Family::Bridge,
            Self::Invoice => Family::Invoice,
        }
    }
}

/// What happens to a transaction when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The payer's money is here.
    Collected,
    /// The payee has the money.
    Paid,
    /// The crypto to be sold is here.
    Arrived,
    /// The crypto is on its way out.
    Sent,
    Failed(&'static Failure),
    /// What was taken is given back.
    Refunded,
    /// Nothing comes of giving it back.
    RefundFailed,
    /// The payer was charged, and nothing is delivered.
    NotDelivered,
    /// The partner does not settle.
    Unsettled,
    /// What had ended goes on.
    Again,
    /// What was done is undone.
    Reversed,
}

/// The crypto side of a transaction.
#[derive(Clone, Debug)]
pub(super) struct Crypto {
    pub(super) amount: Decimal,
    pub(super) chain: String,
    pub(super) token: String,
    /// Where it goes, or where it comes from.
    pub(super) address: String,
    /// The integrator's wallet that it goes into or comes from, if it is one.
    pub(super) wallet: Option<String>,
    pub(super) fee: Decimal,
    pub(super) hash: Option<String>,
}

/// The return of an off-ramp's crypto.
#[derive(Clone, Debug, Default)]
pub(super) struct Refund {
    /// `SUCCESSFUL`, `FAILED` or `INVOICE_NEEDED`; `None` before it is tried.
    pub(super) status: Option<&'static str>,
    pub(super) error: Option<&'static str>,
    pub(super) retries: u32,
    pub(super) hash: Option<String>,
    /// The Lightning invoice to pay it to.
    pub(super) invoice: Option<String>,
}

/// One transaction.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) kind: Kind,
    pub(super) id: String,
    /// The caller's.
    pub(super) reference: String,
    pub(super) number: u32,
    pub(super) amount: Decimal,
    pub(super) currency: String,
    pub(super) cost: Decimal,
    /// Fiat wallet, if it touches one.
    pub(super) wallet: Option<String>,
    pub(super) customer: Option<String>,
    /// Who pays or is paid, as movements name them: a telephone, an account.
    pub(super) party: String,
    pub(super) phone: Option<String>,
    pub(super) network: Option<String>,
    pub(super) country: Option<String>,
    pub(super) status: &'static str,
    /// The state of the crypto side.
    pub(super) onchain: &'static str,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) failure: Option<&'static Failure>,
    /// Deposit balance of the wallet before and after.
    pub(super) balances: Option<(Decimal, Decimal)>,
    /// The network's receipt.
    pub(super) receipt: Option<String>,
    pub(super) crypto: Option<Crypto>,
    pub(super) refund: Option<Refund>,
    pub(super) bridge: Option<Box<Bridge>>,
    /// What else the answers repeat.
    pub(super) extra: Record,
    /// The call behind it.
    pub(super) cause: Cause,
}

impl Transaction {
    pub(super) fn new(kind: Kind, reference: String, amount: Decimal, currency: &str, now: Timestamp) -> Self {
        Self {
            kind,
            id: String::new(),
            reference,
            number: 0,
            amount,
            currency: currency.to_owned(),
            cost: Decimal::new(0, 2),
            wallet: None,
            customer: None,
            party: String::new(),
            phone: None,
            network: None,
            country: None,
            status: "PENDING",
            onchain: "PENDING",
            created: now,
            updated: now,
            failure: None,
            balances: None,
            receipt: None,
            crypto: None,
            refund: None,
            bridge: None,
            extra: Record::default(),
            cause: Cause::default(),
        }
    }

    /// The members of `transactionError` and its like: a text, empty while nothing went wrong.
    pub(super) fn error_code(&self) -> &'static str {
        self.failure.map_or("", |failure| failure.code)
    }

    /// The crypto side; nothing where there is none.
    pub(super) fn hash(&self) -> Option<&str> {
        self.crypto.as_ref()?.hash.as_deref()
    }

    /// `{id, message, <reference>, <number>, <customer>}`: what creating answers, in either spelling. Withdrawals leave the customer out.
    pub(super) fn accepted(&self, spelling: Spelling) -> Object {
        let (reference, number, customer) = match spelling {
            Spelling::Snake => ("reference_id", "reference_number", "customer_key"),
            Spelling::Camel => ("referenceId", "referenceNumber", "customerKey"),
        };
        let is_withdrawal = matches!(self.kind, Kind::Withdrawal | Kind::BankWithdrawal);
        Object::new()
            .with("id", self.id.as_str())
            .with("message", "Request sent")
            .with(reference, self.reference.as_str())
            .with(number, self.number)
            .with_some(customer, self.customer.as_deref().filter(|_| !is_withdrawal))
    }
}

/// How a family of answers spells its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Snake,
    Camel,
}
