//! A source on this machine that answers by a script, connection by connection.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What the source does on one connection, after it has read the request.
#[derive(Clone)]
pub enum Script {
    /// Sends these bytes and closes the connection.
    Say(Vec<u8>),
    /// Sends these bytes, then nothing more, and keeps the connection open.
    SayAndWait(Vec<u8>),
    /// Sends these bytes again and again until the other side closes the connection.
    SayForEver {
        head: Vec<u8>,
        piece: Vec<u8>,
    },
    HangUp,
    /// Does one thing for requests that contain a text, and another for all others.
    ByPath {
        part: String,
        there: Box<Script>,
        elsewhere: Box<Script>,
    },
}

impl Script {
    /// A complete answer.
    pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        Self::Say(answer(status, headers, body))
    }
}

pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nConnection: close\r\n").into_bytes();
    let sized = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let bodiless = status.starts_with("204") || status.starts_with("304");
    if !sized && !bodiless {
        bytes.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
    }
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}

/// A running source; the last script is repeated.
pub struct Loopback {
    pub base: String,
    questions: Arc<Mutex<Vec<String>>>,
    most_at_a_time: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Loopback {
    pub async fn serve(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut scripts: VecDeque<Script> = scripts.into_iter().collect();
        let questions: Arc<Mutex<Vec<String>>> = Arc::default();
        let most_at_a_time: Arc<AtomicUsize> = Arc::default();
        let (heard, most) = (Arc::clone(&questions), Arc::clone(&most_at_a_time));
        let now = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let script = if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() };
                let (heard, most, now) = (Arc::clone(&heard), Arc::clone(&most), Arc::clone(&now));
                tokio::spawn(async move {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    play(line, script.unwrap(), &heard).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { base, questions, most_at_a_time, task }
    }

    /// The requests so far, as they came over the connection.
    pub fn questions(&self) -> Vec<String> {
        self.questions.lock().unwrap().clone()
    }

    pub fn most_at_a_time(&self) -> usize {
        self.most_at_a_time.load(Ordering::SeqCst)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn play(mut line: TcpStream, script: Script, heard: &Mutex<Vec<String>>) {
    let mut question = Vec::new();
    let mut piece = [0; 1024];
    while !question.windows(4).any(|w| w == b"\r\n\r\n") {
        match line.read(&mut piece).await {
            Ok(got) if got > 0 => question.extend(&piece[..got]),
            _ => return,
        }
    }
    let question = String::from_utf8(question).unwrap();
    let script = match script {
        Script::ByPath { part, there, elsewhere } => *if question.contains(&part) { there } else { elsewhere },
        script => script,
    };
    heard.lock().unwrap().push(question);
    match script {
        Script::ByPath { .. } => unreachable!("one choice is enough"),
        Script::HangUp => {}
        Script::Say(bytes) => {
            let _ = line.write_all(&bytes).await;
            let _ = line.shutdown().await;
        }
        Script::SayAndWait(bytes) => {
            let _ = line.write_all(&bytes).await;
            // Waits until the other side closes the connection.
            let _ = line.read(&mut piece).await;
        }
        Script::SayForEver { head, piece } => {
            let _ = line.write_all(&head).await;
            while line.write_all(&piece).await.is_ok() {}
        }
    }
}
