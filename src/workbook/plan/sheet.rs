//! One sheet as plain data.

use crate::theme::StyleRole;
use assemble::{ChartKind, ColumnRole, OutlinePicture, Side};

/// A sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SheetPlan {
    pub name: String,
    pub cells: Vec<PlannedCell>,
    /// Widths of the columns from the first on, in characters.
    pub widths: Vec<f64>,
    pub table: Option<TablePlan>,
    pub landscape: bool,
    /// How the print is made to fit.
    pub fit: PageFit,
    /// The header of every page: the collection, and a mark of sample data.
    pub page_header: String,
    pub page_footer: String,
    /// First row that scrolls, where the header is frozen.
    pub frozen_rows: Option<u32>,
    pub frozen_columns: u16,
    /// Heights that differ from the default, in points.
    pub heights: Vec<(u32, f64)>,
    pub charts: Vec<ChartPlan>,
    pub images: Vec<ImagePlan>,
    pub sparks: Vec<SparkPlan>,
    /// The first row of a page that must begin anew.
    pub breaks: Vec<u32>,
    /// The table is on one page, so its header is not repeated over the rows that follow on another.
    pub one_page_table: bool,
    /// On the sheet of charts' figures: the figures of tables that its lines repeat.
    pub repeated: Vec<Repeated>,
    /// How a crossed table lies on its pages.
    pub crossed: Option<Crossed>,
    /// Rows above and below the table in which a text takes more than one cell.
    pub merged: Vec<Merged>,
    /// The column of codes in the table: digits that are not numbers.
    pub codes: Option<u16>,
    /// The last row that is printed.
    pub last_row: u32,
    /// Why the sheet is not printed.
    pub unprinted: Option<String>,
}

/// The cells of a row from the first one on, made one, because their text is longer than a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    pub row: u32,
    /// The last of the cells.
    pub last: u16,
}

impl SheetPlan {
    /// Whether the sheet has a chart or a picture.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !self.charts.is_empty() || !self.images.is_empty()
    }
}

/// A table of many columns on several pages side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crossed {
    /// Columns that are repeated on every page.
    pub stub: u16,
    /// The heads of figures are turned upright.
    pub turned: bool,
    /// The first column of each page after the first. Those pages have the table alone, without the texts around it.
    pub breaks: Vec<u32>,
}

/// A line of the sheet of charts' figures, and the figure of a table that it repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    pub row: u32,
    /// The table's id.
    pub table: String,
    pub line: usize,
    pub role: ColumnRole,
}

/// How a sheet fits its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageFit {
    /// As wide as a page, as long as it is.
    #[default]
    Width,
    /// All on one page.
    OnePage,
    /// Shrunk to so many per cent, so that page breaks set by hand hold.
    Scale(u16),
}

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedCell {
    pub row: u32,
    pub column: u16,
    pub content: CellContent,
    pub style: Style,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum CellContent {
    Text(String),
    Number(f64),
    /// The figure of a chart that is not there: `#N/A`. A chart would draw a text as zero.
    NotThere,
    /// A text that leads to the first cell of a sheet.
    Link {
        text: String,
        sheet: String,
    },
    /// Nothing but its style.
    Blank,
}

/// How a cell looks: its role, what is laid over it, its number format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Style {
    pub role: StyleRole,
    /// A second role laid over the first: the look of a total line over that of a figure.
    pub over: Option<StyleRole>,
    pub format: CellFormat,
    pub indent: u8,
    pub right: bool,
    /// Broken into lines, also where the role is not.
    pub wrap: bool,
}

impl Style {
    #[must_use]
    pub const fn of(role: StyleRole) -> Self {
        Self { role, over: None, format: CellFormat::General, indent: 0, right: false, wrap: false }
    }
}

/// A number format; the language decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum CellFormat {
    #[default]
    General,
    /// Whole numbers in groups of three.
    Whole,
    /// One decimal.
    Tenth,
    Hundredth,
    Thousandth,
    /// The same with their sign.
    SignedWhole,
    SignedTenth,
}

impl CellFormat {
    /// The format of levels of so many places.
    #[must_use]
    pub const fn of_places(places: u8) -> Self {
        match places {
            0 | 1 => Self::Tenth,
            2 => Self::Hundredth,
            _ => Self::Thousandth,
        }
    }
}

/// The one table of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePlan {
    pub name: String,
    /// The row of the header.
    pub top: u32,
    pub lines: u32,
    pub columns: Vec<String>,
    pub filter: bool,
    /// A description of the table, for persons who do not see it.
    pub alt: String,
    /// Columns whose headers are aligned to the right, as their figures are.
    pub right: Vec<bool>,
}

impl TablePlan {
    /// The indentation of a column's head and texts: without it a left-aligned text would touch the right-aligned
    /// figures beside it.
    #[must_use]
    pub fn indent(&self, column: usize) -> u8 {
        let right = |column: usize| self.right.get(column).copied().unwrap_or_default();
        u8::from(column > 0 && right(column - 1) && !right(column))
    }
}

/// A range of cells in one column of another sheet, first and last row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    pub sheet: String,
    pub column: u16,
    pub first: u32,
    pub last: u32,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartPlan {
    pub row: u32,
    pub kind: ChartKind,
    pub title: String,
    pub alt: String,
    /// What the axis of values counts.
    pub axis: String,
    pub pictures: Vec<Picture>,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// Between bars, in per cent of a bar.
    pub gap: u16,
    pub format: CellFormat,
}

/// A series of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub title: String,
    pub categories: Range,
    pub values: Range,
    /// Of a curve: the sides on which the figures of its first and its last point are written.
    pub ends: [Option<Side>; 2],
}

/// A picture of outlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePlan {
    pub row: u32,
    pub alt: String,
    /// On the sheet, in pixels. The picture itself is larger.
    pub width: u32,
    pub height: u32,
    pub picture: OutlinePicture,
    /// For each outline its shade and the two lines of its label.
    pub looks: Vec<(StyleRole, [String; 2])>,
}

impl ImagePlan {
    /// Pixels of a label in the picture: room for a number over a numeral.
    pub const LABEL: (i32, i32) = (60, 67);
}

/// Small bars in a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct SparkPlan {
    pub row: u32,
    pub column: u16,
    pub values: Range,
    /// The largest of the values.
    pub most: f64,
}
