//! Who does something: the schedule, or a person.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who or what started an action. Clause 2.1 of the Instruction asks the log-journal for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "name")]
pub enum Actor {
    /// The daemon, or cron.
    Schedule,
    /// A person, by the account's name in `people.toml` or of the operating system.
    Person(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schedule => f.write_str("schedule"),
            Self::Person(name) => f.write_str(name),
        }
    }
}
