//! Where every call comes in, over a socket or without one: to the sandbox itself, to a provider, or into a fault.

use std::str::FromStr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};

use crate::Movement;
use crate::document::Operation;
use crate::exchange::{Answer, Call, Exchange};
use crate::fate::{Cause, FATE_HEADER, Fate, TAG_HEADER};
use crate::fault::{self, Effect, Fault, Faults, Own};
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
            let movements = || self.movements();
            let own = Own { faults: &self.faults, violations: &self.violations, movements: &movements };
            let answer = fault::administer(&own, &head.method, rest, &head.headers, &body);
            return Exchange::Answered(answer.into_response());
        }
        let named = self.providers.iter().find(|provider| provider.name() == name);
        // A client that puts its provider's paths behind the host alone leaves the name out.
        let (provider, rest) = match named {
            Some(provider) => (provider, rest),
            None => match self.without_name(&head) {
                Some(provider) => (provider, head.uri.path()),
                None => return Exchange::Answered(Answer::empty(StatusCode::NOT_FOUND).into_response()),
            },
        };
        let mount = Mount { provider: Arc::clone(provider), violations: Arc::clone(&self.violations) };
        let query = head.uri.query().unwrap_or_default().to_owned();
        let path = rest.to_owned();
        let cause = Cause::default();
        let mut call = Call { path, query, method: head.method, headers: head.headers, body, cause };
        let Some(operation) = mount.operation(&call) else {
            return Exchange::Answered(mount.unknown(&call).into_response());
        };
        let met = self.effects(&**provider, operation, &call);
        let met = met.map(|(fault, fate)| {
            let tag = call.header(TAG_HEADER).map(Arc::from);
            call.cause = Cause { fate, tag };
            fault
        });
        match met {
            Ok(None) => Exchange::Answered(mount.answer(operation, &call).into_response()),
            Ok(Some(fault)) => fault::strike(&mount, operation, &call, fault),
            Err(message) => {
                let body = Some(serde_json::json!({ "message": message }).to_string());
                Exchange::Answered(Answer { body, ..Answer::empty(StatusCode::BAD_REQUEST) }.into_response())
            }
        }
    }

    /// The provider with an operation at the whole path of a call, if only one has it.
    fn without_name(&self, head: &Parts) -> Option<&Arc<dyn Provider>> {
        let path = head.uri.path();
        let mut found =
            self.providers.iter().filter(|one| one.document().operation(&head.method, path, "*/*").is_some());
        found.next().filter(|_| found.next().is_none())
    }

    /// The fault and the fate that a call meets: its headers', else the rules'. A header that names none is a mistake to tell.
    fn effects(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
        call: &Call,
    ) -> Result<(Option<Fault>, Option<Fate>), String> {
        let fault =
            call.header(fault::HEADER).map(|name| meets(fault::HEADER, name, provider, operation)).transpose()?;
        let fate = call.header(FATE_HEADER).map(|name| meets(FATE_HEADER, name, provider, operation)).transpose()?;
        // A rule counts every call, whatever its headers say.
        let drawn = self.faults.draw(provider, operation);
        Ok((fault.or(drawn.0), fate.or(drawn.1)))
    }
}

/// The fault or fate of a header.
fn meets<T>(header: &str, name: &str, provider: &dyn Provider, operation: &Operation) -> Result<T, String>
where
    T: FromStr<Err = anyhow::Error> + Into<Effect> + Copy,
{
    let effect: T = name.parse().map_err(|error| format!("{header}: {error}"))?;
    if fault::can_meet(provider, operation, effect.into()) {
        return Ok(effect);
    }
    Err(format!("{header}: {} cannot meet {}", operation.id, effect.into()))
}
