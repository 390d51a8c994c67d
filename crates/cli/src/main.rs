//! The `bursar` command: calls operations of all providers, and validates captured payloads.
//!
//! It is driven by the providers' operation tables: there is one registration per provider and no code per operation.

mod args;
mod arguments;
mod assign;
mod call;
mod check;
mod exit;
mod explain;
mod faults;
mod files;
mod find;
#[cfg(test)]
mod linear;
mod list;
mod output;
mod provider;
mod registry;
mod rehearsal;
mod serve;
mod setup;
mod states;
mod tree;
mod work;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::args::{Arguments, Command};
use crate::exit::{Ending, Failure};

fn main() -> ExitCode {
    let ending = run(Arguments::parse().command).unwrap_or_else(|failure| {
        output::complain(&format!("error: {}", failure.message));
        failure.ending
    });
    ending.into()
}

fn run(command: Command) -> Result<Ending, Failure> {
    match command {
        Command::Providers { json } => list::providers(json).map(|()| Ending::Fine),
        Command::Operations { provider, operation, json } => {
            list::operations(&provider, operation.as_deref(), json).map(|()| Ending::Fine)
        }
        Command::Call(asked) => call::run(&asked),
        Command::Check(asked) => check::run(&asked),
        Command::Sandbox { port, seed } => serve::run(port, seed),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "bursar", &mut script);
            output::say(String::from_utf8_lossy(&script).trim_end()).map(|()| Ending::Fine)
        }
    }
}
