//! Lists what the office's files contain: forms, collections, organs and units, by their ids.
//!
//! In: an office and a day. Out: one line for each. Unknown here: the ledger.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use config::{Office, SourceKind};
use domain::{
    CollectionId, Edition, Entitlement, FormId, LabelOf, Language, LateForm, OrganId, Origin, Periodicity, Population,
    SectionId, Titles, Unit,
};

/// A form of the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedForm {
    pub form: FormId,
    /// Its item in the act.
    pub item: u32,
    pub clause: String,
    pub designation: Titles,
    pub titles: Titles,
    pub periodicity: Periodicity,
    /// The day of the month after the period.
    pub day: u32,
    pub rolls: bool,
    pub collections: Vec<CollectionId>,
    /// `workbook`, `service`, `folder` or `brought`.
    pub source: Option<&'static str>,
    pub origin: Option<Origin>,
    /// The editions that its template describes, oldest first.
    pub editions: Vec<Edition>,
    pub sections: usize,
    pub rules: usize,
}

/// The forms of the act that is applied, in its order.
#[must_use]
pub fn forms(office: &Office) -> Vec<ListedForm> {
    let regulation = office.regulation();
    let form = |term: &domain::FormTerm| {
        let template = office.forms.get(&term.id);
        let source = office.sources.iter().find(|source| source.form == term.id);
        let kind = |kind: &SourceKind| match kind {
            SourceKind::Workbook { .. } => "workbook",
            SourceKind::Service { .. } => "service",
            SourceKind::Folder { .. } => "folder",
            SourceKind::Brought => "brought",
        };
        let shows = regulation.collections.iter().filter(|c| c.forms.contains(&term.id));
        ListedForm {
            form: term.id.clone(),
            item: term.item,
            clause: term.clause.clone(),
            designation: term.designation.clone(),
            titles: term.titles.clone(),
            periodicity: term.periodicity,
            day: term.day,
            rolls: term.rolls,
            collections: shows.map(|c| c.id.clone()).collect(),
            source: source.map(|source| kind(&source.kind)),
            origin: source.map(|source| source.origin),
            editions: template.iter().flat_map(|t| &t.editions).map(|e| e.edition.clone()).collect(),
            sections: template.map_or(0, |t| t.sections.len()),
            rules: template.map_or(0, |t| t.rules.len()),
        }
    };
    regulation.forms.iter().map(form).collect()
}

/// A label of a form that has no text in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UntranslatedLabel {
    pub form: FormId,
    pub language: Language,
    pub section: SectionId,
    pub of: LabelOf,
    /// The code of the row or column; empty for the title of a section.
    pub code: String,
    /// The edition that prints this label in place of another one.
    pub edition: Option<Edition>,
    /// The label in Russian.
    pub label: String,
}

/// How many labels of the listed forms have a text in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslatedShare {
    pub language: Language,
    pub labels: usize,
    pub translated: usize,
}

/// The labels of forms without a text in these languages, and how many have one. Without forms: those of all forms.
#[must_use]
pub fn untranslated(
    office: &Office,
    forms: &[FormId],
    languages: &[Language],
) -> (Vec<UntranslatedLabel>, Vec<TranslatedShare>) {
    let (mut found, mut shares) = (Vec::new(), Vec::new());
    for language in languages {
        let mut share = TranslatedShare { language: *language, labels: 0, translated: 0 };
        for template in office.forms.values().filter(|form| forms.is_empty() || forms.contains(&form.form)) {
            for label in template.labels() {
                share.labels += 1;
                if label.titles.has(*language) {
                    share.translated += 1;
                    continue;
                }
                found.push(UntranslatedLabel {
                    form: template.form.clone(),
                    language: *language,
                    section: label.section.clone(),
                    of: label.of,
                    code: label.code.to_owned(),
                    edition: label.edition.cloned(),
                    label: label.titles.ru.clone(),
                });
            }
        }
        shares.push(share);
    }
    (found, shares)
}

/// A collection of the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedCollection {
    pub collection: CollectionId,
    pub clause: String,
    pub titles: Titles,
    pub periodicity: Periodicity,
    /// The day of the month after the period.
    pub day: u32,
    pub rolls: bool,
    pub forms: Vec<FormId>,
    pub late_form: LateForm,
    /// The organs that the matrix lists, and the copies for all of them.
    pub organs: usize,
    pub copies: u32,
}

/// The collections of the act that is applied, in its order.
#[must_use]
pub fn collections(office: &Office) -> Vec<ListedCollection> {
    let regulation = office.regulation();
    let collection = |term: &domain::CollectionTerm| {
        let copies = || regulation.matrix.of_collection(&term.id).map(|(_, entitled)| entitled.copies());
        ListedCollection {
            collection: term.id.clone(),
            clause: term.clause.clone(),
            titles: term.titles.clone(),
            periodicity: term.periodicity,
            day: term.day,
            rolls: term.rolls,
            forms: term.forms.clone(),
            late_form: term.late_form,
            organs: copies().filter(|copies| *copies > 0).count(),
            copies: copies().sum(),
        }
    };
    regulation.collections.iter().map(collection).collect()
}

/// A state organ that receives copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedOrgan {
    pub organ: OrganId,
    /// The column of the matrix.
    pub column: Option<u32>,
    pub titles: Titles,
    pub language: Language,
    pub valid_from: Option<NaiveDate>,
    /// The first day on which the organ no longer exists.
    pub valid_until: Option<NaiveDate>,
    pub successor: Option<OrganId>,
    /// Whether it exists on the day of the list.
    pub exists: bool,
    /// The copies of all collections together, if each is made once.
    pub copies: u32,
    /// How many cells of its column are not legible in the act.
    pub illegible: usize,
    /// How many mail addresses zhinaq.toml has for it.
    pub addresses: usize,
    pub encrypted: bool,
}

/// The organs of the act that is applied, in its order.
#[must_use]
pub fn organs(office: &Office, day: NaiveDate) -> Vec<ListedOrgan> {
    let (regulation, settings) = (office.regulation(), &office.settings);
    let organ = |recipient: &domain::Recipient| {
        let id = &recipient.id;
        let cells = || regulation.matrix.collections().iter().map(|c| regulation.matrix.entitlement(c, id));
        ListedOrgan {
            organ: id.clone(),
            column: recipient.column,
            titles: recipient.titles.clone(),
            language: settings.language_of(id),
            valid_from: recipient.valid_from,
            valid_until: recipient.valid_until,
            successor: recipient.successor.clone(),
            exists: domain::receives_nothing(regulation, id, day).is_none(),
            copies: cells().map(Entitlement::copies).sum(),
            illegible: cells().filter(|cell| *cell == Entitlement::Illegible).count(),
            addresses: settings.addresses.get(id).map_or(0, Vec::len),
            encrypted: settings.encrypts_for(id),
        }
    };
    regulation.recipients.iter().map(organ).collect()
}

/// A place that figures are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedUnit {
    pub unit: Unit,
    pub titles: Titles,
    pub kato: String,
    pub iso: String,
    /// The day from which it exists; `None`: since before the first period.
    pub since: Option<NaiveDate>,
    pub split_from: Option<Unit>,
    /// Whether it exists on the day of the list.
    pub exists: bool,
    /// The newest population up to the day, its date and its source.
    pub persons: Option<u64>,
    pub persons_at: Option<NaiveDate>,
    pub persons_source: Option<String>,
}

/// The republic, then its regions, in the order of their codes.
#[must_use]
pub fn units(office: &Office, day: NaiveDate) -> Vec<ListedUnit> {
    let order: BTreeSet<&Unit> = office.places.iter().map(|place| &place.unit).collect();
    let place = |unit: &Unit| office.places.iter().find(|place| place.unit == *unit);
    let listed = |place: &domain::Region| {
        // A population of a later day says nothing about this day.
        let known: Option<&Population> = place.population_at(day).filter(|known| known.at <= day);
        ListedUnit {
            unit: place.unit.clone(),
            titles: place.titles.clone(),
            kato: place.kato.clone(),
            iso: place.iso.clone(),
            since: place.since,
            split_from: place.split_from.clone(),
            exists: place.exists(day),
            persons: known.map(|known| known.persons),
            persons_at: known.map(|known| known.at),
            persons_source: known.map(|known| known.source.clone()),
        }
    };
    order.into_iter().filter_map(place).map(listed).collect()
}
