//! Claims on pieces of work: several at once, all or none.
//!
//! A piece is claimed like anything else (`claims`): as a lease with a fence number. Pieces claimed together get one
//! number, from a counter that only rises. So a piece may leave the table when it is released, and its next holder has a
//! larger number all the same. A lease that has ended is never renewed: meanwhile another program may have claimed a
//! piece that excludes it.
//!
//! Programs before this table claimed the whole ledger as `run`. While one of them works, no piece is given; once a piece
//! was given, none of them works here again.
//!
//! In: pieces, and who claims them. Out: the claims, or who holds what. Unknown here: what is done with a piece.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Executor as _, Row as _, any::AnyRow};

use super::{Ledger, LedgerError, RunClaim, open::Dialect};
use domain::Piece;

/// The program that claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// Different for each program that works at the same time.
    pub holder: String,
    /// The account under which it runs, for people.
    pub account: String,
}

/// Pieces that were claimed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceClaims {
    pub holder: String,
    /// Larger than that of everything that was claimed before.
    pub fence: i64,
    pub pieces: BTreeSet<Piece>,
}

impl PieceClaims {
    /// No piece at all.
    #[must_use]
    pub fn none(holder: &str) -> Self {
        Self { holder: holder.to_owned(), fence: 0, pieces: BTreeSet::new() }
    }

    /// The claim on one of the pieces.
    #[must_use]
    pub fn of(&self, piece: &Piece) -> Option<RunClaim> {
        let claim = || RunClaim { what: piece.to_string(), holder: self.holder.clone(), fence: self.fence };
        self.pieces.contains(piece).then(claim)
    }
}

/// A piece that a program holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPiece {
    /// Its name; `run` is the whole ledger, held by a program of an older version.
    pub what: String,
    pub holder: String,
    /// Empty if an older version did not write it.
    pub account: String,
    /// `None` if an older version did not write it.
    pub since: Option<DateTime<Utc>>,
    pub until: DateTime<Utc>,
}

impl HeldPiece {
    /// Whether it keeps others from doing a piece. What this program cannot read keeps them from everything.
    #[must_use]
    pub fn excludes(&self, piece: &Piece) -> bool {
        self.what.parse::<Piece>().map_or(true, |own| own.excludes(piece))
    }
}

/// What programs before the table of pieces claimed.
const WHOLE: &str = "run";
/// Who holds `run` once pieces are claimed, and until when: the end of the year 9999, in milliseconds since 1970.
const NEWER: &str = "a newer zhinaq";
const FOREVER: i64 = 253_402_300_799_000;

const TAKE_WHOLE: &str = "INSERT INTO claims (what, holder, fence, expires) VALUES ($1, $2, 1, $3)
    ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, fence = claims.fence + 1, expires = excluded.expires";

/// Claims wait for one another, so that what is free stays free until it is claimed.
const LOCK_CLAIMS: &str = "LOCK TABLE claims IN SHARE ROW EXCLUSIVE MODE";

const SWEEP: &str = "DELETE FROM claims WHERE since IS NOT NULL AND expires <= $1";

const HELD: &str = "SELECT what, holder, account, since, expires FROM claims
    WHERE since IS NOT NULL AND expires > $1 ORDER BY what";

const NEXT_FENCE: &str = "INSERT INTO claims (what, holder, fence, expires) VALUES ('fence', '', 1, 0)
    ON CONFLICT (what) DO UPDATE SET fence = claims.fence + 1
    RETURNING fence";

/// Inserts the names given as one JSON array. The numbers are cast because PostgreSQL takes a bare parameter in a SELECT
/// for a text.
const INSERT_SQLITE: &str = "INSERT INTO claims (what, holder, account, fence, since, expires)
    SELECT value, $1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM json_each($6)";
const INSERT_POSTGRES: &str = "INSERT INTO claims (what, holder, account, fence, since, expires)
    SELECT value, $1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT)
    FROM json_array_elements_text($6::json)";

const RENEW: &str =
    "UPDATE claims SET expires = $1 WHERE fence = $2 AND holder = $3 AND since IS NOT NULL AND expires > $4";

const RELEASE: &str = "DELETE FROM claims WHERE fence = $1 AND holder = $2 AND since IS NOT NULL";

const RELEASE_HOLDER: &str = "DELETE FROM claims WHERE holder = $1 AND since IS NOT NULL";

const END_WHOLE: &str = "UPDATE claims SET expires = 0 WHERE what = 'run' AND holder = $1";

const COUNT: &str = "SELECT COUNT(*) FROM claims
    WHERE fence = $1 AND holder = $2 AND since IS NOT NULL AND expires > $3";

impl Ledger {
    /// Claims pieces for the time `ttl`, all or none. The inner error lists what others hold of them, or what excludes
    /// them.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn claim_pieces(
        &self,
        pieces: &BTreeSet<Piece>,
        claimant: &Claimant,
        now: DateTime<Utc>,
        ttl: TimeDelta,
    ) -> Result<Result<PieceClaims, Vec<HeldPiece>>, LedgerError> {
        let (claims, held) = self.claim_some(pieces, claimant, (now, ttl), false).await?;
        Ok(if held.is_empty() { Ok(claims) } else { Err(held) })
    }

    /// Claims those of the pieces that are free; also returns what others hold of the rest, or what excludes it.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn claim_free_pieces(
        &self,
        pieces: &BTreeSet<Piece>,
        claimant: &Claimant,
        now: DateTime<Utc>,
        ttl: TimeDelta,
    ) -> Result<(PieceClaims, Vec<HeldPiece>), LedgerError> {
        self.claim_some(pieces, claimant, (now, ttl), true).await
    }

    async fn claim_some(
        &self,
        pieces: &BTreeSet<Piece>,
        claimant: &Claimant,
        (now, ttl): (DateTime<Utc>, TimeDelta),
        in_part: bool,
    ) -> Result<(PieceClaims, Vec<HeldPiece>), LedgerError> {
        let Claimant { holder, account } = claimant;
        let none = PieceClaims::none(holder);
        if pieces.is_empty() {
            return Ok((none, Vec::new()));
        }
        let mut transaction = self.begin_write().await?;
        if self.dialect == Dialect::Postgres {
            self.limits.within((&mut *transaction).execute(LOCK_CLAIMS)).await?;
        }
        let now = self.lease_time(&mut transaction, now).await?;
        let sweep = sqlx::query(SWEEP).bind(now);
        self.limits.within(sweep.execute(&mut *transaction)).await?;
        let mut others = self.held_at(&mut transaction, now).await?;
        let whole = self.whole(&mut transaction).await?;
        let is_older = |whole: &HeldPiece| whole.holder != NEWER && whole.until.timestamp_millis() > now;
        match whole {
            Some(older) if is_older(&older) => others.push(older),
            Some(whole) if whole.holder == NEWER => {}
            _ => {
                let take = sqlx::query(TAKE_WHOLE).bind(WHOLE).bind(NEWER).bind(FOREVER);
                self.limits.within(take.execute(&mut *transaction)).await?;
            }
        }
        let (excluded, free): (BTreeSet<&Piece>, BTreeSet<&Piece>) =
            pieces.iter().partition(|piece| others.iter().any(|held| held.excludes(piece)));
        others.retain(|held| excluded.iter().any(|piece| held.excludes(piece)));
        if free.is_empty() || (!in_part && !excluded.is_empty()) {
            transaction.rollback().await;
            return Ok((none, others));
        }
        let fence = sqlx::query_scalar(NEXT_FENCE);
        let fence: i64 = self.limits.within(fence.fetch_one(&mut *transaction)).await?;
        let names: Vec<String> = free.iter().map(ToString::to_string).collect();
        let names = serde_json::to_string(&names).map_err(|error| LedgerError::Failed { why: error.to_string() })?;
        let insert = match self.dialect {
            Dialect::Sqlite => INSERT_SQLITE,
            Dialect::Postgres => INSERT_POSTGRES,
        };
        let insert = sqlx::query(insert)
            .bind(holder.clone())
            .bind(account.clone())
            .bind(fence)
            .bind(now)
            .bind(now.saturating_add(ttl.num_milliseconds()))
            .bind(names);
        let count = self.limits.within(insert.execute(&mut *transaction)).await?.rows_affected();
        if count != free.len() as u64 {
            return Err(LedgerError::Failed { why: format!("{count} of {} pieces were claimed", free.len()) });
        }
        transaction.commit().await?;
        Ok((PieceClaims { fence, pieces: free.into_iter().cloned().collect(), ..none }, others))
    }

    /// Extends pieces that were claimed together to `now + ttl`; `false` when one of them is lost: its lease had ended.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn renew_pieces(
        &self,
        claims: &PieceClaims,
        now: DateTime<Utc>,
        ttl: TimeDelta,
    ) -> Result<bool, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let now = self.lease_time(&mut transaction, now).await?;
        let renew = sqlx::query(RENEW)
            .bind(now.saturating_add(ttl.num_milliseconds()))
            .bind(claims.fence)
            .bind(claims.holder.clone())
            .bind(now);
        let renewed = self.limits.within(renew.execute(&mut *transaction)).await?.rows_affected();
        transaction.commit().await?;
        Ok(renewed == claims.pieces.len() as u64)
    }

    /// Releases pieces that were claimed together.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn release_pieces(&self, claims: &PieceClaims) -> Result<(), LedgerError> {
        if claims.pieces.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin_write().await?;
        let release = sqlx::query(RELEASE).bind(claims.fence).bind(claims.holder.clone());
        self.limits.within(release.execute(&mut *transaction)).await?;
        transaction.commit().await
    }

    /// Releases all pieces of a holder that is known to be dead, and the whole ledger if an older version held it.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn release_dead(&self, dead: &str) -> Result<(), LedgerError> {
        let mut transaction = self.begin_write().await?;
        for statement in [RELEASE_HOLDER, END_WHOLE] {
            let release = sqlx::query(statement).bind(dead.to_owned());
            self.limits.within(release.execute(&mut *transaction)).await?;
        }
        transaction.commit().await
    }

    /// All pieces that are held, in the order of their names, and the whole ledger if an older version works on it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn held_pieces(&self, now: DateTime<Utc>) -> Result<Vec<HeldPiece>, LedgerError> {
        let mut connection = self.reader().await?;
        let now = self.lease_time(&mut connection, now).await?;
        let mut held = if self.has_pieces { self.held_at(&mut connection, now).await? } else { Vec::new() };
        let whole = self.whole(&mut connection).await?;
        connection.give_back();
        held.extend(whole.filter(|whole| whole.holder != NEWER && whole.until.timestamp_millis() > now));
        Ok(held)
    }

    async fn held_at(&self, connection: &mut AnyConnection, now: i64) -> Result<Vec<HeldPiece>, LedgerError> {
        let select = sqlx::query(HELD).bind(now);
        let rows = self.limits.within(select.fetch_all(connection)).await?;
        rows.iter().map(held).collect()
    }

    /// The claim on the whole ledger, whether it has ended or not.
    async fn whole(&self, connection: &mut AnyConnection) -> Result<Option<HeldPiece>, LedgerError> {
        let select = sqlx::query("SELECT holder, expires FROM claims WHERE what = $1").bind(WHOLE);
        let Some(row) = self.limits.within(select.fetch_optional(connection)).await? else { return Ok(None) };
        let (holder, until) = (row.try_get(0)?, instant(row.try_get(1)?));
        Ok(Some(HeldPiece { what: WHOLE.into(), holder, account: String::new(), since: None, until }))
    }

    /// Whether all of the pieces are still held, within a transaction of the caller.
    pub(super) async fn holds_pieces(
        &self,
        connection: &mut AnyConnection,
        claims: &PieceClaims,
        now: DateTime<Utc>,
    ) -> Result<bool, LedgerError> {
        if claims.pieces.is_empty() {
            return Ok(true);
        }
        let now = self.lease_time(connection, now).await?;
        let count = sqlx::query_scalar(COUNT).bind(claims.fence).bind(claims.holder.clone()).bind(now);
        let count: i64 = self.limits.within(count.fetch_one(connection)).await?;
        Ok(count == claims.pieces.len() as i64)
    }
}

fn held(row: &AnyRow) -> Result<HeldPiece, LedgerError> {
    let account: Option<String> = row.try_get(2)?;
    let since: Option<i64> = row.try_get(3)?;
    Ok(HeldPiece {
        what: row.try_get(0)?,
        holder: row.try_get(1)?,
        account: account.unwrap_or_default(),
        since: since.map(instant),
        until: instant(row.try_get(4)?),
    })
}

fn instant(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}
