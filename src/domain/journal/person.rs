//! The people of the office, and what each may do. This module does not know who is acting, nor what day it is.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::article;

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
    /// Sends: send, resend, settle, readdress, receipts.
    Sender,
    /// Grants and ends access; sees no figures and sends nothing.
    Admin,
    /// Reads the journal, access and sessions; signs the monthly review.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Viewer,
        Self::Operator,
        Self::Statistician,
        Self::Approver,
        Self::Desk,
        Self::Sender,
        Self::Admin,
        Self::Auditor,
    ];

    /// The role with its article: `an operator`.
    #[must_use]
    pub fn a(self) -> String {
        format!("{} {}", article(self.word()), self.word())
    }

    /// The roles as words, in their order.
    #[must_use]
    pub fn list<'r>(roles: impl IntoIterator<Item = &'r Self>) -> String {
        let words: Vec<&str> = roles.into_iter().map(|role| role.word()).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    }

    /// The word for it in people.toml and in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Statistician => "statistician",
            Self::Approver => "approver",
            Self::Desk => "desk",
            Self::Sender => "sender",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }
}

/// Whether one person has both roles that exclude each other: who gives rights must not let figures go.
#[must_use]
pub fn roles_exclude(roles: &BTreeSet<Role>) -> bool {
    roles.contains(&Role::Admin) && roles.contains(&Role::Approver)
}

/// Whether roles allow to act in a role. Every role but that of the administrator includes the right to view. Roles that
/// exclude each other allow neither.
pub(super) fn roles_allow(roles: &BTreeSet<Role>, role: Role) -> bool {
    if roles_exclude(roles) && matches!(role, Role::Admin | Role::Approver) {
        return false;
    }
    roles.contains(&role) || (role == Role::Viewer && roles.iter().any(|role| *role != Role::Admin))
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
    /// Whether the person may act in a role on a day. Every role but that of the administrator includes the right to view.
    #[must_use]
    pub fn may(&self, role: Role, day: NaiveDate) -> bool {
        let here = self.until.is_none_or(|until| day < until);
        here && roles_allow(&self.roles, role)
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

    #[test]
    fn an_administrator_sees_no_figures_and_approves_nothing() {
        let with = |roles: &[Role]| roles.iter().copied().collect::<BTreeSet<_>>();
        assert!(roles_allow(&with(&[Role::Admin]), Role::Admin) && !roles_allow(&with(&[Role::Admin]), Role::Viewer));
        assert!(roles_allow(&with(&[Role::Admin, Role::Viewer]), Role::Viewer));
        assert!(roles_allow(&with(&[Role::Auditor]), Role::Viewer));
        let both = with(&[Role::Admin, Role::Approver, Role::Operator]);
        assert!(roles_exclude(&both) && roles_allow(&both, Role::Operator));
        assert!(!roles_allow(&both, Role::Admin) && !roles_allow(&both, Role::Approver));
    }

    #[test]
    fn the_list_has_every_role_in_its_order() {
        let words: Vec<String> = Role::ALL.iter().map(|role| serde_json::to_string(role).unwrap()).collect();
        assert_eq!(words, Role::ALL.map(|role| format!("\"{}\"", role.word())));
        assert!(Role::ALL.is_sorted());
        let error = serde_json::from_str::<Role>("\"x\"").unwrap_err().to_string();
        assert_eq!(error.split('`').skip(3).step_by(2).collect::<Vec<_>>(), Role::ALL.map(Role::word));
        assert_eq!((Role::Operator.a(), Role::Sender.a()), ("an operator".into(), "a sender".into()));
    }
}
