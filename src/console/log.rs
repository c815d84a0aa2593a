//! One line of the log for each request: what was asked by whom, how it ended, how long it took. In: a request and its
//! answer. Out: the line, and the id of the request. Nothing that a browser wrote gets into the log: the address is that of
//! the door, and the account is one that signed in.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::{extract::Request, http::HeaderName, http::HeaderValue, middleware::Next, response::Response};
use tokio::time::Instant;

/// The id of a request: its number since the console began.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// What the log says of a request.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The address of the door, such as `/periods/{period}`.
    pub door: &'static str,
    pub account: Option<String>,
}

static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// Writes the line of a request.
pub async fn of_each(mut request: Request, next: Next) -> Response {
    let id = format!("{}-{}", std::process::id(), REQUESTS.fetch_add(1, Ordering::Relaxed));
    let (method, begun) = (request.method().clone(), Instant::now());
    // A method that no browser knows is text from outside.
    let method = match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    };
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut answer = next.run(request).await;
    let logged = answer.extensions_mut().remove::<Logged>();
    let (door, account) = logged.map_or(("-", None), |logged| (logged.door, logged.account));
    let (status, milliseconds) = (answer.status().as_u16(), begun.elapsed().as_millis());
    tracing::info!(request = id, method, door, status, account, milliseconds, "answered");
    if let Ok(id) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    answer
}
