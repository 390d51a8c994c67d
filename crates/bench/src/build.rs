//! What a user's first build costs: a provider crate against a bare crate of the same HTTP stack, cold; then the crate alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// The bare peer: what everybody who calls an HTTP API with middleware and JSON has to build anyway.
const PEER: &str = r#"[package]
name = "bare"
version = "0.0.0"
edition = "2024"

[dependencies]
reqwest = { version = "0.13", default-features = false, features = ["rustls", "json", "query", "form"] }
reqwest-middleware = { version = "0.5", default-features = false }
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[workspace]
"#;

/// Runs the comparison and prints it.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("the workspace's folder")?.to_owned();
    let scratch = tempfile::tempdir()?;
    let peer = scratch.path().join("bare");
    std::fs::create_dir_all(peer.join("src"))?;
    std::fs::write(peer.join("Cargo.toml"), PEER)?;
    std::fs::write(peer.join("src/lib.rs"), "")?;
    // The same versions on both sides.
    std::fs::copy(root.join("Cargo.lock"), peer.join("Cargo.lock"))?;

    let ours = Project { folder: root, package: "bursar-kasisto", target: scratch.path().join("ours") };
    let bare = Project { folder: peer, package: "bare", target: scratch.path().join("theirs") };
    crate::say("cold debug builds, dependencies included (seconds, one after the other)");
    let base = bare.cargo(&["build"])?;
    let cold = ours.cargo(&["build"])?;
    row("bare reqwest + middleware + serde", base, base);
    row("bursar-kasisto", cold, base);

    crate::say("the crate alone, dependencies built (seconds, and the share of the bare cold build)");
    ours.cargo(&["check"])?;
    for (name, command) in [("cargo check", ["check"]), ("cargo build", ["build"])] {
        let mut times = Vec::new();
        for _ in 0..5 {
            ours.forget()?;
            times.push(ours.cargo(&command)?);
        }
        times.sort_unstable();
        row(name, times[2], base);
    }
    Ok(())
}

fn row(name: &str, time: Duration, base: Duration) {
    let ratio = time.as_secs_f64() / base.as_secs_f64();
    crate::say(&format!("{name:<34} {:>8.2} {ratio:>7.3}", time.as_secs_f64()));
}

/// Something to build into a target folder of its own.
struct Project {
    folder: PathBuf,
    package: &'static str,
    target: PathBuf,
}

impl Project {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.folder).args(words).args(["--quiet", "--package", self.package]);
        command.env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "0").stdin(Stdio::null());
        command
    }

    fn cargo(&self, words: &[&str]) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let status = self.command(words).status().context("cargo does not start")?;
        anyhow::ensure!(status.success(), "cargo {} of {} failed", words.join(" "), self.package);
        Ok(started.elapsed())
    }

    /// Makes the next build compile the package, and nothing else, again.
    fn forget(&self) -> anyhow::Result<()> {
        let status = self.command(&["clean"]).stderr(Stdio::null()).status()?;
        anyhow::ensure!(status.success(), "cargo clean of {} failed", self.package);
        Ok(())
    }
}
