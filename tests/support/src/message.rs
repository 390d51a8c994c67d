//! HTTP messages as they come off the wire.

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// A request or an answer, whole.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The first line.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text; what is no UTF-8 is replaced.
    pub body: String,
    /// The body as it came; a chunked one with its chunk lines.
    pub body_bytes: Vec<u8>,
    /// All bytes.
    pub raw: Vec<u8>,
}

impl Message {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// All values of a header.
    pub fn header_values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The method of a request.
    pub fn method(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// The path and the query of a request.
    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    /// The method and the path of a request, without the version of HTTP.
    pub fn route(&self) -> &str {
        self.line.trim_end_matches(" HTTP/1.1")
    }

    /// The whole message as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }
}

/// The next whole message of a connection; `None` once the other side closes it.
pub(crate) async fn read(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Message> {
    let head = loop {
        if let Some(at) = find(buffer, b"\r\n\r\n") {
            break at;
        }
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let line = lines.next()?.to_owned();
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let value = |name: &str| headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
    let start = head + 4;
    let length = value("content-length").map_or(0, |length| length.parse::<usize>().expect("a length"));
    let is_chunked = value("transfer-encoding").is_some();
    let end = loop {
        let end = if is_chunked {
            find(&buffer[start..], b"0\r\n\r\n").map(|at| start + at + 5)
        } else {
            Some(start + length)
        };
        match end {
            Some(end) if end <= buffer.len() => break end,
            _ if socket.read_buf(buffer).await.ok()? == 0 => return None,
            _ => {}
        }
    };
    let rest = buffer.split_off(end);
    let raw = std::mem::replace(buffer, rest);
    let body_bytes = raw[start..].to_vec();
    Some(Message { line, headers, body: String::from_utf8_lossy(&body_bytes).into_owned(), body_bytes, raw })
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
