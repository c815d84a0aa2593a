//! Charts: the largest first and how many of how many, no whole beside its parts, no counts too small to compare, gaps
//! where figures cannot be compared.

use std::collections::BTreeSet;

use zhinaq::{
    assemble::{Cell, ChartKind, ColumnRole, LineKey, Mark, Table, assemble},
    domain::{Figure, FormTemplate, Measure, Number, Place, TableKind},
    workbook::{Profile, master},
};

use super::{masters::COLLECTIONS, ooxml::Parts, places::with_another_definition};
use crate::support::{lexicon, trial::Trial, words};

/// The place of each line that a chart shows.
fn drawn(table: &Table) -> Vec<&LineKey> {
    let chart = table.chart.as_ref().unwrap();
    let lines: Vec<usize> = match chart.kind {
        ChartKind::Lines => chart.series.iter().map(|s| s.of[0].0).collect(),
        _ => chart.series[0].of.iter().map(|(line, _)| *line).collect(),
    };
    lines.into_iter().map(|line| table.lines[line].key.as_ref().unwrap()).collect()
}

/// Whether a form's description makes a place a part of another one, by its rows or by its columns.
fn is_part(form: &FormTemplate, part: &Place, whole: &Place) -> bool {
    let section = form.section(&part.section).unwrap();
    let rows = |code| section.row(code).and_then(|row| row.part_of.as_ref());
    let columns = |code| section.column(code).and_then(|column| column.part_of.as_ref());
    let row_within = std::iter::successors(rows(&part.row), |code| rows(code)).any(|code| *code == whole.row);
    let column_within =
        std::iter::successors(columns(&part.column), |code| columns(code)).any(|code| *code == whole.column);
    (row_within && part.column == whole.column) || (column_within && part.row == whole.row)
}

#[test]
fn every_chart_shows_the_largest_first_says_how_many_and_no_whole_beside_its_parts() {
    let (mut charts, mut cut) = (0, 0);
    for (collection, period) in COLLECTIONS {
        let trial = Trial::new(collection, period);
        let book = assemble(&trial.material()).unwrap();
        for table in book.tables().filter(|t| t.chart.is_some()) {
            let (chart, what) = (table.chart.as_ref().unwrap(), format!("{collection} {}", table.number));
            charts += 1;
            let firsts: Vec<f64> = match chart.kind {
                ChartKind::Lines => chart.series.iter().map(|s| s.points.last().unwrap().worth().unwrap()).collect(),
                _ => chart.series[0].points.iter().map(|p| p.worth().unwrap()).collect(),
            };
            assert!(firsts.windows(2).all(|pair| pair[0] >= pair[1]), "{what}: {firsts:?}");
            assert!(firsts.iter().all(|first| *first >= 0.0), "{what}: {firsts:?}");
            let places = drawn(table);
            let form = &trial.forms[&places[0].form];
            for part in &places {
                let whole = places.iter().find(|whole| is_part(form, &part.place, &whole.place));
                assert!(whole.is_none(), "{what}: {:?} beside {:?}", part.place, whole.map(|w| &w.place));
            }
            for language in words().languages() {
                let (title, alt) = (chart.title.of(language), chart.alt.of(language));
                let said = lexicon(language).largest_of(&firsts.len(), &"⟦of⟧");
                let (before, _) = said.split_once("⟦of⟧").unwrap();
                assert_eq!(title.contains(before), alt.contains(before), "{what}: {title} | {alt}");
                if title.contains(before) && language == words().languages().next().unwrap() {
                    cut += 1;
                }
                assert!(!chart.axis.of(language).is_empty(), "{what}");
                if let Some(left_out) = &chart.left_out {
                    assert!(left_out.has(language) && alt.contains(left_out.of(language)), "{what}: {alt}");
                }
            }
        }
    }
    assert!(charts > 60 && cut > 5, "{charts} charts, {cut} of them cut");
}

#[test]
fn a_chart_of_some_of_many_says_so_and_leaves_the_total_out() {
    let book = assemble(&Trial::new("corruption", "2025-Q2").material()).unwrap();
    let table = book.tables().find(|t| t.id == "registered-articles").unwrap();
    let chart = table.chart.as_ref().unwrap();
    assert!(chart.title.ru.ends_with("; 10 наибольших из 17"), "{}", chart.title.ru);
    assert!(chart.alt.ru.contains(", 10 наибольших из 17; "), "{}", chart.alt.ru);
    assert_eq!(
        chart.left_out.as_ref().unwrap().ru,
        "На диаграмме нет: итогов при их частях и частей при их итоге\u{a0}— 1."
    );
    let shown: BTreeSet<&str> = drawn(table).iter().map(|key| key.place.row.as_str()).collect();
    assert!(shown.len() == 10 && !shown.contains("1"), "{shown:?}");
    // Nothing that is left out is larger than what is shown.
    let column = table.columns.iter().position(|c| matches!(c.role, ColumnRole::Value(_))).unwrap();
    let worth = |row: &str| {
        let line = table.lines.iter().find(|l| l.key.as_ref().unwrap().place.row.as_str() == row).unwrap();
        line.cells[column].worth().unwrap()
    };
    let least = shown.iter().map(|row| worth(row)).fold(f64::MAX, f64::min);
    let others = table.lines.iter().map(|l| l.key.as_ref().unwrap().place.row.as_str());
    assert!(others.filter(|row| *row != "1" && !shown.contains(row)).all(|row| worth(row) <= least));
}

#[test]
fn a_part_whose_whole_is_not_drawn_has_its_name_in_front() {
    let mut trial = Trial::new("courts", "2025-Q2");
    for dataset in trial.datasets.iter_mut().filter(|d| d.key.form.as_str() == "court-2") {
        let section = &mut dataset.sections[0];
        let granted = section.columns.iter().position(|c| c.label.contains("с удовлетворением")).unwrap();
        section.figures[granted] = Figure::Number(Number::count(9_999_999));
    }
    let book = assemble(&trial.material()).unwrap();
    let chart = |id: &str| book.tables().find(|t| t.id == id).unwrap().chart.as_ref().unwrap().clone();
    let civil = book.tables().find(|t| t.number == "2.1").unwrap().id.clone();
    let named: Vec<String> = chart(&civil).categories.iter().map(|c| c.ru.clone()).collect();
    assert!(!named.iter().any(|label| label.starts_with("с удовлетворением")), "{named:?}");
    assert!(named.iter().any(|label| label.starts_with("Рассмотрено с вынесением решения: ")), "{named:?}");
    // Where all are parts of one whole, its name would be in front of each.
    let book = assemble(&Trial::new("corruption", "2025-Q2").material()).unwrap();
    let kinds = book.tables().find(|t| t.id == "registered-articles").unwrap().chart.as_ref().unwrap();
    assert!(!kinds.categories.iter().any(|c| c.ru.starts_with("Всего")), "{:?}", kinds.categories);
}

#[test]
fn lines_of_another_unit_of_measure_are_said_to_be_left_out() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    trial.template.chart_from = 0;
    let form = trial.forms.get_mut(&"1-n".parse().unwrap()).unwrap();
    form.sections[0].columns[3].measure = Measure::Persons;
    let book = assemble(&trial.material()).unwrap();
    let movement = book.tables().find(|t| t.id == "drug-movement").unwrap();
    let left_out = &movement.chart.as_ref().unwrap().left_out.as_ref().unwrap().ru;
    assert!(left_out.contains("строк с другой единицей измерения\u{a0}— 1"), "{left_out}");
}

#[test]
fn counts_below_the_threshold_of_the_template_get_no_chart() {
    let mut trial = Trial::new("courts", "2025-Q2");
    let charted = |trial: &Trial| {
        let book = assemble(&trial.material()).unwrap();
        let tables = book.tables().filter(|t| t.chart.is_some());
        tables.map(|t| (t.lines[0].measure, t.id.clone())).collect::<Vec<_>>()
    };
    let by_default = charted(&trial);
    assert!(by_default.iter().any(|(measure, _)| measure.is_counted()));
    trial.template.chart_from = u32::MAX;
    let large = charted(&trial);
    // Sums of money are no counts of cases.
    assert!(large.iter().all(|(measure, _)| !measure.is_counted()), "{large:?}");
    trial.template.chart_from = 0;
    assert!(charted(&trial).len() >= by_default.len());
}

#[test]
fn a_year_of_another_definition_is_a_gap_in_its_curve() {
    let mut trial = Trial::new("corruption", "2025-Q2");
    for dataset in trial.datasets.iter_mut().filter(|d| d.key.form.as_str() == "3-k" && d.key.period.year() >= 2024) {
        with_another_definition(dataset);
    }
    let book = assemble(&trial.material()).unwrap();
    let years = book.tables().find(|t| t.id == "cases-years").unwrap();
    let chart = years.chart.as_ref().unwrap();
    let of = |code: &str| {
        let at = drawn(years).iter().position(|key| key.place.column.as_str() == code).unwrap();
        &chart.series[at].points
    };
    assert_eq!(of("2")[..3], [Cell::Absent(Mark::B), Cell::Absent(Mark::B), Cell::Absent(Mark::B)]);
    assert!(of("2")[3..].iter().chain(of("1")).all(|point| matches!(point, Cell::Number(_))));
    let left_out = &chart.left_out.as_ref().unwrap().ru;
    assert!(left_out.contains("с другим определением или охватом\u{a0}— 3"), "{left_out}");
    // The table has these figures; in the workbook the chart has no point for them, not a zero.
    let bytes = master(&book, lexicon(zhinaq::domain::Language::RU), Profile::Accessible).unwrap();
    let parts = Parts::of(&bytes);
    let sheets = parts.starting("xl/worksheets/sheet");
    let gaps: usize = sheets.map(|(_, xml)| xml.matches("t=\"e\"><v>#N/A</v>").count()).sum();
    assert_eq!(gaps, 3);
}

#[test]
fn the_axis_of_values_has_its_unit_of_measure() {
    let book = assemble(&Trial::new("narcotics", "2025-Q2").material()).unwrap();
    let parts = Parts::of(&master(&book, lexicon(zhinaq::domain::Language::EN), Profile::Accessible).unwrap());
    let mut charts = 0;
    for (name, xml) in parts.starting("xl/charts/chart") {
        charts += 1;
        assert!(xml.contains("<c:tickLblSkip val=\"1\"/></c:catAx>"), "{name}: labels may be left out");
        let axis = &xml[xml.find("<c:valAx>").unwrap()..];
        let units = ["units", "Share, %", "Per 10,000 inhabitants"].map(|unit| format!("<a:t>{unit}</a:t>"));
        assert!(units.iter().any(|unit| axis.contains(unit)), "{name}: {axis}");
    }
    assert!(charts > 5, "{charts}");
}

#[test]
fn every_kind_of_table_with_a_chart_is_tried_here() {
    let kinds: BTreeSet<TableKind> = COLLECTIONS
        .iter()
        .flat_map(|(collection, period)| Trial::new(collection, period).template.chapters)
        .flat_map(|chapter| chapter.tables)
        .filter(|table| table.chart)
        .map(|table| table.kind)
        .collect();
    assert!(kinds.is_superset(&BTreeSet::from([
        TableKind::Dynamics,
        TableKind::Regions,
        TableKind::Structure,
        TableKind::Series
    ])));
}
