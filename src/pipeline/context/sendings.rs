//! The journal of sendings: the ledger's facts about sent copies, written a second time outside the ledger.
//!
//! A ledger can be restored from a backup, be deleted, or lie on a volume that is not mounted. Then sent copies are
//! missing in it, and a program that trusts it sends everything again. This journal is the witness against that: one
//! JSON object a line ([`Witnessed`]), written before the bytes of a parcel leave. It lies in the folder that
//! `[ledger] witness` of zhinaq.toml sets, apart from the output folder and the ledger. There is one exception: the
//! sample office of a folder that `init` did not make keeps it in its own output, so that deleting the output begins
//! anew.
//!
//! Before a ledger gets its first fact, the journal gets a line that says beside which ledger it is kept: the run that
//! writes this fact. So a ledger that has facts and no such journal is no new ledger: it was brought here without its
//! witness, or the witness was lost. The line contains also the number that the file system gave the journal. A copy of
//! the journal has another number; it may lack what was handed over after it was made.
//!
//! The module `status::witnesses` compares the ledger with it.
//!
//! In: facts. Out: the same facts, read again. Unknown here: the ledger.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Failure,
    context::{rights, root},
};
use config::Office;
use domain::{Actor, Fact, Origin, Witnessed};
use durable::PublishError;

/// The journal of sendings of one office and origin.
#[derive(Debug, Clone)]
pub struct Sendings {
    path: PathBuf,
}

/// A line that says beside which ledger the journal is kept from then on. It has the fields of a [`Witnessed`] fact that
/// is about no parcel, so that a program of before can still read the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptBeside {
    at: DateTime<Utc>,
    /// The run that wrote the first fact of the ledger. Empty: the journal was begun beside a ledger that had facts
    /// already, so it does not show what was handed over before.
    run: String,
    actor: Actor,
    fact: Fact,
    /// The number that the file system gave the journal.
    file: u64,
}

/// What a journal of sendings contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendingsRead {
    /// Oldest first.
    pub facts: Vec<Witnessed>,
    kept_beside: Vec<KeptBeside>,
    /// The number of the file; `None` if there is no file.
    file: Option<u64>,
}

impl SendingsRead {
    /// Whether there is no journal, or nothing in it.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        self.facts.is_empty() && self.kept_beside.is_empty()
    }

    /// Whether no line says beside which ledger it was kept. The first programs wrote no such line.
    #[must_use]
    pub const fn is_unlabelled(&self) -> bool {
        self.kept_beside.is_empty()
    }

    /// Whether it was kept beside the ledger that a run began.
    #[must_use]
    pub fn is_of(&self, first_run: &str) -> bool {
        !first_run.is_empty() && self.kept_beside.iter().any(|line| line.run == first_run)
    }

    /// Whether it was kept beside any ledger from its first fact on.
    #[must_use]
    pub fn is_of_a_ledger(&self) -> bool {
        self.kept_beside.iter().any(|line| !line.run.is_empty())
    }

    /// Whether it is a copy, and not the file that the program wrote.
    #[must_use]
    pub fn is_copied(&self) -> bool {
        self.kept_beside.last().is_some_and(|line| Some(line.file) != self.file)
    }

    /// When the last sending was begun.
    #[must_use]
    pub fn last_sending(&self) -> Option<DateTime<Utc>> {
        let is_sending = |written: &&Witnessed| matches!(written.fact, Fact::Sending { .. });
        self.facts.iter().rfind(is_sending).map(|written| written.at)
    }
}

impl Sendings {
    /// The journal of an office and an origin; no file is created or opened yet.
    #[must_use]
    pub fn of(office: &Office, origin: Origin) -> Self {
        let folder = office.path(&office.settings.witness);
        if origin == Origin::Real {
            return Self { path: folder.join("sendings.jsonl") };
        }
        let (apart, inside) = (folder.join("sendings-sample.jsonl"), root(office, origin).join("sendings.jsonl"));
        // A folder that real figures made later must not hide the journal that was begun before it.
        let is_apart = folder.is_dir() && (apart.exists() || !inside.exists());
        Self { path: if is_apart { apart } else { inside } }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether no fact was ever written into it. One that cannot be read counts as written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_blank = self.path.metadata().map_or(true, |found| found.len() == 0);
        is_blank || self.read().is_ok_and(|read| read.facts.is_empty())
    }

    /// Writes down that from now on the journal is kept beside the ledger that a run began. When this returns, it
    /// survives a power cut. Blocks while the disk works.
    ///
    /// # Errors
    /// When the file system fails, or the account of this process may not write there.
    pub fn keep_beside(&self, first_run: &str, at: DateTime<Utc>) -> Result<(), Failure> {
        let file = durable::begin_lines(&self.path).map_err(|error| self.unwritable(error))?;
        let fact = Fact::RunStarted { command: "ledger".into(), period: None };
        let line = KeptBeside { at, run: first_run.to_owned(), actor: Actor::Schedule, fact, file };
        let line =
            serde_json::to_string(&line).map_err(|error| Failure::ours("a fact cannot be written as JSON", error))?;
        durable::append_lines(&self.path, &line, true).map_err(|error| self.unwritable(error))
    }

    fn unwritable(&self, error: PublishError) -> Failure {
        rights::not_writable(&self.path).unwrap_or_else(|| {
            let shown = self.path.display();
            Failure::ours(
                format!("the journal of sendings `{shown}` cannot be written, so no parcel may be sent"),
                error,
            )
        })
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
        let (Some(first), false) = (facts.first(), lines.is_empty()) else { return Ok(()) };
        if self.path.metadata().map_or(true, |found| found.len() == 0) {
            // It was begun with its ledger, and is gone. A new one must not look as if it went back to the beginning.
            self.keep_beside("", first.at)?;
        }
        let before_bytes_leave = facts.iter().any(|written| matches!(written.fact, Fact::Sending { .. }));
        durable::append_lines(&self.path, &lines.join("\n"), before_bytes_leave).map_err(|error| self.unwritable(error))
    }

    /// All that was written. A last line that a power cut tore off is left out: what it announced had not left yet.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is not a fact: the error contains the number of the line.
    pub fn read(&self) -> Result<SendingsRead, Failure> {
        let shown = self.path.display();
        let failed =
            |error: io::Error| Failure::ours(format!("the journal of sendings `{shown}` cannot be read"), error);
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SendingsRead::default()),
            other => other.map_err(failed)?,
        };
        let file_number = file.metadata().map_err(failed)?.ino();
        let mut read = SendingsRead { file: Some(file_number), ..SendingsRead::default() };
        let mut unread: Option<(usize, serde_json::Error)> = None;
        for (number, line) in BufReader::new(file).split(b'\n').enumerate() {
            let line = line.map_err(failed)?;
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice::<Witnessed>(&line) {
                Ok(written) if written.fact.witnessed().is_some() => read.facts.push(written),
                Ok(_) => read.kept_beside.extend(serde_json::from_slice::<KeptBeside>(&line)),
                // A power cut tears off the end of a line; the lines after it were written later.
                Err(error) if error.is_eof() => {}
                Err(error) => unread = unread.or(Some((number + 1, error))),
            }
        }
        match unread {
            None => Ok(read),
            Some((line, error)) => Err(Failure::usage(format!(
                "line {line} of the journal of sendings `{shown}` is not a fact of this program ({error}); nothing is sent \
                 while it cannot be read: restore the file from a backup"
            ))),
        }
    }
}
