//! Crossed tables on paper: many narrow columns, on several pages where one page cannot hold them in a readable size.

use super::{
    page::{LANDSCAPE, Page, shortened},
    sheet::{Crossed, PageFit},
};
use assemble::{Across, ColumnRole, Kind, Table, labels};
use domain::{Language, TableKind, Titles};
use words::{Lexicon, texts};

/// Heads are cut beyond this length, and printed in full below the table. A table of a workbook takes 255 letters.
const LONGEST_HEAD: usize = 96;
/// Pages are not shrunk below this: smaller letters are not readable.
const SMALLEST: f64 = 0.66;
/// Characters across a landscape page, with room for programs that draw letters wider.
const ACROSS: f64 = LANDSCAPE * 0.95;
/// What a column is wider than its content, in characters: five pixels, where a digit takes seven.
const PADDING: f64 = 0.71;
/// The width of a portrait page relative to that.
const UPRIGHT: f64 = 0.66;
/// Points between the margins of a landscape page, and of a portrait one.
const DOWN: f64 = 470.0;
const DOWN_UPRIGHT: f64 = 715.0;
/// Labels are broken beyond this width.
const WIDEST_LABEL: f64 = 46.0;

/// Whether a table is a crossed one.
#[must_use]
pub const fn is_crossed(table: &Table) -> bool {
    matches!(table.kind, Kind::Of(kind) if kind.is_cross())
}

/// The number of columns before the figures: the label, the unit of measure where it differs, the code.
#[must_use]
pub fn stub(table: &Table) -> usize {
    table.columns.iter().take_while(|c| matches!(c.role, ColumnRole::Label | ColumnRole::Text)).count()
}

/// Whether the heads of its figures are turned upright: many regions, few digits.
#[must_use]
pub const fn is_turned(table: &Table) -> bool {
    matches!(table.kind, Kind::Of(TableKind::RegionsAcross))
}

/// The head of a column, cut where it is long; the mark of its language is never cut off.
fn head(header: &Titles, language: Language) -> String {
    if header.has(language) || header.ru.is_empty() {
        return shortened(header.of(language), LONGEST_HEAD);
    }
    let cut = Titles::ru(shortened(&header.ru, LONGEST_HEAD));
    labels::in_language(&cut, language)
}

/// The heads of the table, no two of them alike in any case, also after cutting.
#[must_use]
pub fn heads(table: &Table, language: Language) -> Vec<String> {
    labels::told_apart(table.columns.iter().map(|column| head(&column.header, language)))
}

/// The heads that the table cuts, in full.
pub fn in_full(table: &Table, lexicon: &Lexicon) -> impl Iterator<Item = String> {
    let language = lexicon.language();
    let crossed = table.columns.iter().filter(|c| c.across.is_some());
    crossed.filter(move |c| head(&c.header, language) != labels::in_language(&c.header, language)).map(move |c| {
        let full = labels::in_language(&c.header, language);
        match c.across {
            Some(Across::Column(..)) => format!("{} {full}", texts::COLUMN.of(lexicon)),
            _ => full,
        }
    })
}

/// The width of a column whose longest figure and whose longest word in the head have so many letters.
#[must_use]
pub fn width(table: &Table, role: ColumnRole, longest: f64, word: f64, deepest: f64) -> f64 {
    match role {
        ColumnRole::Label => (longest * 1.02 + 2.0 + deepest).clamp(24.0, WIDEST_LABEL),
        ColumnRole::Text => (longest + 2.0).max(word * 1.15 + 2.0),
        ColumnRole::Marks => longest.max(word) + 3.0,
        _ if is_turned(table) => (longest * 1.05 + 1.8).max(7.0),
        ColumnRole::Value(_) if table.columns.len() > 8 => (longest * 1.1 + 2.0).max(14.0),
        _ => (longest * 1.1 + 2.0).max(word * 1.15 + 2.0),
    }
}

/// The height of upright heads: their longest word, or half of them where that is more.
#[must_use]
pub fn turned_height(heads: &[String], stub: usize) -> f64 {
    let letters = |head: &String| {
        let word = head.split([' ', '\u{a0}']).map(|w| w.chars().count()).max().unwrap_or(0);
        word.max(head.chars().count().div_ceil(2) + 2)
    };
    heads.iter().skip(stub).map(letters).max().unwrap_or(0) as f64 * 6.4 + 12.0
}

/// The pages of a crossed table.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The first column of each page but the first.
    breaks: Vec<u32>,
    /// The width of the widest page, with the columns that are repeated on every page.
    widest: f64,
    /// The width of the first page.
    first: f64,
    /// The width of the columns that are repeated on every page.
    stub: f64,
}

/// A stub of so many characters holds the texts above a table.
const WIDE_STUB: f64 = 42.0;

impl Layout {
    /// The width for the texts above the table. On pages side by side they are repeated with the stub, as far as it
    /// reaches.
    #[must_use]
    pub fn measure(&self) -> f64 {
        if self.breaks.is_empty() || self.stub < WIDE_STUB { self.first } else { self.stub }
    }
}

/// Divides the columns among pages of about the same width, so that no page has just two columns.
#[must_use]
pub fn layout(table: &Table, widths: &[f64]) -> Layout {
    let first = stub(table);
    let padded: Vec<f64> = widths.iter().map(|width| width + PADDING).collect();
    let (stub, figures) = padded.split_at(first);
    let (stub, total): (f64, f64) = (stub.iter().sum(), figures.iter().sum());
    let room = ACROSS / SMALLEST - stub;
    let pages = (total / room).ceil().max(1.0);
    let (mut breaks, mut pages_wide, mut taken) = (Vec::new(), Vec::new(), 0.0);
    for (place, width) in figures.iter().enumerate() {
        let full = taken + width / 2.0 > total / pages && (breaks.len() as f64) < pages - 1.0;
        if taken > 0.0 && (full || taken + width > room) {
            breaks.push((first + place) as u32);
            pages_wide.push(stub + taken);
            taken = 0.0;
        }
        taken += width;
    }
    pages_wide.push(stub + taken);
    let widest = pages_wide.iter().copied().fold(0.0, f64::max);
    Layout { breaks, widest, first: pages_wide[0], stub }
}

/// Sets the pages of the table: several side by side where it is wide, and one from top to bottom where a table that is
/// a little too tall can be shrunk to fit. `tall` is in points.
pub fn lay(table: &Table, page: &mut Page, layout: Layout, tall: f64) {
    let (first, by_width) = (stub(table), ACROSS / layout.widest);
    let (across, down) = if page.sheet.landscape { (by_width, DOWN) } else { (by_width * UPRIGHT, DOWN_UPRIGHT) };
    let by_width = across.min(1.0);
    let by_height = down / tall;
    let scale = if (SMALLEST..by_width).contains(&by_height) { by_height } else { by_width };
    if layout.breaks.is_empty() && by_height < SMALLEST {
        page.sheet.fit = PageFit::Width;
    } else if layout.breaks.is_empty() {
        page.sheet.fit = PageFit::OnePage;
    } else {
        page.sheet.fit = PageFit::Scale((scale * 100.0).floor() as u16);
    }
    let (stub, codes) = (first as u16, first.saturating_sub(1) as u16);
    page.sheet.crossed = Some(Crossed { stub, turned: is_turned(table), breaks: layout.breaks });
    page.sheet.codes = Some(codes);
}
