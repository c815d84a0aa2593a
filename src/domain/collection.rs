//! What a collection shows: chapters, each drawing on one form, and the tables of each chapter.
//!
//! Codes are those of the oldest edition that the form's template describes, so that a table speaks of the same thing
//! whatever edition a period's figures were printed in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CollectionId, ColumnCode, FormId, Place, RowCode, SectionId, Titles};

/// A collection as the office has laid it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionTemplate {
    pub collection: CollectionId,
    /// The file it was read from, for faults.
    pub file: String,
    /// What the collection is about: a paragraph for the cover.
    pub about: Titles,
    /// Counts of persons below this number are not printed by region or agency; `None` = the office prints all.
    pub confidential_below: Option<u32>,
    pub key_figures: Vec<KeyFigureTemplate>,
    pub chapters: Vec<ChapterTemplate>,
    /// Definitions and remarks that every copy carries.
    pub notes: Vec<Titles>,
}

/// A figure of the summary page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigureTemplate {
    pub titles: Titles,
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
    /// Why the collection draws on this form.
    pub reason: Titles,
    pub tables: Vec<TableTemplate>,
    pub line: usize,
}

/// A table, or one table for each place where its kind shows one place at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTemplate {
    /// Unique within the collection.
    pub id: String,
    pub titles: Titles,
    pub kind: TableKind,
    pub section: SectionId,
    pub rows: Pick<RowCode>,
    pub columns: Pick<ColumnCode>,
    /// Of a structure: the place that the shares are shares of; `None` = the first place shown.
    pub whole: Option<(RowCode, ColumnCode)>,
    /// Of regions: whether the level per 10,000 inhabitants is shown.
    pub per_capita: bool,
    pub chart: bool,
    /// Printed under the table.
    pub note: Option<Titles>,
    pub line: usize,
}

/// What a table sets side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// Places of the form: the period, АППГ, change, change in %.
    Dynamics,
    /// One place, region by region: the period, АППГ, change, level per 10,000, share, rank.
    Regions,
    /// One place, agency by agency.
    Agencies,
    /// Places of the form as shares of a whole.
    Structure,
    /// Places of the form in the quarter alone, by subtraction of cumulative figures.
    Quarter,
    /// Places of the form over five years.
    Series,
    /// Rows of the form down, its columns across: a section of the form, of the republic.
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
    /// The first of them: for forms whose structure is not known for sure.
    First(usize),
    Codes(Vec<C>),
}

impl TableKind {
    /// Whether the kind shows one place at a time, so that each place is a table of its own.
    #[must_use]
    pub const fn is_of_one_place(self) -> bool {
        matches!(self, Self::Regions | Self::Agencies)
    }

    /// Whether the kind shows one column of the form at a time, so that each column is a table of its own.
    #[must_use]
    pub const fn is_of_one_column(self) -> bool {
        matches!(self, Self::RegionsAcross | Self::AgenciesAcross)
    }

    /// Whether every cell of a line is another place of a form: the figures of one period, crossed.
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
    /// The codes picked out of those that there are.
    pub fn from_known<'a>(&'a self, known: impl Iterator<Item = &'a C>) -> Vec<C> {
        match self {
            Self::All => known.cloned().collect(),
            Self::First(count) => known.take(*count).cloned().collect(),
            Self::Codes(codes) => codes.clone(),
        }
    }

    /// The codes that are named one by one.
    #[must_use]
    pub fn named(&self) -> &[C] {
        match self {
            Self::All | Self::First(_) => &[],
            Self::Codes(codes) => codes,
        }
    }
}

impl CollectionTemplate {
    /// The forms that the collection draws on, each once, in the order of its chapters.
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
