//! Generates a client for each document in `specs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::generate_modules("specs")
}
