//! The chain of the journal: each entry has a hash over itself and over the hash of the entry before it. Whoever changes,
//! removes or inserts an entry has to compute all later hashes anew, and then the last one differs from the copies of it
//! that lie elsewhere: in packs, in what `status` printed, in mails.
//!
//! The hash of an entry is the SHA-256 over the 32 bytes of the hash before it, and then, each as its length in 8 bytes
//! (big-endian) and its bytes: place, time, run, actor, kind, period, body, as the database has them. A missing period is 8
//! bytes of 0xff. Before the first entry comes the SHA-256 of the text `zhinaq journal`.
//!
//! A ledger that is older than the chain has no hash in its entries. When it is migrated, one hash over all of them is kept
//! in `journal_base`, computed in the same way.
//!
//! In: entries as the database has them. Out: hashes, and the first entry that does not fit. Unknown here: what a fact means.

use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{Ledger, LedgerError, limits::LedgerLimits};
use domain::{JournalHead, Sha256};

/// What a look at every entry found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCheck {
    /// The entries that were looked at.
    pub entries: i64,
    /// The last entry that is older than the chain; 0 if there is none. These entries have one hash together.
    pub older: i64,
    /// The last entry that fits.
    pub head: JournalHead,
    /// The first entry that does not fit.
    pub broken: Option<BrokenEntry>,
}

/// An entry that is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenEntry {
    pub seq: i64,
    pub fault: EntryFault,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryFault {
    /// It, or its hash, is not as it was written.
    Changed,
    /// It is not there, and a later one is.
    Missing,
    /// It has no hash: something else than this program wrote it.
    Unchained,
    /// One of the entries up to this one, which are older than the chain, is not as it was when the chain began.
    Older,
    /// The hash of this entry is known from elsewhere, and is another: the chain was computed anew.
    Foreign,
}

/// One entry as the database has it.
pub(super) struct Entry<'e> {
    pub seq: i64,
    pub at: &'e str,
    pub run: &'e str,
    pub actor: &'e str,
    pub kind: &'e str,
    pub period: Option<&'e str>,
    pub body: &'e str,
}

/// How many entries are read at a time: a statement about all of them would have no limit of time.
const PAGE: i64 = 2000;
const ENTRIES: &str = "SELECT seq, at, run, actor, kind, period, body FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
const CHAINED: &str =
    "SELECT seq, at, run, actor, kind, period, body, chain FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
const LAST: &str = "SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1";
const BASE: &str = "SELECT upto, chain FROM journal_base";

/// The hash before the first entry.
pub(super) fn beginning() -> JournalHead {
    JournalHead { seq: 0, hash: Sha256::of(b"zhinaq journal") }
}

/// The hash of an entry after the hash before it.
pub(super) fn link(before: &Sha256, entry: &Entry<'_>) -> Sha256 {
    let seq = entry.seq.to_string();
    let fields = [
        Some(seq.as_str()),
        Some(entry.at),
        Some(entry.run),
        Some(entry.actor),
        Some(entry.kind),
        entry.period,
        Some(entry.body),
    ];
    let mut bytes = before.as_bytes().to_vec();
    for field in fields {
        bytes.extend(field.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
        bytes.extend(field.unwrap_or_default().as_bytes());
    }
    Sha256::of(&bytes)
}

/// Begins the chain of a ledger that has none, in the caller's write transaction: one hash over all entries.
pub(super) async fn begin(connection: &mut AnyConnection, limits: LedgerLimits) -> Result<(), LedgerError> {
    let mut head = beginning();
    loop {
        let page = sqlx::query(ENTRIES).bind(head.seq).bind(PAGE);
        let rows = limits.within(page.fetch_all(&mut *connection)).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            head = after(&head, row)?;
        }
    }
    let keep = sqlx::query("INSERT INTO journal_base (upto, chain) VALUES ($1, $2)")
        .bind(head.seq)
        .bind(head.hash.to_string());
    limits.within(keep.execute(connection)).await?;
    Ok(())
}

/// The last entry and its hash, for who writes the next one.
pub(super) async fn head(connection: &mut AnyConnection, limits: LedgerLimits) -> Result<JournalHead, LedgerError> {
    let last = limits.within(sqlx::query(LAST).fetch_optional(&mut *connection)).await?;
    if let Some(row) = &last {
        let seq: i64 = row.try_get(0)?;
        if let Some(chain) = row.try_get::<Option<String>, _>(1)? {
            return Ok(JournalHead { seq, hash: parsed(seq, &chain)? });
        }
        let base = base(connection, limits).await?;
        return if base.seq == seq { Ok(base) } else { Err(LedgerError::Unchained { seq }) };
    }
    base(connection, limits).await
}

async fn base(connection: &mut AnyConnection, limits: LedgerLimits) -> Result<JournalHead, LedgerError> {
    let row = limits.within(sqlx::query(BASE).fetch_one(connection)).await?;
    let (seq, chain): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
    Ok(JournalHead { seq, hash: parsed(seq, &chain)? })
}

fn parsed(seq: i64, chain: &str) -> Result<Sha256, LedgerError> {
    chain.parse().map_err(|_| LedgerError::Unchained { seq })
}

/// The head after one more row of [`ENTRIES`].
fn after(head: &JournalHead, row: &AnyRow) -> Result<JournalHead, LedgerError> {
    let text = |column: usize| row.try_get::<String, _>(column);
    let seq: i64 = row.try_get(0)?;
    let (at, run, actor, kind, body) = (text(1)?, text(2)?, text(3)?, text(4)?, text(6)?);
    let period: Option<String> = row.try_get(5)?;
    let period = period.as_deref();
    let entry = Entry { seq, at: &at, run: &run, actor: &actor, kind: &kind, period, body: &body };
    Ok(JournalHead { seq, hash: link(&head.hash, &entry) })
}

impl Ledger {
    /// The last entry of the journal with the hash over all entries. `None`: the ledger is opened only for reading, and is
    /// older than the chain.
    ///
    /// # Errors
    /// When the ledger cannot be read, or its last entry has no hash.
    pub async fn journal_head(&self) -> Result<Option<JournalHead>, LedgerError> {
        if !self.has_chain {
            return Ok(None);
        }
        let mut connection = self.reader().await?;
        let head = head(&mut connection, self.limits).await?;
        connection.give_back();
        Ok(Some(head))
    }

    /// Computes the hash of every entry anew, and compares it with the one that was written with the entry. `known`: heads
    /// that were noted elsewhere. `None`: the ledger is opened only for reading, and is older than the chain.
    ///
    /// # Errors
    /// When the ledger cannot be read. An entry that does not fit is not an error: the report has the first one.
    pub async fn verify_journal(&self, known: &[JournalHead]) -> Result<Option<JournalCheck>, LedgerError> {
        if !self.has_chain {
            return Ok(None);
        }
        let mut connection = self.reader().await?;
        let base = base(&mut connection, self.limits).await?;
        let mut check = JournalCheck { entries: 0, older: base.seq, head: beginning(), broken: None };
        'entries: loop {
            let page = sqlx::query(CHAINED).bind(check.head.seq).bind(PAGE);
            let rows = self.limits.within(page.fetch_all(&mut *connection)).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                if let Err(broken) = check.takes(&base, row, known)? {
                    check.broken = Some(broken);
                    break 'entries;
                }
            }
        }
        connection.give_back();
        if check.broken.is_none() {
            check.broken = check.lacks(&base, known);
        }
        Ok(Some(check))
    }
}

/// One entry as the database has it, with its hash computed anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainedEntry {
    pub seq: i64,
    pub at: String,
    pub run: String,
    /// The actor as JSON.
    pub actor: String,
    pub kind: String,
    pub period: Option<String>,
    /// The fact as JSON.
    pub body: String,
    pub hash: Sha256,
}

impl Ledger {
    /// The entries after a head, some thousand at a time, each with its hash; empty after the last one. Begin with
    /// [`Ledger::journal_beginning`].
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn chained_entries(&self, after: &JournalHead) -> Result<Vec<ChainedEntry>, LedgerError> {
        let mut connection = self.reader().await?;
        let page = sqlx::query(ENTRIES).bind(after.seq).bind(PAGE);
        let rows = self.limits.within(page.fetch_all(&mut *connection)).await?;
        connection.give_back();
        let (mut head, mut entries) = (*after, Vec::with_capacity(rows.len()));
        for row in &rows {
            head = self::after(&head, row)?;
            entries.push(ChainedEntry {
                seq: head.seq,
                at: row.try_get(1)?,
                run: row.try_get(2)?,
                actor: row.try_get(3)?,
                kind: row.try_get(4)?,
                period: row.try_get(5)?,
                body: row.try_get(6)?,
                hash: head.hash,
            });
        }
        Ok(entries)
    }

    /// What comes before the first entry of every journal.
    #[must_use]
    pub fn journal_beginning() -> JournalHead {
        beginning()
    }
}

impl JournalCheck {
    /// Takes one more row, if it fits.
    fn takes(
        &mut self,
        base: &JournalHead,
        row: &AnyRow,
        known: &[JournalHead],
    ) -> Result<Result<(), BrokenEntry>, LedgerError> {
        let next = after(&self.head, row)?;
        let chain: Option<String> = row.try_get(7)?;
        if next.seq != self.head.seq + 1 {
            return Ok(Err(BrokenEntry { seq: self.head.seq + 1, fault: EntryFault::Missing }));
        }
        let fault = if next.seq <= base.seq {
            (next.seq == base.seq && next.hash != base.hash).then_some(EntryFault::Older)
        } else {
            match chain {
                None => Some(EntryFault::Unchained),
                Some(chain) => (chain != next.hash.to_string()).then_some(EntryFault::Changed),
            }
        };
        let is_foreign = || known.iter().any(|known| known.seq == next.seq && known.hash != next.hash);
        let fault = fault.or_else(|| is_foreign().then_some(EntryFault::Foreign));
        if let Some(fault) = fault {
            return Ok(Err(BrokenEntry { seq: next.seq, fault }));
        }
        (self.head, self.entries) = (next, self.entries + 1);
        Ok(Ok(()))
    }

    /// The first entry that has to exist and does not: the last one that is older than the chain, or one that is known from
    /// elsewhere.
    fn lacks(&self, base: &JournalHead, known: &[JournalHead]) -> Option<BrokenEntry> {
        let furthest = known.iter().map(|known| known.seq).chain([base.seq]).max().unwrap_or_default();
        (furthest > self.head.seq).then_some(BrokenEntry { seq: self.head.seq + 1, fault: EntryFault::Missing })
    }
}

impl EntryFault {
    /// The word for it in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Unchained => "unchained",
            Self::Older => "older",
            Self::Foreign => "foreign",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(period: Option<&'static str>, body: &'static str) -> Entry<'static> {
        Entry { seq: 1, at: "2025-07-14T00:00:00Z", run: "r", actor: "{}", kind: "k", period, body }
    }

    #[test]
    fn every_field_and_the_entry_before_count() {
        let first = link(&beginning().hash, &entry(None, "b"));
        let others = [
            link(&first, &entry(None, "b")),
            link(&beginning().hash, &entry(Some(""), "b")),
            link(&beginning().hash, &entry(Some("b"), "")),
            link(&beginning().hash, &entry(None, "c")),
            link(&beginning().hash, &Entry { seq: 2, ..entry(None, "b") }),
            link(&beginning().hash, &Entry { run: "rk", kind: "", ..entry(None, "b") }),
        ];
        assert!(others.iter().all(|other| *other != first));
        assert_eq!(first, link(&beginning().hash, &entry(None, "b")));
    }

    /// A hash that another program can compute: `docs/evidence.md` describes it.
    #[test]
    fn the_bytes_are_those_that_are_described() {
        let mut bytes = Sha256::of(b"zhinaq journal").as_bytes().to_vec();
        for field in ["1", "2025-07-14T00:00:00Z", "r", "{}", "k"] {
            bytes.extend([0, 0, 0, 0, 0, 0, 0, field.len() as u8]);
            bytes.extend(field.as_bytes());
        }
        bytes.extend([0xff; 8]);
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 1, b'b']);
        assert_eq!(link(&beginning().hash, &entry(None, "b")), Sha256::of(&bytes));
    }
}
