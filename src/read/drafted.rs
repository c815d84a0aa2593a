//! A draft of an edition that a template does not describe.
//!
//! In come the differences between the tables of one document and an edition that the template describes; out comes a
//! [`Drafted`]. This module does not know files or formats: see [`super::edition_draft`] for the text of the draft.

use std::collections::BTreeMap;

use super::{
    letters::squeeze,
    shape::{Difference, Expected},
    table::{Line, Table},
};
use domain::{ColumnCode, Edition, EditionSection, EditionTemplate, RowCode, SectionId, SectionTemplate, Titles};

/// An edition, as far as it follows from one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// What the edition prints differently from the edition `like`; from the oldest edition if `like` is `None`.
    pub edition: EditionTemplate,
    pub like: Option<Edition>,
    /// The lines that are new in this edition, by section. `edition` contains their printed codes.
    pub new: BTreeMap<SectionId, NewLines>,
    /// What a person has to check.
    pub comments: Vec<String>,
}

/// Lines that are not in the template: the code that each gets in the template, and its heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewLines {
    pub columns: Vec<(ColumnCode, String)>,
    pub rows: Vec<(RowCode, String)>,
}

/// What a table prints differently from what is expected.
#[derive(Default)]
pub(super) struct Otherwise {
    /// Every code of the template → printed code.
    pub(super) all: Vec<(String, Option<String>)>,
    /// Template's code → printed code; `None` = not printed.
    codes: Vec<(String, Option<String>)>,
    /// Template's code → heading.
    titles: Vec<(String, String)>,
    /// Printed code and heading of each line that the template does not have.
    new: Vec<(String, String)>,
}

pub(super) fn otherwise(expected: &[Expected], lines: &[Line], pairs: &[Option<usize>]) -> Otherwise {
    let mut otherwise = Otherwise::default();
    for (line, pair) in expected.iter().zip(pairs) {
        let there = pair.map(|at| &lines[at]);
        otherwise.all.push((line.code.clone(), there.map(|l| l.code.clone())));
        if there.map(|l| &l.code) != line.printed.as_ref() {
            otherwise.codes.push((line.code.clone(), there.map(|l| l.code.clone())));
        }
        if let Some(there) = there.filter(|l| l.label != line.label) {
            otherwise.titles.push((line.code.clone(), there.label.clone()));
        }
    }
    let new = lines.iter().enumerate().filter(|(at, _)| !pairs.contains(&Some(*at)));
    otherwise.new = new.map(|(_, line)| (line.code.clone(), line.label.clone())).collect();
    otherwise
}

impl Drafted {
    /// Adds what the table of a section prints differently from the edition `like`.
    pub(super) fn add(
        &mut self,
        section: &SectionTemplate,
        there: &EditionSection,
        sheet: Option<String>,
        table: &Table,
        (columns, rows): (Otherwise, Otherwise),
        told: &[(&'static str, Difference)],
    ) {
        let id = &section.id;
        for (kind, difference) in told {
            self.comments.push(format!("{id}: {}", difference.tell(kind)));
            if !difference.another.is_empty() {
                self.comments.push(format!(
                    "{id}: {kind} of another subject were drafted as gone and new; where the subject is the same, remove both and write the heading to {}_titles",
                    kind.trim_end_matches('s')
                ));
            }
        }
        let titles = |ru: String| Titles::ru(ru);
        let title = squeeze(&table.title);
        let mut drafted = EditionSection {
            sheet,
            titles: (!title.is_empty() && title != there.title(section).ru).then(|| titles(title)),
            ..EditionSection::default()
        };
        for (code, printed) in columns.codes {
            drafted.columns.extend(code.parse().ok().map(|code| (code, printed.and_then(|p| p.parse().ok()))));
        }
        for (code, printed) in rows.codes {
            drafted.rows.extend(code.parse().ok().map(|code| (code, printed.and_then(|p| p.parse().ok()))));
        }
        drafted.column_titles =
            columns.titles.into_iter().filter_map(|(c, t)| Some((c.parse().ok()?, titles(t)))).collect();
        drafted.row_titles = rows.titles.into_iter().filter_map(|(c, t)| Some((c.parse().ok()?, titles(t)))).collect();
        let edition = self.edition.edition.clone();
        let mut new = NewLines::default();
        for (printed, label) in columns.new {
            let known = |code: &str| section.columns.iter().any(|c| c.code.as_str() == code);
            let code = fresh(&printed, &edition, known).and_then(|code| code.parse::<ColumnCode>().ok());
            if let (Some(code), Ok(printed)) = (code, printed.parse()) {
                drafted.columns.insert(code.clone(), Some(printed));
                new.columns.push((code, label));
            }
        }
        for (printed, label) in rows.new {
            let known = |code: &str| section.rows.iter().any(|r| r.code.as_str() == code);
            let code = fresh(&printed, &edition, known).and_then(|code| code.parse::<RowCode>().ok());
            if let (Some(code), Ok(printed)) = (code, printed.parse()) {
                drafted.rows.insert(code.clone(), Some(printed));
                new.rows.push((code, label));
            }
        }
        if new != NewLines::default() {
            self.comments.push(format!("{id}: what is new has no measure, course and part yet"));
            self.new.insert(id.clone(), new);
        }
        if drafted != EditionSection::default() {
            self.edition.sections.insert(id.clone(), drafted);
        }
    }
}

/// An unused code for a line that is new in an edition.
fn fresh(printed: &str, edition: &Edition, known: impl Fn(&str) -> bool) -> Option<String> {
    let codes = [format!("+{printed}"), format!("+{printed}-{edition}")];
    codes.into_iter().chain((2..100).map(|n| format!("+{printed}-{n}"))).find(|code| !known(code))
}
