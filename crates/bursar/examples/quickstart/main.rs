//! The main operations of each provider, on the embedded sandbox, or on a real provider if its environment variables are set.

#![expect(clippy::print_stdout, reason = "the example prints its results")]

mod kasha;
mod kasisto;
mod kontist;
mod kotani;
mod vaultspay;

use bursar::Progress;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The sandbox runs as long as this variable lives; its accounts are funded and stateful.
    let sandbox = bursar_sandbox::Sandbox::start().await?;
    kasha::run(&sandbox).await?;
    kasisto::run(&sandbox).await?;
    kontist::run(&sandbox).await?;
    kotani::run(&sandbox).await?;
    vaultspay::run(&sandbox).await
}

fn outcome(progress: Progress) -> &'static str {
    match progress {
        Progress::Done => "done",
        Progress::Failed => "failed",
        Progress::Pending => "accepted, not settled yet",
        other => other.meaning(),
    }
}
