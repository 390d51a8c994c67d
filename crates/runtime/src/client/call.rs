//! What generated methods are made of: a request that is put together, sent, and read.

use std::fmt;
use std::ops::{Deref, DerefMut};

use reqwest::RequestBuilder;
use serde::Serialize;

use crate::call::response::Response;
use crate::client::core::Core;
use crate::error::{Error, Facts};
use crate::model::operation::Operation;
use crate::wire::decode::{Answer, ErrorBody};
use crate::wire::draft::Draft;

/// A call under way from typed values to its answer. Derefs to the request.
pub struct Call<'a> {
    core: &'a Core,
    operation: &'static Operation,
    draft: Draft<'a>,
}

impl<'a> Call<'a> {
    /// A call of an operation, with nothing set.
    pub fn new(core: &'a Core, operation: &'static Operation) -> Self {
        let chain = core.chain();
        let draft = Draft::new(&chain.base, core.path_of(operation), operation, &*chain.time.rng);
        Self { core, operation, draft }
    }

    /// Sends the call and reads its answer.
    ///
    /// # Errors
    ///
    /// As [`Core::call`]; nothing is sent if a value cannot travel where it has to.
    pub async fn send<T: Answer + Serialize, E: ErrorBody>(self) -> Result<Response<T>, Error<E>> {
        let Self { core, operation, draft } = self;
        match draft.request(core.options().checks_requests()) {
            Ok(request) => {
                let answer = core.call(operation, RequestBuilder::from_parts(core.http().clone(), request)).await;
                answer.inspect(|answer| core.report_drift(operation, answer))
            }
            Err(fault) => Err(Error::unsent(operation, Facts::from(fault))),
        }
    }
}

impl<'a> Deref for Call<'a> {
    type Target = Draft<'a>;

    fn deref(&self) -> &Draft<'a> {
        &self.draft
    }
}

impl<'a> DerefMut for Call<'a> {
    fn deref_mut(&mut self) -> &mut Draft<'a> {
        &mut self.draft
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Call({})", self.operation.id)
    }
}
