//! A table that cannot be filled: it stays in the book under its number, with the reason why it has no figures.

use super::{
    book::{Cell, ColumnRole, Kind, Line, Mark, Table, TableColumn, TableOrigin, Weight},
    draft::DraftTable,
    figures::Figures,
    material::{Material, quarter_base},
    notes::form_name,
    prose::span,
};
use domain::{Agency, Measure, NoPlace, TableKind, Titles, Unit};
use words::{Dictionary, FixedText, texts};

/// The table, with one line: the form, `[x]`, and the reason.
#[must_use]
pub fn table(material: &Material<'_>, figures: &Figures<'_>, draft: &DraftTable<'_>, number: String) -> Table {
    let template = draft.template;
    let column = |head: FixedText, role| TableColumn::of_line(head.titles(material.words), role);
    let name = form_name(material, &draft.form);
    let part = draft.part.map(|part| format!("-{part}")).unwrap_or_default();
    let mut notes = draft.doubts.clone();
    notes.push(material.words.each(|l| format!("{} {}.", Mark::X.text(), texts::LEGEND_X.of(l))));
    Table {
        id: format!("{}{part}", template.id),
        number,
        kind: Kind::Missing,
        title: template.titles.clone(),
        short: template.short(),
        scope: material.words.each(|l| format!("{}, {}", texts::REPUBLIC.of(l), span(draft.shown.period, l))),
        sentences: Vec::new(),
        source: material.words.each(|l| format!("{}: {}.", texts::FORM.of(l), name.of(l.language()))),
        measure: super::cover::no_figures(material),
        origin: Some(TableOrigin {
            form: draft.form.clone(),
            section: template.section.clone(),
            period: draft.shown.period,
        }),
        columns: vec![
            column(texts::FORM, ColumnRole::Label),
            column(texts::FIGURES, ColumnRole::Text),
            column(texts::REASON, ColumnRole::Label),
        ],
        lines: vec![Line {
            weight: Weight::Plain,
            depth: 0,
            measure: Measure::Count,
            key: None,
            cells: vec![Cell::Text(name), Cell::Absent(Mark::X), Cell::Text(reason(figures, draft, material.words))],
            revised: Vec::new(),
        }],
        whole: None,
        notes,
        chart: None,
        map: None,
        printed: !material.template.print.without.contains(&template.id),
    }
}

/// Why the documents that came do not fill the table.
fn reason(figures: &Figures<'_>, draft: &DraftTable<'_>, words: &Dictionary) -> Titles {
    let (form, period) = (&draft.form, draft.shown.period);
    let republic = figures.document(form, period, &Unit::republic(), &Agency::all());
    if republic.is_none() && !figures.has_regions(form, period) {
        return texts::NO_REPUBLIC.titles(words);
    }
    if draft.template.kind == TableKind::Quarter
        && let Some(base) = quarter_base(period).filter(|base| figures.documents(form, *base).next().is_none())
    {
        return words.each(|l| l.no_quarter_base(&span(base, l)));
    }
    let document = republic.or_else(|| figures.documents(form, period).next());
    let reason = match document.map(|d| d.find_section(&draft.template.section)) {
        Some(Err(NoPlace::Gone | NoPlace::NotSent | NoPlace::Unclear(..))) => texts::NO_SECTION,
        _ => texts::NO_FIGURES_OF_TABLE,
    };
    reason.titles(words)
}
