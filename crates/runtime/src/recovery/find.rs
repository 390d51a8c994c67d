//! Finds the lookup of a call and asks it.

use std::time::Duration;

use super::case::Case;
use super::lookup::Patience;
use super::reconcile::Reconciled;
use crate::call::ask::{Ask, FindCall, Holder};
use crate::call::options::Options;
use crate::error::{AnyError, Facts};
use crate::model::kind::Kind;
use crate::model::outcome::Pending;
use crate::time::BoxFuture;

/// Asks the lookup of a call for as long as `limit`. Boxed, so that the futures of callers stay small.
pub(crate) async fn find_out(
    ask: &dyn Ask,
    options: &Options,
    pending: &Pending,
    patience: Patience,
    limit: Duration,
) -> Result<Reconciled, AnyError> {
    let provider = ask.chain().provider;
    if pending.provider() != provider.name {
        let message = "the call was made by the client of another provider";
        return Err(Facts::unsent(Kind::Config, message).into());
    }
    if !ask.chain().is_ours(pending) {
        let message = "the call was made with another base URL or account, use the client that made it";
        return Err(Facts::unsent(Kind::Config, message).into());
    }
    let row = |id: &str| provider.operations.iter().copied().find(|row| row.id == id);
    let Some(operation) = row(pending.operation()) else {
        return Ok(Reconciled::Undecidable { reason: "the operation is unknown to this version of the client" });
    };
    let Some(lookup) = operation.idempotency.as_ref().and_then(|idempotency| idempotency.lookup.as_ref()) else {
        return Ok(Reconciled::Undecidable { reason: "the provider has no lookup for the call" });
    };
    let Some(asked) = row(lookup.operation) else {
        return Ok(Reconciled::Undecidable { reason: "the provider has no lookup for the call" });
    };
    let case = Case { ask, options, pending, operation, lookup, asked };
    Box::pin(case.run(patience, limit)).await.map_err(AnyError::from)
}

/// Finds a call by the lookup of its document.
pub(crate) struct FindByLookup;

impl FindCall for FindByLookup {
    fn find<'a>(
        &'a self,
        ask: &'a dyn Ask,
        options: &'a Options,
        call: &'a Pending,
        waits: bool,
        limit: Duration,
    ) -> BoxFuture<'a, Holder> {
        Box::pin(async move {
            let patience = if waits { Patience::UntilFound } else { Patience::Once };
            let Ok(state) = find_out(ask, options, call, patience, limit).await else {
                return Holder::Unknown;
            };
            if let Reconciled::Differs(found) = &state {
                let differing = found.comparisons().iter().filter(|it| it.is_contradicted());
                return Holder::Another(differing.map(ToString::to_string).collect());
            }
            let lookup = ask.chain().provider.operations.iter().find(|row| call.lookup() == Some(row.id));
            match lookup.zip(state.into_known()) {
                Some((lookup, found)) if found.is_surely_the(call) => Holder::This(lookup, found.reply),
                _ => Holder::Unknown,
            }
        })
    }
}
