//! Laying out a page: rows one under another, widths that fit, texts broken where the page ends.

use super::{
    Brief, font_metrics,
    sheet::{CellContent, PageFit, PlannedCell, SheetPlan, Style},
};
use crate::theme::StyleRole;
use assemble::prose;
use words::texts;

/// Characters of columns across a page of A4, upright and lying, between the margins.
const PORTRAIT: f64 = 99.5;
pub const LANDSCAPE: f64 = 146.0;
/// Points down the same pages.
pub const PORTRAIT_DOWN: f64 = 745.0;
const LANDSCAPE_DOWN: f64 = 500.0;
/// Points of a row that has no height of its own: one line of the body font.
pub const LINE: f64 = 13.5;
/// What Excel adds to the width of each column, five pixels, in characters.
const EDGE: f64 = 5.0 / 7.0;
/// Lines of a page's header, and letters to a line beside the mark of sample data.
const HEADER_LINES: usize = 2;
const HEADER_WIDTH: f64 = 104.0;
/// A page is shrunk to this part of the scale that its width needs, before it is broken in two.
const SMALLEST: f64 = 0.72;
/// A page that would be shrunk to less than this is printed in landscape.
const SMALLEST_PORTRAIT: f64 = 0.80;

/// A sheet that grows downwards.
#[derive(Debug)]
pub struct Page {
    pub sheet: SheetPlan,
    next: u32,
    /// Characters that a text above or below the table has across.
    pub measure: f64,
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
        let measure = across(&sheet.widths);
        Self { sheet, next: 0, measure }
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

    /// Only the rows above the next one are printed, as wide as their texts.
    pub fn head_alone(&mut self) {
        let mut across = 0.0;
        let wide = |width: &f64| {
            across += width + EDGE;
            across >= self.measure
        };
        let last = self.sheet.widths.iter().position(wide).unwrap_or(self.sheet.widths.len().saturating_sub(1));
        self.sheet.head_alone = Some((last as u16, self.next.saturating_sub(1)));
    }

    /// Leaves rows empty.
    pub const fn skip(&mut self, rows: u32) {
        self.next += rows;
    }

    /// Puts a cell into the row that comes next.
    pub fn put(&mut self, column: u16, content: CellContent, style: Style) {
        self.sheet.cells.push(PlannedCell { row: self.next, column, content, style });
    }

    /// A text in a row of its own, broken into several where it is longer than the page is wide. It flows over the
    /// empty cells to its right, so that nothing is merged.
    pub fn line(&mut self, role: StyleRole, size: f64, text: &str) {
        let (bold, width) = (is_bold(role), self.measure * 10.0 / size);
        let lines = match role {
            StyleRole::CoverTitle | StyleRole::CoverTitleLong | StyleRole::Title => {
                font_metrics::balanced(text, width, bold)
            }
            _ => font_metrics::broken(text, width, bold),
        };
        for line in lines {
            self.put(0, CellContent::Text(line), Style::of(role));
            if size > 10.0 {
                self.height((size * 1.32).round());
            }
            self.next += 1;
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

    /// Fits a table and the rows below it on one page if it stays readable, else breaks before `below`.
    /// Heights are in points.
    pub fn fit(&mut self, above: f64, below_row: u32, below: f64) {
        let (across, down) = if self.sheet.landscape { (LANDSCAPE, LANDSCAPE_DOWN) } else { (PORTRAIT, PORTRAIT_DOWN) };
        let by_width = (across / self.across()).min(1.0);
        let by_height = down / (above + below);
        if by_height >= by_width * SMALLEST {
            self.sheet.fit = PageFit::OnePage;
            return;
        }
        // A table that is a little too long is shrunk rather than continued on a page of two lines.
        let alone = down / above;
        let scale = if (by_width * SMALLEST..by_width).contains(&alone) { alone } else { by_width };
        self.sheet.one_page_table = alone >= scale;
        if below > 0.0 {
            self.sheet.fit = PageFit::Scale((scale * 100.0).floor().clamp(10.0, 100.0) as u16);
            self.sheet.breaks.push(below_row);
        }
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
    let lines = font_metrics::balanced(title, HEADER_WIDTH, false);
    let title = if lines.len() > HEADER_LINES { shortened(title, 150) } else { title.to_owned() };
    let lines: Vec<String> = font_metrics::balanced(&title, HEADER_WIDTH, false).iter().map(|l| escaped(l)).collect();
    format!("&L&8{}{}", lines.join("\n"), marked(brief))
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
