//! The structure of a form, as far as it is known: sections, rows, columns, editions, and rules for its figures. This
//! module does not know any document.
//!
//! Codes are those of the oldest edition that is described. [`FormTemplate::in_edition`] gives the printed codes of a
//! later edition. So a place in a chapter or in a rule is one concept in all editions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ColumnCode, Edition, FormId, Language, Period, RowCode, SectionId, Severity, Titles};

/// A form as far as its structure is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTemplate {
    pub form: FormId,
    /// What documents call the form, in any language: `1-M`, `1-М`, `3-К`. Look-alike letters are normalised for
    /// comparison.
    pub designations: Vec<String>,
    /// The code in file names of the form workbooks: `3k`.
    pub file_code: String,
    /// How the structure is known, and what is not known.
    pub known_from: String,
    /// The languages in which labels are, in part or whole, a translation and not the official wording.
    pub translated: Vec<Language>,
    pub sections: Vec<SectionTemplate>,
    /// Oldest first; empty for a form without editions (services).
    pub editions: Vec<EditionTemplate>,
    pub rules: Vec<Rule>,
}

/// One table of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionTemplate {
    pub id: SectionId,
    pub titles: Titles,
    /// Words in the title or the header by which the section is recognised, on whatever sheet it is.
    pub subject: String,
    pub columns: Vec<ColumnTemplate>,
    pub rows: Vec<RowTemplate>,
}

/// The unit of measure of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Offences, cases, acts: whole numbers.
    #[default]
    Count,
    Persons,
    /// Thousand tenge with three decimals.
    ThousandTenge,
    Days,
}

impl Measure {
    /// Whether it is counted in whole numbers, never below zero.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Count | Self::Persons)
    }

    /// The word in templates.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Persons => "persons",
            Self::ThousandTenge => "thousand-tenge",
            Self::Days => "days",
        }
    }
}

/// How the figures of a column change in the course of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Course {
    /// Cumulative from 1 January: figures do not fall within a year.
    Flow,
    /// A level at a time: figures may fall.
    Stock,
    /// The opening stock: constant within a year.
    Opening,
    #[default]
    Unknown,
}

/// A column of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnTemplate {
    pub code: ColumnCode,
    pub titles: Titles,
    pub measure: Measure,
    pub course: Course,
    /// The column that this one is a part of ("в т.ч.").
    pub part_of: Option<ColumnCode>,
    /// The key in the JSON service; `None` if the source lost it.
    pub key: Option<String>,
}

/// A row of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowTemplate {
    pub code: RowCode,
    pub titles: Titles,
    /// The row that this one is a part of.
    pub part_of: Option<RowCode>,
}

/// What an edition prints differently from the oldest one that is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionTemplate {
    pub edition: Edition,
    /// The first and the last period in which it is known to have been used; `None` = not known.
    pub from: Option<Period>,
    pub until: Option<Period>,
    pub sections: BTreeMap<SectionId, EditionSection>,
}

/// One section as an edition prints it. Codes of the oldest edition → codes of this one; `None` = gone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditionSection {
    /// Whether this edition has no such section.
    pub gone: bool,
    /// The name of the sheet, if it is another one.
    pub sheet: Option<String>,
    pub columns: BTreeMap<ColumnCode, Option<ColumnCode>>,
    pub rows: BTreeMap<RowCode, Option<RowCode>>,
    /// The title, and the headings of columns and rows, if this edition has other words; by codes of the oldest
    /// edition.
    pub titles: Option<Titles>,
    pub column_titles: BTreeMap<ColumnCode, Titles>,
    pub row_titles: BTreeMap<RowCode, Titles>,
}

/// A rule for the figures of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `1-m.r1.severity`; unique over all forms.
    pub id: String,
    pub severity: Severity,
    /// The rule in words, for the reader of the finding.
    pub titles: Titles,
    pub kind: RuleKind,
}

/// What a rule compares. Codes are those of the oldest edition that is described. An empty list of lines means every
/// line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleKind {
    /// In each of `columns`: row `total` = Σ `plus` − Σ `minus`.
    Rows { section: SectionId, total: RowCode, plus: Vec<RowCode>, minus: Vec<RowCode>, columns: Vec<ColumnCode> },
    /// In each of `rows`: column `total` = Σ `plus` − Σ `minus`.
    Columns { section: SectionId, total: ColumnCode, plus: Vec<ColumnCode>, minus: Vec<ColumnCode>, rows: Vec<RowCode> },
    /// In each of `columns`: row `part` ≤ row `whole`.
    RowWithin { section: SectionId, part: RowCode, whole: RowCode, columns: Vec<ColumnCode> },
    /// In each of `rows`: column `part` ≤ column `whole`.
    ColumnWithin { section: SectionId, part: ColumnCode, whole: ColumnCode, rows: Vec<RowCode> },
    /// A place equals a place of another section or form, for each unit. Periods are compared by their last months.
    SamePlace { here: Place, there: FormPlace },
}

/// A figure's place within a form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub section: SectionId,
    pub row: RowCode,
    pub column: ColumnCode,
}

/// A figure's place, with its form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormPlace {
    pub form: FormId,
    pub place: Place,
}

impl FormTemplate {
    #[must_use]
    pub fn section(&self, id: &SectionId) -> Option<&SectionTemplate> {
        self.sections.iter().find(|s| s.id == *id)
    }

    /// What an edition prints differently in a section; `None` if nothing differs.
    #[must_use]
    pub fn in_edition(&self, edition: &Edition, section: &SectionId) -> Option<&EditionSection> {
        self.editions.iter().find(|e| e.edition == *edition)?.sections.get(section)
    }

    /// The sheet on which an edition prints a section; `None` if the section is gone.
    #[must_use]
    pub fn printed_sheet(&self, edition: &Edition, section: &SectionId) -> Option<String> {
        match self.in_edition(edition, section) {
            Some(there) if there.gone => None,
            Some(EditionSection { sheet: Some(sheet), .. }) => Some(sheet.clone()),
            _ => Some(section.to_string()),
        }
    }

    /// The code that the description of an edition gives for a column of the oldest edition; `None` if the column is
    /// gone. [`Binding`](crate::Binding) gives the place of a column in a document.
    #[must_use]
    pub fn printed_column(&self, edition: &Edition, section: &SectionId, column: &ColumnCode) -> Option<ColumnCode> {
        match self.in_edition(edition, section).and_then(|s| s.columns.get(column)) {
            Some(printed) => printed.clone(),
            None => Some(column.clone()),
        }
    }

    /// The code that the description of an edition gives for a row of the oldest edition; `None` if the row is gone.
    /// [`Binding`](crate::Binding) gives the place of a row in a document.
    #[must_use]
    pub fn printed_row(&self, edition: &Edition, section: &SectionId, row: &RowCode) -> Option<RowCode> {
        match self.in_edition(edition, section).and_then(|s| s.rows.get(row)) {
            Some(printed) => printed.clone(),
            None => Some(row.clone()),
        }
    }
}

impl EditionSection {
    /// A section's title as this edition prints it.
    #[must_use]
    pub fn title<'t>(&'t self, section: &'t SectionTemplate) -> &'t Titles {
        self.titles.as_ref().unwrap_or(&section.titles)
    }

    /// The code that this edition prints for a column of the oldest one; `None` if the column is gone.
    #[must_use]
    pub fn column<'t>(&'t self, column: &'t ColumnCode) -> Option<&'t ColumnCode> {
        self.columns.get(column).map_or(Some(column), Option::as_ref)
    }

    /// The code that this edition prints for a row of the oldest one; `None` if the row is gone.
    #[must_use]
    pub fn row<'t>(&'t self, row: &'t RowCode) -> Option<&'t RowCode> {
        self.rows.get(row).map_or(Some(row), Option::as_ref)
    }

    /// A column's heading as this edition prints it.
    #[must_use]
    pub fn column_title<'t>(&'t self, column: &'t ColumnTemplate) -> &'t Titles {
        self.column_titles.get(&column.code).unwrap_or(&column.titles)
    }

    /// A row's heading as this edition prints it.
    #[must_use]
    pub fn row_title<'t>(&'t self, row: &'t RowTemplate) -> &'t Titles {
        self.row_titles.get(&row.code).unwrap_or(&row.titles)
    }
}

impl SectionTemplate {
    #[must_use]
    pub fn column(&self, code: &ColumnCode) -> Option<&ColumnTemplate> {
        self.columns.iter().find(|c| c.code == *code)
    }

    #[must_use]
    pub fn row(&self, code: &RowCode) -> Option<&RowTemplate> {
        self.rows.iter().find(|r| r.code == *code)
    }
}
