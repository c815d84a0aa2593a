//! The forms that a collection is made from, and which of them have not come.

use chrono::NaiveDate;

use crate::{Agenda, State};
use config::Office;
use domain::{CollectionTerm, Duty, FormId, FormTerm, LateForm, Period, Subject, due_of_form};

/// A form that a collection is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub form: FormId,
    pub duty: Duty,
    /// Whether the collection waits for it until the cut-off: the form falls due no later than the collection, or its
    /// late-form policy is `hold`.
    pub waited: bool,
    pub policy: LateForm,
}

impl Input {
    /// The forms that a collection of a period is made from. `until` is the last day of the collection.
    #[must_use]
    pub fn of(office: &Office, term: &CollectionTerm, period: Period, until: NaiveDate) -> Vec<Self> {
        let regulation = office.regulation();
        let input = |(form, period): (&FormTerm, Period)| {
            let due = due_of_form(regulation, &office.calendar, form, period).due;
            let policy = term.late_policy(&form.id);
            let duty = Duty { subject: Subject::Form(form.id.clone()), period };
            let waited = due <= until || policy == LateForm::Hold;
            Self { form: form.id.clone(), duty, waited, policy }
        };
        regulation.inputs_of(term, period).into_iter().map(input).collect()
    }
}

/// The inputs of a collection that have not come completely.
pub fn missing<'a>(agenda: &'a Agenda, state: &State, collection: &Duty) -> Vec<&'a Input> {
    let here = |i: &&Input| state.came(agenda, &i.form, i.duty.period).is_none();
    agenda.inputs(collection).iter().filter(here).collect()
}
