//! Entitlements: how many copies of a collection each organ gets. In: the matrix, the register, and a day. Out: organs
//! with their numbers of copies, and notices about organs that ended. This module does not know how copies are sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::{CollectionId, Issue, Language, OrganId, ParcelId, ParcelRecord, Recipient, Regulation};

/// What the register already has of an issue.
#[derive(Debug, Clone, Default)]
pub struct Registered<'a> {
    organs: BTreeSet<&'a OrganId>,
    /// The copies that a person readdressed: from which organ, to which organ, and how many.
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

/// How many copies of a collection each organ gets on a day, in the order of the act, with notices about organs that
/// ended. An organ that ended gets no copies: its successor gets them, together with its own. Copies that the register
/// already has for an organ stay there until a person readdresses them.
#[must_use]
pub fn entitled_copies<'a>(
    regulation: &'a Regulation,
    collection: &CollectionId,
    registered: &Registered<'_>,
    day: NaiveDate,
) -> (Vec<(&'a Recipient, u32)>, Vec<String>) {
    let (mut found, mut notices): (Vec<(&Recipient, u32)>, Vec<String>) = (Vec::new(), Vec::new());
    let mut places: HashMap<&OrganId, usize> = HashMap::new();
    let mut add = |recipient: &'a Recipient, copies: u32| {
        let place = *places.entry(&recipient.id).or_insert_with(|| {
            found.push((recipient, 0));
            found.len() - 1
        });
        found[place].1 += copies;
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
        if let Some(place) = places.get(*from) {
            found[*place].1 = found[*place].1.saturating_sub(*copies);
        }
    }
    found.retain(|(_, copies)| *copies > 0);
    (found, notices)
}

/// Why an organ receives no copies on a day, with its successor's name; `None` if it receives them.
#[must_use]
pub fn receives_nothing(regulation: &Regulation, organ: &OrganId, day: NaiveDate) -> Option<String> {
    let recipient = regulation.recipient(organ)?;
    if let Some(from) = receives_later(regulation, organ, day) {
        return Some(format!("organ `{organ}`, which receives only from {from} on"));
    }
    let until = recipient.valid_until.filter(|until| *until <= day)?;
    Some(match regulation.addressee(organ, day) {
        Some(successor) => format!(
            "organ `{organ}`, which receives no copies since {until}: its successor is `{}` ({})",
            successor.id,
            successor.titles.of(Language::EN)
        ),
        None => format!("organ `{organ}`, which receives no copies since {until} and has no successor"),
    })
}

/// The day from which an organ receives copies, if it has not come on a day. What waits for such an organ is not for a
/// successor.
#[must_use]
pub fn receives_later(regulation: &Regulation, organ: &OrganId, day: NaiveDate) -> Option<NaiveDate> {
    regulation.recipient(organ)?.valid_from.filter(|from| day < *from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entitlement, Matrix, Titles};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Two copies of `crime` for `first`, which ended in 2025, and one for `second`, its successor.
    fn regulation() -> Regulation {
        let recipient = |id: &str| Recipient {
            id: id.parse().unwrap(),
            column: None,
            titles: Titles::default(),
            under: Vec::new(),
            valid_from: None,
            valid_until: None,
            successor: None,
        };
        let first = Recipient {
            valid_until: Some(day("2025-01-01")),
            successor: Some("second".parse().unwrap()),
            ..recipient("first")
        };
        let matrix = Matrix::new(
            vec!["crime".parse().unwrap()],
            vec!["first".parse().unwrap(), "second".parse().unwrap()],
            vec![Entitlement::Listed { copies: 2 }, Entitlement::Listed { copies: 1 }],
        );
        Regulation {
            id: "test".into(),
            act: Titles::default(),
            short: Titles::default(),
            in_force_from: day("2019-01-01"),
            in_force_until: None,
            inclusive: false,
            roll_clause: String::new(),
            forms: Vec::new(),
            collections: Vec::new(),
            recipients: vec![first, recipient("second")].into(),
            matrix,
        }
    }

    fn copies(registered: &Registered<'_>, on: &str) -> (Vec<(String, u32)>, usize) {
        let regulation = regulation();
        let (found, notices) = entitled_copies(&regulation, &"crime".parse().unwrap(), registered, day(on));
        (found.into_iter().map(|(organ, copies)| (organ.id.to_string(), copies)).collect(), notices.len())
    }

    #[test]
    fn the_copies_of_an_organ_that_ended_go_to_its_successor_with_a_notice() {
        let none = Registered::default();
        assert_eq!(copies(&none, "2024-12-31"), (vec![("first".into(), 2), ("second".into(), 1)], 0));
        assert_eq!(copies(&none, "2025-01-01"), (vec![("second".into(), 3)], 1));
        let why = receives_nothing(&regulation(), &"first".parse().unwrap(), day("2025-01-01")).unwrap();
        assert!(why.starts_with("organ `first`, which receives no copies since 2025-01-01: its successor is `second`"));
    }

    #[test]
    fn what_is_in_the_register_stays_until_it_is_readdressed() {
        let (first, second) = ("first".parse().unwrap(), "second".parse().unwrap());
        let mut registered = Registered { organs: [&first].into(), moved: Vec::new() };
        assert_eq!(copies(&registered, "2025-01-01"), (vec![("first".into(), 2), ("second".into(), 1)], 0));
        registered.moved.push((&first, Some(&second), 2));
        assert_eq!(copies(&registered, "2025-01-01"), (vec![("second".into(), 3)], 0));
    }
}
