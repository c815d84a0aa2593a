//! A collection as plain data: what each page says, in every language, with exact figures.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use super::mark::Mark;
use super::{
    across::Across,
    analysis::Analysis,
    chart::Chart,
    labels,
    map::UnitMap,
    percentages::{Growth, Level},
    prose,
};
use domain::{
    Agency, CollectionId, Finding, FormId, Measure, Number, Origin, Period, Place, SectionId, Severity, TableKind,
    Tally, Titles, Unit,
};
use words::{Dictionary, Lexicon, texts};

/// A collection, assembled, of which a workbook is drawn in each language.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub collection: CollectionId,
    pub titles: Titles,
    pub period: Period,
    pub revision: u32,
    /// The number of the supplement; 0 for the collection itself.
    pub supplement: u32,
    pub origin: Origin,
    pub cover: Cover,
    /// What changed since the issue that the reader holds; not a part of the content.
    pub changes: Option<Table>,
    /// Which issue that is, and where its changes are.
    pub since: Option<Since>,
    pub summary: Table,
    pub analysis: Option<Analysis>,
    pub chapters: Vec<Chapter>,
    pub notes: Vec<NoteGroup>,
    pub quality: Quality,
    /// Why some tables are not printed.
    pub unprinted: Option<Titles>,
    /// The most pages of a table that is printed.
    pub pages: Option<u32>,
}

/// The issue that a reader holds already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    pub revision: u32,
    /// For each line of the table of changes: the table, and the line and column of its figure as it is now.
    pub cells: Vec<(String, Option<(usize, usize)>)>,
}

/// What the cover has beside the title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    pub about: Titles,
    /// The act and the clause, and whether the act is in force.
    pub act: Titles,
    pub act_remark: Option<Titles>,
    /// The day the collection was due, and why that day.
    pub due: Titles,
    /// The day of the next issue and its months; `None` where it is not known.
    pub next: Option<Titles>,
    pub generated_for: NaiveDate,
    pub office: Titles,
    pub contact: Vec<String>,
    /// Why this revision was made; `None` on the first issue.
    pub revision_reason: Option<String>,
    /// There is an error finding that no person has let pass.
    pub draft: bool,
    /// The number of forms in the collection, and how many of them came as a whole.
    pub forms_expected: usize,
    pub forms_come: usize,
    pub missing: Vec<Missing>,
}

/// A form that has not come: at all, from some regions or agencies, or for a period of comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub form: FormId,
    /// The form's designation and title.
    pub name: Titles,
    /// Whose documents are missing, where others came: `нет регионов: 1 из 20 (г. Астана)`; for a comparison, its
    /// periods.
    pub whose: Option<Titles>,
    pub reason: Titles,
    pub due: Option<NaiveDate>,
    /// The earlier period that is shown instead, marked `[p]`.
    pub stand_in: Option<Period>,
    /// Only a comparison is missing: the period's own figures are there.
    pub compared: bool,
}

/// What the collection takes from one form.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    pub id: String,
    /// 1-based.
    pub number: usize,
    pub titles: Titles,
    pub form: FormId,
    pub form_name: Titles,
    /// The form's designation; empty where it has none.
    pub designation: Titles,
    pub reason: Titles,
    /// Why the chapter has no figures; its one table then gives the reason.
    pub missing: Option<Missing>,
    pub tables: Vec<Table>,
}

/// A table with the texts above and below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Unique within the book: `by-region`, `by-region-2`.
    pub id: String,
    /// `1.2`; empty for tables that are not numbered.
    pub number: String,
    pub kind: Kind,
    pub title: Titles,
    /// A short title for the name of the sheet; empty in a language without one.
    pub short: Titles,
    /// The place and the time: `Республика Казахстан, январь–июнь 2025 года`.
    pub scope: Titles,
    /// The main facts of the table, in sentences of about a line.
    pub sentences: Vec<Titles>,
    pub source: Titles,
    pub measure: Titles,
    pub origin: Option<TableOrigin>,
    pub columns: Vec<TableColumn>,
    pub lines: Vec<Line>,
    /// The whole that the table's shares are computed of.
    pub whole: Option<LineKey>,
    pub notes: Vec<Titles>,
    pub chart: Option<Chart>,
    pub map: Option<UnitMap>,
    /// Whether it is printed.
    pub printed: bool,
}

impl Book {
    /// Which issue it is, in words.
    #[must_use]
    pub fn issue(&self, lexicon: &Lexicon) -> String {
        match (self.revision, &self.cover.revision_reason) {
            (0, None) => texts::FIRST_ISSUE.of(lexicon).to_owned(),
            // A supplement has its number in its title.
            (0, Some(reason)) => reason.clone(),
            (revision, None) => lexicon.revised_issue(&revision),
            (revision, Some(reason)) => format!("{}: {reason}", lexicon.revised_issue(&revision)),
        }
    }
}

impl Table {
    /// The columns of figures of a period, the oldest period first.
    #[must_use]
    pub fn years(&self) -> Vec<(Period, usize)> {
        let columns = self.columns.iter().enumerate();
        let mut years: Vec<(Period, usize)> = columns
            .filter_map(|(place, column)| match column.role {
                ColumnRole::Value(period) => Some((period, place)),
                _ => None,
            })
            .collect();
        years.sort_unstable_by_key(|(period, _)| *period);
        years
    }
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Summary,
    Of(TableKind),
    /// In place of a chapter whose form has not come, or of a table that cannot be filled.
    Missing,
    /// What changed since an earlier issue.
    Changes,
}

/// Where a table's figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOrigin {
    pub form: FormId,
    pub section: SectionId,
    /// The form's period shown; an earlier one where the figures are provisional.
    pub period: Period,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    pub header: Titles,
    pub role: ColumnRole,
    /// What the cells of a crossed table's column are about, beyond their lines.
    pub across: Option<Across>,
}

/// What a column holds; decides widths and number formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnRole {
    /// The stub: what the line is about.
    Label,
    /// A short text.
    Text,
    /// Figures of a period.
    Value(Period),
    /// Differences of figures: printed with their sign.
    Change,
    /// Growth in per cent.
    Growth,
    /// Per 10,000 inhabitants.
    Rate,
    /// Per cent of a whole.
    Share,
    /// Difference of two shares, in percentage points.
    Points,
    Rank,
    /// The class of a region on a map, the lowest first.
    Class,
    /// Figures of two issues side by side.
    Compared,
    /// Shorthand that goes with the line's figures.
    Marks,
}

/// A line of a table: as many cells as the table has columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub weight: Weight,
    /// How far the label is set in.
    pub depth: u8,
    pub measure: Measure,
    pub key: Option<LineKey>,
    pub cells: Vec<Cell>,
    /// The columns of a crossed table whose figures were corrected. Other tables mark a line as a whole.
    pub revised: Vec<usize>,
}

/// How a line is set off from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Plain,
    /// The whole that the other lines are parts of.
    Total,
    /// Set apart under the others: regions regrouped to earlier borders.
    Aside,
}

/// Which figures a line is made of: the sum over units of one place of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineKey {
    pub form: FormId,
    pub place: Place,
    pub agency: Agency,
    /// The units whose figures are added up, by years before the period shown: where borders changed, those of the
    /// time.
    pub units: [Vec<Unit>; 5],
    /// The form's period shown now.
    pub period: Period,
    /// Only the quarter that the period ends with: the cumulative figure less that of the quarter before.
    pub quarter: bool,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(Titles),
    /// The same in every language: a code, an id.
    Code(String),
    Number(Number),
    /// A decimal of one place, in tenths.
    Tenths(i64),
    /// Per 10,000 inhabitants.
    Level(Level),
    Growth(Growth),
    /// A place in an order: a rank, or a class.
    Rank(u32),
    Absent(Mark),
}

impl Cell {
    /// The cell as a text; `None` where it is absent.
    #[must_use]
    pub fn said(&self, lexicon: &Lexicon) -> Option<String> {
        match self {
            Self::Text(titles) => Some(labels::in_language(titles, lexicon.language())),
            Self::Code(code) => Some(code.clone()),
            Self::Number(number) => Some(prose::number(*number, lexicon)),
            Self::Tenths(tenths) => Some(prose::tenths(*tenths, lexicon)),
            Self::Level(level) => Some(prose::level(*level, lexicon)),
            Self::Growth(growth) => Some(prose::growth(*growth, lexicon)),
            Self::Rank(rank) => Some(rank.to_string()),
            Self::Absent(_) => None,
        }
    }

    /// The value that a picture shows.
    #[must_use]
    pub fn worth(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.as_f64()),
            Self::Tenths(tenths) => Some(*tenths as f64 / 10.0),
            Self::Level(level) => Some(level.as_f64()),
            _ => None,
        }
    }
}

/// Notes under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteGroup {
    pub title: Titles,
    pub notes: Vec<Titles>,
}

/// What the checks found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    pub tally: Tally,
    /// What readers read: a paragraph for each rule that was broken.
    pub paragraphs: Vec<QualityParagraph>,
    /// The findings one by one, for the list beside the book.
    pub findings: Vec<Finding>,
    pub overrides: Vec<LetPass>,
}

/// What the checks found by one rule, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityParagraph {
    pub severity: Severity,
    pub text: Titles,
    /// How many findings it is about.
    pub findings: usize,
}

/// What a named person let pass, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetPass {
    pub what: Titles,
    pub by: String,
    pub reason: String,
}

/// A rule whose findings a named person let pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub rule: String,
    pub by: String,
    pub reason: String,
}

impl Book {
    /// Every table with figures or with the reason why there are none, in the order of the book.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.key_figures().into_iter().chain(self.chapters.iter().flat_map(|c| &c.tables))
    }

    /// The key figures; a supplement may have none.
    #[must_use]
    pub fn key_figures(&self) -> Option<&Table> {
        Some(&self.summary).filter(|summary| !summary.lines.is_empty())
    }

    /// The book with a sheet of what changed since the issue `old`, which the reader holds.
    #[must_use]
    pub fn with_changes_since(mut self, old: &Self, words: &Dictionary) -> Self {
        let changes = super::changes::changes(old, &self, words);
        self.changes = Some(super::changes::table(&self, old.revision, &changes, words));
        let cells = changes.iter().map(|change| (change.table.clone(), change.at)).collect();
        self.since = Some(Since { revision: old.revision, cells });
        self
    }

    /// Whether the book has no figure at all.
    #[must_use]
    pub fn is_without_figures(&self) -> bool {
        let cells = self.chapters.iter().flat_map(|c| &c.tables).flat_map(|t| &t.lines).flat_map(|l| &l.cells);
        let mut cells = cells.chain(self.summary.lines.iter().flat_map(|l| &l.cells));
        !cells.any(|cell| matches!(cell, Cell::Number(_) | Cell::Tenths(_) | Cell::Level(_) | Cell::Growth(_)))
    }

    /// Whether figures are missing that the collection should have.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        !self.cover.missing.is_empty()
    }
}
