//! Requests byte for byte, as a foreign client puts them on the wire.

use bursar_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of a success.
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }
}

/// Sends a head, whose lines have no endings here, and then a body in a packet of its own.
pub(crate) async fn send(sandbox: &Sandbox, head: &[&str], body: &str) -> Answer {
    let host = sandbox.url().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut lines: Vec<String> = head.iter().map(|line| (*line).to_owned()).collect();
    lines.push(format!("Host: {host}"));
    lines.push("Connection: keep-alive".to_owned());
    if !body.is_empty() {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    stream.write_all(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    read(BufReader::new(stream)).await
}

async fn read(mut stream: BufReader<TcpStream>) -> Answer {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        lines.push(line.to_owned());
    }
    let header = |wanted: &str| {
        let mut fields = lines.iter().skip(1).filter_map(|line| line.split_once(':'));
        fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    };
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    Answer {
        status: lines[0].split(' ').nth(1).unwrap().parse().unwrap(),
        location: header("location"),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}
