//! OAuth2 scopes.

use std::fmt;

/// A permission that a program requests.
///
/// The scopes that each operation requires are not documented.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// Issues a refresh token too; with PKCE only if the redirect address has a custom scheme.
    Offline,
    /// Accounts.
    Accounts,
    /// The user's data.
    Users,
    /// Transactions.
    Transactions,
    /// Transfers.
    Transfers,
    /// Subscriptions.
    Subscriptions,
    /// Account statements.
    Statements,
    /// The programs that use the API. Added later.
    Clients,
    /// An unknown scope.
    Other(String),
}

impl Scope {
    /// The scope's name in requests.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Offline => "offline",
            Self::Accounts => "accounts",
            Self::Users => "users",
            Self::Transactions => "transactions",
            Self::Transfers => "transfers",
            Self::Subscriptions => "subscriptions",
            Self::Statements => "statements",
            Self::Clients => "clients",
            Self::Other(name) => name,
        }
    }

    /// Parses scopes separated by blanks.
    pub(super) fn list(text: &str) -> Vec<Self> {
        text.split_whitespace().map(Self::from).collect()
    }

    /// Joins scopes with blanks.
    pub(super) fn text(scopes: &[Self]) -> String {
        scopes.iter().map(Self::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl From<&str> for Scope {
    fn from(name: &str) -> Self {
        match name {
            "offline" => Self::Offline,
            "accounts" => Self::Accounts,
            "users" => Self::Users,
            "transactions" => Self::Transactions,
            "transfers" => Self::Transfers,
            "subscriptions" => Self::Subscriptions,
            "statements" => Self::Statements,
            "clients" => Self::Clients,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
