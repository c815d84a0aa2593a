//! Laying out a page: rows one under another, widths that fit, each text in one cell.

use super::{
    Brief, font_metrics,
    sheet::{CellContent, Merged, PlannedCell, SheetPlan, Style},
};
use crate::theme::StyleRole;
use assemble::prose;
use words::texts;

/// Characters of columns across a page of A4, upright and lying, between the margins.
pub const PORTRAIT: f64 = 99.5;
pub const LANDSCAPE: f64 = 146.0;
/// Points down the same pages.
pub const PORTRAIT_DOWN: f64 = 745.0;
pub const LANDSCAPE_DOWN: f64 = 500.0;
/// Points of a row that has no height of its own: one line of the body font.
pub const LINE: f64 = 13.5;
/// What Excel adds to the width of each column, five pixels, in characters.
const EDGE: f64 = 5.0 / 7.0;
/// Lines of a page's header, and characters to a line: beside the mark of sample data, and without it. Where the font is
/// not installed, letters are up to a fifth wider.
const HEADER_LINES: usize = 2;
const BESIDE_MARK: f64 = 78.0;
const WITHOUT_MARK: f64 = 102.0;
/// Letters of a title that two such lines hold, and of one in the line above a sheet's name.
const HEADER_LETTERS: usize = 130;
const SIDEWAYS_LETTERS: usize = 110;
/// A text that takes more than this part of the page's width is given a line more: programs differ in the widths of
/// letters.
const ROOM: f64 = 0.97;
/// The most points of a row.
pub const TALLEST: f64 = 409.0;
/// A page that would be shrunk to less than this is printed in landscape.
const SMALLEST_PORTRAIT: f64 = 0.80;

/// A sheet that grows downwards.
#[derive(Debug)]
pub struct Page {
    pub sheet: SheetPlan,
    next: u32,
    /// Characters that a text above or below the table has across.
    measure: f64,
    /// The last column that such a text may take.
    last_column: u16,
}

impl Page {
    /// A page of columns of these widths.
    #[must_use]
    pub fn new(brief: &Brief<'_>, name: &str, widths: Vec<f64>) -> Self {
        let landscape = across(&widths) * SMALLEST_PORTRAIT > PORTRAIT;
        let sheet = SheetPlan {
            name: name.to_owned(),
            landscape,
            widths,
            page_header: page_header(brief),
            page_footer: page_footer(brief),
            ..SheetPlan::default()
        };
        Self::of(sheet)
    }

    /// A page of a sheet without rows.
    #[must_use]
    pub fn of(sheet: SheetPlan) -> Self {
        let (measure, columns) = (across(&sheet.widths), sheet.widths.len());
        Self { sheet, next: 0, measure, last_column: columns.saturating_sub(1) as u16 }
    }

    /// Lets texts above and below the table take the first columns only: those of its first page.
    pub fn narrow(&mut self, columns: usize) {
        self.measure = across(&self.sheet.widths[..columns]);
        self.last_column = columns.saturating_sub(1) as u16;
    }

    /// Characters across all columns.
    #[must_use]
    pub fn across(&self) -> f64 {
        across(&self.sheet.widths)
    }

    /// Points from the top down to the row that comes next.
    #[must_use]
    pub fn down(&self) -> f64 {
        let set: f64 = self.sheet.heights.iter().filter(|(row, _)| *row < self.next).map(|(_, height)| *height).sum();
        let heights = self.sheet.heights.iter().filter(|(row, _)| *row < self.next).count();
        set + (self.next as usize).saturating_sub(heights) as f64 * LINE
    }

    /// The row that comes next.
    #[must_use]
    pub const fn row(&self) -> u32 {
        self.next
    }

    /// Leaves rows empty.
    pub const fn skip(&mut self, rows: u32) {
        self.next += rows;
    }

    /// Puts a cell into the row that comes next.
    pub fn put(&mut self, column: u16, content: CellContent, style: Style) {
        self.sheet.cells.push(PlannedCell { row: self.next, column, content, style });
    }

    /// A text in a row of its own, in one cell. It flows over the empty cells to its right; where it is longer than the
    /// page is wide, they become one cell with it, in which it is broken into lines.
    pub fn line(&mut self, role: StyleRole, size: f64, text: &str) {
        let lines = font_metrics::lines_in(text, (self.measure - EDGE) * ROOM * 10.0 / size, is_bold(role));
        self.put(0, CellContent::Text(text.to_owned()), Style { wrap: lines > 1, ..Style::of(role) });
        if lines > 1 {
            self.merge(self.last_column);
        }
        if lines > 1 || size > 10.0 {
            let one = if size > 10.0 { (size * 1.32).round() } else { LINE };
            self.height((one * lines as f64).min(TALLEST));
        }
        self.next += 1;
    }

    /// Makes the cells of the next row one, from the first to this column.
    pub fn merge(&mut self, last: u16) {
        if last > 0 {
            self.sheet.merged.push(Merged { row: self.next, last });
        }
    }

    /// A text in one cell of the first column, as high as its lines.
    pub fn paragraph(&mut self, text: &str) {
        let width = self.sheet.widths.first().copied().unwrap_or_default();
        self.height(LINE * font_metrics::lines_in(text, width, false) as f64 + 4.0);
        self.put(0, CellContent::Text(text.to_owned()), Style::of(StyleRole::Paragraph));
        self.next += 1;
    }

    /// Gives the row that comes next a height of its own, in points.
    pub fn height(&mut self, points: f64) {
        self.sheet.heights.push((self.next, points));
    }

    /// Gives the row that comes next the height of so many lines of the body font.
    pub fn lines(&mut self, lines: usize) {
        if lines > 1 {
            self.height(LINE * lines as f64 + 2.0);
        }
    }

    /// A narrow gap.
    pub fn gap(&mut self) {
        self.space(5.0);
    }

    /// A gap of so many points.
    pub fn space(&mut self, points: f64) {
        self.height(points);
        self.next += 1;
    }

    /// A row of one link.
    pub fn link(&mut self, text: &str, sheet: &str) {
        let content = CellContent::Link { text: text.to_owned(), sheet: sheet.to_owned() };
        self.put(0, content, Style::of(StyleRole::Link));
        self.next += 1;
    }

    /// The finished sheet.
    #[must_use]
    pub fn finished(mut self) -> SheetPlan {
        self.sheet.last_row = self.next.saturating_sub(1).max(self.sheet.last_row);
        self.sheet
    }
}

fn across(widths: &[f64]) -> f64 {
    widths.iter().map(|width| width + EDGE).sum()
}

/// Bold letters are wider.
const fn is_bold(role: StyleRole) -> bool {
    matches!(
        role,
        StyleRole::Title | StyleRole::CoverTitle | StyleRole::CoverTitleLong | StyleRole::Heading | StyleRole::Kicker
    )
}

/// The collection's title over every page, in full where two lines hold it, and the mark of sample data.
fn page_header(brief: &Brief<'_>) -> String {
    let title = brief.book.titles.of(brief.language());
    let width = if brief.sample_mark().is_some() { BESIDE_MARK } else { WITHOUT_MARK };
    let lines = font_metrics::balanced(title, width, false);
    let title = if lines.len() > HEADER_LINES { shortened(title, HEADER_LETTERS) } else { title.to_owned() };
    let lines: Vec<String> = font_metrics::balanced(&title, width, false).iter().map(|l| escaped(l)).collect();
    format!("&L&8{}{}", lines.join("\n"), marked(brief))
}

/// The header of a table on several pages side by side, of which only the first has its title: with the sheet's name.
#[must_use]
pub fn sideways_header(brief: &Brief<'_>) -> String {
    let title = escaped(&shortened(brief.book.titles.of(brief.language()), SIDEWAYS_LETTERS));
    format!("&L&8{title}\n&A{}", marked(brief))
}

/// The mark of sample data alone: the header of a cover.
#[must_use]
pub fn marked(brief: &Brief<'_>) -> String {
    brief.sample_mark().map(|mark| format!("&R&\"-,Bold\"&9{mark}")).unwrap_or_default()
}

fn page_footer(brief: &Brief<'_>) -> String {
    let [page, of] = [texts::PAGE, texts::OF].map(|text| escaped(text.of(brief.lexicon)));
    let time = escaped(&prose::span(brief.book.period, brief.lexicon));
    format!("&L&8⟦copy⟧&C&8 {time}&R&8{page} &P {of} &N")
}

/// In a page header or footer an ampersand begins a code; a doubled one is an ampersand.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&&")
}

/// A text of at most so many characters, cut at a word.
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let at_word = cut.rfind(' ').filter(|at| *at > cut.len() / 2).map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", at_word.trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_text_ends_at_a_word() {
        assert_eq!(shortened("О работе судов, органов", 17), "О работе судов…");
        assert_eq!(shortened("коротко", 10), "коротко");
    }
}
