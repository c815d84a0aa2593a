//! A person sets a password and a second factor, with a link of invitation; or a new password later.
//!
//! In: the token of the link, the password, a code of the telephone. Out: ten recovery codes, shown once. The seed of the
//! second factor goes to the person and comes back encrypted, so that looking at the page changes nothing. Unknown here: how
//! the page looks.

use super::{
    deciding::decide,
    sign_in::{blocking, proofs_fit},
};
use crate::{Context, Failure};
use ::access::{AccessToken, PasswordFault, PasswordHash, RecoveryCodes, SealingKey, TotpSeed, password_fault};
use domain::{Actor, Fact, SignOutCause, Standing};
use ledger::{AccessAct, AccessChange, KeptSecrets};

/// What the page of a link shows.
pub struct Enrolment {
    pub account: String,
    pub name: String,
    /// The seed as a person types it into the telephone.
    pub letters: String,
    /// The seed as an address, for a picture that the telephone reads.
    pub address: String,
    /// The seed, encrypted, which the form brings back.
    pub sealed: String,
}

/// What the form of a link brings.
pub struct EnrolTry<'t> {
    pub token: &'t str,
    pub password: &'t str,
    pub sealed: &'t str,
    pub code: &'t str,
}

/// What a person gets who has set a password.
pub struct Enrolled {
    pub account: String,
    /// Shown once.
    pub recovery: Vec<String>,
}

fn no_randomness(error: ::access::NoRandomness) -> Failure {
    Failure::ours("nothing can be kept secret", error)
}

fn run_out() -> Failure {
    Failure::usage("this link was used, replaced or has run out: ask an administrator for another")
        .coded("not-permitted")
}

/// The owner under which a seed is encrypted while the form is open: it fits no other link.
fn owner(account: &str, token: &AccessToken) -> String {
    format!("{account} by {}", token.hash())
}

/// What the page of a link shows. Nothing is changed.
///
/// # Errors
/// When the link was used or has run out, or the ledger cannot be read.
pub async fn begin_enrolment(context: &Context, key: &SealingKey, token: &str) -> Result<Enrolment, Failure> {
    let token: AccessToken = token.parse().map_err(|_| run_out())?;
    let standing = invited(context, &token).await?;
    let seed = TotpSeed::new().map_err(no_randomness)?;
    let sealed = key.seal(&owner(&standing.account, &token), seed.as_bytes());
    let sealed = sealed.map_err(|error| Failure::ours("the second factor cannot be encrypted", error))?;
    let issuer = context.office.settings.console.public_url.split("://").last().unwrap_or("zhinaq");
    Ok(Enrolment {
        letters: seed.letters(),
        address: seed.address(issuer, &standing.account),
        account: standing.account,
        name: standing.name,
        sealed,
    })
}

/// The person that a link is for, who may still act.
async fn invited(context: &Context, token: &AccessToken) -> Result<Standing, Failure> {
    let invited = context.ledger.invited(&token.hash(), context.now()).await;
    let account = invited.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    let mut standings = context.standings().await?;
    let standing = account.and_then(|account| standings.remove(&account));
    standing.filter(|standing| standing.is_in(context.real_day())).ok_or_else(run_out)
}

/// Sets the password and the second factor of the person whom a link is for. The link is used up.
///
/// # Errors
/// When the link was used or has run out, the password is weak, the code is wrong, or the ledger fails.
pub async fn enrol(context: &Context, key: &SealingKey, tried: EnrolTry<'_>) -> Result<Enrolled, Failure> {
    let token: AccessToken = tried.token.parse().map_err(|_| run_out())?;
    let standing = invited(context, &token).await?;
    weak(context, &standing, tried.password)?;
    let bytes = key.open(&owner(&standing.account, &token), tried.sealed).map_err(|_| run_out())?;
    let seed = TotpSeed::from_bytes(&bytes).ok_or_else(run_out)?;
    let Some(step) = seed.step_of(tried.code, context.now(), None) else {
        return Err(Failure::usage(
            "the code is not that of this second factor; look whether the telephone's clock is right",
        ));
    };
    let recovery = RecoveryCodes::new().map_err(no_randomness)?;
    let sealed = key.seal(&standing.account, seed.as_bytes());
    let kept = KeptSecrets {
        password: hashed(tried.password).await?.to_string(),
        seed: sealed.map_err(|error| Failure::ours("the second factor cannot be encrypted", error))?,
        step: Some(step),
        recovery: recovery.hashes.clone(),
    };
    let Standing { account, name, .. } = standing;
    let by = Actor::signed_in(&account, &name, &crate::context::account::host());
    decide(context, &by, (&account, Some(&token.hash())), |seen| {
        let may_act = seen.standings.get(&account).is_some_and(|standing| standing.is_in(seen.today));
        if seen.invited != Some(account.as_str()) || !may_act {
            return Err(run_out());
        }
        let changes =
            vec![AccessChange::EndAllOf(account.clone()), AccessChange::Keep { account: account.clone(), kept }];
        Ok(AccessAct { facts: vec![Fact::AccessProved { account: account.clone() }], changes })
    })
    .await?;
    Ok(Enrolled { account, recovery: recovery.shown })
}

/// Gives a person who is signed in a new password. All sessions of the person end.
///
/// # Errors
/// When the old password or the code is wrong, the new password is weak, or the ledger fails.
pub async fn change_password(
    context: &Context,
    key: &SealingKey,
    account: &str,
    (old, code, new): (&str, &str, &str),
) -> Result<(), Failure> {
    let mut standings = context.standings().await?;
    let standing = standings.remove(account).filter(|standing| standing.is_in(context.real_day()));
    let standing =
        standing.ok_or_else(|| Failure::usage(format!("`{account}` may not sign in")).coded("not-permitted"))?;
    weak(context, &standing, new)?;
    if proofs_fit(context, key, account, (old, code)).await?.is_none() {
        return Err(Failure::usage("the password or the code is wrong").coded("not-permitted"));
    }
    let kept =
        context.ledger.secrets(account).await.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    let kept = kept.ok_or_else(|| Failure::usage("the password or the code is wrong").coded("not-permitted"))?;
    let kept = KeptSecrets { password: hashed(new).await?.to_string(), ..kept };
    let by = Actor::signed_in(account, &standing.name, &crate::context::account::host());
    decide(context, &by, (account, None), |seen| {
        if !seen.standings.get(account).is_some_and(|standing| standing.is_in(seen.today)) {
            return Err(Failure::usage(format!("`{account}` may not sign in")).coded("not-permitted"));
        }
        let (account, sessions) = (account.to_owned(), seen.open.len() as u64);
        let changes =
            vec![AccessChange::EndAllOf(account.clone()), AccessChange::Keep { account: account.clone(), kept }];
        let facts = vec![
            Fact::AccessProved { account: account.clone() },
            Fact::SignedOut { account, cause: SignOutCause::Renewed, sessions },
        ];
        Ok(AccessAct { facts, changes })
    })
    .await?;
    Ok(())
}

fn weak(context: &Context, standing: &Standing, password: &str) -> Result<(), Failure> {
    let office = &context.office.settings.office;
    let mut own = vec![standing.account.as_str(), standing.name.as_str(), "zhinaq"];
    own.extend(office.address.as_ref().map(domain::EmailAddress::domain));
    let fault: Option<PasswordFault> = password_fault(password, &own);
    fault.map_or(Ok(()), |fault| Err(Failure::usage(fault.to_string())))
}

async fn hashed(password: &str) -> Result<PasswordHash, Failure> {
    let password = password.to_owned();
    blocking(move || PasswordHash::of(&password)).await?.map_err(no_randomness)
}
