//! Who may do what: the people of the office at the desk.

use crate::{
    clock::Clock,
    domain::{Actor, Person, Role},
    pipeline::{Desk, Failure},
};

/// The longest reason that the journal keeps: a page of text.
const LONGEST_REASON: usize = 2000;

impl Desk {
    /// Whether whoever works here may act in a role. The schedule may run; where people.toml lists nobody, everybody may.
    ///
    /// # Errors
    /// Names who asked, and what people.toml says of them.
    pub fn permit(&self, role: Role) -> Result<(), Failure> {
        let (Actor::Person(name), false) = (&self.actor, self.office.people.is_empty()) else { return Ok(()) };
        let Some(person) = self.known(name) else {
            return Err(Failure::usage(format!(
                "`{name}` is not in schedules/people.toml, so may not act as {}; say who acts with --by, or add the person there",
                word(role)
            )));
        };
        // Whoever left has left, also when a day before that is asked about.
        let today = Clock::System.today(self.office.zone);
        if person.may(role, today) {
            return Ok(());
        }
        Err(Failure::usage(match person.until {
            Some(until) if until <= today => {
                format!("`{}` may do nothing since {until} (schedules/people.toml)", person.name)
            }
            _ => format!("`{}` is no {}: schedules/people.toml does not give that role", person.name, word(role)),
        }))
    }

    /// As [`Desk::permit`], for what only a person decides: the schedule may not, and neither may nobody in particular.
    ///
    /// # Errors
    /// As [`Desk::permit`].
    pub fn person(&self, role: Role) -> Result<(), Failure> {
        match &self.actor {
            Actor::Schedule => Err(Failure::usage("this is for a person to decide, not for the schedule")),
            Actor::Person(name) if name.trim().is_empty() || name == "unknown" => Err(Failure::usage(
                "nobody knows who decides this, for neither USER nor LOGNAME is set: say it with --by",
            )),
            Actor::Person(_) => self.permit(role),
        }
    }

    /// Whether two actors are one person, whether named by account or by name.
    #[must_use]
    pub fn is_same_person(&self, one: &Actor, other: &Actor) -> bool {
        let account = |actor: &Actor| match actor {
            Actor::Schedule => None,
            Actor::Person(name) => Some(self.known(name).map_or_else(|| name.clone(), |p| p.account.clone())),
        };
        account(one).is_some_and(|account_of_one| Some(account_of_one) == account(other))
    }

    fn known(&self, name: &str) -> Option<&Person> {
        self.office.people.iter().find(|p| p.account == name || p.name == name)
    }
}

/// A reason as a person gave it, fit for the journal.
///
/// # Errors
/// When there is none, it is longer than a page, or holds what nobody sees: it is printed on pages and terminals.
pub fn reason(text: &str) -> Result<String, Failure> {
    plain(text, "reason", "the journal keeps why a person decided so")
}

/// As [`reason`], for what was looked at.
///
/// # Errors
/// As [`reason`].
pub fn evidence(text: &str) -> Result<String, Failure> {
    plain(text, "evidence", "say what was looked at, such as the server's log line")
}

fn plain(text: &str, what: &str, how: &str) -> Result<String, Failure> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(Failure::usage(format!("the {what} is missing: {how}")));
    }
    if text.chars().count() > LONGEST_REASON {
        return Err(Failure::usage(format!("the {what} is longer than {LONGEST_REASON} characters; say it shorter")));
    }
    if let Some(unseen) = text.chars().find(|c| is_unseen(*c)) {
        return Err(Failure::usage(format!(
            "the {what} holds the character U+{:04X}, which nobody sees; write plain text",
            u32::from(unseen)
        )));
    }
    Ok(text)
}

/// Control characters, and those that turn the direction of a line: with them a text may read other than it is.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Statistician => "statistician",
        Role::Approver => "approver",
    }
}
