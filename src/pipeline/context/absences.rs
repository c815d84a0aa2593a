//! Why documents are not here: the last answers of their sources, derived from the journal.
//!
//! In: facts, in the order of the journal. Out: the absence of a document. Unknown here: which documents are expected.

use std::collections::BTreeMap;

use domain::{Absence, Agency, Fact, FormId, Period, Unit};

/// The last answers that brought no document.
#[derive(Debug, Clone, Default)]
pub struct Absences {
    answers: BTreeMap<(FormId, Period), BTreeMap<Asked, (usize, Absence)>>,
    /// Counts the answers, to find the later of two.
    count: usize,
}

/// The subject of a request: one document, or everything that a request or a file is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    One(Unit, Agency),
    Any,
}

impl Absences {
    /// Applies one more fact.
    pub fn apply(&mut self, fact: &Fact) {
        let (form, period, asked, absence) = match fact {
            Fact::FetchFailed { form, period, absence, unit, agency, .. } => {
                let agency = agency.clone().unwrap_or_else(Agency::all);
                let asked = unit.clone().map_or(Asked::Any, |unit| Asked::One(unit, agency));
                // Older journals do not record the kind of failure, so it counts as no answer.
                (form, *period, asked, absence.unwrap_or(Absence::NoAnswer))
            }
            Fact::Refused { form, period: Some(period), .. } => (form, *period, Asked::Any, Absence::Refused),
            _ => return,
        };
        self.count += 1;
        self.answers.entry((form.clone(), period)).or_default().insert(asked, (self.count, absence));
    }

    /// Why a document is not here, by the last answer about it; `None` if no answer was recorded.
    #[must_use]
    pub fn of(&self, form: &FormId, period: Period, (unit, agency): &(Unit, Agency)) -> Option<Absence> {
        let answers = self.answers.get(&(form.clone(), period))?;
        let own = answers.get(&Asked::One(unit.clone(), agency.clone()));
        own.into_iter().chain(answers.get(&Asked::Any)).max().map(|(_, absence)| *absence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(unit: Option<&str>, absence: Option<Absence>) -> Fact {
        Fact::FetchFailed {
            form: "1-m".parse().unwrap(),
            period: "2024-M06".parse().unwrap(),
            url: "http://127.0.0.1/a".into(),
            why: "x".into(),
            absence,
            unit: unit.map(|u| u.parse().unwrap()),
            agency: None,
        }
    }

    #[test]
    fn the_last_answer_counts_and_each_document_has_its_own() {
        let mut absences = Absences::default();
        let form = "1-m".parse().unwrap();
        let of = |absences: &Absences, unit: &str| {
            absences.of(&form, "2024-M06".parse().unwrap(), &(unit.parse().unwrap(), Agency::all()))
        };
        assert_eq!(of(&absences, "1971"), None);
        absences.apply(&failed(Some("1971"), Some(Absence::NoAnswer)));
        absences.apply(&failed(Some("1911"), Some(Absence::NotThere)));
        assert_eq!((of(&absences, "1971"), of(&absences, "1911")), (Some(Absence::NoAnswer), Some(Absence::NotThere)));
        absences.apply(&failed(Some("1971"), Some(Absence::NotThere)));
        assert_eq!(of(&absences, "1971"), Some(Absence::NotThere));
        // An answer about every unit, by a service.
        absences.apply(&failed(None, Some(Absence::Denied)));
        assert_eq!(of(&absences, "1911"), Some(Absence::Denied));
        absences.apply(&failed(Some("1911"), None));
        assert_eq!(of(&absences, "1911"), Some(Absence::NoAnswer));
    }
}
