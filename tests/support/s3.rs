//! A small store on S3 for tests, with the standard library alone. It keeps objects in memory, and fails on demand. It
//! checks no signature; it remembers whether one came.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// In which way the store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum S3Fault {
    /// A status instead of an answer.
    Status(u16),
    /// No answer at all.
    Hangs,
    /// The object is written, and the connection ends without a reply.
    LosesReply,
    /// Reading gives the bytes of another object.
    OtherBytes,
    /// Every create succeeds.
    IgnoresCondition,
    /// The connection ends in the middle of an object.
    Truncates,
    /// An object is written under another name.
    WrongKey,
    /// Each answer takes a while.
    Slow,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// The fault, and for how many requests it lasts.
    fault: Option<(S3Fault, usize)>,
    requests: usize,
    unsigned: usize,
}

/// The running store. It ends with the process.
#[derive(Clone)]
pub struct S3 {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct Request {
    method: String,
    /// The bucket and the key, without the slash in front; the question after it.
    path: String,
    question: String,
    is_conditional: bool,
    is_signed: bool,
    body: Vec<u8>,
}

impl S3 {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || answer(stream, &state));
            }
        });
        Self { address, state }
    }

    /// From now on the next `times` requests fail.
    pub fn fail(&self, fault: S3Fault, times: usize) {
        self.state.lock().unwrap().fault = Some((fault, times));
    }

    pub fn recover(&self) {
        self.state.lock().unwrap().fault = None;
    }

    /// How many requests came, and how many of them without a signature.
    pub fn requests(&self) -> (usize, usize) {
        let state = self.state.lock().unwrap();
        (state.requests, state.unsigned)
    }

    /// The names of all objects, with their bucket.
    pub fn names(&self) -> Vec<String> {
        self.state.lock().unwrap().objects.keys().cloned().collect()
    }

    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.state.lock().unwrap().objects.get(name).cloned()
    }

    pub fn alter(&self, name: &str, bytes: &[u8]) {
        self.state.lock().unwrap().objects.insert(name.to_owned(), bytes.to_vec());
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.trim_start_matches('/').to_owned());
    let (path, question) = target.split_once('?').unwrap_or((&target, ""));
    let (path, question) = (path.to_owned(), question.to_owned());
    let mut request = Request { method, path, question, is_conditional: false, is_signed: false, body: Vec::new() };
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "if-none-match" => request.is_conditional = true,
            "authorization" => request.is_signed = value.contains("Signature="),
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn answer(stream: TcpStream, state: &Mutex<State>) {
    let Some(request) = read(&stream) else { return };
    let fault = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        state.unsigned += usize::from(!request.is_signed);
        match &mut state.fault {
            Some((fault, left)) if *left > 0 => {
                *left -= 1;
                Some(*fault)
            }
            _ => None,
        }
    };
    match fault {
        Some(S3Fault::Status(status)) => return reply(stream, status, b"<Error><Code>Trouble</Code></Error>", None),
        Some(S3Fault::Hangs) => return thread::sleep(Duration::from_secs(30)),
        Some(S3Fault::Slow) => thread::sleep(Duration::from_millis(200)),
        _ => {}
    }
    let (status, body) = serve(&request, fault, &mut state.lock().unwrap());
    match fault {
        Some(S3Fault::LosesReply) => {}
        Some(S3Fault::Truncates) if request.method == "GET" => {
            reply(stream, status, &body[..body.len() / 2], Some(body.len()));
        }
        _ if request.method == "HEAD" => reply(stream, status, b"", Some(body.len())),
        _ => reply(stream, status, &body, None),
    }
}

fn serve(request: &Request, fault: Option<S3Fault>, state: &mut State) -> (u16, Vec<u8>) {
    let Request { method, path, question, is_conditional, body, .. } = request;
    match method.as_str() {
        "PUT" => {
            let is_bound = *is_conditional && fault != Some(S3Fault::IgnoresCondition);
            if is_bound && state.objects.contains_key(path) {
                return (412, b"<Error><Code>PreconditionFailed</Code></Error>".to_vec());
            }
            let name = if fault == Some(S3Fault::WrongKey) { format!("{path}-elsewhere") } else { path.clone() };
            state.objects.insert(name, body.clone());
            (200, Vec::new())
        }
        "GET" if question.contains("list-type=2") => (200, list(path, question, state)),
        "GET" | "HEAD" => match state.objects.get(path) {
            Some(_) if fault == Some(S3Fault::OtherBytes) => (200, b"bytes of another object".to_vec()),
            Some(bytes) => (200, bytes.clone()),
            None => (404, b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
        },
        "DELETE" => {
            state.objects.remove(path);
            (204, Vec::new())
        }
        _ => (405, Vec::new()),
    }
}

fn list(bucket: &str, question: &str, state: &State) -> Vec<u8> {
    let prefix = question.split('&').find_map(|part| part.strip_prefix("prefix=")).unwrap_or_default();
    let wanted = format!("{}/{}", bucket.trim_end_matches('/'), prefix.replace("%2F", "/"));
    let found = state.objects.iter().filter(|(name, _)| name.starts_with(&wanted));
    let contents: String = found
        .map(|(name, bytes)| {
            let key = name.split_once('/').map_or("", |(_, key)| key);
            format!(
                "<Contents><Key>{key}</Key><LastModified>2025-07-01T00:00:00.000Z</LastModified><ETag>\"1\"</ETag>\
                 <Size>{}</Size></Contents>",
                bytes.len()
            )
        })
        .collect();
    format!("<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>").into_bytes()
}

/// `length` is what the head says where the body is another one.
fn reply(mut stream: TcpStream, status: u16, body: &[u8], length: Option<usize>) {
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\netag: \"1\"\r\nlast-modified: Tue, 01 Jul 2025 00:00:00 GMT\r\n\
         connection: close\r\n\r\n",
        length.unwrap_or(body.len())
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}
