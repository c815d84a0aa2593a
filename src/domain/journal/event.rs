//! What happened: the log-journal of clause 2.1 of the Instruction, as facts.
//!
//! A fact is written once and never changed. What a parcel's state is, or which revision is the newest, is derived
//! from facts ([`crate::PeriodStatus`]).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Absence, Actor, Agency, Channel, DatasetKey, Duty, Edition, FormId, Incident, Issue, Language, Moment, Number,
    OrganId, ParcelId, ParcelState, Period, Place, Sha256, Tally, Unit,
};

/// One fact with who, when and in which run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The place in the journal; later is larger.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// The run that did it: one id per start of the program.
    pub run: String,
    pub actor: Actor,
    pub fact: Fact,
}

/// One numbered copy as it stands in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyRecord {
    pub number: u32,
    pub of: u32,
    pub file: String,
    pub sha256: Sha256,
    /// The language that it is written in; older registers say it in the file's name only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl CopyRecord {
    /// The language that it is written in.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        let stem = self.file.rsplit_once('.').map_or(self.file.as_str(), |(stem, _)| stem);
        let in_name = || Language::ALL.into_iter().find(|language| stem.ends_with(&format!("_{language}")));
        self.language.or_else(in_name)
    }
}

/// The encrypted archive that a numbered copy goes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCopy {
    pub number: u32,
    pub file: String,
    /// Of the archive; that of the copy inside stands in its [`CopyRecord`].
    pub sha256: Sha256,
}

/// A held document that a person let pass under an identity: what it was read as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedDocument {
    pub snapshot: Sha256,
    pub edition: Edition,
    pub figures: u64,
    pub read_as: DatasetKey,
    pub read_revision: u32,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    RunStarted {
        command: String,
        period: Option<Period>,
    },
    RunFinished {
        command: String,
        period: Option<Period>,
        exit: u8,
    },
    /// A source answered and the answer was stored.
    Fetched {
        form: FormId,
        period: Period,
        snapshot: Sha256,
        url: String,
        bytes: u64,
    },
    /// A source did not answer with a document. `absence`: whether it has none or may answer later; `unit` and `agency`:
    /// which document was asked for, where the question said it. Older journals say neither.
    FetchFailed {
        form: FormId,
        period: Period,
        url: String,
        why: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        absence: Option<Absence>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Unit>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<Agency>,
    },
    /// A document was read into a dataset. `held`: it waits for a named person, with the reason.
    DatasetRead {
        key: DatasetKey,
        revision: u32,
        snapshot: Sha256,
        edition: Edition,
        figures: u64,
        held: Option<String>,
        /// Documents that claim the same dataset with other figures, where that is what holds it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rivals: Vec<Sha256>,
    },
    /// A document was not taken.
    Refused {
        form: FormId,
        period: Option<Period>,
        snapshot: Option<Sha256>,
        name: String,
        why: String,
    },
    /// Later documents changed what is held against a dataset: `None` clears it.
    Judged {
        key: DatasetKey,
        revision: u32,
        held: Option<String>,
    },
    /// A named person let a held document pass. `document`: under another identity or number than it was read as.
    Accepted {
        key: DatasetKey,
        revision: u32,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<AcceptedDocument>,
    },
    /// A named person put a held document away: it is never used, and says nothing about others.
    Rejected {
        key: DatasetKey,
        revision: u32,
        snapshot: Sha256,
        reason: String,
    },
    /// A named person took an act back: the journal is read as if that had not happened.
    Withdrawn {
        /// The place of the act in the journal.
        act: i64,
        fact: Box<Fact>,
        reason: String,
    },
    /// A named person corrected a figure. The new revision is what `snapshot` says, with this and all corrections
    /// before it.
    Corrected {
        key: DatasetKey,
        revision: u32,
        snapshot: Sha256,
        place: Place,
        /// What the document says; nothing is an empty cell.
        old: Option<Number>,
        new: Option<Number>,
        reason: String,
    },
    Checked {
        period: Period,
        findings: Tally,
        /// The same by form; forms without findings are left out.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        forms: BTreeMap<FormId, Tally>,
    },
    /// A named person let the error findings of a collection pass.
    Overridden {
        issue: Issue,
        rule: String,
        reason: String,
    },
    /// A named person had an issue handed over before its hour, or without any of its forms or figures.
    Hastened {
        issue: Issue,
        reason: String,
    },
    /// A master was written. `incomplete` names the forms that are not in it; `held`: the revision that its readers have
    /// already, for a master that marks what changed since.
    Built {
        issue: Issue,
        language: Language,
        content_id: Sha256,
        master: Sha256,
        draft: bool,
        incomplete: Vec<FormId>,
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<u32>,
        /// The book holds no figure at all. Older journals do not say it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        without_figures: bool,
    },
    /// A second person approved an issue: what may go is what had this hash then.
    Approved {
        issue: Issue,
        register: Sha256,
        reason: String,
    },
    /// Copies of one parcel are in the register and wait to be handed over. A parcel may get more of them later: those of an
    /// organ that ended and that this one succeeds.
    Queued {
        parcel: ParcelId,
        copies: Vec<CopyRecord>,
    },
    /// Copies of a parcel were encrypted for their organ: from then on these archives are what is sent.
    Sealed {
        parcel: ParcelId,
        copies: Vec<SealedCopy>,
    },
    /// Written before the step that cannot be undone. `copies`: the numbers that go with it; none names all of the
    /// parcel's, for a parcel that is split for size goes in several mails.
    Sending {
        parcel: ParcelId,
        attempt: u32,
        message_id: Option<String>,
        transport: Channel,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies: Vec<u32>,
    },
    /// What became of an attempt, with the server's words. `transient`: the same again may succeed later.
    Outcome {
        parcel: ParcelId,
        attempt: u32,
        state: ParcelState,
        words: String,
        #[serde(default)]
        transient: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies: Vec<u32>,
    },
    /// A person decided what became of uncertain copies of a parcel; none named means all that were uncertain.
    Settled {
        parcel: ParcelId,
        state: ParcelState,
        evidence: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies: Vec<u32>,
    },
    /// A person asked for a parcel to be handed over again.
    Resend {
        parcel: ParcelId,
        reason: String,
    },
    /// A person withdrew what waited for an organ that has ended: copies that nobody has, whose numbers are accounted for by
    /// this. Its successor, where it has one, gets as many under numbers of its own.
    Readdressed {
        parcel: ParcelId,
        to: Option<OrganId>,
        copies: Vec<u32>,
        reason: String,
    },
    /// A person took in what was handed over and the ledger did not know, as its witnesses had it: the facts come before this
    /// one, with the time and the run that did them.
    Reconciled {
        parcels: Vec<ParcelId>,
        witnesses: Vec<String>,
        /// What spoke of copies and could not be taken in; the person looked at it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unclear: Vec<String>,
        reason: String,
    },
    /// The mails of a mailbox were read up to a number; numbers mean the same as long as `validity` is the same.
    MailboxRead {
        mailbox: String,
        validity: u32,
        uid: u32,
    },
    /// The schedule watches over what falls due from this day on.
    Scheduled {
        since: NaiveDate,
    },
    /// The schedule asked for a form, or set about a collection, and this is what came of it.
    Tried {
        duty: Duty,
        answer: String,
    },
    /// What was owed is done; `late` is the cause, where it was done after its deadline.
    Met {
        duty: Duty,
        late: Option<String>,
    },
    /// The deadline went by, and it was not done.
    Overdue {
        duty: Duty,
        cause: String,
    },
    /// Something lasted longer than an hour; the journal of emergencies.
    Emergency {
        incident: Incident,
    },
    /// The office was told how a day of terms stands.
    Alerted {
        day: NaiveDate,
        moment: Moment,
        words: String,
    },
    /// A person closed a period: every copy that the matrix says stands in the register as handed over.
    Closed {
        period: Period,
        parcels: usize,
        copies: usize,
        register: Sha256,
        /// What the person had to say of it, if anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

impl Fact {
    /// The word under which the journal files it; the same as in its JSON.
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
            Self::MailboxRead { .. } => "mailbox-read",
            Self::Scheduled { .. } => "scheduled",
            Self::Tried { .. } => "tried",
            Self::Met { .. } => "met",
            Self::Overdue { .. } => "overdue",
            Self::Emergency { .. } => "emergency",
            Self::Alerted { .. } => "alerted",
            Self::Closed { .. } => "closed",
        }
    }

    /// The period it belongs to, for a question by period: a parcel's is that of its collection.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        match self {
            Self::RunStarted { period, .. } | Self::RunFinished { period, .. } | Self::Refused { period, .. } => {
                *period
            }
            Self::Fetched { period, .. }
            | Self::FetchFailed { period, .. }
            | Self::Checked { period, .. }
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
            | Self::MailboxRead { .. }
            | Self::Scheduled { .. }
            | Self::Emergency { .. }
            | Self::Alerted { .. } => None,
        }
    }
}
