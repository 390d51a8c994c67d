//! Runs the command, and serves what it calls.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bursar_support::{Step, bytes};

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Fails unless it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// The command with these words, none of our environment variables, and no input.
pub(crate) fn bursar(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bursar"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BURSAR_")) {
        command.env_remove(name);
    }
    command.args(words).stdin(Stdio::null());
    command
}

/// Runs the command to its end.
pub(crate) fn finish(command: &mut Command) -> Done {
    let output = command.output().expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs the command with these words.
pub(crate) fn run(words: &[&str]) -> Done {
    finish(&mut bursar(words))
}

/// Runs the command with these words and this input.
pub(crate) fn run_with_input(words: &[&str], input: &str) -> Done {
    feed(&mut bursar(words), input)
}

/// Runs the command to its end with this input.
pub(crate) fn feed(command: &mut Command, input: &str) -> Done {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    // Whoever does not read its input does not need it.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// What a server does with each request.
#[derive(Clone, Copy)]
pub(crate) enum Reaction {
    /// Status and JSON body.
    Answer(u16, &'static str),
    /// Closes the connection.
    HangUp,
    /// Never answers.
    Silence,
}

/// A server on loopback that keeps every request.
pub(crate) struct Server {
    pub(crate) url: String,
    server: bursar_support::Server,
}

impl Server {
    pub(crate) fn start(reaction: Reaction) -> Self {
        let step = match reaction {
            Reaction::Answer(status, body) => {
                let headers = [("content-type", "application/json"), ("connection", "close")];
                Step::Cut(bytes(status, &headers, body.as_bytes()))
            }
            Reaction::HangUp => Step::Drop,
            Reaction::Silence => Step::Hang,
        };
        let server = bursar_support::Server::in_thread(vec![step]);
        Self { url: server.url.clone(), server }
    }

    /// Every request so far, as text.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.server.seen().iter().map(bursar_support::Message::text).collect()
    }
}

/// A folder of payloads.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }
}
