//! What a long use-case tells while it works; the edges show it as they like.

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
    /// What a person reads beside the bar.
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

/// Hears how the work goes.
pub trait Progress: Send + Sync {
    /// A step of so many pieces begins.
    fn begin(&self, step: Step, pieces: usize);
    /// One more piece is done.
    fn advance(&self, step: Step);
    /// The step is over.
    fn end(&self, step: Step);
    /// A sentence that should be seen at once.
    fn say(&self, sentence: &str);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Step, _: usize) {}
    fn advance(&self, _: Step) {}
    fn end(&self, _: Step) {}
    fn say(&self, _: &str) {}
}
