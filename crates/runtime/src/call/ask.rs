//! Questions to the provider about a call: what the pipeline asks of recovery, and recovery of the pipeline.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Request;

use super::chain::Chain;
use super::options::Options;
use crate::error::Facts;
use crate::model::operation::{Lookup, Operation};
use crate::model::outcome::Pending;
use crate::time::BoxFuture;
use crate::wire::reply::Reply;

/// Makes the calls of lookups.
pub(crate) trait Ask: Send + Sync {
    /// What all calls of the client share.
    fn chain(&self) -> &Arc<Chain>;

    /// Makes a lookup, of which only the whole answer is wanted, as long as it shows what the lookup is for.
    fn ask<'a>(
        &'a self,
        operation: &'static Operation,
        lookup: &'a Lookup,
        options: Options,
        request: Request,
    ) -> BoxFuture<'a, Result<Reply, Facts>>;
}

/// Looks up what the provider has under the reference of a call.
pub(crate) trait FindCall: Send + Sync {
    /// Looks it up once, or, where it `waits`, until it is found, for as long as `limit`.
    fn find<'a>(
        &'a self,
        ask: &'a dyn Ask,
        options: &'a Options,
        call: &'a Pending,
        waits: bool,
        limit: Duration,
    ) -> BoxFuture<'a, Holder>;
}

/// What has the reference of a call.
pub(crate) enum Holder {
    /// This call beyond doubt: the lookup and its answer.
    This(&'static Operation, Reply),
    /// Something else: in words, what differs.
    Another(Vec<String>),
    /// The lookup does not say.
    Unknown,
}
