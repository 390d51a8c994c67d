//! Pagination: both paged versions of transactions, and two lists with undocumented items.

use bursar_runtime::{List, Paged, Walk};

use crate::types::{AnyTransaction, OpaquePage, Transaction, TransactionPage, UnsignedTransactionPage};
use crate::{Client, operations, responses};

impl Client {
    /// Iterates over an account's transactions with signed amounts (version 2.1).
    ///
    /// Pages are requested on demand.
    ///
    /// ```no_run
    /// # async fn example(kontist: bursar_kontist::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut transactions = kontist.walk_transactions(1001);
    /// while let Some(transaction) = transactions.next().await? {
    ///     println!("{:?} {:?}", transaction.id, transaction.amount);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn walk_transactions(&self, account_id: i64) -> Walk<TransactionPage, responses::ListTransactionsError> {
        Walk::new(self.core(), &operations::LIST_TRANSACTIONS).path("account_id", account_id)
    }

    /// Iterates over an account's transactions with unsigned amounts (version 2).
    pub fn walk_transactions_v2(
        &self,
        account_id: i64,
    ) -> Walk<UnsignedTransactionPage, responses::ListTransactionsV2Error> {
        Walk::new(self.core(), &operations::LIST_TRANSACTIONS_V2).path("account_id", account_id)
    }

    /// Iterates over an account's transfers, as raw JSON.
    pub fn walk_transfers(&self, account_id: i64) -> Walk<OpaquePage, responses::ListTransfersError> {
        Walk::new(self.core(), &operations::LIST_TRANSFERS).path("account_id", account_id)
    }

    /// Iterates over an account's future transactions, as raw JSON.
    pub fn walk_future_transactions(
        &self,
        account_id: i64,
    ) -> Walk<OpaquePage, responses::ListFutureTransactionsError> {
        Walk::new(self.core(), &operations::LIST_FUTURE_TRANSACTIONS).path("account_id", account_id)
    }
}

/// The common parts of a page: items, link, and total number. A negative number is ignored.
fn opened<T>(results: List<T>, next: Option<String>, total: Option<i64>) -> (Vec<T>, Option<String>, Option<u64>) {
    (results.into_vec(), next, total.and_then(|total| total.try_into().ok()))
}

impl Paged for TransactionPage {
    type Item = Transaction;
    type Id = i64;

    fn open(self) -> (Vec<Transaction>, Option<String>, Option<u64>) {
        opened(self.results, self.next, self.total)
    }

    fn id(item: &Transaction) -> Option<i64> {
        item.id
    }
}

impl Paged for UnsignedTransactionPage {
    type Item = AnyTransaction;
    type Id = i64;

    fn open(self) -> (Vec<AnyTransaction>, Option<String>, Option<u64>) {
        opened(self.results, self.next, self.total)
    }

    fn id(item: &AnyTransaction) -> Option<i64> {
        match item {
            AnyTransaction::Transaction(later) => later.id,
            AnyTransaction::EarlyTransaction(early) => early.id,
            AnyTransaction::Other(_) => None,
        }
    }
}

impl Paged for OpaquePage {
    type Item = serde_json::Value;
    type Id = String;

    fn open(self) -> (Vec<serde_json::Value>, Option<String>, Option<u64>) {
        opened(self.results, self.next, self.total)
    }

    /// The item's id, if it has one; whether items have ids is undocumented.
    fn id(item: &serde_json::Value) -> Option<String> {
        item.get("id").filter(|id| id.is_string() || id.is_number()).map(ToString::to_string)
    }
}
