//! Sessions: whose a token is, and how sessions end. In: the token of a browser, or who ends whose sessions. Out: the person
//! with roles and rights of this moment. Unknown here: how the token travels.

use std::collections::BTreeSet;

use super::{
    agreement::has_signed,
    deciding::{decide, permit},
    key::session_rules,
};
use crate::{Context, Failure, context::account::host};
use ::access::AccessToken;
use domain::{Actor, Fact, Right, Role, Sha256, SignOutCause, Standing};
use ledger::{AccessAct, AccessChange};

/// A person who is signed in, as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPerson {
    pub account: String,
    pub name: String,
    /// Who acts, for the journal.
    pub actor: Actor,
    pub roles: BTreeSet<Role>,
    /// The hash of the session's token.
    pub session: Sha256,
    /// The token that each form of this session carries.
    pub of_forms: String,
    /// Whether the person has signed the agreement as it is now. Nothing but the agreement is shown before.
    pub has_agreed: bool,
}

impl SignedPerson {
    pub(super) async fn of(context: &Context, standing: &Standing, token: &AccessToken) -> Result<Self, Failure> {
        Ok(Self {
            account: standing.account.clone(),
            name: standing.name.clone(),
            actor: Actor::signed_in(&standing.account, &standing.name, &host()),
            roles: standing.roles(),
            session: token.hash(),
            of_forms: token.of_forms(),
            has_agreed: has_signed(context, &standing.account).await?,
        })
    }
}

/// The person whose token a browser shows; `None` if the session has ended, or the person may no longer sign in. Asked at each
/// request, so that a block, and the day on which a person leaves, count at once.
///
/// # Errors
/// When the ledger cannot be read or written.
pub async fn session_of(context: &Context, token: &str) -> Result<Option<SignedPerson>, Failure> {
    let Ok(token) = token.parse::<AccessToken>() else { return Ok(None) };
    let rules = session_rules(&context.office);
    let session = context.ledger.session(&token.hash(), context.now(), rules).await;
    let Some(session) = session.map_err(|error| context.not_written(error))? else { return Ok(None) };
    let standings = context.standings().await?;
    match standings.get(&session.account).filter(|standing| standing.is_in(context.real_day())) {
        Some(standing) => SignedPerson::of(context, standing, &token).await.map(Some),
        None => Ok(None),
    }
}

/// Ends the session of a token.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn sign_out(context: &Context, person: &SignedPerson) -> Result<(), Failure> {
    decide(context, &person.actor, (&person.account, None), |seen| {
        if !seen.open.iter().any(|open| open.token == person.session) {
            return Ok(AccessAct::default());
        }
        let fact = Fact::SignedOut { account: person.account.clone(), cause: SignOutCause::Own, sessions: 1 };
        Ok(AccessAct { facts: vec![fact], changes: vec![AccessChange::End(person.session)] })
    })
    .await?;
    Ok(())
}

/// Ends all sessions of an account: one's own, or those of another. Returns how many were open.
///
/// # Errors
/// When the person may not, or the ledger cannot be written.
pub async fn end_sessions(context: &Context, by: &Actor, account: &str) -> Result<usize, Failure> {
    let mut ended = 0;
    decide(context, by, (account, None), |seen| {
        let is_own = by.account().is_some_and(|own| own.name == account);
        if !is_own {
            permit(context, seen, by, Right::EndSessions)?;
        }
        ended = seen.open.len();
        if ended == 0 {
            return Ok(AccessAct::default());
        }
        let cause = if is_own { SignOutCause::Own } else { SignOutCause::Admin };
        let fact = Fact::SignedOut { account: account.to_owned(), cause, sessions: ended as u64 };
        Ok(AccessAct { facts: vec![fact], changes: vec![AccessChange::EndAllOf(account.to_owned())] })
    })
    .await?;
    Ok(ended)
}
