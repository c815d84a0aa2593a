//! The reasons why a document was refused. Each message says what the document is, and what to do.

use super::{json::JsonWhy, service::ServiceError};
use domain::{FormId, Period};

/// The refusal of a document: none of its figures was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not a form at all: an HTML page, an empty body, text in another encoding.
    #[error("`{name}` is not a form: it is {what}; refused")]
    NoForm { name: String, what: String },
    /// The service answered with a failure instead of figures.
    #[error(
        "`{name}` is a failure of the service, not figures: code `{code}`, \"{message}\"; refused, ask again later"
    )]
    Failure { name: String, code: String, message: String },
    /// A file that is incomplete or damaged.
    #[error("`{name}` cannot be read: {why}; refused, fetch it again")]
    Damaged { name: String, why: String },
    /// A complete file that is not built like a workbook; a new download would be the same.
    #[error("`{name}` cannot be read: {why}; refused, {advice}")]
    Malformed { name: String, why: String, advice: &'static str },
    /// More than a form can contain: a zip bomb, a workbook of a million rows.
    #[error("`{name}` is beyond the limits of a form: {why}; refused")]
    TooLarge { name: String, why: String },
    /// Another form.
    #[error("`{name}` is not form `{wanted}`: {is}; refused")]
    AnotherForm { name: String, wanted: FormId, is: String },
    /// Another period of the same form.
    #[error("`{name}` is not about `{wanted}`: {is}; refused")]
    AnotherPeriod { name: String, wanted: Period, is: String },
    /// The figures of another unit or agency; every witness agrees on it.
    #[error("`{name}` is not {wanted}: {is}; refused")]
    AnotherSubject { name: String, wanted: String, is: String },
    /// The right form, without a table that can be read.
    #[error("`{name}` has no section of form `{form}`: {why}; refused")]
    NoSection { name: String, form: FormId, why: String },
    /// The answer of a service that is not a list of rows, or whose rows cannot be taken.
    #[error("`{name}` was refused: {why}")]
    Service { name: String, why: ServiceError },
}

impl ReadError {
    /// The refusal of a file that is not a package, or whose package cannot be read.
    pub(super) fn of_package(name: &str, error: ooxml::Error) -> Self {
        let name = name.to_owned();
        match error {
            ooxml::Error::NoWorkbook(what) => Self::NoForm { name, what },
            ooxml::Error::Damaged(why) => Self::Damaged { name, why },
            ooxml::Error::Malformed { why, advice } => Self::Malformed { name, why, advice },
            ooxml::Error::TooLarge(why) => Self::TooLarge { name, why },
        }
    }

    /// The refusal of a service's answer, in the words of other documents where they fit.
    pub(super) fn of_service(name: &str, form: &FormId, error: ServiceError) -> Self {
        let name = name.to_owned();
        match error {
            ServiceError::Body(body) => Self::NoForm { name, what: body.to_string() },
            ServiceError::Failure { code, message } => Self::Failure { name, code, message },
            ServiceError::Broken(fault) if fault.why == JsonWhy::TooDeep => {
                Self::TooLarge { name, why: format!("its JSON cannot be read: {fault}") }
            }
            ServiceError::TooManyRows(most) => {
                Self::TooLarge { name, why: format!("it has more than {most} rows, which no form has") }
            }
            ServiceError::Broken(fault) => Self::Damaged { name, why: format!("as JSON: {fault}") },
            ServiceError::AnotherPeriod { asked, field, said } => {
                Self::AnotherPeriod { name, wanted: asked, is: format!("its field `{field}` is `{said}`") }
            }
            ServiceError::AnotherForm { sent, .. } => Self::AnotherForm {
                name,
                wanted: form.clone(),
                is: format!(
                    "it contains none of its keys, but {sent}; if it is the form, complete the keys in `templates/forms/{form}.toml`"
                ),
            },
            why => Self::Service { name, why },
        }
    }

    /// Whether the same address may give another answer later: an error page or a failure may pass; another form stays.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::NoForm { .. } | Self::Failure { .. } | Self::Damaged { .. } => true,
            Self::Service { why, .. } => why.is_transient(),
            _ => false,
        }
    }
}
