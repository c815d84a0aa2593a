//! Who gets how many copies of a collection: the matrix, with organs that ended and those that took their place.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    config::{Office, nearest},
    domain::{CollectionId, Event, Fact, Issue, Language, OrganId, Recipient, Regulation},
    pipeline::Failure,
};

/// What an organ is to get of an issue.
#[derive(Debug, Clone)]
pub struct Share<'a> {
    pub recipient: &'a Recipient,
    pub copies: u32,
    pub language: Language,
}

/// The copies of a collection by organ, and what a person should know of organs that ended.
#[derive(Debug, Clone, Default)]
pub struct Shares<'a> {
    pub shares: Vec<Share<'a>>,
    pub notices: Vec<String>,
}

/// Who gets the copies of a collection on a day. An organ that ended gets none: they go to its successor, together with
/// the successor's own. What stands in the register under an organ already stays there.
#[must_use]
pub fn shares<'a>(
    office: &'a Office,
    collection: &CollectionId,
    registered: &BTreeSet<OrganId>,
    day: NaiveDate,
) -> Shares<'a> {
    let regulation = office.regulation();
    let mut found = Shares::default();
    for (organ, entitlement) in regulation.matrix.of_collection(collection) {
        let copies = entitlement.copies();
        if copies == 0 {
            continue;
        }
        let is_registered = registered.contains(organ);
        let to = if is_registered { regulation.recipient(organ) } else { regulation.addressee(organ, day) };
        if !is_registered && let Some(why) = receives_nothing(regulation, organ, day) {
            found.notices.push(format!("matrix: {copies} of `{collection}` are listed for {why}"));
        }
        let Some(recipient) = to else { continue };
        match found.shares.iter_mut().find(|s| s.recipient.id == recipient.id) {
            Some(share) => share.copies += copies,
            None => {
                found.shares.push(Share { recipient, copies, language: office.settings.language_of(&recipient.id) });
            }
        }
    }
    found
}

/// The organs that have a parcel of an issue in the register.
#[must_use]
pub fn registered(issue: &Issue, events: &[Event]) -> BTreeSet<OrganId> {
    let organ = |event: &Event| match &event.fact {
        Fact::Queued { parcel, .. } if parcel.issue == *issue => Some(parcel.organ.clone()),
        _ => None,
    };
    events.iter().filter_map(organ).collect()
}

/// Why an organ receives nothing on a day, with its successor's name; `None` when it does.
#[must_use]
pub fn receives_nothing(regulation: &Regulation, organ: &OrganId, day: NaiveDate) -> Option<String> {
    let recipient = regulation.recipient(organ)?;
    if let Some(from) = recipient.valid_from.filter(|from| day < *from) {
        return Some(format!("organ `{organ}`, which receives only from {from} on"));
    }
    let until = recipient.valid_until.filter(|until| *until <= day)?;
    Some(match regulation.addressee(organ, day) {
        Some(successor) => format!(
            "organ `{organ}`, which receives nothing since {until}: its successor is `{}` ({})",
            successor.id,
            successor.titles.of(Language::En)
        ),
        None => format!("organ `{organ}`, which receives nothing since {until} and has no successor"),
    })
}

/// Refuses organs that a person names and that receive nothing.
///
/// # Errors
/// With the nearest known id, or the successor's name.
pub fn known(regulation: &Regulation, organs: &[OrganId], day: NaiveDate) -> Result<(), Failure> {
    for organ in organs {
        if regulation.recipient(organ).is_none() {
            let ids = regulation.recipients.iter().map(|r| r.id.as_str());
            let hint = nearest(organ.as_str(), ids)
                .map_or_else(|| "see `zhinaq matrix`".to_owned(), |near| format!("did you mean `{near}`?"));
            return Err(Failure::usage(format!("organ `{organ}` is unknown: {hint}")));
        }
        if let Some(why) = receives_nothing(regulation, organ, day) {
            return Err(Failure::usage(format!("nothing goes to {why}")));
        }
    }
    Ok(())
}
