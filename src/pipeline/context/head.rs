//! The head of the journal, of which copies lie outside the ledger. In: a context. Out: the last entry with its hash.
//! Unknown here: who keeps the copies.

use crate::{Context, Failure};
use domain::JournalHead;

impl Context {
    /// The head of the journal; `None` while a ledger that is only read has no hashes.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn journal_head(&self) -> Result<Option<JournalHead>, Failure> {
        self.ledger.journal_head().await.map_err(|error| Failure::ours("the ledger could not be read", error))
    }
}
