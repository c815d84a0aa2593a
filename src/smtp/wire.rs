//! The stream between the mail library and the server.
//!
//! The mail library returns the same error for a connection lost before the final dot and for one lost after it. It
//! also takes a good reply for a failure if the text is not UTF-8. So it works through this stream, which records
//! whether the dot has left, keeps the server's words as they came, and gives the library only ASCII.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::{Instant, error::Elapsed, timeout_at},
};
use tokio_rustls::client::TlsStream;

use crate::{StreamedMail, Stretch};

/// A connection's stream; clones share it.
#[derive(Debug, Clone)]
pub struct Wire {
    state: Arc<Mutex<State>>,
    peer: SocketAddr,
}

#[derive(Debug)]
struct State {
    stream: Stream,
    /// Bytes that the library reads before those of the server.
    pending: Vec<u8>,
    /// The server's bytes since we last wrote, up to [`REPLY_LIMIT`].
    reply: Vec<u8>,
    /// How many bytes the server has sent since we last wrote.
    said: usize,
    /// The last bytes that we wrote.
    tail: [u8; 5],
    in_message: bool,
    /// When the last byte left, or the connection was opened.
    last_write: Instant,
    dot: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// While the stream changes from plain to encrypted, and after that has failed.
    Gone,
}

const END: &[u8; 5] = b"\r\n.\r\n";
/// The longest reply in bytes; real ones are much shorter. The library parses a reply again with each line, so ten
/// thousand lines would take it minutes.
const REPLY_LIMIT: usize = 16 * 1024;

impl Wire {
    /// A stream that sets `dot` when the final dot of a message has left.
    pub fn new(stream: TcpStream, dot: Arc<AtomicBool>) -> io::Result<Self> {
        let peer = stream.peer_addr()?;
        let stream = Stream::Plain(stream);
        let state = State {
            stream,
            pending: Vec::new(),
            reply: Vec::new(),
            said: 0,
            tail: [0; 5],
            in_message: false,
            last_write: Instant::now(),
            dot,
        };
        Ok(Self { state: Arc::new(Mutex::new(state)), peer })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The server's reply since we last wrote, as one line of printable text.
    pub fn words(&self) -> String {
        let reply = self.state().reply.clone();
        let text = String::from_utf8_lossy(&reply);
        let lines: Vec<&str> = text.split("\r\n").map(str::trim).filter(|l| !l.is_empty()).collect();
        lines.join(" / ").chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
    }

    /// The lines of the reply without their codes.
    pub fn lines(&self) -> Vec<String> {
        let reply = self.state().reply.clone();
        let text = String::from_utf8_lossy(&reply).into_owned();
        text.split("\r\n").filter_map(|l| Some(l.get(4..)?.trim().to_owned())).collect()
    }

    /// Whether the server sent exactly one reply. Text after the reply to STARTTLS, before the encryption, was inserted
    /// by somebody else.
    pub fn said_one_reply(&self) -> bool {
        let state = self.state();
        let lines = state.reply.split_inclusive(|b| *b == b'\n');
        // Every line of a reply except the last has a hyphen after the code.
        state.reply.ends_with(b"\r\n") && lines.filter(|line| line.get(3) != Some(&b'-')).count() == 1
    }

    /// Begins a message: from now on a dot on a line of its own ends it.
    pub fn begin_message(&self) {
        let mut state = self.state();
        state.in_message = true;
        state.tail = [0; 5];
        state.dot.store(false, Ordering::SeqCst);
    }

    pub fn end_message(&self) {
        self.state().in_message = false;
    }

    /// Whether the server has already sent something or closed the connection. This does not wait, and the server's
    /// bytes are kept.
    pub async fn has_spoken(&mut self) -> bool {
        let mut buffer = [0; 1024];
        futures::poll!(pin!(self.read(&mut buffer))).is_ready()
    }

    /// Whether the final dot has left, or may have.
    pub fn dot_has_left(&self) -> bool {
        self.state().dot.load(Ordering::SeqCst)
    }

    /// When the last byte left.
    pub fn last_write(&self) -> Instant {
        self.state().last_write
    }

    /// Waits for what the server does, for so long after the last byte that left: a reply to a command has its whole
    /// time, even if commands before it took theirs.
    ///
    /// # Errors
    /// When the time is over.
    pub async fn within<T>(&self, wait: Duration, work: impl Future<Output = T>) -> Result<T, Elapsed> {
        let begin = Instant::now();
        tokio::pin!(work);
        loop {
            let limit = self.last_write().max(begin) + wait;
            match timeout_at(limit, &mut work).await {
                Ok(done) => return Ok(done),
                Err(elapsed) if self.last_write() + wait <= Instant::now() => return Err(elapsed),
                Err(_) => {}
            }
        }
    }

    /// Takes out the plain stream, to encrypt it.
    pub fn take_plain(&self) -> Option<TcpStream> {
        let mut state = self.state();
        match std::mem::replace(&mut state.stream, Stream::Gone) {
            Stream::Plain(stream) => Some(stream),
            other => {
                state.stream = other;
                None
            }
        }
    }

    /// Puts in the encrypted stream.
    pub fn put_tls(&self, stream: TlsStream<TcpStream>) {
        self.state().stream = Stream::Tls(Box::new(stream));
    }

    /// Gives the library a greeting. After STARTTLS the server sends none, but the library begins a new session.
    pub fn greet(&self) {
        self.state().pending.extend(b"220 encrypted\r\n");
    }
}

/// Writes a message, with a dot added to each line that begins with one (RFC 5321, 4.5.2), but without the final dot.
/// The library's own function examines each byte and copies it twice. This one searches for the lines that begin with a
/// dot, and writes all else as it is.
pub async fn write_message(to: &mut (impl AsyncWrite + Unpin), message: &StreamedMail) -> io::Result<()> {
    let mut stretches = message.stretches();
    let mut begins_line = true;
    while let Some(stretch) = stretches.next_stretch() {
        match stretch {
            Stretch::Text(text) => write_text(to, text, begins_line).await?,
            Stretch::Encoded(lines) => to.write_all(lines).await?,
        }
        begins_line = stretch.bytes().ends_with(b"\r\n");
    }
    to.flush().await
}

async fn write_text(to: &mut (impl AsyncWrite + Unpin), text: &[u8], begins_line: bool) -> io::Result<()> {
    let first = text.first().filter(|b| begins_line && **b == b'.').map(|_| 0);
    let dots = first.into_iter().chain(memchr::memmem::find_iter(text, b"\r\n.").map(|at| at + 2));
    let mut from = 0;
    for dot in dots {
        to.write_all(&text[from..=dot]).await?;
        from = dot;
    }
    to.write_all(&text[from..]).await
}

/// Writes the final dot of a message.
pub async fn write_end(to: &mut (impl AsyncWrite + Unpin), message: &StreamedMail) -> io::Result<()> {
    let end: &[u8] = if message.is_ended() { b".\r\n" } else { b"\r\n.\r\n" };
    to.write_all(end).await?;
    to.flush().await
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        if !state.pending.is_empty() {
            let count = state.pending.len().min(buf.remaining());
            buf.put_slice(&state.pending[..count]);
            state.pending.drain(..count);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let polled = match &mut state.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        };
        let new = &mut buf.filled_mut()[before..];
        state.said += new.len();
        if state.said > REPLY_LIMIT {
            return Poll::Ready(Err(io::Error::other("a reply without end")));
        }
        let room = REPLY_LIMIT.saturating_sub(state.reply.len()).min(new.len());
        state.reply.extend_from_slice(&new[..room]);
        for byte in new {
            if !byte.is_ascii() {
                *byte = b'?';
            }
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        let polled = match &mut state.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        };
        if let Poll::Ready(Ok(count)) = &polled {
            state.reply.clear();
            state.said = 0;
            if *count > 0 {
                state.last_write = Instant::now();
            }
            for byte in &buf[buf.len().min(*count).saturating_sub(END.len())..*count] {
                state.tail.rotate_left(1);
                state.tail[END.len() - 1] = *byte;
            }
            if state.in_message && state.tail == *END {
                state.dot.store(true, Ordering::SeqCst);
            }
        }
        polled
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Gone => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_dots_of_a_message_are_doubled_and_one_ends_it() {
        for (message, wire) in [
            ("", "\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            ("a\r\n.\r\nMAIL FROM:<x@y>\r\n", "a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
            ("..\r\n.b\r\n\r\n.", "...\r\n..b\r\n\r\n..\r\n.\r\n"),
            ("a.b\r\nc.\r\n", "a.b\r\nc.\r\n.\r\n"),
            ("\r\n.", "\r\n..\r\n.\r\n"),
        ] {
            let mut out = Vec::new();
            let mail = StreamedMail::text(message.into());
            write_message(&mut out, &mail).await.unwrap();
            write_end(&mut out, &mail).await.unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), wire, "{message:?}");
        }
        let long = format!("{}\r\n", ".x\r\n".repeat(100_000));
        let mut out = Vec::new();
        let mail = StreamedMail::text(long.into());
        write_message(&mut out, &mail).await.unwrap();
        write_end(&mut out, &mail).await.unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{}\r\n.\r\n", "..x\r\n".repeat(100_000)));
    }
}
