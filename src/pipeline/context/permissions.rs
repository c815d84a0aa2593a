//! Who may do what: checks the actor of a context against the people of the office. This is the one door to rights.
//!
//! In: the actor, a right, `people.toml`, and the facts about access in the journal. Out: permission, or a refusal with what
//! to do. Unknown here: the act itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{Context, Failure};
use clock::Clock;
use domain::{
    ACCESS_FACTS, Acting, Actor, Origin, Person, Right, Role, Standing, is_deceptive, roles_exclude, standings,
};
use ledger::Filter;

/// The longest reason that the journal keeps, in characters: a page of text.
const LONGEST_REASON: usize = 2000;
/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 200;

impl Context {
    /// Checks that the actor has a right. The schedule may run. On real figures an account has the roles that people.toml
    /// and the grants in the journal give it. The sample office is for trials: there the account of the process may do
    /// everything, unless it was blocked; who signed in to the console needs the role there too.
    ///
    /// # Errors
    /// When the actor does not have the right, with what people.toml and the journal say about them; or when the ledger
    /// cannot be read.
    pub async fn permit(&self, right: Right) -> Result<(), Failure> {
        self.permit_as(&self.actor, right).await
    }

    /// As [`Context::permit`], for another actor than that of the context.
    ///
    /// # Errors
    /// As [`Context::permit`].
    pub async fn permit_as(&self, actor: &Actor, right: Right) -> Result<(), Failure> {
        match actor {
            Actor::Schedule | Actor::Daemon(_) => Ok(()),
            Actor::Person(_) => self.judged(&self.standings().await?, actor, right),
        }
    }

    /// As [`Context::permit_as`], with a standing of everybody that was looked at before.
    ///
    /// # Errors
    /// When the actor does not have the right.
    pub fn judged(&self, standings: &BTreeMap<String, Standing>, actor: &Actor, right: Right) -> Result<(), Failure> {
        let Actor::Person(acting) = actor else { return Ok(()) };
        let is_of_process = acting.account.as_ref().is_none_or(|account| account.uid.is_some());
        if self.origin == Origin::Sample && is_of_process {
            let own = acting.account.as_ref().and_then(|account| standings.get(&account.name));
            return own.and_then(blocked).map_or(Ok(()), |why| Err(refused(why)));
        }
        self.listed(standings, acting, right)
    }

    /// As [`Context::permit`], for what only a person may decide; the schedule may not.
    ///
    /// # Errors
    /// As [`Context::permit`].
    pub async fn person(&self, right: Right) -> Result<(), Failure> {
        self.person_as(&self.actor, right).await
    }

    /// As [`Context::person`], for another actor than that of the context.
    ///
    /// # Errors
    /// As [`Context::permit`].
    pub async fn person_as(&self, actor: &Actor, right: Right) -> Result<(), Failure> {
        match actor {
            Actor::Schedule | Actor::Daemon(_) => {
                Err(Failure::usage("this is for a person to decide, not for the schedule"))
            }
            Actor::Person(_) => self.permit_as(actor, right).await,
        }
    }

    /// As [`Context::person`], for what needs a second person: the role has to be given, in the sample office too.
    ///
    /// # Errors
    /// As [`Context::person`].
    pub async fn second_person(&self, right: Right) -> Result<(), Failure> {
        self.person(right).await?;
        match &self.actor {
            Actor::Person(acting) => self.listed(&self.standings().await?, acting, right),
            Actor::Schedule | Actor::Daemon(_) => Ok(()),
        }
    }

    /// Everybody whom people.toml or the journal knows, by account.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn standings(&self) -> Result<BTreeMap<String, Standing>, Failure> {
        let events = self.events(&Filter::default().kinds(&ACCESS_FACTS)).await?;
        Ok(standings(&self.office.people, &events))
    }

    fn listed(&self, standings: &BTreeMap<String, Standing>, acting: &Acting, right: Right) -> Result<(), Failure> {
        may(standings, acting, right, self.real_day()).map_err(refused)
    }

    /// Today in the office's zone, whatever day was set: a person who has left may not act, even as of an earlier day.
    #[must_use]
    pub fn real_day(&self) -> NaiveDate {
        Clock::System.today(self.office.zone)
    }

    /// Whether a second actor is the same person as the first. One account is one person, whatever name it claims, and
    /// the daemon of an account counts as that account. The person who was acted for counts as the first person too.
    #[must_use]
    pub fn is_same_person(&self, first: &Actor, second: &Actor) -> bool {
        is_same_person(&self.office.people, first, second)
    }
}

fn refused(why: String) -> Failure {
    Failure::usage(why).coded("not-permitted")
}

/// Why a blocked person may do nothing; `None` if the person is not blocked.
fn blocked(standing: &Standing) -> Option<String> {
    let block = standing.blocked.as_ref()?;
    Some(format!(
        "`{}` was blocked by `{}` on {}: {}; only a later grant of an administrator ends this",
        standing.account,
        block.by,
        block.at.format("%Y-%m-%d"),
        block.reason
    ))
}

/// The role that an account needs for a right. While nobody in the office is a sender, its operators send.
fn wanted(standings: &BTreeMap<String, Standing>, right: Right, today: NaiveDate) -> &'static [Role] {
    let roles = right.roles();
    let has_sender = || standings.values().any(|standing| standing.may(Role::Sender, today));
    if roles == [Role::Sender] && !has_sender() { &[Role::Operator] } else { roles }
}

/// Checks whether an account has a right on a day; the error says why not, and what to do.
fn may(standings: &BTreeMap<String, Standing>, acting: &Acting, right: Right, today: NaiveDate) -> Result<(), String> {
    let Some(account) = &acting.account else {
        return Err(format!("`{}` is a name without an account, so it is unknown who acts", acting.name));
    };
    let roles = wanted(standings, right, today);
    let role = roles.first().copied().unwrap_or(Role::Viewer);
    let of_file = |person: &Person| config::person_as_toml(person);
    let Some(standing) = standings.get(&account.name).filter(|standing| is_known(standing)) else {
        let entry =
            Person { account: account.name.clone(), name: acting.name.clone(), roles: [role].into(), until: None };
        let who = if standings.values().any(is_known) {
            format!("account `{}` is not in schedules/people.toml, so may not act as {}", account.name, role.word())
        } else {
            "schedules/people.toml lists no person, so no person may act".to_owned()
        };
        let lines = of_file(&entry);
        return Err(format!("{who}; the person responsible for the office adds there:\n\n{lines}"));
    };
    if let Some(why) = blocked(standing) {
        return Err(why);
    }
    if let Some(until) = standing.until.filter(|_| standing.has_left(today)) {
        return Err(format!("`{}` may not act since {until} (schedules/people.toml)", standing.name));
    }
    if roles.iter().any(|role| standing.may(*role, today)) {
        return Ok(());
    }
    let together = standing.roles();
    if roles_exclude(&together) && roles.iter().any(|role| together.contains(role)) {
        return Err(format!(
            "`{}` is {} and {}, and these roles exclude each other: take one of them away",
            standing.name,
            Role::Admin.a(),
            Role::Approver.a()
        ));
    }
    if standing.of_file.is_empty() {
        return Err(format!("`{}` is not {}: an administrator grants this role", standing.name, role.a()));
    }
    let entry = Person {
        account: standing.account.clone(),
        name: standing.name.clone(),
        roles: standing.of_file.iter().copied().chain([role]).collect(),
        until: standing.until,
    };
    Err(format!(
        "`{}` is not {}: schedules/people.toml does not give account `{}` that role; the person responsible for the office changes the entry there to:\n\n{}",
        standing.name,
        role.a(),
        standing.account,
        of_file(&entry)
    ))
}

/// Whether somebody ever gave the account a role, or took all away. Who only asked for access is not known.
fn is_known(standing: &Standing) -> bool {
    !standing.of_file.is_empty() || !standing.granted.is_empty() || standing.blocked.is_some()
}

fn is_same_person(people: &[Person], first: &Actor, second: &Actor) -> bool {
    let listed = |name: &str| people.iter().find(|p| p.account == name || p.name == name);
    let whole = |name: &str| listed(name).map_or_else(|| name.to_owned(), |p| p.account.clone());
    if let (Some(one), Some(other)) = (first.account(), second.account())
        && (one.name == other.name || (one.uid.is_some() && one.uid == other.uid && one.host == other.host))
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

/// As [`reason`], for the name or the position of a person.
///
/// # Errors
/// As [`reason`].
pub fn name(text: &str) -> Result<String, Failure> {
    let name = plain(text, "name", "write it as it shall be in the journal")?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Failure::usage(format!("the name is longer than {LONGEST_NAME} characters; shorten it")));
    }
    Ok(name)
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
        let account = Account { uid: Some(uid), name: account.into(), host: "m".into() };
        Acting { name: account.name.clone(), account: Some(account), claimed: claimed.map(Into::into) }
    }

    fn today() -> NaiveDate {
        "2026-01-01".parse().unwrap()
    }

    fn allowed(people: &[Person], acting: &Acting, right: Right) -> Result<(), String> {
        may(&standings(people, &[]), acting, right, today())
    }

    fn refused(people: &[Person], acting: &Acting, right: Right) -> String {
        allowed(people, acting, right).unwrap_err()
    }

    #[test]
    fn an_account_may_what_people_toml_gives_it_and_a_claimed_name_gives_nothing() {
        assert_eq!(allowed(&people(), &acting(1, "op", None), Right::Pull), Ok(()));
        let claims = refused(&people(), &acting(1, "op", Some("Approver")), Right::Approve);
        assert!(claims.contains("`Operator` is not an approver"), "{claims}");
        let lines = "[[person]]\naccount = \"op\"\nname = \"Operator\"\nroles = [\"operator\", \"approver\"]\n";
        assert!(claims.ends_with(&format!("changes the entry there to:\n\n{lines}")), "{claims}");
        assert!(refused(&people(), &acting(3, "gone", None), Right::Pull).contains("may not act since 2020-01-01"));
        let stranger = refused(&people(), &acting(9, "x", Some("Operator")), Right::Pull);
        assert!(stranger.contains("account `x` is not in schedules/people.toml"), "{stranger}");
        let nameless = Acting { name: "Operator".into(), account: None, claimed: None };
        assert!(refused(&people(), &nameless, Right::Pull).contains("without an account"));
    }

    #[test]
    fn an_empty_list_lets_nobody_act_and_says_what_to_write() {
        let told = refused(&[], &acting(9, "uid 9", None), Right::Pull);
        assert!(told.contains("lists no person, so no person may act"), "{told}");
        assert!(
            told.ends_with("[[person]]\naccount = \"uid 9\"\nname = \"uid 9\"\nroles = [\"operator\"]\n"),
            "{told}"
        );
    }

    #[test]
    fn operators_send_until_somebody_is_a_sender() {
        assert_eq!(allowed(&people(), &acting(1, "op", None), Right::Send), Ok(()));
        assert!(refused(&people(), &acting(2, "chief", None), Right::Resend).contains("is not an operator"));
        let sender = person("post", "Sender", &[Role::Sender], None);
        let with = [people(), vec![sender.clone()]].concat();
        assert!(refused(&with, &acting(1, "op", None), Right::Send).contains("`Operator` is not a sender"));
        assert_eq!(allowed(&with, &acting(4, "post", None), Right::Send), Ok(()));
        assert!(allowed(&with, &acting(1, "op", None), Right::Pull).is_ok());
        let left = Person { until: Some("2025-12-31".parse().unwrap()), ..sender };
        assert_eq!(allowed(&[people(), vec![left]].concat(), &acting(1, "op", None), Right::Send), Ok(()));
    }

    #[test]
    fn a_block_in_the_journal_wins_over_people_toml() {
        let block = domain::Event {
            seq: 1,
            at: chrono::DateTime::from_timestamp(1_767_000_000, 0).unwrap(),
            run: "r".into(),
            actor: Actor::named("Head"),
            fact: domain::Fact::AccessBlocked { account: "op".into(), reason: "left".into() },
        };
        let why = may(&standings(&people(), &[block]), &acting(1, "op", None), Right::Pull, today()).unwrap_err();
        assert!(why.starts_with("`op` was blocked by `Head` on 2025-12-29: left; only a later grant"), "{why}");
    }

    #[test]
    fn one_account_is_one_person_whatever_it_claims() {
        let same = |first: &Actor, second: &Actor| is_same_person(&people(), first, second);
        let by = |uid, account, claimed| Actor::Person(acting(uid, account, claimed));
        // Two people of the console are two people, although neither account has a number.
        assert!(!same(&Actor::signed_in("a", "A", "m"), &Actor::signed_in("b", "B", "m")));
        assert!(same(&Actor::signed_in("op", "Operator", "m"), &by(1, "op", None)));
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
