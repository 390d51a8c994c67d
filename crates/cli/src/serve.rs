//! `bursar sandbox`: serves the fake providers until Ctrl-C.

use std::pin::pin;

use bursar_sandbox::Sandbox;
use tokio::runtime::Runtime;

use crate::exit::{Ending, Failure};
use crate::output::say;

/// Serves on a port of loopback; 0 is any free one.
pub(crate) fn run(port: u16, seed: u64) -> Result<Ending, Failure> {
    runtime()?.block_on(async {
        let mut stopped = pin!(tokio::signal::ctrl_c());
        // Asked once before the address is told, so that no Ctrl-C comes too early.
        let early = tokio::select! {
            biased;
            stopped = &mut stopped => Some(stopped),
            () = std::future::ready(()) => None,
        };
        let sandbox = Sandbox::builder().port(port).seed(seed).start().await;
        let sandbox = sandbox.map_err(|error| Failure::not_sent(format!("{error:#}")))?;
        say(&sandbox.listing())?;
        let stopped = match early {
            Some(stopped) => stopped,
            None => stopped.await,
        };
        stopped.map_err(|error| Failure::not_sent(format!("cannot wait for Ctrl-C: {error}")))?;
        Ok(Ending::Fine)
    })
}

/// What calls and fakes run on.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(|error| Failure::not_sent(format!("cannot start: {error}")))
}
