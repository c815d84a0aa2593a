//! One HTTP request and its answer. The answer is not trusted.
//!
//! In come an address and limits; out comes a complete body, or a [`FetchFault`]. This module does not know forms or
//! what the body contains.

use std::{error::Error as _, net::IpAddr, time::Duration};

use futures::StreamExt as _;
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION},
};
use tokio::time::timeout;

use super::{FetchFault, Known, Patience, retry_after::retry_after};

/// The most redirects within a host before they count as a circle.
const HOPS: usize = 5;

/// The headers that are kept: the type of the document, its version, its time, and how it was sent.
const KEPT: [&str; 9] = [
    "content-type",
    "content-length",
    "content-encoding",
    "content-disposition",
    "transfer-encoding",
    "etag",
    // The mark of the sample office.
    "x-origin",
    "last-modified",
    "date",
];

/// An answer with a complete body.
pub(super) struct Body {
    pub bytes: Vec<u8>,
    pub headers: Vec<(String, String)>,
    pub length_declared: bool,
}

/// One request.
pub(super) struct Question<'a> {
    pub client: &'a Client,
    pub url: Url,
    pub known: Option<&'a Known>,
    pub with_key: bool,
    /// The longest time until the connection is open, as the client has it.
    pub connect: Duration,
    pub patience: Patience,
    pub limit: u64,
}

/// Sends one request; `None` = the document has not changed.
pub(super) async fn ask(question: Question<'_>, heard: &(dyn Fn(u64) + Sync)) -> Result<Option<Body>, FetchFault> {
    let whole = question.patience.whole;
    match timeout(whole, ask_at_leisure(question, heard)).await {
        Ok(answer) => answer,
        Err(_) => Err(FetchFault::Slow { what: "send its whole answer", limit: whole }),
    }
}

async fn ask_at_leisure(mut question: Question<'_>, heard: &(dyn Fn(u64) + Sync)) -> Result<Option<Body>, FetchFault> {
    for _ in 0..HOPS {
        let response = send(&question).await?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && question.known.is_some() {
            return Ok(None);
        }
        if !is_redirect(status) {
            check(&response, question.with_key)?;
            return receive(response, &question, heard).await.map(Some);
        }
        question.url = next_address(&question.url, status, response.headers())?;
    }
    Err(FetchFault::Circle)
}

async fn send(question: &Question<'_>) -> Result<Response, FetchFault> {
    let mut request = question.client.get(question.url.clone());
    if let Some(known) = question.known {
        if let Some(etag) = &known.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(moment) = &known.last_modified {
            request = request.header(IF_MODIFIED_SINCE, moment);
        }
    }
    let limit = question.patience.answer;
    match timeout(limit, request.send()).await {
        Err(_) => Err(FetchFault::Slow { what: "answer", limit }),
        Ok(Err(error)) => Err(not_sent(&error, question.connect, limit)),
        Ok(Ok(response)) => Ok(response),
    }
}

/// Whether a status is a redirect to follow. 300 and 304 have another meaning.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The target of a redirect: only an address of the same host, and never from https to http.
fn next_address(from: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Url, FetchFault> {
    let to = headers.get(LOCATION).and_then(|v| v.to_str().ok());
    let to = to.ok_or(FetchFault::NoDocument { status: status.as_u16(), meaning: "a redirect to nowhere" })?;
    let to =
        from.join(to).map_err(|e| FetchFault::Address { why: format!("it redirects to an invalid address ({e})") })?;
    let same_place = (from.scheme(), from.port_or_known_default()) == (to.scheme(), to.port_or_known_default());
    let now_encrypted = (from.scheme(), to.scheme()) == ("http", "https");
    if from.host() == to.host() && (same_place || now_encrypted) {
        return Ok(to);
    }
    let port = to.port().map(|p| format!(":{p}")).unwrap_or_default();
    Err(FetchFault::OtherHost { to: format!("{}://{}{port}", to.scheme(), to.host_str().unwrap_or_default()) })
}

/// Only status 200 has a document.
fn check(response: &Response, with_key: bool) -> Result<(), FetchFault> {
    let status = response.status().as_u16();
    Err(match status {
        200 => return Ok(()),
        201..=203 | 205 | 207..=299 => FetchFault::NoDocument { status, meaning: "a success of another kind" },
        204 => FetchFault::NoDocument { status, meaning: "no content" },
        206 => FetchFault::NoDocument { status, meaning: "a part only" },
        300..=399 => FetchFault::NoDocument { status, meaning: "an unexpected redirect" },
        401 | 403 | 407 => FetchFault::Refused { status, with_key },
        404 | 410 => FetchFault::NotThere { status },
        _ => FetchFault::Failed { status, retry_after: retry_after(response.headers()) },
    })
}

async fn receive(
    response: Response,
    question: &Question<'_>,
    heard: &(dyn Fn(u64) + Sync),
) -> Result<Body, FetchFault> {
    let (limit, idle) = (question.limit, question.patience.idle);
    let headers = kept(response.headers());
    let declared = response.content_length().or_else(|| length(response.headers()));
    if declared.is_some_and(|bytes| bytes > limit) {
        return Err(FetchFault::TooLarge { limit, declared });
    }
    // The client removes this header when it unpacks a body. If it is still there, the coding is another one.
    if let Some(coding) = response.headers().get(CONTENT_ENCODING).filter(|c| c.as_bytes() != b"identity") {
        return Err(FetchFault::Packed { coding: String::from_utf8_lossy(coding.as_bytes()).into_owned() });
    }
    // Chunks mark their own end. A body with neither length nor chunks ends with the connection, complete or not.
    let length_declared = declared.is_some() || headers.iter().any(|(name, _)| name == "transfer-encoding");
    let mut bytes = Vec::with_capacity(declared.unwrap_or(0).min(1 << 20) as usize);
    let mut pieces = response.bytes_stream();
    loop {
        let got = bytes.len() as u64;
        match timeout(idle, pieces.next()).await {
            Err(_) => return Err(FetchFault::Slow { what: "send the next piece of its answer", limit: idle }),
            Ok(None) => break,
            Ok(Some(Err(error))) => return Err(FetchFault::Cut { got, why: innermost(&error) }),
            Ok(Some(Ok(piece))) => {
                if got + piece.len() as u64 > limit {
                    return Err(FetchFault::TooLarge { limit, declared: None });
                }
                bytes.extend_from_slice(&piece);
                heard(bytes.len() as u64);
            }
        }
    }
    Ok(Body { bytes, headers, length_declared })
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |name: &str| headers.get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    KEPT.iter().filter_map(|name| Some(((*name).to_owned(), text(name)?))).collect()
}

/// Why no answer began.
pub(super) fn not_sent(error: &reqwest::Error, connect: Duration, answer: Duration) -> FetchFault {
    if error.is_builder() {
        return FetchFault::Address { why: innermost(error) };
    }
    if error.is_timeout() {
        return if error.is_connect() {
            FetchFault::Slow { what: "accept a connection", limit: connect }
        } else {
            FetchFault::Slow { what: "answer", limit: answer }
        };
    }
    let why = innermost(error);
    if error.is_connect() && is_about_trust(error) {
        return FetchFault::Untrusted { why };
    }
    if error.is_connect() { FetchFault::Unreachable { why } } else { FetchFault::HungUp { why } }
}

/// Whether the connection failed because the server did not prove its identity.
fn is_about_trust(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if matches!(
            inner.downcast_ref::<rustls::Error>(),
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
        ) {
            return true;
        }
        cause = match inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => inner.source(),
        };
    }
    false
}

/// The innermost cause. It says what happened, and does not contain an address with a key.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut words = "the connection failed".to_owned();
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}

/// Whether a host is this machine itself. No proxy is used for it.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
