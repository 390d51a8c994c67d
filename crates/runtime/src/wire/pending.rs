//! What is kept of a call whose outcome is open, read from its request.

use std::time::SystemTime;

use jiff::Timestamp;

use crate::model::operation::{Lookup, Operation, Slot};
use crate::model::outcome::{Asked, Fields, Pending};
use crate::value::DateTime;
use crate::wire::asked::Parts;
use crate::wire::base::Base;
use crate::wire::compare::fingerprint;
use crate::wire::correlation::token_of;

/// What is kept of a call, read from its request. Without one, it can only be said which operation it was.
pub(crate) fn pending(
    operation: &'static Operation,
    base: &Base,
    parts: Option<Parts<'_>>,
    sent_at: SystemTime,
    account: &str,
) -> Pending {
    let field = |pointer: &'static str| match pointer {
        "" => None,
        pointer => parts?.text(base, operation, Slot::Body(pointer)),
    };
    let money = operation.money.as_ref().map(|money| &money.request);
    let lookup_row = operation.idempotency.as_ref().and_then(|idempotency| idempotency.lookup.as_ref());
    let shows_account = lookup_row.is_some_and(Lookup::shows_account);
    let lookup = lookup_row.map(|lookup| {
        let own = lookup.parameters.iter().filter(|parameter| parameter.remembered.is_empty());
        let values = own.filter_map(|parameter| {
            let value = parts?.json(base, operation, parameter.from)?;
            Some((parameter.to.name().into(), value))
        });
        Asked { operation: lookup.operation.into(), values: values.collect() }
    });
    let entries = lookup_row.and_then(|lookup| lookup.entries.as_ref());
    let key = entries.and_then(|entries| entries.key.as_ref());
    let key = key.and_then(|key| token_of(key, &parts?.key(base, operation, key)?));
    let due = entries.and_then(|entries| field(entries.due));
    let sent_at: DateTime = Timestamp::try_from(sent_at).unwrap_or_default().into();
    let named = money.filter(|_| shows_account).and_then(|money| field(money.account));
    Pending::new(Fields {
        provider: operation.provider.into(),
        operation: operation.id.into(),
        reference: parts.and_then(|parts| parts.reference(base, operation)),
        account: Some(account.to_owned()),
        entry: None,
        named_account: named.map(|named| fingerprint(&named, sent_at.text())),
        key,
        due,
        wrong_clock: false,
        sent_at,
        amount: money.and_then(|money| field(money.amount)),
        currency: money.and_then(|money| field(money.currency)),
        lookup,
    })
}
