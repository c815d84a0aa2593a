//! Acts on access: facts, and what they change in the tables of sessions and secrets, in one transaction. So all sessions of
//! a person end with the entry that blocks the person, and two administrators cannot block one another at the same time.
//!
//! In: what to write after a look at the journal. Out: the places of the new entries. Unknown here: who may do what.

use chrono::{DateTime, Utc};
use sqlx::{Any, AssertSqlSafe, Executor as _};

use super::{
    ConsoleSession, KeptSecrets, Ledger, LedgerError, NewSession, SessionRules,
    connection::WriteTransaction,
    events::{LOCK_EVENTS, event, select_statement},
    open::Dialect,
};
use domain::{Actor, Event, Fact, Sha256};

/// What an act on access writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessAct {
    pub facts: Vec<Fact>,
    pub changes: Vec<AccessChange>,
}

/// A change of sessions and secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    Begin(NewSession),
    End(Sha256),
    EndAllOf(String),
    /// A link for an account: what was set before is void.
    Invite {
        account: String,
        link: Sha256,
        until: DateTime<Utc>,
    },
    /// New proofs in place of those before; the link is used up.
    Keep {
        account: String,
        kept: KeptSecrets,
    },
    Forget(String),
}

/// What an act may look at before it decides.
pub struct AccessView {
    /// The events of the kinds that were asked for, oldest first.
    pub events: Vec<Event>,
    /// All sessions of the account, the last used one first.
    pub sessions: Vec<ConsoleSession>,
    /// The account that the link is for, if one was given and has not run out.
    pub invited: Option<String>,
}

/// What an act is about.
#[derive(Debug, Clone, Copy)]
pub struct AccessSubject<'s> {
    pub account: &'s str,
    pub link: Option<&'s Sha256>,
    pub rules: SessionRules,
}

impl Ledger {
    /// Reads the events of some kinds and the sessions of an account, lets `decide` say what follows, and writes it. No
    /// other writer can come between. The inner error is the refusal of `decide`; then nothing was written.
    ///
    /// # Errors
    /// As [`Ledger::append`], and when an event cannot be read.
    pub async fn decide_access<E: Send>(
        &self,
        kinds: &[&'static str],
        subject: AccessSubject<'_>,
        (run, actor, at): (&str, &Actor, DateTime<Utc>),
        decide: impl FnOnce(&AccessView) -> Result<AccessAct, E> + Send,
    ) -> Result<Result<Vec<i64>, E>, LedgerError> {
        let mut transaction = self.begin_write().await?;
        if self.dialect == Dialect::Postgres {
            self.limits.within((&mut *transaction).execute(LOCK_EVENTS)).await?;
        }
        let now = self.lease_time(&mut transaction, at).await?;
        let view = self.view(&mut transaction, kinds, subject, now).await?;
        let act = match decide(&view) {
            Ok(act) => act,
            Err(refusal) => {
                transaction.rollback().await;
                return Ok(Err(refusal));
            }
        };
        for change in &act.changes {
            self.change(&mut transaction, change, now, subject.rules).await?;
        }
        if act.facts.is_empty() {
            transaction.commit().await?;
            return Ok(Ok(Vec::new()));
        }
        self.insert(transaction, run, actor, at, &act.facts).await.map(Ok)
    }

    async fn view(
        &self,
        transaction: &mut WriteTransaction,
        kinds: &[&'static str],
        subject: AccessSubject<'_>,
        now: i64,
    ) -> Result<AccessView, LedgerError> {
        let mut select = sqlx::query::<Any>(AssertSqlSafe(select_statement(0, kinds.len()))).bind(0_i64);
        for kind in kinds {
            select = select.bind(*kind);
        }
        let rows = self.limits.within(select.fetch_all(&mut **transaction)).await?;
        let events = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let sessions = self.sessions_in(transaction, Some(subject.account), now, subject.rules).await?;
        let invited = match subject.link {
            Some(link) => self.invited_in(transaction, link, now).await?,
            None => None,
        };
        Ok(AccessView { events, sessions, invited })
    }

    async fn change(
        &self,
        transaction: &mut WriteTransaction,
        change: &AccessChange,
        now: i64,
        rules: SessionRules,
    ) -> Result<(), LedgerError> {
        match change {
            AccessChange::Begin(new) => self.begin_session(transaction, new, now, rules).await,
            AccessChange::End(token) => self.end_session(transaction, token, now).await,
            AccessChange::EndAllOf(account) => self.end_sessions_of(transaction, account, now).await,
            AccessChange::Invite { account, link, until } => {
                self.invite_in(transaction, account, link, until.timestamp_millis()).await
            }
            AccessChange::Keep { account, kept } => self.keep_in(transaction, account, kept).await,
            AccessChange::Forget(account) => self.forget_in(transaction, account).await,
        }
    }
}
