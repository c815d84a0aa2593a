//! Why bytes cannot be read as a workbook.
//!
//! Each message can follow the name of a file. This module does not know whose file it is. Its callers add the name,
//! and what to do: fetch the file again, or ask its sender.

/// The advice if another program can read the file, but this one cannot.
pub const SAVE: &str = "open it in a spreadsheet program, save it as .xlsx and bring it again";
/// The advice if programs would read different content: saving the file would choose one version.
pub const ASK: &str = "ask the sender for a new one; programs show it differently";

/// Why bytes are not a workbook, or cannot be read as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Another kind of file; the text says which: `a Word document`.
    #[error("it is not an .xlsx workbook: it is {0}")]
    NoWorkbook(String),
    /// The file is incomplete or damaged.
    #[error("{0}")]
    Damaged(String),
    /// The file is complete, but not built like a workbook. A new download would be the same.
    #[error("{why}")]
    Malformed { why: String, advice: &'static str },
    /// The file exceeds a limit: a zip bomb, a hundred thousand parts.
    #[error("{0}")]
    TooLarge(String),
}

impl Error {
    /// Whether an interrupted download may be the cause, so that a new one may help.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Damaged(_))
    }

    /// The error of a complete package that cannot be read. A spreadsheet program may be able to repair it.
    #[must_use]
    pub fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed { why: why.into(), advice: SAVE }
    }
}
