//! The actions of the schedule, as a trait. The daemon's executor calls the use-cases; the simulated one changes a
//! made-up world.

use std::future::Future;

use chrono::{DateTime, Utc};

use crate::Alert;
use domain::{Door, Duty, Event, Fact};

/// The result of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// The result for each duty of the act, in order, and the trouble that it met, if any.
    Done { answers: Vec<String>, trouble: Option<ActTrouble> },
    /// Another run is at work. The act is tried again soon, and nothing is recorded.
    Busy(String),
}

/// A trouble that an act met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActTrouble {
    /// Which door to the outside was out of reach.
    pub door: Door,
    /// The trouble as a sentence, with the number of things that it concerns.
    pub words: String,
    /// The cause alone, as the answers contain it. While a cause lasts, it is one trouble.
    pub cause: String,
}

impl ActTrouble {
    /// A trouble whose sentence is its cause.
    #[must_use]
    pub fn of(door: Door, words: String) -> Self {
        Self { door, cause: words.clone(), words }
    }
}

/// Carries out what the schedule decides.
pub trait Executor {
    /// Why the journal could not be read or written. A failed act is not an error of this kind; its failure is an
    /// answer.
    type Error;

    /// The current time of the program.
    fn now(&self) -> DateTime<Utc>;

    /// The events of the journal after the place `after`.
    ///
    /// # Errors
    /// When the journal cannot be read.
    fn events(&self, after: i64) -> impl Future<Output = Result<Vec<Event>, Self::Error>>;

    /// Records facts, all or none, as long as this daemon leads; `false` when another daemon leads.
    ///
    /// # Errors
    /// When the journal cannot be written.
    fn note(&self, facts: &[Fact]) -> impl Future<Output = Result<bool, Self::Error>>;

    /// Requests forms and takes in what comes.
    fn probe(&self, forms: &[Duty]) -> impl Future<Output = Acted>;

    /// Builds collections; nothing is sent.
    fn prepare(&self, collections: &[Duty]) -> impl Future<Output = Acted>;

    /// Builds collections from the forms that have come, numbers the copies and hands them over.
    fn deliver(&self, collections: &[Duty]) -> impl Future<Output = Acted>;

    /// Makes the supplements of collections and hands them over.
    fn supplement(&self, collections: &[Duty]) -> impl Future<Output = Acted>;

    /// Whether the program is to end; then no further act is begun.
    fn is_stopping(&self) -> bool {
        false
    }

    /// Sends an alert to the office; `false` when it could not be sent. Then it is tried again soon.
    fn tell(&self, alert: &Alert) -> impl Future<Output = bool>;
}
