//! Derived figures in edge cases: borders that change, quarters, ties, small and negative bases.

use chrono::NaiveDate;
use zhinaq::{
    assemble::{Book, Cell, ColumnRole, Growth, Line, Mark, Table, Weight, assemble, prose},
    domain::{Figure, Language, Number, Period, Unit},
};

use crate::support::{lexicon, trial::Trial};

fn table<'a>(book: &'a Book, id: &str) -> &'a Table {
    book.tables().find(|t| t.id == id).unwrap_or_else(|| panic!("no table `{id}`"))
}

/// The cell of a line in the first column of a role.
fn cell<'a>(table: &Table, line: &'a Line, role: ColumnRole) -> &'a Cell {
    &line.cells[table.columns.iter().position(|c| c.role == role).unwrap()]
}

/// The value now, or so many years before.
fn value<'a>(table: &Table, line: &'a Line, years: usize) -> &'a Cell {
    let now: Period =
        table.columns.iter().find_map(|c| if let ColumnRole::Value(p) = c.role { Some(p) } else { None }).unwrap();
    cell(table, line, ColumnRole::Value(now.years_before(years as i32)))
}

fn line<'a>(table: &'a Table, ru: &str) -> &'a Line {
    let named = |l: &&Line| matches!(&l.cells[0], Cell::Text(t) if t.ru == ru);
    table.lines.iter().find(named).unwrap_or_else(|| panic!("no line `{ru}`"))
}

fn count(number: i64) -> Cell {
    Cell::Number(Number::count(number))
}

/// Sets a figure of the first row of form 1-N.
fn set(trial: &mut Trial, period: &str, unit: &str, column: usize, figure: Figure) {
    let period: Period = period.parse().unwrap();
    let wanted = trial.datasets.iter_mut().find(|d| d.key.period == period && d.key.unit.as_str() == unit);
    wanted.unwrap_or_else(|| panic!("no {period} of {unit}")).sections[0].figures[column] = figure;
}

fn set_count(trial: &mut Trial, period: &str, unit: &str, column: usize, worth: i64) {
    set(trial, period, unit, column, Figure::Number(Number::count(worth)));
}

#[test]
fn a_first_quarter_alone_is_the_cumulative_figure() {
    let trial = Trial::new("narcotics", "2025-Q1");
    let book = assemble(&trial.material()).unwrap();
    let (quarter, movement) = (table(&book, "drug-quarter"), table(&book, "drug-movement"));
    // The quarter shows columns 2 to 6, the movement columns 1 to 7.
    for (alone, cumulative) in quarter.lines.iter().zip(&movement.lines[1..]) {
        assert_eq!(value(quarter, alone, 0), value(movement, cumulative, 0));
        assert_eq!(value(quarter, alone, 1), value(movement, cumulative, 1));
    }
}

#[test]
fn a_quarter_whose_base_is_missing_is_absent_and_one_with_a_larger_base_is_negative() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    set(&mut trial, "2025-Q1", "19", 1, Figure::Blank);
    set_count(&mut trial, "2025-Q1", "19", 2, 50);
    set_count(&mut trial, "2025-Q2", "19", 2, 45);
    set_count(&mut trial, "2024-Q1", "19", 2, 10);
    set_count(&mut trial, "2024-Q2", "19", 2, 30);
    let book = assemble(&trial.material()).unwrap();
    let quarter = table(&book, "drug-quarter");
    assert_eq!(value(quarter, &quarter.lines[0], 0), &Cell::Absent(Mark::X));
    assert_eq!(cell(quarter, &quarter.lines[0], ColumnRole::Growth), &Cell::Absent(Mark::X));
    let second = &quarter.lines[1];
    assert_eq!((value(quarter, second, 0), value(quarter, second, 1)), (&count(-5), &count(20)));
    assert_eq!(cell(quarter, second, ColumnRole::Change), &count(-25));
    // A fall below zero is a fall by more than 100 %.
    assert_eq!(cell(quarter, second, ColumnRole::Growth), &Cell::Growth(Growth::Percent(-1250)));
    assert_eq!(prose::growth(Growth::Percent(-1250), lexicon(Language::RU)), "−125,0\u{a0}%");
    // A base below zero has no percentage.
    set_count(&mut trial, "2024-Q1", "19", 2, 40);
    let book = assemble(&trial.material()).unwrap();
    let quarter = table(&book, "drug-quarter");
    assert_eq!(cell(quarter, &quarter.lines[1], ColumnRole::Growth), &Cell::Growth(Growth::NoBase));
}

#[test]
fn a_year_before_in_the_borders_of_then_or_of_now_adds_up_to_the_republic() {
    let ago: Period = "2021-Q4".parse().unwrap();
    let mut trial = Trial::new("narcotics", "2022-Q4");
    trial.datasets.retain(|d| !d.key.unit.is_republic());
    let units = |trial: &Trial, period: Period| {
        trial
            .datasets
            .iter()
            .filter(|d| d.key.period == period)
            .map(|d| d.sections[0].figures[1].number().unwrap())
            .collect::<Vec<_>>()
    };
    let now: Period = "2022-Q4".parse().unwrap();
    assert_eq!((units(&trial, now).len(), units(&trial, ago).len()), (20, 17));
    let whole =
        |numbers: Vec<Number>| Cell::Number(numbers.into_iter().fold(Number::ZERO, |sum, n| sum.plus(n).unwrap()));
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    assert_eq!(value(regions, &regions.lines[0], 0), &whole(units(&trial, now)));
    assert_eq!(value(regions, &regions.lines[0], 1), &whole(units(&trial, ago)));
    let asides: Vec<&Line> = regions.lines.iter().filter(|l| l.weight == Weight::Aside).collect();
    assert_eq!(asides.len(), 3);
    let former = |ru: &str| value(regions, line(regions, ru), 1).clone();
    assert_eq!(former("Алматинская область"), Cell::Absent(Mark::Z));
    assert_eq!(
        former("Карагандинская область и область Улытау (в прежних границах)"),
        {
            let of = trial.datasets.iter().find(|d| d.key.period == ago && d.key.unit.as_str() == "1935").unwrap();
            Cell::Number(of.sections[0].figures[1].number().unwrap())
        }
    );

    // The year before is stated again for today's twenty regions: each is compared with itself, and none is left out of
    // the sum.
    for unit in ["1910", "1933", "1962"] {
        let of_now = trial.datasets.iter().find(|d| d.key.period == now && d.key.unit.as_str() == unit).unwrap();
        let mut restated = of_now.clone();
        restated.key.period = ago;
        trial.datasets.push(restated);
    }
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    assert!(regions.lines.iter().all(|l| l.weight != Weight::Aside));
    assert_eq!(value(regions, &regions.lines[0], 1), &whole(units(&trial, ago)));
    assert!(matches!(value(regions, line(regions, "область Абай"), 1), Cell::Number(_)));
}

#[test]
fn shymkent_and_turkistan_are_compared_together_with_what_they_were_before() {
    let mut trial = Trial::new("narcotics", "2018-Q4");
    let day = NaiveDate::from_ymd_opt(2018, 6, 19);
    for region in &mut trial.regions {
        if region.unit.as_str() == "1979" {
            (region.since, region.split_from) = (day, "1951".parse().ok());
        }
        if region.unit.as_str() == "1951" {
            region.since = day;
        }
    }
    let shymkent: Unit = "1979".parse().unwrap();
    trial.datasets.retain(|d| d.key.unit != shymkent || d.key.period.year() >= 2018);
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    for split in ["Туркестанская область", "г. Шымкент"] {
        assert_eq!(value(regions, line(regions, split), 1), &Cell::Absent(Mark::Z), "{split}");
    }
    let together = line(regions, "Туркестанская область и г. Шымкент (в прежних границах)");
    let Cell::Number(now) = value(regions, together, 0) else { panic!("{together:?}") };
    let part = |ru: &str| if let Cell::Number(n) = value(regions, line(regions, ru), 0) { *n } else { panic!("{ru}") };
    assert_eq!(*now, part("Туркестанская область").plus(part("г. Шымкент")).unwrap());
    assert!(matches!(value(regions, together, 1), Cell::Number(_)));
    assert!(matches!(cell(regions, together, ColumnRole::Growth), Cell::Growth(_)));
}

#[test]
fn the_shipped_regions_know_every_split() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schedules/regions.toml")).unwrap();
    let file: toml::Table = text.parse().unwrap();
    let splits: Vec<(&str, &str)> = file["region"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|r| Some((r["unit"].as_str()?, r.get("split_from")?.as_str()?)))
        .collect();
    assert_eq!(splits, [("1910", "1963"), ("1933", "1919"), ("1962", "1935"), ("1979", "1951")]);
}

#[test]
fn equals_share_a_rank_and_the_next_one_is_left_out() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    for table in &mut trial.template.chapters[0].tables {
        table.per_capita = false;
    }
    let units: Vec<String> = trial.regions.iter().map(|r| r.unit.to_string()).collect();
    for (place, unit) in units.iter().enumerate() {
        let worth = if place < 3 { 900 } else { 800 - place as i64 };
        set_count(&mut trial, "2025-Q2", unit, 1, worth);
    }
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    let ranks: Vec<&Cell> = regions.lines[1..].iter().map(|l| cell(regions, l, ColumnRole::Rank)).collect();
    assert_eq!(ranks[..5], [1, 1, 1, 4, 5].map(Cell::Rank).each_ref());
}

#[test]
fn where_one_population_is_not_known_regions_are_ranked_by_figure_and_the_sentence_says_so() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    trial.regions[3].population.clear();
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    let unknown = &regions.lines[4];
    assert_eq!(cell(regions, unknown, ColumnRole::Rate), &Cell::Absent(Mark::Z));
    assert!(matches!(cell(regions, unknown, ColumnRole::Rank), Cell::Rank(_)));
    let mut ranked: Vec<(u32, Number)> = regions.lines[1..]
        .iter()
        .filter_map(|l| match (cell(regions, l, ColumnRole::Rank), value(regions, l, 0)) {
            (Cell::Rank(rank), Cell::Number(number)) => Some((*rank, *number)),
            _ => None,
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    assert_eq!(ranked.len(), 20);
    assert!(ranked.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{ranked:?}");
    assert!(regions.sentences.iter().any(|s| s.ru.starts_with("Наибольшее значение: ")), "{:?}", regions.sentences);
    assert!(!regions.sentences.iter().any(|s| s.ru.contains("10\u{a0}000")), "{:?}", regions.sentences);
    let chart = regions.chart.as_ref().unwrap();
    assert!(chart.series[0].points.iter().all(|p| matches!(p, Cell::Number(_))));
}

#[test]
fn a_share_of_nothing_is_not_applicable_and_a_tiny_base_is_told_as_it_is() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    trial.template.percent_from = 0;
    // Column 7 is the whole in the structure of interruptions.
    set_count(&mut trial, "2025-Q2", "19", 6, 0);
    set_count(&mut trial, "2025-Q2", "19", 7, 0);
    for (column, now, ago) in [(0, 3, 1), (1, 2, 1), (2, 1, 2), (3, 0, 0), (4, 2001, 2000)] {
        set_count(&mut trial, "2025-Q2", "19", column, now);
        set_count(&mut trial, "2024-Q2", "19", column, ago);
    }
    let book = assemble(&trial.material()).unwrap();
    let structure = table(&book, "drug-interrupted");
    assert_eq!(cell(structure, &structure.lines[1], ColumnRole::Share), &Cell::Absent(Mark::Z));
    let movement = table(&book, "drug-movement");
    let growth: Vec<&Cell> = movement.lines.iter().take(5).map(|l| cell(movement, l, ColumnRole::Growth)).collect();
    // 0.05 % rounds away from zero; twice as much is 100 %, more than twice is a multiple.
    let expected =
        [Growth::Times(30), Growth::Percent(1000), Growth::Percent(-500), Growth::NoBase, Growth::Percent(1)];
    assert_eq!(growth, expected.map(Cell::Growth).each_ref());
}

#[test]
fn small_counts_have_no_percentages_and_no_ranks_and_the_notes_say_so() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    for (column, now, ago) in [(0, 15, 9), (1, 15, 10), (6, 9, 20), (7, 4, 5)] {
        set_count(&mut trial, "2025-Q2", "19", column, now);
        set_count(&mut trial, "2024-Q2", "19", column, ago);
    }
    let units: Vec<String> = trial.regions.iter().map(|r| r.unit.to_string()).collect();
    let ranked = |trial: &mut Trial, large: usize| {
        for (place, unit) in units.iter().enumerate() {
            set_count(trial, "2025-Q2", unit, 1, if place < large { 10 } else { 9 });
        }
        let book = assemble(&trial.material()).unwrap();
        let regions = table(&book, "drug-regions");
        let ranks = regions.lines[1..].iter().map(|l| cell(regions, l, ColumnRole::Rank).clone()).collect::<Vec<_>>();
        assert_eq!(regions.sentences.iter().any(|s| s.ru.starts_with("Наибольш")), ranks[0] != Cell::Absent(Mark::Z));
        ranks
    };
    assert!(ranked(&mut trial, 4).iter().all(|rank| *rank == Cell::Absent(Mark::Z)));
    assert!(ranked(&mut trial, 5).iter().all(|rank| matches!(rank, Cell::Rank(_))));
    let book = assemble(&trial.material()).unwrap();
    let movement = table(&book, "drug-movement");
    let growth: Vec<&Cell> = movement.lines.iter().take(2).map(|l| cell(movement, l, ColumnRole::Growth)).collect();
    assert_eq!(growth, [Growth::NoBase, Growth::Percent(500)].map(Cell::Growth).each_ref());
    // The change is printed all the same; a share of nine is not.
    assert_eq!(cell(movement, &movement.lines[0], ColumnRole::Change), &count(6));
    let structure = table(&book, "drug-interrupted");
    let shares = structure.columns.iter().enumerate().filter(|(_, c)| c.role == ColumnRole::Share);
    let shares: Vec<&Cell> = shares.map(|(place, _)| &structure.lines[1].cells[place]).collect();
    assert_eq!(shares, [&Cell::Absent(Mark::Z), &Cell::Tenths(250)]);
    let notes = book.notes.iter().flat_map(|group| &group.notes);
    assert!(notes.clone().any(|note| note.of(Language::EN).contains("a base of at least 10")), "{:?}", book.notes);
}
