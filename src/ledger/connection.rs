//! Connections that are lent out by a ledger. In: connections of a pool. Out: the same connections, until one of them
//! fails. This module does not know any table.
//!
//! A connection whose transaction could not be ended, or whose answer did not come, is in an unknown state. It is
//! thrown away, so that the next statement begins on a new one. Otherwise one failed COMMIT would make every later
//! write of the process fail.

use std::ops::{Deref, DerefMut};

use sqlx::{Any, AnyConnection, Executor as _, pool::PoolConnection};

use super::{LedgerError, limits::LedgerLimits, open::Dialect};

/// A connection that goes back to its pool only after [`Lent::give_back`].
pub struct Lent {
    connection: Option<PoolConnection<Any>>,
    limits: LedgerLimits,
}

impl Lent {
    pub fn of(connection: PoolConnection<Any>, limits: LedgerLimits) -> Self {
        Self { connection: Some(connection), limits }
    }

    /// Gives the connection back: nothing is under way on it.
    ///
    /// The pool first asks the server whether the connection still works, and would wait for the answer without a
    /// limit. During this wait nobody else can have the place of the connection in the pool.
    pub fn give_back(mut self) {
        if let Some(mut connection) = self.connection.take() {
            let returned = connection.return_to_pool();
            let limit = self.limits.locked_statement();
            tokio::spawn(async move { tokio::time::timeout(limit, returned).await });
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // To close it in an orderly way could wait for the server that does not answer.
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

/// A transaction that may write. Dropped without [`WriteTransaction::commit`], it is rolled back: SQLite and PostgreSQL
/// do this when its connection ends.
pub struct WriteTransaction {
    lent: Lent,
    limits: LedgerLimits,
}

impl WriteTransaction {
    /// Begins a transaction. It takes SQLite's write lock at once, because a transaction that reads first and writes
    /// later cannot wait for this lock.
    pub async fn begin(
        connection: PoolConnection<Any>,
        dialect: Dialect,
        limits: LedgerLimits,
    ) -> Result<Self, LedgerError> {
        let mut begun = Self { lent: Lent::of(connection, limits), limits };
        let statement = match dialect {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        match limits.within((&mut *begun).execute(statement)).await {
            Ok(_) => Ok(begun),
            Err(LedgerError::Locked) => {
                // Another program has the lock, and nothing has begun here.
                begun.lent.give_back();
                Err(LedgerError::Locked)
            }
            Err(error) => Err(error),
        }
    }

    /// Commits. After an error it is not known whether the transaction was committed.
    pub async fn commit(mut self) -> Result<(), LedgerError> {
        let limits = self.limits;
        limits.within((&mut *self).execute("COMMIT")).await?;
        self.lent.give_back();
        Ok(())
    }

    /// Ends the transaction without any change.
    pub async fn rollback(mut self) {
        let limits = self.limits;
        if limits.within((&mut *self).execute("ROLLBACK")).await.is_ok() {
            self.lent.give_back();
        }
    }
}

impl Deref for Lent {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        self.connection.as_deref().expect(LENT)
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.connection.as_deref_mut().expect(LENT)
    }
}

/// `give_back` takes the connection and the whole value.
const LENT: &str = "the connection is lent until it is given back";

impl Deref for WriteTransaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.lent
    }
}

impl DerefMut for WriteTransaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.lent
    }
}
