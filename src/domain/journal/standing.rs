//! Where each person is: roles, blocks, open applications. In: the people of the office's file, and the facts about access,
//! oldest first. Out: one [`Standing`] for each account. This module does not know who is acting, nor what day it is.
//!
//! Rights come from the file or from a grant in the journal; both count together. A block wins over both at once, and only a
//! later grant ends it. The day from which the file lets somebody no longer act wins over everything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::person::roles_allow;
use crate::{Event, Fact, GrantedAccess, Person, Role, roles_exclude};

/// A person of the office, or somebody who asked for access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub account: String,
    /// The name for the journal; the account if no name is known.
    pub name: String,
    /// The roles of the file.
    pub of_file: BTreeSet<Role>,
    /// The roles of the last grant in the journal.
    pub granted: BTreeSet<Role>,
    /// The first day on which the person may not act any more, by the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<AccessBlock>,
    /// The application that waits for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<AccessRequest>,
}

/// Why, when and by whom an account was blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessBlock {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

/// An application that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessRequest {
    /// Its place in the journal.
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub roles: BTreeSet<Role>,
}

impl Standing {
    fn of(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            name: account.to_owned(),
            of_file: BTreeSet::new(),
            granted: BTreeSet::new(),
            until: None,
            blocked: None,
            asked: None,
        }
    }

    /// The roles of file and grant together; none while the account is blocked.
    #[must_use]
    pub fn roles(&self) -> BTreeSet<Role> {
        if self.blocked.is_some() {
            return BTreeSet::new();
        }
        self.of_file.union(&self.granted).copied().collect()
    }

    /// Whether the person has left on a day.
    #[must_use]
    pub fn has_left(&self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until <= day)
    }

    /// Whether the person may act in a role on a day.
    #[must_use]
    pub fn may(&self, role: Role, day: NaiveDate) -> bool {
        !self.has_left(day) && roles_allow(&self.roles(), role)
    }

    /// Whether the person may do anything at all on a day.
    #[must_use]
    pub fn is_in(&self, day: NaiveDate) -> bool {
        !self.has_left(day) && !self.roles().is_empty()
    }

    /// Whether file and grant together give roles that exclude each other.
    #[must_use]
    pub fn is_contradictory(&self) -> bool {
        roles_exclude(&self.roles())
    }
}

/// Everybody whom the file or the journal knows, by account.
#[must_use]
pub fn standings(people: &[Person], events: &[Event]) -> BTreeMap<String, Standing> {
    let mut standings = BTreeMap::new();
    for person in people {
        let mut standing = Standing::of(&person.account);
        standing.name.clone_from(&person.name);
        standing.of_file.clone_from(&person.roles);
        standing.until = person.until;
        standings.insert(person.account.clone(), standing);
    }
    for event in events {
        let Some(account) = event.fact.about_account() else { continue };
        // A refused sign-in may be of an account that nobody has.
        if matches!(event.fact, Fact::SignInRefused { .. }) {
            continue;
        }
        let standing = standings.entry(account.to_owned()).or_insert_with(|| Standing::of(account));
        match &event.fact {
            Fact::AccessAsked { roles, .. } => {
                standing.asked = Some(AccessRequest { seq: event.seq, at: event.at, roles: roles.clone() });
            }
            Fact::AccessRefused { .. } => standing.asked = None,
            Fact::AccessGranted(GrantedAccess { name, roles, .. }) => {
                // The file's name is the one that the office wrote.
                if standing.of_file.is_empty() {
                    standing.name.clone_from(name);
                }
                standing.granted.clone_from(roles);
                (standing.blocked, standing.asked) = (None, None);
            }
            Fact::AccessBlocked { reason, .. } => {
                let (at, by, reason) = (event.at, event.actor.to_string(), reason.clone());
                standing.blocked = Some(AccessBlock { at, by, reason });
            }
            _ => {}
        }
    }
    standings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Sha256};

    fn roles(roles: &[Role]) -> BTreeSet<Role> {
        roles.iter().copied().collect()
    }

    fn person(account: &str, list: &[Role], until: Option<&str>) -> Person {
        let until = until.map(|day| day.parse().unwrap());
        Person { account: account.into(), name: account.to_uppercase(), roles: roles(list), until }
    }

    fn events(facts: Vec<Fact>) -> Vec<Event> {
        let event = |(place, fact)| Event {
            seq: place as i64 + 1,
            at: DateTime::from_timestamp(place as i64 * 60, 0).unwrap(),
            run: "run".into(),
            actor: Actor::named("Head"),
            fact,
        };
        facts.into_iter().enumerate().map(event).collect()
    }

    fn grant(account: &str, list: &[Role]) -> Fact {
        let (account, name) = (account.into(), "Granted".into());
        Fact::AccessGranted(GrantedAccess { account, name, roles: roles(list), asked: None, reason: "r".into() })
    }

    fn block(account: &str) -> Fact {
        Fact::AccessBlocked { account: account.into(), reason: "left".into() }
    }

    fn day() -> NaiveDate {
        "2026-07-01".parse().unwrap()
    }

    #[test]
    fn file_and_grant_count_together_and_the_last_grant_replaces_those_before() {
        let people = [person("op", &[Role::Operator], None)];
        let facts = vec![grant("op", &[Role::Sender]), grant("op", &[Role::Auditor]), grant("new", &[Role::Viewer])];
        let standings = standings(&people, &events(facts));
        assert_eq!(standings["op"].roles(), roles(&[Role::Operator, Role::Auditor]));
        assert_eq!((standings["op"].name.as_str(), standings["new"].name.as_str()), ("OP", "Granted"));
        assert!(standings["new"].may(Role::Viewer, day()) && !standings["new"].may(Role::Operator, day()));
    }

    #[test]
    fn a_block_wins_over_both_and_only_a_later_grant_ends_it() {
        let people = [person("op", &[Role::Operator], None)];
        let after = |facts| standings(&people, &events(facts))["op"].clone();
        let blocked = after(vec![grant("op", &[Role::Sender]), block("op")]);
        assert!(blocked.roles().is_empty() && !blocked.may(Role::Viewer, day()) && !blocked.is_in(day()));
        assert_eq!(blocked.blocked.unwrap().by, "Head");
        let again = after(vec![grant("op", &[Role::Sender]), block("op"), grant("op", &[Role::Viewer])]);
        assert_eq!(again.roles(), roles(&[Role::Operator, Role::Viewer]));
    }

    #[test]
    fn who_has_left_by_the_file_has_no_right_whatever_was_granted() {
        let people = [person("gone", &[Role::Operator], Some("2026-07-01"))];
        let gone = standings(&people, &events(vec![grant("gone", &[Role::Sender])]))["gone"].clone();
        assert!(gone.has_left(day()) && !gone.may(Role::Sender, day()) && !gone.is_in(day()));
        assert!(gone.may(Role::Sender, "2026-06-30".parse().unwrap()));
    }

    #[test]
    fn an_application_waits_until_it_is_granted_or_refused() {
        let asked = || Fact::AccessAsked {
            account: "new".into(),
            roles: roles(&[Role::Viewer]),
            application: Sha256::of(b"x"),
        };
        let after = |facts| standings(&[], &events(facts))["new"].clone();
        assert_eq!(after(vec![asked()]).asked.unwrap().seq, 1);
        assert!(!after(vec![asked()]).is_in(day()));
        let refused = Fact::AccessRefused { account: "new".into(), asked: 1, reason: "r".into() };
        assert_eq!(after(vec![asked(), refused]).asked, None);
        assert_eq!(after(vec![asked(), grant("new", &[Role::Viewer])]).asked, None);
    }

    #[test]
    fn roles_that_exclude_each_other_by_file_and_grant_give_neither() {
        let people = [person("a", &[Role::Approver], None)];
        let both = standings(&people, &events(vec![grant("a", &[Role::Admin])]))["a"].clone();
        assert!(both.is_contradictory() && !both.may(Role::Admin, day()) && !both.may(Role::Approver, day()));
    }
}
