//! Why a document was refused. Each says what the body is, and who must act.

use crate::domain::{FormId, Period};

/// A document that was refused: nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not a form at all: an HTML page, an empty body, text in another encoding.
    #[error("`{name}` is no form: it is {what}; refused")]
    NoForm { name: String, what: String },
    /// The service answered with a failure instead of figures.
    #[error(
        "`{name}` is a failure of the service, not figures: code `{code}`, \"{message}\"; refused, ask again later"
    )]
    Failure { name: String, code: String, message: String },
    /// A file that cannot be opened: cut off, damaged, encrypted.
    #[error("`{name}` cannot be read: {why}; refused, fetch it again")]
    Damaged { name: String, why: String },
    /// More than a form can be: a zip bomb, a workbook of a million rows.
    #[error("`{name}` is beyond the limits of a form: {why}; refused")]
    TooLarge { name: String, why: String },
    /// Another form.
    #[error("`{name}` is not form `{wanted}`: {is}; refused")]
    AnotherForm { name: String, wanted: FormId, is: String },
    /// Another period of the same form.
    #[error("`{name}` is not about `{wanted}`: {is}; refused")]
    AnotherPeriod { name: String, wanted: Period, is: String },
    /// The figures of another unit or agency, said by every witness.
    #[error("`{name}` is not {wanted}: {is}; refused")]
    AnotherSubject { name: String, wanted: String, is: String },
    /// The right form, with no table in it that could be read.
    #[error("`{name}` has no section of form `{form}`: {why}; refused")]
    NoSection { name: String, form: FormId, why: String },
}

impl ReadError {
    /// Whether the same address may give another answer later: pages and failures pass, another form does not.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::NoForm { .. } | Self::Failure { .. } | Self::Damaged { .. })
    }
}
