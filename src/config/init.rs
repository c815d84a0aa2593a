//! `zhinaq init`: the files built into the program, written out to be edited.

use std::path::{Path, PathBuf};

use super::tree;
use crate::publish::{PublishError, publish};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error(
        "`{folder}` has files that `init` would write: {}; nothing was written, take another folder",
        .files.iter().map(|f| format!("`{}`", f.display())).collect::<Vec<_>>().join(", ")
    )]
    Occupied { folder: PathBuf, files: Vec<PathBuf> },
    #[error("the folder could not be filled")]
    Publish(#[from] PublishError),
}

/// What the folder of the second witness says of itself.
const WITNESS: &str = "\
# The journal of sendings

`sendings.jsonl` says once more what left this office: which copies, when, to whom, and what became of them; the sample
office has `sendings-sample.jsonl`. The ledger is held against it before anything is sent: a ledger that was restored from a
backup, deleted or not mounted knows less, and then nothing leaves before a person ran `zhinaq reconcile`.

Do not edit these files, and do not restore them together with the ledger. `[ledger] witness` in zhinaq.toml moves them.
";

/// Writes the default `zhinaq.toml`, `schedules/` and `templates/` below a folder and returns their paths below it.
///
/// # Errors
/// When one of them is there already (nothing is written then), or a file cannot be written.
pub fn init(folder: &Path) -> Result<Vec<PathBuf>, InitError> {
    let mut files = tree::built_in();
    files.push((PathBuf::from(".zhinaq/README.md"), WITNESS.as_bytes()));
    let there: Vec<PathBuf> = files.iter().map(|(p, _)| p.clone()).filter(|p| folder.join(p).exists()).collect();
    if !there.is_empty() {
        return Err(InitError::Occupied { folder: folder.to_owned(), files: there });
    }
    for (path, bytes) in &files {
        publish(&folder.join(path), bytes)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
