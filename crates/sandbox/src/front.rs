//! Where every call comes in, over a socket or without one: to the sandbox itself, to a provider, or into a fault.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{Request, StatusCode};

use crate::Movement;
use crate::document::Operation;
use crate::exchange::{Answer, Call, Exchange};
use crate::fault::{self, Fault, Faults};
use crate::provider::{Mount, Provider};
use crate::violation::Violations;

/// Below this path stand the sandbox's own calls.
const OWN: &str = "sandbox";

/// All providers, with what the sandbox records and breaks.
pub(crate) struct Front {
    providers: Arc<[Arc<dyn Provider>]>,
    pub(crate) violations: Arc<Violations>,
    pub(crate) faults: Faults,
}

impl Front {
    pub(crate) fn new(providers: Vec<Arc<dyn Provider>>, seed: u64) -> Self {
        let providers: Arc<[Arc<dyn Provider>]> = providers.into();
        Self { faults: Faults::new(Arc::clone(&providers), seed), providers, violations: Arc::default() }
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    pub(crate) fn movements(&self) -> Vec<Movement> {
        self.providers.iter().flat_map(|provider| provider.movements()).collect()
    }

    /// The whole of a call; of the URI only path and query count.
    pub(crate) fn exchange(&self, request: Request<Bytes>) -> Exchange {
        let (head, body) = request.into_parts();
        let path = head.uri.path().trim_start_matches('/');
        let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        if name == OWN {
            let answer = fault::administer(&self.faults, || self.movements(), &head.method, rest, &body);
            return Exchange::Answered(answer.into_response());
        }
        let Some(provider) = self.providers.iter().find(|provider| provider.name() == name) else {
            return Exchange::Answered(Answer::empty(StatusCode::NOT_FOUND).into_response());
        };
        let mount = Mount { provider: Arc::clone(provider), violations: Arc::clone(&self.violations) };
        let query = head.uri.query().unwrap_or_default().to_owned();
        let call = Call { path: rest.to_owned(), query, method: head.method, headers: head.headers, body };
        let Some(operation) = mount.operation(&call) else {
            return Exchange::Answered(mount.unknown(&call).into_response());
        };
        match self.fault(name, operation, &call) {
            Ok(None) => Exchange::Answered(mount.answer(operation, &call).into_response()),
            Ok(Some(fault)) => fault::strike(&mount, operation, &call, fault),
            Err(message) => {
                let body = Some(serde_json::json!({ "message": message }).to_string());
                Exchange::Answered(Answer { body, ..Answer::empty(StatusCode::BAD_REQUEST) }.into_response())
            }
        }
    }

    /// The fault that a call meets: its header's, else the rules'. A header that names none is a mistake to tell.
    fn fault(&self, provider: &str, operation: &Operation, call: &Call) -> Result<Option<Fault>, String> {
        let Some(name) = call.header(fault::HEADER) else {
            return Ok(self.faults.draw(provider, operation));
        };
        let fault: Fault = name.parse().map_err(|error| format!("{}: {error}", fault::HEADER))?;
        if operation.can_meet(fault) {
            return Ok(Some(fault));
        }
        Err(format!("{}: the document gives {} no verdict, so {fault} means nothing", fault::HEADER, operation.id))
    }
}
