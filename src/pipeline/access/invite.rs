//! Invites a person to set a password and a second factor. In: an account that has a role. Out: a link for 24 hours. What was
//! set before is void from then on, and all sessions of the account end. Unknown here: how the link reaches the person.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::deciding::{decide, permit};
use crate::{Context, Failure, context::permissions};
use ::access::AccessToken;
use domain::{Actor, Fact, Right, SignOutCause};
use ledger::{AccessAct, AccessChange};

/// How long a link may be used.
const LASTS: TimeDelta = TimeDelta::hours(24);

/// A link of invitation.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct InviteLink {
    pub account: String,
    /// The address that the person opens. It is shown once; only its hash is kept.
    pub link: String,
    pub until: DateTime<Utc>,
}

impl std::fmt::Debug for InviteLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InviteLink").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Makes a link for an account.
///
/// # Errors
/// When the person may not, the account has no role, or the person asks for themselves in the console.
pub async fn invite(context: &Context, by: &Actor, account: &str, reason: &str) -> Result<InviteLink, Failure> {
    let reason = permissions::reason(reason)?;
    let token = AccessToken::new().map_err(|error| Failure::ours("no link could be made", error))?;
    let until = context.now() + LASTS;
    decide(context, by, (account, None), |seen| {
        permit(context, seen, by, Right::Invite)?;
        let is_of_console = by.account().is_some_and(|account| account.uid.is_none());
        if is_of_console && context.is_same_person(by, &Actor::signed_in(account, account, "")) {
            return Err(Failure::usage(format!(
                "`{account}` is who asks: another administrator makes this link, or the command line does"
            ))
            .coded("not-permitted"));
        }
        if !seen.standings.get(account).is_some_and(|standing| standing.is_in(seen.today)) {
            return Err(Failure::usage(format!("`{account}` has no role: grant one first")));
        }
        let owned = account.to_owned();
        let mut facts = vec![Fact::AccessInvited { account: owned.clone(), until, reason: reason.clone() }];
        if !seen.open.is_empty() {
            let (account, sessions) = (owned.clone(), seen.open.len() as u64);
            facts.push(Fact::SignedOut { account, cause: SignOutCause::Renewed, sessions });
        }
        let link = token.hash();
        let changes = vec![AccessChange::EndAllOf(owned.clone()), AccessChange::Invite { account: owned, link, until }];
        Ok(AccessAct { facts, changes })
    })
    .await?;
    let link = format!("{}/invite/{}", context.office.settings.console.public_url, token.text());
    Ok(InviteLink { account: account.to_owned(), link, until })
}
