//! What is kept of the proofs of people: the hash of a password, the encrypted seed of a second factor, hashes of recovery
//! codes and of a link of invitation.
//!
//! In: accounts, and texts that this module does not understand. Out: the same texts. A code and a recovery code are taken
//! once, however many sign-ins try it at the same time.

use chrono::{DateTime, Utc};
use sqlx::{AnyConnection, Row as _};

use super::{Ledger, LedgerError};
use domain::Sha256;

/// What is kept of an account's proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecrets {
    /// The hash of the password, as text.
    pub password: String,
    /// The seed of the second factor, encrypted.
    pub seed: String,
    /// The step of the last code that was taken.
    pub step: Option<i64>,
    /// The hashes of the recovery codes that are left.
    pub recovery: Vec<Sha256>,
}

impl Ledger {
    /// What is kept of an account; `None` if the person has not set a password.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn secrets(&self, account: &str) -> Result<Option<KeptSecrets>, LedgerError> {
        let select = sqlx::query("SELECT password, seed, step, recovery FROM secrets WHERE account = $1")
            .bind(account.to_owned());
        let mut connection = self.reader().await?;
        let row = self.limits.within(select.fetch_optional(&mut *connection)).await?;
        connection.give_back();
        let Some(row) = row else { return Ok(None) };
        let (password, seed): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let (Some(password), Some(seed)) = (password, seed) else { return Ok(None) };
        let recovery = hashes(&row.try_get::<String, _>(3)?)?;
        Ok(Some(KeptSecrets { password, seed, step: row.try_get(2)?, recovery }))
    }

    /// The accounts that have set a password and a second factor.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn proved_accounts(&self) -> Result<Vec<String>, LedgerError> {
        if !self.has_chain {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let select = sqlx::query_scalar("SELECT account FROM secrets WHERE password IS NOT NULL ORDER BY account");
        let accounts = self.limits.within(select.fetch_all(&mut *connection)).await?;
        connection.give_back();
        Ok(accounts)
    }

    /// Takes the code of a step; `false` if this step or a later one was taken before.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn take_step(&self, account: &str, step: i64) -> Result<bool, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let take = sqlx::query(
            "UPDATE secrets SET step = $1 WHERE account = $2 AND seed IS NOT NULL AND (step IS NULL OR step < $1)",
        )
        .bind(step)
        .bind(account.to_owned());
        let taken = self.limits.within(take.execute(&mut *transaction)).await?.rows_affected();
        transaction.commit().await?;
        Ok(taken == 1)
    }

    /// Takes a recovery code; `false` if the account does not have it, or no longer.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable.
    pub async fn take_recovery(&self, account: &str, code: &Sha256) -> Result<bool, LedgerError> {
        let mut transaction = self.begin_write().await?;
        let select = "SELECT recovery FROM secrets WHERE account = $1";
        let select = sqlx::query_scalar(if self.is_shared() { SELECT_LOCKED } else { select }).bind(account.to_owned());
        let kept: Option<String> = self.limits.within(select.fetch_optional(&mut *transaction)).await?;
        let mut kept = hashes(&kept.unwrap_or_default())?;
        let before = kept.len();
        kept.retain(|hash| hash != code);
        if kept.len() == before {
            transaction.rollback().await;
            return Ok(false);
        }
        let update = sqlx::query("UPDATE secrets SET recovery = $1 WHERE account = $2")
            .bind(list(&kept))
            .bind(account.to_owned());
        self.limits.within(update.execute(&mut *transaction)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The account that a link of invitation is for, if it has not run out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn invited(&self, link: &Sha256, now: DateTime<Utc>) -> Result<Option<String>, LedgerError> {
        let mut connection = self.reader().await?;
        let now = self.lease_time(&mut connection, now).await?;
        let account = self.invited_in(&mut connection, link, now).await?;
        connection.give_back();
        Ok(account)
    }

    pub(super) async fn invited_in(
        &self,
        connection: &mut AnyConnection,
        link: &Sha256,
        now: i64,
    ) -> Result<Option<String>, LedgerError> {
        let select = sqlx::query_scalar("SELECT account FROM secrets WHERE invite = $1 AND invite_until > $2")
            .bind(link.to_string())
            .bind(now);
        self.limits.within(select.fetch_optional(connection)).await
    }

    /// Makes a link the only one of its account. What was set before is void at once.
    pub(super) async fn invite_in(
        &self,
        connection: &mut AnyConnection,
        account: &str,
        link: &Sha256,
        until: i64,
    ) -> Result<(), LedgerError> {
        let invite = sqlx::query(
            "INSERT INTO secrets (account, recovery, invite, invite_until) VALUES ($1, '', $2, $3)
            ON CONFLICT (account) DO UPDATE SET password = NULL, seed = NULL, step = NULL, recovery = '',
            invite = excluded.invite, invite_until = excluded.invite_until",
        )
        .bind(account.to_owned())
        .bind(link.to_string())
        .bind(until);
        self.limits.within(invite.execute(connection)).await?;
        Ok(())
    }

    /// Keeps new proofs; a link of invitation is used up.
    pub(super) async fn keep_in(
        &self,
        connection: &mut AnyConnection,
        account: &str,
        kept: &KeptSecrets,
    ) -> Result<(), LedgerError> {
        let keep = sqlx::query(
            "INSERT INTO secrets (account, password, seed, step, recovery) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (account) DO UPDATE SET password = excluded.password, seed = excluded.seed, step = excluded.step,
            recovery = excluded.recovery, invite = NULL, invite_until = NULL",
        )
        .bind(account.to_owned())
        .bind(kept.password.clone())
        .bind(kept.seed.clone())
        .bind(kept.step)
        .bind(list(&kept.recovery));
        self.limits.within(keep.execute(connection)).await?;
        Ok(())
    }

    /// Forgets everything about an account, links included.
    pub(super) async fn forget_in(&self, connection: &mut AnyConnection, account: &str) -> Result<(), LedgerError> {
        let forget = sqlx::query("DELETE FROM secrets WHERE account = $1").bind(account.to_owned());
        self.limits.within(forget.execute(connection)).await?;
        Ok(())
    }
}

/// PostgreSQL lets two transactions read a row that both are about to change.
const SELECT_LOCKED: &str = "SELECT recovery FROM secrets WHERE account = $1 FOR UPDATE";

fn list(hashes: &[Sha256]) -> String {
    hashes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn hashes(text: &str) -> Result<Vec<Sha256>, LedgerError> {
    let read: Result<Vec<Sha256>, _> = text.split_whitespace().map(str::parse).collect();
    read.map_err(|error| LedgerError::Failed { why: format!("recovery codes cannot be read: {error}") })
}
