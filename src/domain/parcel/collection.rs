//! The contents of a collection: chapters, each from one form, and the tables of each chapter. This module does not
//! know any figure or workbook.
//!
//! Codes are those of the oldest edition that the form's template describes. So a table shows the same concepts,
//! whatever edition a period's figures were printed in.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{CollectionId, ColumnCode, FormId, Place, RowCode, SectionId, Titles};

/// A collection as the office designed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionTemplate {
    pub collection: CollectionId,
    /// The file it was read from, for faults.
    pub file: String,
    /// What the collection is about: a paragraph for the cover.
    pub about: Titles,
    /// Counts of persons below this number are not printed by region or agency; `None` = the office prints all.
    pub confidential_below: Option<u32>,
    /// The least count that a chart compares: fewer than two counts of this size get no chart.
    pub chart_from: u32,
    /// The least count of the year before that a change is given in per cent of.
    pub percent_from: u32,
    pub key_figures: Vec<KeyFigureTemplate>,
    pub chapters: Vec<ChapterTemplate>,
    pub print: Print,
    /// Definitions and remarks that every copy carries.
    pub notes: Vec<Titles>,
}

/// The part of a collection that is not printed. Its sheets remain in the workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Print {
    /// Ids of tables.
    pub without: BTreeSet<String>,
    /// The most pages that a table may take; a longer one is not printed. `None`: as many as it needs.
    pub pages: Option<u32>,
    /// The reason, printed on the contents page and on their sheets.
    pub reason: Titles,
}

/// A figure of the summary page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigureTemplate {
    pub titles: Titles,
    /// What it counts, where the headings of the form do not say it.
    pub definition: Option<Titles>,
    pub form: FormId,
    pub place: Place,
    pub line: usize,
}

/// A chapter: what the collection takes from one form, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChapterTemplate {
    pub id: String,
    pub titles: Titles,
    pub form: FormId,
    /// Why the collection uses this form.
    pub reason: Titles,
    pub tables: Vec<TableTemplate>,
    pub line: usize,
}

/// A table, or one table for each place if its kind shows one place at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTemplate {
    /// Unique within the collection.
    pub id: String,
    pub titles: Titles,
    /// The name of the table's sheet, if the title is too long for it.
    pub short: Option<Titles>,
    pub kind: TableKind,
    pub section: SectionId,
    pub rows: Pick<RowCode>,
    pub columns: Pick<ColumnCode>,
    /// Of a structure: the place that is 100 %; `None` = the first place shown.
    pub whole: Option<(RowCode, ColumnCode)>,
    /// Of regions and maps: whether the level per 10,000 inhabitants is shown.
    pub per_capita: bool,
    pub chart: bool,
    /// Whether a label also contains the parents that are not in a line above it: `Глава 6: Кража`.
    pub parents: bool,
    /// Printed under the table.
    pub note: Option<Titles>,
    pub line: usize,
}

impl TableTemplate {
    /// The name of the table's sheet: its short title, or else its title, which is left empty in a language in which it
    /// does not fit.
    #[must_use]
    pub fn short(&self) -> Titles {
        self.short.clone().unwrap_or_else(|| {
            self.titles.map(|text| Some(text.to_owned()).filter(|text| names_a_sheet(text)).unwrap_or_default())
        })
    }
}

/// The most letters of a short title. The name of a sheet has at most 31, and the table's number is in front: `13.10 `.
pub const LONGEST_SHORT: usize = 25;

/// The characters that the name of a sheet may not contain.
pub const NOT_IN_SHEET_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// Whether a text can follow the number of a table in the name of a sheet.
#[must_use]
pub fn names_a_sheet(text: &str) -> bool {
    let refused = |c: char| NOT_IN_SHEET_NAMES.contains(&c) || c == '\'';
    !text.trim().is_empty() && text.chars().count() <= LONGEST_SHORT && !text.contains(refused)
}

/// What a table shows side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// Places of the form: the period, АППГ, change, change in %.
    Dynamics,
    /// One place, region by region: the period, АППГ, change, level per 10,000, share, rank.
    Regions,
    /// One place on a map: region by region the figure of the period, its level per 10,000, its class.
    Map,
    /// One place, agency by agency.
    Agencies,
    /// Places of the form as shares of a whole.
    Structure,
    /// Places of the form in the quarter alone, by subtraction of cumulative figures.
    Quarter,
    /// Places of the form over five years.
    Series,
    /// Rows of the form down, its columns across: a section of the form, for the republic.
    Section,
    /// Rows of the form down, the republic and its regions across: one column of the form.
    RegionsAcross,
    /// Rows of the form down, agencies across: one column of the form.
    AgenciesAcross,
}

/// Which rows or columns a table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick<C> {
    /// All that the form has, in its order.
    All,
    /// The first of them: for forms whose structure is not known for certain.
    First(usize),
    Codes(Vec<C>),
}

impl TableKind {
    /// Whether the kind shows one place at a time, so that each place is a table of its own.
    #[must_use]
    pub const fn is_of_one_place(self) -> bool {
        matches!(self, Self::Regions | Self::Map | Self::Agencies)
    }

    /// Whether the lines of the kind are the republic and its regions.
    #[must_use]
    pub const fn is_by_region(self) -> bool {
        matches!(self, Self::Regions | Self::Map)
    }

    /// Whether the kind shows one column of the form at a time, so that each column is a table of its own.
    #[must_use]
    pub const fn is_of_one_column(self) -> bool {
        matches!(self, Self::RegionsAcross | Self::AgenciesAcross)
    }

    /// Whether the kind crosses places of a form: every cell of a line is another place, for one period.
    #[must_use]
    pub const fn is_cross(self) -> bool {
        matches!(self, Self::Section | Self::RegionsAcross | Self::AgenciesAcross)
    }
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Dynamics => "dynamics",
            Self::Regions => "regions",
            Self::Map => "map",
            Self::Agencies => "agencies",
            Self::Structure => "structure",
            Self::Quarter => "quarter",
            Self::Series => "series",
            Self::Section => "section",
            Self::RegionsAcross => "regions-across",
            Self::AgenciesAcross => "agencies-across",
        })
    }
}

impl<C: Clone> Pick<C> {
    /// The codes picked from the known ones.
    pub fn from_known<'a>(&'a self, known: impl Iterator<Item = &'a C>) -> Vec<C> {
        match self {
            Self::All => known.cloned().collect(),
            Self::First(count) => known.take(*count).cloned().collect(),
            Self::Codes(codes) => codes.clone(),
        }
    }

    /// The codes that are listed one by one.
    #[must_use]
    pub fn named(&self) -> &[C] {
        match self {
            Self::All | Self::First(_) => &[],
            Self::Codes(codes) => codes,
        }
    }
}

impl CollectionTemplate {
    /// The forms that the collection uses, each once, in the order of its chapters.
    #[must_use]
    pub fn forms(&self) -> Vec<&FormId> {
        let mut forms: Vec<&FormId> = Vec::new();
        for form in self.chapters.iter().map(|c| &c.form).chain(self.key_figures.iter().map(|k| &k.form)) {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
    }
}
