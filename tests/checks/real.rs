//! The real forms of `../shared/real`, if they are there: what a person would find in them in a week of work.

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use rayon::prelude::*;
use zhinaq::{
    config::parse_form,
    domain::{Dataset, Finding, FormId, FormTemplate, Origin, Region, Severity},
    read::{Document, Wanted, learn, read},
    validate::{Scope, validate},
};

use super::made_up::{lines, region};

fn folder(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/real").join(name);
    if !path.is_dir() {
        crate::support::skipped(&format!("{} is not there", path.display()));
        return None;
    }
    Some(path)
}

fn files(name: &str) -> Option<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder(name)?).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    Some(files)
}

/// The form's template as shipped; if there is none yet, a draft from a file with these rules.
fn template(form: &str, sample: &PathBuf, rules: &str) -> FormTemplate {
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("templates/forms/{form}.toml"));
    let text = std::fs::read_to_string(shipped).unwrap_or_else(|_| {
        let (form, bytes) = (form.parse().unwrap(), std::fs::read(sample).unwrap());
        learn(&form, &Document { name: &sample.to_string_lossy(), bytes: &bytes }).unwrap() + rules
    });
    parse_form(&format!("{form}.toml"), &text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn regions() -> Vec<Region> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/regions.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    lines.map(|l| region(l[0], l[3], l.get(6).copied().filter(|s| !s.is_empty()), None)).collect()
}

fn datasets(
    form: &str,
    period: &str,
    files: &[PathBuf],
    templates: &BTreeMap<FormId, FormTemplate>,
    regions: &[Region],
) -> Vec<Dataset> {
    let wanted = Wanted::of(form.parse().unwrap(), period.parse().unwrap(), Origin::Real);
    let read_one = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let name = path.to_string_lossy();
        let document = Document { name: &name, bytes: &bytes };
        read(&templates[&wanted.form], templates, regions, &[], &wanted, &document).unwrap().datasets
    };
    files.par_iter().flat_map_iter(read_one).collect()
}

const OF_1_M: &str = r#"
[[rule]]
id = "1-m.r1.severity"
ru = "Строка 3 равна сумме строк 4–7"
rows = { section = "R1", total = "3", plus = ["4..7"] }
"#;

fn at<'f>(findings: &'f [Finding], unit: &str, section: &str, row: &str, column: &str) -> Vec<&'f Finding> {
    let place = |f: &&Finding| {
        f.unit.as_ref().is_some_and(|u| u.as_str() == unit)
            && f.section.as_ref().is_some_and(|s| s.as_str() == section)
            && f.row.as_ref().is_some_and(|r| r.as_str() == row)
            && f.column.as_ref().is_some_and(|c| c.as_str() == column)
    };
    findings.iter().filter(place).collect()
}

#[test]
fn the_real_forms_have_the_faults_that_are_known_of_them() {
    let (Some(of_1m), Some(of_cis)) = (files("1-M"), files("CIS-1")) else { return };
    let one = template("1-m", &of_1m[1], OF_1_M);
    let cis = template(
        "cis-1",
        &of_cis[1],
        "\n[[rule]]\nid = \"cis-1.registered\"\nru = \"Равно 1-М\"\nsame_place = { section = \"R1\", row = \"1\", column = \"1\", \
         form = \"1-m\", there = { section = \"R1\", row = \"3\", column = \"2\" } }\n",
    );
    let templates = BTreeMap::from([(one.form.clone(), one), (cis.form.clone(), cis)]);
    let regions = regions();
    let mut datasets = datasets("1-m", "2022-M12", &of_1m, &templates, &regions);
    datasets.extend(self::datasets("cis-1", "2022-Q4", &of_cis, &templates, &regions));
    assert_eq!(datasets.len(), 40);

    let scope =
        Scope { datasets: datasets.iter().collect(), earlier: vec![], templates: &templates, regions: &regions };
    let started = Instant::now();
    let findings = validate(&scope);
    eprintln!("{} findings in {:?}", findings.len(), started.elapsed());
    if std::env::var_os("SHOW_FINDINGS").is_some() {
        for (line, finding) in lines(&findings).iter().zip(&findings) {
            eprintln!("{line}: {}", finding.explanation);
        }
    }

    let akmola = at(&findings, "1911", "R1", "3", "2");
    assert_eq!(akmola.len(), 1, "{akmola:#?}");
    assert_eq!(akmola[0].severity, Severity::Warning);
    let numbers = [akmola[0].expected, akmola[0].found, akmola[0].difference].map(|n| n.unwrap().to_string());
    assert_eq!(numbers, ["4534", "4535", "1"]);
    for column in ["1", "13"] {
        assert_eq!(at(&findings, "1911", "R1", "3", column).len(), 1, "column {column}");
    }
    let errors: Vec<&Finding> = findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let across = findings.iter().filter(|f| f.form.as_str() == "cis-1" && f.rule.contains("registered"));
    assert_eq!(across.count(), 0, "CIS-1 is 1-M in all 20 regions");
    assert!(findings.iter().all(|f| f.rule != "twins" && f.rule != "missing.region"), "{findings:#?}");

    // One file under another region's name.
    let under_another_name = Dataset { key: datasets[2].key.clone(), ..datasets[1].clone() };
    let mut with_twin: Vec<&Dataset> = datasets.iter().collect();
    with_twin[2] = &under_another_name;
    let found = validate(&Scope { datasets: with_twin, ..scope.clone() });
    let twins: Vec<&Finding> = found.iter().filter(|f| f.rule == "twins").collect();
    assert_eq!(twins.len(), 1, "{twins:#?}");
    assert!(twins[0].explanation.contains("in every section"), "{}", twins[0].explanation);
}

/// The months of 3-K, each checked against those before it.
#[test]
fn the_real_months_of_3_k_are_checked_in_their_course() {
    let Some(of_3k) = files("3-K") else { return };
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("templates/forms/3-k.toml");
    if !shipped.is_file() {
        eprintln!("skipped: {} is not there", shipped.display());
        return;
    }
    let form = template("3-k", &of_3k[0], "");
    let templates = BTreeMap::from([(form.form.clone(), form)]);
    let regions = regions();
    let read_one = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let period = format!("{}-M{}", &name[..4], &name[4..6]);
        let wanted = Wanted::of("3-k".parse().unwrap(), period.parse().unwrap(), Origin::Real);
        let bytes = std::fs::read(path).unwrap();
        let reading = read(
            &templates[&wanted.form],
            &templates,
            &regions,
            &[],
            &wanted,
            &Document { name: &name, bytes: &bytes },
        );
        match reading {
            Ok(reading) => reading.datasets,
            Err(refused) => {
                eprintln!("{name}: {refused}");
                Vec::new()
            }
        }
    };
    let datasets: Vec<Dataset> = of_3k.par_iter().flat_map_iter(read_one).collect();
    let mut findings = Vec::new();
    let mut periods: Vec<_> = datasets.iter().map(|d| d.key.period).collect();
    periods.sort();
    periods.dedup();
    for period in periods {
        let (now, rest): (Vec<&Dataset>, Vec<&Dataset>) = datasets.iter().partition(|d| d.key.period == period);
        let earlier = rest.into_iter().filter(|d| d.key.period < period).collect();
        findings.extend(validate(&Scope { datasets: now, earlier, templates: &templates, regions: &regions }));
    }
    let of = |rule: &str| -> Vec<String> {
        let those = findings.iter().filter(|f| f.rule == rule);
        those.map(|f| format!("{} {}", f.period.unwrap(), f.agency.as_ref().unwrap())).collect()
    };
    assert_eq!(of("missing.total"), ["2024-M02 all", "2024-M03 all", "2024-M04 all", "2024-M05 all"]);
    assert_eq!(of("twins.period"), ["2023-M10 04"], "the document of 2022-M10 is that of 2023-M10");
    assert!(of("continuity.flow").len() > 100, "corrections make cumulative figures fall");
    let errors: Vec<&Finding> = findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
