//! The made figures: rules, sums, the course of a year, the regions of the time.

use std::sync::OnceLock;

use zhinaq::{
    domain::{Agency, ColumnTemplate, Course, Dataset, FormId, FormTemplate, Number, Unit},
    sample::Figures,
};

use super::{
    premises::{period_of, premises, small_premises},
    rules::broken,
};

fn office() -> &'static Figures {
    static OFFICE: OnceLock<Figures> = OnceLock::new();
    OFFICE.get_or_init(|| Figures::new(premises(1)).unwrap())
}

/// Whether a form has thousands of figures. They take long in a program that is not optimised, so the tests check
/// fewer.
fn is_large(template: &FormTemplate) -> bool {
    template.sections.iter().map(|s| s.rows.len()).sum::<usize>() > 50
}

fn of(figures: &Figures, form: &str, month: &str, unit: &str) -> Dataset {
    let form: FormId = form.parse().unwrap();
    let period = period_of(figures.premises(), &form, month).unwrap();
    figures.dataset(&form, period, &unit.parse().unwrap(), &Agency::all()).unwrap()
}

fn numbers(dataset: &Dataset) -> Vec<Number> {
    dataset.sections.iter().flat_map(|s| &s.figures).map(|f| f.number().unwrap()).collect()
}

#[test]
fn every_rule_holds_in_every_form_unit_and_period() {
    let figures = office();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (form, template) in &figures.premises().forms {
        for month in ["2021-M03", "2022-M03", "2022-M06", "2022-M12", "2025-M06", "2027-M12"] {
            let period = period_of(figures.premises(), form, month).unwrap();
            let mut units: Vec<Unit> = figures.units(period).cloned().chain([Unit::republic()]).collect();
            units.retain(|u| !is_large(template) || ["1910", "1963"].contains(&u.as_str()));
            for unit in units {
                let dataset = figures.dataset(form, period, &unit, &Agency::all()).unwrap();
                let below = numbers(&dataset).into_iter().filter(|n| *n < Number::ZERO).count();
                if below > 0 {
                    wrong.push(format!("{}: {below} figures below zero", dataset.key));
                }
                wrong.extend(broken(figures, template, &dataset));
                seen += 1;
            }
        }
    }
    assert!(seen > 1000);
    assert!(wrong.is_empty(), "{} do not hold:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
}

#[test]
fn flows_do_not_fall_within_a_year_and_opening_stocks_stand_still() {
    let figures = office();
    for (form, template) in &figures.premises().forms {
        for (year, unit) in [(2022, "1963"), (2022, "1910"), (2025, "1971"), (2022, "19"), (2025, "19")] {
            let mut last: Option<Dataset> = None;
            if is_large(template) && unit == "19" {
                continue;
            }
            for month in 1..=12 {
                let Some(period) = period_of(figures.premises(), form, &format!("{year}-M{month:02}")) else {
                    continue;
                };
                let Some(now) = figures.dataset(form, period, &unit.parse().unwrap(), &Agency::all()) else { continue };
                if let Some(last) = &last {
                    check_course(template, last, &now);
                }
                last = Some(now);
            }
        }
    }
}

fn check_course(template: &FormTemplate, last: &Dataset, now: &Dataset) {
    for (section, before) in now.sections.iter().zip(&last.sections) {
        for (place, column) in section.columns.iter().enumerate() {
            let described = &template.section(&section.id).unwrap().columns;
            let printed = |c: &&ColumnTemplate| {
                template.printed_column(&now.edition, &section.id, &c.code).as_ref() == Some(&column.code)
            };
            let course = described.iter().find(printed).map(|c| c.course);
            for row in 0..section.rows.len() {
                let (is, was) = (section.at(row, place).unwrap().number(), before.at(row, place).unwrap().number());
                let kept = match course {
                    Some(Course::Flow) => is >= was,
                    Some(Course::Opening) => is == was,
                    _ => true,
                };
                let row = &section.rows[row].code;
                assert!(kept, "{} {} row {row} column {}: {was:?} then {is:?}", now.key, section.id, column.code);
            }
        }
    }
}

#[test]
fn the_republic_is_the_sum_of_its_regions() {
    let figures = office();
    for form in figures.premises().forms.keys() {
        for (month, regions) in [("2022-M03", 17), ("2022-M06", 20)] {
            let period = period_of(figures.premises(), form, month).unwrap();
            let units: Vec<Unit> = figures.units(period).cloned().collect();
            assert_eq!(units.len(), regions);
            let mut sums: Vec<Number> = Vec::new();
            for unit in &units {
                let of_unit = numbers(&figures.dataset(form, period, unit, &Agency::all()).unwrap());
                sums.resize(of_unit.len(), Number::ZERO);
                sums.iter_mut().zip(of_unit).for_each(|(sum, n)| *sum = sum.plus(n).unwrap());
            }
            assert_eq!(numbers(&of(figures, form.as_str(), month, "19")), sums, "{form} {month}");
        }
    }
}

#[test]
fn a_region_that_is_split_off_begins_with_nothing_and_its_parent_keeps_what_was() {
    let figures = office();
    let court = |month: &str, unit: &str| {
        let dataset = of(figures, "court-1", month, unit);
        numbers(&dataset)
    };
    assert!(
        figures
            .dataset(&"court-1".parse().unwrap(), "2022-Q1".parse().unwrap(), &"1910".parse().unwrap(), &Agency::all())
            .is_none()
    );
    let born = court("2022-M06", "1910");
    assert_eq!(born[0], Number::ZERO);
    assert!(born[1] > Number::ZERO);
    let (march, june) = (court("2022-M03", "1963"), court("2022-M06", "1963"));
    assert_eq!(march[0], june[0]);
    assert!(june[1] > march[1]);
    for unit in ["1910", "1963", "1971", "19"] {
        let (december, next) = (court("2022-M12", unit), court("2023-M03", unit));
        assert_eq!(december[5], next[0], "{unit} opens with what it closed with");
    }
}

#[test]
fn the_same_seed_gives_the_same_figures_and_another_seed_others() {
    let new = |seed| Figures::new(small_premises(seed)).unwrap();
    let (one, same, other) = (new(1), new(1), new(2));
    let of_1e = |figures: &Figures| of(figures, "1-e", "2025-M06", "1971");
    assert_eq!(of_1e(&one), of_1e(&same));
    assert_ne!(of_1e(&one), of_1e(&other));
}

#[test]
fn regions_differ_and_years_differ_plausibly() {
    let figures = office();
    let received = |month: &str, unit: &str| numbers(&of(figures, "court-1", month, unit))[1].as_f64();
    assert!(received("2025-M12", "1975") > 2.0 * received("2025-M12", "1959"));
    for year in 2021..2027 {
        let change = received(&format!("{}-M12", year + 1), "19") / received(&format!("{year}-M12"), "19");
        assert!((0.8..1.25).contains(&change), "{year}: {change}");
    }
    let half = received("2025-M06", "19") / received("2025-M12", "19");
    assert!((0.4..0.6).contains(&half), "{half}");
}

#[test]
fn years_outside_the_offices_time_have_no_figures() {
    let figures = office();
    let ask = |period: &str| {
        figures.dataset(&"1-e".parse().unwrap(), period.parse().unwrap(), &Unit::republic(), &Agency::all()).is_some()
    };
    assert!(ask("2019-M01") && ask("2027-M12") && !ask("2018-M12") && !ask("2028-M01"));
}
