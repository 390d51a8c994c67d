//! Measurements against peers, in the same run on the same machine: the ratios mean something, the seconds do not.

mod build;
mod call;
mod peers;
mod reading;
mod server;

use std::process::ExitCode;

// Counts what each client allocates for a call; the server runs in a process of its own.
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

const USAGE: &str = "usage: cargo xtask bench call | build | reading";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let result = match arguments.next().as_deref() {
        Some("call") => call::run(),
        Some("build") => build::run(),
        Some("reading") => reading::run(arguments),
        Some("serve") => server::serve(),
        _ => {
            complain(USAGE);
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(1)
        }
    }
}

#[expect(clippy::print_stdout, reason = "this is the command's output")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "this is the command's complaint")]
fn complain(line: &str) {
    eprintln!("{line}");
}
