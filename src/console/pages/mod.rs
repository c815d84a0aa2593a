//! The pages: one file for each group of addresses. In: a request that was let in. Out: a page made of a model of the
//! pipeline, or the address where its result is shown. Unknown here: who may see it; the table of doors says so.

pub mod assets;
pub mod calendar;
pub mod collections;
pub mod help;
pub mod journal;
pub mod parcels;
pub mod periods;
pub mod sign;
pub mod today;

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use url::form_urlencoded;

use crate::{answer::Refused, asked::Asked};
use domain::Sha256;
use pipeline::{Failure, note_download};

/// What a page or an act ends with.
pub type Answered = Result<Response, Refused>;

/// The values after the question mark of an address.
#[derive(Debug, Default)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// A value; `None` if it is missing or empty.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A value that may be missing.
    ///
    /// # Errors
    /// When it is not one of `T`.
    pub fn maybe<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Refused> {
        self.one(name).map(|value| value.parse().map_err(|error: T::Err| Refused::form(error.to_string()))).transpose()
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let text = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect()))
    }
}

/// A part of an address.
///
/// # Errors
/// When it is not one of `T`: then no such page exists.
pub fn part<T: FromStr<Err: Display>>(text: &str) -> Result<T, Refused> {
    text.parse().map_err(|error: T::Err| Refused::unknown(error.to_string()))
}

/// The kinds of files that a person takes out of the console.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "ics" => "text/calendar; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A file that a browser stores. It is given out once the journal says who took it.
///
/// # Errors
/// When the journal cannot be written.
pub async fn file(asked: &Asked, name: &str, what: &str, bytes: Vec<u8>) -> Answered {
    let person = &asked.signed()?.person;
    let given = (Sha256::of(&bytes), bytes.len() as u64);
    note_download(&asked.served.context, person, what, given).await?;
    stored(name, bytes)
}

/// A file that a browser stores, of which nobody keeps account.
///
/// # Errors
/// When its name cannot be written into a header.
pub fn stored(name: &str, bytes: Vec<u8>) -> Answered {
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
    let shown = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\""))
        .map_err(|error| Failure::ours("a file has no name", error))?;
    let kind = HeaderValue::from_static(kind(&plain));
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, shown)], bytes).into_response())
}
