//! Books as plain data: what is derived, what is marked, what is left out.

use zhinaq::{
    assemble::{AbsentComparison, Book, Cell, ColumnRole, Growth, Line, Mark, MissingForm, Table, Weight, assemble},
    domain::{Absence, Figure, Language, Number, Origin, Period, Titles, Unit},
};

use crate::support::{
    trial::{Trial, titles},
    words,
};

fn table<'a>(book: &'a Book, id: &str) -> &'a Table {
    book.tables().find(|t| t.id == id).unwrap_or_else(|| panic!("no table `{id}`"))
}

fn column(table: &Table, wanted: impl Fn(ColumnRole) -> bool) -> usize {
    table.columns.iter().position(|c| wanted(c.role)).unwrap()
}

fn line<'a>(table: &'a Table, ru: &str) -> &'a Line {
    let named = |l: &&Line| matches!(&l.cells[0], Cell::Text(t) if t.ru == ru);
    table.lines.iter().find(named).unwrap_or_else(|| panic!("no line `{ru}`"))
}

fn number(cell: &Cell) -> Number {
    match cell {
        Cell::Number(number) => *number,
        other => panic!("{other:?} is not a number"),
    }
}

/// The values of a line, now and a year before.
fn values(table: &Table, line: &Line) -> (Cell, Cell) {
    let places: Vec<usize> =
        (0..table.columns.len()).filter(|c| matches!(table.columns[*c].role, ColumnRole::Value(_))).collect();
    (line.cells[places[0]].clone(), line.cells[places[1]].clone())
}

#[test]
fn equal_material_gives_an_equal_book() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let mut shuffled = trial.material();
    shuffled.datasets.reverse();
    assert!(assemble(&trial.material()).unwrap() == assemble(&shuffled).unwrap());
}

#[test]
fn the_content_id_is_of_the_figures_not_of_the_day() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let mut later = trial.material();
    later.generated_for = later.generated_for.succ_opt().unwrap();
    later.revision = 1;
    assert_eq!(assemble(&later).unwrap().content_id(), book.content_id());

    let period: Period = "2025-Q2".parse().unwrap();
    let changed = trial.datasets.iter_mut().find(|d| d.key.period == period && d.key.unit.is_republic()).unwrap();
    changed.sections[0].figures[1] = Figure::Number(Number::count(1));
    assert_ne!(assemble(&trial.material()).unwrap().content_id(), book.content_id());
}

#[test]
fn a_form_that_has_not_come_marks_its_chapter_and_does_not_stop_the_others() {
    let trial = Trial::new("corruption", "2025-Q2").without("1-ad", "2025-Q2");
    let mut material = trial.material();
    material.missing.push(MissingForm {
        form: "1-ad".parse().unwrap(),
        unit: None,
        agency: None,
        reason: titles("срок 20 июля", "мерзімі 20 шілде", "due on 20 July"),
        due: chrono::NaiveDate::from_ymd_opt(2025, 7, 20),
        stand_in: None,
    });
    let book = assemble(&material).unwrap();
    assert!(book.is_incomplete());
    assert_eq!((book.cover.forms_come, book.cover.forms_expected), (1, 2));
    let chapter = book.chapters.iter().find(|c| c.form.as_str() == "1-ad").unwrap();
    assert_eq!(chapter.missing.as_ref().unwrap().reason.ru, "срок 20 июля");
    assert_eq!(chapter.tables.len(), 1);
    assert_eq!(chapter.tables[0].lines[0].cells[1], Cell::Absent(Mark::X));
    assert!(
        book.chapters.iter().filter(|c| c.form.as_str() == "3-k").all(|c| c.missing.is_none() && c.tables.len() > 1)
    );
}

#[test]
fn a_key_figure_of_a_form_that_has_not_come_shows_the_years_before() {
    // Form 1-M is monthly, its collection quarterly.
    let whole = assemble(&Trial::new("crime", "2025-Q2").material()).unwrap();
    let trial = Trial::new("crime", "2025-Q2").without("1-m", "2025-M06");
    let book = assemble(&trial.material()).unwrap();
    let ago = |book: &Book| values(&book.summary, &book.summary.lines[0]).1;
    let line = &book.summary.lines[0];
    assert_eq!(values(&book.summary, line).0, Cell::Absent(Mark::X));
    assert!(matches!(ago(&book), Cell::Number(_)));
    assert_eq!(ago(&book), ago(&whole));
    let change = column(&book.summary, |r| r == ColumnRole::Change);
    assert_eq!(line.cells[change], Cell::Absent(Mark::X));
}

#[test]
fn an_earlier_period_that_stands_in_is_marked() {
    let mut trial = Trial::new("corruption", "2025-Q2");
    let earlier: Period = "2025-Q1".parse().unwrap();
    let now: Period = "2025-Q2".parse().unwrap();
    for dataset in trial.datasets.iter_mut().filter(|d| d.key.form.as_str() == "1-ad" && d.key.period == now) {
        dataset.key.period = earlier;
    }
    let mut material = trial.material();
    material.missing.push(MissingForm {
        form: "1-ad".parse().unwrap(),
        unit: None,
        agency: None,
        reason: Titles::ru("не поступила"),
        due: None,
        stand_in: Some(earlier),
    });
    let book = assemble(&material).unwrap();
    let shown = table(&book, "administrative-state");
    let marks = column(shown, |r| r == ColumnRole::Marks);
    assert!(shown.lines.iter().all(|l| l.cells[marks] == Cell::Code("[p]".into())));
    assert!(shown.columns.iter().any(|c| c.role == ColumnRole::Value(earlier)));
    assert!(shown.notes.iter().any(|n| n.ru.starts_with("[p]")), "{:?}", shown.notes);
    assert!(book.is_incomplete());
}

#[test]
fn a_form_that_came_without_a_region_marks_that_region() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let (now, astana): (Period, Unit) = ("2025-Q2".parse().unwrap(), "1971".parse().unwrap());
    trial.datasets.retain(|d| d.key.period != now || d.key.unit != astana);
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    let astana = line(regions, "г. Астана");
    assert_eq!(values(regions, astana).0, Cell::Absent(Mark::X));
    let growth = column(regions, |r| r == ColumnRole::Growth);
    assert_eq!(astana.cells[growth], Cell::Absent(Mark::X));
    assert!(matches!(line(regions, "г. Алматы").cells[growth], Cell::Growth(_)));
}

/// Takes away the documents of the first ten regions of a form, and returns them as missing.
fn half(trial: &mut Trial, form: &str) -> Vec<MissingForm> {
    let now: Period = "2025-Q2".parse().unwrap();
    let regions: Vec<Unit> = trial.regions.iter().map(|r| r.unit.clone()).filter(|u| !u.is_republic()).collect();
    assert_eq!(regions.len(), 20);
    trial
        .datasets
        .retain(|d| d.key.form.as_str() != form || d.key.period != now || !regions[..10].contains(&d.key.unit));
    let missing = |unit: &Unit| MissingForm {
        form: form.parse().unwrap(),
        unit: Some(unit.clone()),
        agency: None,
        reason: titles("не поступила к сроку", "мерзіміне келіп түспеді", "has not come by its term"),
        due: None,
        stand_in: None,
    };
    regions[..10].iter().map(missing).collect()
}

#[test]
fn a_form_with_half_of_its_regions_has_not_come_as_a_whole() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let form = trial.template.chapters[0].form.to_string();
    let missing = half(&mut trial, &form);
    let mut material = trial.material();
    material.missing = missing;
    let book = assemble(&material).unwrap();
    let cover = &book.cover;
    assert_eq!(cover.forms_come + 1, cover.forms_expected);
    let [missing] = cover.missing.as_slice() else { panic!("{:?}", cover.missing) };
    let whose = missing.whose.as_ref().unwrap();
    assert!(whose.ru.starts_with("нет регионов: 10 из 20 (") && whose.ru.ends_with(" и ещё 5)"), "{}", whose.ru);
    assert!(whose.of(Language::EN).starts_with("10 of 20 regions missing ("), "{}", whose.of(Language::EN));
    // The notes list all of them.
    let notes = &book.notes[0];
    assert_eq!(notes.title.ru, "Полнота сведений");
    let named = trial.regions.iter().filter(|r| !r.unit.is_republic()).take(10);
    assert!(named.clone().all(|r| notes.notes[0].ru.contains(&r.titles.ru)), "{}", notes.notes[0].ru);
}

#[test]
fn a_comparison_that_may_come_makes_a_book_incomplete_and_one_that_never_was_does_not() {
    let trial = Trial::new("narcotics", "2025-Q2").without("1-n", "2024-Q2");
    let absent = |absence| AbsentComparison {
        form: "1-n".parse().unwrap(),
        period: "2024-Q2".parse().unwrap(),
        regions: Vec::new(),
        agencies: Vec::new(),
        absence,
    };
    let book = |absence| {
        let mut material = trial.material();
        material.comparisons.push(absent(absence));
        assemble(&material).unwrap()
    };
    let never = book(Absence::NotThere);
    assert!(!never.is_incomplete());
    let note = |book: &Book| book.notes[0].notes[0].clone();
    assert!(note(&never).ru.ends_with("для сравнения: январь–июнь 2024 года: в источнике таких сведений нет."));
    let mut reasons = std::collections::BTreeSet::new();
    for absence in [Absence::NoAnswer, Absence::Denied, Absence::Refused, Absence::Held] {
        let book = book(absence);
        assert!(book.is_incomplete(), "{absence:?}");
        assert_eq!(
            (book.cover.forms_come, book.cover.forms_expected),
            (never.cover.forms_come, never.cover.forms_expected)
        );
        assert!(book.cover.missing.iter().all(|m| m.compared));
        let note = note(&book);
        for language in words().languages() {
            let text = note.of(language);
            assert!(!text.contains("503") && !text.contains("http") && !text.contains("1-n"), "{text}");
            reasons.insert(text.to_owned());
        }
    }
    assert_eq!(reasons.len(), 12, "each reason has words of its own in each language");
}

#[test]
fn regions_that_were_split_are_compared_in_their_former_borders() {
    let trial = Trial::new("narcotics", "2022-Q4");
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    for split in ["область Абай", "Восточно-Казахстанская область", "область Улытау", "Карагандинская область"]
    {
        assert_eq!(values(regions, line(regions, split)).1, Cell::Absent(Mark::Z), "{split}");
    }
    assert!(matches!(values(regions, line(regions, "г. Астана")).1, Cell::Number(_)));
    let together = line(regions, "Восточно-Казахстанская область и область Абай (в прежних границах)");
    assert_eq!(together.weight, Weight::Aside);
    let parts =
        ["Восточно-Казахстанская область", "область Абай"].map(|name| number(&values(regions, line(regions, name)).0));
    assert_eq!(number(&values(regions, together).0), parts[0].plus(parts[1]).unwrap());
    let growth = column(regions, |r| r == ColumnRole::Growth);
    assert!(matches!(together.cells[growth], Cell::Growth(_)));
    assert!(book.notes.iter().any(|g| g.title.ru == "Несопоставимые показатели"));
}

#[test]
fn a_republic_that_nobody_states_is_the_sum_of_its_regions_and_says_so() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    trial.datasets.retain(|d| !d.key.unit.is_republic());
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    let plain = regions.lines.iter().filter(|l| l.weight == Weight::Plain);
    let sum = plain.map(|l| number(&values(regions, l).0)).fold(Number::ZERO, |sum, n| sum.plus(n).unwrap());
    assert_eq!(number(&values(regions, line(regions, "Республика Казахстан")).0), sum);
    assert!(regions.notes.iter().any(|n| n.ru.contains("сумма регионов")), "{:?}", regions.notes);
}

#[test]
fn a_quarter_alone_is_the_difference_of_two_cumulative_figures() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let quarter = table(&book, "drug-quarter");
    let of = |period: &str| {
        let period: Period = period.parse().unwrap();
        let dataset = trial.datasets.iter().find(|d| d.key.period == period && d.key.unit.is_republic()).unwrap();
        dataset.sections[0].at(0, 1).unwrap().number().unwrap()
    };
    let first = &quarter.lines[0];
    assert_eq!(number(&values(quarter, first).0), of("2025-Q2").minus(of("2025-Q1")).unwrap());
    assert_eq!(number(&values(quarter, first).1), of("2024-Q2").minus(of("2024-Q1")).unwrap());
    // Its chart shows the same, and its titles say so.
    let chart = quarter.chart.as_ref().unwrap();
    let named: Vec<&str> = chart.series.iter().map(|s| s.title.ru.as_str()).collect();
    assert_eq!(named, ["II квартал 2025", "II квартал 2024"]);
    assert_eq!(quarter.scope.ru, "Республика Казахстан, II квартал 2025 года");
    assert_eq!(table(&book, "drug-years").scope.ru, "Республика Казахстан, январь–июнь 2021–2025 годов");
}

#[test]
fn ranks_run_from_the_highest_level_and_shares_are_of_the_republic() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "drug-regions");
    let (rate, rank) = (column(regions, |r| r == ColumnRole::Rate), column(regions, |r| r == ColumnRole::Rank));
    let mut ranked: Vec<(u32, i64)> = regions
        .lines
        .iter()
        .filter_map(|l| match (&l.cells[rank], &l.cells[rate]) {
            (Cell::Rank(rank), Cell::Level(rate)) => Some((*rank, rate.digits)),
            _ => None,
        })
        .collect();
    ranked.sort_unstable();
    assert_eq!(ranked.len(), 20);
    assert_eq!(ranked[0].0, 1);
    assert!(ranked.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{ranked:?}");
    let share = column(regions, |r| r == ColumnRole::Share);
    assert_eq!(line(regions, "Республика Казахстан").cells[share], Cell::Tenths(1000));
}

#[test]
fn origins_never_mix() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let before: Period = "2024-Q2".parse().unwrap();
    for dataset in trial.datasets.iter_mut().filter(|d| d.key.period == before) {
        dataset.key.origin = Origin::Real;
    }
    let book = assemble(&trial.material()).unwrap();
    let movement = table(&book, "drug-movement");
    let now: Period = "2025-Q2".parse().unwrap();
    let figures = |role: ColumnRole| !matches!(role, ColumnRole::Label | ColumnRole::Text);
    let shown: Vec<ColumnRole> = movement.columns.iter().map(|c| c.role).filter(|role| figures(*role)).collect();
    assert_eq!(shown, [ColumnRole::Value(now)]);
}

#[test]
fn small_counts_of_persons_are_hidden_and_cannot_be_got_back() {
    let mut trial = Trial::new("crime", "2025-Q2");
    trial.template.confidential_below = Some(5);
    let now: Period = "2025-Q2".parse().unwrap();
    let killed = |unit: &str, trial: &mut Trial, worth: i64| {
        let wanted = |d: &&mut zhinaq::domain::Dataset| {
            d.key.form.as_str() == "dtp-1"
                && d.key.period.last_month() == now.last_month()
                && d.key.unit.as_str() == unit
                && d.key.period.year() == now.year()
        };
        let dataset = trial.datasets.iter_mut().find(wanted).unwrap();
        dataset.sections[0].figures[2] = Figure::Number(Number::count(worth));
    };
    killed("1962", &mut trial, 3);
    killed("1959", &mut trial, 7);
    let book = assemble(&trial.material()).unwrap();
    let regions = table(&book, "killed-regions");
    let hidden: Vec<&Line> = regions.lines.iter().filter(|l| values(regions, l).0 == Cell::Absent(Mark::C)).collect();
    assert_eq!(hidden.len(), 2);
    assert_eq!(values(regions, line(regions, "область Улытау")).0, Cell::Absent(Mark::C));
    let growth = column(regions, |r| r == ColumnRole::Growth);
    assert!(hidden.iter().all(|l| l.cells[growth] == Cell::Absent(Mark::C)));
    assert!(matches!(values(regions, line(regions, "Республика Казахстан")).0, Cell::Number(_)));
}

#[test]
fn growth_is_marked_by_its_kind() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let set = |trial: &mut Trial, period: &str, place: usize, worth: i64| {
        let period: Period = period.parse().unwrap();
        let wanted = trial.datasets.iter_mut().find(|d| d.key.period == period && d.key.unit.is_republic()).unwrap();
        wanted.sections[0].figures[place] = Figure::Number(Number::count(worth));
    };
    for (place, now, ago) in [(0, 2133, 2191), (1, 230, 100), (2, 5, 0)] {
        set(&mut trial, "2025-Q2", place, now);
        set(&mut trial, "2024-Q2", place, ago);
    }
    let book = assemble(&trial.material()).unwrap();
    let movement = table(&book, "drug-movement");
    let growth = column(movement, |r| r == ColumnRole::Growth);
    let shown: Vec<&Cell> = movement.lines.iter().take(3).map(|l| &l.cells[growth]).collect();
    assert_eq!(
        shown,
        [&Cell::Growth(Growth::Percent(-26)), &Cell::Growth(Growth::Times(23)), &Cell::Growth(Growth::NoBase)]
    );
}

#[test]
fn no_two_tables_of_a_book_have_one_title() {
    for (collection, period) in super::masters::COLLECTIONS {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        for language in words().languages() {
            let mut titles: Vec<&str> = book.tables().map(|t| t.title.of(language)).collect();
            let all = titles.len();
            titles.sort_unstable();
            titles.dedup();
            assert_eq!(titles.len(), all, "{collection} in {language}");
        }
    }
}
