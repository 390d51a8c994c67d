//! A Kontist on loopback that records every request and answers as a test says, and a clock that is set by hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bursar_kontist::{Builder, Client, Credential, Environment};
use bursar_runtime::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came off the wire.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method and path.
    pub(crate) line: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// Status and body of an answer.
pub(crate) type Answer = (u16, String);

pub(crate) struct Bank {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    clock: Hand,
}

impl Bank {
    /// The script gets each request with its number, from 0.
    pub(crate) async fn open(script: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (log, script) = (Arc::clone(&seen), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                tokio::spawn(serve(socket, move |request| {
                    let number = {
                        let mut log = log.lock().expect("the log");
                        log.push(request.clone());
                        log.len() - 1
                    };
                    script(number, &request)
                }));
            }
        });
        Self { url, seen, clock: Hand::default() }
    }

    /// A client of this bank, by the bank's clock.
    pub(crate) fn client(&self) -> Builder {
        let clock = self.clock.clone();
        Client::builder().environment(Environment::Custom(self.url.clone())).core(|core| core.clock(clock))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").clone()
    }

    /// Method and path of every request so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    /// The requests with this method and path.
    pub(crate) fn of(&self, line: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.line == line).collect()
    }
}

/// A clock that begins at the epoch's 60th minute.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Clock for Hand {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(3600) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) fn credential(text: &str) -> Credential {
    Credential::new(text).expect("a credential")
}

/// Answers one request per connection.
async fn serve(mut socket: TcpStream, answer: impl Fn(Seen) -> Answer) {
    let Some(request) = read(&mut socket).await else { return };
    let (status, body) = answer(request);
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-type: application/json");
    let text = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    // A client that has gone away gets no answer.
    let _ = socket.write_all(text.as_bytes()).await;
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            let length = field("content-length: ").map_or(0, |length| length.parse().expect("a length"));
            if body.len() >= length {
                let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
                return Some(Seen { line, authorization: field("authorization: "), body: body.to_owned() });
            }
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
