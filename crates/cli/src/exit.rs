//! Exit codes and failures of the command.

use std::fmt;
use std::process::ExitCode;

/// The exit codes, as `--help` shows them.
pub(crate) const TABLE: &str = "\
Exit codes:
    0  success: the call was accepted and any money has moved; or every checked file is ok or drift
    1  refused or failed, no money moved; or a checked file is lossy or fails
    2  usage error in the command line, an argument or a file; nothing was sent
    3  nothing was sent: a credential or the base URL is missing, or there is no connection
    4  unknown outcome: look the call up before repeating it
    5  the call succeeded, but the result could not be written to stdout
    6  accepted, not settled yet: look it up again later
    7  the money moved in part: settle the rest manually, do not send the call again
    8  the money moved and came back
    9  expired or cancelled, may still be corrected to done: look it up again later
  130  interrupted by Ctrl-C; stderr says whether the call may have taken effect";

/// The result of the command, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// Success.
    Fine = 0,
    /// Refused by the provider, or by a check.
    Refused = 1,
    /// Usage error.
    Usage = 2,
    /// Nothing was sent.
    NotSent = 3,
    /// It may have taken effect.
    Unknown = 4,
    /// Done, but the result could not be written.
    Unwritten = 5,
    /// Accepted, not settled yet.
    Pending = 6,
    /// Moved in part.
    InPart = 7,
    /// Moved and came back.
    Returned = 8,
    /// Ended, may still be corrected to done.
    MayStillCome = 9,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending as u8)
    }
}

/// An error of the command: its exit code and message.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) ending: Ending,
    pub(crate) message: String,
}

impl Failure {
    /// A usage error.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { ending: Ending::Usage, message: message.into() }
    }

    /// An error before anything was sent.
    pub(crate) fn not_sent(message: impl fmt::Display) -> Self {
        Self { ending: Ending::NotSent, message: message.to_string() }
    }
}
