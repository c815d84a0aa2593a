//! Actors: the schedule, or a person, each with its account of the operating system. This module does not know how an
//! account is found, nor what a person may do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who or what started an action. Clause 2.1 of the Instruction requires it in the log-journal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Actor {
    /// The daemon, or cron, in a journal before 0.2, which does not keep the account.
    Schedule,
    /// The daemon, or cron, with the account under which it ran.
    Daemon(Account),
    /// A person.
    Person(Acting),
}

/// The account of the operating system under which a process ran, or the account with which a person signed in to the
/// console. The system, or the console, proves the account; nothing proves a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// The number that the operating system has for it; `None` for an account of the console.
    pub uid: Option<u32>,
    /// Its name, or `uid 1234` if the system has no name for it.
    pub name: String,
    /// The machine.
    pub host: String,
}

/// A person who acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Acting {
    /// The name that `people.toml` has for the account; if it has none, the account itself.
    pub name: String,
    /// `None` in a journal before 0.2, which keeps only a name.
    pub account: Option<Account>,
    /// On whose behalf the person acts, as given with `--by`. It proves nothing.
    pub claimed: Option<String>,
}

impl Actor {
    /// A person of whom only the name is known, as in a journal before 0.2.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::Person(Acting { name: name.to_owned(), account: None, claimed: None })
    }

    /// A person who signed in to the console of a machine.
    #[must_use]
    pub fn signed_in(account: &str, name: &str, host: &str) -> Self {
        let of_console = Account { uid: None, name: account.to_owned(), host: host.to_owned() };
        Self::Person(Acting { name: name.to_owned(), account: Some(of_console), claimed: None })
    }

    /// The account, if the journal has it.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        match self {
            Self::Schedule => None,
            Self::Daemon(account) => Some(account),
            Self::Person(acting) => acting.account.as_ref(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schedule | Self::Daemon(_) => f.write_str("schedule"),
            Self::Person(Acting { name, claimed: Some(claimed), .. }) => write!(f, "{name} for {claimed}"),
            Self::Person(Acting { name, .. }) => f.write_str(name),
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Schedule,
    Person,
}

/// An actor as the journal writes it: one flat object. Version 0.2 added all fields but `kind` and `name`.
#[derive(Serialize, Deserialize, Clone)]
struct Written {
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl From<Actor> for Written {
    fn from(actor: Actor) -> Self {
        let account = actor.account().cloned();
        let (kind, name, by) = match actor {
            Actor::Schedule | Actor::Daemon(_) => (Kind::Schedule, None, None),
            Actor::Person(acting) => (Kind::Person, Some(acting.name), acting.claimed),
        };
        let (uid, host) = (account.as_ref().and_then(|a| a.uid), account.as_ref().map(|a| a.host.clone()));
        Self { kind, name, uid, account: account.map(|a| a.name), host, by }
    }
}

impl From<Written> for Actor {
    fn from(written: Written) -> Self {
        let Written { kind, name, uid, account, host, by: claimed } = written;
        let known = account.or_else(|| uid.map(|uid| format!("uid {uid}")));
        let account = known.map(|name| Account { uid, name, host: host.unwrap_or_default() });
        match (kind, account) {
            (Kind::Schedule, None) => Self::Schedule,
            (Kind::Schedule, Some(account)) => Self::Daemon(account),
            (Kind::Person, account) => Self::Person(Acting { name: name.unwrap_or_default(), account, claimed }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Actor {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_older_journals_say_is_read() {
        assert_eq!(read(r#"{"kind":"schedule"}"#), Actor::Schedule);
        assert_eq!(read(r#"{"kind":"person","name":"A. B."}"#), Actor::named("A. B."));
        assert_eq!(serde_json::to_string(&Actor::Schedule).unwrap(), r#"{"kind":"schedule"}"#);
        assert_eq!(serde_json::to_string(&Actor::named("x")).unwrap(), r#"{"kind":"person","name":"x"}"#);
    }

    #[test]
    fn the_account_and_the_claimed_name_are_kept() {
        let text = r#"{"kind":"person","name":"A. B.","uid":1001,"account":"ab","host":"m","by":"C. D."}"#;
        let actor = read(text);
        assert_eq!(actor.to_string(), "A. B. for C. D.");
        assert_eq!(actor.account().unwrap().uid, Some(1001));
        assert_eq!(serde_json::to_string(&actor).unwrap(), text);
        let daemon = read(r#"{"kind":"schedule","uid":990,"account":"zhinaq","host":"m"}"#);
        assert_eq!((daemon.to_string().as_str(), daemon.account().unwrap().uid), ("schedule", Some(990)));
    }

    #[test]
    fn an_account_of_the_console_has_no_number() {
        let actor = Actor::signed_in("aliya", "A. B.", "m");
        let text = r#"{"kind":"person","name":"A. B.","account":"aliya","host":"m"}"#;
        assert_eq!(serde_json::to_string(&actor).unwrap(), text);
        assert_eq!(read(text), actor);
    }
}
