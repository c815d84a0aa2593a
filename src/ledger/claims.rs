//! Claims: who is working on what. A claim is a lease with a fence number.
//!
//! A lease ends by itself, so a program that died blocks the others only for a while. A program that only slept may
//! wake up after another has taken over its work. The fence number shows this: each new holder gets a larger number.
//! Before each step that cannot be undone, the holder checks that its number is still the current one.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Row as _};

use super::{Ledger, LedgerError};

/// A claim that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunClaim {
    pub what: String,
    pub holder: String,
    /// The fence number; larger than that of each earlier holder.
    pub fence: i64,
}

/// Who holds a claim now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub holder: String,
    pub until: DateTime<Utc>,
}

const CLAIM: &str = "INSERT INTO claims (what, holder, fence, expires) VALUES ($1, $2, 1, $3)
    ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, fence = claims.fence + 1, expires = excluded.expires
    WHERE claims.expires <= $4
    RETURNING fence";

const TAKE_OVER: &str =
    "UPDATE claims SET holder = $3, fence = fence + 1, expires = $4 WHERE what = $1 AND holder = $2 RETURNING fence";

impl Ledger {
    /// Claims a piece of work for the time `ttl`; `None` when another holds it (see [`Ledger::holder`]).
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn claim(
        &self,
        what: &str,
        holder: &str,
        now: DateTime<Utc>,
        ttl: TimeDelta,
    ) -> Result<Option<RunClaim>, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let row = sqlx::query(CLAIM)
            .bind(what.to_owned())
            .bind(holder.to_owned())
            .bind((now + ttl).timestamp_millis())
            .bind(now.timestamp_millis())
            .fetch_optional(&mut *transaction)
            .await?;
        transaction.commit().await?;
        let fence: Option<i64> = row.map(|r| r.try_get(0)).transpose()?;
        Ok(fence.map(|fence| RunClaim { what: what.into(), holder: holder.into(), fence }))
    }

    /// Takes a claim over from a holder that is known to be dead; `None` when `dead` no longer holds it.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn take_over(
        &self,
        what: &str,
        dead: &str,
        holder: &str,
        now: DateTime<Utc>,
        ttl: TimeDelta,
    ) -> Result<Option<RunClaim>, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let row = sqlx::query(TAKE_OVER)
            .bind(what.to_owned())
            .bind(dead.to_owned())
            .bind(holder.to_owned())
            .bind((now + ttl).timestamp_millis())
            .fetch_optional(&mut *transaction)
            .await?;
        transaction.commit().await?;
        let fence: Option<i64> = row.map(|r| r.try_get(0)).transpose()?;
        Ok(fence.map(|fence| RunClaim { what: what.into(), holder: holder.into(), fence }))
    }

    /// Extends a claim to `now + ttl`; `false` when another has taken it over.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn renew(&self, claim: &RunClaim, now: DateTime<Utc>, ttl: TimeDelta) -> Result<bool, LedgerError> {
        self.set_expiry(claim, (now + ttl).timestamp_millis()).await
    }

    /// Releases a claim. A claim that another has taken over is not changed.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn release(&self, claim: &RunClaim) -> Result<(), LedgerError> {
        // The row stays, so that the next fence number is larger.
        self.set_expiry(claim, 0).await.map(drop)
    }

    /// Whether a claim is still valid: nobody has taken it over, and it has not expired.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn still_holds(&self, claim: &RunClaim, now: DateTime<Utc>) -> Result<bool, LedgerError> {
        let mut connection = self.reader().await?;
        stands(&mut connection, claim, now).await
    }

    /// Who holds a claim now; `None` if nobody does.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn holder(&self, what: &str, now: DateTime<Utc>) -> Result<Option<Holder>, LedgerError> {
        let mut connection = self.reader().await?;
        let row = sqlx::query("SELECT holder, expires FROM claims WHERE what = $1 AND expires > $2")
            .bind(what.to_owned())
            .bind(now.timestamp_millis())
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let until = DateTime::from_timestamp_millis(row.try_get(1)?).unwrap_or_default();
        Ok(Some(Holder { holder: row.try_get(0)?, until }))
    }

    async fn set_expiry(&self, claim: &RunClaim, expires: i64) -> Result<bool, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let changed = sqlx::query("UPDATE claims SET expires = $1 WHERE what = $2 AND fence = $3")
            .bind(expires)
            .bind(claim.what.clone())
            .bind(claim.fence)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        transaction.commit().await?;
        Ok(changed == 1)
    }
}

/// As [`Ledger::still_holds`], within a transaction of the caller.
pub async fn stands(connection: &mut AnyConnection, claim: &RunClaim, now: DateTime<Utc>) -> Result<bool, LedgerError> {
    let row = sqlx::query("SELECT fence FROM claims WHERE what = $1 AND expires > $2")
        .bind(claim.what.clone())
        .bind(now.timestamp_millis())
        .fetch_optional(connection)
        .await?;
    let fence: Option<i64> = row.map(|r| r.try_get(0)).transpose()?;
    Ok(fence == Some(claim.fence))
}
