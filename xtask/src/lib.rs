//! Generates clients from documents: the command `cargo xtask`, and the generator for build scripts.

mod document;
mod emit;
mod lint;
mod load;
mod rewrite;
mod run;
mod typing;
mod vocabulary;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use run::cargo;
use run::console::{complain, say};
use run::{Ending, Options};
use typing::child;

pub use run::generate_modules;

/// Generates, checks and measures the bursar workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the client crates from the documents in specs/.
    Generate {
        /// Write nothing; print differences as a unified diff and exit with 1.
        #[arg(long)]
        check: bool,
        /// Generate only this provider (may be repeated).
        #[arg(long, value_name = "NAME")]
        provider: Vec<String>,
        /// Print every rewrite with its rule, file and line.
        #[arg(long)]
        explain: bool,
    },
    /// Check documents without generating; by default all of specs/.
    Lint {
        /// Documents to check.
        files: Vec<PathBuf>,
        /// List the rules.
        #[arg(long)]
        rules: bool,
    },
    /// Generate stale crates, then build the workspace.
    Build {
        /// Arguments of `cargo build`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Generate stale crates, then test the workspace.
    Test {
        /// Arguments of `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run benchmarks against other clients and generators.
    Bench {
        /// What to measure: `call`, `build` or `generate`.
        what: cargo::Bench,
    },
    /// Simulate money calls to all providers with faults, and compare the outcomes with the actual movements.
    Simulate {
        /// Seed of the simulation.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Number of calls.
        #[arg(long, default_value_t = 20_000)]
        calls: u64,
    },
    /// Run all checks and tests, as CI does.
    Ci,
    #[command(name = child::SUBCOMMAND, hide = true)]
    Progenitor,
}

/// Runs the command `cargo xtask`.
pub fn command() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let root = root()?;
    match command {
        Command::Progenitor => child::serve().map(|()| ExitCode::SUCCESS),
        Command::Generate { check, provider, explain } => {
            let options = Options { check, explain, providers: provider, quiet: false };
            Ok(code(&run::generate(&root, &options)?))
        }
        Command::Lint { rules: true, .. } => {
            lint::RULES.iter().for_each(|rule| say(&format!("{:22} {}", rule.name, rule.meaning)));
            Ok(ExitCode::SUCCESS)
        }
        Command::Lint { files, .. } => Ok(code(&run::lint(&root, &files)?)),
        Command::Build { arguments } => fresh(&root, || cargo::cargo(&root, &["build", "--workspace"], &arguments)),
        Command::Test { arguments } => fresh(&root, || cargo::cargo(&root, &["test", "--workspace"], &arguments)),
        Command::Bench { what } => cargo::bench(&root, what),
        Command::Simulate { seed, calls } => cargo::simulate(&root, seed, calls),
        Command::Ci => cargo::ci(&root),
    }
}

/// Generates stale crates, then continues if no document was refused.
fn fresh(root: &Path, then: impl FnOnce() -> anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    match run::generate(root, &Options { quiet: true, ..Options::default() })? {
        Ending::Fine => then(),
        ending => Ok(code(&ending)),
    }
}

fn code(ending: &Ending) -> ExitCode {
    match ending {
        Ending::Fine => ExitCode::SUCCESS,
        Ending::Drift => ExitCode::from(1),
        Ending::Refused => ExitCode::from(2),
    }
}

/// The workspace's folder: the one that cargo runs the xtask in, or the one of this file.
fn root() -> anyhow::Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    let root = here.parent().map(Path::to_path_buf);
    root.filter(|root| root.join("specs").is_dir())
        .ok_or_else(|| anyhow::anyhow!("the workspace's folder was not found: run `cargo xtask` inside it"))
}
