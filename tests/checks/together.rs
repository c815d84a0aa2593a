//! Checks over all regions: sums, twins, and documents that did not come.

use std::collections::BTreeSet;

use zhinaq::domain::{Agency, Dataset, Expected, Region, Unit};

use super::made_up::{cell, check_all, lines, number, region, sound};

fn regions() -> [Region; 4] {
    [
        region("19", "Republic", None, None),
        region("1911", "Akmola", None, None),
        region("1971", "Astana", None, None),
        region("1910", "Abai", Some("2022-06-08"), Some("1963")),
    ]
}

/// The republic and its three regions.
fn all(period: &str) -> Vec<Dataset> {
    let mut republic = sound(period, "19", 6);
    // Days do not add up: the republic's number is not the sum.
    *cell(&mut republic, "R1", "1", "6") = number("30");
    vec![republic, sound(period, "1911", 1), sound(period, "1971", 2), sound(period, "1910", 3)]
}

fn check(datasets: &[Dataset]) -> Vec<String> {
    lines(&check_all(&datasets.iter().collect::<Vec<_>>(), &[], &regions()))
}

#[test]
fn a_republic_that_is_its_regions_has_no_findings() {
    assert_eq!(check(&all("2025-Q2")), [""; 0]);
}

#[test]
fn a_republic_above_the_sum_of_its_regions_is_information() {
    let mut datasets = all("2025-Q2");
    *cell(&mut datasets[0], "R1", "4", "5") = number("37");
    assert_eq!(check(&datasets), ["regions.sum info 19 R1 4 5 36 37 1"]);
    // A republic above the sum of some of its regions is not a finding.
    datasets.remove(2);
    assert_eq!(check(&datasets), [""; 0]);
}

#[test]
fn a_republic_below_its_regions_is_an_error() {
    let mut datasets = all("2025-Q2");
    *cell(&mut datasets[0], "R1", "4", "5") = number("35");
    assert_eq!(check(&datasets), ["regions.sum error 19 R1 4 5 36 35 -1"]);
    // A republic below the sum of some of its regions is an error too; 24 is the sum of two of the three.
    datasets.remove(2);
    assert_eq!(check(&datasets), [""; 0]);
    *cell(&mut datasets[0], "R1", "4", "5") = number("23");
    assert_eq!(check(&datasets), ["regions.sum error 19 R1 4 5 24 23 -1"]);
}

#[test]
fn a_republic_of_zeros_over_full_regions_is_an_error_in_every_place() {
    let mut datasets = all("2025-Q2");
    let republic = &mut datasets[0];
    for figure in republic.sections.iter_mut().flat_map(|s| &mut s.figures) {
        *figure = number("0");
    }
    let found = check(&datasets);
    let sums: Vec<&String> = found.iter().filter(|line| line.starts_with("regions.sum")).collect();
    assert!(sums.len() > 5 && sums.iter().all(|line| line.starts_with("regions.sum error 19 ")), "{found:?}");
}

fn expected(period: &str, regions: &[&str]) -> Expected {
    Expected {
        form: "court-1".parse().unwrap(),
        period: period.parse().unwrap(),
        republic: false,
        regions: regions.iter().map(|r| r.parse().unwrap()).collect(),
        agencies: vec!["01".parse().unwrap(), "13".parse().unwrap()],
    }
}

fn missing(expected: &Expected, here: &[(&str, &str)]) -> Vec<String> {
    let here: BTreeSet<(Unit, Agency)> = here.iter().map(|(u, a)| (u.parse().unwrap(), a.parse().unwrap())).collect();
    let has_republic = here.contains(&(Unit::republic(), Agency::all()));
    let found = zhinaq::validate::missing(expected, &expected.lacking(&here), has_republic, &regions());
    let line = |f: &zhinaq::domain::Finding| {
        format!("{} {} {} {}", f.rule, f.severity, f.unit.as_ref().unwrap(), f.agency.as_ref().unwrap())
    };
    found.iter().map(line).collect()
}

#[test]
fn what_did_not_come_of_a_form_that_came_in_part_is_named_document_by_document() {
    let form = expected("2025-Q2", &["1910", "1911", "1971"]);
    let agencies = [("19", "01"), ("19", "13")];
    let whole = [&agencies[..], &[("19", "all"), ("1910", "all"), ("1911", "all"), ("1971", "all")]].concat();
    assert_eq!(missing(&form, &whole), [""; 0]);
    assert_eq!(
        missing(&form, &[("19", "all"), ("19", "01"), ("1911", "all")]),
        ["missing.region warning 1910 all", "missing.region warning 1971 all", "missing.agency warning 19 13"]
    );
    // The republic and the agencies alone are not the whole form.
    assert_eq!(missing(&form, &[&agencies[..], &[("19", "all")]].concat()).len(), 3);
    // Without the republic's document the republic is the sum of the regions, and this is reported.
    assert_eq!(
        missing(&form, &whole[..2].iter().chain(&whole[3..]).copied().collect::<Vec<_>>()),
        ["missing.republic warning 19 all"]
    );
    // A form that did not come at all has no finding.
    assert_eq!(missing(&form, &[]), [""; 0]);
}

#[test]
fn a_region_that_did_not_exist_yet_has_no_figures() {
    let mut datasets = all("2022-Q1");
    let abai = datasets.pop().unwrap();
    datasets[0] = sound("2022-Q1", "19", 3);
    for (row, days) in [("1", "90"), ("2", "90"), ("3", "90"), ("4", "90")] {
        *cell(&mut datasets[0], "R1", row, "6") = number(days);
    }
    assert_eq!(check(&datasets), [""; 0]);
    datasets.push(abai);
    assert_eq!(check(&datasets), ["shape.unit error 1910 - - - - - -"]);
}

#[test]
fn one_file_under_two_names_is_found_and_both_are_named() {
    let mut datasets = all("2025-Q2");
    datasets[3] = sound("2025-Q2", "1910", 2);
    let datasets: Vec<&Dataset> = datasets[1..].iter().collect();
    let findings = check_all(&datasets, &[], &regions());
    assert_eq!(lines(&findings), ["twins warning 1971 - - - - - -"]);
    assert!(findings[0].explanation.starts_with("Abai (1910) and Astana (1971) have the same figures"));
}

#[test]
fn a_section_under_two_names_is_found_in_its_place() {
    let mut datasets = all("2025-Q2");
    datasets[3].sections[0] = datasets[2].sections[0].clone();
    datasets[3].sections[1] = datasets[1].sections[1].clone();
    let datasets: Vec<&Dataset> = datasets[1..].iter().collect();
    let found = lines(&check_all(&datasets, &[], &regions()));
    assert!(found.contains(&"twins warning 1971 R1 - - - - -".to_owned()), "{found:?}");
}

/// The findings on datasets of a form with one row and these figures, one region each.
fn of_one_row(figures: &[&[i64]]) -> Vec<String> {
    let regions: Vec<Region> = (11..11 + figures.len()).map(|n| region(&format!("19{n}"), "R", None, None)).collect();
    let dataset = |(region, figures): (&Region, &&[i64])| Dataset {
        key: super::made_up::key("other", "2025-Q2", region.unit.as_str()),
        edition: "service".parse().unwrap(),
        sections: vec![super::made_up::section(
            "R1",
            &["Всего"],
            &["Поступило", "Окончено"],
            figures.iter().map(|n| number(&n.to_string())).collect(),
        )],
    };
    let datasets: Vec<Dataset> = regions.iter().zip(figures).map(dataset).collect();
    lines(&check_all(&datasets.iter().collect::<Vec<_>>(), &[], &regions))
}

#[test]
fn most_regions_with_the_figures_of_one_are_one_error() {
    // The first of four has other figures. The others are alike, and a row of two counts is enough to find it.
    assert_eq!(of_one_row(&[&[812, 30], &[640, 12], &[640, 12], &[640, 12]]), ["twins error 1912 - - - - - -"]);
    // All of them are alike.
    assert_eq!(of_one_row(&[&[640, 12], &[640, 12], &[640, 12]]), ["twins error 1911 - - - - - -"]);
    // A handful of cases may be equal in most regions by chance; the sum of the regions shows whether they are right.
    let rare: [&[i64]; 7] = [&[1, 1], &[2, 1], &[1, 1], &[1, 1], &[1, 1], &[1, 1], &[1, 1]];
    assert_eq!(of_one_row(&rare), [""; 0]);
    // Half of them alike, two regions of so small a form, or zeros everywhere: no finding.
    assert_eq!(of_one_row(&[&[812, 30], &[640, 12], &[640, 12], &[700, 9]]), [""; 0]);
    assert_eq!(of_one_row(&[&[640, 12], &[640, 12]]), [""; 0]);
    assert_eq!(of_one_row(&[&[0, 0], &[0, 0], &[0, 0]]), [""; 0]);
}

#[test]
fn a_pair_of_large_counts_needs_no_dozen_of_cells() {
    let pair = of_one_row(&[&[1_812_345, 730_112], &[1_812_345, 730_112], &[640_000, 12]]);
    assert_eq!(pair, ["twins warning 1912 - - - - - -"]);
}

#[test]
fn a_single_offence_in_two_regions_makes_no_twins() {
    let mut datasets = all("2025-Q2");
    for dataset in &mut datasets[1..] {
        for section in &mut dataset.sections {
            section.figures.fill(number("0"));
        }
        for row in ["1", "3", "4"] {
            for column in ["1", "4"] {
                *cell(dataset, "R1", row, column) = number("1");
            }
        }
    }
    let datasets: Vec<&Dataset> = datasets[1..].iter().collect();
    assert_eq!(lines(&check_all(&datasets, &[], &regions())), [""; 0]);
}

#[test]
fn a_flood_of_one_kind_is_told_by_its_first_hundred_and_a_number() {
    let columns: Vec<String> =
        (1..=150).map(|n| format!("{{ code = \"{n}\", ru = \"к{n}\", course = \"flow\" }}")).collect();
    let text = format!(
        "form = \"wide\"\ndesignations = [\"W\"]\nknown_from = \"Made up.\"\n[[section]]\nid = \"R1\"\ntitle = {{ ru = \"Р\" }}\n\
         rows = [{{ code = \"1\", ru = \"Всего\" }}]\ncolumns = [{}]\n",
        columns.join(",")
    );
    let templates = super::made_up::templates_of(&[("wide.toml", &text)]);
    let labels: Vec<String> = (1..=150).map(|n| format!("к{n}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let make = |period: &str, value: &str| Dataset {
        key: super::made_up::key("wide", period, "1911"),
        edition: "service".parse().unwrap(),
        sections: vec![super::made_up::section("R1", &["Всего"], &labels, vec![number(value); 150])],
    };
    let (now, before) = (make("2025-M02", "1"), make("2025-M01", "2"));
    let scope =
        zhinaq::validate::Scope { datasets: vec![&now], earlier: vec![&before], templates: &templates, regions: &[] };
    let findings = zhinaq::validate::validate(&scope);
    assert_eq!(findings.len(), 101);
    assert!(findings[100].explanation.starts_with("50 more places of section R1 break `continuity.flow`"));
    assert_eq!(findings.iter().map(zhinaq::domain::Finding::places).sum::<usize>(), 150);
}
