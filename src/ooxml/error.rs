//! Why bytes cannot be read as a workbook, in words that do not know whose bytes they are.
//!
//! Readers put the file's name in front, and say what follows from it: whether to fetch it again, whom to ask.

/// What helps where a program can read the file, and we cannot.
pub const SAVE: &str = "open it in a spreadsheet program, save it as .xlsx and bring it again";
/// What helps where programs read different files: saving it would choose one of them.
pub const ASK: &str = "ask the sender for a new one; programs show it differently";

/// Bytes that are not a workbook, or not one that may be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Something else; the text says what: `a Word document`.
    #[error("it is not an .xlsx workbook: it is {0}")]
    NoWorkbook(String),
    /// Cut off, or damaged on its way.
    #[error("{0}")]
    Damaged(String),
    /// Whole, and put together otherwise than a workbook: it would come the same again.
    #[error("{why}")]
    Malformed { why: String, advice: &'static str },
    /// Beyond a limit: a zip bomb, a hundred thousand parts.
    #[error("{0}")]
    TooLarge(String),
}

impl Error {
    /// Whether a download that broke off can be the cause, so that another one may bring something else.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Damaged(_))
    }

    /// A whole package that cannot be read, and that a spreadsheet program may mend.
    #[must_use]
    pub fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed { why: why.into(), advice: SAVE }
    }
}
