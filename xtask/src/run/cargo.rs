//! The jobs that run cargo: build, test, bench and the whole of CI.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Context as _;

use super::console::{complain, say};
use super::generate::{self, Ending, Options};

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Bench {
    /// A call through the whole chain against bare reqwest.
    Call,
    /// Cold and crate-alone builds against a bare client.
    Build,
    /// Hostile answers of 4 MiB against a `Value` of the same bytes.
    Reading,
    /// The generator on documents of 50 to 1,000 operations.
    Generate,
}

/// The steps of CI, in order, cheapest first.
const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("clippy", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    ("tests and doctests", &["test", "--workspace", "--all-features"]),
    (
        "code of odd documents",
        &["test", "--workspace", "--all-features", "--lib", "--", "--ignored", "documents_compile"],
    ),
    (
        "values with arbitrary_precision",
        &["test", "--package", "bursar-runtime", "--features", "serde_json/arbitrary_precision", "--test", "values_*"],
    ),
    // In the profile of the tests: an optimised build of everything takes four times as long as what it saves here.
    ("simulation", &["run", "--package", "bursar-world", "--all-features", "--", "--seed", "1", "--calls", "20000"]),
    ("documentation", &["doc", "--workspace", "--no-deps", "--all-features"]),
];

/// The features of the facade that are providers, by its manifest.
fn providers(root: &Path) -> anyhow::Result<Vec<String>> {
    let path = root.join("crates/bursar/Cargo.toml");
    let manifest = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let section = manifest.lines().skip_while(|line| line.trim() != "[features]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    let provided = lines.filter(|line| line.contains("\"dep:bursar-")).filter_map(|line| line.split_once('='));
    let names = provided.map(|(name, _)| name.trim().to_owned());
    let names: Vec<String> = names.collect();
    anyhow::ensure!(!names.is_empty(), "{} has no provider among its features", path.display());
    Ok(names)
}

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
        Bench::Reading => "reading",
        Bench::Generate => return generate::measure(root).map(|()| ExitCode::SUCCESS),
    };
    cargo(root, &["run", "--release", "--package", "bursar-bench", "--", name], &[])
}

/// All steps: those above, then each provider alone, so that whoever wants one compiles no other.
fn steps(root: &Path) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let mut steps: Vec<_> = STEPS.iter().map(|(name, words)| ((*name).to_owned(), owned(words))).collect();
    for provider in providers(root)? {
        let words = ["check", "--package", "bursar", "--no-default-features", "--features", &provider];
        steps.push((format!("{provider} alone"), owned(&words)));
    }
    Ok(steps)
}

/// Runs a simulation of money calls.
pub(crate) fn simulate(root: &Path, seed: u64, calls: u64) -> anyhow::Result<ExitCode> {
    let numbers = ["--seed".to_owned(), seed.to_string(), "--calls".to_owned(), calls.to_string()];
    cargo(root, &["run", "--release", "--package", "bursar-world", "--"], &numbers)
}

/// Runs every step of CI and ends at the first that fails.
pub(crate) fn ci(root: &Path) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    say("== generated code matches the documents");
    let options = Options { check: true, ..Options::default() };
    if generate::generate(root, &options)? != Ending::Fine {
        complain("error: generated code differs: run `cargo xtask generate` and commit the result");
        return Ok(ExitCode::from(1));
    }
    let steps = steps(root)?;
    for (number, (name, words)) in steps.iter().enumerate() {
        let step = Instant::now();
        say(&format!("== {}/{} {name}", number + 1, steps.len()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if !run(root, &words, &[])? {
            complain(&format!("error: {name} failed: cargo {}", words.join(" ")));
            return Ok(ExitCode::from(1));
        }
        say(&format!("== {name}: {} s", step.elapsed().as_secs()));
    }
    say(&format!("== all checks passed in {} s", started.elapsed().as_secs()));
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_run_shows_that_it_compiles() {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(".cargo/config.toml");
        let config = std::fs::read_to_string(config).unwrap();
        let alias = config.lines().find(|line| line.starts_with("xtask = ")).unwrap();
        assert!(!alias.contains("quiet"), "{alias}");
    }

    #[test]
    fn each_provider_of_the_facade_is_checked_alone() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let crates = std::fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap());
        let generated = crates.filter(|entry| entry.path().join("src/generated/mod.rs").exists());
        let mut expected: Vec<String> =
            generated.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        expected.sort();
        assert_eq!(providers(root).unwrap(), expected);
    }
}
