//! A mail server on loopback that follows a script: the faults of real servers.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// The stages of a conversation at which the script is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Greeting,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    /// 354 was sent; nothing of the message was read.
    Message,
    /// The final dot was read.
    Dot,
    Other,
}

/// What the server does at a stage.
#[derive(Debug, Clone)]
pub enum Act {
    /// Does what a good server does.
    Well,
    Say(&'static [u8]),
    /// Keeps the message and sends this.
    KeepAndSay(&'static [u8]),
    Drop,
    /// Keeps the message and drops the connection.
    KeepAndDrop,
    /// Sends this and drops the connection.
    SayAndDrop(&'static [u8]),
    Hang,
    /// Goes on reading, a little at a time, without an end.
    Dawdle,
}

/// A message that the server kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub from: String,
    pub to: Vec<String>,
    pub message: Vec<u8>,
    /// Whether the server began to confirm it.
    pub said: bool,
}

type Script = dyn Fn(usize, Stage, &str) -> Act + Send + Sync;

pub struct FakeSmtp {
    pub address: SocketAddr,
    kept: Arc<Mutex<Vec<Kept>>>,
    connections: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl FakeSmtp {
    /// Starts a server; the script is called with the number of the connection (from 1), the stage and the command.
    pub async fn start(script: impl Fn(usize, Stage, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let script: Arc<Script> = Arc::new(script);
        let task = tokio::spawn({
            let (kept, connections) = (Arc::clone(&kept), Arc::clone(&connections));
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let number = connections.fetch_add(1, Ordering::SeqCst) + 1;
                    let (kept, script) = (Arc::clone(&kept), Arc::clone(&script));
                    tokio::spawn(async move {
                        let _ = Conversation { stream: BufReader::new(stream), number, kept, script }.hold().await;
                    });
                }
            }
        });
        Self { address, kept, connections, task }
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.kept.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for FakeSmtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Conversation {
    stream: BufReader<TcpStream>,
    number: usize,
    kept: Arc<Mutex<Vec<Kept>>>,
    script: Arc<Script>,
}

const EHLO: &[u8] = b"250-fake.invalid\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n";

impl Conversation {
    async fn hold(mut self) -> std::io::Result<()> {
        let mut envelope = Kept { from: String::new(), to: Vec::new(), message: Vec::new(), said: false };
        if !self.ask(Stage::Greeting, b"220 fake.invalid ESMTP\r\n", &envelope).await? {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            let (stage, well): (Stage, &[u8]) = match verb.as_str() {
                "EHLO" => (Stage::Ehlo, EHLO),
                "MAIL" => {
                    envelope = Kept { from: path(&line), to: Vec::new(), message: Vec::new(), said: false };
                    (Stage::Mail, b"250 2.1.0 Ok\r\n")
                }
                "RCPT" => (Stage::Rcpt, b"250 2.1.5 Ok\r\n"),
                "DATA" => (Stage::Data, b"354 End data with <CR><LF>.<CR><LF>\r\n"),
                "QUIT" => {
                    self.stream.write_all(b"221 2.0.0 Bye\r\n").await?;
                    return Ok(());
                }
                _ => (Stage::Other, b"250 2.0.0 Ok\r\n"),
            };
            let act = (self.script)(self.number, stage, &line);
            if stage == Stage::Rcpt && matches!(act, Act::Well) {
                envelope.to.push(path(&line));
            }
            let accepts = matches!(act, Act::Well);
            if !self.act(act, stage, well, &envelope).await? {
                return Ok(());
            }
            if stage == Stage::Data && accepts {
                if !self.ask(Stage::Message, b"", &envelope).await? {
                    return Ok(());
                }
                envelope.message = self.message().await?;
                if !self.ask(Stage::Dot, b"250 2.0.0 Ok: queued as F00D\r\n", &envelope).await? {
                    return Ok(());
                }
            }
        }
    }

    async fn ask(&mut self, stage: Stage, well: &[u8], envelope: &Kept) -> std::io::Result<bool> {
        let act = (self.script)(self.number, stage, "");
        self.act(act, stage, well, envelope).await
    }

    async fn act(&mut self, act: Act, stage: Stage, well: &[u8], envelope: &Kept) -> std::io::Result<bool> {
        let keep = |s: &Self, said: bool| s.kept.lock().unwrap().push(Kept { said, ..envelope.clone() });
        match act {
            Act::Well => {
                if stage == Stage::Dot {
                    keep(self, true);
                }
                self.stream.write_all(well).await?;
            }
            Act::Say(words) => self.stream.write_all(words).await?,
            Act::KeepAndSay(words) => {
                keep(self, words.starts_with(b"2") && words.ends_with(b"\r\n"));
                self.stream.write_all(words).await?;
            }
            Act::KeepAndDrop => {
                keep(self, false);
                return Ok(false);
            }
            Act::SayAndDrop(words) => {
                if stage == Stage::Message {
                    // In the middle of the message: a part of it is read first.
                    self.stream.read_exact(&mut vec![0; 65_536]).await?;
                }
                self.stream.write_all(words).await?;
                return Ok(false);
            }
            Act::Drop => return Ok(false),
            Act::Hang => std::future::pending().await,
            Act::Dawdle => loop {
                self.stream.read_exact(&mut vec![0; 65_536]).await?;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            },
        }
        Ok(true)
    }

    /// The message up to its dot, with doubled dots undone.
    async fn message(&mut self) -> std::io::Result<Vec<u8>> {
        let mut message = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                return Ok(message);
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

fn path(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(path, _)| path.to_owned()).unwrap_or_default()
}
