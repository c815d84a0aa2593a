//! Facts: the log-journal of clause 2.1 of the Instruction. This module does not know what follows from a fact.
//!
//! A fact is written once and never changed. States, such as that of a parcel, and the newest revision are derived from
//! facts ([`crate::PeriodStatus`]).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Absence, AcceptedDocument, AddressOutcome, Agency, Channel, CommentMark, CopyRecord, DatasetKey, Duty, Edition,
    FormId, GrantedAccess, Incident, Issue, Language, MailSent, Moment, Number, OrganId, ParcelId, ParcelState, Period,
    Place, PlacedRevision, RequestNumber, RequestStep, Role, SealedCopy, Sha256, SignInWay, SignOutCause, SignedReview,
    TakenRequest, Tally, Unit, Unseen,
};

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
    /// A source answered, and the answer was stored.
    Fetched {
        form: FormId,
        period: Period,
        snapshot: Sha256,
        url: String,
        bytes: u64,
    },
    /// A source did not answer with a document. `absence`: whether it has no such document, or may answer later. `unit`
    /// and `agency`: the document that was requested, if the request said so. Older journals have none of these fields.
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
    /// A document was read into a dataset. `held`: the reason why it waits for a named person.
    DatasetRead {
        key: DatasetKey,
        revision: u32,
        snapshot: Sha256,
        edition: Edition,
        figures: u64,
        held: Option<String>,
        /// Documents that claim the same dataset with other figures, if it is held because of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rivals: Vec<Sha256>,
    },
    /// A document was refused.
    Refused {
        form: FormId,
        period: Option<Period>,
        snapshot: Option<Sha256>,
        name: String,
        why: String,
    },
    /// Later documents changed the reason why a dataset is held. `None`: it is no longer held.
    Judged {
        key: DatasetKey,
        revision: u32,
        held: Option<String>,
    },
    /// A named person accepted a held document. `document`: under another identity or revision than it was read as.
    Accepted {
        key: DatasetKey,
        revision: u32,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<AcceptedDocument>,
    },
    /// A named person rejected a held document: it is never used, and does not put others in doubt.
    Rejected {
        key: DatasetKey,
        revision: u32,
        snapshot: Sha256,
        reason: String,
    },
    /// A named person withdrew an act. The journal is read as if that act had not happened.
    Withdrawn {
        /// The place of the act in the journal.
        act: i64,
        fact: Box<Fact>,
        reason: String,
    },
    /// A named person corrected a figure. The new revision has the figures of `snapshot`, with this and all earlier
    /// corrections.
    Corrected {
        key: DatasetKey,
        revision: u32,
        snapshot: Sha256,
        place: Place,
        /// The figure of the document; `None` is an empty cell.
        old: Option<Number>,
        new: Option<Number>,
        reason: String,
    },
    Checked {
        period: Period,
        findings: Tally,
        /// The findings by form; forms without findings are left out.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        forms: BTreeMap<FormId, Tally>,
    },
    /// A named person let the error findings of a collection pass.
    Overridden {
        issue: Issue,
        rule: String,
        reason: String,
    },
    /// A named person had an issue handed over before its hour, or although it contains no form or no figure.
    Hastened {
        issue: Issue,
        reason: String,
    },
    /// A master was written. `incomplete` contains the forms that are missing in it. `held`: the revision that its
    /// readers already have, for a master that marks what changed since then.
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
        /// The book contains no figure. Older journals do not have this field.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        without_figures: bool,
        /// The comment of a person in the book. Older journals do not have this field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<CommentMark>,
    },
    /// A second person approved an issue. Only what had this hash then may be sent.
    Approved {
        issue: Issue,
        register: Sha256,
        reason: String,
    },
    /// Copies of one parcel are in the register and wait to be handed over. The parcel may get more copies later: those
    /// of an organ that ended and that this one succeeds.
    Queued {
        parcel: ParcelId,
        copies: Vec<CopyRecord>,
    },
    /// Copies of a parcel were encrypted for their organ. From then on these archives are sent.
    Sealed {
        parcel: ParcelId,
        copies: Vec<SealedCopy>,
    },
    /// An attempt begins. The fact is written before the step that cannot be undone. `copies`: the numbers of the
    /// copies in this mail; empty = all copies of the parcel. A parcel that is split for size goes in several mails.
    Sending {
        parcel: ParcelId,
        attempt: u32,
        message_id: Option<String>,
        transport: Channel,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies: Vec<u32>,
        /// What proves the mail later. Older journals and other channels do not have it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail: Option<Box<MailSent>>,
    },
    /// The outcome of an attempt, with the server's words. `transient`: the same attempt may succeed later.
    Outcome {
        parcel: ParcelId,
        attempt: u32,
        state: ParcelState,
        words: String,
        #[serde(default)]
        transient: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies: Vec<u32>,
        /// The outcome for each address. Older journals and other channels do not have it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addresses: Option<Box<AddressOutcome>>,
    },
    /// A person decided the state of uncertain copies of a parcel. `copies` empty = all copies that were uncertain.
    Settled {
        parcel: ParcelId,
        state: ParcelState,
        evidence: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copies: Vec<u32>,
    },
    /// A person had a parcel handed over again.
    Resend {
        parcel: ParcelId,
        reason: String,
    },
    /// A person withdrew the waiting copies of an organ that has ended. Nobody has these copies, and this fact accounts
    /// for their numbers. The successor, if there is one, gets as many copies under numbers of its own.
    Readdressed {
        parcel: ParcelId,
        to: Option<OrganId>,
        copies: Vec<u32>,
        reason: String,
    },
    /// A person added hand-overs that the ledger lacked, as its witnesses have them. The facts of these hand-overs come
    /// before this one, with the time and the run in which they happened.
    Reconciled {
        parcels: Vec<ParcelId>,
        witnesses: Vec<String>,
        /// What the witnesses say of copies and could not be added. The person has looked at it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unclear: Vec<String>,
        reason: String,
        /// The person found out, by other means too, that the ledger contains now all that was handed over. This ends
        /// the doubt of a restore. Older journals do not have this field.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        complete: bool,
    },
    /// A backup of the ledger was brought back. `made`: when the backup was made. `unseen`: why the witnesses cannot show
    /// whether copies were handed over after that; then nothing is handed over until a person finds it out. `None`: they
    /// show it.
    Restored {
        made: DateTime<Utc>,
        last_fact: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unseen: Option<Unseen>,
    },
    /// The mails of a mailbox were read up to the number `uid`. Numbers keep their meaning while `validity` is the
    /// same.
    MailboxRead {
        mailbox: String,
        validity: u32,
        uid: u32,
    },
    /// The schedule covers what falls due from this day on.
    Scheduled {
        since: NaiveDate,
    },
    /// The schedule requested a form or worked on a collection, with this result.
    Tried {
        duty: Duty,
        answer: String,
    },
    /// A duty was done. `late`: the cause, if it was done after its deadline.
    Met {
        duty: Duty,
        late: Option<String>,
    },
    /// The deadline of a duty passed, and it was not done.
    Overdue {
        duty: Duty,
        cause: String,
    },
    /// Something lasted longer than an hour: an entry of the journal of emergencies.
    Emergency {
        incident: Incident,
    },
    /// The office got an alert about the state of a day of terms.
    Alerted {
        day: NaiveDate,
        moment: Moment,
        words: String,
        /// What it was about, such as `uncertain:2025-Q2/crime/r0/mia`, so that it is not told again on that day.
        /// Older journals do not have this field.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        subjects: Vec<String>,
    },
    /// A person closed a period: in the register, every copy of the matrix is handed over.
    Closed {
        period: Period,
        parcels: usize,
        copies: usize,
        register: Sha256,
        /// The person's remark, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Somebody asked for access. `application`: the hash of the file with what the person wrote.
    AccessAsked {
        account: String,
        roles: BTreeSet<Role>,
        application: Sha256,
    },
    /// An administrator gave roles to an account. They replace those of every earlier grant, and end a block.
    AccessGranted(GrantedAccess),
    /// An administrator refused an application.
    AccessRefused {
        account: String,
        asked: i64,
        reason: String,
    },
    /// An administrator ended all rights of an account at once, whatever gave them. Its sessions ended with this fact.
    AccessBlocked {
        account: String,
        reason: String,
    },
    /// An administrator made a link with which a person sets a password and a second factor. What was set before is void.
    AccessInvited {
        account: String,
        until: DateTime<Utc>,
        reason: String,
    },
    /// A person set a password and a second factor.
    AccessProved {
        account: String,
    },
    /// A person agreed to the text of the agreement.
    AgreementSigned {
        account: String,
        text: Sha256,
        language: Language,
    },
    SignedIn {
        account: String,
        by: SignInWay,
    },
    /// Sign-ins were refused, so many in a row, and the brake became stronger. `account` is `unknown` if the office has no
    /// such account: people type passwords into that field.
    SignInRefused {
        account: String,
        failures: u32,
    },
    SignedOut {
        account: String,
        cause: SignOutCause,
        sessions: u64,
    },
    /// The head looked through what people did from one day to another, both included.
    ReviewSigned(SignedReview),
    /// Works on the system that people have to know of beforehand.
    PlannedWork {
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        what: String,
    },
    /// A person took a file out of the console.
    Downloaded {
        what: String,
        file: Sha256,
        bytes: u64,
    },
    /// A request for information was taken in, and got its number.
    RequestTaken {
        request: TakenRequest,
    },
    /// Something happened to a request.
    RequestStep {
        number: RequestNumber,
        step: RequestStep,
    },
    /// The public figures of a form are on the site, as a release of this revision. `content`: the hash of these figures.
    /// `journal`: up to which fact the figures in use were read, so that they can be shown again later. `placed`: the
    /// instant that the site shows.
    Placed {
        form: FormId,
        period: Period,
        /// The page of the release below the site.
        address: String,
        #[serde(flatten)]
        revision: PlacedRevision,
    },
    /// The list of files was read back from the site, and it was the list of this tree.
    PlacementSeen {
        address: String,
        tree: Sha256,
    },
    /// A second person approved a placement. Only figures of this hash may be placed.
    PlacementApproved {
        form: FormId,
        period: Period,
        revision: u32,
        content: Sha256,
        reason: String,
    },
    /// A person uploaded a data set, and it was read back and compared.
    PlacedByPerson {
        dataset: String,
        address: String,
        evidence: String,
    },
    /// A person took a placed release back. Its address stays and says so.
    PlacementWithdrawn {
        form: FormId,
        period: Period,
        reason: String,
    },
}
