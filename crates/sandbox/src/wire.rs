//! Connections that can be cut, and bodies that break off or take their time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::Bytes;
use axum::serve::Listener;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// How a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Both sides are told that it broke (TCP reset).
    Reset,
    /// It ends as if all had been said.
    Close,
}

/// Cuts one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scissors(Arc<Mutex<(Option<Cut>, Option<Waker>)>>);

impl Scissors {
    pub(crate) fn cut(&self, cut: Cut) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = Some(cut);
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    /// Whether it was cut; if not, `context` is woken when it is.
    fn poll(&self, context: &Context<'_>) -> Option<Cut> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0.is_none() {
            state.1 = Some(context.waker().clone());
        }
        state.0
    }
}

/// Accepts connections, each with its scissors.
pub(crate) struct Wires(pub(crate) TcpListener);

impl Listener for Wires {
    type Io = Wire;
    type Addr = Scissors;

    async fn accept(&mut self) -> (Wire, Scissors) {
        let (stream, _) = Listener::accept(&mut self.0).await;
        let scissors = Scissors::default();
        (Wire { stream, scissors: scissors.clone() }, scissors)
    }

    fn local_addr(&self) -> io::Result<Scissors> {
        Ok(Scissors::default())
    }
}

/// A connection.
pub(crate) struct Wire {
    stream: TcpStream,
    scissors: Scissors,
}

impl AsyncRead for Wire {
    // The server waits here for the client to hang up while a call is handled, so this is where a cut is seen.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.scissors.poll(context) {
            None => Pin::new(&mut self.stream).poll_read(context, buffer),
            Some(Cut::Reset) => {
                // Without it the connection only ends; the call has failed for its client either way.
                let _ = self.stream.set_zero_linger();
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Some(Cut::Close) => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Time for the head and the first bytes of a body to go out before the connection breaks.
const FLUSH: Duration = Duration::from_millis(5);

/// A body that begins, and after a pause breaks off or goes on.
pub(crate) struct Halting {
    /// The length that the head promises.
    whole: usize,
    first: Option<Bytes>,
    pause: Pin<Box<Sleep>>,
    then: Then,
}

/// What comes after the pause.
enum Then {
    Break,
    Rest(Bytes),
    End,
}

impl Halting {
    /// The first bytes of a body; then the connection breaks.
    pub(crate) fn truncated(body: &Bytes, bytes: usize) -> Self {
        Self::new(body, bytes.min(body.len()), FLUSH, Then::Break)
    }

    /// Half of a body, and the rest after a while.
    pub(crate) fn late(body: &Bytes, after: Duration) -> Self {
        let half = body.len() / 2;
        Self::new(body, half, after, Then::Rest(body.slice(half..)))
    }

    fn new(body: &Bytes, first: usize, pause: Duration, then: Then) -> Self {
        let first = Some(body.slice(..first)).filter(|first| !first.is_empty());
        Self { whole: body.len(), first, pause: Box::pin(tokio::time::sleep(pause)), then }
    }
}

impl Body for Halting {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        ready!(self.pause.as_mut().poll(context));
        Poll::Ready(match std::mem::replace(&mut self.then, Then::End) {
            Then::Break => Some(Err(io::ErrorKind::ConnectionAborted.into())),
            Then::Rest(rest) => Some(Ok(Frame::data(rest))),
            Then::End => None,
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole as u64)
    }
}
