//! Failed sign-ins: how many, and when the last one was. They are counted before it is known how a sign-in ends, so that
//! many at the same time are all counted, and survive a restart.
//!
//! In: names of what is counted, which this module does not understand. Out: the numbers before.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Executor as _, Row as _};

use super::{Ledger, LedgerError};

/// What failed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedAttempts {
    pub failures: u32,
    pub last: DateTime<Utc>,
}

const COUNT: &str = "INSERT INTO attempts (what, failures, last) VALUES ($1, 1, $2)
    ON CONFLICT (what) DO UPDATE SET failures = CASE WHEN attempts.last > $3 THEN attempts.failures + 1 ELSE 1 END,
    last = excluded.last";

/// Attempts wait for one another, so that each is judged by all before it.
const LOCK: &str = "LOCK TABLE attempts IN EXCLUSIVE MODE";

impl Ledger {
    /// Counts an attempt for each name as failed, if `take` agrees to what failed before. What is older than `forget`
    /// counts as nothing. Returns what `take` returned.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn count_attempt<const N: usize, T: Send>(
        &self,
        names: [&str; N],
        now: DateTime<Utc>,
        forget: TimeDelta,
        take: impl FnOnce([Option<FailedAttempts>; N], DateTime<Utc>) -> (bool, T) + Send,
    ) -> Result<T, LedgerError> {
        let mut transaction = self.begin_write().await?;
        if self.is_shared() {
            self.limits.within((&mut *transaction).execute(LOCK)).await?;
        }
        let millis = self.lease_time(&mut transaction, now).await?;
        let oldest = millis - forget.num_milliseconds();
        let mut before = [None; N];
        for (name, before) in names.iter().zip(&mut before) {
            *before = self.failed(&mut transaction, name, oldest).await?;
        }
        let (takes, answer) = take(before, DateTime::from_timestamp_millis(millis).unwrap_or(now));
        if !takes {
            transaction.rollback().await;
            return Ok(answer);
        }
        for name in names {
            let count = sqlx::query(COUNT).bind(name.to_owned()).bind(millis).bind(oldest);
            self.limits.within(count.execute(&mut *transaction)).await?;
        }
        transaction.commit().await?;
        Ok(answer)
    }

    /// An attempt that was counted did not fail: its first name is forgotten, and the others lose this one attempt.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn attempt_succeeded(&self, first: &str, others: &[&str]) -> Result<(), LedgerError> {
        let mut transaction = self.begin_write().await?;
        if self.is_shared() {
            self.limits.within((&mut *transaction).execute(LOCK)).await?;
        }
        let forget = sqlx::query("DELETE FROM attempts WHERE what = $1").bind(first.to_owned());
        self.limits.within(forget.execute(&mut *transaction)).await?;
        for other in others {
            let less = sqlx::query("UPDATE attempts SET failures = failures - 1 WHERE what = $1 AND failures > 0")
                .bind((*other).to_owned());
            self.limits.within(less.execute(&mut *transaction)).await?;
        }
        transaction.commit().await
    }

    async fn failed(
        &self,
        connection: &mut AnyConnection,
        name: &str,
        oldest: i64,
    ) -> Result<Option<FailedAttempts>, LedgerError> {
        let select = sqlx::query("SELECT failures, last FROM attempts WHERE what = $1 AND last > $2 AND failures > 0")
            .bind(name.to_owned())
            .bind(oldest);
        let Some(row) = self.limits.within(select.fetch_optional(connection)).await? else { return Ok(None) };
        let (failures, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let last = DateTime::from_timestamp_millis(last).unwrap_or_default();
        Ok(Some(FailedAttempts { failures: u32::try_from(failures).unwrap_or(u32::MAX), last }))
    }
}
