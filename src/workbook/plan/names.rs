//! Names of sheets and tables: short, legal, in the language of the workbook.

use super::Brief;
use assemble::{Kind, Table};
use domain::TableKind;
use words::{FixedText, Lexicon, texts};

/// Names of the sheets that other sheets have links to.
#[derive(Debug, Clone)]
pub struct Names<'a> {
    pub cover: String,
    pub contents: String,
    pub changes: String,
    pub summary: String,
    pub analysis: String,
    pub notes: String,
    pub quality: String,
    pub control: String,
    pub chart_figures: String,
    collection: String,
    lexicon: &'a Lexicon,
}

impl<'a> Names<'a> {
    #[must_use]
    pub fn of(brief: &Brief<'a>) -> Self {
        let name = |text: FixedText| text.of(brief.lexicon).to_owned();
        Self {
            cover: name(texts::SHEET_COVER),
            contents: name(texts::SHEET_CONTENTS),
            changes: name(texts::SHEET_CHANGES),
            summary: name(texts::SHEET_KEY_FIGURES),
            analysis: name(texts::SHEET_ANALYSIS),
            notes: name(texts::SHEET_NOTES),
            quality: name(texts::SHEET_QUALITY),
            control: name(texts::SHEET_CONTROL),
            chart_figures: name(texts::SHEET_CHART_FIGURES),
            collection: brief.book.collection.as_str().replace('-', "_"),
            lexicon: brief.lexicon,
        }
    }

    /// The sheet of a table: its number and its short title, `1.8 Кражи по регионам`; without a short title its number
    /// and its kind, `1.8 По регионам`.
    #[must_use]
    pub fn sheet(&self, table: &Table) -> String {
        let kind = match table.kind {
            Kind::Summary => return self.summary.clone(),
            Kind::Changes => return self.changes.clone(),
            Kind::Missing => texts::SHEET_MISSING,
            Kind::Of(TableKind::Dynamics) => texts::SHEET_DYNAMICS,
            Kind::Of(TableKind::Regions) => texts::SHEET_REGIONS,
            Kind::Of(TableKind::Map) => texts::SHEET_MAP,
            Kind::Of(TableKind::Agencies) => texts::SHEET_AGENCIES,
            Kind::Of(TableKind::Structure) => texts::SHEET_STRUCTURE,
            Kind::Of(TableKind::Quarter) => texts::SHEET_QUARTER,
            Kind::Of(TableKind::Series) => texts::SHEET_SERIES,
            Kind::Of(TableKind::Section) => texts::SHEET_SECTION,
            Kind::Of(TableKind::RegionsAcross) => texts::SHEET_REGIONS_ACROSS,
            Kind::Of(TableKind::AgenciesAcross) => texts::SHEET_AGENCIES_ACROSS,
        };
        let short = table.short.own(self.lexicon.language()).unwrap_or_default();
        let said = [short, kind.of(self.lexicon)];
        let named = said.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        format!("{} {named}", table.number)
    }

    /// The name of a table for formulas and programs, the same in every language: `crime_1_2`.
    #[must_use]
    pub fn table(&self, suffix: &str) -> String {
        format!("{}_{}", self.collection, suffix.replace(['.', '-'], "_"))
    }
}
