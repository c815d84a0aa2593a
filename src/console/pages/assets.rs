//! Files of the program: style and picture; and its health. In: nothing. Out: bytes that a browser may keep, because
//! their address changes with them.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};

use domain::Sha256;

const STYLE: &str = include_str!("../../../templates/console/console.css");
const ICON: &str = include_str!("../../../templates/console/icon.svg");
/// A year, as long as browsers keep anything.
const KEPT: &str = "public, max-age=31536000, immutable";

/// The address of the style.
pub fn style() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| address("/console.css", STYLE));
    &ADDRESS
}

fn address(path: &str, text: &str) -> String {
    format!("{path}?{}", Sha256::of(text.as_bytes()).short())
}

fn kept(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)], text).into_response()
}

pub async fn console_css() -> Response {
    kept("text/css; charset=utf-8", STYLE)
}

pub async fn icon() -> Response {
    kept("image/svg+xml", ICON)
}

/// Says that the console answers, and nothing else.
pub async fn health() -> &'static str {
    "ok"
}
