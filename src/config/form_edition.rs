//! Editions of a form. In: what each edition prints differently from the oldest one, as written: sheets, titles, codes,
//! headings, and the lines that it adds. Out: an [`EditionTemplate`] for each. This module does not know any document.
//!
//! An edition with `like` begins with what is written for an edition above it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    form_file::Notes,
    form_lines::{self, Shift, WrittenColumn, WrittenRow},
};
use domain::{ColumnCode, Edition, EditionSection, EditionTemplate, RowCode, SectionId, SectionTemplate, Titles};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenEdition {
    edition: Spanned<String>,
    like: Option<Spanned<String>>,
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
    title: Option<Heading>,
    #[serde(default)]
    columns: BTreeMap<Spanned<String>, Shift>,
    #[serde(default)]
    rows: BTreeMap<Spanned<String>, Shift>,
    #[serde(default)]
    column_titles: BTreeMap<Spanned<String>, Heading>,
    #[serde(default)]
    row_titles: BTreeMap<Spanned<String>, Heading>,
    /// Lines that this edition adds. Other editions lack them, unless they are `like` this one or list them too.
    #[serde(default)]
    new_columns: Vec<WrittenColumn>,
    #[serde(default)]
    new_rows: Vec<WrittenRow>,
}

/// A heading in Russian, or in several languages.
#[derive(Deserialize)]
#[serde(untagged)]
enum Heading {
    Ru(String),
    Titles(Titles),
}

impl Heading {
    fn titles(&self) -> Titles {
        match self {
            Self::Ru(ru) => Titles::ru(ru.clone()),
            Self::Titles(titles) => titles.clone(),
        }
    }
}

/// The lines of a section that editions add.
#[derive(Default)]
pub(super) struct Later<'w> {
    pub(super) rows: Vec<&'w WrittenRow>,
    pub(super) columns: Vec<&'w WrittenColumn>,
}

/// The lines that editions add to a section, in the order of the editions.
pub(super) fn later_lines<'w>(written: &'w [WrittenEdition], section: &str) -> Later<'w> {
    let mut later = Later::default();
    for there in written.iter().flat_map(|e| &e.sections).filter(|s| s.id.get_ref() == section) {
        later.rows.extend(&there.new_rows);
        later.columns.extend(&there.new_columns);
    }
    later
}

/// The editions, each with everything that it prints differently from the oldest one.
pub(super) fn resolve(
    written: &[WrittenEdition],
    sections: &[SectionTemplate],
    notes: &mut Notes<'_>,
) -> Vec<EditionTemplate> {
    let mut editions: Vec<EditionTemplate> = Vec::new();
    for edition in written {
        let Some(name) = notes.name::<Edition>(&edition.edition) else { continue };
        if editions.iter().any(|e| e.edition == name) {
            notes.at(&edition.edition, format!("edition `{name}` occurs twice"));
        }
        let mut described = match &edition.like {
            None => without_later(written, sections),
            Some(like) => {
                let Some(base) = editions.iter().find(|e| e.edition.as_str() == like.get_ref()) else {
                    notes.at(like, format!("there is no edition `{}` above this one", like.get_ref()));
                    continue;
                };
                base.sections.clone()
            }
        };
        for there in &edition.sections {
            let Some(section) = sections.iter().find(|s| s.id.as_str() == there.id.get_ref()) else {
                notes.at(&there.id, format!("this form has no section `{}`", there.id.get_ref()));
                continue;
            };
            let base = described.remove(&section.id).unwrap_or_default();
            described.insert(section.id.clone(), section_in(there, section, base, notes));
        }
        let (from, until) = (notes.period(edition.from.as_ref()), notes.period(edition.until.as_ref()));
        editions.push(EditionTemplate { edition: name, from, until, sections: described });
    }
    editions
}

/// What an edition prints that has none of the lines that other editions add.
fn without_later(written: &[WrittenEdition], sections: &[SectionTemplate]) -> BTreeMap<SectionId, EditionSection> {
    let mut described = BTreeMap::new();
    for section in sections {
        let later = later_lines(written, section.id.as_str());
        if later.rows.is_empty() && later.columns.is_empty() {
            continue;
        }
        let there = EditionSection {
            columns: later.columns.iter().filter_map(|c| Some((c.code().parse().ok()?, None))).collect(),
            rows: later.rows.iter().filter_map(|r| Some((r.code().parse().ok()?, None))).collect(),
            ..EditionSection::default()
        };
        described.insert(section.id.clone(), there);
    }
    described
}

fn section_in(
    there: &WrittenEditionSection,
    section: &SectionTemplate,
    mut base: EditionSection,
    notes: &mut Notes<'_>,
) -> EditionSection {
    for code in there.new_columns.iter().filter_map(|c| c.code().parse::<ColumnCode>().ok()) {
        base.columns.remove(&code);
    }
    for code in there.new_rows.iter().filter_map(|r| r.code().parse::<RowCode>().ok()) {
        base.rows.remove(&code);
    }
    let columns: Vec<ColumnCode> = section.columns.iter().map(|c| c.code.clone()).collect();
    let rows: Vec<RowCode> = section.rows.iter().map(|r| r.code.clone()).collect();
    for (code, heading) in &there.column_titles {
        match columns.iter().find(|known| known.as_str() == code.get_ref()) {
            Some(known) => drop(base.column_titles.insert(known.clone(), heading.titles())),
            None => notes.at(code, format!("section `{}` has no column `{}`", section.id, code.get_ref())),
        }
    }
    for (code, heading) in &there.row_titles {
        match rows.iter().find(|known| known.as_str() == code.get_ref()) {
            Some(known) => drop(base.row_titles.insert(known.clone(), heading.titles())),
            None => notes.at(code, format!("section `{}` has no row `{}`", section.id, code.get_ref())),
        }
    }
    EditionSection {
        gone: there.gone,
        sheet: there.sheet.clone().or(base.sheet),
        columns: form_lines::printed(&there.columns, base.columns, &columns, &there.id, "column", notes),
        rows: form_lines::printed(&there.rows, base.rows, &rows, &there.id, "row", notes),
        titles: there.title.as_ref().map(Heading::titles).or(base.titles),
        column_titles: base.column_titles,
        row_titles: base.row_titles,
    }
}
