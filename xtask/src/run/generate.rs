//! The stages in order, one document at a time: load, lint, rewrite, type, check, emit, write.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;

use super::job::{self, Job};
use super::stamp::Stamp;
use crate::document::{Refusal, synthetic};
use crate::emit::write;
use crate::rewrite::Log;

/// What to do.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// Only show what would change; never trust a stamp.
    pub(crate) check: bool,
    /// Show every rewriting with its place.
    pub(crate) explain: bool,
    /// Only these providers.
    pub(crate) providers: Vec<String>,
    /// Say nothing about documents that are up to date.
    pub(crate) quiet: bool,
}

/// How a run ended, worst first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// Everything is as the documents say.
    Fine,
    /// `--check` found differences.
    Drift,
    /// A document was refused; nothing of it was written.
    Refused,
}

/// Runs the pipeline over the workspace's documents.
pub(crate) fn generate(root: &Path, options: &Options) -> anyhow::Result<Ending> {
    let jobs = job::find(root)?;
    for provider in &options.providers {
        if !jobs.iter().any(|job| job.name == *provider) {
            let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
            anyhow::bail!("the document `{provider}` was not found: the documents are {}", known.join(", "));
        }
    }
    let mut ending = Ending::Fine;
    let chosen = |job: &&Job| options.providers.is_empty() || options.providers.contains(&job.name);
    for job in jobs.iter().filter(chosen) {
        ending = ending.max(one(root, job, options)?);
    }
    Ok(ending)
}

/// Checks documents against every rule, without generating.
pub(crate) fn lint(root: &Path, files: &[PathBuf]) -> anyhow::Result<Ending> {
    let jobs = match files {
        [] => job::find(root)?,
        files => files.iter().map(|file| Job::alone(file)).collect(),
    };
    let mut ending = Ending::Fine;
    for job in jobs {
        match job.rewrite() {
            Ok(_) => say(&format!("{}: fine", job.shown)),
            Err(refusals) => {
                refuse(&refusals);
                ending = Ending::Refused;
            }
        }
    }
    Ok(ending)
}

/// Measures what an operation costs in documents of different sizes.
pub(crate) fn measure(root: &Path) -> anyhow::Result<()> {
    for operations in [50, 100, 200, 500, 1_000] {
        let path = root.join(format!("target/xtask/synthetic-{operations}.json"));
        std::fs::create_dir_all(root.join("target/xtask"))?;
        std::fs::write(&path, synthetic::document(operations).to_string())?;
        let job = Job::alone(&path);
        let started = Instant::now();
        let rewritten = job.rewrite().map_err(|refusals| anyhow::anyhow!("{}", refusals[0]))?;
        let rewriting = started.elapsed();
        drop(rewritten);
        let started = Instant::now();
        let made = job.make()?.map_err(|refusals| anyhow::anyhow!("{}", refusals[0]))?;
        let whole = started.elapsed();
        let each = |time: std::time::Duration| time.as_micros() / made.operations as u128;
        say(&format!(
            "{:5} operations: {:6} ms, {:5} us each; of them lint and rules {:6} ms, {:5} us each",
            made.operations,
            whole.as_millis(),
            each(whole),
            rewriting.as_millis(),
            each(rewriting),
        ));
    }
    Ok(())
}

/// Generates what one document describes, unless it is up to date.
pub(crate) fn one(root: &Path, job: &Job, options: &Options) -> anyhow::Result<Ending> {
    let started = Instant::now();
    let stamp = Stamp::new(root, &job.name);
    if !options.check && !options.explain && stamp.is_fresh(&job.inputs, &job.outputs()) {
        if !options.quiet {
            report(job, "up to date", started);
        }
        return Ok(Ending::Fine);
    }
    let made = match job.make()? {
        Ok(made) => made,
        Err(refusals) => {
            refuse(&refusals);
            return Ok(Ending::Refused);
        }
    };
    if options.explain {
        explain(&made.log);
    }
    if options.check {
        let differences = write::differences(root, &made.files);
        for (_, diff) in &differences {
            say(diff);
        }
        let ending = if differences.is_empty() { Ending::Fine } else { Ending::Drift };
        report(
            job,
            if ending == Ending::Fine { "as generated" } else { "differs: run `cargo xtask generate`" },
            started,
        );
        return Ok(ending);
    }
    let written = write::write(&made.files).with_context(|| format!("{} was not generated", job.name))?;
    stamp.set(&job.inputs, &job.outputs());
    let rules = made.log.rules().len();
    report(job, &format!("{} operations, {rules} rules, {written} files written", made.operations), started);
    Ok(Ending::Fine)
}

fn report(job: &Job, what: &str, started: Instant) {
    say(&format!("{}: {what} ({} ms)", job.shown, started.elapsed().as_millis()));
}

fn explain(log: &Log) {
    for entry in log.entries() {
        say(&format!("{} {}: {}", entry.place, entry.rule, entry.text));
    }
}

/// Prints all faults of a document.
fn refuse(refusals: &[Refusal]) {
    for refusal in refusals {
        complain(&refusal.to_string());
    }
}

#[expect(clippy::print_stdout, reason = "this is the command's output")]
fn say(line: &str) {
    println!("{}", line.trim_end());
}

#[expect(clippy::print_stderr, reason = "this is the command's complaint")]
fn complain(line: &str) {
    eprintln!("{line}");
}
