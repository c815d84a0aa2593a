//! Writes the entries of a year that is over into a file, which can be checked without the ledger.
//!
//! In: a year, the journal. Out: one file of JSON lines: what it is, then each entry from the first to the last one of the
//! year with its hash. Nothing is taken out of the journal. Unknown here: what an entry means.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use chrono::{DateTime, Datelike as _};
use serde::Serialize;
use serde_json::json;

use crate::{Context, Failure, chain, context::place, verify_journal};
use domain::{JournalHead, Sha256};
use durable::{DraftFile, PublishError};
use ledger::{ChainedEntry, Ledger};

/// The first line of a file says what it is.
const FORMAT: &str = "zhinaq-journal/1";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalArchive {
    pub year: i32,
    pub entries: u64,
    pub first: i64,
    pub last: i64,
    /// The last entry in the file, with the hash over it and all before it.
    pub head: JournalHead,
    /// The hash of the file.
    pub sha256: Sha256,
    pub bytes: u64,
}

/// Writes the entries of a year.
///
/// # Errors
/// When the year is not over, it has no entry, the journal is not whole, or the file exists or cannot be written.
pub async fn archive_journal(context: &Context, year: i32, out: &Path) -> Result<JournalArchive, Failure> {
    if context.today().year() <= year {
        return Err(Failure::usage(format!("the year {year} is not over: its journal is written when it is closed")));
    }
    if out.exists() {
        return Err(Failure::usage(format!("`{}` exists already; nothing was replaced", out.display())));
    }
    place::folder_of(out)?;
    if let Some(broken) = verify_journal(context, &[]).await?.broken {
        return Err(Failure::usage(format!("the journal is not whole, so it was not written: {}", broken.why)));
    }
    let Some((before, last)) = bounds(context, year).await? else {
        return Err(Failure::usage(format!("the journal has no entry of {year}")));
    };
    let failed = |error: PublishError| Failure::usage(chain(&error));
    let draft = DraftFile::of(out).map_err(failed)?;
    let written = write(context, (year, before, last), &draft).await?;
    draft.publish().map_err(failed)?;
    let text = std::fs::read(out).map_err(|error| Failure::ours("the archive could not be read again", error))?;
    Ok(JournalArchive { sha256: Sha256::of(&text), bytes: text.len() as u64, ..written })
}

/// The head before the first entry of a year, and the place of the last one; `None` if the year has none. Entries that a
/// person added later with their own time count where they are.
async fn bounds(context: &Context, year: i32) -> Result<Option<(JournalHead, i64)>, Failure> {
    let (mut head, mut found) = (Ledger::journal_beginning(), None);
    loop {
        let entries = page(context, &head).await?;
        if entries.is_empty() {
            return Ok(found);
        }
        for entry in entries {
            if year_of(context, &entry) == Some(year) {
                let (before, _) = found.unwrap_or((head, 0));
                found = Some((before, entry.seq));
            }
            head = JournalHead { seq: entry.seq, hash: entry.hash };
        }
    }
}

fn year_of(context: &Context, entry: &ChainedEntry) -> Option<i32> {
    let at = DateTime::parse_from_rfc3339(&entry.at).ok()?;
    Some(at.with_timezone(&context.office.zone).year())
}

async fn page(context: &Context, after: &JournalHead) -> Result<Vec<ChainedEntry>, Failure> {
    let page = context.ledger.chained_entries(after).await;
    page.map_err(|error| Failure::ours("the ledger could not be read", error))
}

async fn write(
    context: &Context,
    (year, before, last): (i32, JournalHead, i64),
    draft: &DraftFile,
) -> Result<JournalArchive, Failure> {
    let failed = |error: std::io::Error| Failure::ours("the archive could not be written", error);
    let mut file = BufWriter::new(&draft.file);
    let zone = context.office.zone.to_string();
    let what = json!({ "format": FORMAT, "year": year, "zone": zone, "origin": context.origin, "before": before });
    writeln!(file, "{what}").map_err(failed)?;
    let (mut head, mut entries) = (before, 0);
    while head.seq < last {
        let page = page(context, &head).await?;
        if page.is_empty() {
            break;
        }
        for entry in page.into_iter().filter(|entry| entry.seq <= last) {
            let ChainedEntry { seq, at, run, actor, kind, period, body, hash } = &entry;
            let line = json!({
                "seq": seq, "at": at, "run": run, "actor": actor, "kind": kind, "period": period, "body": body, "hash": hash,
            });
            writeln!(file, "{line}").map_err(failed)?;
            (head, entries) = (JournalHead { seq: *seq, hash: *hash }, entries + 1);
        }
    }
    file.flush().map_err(failed)?;
    let (first, last) = (before.seq + 1, head.seq);
    Ok(JournalArchive { year, entries, first, last, head, sha256: Sha256::of(&[]), bytes: 0 })
}
