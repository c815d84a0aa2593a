//! An index of a form's template. In: a template. Out: the places of its codes, and its headings in every known
//! wording. They are looked up once, not once per document. This module does not know any document.

use std::{collections::HashMap, sync::OnceLock};

use crate::{ColumnCode, FormTemplate, RowCode, SectionId, form::known_headings::Headings};

/// A template with the places of its codes and with its headings.
#[derive(Debug)]
pub struct FormIndex<'t> {
    pub template: &'t FormTemplate,
    sections: HashMap<&'t str, usize>,
    axes: Vec<[Axis<'t>; 2]>,
}

/// The rows or the columns of a section.
#[derive(Debug)]
struct Axis<'t> {
    at: HashMap<&'t str, usize>,
    headings: OnceLock<Headings>,
}

impl<'t> FormIndex<'t> {
    #[must_use]
    pub fn new(template: &'t FormTemplate) -> Self {
        let axes = template.sections.iter().map(|section| {
            let rows = section.rows.iter().enumerate().map(|(at, r)| (r.code.as_str(), at)).collect();
            let columns = section.columns.iter().enumerate().map(|(at, c)| (c.code.as_str(), at)).collect();
            [rows, columns].map(|at| Axis { at, headings: OnceLock::new() })
        });
        Self {
            template,
            sections: template.sections.iter().enumerate().map(|(at, s)| (s.id.as_str(), at)).collect(),
            axes: axes.collect(),
        }
    }

    /// The place of a section among those of the template.
    #[must_use]
    pub fn section(&self, id: &SectionId) -> Option<usize> {
        self.sections.get(id.as_str()).copied()
    }

    /// The place of a row among those of a section of the template.
    #[must_use]
    pub fn row(&self, section: usize, code: &RowCode) -> Option<usize> {
        self.axes[section][0].at.get(code.as_str()).copied()
    }

    /// The place of a column among those of a section of the template.
    #[must_use]
    pub fn column(&self, section: usize, code: &ColumnCode) -> Option<usize> {
        self.axes[section][1].at.get(code.as_str()).copied()
    }

    /// The headings of a section's rows in every known wording.
    pub(super) fn row_headings(&self, section: usize) -> &Headings {
        let template = &self.template.sections[section];
        self.axes[section][0].headings.get_or_init(|| {
            let wordings =
                self.template.editions.iter().filter_map(|e| Some(&e.sections.get(&template.id)?.row_titles));
            let wordings: Vec<_> = wordings.collect();
            Headings::new(template.rows.iter().map(|row| {
                std::iter::once(&row.titles).chain(wordings.iter().filter_map(|w| w.get(&row.code))).collect()
            }))
        })
    }

    /// The headings of a section's columns in every known wording.
    pub(super) fn column_headings(&self, section: usize) -> &Headings {
        let template = &self.template.sections[section];
        self.axes[section][1].headings.get_or_init(|| {
            let wordings =
                self.template.editions.iter().filter_map(|e| Some(&e.sections.get(&template.id)?.column_titles));
            let wordings: Vec<_> = wordings.collect();
            Headings::new(template.columns.iter().map(|column| {
                std::iter::once(&column.titles).chain(wordings.iter().filter_map(|w| w.get(&column.code))).collect()
            }))
        })
    }
}
