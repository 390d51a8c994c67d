//! Simulates money calls over all providers: `cargo xtask simulate --seed N --calls N`.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use bursar_world::simulation::{Cast, Habit, run};

const USAGE: &str = "usage: simulate [--seed N] [--calls N]";

fn main() -> ExitCode {
    match simulate(std::env::args().skip(1)) {
        Ok(code) => code,
        Err(error) => {
            // If even this cannot be written, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn simulate(mut words: impl Iterator<Item = String>) -> Result<ExitCode> {
    let (mut seed, mut calls) = (0, 20_000);
    while let Some(word) = words.next() {
        let place = match word.as_str() {
            "--seed" => &mut seed,
            "--calls" => &mut calls,
            _ => bail!("unknown argument {word:?}\n{USAGE}"),
        };
        let number = words.next().and_then(|text| text.parse().ok());
        *place = number.with_context(|| format!("{word} needs a number\n{USAGE}"))?;
    }
    let started = Instant::now();
    let report = run(&Cast::new()?, seed, calls, Habit::Careful)?;
    let seconds = started.elapsed().as_secs_f32();
    writeln!(std::io::stdout(), "{report}\n{seconds:.1} s").context("cannot write to the terminal")?;
    Ok(if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
