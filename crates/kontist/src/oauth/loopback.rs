//! Loopback redirect for programs on the customer's machine (RFC 8252, section 7.3).

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

/// Maximum size of a request.
const LONGEST: usize = 16 * 1024;

/// Timeout of a single request: browsers open connections in advance without sending a request.
const REQUEST: Duration = Duration::from_secs(10);

/// Maximum number of concurrent connections; further ones wait.
const CONNECTIONS: usize = 64;

const THANKS: &str = "You can close this window and go back to the program.";
const SORRY: &str = "This did not work. Please go back to the program.";

/// A listener on 127.0.0.1 for the browser's redirect.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    address: SocketAddr,
    limit: Duration,
}

impl Loopback {
    /// Listens on a port of 127.0.0.1; 0 selects a free port.
    ///
    /// The program must be registered with the redirect address.
    ///
    /// # Errors
    ///
    /// [`OauthError::Listen`] if the port is not available.
    pub async fn bind(port: u16) -> Result<Self, OauthError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(OauthError::Listen)?;
        let address = listener.local_addr().map_err(OauthError::Listen)?;
        Ok(Self { listener, address, limit: Duration::from_secs(600) })
    }

    /// Sets the timeout of [`wait`](Self::wait). Default: 10 minutes.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// The redirect address for the login: `http://127.0.0.1:<port>/callback`.
    pub fn redirect_uri(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Waits for the browser's redirect with the answer to this login.
    ///
    /// Every other request (an icon, the answer to another login, a method other than GET) is answered with 400, and the wait continues.
    ///
    /// # Errors
    ///
    /// As [`Login::answer`]; [`OauthError::Late`] after the timeout, [`OauthError::Listen`] if listening fails.
    pub async fn wait(self, login: Login) -> Result<Permission, OauthError> {
        let limit = self.limit;
        timeout(limit, self.listen(login)).await.unwrap_or(Err(OauthError::Late))
    }

    async fn listen(self, login: Login) -> Result<Permission, OauthError> {
        let (sender, mut arrived) = mpsc::channel(1);
        // Dropping the set cancels the remaining readers.
        let mut readers = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if readers.len() < CONNECTIONS => match accepted {
                    Ok((stream, _)) => {
                        readers.spawn(timeout(REQUEST, read(stream, sender.clone())));
                    }
                    // The browser has closed the connection.
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
                    // A slow browser does not delay the login.
                    let _ = timeout(REQUEST, say(&mut stream, status, text)).await;
                    return permission;
                }
            }
        }
    }
}

const BAD: &str = "400 Bad Request";

/// Reads one request; forwards it if it may be the redirect.
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
        // Sending fails only after the wait has ended.
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
    // A closed connection does not fail the login.
    let _ = stream.write_all(format!("{head}{text}").as_bytes()).await;
    let _ = stream.shutdown().await;
}
