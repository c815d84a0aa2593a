//! What regions say together: sums, twins, and who did not come.

use zhinaq::domain::{Dataset, Region};

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
    // Days do not add up: the republic's are not the sum.
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
fn a_republic_beside_the_sum_of_its_regions_is_information() {
    let mut datasets = all("2025-Q2");
    *cell(&mut datasets[0], "R1", "4", "5") = number("37");
    assert_eq!(check(&datasets), ["regions.sum info 19 R1 4 5 36 37 1"]);
    // A region that did not come is told, and no sum is made.
    datasets.remove(2);
    assert_eq!(check(&datasets), ["missing.region warning 1971 - - - - - -"]);
}

#[test]
fn a_region_is_missed_only_once_it_exists() {
    let mut datasets = all("2022-Q1");
    let abai = datasets.pop().unwrap();
    datasets[0] = sound("2022-Q1", "19", 3);
    for (row, days) in [("1", "90"), ("2", "90"), ("3", "90"), ("4", "90")] {
        *cell(&mut datasets[0], "R1", row, "6") = number(days);
    }
    assert_eq!(check(&datasets), [""; 0]);
    datasets.push(abai);
    assert_eq!(check(&datasets), ["shape.unit warning 1910 - - - - - -"]);
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
}
