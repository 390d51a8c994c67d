//! `cargo xtask`: generates the provider crates from their documents, checks the workspace, and runs benchmarks.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::command()
}
