//! The state of a host while documents are fetched from it. It decides when the host is not requested for a while.
//!
//! In come the faults of requests; out comes whether a form may be requested now, and after which pause. There are
//! three rules:
//!
//! - If several addresses of a host cannot be connected to, the host is down. It is not requested for a while, for any
//!   form.
//! - If the addresses of a form connect but do not answer, only this form is not requested for a while: one host may
//!   have fifteen services.
//! - If a host answers "too many requests", it works. Further requests wait as long as it asks.
//!
//! Any answer, even a refusal, clears the earlier faults of the host. This module does not know documents.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::Instant};

use super::FetchFault;
use domain::FormId;

/// How many addresses without a connection make a host down, and how many addresses without an answer make a form
/// silent. Otherwise hundreds of documents would each wait for the time limit.
const FAILURES: usize = 3;
/// How many silent forms, without any answer between them, make the host silent.
const SILENT_FORMS: usize = 3;
const REST: Duration = Duration::from_mins(1);
/// In place of a pause whose end cannot be computed.
const LONG: Duration = Duration::from_hours(24);

/// "Too many requests" (RFC 6585, 4): the status is about all requests to the host, not about one address.
const TOO_MANY: u16 = 429;

/// The state of a host while the fetcher exists.
#[derive(Debug)]
pub(super) struct Host {
    pub places: Semaphore,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Addresses that could not be connected to since the host last answered.
    unconnected: BTreeSet<String>,
    /// Forms whose addresses accepted a connection but did not answer: how many documents in a row, and when last.
    silent: BTreeMap<FormId, (usize, Option<Instant>)>,
    /// The forms without an answer since the host last answered.
    silent_in_a_row: BTreeSet<FormId>,
    /// When the host last failed.
    failed: Option<Instant>,
    /// Until when the host asked for no requests.
    busy: Option<Instant>,
}

impl Host {
    pub fn new(places: usize) -> Self {
        Self { places: Semaphore::new(places), known: Mutex::default() }
    }

    /// Why a document of a form is not requested now.
    pub fn is_left_alone(&self, form: &FormId, longest_pause: Duration) -> Option<FetchFault> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < REST);
        if recent(known.failed) && known.unconnected.len() >= FAILURES {
            return Some(FetchFault::LeftAlone { why: "its host could not be reached at several addresses before" });
        }
        if recent(known.failed) && known.silent_in_a_row.len() >= SILENT_FORMS {
            return Some(FetchFault::LeftAlone { why: "its host did not answer questions for several forms before" });
        }
        if known.silent.get(form).is_some_and(|(documents, at)| *documents >= FAILURES && recent(*at)) {
            return Some(FetchFault::LeftAlone { why: "other addresses of this form did not answer before" });
        }
        let wait = known.busy.map(|until| until.saturating_duration_since(Instant::now()));
        wait.is_some_and(|wait| wait > longest_pause)
            .then_some(FetchFault::LeftAlone { why: "its host asked for a longer pause before" })
    }

    /// How much longer the host asked for no requests.
    pub fn pause(&self) -> Duration {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.busy.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Records the fault of one attempt: the pause that a busy host asks for applies to the next attempts.
    pub fn is_busy(&self, fault: &FetchFault) {
        if let FetchFault::Failed { status: TOO_MANY, retry_after: Some(wait) } = fault {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let until = now.checked_add(*wait).unwrap_or(now + LONG);
            known.busy = Some(known.busy.map_or(until, |before| before.max(until)));
        }
    }

    /// Records the result of a document after all its attempts; `None` = the host answered.
    pub fn heard(&self, form: &FormId, url: &str, fault: Option<&FetchFault>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Some(Instant::now());
        match fault {
            Some(FetchFault::Unreachable { .. } | FetchFault::Slow { what: "accept a connection", .. }) => {
                known.unconnected.insert(url.to_owned());
                known.failed = now;
            }
            Some(FetchFault::HungUp { .. } | FetchFault::Slow { what: "answer", .. }) => {
                // The host can be connected to.
                known.unconnected.clear();
                known.failed = now;
                known.silent_in_a_row.insert(form.clone());
                let (documents, at) = known.silent.entry(form.clone()).or_default();
                (*documents, *at) = (*documents + 1, now);
            }
            _ => {
                // The host answers, so the silence of other forms is not its own.
                known.unconnected.clear();
                known.silent_in_a_row.clear();
                known.failed = None;
                known.silent.remove(form);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_mins(1);

    fn form(id: &str) -> FormId {
        id.parse().unwrap()
    }

    fn unreachable() -> FetchFault {
        FetchFault::Unreachable { why: "refused".into() }
    }

    fn silent() -> FetchFault {
        FetchFault::Slow { what: "answer", limit: LONGEST }
    }

    fn why(host: &Host, of: &str) -> Option<String> {
        host.is_left_alone(&form(of), LONGEST).map(|fault| fault.to_string())
    }

    #[test]
    fn one_dead_address_is_not_a_dead_host() {
        let host = Host::new(1);
        for _ in 0..5 {
            host.heard(&form("1-e"), "http://a/1", Some(&unreachable()));
        }
        assert_eq!(why(&host, "3-k"), None);
        host.heard(&form("1-e"), "http://a/2", Some(&unreachable()));
        host.heard(&form("1-m"), "http://a/3", Some(&unreachable()));
        assert!(why(&host, "3-k").unwrap().contains("could not be reached at several addresses"));
        // Any answer clears the faults, even a refusal.
        host.heard(&form("1-m"), "http://a/4", Some(&FetchFault::NotThere { status: 404 }));
        assert_eq!(why(&host, "3-k"), None);
    }

    #[test]
    fn a_silent_form_is_left_alone_and_its_host_is_not() {
        let host = Host::new(1);
        for n in 0..3 {
            host.heard(&form("1-e"), &format!("http://a/{n}"), Some(&silent()));
            assert_eq!(why(&host, "1-e").is_some(), n == 2);
        }
        assert_eq!(why(&host, "3-k"), None);
        // Other forms answer in between, so three silent forms are not a silent host.
        host.heard(&form("1-m"), "http://a/4", Some(&silent()));
        host.heard(&form("3-k"), "http://a/5", None);
        host.heard(&form("1-n"), "http://a/6", Some(&silent()));
        assert_eq!(why(&host, "3-k"), None);
        assert!(why(&host, "1-e").is_some());
        host.heard(&form("1-m"), "http://a/7", Some(&silent()));
        host.heard(&form("1-e"), "http://a/8", Some(&FetchFault::HungUp { why: "reset".into() }));
        assert!(why(&host, "3-k").unwrap().contains("for several forms"));
    }

    #[test]
    fn a_busy_host_is_waited_for_as_long_as_it_asks() {
        let host = Host::new(1);
        let busy = |status, seconds| FetchFault::Failed { status, retry_after: Some(Duration::from_secs(seconds)) };
        // "Unavailable" is about an address, "too many" is about the host.
        host.is_busy(&busy(503, 30));
        assert_eq!(host.pause(), Duration::ZERO);
        host.is_busy(&busy(429, 30));
        assert!(host.pause() > Duration::from_secs(29));
        assert_eq!(why(&host, "3-k"), None);
        host.is_busy(&busy(429, 3600));
        assert!(why(&host, "3-k").unwrap().contains("asked for a longer pause"));
        host.is_busy(&busy(429, u64::MAX));
        assert!(host.pause() > Duration::from_hours(1));
    }
}
