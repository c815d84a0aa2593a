//! Checks that no entry of the journal was changed, removed or inserted.
//!
//! In: the journal, and heads of it that were noted elsewhere. Out: the head, and the first entry that is not as it was
//! written. Unknown here: how a hash is computed; the crate `ledger` does that.

use serde::Serialize;

use crate::{Context, Failure};
use domain::JournalHead;
use ledger::EntryFault;

/// What a look at every entry found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalProof {
    pub is_whole: bool,
    /// The entries that fit, from the first on.
    pub entries: i64,
    /// The last entry that is older than the hashes; 0 if there is none. These entries have one hash together.
    pub older: i64,
    /// The last entry that fits, with the hash over it and all before it.
    pub head: JournalHead,
    /// The first entry that is not as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<BrokenJournal>,
}

/// The first entry that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenJournal {
    pub seq: i64,
    /// `changed`, `missing`, `unchained`, `older` or `foreign`.
    pub fault: &'static str,
    /// In words.
    pub why: String,
}

/// Computes the hash of every entry anew and compares it with what was written with the entry, and with heads that were
/// noted elsewhere: in packs, in mails, in what `status` printed.
///
/// # Errors
/// When the ledger cannot be read, or is older than the hashes.
pub async fn verify_journal(context: &Context, known: &[JournalHead]) -> Result<JournalProof, Failure> {
    let failed = |error| Failure::ours("the ledger could not be read", error);
    let check = context.ledger.verify_journal(known).await.map_err(failed)?.ok_or_else(|| {
        Failure::usage("the entries of this ledger have no hashes yet; the next command that writes into it adds them")
    })?;
    let broken = check.broken.map(|broken| BrokenJournal {
        seq: broken.seq,
        fault: broken.fault.word(),
        why: why(broken.fault, broken.seq),
    });
    Ok(JournalProof {
        is_whole: broken.is_none(),
        entries: check.entries,
        older: check.older,
        head: check.head,
        broken,
    })
}

fn why(fault: EntryFault, seq: i64) -> String {
    match fault {
        EntryFault::Changed => format!("entry {seq} is not as it was written"),
        EntryFault::Missing => format!("entry {seq} is missing"),
        EntryFault::Unchained => format!("entry {seq} has no hash: something else than zhinaq wrote it"),
        EntryFault::Older => {
            format!("one of the entries 1 to {seq}, which are older than the hashes, is not as it was when these began")
        }
        EntryFault::Foreign => {
            format!("entry {seq} has another hash than the one that was noted: the journal was written anew")
        }
    }
}
