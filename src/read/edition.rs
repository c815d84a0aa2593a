//! Compares a document with the edition that its template describes: findings about the differences, and a draft of an
//! edition that the template does not describe.
//!
//! In come the tables of a document with their sections; out come findings and the draft. A document of an unknown
//! edition is compared with the described edition that it agrees with most. This module does not decide which sheet is
//! which section, or which figures are used: the checks and the books bind places by [`domain`].

use std::collections::{BTreeMap, BTreeSet};

use super::{
    drafted::{Drafted, otherwise},
    letters::{excerpt, squeeze},
    matching::Matches,
    report::Report,
    shape::{self, Difference, Expected},
    sheet::Sheet,
    table::{Line, Table},
};
use domain::{
    ColumnCode, ColumnTemplate, Edition, EditionSection, EditionTemplate, FormTemplate, RowCode, SectionId,
    SectionTemplate, Severity,
};

/// Two titles less alike than `SAME_TITLE` are about different subjects; less alike than `NOTHING_IN_COMMON`, they
/// share nothing.
const SAME_TITLE: f64 = 0.5;
const NOTHING_IN_COMMON: f64 = 0.15;

/// A document, and the edition of its template that it is compared with.
pub(super) struct Beside<'t> {
    template: &'t FormTemplate,
    /// The edition that the document says it is.
    edition: Option<&'t Edition>,
    /// The described edition by which the document is read: its own, or the one that it agrees with most.
    by: Option<&'t EditionTemplate>,
    drafted: Option<Drafted>,
}

impl<'t> Beside<'t> {
    pub(super) fn new(
        template: &'t FormTemplate,
        edition: Option<&Edition>,
        tables: &[&Sheet],
        matches: &Matches,
    ) -> Self {
        let own = edition.and_then(|e| template.editions.iter().find(|t| t.edition == *e));
        let by = own.or_else(|| {
            let agreements = |edition: &&EditionTemplate| -> usize {
                let places = tables.iter().zip(&matches.places);
                places.filter_map(|(sheet, id)| Some(agreements(template, edition, id.as_ref()?, sheet))).sum()
            };
            // Of equally good editions the newest.
            template.editions.iter().max_by_key(agreements)
        });
        let drafted = edition.filter(|_| own.is_none() && by.is_some()).map(|edition| Drafted {
            edition: EditionTemplate { edition: edition.clone(), from: None, until: None, sections: BTreeMap::new() },
            like: by.map(|t| t.edition.clone()),
            new: BTreeMap::new(),
            comments: Vec::new(),
        });
        Self { template, edition: own.map(|t| &t.edition), by, drafted }
    }

    pub(super) fn drafted(self) -> Option<Drafted> {
        self.drafted
    }

    /// What the edition by which the document is read prints differently in a section.
    pub(super) fn there(&self, section: &SectionId) -> EditionSection {
        self.by.and_then(|by| by.sections.get(section)).cloned().unwrap_or_default()
    }

    /// The sections of the edition that no sheet contains.
    pub(super) fn missing(&self, matches: &Matches) -> impl Iterator<Item = &'t SectionTemplate> {
        let is_here = |id: &SectionId| matches.places.iter().any(|place| place.as_ref() == Some(id));
        self.template.sections.iter().filter(move |section| !self.there(&section.id).gone && !is_here(&section.id))
    }

    /// Reports findings about the document's sections and its edition.
    pub(super) fn tell(
        &mut self,
        tables: &[&Sheet],
        matches: &Matches,
        left_out: &BTreeSet<usize>,
        document: &str,
        report: &mut Report,
    ) {
        self.strange_sheets(tables, matches, left_out, report);
        self.missing_sections(tables, matches, report);
        self.doubtful_sections(tables, matches, report);
        let known: Vec<String> = self.template.editions.iter().map(|e| format!("`{}`", e.edition)).collect();
        match (self.edition, &self.drafted) {
            (Some(edition), _) => {
                let place = self.template.editions.iter().position(|t| t.edition == *edition).unwrap_or_default();
                if place > 0 {
                    changes(self.template, &self.template.editions[place - 1].edition, edition, report);
                }
            }
            (None, Some(Drafted { edition, .. })) => {
                let explanation = format!(
                    "edition `{}` is not described (known: {}); it was read where it agrees, see what moved, and describe it in templates/forms/{}.toml",
                    edition.edition,
                    known.join(", "),
                    self.template.form
                );
                report.add("shape.edition-unknown", Severity::Warning, None, explanation);
            }
            (None, None) if !known.is_empty() => {
                report.add("identity.edition", Severity::Warning, None, format!("{document} names no edition"));
            }
            (None, None) => {}
        }
    }

    fn strange_sheets(
        &mut self,
        tables: &[&Sheet],
        matches: &Matches,
        left_out: &BTreeSet<usize>,
        report: &mut Report,
    ) {
        for (at, sheet) in tables.iter().enumerate().filter(|(at, _)| matches.places[*at].is_none()) {
            if left_out.contains(&at) {
                continue;
            }
            let name = excerpt(&sheet.name, 31);
            let likest =
                matches.nearest.iter().find(|(place, ..)| *place == at).map_or_else(String::new, |(_, id, like)| {
                    format!("; it is most like section {id}, {:.0} of 100", like * 100.0)
                });
            let explanation = format!(
                "sheet `{name}` is not a section that the template of form `{}` describes{likest}",
                self.template.form
            );
            report.add("shape.section-unknown", Severity::Warning, None, explanation);
            if let Some(drafted) = &mut self.drafted {
                let title = sheet.table.as_ref().map_or_else(String::new, |t| squeeze(&t.title));
                drafted.comments.push(format!(
                    "sheet `{name}` ({title}) is not a section of the template{likest}; `form learn --whole` drafts it as one"
                ));
            }
        }
    }

    fn missing_sections(&mut self, tables: &[&Sheet], matches: &Matches, report: &mut Report) {
        for section in self.missing(matches).collect::<Vec<_>>() {
            let there = self.there(&section.id);
            let likest = matches.nearest.iter().filter(|(_, id, _)| *id == section.id);
            let likest = likest.max_by(|a, b| a.2.total_cmp(&b.2)).map_or_else(String::new, |(at, _, like)| {
                format!("; sheet `{}` is the most like it, {:.0} of 100", excerpt(&tables[*at].name, 31), like * 100.0)
            });
            let title = excerpt(&there.title(section).ru, 100);
            let explanation = format!("section `{}` ({title}) is missing{likest}", section.id);
            report.add("shape.section-missing", Severity::Error, Some(&section.id), explanation);
            if let Some(drafted) = &mut self.drafted {
                drafted.comments.push(format!(
                    "{}: no sheet is this section ({title}){likest}; remove `gone` if the edition has it",
                    section.id
                ));
                let gone = EditionSection { gone: true, ..EditionSection::default() };
                drafted.edition.sections.insert(section.id.clone(), gone);
            }
        }
    }

    fn doubtful_sections(&mut self, tables: &[&Sheet], matches: &Matches, report: &mut Report) {
        for (at, section, other) in &matches.doubts {
            let name = excerpt(&tables[*at].name, 31);
            let title =
                |id: &SectionId| self.template.section(id).map_or_else(String::new, |s| excerpt(&s.titles.ru, 60));
            let explanation = format!(
                "sheet `{name}` was read as section {section} ({}), and is nearly as similar to section {other} ({}): a person has to decide which one it is",
                title(section),
                title(other)
            );
            report.add("shape.section-doubtful", Severity::Error, Some(section), explanation.clone());
            if let Some(drafted) = &mut self.drafted {
                drafted.comments.push(explanation);
            }
        }
        for (at, section, like) in &matches.retitled {
            let Some(known) = self.template.section(section) else { continue };
            let there = self.there(section);
            let severity = match (self.edition, *like) {
                (Some(_), like) if like < SAME_TITLE => Severity::Error,
                (None, like) if like < NOTHING_IN_COMMON => Severity::Error,
                (None, like) if like < SAME_TITLE => Severity::Warning,
                _ => Severity::Info,
            };
            let explanation = format!(
                "sheet `{}` was read as section {section} by its rows and columns; its title was `{}`, is `{}`",
                excerpt(&tables[*at].name, 31),
                excerpt(&there.title(known).ru, 150),
                tables[*at].table.as_ref().map_or_else(String::new, |t| excerpt(&t.title, 150))
            );
            report.add("shape.section-retitled", severity, Some(section), explanation);
        }
    }

    /// Compares a table with its section, and drafts what an unknown edition prints differently. Returns, for each code
    /// of the template, the code that the table prints.
    pub(super) fn compare(
        &mut self,
        section: &SectionTemplate,
        sheet: &str,
        table: &Table,
        report: &mut Report,
    ) -> EditionSection {
        let there = self.there(&section.id);
        let columns = section.columns.iter().map(|c| {
            expected(c.code.as_str(), there.column(&c.code).map(ColumnCode::as_str), &there.column_title(c).ru)
        });
        let rows = section
            .rows
            .iter()
            .map(|r| expected(r.code.as_str(), there.row(&r.code).map(RowCode::as_str), &there.row_title(r).ru));
        let mut told = Vec::new();
        let mut lines = |kind: &'static str, mut expected: Vec<Expected>, lines: &[Line]| {
            // In the order of print: the template lists lines of later editions last.
            expected.sort_by_key(|e| e.printed.as_ref().and_then(|p| p.parse::<u32>().ok()).unwrap_or(u32::MAX));
            let (difference, pairs) = shape::compare(&expected, lines);
            if !difference.is_none() {
                told.push((kind, difference));
            }
            otherwise(&expected, lines, &pairs)
        };
        let columns = lines("columns", columns.collect(), &table.columns);
        let rows = lines("rows", rows.collect(), &table.rows);
        for (kind, difference) in &told {
            let severity = match (self.edition, difference.is_grave()) {
                (Some(_), true) => Severity::Error,
                (None, true) => Severity::Warning,
                (_, false) => Severity::Info,
            };
            report.add(&format!("shape.{kind}"), severity, Some(&section.id), difference.tell(kind));
        }
        let printed = EditionSection {
            columns: columns
                .all
                .iter()
                .filter_map(|(c, p)| Some((c.parse().ok()?, p.as_ref().and_then(|p| p.parse().ok()))))
                .collect(),
            rows: rows
                .all
                .iter()
                .filter_map(|(c, p)| Some((c.parse().ok()?, p.as_ref().and_then(|p| p.parse().ok()))))
                .collect(),
            ..EditionSection::default()
        };
        if let (Some(drafted), Some(by)) = (&mut self.drafted, self.by) {
            let was = self.template.printed_sheet(&by.edition, &section.id);
            let sheet = (was.as_deref() != Some(sheet)).then(|| sheet.to_owned());
            drafted.add(section, &there, sheet, table, (columns, rows), &told);
        }
        printed
    }
}

fn expected(code: &str, printed: Option<&str>, label: &str) -> Expected {
    Expected { code: code.to_owned(), printed: printed.map(str::to_owned), label: label.to_owned() }
}

/// How many lines of a section the table prints with the code and the heading of an edition.
fn agreements(template: &FormTemplate, edition: &EditionTemplate, id: &SectionId, sheet: &Sheet) -> usize {
    let (Some(section), Some(table)) = (template.section(id), &sheet.table) else { return 0 };
    let there = edition.sections.get(id).cloned().unwrap_or_default();
    if there.gone {
        return 0;
    }
    let printed = |lines: &[Line], code: &str, title: &str| lines.iter().any(|l| l.code == code && l.label == title);
    let columns = section.columns.iter().filter(|c| {
        there.column(&c.code).is_some_and(|code| printed(&table.columns, code.as_str(), &there.column_title(c).ru))
    });
    let rows = section
        .rows
        .iter()
        .filter(|r| there.row(&r.code).is_some_and(|code| printed(&table.rows, code.as_str(), &there.row_title(r).ru)));
    columns.count() + rows.count()
}

/// Reports which columns an edition removed and added, with their titles.
fn changes(template: &FormTemplate, before: &Edition, edition: &Edition, report: &mut Report) {
    let plain = EditionSection::default();
    for section in &template.sections {
        let mut difference = Difference::default();
        let title = |edition: &Edition, column: &ColumnTemplate| {
            template.in_edition(edition, &section.id).unwrap_or(&plain).column_title(column).ru.clone()
        };
        for column in &section.columns {
            let was = template.printed_column(before, &section.id, &column.code);
            let is = template.printed_column(edition, &section.id, &column.code);
            match (was, is) {
                (Some(was), None) => difference.gone.push((was.to_string(), title(before, column))),
                (None, Some(is)) => difference.new.push((is.to_string(), title(edition, column))),
                _ => {}
            }
        }
        if !difference.is_none() {
            let explanation = format!("edition `{edition}` after `{before}`: {}", difference.tell("columns"));
            report.add("shape.edition-changed", Severity::Info, Some(&section.id), explanation);
        }
    }
}
