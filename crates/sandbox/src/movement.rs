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
    /// What the provider takes for its work.
    Fee,
}
