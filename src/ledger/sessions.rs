//! Sessions of the console: who is signed in. A session is known by the SHA-256 of its token; the token itself is nowhere.
//!
//! A session ends when it was not used for a while, after its lifetime, or when somebody ends it. Ended ones are kept for
//! some time with their networks, so that a person can see where an account was used. One clock decides, as with claims.
//!
//! In: hashes of tokens, accounts, instants. Out: sessions. Unknown here: how a person signed in, and what they may do.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{Ledger, LedgerError};
use domain::Sha256;

/// The rules of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// Without use for so long, a session ends.
    pub idle: TimeDelta,
    /// After so long it ends whatever happens.
    pub lifetime: TimeDelta,
    /// How many sessions one person may have; a further one ends that which was not used for longest.
    pub per_person: usize,
}

/// A session that is about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub token: Sha256,
    pub account: String,
    /// The address from which the person signed in.
    pub network: String,
    /// The browser, in its own words.
    pub agent: String,
}

/// A session, open or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleSession {
    pub token: Sha256,
    pub account: String,
    pub network: String,
    pub agent: String,
    pub began: DateTime<Utc>,
    pub used: DateTime<Utc>,
    /// When somebody ended it.
    pub ended: Option<DateTime<Utc>>,
    /// Whether it is open now.
    pub is_open: bool,
}

/// How old the last use may be before it is written again: a page has many parts, and each would be a write.
const NOTED_EVERY: TimeDelta = TimeDelta::seconds(60);

impl Ledger {
    /// The open session of a token, whose use is noted.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn session(
        &self,
        token: &Sha256,
        now: DateTime<Utc>,
        rules: SessionRules,
    ) -> Result<Option<ConsoleSession>, LedgerError> {
        let mut connection = self.reader().await?;
        let now = self.lease_time(&mut connection, now).await?;
        let select =
            sqlx::query("SELECT token, account, network, agent, began, used, ended FROM sessions WHERE token = $1")
                .bind(token.to_string());
        let row = self.limits.within(select.fetch_optional(&mut *connection)).await?;
        connection.give_back();
        let Some(session) = row.map(|row| session(&row, now, rules)).transpose()?.filter(|found| found.is_open) else {
            return Ok(None);
        };
        if now - session.used.timestamp_millis() < NOTED_EVERY.num_milliseconds() {
            return Ok(Some(session));
        }
        let mut transaction = self.begin_write().await?;
        // It may have ended since it was read.
        let note = sqlx::query("UPDATE sessions SET used = $1 WHERE token = $2 AND ended IS NULL AND used <= $1")
            .bind(now)
            .bind(token.to_string());
        let noted = self.limits.within(note.execute(&mut *transaction)).await?.rows_affected();
        let open = sqlx::query_scalar("SELECT COUNT(*) FROM sessions WHERE token = $1 AND ended IS NULL")
            .bind(token.to_string());
        let open: i64 = if noted == 1 { 1 } else { self.limits.within(open.fetch_one(&mut *transaction)).await? };
        transaction.commit().await?;
        Ok((open == 1).then_some(session))
    }

    /// The sessions of one account, or of all, the last used one first. `since`: only those used after this instant.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn sessions(
        &self,
        account: Option<&str>,
        now: DateTime<Utc>,
        rules: SessionRules,
    ) -> Result<Vec<ConsoleSession>, LedgerError> {
        if !self.has_chain {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let now = self.lease_time(&mut connection, now).await?;
        let sessions = self.sessions_in(&mut connection, account, now, rules).await?;
        connection.give_back();
        Ok(sessions)
    }

    /// Removes what is older than `before`: ended and unused sessions with their networks, and failed attempts.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn forget_networks(&self, before: DateTime<Utc>) -> Result<u64, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let before = before.timestamp_millis();
        let sessions = sqlx::query("DELETE FROM sessions WHERE used < $1").bind(before);
        let gone = self.limits.within(sessions.execute(&mut *transaction)).await?.rows_affected();
        let attempts = sqlx::query("DELETE FROM attempts WHERE last < $1").bind(before);
        let attempts = self.limits.within(attempts.execute(&mut *transaction)).await?.rows_affected();
        transaction.commit().await?;
        Ok(gone + attempts)
    }

    /// Ends all sessions and makes all links of invitation void: after a backup was brought back, they are those of another
    /// day.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn end_all_sessions(&self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let mut transaction = self.begin_write().await?;
        let now = self.lease_time(&mut transaction, now).await?;
        let end = sqlx::query("UPDATE sessions SET ended = $1 WHERE ended IS NULL").bind(now);
        self.limits.within(end.execute(&mut *transaction)).await?;
        let void = sqlx::query("UPDATE secrets SET invite = NULL, invite_until = NULL");
        self.limits.within(void.execute(&mut *transaction)).await?;
        transaction.commit().await
    }

    pub(super) async fn sessions_in(
        &self,
        connection: &mut AnyConnection,
        account: Option<&str>,
        now: i64,
        rules: SessionRules,
    ) -> Result<Vec<ConsoleSession>, LedgerError> {
        let rows = if let Some(account) = account {
            let select = sqlx::query(
                "SELECT token, account, network, agent, began, used, ended FROM sessions WHERE account = $1
                ORDER BY used DESC, token",
            );
            self.limits.within(select.bind(account.to_owned()).fetch_all(connection)).await?
        } else {
            let select = sqlx::query(
                "SELECT token, account, network, agent, began, used, ended FROM sessions ORDER BY used DESC, token",
            );
            self.limits.within(select.fetch_all(connection)).await?
        };
        rows.iter().map(|row| session(row, now, rules)).collect()
    }

    /// Writes a new session, and ends those of the account that are too many, in the caller's transaction.
    pub(super) async fn begin_session(
        &self,
        connection: &mut AnyConnection,
        new: &NewSession,
        now: i64,
        rules: SessionRules,
    ) -> Result<(), LedgerError> {
        let sessions = self.sessions_in(connection, Some(&new.account), now, rules).await?;
        let others = sessions.iter().filter(|session| session.is_open);
        for surplus in others.skip(rules.per_person.saturating_sub(1)) {
            self.end_session(connection, &surplus.token, now).await?;
        }
        let insert = sqlx::query(
            "INSERT INTO sessions (token, account, network, agent, began, used) VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(new.token.to_string())
        .bind(new.account.clone())
        .bind(new.network.clone())
        .bind(new.agent.clone())
        .bind(now);
        self.limits.within(insert.execute(connection)).await?;
        Ok(())
    }

    pub(super) async fn end_session(
        &self,
        connection: &mut AnyConnection,
        token: &Sha256,
        now: i64,
    ) -> Result<(), LedgerError> {
        let end = sqlx::query("UPDATE sessions SET ended = $1 WHERE token = $2 AND ended IS NULL")
            .bind(now)
            .bind(token.to_string());
        self.limits.within(end.execute(connection)).await?;
        Ok(())
    }

    pub(super) async fn end_sessions_of(
        &self,
        connection: &mut AnyConnection,
        account: &str,
        now: i64,
    ) -> Result<(), LedgerError> {
        let end = sqlx::query("UPDATE sessions SET ended = $1 WHERE account = $2 AND ended IS NULL")
            .bind(now)
            .bind(account.to_owned());
        self.limits.within(end.execute(connection)).await?;
        Ok(())
    }
}

fn session(row: &AnyRow, now: i64, rules: SessionRules) -> Result<ConsoleSession, LedgerError> {
    let token: String = row.try_get(0)?;
    let (began, used, ended): (i64, i64, Option<i64>) = (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?);
    let failed = |why: String| LedgerError::Failed { why };
    let at = |millis| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    let is_fresh = now - used < rules.idle.num_milliseconds() && now - began < rules.lifetime.num_milliseconds();
    Ok(ConsoleSession {
        token: token.parse().map_err(|error| failed(format!("a session cannot be read: {error}")))?,
        account: row.try_get(1)?,
        network: row.try_get(2)?,
        agent: row.try_get(3)?,
        began: at(began),
        used: at(used),
        ended: ended.map(at),
        is_open: ended.is_none() && is_fresh,
    })
}
