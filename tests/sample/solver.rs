//! Rules of kinds that the shipped templates may not contain yet: made figures keep each rule, or it is refused with a
//! reason.

use std::collections::BTreeMap;

use zhinaq::{
    config::parse_form,
    domain::{Agency, FormId, FormTemplate, Number, Period, Periodicity, Titles, Unit},
    sample::{Figures, Offer, Premises, SampleError},
};

use super::{premises::built_in, rules::broken};

fn office(texts: &[(&str, &str)]) -> Result<Figures, SampleError> {
    let parse =
        |(name, text): &(&str, &str)| parse_form(&format!("{name}.toml"), text).unwrap_or_else(|f| panic!("{f}"));
    let forms: BTreeMap<FormId, FormTemplate> = texts.iter().map(parse).map(|f| (f.form.clone(), f)).collect();
    let built_in = built_in();
    let offers = forms
        .values()
        .map(|form| Offer {
            form: form.form.clone(),
            titles: Titles::default(),
            code: form.file_code.clone(),
            periodicity: Periodicity::Month,
            day: 10,
            index: None,
            by_agency: form.form.as_str() == "agencies",
        })
        .collect();
    let premises =
        Premises { offers, ..Premises::new(forms, built_in.regions.clone(), built_in.agencies.clone(), &[], 3) };
    Figures::new(premises)
}

/// Checks every month of two years, a region and the republic; returns the number of figures that are not zero.
fn holds(texts: &[(&str, &str)]) -> usize {
    let figures = office(texts).unwrap();
    let mut weighty = 0;
    for (form, template) in &figures.premises().forms {
        for unit in ["19", "1971", "1959"] {
            let mut last: Option<Vec<Number>> = None;
            for month in 1..=12 {
                let period = Period::new(2025, Periodicity::Month, month).unwrap();
                let dataset = figures.dataset(form, period, &unit.parse().unwrap(), &Agency::all()).unwrap();
                assert_eq!(broken(&figures, template, &dataset), Vec::<String>::new());
                let section = &dataset.sections[0];
                let flows: Vec<Number> = (0..section.figures.len())
                    .filter(|i| {
                        let column = &template.sections[0].columns[i % section.columns.len()];
                        column.course == zhinaq::domain::Course::Flow
                    })
                    .map(|i| section.figures[i].number().unwrap())
                    .collect();
                assert!(flows.iter().all(|n| *n >= Number::ZERO));
                weighty += flows.iter().filter(|n| **n > Number::ZERO).count();
                if let Some(last) = last {
                    assert!(flows.iter().zip(&last).all(|(now, before)| now >= before), "{form} {period}");
                }
                last = Some(flows);
            }
        }
    }
    weighty
}

const ROWS: &str = r#"
form = "by-rows"
designations = ["Б"]
known_from = "a test"
[[section]]
id = "R1"
title = { ru = "Раздел 1" }
rows = [
  { code = "1", ru = "Всего" },
  { code = "2", ru = "Всего / проступки" }, { code = "3", ru = "Всего / преступления" },
  { code = "4", ru = "Всего / преступления / тяжкие" }, { code = "5", ru = "Всего / преступления / прочие" },
  { code = "6", ru = "Всего / в электронном виде", part_of = "1" },
  { code = "7", ru = "Глава 1" }, { code = "8", ru = "Глава 1 / кража" }, { code = "9", ru = "Глава 1 / кража / из квартир", part_of = "8" },
  { code = "10", ru = "Глава 1 / мошенничество" },
  { code = "11", ru = "Глава 2" }, { code = "12", ru = "Глава 2 / иное" }, { code = "13", ru = "Глава 2 / еще" },
  { code = "14", ru = "Всего / в электронном виде / тяжкие", part_of = "6" },
]
columns = [
  { code = "1", ru = "Зарегистрировано", course = "flow" }, { code = "2", ru = "в отношении женщин", course = "flow", part_of = "1" },
  { code = "3", ru = "Ущерб", course = "flow", measure = "thousand-tenge" },
]
[[rule]]
id = "by-rows.all"
ru = "x"
rows = { section = "R1", total = "1", plus = ["2", "3"] }
[[rule]]
id = "by-rows.crimes"
ru = "x"
rows = { section = "R1", total = "3", plus = ["4", "5"] }
[[rule]]
id = "by-rows.chapters"
ru = "x"
rows = { section = "R1", total = "1", plus = ["7", "11"] }
[[rule]]
id = "by-rows.first"
ru = "x"
rows = { section = "R1", total = "7", plus = ["8", "10"] }
[[rule]]
id = "by-rows.second"
ru = "x"
rows = { section = "R1", total = "12", plus = ["11"], minus = ["13"] }
[[rule]]
id = "by-rows.grave"
ru = "x"
row_within = { section = "R1", part = ["14"], whole = "4" }
"#;

#[test]
fn rows_that_are_divided_in_two_ways_add_up_in_both() {
    let weighty = holds(&[("by-rows", ROWS)]);
    assert!(weighty > 3 * 12 * 14 * 3 / 2, "{weighty} of {}", 3 * 12 * 14 * 3);
}

const COLUMNS: &str = r#"
form = "by-columns"
designations = ["В"]
known_from = "a test"
[[section]]
id = "R1"
title = { ru = "Раздел 1" }
rows = [ { code = "1", ru = "Всего" } ]
columns = [
  { code = "1", ru = "Остаток", course = "opening" }, { code = "2", ru = "Поступило", course = "flow" },
  { code = "3", ru = "Находилось", course = "flow" },
  { code = "4", ru = "Окончено", course = "flow" }, { code = "5", ru = "в суд", course = "flow" }, { code = "6", ru = "прекращено", course = "flow" },
  { code = "7", ru = "следствие", course = "flow" }, { code = "8", ru = "дознание", course = "flow" },
  { code = "9", ru = "Остаток", course = "stock" }, { code = "10", ru = "с лицами", course = "stock", part_of = "9" },
  { code = "11", ru = "без лиц", course = "stock" },
  { code = "12", ru = "Чистое поступление", course = "flow" }, { code = "13", ru = "возвращено", course = "flow" },
  { code = "14", ru = "за три дня", course = "flow", part_of = "5" },
]
[[rule]]
id = "by-columns.there"
ru = "x"
columns = { section = "R1", total = "3", plus = ["1", "2"] }
[[rule]]
id = "by-columns.balance"
ru = "x"
columns = { section = "R1", total = "3", plus = ["4", "9"] }
[[rule]]
id = "by-columns.outcome"
ru = "x"
columns = { section = "R1", total = "4", plus = ["5", "6"] }
[[rule]]
id = "by-columns.kind"
ru = "x"
columns = { section = "R1", total = "4", plus = ["7", "8"] }
[[rule]]
id = "by-columns.closing"
ru = "x"
columns = { section = "R1", total = "9", plus = ["10", "11"] }
[[rule]]
id = "by-columns.net"
ru = "x"
columns = { section = "R1", total = "12", plus = ["2"], minus = ["13"] }
"#;

#[test]
fn columns_hold_balances_second_divisions_and_stocks() {
    let weighty = holds(&[("by-columns", COLUMNS)]);
    assert!(weighty > 3 * 12 * 10 / 2, "{weighty} of {}", 3 * 12 * 10);
}

#[test]
fn a_figure_of_another_form_is_taken_over_and_shared_out_among_its_rows() {
    let there = r#"
form = "taker"
designations = ["Т"]
known_from = "a test"
[[section]]
id = "R1"
title = { ru = "Раздел 1" }
rows = [ { code = "1", ru = "Всего" }, { code = "2", ru = "А", part_of = "1" }, { code = "3", ru = "Б", part_of = "1" }, { code = "4", ru = "тяжкие", part_of = "1" } ]
columns = [ { code = "1", ru = "Зарегистрировано", course = "flow" }, { code = "2", ru = "из них", course = "flow", part_of = "1" } ]
[[rule]]
id = "taker.registered"
ru = "x"
same_place = { section = "R1", row = "1", column = "1", form = "by-rows", there = { section = "R1", row = "3", column = "1" } }
[[rule]]
id = "taker.grave"
ru = "x"
same_place = { section = "R1", row = "4", column = "1", form = "by-rows", there = { section = "R1", row = "4", column = "1" } }
[[rule]]
id = "taker.within"
ru = "x"
row_within = { section = "R1", part = ["2", "3"], whole = "1" }
"#;
    assert!(holds(&[("by-rows", ROWS), ("taker", there)]) > 1000);
}

#[test]
fn agencies_add_up_and_those_that_come_later_begin_with_nothing() {
    let text = COLUMNS.replace("by-columns", "agencies");
    let figures = office(&[("agencies", &text)]).unwrap();
    let numbers = |month: &str, agency: &Agency| -> Vec<Number> {
        let unit = Unit::republic();
        let dataset = figures.dataset(&"agencies".parse().unwrap(), month.parse().unwrap(), &unit, agency);
        dataset.map_or_else(Vec::new, |d| d.sections[0].figures.iter().map(|f| f.number().unwrap()).collect())
    };
    for (month, count) in [("2021-M06", 3), ("2022-M09", 4), ("2023-M03", 5), ("2025-M12", 6)] {
        let agencies: Vec<Agency> = figures.agencies(month.parse().unwrap()).cloned().collect();
        assert_eq!(agencies.len(), count, "{month}");
        let mut sums = vec![Number::ZERO; 14];
        for agency in &agencies {
            sums.iter_mut().zip(numbers(month, agency)).for_each(|(sum, n)| *sum = sum.plus(n).unwrap());
        }
        assert_eq!(numbers(month, &Agency::all()), sums, "{month}");
    }
    let late: Agency = "12".parse().unwrap();
    assert!(numbers("2023-M02", &late).is_empty());
    assert_eq!(numbers("2023-M03", &late)[0], Number::ZERO);
}

#[test]
fn rules_that_cannot_be_held_are_refused_by_name() {
    let told = |text: &str| office(&[("by-columns", text)]).map_or_else(|e| e.to_string(), |_| "held".to_owned());
    let twice = format!(
        "{COLUMNS}\n[[rule]]\nid = \"by-columns.wrong\"\nru = \"x\"\ncolumns = {{ section = \"R1\", total = \"4\", plus = [\"5\", \"9\"] }}\n"
    );
    assert!(told(&twice).contains("two of them cannot both be held"), "{}", told(&twice));
    let circle = COLUMNS.replace(
        "id = \"by-columns.net\"\nru = \"x\"\ncolumns = { section = \"R1\", total = \"12\", plus = [\"2\"], minus = [\"13\"] }",
        "id = \"by-columns.net\"\nru = \"x\"\ncolumns = { section = \"R1\", total = \"5\", plus = [\"4\", \"14\"] }",
    );
    assert!(told(&circle).contains("go in a circle"), "{}", told(&circle));
    let itself = format!(
        "{COLUMNS}\n[[rule]]\nid = \"by-columns.same\"\nru = \"x\"\nsame_place = {{ section = \"R1\", row = \"1\", column = \"2\", form = \"by-columns\", there = {{ section = \"R1\", row = \"1\", column = \"14\" }} }}\n"
    );
    assert!(told(&itself).contains("come from themselves"), "{}", told(&itself));
}
