//! What falls due in a stretch of days, what each collection waits for, and at which hours forms are asked for.
//!
//! Made from the office's files alone: whoever has the same files has the same agenda.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::Input;
use config::{Grounds, Office, parse_cron};
use domain::{
    Duty, Expected, FormId, Hours, Issue, Obligation, ParcelId, ParcelRecord, Period, Registered, Regulation, Subject,
    entitled_copies, instant, obligations,
};

/// The question of the deadline hour itself has this long to be answered before a form counts as late.
pub const GRACE: TimeDelta = TimeDelta::minutes(10);

/// How long after the cut-off the collections of a day should have left.
const AFTER_CUT_OFF: TimeDelta = TimeDelta::hours(1);

/// How often a form is asked for at most, whatever the cron expression says: sources are other people's machines.
const SHORTEST: TimeDelta = TimeDelta::minutes(5);
/// How long after the last day forms may still be asked for.
const TAIL: Days = Days::new(130);

/// The obligations of a stretch of days.
#[derive(Debug, Clone)]
pub struct Agenda {
    /// The oldest deadline first.
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
}

/// A day on which something falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermDay {
    pub day: NaiveDate,
    /// When the office is told of it: its opening hour, the end of its last term, the next opening hour.
    pub hours: [DateTime<Utc>; 3],
    /// Places among the obligations.
    owed: Vec<usize>,
}

impl Agenda {
    /// What falls due between two days, both included.
    #[must_use]
    pub fn new(office: &Office, from: NaiveDate, to: NaiveDate) -> Self {
        let (probes, instants) = probes(office, from, to.checked_add_days(TAIL).unwrap_or(to));
        Self { probes, instants, ..Self::of_terms(office, from, to) }
    }

    /// The same without the hours of asking, for those who only look at terms.
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
        Self { owed, hours, zone, days, inputs, feeds, regulation: regulation.clone(), probes, instants, grounds }
    }

    /// What a collection is made from.
    #[must_use]
    pub fn inputs(&self, collection: &Duty) -> &[Input] {
        self.inputs.get(collection).map_or(&[], Vec::as_slice)
    }

    /// Whether the schedule answers for an obligation: it falls due no earlier than the schedule's first day, or a
    /// collection that does is made from it.
    #[must_use]
    pub fn counts(&self, obligation: &Obligation, since: NaiveDate) -> bool {
        obligation.due.due >= since || self.feeds.get(&obligation.duty).is_some_and(|day| *day >= since)
    }

    /// How many parcels an issue owes on a day, with what stands in the register of it already.
    #[must_use]
    pub fn parcels(&self, issue: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>, day: NaiveDate) -> usize {
        entitled_copies(&self.regulation, &issue.collection, &Registered::of(issue, records), day).0.len()
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

    /// The same agenda where each form comes in one document about the republic: for made-up worlds.
    #[must_use]
    pub fn in_one_document(self) -> Self {
        Self { grounds: self.grounds.in_one_document(), ..self }
    }

    /// The last hour of asking for a form that is not after an instant.
    #[must_use]
    pub fn asked_at(&self, form: &FormId, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let instants = self.instants.get(*self.probes.get(form)?)?;
        let after = instants.partition_point(|i| *i <= now);
        after.checked_sub(1).map(|place| instants[place])
    }

    /// The first hour of asking for a form that is not before an instant.
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

/// The hours of asking, by form. Cron expressions are read as days and hours of the office and only then become
/// instants, so that an hour that comes twice (29.02.2024, 23:00) is one hour of asking.
fn probes(office: &Office, from: NaiveDate, to: NaiveDate) -> (BTreeMap<FormId, usize>, Vec<Vec<DateTime<Utc>>>) {
    let forms = &office.regulation().forms;
    let texts: BTreeSet<&str> = forms.iter().map(|f| f.probe.as_str()).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    let places = forms.iter().filter_map(|f| Some((f.id.clone(), texts.iter().position(|t| *t == f.probe)?))).collect();
    (places, texts.iter().map(|text| instants(text, from, to, office.zone)).collect())
}

fn instants(text: &str, from: NaiveDate, to: NaiveDate, zone: Tz) -> Vec<DateTime<Utc>> {
    // The office's files were read with the same rule, so that a wrong expression does not come this far.
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

/// When something that falls due on a day should be over.
fn told_after(owed: &Obligation) -> DateTime<Utc> {
    match owed.duty.subject {
        Subject::Form(_) => owed.deadline + GRACE + TimeDelta::seconds(1),
        Subject::Collection(_) => owed.cut_off + AFTER_CUT_OFF,
    }
}
