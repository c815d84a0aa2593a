//! The state of the schedule, derived from the journal event by event.
//!
//! In: events. Out: what is done, tried, late and alerted, and which forms have come. Nothing of it is stored
//! elsewhere. So a program that is killed loses nothing: the next one reads the same journal.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::Agenda;
use domain::{
    Agency, Door, Duty, Event, Fact, FormId, Incident, Issue, Lacking, Moment, ParcelId, ParcelRecord, Period, Subject,
    Unit, follow,
};

/// What the journal says about obligations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The place in the journal up to which events were read.
    pub seq: i64,
    /// The first day for which the schedule is responsible.
    pub since: Option<NaiveDate>,
    pub met: BTreeMap<Duty, Met>,
    pub overdue: BTreeMap<Duty, String>,
    pub incidents: Vec<Incident>,
    pub alerted: BTreeSet<(NaiveDate, Moment)>,
    /// What the office was told at once, by subject, with the last time.
    pub told: BTreeMap<String, DateTime<Utc>>,
    forms: BTreeMap<(FormId, Period), Taken>,
    tries: BTreeMap<Duty, Tries>,
    issues: BTreeMap<Issue, Handing>,
}

/// When an obligation was met, and why late, if it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    pub at: DateTime<Utc>,
    pub late: Option<String>,
}

/// When an obligation was tried, and the last answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tries {
    pub times: Vec<DateTime<Utc>>,
    /// The place in the journal of the last try.
    pub seq: i64,
    pub answer: String,
}

/// The documents of a form that were taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Taken {
    /// Whether each revision may be used.
    revisions: BTreeMap<(Unit, Agency), BTreeMap<u32, bool>>,
    first: BTreeMap<(Unit, Agency), DateTime<Utc>>,
    /// The place in the journal of the last change.
    seq: i64,
}

impl Taken {
    fn in_use(&self) -> BTreeSet<(Unit, Agency)> {
        let used = self.revisions.iter().filter(|(_, revisions)| revisions.values().any(|usable| *usable));
        used.map(|(document, _)| document.clone()).collect()
    }

    /// Removes the time of arrival of a document of which no revision may be used any more.
    fn forget_arrival(&mut self, document: &(Unit, Agency)) {
        if !self.revisions.get(document).is_some_and(|revisions| revisions.values().any(|usable| *usable)) {
            self.first.remove(document);
        }
    }
}

/// The parcels of an issue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handing {
    pub records: BTreeMap<ParcelId, ParcelRecord>,
    pub last_handed: Option<DateTime<Utc>>,
    pub draft: bool,
    /// The forms that were missing when the book was built.
    pub incomplete: Vec<FormId>,
    /// The place in the journal of the last decision of a person.
    seq: i64,
}

impl Handing {
    #[must_use]
    pub fn handed(&self) -> usize {
        self.records.values().filter(|r| r.state.is_handed()).count()
    }

    /// Whether all parcels are in the register, and none may be sent without a person's decision.
    #[must_use]
    pub fn waits_for_person(&self, agenda: &Agenda, expected: usize) -> bool {
        self.records.len() >= expected && !self.records.values().any(|r| agenda.is_ready(r))
    }
}

impl State {
    /// The kinds of facts that decide which documents of a form are here and which of them wait. A query for this
    /// state asks for all of them: without one, the state is another than that of the whole journal.
    pub const OF_DOCUMENTS: [&'static str; 5] = ["dataset-read", "judged", "accepted", "rejected", "withdrawn"];

    /// Applies events, in the order of the journal.
    pub fn follow<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        for event in events {
            self.seq = event.seq;
            self.apply(event);
        }
    }

    fn apply(&mut self, event: &Event) {
        match &event.fact {
            Fact::Scheduled { since } => self.since = Some(self.since.map_or(*since, |first| first.min(*since))),
            Fact::DatasetRead { key, revision, held, .. } => {
                self.document(key, *revision, held.is_none(), event);
            }
            Fact::Accepted { key, revision, document, .. } => {
                if let Some(read) = document {
                    self.forget(&read.read_as, read.read_revision, event);
                }
                self.document(key, *revision, true, event);
            }
            Fact::Rejected { key, revision, .. } => self.forget(key, *revision, event),
            Fact::Withdrawn { fact, .. } => self.take_back(fact, event),
            Fact::Judged { key, revision, held } => self.document(key, *revision, held.is_none(), event),
            Fact::Tried { duty, answer } => {
                let tries = self.tries.entry(duty.clone()).or_default();
                tries.times.push(event.at);
                tries.seq = event.seq;
                tries.answer.clone_from(answer);
            }
            Fact::Met { duty, late } => {
                self.met.entry(duty.clone()).or_insert_with(|| Met { at: event.at, late: late.clone() });
            }
            Fact::Overdue { duty, cause } => {
                self.overdue.entry(duty.clone()).or_insert_with(|| cause.clone());
            }
            Fact::Emergency { incident } => self.emergency(incident),
            Fact::Alerted { day, moment, subjects, .. } => {
                self.alerted.insert((*day, *moment));
                self.told.extend(subjects.iter().map(|subject| (subject.clone(), event.at)));
            }
            Fact::Built { issue, draft, incomplete, .. } => {
                let handing = self.issues.entry(issue.clone()).or_default();
                handing.draft = *draft;
                handing.incomplete.clone_from(incomplete);
            }
            Fact::Overridden { issue, .. } | Fact::Approved { issue, .. } => {
                self.issues.entry(issue.clone()).or_default().seq = event.seq;
            }
            Fact::Queued { parcel, .. }
            | Fact::Sending { parcel, .. }
            | Fact::Outcome { parcel, .. }
            | Fact::Settled { parcel, .. }
            | Fact::Resend { parcel, .. }
            | Fact::Readdressed { parcel, .. } => self.parcel(parcel, event),
            _ => {}
        }
    }

    /// Removes a document's revision, as if the document had never come.
    fn forget(&mut self, key: &domain::DatasetKey, revision: u32, event: &Event) {
        let taken = self.forms.entry((key.form.clone(), key.period)).or_default();
        let of_subject = (key.unit.clone(), key.agency.clone());
        if let Some(revisions) = taken.revisions.get_mut(&of_subject) {
            revisions.remove(&revision);
            if revisions.is_empty() {
                taken.revisions.remove(&of_subject);
            }
        }
        taken.forget_arrival(&of_subject);
        taken.seq = event.seq;
    }

    /// Applies the withdrawal of a person's decision.
    fn take_back(&mut self, act: &Fact, event: &Event) {
        match act {
            Fact::Accepted { key, revision, document: None, .. } | Fact::Rejected { key, revision, .. } => {
                self.document(key, *revision, false, event);
            }
            Fact::Accepted { key, revision, document: Some(read), .. } => {
                self.forget(key, *revision, event);
                self.document(&read.read_as, read.read_revision, false, event);
            }
            Fact::Overridden { issue, .. } | Fact::Approved { issue, .. } => {
                self.issues.entry(issue.clone()).or_default().seq = event.seq;
            }
            _ => {}
        }
    }

    fn document(&mut self, key: &domain::DatasetKey, revision: u32, usable: bool, event: &Event) {
        let taken = self.forms.entry((key.form.clone(), key.period)).or_default();
        let of_subject = (key.unit.clone(), key.agency.clone());
        taken.revisions.entry(of_subject.clone()).or_default().insert(revision, usable);
        if usable {
            taken.first.entry(of_subject).or_insert(event.at);
        } else {
            taken.forget_arrival(&of_subject);
        }
        taken.seq = event.seq;
    }

    fn parcel(&mut self, parcel: &ParcelId, event: &Event) {
        let handing = self.issues.entry(parcel.issue.clone()).or_default();
        follow(&mut handing.records, event);
        if let Fact::Outcome { state, .. } | Fact::Settled { state, .. } = &event.fact
            && state.is_handed()
        {
            handing.last_handed = Some(event.at);
        }
        if matches!(event.fact, Fact::Settled { .. } | Fact::Resend { .. } | Fact::Readdressed { .. }) {
            handing.seq = event.seq;
        }
    }

    /// Adds an incident to the journal of emergencies. The fact that ends an incident replaces the one that began it.
    fn emergency(&mut self, incident: &Incident) {
        let same = |known: &&mut Incident| known.door == incident.door && known.since == incident.since;
        match self.incidents.iter_mut().find(same) {
            Some(known) => known.clone_from(incident),
            None => self.incidents.push(incident.clone()),
        }
    }

    /// When a form had come completely, with every document that is expected of it. `None` while a document is missing
    /// or held.
    #[must_use]
    pub fn came(&self, agenda: &Agenda, form: &FormId, period: Period) -> Option<DateTime<Utc>> {
        let taken = self.forms.get(&(form.clone(), period))?;
        let expected = agenda.expected(form, period);
        if !expected.lacking(&taken.in_use()).is_whole() {
            return None;
        }
        expected.documents().iter().filter_map(|document| taken.first.get(document)).max().copied()
    }

    /// The documents of a form that have not come.
    #[must_use]
    pub fn lacking(&self, agenda: &Agenda, form: &FormId, period: Period) -> Lacking {
        let here = self.forms.get(&(form.clone(), period)).map(Taken::in_use).unwrap_or_default();
        agenda.expected(form, period).lacking(&here)
    }

    /// How many documents of a form are in use, and how many are held.
    #[must_use]
    pub fn documents(&self, form: &FormId, period: Period) -> (usize, usize) {
        let Some(taken) = self.forms.get(&(form.clone(), period)) else { return (0, 0) };
        let used = taken.revisions.values().filter(|r| r.values().any(|usable| *usable)).count();
        let held = taken.revisions.values().flat_map(BTreeMap::values).filter(|usable| !**usable).count();
        (used, held)
    }

    /// The newest revision of a form's documents; `None` if no document came.
    #[must_use]
    pub fn revision(&self, form: &FormId, period: Period) -> Option<u32> {
        let taken = self.forms.get(&(form.clone(), period))?;
        taken.revisions.values().filter_map(|r| r.keys().last()).max().copied()
    }

    #[must_use]
    pub fn tries(&self, duty: &Duty) -> Option<&Tries> {
        self.tries.get(duty)
    }

    #[must_use]
    pub fn handing(&self, issue: &Issue) -> Option<&Handing> {
        self.issues.get(issue)
    }

    /// The place in the journal of the last document that came too late for a collection: of the forms that it was
    /// built without, those that have come since. `None` if no such form has come.
    #[must_use]
    pub fn came_after(&self, agenda: &Agenda, collection: &Duty, issue: &Issue) -> Option<i64> {
        let without = &self.issues.get(issue)?.incomplete;
        let came = agenda.inputs(collection).iter().filter(|input| {
            without.contains(&input.form) && self.came(agenda, &input.form, input.duty.period).is_some()
        });
        came.filter_map(|i| self.forms.get(&(i.form.clone(), i.duty.period))).map(|taken| taken.seq).max()
    }

    /// Whether copies of a supplement to a collection wait to be handed over.
    #[must_use]
    pub fn later_waits(&self, agenda: &Agenda, first: &Issue) -> bool {
        let beside = |i: &&Issue| i.collection == first.collection && i.period == first.period && i.supplement > 0;
        let waits = |h: &Handing| h.records.values().any(|r| agenda.is_ready(r));
        self.issues.keys().filter(beside).filter_map(|i| self.issues.get(i)).any(waits)
    }

    /// The place in the journal of the last news about a collection: a document of one of its forms, or a person's
    /// decision.
    #[must_use]
    pub fn news(&self, agenda: &Agenda, collection: &Duty, issue: &Issue) -> i64 {
        let of_forms = agenda
            .inputs(collection)
            .iter()
            .filter_map(|input| self.forms.get(&(input.form.clone(), input.duty.period)).map(|taken| taken.seq));
        of_forms.chain(self.issues.get(issue).map(|handing| handing.seq)).max().unwrap_or_default()
    }

    /// The last outage of the program that overlaps a range of time, if any.
    #[must_use]
    pub fn outage(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<&Incident> {
        let touches =
            |i: &&Incident| i.door == Door::Program && i.since < until && i.until.is_none_or(|end| end > from);
        self.incidents.iter().rev().find(touches)
    }

    /// The emergency at a door that has not ended, if any.
    #[must_use]
    pub fn lasting(&self, door: Door) -> Option<&Incident> {
        self.incidents.iter().rev().find(|i| i.door == door && i.until.is_none())
    }
}

/// The first issue of a collection, which fulfils the obligation; `None` for a form.
#[must_use]
pub fn first_issue(duty: &Duty) -> Option<Issue> {
    match &duty.subject {
        Subject::Collection(id) => Some(Issue::first(id.clone(), duty.period)),
        Subject::Form(_) => None,
    }
}
