//! The journal of sendings: what the ledger knows about copies that left the house, written a second time outside it.
//!
//! A ledger can be restored from a backup, deleted, or lie on a volume that is not mounted. Then it knows less than the
//! world, and whoever trusts it sends everything again. This journal is the witness against that: one JSON object a line
//! ([`Witnessed`]), written before the bytes of a parcel leave. It lies in the folder that `[ledger] witness` of
//! zhinaq.toml names, apart from the output folder and the ledger; only the sample office of a folder that `init` did not
//! make keeps it in its own output, where deleting the output begins anew.
//!
//! What is found by holding the ledger against it is in `distribution::reconcile`.

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
    /// Where an office keeps its journal; nothing is made or opened yet.
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

    /// Whether anything was ever written into it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.path.metadata().map_or(true, |found| found.len() == 0)
    }

    /// Writes facts down; that something is about to leave is safe from a power cut when this returns. Facts that no witness
    /// keeps are passed over. Blocks while the disk works.
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

    /// All that was written. A last line that a power cut tore off is left out: what it was to say had not left yet.
    ///
    /// # Errors
    /// When it cannot be read, or a line is not a fact: names the line.
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
                // A power cut tears off the end of a line; what follows it was written afterwards.
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
