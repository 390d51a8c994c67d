//! The jobs that run cargo: build, test, bench and the whole of CI.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Context as _;

use crate::generate;

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Bench {
    /// A call through the whole chain against bare reqwest.
    Call,
    /// Cold and crate-alone builds against a bare client.
    Build,
}

/// The steps of CI, in order, cheapest first.
const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("clippy", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    ("tests and doctests", &["test", "--workspace", "--all-features"]),
    (
        "values with arbitrary_precision",
        &["test", "--package", "bursar-runtime", "--features", "serde_json/arbitrary_precision", "--test", "values_*"],
    ),
    ("documentation", &["doc", "--workspace", "--no-deps", "--all-features"]),
    ("one provider alone", &["check", "--package", "bursar", "--no-default-features", "--features", "kasisto"]),
];

/// Runs cargo in the workspace; its exit code is ours.
pub(crate) fn cargo(root: &Path, words: &[&str], more: &[String]) -> anyhow::Result<ExitCode> {
    let succeeded = run(root, words, more)?;
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn run(root: &Path, words: &[&str], more: &[String]) -> anyhow::Result<bool> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root).args(words).args(more);
    // The documentation must be clean too; rustc's own warnings are clippy's step.
    if words[0] == "doc" {
        command.env("RUSTDOCFLAGS", "-D warnings");
    }
    Ok(command.status().context("cargo does not start")?.success())
}

/// Runs a measurement: it builds what it compares, so that every figure is of this machine and this run.
pub(crate) fn bench(root: &Path, what: Bench) -> anyhow::Result<ExitCode> {
    let name = match what {
        Bench::Call => "call",
        Bench::Build => "build",
    };
    cargo(root, &["run", "--quiet", "--release", "--package", "bursar-bench", "--", name], &[])
}

/// Runs every step of CI and ends at the first that fails.
pub(crate) fn ci(root: &Path) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    crate::say("== generated code is as the documents say");
    let options = generate::Options { check: true, ..generate::Options::default() };
    if generate::run(root, &options)? != generate::Ending::Fine {
        crate::complain("error: generated code differs: run `cargo xtask generate` and commit what it writes");
        return Ok(ExitCode::from(1));
    }
    for (number, (name, words)) in STEPS.iter().enumerate() {
        let step = Instant::now();
        crate::say(&format!("== {}/{} {name}", number + 1, STEPS.len()));
        if !run(root, words, &[])? {
            crate::complain(&format!("error: {name} failed: cargo {}", words.join(" ")));
            return Ok(ExitCode::from(1));
        }
        crate::say(&format!("== {name}: {} s", step.elapsed().as_secs()));
    }
    crate::say(&format!("== all green in {} s", started.elapsed().as_secs()));
    Ok(ExitCode::SUCCESS)
}
