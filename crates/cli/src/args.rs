//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::exit;

/// Calls banking and payment APIs through bursar's typed clients, and checks captured payloads against them.
///
/// Credentials come from environment variables only; `bursar providers` names them.
#[derive(Debug, Parser)]
#[command(name = "bursar", version, after_help = exit::TABLE)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the providers, with the environment variables that their clients read.
    Providers {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// List a provider's operations: id, method, path, effect, credentials, tag.
    Operations {
        /// Name of the provider.
        provider: String,
        /// Only this operation, with what each of its status values says of the money.
        operation: Option<String>,
        /// As JSON, with aliases and parameters.
        #[arg(long)]
        json: bool,
    },
    /// Call an operation; the answer is JSON on stdout, errors are explained on stderr.
    Call(Call),
    /// Read captured payloads with the operation's types, write them again, and say what differs.
    Check(Check),
    /// Serve the fake providers on loopback until Ctrl-C, with their test credentials.
    Sandbox {
        /// Port on 127.0.0.1; 0 is any free one.
        #[arg(long, value_name = "N", default_value_t = 0)]
        port: u16,
        /// Seed of ids and tokens.
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
    },
    /// Write a completion script for a shell to stdout.
    Completions {
        /// The shell.
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
    /// Write into the body: `a.b[0].c=text`, or `a.b[0].c:=json` for JSON as it stands.
    ///
    /// With `=` the value is text, unless the field's type is another: then a number, true, false or null. Digits are kept exactly.
    /// What stands on a command line can be seen by others on the machine: give secrets with --json FILE.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// The body from a file, or from stdin if it is `-`; --set writes into it.
    ///
    /// A body that is no JSON stands there as {"text": ".."}; a file in a form as {"filename": "..", "content_type": "..", "text": ".."}.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) json: Option<PathBuf>,
    /// Send the body without the members that the operation does not have, instead of refusing them.
    #[arg(long)]
    pub(crate) drop_unknown: bool,
    /// A parameter of path, query, header or cookie: `name=value`, more than once for a list, or `name:=json`.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Call there instead of where the environment says.
    #[arg(long, value_name = "URL", conflicts_with = "sandbox")]
    pub(crate) base_url: Option<String>,
    /// Call a fake provider that runs inside this command, with its test credentials.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Show the HTTP request instead of sending it; nothing at all is sent, not even a login.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Show sensitive fields, which are masked otherwise. Credentials stay masked.
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
    /// Which side the payloads are of.
    pub(crate) side: Side,
    /// HTTP status that the responses came with.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(100..=999))]
    pub(crate) status: u16,
    /// Verdicts as JSON.
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
