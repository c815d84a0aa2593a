//! A table that cannot be filled: it stays in the book under its number and says why it has no figures.

use super::{
    book::{Cell, ColumnRole, Kind, Line, Mark, Table, TableColumn, TableOrigin, Weight},
    draft::DraftTable,
    figures::Figures,
    material::Material,
    notes::form_name,
    prose::{each, span},
    words::{self, Words},
};
use domain::{Agency, Measure, NoPlace, Unit};

/// The table, with one line: the form, `[x]`, and the reason.
#[must_use]
pub fn table(material: &Material<'_>, figures: &Figures<'_>, draft: &DraftTable<'_>, number: String) -> Table {
    let template = draft.template;
    let column = |words: Words, role| TableColumn::of_line(words.titles(), role);
    let name = form_name(material, &draft.form);
    let part = draft.part.map(|part| format!("-{part}")).unwrap_or_default();
    let mut notes = draft.doubts.clone();
    notes.push(each(|l| format!("{} {}.", Mark::X.text(), words::LEGEND_X.of(l))));
    Table {
        id: format!("{}{part}", template.id),
        number,
        kind: Kind::Missing,
        title: template.titles.clone(),
        short: template.short(),
        scope: each(|l| format!("{}, {}", words::REPUBLIC.of(l), span(draft.shown.period, l))),
        sentences: Vec::new(),
        source: each(|l| format!("{}: {}.", words::FORM.of(l), name.of(l))),
        measure: words::NO_FIGURES.titles(),
        origin: Some(TableOrigin {
            form: draft.form.clone(),
            section: template.section.clone(),
            period: draft.shown.period,
        }),
        columns: vec![
            column(words::FORM, ColumnRole::Label),
            column(words::FIGURES, ColumnRole::Text),
            column(words::REASON, ColumnRole::Label),
        ],
        lines: vec![Line {
            weight: Weight::Plain,
            depth: 0,
            measure: Measure::Count,
            key: None,
            cells: vec![Cell::Text(name), Cell::Absent(Mark::X), Cell::Text(reason(figures, draft).titles())],
            revised: Vec::new(),
        }],
        whole: None,
        notes,
        chart: None,
        printed: !material.template.print.without.contains(&template.id),
    }
}

/// Why the documents that came do not fill the table.
fn reason(figures: &Figures<'_>, draft: &DraftTable<'_>) -> Words {
    let (form, period) = (&draft.form, draft.shown.period);
    let republic = figures.document(form, period, &Unit::republic(), &Agency::all());
    if republic.is_none() && !figures.has_regions(form, period) {
        return words::NO_REPUBLIC;
    }
    let document = republic.or_else(|| figures.documents(form, period).next());
    match document.map(|d| d.find_section(&draft.template.section)) {
        Some(Err(NoPlace::Gone | NoPlace::NotSent | NoPlace::Unclear(..))) => words::NO_SECTION,
        _ => words::NO_FIGURES_OF_TABLE,
    }
}
