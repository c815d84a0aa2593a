//! What a person has to know: one notice for each cause, with the command that helps at this minute.
//!
//! In: what is wrong with forms, parcels, the office. Out: [`StatusNotice`]s as data, the gravest first. `run`,
//! `status`, alerts and metrics show the same list. Unknown here: how something is found to be wrong, and how it is
//! printed.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{Exit, Hint};
use domain::{Period, Severity};

/// How many subjects a sentence names.
const NAMED: usize = 3;

/// What is wrong. The word in JSON, alerts and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Handed-over parcels are missing in the ledger, or nothing shows whether they are.
    LedgerIncomplete,
    /// The disk with the output is full, or nearly so.
    Disk,
    /// The store of artifacts is out of reach, or refuses the keys.
    Store,
    /// Files of documents are missing.
    DocumentsMissing,
    /// Another program keeps the ledger locked.
    LedgerLocked,
    /// The lists of the office contradict each other.
    Contradiction,
    /// The act is not in force, and the office refuses such days.
    ActRefused,
    /// The scheduler ran, and does not run any more.
    SchedulerDead,
    /// It is not known whether the server took a parcel.
    Uncertain,
    /// A server refused a parcel for good.
    ParcelRefused,
    /// A parcel came back after it was handed over.
    Bounced,
    /// The second sending of a parcel is not done.
    SecondSending,
    /// Documents wait for a person.
    Held,
    /// Error findings hold a collection back.
    Draft,
    /// A collection waits for the approval of a second person.
    Approval,
    /// Somebody waits for a decision about access, or a review is due.
    Access,
    /// A collection waits for a form under the late-form policy `hold`.
    FormHeldFor,
    /// No form of a collection is here.
    Empty,
    /// A collection has forms, and no figure.
    WithoutFigures,
    /// A form did not come in time.
    Late,
    /// A document of a form was refused, and the form is not late yet.
    DocumentRefused,
    /// An emergency lasts.
    Emergency,
    /// A parcel could not be handed over; the next try may succeed.
    ParcelFailed,
    /// Numbered parcels wait.
    Unsent,
    /// A collection is not built, although its hour has come.
    Unbuilt,
    /// A collection is built, and no copy of it is numbered.
    Unnumbered,
    /// A revision was built, and a person has to send it.
    Candidate,
    /// Figures changed since copies were numbered.
    Changed,
    /// A form is not on the site, although its day has passed.
    Placement,
    /// The scheduler has never run here.
    SchedulerUnused,
    /// The working calendar of a coming due day is not final.
    Calendar,
    /// A program is at work.
    AtWork,
    /// Requests for information fall due, or an extension has to be told.
    Request,
    /// A collection waits for its hour.
    Early,
    /// Figures were not checked since they came.
    Unchecked,
    /// Earlier periods that collections compare with are missing and may come.
    Comparison,
    /// The act is not in force, and the office applies it all the same.
    ActOutOfForce,
    /// The matrix says something that no copy follows from.
    Matrix,
    /// What is shown comes from the sample office.
    Sample,
    /// What a command did, or did not do.
    Remark,
}

impl NoticeKind {
    /// The word in JSON, alerts and metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LedgerIncomplete => "ledger-incomplete",
            Self::Disk => "disk",
            Self::Store => "store",
            Self::DocumentsMissing => "documents-missing",
            Self::LedgerLocked => "ledger-locked",
            Self::Contradiction => "contradiction",
            Self::ActRefused => "act-refused",
            Self::SchedulerDead => "scheduler-dead",
            Self::Uncertain => "uncertain",
            Self::ParcelRefused => "parcel-refused",
            Self::Bounced => "bounced",
            Self::SecondSending => "second-sending",
            Self::Held => "held",
            Self::Draft => "draft",
            Self::Approval => "approval",
            Self::Access => "access",
            Self::FormHeldFor => "form-held-for",
            Self::Empty => "empty",
            Self::WithoutFigures => "without-figures",
            Self::Late => "late",
            Self::DocumentRefused => "document-refused",
            Self::Emergency => "emergency",
            Self::ParcelFailed => "parcel-failed",
            Self::Unsent => "unsent",
            Self::Unbuilt => "unbuilt",
            Self::Unnumbered => "unnumbered",
            Self::Candidate => "candidate",
            Self::Changed => "changed",
            Self::Placement => "placement",
            Self::SchedulerUnused => "scheduler-unused",
            Self::Calendar => "calendar",
            Self::AtWork => "at-work",
            Self::Request => "request",
            Self::Early => "early",
            Self::Unchecked => "unchecked",
            Self::Comparison => "comparison",
            Self::ActOutOfForce => "act-out-of-force",
            Self::Matrix => "matrix",
            Self::Sample => "sample",
            Self::Remark => "remark",
        }
    }

    /// The exit code of a notice of this kind, if it is an error or a warning.
    #[must_use]
    pub const fn exit(self) -> Exit {
        match self {
            Self::LedgerIncomplete
            | Self::Disk
            | Self::Store
            | Self::DocumentsMissing
            | Self::LedgerLocked
            | Self::SchedulerDead
            | Self::SchedulerUnused
            | Self::Emergency => Exit::Ours,
            Self::Contradiction | Self::ActRefused | Self::Calendar | Self::ActOutOfForce => Exit::Usage,
            Self::Held | Self::Draft | Self::FormHeldFor | Self::WithoutFigures | Self::Unchecked => Exit::HeldBack,
            Self::Late | Self::DocumentRefused | Self::Comparison => Exit::NotFetched,
            Self::Uncertain
            | Self::ParcelRefused
            | Self::Bounced
            | Self::SecondSending
            | Self::Approval
            | Self::Empty
            | Self::ParcelFailed
            | Self::Unsent
            | Self::Unbuilt
            | Self::Unnumbered
            | Self::Candidate
            | Self::Changed
            | Self::Placement => Exit::Short,
            Self::Access | Self::AtWork | Self::Request | Self::Early | Self::Matrix | Self::Sample | Self::Remark => {
                Exit::Done
            }
        }
    }

    /// Whether the office is alerted at once. What is only late has the alerts of its day.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(
            self,
            Self::LedgerIncomplete
                | Self::Disk
                | Self::DocumentsMissing
                | Self::Uncertain
                | Self::ParcelRefused
                | Self::Bounced
                | Self::Held
        )
    }
}

/// One of the things that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeSubject {
    /// A parcel, a form with its period, a collection, a document.
    pub id: String,
    /// What is wrong with this one; the server's words, for a parcel.
    pub words: String,
    /// The command for this one alone, if it differs from that of the notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl NoticeSubject {
    #[expect(clippy::needless_pass_by_value, reason = "ids are given by reference or made for the call")]
    pub fn new(id: impl ToString, words: impl Into<String>) -> Self {
        Self { id: id.to_string(), words: words.into(), command: None }
    }

    #[must_use]
    pub fn with(self, command: Hint) -> Self {
        Self { command: Some(command.line()), ..self }
    }
}

/// One cause, and everything that it is the cause of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusNotice {
    pub kind: NoticeKind,
    pub severity: Severity,
    /// The period that it is about; `None` if it is about the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The notice as a sentence, with at most three subjects.
    pub text: String,
    /// The cause alone.
    pub cause: String,
    pub subjects: Vec<NoticeSubject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// Nothing has to be done but to wait until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// The command that helps at this minute; `…` marks what the person has to fill in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Another way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

impl StatusNotice {
    /// A notice without subject, whose sentence is its cause.
    pub fn of(kind: NoticeKind, severity: Severity, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            kind,
            severity,
            period: None,
            cause: text.clone(),
            text,
            subjects: Vec::new(),
            since: None,
            until: None,
            command: None,
            otherwise: None,
        }
    }

    /// A notice for people to read; nothing is wrong.
    pub fn info(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self::of(kind, Severity::Info, text)
    }

    #[must_use]
    pub fn because(self, cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), ..self }
    }

    #[must_use]
    pub fn about(self, subjects: Vec<NoticeSubject>) -> Self {
        Self { subjects, ..self }
    }

    #[must_use]
    pub fn in_period(self, period: Period) -> Self {
        Self { period: Some(period), ..self }
    }

    #[must_use]
    pub fn since(self, since: Option<DateTime<Utc>>) -> Self {
        Self { since, ..self }
    }

    #[must_use]
    pub fn until(self, until: DateTime<Utc>) -> Self {
        Self { until: Some(until), ..self }
    }

    #[must_use]
    pub fn with(self, command: Hint) -> Self {
        Self { command: Some(command.line()), ..self }
    }

    #[must_use]
    pub fn or_with(self, command: Hint) -> Self {
        Self { otherwise: Some(command.line()), ..self }
    }

    /// Whether a person has to do something, or to know at least.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.severity != Severity::Info
    }

    /// What tells it from other notices, subject by subject, such as `uncertain:2025-Q2/crime/r0/mia`.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let word = self.kind.word();
        if self.subjects.is_empty() {
            return vec![word.to_owned()];
        }
        self.subjects.iter().map(|subject| format!("{word}:{}", subject.id)).collect()
    }
}

/// The gravest first; of equal severity the kinds in their order, then periods.
pub fn sort(notices: &mut [StatusNotice]) {
    notices.sort_by(|a, b| (a.severity, a.kind, a.period, &a.text).cmp(&(b.severity, b.kind, b.period, &b.text)));
}

/// The exit code that follows from notices: the gravest of those that are errors or warnings.
#[must_use]
pub fn exit_of(notices: &[StatusNotice]) -> Exit {
    notices.iter().filter(|n| n.is_wrong()).fold(Exit::Done, |exit, notice| exit.or(notice.kind.exit()))
}

/// The first three names and the number of the rest, such as ``` `a`, `b`, `c` and 4 more ```.
pub fn named<T: ToString>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.to_string())).collect();
    let first = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Groups things by cause, in the order in which the causes come.
pub fn by_cause<T, K: PartialEq>(things: impl IntoIterator<Item = T>, cause: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for thing in things {
        let key = cause(&thing);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(thing),
            None => groups.push((key, vec![thing])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_three_and_counts_the_rest() {
        assert_eq!(named(["a", "b"]), "`a`, `b`");
        assert_eq!(named(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn the_gravest_comes_first_and_decides_the_exit_code() {
        let mut notices = [
            StatusNotice::info(NoticeKind::Early, "waits for its hour"),
            StatusNotice::of(NoticeKind::Late, Severity::Warning, "late"),
            StatusNotice::of(NoticeKind::Uncertain, Severity::Error, "uncertain"),
        ];
        sort(&mut notices);
        assert_eq!(notices.each_ref().map(|n| n.kind), [NoticeKind::Uncertain, NoticeKind::Late, NoticeKind::Early]);
        assert_eq!(exit_of(&notices), Exit::NotFetched, "2 is graver than 4");
        assert_eq!(exit_of(&notices[2..]), Exit::Done);
    }

    #[test]
    fn the_word_of_a_kind_is_that_of_its_json() {
        for kind in [
            NoticeKind::LedgerIncomplete,
            NoticeKind::DocumentsMissing,
            NoticeKind::LedgerLocked,
            NoticeKind::FormHeldFor,
            NoticeKind::ActOutOfForce,
            NoticeKind::Disk,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
    }

    #[test]
    fn each_subject_of_a_notice_has_a_key_of_its_own() {
        let two = StatusNotice::of(NoticeKind::Bounced, Severity::Error, "x")
            .about(vec![NoticeSubject::new("a", ""), NoticeSubject::new("b", "")]);
        assert_eq!(two.keys(), ["bounced:a", "bounced:b"]);
        assert_eq!(StatusNotice::info(NoticeKind::Disk, "x").keys(), ["disk"]);
    }
}
