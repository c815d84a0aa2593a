//! The service over HTTP. In: a listener. Out: answers, until it is asked to stop. Unknown here: what is answered.

use std::{future::Future, io, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use tokio::net::TcpListener;

use crate::{ServiceAnswer, ServiceRequest, SiteService};

/// The longest body of a request, in bytes.
const LONGEST: usize = 1 << 20;

/// Serves a site until `stop` ends.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    service: Arc<SiteService>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = Router::new().fallback(answer).with_state(service);
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn answer(State(service): State<Arc<SiteService>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else {
        return sent(ServiceAnswer::problem(413, &format!("a request has at most {LONGEST} bytes")));
    };
    // Files are read, so the answer is made beside the threads that hear requests.
    let made = tokio::task::spawn_blocking(move || {
        let known = head.headers.get("if-none-match").and_then(|known| known.to_str().ok());
        service.answer(&ServiceRequest {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            if_none_match: known,
            body: &body,
        })
    });
    let failed = |_| ServiceAnswer::problem(500, "the request could not be answered");
    sent(made.await.unwrap_or_else(failed))
}

fn sent(answer: ServiceAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response
}
