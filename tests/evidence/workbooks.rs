//! Every workbook that the program writes passes every rule of `zhinaq accessibility`.

use std::{
    fs,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
};

use calamine::{Reader as _, Xlsx};
use zhinaq::workbook::accessibility;

use super::half_year;

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "xlsx")
}

/// The workbooks of a folder and the folders in it. Of the copies of an issue only the first: they differ in their number.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    if folder.ends_with("copies") {
        entries.truncate(1);
    }
    let found = entries.iter().flat_map(|path| if path.is_dir() { below(path) } else { vec![path.clone()] });
    found.filter(|path| is_workbook(path)).collect()
}

fn printed(words: &[&str]) -> (String, Vec<u8>) {
    let words = [words, &["--sample", "--period", "2025-Q2", "--format", "xlsx"]].concat();
    (words.join(" "), half_year().zhinaq_bytes(&words))
}

#[test]
fn every_workbook_passes_every_rule_of_accessibility() {
    let office = half_year();
    // Of the whole period there are findings, of `1-n` none; of one agency there are no figures.
    let mut books = vec![
        printed(&["check"]),
        printed(&["check", "--form", "1-n"]),
        printed(&["query", "--form", "1-m", "--unit", "19"]),
        printed(&["query", "--form", "1-m", "--unit", "19", "--agency", "03"]),
        printed(&["register"]),
    ];
    let files = below(&office.path().join("output/sample/2025-Q2"));
    books.extend(files.iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())));
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("q2.zip");
    office.zhinaq(&["pack", "--sample", "--period", "2025-Q2", "--out", pack.to_str().unwrap()]).exits(0);
    let mut pack = zip::ZipArchive::new(fs::File::open(&pack).unwrap()).unwrap();
    for index in 0..pack.len() {
        let mut file = pack.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        // The forms of the sample office are as bare as those of the Committee's services.
        if is_workbook(Path::new(&name)) && !name.starts_with("snapshots/") {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            books.push((format!("pack: {name}"), bytes));
        }
    }
    let kinds = ["check", "query", "register", "findings.xlsx", "master-", "copy-1", "pack: "];
    for kind in kinds {
        assert!(books.iter().any(|(name, _)| name.contains(kind)), "no {kind} was looked at");
    }
    let mut failed = Vec::new();
    for (name, bytes) in &books {
        let report = accessibility::examine(bytes).unwrap();
        let rules: Vec<_> = report.rules.iter().filter(|rule| !rule.passes).map(|rule| rule.rule).collect();
        if !rules.is_empty() {
            failed.push(format!("{name}: {rules:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn findings_and_figures_are_tables_whose_first_row_is_that_of_the_sheet() {
    for (words, table, heading) in [
        (&["check"] as &[&str], "findings", "severity"),
        (&["query", "--form", "1-m", "--unit", "19"], "figures", "form"),
    ] {
        let (_, bytes) = printed(words);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        book.load_tables().unwrap();
        let marked = book.table_by_name(table).unwrap();
        assert_eq!(marked.columns()[0], heading);
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(sheet.get((0, 0)).unwrap().to_string(), heading, "programs read the headings in the first row");
        assert_eq!(marked.data().height() + 1, sheet.height(), "{table}: every line is in the table");
    }
}
