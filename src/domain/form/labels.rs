//! The labels of a form: what a book prints of its sections, rows and columns. In: a template. Out: each label with its
//! place. This module does not know any book.

use serde::Serialize;

use super::template::FormTemplate;
use crate::{Edition, SectionId, Titles};

/// What a label is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelOf {
    Section,
    Row,
    Column,
}

impl LabelOf {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Row => "row",
            Self::Column => "column",
        }
    }
}

/// A label with its place in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label<'t> {
    pub section: &'t SectionId,
    pub of: LabelOf,
    /// The code of the row or column; empty for the title of a section.
    pub code: &'t str,
    /// The edition that prints this label in place of that of the oldest one.
    pub edition: Option<&'t Edition>,
    pub titles: &'t Titles,
}

impl FormTemplate {
    /// Every label of the form, section by section, then those that editions print in their place.
    pub fn labels(&self) -> impl Iterator<Item = Label<'_>> {
        let own = self.sections.iter().flat_map(|section| {
            let label = |of, code, titles| Label { section: &section.id, of, code, edition: None, titles };
            let title = std::iter::once(label(LabelOf::Section, "", &section.titles));
            let rows = section.rows.iter().map(move |row| label(LabelOf::Row, row.code.as_str(), &row.titles));
            let columns =
                section.columns.iter().map(move |column| label(LabelOf::Column, column.code.as_str(), &column.titles));
            title.chain(rows).chain(columns)
        });
        let editions = self.editions.iter().flat_map(|edition| {
            edition.sections.iter().flat_map(|(section, there)| {
                let label = |of, code, titles| Label { section, of, code, edition: Some(&edition.edition), titles };
                let title = there.titles.iter().map(move |titles| label(LabelOf::Section, "", titles));
                let rows =
                    there.row_titles.iter().map(move |(code, titles)| label(LabelOf::Row, code.as_str(), titles));
                let columns = there.column_titles.iter();
                let columns = columns.map(move |(code, titles)| label(LabelOf::Column, code.as_str(), titles));
                title.chain(rows).chain(columns)
            })
        });
        own.chain(editions)
    }
}
