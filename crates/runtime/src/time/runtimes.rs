//! Telling whether a tokio runtime runs: work that was left on one that does not is never done.

use std::pin::pin;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::time::Time;

/// A runtime that does nothing for this long stands still.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether a runtime runs a task that is given to it. One that was shut down runs none.
pub(crate) async fn answers(runtime: &Handle, time: &Time) -> bool {
    let task = pin!(runtime.spawn(async {}));
    time.within(PATIENCE, task).await.is_some_and(|done| done.is_ok())
}
