//! What the schedule can do, apart from how: real hands call the use-cases, simulated ones a made-up world.

use std::future::Future;

use super::alerts::Alert;
use crate::Failure;
use domain::{Door, Duty, Event, Fact};

/// What came of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// For each duty of the act, in order, what came of it; and whether something outside was out of reach.
    Done { answers: Vec<String>, trouble: Option<(Door, String)> },
    /// Another run works here; the same is tried again soon, and nothing is written down.
    Busy(String),
}

/// The hands of the schedule.
pub trait Hands {
    /// The events of the journal after a place.
    fn events(&self, after: i64) -> impl Future<Output = Result<Vec<Event>, Failure>>;

    /// Writes facts down, all or none, as long as this daemon leads; `false` when another does.
    fn note(&self, facts: &[Fact]) -> impl Future<Output = Result<bool, Failure>>;

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

    /// Tells the office.
    ///
    /// # Errors
    /// Why the office could not be told.
    fn tell(&self, alert: &Alert) -> impl Future<Output = Result<(), Failure>>;
}
