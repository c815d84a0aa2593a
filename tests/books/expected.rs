//! Every number on every sheet, compared with figures that other code computes from the sources: `expect/`, in Python.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{program::Office, skipped};

/// The folder of the real forms, if it is beside the repository.
fn real() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real");
    if folder.is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    skipped("the real forms are not at ../shared/real");
    None
}

/// Whether a Python with openpyxl is installed.
fn python() -> bool {
    let asked = Command::new("python3").args(["-c", "import openpyxl, tomllib"]).output();
    let there = asked.is_ok_and(|output| output.status.success());
    if !there {
        skipped("no python3 with openpyxl");
    }
    there
}

/// Whether the script finds a master right, and what it prints.
fn judged(sources: &Path, master: &Path, period: &str) -> (bool, String) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let judged = Command::new("python3")
        .arg(repository.join("tests/books/expect"))
        .args([sources, repository, master])
        .arg(period)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&judged.stdout), String::from_utf8_lossy(&judged.stderr));
    (judged.status.success(), said)
}

/// How many cells the script compared.
fn compared(said: &str) -> u32 {
    said.rsplit_once(" cells compared").unwrap().0.rsplit(' ').next().unwrap().parse().unwrap()
}

/// The master in Russian.
fn master(office: &Office, output: &str, built: &Value) -> PathBuf {
    let files = built["files"].as_array().unwrap();
    let russian = files.iter().map(|f| f.as_str().unwrap()).find(|f| f.contains("master-ru")).unwrap();
    office.path().join(output).join(russian)
}

#[test]
fn the_figures_of_real_forms_on_the_sheets_are_those_that_an_independent_script_computes() {
    let Some(real) = real().filter(|_| python()) else { return };
    let office = Office::real();
    let folder = |name: &str| real.join(name).display().to_string();
    office.zhinaq(&["pull", "--from-file", &folder("1-M"), "--period", "2022-M12"]);
    office.zhinaq(&["pull", "--from-file", &folder("CIS-1"), "--period", "2022-Q4"]);
    office.zhinaq(&["pull", "--from-file", &folder("3-K")]);
    for (period, collection, least) in [
        ("2022-Q4", "crime", 30_000),
        ("2022-Q4", "corruption", 3_000),
        ("2023-Q4", "corruption", 3_500),
        ("2022-Q4", "prosecution-bodies", 20_000),
        // No form of this year has come, so no column shows the year before.
        ("2023-Q4", "crime", 10),
    ] {
        let words = ["build", "--period", period, "--collection", collection, "--format", "json"];
        let built = office.zhinaq(&words).exits(0).json();
        let built = &built["collections"][0];
        assert!(!built["incomplete"].as_array().unwrap().is_empty());
        let (right, said) = judged(&real, &master(&office, "output", built), period);
        assert!(right, "{said}");
        assert!(compared(&said) >= least, "{said}");
    }
}

#[test]
fn the_figures_of_the_sample_office_on_the_sheets_are_those_of_its_snapshots() {
    if !python() {
        return;
    }
    let office = Office::empty();
    let run = ["run", "--sample", "--period", "2025-Q2", "--as-of", "2025-07-25T00:00:00Z", "--format", "json"];
    office.zhinaq(&run);
    let built = office.zhinaq(&["build", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    let output = office.path().join("output/sample");
    let snapshots = output.join("snapshots");
    let collections = built["collections"].as_array().unwrap();
    assert_eq!(collections.len(), 6);
    for built in collections {
        let period = built["issue"]["period"].as_str().unwrap();
        let (right, said) = judged(&snapshots, &master(&office, "output/sample", built), period);
        assert!(right, "{said}");
        assert!(compared(&said) >= 300, "{said}");
    }
}

#[test]
fn a_cell_that_somebody_changed_is_told() {
    if !python() {
        return;
    }
    let office = Office::empty();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "1-n"]).exits(0);
    let words = ["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json"];
    let built = office.zhinaq(&words).exits(0).json();
    let master = master(&office, "output/sample", &built["collections"][0]);
    let snapshots = office.path().join("output/sample/snapshots");
    let (right, said) = judged(&snapshots, &master, "2025-Q2");
    assert!(right, "{said}");
    // The script takes the collection from the folder of the issue, so the changed book replaces the master in its
    // place.
    let change = "import sys, openpyxl\n\
                  book = openpyxl.load_workbook(sys.argv[1])\n\
                  sheet = book[[n for n in book.sheetnames if n.startswith(sys.argv[2])][0]]\n\
                  cells = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, (int, float))]\n\
                  cells[-1].value += 1\n\
                  print(cells[-1].coordinate)\n\
                  book.save(sys.argv[1])\n";
    let whole = fs::read(&master).unwrap();
    for sheet in ["Показатели", "1.1 ", "1.4 ", "Данные", "Контроль"] {
        let changed = Command::new("python3").args(["-c", change]).arg(&master).arg(sheet).output().unwrap();
        let cell = String::from_utf8(changed.stdout).unwrap().trim().to_owned();
        let (right, said) = judged(&snapshots, &master, "2025-Q2");
        assert!(!right && said.contains(&format!("!{cell} (")), "{sheet} {cell}: {said}");
        fs::write(&master, &whole).unwrap();
    }
}

#[test]
fn an_independent_reader_of_json_stat_finds_the_figures_of_the_records() {
    let asked = Command::new("python3").args(["-c", "import pandas, pyjstat"]).output();
    if !asked.is_ok_and(|output| output.status.success()) {
        return skipped("no python3 with pyjstat");
    }
    let office = Office::empty();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "1-n"]).exits(0);
    let words = ["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--formats"];
    office.zhinaq(&[&words[..], &["json-stat,sdmx-csv"]].concat()).exits(0);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books/expect/cubes.py");
    let folder = office.path().join("output/sample/2025-Q2/narcotics/r0");
    let judged = Command::new("python3").arg(script).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(judged.status.success() && said.ends_with(" 0 differ\n"), "{said}");
    assert!(said.split(' ').next().unwrap().parse::<u32>().unwrap() > 700, "{said}");
}
