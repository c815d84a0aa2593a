//! What became of documents: each alone, and counted for a report.
//!
//! In: fates. Out: counts, troubles, and the exit code that follows. Unknown here: why a document was taken or refused.

use serde::Serialize;

use crate::{Exit, Trouble};

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Read into this many new datasets, or new revisions of datasets.
    Taken(usize),
    Unchanged,
    /// It waits for a person.
    Held(Trouble),
    /// It came before, and has waited for a person since.
    Waiting(Trouble),
    Refused(Trouble),
}

/// The fates of several documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IntakeReport {
    pub files: usize,
    /// New datasets, or new revisions of datasets.
    pub taken: usize,
    /// Documents that came before, including those that still wait.
    pub unchanged: usize,
    /// Documents that wait for a person, whether they came now or before.
    pub held: Vec<Trouble>,
    pub refused: Vec<Trouble>,
    /// What is missing in this delivery and came with others of the same kind.
    pub missing: Vec<Trouble>,
    /// How many files that a person brought state no period, and were read for the period that the person stated.
    #[serde(skip_serializing_if = "is_zero")]
    pub undated: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl IntakeReport {
    /// A refused document counts as not fetched. Without one, a held document holds its collections back.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match (self.refused.is_empty(), self.held.is_empty()) {
            (false, _) => Exit::NotFetched,
            (true, false) => Exit::HeldBack,
            (true, true) => Exit::Done,
        }
    }

    /// Counts one document.
    pub fn count(&mut self, fate: Fate) {
        self.files += 1;
        match fate {
            Fate::Taken(datasets) => self.taken += datasets,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Held(trouble) => self.held.push(trouble),
            Fate::Waiting(trouble) => {
                self.unchanged += 1;
                self.held.push(trouble);
            }
            Fate::Refused(trouble) => self.refused.push(trouble),
        }
    }
}
