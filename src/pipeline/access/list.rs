//! Who may do what, and who is signed in. In: the standing of everybody, sessions, and what people set. Out: one line for each.
//! Unknown here: how a line is shown.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::key::session_rules;
use crate::{Context, Failure};
use domain::{Fact, Role, Sha256, Standing};
use ledger::{ConsoleSession, Filter};

/// A person of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonLine {
    #[serde(flatten)]
    pub standing: Standing,
    /// The roles that count now.
    pub roles: BTreeSet<Role>,
    /// Whether the person may do anything today.
    pub is_in: bool,
    /// Whether the person has set a password and a second factor.
    pub is_proved: bool,
    pub last_entry: Option<DateTime<Utc>>,
    /// When the agreement was signed last.
    pub agreed: Option<DateTime<Utc>>,
    pub open_sessions: usize,
}

/// A session of the console. The token is nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionLine {
    pub account: String,
    pub network: String,
    pub agent: String,
    pub began: DateTime<Utc>,
    pub used: DateTime<Utc>,
    pub ended: Option<DateTime<Utc>>,
    pub is_open: bool,
    /// The first digits of the hash of its token, to tell sessions apart.
    pub id: String,
    #[serde(skip)]
    pub session: Sha256,
}

impl From<ConsoleSession> for SessionLine {
    fn from(session: ConsoleSession) -> Self {
        let ConsoleSession { token, account, network, agent, began, used, ended, is_open } = session;
        Self { account, network, agent, began, used, ended, is_open, id: token.short(), session: token }
    }
}

/// Everybody whom people.toml or the journal knows, by account.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn people(context: &Context) -> Result<Vec<PersonLine>, Failure> {
    let failed = |error| Failure::ours("the ledger could not be read", error);
    let standings = context.standings().await?;
    let proved: BTreeSet<String> = context.ledger.proved_accounts().await.map_err(failed)?.into_iter().collect();
    let (mut entries, mut agreed) = (BTreeMap::new(), BTreeMap::new());
    for event in context.events(&Filter::default().kinds(&["signed-in", "agreement-signed"])).await? {
        match event.fact {
            Fact::SignedIn { account, .. } => entries.insert(account, event.at),
            Fact::AgreementSigned { account, .. } => agreed.insert(account, event.at),
            _ => None,
        };
    }
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for session in sessions(context, None).await?.into_iter().filter(|session| session.is_open) {
        *open.entry(session.account).or_default() += 1;
    }
    let today = context.real_day();
    let line = |standing: Standing| PersonLine {
        roles: standing.roles(),
        is_in: standing.is_in(today),
        is_proved: proved.contains(&standing.account),
        last_entry: entries.get(&standing.account).copied(),
        agreed: agreed.get(&standing.account).copied(),
        open_sessions: open.get(&standing.account).copied().unwrap_or_default(),
        standing,
    };
    Ok(standings.into_values().map(line).collect())
}

/// The sessions of one account, or of all, the last used one first, also those that ended in the last 90 days.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn sessions(context: &Context, account: Option<&str>) -> Result<Vec<SessionLine>, Failure> {
    let sessions = context.ledger.sessions(account, context.now(), session_rules(&context.office)).await;
    let sessions = sessions.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    Ok(sessions.into_iter().map(SessionLine::from).collect())
}
