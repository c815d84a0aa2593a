//! Who gets how many copies of a collection: the matrix, with organs that ended and those that took their place.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::Failure;
use config::Office;
use domain::{CollectionId, Issue, Language, OrganId, ParcelId, ParcelRecord, Recipient, Regulation, nearest};

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

/// What the register has of an issue already.
#[derive(Debug, Clone, Default)]
pub struct Registered<'a> {
    organs: BTreeSet<&'a OrganId>,
    /// From whom and to whom a person readdressed copies, and how many.
    moved: Vec<(&'a OrganId, Option<&'a OrganId>, u32)>,
}

impl<'a> Registered<'a> {
    #[must_use]
    pub fn of(issue: &Issue, records: &'a BTreeMap<ParcelId, ParcelRecord>) -> Self {
        let mut found = Self::default();
        for record in records.values().filter(|r| r.parcel.issue == *issue) {
            let organ = &record.parcel.organ;
            found.organs.insert(organ);
            let moved = record.readdressed.iter().map(|m| (organ, m.to.as_ref(), m.copies.len() as u32));
            found.moved.extend(moved);
        }
        found
    }
}

/// Who gets the copies of a collection on a day. An organ that ended gets none: they go to its successor, together with
/// the successor's own. What stands in the register under an organ already stays there, until a person readdresses it.
#[must_use]
pub fn shares<'a>(
    office: &'a Office,
    collection: &CollectionId,
    registered: &Registered<'_>,
    day: NaiveDate,
) -> Shares<'a> {
    let regulation = office.regulation();
    let (mut copies, notices) = copies(regulation, collection, registered, day);
    let share = |(recipient, copies): (&'a Recipient, u32)| {
        let language = office.settings.language_of(&recipient.id);
        Share { recipient, copies, language }
    };
    Shares { shares: copies.drain(..).map(share).collect(), notices }
}

/// As [`shares`], without the languages: the organs in the order of the act.
#[must_use]
pub fn copies<'a>(
    regulation: &'a Regulation,
    collection: &CollectionId,
    registered: &Registered<'_>,
    day: NaiveDate,
) -> (Vec<(&'a Recipient, u32)>, Vec<String>) {
    let (mut found, mut notices): (Vec<(&Recipient, u32)>, Vec<String>) = (Vec::new(), Vec::new());
    let mut add = |recipient: &'a Recipient, copies: u32| match found.iter_mut().find(|(of, _)| of.id == recipient.id) {
        Some((_, has)) => *has += copies,
        None => found.push((recipient, copies)),
    };
    for (organ, entitlement) in regulation.matrix.of_collection(collection) {
        let copies = entitlement.copies();
        if copies == 0 {
            continue;
        }
        let is_registered = registered.organs.contains(organ);
        let to = if is_registered { regulation.recipient(organ) } else { regulation.addressee(organ, day) };
        if !is_registered && let Some(why) = receives_nothing(regulation, organ, day) {
            notices.push(format!("matrix: {copies} of `{collection}` are listed for {why}"));
        }
        if let Some(recipient) = to {
            add(recipient, copies);
        }
    }
    for (_, to, copies) in &registered.moved {
        if let Some(recipient) = to.and_then(|to| regulation.recipient(to)) {
            add(recipient, *copies);
        }
    }
    for (from, _, copies) in &registered.moved {
        if let Some((_, has)) = found.iter_mut().find(|(of, _)| of.id == **from) {
            *has = has.saturating_sub(*copies);
        }
    }
    found.retain(|(_, copies)| *copies > 0);
    (found, notices)
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

/// Who takes the place of an organ that has ended; none where nobody succeeds it.
///
/// # Errors
/// When it has not ended, or its successor receives nothing yet.
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
    // A chain cannot be longer than the list; the bound only keeps a ring from looping.
    for _ in 0..regulation.recipients.len() {
        let Some(next) = last.successor.as_ref().and_then(|next| regulation.recipient(next)) else { return Ok(None) };
        if !is_over(&next) {
            return Err(Failure::usage(format!(
                "organ `{organ}`: its successor `{}` receives nothing on {day}: look into `{file}`",
                next.id
            )));
        }
        last = next;
    }
    Ok(None)
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
