//! How forms come in: requested from their sources or brought by a person, then stored, read, judged and kept.
//!
//! In: what a period needs, or files. Out: snapshots and dataset revisions in the journal, findings, and refusals that
//! say what a document is. Unknown here: collections, and who reads them.

mod conflict;
mod earlier;
mod fates;
pub mod import;
mod ingest;
mod known;
pub mod learn;
pub mod lost;
pub mod pull;
mod pull_report;
pub mod readings;
mod repeated;
pub mod sample_office;
pub mod sources;
mod whole;

pub use fates::{Fate, IntakeReport};
pub use import::{FilesSaid, NO_PERIOD, take_files};
pub use ingest::{Incoming, take};
pub use known::judge_again;
pub use learn::{TemplateDraft, learn};
pub use lost::{LostReport, pull_lost};
pub use pull::pull;
pub use pull_report::{FormPull, PullReport};
pub use sample_office::{SEED, idle_faults, serve};
