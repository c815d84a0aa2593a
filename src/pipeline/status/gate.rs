//! When a collection may be handed over: the one rule that the daemon, `run` and `send` keep.
//!
//! In: a collection's term as instants, its forms and which of them came, the time. Out: whether it may go, and if not, what it
//! waits for. A person may let it go all the same; that is an act of its own, and unknown here.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{Agenda, Input, State, report, requirements};
use crate::{Desk, Failure};
use domain::{CollectionId, CollectionStatus, FormId, LateForm, Obligation, Period, due_of_collection, due_of_form};
use ledger::Filter;

/// How many forms a sentence spells out.
const NAMED: usize = 3;

/// Whether a collection may be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    Open,
    /// Its hour has not come: the sending hour of its day, or its cut-off while a form is expected.
    Early,
    /// A form is late, and the office wants the collection to wait for it.
    Held,
    /// None of its forms has come: there is nothing in it, and no machine sends that.
    Empty,
}

/// A collection's gate, with the instant from which its hour has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub gate: Gate,
    pub opens: DateTime<Utc>,
    /// Whether every form that it waits for has come.
    pub complete: bool,
}

/// How far a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Nothing,
    Partly,
    Whole,
}

/// Decides about a collection.
#[must_use]
pub fn gate(owed: &Obligation, inputs: &[Input], arrival: impl Fn(&Input) -> Arrival, now: DateTime<Utc>) -> Hour {
    let missing = || inputs.iter().filter(|input| arrival(input) != Arrival::Whole);
    let complete = !missing().any(|input| input.waited);
    let opens = if complete { owed.opens } else { owed.cut_off };
    let gate = if now < opens {
        Gate::Early
    } else if missing().any(|input| input.policy == LateForm::Hold) {
        Gate::Held
    } else if !inputs.is_empty() && inputs.iter().all(|input| arrival(input) == Arrival::Nothing) {
        Gate::Empty
    } else {
        Gate::Open
    };
    Hour { gate, opens, complete }
}

/// How far a form of a collection has come, as the journal has it.
#[must_use]
pub fn arrival(agenda: &Agenda, state: &State, input: &Input) -> Arrival {
    let (form, period) = (&input.form, input.duty.period);
    if state.came(agenda, form, period).is_some() {
        return Arrival::Whole;
    }
    if state.documents(form, period).0 > 0 { Arrival::Partly } else { Arrival::Nothing }
}

/// A collection that waits, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waits {
    pub collection: CollectionId,
    pub period: Period,
    pub gate: Gate,
    /// Nothing of it is handed over before this instant.
    pub opens: DateTime<Utc>,
    /// How many forms it is made from.
    pub forms: usize,
    /// Those that are not here as a whole.
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

/// The collections of a quarter that may not be handed over at this minute.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn waiting(desk: &Desk, quarter: Period) -> Result<Vec<Waits>, Failure> {
    let (office, regulation) = (&desk.office, desk.office.regulation());
    let due = requirements::collections(regulation, quarter);
    let mut periods: Vec<Period> = due.iter().map(|due| due.period).collect();
    periods.extend(requirements::forms(regulation, quarter, &[])?.iter().map(|needed| needed.period));
    periods.sort();
    periods.dedup();
    let kinds = ["dataset-read", "judged", "accepted", "corrected"];
    let mut state = State::default();
    state.follow(&desk.events(&Filter::of_periods(periods).kinds(&kinds)).await?);
    let first = quarter.day_after();
    let agenda = Agenda::of_terms(office, first, first.checked_add_days(Days::new(40)).unwrap_or(first));
    // What was handed over waits for nothing any more.
    let standing = report::standing(desk, quarter, &report::events_of(desk, quarter).await?);
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
        let hour = gate(&owed, &inputs, arrival, desk.now());
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
            missing: missing.filter_map(|input| expected(desk, input)).collect(),
        });
    }
    Ok(waiting)
}

fn expected(desk: &Desk, input: &Input) -> Option<Expected> {
    let (office, regulation) = (&desk.office, desk.office.regulation());
    let due = due_of_form(regulation, &office.calendar, regulation.form(&input.form)?, input.duty.period);
    let owed = Obligation::new(due, &office.settings.hours, office.zone);
    let (form, period) = (input.form.clone(), input.duty.period);
    Some(Expected { form, period, due: owed.due.due, deadline: owed.deadline })
}

/// What collections wait for, a sentence for each cause.
#[must_use]
pub fn told(waiting: &[Waits], zone: Tz, now: DateTime<Utc>) -> Vec<String> {
    let of = |gate: Gate| waiting.iter().filter(move |w| w.gate == gate);
    let mut sentences = Vec::new();
    let mut hours: Vec<DateTime<Utc>> = of(Gate::Early).map(|w| w.opens).collect();
    hours.sort();
    hours.dedup();
    for opens in hours {
        let together: Vec<&Waits> = of(Gate::Early).filter(|w| w.opens == opens).collect();
        let ids: Vec<String> = together.iter().map(|w| format!("`{}`", w.collection)).collect();
        let at = opens.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z");
        let forms = missing(&together, zone, now);
        sentences.push(format!("{forms}nothing of {} is handed over before {at}", ids.join(", ")));
    }
    for one in of(Gate::Held) {
        let forms: Vec<&str> = one.missing.iter().map(|m| m.form.as_str()).collect();
        let (id, forms) = (&one.collection, forms.join(", "));
        sentences.push(format!("collection `{id}` waits for {forms} (late-form policy `hold`)"));
    }
    for one in of(Gate::Empty) {
        let id = &one.collection;
        sentences
            .push(format!("collection `{id}`: none of its forms is here, and an empty collection is not handed over"));
    }
    sentences
}

/// The forms that collections expect or miss, each once: the next few, and the number of all.
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
        0 => "every form that is waited for is here; ".to_owned(),
        1 => format!("1 form is not here: {}; ", named.join(", ")),
        all => format!("{all} forms are not here: {}{rest}; ", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::Office;
    use domain::{Duty, Subject};

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    /// The gate of a collection of 2025-Q2 at an instant, with so many of its forms here.
    fn of(collection: &str, here: impl Fn(&str) -> Arrival, now: &str) -> Gate {
        let office = Office::embedded().unwrap();
        let term = office.regulation().collection(&collection.parse().unwrap()).unwrap();
        let period = "2025-Q2".parse().unwrap();
        let due = due_of_collection(office.regulation(), &office.calendar, term, period);
        let owed = Obligation::new(due, &office.settings.hours, office.zone);
        let inputs = Input::of(&office, term, period, owed.due.due);
        gate(&owed, &inputs, |input| here(input.form.as_str()), at(now)).gate
    }

    #[test]
    fn a_collection_goes_when_its_hour_has_come_and_no_sooner() {
        let all = |_: &str| Arrival::Whole;
        assert_eq!(of("narcotics", all, "2025-07-14T09:59:00+05:00"), Gate::Early);
        assert_eq!(of("narcotics", all, "2025-07-14T10:00:00+05:00"), Gate::Open);
        assert_eq!(of("narcotics", all, "2025-07-04T12:00:00+05:00"), Gate::Early);
        assert_eq!(of("narcotics", all, "2026-12-01T12:00:00+05:00"), Gate::Open);
    }

    #[test]
    fn one_that_lacks_a_form_waits_for_its_cut_off_and_goes_without_it() {
        let some = |form: &str| if form == "3-k" { Arrival::Nothing } else { Arrival::Whole };
        assert_eq!(of("corruption", some, "2025-07-14T19:59:00+05:00"), Gate::Early);
        assert_eq!(of("corruption", some, "2025-07-14T20:00:00+05:00"), Gate::Open);
        // 1-ad falls due after the collection: it is not waited for.
        let late = |form: &str| if form == "1-ad" { Arrival::Nothing } else { Arrival::Whole };
        assert_eq!(of("corruption", late, "2025-07-14T10:00:00+05:00"), Gate::Open);
    }

    #[test]
    fn one_without_any_form_goes_at_no_hour() {
        let none = |_: &str| Arrival::Nothing;
        assert_eq!(of("courts", none, "2025-07-14T20:00:00+05:00"), Gate::Empty);
        assert_eq!(of("courts", none, "2026-12-01T12:00:00+05:00"), Gate::Empty);
        let partly = |form: &str| if form == "court-1" { Arrival::Partly } else { Arrival::Nothing };
        assert_eq!(of("courts", partly, "2025-07-14T20:00:00+05:00"), Gate::Open);
    }

    #[test]
    fn one_that_waits_for_a_form_is_held_after_its_cut_off() {
        let input = |policy| Input {
            form: "1-n".parse().unwrap(),
            duty: Duty { subject: Subject::Form("1-n".parse().unwrap()), period: "2025-Q2".parse().unwrap() },
            waited: true,
            policy,
        };
        let office = Office::embedded().unwrap();
        let term = office.regulation().collection(&"narcotics".parse().unwrap()).unwrap();
        let due = due_of_collection(office.regulation(), &office.calendar, term, "2025-Q2".parse().unwrap());
        let owed = Obligation::new(due, &office.settings.hours, office.zone);
        let now = at("2025-07-14T20:30:00+05:00");
        let of = |policy, here| gate(&owed, &[input(policy)], |_| here, now).gate;
        assert_eq!(of(LateForm::Hold, Arrival::Partly), Gate::Held);
        assert_eq!(of(LateForm::Hold, Arrival::Whole), Gate::Open);
        assert_eq!(of(LateForm::Omit, Arrival::Partly), Gate::Open);
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
        let told = told(&all, zone, at("2025-07-04T12:00:00+05:00"));
        assert_eq!(
            told[0],
            "2 forms are not here: 1-m is late since 2025-07-03, 1-e is expected until 2025-07-10 18:00 +05; \
             nothing of `crime`, `courts` is handed over before 2025-07-14 20:00 +05"
        );
        assert!(told[1].starts_with("collection `narcotics`: none of its forms is here"), "{told:?}");
    }
}
