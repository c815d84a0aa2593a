//! The summary page: the key figures of the collection.

use super::{
    book::{Cell, ColumnRole, Kind, LineKey, Mark, Table, TableColumn, Weight},
    cells::{Figured, Fill, cell, least_base},
    doubts::{self, Shows},
    draft::{DraftBook, DraftLine},
    figures::{Figures, Shown},
    labels, left_out,
    material::Material,
    notes,
    prose::{span, span_short},
    republic::Basis,
    sums::Derived,
};
use domain::{Agency, FormId, KeyFigureTemplate, Pick, TableKind, Titles};
use words::{Dictionary, texts};

/// Key figures before their figures are known.
pub struct DraftSummary {
    lines: Vec<(DraftLine, Option<Shown>)>,
    notes: Vec<Titles>,
}

/// Gathers the key figures.
pub fn drafted(material: &Material<'_>, figures: &Figures<'_>, drafts: &mut DraftBook) -> DraftSummary {
    let keys = material.template.key_figures.iter();
    let lines: Vec<_> = keys.clone().map(|key| line(material, figures, drafts, key)).collect();
    let notes = keys.zip(&lines).flat_map(|(key, (line, _))| {
        let title = |titles: &Titles| titles.clone();
        let shows = Shows {
            form: &key.form,
            section: &key.place.section,
            rows: &[(key.place.row.clone(), title(&key.titles))],
            columns: &[(key.place.column.clone(), title(&key.titles))],
            period: line.key.period,
            kind: TableKind::Series,
        };
        let mut notes = doubts::notes(figures, &shows);
        notes.extend(line.broken.as_ref().map(|b| notes::broken(material.words, b)));
        notes
    });
    DraftSummary { notes: notes.collect(), lines }
}

fn line(
    material: &Material<'_>,
    figures: &Figures<'_>,
    drafts: &mut DraftBook,
    template: &KeyFigureTemplate,
) -> (DraftLine, Option<Shown>) {
    let shown = figures.shown(&template.form);
    // Earlier years are shown even if the form of the period has not come.
    let period = shown.map(|s| s.period).or_else(|| figures.own(&template.form)).unwrap_or(material.period);
    let basis = Basis::of(figures, &template.form, period, false);
    let key = LineKey {
        form: template.form.clone(),
        place: template.place.clone(),
        agency: Agency::all(),
        units: std::array::from_fn(|years| basis.units(figures, &template.form, period, years)),
        period,
        quarter: false,
    };
    let gathered = drafts.gather(figures, &key, 5);
    let column = figures.columns(&key.form, period, &key.place.section, &Pick::Codes(vec![key.place.column.clone()]));
    let line = DraftLine {
        labels: vec![template.titles.clone()],
        depth: 0,
        under: None,
        weight: Weight::Plain,
        measure: column.first().map(|c| c.measure).unwrap_or_default(),
        key,
        fact: gathered.fact,
        marks: gathered.marks,
        revised: gathered.revised,
        opening: false,
        persons: None,
        crossings: Vec::new(),
        row_code: template.place.row.clone(),
        column_code: template.place.column.clone(),
        mixed: basis.is_mixed(),
        broken: gathered.broken,
    };
    (line, shown)
}

/// Finishes the summary.
#[must_use]
pub fn finished(material: &Material<'_>, draft: &DraftSummary, derived: &[Derived]) -> Table {
    let period = material.period;
    let figured: Vec<(Figured<'_>, bool)> = draft
        .lines
        .iter()
        .map(|(line, shown)| {
            let derived = derived[line.fact];
            let provisional = shown.is_some_and(|s| s.provisional);
            let least_base = least_base(material);
            (Figured { line, derived, hidden_now: false, hidden_ago: false, across: &[], least_base }, provisional)
        })
        .collect();
    let compared = !left_out::is_bare(figured.iter().map(|(f, _)| f.value(1)));
    let years: Vec<usize> =
        (2..5).filter(|y| draft.lines.iter().any(|(l, _)| derived[l.fact].by_year[*y].is_some())).collect();
    let marks = draft
        .lines
        .iter()
        .any(|(line, shown)| line.revised || line.broken.is_some() || shown.is_some_and(|s| s.provisional));
    let mut plans = vec![
        (texts::INDICATOR.titles(material.words), ColumnRole::Label, Fill::Label(0)),
        (texts::MEASURE.titles(material.words), ColumnRole::Text, Fill::Measure),
        (material.words.each(|l| span_short(period, l)), ColumnRole::Value(period), Fill::Value(0)),
    ];
    if compared {
        let ago = period.year_before();
        plans.extend([
            (material.words.each(|l| span_short(ago, l)), ColumnRole::Value(ago), Fill::Value(1)),
            (texts::CHANGE.titles(material.words), ColumnRole::Change, Fill::Change),
            (texts::GROWTH.titles(material.words), ColumnRole::Growth, Fill::Growth),
        ]);
    }
    for year in years {
        let then = period.years_before(year as i32);
        plans.push((material.words.each(|l| span_short(then, l)), ColumnRole::Value(then), Fill::Value(year)));
    }
    if marks {
        plans.push((texts::MARKS.titles(material.words), ColumnRole::Marks, Fill::Marks));
    }
    let lines = figured.iter().map(|(f, provisional)| {
        let cells = plans.iter().map(|(_, _, fill)| cell(material.words, f, *fill, None, *provisional));
        f.line.with_cells(cells.collect(), Vec::new())
    });
    let lines: Vec<_> = lines.collect();
    let mut notes = draft.notes.clone();
    if !compared {
        notes.push(left_out::without(material.words, |l| vec![span(period.year_before(), l)]));
    }
    notes.extend(summed(material, &figured));
    if lines.iter().flat_map(|line| &line.cells).any(|cell| *cell == Cell::Absent(Mark::X)) {
        notes.push(material.words.each(|l| format!("{} {}.", Mark::X.text(), texts::LEGEND_X.of(l))));
    }
    let sentences = sentences(material.words, &lines);
    Table {
        id: "summary".to_owned(),
        number: String::new(),
        kind: Kind::Summary,
        title: texts::KEY_FIGURES.titles(material.words),
        short: Titles::default(),
        scope: material.words.each(|l| format!("{}, {}", texts::REPUBLIC.of(l), span(period, l))),
        sentences,
        source: texts::SUMMARY_SOURCE.titles(material.words),
        measure: texts::MEASURE_IN_LINE.titles(material.words),
        origin: None,
        columns: plans.into_iter().map(|(header, role, _)| TableColumn::of_line(header, role)).collect(),
        lines,
        whole: None,
        notes,
        chart: None,
        map: None,
        printed: true,
    }
}

/// The note that the republic's figures are sums of regions, with the forms of which they are.
fn summed(material: &Material<'_>, figured: &[(Figured<'_>, bool)]) -> Option<Titles> {
    let sums = figured.iter().map(|(f, _)| f).filter(|f| f.line.key.units[0].len() > 1 && f.derived.now().is_some());
    let mut forms: Vec<&FormId> = Vec::new();
    for form in sums.map(|f| &f.line.key.form) {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    (!forms.is_empty()).then(|| {
        material.words.each(|l| {
            let names = forms.iter().map(|form| match notes::designation(material, form).of(l.language()) {
                "" => form.to_string(),
                designation => designation.to_owned(),
            });
            let names: Vec<String> = names.collect();
            format!("{} ({}).", texts::SUMMED_REPUBLIC.of(l).trim_end_matches('.'), names.join(", "))
        })
    })
}

/// The first key figures as sentences that a person can quote.
fn sentences(words: &Dictionary, lines: &[super::book::Line]) -> Vec<Titles> {
    let quoted = lines.iter().filter_map(|line| match line.cells.as_slice() {
        [Cell::Text(label), _, Cell::Number(now), Cell::Number(ago), _, Cell::Growth(growth), ..] => {
            Some(words.each(|l| {
                let (label, said) = (labels::in_language(label, l.language()), super::prose::growth(*growth, l));
                let (now, ago) = (super::prose::number(*now, l), super::prose::number(*ago, l));
                format!("{label}: {now} ({}: {ago}; {said}).", texts::SAME_PERIOD.of(l))
            }))
        }
        _ => None,
    });
    quoted.take(3).collect()
}
