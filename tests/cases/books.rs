//! Cases of editions, missing documents and copies: what a book prints, and how a copy is identified.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use super::{aloud, case, check, figure, findings};
use crate::support::program::Office;

/// Runs a case's script with the first Python that has what it needs; `None` if no Python has it.
fn script(folder: &Path, name: &str, words: &[&str], within: &Path) -> Option<String> {
    for python in ["python3", "/usr/bin/python3"] {
        let Ok(made) = Command::new(python).arg(folder.join(name)).args(words).current_dir(within).output() else {
            continue;
        };
        let told = String::from_utf8_lossy(&made.stderr);
        if made.status.success() {
            return Some(String::from_utf8_lossy(&made.stdout).into_owned());
        }
        assert!(told.contains("ModuleNotFoundError"), "{name}: {told}");
    }
    aloud(&format!("skipped: `{name}` needs Python, or a package of it, that is not here"));
    None
}

/// An office with the files that a case's script makes.
fn made(name: &str, more: &[&str]) -> Option<(Office, PathBuf)> {
    let folder = case(name)?;
    let office = Office::real();
    let inbox = office.path().join("inbox");
    script(&folder, "make.py", &[&[inbox.to_str()?], more].concat(), &folder)?;
    office.zhinaq(&["pull", "--from-file", inbox.to_str()?]);
    Some((office, inbox))
}

const REPUBLIC: [&str; 3] = ["R1", "1", "1"];

#[test]
fn a_row_of_another_subject_is_an_error() {
    for more in [&[][..], &["Контрабанда наркотиков"]] {
        let Some((office, _)) = made("editions/another-subject-under-a-described-code", more) else { return };
        let checked = check(&office, "3-k", "2024-M06");
        assert!(checked.code == 3 && !findings(&checked, "error", "R1").is_empty(), "{}", checked.out);
    }
}

#[test]
fn figures_of_an_unknown_edition_are_under_the_headings_of_their_file() {
    let name = "editions/edition-with-a-new-number";
    let Some((office, _)) = made(name, &[]) else { return };
    office.zhinaq(&["build", "--period", "2024-Q2", "--collection", "corruption"]);
    compare(&office, "2024-Q2", &case("../real/3-K").unwrap().join("202406_3k_00000___ru.XLSX"));
}

#[test]
fn edition_50308_is_read_whole() {
    let Some((office, inbox)) = made("editions/real-edition-50308", &[]) else { return };
    let checked = check(&office, "3-k", "2024-M12").exits(0);
    assert!(findings(&checked, "error", "").is_empty(), "{}", checked.out);
    office.zhinaq(&["build", "--period", "2024-Q4", "--collection", "corruption", "--formats", "csv"]).exits(0);
    let tables = tables_below(&office.path().join("output/2024-Q4/corruption/r0"));
    assert!(tables.keys().any(|name| name.starts_with("1.18-")), "table 1.18 is not in the book: {:?}", tables.keys());
    compare(&office, "2024-Q4", &inbox.join("202412_3k_00000___ru.xlsx"));
}

/// Checks that every figure of table 2.4 is that of the column with its heading, or `[x]`.
fn compare(office: &Office, period: &str, file: &Path) {
    let folder = case("editions/edition-with-a-new-number").unwrap();
    let master = office.path().join(format!("output/{period}/corruption/r0/master-ru-accessible.xlsx"));
    let words = [master.to_str().unwrap(), file.to_str().unwrap()];
    let Some(told) = script(&folder, "headings.py", &words, office.path()) else { return };
    let columns: Vec<Beside> = told.lines().map(Beside::read).collect();
    for column in &columns {
        assert!(column.printed == "[x]" || column.printed == column.in_file, "{column:?}\n{told}");
        assert!(column.printed == "[x]" || column.is_its_heading(), "{column:?}\n{told}");
    }
    let printed = columns.iter().filter(|column| column.printed != "[x]").count();
    assert!(printed >= 30, "{printed} of {} columns have a figure\n{told}", columns.len());
}

/// A column of the book beside the column of the file that has its number.
#[derive(Debug)]
struct Beside {
    heading: String,
    printed: String,
    heading_in_file: String,
    in_file: String,
}

impl Beside {
    /// Reads a line of `headings.py`: 75 letters of the book's heading, its figure, ` | `, the number, the heading and
    /// the figure of the file.
    fn read(line: &str) -> Self {
        let heading: String = line.chars().take(75).collect();
        let rest: String = line.chars().skip(75).collect();
        let (printed, file) = rest.split_once(" | ").unwrap_or_else(|| panic!("no two sides in `{line}`"));
        let (_, file) = file.trim_start().split_once(' ').unwrap_or_else(|| panic!("no number in `{line}`"));
        let (heading_in_file, in_file) = file.rsplit_once(' ').unwrap_or_else(|| panic!("no figure in `{line}`"));
        let [heading, printed, heading_in_file, in_file] =
            [heading.as_str(), printed, heading_in_file, in_file].map(|part| part.trim().to_owned());
        Self { heading, printed, heading_in_file, in_file }
    }

    /// Both headings are cut, the book's at the end and the script's at the front. The part that both have must agree.
    fn is_its_heading(&self) -> bool {
        let own = self.heading.rsplit(": ").next().unwrap_or_default();
        let own = own.split_once(". ").map_or(own, |(number, own)| {
            if number.chars().all(|c| c.is_ascii_digit()) { own } else { self.heading.as_str() }
        });
        let theirs = &self.heading_in_file;
        if let Some(own) = own.strip_suffix('…') {
            return theirs.chars().count() >= 59 || theirs.starts_with(own);
        }
        own.ends_with(theirs.as_str()) || theirs.ends_with(own)
    }
}

#[test]
fn one_missing_republic_leaves_all_other_figures() {
    let Some(real) = case("../real/3-K") else { return };
    let office = Office::real();
    let inbox = office.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let build = || {
        office.zhinaq(&["build", "--period", "2024-Q2", "--collection", "corruption", "--formats", "csv"]).exits(0);
        tables_below(&office.path().join("output/2024-Q2/corruption/r0"))
    };
    let bring = |months: &[&str]| {
        for entry in std::fs::read_dir(&real).unwrap().map(|e| e.unwrap()) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if months.iter().any(|month| name.starts_with(month)) {
                std::fs::copy(entry.path(), inbox.join(name)).unwrap();
            }
        }
        office.zhinaq(&["pull", "--from-file", inbox.to_str().unwrap()]);
    };
    bring(&["202406", "202306"]);
    let before = build();
    bring(&["202403"]);
    assert_eq!(figure(&office, "3-k", "2024-M06", "19", REPUBLIC), Some(json!(1531)));
    assert_eq!(figure(&office, "3-k", "2023-M06", "19", REPUBLIC), Some(json!(1465)));
    let after = build();
    let text: String = after.values().map(String::as_str).collect();
    assert!(text.contains("1531") && text.contains("1465"));
    // Documents of six agencies of 2024-03, without the republic, remove no figure.
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, table) in &before {
        let cells = |text: &str| text.split([',', '\n']).map(str::to_owned).collect::<Vec<_>>();
        let (was, mut is) = (cells(table), cells(&after[name]));
        let mut numbers: Vec<String> = was.iter().filter(|cell| cell.parse::<f64>().is_ok()).cloned().collect();
        // A table of the same shape has each number in its place. One that had no base had fewer columns.
        if was.len() == is.len() {
            numbers.retain(|number| was.iter().zip(&is).any(|(was, is)| was == number && was != is));
        } else {
            numbers.retain(|number| is.iter().position(|cell| cell == number).map(|at| is.swap_remove(at)).is_none());
        }
        assert!(numbers.is_empty(), "table {name}: {numbers:?}");
    }
}

/// The tables of a book that were written as CSV, by the name of the file.
fn tables_below(folder: &Path) -> BTreeMap<String, String> {
    let mut tables = BTreeMap::new();
    for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            tables.extend(tables_below(&path));
        } else if path.extension().is_some_and(|e| e == "csv") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            tables.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    tables
}

#[test]
fn a_stale_document_is_accepted_by_name() {
    let Some((office, _)) = made("stale-properties/stray-over-a-good-document", &[]) else { return };
    let republic = || figure(&office, "3-k", "2023-M08", "19", REPUBLIC);
    assert_eq!(republic(), Some(json!(1700)));
    let accept = |agency: &str| {
        let identity = ["--as-unit", "19", "--as-agency", agency];
        let words = ["accept", "--document", "202308_3k_00100___ru.XLSX", "--reason", "trial"];
        office.zhinaq(&[&words[..], &identity].concat())
    };
    // As the republic's it would change a figure: the change is shown and not made. As its own agency's it changes
    // nothing.
    let over = accept("all").exits(1);
    let shown = format!("{}{}", over.out, over.err);
    assert!(shown.contains("1700") && shown.contains("50"), "{shown}");
    assert_eq!(republic(), Some(json!(1700)));
    accept("01").exits(0);
    assert_eq!(republic(), Some(json!(1700)));
}

#[test]
fn the_republic_is_accepted_and_the_agency_beside_it_waits() {
    let Some(real) = case("../real/3-K") else { return };
    let office = Office::real();
    let inbox = office.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    for name in ["202308_3k_00000___ru.XLSX", "202308_3k_00100___ru.XLSX"] {
        std::fs::copy(real.join(name), inbox.join(name)).unwrap();
    }
    office.zhinaq(&["pull", "--from-file", inbox.to_str().unwrap()]).exits(3);
    let words = ["accept", "--form", "3-k", "--period", "2023-M08", "--agency", "all", "--reason", "trial"];
    let accepted = office.zhinaq(&words).exits(0);
    assert!(accepted.out.contains("202308_3k_00000___ru.XLSX") || accepted.err.contains("202308_3k_00000___ru.XLSX"));
    assert_eq!(figure(&office, "3-k", "2023-M08", "19", REPUBLIC), Some(json!(1700)));
    let held = office.zhinaq(&["held", "--format", "json"]);
    assert!(held.out.contains("202308_3k_00100___ru.XLSX"), "{}", held.out);
}

#[test]
fn two_downloads_that_differ_wait() {
    let Some((office, inbox)) = made("two-documents-one-key/two-versions-of-3-k", &[]) else { return };
    for _ in 0..2 {
        office.zhinaq(&["pull", "--from-file", inbox.to_str().unwrap()]).exits(3);
        assert_eq!(figure(&office, "3-k", "2024-M06", "19", REPUBLIC), None);
    }
}

#[test]
fn a_copy_whose_archive_has_a_part_twice_is_not_as_it_was_sent() {
    let Some(folder) = case("zip/copy-with-one-part-twice") else { return };
    let office = Office::small();
    office.zhinaq(&["run", "--sample", "--period", "2025-Q2"]).exits(0);
    let copy = first_copy(&office.path().join("output/sample/outbox")).unwrap();
    let forged = office.path().join("forged.xlsx");
    let words = [copy.to_str().unwrap(), forged.to_str().unwrap()];
    let Some(_) = script(&folder, "forge.py", &words, office.path()) else { return };
    let told = office.zhinaq(&["identify", "--sample", "forged.xlsx"]);
    assert!(told.code != 0 && format!("{}{}", told.out, told.err).contains("two parts"), "{}\n{}", told.out, told.err);
}

fn first_copy(folder: &Path) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.map(|e| e.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().find_map(|path| {
        if path.is_dir() { first_copy(&path) } else { path.extension().is_some_and(|e| e == "xlsx").then_some(path) }
    })
}

/// The plain text of a mail of the corruption collection, in a language, made with faults of the sample office.
fn mail(language: &str, faults: &str) -> String {
    let office = Office::small();
    let recipients = office.path().join("schedules/order-25-2019/recipients.toml");
    office.edit("zhinaq.toml", |text| {
        let smtp = "[transport.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nfrom = \"statistics@example.org\"\n";
        let text = text.replace("kind = \"folder\"", "kind = \"smtp\"").replace("#[transport.smtp]\n", smtp);
        let text = text.replace("default = \"ru\"", &format!("default = \"{language}\""));
        let list = std::fs::read_to_string(&recipients).unwrap();
        let ids = list.lines().filter_map(|line| line.strip_prefix("id = \"")?.split('"').next());
        let addresses: String = ids.map(|id| format!("{id} = [\"statistics@{id}.example.org\"]\n")).collect();
        text.replace("#mia = [\"statistics@mia.example.org\"]\n", &addresses)
    });
    office.zhinaq(&[&["run", "--sample", "--period", "2025-Q2"][..], &["--faults", faults]].concat());
    office.zhinaq(&["send", "--sample", "--period", "2025-Q2", "--collection", "corruption", "--dry-run"]);
    let mut mails = Vec::new();
    mails_below(&office.path().join("output/sample/dry-run"), &mut mails);
    let mail = std::fs::read(mails.first().expect("a dry run writes mails")).unwrap();
    mail_parser::MessageParser::default().parse(&mail).unwrap().body_text(0).unwrap().replace("\r\n", "\n")
}

#[test]
fn the_plain_text_of_a_mail_has_its_lines() {
    for (language, period, copies) in [
        ("ru", "Направляется электронный сборник «", "Экземпляров: "),
        ("kk", "«", "Даналар саны: "),
        ("en", "Please find enclosed the electronic collection \"", "Copies: "),
    ] {
        let text = mail(language, "");
        let line = |opening: &str| text.lines().any(|line| line.starts_with(opening) && line.ends_with('.'));
        assert!(line(period) && line(copies), "{language}: {text}");
    }
}

#[test]
fn a_mail_of_a_collection_with_something_missing_says_so_on_a_line_of_its_own() {
    for (language, opening, ending) in [
        ("ru", "Сборник неполный. Не поступили или поступили не полностью: ", "Причины указаны в сборнике."),
        ("kk", "Жинақ толық емес. ", "Себептері жинақта көрсетілген."),
        ("en", "The collection is incomplete. Forms that have not come, or only in part: ", "gives the reasons."),
    ] {
        // One region is missing in a form that has regions: the form came in part.
        let text = mail(language, "missing:1-ad:1971");
        let said: Vec<&str> = text.lines().filter(|line| line.starts_with(opening)).collect();
        assert!(said.len() == 1 && said[0].ends_with(ending), "{language}: {text}");
        assert!(said[0].len() > opening.len() + ending.len() + 10, "the form is named: {text}");
    }
}

fn mails_below(folder: &Path, mails: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            mails_below(&path, mails);
        } else if path.extension().is_some_and(|e| e == "eml") {
            mails.push(path);
        }
    }
}
