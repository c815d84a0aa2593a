//! Fetches documents from sources, over HTTP and from folders. The only user of reqwest.
//!
//! In come [`Ask`]s, which [`asks`] makes from the sources of a form and from what existed in its period. Out comes a
//! [`FetchedDelivery`]: the bytes as received, and where they came from. Or out comes a [`FetchError`] that answers two
//! questions: may the request be repeated ([`FetchError::is_transient`]), and who has to act ([`FetchError::who`])?
//!
//! A source is not trusted. Every wait has an end, and every body has a largest size, counted after unpacking.
//! Redirects to another host are not followed, and only status 200 is an answer. The crate `read` finds out what a body
//! *is* (a workbook, an HTML page with status 200). Keys are [`Secret`]s: they are masked in every address, error and
//! log line.
//!
//! This crate does not know the ledger, the clock, where bytes are stored, or why a document is requested.
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
mod post;
mod probe;
mod read_back;
mod retry_after;
mod secret;
mod template;

pub use ask::{Ask, AskPlace, FetchedDelivery, Known};
pub use enquiry::{Enquiry, EnquiryError, ServiceDate, Shape, agency_in_names, asks};
pub use fault::{FetchError, FetchFault, WhoActs};
pub use fetcher::{FetchProgress, FetchWatch, Fetcher};
pub use folder::dropped;
pub use limits::{FetchLimits, Patience};
pub use post::post_json;
pub use probe::ProbeAnswer;
pub use secret::Secret;
