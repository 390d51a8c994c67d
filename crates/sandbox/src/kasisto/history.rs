//! What the accounts saw before the sandbox started.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::world::Entry;
use crate::clock::days_before;
use crate::random::Random;

/// Account, days ago, title, merchant, category, cents, and whether money came in.
type Line = (&'static str, i64, &'static str, Option<&'static str>, &'static str, i64, bool);

const LINES: &[Line] = &[
    ("acc-checking", 31, "Salary", None, "category-3", 310_000, true),
    ("acc-checking", 24, "Groceries", Some("Greenfield Grocers"), "category-1", 8_465, false),
    ("acc-card", 20, "Books", Some("Strand Street Books"), "category-2", 4_320, false),
    ("acc-euro", 18, "Gift", None, "category-3", 20_000, true),
    ("acc-card", 11, "Bakery", Some("Corner Bakery"), "category-1", 475, false),
    ("acc-savings", 8, "Interest", None, "category-3", 1_042, true),
    ("acc-checking", 5, "Groceries", Some("Greenfield Grocers"), "category-1", 6_210, false),
    ("acc-card", 2, "Bakery", Some("Corner Bakery"), "category-1", 525, false),
];

/// The ledger at opening, oldest first; the balances already contain it.
pub(super) fn entries(random: &mut Random, now: Timestamp) -> Vec<Entry> {
    let entry = |&(account, days, title, merchant, category, cents, is_credit): &Line| Entry {
        id: random.reference("txn-"),
        account: account.to_owned(),
        currency: if account == "acc-euro" { "EUR" } else { "USD" }.to_owned(),
        title: title.to_owned(),
        description: merchant.unwrap_or(title).to_owned(),
        is_credit,
        amount: Decimal::new(cents, 2),
        category,
        merchant,
        payee: None,
        at: days_before(now, days),
        reference: None,
        meta: Vec::new(),
        is_cancelled: false,
    };
    LINES.iter().map(entry).collect()
}
