//! `bursar call`: calls an operation through its typed client.

use std::sync::{Arc, Mutex, PoisonError};

use bursar_runtime::Effect;
use bursar_runtime::dispatch::Failed;
use bursar_sandbox::Sandbox;

use crate::args::Call;
use crate::arguments::{self, Given};
use crate::exit::{Ending, Failure};
use crate::output::{complain, say};
use crate::provider::{Provider, Row, Show};
use crate::serve::runtime;
use crate::setup::setup;
use crate::{explain, find, rehearsal};

/// Makes the call, or prints its request.
pub(crate) fn run(asked: &Call) -> Result<Ending, Failure> {
    let provider = find::provider(&asked.provider)?;
    let row = find::operation(provider, &asked.operation)?;
    let given = arguments::read(asked, &row)?;
    runtime()?.block_on(async {
        let sandbox = if asked.sandbox { Some(Sandbox::start().await) } else { None };
        let sandbox = sandbox.transpose().map_err(|error| Failure::not_sent(format!("{error:#}")))?;
        if asked.dry_run {
            return show(asked, provider, &row, given, sandbox.as_ref()).await;
        }
        make(asked, provider, &row, given, sandbox.as_ref()).await
    })
}

async fn make(
    asked: &Call,
    provider: &dyn Provider,
    row: &Row,
    given: Given,
    sandbox: Option<&Sandbox>,
) -> Result<Ending, Failure> {
    let mut setup = setup(asked, provider.settings(), row.operation, sandbox, None)?;
    setup.headers = given.headers;
    let result = tokio::select! {
        result = provider.call(&setup, row.operation.id, &given.arguments) => result,
        Ok(()) = tokio::signal::ctrl_c() => {
            complain(match row.operation.effect {
                Effect::Read => "interrupted: the call only reads, nothing was changed",
                Effect::Write | Effect::Money => "interrupted: the call may have taken effect, look it up before repeating it",
            });
            return Ok(Ending::Interrupted);
        }
    };
    match result {
        Ok(answer) => {
            let ending = explain::notes(row, &answer);
            say(&explain::masked(row, &answer.json, asked.reveal).pretty()).map(|()| ending)
        }
        Err(failed) => explain::failed(row, &failed, asked.reveal),
    }
}

async fn show(
    asked: &Call,
    provider: &dyn Provider,
    row: &Row,
    given: Given,
    sandbox: Option<&Sandbox>,
) -> Result<Ending, Failure> {
    let shown = Arc::new(Mutex::new(None));
    let (slot, copy, reveal) = (Arc::clone(&shown), *row, asked.reveal);
    let keep: Show = Arc::new(move |request| {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(rehearsal::text(request, &copy, reveal));
    });
    let mut setup = setup(asked, provider.settings(), row.operation, sandbox, Some(keep))?;
    setup.headers = given.headers;
    let result = provider.call(&setup, row.operation.id, &given.arguments).await;
    let text = shown.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (text, result) {
        (Some(text), _) => {
            if row.operation.sealed && setup.public_key.is_some() {
                complain("note: the request is encrypted before it is sent, and shown here in plain text");
            }
            say(&text).map(|()| Ending::Fine)
        }
        (None, Err(failed)) => explain::failed(row, &failed, asked.reveal),
        (None, Ok(_)) => explain::failed(row, &Failed::Argument("the call has no request to print".to_owned()), false),
    }
}
