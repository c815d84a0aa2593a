//! Names of sheets and tables: short, legal, in the language of the workbook.

use super::{Brief, words};
use assemble::{Kind, Table, words::Words};
use domain::TableKind;

/// Names of the sheets that others lead to.
#[derive(Debug, Clone)]
pub struct Names {
    pub cover: String,
    pub contents: String,
    pub changes: String,
    pub summary: String,
    pub notes: String,
    pub quality: String,
    pub control: String,
    pub chart_figures: String,
    collection: String,
    language: domain::Language,
}

impl Names {
    #[must_use]
    pub fn of(brief: &Brief<'_>) -> Self {
        let name = |words: Words| words.of(brief.language).to_owned();
        Self {
            cover: name(words::COVER),
            contents: name(words::CONTENTS),
            changes: name(words::CHANGES),
            summary: name(words::KEY_FIGURES),
            notes: name(words::NOTES),
            quality: name(words::QUALITY),
            control: name(words::CONTROL),
            chart_figures: name(words::CHART_FIGURES),
            collection: brief.book.collection.as_str().replace('-', "_"),
            language: brief.language,
        }
    }

    /// The sheet of a table: its number and what it is about, `1.8 Кражи по регионам`; where nothing is short enough to say
    /// it, what kind of table it is, `1.8 По регионам`.
    #[must_use]
    pub fn sheet(&self, table: &Table) -> String {
        let kind = match table.kind {
            Kind::Summary => return self.summary.clone(),
            Kind::Changes => return self.changes.clone(),
            Kind::Missing => words::MISSING,
            Kind::Of(TableKind::Dynamics) => words::DYNAMICS,
            Kind::Of(TableKind::Regions) => words::REGIONS,
            Kind::Of(TableKind::Agencies) => words::AGENCIES,
            Kind::Of(TableKind::Structure) => words::STRUCTURE,
            Kind::Of(TableKind::Quarter) => words::QUARTER,
            Kind::Of(TableKind::Series) => words::SERIES,
            Kind::Of(TableKind::Section) => words::SECTION,
            Kind::Of(TableKind::RegionsAcross) => words::REGIONS_ACROSS,
            Kind::Of(TableKind::AgenciesAcross) => words::AGENCIES_ACROSS,
        };
        let said = [table.short.of(self.language), kind.of(self.language)];
        let named = said.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        format!("{} {named}", table.number)
    }

    /// The name of a table for formulas and programs, the same in every language: `crime_1_2`.
    #[must_use]
    pub fn table(&self, suffix: &str) -> String {
        format!("{}_{}", self.collection, suffix.replace(['.', '-'], "_"))
    }
}
