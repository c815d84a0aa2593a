//! What every fact has: its kind and its period. In: a fact. Out: a word, a period. This module does not know what
//! follows from a fact.

use crate::{Fact, Period};

impl Fact {
    /// The word for this kind of fact in the journal, the same as in its JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RunStarted { .. } => "run-started",
            Self::RunFinished { .. } => "run-finished",
            Self::Fetched { .. } => "fetched",
            Self::FetchFailed { .. } => "fetch-failed",
            Self::DatasetRead { .. } => "dataset-read",
            Self::Refused { .. } => "refused",
            Self::Judged { .. } => "judged",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Corrected { .. } => "corrected",
            Self::Checked { .. } => "checked",
            Self::Overridden { .. } => "overridden",
            Self::Hastened { .. } => "hastened",
            Self::Built { .. } => "built",
            Self::Approved { .. } => "approved",
            Self::Queued { .. } => "queued",
            Self::Sealed { .. } => "sealed",
            Self::Sending { .. } => "sending",
            Self::Outcome { .. } => "outcome",
            Self::Settled { .. } => "settled",
            Self::Resend { .. } => "resend",
            Self::Readdressed { .. } => "readdressed",
            Self::Reconciled { .. } => "reconciled",
            Self::Restored { .. } => "restored",
            Self::MailboxRead { .. } => "mailbox-read",
            Self::Scheduled { .. } => "scheduled",
            Self::Tried { .. } => "tried",
            Self::Met { .. } => "met",
            Self::Overdue { .. } => "overdue",
            Self::Emergency { .. } => "emergency",
            Self::Alerted { .. } => "alerted",
            Self::Closed { .. } => "closed",
            Self::AccessAsked { .. } => "access-asked",
            Self::AccessGranted { .. } => "access-granted",
            Self::AccessRefused { .. } => "access-refused",
            Self::AccessBlocked { .. } => "access-blocked",
            Self::AccessInvited { .. } => "access-invited",
            Self::AccessProved { .. } => "access-proved",
            Self::AgreementSigned { .. } => "agreement-signed",
            Self::SignedIn { .. } => "signed-in",
            Self::SignInRefused { .. } => "sign-in-refused",
            Self::SignedOut { .. } => "signed-out",
            Self::ReviewSigned { .. } => "review-signed",
            Self::PlannedWork { .. } => "planned-work",
            Self::Downloaded { .. } => "downloaded",
            Self::RequestTaken { .. } => "request-taken",
            Self::RequestStep { .. } => "request-step",
            Self::Placed { .. } => "placed",
            Self::PlacementSeen { .. } => "placement-seen",
            Self::PlacementApproved { .. } => "placement-approved",
            Self::PlacedByPerson { .. } => "placed-by-person",
            Self::PlacementWithdrawn { .. } => "placement-withdrawn",
        }
    }

    /// The period of the fact, for queries by period. That of a parcel is the period of its collection.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        match self {
            Self::RunStarted { period, .. } | Self::RunFinished { period, .. } | Self::Refused { period, .. } => {
                *period
            }
            Self::Fetched { period, .. }
            | Self::FetchFailed { period, .. }
            | Self::Checked { period, .. }
            | Self::Placed { period, .. }
            | Self::PlacementApproved { period, .. }
            | Self::PlacementWithdrawn { period, .. }
            | Self::Closed { period, .. } => Some(*period),
            Self::DatasetRead { key, .. }
            | Self::Judged { key, .. }
            | Self::Accepted { key, .. }
            | Self::Rejected { key, .. }
            | Self::Corrected { key, .. } => Some(key.period),
            Self::Overridden { issue, .. }
            | Self::Hastened { issue, .. }
            | Self::Built { issue, .. }
            | Self::Approved { issue, .. } => Some(issue.period),
            Self::Queued { parcel, .. }
            | Self::Sealed { parcel, .. }
            | Self::Sending { parcel, .. }
            | Self::Outcome { parcel, .. }
            | Self::Settled { parcel, .. }
            | Self::Resend { parcel, .. }
            | Self::Readdressed { parcel, .. } => Some(parcel.issue.period),
            Self::Tried { duty, .. } | Self::Met { duty, .. } | Self::Overdue { duty, .. } => Some(duty.period),
            Self::Withdrawn { fact, .. } => fact.period(),
            Self::Reconciled { .. }
            | Self::Restored { .. }
            | Self::MailboxRead { .. }
            | Self::Scheduled { .. }
            | Self::Emergency { .. }
            | Self::Alerted { .. }
            | Self::AccessAsked { .. }
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
            | Self::RequestTaken { .. }
            | Self::RequestStep { .. }
            | Self::PlacementSeen { .. }
            | Self::PlacedByPerson { .. } => None,
        }
    }
}
