//! A raw server on loopback that counts and records: it follows a script, or stands between a client and a real server.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::tree::Tree;

/// Makes the bytes of an answer out of the request.
type Make = dyn Fn(&Message) -> Vec<u8> + Send + Sync;

/// Chooses the step for a request.
type Choose = dyn Fn(&Message) -> Step + Send + Sync;

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Step {
    /// Sends these bytes and keeps the connection.
    Answer(Vec<u8>),
    /// Sends what is made of the request, and keeps the connection.
    Make(Arc<Make>),
    /// Sends these bytes and closes the connection.
    Cut(Vec<u8>),
    /// Closes the connection without a word.
    Drop,
    /// Never answers.
    Hang,
    /// Passes it on to the server behind, and its answer back.
    Forward,
    /// Passes it on to the server behind, and closes the connection once that has answered.
    Swallow,
    /// Passes it on to the server behind, and keeps the answer and the connection.
    Hold,
    /// Does what is chosen for the request.
    Choose(Arc<Choose>),
}

/// An answer with a body, JSON unless a header says otherwise.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Step {
    Step::Answer(message(status, headers, body))
}

/// The bytes of [`answer`].
pub(crate) fn message(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        text.push_str("content-type: application/json\r\n");
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// A message as it came off the wire.
#[derive(Clone, Default)]
pub(crate) struct Message {
    /// The first line.
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    raw: Vec<u8>,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The path of a request.
    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).expect("a request line has a path")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Tree {
        Tree::parse(&self.body)
    }
}

/// A request with its answer, which is empty if there was none.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) request: Message,
    pub(crate) answer: Message,
}

type Log = Arc<Mutex<Vec<Exchange>>>;

/// The server.
pub(crate) struct Server {
    pub(crate) url: String,
    log: Log,
}

impl Server {
    /// A server of its own. The last step of the script repeats.
    pub(crate) async fn start(script: Vec<Step>) -> Self {
        Self::before("", script).await
    }

    /// A server in front of another one, whose URL the client would use.
    pub(crate) async fn before(url: &str, script: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let (behind, path) = split(url);
        let (log, script) = (Log::default(), Arc::new(script));
        let server = Self { url: format!("http://{here}{path}"), log: Arc::clone(&log) };
        let behind = behind.to_owned();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, behind.clone(), Arc::clone(&log), Arc::clone(&script)));
            }
        });
        server
    }

    /// All requests so far with their answers.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.log.lock().expect("the log").clone()
    }

    /// How many requests came for a path that ends like this.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.exchanges().iter().filter(|exchange| exchange.request.path().ends_with(path)).count()
    }
}

/// Authority and path of a URL.
fn split(url: &str) -> (&str, &str) {
    let rest = url.trim_start_matches("http://");
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

async fn serve(mut socket: TcpStream, behind: String, log: Log, script: Arc<Vec<Step>>) {
    let mut buffer = Vec::new();
    let mut upstream: Option<(TcpStream, Vec<u8>)> = None;
    while let Some(request) = read(&mut socket, &mut buffer).await {
        let (index, step) = {
            let mut log = log.lock().expect("the log");
            log.push(Exchange { request: request.clone(), answer: Message::default() });
            (log.len() - 1, script.get(log.len() - 1).or(script.last()).expect("a step").clone())
        };
        let step = match step {
            Step::Choose(choose) => choose(&request),
            step => step,
        };
        let bytes = match step {
            Step::Answer(ref bytes) | Step::Cut(ref bytes) => bytes.clone(),
            Step::Make(ref make) => make(&request),
            Step::Drop => return,
            Step::Hang | Step::Choose(_) => std::future::pending().await,
            Step::Forward | Step::Swallow | Step::Hold => {
                if upstream.is_none() {
                    upstream = Some((TcpStream::connect(&behind).await.expect("the server behind"), Vec::new()));
                }
                let Some((stream, rest)) = &mut upstream else { return };
                stream.write_all(&request.raw).await.expect("the server behind reads");
                let answer = read(stream, rest).await.expect("the server behind answers");
                log.lock().expect("the log")[index].answer = answer.clone();
                if matches!(step, Step::Hold) {
                    std::future::pending::<()>().await;
                }
                answer.raw
            }
        };
        let is_lost = matches!(step, Step::Swallow) || socket.write_all(&bytes).await.is_err();
        if is_lost || matches!(step, Step::Cut(_)) {
            return;
        }
    }
}

/// The next whole message; `None` when the other side is done.
async fn read(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Message> {
    let head = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let line = lines.next()?.to_owned();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse::<usize>().expect("a length"));
    while buffer.len() < head + 4 + length {
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let rest = buffer.split_off(head + 4 + length);
    let raw = std::mem::replace(buffer, rest);
    let body = String::from_utf8_lossy(&raw[head + 4..]).into_owned();
    Some(Message { line, headers, body, raw })
}

/// A URL that nobody listens at: the port is taken, so that no other test's server comes there, and connections are refused.
pub(crate) struct Nobody {
    pub(crate) url: String,
    _socket: TcpSocket,
}

impl Nobody {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
        Self { url: format!("http://{}", socket.local_addr().expect("an address")), _socket: socket }
    }
}
