//! How the command ends: its exit codes, and what it says when it has nothing better to say.

use std::fmt;
use std::process::ExitCode;

/// The exit codes, as `--help` shows them.
pub(crate) const TABLE: &str = "\
Exit codes:
    0  the call was accepted and its answer read; or every file checked is ok or drift
    1  the provider refused the call or says that it failed, nothing moved; or a file checked is lossy or fails
    2  the command line, an argument or a file is wrong; nothing was sent
    3  nothing was sent: a credential or address is missing, or there is no connection
    4  nobody knows whether the call took effect: find out before repeating it
    5  it was done, but the result could not be written to stdout
  130  Ctrl-C; stderr says whether the call may have taken effect";

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// As asked.
    Fine = 0,
    /// Refused by the provider, or by a check.
    Refused = 1,
    /// Asked in a way that makes no sense.
    Usage = 2,
    /// Nothing was sent.
    NotSent = 3,
    /// It may have taken effect.
    Unknown = 4,
    /// Done, and not told.
    Unwritten = 5,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending as u8)
    }
}

/// Why the command ends early: the ending, and a message that says what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) ending: Ending,
    pub(crate) message: String,
}

impl Failure {
    /// Something about what was asked is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { ending: Ending::Usage, message: message.into() }
    }

    /// Nothing can be sent.
    pub(crate) fn not_sent(message: impl fmt::Display) -> Self {
        Self { ending: Ending::NotSent, message: message.to_string() }
    }
}
