//! Serves the sandbox until Ctrl-C.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use bursar_sandbox::{Builder, Sandbox};

const USAGE: &str = "usage: bursar-sandbox [--port N] [--seed N]

  --port N   port on 127.0.0.1 (default: any free one)
  --seed N   seed of ids and tokens (default: 0)
  --help     this text";

#[tokio::main]
async fn main() -> ExitCode {
    let builder = match arguments(std::env::args().skip(1)) {
        Ok(Some(builder)) => builder,
        Ok(None) => return say(USAGE).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        Err(error) => return complain(&format!("{error}\n\n{USAGE}"), 2),
    };
    match serve(builder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}"), 1),
    }
}

/// What the command line asks for; `None` is help.
fn arguments(mut words: impl Iterator<Item = String>) -> Result<Option<Builder>> {
    let mut builder = Sandbox::builder();
    while let Some(word) = words.next() {
        let (flag, inline) = match word.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let mut value = || inline.clone().or_else(|| words.next()).ok_or_else(|| anyhow!("{flag} needs a number"));
        builder = match flag {
            "--port" => builder.port(number(flag, &value()?)?),
            "--seed" => builder.seed(number(flag, &value()?)?),
            "--help" | "-h" => return Ok(None),
            _ => bail!("unknown argument: {word}"),
        };
    }
    Ok(Some(builder))
}

fn number<T: std::str::FromStr>(flag: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| anyhow!("{flag} needs a number in its range, not {text:?}"))
}

async fn serve(builder: Builder) -> Result<()> {
    let sandbox = builder.start().await?;
    say(&sandbox.listing())?;
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")
}

fn say(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to the terminal")
}

fn complain(text: &str, code: u8) -> ExitCode {
    // If even this cannot be written, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "bursar-sandbox: {text}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Builder>> {
        arguments(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_take_a_number_after_a_blank_or_an_equals_sign() {
        for line in ["", "--port 8080", "--seed=7 --port=0"] {
            assert!(parse(line).unwrap().is_some(), "{line}");
        }
        assert!(parse("--help").unwrap().is_none());
    }

    #[test]
    fn a_bad_flag_is_named() {
        for (line, message) in [
            ("--prot 1", "unknown argument: --prot"),
            ("--port", "--port needs a number"),
            ("--port 70000", "--port needs a number in its range, not \"70000\""),
            ("serve", "unknown argument: serve"),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), message);
        }
    }
}
