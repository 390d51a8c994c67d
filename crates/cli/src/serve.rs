//! `bursar sandbox`: serves the fake providers until Ctrl-C.

use std::pin::pin;

use bursar_sandbox::Sandbox;
use tokio::runtime::Runtime;

use crate::exit::{Ending, Failure};
use crate::output::say;

/// Serves on a loopback port; 0 selects a free one.
pub(crate) fn run(port: u16, seed: u64) -> Result<Ending, Failure> {
    runtime()?.block_on(async {
        let mut stopped = pin!(tokio::signal::ctrl_c());
        // Polled once before the address is printed, so that no Ctrl-C is missed.
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

/// The tokio runtime of calls and fakes.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(|error| Failure::not_sent(format!("cannot start the runtime: {error}")))
}
