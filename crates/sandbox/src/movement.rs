//! What really moved, for tests that compare the world with what a client believes.

/// One effect on money, as the fake applied it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Movement {
    /// The provider's path prefix: `kasisto`.
    pub provider: &'static str,
    /// Position among the provider's movements, from 1.
    pub sequence: u64,
    /// What moved it.
    pub kind: MovementKind,
    /// Account debited.
    pub from: String,
    /// Account or payee credited.
    pub to: String,
    /// Exact amount in major units, as text with the currency's decimals: `10.50`.
    pub amount: String,
    /// ISO 4217 code, or the name of a token.
    pub currency: String,
    /// The provider's id, as the answer gave it.
    pub id: String,
    /// The caller's own reference, where the API has one.
    pub reference: Option<String>,
    /// Time on the sandbox's clock, RFC 3339.
    pub at: String,
    /// Sequence of the earlier movement that this one gives back.
    pub undoes: Option<u64>,
    /// Tag of the call that brought it about ([`TAG_HEADER`](crate::TAG_HEADER)).
    pub tag: Option<String>,
}

/// What moved the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MovementKind {
    /// Between two accounts of the customer.
    Transfer,
    /// From an account of the customer to somebody else.
    Payment,
    /// From a payer outside into a wallet, or to the provider that changes it into crypto.
    Deposit,
    /// From a wallet, or from the provider that changed crypto into it, to a payee outside.
    Withdrawal,
    /// Crypto that arrived, to be sold.
    CryptoIn,
    /// Crypto that left for an address.
    CryptoOut,
    /// What an earlier movement took, given back.
    Refund,
    /// What was done, undone later.
    Reversal,
    /// What the provider takes for its work.
    Fee,
}

impl MovementKind {
    /// Its name in admin calls.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Payment => "payment",
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::CryptoIn => "crypto_in",
            Self::CryptoOut => "crypto_out",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
            Self::Fee => "fee",
        }
    }
}

/// The last movement of this thing in this direction that was not given back yet.
pub(crate) fn to_undo(movements: &[Movement], id: &str, from: &str, to: &str) -> Option<u64> {
    let is_open = |one: &&Movement| !movements.iter().any(|other| other.undoes == Some(one.sequence));
    let is_it = |one: &&Movement| one.id == id && one.undoes.is_none() && one.from == from && one.to == to;
    movements.iter().rev().filter(is_it).find(is_open).map(|one| one.sequence)
}
