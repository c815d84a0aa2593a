//! Whether the places that a collection shows exist in its forms. In: the template of a collection, and those of the
//! forms. Out: a fault for each place that is missing. This module does not know any figures.

use std::collections::BTreeMap;

use super::fault::Fault;
use domain::{
    CollectionTemplate, Course, FormId, FormTemplate, Place, SectionId, SectionTemplate, TableKind, TableTemplate,
    nearest,
};

/// Checks the template of a collection against the templates of its forms.
///
/// The faults are: a form without a template; a section, row or column that the template of the form lacks; and a
/// quarter alone of a column that is not cumulative.
#[must_use]
pub fn check_collection(template: &CollectionTemplate, forms: &BTreeMap<FormId, FormTemplate>) -> Vec<Fault> {
    let mut check = Check { file: &template.file, forms, faults: Vec::new() };
    for figure in &template.key_figures {
        check.place(&figure.form, &figure.place, figure.line);
    }
    for chapter in &template.chapters {
        for table in &chapter.tables {
            check.table(&chapter.form, table);
        }
    }
    check.faults
}

/// The forms that places of a file are looked up in, and the faults found so far.
pub(super) struct Check<'a> {
    pub file: &'a str,
    pub forms: &'a BTreeMap<FormId, FormTemplate>,
    pub faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    pub fn place(&mut self, form: &FormId, place: &Place, line: usize) {
        let Some(section) = self.section(form, &place.section, line) else { return };
        if section.row(&place.row).is_none() {
            self.unknown(line, form, "row", place.row.as_str(), section.rows.iter().map(|r| r.code.as_str()));
        }
        if section.column(&place.column).is_none() {
            self.unknown(line, form, "column", place.column.as_str(), section.columns.iter().map(|c| c.code.as_str()));
        }
    }

    fn table(&mut self, form: &FormId, table: &TableTemplate) {
        let Some(section) = self.section(form, &table.section, table.line) else { return };
        let whole = table.whole.iter();
        let rows = table.rows.named().iter().chain(whole.clone().map(|w| &w.0));
        for row in rows.filter(|r| section.row(r).is_none()) {
            self.unknown(table.line, form, "row", row.as_str(), section.rows.iter().map(|r| r.code.as_str()));
        }
        for column in table.columns.named().iter().chain(whole.map(|w| &w.1)) {
            let Some(known) = section.column(column) else {
                let known = section.columns.iter().map(|c| c.code.as_str());
                self.unknown(table.line, form, "column", column.as_str(), known);
                continue;
            };
            if table.kind == TableKind::Quarter && matches!(known.course, Course::Stock | Course::Opening) {
                let message = format!(
                    "table `{}`: column `{column}` of form `{form}` is not a cumulative figure, so there is no quarter alone; \
                     take another column or another kind",
                    table.id
                );
                self.fault(table.line, message);
            }
        }
    }

    fn section(&mut self, form: &FormId, section: &SectionId, line: usize) -> Option<&'a SectionTemplate> {
        let Some(known) = self.forms.get(form) else {
            let near = nearest(form.as_str(), self.forms.keys().map(FormId::as_str));
            self.fault(line, format!("unknown form `{form}`{}", question(near)));
            return None;
        };
        let found = known.section(section);
        if found.is_none() {
            self.unknown(line, form, "section", section.as_str(), known.sections.iter().map(|s| s.id.as_str()));
        }
        found
    }

    fn unknown<'k>(
        &mut self,
        line: usize,
        form: &FormId,
        what: &str,
        code: &str,
        known: impl Iterator<Item = &'k str>,
    ) {
        let near = nearest(code, known);
        self.fault(line, format!("form `{form}` has no {what} `{code}`{}", question(near)));
    }

    pub fn fault(&mut self, line: usize, message: String) {
        self.faults.push(Fault { file: self.file.to_owned(), line: Some(line), message });
    }
}

fn question(near: Option<&str>) -> String {
    match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => "; see its file in `templates/forms/`".to_owned(),
    }
}
