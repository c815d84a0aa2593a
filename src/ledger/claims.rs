//! Claims: who is working on what. A claim is a lease with a fence number.
//!
//! A lease ends by itself, so a program that died blocks the others only for a while. A program that only slept may
//! wake up after another has taken over its work. The fence number shows this: each new holder gets a larger number.
//! Before each step that cannot be undone, the holder checks that its number is still the current one.
//!
//! One clock decides whether a lease is valid. An SQLite ledger is used by one machine, and the caller gives its time.
//! A PostgreSQL ledger is shared by machines whose clocks differ, so the server's clock decides, and the instant that a
//! caller gives is not used.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Row as _};

use super::{Ledger, LedgerError, connection::Lent, open::Dialect};

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

/// The time of PostgreSQL's server, in milliseconds since 1970.
const SERVER_TIME: &str = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT";

/// A mark replaces the one before it, whatever its time is: a clock may be set back.
const MARK: &str = "INSERT INTO claims (what, holder, fence, expires) VALUES ($1, $2, 1, $3)
    ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, fence = claims.fence + 1, expires = excluded.expires";

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
        let now = self.lease_time(&mut transaction, now).await?;
        let claim = sqlx::query(CLAIM)
            .bind(what.to_owned())
            .bind(holder.to_owned())
            .bind(now.saturating_add(ttl.num_milliseconds()))
            .bind(now);
        let row = self.limits.within(claim.fetch_optional(&mut *transaction)).await?;
        let fence: Option<i64> = row.map(|r| r.try_get(0)).transpose()?;
        transaction.commit().await?;
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
        let now = self.lease_time(&mut transaction, now).await?;
        let take_over = sqlx::query(TAKE_OVER)
            .bind(what.to_owned())
            .bind(dead.to_owned())
            .bind(holder.to_owned())
            .bind(now.saturating_add(ttl.num_milliseconds()));
        let row = self.limits.within(take_over.fetch_optional(&mut *transaction)).await?;
        let fence: Option<i64> = row.map(|r| r.try_get(0)).transpose()?;
        transaction.commit().await?;
        Ok(fence.map(|fence| RunClaim { what: what.into(), holder: holder.into(), fence }))
    }

    /// Extends a claim to `now + ttl`; `false` when another has taken it over.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn renew(&self, claim: &RunClaim, now: DateTime<Utc>, ttl: TimeDelta) -> Result<bool, LedgerError> {
        self.set_expiry(claim, Some((now, ttl))).await
    }

    /// Releases a claim. A claim that another has taken over is not changed.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn release(&self, claim: &RunClaim) -> Result<(), LedgerError> {
        // The row stays, so that the next fence number is larger.
        self.set_expiry(claim, None).await.map(drop)
    }

    /// Whether a claim is still valid: nobody has taken it over, and it has not expired.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn still_holds(&self, claim: &RunClaim, now: DateTime<Utc>) -> Result<bool, LedgerError> {
        let mut connection = self.reader().await?;
        let is_valid = is_valid(self, &mut connection, claim, now).await?;
        connection.give_back();
        Ok(is_valid)
    }

    /// Who holds a claim now; `None` if nobody does.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn holder(&self, what: &str, now: DateTime<Utc>) -> Result<Option<Holder>, LedgerError> {
        let mut connection = self.reader().await?;
        let now = self.lease_time(&mut connection, now).await?;
        self.found(connection, what, now).await
    }

    /// Writes down that something was so at an instant of the caller's clock; only the last time is kept.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn mark(&self, what: &str, holder: &str, at: DateTime<Utc>) -> Result<(), LedgerError> {
        let mut transaction = self.begin_write().await?;
        let mark = sqlx::query(MARK).bind(what.to_owned()).bind(holder.to_owned()).bind(at.timestamp_millis());
        self.limits.within(mark.execute(&mut *transaction)).await?;
        transaction.commit().await
    }

    /// The last mark: who wrote it, and at which instant of that program's clock.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn marked(&self, what: &str) -> Result<Option<Holder>, LedgerError> {
        let connection = self.reader().await?;
        self.found(connection, what, 0).await
    }

    async fn found(&self, mut connection: Lent, what: &str, after: i64) -> Result<Option<Holder>, LedgerError> {
        let select = sqlx::query("SELECT holder, expires FROM claims WHERE what = $1 AND expires > $2")
            .bind(what.to_owned())
            .bind(after);
        let row = self.limits.within(select.fetch_optional(&mut *connection)).await?;
        connection.give_back();
        let Some(row) = row else { return Ok(None) };
        let until = DateTime::from_timestamp_millis(row.try_get(1)?).unwrap_or_default();
        Ok(Some(Holder { holder: row.try_get(0)?, until }))
    }

    /// Sets the end of a lease: a time after now, or at once.
    async fn set_expiry(
        &self,
        claim: &RunClaim,
        lasts: Option<(DateTime<Utc>, TimeDelta)>,
    ) -> Result<bool, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let expires = match lasts {
            Some((now, ttl)) => self.lease_time(&mut transaction, now).await?.saturating_add(ttl.num_milliseconds()),
            None => 0,
        };
        let update = sqlx::query("UPDATE claims SET expires = $1 WHERE what = $2 AND fence = $3")
            .bind(expires)
            .bind(claim.what.clone())
            .bind(claim.fence);
        let changed = self.limits.within(update.execute(&mut *transaction)).await?.rows_affected();
        transaction.commit().await?;
        Ok(changed == 1)
    }

    /// The instant by which leases are judged, in milliseconds since 1970.
    pub(super) async fn lease_time(
        &self,
        connection: &mut AnyConnection,
        now: DateTime<Utc>,
    ) -> Result<i64, LedgerError> {
        match self.dialect {
            Dialect::Sqlite => Ok(now.timestamp_millis()),
            Dialect::Postgres => self.limits.within(sqlx::query_scalar(SERVER_TIME).fetch_one(connection)).await,
        }
    }
}

/// As [`Ledger::still_holds`], within a transaction of the caller.
pub async fn is_valid(
    ledger: &Ledger,
    connection: &mut AnyConnection,
    claim: &RunClaim,
    now: DateTime<Utc>,
) -> Result<bool, LedgerError> {
    let now = ledger.lease_time(connection, now).await?;
    let select =
        sqlx::query("SELECT fence FROM claims WHERE what = $1 AND expires > $2").bind(claim.what.clone()).bind(now);
    let row = ledger.limits.within(select.fetch_optional(connection)).await?;
    let fence: Option<i64> = row.map(|r| r.try_get(0)).transpose()?;
    Ok(fence == Some(claim.fence))
}
