//! `templates/forms/<id>.toml`: what is known of one form's structure, as a person writes it.
//!
//! Rows and columns that several sections share are written once (`[[stub]]`, `[[header]]`) and named by the sections.
//! Lists of codes take ranges of whole numbers (`"4..7"`). Every fault of a file is told at once, with its line.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault, Faults, did_you_mean,
    form_lines::{self, Shift, WrittenColumn, WrittenRow},
    form_rules::{self, WrittenRule},
    nearest, parse_toml,
};
use crate::domain::{
    EditionSection, EditionTemplate, FormId, FormTemplate, NameError, Period, PeriodError, SectionId, SectionTemplate,
    Titles,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForm {
    form: Spanned<String>,
    designations: Vec<String>,
    file_code: Option<String>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEdition {
    edition: Spanned<String>,
    from: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
    #[serde(default)]
    sections: Vec<WrittenEditionSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEditionSection {
    id: Spanned<String>,
    #[serde(default)]
    gone: bool,
    sheet: Option<String>,
    #[serde(default)]
    columns: BTreeMap<Spanned<String>, Shift>,
    #[serde(default)]
    rows: BTreeMap<Spanned<String>, Shift>,
}

/// Reads a form's template.
///
/// # Errors
/// Every fault of the file: a broken line, an unknown key, a code that stands twice, a rule about a row that no
/// section has.
pub fn parse_form(file: &str, text: &str) -> Result<FormTemplate, Faults> {
    let written: WrittenForm = parse_toml(file, text)?;
    let mut faults = Notes { file, text, faults: Vec::new() };
    let form = resolve(written, &mut faults);
    match form {
        Some(form) if faults.faults.is_empty() => Ok(form),
        _ => Err(Faults(faults.faults)),
    }
}

/// Where faults are put down while a file is resolved.
pub(super) struct Notes<'a> {
    file: &'a str,
    text: &'a str,
    pub(super) faults: Vec<Fault>,
}

impl Notes<'_> {
    /// Notes a fault at what was written.
    pub(super) fn at<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.faults.push(Fault::at(self.file, self.text, &place.span(), message));
    }

    /// The name that a text gives, or a fault.
    pub(super) fn name<T: std::str::FromStr<Err = NameError>>(&mut self, written: &Spanned<String>) -> Option<T> {
        written.get_ref().parse().map_err(|error: NameError| self.at(written, error.to_string())).ok()
    }
}

impl Notes<'_> {
    fn period(&mut self, written: Option<&Spanned<String>>) -> Option<Period> {
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
        if !seen.insert(section.id.get_ref().clone()) {
            notes.at(&section.id, format!("section `{}` stands twice", section.id.get_ref()));
        }
        sections.extend(resolve_section(section, &mut shared, notes));
    }
    shared.rows.unused("stub", notes);
    shared.columns.unused("header", notes);
    let editions = resolve_editions(&written.edition, &sections, notes);
    let rules = form_rules::resolve(&written.rule, &sections, notes);
    Some(FormTemplate {
        file_code: written.file_code.unwrap_or_else(|| form.as_str().replace('-', "")),
        form,
        designations: written.designations,
        known_from: written.known_from,
        sections,
        editions,
        rules,
    })
}

struct Shared {
    rows: Lists<WrittenRow>,
    columns: Lists<WrittenColumn>,
}

/// Named lists, and which of them some section uses.
struct Lists<T> {
    lists: Vec<(Spanned<String>, Vec<T>)>,
    used: BTreeSet<String>,
}

impl<T> Lists<T> {
    fn new(lists: Vec<(Spanned<String>, Vec<T>)>, notes: &mut Notes<'_>) -> Self {
        let mut seen = BTreeSet::new();
        for (name, _) in &lists {
            if !seen.insert(name.get_ref()) {
                notes.at(name, format!("`{}` stands twice", name.get_ref()));
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

fn resolve_section(written: &WrittenSection, shared: &mut Shared, notes: &mut Notes<'_>) -> Option<SectionTemplate> {
    let id: SectionId = notes.name(&written.id)?;
    let rows = match (&written.rows, &written.stub) {
        (Some(rows), None) => form_lines::rows(&rows.iter().collect::<Vec<_>>(), notes),
        (anew, Some(stub)) => {
            let anew = anew.as_deref().unwrap_or_default();
            let rows = form_lines::overridden(shared.rows.find(stub, "stub", notes)?, anew, notes);
            form_lines::rows(&rows, notes)
        }
        (None, None) => {
            notes.at(&written.id, format!("section `{id}` needs its rows: write `rows`, or the `stub` that it shares"));
            return None;
        }
    };
    let columns = match (&written.columns, &written.header) {
        (Some(columns), None) => form_lines::columns(columns, notes),
        (None, Some(header)) => form_lines::columns(shared.columns.find(header, "header", notes)?, notes),
        _ => {
            notes.at(&written.id, format!("section `{id}` needs its columns: write either `columns` or `header`"));
            return None;
        }
    };
    let subject = written.subject.clone().unwrap_or_else(|| written.title.ru.clone());
    Some(SectionTemplate { id, titles: written.title.clone(), subject, columns, rows })
}

fn resolve_editions(
    written: &[WrittenEdition],
    sections: &[SectionTemplate],
    notes: &mut Notes<'_>,
) -> Vec<EditionTemplate> {
    let mut editions: Vec<EditionTemplate> = Vec::new();
    for edition in written {
        let Some(name) = notes.name(&edition.edition) else { continue };
        if editions.iter().any(|e| e.edition == name) {
            notes.at(&edition.edition, format!("edition `{name}` stands twice"));
        }
        let mut described = BTreeMap::new();
        for there in &edition.sections {
            let Some(section) = sections.iter().find(|s| s.id.as_str() == there.id.get_ref()) else {
                notes.at(&there.id, format!("this form has no section `{}`", there.id.get_ref()));
                continue;
            };
            let columns: Vec<_> = section.columns.iter().map(|c| c.code.clone()).collect();
            let rows: Vec<_> = section.rows.iter().map(|r| r.code.clone()).collect();
            let resolved = EditionSection {
                gone: there.gone,
                sheet: there.sheet.clone(),
                columns: form_lines::printed(&there.columns, &columns, &there.id, "column", notes),
                rows: form_lines::printed(&there.rows, &rows, &there.id, "row", notes),
                ..EditionSection::default()
            };
            described.insert(section.id.clone(), resolved);
        }
        let (from, until) = (notes.period(edition.from.as_ref()), notes.period(edition.until.as_ref()));
        editions.push(EditionTemplate { edition: name, from, until, sections: described });
    }
    editions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Course, Measure, RuleKind};

    const FORM: &str = r#"
form = "1-x"
designations = ["1-Х"]
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
        assert_eq!(section("R1").rows[1].titles.kk.as_deref(), Some("Барлығы / ауыр"));
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
        let ids: Vec<&str> = form.rules.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["1-x.sum.r1", "1-x.sum.r1-1"]);
        assert!(matches!(&form.rules[0].kind, RuleKind::Columns { plus, .. } if plus.len() == 2));
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let file = "templates/forms/1-x.toml";
        assert_eq!(faults("until", "untill"), format!("{file}:28: unknown key `untill`; did you mean `until`?"));
        assert!(
            faults("form = \"1-x\"", "form = \"2-x\"")
                .starts_with(&format!("{file}:2: this file describes form `1-x`"))
        );
        assert!(faults("stub = \"gravity\"\nrows", "stub = \"gravty\"\nrows").contains("did you mean `gravity`?"));
        assert!(faults("code = \"2\", ru = \"б\" }", "code = \"1\", ru = \"б\" }").contains("column `1` stands twice"));
        assert!(faults("part_of = \"1\"", "part_of = \"9\"").contains("this table has no row `9`"));
        assert!(faults("plus = [\"1..2\"]", "plus = [\"1..3\"]").contains("its total is none of them"));
        assert!(faults("plus = [\"1..2\"]", "plus = [\"1\", \"7\"]").contains("section `R1` has no line `7`"));
        assert!(faults("\"2..3\" = -1", "\"2..3\" = -2").contains("stay above 0"));
        assert!(faults("\"1\" = false, ", "").contains("would print column `1` twice"));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let text = FORM.replace("part_of = \"1\"", "part_of = \"9\"").replace("total = \"3\"", "total = \"8\"");
        assert!(parse_form("1-x.toml", &text).unwrap_err().0.len() > 2);
    }
}
