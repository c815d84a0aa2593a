//! Asks before something that cannot be undone.
//!
//! In: a question. Out: yes or no. Unknown here: terminals; an edge with a person in front of it brings its own
//! [`Consent`].

/// Who agrees to a step that cannot be undone.
pub trait Consent: Send + Sync {
    /// Whether the step may be done. Blocks until the answer is known.
    fn agrees(&self, question: &str) -> bool;
}

/// Agrees to everything: the schedule, programs, and people who said so beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given;

impl Consent for Given {
    fn agrees(&self, _: &str) -> bool {
        true
    }
}
