//! Where the browser comes back to on the customer's own machine (RFC 8252, 7.3).

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Login, OauthError, Permission};

/// Path of the redirect address.
const PATH: &str = "/callback";

/// No request of a browser that comes back is longer.
const LONGEST: usize = 16 * 1024;

/// A request takes no longer to arrive: browsers open connections in advance and send nothing on them.
const REQUEST: Duration = Duration::from_secs(10);

/// So many connections are read at once; further ones wait.
const CONNECTIONS: usize = 64;

const THANKS: &str = "You can close this window and go back to the program.";
const SORRY: &str = "This did not work. Please go back to the program.";

/// Listens on 127.0.0.1 for the browser to come back, once.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    address: SocketAddr,
    limit: Duration,
}

impl Loopback {
    /// Listens on this port of the machine itself, on any free one if it is 0. The program must be registered with the redirect address.
    ///
    /// # Errors
    ///
    /// [`OauthError::Listen`] if the port cannot be had.
    pub async fn bind(port: u16) -> Result<Self, OauthError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(OauthError::Listen)?;
        let address = listener.local_addr().map_err(OauthError::Listen)?;
        Ok(Self { listener, address, limit: Duration::from_secs(600) })
    }

    /// Most time for the browser to come back. Default: 10 minutes.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// The address to start the login with: `http://127.0.0.1:<port>/callback`.
    pub fn redirect_uri(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Waits for the browser to come back with this login's answer.
    ///
    /// Every other request (an icon, another login's answer, anything that is no GET) is answered 400, and the wait goes on.
    ///
    /// # Errors
    ///
    /// As [`Login::answer`]; [`OauthError::Late`] if the browser does not come back in time, [`OauthError::Listen`] if listening fails.
    pub async fn wait(self, login: Login) -> Result<Permission, OauthError> {
        let limit = self.limit;
        timeout(limit, self.listen(login)).await.unwrap_or(Err(OauthError::Late))
    }

    async fn listen(self, login: Login) -> Result<Permission, OauthError> {
        let (sender, mut arrived) = mpsc::channel(1);
        // What is still being read when the wait ends, ends with it.
        let mut readers = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if readers.len() < CONNECTIONS => match accepted {
                    Ok((stream, _)) => {
                        readers.spawn(timeout(REQUEST, read(stream, sender.clone())));
                    }
                    // The browser has let go of the connection again.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => return Err(OauthError::Listen(error)),
                },
                Some(_) = readers.join_next(), if !readers.is_empty() => {}
                Some((mut stream, target)) = arrived.recv() => {
                    if !login.is_answered_by(&target) {
                        readers.spawn(timeout(REQUEST, refuse(stream)));
                        continue;
                    }
                    let permission = login.answer(&target);
                    let (status, text) = if permission.is_ok() { ("200 OK", THANKS) } else { (BAD, SORRY) };
                    // A browser that reads slowly is not waited for.
                    let _ = timeout(REQUEST, say(&mut stream, status, text)).await;
                    return permission;
                }
            }
        }
    }
}

const BAD: &str = "400 Bad Request";

/// Reads one request; hands it on if a browser may have come back with it.
async fn read(mut stream: TcpStream, arrived: mpsc::Sender<(TcpStream, String)>) {
    let mut head = Vec::new();
    let mut searched: usize = 0;
    while !head[searched..].windows(4).any(|four| four == b"\r\n\r\n") {
        searched = head.len().saturating_sub(3);
        if head.len() > LONGEST {
            return refuse(stream).await;
        }
        if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
            return;
        }
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut words = std::str::from_utf8(line).unwrap_or_default().split(' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    if method == Some("GET") && target.split('?').next() == Some(PATH) {
        // If nobody waits any more, nobody needs it.
        let _ = arrived.send((stream, target.to_owned())).await;
    } else {
        refuse(stream).await;
    }
}

async fn refuse(mut stream: TcpStream) {
    say(&mut stream, BAD, "").await;
}

async fn say(stream: &mut TcpStream, status: &str, text: &str) {
    let length = text.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // A browser that has gone away loses a friendly word, no more.
    let _ = stream.write_all(format!("{head}{text}").as_bytes()).await;
    let _ = stream.shutdown().await;
}
