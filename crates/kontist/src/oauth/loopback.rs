//! Where the browser comes back to on the customer's own machine (RFC 8252, 7.3).

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::{Login, OauthError, Permission};

/// Path of the redirect address.
const PATH: &str = "/callback";

/// No request of a browser that comes back is longer.
const LONGEST: usize = 16 * 1024;

const THANKS: &str = "You can close this window and go back to the program.";
const SORRY: &str = "This did not work. Please go back to the program.";

/// Listens on 127.0.0.1 for the browser to come back, once.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    address: SocketAddr,
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
        Ok(Self { listener, address })
    }

    /// The address to start the login with: `http://127.0.0.1:<port>/callback`.
    pub fn redirect_uri(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Waits for the browser; other requests (an icon, say) are answered 404. It waits for as long as it is polled: put a timeout around it.
    ///
    /// # Errors
    ///
    /// As [`Login::answer`]; [`OauthError::Listen`] if listening fails.
    pub async fn wait(self, login: Login) -> Result<Permission, OauthError> {
        // Browsers open connections in advance and send nothing on them, so that all are read at once.
        let (sender, mut arrived) = mpsc::channel(1);
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    let (stream, _) = accepted.map_err(OauthError::Listen)?;
                    tokio::spawn(read(stream, sender.clone()));
                }
                Some((mut stream, target)) = arrived.recv() => {
                    let permission = login.answer(&target);
                    let (status, text) = if permission.is_ok() { ("200 OK", THANKS) } else { ("400 Bad Request", SORRY) };
                    say(&mut stream, status, text).await;
                    return permission;
                }
            }
        }
    }
}

/// Reads one request; hands it on if the browser came back with it.
async fn read(mut stream: TcpStream, arrived: mpsc::Sender<(TcpStream, String)>) {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if head.len() > LONGEST || !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
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
        say(&mut stream, "404 Not Found", "").await;
    }
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
