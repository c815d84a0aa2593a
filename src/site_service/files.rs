//! The files of the site. In: a path. Out: its bytes. A path never leads out of the site that readers see. Unknown here:
//! what a file says.

use std::path::{Component, Path};

use domain::Sha256;

use crate::{ServiceAnswer, ServiceRequest, SiteService, catalog};

/// The types of the files, by the end of their names.
const TYPES: [(&str, &str); 12] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("json", "application/json"),
    ("atom", "application/atom+xml"),
    ("xml", "application/xml"),
    ("ics", "text/calendar; charset=utf-8"),
    ("ttl", "text/turtle; charset=utf-8"),
    ("px", "text/x-pcaxis; charset=utf-8"),
    ("parquet", "application/vnd.apache.parquet"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("svg", "image/svg+xml"),
];

impl SiteService {
    pub(crate) fn file(&self, request: &ServiceRequest<'_>) -> ServiceAnswer {
        if !matches!(request.method, "GET" | "HEAD") {
            return ServiceAnswer::problem(405, "only GET and HEAD are answered here");
        }
        let written = decoded(request.path);
        let path = written.trim_start_matches('/');
        let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let root = catalog::root(&self.folder);
        let mut place = root.join(path);
        if !is_inside || !place.exists() {
            return ServiceAnswer::problem(404, &format!("`/{path}` is not on the site"));
        }
        if place.is_dir() {
            if !written.ends_with('/') {
                // Relative links of the page begin at the folder.
                let to = format!("{}/", request.path);
                return ServiceAnswer { status: 308, headers: vec![("location", to)], body: Vec::new() };
            }
            place = place.join("index.html");
        }
        match std::fs::read(&place) {
            Ok(bytes) => {
                let end = place.extension().and_then(|end| end.to_str()).unwrap_or_default();
                let kind =
                    TYPES.iter().find(|(known, _)| *known == end).map_or("text/plain; charset=utf-8", |(_, kind)| kind);
                // The figures of a revision never change.
                let is_fixed = path.starts_with("files/");
                ServiceAnswer::found(kind, &Sha256::of(&bytes).to_string(), is_fixed, bytes)
            }
            Err(_) => ServiceAnswer::problem(404, &format!("`/{path}` is not on the site")),
        }
    }
}

impl ServiceAnswer {
    /// What was asked for. `tag`: of exactly these bytes. `is_fixed`: it never changes.
    pub(crate) fn found(kind: &str, tag: &str, is_fixed: bool, body: Vec<u8>) -> Self {
        let cache = if is_fixed { "public, max-age=31536000, immutable" } else { "public, no-cache" };
        let headers = vec![
            ("content-type", kind.to_owned()),
            ("etag", format!("\"{tag}\"")),
            ("cache-control", cache.to_owned()),
        ];
        Self { status: 200, headers, body }
    }

    /// What was wrong with a request (RFC 9457).
    pub(crate) fn problem(status: u16, detail: &str) -> Self {
        let body = serde_json::json!({ "type": "about:blank", "status": status, "detail": detail });
        let headers =
            vec![("content-type", "application/problem+json".to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, headers, body: format!("{body}\n").into_bytes() }
    }
}

/// A path without its percent signs.
pub fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let hex = |digit: Option<u8>| digit.and_then(|digit| char::from(digit).to_digit(16));
        let mut ahead = rest.clone();
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
