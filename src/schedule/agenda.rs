//! The agenda: what falls due in a range of days, what each collection waits for, and at which hours forms are
//! requested.
//!
//! In: the office's files and two days. Out: an [`Agenda`]; the same files give the same agenda. It does not know the
//! journal or the time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::Input;
use config::{Grounds, Office, parse_cron};
use domain::{
    Duty, Expected, FormId, Hours, Issue, Obligation, OrganId, ParcelId, ParcelRecord, Period, Registered, Regulation,
    Subject, entitled_copies, instant, obligations,
};

/// How long after its deadline a form does not yet count as late. A request made at the deadline needs time to be
/// answered.
pub const GRACE: TimeDelta = TimeDelta::minutes(10);

/// How long after the cut-off the collections of a day should all be handed over.
const AFTER_CUT_OFF: TimeDelta = TimeDelta::hours(1);

/// The shortest time between two requests for a form, whatever the cron expression says, to spare other people's
/// servers.
const SHORTEST: TimeDelta = TimeDelta::minutes(5);
/// How long after the last day forms may still be requested.
const TAIL: Days = Days::new(130);

/// The obligations of a range of days.
#[derive(Debug, Clone)]
pub struct Agenda {
    /// Sorted by deadline, the oldest first.
    pub owed: Vec<Obligation>,
    pub hours: Hours,
    pub zone: Tz,
    days: Vec<TermDay>,
    inputs: BTreeMap<Duty, Vec<Input>>,
    /// The last day of the collections that a form feeds.
    feeds: BTreeMap<Duty, NaiveDate>,
    regulation: Regulation,
    probes: BTreeMap<FormId, usize>,
    /// The instants of each cron expression, in order.
    instants: Vec<Vec<DateTime<Utc>>>,
    grounds: Grounds,
    /// The mark of the settings by which each organ's parcels go.
    marks: BTreeMap<OrganId, String>,
}

/// A day on which something falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermDay {
    pub day: NaiveDate,
    /// When the office is notified: at the opening hour, after the last term of the day, at the next opening hour.
    pub hours: [DateTime<Utc>; 3],
    /// Indices into [`Agenda::owed`].
    owed: Vec<usize>,
}

impl Agenda {
    /// What falls due between two days, both included.
    #[must_use]
    pub fn new(office: &Office, from: NaiveDate, to: NaiveDate) -> Self {
        let (probes, instants) = probes(office, from, to.checked_add_days(TAIL).unwrap_or(to));
        Self { probes, instants, ..Self::of_terms(office, from, to) }
    }

    /// As [`Agenda::new`], without the hours at which forms are requested; for callers that need only the terms.
    #[must_use]
    pub fn of_terms(office: &Office, from: NaiveDate, to: NaiveDate) -> Self {
        let (regulation, hours, zone) = (office.regulation(), office.settings.hours, office.zone);
        let owed = obligations(regulation, &office.calendar, &hours, zone, from, to);
        let mut places: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
        for (place, obligation) in owed.iter().enumerate() {
            places.entry(obligation.due.due).or_default().push(place);
        }
        let of_day = |(day, places): (NaiveDate, Vec<usize>)| {
            let last = places.iter().map(|place| &owed[*place]).map(told_after).max().unwrap_or_default();
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            let midnight = instant(next, NaiveTime::MIN, zone);
            let (opening, after) = (instant(day, hours.opening, zone), instant(next, hours.opening, zone));
            TermDay { day, hours: [opening, last.min(midnight), after.max(midnight)], owed: places }
        };
        let days = places.into_iter().map(of_day).collect();
        let (mut inputs, mut feeds) = (BTreeMap::new(), BTreeMap::new());
        for obligation in &owed {
            let Subject::Collection(id) = &obligation.duty.subject else { continue };
            let Some(term) = regulation.collection(id) else { continue };
            let wanted = Input::of(office, term, obligation.duty.period, obligation.due.due);
            for input in &wanted {
                let until = feeds.entry(input.duty.clone()).or_insert(obligation.due.due);
                *until = (*until).max(obligation.due.due);
            }
            inputs.insert(obligation.duty.clone(), wanted);
        }
        let (probes, instants, grounds) = (BTreeMap::new(), Vec::new(), Grounds::of(office));
        let mark = |organ: &OrganId| (organ.clone(), office.settings.delivery_mark(organ));
        let marks = regulation.recipients.iter().map(|recipient| mark(&recipient.id)).collect();
        Self {
            owed,
            hours,
            zone,
            days,
            inputs,
            feeds,
            regulation: regulation.clone(),
            probes,
            instants,
            grounds,
            marks,
        }
    }

    /// The forms that a collection is made from.
    #[must_use]
    pub fn inputs(&self, collection: &Duty) -> &[Input] {
        self.inputs.get(collection).map_or(&[], Vec::as_slice)
    }

    /// Whether the schedule is responsible for an obligation: it falls due on or after the schedule's first day, or it
    /// is a form for a collection that does.
    #[must_use]
    pub fn counts(&self, obligation: &Obligation, since: NaiveDate) -> bool {
        obligation.due.due >= since || self.feeds.get(&obligation.duty).is_some_and(|day| *day >= since)
    }

    /// How many parcels an issue owes on a day, given the parcels that are already in the register.
    #[must_use]
    pub fn parcels(&self, issue: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>, day: NaiveDate) -> usize {
        entitled_copies(&self.regulation, &issue.collection, &Registered::of(issue, records), day).0.len()
    }

    /// Whether copies of a parcel may be sent by a machine: some wait, and the server has not refused all of them for
    /// good under the settings of today.
    #[must_use]
    pub fn is_ready(&self, record: &ParcelRecord) -> bool {
        let mark = self.marks.get(&record.parcel.organ).map_or("", String::as_str);
        record.ready(mark).next().is_some()
    }

    /// The days with terms from a day on, in order.
    #[must_use]
    pub fn days_from(&self, first: NaiveDate) -> &[TermDay] {
        &self.days[self.days.partition_point(|d| d.day < first)..]
    }

    /// What falls due on a day.
    #[must_use]
    pub fn owed_on(&self, day: &TermDay) -> Vec<&Obligation> {
        day.owed.iter().map(|place| &self.owed[*place]).collect()
    }

    /// The obligations whose deadlines lie between two instants.
    #[must_use]
    pub fn owed_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> &[Obligation] {
        let place = |at| self.owed.partition_point(|o| o.deadline < at);
        &self.owed[place(from)..place(to)]
    }

    /// The documents that make a form of a period complete.
    #[must_use]
    pub fn expected(&self, form: &FormId, period: Period) -> Expected {
        self.grounds.expected(form, period)
    }

    /// The same agenda, but each form comes in one document about the republic; for simulations and tests.
    #[must_use]
    pub fn in_one_document(self) -> Self {
        Self { grounds: self.grounds.in_one_document(), ..self }
    }

    /// The last request hour of a form that is not after `now`.
    #[must_use]
    pub fn asked_at(&self, form: &FormId, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let instants = self.instants.get(*self.probes.get(form)?)?;
        let after = instants.partition_point(|i| *i <= now);
        after.checked_sub(1).map(|place| instants[place])
    }

    /// The first request hour of a form that is not before `from`.
    #[must_use]
    pub fn asked_from(&self, form: &FormId, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let instants = self.instants.get(*self.probes.get(form)?)?;
        instants.get(instants.partition_point(|i| *i < from)).copied()
    }

    /// An hour of a day in the office's zone.
    #[must_use]
    pub fn at(&self, day: NaiveDate, hour: NaiveTime) -> DateTime<Utc> {
        instant(day, hour, self.zone)
    }

    /// An instant as the office reads it: `2025-07-14 18:00`.
    #[must_use]
    pub fn say(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// The request hours, by form. A cron expression is evaluated in the office's local time, and the result is then turned
/// into instants. So an hour that comes twice (29.02.2024, 23:00) is one request hour.
fn probes(office: &Office, from: NaiveDate, to: NaiveDate) -> (BTreeMap<FormId, usize>, Vec<Vec<DateTime<Utc>>>) {
    let forms = &office.regulation().forms;
    let texts: BTreeSet<&str> = forms.iter().map(|f| f.probe.as_str()).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    let places = forms.iter().filter_map(|f| Some((f.id.clone(), texts.iter().position(|t| *t == f.probe)?))).collect();
    (places, texts.iter().map(|text| instants(text, from, to, office.zone)).collect())
}

fn instants(text: &str, from: NaiveDate, to: NaiveDate, zone: Tz) -> Vec<DateTime<Utc>> {
    // The same rule checked the office's files when they were read, so a wrong expression does not occur here.
    let Ok(schedule) = parse_cron(text) else { return Vec::new() };
    let mut found = Vec::new();
    let mut local = from.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(1);
    let end = to.and_time(NaiveTime::MIN).and_utc();
    while let Some(next) = schedule.after(&local).next().filter(|next| *next < end) {
        found.push(instant(next.date_naive(), next.time(), zone));
        local = next + SHORTEST - TimeDelta::seconds(1);
    }
    found.dedup();
    found
}

/// The instant after which an obligation counts as open in the alert of its day.
fn told_after(owed: &Obligation) -> DateTime<Utc> {
    match owed.duty.subject {
        Subject::Form(_) => owed.deadline + GRACE + TimeDelta::seconds(1),
        Subject::Collection(_) => owed.cut_off + AFTER_CUT_OFF,
    }
}
