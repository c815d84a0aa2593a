//! Finishes tables: a drafted table and its figures in, a table with cells, notes and a chart out.

use super::{
    book::{Cell, ColumnRole, Kind, Line, Mark, Table, TableOrigin, Weight},
    cells::{Figured, Fill, Plan, cell, columns, least_base, ranks},
    charts,
    confidential::{Hidden, gives_back},
    cross,
    draft::{DraftLine, DraftTable},
    labels,
    left_out::{self, Kept},
    map,
    material::Material,
    prose::{self, quarter_in_full, span, span_of_years},
    sentences,
    sums::Derived,
};
use domain::{Agency, ChapterTemplate, TableKind, Titles};
use words::{Lexicon, texts};

/// Finishes a table; `None` if it has no figure at all.
#[must_use]
pub fn finished(
    material: &Material<'_>,
    draft: &DraftTable<'_>,
    (derived, hidden): (&[Derived], &Hidden),
    number: &str,
) -> Option<Table> {
    let crossed = cross::grid(draft, derived, hidden);
    let hides = |line: &DraftLine, years| hidden.holds(&line.key, years) || gives_back(hidden, draft, line, years);
    let lines = draft.lines.iter().zip(&crossed);
    let mut figured: Vec<Figured<'_>> = lines
        .map(|(line, across)| Figured {
            line,
            derived: derived[line.fact],
            hidden_now: hides(line, 0),
            hidden_ago: hides(line, 1),
            across,
            least_base: least_base(material),
        })
        .collect();
    if draft.template.kind == TableKind::Agencies {
        // An agency that never appears in the form's documents is not part of the form.
        figured.retain(|f| f.line.key.agency.is_all() || f.derived.now().is_some() || f.derived.ago().is_some());
    }
    if !figured.iter().any(|f| has_figure(f) || f.across.iter().any(|cell| *cell != Cell::Absent(Mark::X))) {
        return None;
    }
    let unknown = without_unknown(draft, &mut figured);
    let title = title(material, draft);
    let is_map = draft.template.kind == TableKind::Map;
    let mapping = is_map.then(|| map::mapping(material, draft, &figured, &title));
    let is_classed = mapping.as_ref().is_some_and(|m| m.map.is_some());
    let all = columns(draft, &figured, is_classed);
    let Kept { plans, notes: left_out, compared } = left_out::kept(draft, &figured, all);
    if !compared && !is_map {
        // Regions are put together in their former borders for the comparison alone.
        figured.retain(|f| f.line.weight != Weight::Aside);
    }
    let orders = mapping.as_ref().map_or_else(|| ranks(&figured, draft.template.per_capita), |m| m.classes.clone());
    let lines: Vec<Line> = figured
        .iter()
        .zip(&orders)
        .map(|(f, order)| {
            let cells = plans.iter().map(|p| cell(draft.words, f, p.fill, *order, draft.shown.provisional)).collect();
            f.line.with_cells(cells, revised(f.line, &plans))
        })
        .collect();
    let mut sentences = sentences::about(draft, &figured);
    let mut notes = notes(draft, &figured, &lines, Noted { unknown, left_out, compared });
    if let Some(mapping) = &mapping {
        sentences.extend(mapping.said.iter().cloned());
        notes.extend(mapping.notes.iter().cloned());
    }
    Some(Table {
        id: id(draft),
        number: number.to_owned(),
        kind: Kind::Of(draft.template.kind),
        short: draft.template.short(),
        scope: scope(draft, &plans),
        sentences,
        source: source(material, draft, &plans),
        measure: measure(draft),
        origin: Some(TableOrigin {
            form: draft.form.clone(),
            section: draft.template.section.clone(),
            period: draft.shown.period,
        }),
        whole: draft.whole.clone(),
        notes,
        chart: draft.template.chart.then(|| charts::of(material, draft, &figured, &title)).flatten(),
        map: mapping.and_then(|mapping| mapping.map),
        printed: !material.template.print.without.contains(&draft.template.id),
        title,
        columns: plans.into_iter().map(|p| p.column).collect(),
        lines,
    })
}

/// Whether a line has a figure of any year, or a reason why its own has no number.
fn has_figure(f: &Figured<'_>) -> bool {
    f.derived.by_year.iter().any(Option::is_some) || f.line.marks[0] != Mark::X
}

/// The columns of a crossed line whose figures were corrected.
fn revised(line: &DraftLine, plans: &[Plan]) -> Vec<usize> {
    let corrected = |fill: Fill| matches!(fill, Fill::Strand(place) if line.crossings[place].revised);
    plans.iter().enumerate().filter(|(_, plan)| corrected(plan.fill)).map(|(place, _)| place).collect()
}

fn id(draft: &DraftTable<'_>) -> String {
    let id = &draft.template.id;
    draft.part.map_or_else(|| id.clone(), |part| format!("{id}-{part}"))
}

/// The template's title; where the template makes several tables, followed by what this one shows.
fn title(material: &Material<'_>, draft: &DraftTable<'_>) -> Titles {
    let title = own_title(material, draft);
    match (&draft.indicator, draft.part) {
        (Some(indicator), Some(_)) => draft.words.each(|l| {
            let title = labels::in_language(&title, l.language());
            format!("{title}: {}", labels::in_language(indicator, l.language()))
        }),
        _ => title,
    }
}

/// The template's title, followed by that of its chapter where another chapter has a table of the same title.
fn own_title(material: &Material<'_>, draft: &DraftTable<'_>) -> Titles {
    let template = draft.template;
    let has = |chapter: &&ChapterTemplate| chapter.tables.iter().any(|t| t.titles.ru == template.titles.ru);
    let chapters: Vec<&ChapterTemplate> = material.template.chapters.iter().filter(has).collect();
    let own = chapters.iter().find(|chapter| chapter.tables.iter().any(|t| t.id == template.id));
    match own.filter(|_| chapters.len() > 1) {
        Some(chapter) => draft.words.each(|l| {
            let [title, chapter] =
                [&template.titles, &chapter.titles].map(|titles| labels::in_language(titles, l.language()));
            format!("{title} ({chapter})")
        }),
        None => template.titles.clone(),
    }
}

/// The place and the time: for a table of years, the first and the last.
fn scope(draft: &DraftTable<'_>, plans: &[Plan]) -> Titles {
    let now = draft.shown.period;
    let years = plans.iter().filter_map(|plan| match plan.column.role {
        ColumnRole::Value(period) => Some(period),
        _ => None,
    });
    let first = years.min().unwrap_or(now);
    draft.words.each(|l| {
        let time = match draft.template.kind {
            TableKind::Quarter => quarter_in_full(now, l),
            TableKind::Series => span_of_years(first, now, l),
            _ => span(now, l),
        };
        format!("{}, {time}", texts::REPUBLIC.of(l))
    })
}

/// Where the figures are in the form, by the codes that the document prints.
fn source(material: &Material<'_>, draft: &DraftTable<'_>, plans: &[Plan]) -> Titles {
    let template = draft.template;
    let mut rows: Vec<&str> = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    let cite = |cited: &mut Vec<_>, code| {
        if labels::is_printed(code) && !cited.contains(&code) {
            cited.push(code);
        }
    };
    let of_section = template.kind == TableKind::Section;
    for line in &draft.lines {
        cite(&mut rows, line.row_code.as_str());
        if !of_section {
            cite(&mut columns, line.column_code.as_str());
        }
    }
    for plan in plans {
        let strand = if let Fill::Strand(place) = plan.fill { draft.strands.get(place) } else { None };
        if let Some(number) = strand.and_then(|strand| strand.number.as_ref()) {
            cite(&mut columns, number.as_str());
        }
    }
    let (rows, columns) = (labels::cited(&rows), labels::cited(&columns));
    let section = labels::section(&template.section);
    draft.words.each(|l| l.source(&designation(material, draft, l), &section, &rows, &columns))
}

/// The form's designation, or its title in quotation marks where it has none.
fn designation(material: &Material<'_>, draft: &DraftTable<'_>, lexicon: &Lexicon) -> String {
    let language = lexicon.language();
    let Some(term) = material.form_term(&draft.form) else { return draft.form.to_string() };
    match term.designation.of(language) {
        "" => lexicon.quoted(&prose::capital(term.titles.of(language))),
        designation => designation.to_owned(),
    }
}

fn measure(draft: &DraftTable<'_>) -> Titles {
    let first = draft.lines.first().map(|l| l.measure).unwrap_or_default();
    let mixed = draft.lines.iter().any(|l| l.measure != first);
    if draft.mixes_measures() {
        return texts::MEASURE_IN_HEAD.titles(draft.words);
    }
    if mixed {
        return texts::MEASURE_IN_LINE.titles(draft.words);
    }
    draft.words.each(|l| l.measured_in(&texts::measure(first).of(l)))
}

/// Takes out the lines that no document has for any year. Returns the note that lists them.
///
/// A service of the Committee may send a form's first row alone: a page of `[x]` has no more information than a note.
fn without_unknown(draft: &DraftTable<'_>, figured: &mut Vec<Figured<'_>>) -> Option<Titles> {
    // Crossed tables have left such lines out already.
    if draft.template.kind.is_of_one_place() || !draft.strands.is_empty() {
        return None;
    }
    let unknown: Vec<&DraftLine> = figured.iter().filter(|f| !has_figure(f)).map(|f| f.line).collect();
    let labels: Vec<&Titles> = unknown.iter().filter_map(|line| line.labels.last()).collect();
    let note = (!labels.is_empty()).then(|| {
        draft.words.each(|l| {
            let labels: Vec<String> = labels.iter().map(|label| labels::in_language(label, l.language())).collect();
            format!("{} {}: {}.", Mark::X.text(), texts::NOT_IN_DOCUMENTS.of(l), labels.join("; "))
        })
    });
    figured.retain(has_figure);
    note
}

/// The note that the republic is summed, with the years if it is not summed in all of them.
fn summed(draft: &DraftTable<'_>, figured: &[Figured<'_>]) -> Option<Titles> {
    let years = match draft.template.kind {
        TableKind::Series => 5,
        TableKind::Map => 1,
        kind if kind.is_cross() => 1,
        _ => 2,
    };
    // A region that has not come leaves the republic without a figure: then nothing was added up.
    let of_all = |f: &&Figured<'_>| f.line.key.agency == Agency::all() && f.line.weight != Weight::Aside;
    let shown = |year: &usize| {
        let mut sums = figured.iter().filter(of_all).filter(|f| f.line.key.units[*year].len() > 1);
        sums.any(|f| f.derived.by_year[*year].is_some())
    };
    let summed: Vec<usize> = draft.basis.summed(years).filter(shown).collect();
    if summed.is_empty() {
        return None;
    }
    let come = |year: &usize| figured.iter().any(|f| f.derived.by_year[*year].is_some());
    if summed.len() == (0..years).filter(come).count() {
        return Some(texts::SUMMED_REPUBLIC.titles(draft.words));
    }
    Some(draft.words.each(|l| {
        let times: Vec<String> =
            summed.iter().map(|year| span(draft.shown.period.years_before(*year as i32), l)).collect();
        format!("{} ({})", texts::SUMMED_REPUBLIC.of(l).trim_end_matches('.'), times.join("; ")) + "."
    }))
}

/// What notes say beyond the table itself.
struct Noted {
    /// The lines that no document has.
    unknown: Option<Titles>,
    /// The columns without figures.
    left_out: Vec<Titles>,
    /// Whether the figures of the year before are shown.
    compared: bool,
}

fn notes(draft: &DraftTable<'_>, figured: &[Figured<'_>], lines: &[Line], of: Noted) -> Vec<Titles> {
    let mut notes: Vec<Titles> = draft.template.note.iter().cloned().collect();
    notes.extend(of.unknown);
    notes.extend(of.left_out);
    let has = |mark: Mark| lines.iter().flat_map(|l| &l.cells).any(|c| *c == Cell::Absent(mark));
    notes.extend(summed(draft, figured));
    notes.extend(draft.doubts.iter().cloned());
    let mut broken: Vec<Titles> =
        draft.lines.iter().filter_map(|l| l.broken.as_ref()).map(|b| super::notes::broken(draft.words, b)).collect();
    broken.dedup();
    notes.append(&mut broken);
    if of.compared && draft.lines.iter().any(|line| line.mixed) {
        notes.push(draft.words.each(|l| format!("{} {}", Mark::Z.text(), texts::MIXED_REPUBLIC.of(l))));
    }
    if of.compared && !draft.incomparable.is_empty() {
        notes.push(draft.words.each(|l| {
            let names: Vec<&str> = draft.incomparable.iter().map(|t| t.of(l.language())).collect();
            format!("{} {}", Mark::Z.text(), l.borders_changed(&names.join(", ")))
        }));
    }
    if draft.shown.provisional {
        let said = draft.words.each(|l| format!("{} {}", Mark::P.text(), l.provisional(&span(draft.shown.period, l))));
        notes.push(said);
    }
    if draft.silent > 0 {
        notes.push(draft.words.each(|l| l.silent(&draft.silent)));
    }
    for (mark, legend) in [(Mark::X, texts::LEGEND_X), (Mark::C, texts::LEGEND_C)] {
        if has(mark) {
            notes.push(draft.words.each(|l| format!("{} {}.", mark.text(), legend.of(l))));
        }
    }
    notes
}
