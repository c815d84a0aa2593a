//! How long the ledger waits for its database. In: limits. Out: the same answer in time, or an error that names the
//! limit. This module does not know what is waited for.

use std::{future::Future, time::Duration};

use super::LedgerError;

/// The limits of time for a ledger. No wait for the database has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerLimits {
    /// The longest time until a connection is open.
    pub connect: Duration,
    /// The longest time for the database to answer one statement or to commit.
    pub statement: Duration,
    /// How long a writer waits for another program's transaction. Transactions last milliseconds; a longer wait means a
    /// backup or a stuck program.
    pub lock: Duration,
}

impl Default for LedgerLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), statement: Duration::from_secs(20), lock: Duration::from_secs(10) }
    }
}

impl LedgerLimits {
    /// The limit of a statement that may also wait for another program's transaction.
    pub(super) const fn locked_statement(&self) -> Duration {
        self.statement.saturating_add(self.lock)
    }

    /// The answer to a statement, if it comes in time.
    pub(super) async fn within<T, E>(&self, answer: impl Future<Output = Result<T, E>>) -> Result<T, LedgerError>
    where
        LedgerError: From<E>,
    {
        within(self.locked_statement(), answer).await
    }
}

/// The answer, if it comes within a limit.
pub(super) async fn within<T, E>(limit: Duration, answer: impl Future<Output = Result<T, E>>) -> Result<T, LedgerError>
where
    LedgerError: From<E>,
{
    match tokio::time::timeout(limit, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(LedgerError::Slow { limit }),
    }
}
