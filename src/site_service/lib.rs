//! Answers readers and programs from the placed site: its files, and a read-only subset of PxWebApi 2 over them.
//!
//! In: the folder of a site, and requests. Out: answers. A table is a section of a release; its figures are those of the
//! JSON-stat file that was placed. So the service cannot show a figure that is not on the site, and it may run where
//! nothing else of the office is. It follows the link `current` and sees a new site with the next request.
//!
//! This crate does not know the ledger, keys, or which figures the office has beside those that were placed.
//!
//! `…/tables/1-m_2025-M06_R1` is the newest revision, `…/tables/1-m_2025-M06_r0_R1` one that never changes.

mod api;
mod catalog;
mod cube;
mod files;
mod server;

pub use server::serve;

use std::{path::PathBuf, sync::Mutex};

use catalog::Catalog;

/// The site of an office, as readers and programs ask for it.
#[derive(Debug)]
pub struct SiteService {
    /// With the link `current`.
    folder: PathBuf,
    /// The most cells of one answer.
    cells: u64,
    catalog: Mutex<Catalog>,
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct ServiceRequest<'r> {
    pub method: &'r str,
    /// As it was sent, still percent-encoded.
    pub path: &'r str,
    pub query: &'r str,
    pub if_none_match: Option<&'r str>,
    /// Of a POST: a long query.
    pub body: &'r [u8],
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAnswer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl SiteService {
    /// The service of a folder with sites. `cells`: the most cells of one answer.
    #[must_use]
    pub fn new(folder: PathBuf, cells: u64) -> Self {
        Self { folder, cells, catalog: Mutex::default() }
    }

    /// Answers a request. Reads files; nothing is changed.
    #[must_use]
    pub fn answer(&self, request: &ServiceRequest<'_>) -> ServiceAnswer {
        let mut answer = match request.path.strip_prefix("/api/v2") {
            Some(path) if path.is_empty() || path.starts_with('/') => self.api(path, request),
            _ => self.file(request),
        };
        answer.headers.push(("access-control-allow-origin", "*".to_owned()));
        answer.headers.push(("x-content-type-options", "nosniff".to_owned()));
        let tag = answer.headers.iter().find(|(name, _)| *name == "etag").map(|(_, tag)| tag.clone());
        let is_known = |tag: &String| {
            request
                .if_none_match
                .is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
        };
        if answer.status == 200 && tag.as_ref().is_some_and(is_known) {
            answer.status = 304;
            answer.body.clear();
        }
        if request.method == "HEAD" {
            answer.body.clear();
        }
        answer
    }
}

#[cfg(test)]
mod tests;
