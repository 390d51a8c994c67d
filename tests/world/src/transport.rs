//! A client's innermost place: the sandbox itself.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bursar_runtime::http::{self, HeaderValue, Response};
use bursar_runtime::reqwest::{Body, Request};
use bursar_runtime::{BoxFuture, Bytes, Sleep, Transport, TransportError};
use bursar_sandbox::fault::HEADER;
use bursar_sandbox::{Exchange, Fault, Sandbox, TAG_HEADER};

use crate::clock::VirtualTime;
use crate::crash::Doom;

/// Carries calls to a sandbox of this process, and counts them.
#[derive(Clone)]
pub struct InProcess {
    sandbox: Arc<Sandbox>,
    time: VirtualTime,
    doom: Arc<Doom>,
    sends: Arc<AtomicU32>,
    planned: Arc<Mutex<Plan>>,
}

/// What the next requests meet.
#[derive(Default)]
struct Plan {
    faults: VecDeque<Option<Fault>>,
    tag: Option<String>,
}

impl InProcess {
    /// The way to a sandbox whose clients live in this time, and in a process with this end.
    pub fn new(sandbox: Arc<Sandbox>, time: VirtualTime, doom: Arc<Doom>) -> Self {
        Self { sandbox, time, doom, sends: Arc::default(), planned: Arc::default() }
    }

    /// How many requests it was given to send so far.
    pub fn sends(&self) -> u32 {
        self.sends.load(Ordering::Relaxed)
    }

    /// Which faults the next requests meet, in their order. What was planned before is forgotten.
    pub fn plan(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.planned().faults = faults.into_iter().collect();
    }

    /// The tag of all requests from now on.
    pub fn label(&self, tag: Option<&str>) {
        self.planned().tag = tag.map(str::to_owned);
    }

    fn planned(&self) -> MutexGuard<'_, Plan> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.sends.fetch_add(1, Ordering::Relaxed);
        let (fault, tag) = {
            let mut plan = self.planned();
            (plan.faults.pop_front().flatten(), plan.tag.clone())
        };
        Box::pin(async move {
            let mut request = request;
            if let Some(fault) = fault {
                request.headers_mut().insert(HEADER, HeaderValue::from_static(fault.name()));
            }
            if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
                request.headers_mut().insert(TAG_HEADER, tag);
            }
            let request = http::Request::<Body>::try_from(request).map_err(TransportError::unsent)?;
            let request = request.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap_or_default()));
            let exchange = self.sandbox.exchange(request);
            self.doom.sent().await;
            match exchange {
                Exchange::Answered(answer) => Ok(answer),
                Exchange::Refused => Err(TransportError::unsent("nobody listens")),
                Exchange::ResetUnread => {
                    Err(TransportError::unsent("the connection was reset before anything was sent"))
                }
                Exchange::Truncated(answer, _) => Err(TransportError::cut_off(answer.status(), "the body broke off")),
                Exchange::Slow(answer, after) => {
                    self.time.sleep(after).await;
                    Ok(answer)
                }
                Exchange::Silent => std::future::pending().await,
                // What a later sandbox may do to a connection is no answer either.
                _ => Err(TransportError::unanswered("the connection broke")),
            }
        })
    }
}
