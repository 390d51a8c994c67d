//! The main jobs, on the embedded sandbox, provider by provider. Each talks to a real one instead if its environment variables are set.

#![expect(clippy::print_stdout, reason = "it shows what happens")]

mod kasha;
mod kasisto;
mod kontist;
mod kotani;
mod vaultspay;

use bursar::Progress;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The sandbox lives as long as this variable; it has money in it, and is no list of canned answers.
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
