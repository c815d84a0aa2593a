//! Applications for access. In: what a person writes who has none. Out: a file with the application, and its hash in the
//! journal. Whoever has access decides within a day. Unknown here: who decides.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::deciding::{account_name, decide};
use crate::{Context, Failure, context::permissions};
use domain::{Fact, Role, Sha256};
use ledger::AccessAct;

/// What a person writes who asks for access. It is kept in a file of its own, because the journal keeps accounts, and not
/// what else people write about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessApplication {
    pub account: String,
    pub name: String,
    /// What the person works as.
    pub position: String,
    pub roles: BTreeSet<Role>,
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// How many applications may wait. Nobody signs in to ask, so a program could fill the journal.
const MOST_OPEN: usize = 100;
/// The folder of applications in the output.
const FOLDER: &str = "access";

/// Takes an application in. Returns its hash.
///
/// # Errors
/// When it is incomplete, one of this account waits already, too many wait, or it cannot be written.
pub async fn ask_access(context: &Context, asked: &AccessApplication) -> Result<Sha256, Failure> {
    let account = account_name(&asked.account)?.to_owned();
    if asked.roles.is_empty() {
        return Err(Failure::usage("the application asks for no role; choose at least one"));
    }
    let application = AccessApplication {
        account: account.clone(),
        name: permissions::name(&asked.name)?,
        position: permissions::name(&asked.position)?,
        roles: asked.roles.clone(),
        reason: permissions::reason(&asked.reason)?,
        at: context.now(),
    };
    let mut text =
        serde_json::to_vec_pretty(&application).map_err(|error| Failure::ours("the application has no JSON", error))?;
    text.push(b'\n');
    let hash = Sha256::of(&text);
    let path = context.output.join(FOLDER).join(format!("{hash}.json"));
    durable::publish(&path, &text).map_err(|error| Failure::ours("the application could not be written", error))?;
    decide(context, &context.actor, (&account, None), |seen| {
        if seen.standings.get(&account).is_some_and(|standing| standing.asked.is_some()) {
            return Err(Failure::usage(format!("an application of `{account}` waits already")));
        }
        if seen.standings.values().filter(|standing| standing.asked.is_some()).count() >= MOST_OPEN {
            return Err(Failure::usage(format!(
                "{MOST_OPEN} applications wait already; ask an administrator directly"
            )));
        }
        let roles = application.roles.clone();
        let fact = Fact::AccessAsked { account: account.clone(), roles, application: hash };
        Ok(AccessAct { facts: vec![fact], changes: Vec::new() })
    })
    .await?;
    Ok(hash)
}

/// The applications that wait, oldest first, each with its place in the journal. One whose file is not as it was is left out,
/// and returned by its account in the second list.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn applications(context: &Context) -> Result<(Vec<(i64, AccessApplication)>, Vec<String>), Failure> {
    let waiting = context.standings().await?;
    let kinds = ledger::Filter::default().kinds(&["access-asked"]);
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for event in context.events(&kinds).await? {
        let Fact::AccessAsked { account, application, .. } = &event.fact else { continue };
        let is_open =
            waiting.get(account).and_then(|standing| standing.asked.as_ref()).is_some_and(|a| a.seq == event.seq);
        if !is_open {
            continue;
        }
        let path = context.output.join(FOLDER).join(format!("{application}.json"));
        let text = std::fs::read(&path).ok().filter(|text| Sha256::of(text) == *application);
        match text.and_then(|text| serde_json::from_slice(&text).ok()) {
            Some(application) => found.push((event.seq, application)),
            None => lost.push(account.clone()),
        }
    }
    Ok((found, lost))
}
