//! How a long use-case reports its progress; each edge shows it in its own way.
//!
//! In: steps and their pieces. Out: calls of [`Progress`]. Unknown here: terminals.

/// A part of the work whose length is known when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Fetch,
    Read,
    Check,
    Build,
    Stamp,
    HandOver,
}

impl Step {
    /// The text beside the progress bar.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Fetch => "fetching",
            Self::Read => "reading",
            Self::Check => "checking",
            Self::Build => "building",
            Self::Stamp => "numbering copies",
            Self::HandOver => "handing over",
        }
    }
}

/// Receives the progress of the work.
pub trait Progress: Send + Sync {
    /// A step of this many pieces begins.
    fn begin(&self, step: Step, pieces: usize);
    /// One more piece is done.
    fn advance(&self, step: Step);
    /// The step is over.
    fn end(&self, step: Step);
    /// A sentence to show at once.
    fn say(&self, sentence: &str);
}

/// Ignores all progress.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Step, _: usize) {}
    fn advance(&self, _: Step) {}
    fn end(&self, _: Step) {}
    fn say(&self, _: &str) {}
}
