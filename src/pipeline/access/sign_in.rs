//! Signs a person in. In: account, password, code, and from where. Out: a token, or a refusal that says nothing about what was
//! wrong. An account that nobody has takes the same steps, the same time and the same words as one that exists.
//!
//! Each try is counted before it is looked at, so many at the same time are all counted. Unknown here: cookies and pages.

use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use super::{deciding::decide, key::forget_networks, session::SignedPerson};
use crate::{Context, Failure, context::account::host};
use ::access::{
    AccessToken, Brake, BrakeSteps, Counted, PasswordHash, SealingKey, TotpSeed, is_password_of, recovery_hash,
};
use domain::{Actor, Fact, SignInWay};
use ledger::{AccessAct, AccessChange, FailedAttempts, KeptSecrets, NewSession};

/// What a person typed, and from where.
pub struct SignInTry<'t> {
    pub account: &'t str,
    pub password: &'t str,
    /// The code of the second factor, or a recovery code.
    pub code: &'t str,
    /// The address of the browser, without its port.
    pub network: &'t str,
    /// The browser, in its own words.
    pub agent: &'t str,
}

/// How a try ended.
pub enum SignInEnd {
    In {
        token: AccessToken,
        person: SignedPerson,
    },
    /// Account, password or code is wrong, or the person may not sign in.
    Refused,
    /// Too many tries failed; none is looked at before this instant.
    Wait {
        until: DateTime<Utc>,
    },
}

/// How many passwords are hashed at the same time: each takes 19 MiB of memory and some tenths of a second.
const HASHED_AT_A_TIME: usize = 4;
/// The longest texts that are kept of a browser.
const AGENT: usize = 200;
const NETWORK: usize = 64;
/// The longest account that is looked up; a longer text is not one.
const ACCOUNT: usize = 200;

/// Signs a person in.
///
/// # Errors
/// When the ledger cannot be read or written. A wrong password is not an error.
pub async fn sign_in(context: &Context, key: &SealingKey, tried: SignInTry<'_>) -> Result<SignInEnd, Failure> {
    let account: String = tried.account.trim().chars().take(ACCOUNT).collect();
    let network: String = tried.network.chars().filter(|c| !c.is_control()).take(NETWORK).collect();
    let pair = key.name_for(&format!("pair\n{account}\n{network}"));
    let (of_account, of_network) =
        (key.name_for(&format!("account\n{account}")), key.name_for(&format!("network\n{network}")));
    let names = [pair.as_str(), of_account.as_str(), of_network.as_str()];
    let (brake, failures) = match counted(context, names).await? {
        Tried::Wait(until) => return Ok(SignInEnd::Wait { until }),
        Tried::Look { after, failures } => (after, failures),
    };
    tokio::time::sleep(brake.to_std().unwrap_or_default()).await;
    let standings = context.standings().await?;
    let standing = standings.get(&account);
    let may_enter = standing.is_some_and(|standing| standing.is_in(context.real_day()));
    let way = proofs_fit(context, key, &account, (tried.password, tried.code)).await?;
    let (Some(way), Some(standing), true) = (way, standing, may_enter) else {
        if BrakeSteps::PAIR.tightens(failures) {
            let named = if standing.is_some() { account } else { "unknown".to_owned() };
            let fact = Fact::SignInRefused { account: named, failures };
            context.record(&[fact]).await?;
        }
        return Ok(SignInEnd::Refused);
    };
    let token = AccessToken::new().map_err(|error| Failure::ours("no session can be begun", error))?;
    let by = Actor::signed_in(&account, &standing.name, &host());
    let mut is_in = false;
    let agent: String = tried.agent.chars().filter(|c| !c.is_control()).take(AGENT).collect();
    decide(context, &by, (&account, None), |seen| {
        // A block may have come since.
        is_in = seen.standings.get(&account).is_some_and(|standing| standing.is_in(seen.today));
        if !is_in {
            return Ok(AccessAct::default());
        }
        let new = NewSession { token: token.hash(), account: account.clone(), network: network.clone(), agent };
        let fact = Fact::SignedIn { account: account.clone(), by: way };
        Ok(AccessAct { facts: vec![fact], changes: vec![AccessChange::Begin(new)] })
    })
    .await?;
    if !is_in {
        return Ok(SignInEnd::Refused);
    }
    let forgiven = context.ledger.attempt_succeeded(&pair, &[&of_account, &of_network]).await;
    forgiven.map_err(|error| context.not_written(error))?;
    forget_networks(context, context.now()).await?;
    let person = SignedPerson::of(context, standing, &token).await?;
    Ok(SignInEnd::In { token, person })
}

enum Tried {
    Wait(DateTime<Utc>),
    /// It is looked at, and answered so much later. `failures`: in a row from here, this one included.
    Look {
        after: TimeDelta,
        failures: u32,
    },
}

/// Counts a try as failed, unless the brake refuses it.
async fn counted(context: &Context, names: [&str; 3]) -> Result<Tried, Failure> {
    let take = |before: [Option<FailedAttempts>; 3], now: DateTime<Utc>| {
        let [pair, account, network] =
            before.map(|failed| failed.map(|FailedAttempts { failures, last }| Counted { failures, last }));
        match Brake::on(pair, account, network, now) {
            Brake::Refuse { until } => (false, Tried::Wait(until)),
            Brake::Answer { after } => {
                let failures = pair.map_or(0, |pair| pair.failures).saturating_add(1);
                (true, Tried::Look { after, failures })
            }
        }
    };
    let tried = context.ledger.count_attempt(names, context.now(), BrakeSteps::FORGET, take).await;
    tried.map_err(|error| context.not_written(error))
}

/// Whether password and code are those of an account, and how the person proved it. The code is used up, if both fit. An
/// account that nobody has takes the same steps.
///
/// # Errors
/// When the ledger cannot be read or written, or the seed cannot be decrypted: then the key is not the one that encrypted it.
pub async fn proofs_fit(
    context: &Context,
    key: &SealingKey,
    account: &str,
    (password, code): (&str, &str),
) -> Result<Option<SignInWay>, Failure> {
    let kept = context.ledger.secrets(account).await;
    let kept = kept.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    let hash: Option<PasswordHash> = kept.as_ref().and_then(|kept| kept.password.parse().ok());
    let password = password.to_owned();
    let is_right = blocking(move || is_password_of(hash.as_ref(), &password)).await?;
    let step = kept.as_ref().map(|kept| step(context, key, account, kept, code)).transpose()?.flatten();
    let recovery = recovery_hash(code);
    let is_recovery = kept.as_ref().is_some_and(|kept| kept.recovery.contains(&recovery));
    if !is_right {
        return Ok(None);
    }
    let not_written = |error| context.not_written(error);
    if let Some(step) = step {
        let is_taken = context.ledger.take_step(account, step).await.map_err(not_written)?;
        return Ok(is_taken.then_some(SignInWay::Password));
    }
    if is_recovery && context.ledger.take_recovery(account, &recovery).await.map_err(not_written)? {
        return Ok(Some(SignInWay::RecoveryCode));
    }
    Ok(None)
}

fn step(
    context: &Context,
    key: &SealingKey,
    account: &str,
    kept: &KeptSecrets,
    code: &str,
) -> Result<Option<i64>, Failure> {
    let bytes = key.open(account, &kept.seed).map_err(|_| {
        let name = &context.office.settings.console.key_env;
        let why = format!("the second factor of `{account}` was encrypted with another key than that of `{name}`");
        Failure::usage(format!("{why}: put the key back, or invite the person again"))
    })?;
    Ok(TotpSeed::from_bytes(&bytes).and_then(|seed| seed.step_of(code, context.now(), kept.step)))
}

/// Does work that takes long, some at a time.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    static PLACES: OnceLock<Semaphore> = OnceLock::new();
    let places = PLACES.get_or_init(|| Semaphore::new(HASHED_AT_A_TIME));
    let place = places.acquire().await;
    let done = tokio::task::spawn_blocking(work).await;
    drop(place);
    done.map_err(|error| Failure::ours("a password could not be looked at", error))
}
