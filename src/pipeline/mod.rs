//! Where the stages meet: the use-cases.
//!
//! In: an opened [`Desk`] (the office's files, its ledger, its artifacts, a clock, an actor). Out: a report that any
//! edge can print. Each use-case is one file and one function: [`pull`], [`check`], [`build`], [`send`], and [`run`],
//! which is all of them in order. Why a use-case was started (schedule, a person, catch-up) is told to the ledger and
//! to nobody else: the nightly run and the hand-started one are the same code.
//!
//! Deliberately unknown here: terminals, colours, command lines (held by `tidy::dependencies_point_one_way`).

mod build;
mod catalogue;
mod check;
mod desk;
mod failure;
mod figures;
mod intake;
mod journal;
mod needs;
mod post;
mod progress;
mod pull;
mod query;
mod register;
mod run;
mod send;
mod status;

pub use build::{BuildReport, Built, build};
pub use catalogue::{Catalogue, Edition as DatasetEdition};
pub use check::{CheckReport, check};
pub use desk::{Desk, DeskOptions};
pub use failure::{Exit, Failure};
pub use intake::{IntakeReport, take_files};
pub use progress::{Progress, Silent, Step};
pub use pull::{PullReport, pull};
pub use query::{Answer, Question, query};
pub use run::{RunReport, run};
pub use send::{SendReport, send};
pub use status::{owed, status};
