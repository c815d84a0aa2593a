//! When a collection may be handed over: the one rule that the daemon, `run` and `send` follow.
//!
//! In: a collection's term as instants, its forms and which of them came, the time. Out: whether it may be handed over,
//! and if not, why. A person may decide to hand it over anyway; this module does not know such decisions.

use chrono::{DateTime, Utc};

use crate::{Agenda, Input, State};
use domain::{LateForm, Obligation};

/// Whether a collection may be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    Open,
    /// Its hour has not come: the send hour of its day, or its cut-off while a form is still missing.
    Early,
    /// A form is late, and by the office's setting (`hold`) the collection waits for it.
    Held,
    /// None of its forms has come. Only a person may decide to send a collection without figures.
    Empty,
}

/// A collection's gate, and the instant of its hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub gate: Gate,
    pub opens: DateTime<Utc>,
    /// Whether every form that it waits for has come.
    pub complete: bool,
}

/// How much of a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Nothing,
    Partly,
    Whole,
}

/// Decides whether a collection may be handed over.
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

/// How much of a form of a collection has come, by the journal.
#[must_use]
pub fn arrival(agenda: &Agenda, state: &State, input: &Input) -> Arrival {
    let (form, period) = (&input.form, input.duty.period);
    if state.came(agenda, form, period).is_some() {
        return Arrival::Whole;
    }
    if state.documents(form, period).0 > 0 { Arrival::Partly } else { Arrival::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::Office;
    use domain::{Duty, Subject, due_of_collection};

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    /// The gate of a collection of 2025-Q2 at an instant; `here` is how much of each form has come.
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
        // 1-ad falls due after the collection, so the collection does not wait for it.
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
}
