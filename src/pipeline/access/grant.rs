//! Grants, refuses and blocks. In: who decides, about whom, and why. Out: the roles from then on. Unknown here: how a person
//! proves who they are.

use std::collections::BTreeSet;

use serde::Serialize;

use super::deciding::{Seen, account_name, decide, permit};
use crate::{Context, Failure, context::permissions};
use domain::{Actor, Fact, GrantedAccess, Right, Role, roles_exclude};
use ledger::{AccessAct, AccessChange};

/// The roles that an account shall have by grant.
#[derive(Debug, Clone)]
pub struct GrantAccess {
    pub account: String,
    /// The name for the journal; `None` = the one that is known.
    pub name: Option<String>,
    /// They replace those of every earlier grant.
    pub roles: BTreeSet<Role>,
    pub reason: String,
}

/// What an act changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessChanged {
    pub account: String,
    pub name: String,
    /// The roles from now on, those of people.toml included.
    pub roles: BTreeSet<Role>,
    /// The roles of people.toml, which no grant changes.
    pub of_file: BTreeSet<Role>,
    pub is_blocked: bool,
    /// The sessions that ended with it.
    pub ended_sessions: usize,
}

/// Gives roles to an account. A block ends with it, and an open application is decided.
///
/// # Errors
/// When the person may not, grants to themselves, the roles exclude each other, or the last administrator would be lost.
pub async fn grant_access(context: &Context, by: &Actor, grant: &GrantAccess) -> Result<AccessChanged, Failure> {
    let account = account_name(&grant.account)?;
    let reason = permissions::reason(&grant.reason)?;
    let name = grant.name.as_deref().map(permissions::name).transpose()?;
    if grant.roles.is_empty() {
        return Err(Failure::usage("no role is given; a block takes every role away"));
    }
    let mut changed = None;
    decide(context, by, (account, None), |seen| {
        let is_first_admin = !seen.standings.values().any(|standing| standing.may(Role::Admin, seen.today));
        if is_first_admin {
            first_admin(context, seen, by, grant)?;
        } else {
            permit(context, seen, by, Right::Grant)?;
        }
        let own = Actor::signed_in(account, account, "");
        if context.is_same_person(by, &own) {
            return Err(Failure::usage(format!("`{account}` is who asks: nobody gives roles to themselves")).coded("not-permitted"));
        }
        if let Some(other) = seen.standings.keys().find(|other| *other != account && other.eq_ignore_ascii_case(account)) {
            return Err(Failure::usage(format!("`{other}` is an account already, and `{account}` looks like it; choose another")));
        }
        let standing = seen.standings.get(account);
        if standing.is_some_and(|standing| standing.has_left(seen.today)) {
            return Err(Failure::usage(format!(
                "`{account}` has left by schedules/people.toml (`until`), which wins over every grant; take that line away first"
            )));
        }
        let of_file = standing.map(|standing| standing.of_file.clone()).unwrap_or_default();
        let roles: BTreeSet<Role> = of_file.union(&grant.roles).copied().collect();
        if roles_exclude(&roles) {
            return Err(Failure::usage(format!(
                "`{account}` would be {} and {}: who gives rights must not approve",
                Role::Admin.a(),
                Role::Approver.a()
            )));
        }
        if seen.is_admin(account) && !roles.contains(&Role::Admin) && !seen.has_another_admin(account) {
            return Err(last_admin(account));
        }
        let known = standing.map(|standing| standing.name.clone()).filter(|known| known != account);
        let name = name.clone().or(known).unwrap_or_else(|| account.to_owned());
        let asked = standing.and_then(|standing| standing.asked.as_ref()).map(|asked| asked.seq);
        changed = Some(AccessChanged {
            account: account.to_owned(),
            name: name.clone(),
            roles,
            of_file,
            is_blocked: false,
            ended_sessions: 0,
        });
        let (account, roles) = (account.to_owned(), grant.roles.clone());
        let fact = Fact::AccessGranted(GrantedAccess { account, name, roles, asked, reason: reason.clone() });
        Ok(AccessAct { facts: vec![fact], changes: Vec::new() })
    })
    .await?;
    changed.ok_or_else(|| Failure::usage("nothing was granted"))
}

/// The first administrator is made on the machine of the office, by somebody who may work there.
fn first_admin(context: &Context, seen: &Seen<'_>, by: &Actor, grant: &GrantAccess) -> Result<(), Failure> {
    let is_of_machine = by.account().is_some_and(|account| account.uid.is_some());
    if !grant.roles.contains(&Role::Admin) || !is_of_machine {
        let how = context
            .call
            .command("person add")
            .flag("ACCOUNT")
            .asked("--name")
            .option("--role", "admin")
            .asked("--reason");
        return Err(
            Failure::usage(format!("nobody is an administrator yet; {how} makes the first one")).coded("not-permitted")
        );
    }
    permit(context, seen, by, Right::Run)
}

/// Refuses the application of an account.
///
/// # Errors
/// When the person may not, or no application waits.
pub async fn refuse_access(context: &Context, by: &Actor, account: &str, reason: &str) -> Result<(), Failure> {
    let reason = permissions::reason(reason)?;
    decide(context, by, (account, None), |seen| {
        permit(context, seen, by, Right::Refuse)?;
        let asked = seen.standings.get(account).and_then(|standing| standing.asked.as_ref());
        let Some(asked) = asked.map(|asked| asked.seq) else {
            return Err(Failure::usage(format!("no application of `{account}` waits for a decision")));
        };
        let fact = Fact::AccessRefused { account: account.to_owned(), asked, reason: reason.clone() };
        Ok(AccessAct { facts: vec![fact], changes: Vec::new() })
    })
    .await?;
    Ok(())
}

/// Ends all rights and all sessions of an account at once, whatever gave them. Its password and second factor are forgotten.
///
/// # Errors
/// When the person may not, nobody has the account, or it is the last administrator's.
pub async fn block_access(
    context: &Context,
    by: &Actor,
    account: &str,
    reason: &str,
) -> Result<AccessChanged, Failure> {
    let reason = permissions::reason(reason)?;
    let mut changed = None;
    decide(context, by, (account, None), |seen| {
        permit(context, seen, by, Right::Block)?;
        let Some(standing) = seen.standings.get(account) else {
            let known: Vec<&str> = seen.standings.keys().map(String::as_str).collect();
            return Err(Failure::usage(format!("nobody has the account `{account}`; known: {}", known.join(", ")))
                .coded("unknown-id"));
        };
        if seen.is_admin(account) && !seen.has_another_admin(account) {
            return Err(last_admin(account));
        }
        changed = Some(AccessChanged {
            account: account.to_owned(),
            name: standing.name.clone(),
            roles: BTreeSet::new(),
            of_file: standing.of_file.clone(),
            is_blocked: true,
            ended_sessions: seen.open.len(),
        });
        let account = account.to_owned();
        let fact = Fact::AccessBlocked { account: account.clone(), reason: reason.clone() };
        Ok(AccessAct {
            facts: vec![fact],
            changes: vec![AccessChange::EndAllOf(account.clone()), AccessChange::Forget(account)],
        })
    })
    .await?;
    changed.ok_or_else(|| Failure::usage("nobody was blocked"))
}

fn last_admin(account: &str) -> Failure {
    Failure::usage(format!("`{account}` is the last administrator: make another one first"))
}
