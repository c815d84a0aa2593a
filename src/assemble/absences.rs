//! What is missing in a book, for its readers: regions and agencies of forms that came in part, and comparisons.

use std::collections::BTreeSet;

use super::{
    book::{Missing, NoteGroup},
    figures::Figures,
    material::{AbsentComparison, Material, MissingForm},
    notes::form_name,
    prose::span,
};
use domain::{Absence, Agency, FormId, Language, Titles, Unit};
use words::{FixedText, Lexicon, texts};

/// Names that a line of the cover lists; of further ones it gives the number. The notes list all.
const NAMED: usize = 5;

/// Why something is not in the book, as the end of a sentence, without codes or addresses.
#[must_use]
pub const fn reason_of(absence: Absence) -> FixedText {
    match absence {
        Absence::NotAsked => texts::ABSENT_NOT_ASKED,
        Absence::NotThere => texts::ABSENT_NOT_THERE,
        Absence::Held => texts::ABSENT_HELD,
        Absence::Refused => texts::ABSENT_REFUSED,
        Absence::Denied => texts::ABSENT_DENIED,
        Absence::NoAnswer => texts::ABSENT_NO_ANSWER,
    }
}

/// For each form that came in part and each reason: a line for its regions and a line for its agencies.
#[must_use]
pub fn in_part(material: &Material<'_>, figures: &Figures<'_>) -> Vec<Missing> {
    let lines = groups(material).into_iter().map(|group| Missing {
        form: group.form.clone(),
        name: form_name(material, group.form),
        whose: Some(group.whose(material, figures, Some(NAMED))),
        reason: group.reason.clone(),
        due: group.due,
        stand_in: None,
        compared: false,
    });
    lines.collect()
}

/// The comparisons that may still come: a line for each form and reason.
#[must_use]
pub fn comparisons(material: &Material<'_>) -> Vec<Missing> {
    let may_come = by_reason(material).into_iter().filter(|(first, _)| first.absence.may_come());
    let lines = may_come.map(|(first, all)| Missing {
        form: first.form.clone(),
        name: form_name(material, &first.form),
        whose: Some(material.words.each(|l| format!("{} {}", texts::FOR_COMPARISON.of(l), spans(material, &all, l)))),
        reason: reason_of(first.absence).titles(material.words),
        due: None,
        stand_in: None,
        compared: true,
    });
    lines.collect()
}

/// The notes about what is missing in the book: every name, and every reason why a comparison is absent.
#[must_use]
pub fn notes(material: &Material<'_>, figures: &Figures<'_>) -> Option<NoteGroup> {
    let mut notes: Vec<Titles> = groups(material)
        .into_iter()
        .map(|group| {
            let (name, whose) = (form_name(material, group.form), group.whose(material, figures, None));
            material.words.each(|l| {
                let language = l.language();
                format!("{}: {}: {}.", name.of(language), whose.of(language), group.reason.of(language))
            })
        })
        .collect();
    notes.extend(by_reason(material).into_iter().map(|(first, all)| {
        let (name, reason) = (form_name(material, &first.form), reason_of(first.absence));
        material.words.each(|l| {
            let (name, spans) = (name.of(l.language()), spans(material, &all, l));
            format!("{name}, {} {spans}: {}.", texts::FOR_COMPARISON.of(l), reason.of(l))
        })
    }));
    (!notes.is_empty()).then(|| NoteGroup { title: texts::COMPLETENESS_OF_FIGURES.titles(material.words), notes })
}

/// Documents of one form that are missing for one reason, where others of the form came.
struct Group<'a> {
    form: &'a FormId,
    reason: &'a Titles,
    due: Option<chrono::NaiveDate>,
    units: Vec<&'a Unit>,
    agencies: Vec<&'a Agency>,
}

fn groups<'a>(material: &'a Material<'_>) -> Vec<Group<'a>> {
    let forms = material.template.forms();
    let in_part = |m: &&MissingForm| forms.contains(&&m.form) && (m.unit.is_some() || m.agency.is_some());
    let mut groups: Vec<Group<'a>> = Vec::new();
    for missing in material.missing.iter().filter(in_part) {
        let of_agency = missing.agency.is_some();
        let same = |g: &Group<'_>| {
            g.form == &missing.form && g.reason == &missing.reason && g.agencies.is_empty() != of_agency
        };
        let place = groups.iter().position(same).unwrap_or(groups.len());
        if place == groups.len() {
            let (form, reason) = (&missing.form, &missing.reason);
            groups.push(Group { form, reason, due: missing.due, units: Vec::new(), agencies: Vec::new() });
        }
        let group = &mut groups[place];
        match &missing.agency {
            Some(agency) => group.agencies.push(agency),
            None => group.units.extend(&missing.unit),
        }
    }
    groups
}

impl Group<'_> {
    /// Whose documents these are: `10 из 20 регионов (г. Астана, …)`.
    fn whose(&self, material: &Material<'_>, figures: &Figures<'_>, most: Option<usize>) -> Titles {
        if self.agencies.is_empty() {
            if let [only] = self.units.as_slice()
                && only.is_republic()
            {
                return texts::REPUBLIC.titles(material.words);
            }
            let of = self.of_regions(material, figures);
            return material.words.each(|l| {
                let names = self.units.iter().map(|u| unit_name(material, u, l.language()));
                l.regions_missing(&self.units.len(), &of, &list(&names.collect::<Vec<_>>(), most, l))
            });
        }
        material.words.each(|l| {
            let names = self.agencies.iter().map(|a| agency_name(material, a, l.language()));
            l.agencies_missing(&list(&names.collect::<Vec<_>>(), most, l))
        })
    }

    /// How many regions the form should have: those that came and those that are missing.
    fn of_regions(&self, material: &Material<'_>, figures: &Figures<'_>) -> usize {
        let Some(period) = figures.own(self.form) else { return self.units.len() };
        let came =
            material.datasets.iter().map(|d| &d.key).filter(|k| {
                k.form == *self.form && k.period == period && k.origin == material.origin && k.agency.is_all()
            });
        let missing = material.missing.iter().filter(|m| m.form == *self.form).filter_map(|m| m.unit.as_ref());
        let units: BTreeSet<&Unit> = came.map(|k| &k.unit).chain(missing).filter(|u| !u.is_republic()).collect();
        units.len()
    }
}

/// The comparisons that are absent, those of one form for one reason together.
fn by_reason<'a>(material: &'a Material<'_>) -> Vec<(&'a AbsentComparison, Vec<&'a AbsentComparison>)> {
    let forms = material.template.forms();
    let mut groups: Vec<(&AbsentComparison, Vec<&AbsentComparison>)> = Vec::new();
    for absent in material.comparisons.iter().filter(|a| forms.contains(&&a.form)) {
        let same = |first: &AbsentComparison| first.form == absent.form && first.absence == absent.absence;
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, all)) => all.push(absent),
            None => groups.push((absent, vec![absent])),
        }
    }
    groups
}

/// The periods of comparisons; for those that came in part, also what is missing.
fn spans(material: &Material<'_>, all: &[&AbsentComparison], lexicon: &Lexicon) -> String {
    let language = lexicon.language();
    let one = |absent: &&AbsentComparison| {
        let names = absent.regions.iter().map(|u| unit_name(material, u, language));
        let names: Vec<String> =
            names.chain(absent.agencies.iter().map(|a| agency_name(material, a, language))).collect();
        let span = span(absent.period, lexicon);
        if names.is_empty() {
            return span;
        }
        lexicon.missing_of(&span, &list(&names, Some(NAMED), lexicon))
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn unit_name(material: &Material<'_>, unit: &Unit, language: Language) -> String {
    let region = material.regions.iter().find(|r| r.unit == *unit);
    region.map_or_else(|| unit.to_string(), |r| r.titles.of(language).to_owned())
}

fn agency_name(material: &Material<'_>, agency: &Agency, language: Language) -> String {
    let known = material.agencies.iter().find(|a| a.agency == *agency);
    known.map_or_else(|| agency.to_string(), |a| a.titles.of(language).to_owned())
}

fn list(names: &[String], most: Option<usize>, lexicon: &Lexicon) -> String {
    let most = most.filter(|most| names.len() > *most).unwrap_or(names.len());
    let (shown, left) = (names[..most].join(", "), names.len() - most);
    if left == 0 { shown } else { lexicon.and_more(&shown, &left) }
}
