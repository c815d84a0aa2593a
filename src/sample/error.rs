//! Why the office cannot open, or cannot write a document.
//!
//! Each message says what to correct. This module does not know the figures.

use domain::{FormId, SectionId};
use workbook::WorkbookError;

/// What prevents the sample office from working.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("form `{form}`: the sample office cannot hold {what}: {why}; correct `templates/forms/{form}.toml`")]
    Rule { form: FormId, what: String, why: &'static str },
    #[error(
        "form `{form}`: figures of section `{section}` are said to equal figures that come from themselves; take one of these rules out of `templates/forms/{form}.toml`"
    )]
    Circle { form: FormId, section: SectionId },
    #[error("the sample office serves no form `{0}`; take the fault that names it out of `--faults`")]
    UnknownForm(FormId),
    #[error("the sample office cannot listen on a loopback port")]
    Listen(#[source] std::io::Error),
    #[error("the sample office cannot write form `{form}`")]
    Workbook {
        form: FormId,
        #[source]
        source: WorkbookError,
    },
}
