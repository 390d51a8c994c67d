//! Lists that go on: transactions of both paged versions, and the two lists whose items nobody has written down.

use bursar_runtime::{List, Paged, Walk};

use crate::types::{AnyTransaction, OpaquePage, Transaction, TransactionPage, UnsignedTransactionPage};
use crate::{Client, operations, responses};

impl Client {
    /// Every transaction of an account, with signed amounts (version 2.1), page by page as it is asked for.
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

    /// Every transaction of an account, with unsigned amounts (version 2), page by page as it is asked for.
    pub fn walk_transactions_v2(
        &self,
        account_id: i64,
    ) -> Walk<UnsignedTransactionPage, responses::ListTransactionsV2Error> {
        Walk::new(self.core(), &operations::LIST_TRANSACTIONS_V2).path("account_id", account_id)
    }

    /// Every transfer of an account, as it came, page by page as it is asked for.
    pub fn walk_transfers(&self, account_id: i64) -> Walk<OpaquePage, responses::ListTransfersError> {
        Walk::new(self.core(), &operations::LIST_TRANSFERS).path("account_id", account_id)
    }

    /// Everything that is still to come on an account, as it came, page by page as it is asked for.
    pub fn walk_future_transactions(
        &self,
        account_id: i64,
    ) -> Walk<OpaquePage, responses::ListFutureTransactionsError> {
        Walk::new(self.core(), &operations::LIST_FUTURE_TRANSACTIONS).path("account_id", account_id)
    }
}

/// What all pages have: items, link, count. A count below zero is none.
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

    /// Whether these items have ids is not known; one that has is told apart by it.
    fn id(item: &serde_json::Value) -> Option<String> {
        item.get("id").filter(|id| id.is_string() || id.is_number()).map(ToString::to_string)
    }
}
