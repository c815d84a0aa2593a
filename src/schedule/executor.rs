//! What the schedule can do, apart from how: the daemon's executor calls the use-cases, the simulated one a made-up world.

use std::future::Future;

use chrono::{DateTime, Utc};

use crate::Alert;
use domain::{Door, Duty, Event, Fact};

/// What came of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// For each duty of the act, in order, what came of it; and whether something outside was out of reach.
    Done { answers: Vec<String>, trouble: Option<(Door, String)> },
    /// Another run works here; the same is tried again soon, and nothing is written down.
    Busy(String),
}

/// Carries out what the schedule decides.
pub trait Executor {
    /// Why the journal could not be read or written. That an act failed is no error of this kind: it is an answer.
    type Error;

    /// The time, as the program sees it.
    fn now(&self) -> DateTime<Utc>;

    /// The events of the journal after a place.
    ///
    /// # Errors
    /// When the journal cannot be read.
    fn events(&self, after: i64) -> impl Future<Output = Result<Vec<Event>, Self::Error>>;

    /// Writes facts down, all or none, as long as this daemon leads; `false` when another does.
    ///
    /// # Errors
    /// When the journal cannot be written.
    fn note(&self, facts: &[Fact]) -> impl Future<Output = Result<bool, Self::Error>>;

    /// Asks for forms and takes in what comes.
    fn probe(&self, forms: &[Duty]) -> impl Future<Output = Acted>;

    /// Builds collections; nothing leaves the house.
    fn prepare(&self, collections: &[Duty]) -> impl Future<Output = Acted>;

    /// Builds collections from what is there, numbers their copies and hands them over.
    fn deliver(&self, collections: &[Duty]) -> impl Future<Output = Acted>;

    /// Makes the supplements of collections and hands them over.
    fn supplement(&self, collections: &[Duty]) -> impl Future<Output = Acted>;

    /// Whether the program was asked to end: then no further act is begun.
    fn is_stopping(&self) -> bool {
        false
    }

    /// Tells the office; `false` when it could not be told, which is tried again soon.
    fn tell(&self, alert: &Alert) -> impl Future<Output = bool>;
}
