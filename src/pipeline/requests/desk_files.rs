//! The files with the text, the name and the address of each request, in `output/requests/` below the hash of the
//! document. Only the account of the program can read them. Unknown here: the journal.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::RequestForm;
use crate::{Context, Failure};
use domain::Sha256;

/// Who asks and what, as the files have it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedFor {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What is asked, in words of a clerk, without who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl AskedFor {
    /// The same without who asks. The text and the subject may contain a name, so only the words of a clerk remain.
    #[must_use]
    pub fn without_who(self) -> Self {
        Self { asks: self.asks, name: None, address: None, subject: None, text: None }
    }

    /// Whether a text contains the name or the address, or a word of them.
    #[must_use]
    pub fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let words = |of: &str| -> Vec<String> {
            // Shorter words are initials and particles, which occur in every text.
            of.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 3).map(str::to_lowercase).collect()
        };
        let address = self.address.as_ref().map(|address| address.to_lowercase());
        address.is_some_and(|address| text.contains(&address))
            || self.name.iter().flat_map(|name| words(name)).any(|word| text.contains(&word))
    }
}

fn folder(context: &Context, document: &Sha256) -> PathBuf {
    context.output.join("requests").join(document.to_string())
}

/// The file with who asks and what.
const DETAILS: &str = "details.json";

/// Writes the files of a request, before any fact cites their hash.
pub(super) fn write(context: &Context, form: &RequestForm) -> Result<(), Failure> {
    let folder = folder(context, &form.hash);
    for place in [&context.output.join("requests"), &folder] {
        private(place)?;
    }
    let asked = AskedFor {
        name: form.name.clone(),
        address: form.address.clone(),
        subject: form.subject.clone(),
        asks: form.asks.clone(),
        text: Some(form.text.clone()),
    };
    put(&folder.join("document"), &form.document)?;
    rewrite(context, &form.hash, &asked)
}

/// Replaces what the files say.
pub(super) fn rewrite(context: &Context, document: &Sha256, asked: &AskedFor) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(asked).map_err(|error| Failure::ours("a request has no JSON", error))?;
    put(&folder(context, document).join(DETAILS), &text)
}

/// What the files say; `None` if they were erased or lost.
pub(super) fn read(context: &Context, document: &Sha256) -> Option<AskedFor> {
    serde_json::from_slice(&fs::read(folder(context, document).join(DETAILS)).ok()?).ok()
}

/// Removes the files. Returns how many there were.
pub(super) fn remove(context: &Context, document: &Sha256) -> Result<usize, Failure> {
    let folder = folder(context, document);
    let files = match fs::read_dir(&folder) {
        Ok(files) => files.count(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(failed(error)),
    };
    fs::remove_dir_all(&folder).map_err(failed)?;
    Ok(files)
}

/// A folder that its owner alone can read, also below a folder that is shared with a group.
fn private(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(failed)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(failed)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    durable::replace(path, bytes).map_err(|error| Failure::ours("the files of a request cannot be written", error))?;
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)
}

fn failed(error: std::io::Error) -> Failure {
    Failure::ours("the files of a request cannot be written", error)
}
