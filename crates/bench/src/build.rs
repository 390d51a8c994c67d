//! What a user's builds cost: a provider crate against a bare crate of the same HTTP stack, cold; then a crate alone against its peers.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::peers::PEERS;

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

/// A package in a folder of its own, as a user has it: our profiles and features do not count there.
fn package(folder: &Path, manifest: &str, lock: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("src/lib.rs"), "")?;
    // The same versions on all sides.
    std::fs::copy(lock, folder.join("Cargo.lock"))?;
    Ok(())
}

/// Runs the comparison and prints it.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("the workspace's folder")?.to_owned();
    let scratch = tempfile::tempdir()?;
    let (peer, user) = (scratch.path().join("bare"), scratch.path().join("user"));
    let crates = root.join("crates").display().to_string();
    let manifest = format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         bursar-kasisto = {{ path = \"{crates}/kasisto\" }}\nbursar-kotani = {{ path = \"{crates}/kotani\" }}\n\n[workspace]\n"
    );
    package(&peer, PEER, &root.join("Cargo.lock"))?;
    package(&user, &manifest, &root.join("Cargo.lock"))?;
    let ours = Project { folder: user, package: "bursar-kasisto", target: scratch.path().join("ours") };
    let bare = Project { folder: peer, package: "bare", target: scratch.path().join("theirs") };
    crate::say("cold debug builds, dependencies included (seconds, one after the other)");
    let base = bare.cargo(&["build"])?;
    let cold = ours.cargo(&["build"])?;
    row("bare reqwest + middleware + serde", base, base);
    row("bursar-kasisto", cold, base);

    crate::say(
        "the Kotani crate alone (99 operations), dependencies built: the same document through each generator (seconds, ratio)",
    );
    let document = root.join("specs/kotani.yaml");
    let kotani = Project { package: "bursar-kotani", ..ours };
    let base = Alone::measure(&kotani)?;
    base.print("bursar-kotani", &base);
    for peer in &PEERS {
        let folder = scratch.path().join(peer.name);
        if peer.generate(&document, &folder)?.is_some() {
            let project =
                Project { folder, package: "peer", target: scratch.path().join(format!("{}-target", peer.name)) };
            match Alone::measure(&project) {
                Ok(alone) => alone.print(peer.name, &base),
                Err(error) => crate::say(&format!("{:<34} does not compile: {error:#}", peer.name)),
            }
        }
    }
    Ok(())
}

/// Compiling a crate alone, several times each way.
struct Alone {
    check: Duration,
    build: Duration,
}

impl Alone {
    fn measure(project: &Project) -> anyhow::Result<Self> {
        let median = |words: &[&str]| -> anyhow::Result<Duration> {
            project.cargo(words)?;
            let mut times = Vec::new();
            for _ in 0..5 {
                project.forget()?;
                times.push(project.cargo(words)?);
            }
            times.sort_unstable();
            Ok(times[2])
        };
        Ok(Self { check: median(&["check"])?, build: median(&["build"])? })
    }

    fn print(&self, name: &str, base: &Self) {
        let ratio = |ours: Duration, theirs: Duration| ours.as_secs_f64() / theirs.as_secs_f64();
        crate::say(&format!(
            "{name:<34} check {:>6.2} {:>6.2}   build {:>6.2} {:>6.2}",
            self.check.as_secs_f64(),
            ratio(self.check, base.check),
            self.build.as_secs_f64(),
            ratio(self.build, base.build),
        ));
    }
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
