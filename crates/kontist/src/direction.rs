//! Direction of a transaction, in all versions of the API.

use std::cmp::Ordering;

use bursar_runtime::Minor;

use crate::types::{AnyTransaction, EarlyTransaction, Transaction};

/// Direction of a transaction, seen from one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Money came in.
    Incoming,
    /// Money went out.
    Outgoing,
}

/// A transaction with a [`direction`]; implemented by the three transaction types.
pub trait Directed: sealed::Sealed {
    /// The fields that determine the direction.
    #[doc(hidden)]
    fn signs(&self) -> Option<Signs>;
}

/// The fields of a transaction that determine its direction.
#[doc(hidden)]
#[derive(Debug)]
pub struct Signs {
    from: Option<i64>,
    to: Option<i64>,
    amount: Option<Minor>,
    /// The type belongs to version 2.1 only, where a positive amount is incoming.
    is_signed: bool,
}

/// Returns the direction of a transaction; `None` if it is undetermined.
///
/// `from` and `to` decide if one of them is the account (versions 1 and 2, whose amounts have no sign). Otherwise a negative amount is outgoing,
/// and a positive amount is incoming in [`list_transactions`](crate::Client::list_transactions) (version 2.1, [`Transaction`]). A positive
/// [`AnyTransaction`] without `from` and `to` is undetermined, because [`get_transaction`](crate::Client::get_transaction) also shows outgoing
/// amounts as positive. Pass the enum, not the `Transaction` inside it. Source: <https://github.com/kontist/apidocs>.
///
/// ```
/// use bursar_kontist::{Direction, direction, types::Transaction};
///
/// let transaction: Transaction = serde_json::from_str(r#"{"id": 5001, "amount": -1250}"#)?;
/// assert_eq!(direction(&transaction, 1001), Some(Direction::Outgoing));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn direction(transaction: &impl Directed, account_id: i64) -> Option<Direction> {
    let Signs { from, to, amount, is_signed } = transaction.signs()?;
    match (from == Some(account_id), to == Some(account_id)) {
        (true, false) => return Some(Direction::Outgoing),
        (false, true) => return Some(Direction::Incoming),
        // A transaction of another account, or within one account.
        _ if from.is_some() || to.is_some() => return None,
        _ => {}
    }
    match amount?.cmp(&Minor::ZERO) {
        Ordering::Less => Some(Direction::Outgoing),
        Ordering::Greater if is_signed => Some(Direction::Incoming),
        _ => None,
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Transaction {}
    impl Sealed for super::EarlyTransaction {}
    impl Sealed for super::AnyTransaction {}
}

impl Directed for Transaction {
    fn signs(&self) -> Option<Signs> {
        Some(Signs { from: self.from, to: self.to, amount: self.amount, is_signed: true })
    }
}

impl Directed for EarlyTransaction {
    fn signs(&self) -> Option<Signs> {
        Some(Signs { from: self.from, to: self.to, amount: self.amount, is_signed: false })
    }
}

impl Directed for AnyTransaction {
    fn signs(&self) -> Option<Signs> {
        let signs = match self {
            Self::Transaction(later) => later.signs(),
            Self::EarlyTransaction(early) => early.signs(),
            Self::Other(_) => None,
        };
        signs.map(|signs| Signs { is_signed: false, ..signs })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn of<T: Directed + DeserializeOwned>(json: &str) -> Option<Direction> {
        direction(&serde_json::from_str::<T>(json).expect("a transaction"), 7)
    }

    #[test]
    fn from_and_to_go_before_the_sign() {
        use Direction::{Incoming, Outgoing};
        for (fields, expected) in [
            (r#""from":7,"to":null,"amount":5"#, Some(Outgoing)),
            (r#""from":null,"to":7,"amount":5"#, Some(Incoming)),
            (r#""from":8,"to":7,"amount":-5"#, Some(Incoming)),
            (r#""from":7,"to":8,"amount":5"#, Some(Outgoing)),
            (r#""from":7,"to":7,"amount":5"#, None),
            (r#""from":8,"to":null,"amount":-5"#, None),
            (r#""amount":-5"#, Some(Outgoing)),
            (r#""amount":0"#, None),
            (r#""type":null"#, None),
        ] {
            let (later, early) = (
                format!(r#"{{"bookingDate":"2019-09-16T22:00:00+00:00",{fields}}}"#),
                format!(r#"{{"booking_date":"2018-08-06T22:00:00+00:00",{fields}}}"#),
            );
            assert_eq!(of::<Transaction>(&later), expected, "{later}");
            assert_eq!(of::<EarlyTransaction>(&early), expected, "{early}");
            assert_eq!(of::<AnyTransaction>(&later), expected, "{later}");
            assert_eq!(of::<AnyTransaction>(&early), expected, "{early}");
        }
    }

    #[test]
    fn a_positive_amount_alone_says_something_in_version_2_1_only() {
        assert_eq!(
            of::<Transaction>(r#"{"amount":5,"bookingDate":"2019-09-16T22:00:00+00:00"}"#),
            Some(Direction::Incoming)
        );
        assert_eq!(of::<AnyTransaction>(r#"{"amount":5,"bookingDate":"2019-09-16T22:00:00+00:00"}"#), None);
        assert_eq!(of::<EarlyTransaction>(r#"{"amount":5}"#), None);
        assert_eq!(of::<AnyTransaction>(r#"{"amount":-5}"#), None, "of no known shape");
    }
}
