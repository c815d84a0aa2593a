//! Facts about access: the words of their values, and each fact as a line of the journal. This module does not know who has
//! which rights; `standing` derives that.

use serde::{Deserialize, Serialize};

use crate::{Fact, GrantedAccess, Role, SignedReview, counted};

/// How a person proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInWay {
    /// A password and the code of the second factor.
    Password,
    /// A password and one of the recovery codes.
    RecoveryCode,
    /// The provider of the office (OIDC).
    Provider,
}

/// Why sessions ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignOutCause {
    /// The person signed out, or ended sessions of their own.
    Own,
    /// An administrator ended them.
    Admin,
    /// The person set a new password or second factor.
    Renewed,
}

impl SignInWay {
    /// How, in words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password and code",
            Self::RecoveryCode => "password and recovery code",
            Self::Provider => "the provider of the office",
        }
    }
}

impl SignOutCause {
    /// Why, in words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "by the person",
            Self::Admin => "by an administrator",
            Self::Renewed => "because password and second factor are new",
        }
    }
}

/// The kinds of facts from which rights follow.
pub const ACCESS_FACTS: [&str; 5] =
    ["access-asked", "access-granted", "access-refused", "access-blocked", "access-invited"];

impl Fact {
    /// Whether the fact is about people and the console.
    pub(super) const fn is_of_access(&self) -> bool {
        matches!(
            self,
            Self::AccessAsked { .. }
                | Self::AccessGranted { .. }
                | Self::AccessRefused { .. }
                | Self::AccessBlocked { .. }
                | Self::AccessInvited { .. }
                | Self::AccessProved { .. }
                | Self::AgreementSigned { .. }
                | Self::SignedIn { .. }
                | Self::SignInRefused { .. }
                | Self::SignedOut { .. }
                | Self::ReviewSigned { .. }
                | Self::PlannedWork { .. }
                | Self::Downloaded { .. }
        )
    }

    /// The account that the fact is about, if it is about access.
    #[must_use]
    pub fn about_account(&self) -> Option<&str> {
        match self {
            Self::AccessAsked { account, .. }
            | Self::AccessGranted(GrantedAccess { account, .. })
            | Self::AccessRefused { account, .. }
            | Self::AccessBlocked { account, .. }
            | Self::AccessInvited { account, .. }
            | Self::AccessProved { account }
            | Self::AgreementSigned { account, .. }
            | Self::SignedIn { account, .. }
            | Self::SignInRefused { account, .. }
            | Self::SignedOut { account, .. } => Some(account),
            _ => None,
        }
    }

    pub(super) fn said_of_access(&self) -> String {
        match self {
            Self::AccessAsked { account, roles, application } => {
                format!("`{account}` asked for access as {}: application {}", Role::list(roles), application.short())
            }
            Self::AccessGranted(GrantedAccess { account, roles, reason, .. }) => {
                format!("roles of `{account}` are now {}: {reason}", Role::list(roles))
            }
            Self::AccessRefused { account, asked, reason } => {
                format!("application {asked} of `{account}` refused: {reason}")
            }
            Self::AccessBlocked { account, reason } => format!("`{account}` blocked: {reason}"),
            Self::AccessInvited { account, until, reason } => {
                let until = until.format("%Y-%m-%d %H:%M UTC");
                format!("`{account}` invited to set a password, until {until}: {reason}")
            }
            Self::AccessProved { account } => format!("`{account}` set a password and a second factor"),
            Self::AgreementSigned { account, text, language } => {
                format!("`{account}` signed the agreement in `{language}`: text {}", text.short())
            }
            Self::SignedIn { account, by } => format!("`{account}` signed in by {}", by.word()),
            Self::SignInRefused { account, failures } => {
                format!("sign-in as `{account}` refused after {}", counted(*failures, "failure"))
            }
            Self::SignedOut { account, cause, sessions } => {
                format!("{} of `{account}` ended {}", counted(*sessions, "session"), cause.word())
            }
            Self::ReviewSigned(SignedReview { from, to, upto, remark }) => {
                let remark = remark.as_ref().map_or_else(String::new, |remark| format!(": {remark}"));
                format!("what people did from {from} to {to} reviewed, up to fact {upto}{remark}")
            }
            Self::PlannedWork { from, to, what } => {
                let (from, to) = (from.format("%Y-%m-%d %H:%M"), to.format("%Y-%m-%d %H:%M UTC"));
                format!("works planned from {from} to {to}: {what}")
            }
            Self::Downloaded { what, file, bytes } => {
                format!("{what} downloaded: file {}, {bytes} bytes", file.short())
            }
            _ => self.kind().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FACT_KINDS;

    /// A kind that only prints its own word has no sentence.
    #[test]
    fn each_fact_about_access_has_a_sentence() {
        let hash = "0".repeat(64);
        let facts = [
            (
                format!(r#"{{"kind":"access-asked","account":"a","roles":["viewer"],"application":"{hash}"}}"#),
                "`a` asked for access as viewer: application 000000000000",
            ),
            (
                r#"{"kind":"access-granted","account":"a","name":"A","roles":["sender","operator"],"reason":"new"}"#.into(),
                "roles of `a` are now operator, sender: new",
            ),
            (
                r#"{"kind":"access-refused","account":"a","asked":7,"reason":"unknown"}"#.into(),
                "application 7 of `a` refused: unknown",
            ),
            (r#"{"kind":"access-blocked","account":"a","reason":"left"}"#.into(), "`a` blocked: left"),
            (
                r#"{"kind":"access-invited","account":"a","until":"2026-07-02T06:00:00Z","reason":"new"}"#.into(),
                "`a` invited to set a password, until 2026-07-02 06:00 UTC: new",
            ),
            (r#"{"kind":"access-proved","account":"a"}"#.into(), "`a` set a password and a second factor"),
            (
                format!(r#"{{"kind":"agreement-signed","account":"a","text":"{hash}","language":"kk"}}"#),
                "`a` signed the agreement in `kk`: text 000000000000",
            ),
            (r#"{"kind":"signed-in","account":"a","by":"recovery-code"}"#.into(), "`a` signed in by password and recovery code"),
            (
                r#"{"kind":"sign-in-refused","account":"unknown","failures":6}"#.into(),
                "sign-in as `unknown` refused after 6 failures",
            ),
            (
                r#"{"kind":"signed-out","account":"a","cause":"admin","sessions":1}"#.into(),
                "1 session of `a` ended by an administrator",
            ),
            (
                r#"{"kind":"review-signed","from":"2026-06-01","to":"2026-06-30","upto":9}"#.into(),
                "what people did from 2026-06-01 to 2026-06-30 reviewed, up to fact 9",
            ),
            (
                r#"{"kind":"planned-work","from":"2026-07-01T15:00:00Z","to":"2026-07-01T16:00:00Z","what":"new disk"}"#.into(),
                "works planned from 2026-07-01 15:00 to 2026-07-01 16:00 UTC: new disk",
            ),
            (
                format!(r#"{{"kind":"downloaded","what":"copy 3","file":"{hash}","bytes":10}}"#),
                "copy 3 downloaded: file 000000000000, 10 bytes",
            ),
        ];
        let mut kinds = Vec::new();
        for (json, words) in &facts {
            let fact: Fact = serde_json::from_str(json).unwrap();
            assert_eq!(fact.said(), *words);
            assert!(fact.is_of_access() && fact.period().is_none());
            kinds.push(fact.kind());
        }
        let of_access = FACT_KINDS.iter().position(|kind| *kind == "access-asked").unwrap();
        assert_eq!(kinds, FACT_KINDS[of_access..of_access + kinds.len()]);
        assert!(ACCESS_FACTS.iter().all(|kind| FACT_KINDS.contains(kind)));
    }
}
