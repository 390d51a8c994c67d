//! Stands between a client and the sandbox, hands every byte on, and keeps the requests. The tests of several crates share it.

#![allow(dead_code, reason = "not all of them use all of it")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came off the wire.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// The wire.
pub(crate) struct Wire {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    cuts: Arc<AtomicUsize>,
}

impl Wire {
    /// A wire to a provider of the sandbox.
    pub(crate) async fn to(url: &str) -> Self {
        let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let this = Self {
            url: format!("http://{}/{path}", listener.local_addr().unwrap()),
            seen: Arc::default(),
            cuts: Arc::default(),
        };
        let (host, prefix) = (host.to_owned(), format!("/{path}"));
        let (seen, cuts) = (Arc::clone(&this.seen), Arc::clone(&this.cuts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&host).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&seen), Arc::clone(&cuts), prefix.clone()));
            }
        });
        this
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The paths of all requests, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }

    /// Keeps the next request and closes its connection without an answer.
    pub(crate) fn cut_next(&self) {
        self.cuts.fetch_add(1, Ordering::SeqCst);
    }

    /// How many requests went to a path.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.paths().iter().filter(|other| *other == path).count()
    }
}

async fn carry(
    client: TcpStream,
    server: TcpStream,
    seen: Arc<Mutex<Vec<Seen>>>,
    cuts: Arc<AtomicUsize>,
    prefix: String,
) {
    let ((mut from, mut back), (mut answers, mut to)) = (client.into_split(), server.into_split());
    let answering = tokio::spawn(async move { tokio::io::copy(&mut answers, &mut back).await });
    let (mut buffer, mut handed_on) = (Vec::new(), 0);
    while from.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {
        // Kept before it is handed on, so that whoever has the answer finds the request.
        let before = buffer.len();
        let new = buffer[handed_on..].to_vec();
        while let Some(length) = whole(&buffer) {
            seen.lock().unwrap().push(read(&buffer[..length], &prefix));
            buffer.drain(..length);
            if cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                return answering.abort();
            }
        }
        handed_on = buffer.len();
        assert!(before >= handed_on);
        if to.write_all(&new).await.is_err() {
            return;
        }
    }
}

fn head(bytes: &[u8]) -> Option<(String, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((String::from_utf8(bytes[..end].to_vec()).unwrap(), end + 4))
}

/// The length of the first request, if it is there as a whole.
fn whole(bytes: &[u8]) -> Option<usize> {
    let (head, start) = head(bytes)?;
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |text| text.parse().unwrap());
    (bytes.len() >= start + length).then_some(start + length)
}

fn read(bytes: &[u8], prefix: &str) -> Seen {
    let (head, start) = head(bytes).unwrap();
    let mut lines = head.lines();
    let mut line = lines.next().unwrap().split(' ');
    let (method, path) = (line.next().unwrap(), line.next().unwrap());
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    Seen {
        method: method.to_owned(),
        path: path.strip_prefix(prefix).unwrap_or(path).to_owned(),
        headers: headers.collect(),
        body: String::from_utf8(bytes[start..].to_vec()).unwrap(),
    }
}
