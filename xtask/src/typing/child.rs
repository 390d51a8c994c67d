//! progenitor runs in a child process: it panics on what it does not know, and once overflowed its stack.

use std::io::{Read as _, Write as _};
#[cfg(not(test))]
use std::process::{Command, Stdio};

#[cfg(not(test))]
use anyhow::bail;
use anyhow::{Context as _, anyhow};
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle, UnknownPolicy};
use serde_json::Value;

/// The hidden subcommand that runs progenitor.
pub(crate) const SUBCOMMAND: &str = "__progenitor";

/// What the child does: reads a document from standard input, prints the generated file.
pub(crate) fn serve() -> anyhow::Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    std::io::stdout().write_all(typed(&text)?.as_bytes())?;
    Ok(())
}

/// The file that progenitor makes of a document, as text.
fn typed(text: &str) -> anyhow::Result<String> {
    let document: openapiv3::OpenAPI = serde_json::from_str(text).context("not an OpenAPI 3.0 document")?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_unknown_crates(UnknownPolicy::Allow)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    let tokens = Generator::new(&settings).generate_tokens(&document).map_err(|error| anyhow!("{error}"))?;
    Ok(tokens.to_string())
}

/// In tests of this program itself there is no child: a thread is as good for what panics.
#[cfg(test)]
pub(crate) fn run(document: &Value) -> anyhow::Result<syn::File> {
    let text = document.to_string();
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(move || typed(&text))?;
    let text = thread.join().map_err(|_| anyhow!("progenitor panicked"))??;
    syn::parse_file(&text).context("progenitor's output is not Rust")
}

/// Runs progenitor over a rewritten document; a crash of the child is an error with its last words.
#[cfg(not(test))]
pub(crate) fn run(document: &Value) -> anyhow::Result<syn::File> {
    let program = std::env::current_exe().context("the generator's executable was not found")?;
    let mut child = Command::new(program)
        .arg(SUBCOMMAND)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("progenitor's process cannot be started")?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(document.to_string().as_bytes()).context("progenitor's process does not accept input")?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last =
            words.lines().rfind(|line| !line.starts_with("note:") && !line.trim().is_empty()).unwrap_or("no message");
        bail!("progenitor ended with {}: {last}", output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    syn::parse_file(&text).context("progenitor's output is not Rust")
}
