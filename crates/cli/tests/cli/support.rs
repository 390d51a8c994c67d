//! Runs the command, and serves what it calls.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    /// Says nothing for a minute.
    Silence,
}

/// A server on loopback that remembers each connection with the request that came over it.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(reaction: Reaction) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let request = read(&mut stream);
                seen.lock().expect("a list").push(request);
                match reaction {
                    Reaction::Answer(status, body) => {
                        let head =
                            format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close");
                        write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
                            .expect("somebody reads");
                    }
                    Reaction::HangUp => {}
                    Reaction::Silence => std::thread::sleep(Duration::from_secs(60)),
                }
            }
        });
        Self { url, requests }
    }

    /// Every request so far, one per connection.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("a list").clone()
    }
}

/// One whole request; what came, if the connection ends before.
fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
        }
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
