//! How the command ends: its exit codes, and what it says when it has nothing better to say.

use std::fmt;
use std::process::ExitCode;

/// The exit codes, as `--help` shows them.
pub(crate) const TABLE: &str = "\
Exit codes:
    0  the call was accepted and its answer read, and where it speaks of money, the money moved; or every file checked is ok or drift
    1  the provider refused the call or says that it failed, nothing moved; or a file checked is lossy or fails
    2  the command line, an argument or a file is wrong; nothing was sent
    3  nothing was sent: a credential or address is missing, or there is no connection
    4  nobody knows whether the call took effect: find out before repeating it
    5  it was done, but the result could not be written to stdout
    6  accepted, and not known to be done yet: look it up again later
    7  the money moved in part: settle the rest by hand, do not send it again
    8  the money moved and came back
    9  expired or cancelled, and may still be corrected to done: keep following it
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
    /// Accepted, and not decided.
    Pending = 6,
    /// Moved in part.
    InPart = 7,
    /// Moved and came back.
    Returned = 8,
    /// Ended, but may be corrected to done.
    MayStillCome = 9,
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
