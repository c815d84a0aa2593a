//! Who may do what: checks the actor of a context against the people of the office.
//!
//! In: the actor, a role, `people.toml`. Out: permission, or a refusal with the lines to add. Unknown here: the act
//! itself.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{Context, Failure};
use clock::Clock;
use domain::{Acting, Actor, Origin, Person, Role, is_deceptive};

/// The longest reason that the journal keeps, in characters: a page of text.
const LONGEST_REASON: usize = 2000;

impl Context {
    /// Checks that the actor may act in a role. The schedule may run. On real figures an account has the roles that
    /// people.toml gives it. The sample office is for trials: there the account of the process may do everything.
    ///
    /// # Errors
    /// When the actor does not have the role. The error contains the actor, what people.toml says about them, and the
    /// lines to add.
    pub fn permit(&self, role: Role) -> Result<(), Failure> {
        match &self.actor {
            Actor::Schedule | Actor::Daemon(_) => Ok(()),
            Actor::Person(_) if self.origin == Origin::Sample => Ok(()),
            Actor::Person(acting) => self.listed(acting, role),
        }
    }

    /// As [`Context::permit`], for what only a person may decide; the schedule may not.
    ///
    /// # Errors
    /// As [`Context::permit`].
    pub fn person(&self, role: Role) -> Result<(), Failure> {
        match &self.actor {
            Actor::Schedule | Actor::Daemon(_) => {
                Err(Failure::usage("this is for a person to decide, not for the schedule"))
            }
            Actor::Person(_) => self.permit(role),
        }
    }

    /// As [`Context::person`], for what needs a second person: people.toml has to give the role, in the sample office
    /// too.
    ///
    /// # Errors
    /// As [`Context::person`].
    pub fn second_person(&self, role: Role) -> Result<(), Failure> {
        self.person(role)?;
        match &self.actor {
            Actor::Person(acting) => self.listed(acting, role),
            Actor::Schedule | Actor::Daemon(_) => Ok(()),
        }
    }

    fn listed(&self, acting: &Acting, role: Role) -> Result<(), Failure> {
        // The real date counts: a person who has left may not act, even as of an earlier day.
        let today = Clock::System.today(self.office.zone);
        may(&self.office.people, acting, role, today).map_err(|why| Failure::usage(why).coded("not-permitted"))
    }

    /// Whether a second actor is the same person as the first. One account is one person, whatever name it claims, and
    /// the daemon of an account counts as that account. The person who was acted for counts as the first person too.
    #[must_use]
    pub fn is_same_person(&self, first: &Actor, second: &Actor) -> bool {
        is_same_person(&self.office.people, first, second)
    }
}

/// Checks whether an account may act in a role on a day; the error says why not, and what to write.
fn may(people: &[Person], acting: &Acting, role: Role, today: NaiveDate) -> Result<(), String> {
    let Some(account) = &acting.account else {
        return Err(format!("`{}` is a name without an account, so it is unknown who acts", acting.name));
    };
    let Some(person) = people.iter().find(|person| person.account == account.name) else {
        let roles = BTreeSet::from([role]);
        let entry = Person { account: account.name.clone(), name: acting.name.clone(), roles, until: None };
        let lines = config::person_as_toml(&entry);
        let who = match people {
            [] => "schedules/people.toml lists no person, so no person may act".to_owned(),
            _ => {
                format!("account `{}` is not in schedules/people.toml, so may not act as {}", account.name, role.word())
            }
        };
        return Err(format!("{who}; the person responsible for the office adds there:\n\n{lines}"));
    };
    if person.may(role, today) {
        return Ok(());
    }
    Err(match person.until {
        Some(until) if until <= today => {
            format!("`{}` may not act since {until} (schedules/people.toml)", person.name)
        }
        _ => {
            let entry = Person { roles: person.roles.iter().copied().chain([role]).collect(), ..person.clone() };
            format!(
                "`{}` is not {} {}: schedules/people.toml does not give account `{}` that role; the person responsible for the office changes the entry there to:\n\n{}",
                person.name,
                if matches!(role, Role::Operator | Role::Approver) { "an" } else { "a" },
                role.word(),
                person.account,
                config::person_as_toml(&entry)
            )
        }
    })
}

fn is_same_person(people: &[Person], first: &Actor, second: &Actor) -> bool {
    let listed = |name: &str| people.iter().find(|p| p.account == name || p.name == name);
    let whole = |name: &str| listed(name).map_or_else(|| name.to_owned(), |p| p.account.clone());
    if let (Some(one), Some(other)) = (first.account(), second.account())
        && (one.name == other.name || (one.uid == other.uid && one.host == other.host))
    {
        return true;
    }
    // By name too: older journals contain only names, and a person who was acted for is known only by name.
    let names = |actor: &Actor| match actor {
        Actor::Schedule | Actor::Daemon(_) => Vec::new(),
        Actor::Person(acting) => {
            let proved = acting.account.as_ref().map_or_else(|| whole(&acting.name), |account| account.name.clone());
            std::iter::once(proved).chain(acting.claimed.as_deref().map(whole)).collect::<Vec<_>>()
        }
    };
    let second = names(second);
    names(first).iter().any(|name| second.contains(name))
}

/// A reason of a person as one line, fit for the journal.
///
/// # Errors
/// When it is empty, longer than a page, or contains invisible characters: it is printed on pages and terminals.
pub fn reason(text: &str) -> Result<String, Failure> {
    plain(text, "reason", "the journal keeps why a person decided so")
}

/// As [`reason`], for the evidence that a person looked at.
///
/// # Errors
/// As [`reason`].
pub fn evidence(text: &str) -> Result<String, Failure> {
    plain(text, "evidence", "write what the evidence is, such as the server's log line")
}

fn plain(text: &str, what: &str, how: &str) -> Result<String, Failure> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(Failure::usage(format!("the {what} is missing: {how}")));
    }
    if text.chars().count() > LONGEST_REASON {
        return Err(Failure::usage(format!("the {what} is longer than {LONGEST_REASON} characters; shorten it")));
    }
    if let Some(unseen) = text.chars().find(|c| is_unseen(*c)) {
        return Err(Failure::usage(format!(
            "the {what} holds the character U+{:04X}, which is invisible; write plain text",
            u32::from(unseen)
        )));
    }
    Ok(text)
}

/// Whether a character is a control character, or can make a text look different from what it is.
fn is_unseen(c: char) -> bool {
    c.is_control() || is_deceptive(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Account;

    fn person(account: &str, name: &str, roles: &[Role], until: Option<&str>) -> Person {
        let until = until.map(|day| day.parse().unwrap());
        Person { account: account.into(), name: name.into(), roles: roles.iter().copied().collect(), until }
    }

    fn people() -> Vec<Person> {
        vec![
            person("op", "Operator", &[Role::Operator], None),
            person("chief", "Approver", &[Role::Approver], None),
            person("gone", "Former", &[Role::Operator], Some("2020-01-01")),
        ]
    }

    fn acting(uid: u32, account: &str, claimed: Option<&str>) -> Acting {
        let account = Account { uid, name: account.into(), host: "m".into() };
        Acting { name: account.name.clone(), account: Some(account), claimed: claimed.map(Into::into) }
    }

    fn refused(people: &[Person], acting: &Acting, role: Role) -> String {
        may(people, acting, role, "2026-01-01".parse().unwrap()).unwrap_err()
    }

    #[test]
    fn an_account_may_what_people_toml_gives_it_and_a_claimed_name_gives_nothing() {
        let today = "2026-01-01".parse().unwrap();
        assert_eq!(may(&people(), &acting(1, "op", None), Role::Operator, today), Ok(()));
        let claims = refused(&people(), &acting(1, "op", Some("Approver")), Role::Approver);
        assert!(claims.contains("`Operator` is not an approver"), "{claims}");
        let lines = "[[person]]\naccount = \"op\"\nname = \"Operator\"\nroles = [\"operator\", \"approver\"]\n";
        assert!(claims.ends_with(&format!("changes the entry there to:\n\n{lines}")), "{claims}");
        assert!(refused(&people(), &acting(3, "gone", None), Role::Operator).contains("may not act since 2020-01-01"));
        let stranger = refused(&people(), &acting(9, "x", Some("Operator")), Role::Operator);
        assert!(stranger.contains("account `x` is not in schedules/people.toml"), "{stranger}");
        let nameless = Acting { name: "Operator".into(), account: None, claimed: None };
        assert!(refused(&people(), &nameless, Role::Operator).contains("without an account"));
    }

    #[test]
    fn an_empty_list_lets_nobody_act_and_says_what_to_write() {
        let told = refused(&[], &acting(9, "uid 9", None), Role::Operator);
        assert!(told.contains("lists no person, so no person may act"), "{told}");
        assert!(
            told.ends_with("[[person]]\naccount = \"uid 9\"\nname = \"uid 9\"\nroles = [\"operator\"]\n"),
            "{told}"
        );
    }

    #[test]
    fn one_account_is_one_person_whatever_it_claims() {
        let same = |first: &Actor, second: &Actor| is_same_person(&people(), first, second);
        let by = |uid, account, claimed| Actor::Person(acting(uid, account, claimed));
        assert!(same(&by(1, "op", None), &by(1, "op", Some("Approver"))));
        assert!(same(&by(1, "op", Some("Approver")), &by(2, "chief", None)), "acted for is an author too");
        assert!(!same(&by(1, "op", None), &by(2, "chief", None)));
        assert!(same(&by(1, "op", None), &by(1, "renamed", None)));
        let daemon = |uid, account| Actor::Daemon(acting(uid, account, None).account.unwrap());
        assert!(same(&daemon(1, "op"), &by(1, "op", None)));
        assert!(!same(&daemon(7, "zhinaq"), &by(1, "op", None)) && !same(&Actor::Schedule, &by(1, "op", None)));
        // Journals before 0.2 contain only a name.
        assert!(same(&Actor::named("Approver"), &by(2, "chief", None)));
        assert!(same(&Actor::named("chief"), &by(2, "chief", None)));
        assert!(!same(&Actor::named("Operator"), &by(2, "chief", None)));
    }
}
