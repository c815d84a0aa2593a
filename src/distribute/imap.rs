//! Reads a mailbox of the office on its IMAP server (RFC 9051). It is opened read-only, so nothing in it changes.
//!
//! In: a server and its mailbox. Out: the numbers and the bytes of mails. It does not know what a mail is about. The
//! connection is encrypted and its certificate checked, as for mail. Each step has a time-out. A server can send
//! anything, so no more bytes are read than were requested.

use std::{
    fmt, io,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use async_imap::{Client, Session};
use futures::TryStreamExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use smtp::{Credentials, Security, Tls};

/// The IMAP server of an office, and the mailbox to read.
#[derive(Debug, Clone)]
pub struct ImapServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// A PEM file with the authorities for the server's certificate; `None` means those of the system.
    pub authorities: Option<PathBuf>,
    pub credentials: Credentials,
    /// `INBOX`, or the name of another folder as the server lists it.
    pub folder: String,
}

/// Why a mailbox cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    #[error("the mailbox cannot be read: {0}")]
    SetUp(String),
    #[error("the mailbox cannot be read: {what} failed: {why}")]
    Step { what: &'static str, why: String },
    #[error("the mailbox cannot be read: no answer to {what} within {seconds} s")]
    Silence { what: &'static str, seconds: u64 },
}

/// The unique number of a mail in the mailbox, and its length in bytes as the server states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailNumber {
    pub uid: u32,
    pub bytes: u64,
}

/// An open mailbox.
pub struct Imap {
    session: Session<Metered>,
    allowance: Arc<AtomicU64>,
    /// The UIDVALIDITY of the mailbox: while it is the same, each number means the same mail (RFC 9051, 2.3.1.1).
    pub validity: u32,
    /// The number of mails in the mailbox.
    pub count: u32,
}

const STEP: Duration = Duration::from_mins(1);
const LARGE_STEP: Duration = Duration::from_mins(10);
/// The most bytes of the answer to any command except a fetch, with room for unrequested messages of the server.
const CHATTER: u64 = 16 << 20;

impl Imap {
    /// Connects, logs in and opens the mailbox. With `only_loopback`, a server on another machine is refused before
    /// anything is sent to it.
    ///
    /// # Errors
    /// When the server cannot be reached, its certificate is not trusted, or it refuses.
    pub async fn open(server: &ImapServer, only_loopback: bool) -> Result<Self, ImapError> {
        let target = (server.host.as_str(), server.port);
        let stream = step("connecting", STEP, TcpStream::connect(target)).await?;
        let peer = stream.peer_addr().map_err(|e| failed("connecting", &e))?.ip().to_canonical();
        if !peer.is_loopback() && only_loopback {
            return Err(ImapError::SetUp("sample work stays on this machine, and the server is another one".into()));
        }
        if !peer.is_loopback() && server.security == Security::None {
            return Err(ImapError::SetUp("the server is another machine: set `tls` in `[mailbox]`".into()));
        }
        let allowance = Arc::new(AtomicU64::new(CHATTER));
        let metered = |stream: Box<dyn Stream>| Metered { stream, allowance: Arc::clone(&allowance) };
        let set_up = |error: &dyn fmt::Display| ImapError::SetUp(error.to_string());
        let tls = match server.security {
            Security::None => None,
            _ => Some(Tls::new(&server.host, server.authorities.as_deref()).map_err(|e| set_up(&e))?),
        };
        let mut client = match (&tls, server.security) {
            (Some(tls), Security::Implicit) => {
                Client::new(metered(Box::new(step("encrypting", STEP, tls.encrypt(stream)).await?)))
            }
            _ => Client::new(metered(Box::new(stream))),
        };
        greeting(&mut client).await?;
        if let (Some(tls), Security::StartTls) = (&tls, server.security) {
            step("STARTTLS", STEP, client.run_command_and_check_ok("STARTTLS", None)).await?;
            // Bytes after the reply, which somebody may have inserted, are dropped with the plain client.
            let plain = client.into_inner().stream;
            let encrypted = step("encrypting", STEP, tls.encrypt_any(plain)).await?;
            client = Client::new(metered(Box::new(encrypted)));
        }
        let credentials = &server.credentials;
        let login =
            async { client.login(credentials.user(), credentials.password()).await.map_err(|(error, _)| error) };
        // The server's words may contain the password, so they are left out.
        let login = timeout(STEP, login).await.map_err(|_| silence("the login", STEP))?;
        let mut session = login.map_err(|_| ImapError::SetUp("the server rejected the login".into()))?;
        let mailbox = step("opening the folder", STEP, session.examine(&server.folder)).await?;
        let validity =
            mailbox.uid_validity.ok_or_else(|| ImapError::SetUp("its mails have no lasting numbers".into()))?;
        Ok(Self { session, allowance, validity, count: mailbox.exists })
    }

    /// The mails with numbers larger than `uid`, in order.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn after(&mut self, uid: u32) -> Result<Vec<MailNumber>, ImapError> {
        if self.count == 0 {
            return Ok(Vec::new());
        }
        // `n:*` always includes the last mail, even if its number is smaller.
        let mut mails = self.sizes(&format!("{}:*", uid.saturating_add(1))).await?;
        mails.retain(|mail| mail.uid > uid);
        Ok(mails)
    }

    /// The mails that contain the `Message-ID` of a mail of ours anywhere.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn about(&mut self, message_id: &str) -> Result<Vec<MailNumber>, ImapError> {
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
        if self.count == 0 || !message_id.chars().all(plain) {
            return Ok(Vec::new());
        }
        self.allow(CHATTER);
        let query = format!("TEXT \"{message_id}\"");
        let found = step("the search", LARGE_STEP, self.session.uid_search(query)).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let set: Vec<String> = found.iter().take(SET).map(ToString::to_string).collect();
        self.sizes(&set.join(",")).await
    }

    /// Fetches a whole mail.
    ///
    /// # Errors
    /// When the mail no longer exists or is larger than the server stated, or the server fails.
    pub async fn fetch(&mut self, mail: MailNumber) -> Result<Vec<u8>, ImapError> {
        self.allow(mail.bytes + CHATTER);
        let fetched = async {
            let mut answers = self.session.uid_fetch(mail.uid.to_string(), "(UID BODY.PEEK[])").await?;
            let mut body = None;
            while let Some(answer) = answers.try_next().await? {
                if answer.uid == Some(mail.uid) {
                    body = answer.body().map(<[u8]>::to_vec).or(body);
                }
            }
            Ok::<_, async_imap::error::Error>(body)
        };
        let body = step("fetching a mail", LARGE_STEP, fetched).await?;
        body.ok_or_else(|| ImapError::Step { what: "fetching a mail", why: format!("number {} is gone", mail.uid) })
    }

    /// Ends the session with LOGOUT; a failure does not matter.
    pub async fn close(mut self) {
        self.allow(CHATTER);
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await;
    }

    async fn sizes(&mut self, set: &str) -> Result<Vec<MailNumber>, ImapError> {
        self.allow(CHATTER);
        let listed = async {
            let answers = self.session.uid_fetch(set, "(UID RFC822.SIZE)").await?;
            let numbers = answers.try_filter_map(|answer| async move {
                let number = |(uid, size)| MailNumber { uid, bytes: u64::from(size) };
                Ok(answer.uid.zip(answer.size).map(number))
            });
            numbers.try_collect::<Vec<_>>().await
        };
        let mut mails = step("listing the mails", LARGE_STEP, listed).await?;
        mails.sort_unstable();
        mails.dedup();
        Ok(mails)
    }

    fn allow(&self, bytes: u64) {
        self.allowance.store(bytes, Ordering::Relaxed);
    }
}

/// The most mail numbers in one command.
const SET: usize = 500;

async fn greeting(client: &mut Client<Metered>) -> Result<(), ImapError> {
    match step("the greeting", STEP, client.read_response()).await? {
        Some(_) => Ok(()),
        None => Err(ImapError::Step { what: "the greeting", why: "the connection was closed".into() }),
    }
}

async fn step<T, E: fmt::Display>(
    what: &'static str,
    wait: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, ImapError> {
    match timeout(wait, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(failed(what, &error)),
        Err(_) => Err(silence(what, wait)),
    }
}

fn failed(what: &'static str, error: &dyn fmt::Display) -> ImapError {
    ImapError::Step { what, why: super::one_line(&error.to_string()) }
}

const fn silence(what: &'static str, wait: Duration) -> ImapError {
    ImapError::Silence { what, seconds: wait.as_secs() }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Stream for T {}

/// A stream that returns no more bytes than are allowed.
#[derive(Debug)]
struct Metered {
    stream: Box<dyn Stream>,
    allowance: Arc<AtomicU64>,
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let count = (buf.filled().len() - before) as u64;
        let left = self.allowance.load(Ordering::Relaxed);
        if count > left {
            return Poll::Ready(Err(io::Error::other("the server sends more than was asked for")));
        }
        self.allowance.store(left - count, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
