//! Which collections of a quarter may not be handed over now, and what they wait for.
//!
//! The rule is [`schedule::gate()`]. A person may let a collection go all the same; that is an act of its own, and
//! unknown here.
//!
//! In: a quarter and its journal. Out: [`Waits`].

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{report, requirements};
use crate::{Context, Failure};
use domain::{CollectionId, CollectionStatus, FormId, Obligation, Period, due_of_collection, due_of_form};
use ledger::Filter;
pub use schedule::Gate;
use schedule::{Agenda, Arrival, Input, State, arrival, gate};

/// How many forms a sentence lists.
const NAMED: usize = 3;

/// A collection that waits, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waits {
    pub collection: CollectionId,
    pub period: Period,
    pub gate: Gate,
    /// No copy of it is handed over before this instant.
    pub opens: DateTime<Utc>,
    /// The number of forms that it is made from.
    pub forms: usize,
    /// The forms that are not here as a whole.
    pub missing: Vec<Expected>,
}

/// A form that is not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expected {
    pub form: FormId,
    pub period: Period,
    pub due: NaiveDate,
    #[serde(skip)]
    pub deadline: DateTime<Utc>,
}

/// The collections of a quarter that may not be handed over now.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn waiting(context: &Context, quarter: Period) -> Result<Vec<Waits>, Failure> {
    let (office, regulation) = (&context.office, context.office.regulation());
    let due = requirements::collections(regulation, quarter);
    let mut periods: Vec<Period> = due.iter().map(|due| due.period).collect();
    periods.extend(requirements::forms(regulation, quarter, &[])?.iter().map(|needed| needed.period));
    periods.sort();
    periods.dedup();
    let mut state = State::default();
    state.follow(&context.events(&Filter::of_periods(periods).kinds(&State::OF_DOCUMENTS)).await?);
    let first = quarter.day_after();
    let agenda = Agenda::of_terms(office, first, first.checked_add_days(Days::new(40)).unwrap_or(first));
    // A collection that was handed over no longer waits.
    let standing = report::standing(context, quarter, &report::events_of(context, quarter).await?);
    let is_done = |id: &CollectionId| {
        let all = |c: &CollectionStatus| c.id == *id && c.parcels.handed >= c.parcels.expected;
        standing.status.collections.iter().any(all)
    };
    let mut waiting = Vec::new();
    for due in due.into_iter().filter(|due| !is_done(&due.term.id)) {
        let term = due_of_collection(regulation, &office.calendar, due.term, due.period);
        let owed = Obligation::new(term, &office.settings.hours, office.zone);
        let inputs = Input::of(office, due.term, due.period, owed.due.due);
        let arrival = |input: &Input| arrival(&agenda, &state, input);
        let hour = gate(&owed, &inputs, arrival, context.now());
        if hour.gate == Gate::Open {
            continue;
        }
        let missing = inputs.iter().filter(|input| arrival(input) != Arrival::Whole);
        waiting.push(Waits {
            collection: due.term.id.clone(),
            period: due.period,
            gate: hour.gate,
            opens: hour.opens,
            forms: inputs.len(),
            missing: missing.filter_map(|input| expected(context, input)).collect(),
        });
    }
    Ok(waiting)
}

fn expected(context: &Context, input: &Input) -> Option<Expected> {
    let (office, regulation) = (&context.office, context.office.regulation());
    let due = due_of_form(regulation, &office.calendar, regulation.form(&input.form)?, input.duty.period);
    let owed = Obligation::new(due, &office.settings.hours, office.zone);
    let (form, period) = (input.form.clone(), input.duty.period);
    Some(Expected { form, period, due: owed.due.due, deadline: owed.deadline })
}

/// Collections that wait for one hour, and what is missing of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Early {
    pub collections: Vec<CollectionId>,
    pub opens: DateTime<Utc>,
    /// What they wait for, as a sentence.
    pub words: String,
}

/// The collections that wait for their hour, by hour.
#[must_use]
pub fn early(waiting: &[Waits], zone: Tz, now: DateTime<Utc>) -> Vec<Early> {
    let early = || waiting.iter().filter(|w| w.gate == Gate::Early);
    let mut hours: Vec<DateTime<Utc>> = early().map(|w| w.opens).collect();
    hours.sort();
    hours.dedup();
    let of_hour = |opens: DateTime<Utc>| {
        let together: Vec<&Waits> = early().filter(|w| w.opens == opens).collect();
        let ids: Vec<String> = together.iter().map(|w| format!("`{}`", w.collection)).collect();
        let at = opens.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z");
        let forms = missing(&together, zone, now);
        let words = format!("{forms}no copy of {} is handed over before {at}", ids.join(", "));
        Early { collections: together.iter().map(|w| w.collection.clone()).collect(), opens, words }
    };
    hours.into_iter().map(of_hour).collect()
}

/// The forms that collections wait for, each once: the next few, and the number of all.
fn missing(together: &[&Waits], zone: Tz, now: DateTime<Utc>) -> String {
    let mut forms: Vec<&Expected> = together.iter().flat_map(|w| &w.missing).collect();
    forms.sort_by(|a, b| (a.deadline, &a.form).cmp(&(b.deadline, &b.form)));
    forms.dedup_by(|a, b| a.form == b.form);
    let word = |e: &&Expected| {
        if e.deadline < now {
            return format!("{} is late since {}", e.form, e.due);
        }
        format!("{} is expected until {}", e.form, e.deadline.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z"))
    };
    let named: Vec<String> = forms.iter().take(NAMED).map(word).collect();
    let rest = match forms.len().saturating_sub(NAMED) {
        0 => String::new(),
        rest => format!(", and {rest} more"),
    };
    match forms.len() {
        0 => "all its forms are here; ".to_owned(),
        1 => format!("1 form is missing: {}; ", named.join(", ")),
        all => format!("{all} forms are missing: {}{rest}; ", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn what_is_waited_for_is_told_in_a_sentence() {
        let expected = |form: &str, deadline: &str| Expected {
            form: form.parse().unwrap(),
            period: "2025-Q2".parse().unwrap(),
            due: deadline[..10].parse().unwrap(),
            deadline: at(deadline),
        };
        let waits = |collection: &str, gate, missing| Waits {
            collection: collection.parse().unwrap(),
            period: "2025-Q2".parse().unwrap(),
            gate,
            opens: at("2025-07-14T20:00:00+05:00"),
            forms: 3,
            missing,
        };
        let all = [
            waits("crime", Gate::Early, vec![expected("1-e", "2025-07-10T18:00:00+05:00")]),
            waits("courts", Gate::Early, vec![expected("1-m", "2025-07-03T18:00:00+05:00")]),
            waits("narcotics", Gate::Empty, vec![]),
        ];
        let zone = chrono_tz::Asia::Almaty;
        let early = early(&all, zone, at("2025-07-04T12:00:00+05:00"));
        assert_eq!(early.len(), 1, "an empty collection waits for no hour: {early:?}");
        assert_eq!(
            early[0].words,
            "2 forms are missing: 1-m is late since 2025-07-03, 1-e is expected until 2025-07-10 18:00 +05; \
             no copy of `crime`, `courts` is handed over before 2025-07-14 20:00 +05"
        );
    }
}
