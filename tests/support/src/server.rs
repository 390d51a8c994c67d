//! A server on loopback that follows a script, keeps every request, and may stand between a client and another server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::message::{Message, read};
use crate::step::Step;

/// A request with its answer, which is empty unless the server behind gave one.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request.
    pub request: Message,
    /// The answer of the server behind.
    pub answer: Message,
}

/// Decides what to do with a request; the number counts from zero.
type Script = dyn Fn(usize, &Message) -> Step + Send + Sync;

/// A server that runs until the end of its test.
#[derive(Debug)]
pub struct Server {
    /// Where it is reached, without a slash at the end.
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    log: Mutex<Vec<Exchange>>,
    connections: AtomicUsize,
    /// How many requests lose their connection whatever the script says.
    drops: AtomicUsize,
}

impl Server {
    /// Follows a script; the last step repeats.
    pub async fn start(script: Vec<Step>) -> Self {
        Self::before("", script).await
    }

    /// Answers each request as the function says.
    pub async fn answering(script: impl Fn(usize, &Message) -> Step + Send + Sync + 'static) -> Self {
        Self::listen(any(), "", Arc::new(script)).await
    }

    /// Follows a script at an address that is free.
    pub async fn at(address: SocketAddr, script: Vec<Step>) -> Self {
        Self::listen(address, "", repeating(script)).await
    }

    /// Stands in front of another server, whose URL the client would use.
    pub async fn before(url: &str, script: Vec<Step>) -> Self {
        Self::listen(any(), url, repeating(script)).await
    }

    /// Follows a script in a thread of its own, for tests without a runtime.
    pub fn in_thread(script: Vec<Step>) -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tell.send(Self::start(script).await).expect("a test that waits");
                std::future::pending::<()>().await;
            });
        });
        told.recv().expect("a server")
    }

    /// Resets every connection before it reads anything.
    pub async fn resetting() -> Self {
        let listener = TcpListener::bind(any()).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared::default());
        let counted = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counted.connections.fetch_add(1, Ordering::SeqCst);
                socket.set_zero_linger().expect("a socket");
            }
        });
        Self { url, shared }
    }

    async fn listen(address: SocketAddr, behind: &str, script: Arc<Script>) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let (authority, path) = split(behind);
        let server = Self { url: format!("http://{here}{path}"), shared: Arc::default() };
        let (behind, shared) = (authority.to_owned(), Arc::clone(&server.shared));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(socket, behind.clone(), Arc::clone(&shared), Arc::clone(&script)));
            }
        });
        server
    }

    /// All requests so far with the answers of the server behind.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.log.lock().expect("the log").clone()
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Message> {
        self.exchanges().into_iter().map(|exchange| exchange.request).collect()
    }

    /// The paths of all requests so far, below the server's URL.
    pub fn paths(&self) -> Vec<String> {
        let prefix = split(&self.url).1;
        let below = |request: Message| request.path().strip_prefix(prefix).unwrap_or(request.path()).to_owned();
        self.seen().into_iter().map(below).collect()
    }

    /// The number of requests so far.
    pub fn count(&self) -> usize {
        self.shared.log.lock().expect("the log").len()
    }

    /// The number of requests to a path that ends like this.
    pub fn count_of(&self, path: &str) -> usize {
        self.seen().iter().filter(|request| request.path().ends_with(path)).count()
    }

    /// The number of connections so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Keeps the next request and closes its connection, whatever the script says.
    pub fn drop_next(&self) {
        self.shared.drops.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until that many requests have arrived whole.
    pub async fn has_seen(&self, count: usize) {
        let began = Instant::now();
        while self.count() < count {
            assert!(began.elapsed() < Duration::from_secs(30), "{} of {count} requests have arrived", self.count());
            tokio::task::yield_now().await;
        }
    }
}

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn repeating(script: Vec<Step>) -> Arc<Script> {
    Arc::new(move |number, _: &Message| script.get(number).or(script.last()).expect("a step").clone())
}

/// Authority and path of a URL.
fn split(url: &str) -> (&str, &str) {
    let rest = url.trim_start_matches("http://");
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

async fn serve(mut socket: TcpStream, behind: String, shared: Arc<Shared>, script: Arc<Script>) {
    let mut buffer = Vec::new();
    let mut upstream: Option<(TcpStream, Vec<u8>)> = None;
    while let Some(request) = read(&mut socket, &mut buffer).await {
        let index = {
            let mut log = shared.log.lock().expect("the log");
            log.push(Exchange { request: request.clone(), answer: Message::default() });
            log.len() - 1
        };
        if shared.drops.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return;
        }
        let step = match script(index, &request) {
            Step::Choose(choose) => choose(&request),
            step => step,
        };
        let is_last = matches!(step, Step::Cut(_) | Step::Swallow);
        let bytes = match step {
            Step::Answer(bytes) | Step::Cut(bytes) => bytes,
            Step::Make(make) => make(&request),
            Step::When(told, bytes) => {
                told.notified().await;
                bytes
            }
            Step::Pieces(pause, pieces) => {
                for piece in pieces {
                    tokio::time::sleep(pause).await;
                    if socket.write_all(&piece).await.is_err() {
                        return;
                    }
                }
                return;
            }
            Step::Drop => return,
            Step::Reset => return socket.set_zero_linger().expect("a socket"),
            Step::Hang | Step::Choose(_) => std::future::pending().await,
            Step::Forward | Step::Swallow | Step::Hold => {
                if upstream.is_none() {
                    upstream = Some((TcpStream::connect(&behind).await.expect("the server behind"), Vec::new()));
                }
                let Some((stream, rest)) = &mut upstream else { return };
                stream.write_all(&request.raw).await.expect("the server behind reads");
                let answer = read(stream, rest).await.expect("the server behind answers");
                shared.log.lock().expect("the log")[index].answer = answer.clone();
                match step {
                    Step::Hold => std::future::pending().await,
                    Step::Swallow => return,
                    _ => answer.raw,
                }
            }
        };
        // A client that has gone away gets no answer.
        if socket.write_all(&bytes).await.is_err() || is_last {
            return;
        }
    }
}

/// A URL that refuses connections, with a port that no other test takes.
#[derive(Debug)]
pub struct Nobody {
    /// The URL.
    pub url: String,
    _socket: TcpSocket,
}

impl Nobody {
    /// Takes a port without listening at it.
    #[expect(clippy::new_without_default, reason = "it takes a port")]
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(any()).expect("a port");
        Self { url: format!("http://{}", socket.local_addr().expect("an address")), _socket: socket }
    }
}

/// A URL that refuses connections, until something listens at its port.
pub async fn nobody() -> String {
    let listener = TcpListener::bind(any()).await.expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}
