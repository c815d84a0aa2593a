//! The journal of sendings: the ledger's facts about sent copies, written a second time outside the ledger.
//!
//! A ledger can be restored from a backup, be deleted, or lie on a volume that is not mounted. Then sent copies are
//! missing in it, and a program that trusts it sends everything again. This journal is the witness against that: one
//! JSON object a line ([`Witnessed`]), written before the bytes of a parcel leave. It lies in the folder that
//! `[ledger] witness` of zhinaq.toml sets, apart from the output folder and the ledger. There is one exception: the
//! sample office of a folder that `init` did not make keeps it in its own output, so that deleting the output begins
//! anew.
//!
//! The module `status::witnesses` compares the ledger with it.
//!
//! In: facts. Out: the same facts, read again. Unknown here: the ledger.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use crate::{Failure, context::root};
use config::Office;
use domain::{Fact, Origin, Witnessed};

/// The journal of sendings of one office and origin.
#[derive(Debug, Clone)]
pub struct Sendings {
    path: PathBuf,
}

impl Sendings {
    /// The journal of an office and an origin; no file is created or opened yet.
    #[must_use]
    pub fn of(office: &Office, origin: Origin) -> Self {
        let folder = office.path(&office.settings.witness);
        let path = match origin {
            Origin::Real => folder.join("sendings.jsonl"),
            Origin::Sample if folder.is_dir() => folder.join("sendings-sample.jsonl"),
            Origin::Sample => root(office, origin).join("sendings.jsonl"),
        };
        Self { path }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nothing was ever written into it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.path.metadata().map_or(true, |found| found.len() == 0)
    }

    /// Writes facts down. When this returns, the intent to send survives a power cut. Facts that no witness keeps are
    /// skipped. Blocks while the disk works.
    ///
    /// # Errors
    /// When the file system fails.
    pub fn note(&self, facts: &[Witnessed]) -> Result<(), Failure> {
        let kept = facts.iter().filter(|written| written.fact.witnessed().is_some());
        let lines: Result<Vec<String>, _> = kept.map(serde_json::to_string).collect();
        let lines = lines.map_err(|error| Failure::ours("a fact cannot be written as JSON", error))?;
        if lines.is_empty() {
            return Ok(());
        }
        let before_bytes_leave = facts.iter().any(|written| matches!(written.fact, Fact::Sending { .. }));
        durable::append_lines(&self.path, &lines.join("\n"), before_bytes_leave).map_err(|error| {
            Failure::ours(
                format!(
                    "the journal of sendings `{}` cannot be written, so no parcel may be sent",
                    self.path.display()
                ),
                error,
            )
        })
    }

    /// All facts that were written. A last line that a power cut tore off is left out: what it announced had not left
    /// yet.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is not a fact: the error contains the number of the line.
    pub fn read(&self) -> Result<Vec<Witnessed>, Failure> {
        let shown = self.path.display();
        let failed =
            |error: io::Error| Failure::ours(format!("the journal of sendings `{shown}` cannot be read"), error);
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(failed)?,
        };
        let mut facts = Vec::new();
        let mut unread: Option<(usize, serde_json::Error)> = None;
        for (number, line) in BufReader::new(file).split(b'\n').enumerate() {
            let line = line.map_err(failed)?;
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(written) => facts.push(written),
                // A power cut tears off the end of a line; the lines after it were written later.
                Err(error) if error.is_eof() => {}
                Err(error) => unread = unread.or(Some((number + 1, error))),
            }
        }
        match unread {
            None => Ok(facts),
            Some((line, error)) => Err(Failure::usage(format!(
                "line {line} of the journal of sendings `{shown}` is not a fact of this program ({error}); nothing is sent \
                 while it cannot be read: restore the file from a backup"
            ))),
        }
    }
}
