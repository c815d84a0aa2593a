//! The HTTP server: requests in, answers out, including the faults of transmission.
//!
//! This module does not know how figures are made.

use std::{fmt::Write, io::Write as _, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use flate2::{Compression, write::GzEncoder};
use futures::stream;
use tokio::sync::watch;

use super::{
    address::{Asked, asked, ended_by},
    faults::FaultKind,
    office::{Copy, Desk, lock},
    release::released,
    render::MARK,
};
use domain::{FormId, Period, Unit};

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// How many bytes a slow body sends before it slows down, and how long it waits before each further byte.
const QUICK_BYTES: usize = 512;
const SLOW: Duration = Duration::from_millis(250);

/// The end of an endless body, so that a mistake cannot fill a disk.
const OVERSIZE: u64 = 2 * 1024 * 1024 * 1024;

/// The end of an address that requests the second of two documents (`two-files`).
pub const SECOND: &str = "copy=2";

/// How often a flaky form fails before it succeeds.
const FLAKY: u32 = 2;

pub(super) fn router(desk: Arc<Desk>) -> Router {
    Router::new().fallback(answer).with_state(desk)
}

async fn answer(State(desk): State<Arc<Desk>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET is served\n");
    }
    if uri.path() == "/" {
        return plain(StatusCode::OK, TEXT, listing(&desk));
    }
    if is_silent(&desk, &uri) {
        // Until the office closes, or the client stops waiting.
        let _ = desk.open.clone().wait_for(|open| !open).await;
        return plain(StatusCode::SERVICE_UNAVAILABLE, TEXT, "the office is closed\n");
    }
    // Figures are made on a thread of their own, so that other requests are served meanwhile.
    let task = tokio::task::spawn_blocking(move || serve(&desk, &uri, &headers));
    task.await.unwrap_or_else(|error| plain(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("{error}\n")))
}

/// Whether an address gets no answer.
fn is_silent(desk: &Desk, uri: &Uri) -> bool {
    let asked = asked(desk.figures.premises(), uri.path(), uri.query().unwrap_or_default());
    asked.is_ok_and(|asked| match &asked {
        Asked::Workbook { form, unit, .. } => desk.faults.has(FaultKind::SlowService, form, Some(unit)),
        Asked::Service { form, .. } => desk.faults.has(FaultKind::SlowService, form, None),
    })
}

fn serve(desk: &Desk, uri: &Uri, headers: &HeaderMap) -> Response {
    let premises = desk.figures.premises();
    let asked = match asked(premises, uri.path(), uri.query().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(why) => return plain(StatusCode::NOT_FOUND, TEXT, format!("{why}\n")),
    };
    let (form, unit) = match &asked {
        Asked::Workbook { form, unit, .. } => (form, Some(unit)),
        Asked::Service { form, .. } => (form, None),
    };
    if let Some(fault) = on_the_way(desk, form, unit, uri) {
        return fault;
    }
    if desk.faults.has(FaultKind::Comparison503, form, unit) && is_of_an_earlier_year(desk, &asked, form) {
        return plain(StatusCode::SERVICE_UNAVAILABLE, TEXT, "try again\n");
    }
    let Some((period, since)) = period(desk, &asked, form, unit) else {
        return plain(StatusCode::NOT_FOUND, TEXT, format!("form `{form}` is not there for this period\n"));
    };
    let is_second = uri.query().is_some_and(|query| query.ends_with(SECOND));
    let is_second = is_second && desk.faults.has(FaultKind::TwoFiles, form, unit);
    let copy = match desk.copy(&asked, period, since, is_second) {
        Ok(Some(copy)) => copy,
        Ok(None) => return plain(StatusCode::NOT_FOUND, TEXT, format!("form `{form}` has no such unit or agency\n")),
        Err(error) => return plain(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("{error}\n")),
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == copy.tag)) {
        return tagged(Response::builder().status(StatusCode::NOT_MODIFIED), &copy, Body::empty());
    }
    whole(desk, form, unit, &copy)
}

/// The requested period, and since when it has been available; `None` if it is not available.
fn period(desk: &Desk, asked: &Asked, form: &FormId, unit: Option<&Unit>) -> Option<(Period, DateTime<Utc>)> {
    let offer = desk.figures.premises().offer(form)?;
    let now = desk.clock.now();
    let is_late = desk.faults.has(FaultKind::Late, form, unit);
    let since = |period| released(offer, period, desk.figures.premises().seed, is_late);
    let is_there = |period: &Period| period.has_ended(now.date_naive()) && since(*period) <= now;
    let period = match asked {
        Asked::Workbook { period, .. } => Some(*period),
        Asked::Service { date: Some(date), .. } => ended_by(*date, offer.periodicity),
        Asked::Service { date: None, .. } => latest(now.date_naive(), offer.periodicity, is_there),
    }?;
    let missing = desk.faults.has(FaultKind::Missing, form, unit);
    (is_there(&period) && !missing).then(|| (period, since(period)))
}

/// Whether a request is about an earlier year than the period in question.
fn is_of_an_earlier_year(desk: &Desk, asked: &Asked, form: &FormId) -> bool {
    let premises = desk.figures.premises();
    let Some(offer) = premises.offer(form) else { return false };
    let newest = premises.about.or_else(|| ended_by(desk.clock.now().date_naive(), offer.periodicity));
    let period = match asked {
        Asked::Workbook { period, .. } => Some(*period),
        Asked::Service { date, .. } => date.and_then(|date| ended_by(date, offer.periodicity)),
    };
    period.is_some_and(|period| newest.is_some_and(|newest| period.year() < newest.year()))
}

/// The last report: the newest available period.
fn latest(today: NaiveDate, periodicity: domain::Periodicity, is_there: impl Fn(&Period) -> bool) -> Option<Period> {
    let newest = ended_by(today, periodicity)?;
    std::iter::successors(Some(newest), |p| Some(p.before())).take(12).find(is_there)
}

/// The answer of a fault that needs no document.
fn on_the_way(desk: &Desk, form: &FormId, unit: Option<&Unit>, uri: &Uri) -> Option<Response> {
    let has = |kind| desk.faults.has(kind, form, unit);
    if has(FaultKind::Forbidden) {
        return Some(plain(StatusCode::FORBIDDEN, JSON, "{\"message\":\"Доступ запрещен\"}\n"));
    }
    if has(FaultKind::Flaky) {
        let mut counts = lock(&desk.asked);
        let count = counts.entry(uri.to_string()).or_insert(0);
        *count += 1;
        if *count <= FLAKY {
            return Some(plain(StatusCode::SERVICE_UNAVAILABLE, TEXT, "try again\n"));
        }
    }
    if has(FaultKind::Redirect) {
        let elsewhere = format!("http://elsewhere.invalid{uri}");
        let mut response = plain(StatusCode::FOUND, TEXT, "moved\n");
        response.headers_mut().extend(HeaderValue::try_from(elsewhere).ok().map(|to| (header::LOCATION, to)));
        return Some(response);
    }
    if has(FaultKind::Html) {
        let page =
            "<!DOCTYPE html>\n<html lang=\"ru\"><head><title>Вход</title></head><body><h1>Вход</h1></body></html>\n";
        return Some(plain(StatusCode::OK, HTML, page));
    }
    if has(FaultKind::CodeMessage) {
        return Some(plain(StatusCode::OK, JSON, "{\"code\":\"1002\",\"message\":\"Сервис временно недоступен\"}\n"));
    }
    None
}

/// The document, or its remains after a fault.
fn whole(desk: &Desk, form: &FormId, unit: Option<&Unit>, copy: &Copy) -> Response {
    let has = |kind| desk.faults.has(kind, form, unit);
    let bytes = &copy.document.bytes;
    let response = Response::builder().status(StatusCode::OK);
    if has(FaultKind::Truncated) {
        return tagged(response, copy, Body::from(bytes[..bytes.len() / 2].to_vec()));
    }
    if has(FaultKind::Gzip) {
        let response = response.header(header::CONTENT_ENCODING, "gzip");
        return tagged(response, copy, Body::from(gzipped(&gzipped(bytes))));
    }
    if has(FaultKind::Slow) {
        return tagged(response, copy, slow(bytes.clone(), desk.open.clone()));
    }
    if has(FaultKind::Oversized) {
        return tagged(response, copy, oversized(bytes.clone(), desk.open.clone()));
    }
    tagged(response, copy, Body::from(bytes.clone()))
}

/// A body that comes byte by byte until the office closes.
fn slow(bytes: Vec<u8>, open: watch::Receiver<bool>) -> Body {
    let state = (Bytes::from(bytes), 0_usize, open);
    Body::from_stream(stream::unfold(state, |(bytes, at, mut open)| async move {
        let next = if at == 0 { QUICK_BYTES.min(bytes.len()) } else { at + 1 };
        if next > bytes.len() {
            return None;
        }
        if at > 0 && tokio::time::timeout(SLOW, open.wait_for(|open| !open)).await.is_ok() {
            return None;
        }
        let piece = bytes.slice(at..next);
        Some((Ok::<_, std::convert::Infallible>(piece), (bytes, next, open)))
    }))
}

/// A body that does not end after the document.
fn oversized(bytes: Vec<u8>, open: watch::Receiver<bool>) -> Body {
    let zeros = Bytes::from(vec![0_u8; 1024 * 1024]);
    let state = (Some(Bytes::from(bytes)), 0_u64, open);
    Body::from_stream(stream::unfold(state, move |(first, sent, open)| {
        let piece = first.unwrap_or_else(|| zeros.clone());
        let sent = sent + piece.len() as u64;
        let ends = sent > OVERSIZE || !*open.borrow();
        async move { (!ends).then_some((Ok::<_, std::convert::Infallible>(piece), (None, sent, open))) }
    }))
}

fn tagged(response: axum::http::response::Builder, copy: &Copy, body: Body) -> Response {
    let modified = copy.since.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let response = response
        .header(header::CONTENT_TYPE, copy.document.content_type)
        .header(header::ETAG, &copy.tag)
        .header(header::LAST_MODIFIED, modified)
        .header("x-origin", MARK)
        .body(body);
    response.unwrap_or_else(|error| plain(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("{error}\n")))
}

fn plain(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert("x-origin", HeaderValue::from_static(MARK));
    response
}

/// The list of what is served, for a person who opens the address of the office.
fn listing(desk: &Desk) -> String {
    let mut text = format!("{MARK}: the sample office of zhinaq. Its figures are made up.\n\n");
    for offer in &desk.figures.premises().offers {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {}", offer.form, offer.titles.ru);
        let _ = writeln!(text, "    /forms/{{yyyymm}}_{}_00000_{{unit}}__ru.XLSX", offer.code);
        if let Some(index) = &offer.index {
            let _ = writeln!(text, "    /proxy/{index}?apiKey=any&date={{yyyy-MM-dd}}");
        }
    }
    text
}

/// The bytes as a gzip member (RFC 1952), stored: a body that is compressed twice does not have to be small.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    // Writing to memory cannot fail.
    let _ = gzip.write_all(bytes);
    gzip.finish().unwrap_or_default()
}
