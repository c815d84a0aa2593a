//! Which organ gets how many copies of a collection: the matrix, with the organs that ended and their successors.
//!
//! In: the matrix, the register, a day. Out: [`Shares`]. Unknown here: what a collection contains.

use chrono::NaiveDate;

use crate::Failure;
use config::Office;
use domain::known_instead;
use domain::{CollectionId, Language, OrganId, Recipient, Regulation, entitled_copies};
pub use domain::{Registered, receives_nothing};

/// What an organ is to get of an issue.
#[derive(Debug, Clone)]
pub struct Share<'a> {
    pub recipient: &'a Recipient,
    pub copies: u32,
    pub language: Language,
}

/// The copies of a collection by organ, and notices about organs that ended.
#[derive(Debug, Clone, Default)]
pub struct Shares<'a> {
    pub shares: Vec<Share<'a>>,
    pub notices: Vec<String>,
}

/// The organs that get the copies of a collection on a day. An organ that ended gets none: its copies go to its
/// successor, together with the successor's own. Copies that are already in the register under an organ stay there
/// until a person readdresses them.
#[must_use]
pub fn entitlements<'a>(
    office: &'a Office,
    collection: &CollectionId,
    registered: &Registered<'_>,
    day: NaiveDate,
) -> Shares<'a> {
    let regulation = office.regulation();
    let (mut copies, notices) = entitled_copies(regulation, collection, registered, day);
    let share = |(recipient, copies): (&'a Recipient, u32)| {
        let language = office.settings.language_of(&recipient.id);
        Share { recipient, copies, language }
    };
    Shares { shares: copies.drain(..).map(share).collect(), notices }
}

/// The successor of an organ that has ended; `None` if it has no successor.
///
/// # Errors
/// When the organ has not ended, or its successor receives nothing yet.
pub fn successor<'a>(
    regulation: &'a Regulation,
    organ: &OrganId,
    day: NaiveDate,
) -> Result<Option<&'a Recipient>, Failure> {
    let is_over = |r: &&Recipient| r.valid_until.is_some_and(|until| until <= day);
    let file = format!("schedules/{}/recipients.toml", regulation.id);
    let Some(mut last) = regulation.recipient(organ).filter(is_over) else {
        return Err(Failure::usage(format!(
            "organ `{organ}` has not ended on {day}: put `valid_until`, and `successor` where there is one, into `{file}` first"
        )));
    };
    if let Some(found) = regulation.addressee(organ, day) {
        return Ok(Some(found));
    }
    // A chain of successors cannot be longer than the list; the bound only stops a cycle.
    for _ in 0..regulation.recipients.len() {
        let Some(next) = last.successor.as_ref().and_then(|next| regulation.recipient(next)) else { return Ok(None) };
        if !is_over(&next) {
            return Err(Failure::usage(format!(
                "organ `{organ}`: its successor `{}` receives no copy on {day}; check `{file}`",
                next.id
            )));
        }
        last = next;
    }
    Ok(None)
}

/// Refuses organs of a person's request that are unknown or receive nothing.
///
/// # Errors
/// With the nearest known id, or the name of the successor.
pub fn known(regulation: &Regulation, organs: &[OrganId], day: NaiveDate) -> Result<(), Failure> {
    for organ in organs {
        if regulation.recipient(organ).is_none() {
            let ids = regulation.recipients.iter().map(|r| r.id.as_str());
            let instead = known_instead(organ.as_str(), ids);
            return Err(Failure::usage(format!("organ `{organ}` is unknown: {instead}")).coded("unknown-id"));
        }
        if let Some(why) = receives_nothing(regulation, organ, day) {
            return Err(Failure::usage(format!("no copy goes to {why}")));
        }
    }
    Ok(())
}
