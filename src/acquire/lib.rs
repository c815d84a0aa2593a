//! Sources in, bytes out: the only user of reqwest.
//!
//! In: [`Ask`]s, made by [`asks`] from where a form comes from and what existed in its period. Out: a [`FetchedDelivery`] (the
//! bytes as received, with where they came from), or a [`FetchError`] that answers two questions: may I try again
//! ([`FetchError::is_transient`]), and who must act ([`FetchError::who`]).
//!
//! A source is not trusted: every wait has an end, every body has a largest size (counted after unpacking), no other
//! host is followed to, and only 200 is an answer. What a body *is* (a workbook, an HTML page with status 200) is for
//! `read/` to say. Keys are [`Secret`]s: masked in every address, error and log line.
//!
//! Deliberately unknown here: the ledger, the clock, where bytes are stored, why somebody asks.
//!
//! ```
//! use acquire::{Enquiry, Shape, asks};
//! let enquiry = Enquiry {
//!     form: &"3-k".parse().unwrap(),
//!     period: "2022-M06".parse().unwrap(),
//!     shape: Shape::Workbook { url: "{base}/{yyyymm}_{code}_{agency}_{unit}__ru.XLSX" },
//!     base: "http://127.0.0.1:8080",
//!     code: "3k",
//!     units: &["19".parse().unwrap()],
//!     agencies: &["03".parse().unwrap()],
//! };
//! let addresses: Vec<String> = asks(&enquiry).unwrap().iter().map(|ask| ask.shown()).collect();
//! assert_eq!(addresses, [
//!     "http://127.0.0.1:8080/202206_3k_00000___ru.XLSX",
//!     "http://127.0.0.1:8080/202206_3k_00300___ru.XLSX",
//! ]);
//! ```

mod ask;
mod enquiry;
mod fault;
mod fetcher;
mod folder;
mod host;
mod http;
mod limits;
mod retry_after;
mod secret;
mod template;

pub use ask::{Ask, AskPlace, FetchedDelivery, Known};
pub use enquiry::{Enquiry, EnquiryError, ServiceDate, Shape, agency_in_names, asks};
pub use fault::{FetchError, FetchFault, WhoActs};
pub use fetcher::{FetchProgress, FetchWatch, Fetcher};
pub use folder::dropped;
pub use limits::{FetchLimits, Patience};
pub use secret::Secret;
