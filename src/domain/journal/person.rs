//! The people of the office, and what each may do. This module does not know who is acting, nor what day it is.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees plans, status, figures.
    Viewer,
    /// Runs: pull, check, build, send, settle, resend.
    Operator,
    /// Corrects figures, accepts held files, rebuilds.
    Statistician,
    /// Approves what another prepared, overrides findings.
    Approver,
    /// Reads and writes requests for information, and sees who asks.
    Desk,
}

impl Role {
    /// The word for it in people.toml and in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Statistician => "statistician",
            Self::Approver => "approver",
            Self::Desk => "desk",
        }
    }
}

/// A person of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The operating-system account, or the user of the console.
    pub account: String,
    /// The name in the journal and on evidence.
    pub name: String,
    pub roles: BTreeSet<Role>,
    /// The first day on which the person may not act any more.
    pub until: Option<NaiveDate>,
}

impl Person {
    /// Whether the person may act in a role on a day. Every role includes the right to view.
    #[must_use]
    pub fn may(&self, role: Role, day: NaiveDate) -> bool {
        let here = self.until.is_none_or(|until| day < until);
        here && (self.roles.contains(&role) || (role == Role::Viewer && !self.roles.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_who_left_may_do_nothing() {
        let left = "2026-07-01".parse().ok();
        let person =
            Person { account: "a".into(), name: "A".into(), roles: BTreeSet::from([Role::Operator]), until: left };
        let (before, after) = ("2026-06-30".parse().unwrap(), "2026-07-01".parse().unwrap());
        assert!(person.may(Role::Operator, before) && person.may(Role::Viewer, before));
        assert!(!person.may(Role::Approver, before));
        assert!(!person.may(Role::Operator, after) && !person.may(Role::Viewer, after));
    }
}
