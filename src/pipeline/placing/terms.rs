//! The terms of placements, as the site shows them, and instants in the zone of the office.
//!
//! In: the act, the calendar, what was placed, why the rest was not. Out: terms with their state. Unknown here: figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Offset as _, Utc};

use super::holds::Hold;
use crate::{Context, Failure};
use config::SiteSettings;
use domain::{FormId, Language, Period, ReleaseKey, ReleaseRecord, Subject, Titles, plan};
use site::input::{LocalTime, PlacementTerm, TermState};
use words::Messages;

/// How many days of the future the calendar shows.
const AHEAD: Days = Days::new(370);

/// An instant with the clock of the office beside it.
#[must_use]
pub fn local(context: &Context, utc: DateTime<Utc>) -> LocalTime {
    let ahead = utc.with_timezone(&context.office.zone).offset().fix().local_minus_utc() / 60;
    LocalTime { utc, ahead }
}

/// The texts of the program in the languages of the site.
pub struct Spoken {
    messages: Vec<Messages>,
}

impl Spoken {
    /// The messages of an office.
    ///
    /// # Errors
    /// When a file of messages has faults.
    pub fn of(context: &Context) -> Result<Self, Failure> {
        let of = |language| config::messages(&context.office.home, language);
        let messages: Result<Vec<Option<Messages>>, _> = [Language::RU, Language::KK].into_iter().map(of).collect();
        let messages =
            messages.map_err(|faults| Failure::usage(format!("the office's files have faults:\n{faults}")))?;
        Ok(Self { messages: messages.into_iter().flatten().collect() })
    }

    /// A text of the program in each language.
    #[must_use]
    pub fn titles(&self, english: &str) -> Titles {
        let titles = Titles::ru(english).with(Language::EN, english);
        self.messages
            .iter()
            .fold(titles, |titles, messages| titles.with(messages.language(), messages.of(english).into_owned()))
    }
}

/// The terms of all forms from the first placement on, and for a year ahead.
pub fn terms(
    context: &Context,
    site: &SiteSettings,
    spoken: &Spoken,
    period: Period,
    records: &BTreeMap<ReleaseKey, ReleaseRecord>,
    holds: &BTreeMap<ReleaseKey, Hold>,
) -> Vec<PlacementTerm> {
    let (office, today) = (&context.office, context.today());
    let first = records.keys().map(|(_, period)| *period).chain([period]).map(Period::day_after).min();
    let from = first.unwrap_or(today);
    let to = today.max(from).checked_add_days(AHEAD).unwrap_or(today);
    let mut terms = Vec::new();
    for due in plan(office.regulation(), &office.calendar, from, to) {
        let Subject::Form(form) = &due.subject else { continue };
        let state = state(context, site, spoken, (form, due.period, due.due), records, holds);
        terms.push(PlacementTerm {
            form: form.clone(),
            period: due.period,
            statutory: due.statutory,
            due: due.due,
            moved: due.rolled.then(|| spoken.titles(&due.reason)),
            state,
        });
    }
    terms
}

fn state(
    context: &Context,
    site: &SiteSettings,
    spoken: &Spoken,
    (form, period, due): (&FormId, Period, NaiveDate),
    records: &BTreeMap<ReleaseKey, ReleaseRecord>,
    holds: &BTreeMap<ReleaseKey, Hold>,
) -> TermState {
    if site.public(form).is_none() {
        return TermState::Withheld;
    }
    let key = (form.clone(), period);
    if let Some(first) = records.get(&key).and_then(|record| record.revisions.first()) {
        return TermState::Placed(local(context, first.placed));
    }
    match holds.get(&key) {
        // The commands of the cause are for the office.
        Some(Hold::Held(_)) => TermState::Held { cause: spoken.titles("a check or a decision of the office holds it") },
        _ if due >= context.today() => TermState::Expected,
        Some(Hold::Late(cause)) => TermState::Missed { cause: spoken.titles(cause) },
        None => TermState::Missed { cause: spoken.titles("the form was not placed") },
    }
}
