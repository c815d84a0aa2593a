//! One act on access: the right is asked for, the journal looked at, and everything written in one transaction.
//!
//! In: who acts, on whom, and what follows from the standing of everybody. Out: the places of the new entries. Unknown here:
//! what the act is.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::session_rules;
use crate::{Context, Failure};
use domain::{ACCESS_FACTS, Actor, Right, Role, Sha256, Standing, standings};
use ledger::{AccessAct, AccessSubject, AccessView, ConsoleSession};

/// What an act may look at.
pub struct Seen<'v> {
    /// Everybody, by account.
    pub standings: BTreeMap<String, Standing>,
    /// The open sessions of the account that the act is about.
    pub open: Vec<&'v ConsoleSession>,
    /// The account that the link is for, if one was given and has not run out.
    pub invited: Option<&'v str>,
    /// Today, whatever day was set.
    pub today: NaiveDate,
}

impl Seen<'_> {
    /// Whether somebody else than this account may act as an administrator today.
    pub fn has_another_admin(&self, account: &str) -> bool {
        self.standings.values().any(|other| other.account != account && other.may(Role::Admin, self.today))
    }

    pub fn is_admin(&self, account: &str) -> bool {
        self.standings.get(account).is_some_and(|standing| standing.may(Role::Admin, self.today))
    }
}

/// Does an act, if `decide` allows it.
///
/// # Errors
/// The refusal of `decide`, or when the ledger cannot be read or written.
pub async fn decide(
    context: &Context,
    by: &Actor,
    (account, link): (&str, Option<&Sha256>),
    decide: impl FnOnce(&Seen<'_>) -> Result<AccessAct, Failure> + Send,
) -> Result<Vec<i64>, Failure> {
    let (people, today) = (&context.office.people, context.real_day());
    let subject = AccessSubject { account, link, rules: session_rules(&context.office) };
    let look = |view: &AccessView| {
        let seen = Seen {
            standings: standings(people, &view.events),
            open: view.sessions.iter().filter(|session| session.is_open).collect(),
            invited: view.invited.as_deref(),
            today,
        };
        decide(&seen)
    };
    let written = context.ledger.decide_access(&ACCESS_FACTS, subject, (&context.run, by, context.now()), look).await;
    written.map_err(|error| context.not_written(error))?
}

/// Checks the right of a person, with what the transaction sees.
///
/// # Errors
/// When the person does not have the right.
pub fn permit(context: &Context, seen: &Seen<'_>, by: &Actor, right: Right) -> Result<(), Failure> {
    match by {
        Actor::Person(_) => context.judged(&seen.standings, by, right),
        Actor::Schedule | Actor::Daemon(_) => {
            Err(Failure::usage("this is for a person to decide, not for the schedule"))
        }
    }
}

/// An account as a person may get one: ASCII, so that no two look alike.
///
/// # Errors
/// When it is not.
pub fn account_name(text: &str) -> Result<&str, Failure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
    let is_good = (2..=64).contains(&text.len())
        && text.chars().all(is_plain)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !is_good {
        return Err(Failure::usage(format!(
            "`{text}` is not an account: write 2 to 64 letters of ASCII, digits, `.`, `-`, `_` or `@`, and begin with a letter or digit"
        )));
    }
    if text.eq_ignore_ascii_case("unknown") {
        return Err(Failure::usage(
            "`unknown` is what the journal writes for accounts that nobody has; choose another",
        ));
    }
    Ok(text)
}
