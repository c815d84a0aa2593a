//! Comments of people on issues: the one that the next build prints, and the one that a built issue contains.
//!
//! In: an issue. Out: its comment. A build keeps the comment beside the masters, and the ledger has its hash: so a comment
//! that was changed, added or removed after a build is found, and a revision shows that it changed. Unknown here: how a
//! comment is printed.

use super::beside;
use crate::{Context, Failure, chain, status::requirements::DueCollection};
use domain::{CommentMark, Issue, IssueComment, IssueRecord};
use formats::FileOfBook;
use store::ArtifactKey;

/// The name of the file beside the masters.
const NAME: &str = "comment.json";

/// What a person wrote for the issue of a collection that is built next; `None` if nobody did.
///
/// # Errors
/// When a file of comments has faults.
pub fn written(context: &Context, due: &DueCollection<'_>) -> Result<Option<IssueComment>, Failure> {
    let comment = config::comment(&context.office, context.origin, due.period, &due.term.id);
    comment.map_err(|faults| Failure::usage(faults.to_string()).coded("configuration"))
}

/// The mark of a comment for the ledger.
///
/// # Errors
/// Only by our own fault.
pub fn mark(comment: Option<&IssueComment>) -> Result<Option<CommentMark>, Failure> {
    comment.map(IssueComment::mark).transpose().map_err(unwritten)
}

/// A comment as a file beside the masters of its issue.
///
/// # Errors
/// Only by our own fault.
pub fn file(comment: &IssueComment) -> Result<FileOfBook, Failure> {
    Ok(FileOfBook { name: NAME.to_owned(), bytes: comment.to_bytes().map_err(unwritten)? })
}

/// Stores a comment beside the masters of its issue.
///
/// # Errors
/// When the store fails.
pub fn keep(context: &Context, issue: &Issue, comment: Option<&IssueComment>) -> Result<(), Failure> {
    let Some(comment) = comment else { return Ok(()) };
    beside::keep(&context.artifacts, issue, &file(comment)?).map(drop)
}

/// The comment that a built issue contains.
///
/// # Errors
/// When it is not beside the masters as it was built.
pub fn of_issue(context: &Context, issue: &Issue, record: &IssueRecord) -> Result<Option<IssueComment>, Failure> {
    let Some(mark) = &record.comment else { return Ok(None) };
    let key = ArtifactKey::beside(issue, NAME);
    let lost = |why: String| {
        Failure::usage(format!(
            "the comment on `{issue}` cannot be read ({why}): restore `{NAME}` beside its masters from a backup"
        ))
    };
    let bytes = context.artifacts.fetch_as(&key, &mark.sha256).map_err(|error| lost(chain(&error)))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|_| lost("it is not JSON of a comment".to_owned()))
}

/// Whether the comment that the next build would print is not the one in a built issue. A comment that cannot be read is
/// another one: building says what is wrong with it.
pub fn is_changed(context: &Context, due: &DueCollection<'_>, record: &IssueRecord) -> bool {
    let now = written(context, due).and_then(|comment| mark(comment.as_ref()));
    !now.is_ok_and(|now| now == record.comment)
}

fn unwritten(error: serde_json::Error) -> Failure {
    Failure::ours("a comment has no JSON", error)
}
