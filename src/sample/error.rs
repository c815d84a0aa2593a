//! Why the office cannot open, or cannot write a document.

use crate::{domain::FormId, workbook::WorkbookError};

/// What keeps the sample office from working.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("form `{form}`: the sample office cannot hold rule `{rule}`: {why}; correct `templates/forms/{form}.toml`")]
    Rule { form: FormId, rule: String, why: &'static str },
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
