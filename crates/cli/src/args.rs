//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::exit;

/// Calls banking and payment APIs through typed clients, and validates captured payloads.
///
/// Credentials are read from environment variables; `bursar providers` lists them.
#[derive(Debug, Parser)]
#[command(name = "bursar", version, after_help = exit::TABLE)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the providers and the environment variables of their clients.
    Providers {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List a provider's operations: id, method, path, effect, credentials, tag.
    Operations {
        /// Name of the provider.
        provider: String,
        /// Show only this operation, with the state of the money for each status value.
        operation: Option<String>,
        /// Print JSON, with aliases and parameters.
        #[arg(long)]
        json: bool,
    },
    /// Call an operation; print the answer as JSON to stdout, and errors to stderr.
    Call(Call),
    /// Decode captured payloads, encode them again, and report the differences.
    Check(Check),
    /// Serve the fake providers on loopback until Ctrl-C.
    Sandbox {
        /// Port on 127.0.0.1; 0 selects a free port.
        #[arg(long, value_name = "N", default_value_t = 0)]
        port: u16,
        /// Seed of ids and tokens.
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
    },
    /// Print a completion script for a shell.
    Completions {
        /// Name of the shell.
        shell: Shell,
    },
}

#[derive(Debug, Args)]
#[command(after_help = exit::TABLE)]
pub(crate) struct Call {
    /// Name of the provider.
    pub(crate) provider: String,
    /// Id or alias of the operation.
    pub(crate) operation: String,
    /// Set a member of the body: `a.b[0].c=text`, or `a.b[0].c:=json` for JSON.
    ///
    /// With `=` the value is text, or a number, true, false or null if the type of the field requires it. Digits are not changed. Other users
    /// of the machine can see command lines: pass secrets with --json FILE.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Read the body from a file, or from stdin for `-`; --set changes its members.
    ///
    /// A body other than JSON is written as {"text": ".."}, and a file in a form as {"filename": "..", "content_type": "..", "text": ".."}.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) json: Option<PathBuf>,
    /// Remove unknown members of the body instead of refusing them.
    #[arg(long)]
    pub(crate) drop_unknown: bool,
    /// Set a path, query, header or cookie parameter: `name=value` or `name:=json`; repeat it for a list.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Base URL, instead of the environment variable.
    #[arg(long, value_name = "URL", conflicts_with = "sandbox")]
    pub(crate) base_url: Option<String>,
    /// Call a fake provider inside this command, with its test credentials.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Print the HTTP request instead of sending it; no login is sent either.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Show sensitive fields; credentials stay masked.
    #[arg(long)]
    pub(crate) reveal: bool,
}

#[derive(Debug, Args)]
#[command(after_help = exit::TABLE)]
pub(crate) struct Check {
    /// Name of the provider.
    pub(crate) provider: String,
    /// Id or alias of the operation.
    pub(crate) operation: String,
    /// Whether the payloads are requests or responses.
    pub(crate) side: Side,
    /// HTTP status of the responses.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(100..=999))]
    pub(crate) status: u16,
    /// Print the verdicts as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Files with one payload each; `-` is stdin.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// A side of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    Request,
    Response,
}
