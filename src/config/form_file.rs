//! `templates/forms/<id>.toml`. In: the structure of one form as a person writes it. Out: a [`FormTemplate`], or every
//! fault with its line. This module does not know any document.
//!
//! Rows and columns that several sections share are written once (`[[stub]]`, `[[header]]`), and the sections refer to
//! them by name. Lists of codes may contain ranges of whole numbers (`"4..7"`).

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault, Faults,
    form_edition::{self, Later, WrittenEdition},
    form_lines::{self, WrittenColumn, WrittenRow},
    form_rules::{self, WrittenRule},
    parse_toml,
};
use domain::{
    FormId, FormTemplate, Language, NameError, Period, PeriodError, SectionId, SectionTemplate, Titles, did_you_mean,
    nearest,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForm {
    form: Spanned<String>,
    designations: Vec<String>,
    file_code: Option<String>,
    /// Languages in which labels are not the official wording.
    #[serde(default)]
    translated: Vec<Spanned<String>>,
    known_from: String,
    #[serde(default)]
    stub: Vec<SharedRows>,
    #[serde(default)]
    header: Vec<SharedColumns>,
    #[serde(default)]
    section: Vec<WrittenSection>,
    #[serde(default)]
    edition: Vec<WrittenEdition>,
    #[serde(default)]
    rule: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedRows {
    name: Spanned<String>,
    rows: Vec<WrittenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedColumns {
    name: Spanned<String>,
    columns: Vec<WrittenColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSection {
    id: Spanned<String>,
    title: Titles,
    subject: Option<String>,
    stub: Option<Spanned<String>>,
    rows: Option<Vec<WrittenRow>>,
    header: Option<Spanned<String>>,
    columns: Option<Vec<WrittenColumn>>,
}

/// Reads a form's template.
///
/// # Errors
/// Every fault of the file: a broken line, an unknown key, a code that occurs twice, a rule about a row that no section
/// has.
pub fn parse_form(file: &str, text: &str) -> Result<FormTemplate, Faults> {
    let written: WrittenForm = parse_toml(file, text)?;
    let mut faults = Notes { file, text, faults: Vec::new() };
    let form = resolve(written, &mut faults);
    match form {
        Some(form) if faults.faults.is_empty() => Ok(form),
        _ => Err(Faults(faults.faults)),
    }
}

/// Collects the faults of a file while it is resolved.
pub(super) struct Notes<'a> {
    file: &'a str,
    text: &'a str,
    pub(super) faults: Vec<Fault>,
}

impl Notes<'_> {
    /// Adds a fault at what was written.
    pub(super) fn at<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.faults.push(Fault::at(self.file, self.text, &place.span(), message));
    }

    /// Parses a name. Adds a fault and returns `None` if the text is not a valid name.
    pub(super) fn name<T: std::str::FromStr<Err = NameError>>(&mut self, written: &Spanned<String>) -> Option<T> {
        written.get_ref().parse().map_err(|error: NameError| self.at(written, error.to_string())).ok()
    }
}

impl Notes<'_> {
    pub(super) fn period(&mut self, written: Option<&Spanned<String>>) -> Option<Period> {
        let written = written?;
        written.get_ref().parse().map_err(|error: PeriodError| self.at(written, error.to_string())).ok()
    }
}

fn resolve(written: WrittenForm, notes: &mut Notes<'_>) -> Option<FormTemplate> {
    let form: FormId = notes.name(&written.form)?;
    let stem = notes.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    if stem != form.as_str() {
        notes.at(
            &written.form,
            format!("this file describes form `{stem}`; write `form = \"{stem}\"` or rename the file"),
        );
    }
    let stubs = written.stub.into_iter().map(|s| (s.name, s.rows)).collect();
    let headers = written.header.into_iter().map(|h| (h.name, h.columns)).collect();
    let mut shared = Shared { rows: Lists::new(stubs, notes), columns: Lists::new(headers, notes) };
    let mut sections = Vec::with_capacity(written.section.len());
    let mut seen = BTreeSet::new();
    for section in &written.section {
        let later = form_edition::later_lines(&written.edition, section.id.get_ref());
        if !seen.insert(section.id.get_ref().clone()) {
            notes.at(&section.id, format!("section `{}` occurs twice", section.id.get_ref()));
        }
        sections.extend(resolve_section(section, &later, &mut shared, notes));
    }
    shared.rows.unused("stub", notes);
    shared.columns.unused("header", notes);
    let editions = form_edition::resolve(&written.edition, &sections, notes);
    let rules = form_rules::resolve(&written.rule, &sections, notes);
    let form = FormTemplate {
        file_code: written.file_code.unwrap_or_else(|| form.as_str().replace('-', "")),
        form,
        designations: written.designations,
        known_from: written.known_from,
        translated: Vec::new(),
        sections,
        editions,
        rules,
    };
    Some(FormTemplate { translated: translated(&written.translated, &form, notes), ..form })
}

/// The languages of the list, each of which some label of the form has.
fn translated(written: &[Spanned<String>], form: &FormTemplate, notes: &mut Notes<'_>) -> Vec<Language> {
    let mut languages = Vec::with_capacity(written.len());
    for code in written {
        let Some(language) = notes.name::<Language>(code) else { continue };
        if language == Language::RU {
            notes.at(code, "the labels are written in `ru`; list only the languages that they are translated into");
        } else if languages.contains(&language) {
            notes.at(code, format!("`{language}` occurs twice"));
        } else if !form.labels().any(|label| label.titles.has(language)) {
            notes.at(code, format!("no label of this form has a text in `{language}`"));
        } else {
            languages.push(language);
        }
    }
    languages
}

struct Shared {
    rows: Lists<WrittenRow>,
    columns: Lists<WrittenColumn>,
}

/// Named lists, and the names of those that a section uses.
struct Lists<T> {
    lists: Vec<(Spanned<String>, Vec<T>)>,
    used: BTreeSet<String>,
}

impl<T> Lists<T> {
    fn new(lists: Vec<(Spanned<String>, Vec<T>)>, notes: &mut Notes<'_>) -> Self {
        let mut seen = BTreeSet::new();
        for (name, _) in &lists {
            if !seen.insert(name.get_ref()) {
                notes.at(name, format!("`{}` occurs twice", name.get_ref()));
            }
        }
        Self { lists, used: BTreeSet::new() }
    }

    fn find(&mut self, name: &Spanned<String>, kind: &str, notes: &mut Notes<'_>) -> Option<&[T]> {
        self.used.insert(name.get_ref().clone());
        let found = self.lists.iter().position(|(known, _)| known.get_ref() == name.get_ref());
        if found.is_none() {
            let near = nearest(name.get_ref(), self.lists.iter().map(|(known, _)| known.get_ref().as_str()));
            let hint = did_you_mean(near);
            notes.at(name, format!("there is no {kind} `{}`{hint}", name.get_ref()));
        }
        Some(self.lists[found?].1.as_slice())
    }

    fn unused(&self, kind: &str, notes: &mut Notes<'_>) {
        for (name, _) in &self.lists {
            if !self.used.contains(name.get_ref()) {
                notes.at(name, format!("no section uses the {kind} `{}`", name.get_ref()));
            }
        }
    }
}

/// A section with its own lines, followed by the lines that later editions add.
fn resolve_section(
    written: &WrittenSection,
    later: &Later<'_>,
    shared: &mut Shared,
    notes: &mut Notes<'_>,
) -> Option<SectionTemplate> {
    let id: SectionId = notes.name(&written.id)?;
    let mut rows = match (&written.rows, &written.stub) {
        (Some(rows), None) => rows.iter().collect::<Vec<_>>(),
        (anew, Some(stub)) => {
            let anew = anew.as_deref().unwrap_or_default();
            form_lines::overridden(shared.rows.find(stub, "stub", notes)?, anew, notes)
        }
        (None, None) => {
            notes.at(&written.id, format!("section `{id}` needs its rows: write `rows`, or the `stub` that it shares"));
            return None;
        }
    };
    rows.extend(&later.rows);
    let mut columns = match (&written.columns, &written.header) {
        (Some(columns), None) => columns.iter().collect::<Vec<_>>(),
        (None, Some(header)) => shared.columns.find(header, "header", notes)?.iter().collect(),
        _ => {
            notes.at(&written.id, format!("section `{id}` needs its columns: write either `columns` or `header`"));
            return None;
        }
    };
    columns.extend(&later.columns);
    let (rows, columns) = (form_lines::rows(&rows, notes), form_lines::columns(&columns, notes));
    let subject = written.subject.clone().unwrap_or_else(|| written.title.ru.clone());
    Some(SectionTemplate { id, titles: written.title.clone(), subject, columns, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Course, Measure, RuleKind};

    const FORM: &str = r#"
form = "1-x"
designations = ["1-Х"]
translated = ["kk"]
known_from = "made up"

[[stub]]
name = "gravity"
rows = [
  { code = "1", ru = "Всего", kk = "Барлығы" },
  { code = "2", ru = "… / тяжкие", kk = "… / ауыр", part_of = "1" },
]

[[section]]
id = "R1"
title = { ru = "Раздел 1" }
stub = "gravity"
columns = [ { code = "1", ru = "а", course = "opening" }, { code = "2", ru = "б", measure = "days" }, { code = "3", ru = "в" } ]

[[section]]
id = "R1-1"
title = { ru = "Раздел 1-1" }
stub = "gravity"
rows = [ { code = "1", ru = "Итого" } ]
columns = [ { code = "1", ru = "а", key = "ostatok" }, { code = "2", ru = "б" }, { code = "3", ru = "в" } ]

[[edition]]
edition = "1"
until = "2022-M12"
[[edition]]
edition = "2"
sections = [ { id = "R1-1", sheet = "R2", columns = { "1" = false, "2..3" = -1 } } ]
[[edition]]
edition = "3"
like = "2"
sections = [ { id = "R1-1", title = "Раздел 2", columns = { "+4" = "3" }, new_columns = [ { code = "+4", ru = "г" } ], row_titles = { "2" = { ru = "Итого / особо тяжкие", kk = "ауыр" } } } ]

[[rule]]
id = "1-x.sum"
ru = "сумма"
columns = { sections = ["R1", "R1-1"], total = "3", plus = ["1..2"] }
"#;

    fn faults(from: &str, to: &str) -> String {
        let text = FORM.replace(from, to);
        assert_ne!(text, FORM, "{from}");
        parse_form("templates/forms/1-x.toml", &text).unwrap_err().to_string()
    }

    #[test]
    fn a_template_means_what_it_says() {
        let form = parse_form("templates/forms/1-x.toml", FORM).unwrap();
        let section = |id: &str| form.section(&id.parse().unwrap()).unwrap();
        assert_eq!(section("R1").rows[1].titles.ru, "Всего / тяжкие");
        assert_eq!(section("R1").rows[1].titles.own(domain::Language::KK), Some("Барлығы / ауыр"));
        assert_eq!(section("R1-1").rows[1].titles.ru, "Итого / тяжкие");
        assert_eq!(
            (section("R1").columns[0].course, section("R1").columns[1].measure),
            (Course::Opening, Measure::Days)
        );
        assert_eq!(section("R1-1").columns[0].key.as_deref(), Some("ostatok"));
        let (second, id) = ("2".parse().unwrap(), "R1-1".parse().unwrap());
        assert_eq!(form.printed_column(&second, &id, &"3".parse().unwrap()).unwrap().as_str(), "2");
        assert_eq!(form.printed_column(&second, &id, &"1".parse().unwrap()), None);
        assert_eq!(form.printed_sheet(&second, &id).as_deref(), Some("R2"));
        assert_eq!(form.editions[0].until.unwrap().to_string(), "2022-M12");
        // The line that the third edition adds is in no other edition. What it does not change is as in the second.
        let (third, new) = ("3".parse().unwrap(), "+4".parse().unwrap());
        assert_eq!(section("R1-1").columns.len(), 4);
        assert_eq!(form.printed_column(&second, &id, &new), None);
        assert_eq!(form.printed_column(&"1".parse().unwrap(), &id, &new), None);
        assert_eq!(form.printed_column(&third, &id, &new).unwrap().as_str(), "3");
        assert_eq!(form.printed_column(&third, &id, &"3".parse().unwrap()).unwrap().as_str(), "2");
        assert_eq!(form.printed_sheet(&third, &id).as_deref(), Some("R2"));
        let there = form.in_edition(&third, &id).unwrap();
        assert_eq!(there.title(section("R1-1")).ru, "Раздел 2");
        assert_eq!(there.row_title(&section("R1-1").rows[1]).own(domain::Language::KK), Some("ауыр"));
        assert_eq!(there.row_title(&section("R1-1").rows[0]).ru, "Итого");
        let ids: Vec<&str> = form.rules.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["1-x.sum.r1", "1-x.sum.r1-1"]);
        assert!(matches!(&form.rules[0].kind, RuleKind::Columns { plus, .. } if plus.len() == 2));
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let file = "templates/forms/1-x.toml";
        assert_eq!(faults("until", "untill"), format!("{file}:29: unknown key `untill`; did you mean `until`?"));
        assert!(
            faults("form = \"1-x\"", "form = \"2-x\"")
                .starts_with(&format!("{file}:2: this file describes form `1-x`"))
        );
        assert!(faults("stub = \"gravity\"\nrows", "stub = \"gravty\"\nrows").contains("did you mean `gravity`?"));
        assert!(faults("code = \"2\", ru = \"б\" }", "code = \"1\", ru = \"б\" }").contains("column `1` occurs twice"));
        assert!(faults("part_of = \"1\"", "part_of = \"9\"").contains("this table has no row `9`"));
        assert!(faults("plus = [\"1..2\"]", "plus = [\"1..3\"]").contains("its total is not one of them"));
        assert!(faults("plus = [\"1..2\"]", "plus = [\"1\", \"7\"]").contains("section `R1` has no line `7`"));
        assert!(faults("\"2..3\" = -1", "\"2..3\" = -2").contains("stay above 0"));
        assert!(faults("\"1\" = false, ", "").contains("would print column `1` twice"));
        assert!(faults("like = \"2\"", "like = \"4\"").contains("no edition `4` above"));
        assert!(faults("\"+4\" = \"3\"", "\"+4\" = \"2\"").contains("would print column `2` twice"));
        assert!(faults("row_titles = { \"2\"", "row_titles = { \"9\"").contains("section `R1-1` has no row `9`"));
    }

    #[test]
    fn a_template_says_in_which_languages_its_labels_are_translations() {
        let form = parse_form("templates/forms/1-x.toml", FORM).unwrap();
        assert_eq!(form.translated, [Language::KK]);
        let listed = "translated = [\"kk\"]";
        let fault = |list: &str| faults(listed, &format!("translated = [{list}]"));
        assert!(fault("\"en\"").ends_with(":4: no label of this form has a text in `en`"), "{}", fault("\"en\""));
        assert!(fault("\"ru\"").contains("list only the languages that they are translated into"));
        assert!(fault("\"kk\", \"kk\"").contains("`kk` occurs twice"));
        assert!(fault("\"Kazakh\"").contains("use two or three small Latin letters"));
    }

    #[test]
    fn every_label_of_a_form_is_listed_with_its_place() {
        let form = parse_form("templates/forms/1-x.toml", FORM).unwrap();
        let without = form.labels().filter(|label| !label.titles.has(Language::KK));
        let listed = without.map(|l| format!("{} {} {} {}", l.section, l.of.as_str(), l.code, l.titles.ru));
        let listed: Vec<String> = listed.collect();
        assert_eq!(listed[..2], ["R1 section  Раздел 1", "R1 column 1 а"]);
        assert!(listed.contains(&"R1-1 row 1 Итого".to_owned()), "{listed:?}");
        // What an edition prints in place of a label is one more label.
        let edition = form.labels().find(|label| label.edition.is_some()).unwrap();
        assert_eq!((edition.edition.unwrap().as_str(), edition.titles.ru.as_str()), ("3", "Раздел 2"));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let text = FORM.replace("part_of = \"1\"", "part_of = \"9\"").replace("total = \"3\"", "total = \"8\"");
        assert!(parse_form("1-x.toml", &text).unwrap_err().0.len() > 2);
    }
}
