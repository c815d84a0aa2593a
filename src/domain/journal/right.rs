//! Rights: what people do, and the role that may do it. This is the one table of it; docs/rights.md shows it, and each
//! use-case asks for the right of its own name. This module does not know who has which role.

use crate::Role;

/// Something that needs a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    View,
    Pull,
    Build,
    Run,
    Close,
    Reconcile,
    Restore,
    Prune,
    PlanWork,
    Place,
    Correct,
    Accept,
    Reject,
    Rebuild,
    ConfirmPlacement,
    Override,
    Approve,
    ApprovePlacement,
    WithdrawPlacement,
    Send,
    Resend,
    Settle,
    Readdress,
    Receipts,
    Request,
    SeeRequest,
    AnswerRequest,
    DecideRequest,
    Grant,
    Refuse,
    Block,
    Invite,
    EndSessions,
    ReadAccess,
    ReadJournal,
    Review,
}

impl Right {
    /// Every right, in the order of the table.
    pub const ALL: [Self; 36] = [
        Self::View,
        Self::Pull,
        Self::Build,
        Self::Run,
        Self::Close,
        Self::Reconcile,
        Self::Restore,
        Self::Prune,
        Self::PlanWork,
        Self::Place,
        Self::Correct,
        Self::Accept,
        Self::Reject,
        Self::Rebuild,
        Self::ConfirmPlacement,
        Self::Override,
        Self::Approve,
        Self::ApprovePlacement,
        Self::WithdrawPlacement,
        Self::Send,
        Self::Resend,
        Self::Settle,
        Self::Readdress,
        Self::Receipts,
        Self::Request,
        Self::SeeRequest,
        Self::AnswerRequest,
        Self::DecideRequest,
        Self::Grant,
        Self::Refuse,
        Self::Block,
        Self::Invite,
        Self::EndSessions,
        Self::ReadAccess,
        Self::ReadJournal,
        Self::Review,
    ];

    /// The roles of which one is needed. The first one is named when a person has none of them.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::View => &[Role::Viewer],
            Self::Pull
            | Self::Build
            | Self::Run
            | Self::Close
            | Self::Reconcile
            | Self::Restore
            | Self::Prune
            | Self::PlanWork
            | Self::Place => &[Role::Operator],
            Self::Correct | Self::Accept | Self::Reject | Self::Rebuild | Self::ConfirmPlacement => {
                &[Role::Statistician]
            }
            Self::Override | Self::Approve | Self::ApprovePlacement | Self::WithdrawPlacement | Self::DecideRequest => {
                &[Role::Approver]
            }
            Self::Send | Self::Resend | Self::Settle | Self::Readdress | Self::Receipts => &[Role::Sender],
            Self::Request => &[Role::Desk],
            Self::SeeRequest => &[Role::Desk, Role::Statistician, Role::Approver],
            Self::AnswerRequest => &[Role::Desk, Role::Statistician],
            Self::Grant | Self::Refuse | Self::Block | Self::Invite | Self::EndSessions => &[Role::Admin],
            Self::ReadAccess => &[Role::Admin, Role::Auditor],
            Self::ReadJournal | Self::Review => &[Role::Auditor],
        }
    }

    /// What it is, in words.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::View => "see plans, status and figures",
            Self::Pull => "fetch forms, take in files",
            Self::Build => "build collections",
            Self::Run => "run, number copies, make supplements",
            Self::Close => "close a period, open it again",
            Self::Reconcile => "take in what the ledger lacks",
            Self::Restore => "bring a backup back",
            Self::Prune => "remove what can be made again",
            Self::PlanWork => "announce works on the system",
            Self::Place => "place what is due on the public site",
            Self::Correct => "correct a figure",
            Self::Accept => "accept a held document",
            Self::Reject => "reject a held document",
            Self::Rebuild => "rebuild a collection",
            Self::ConfirmPlacement => "confirm what a person placed elsewhere",
            Self::Override => "let error findings pass",
            Self::Approve => "approve what another built",
            Self::ApprovePlacement => "let a held placement go",
            Self::WithdrawPlacement => "take a release back from the public site",
            Self::Send => "send parcels",
            Self::Resend => "send a parcel again",
            Self::Settle => "settle an uncertain parcel",
            Self::Readdress => "readdress what waits for an ended organ",
            Self::Receipts => "read the mailbox for receipts",
            Self::Request => "take in and lead requests for information, see who asks",
            Self::SeeRequest => "see what a request asks",
            Self::AnswerRequest => "answer a request",
            Self::DecideRequest => "extend or refuse a request, let restricted figures go",
            Self::Grant => "grant and change access",
            Self::Refuse => "refuse an application",
            Self::Block => "block a person",
            Self::Invite => "invite a person to set a password",
            Self::EndSessions => "end sessions of others",
            Self::ReadAccess => "see people, roles and sessions",
            Self::ReadJournal => "read the journal of all people in the console",
            Self::Review => "sign the monthly review",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_right_once_and_every_role_has_one() {
        assert!(Right::ALL.is_sorted_by(|one, other| one < other));
        // The last of the type: the compiler refuses a match without a later one.
        assert_eq!(Right::Review as usize + 1, Right::ALL.len());
        for role in Role::ALL {
            assert!(Right::ALL.iter().any(|right| right.roles().contains(&role)), "{}", role.word());
        }
    }

    #[test]
    fn an_administrator_gives_rights_and_has_no_other() {
        for right in Right::ALL.into_iter().filter(|right| right.roles().contains(&Role::Admin)) {
            assert!(right >= Right::Grant, "{}", right.said());
        }
    }
}
