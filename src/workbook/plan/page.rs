//! Laying out a page: rows one under another, widths that fit, texts broken where the page ends.

use super::{
    Brief,
    sheet::{Content, PlannedCell, SheetPlan, Style, Waist},
    words,
};
use crate::{assemble::prose, workbook::theme::Role};

/// Characters of the body font across a page of A4, upright and lying, between the margins.
const PORTRAIT: f64 = 99.0;
pub const LANDSCAPE: f64 = 148.0;
/// Letters of a text to a digit's width: a line of text holds a little more than the digits that widths are measured in.
const LETTERS: f64 = 1.05;
/// A page is shrunk to this much of what its width asks for, before it is broken in two.
const SMALLEST: f64 = 0.72;
/// A page that lies is better than one that is shrunk to less than this.
const SMALLEST_PORTRAIT: f64 = 0.80;

/// A sheet that grows downwards.
#[derive(Debug)]
pub struct Page {
    pub sheet: SheetPlan,
    next: u32,
    /// Characters to a line, over all columns.
    pub measure: usize,
}

impl Page {
    /// A page of columns of these widths.
    #[must_use]
    pub fn new(brief: &Brief<'_>, name: &str, widths: Vec<f64>) -> Self {
        let total: f64 = widths.iter().sum();
        let landscape = total * SMALLEST_PORTRAIT > PORTRAIT;
        let sheet = SheetPlan {
            name: name.to_owned(),
            landscape,
            widths,
            page_header: page_header(brief),
            page_footer: page_footer(brief),
            ..SheetPlan::default()
        };
        Self { sheet, next: 0, measure: total as usize }
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
    pub fn put(&mut self, column: u16, content: Content, style: Style) {
        self.sheet.cells.push(PlannedCell { row: self.next, column, content, style });
    }

    /// A text in a row of its own, broken into several where it is longer than the page is wide. It flows over the
    /// empty cells to its right, so that nothing is merged.
    pub fn line(&mut self, role: Role, size: f64, text: &str) {
        // Bold letters are wider.
        let bold = matches!(role, Role::Title | Role::CoverTitle | Role::Heading);
        let letters = if bold { LETTERS / 1.12 } else { LETTERS };
        let characters = (self.measure as f64 * letters * 10.0 / size) as usize;
        for part in broken(text, characters.max(20)) {
            self.put(0, Content::Text(part), Style::of(role));
            if size > 10.0 {
                self.sheet.heights.push((self.next, (size * 1.4).round()));
            }
            self.next += 1;
        }
    }

    /// A narrow gap.
    pub fn gap(&mut self) {
        self.sheet.heights.push((self.next, 5.0));
        self.next += 1;
    }

    /// A row of one link.
    pub fn link(&mut self, text: &str, sheet: &str) {
        let content = Content::Link { text: text.to_owned(), sheet: sheet.to_owned() };
        self.put(0, content, Style::of(Role::Link));
        self.next += 1;
    }

    /// The finished sheet.
    #[must_use]
    pub fn finished(mut self) -> SheetPlan {
        self.sheet.last_row = self.next.saturating_sub(1).max(self.sheet.last_row);
        self.sheet
    }

    /// Fits a table and what stands below it on one page where it stays readable, else breaks before `below`.
    /// Heights are in points.
    pub fn fit(&mut self, above: f64, below_row: u32, below: f64) {
        let total: f64 = self.sheet.widths.iter().sum();
        let (across, down) = if self.sheet.landscape { (LANDSCAPE, 500.0) } else { (PORTRAIT, 745.0) };
        let by_width = (across / total).min(1.0);
        let by_height = down / (above + below);
        if by_height >= by_width * SMALLEST {
            self.sheet.waist = Waist::OnePage;
            return;
        }
        // A table that is a little too long is shrunk rather than continued on a page of two lines.
        let alone = down / above;
        let scale = if (by_width * SMALLEST..by_width).contains(&alone) { alone } else { by_width };
        self.sheet.one_page_table = alone >= scale;
        if below > 0.0 {
            self.sheet.waist = Waist::Scale((scale * 100.0).floor().clamp(10.0, 100.0) as u16);
            self.sheet.breaks.push(below_row);
        }
    }
}

fn page_header(brief: &Brief<'_>) -> String {
    let title: String = escaped(&shortened(brief.book.titles.of(brief.language), 90));
    let mark = brief.sample_mark().map(|m| format!("&R&\"-,Bold\"&9{m}")).unwrap_or_default();
    format!("&L&9{title}{mark}")
}

fn page_footer(brief: &Brief<'_>) -> String {
    let (page, of) = (words::PAGE.of(brief.language), words::OF.of(brief.language));
    let time = escaped(&prose::span(brief.book.period, brief.language));
    format!("&L&8⟦copy⟧&C&8 {time}&R&8{page} &P {of} &N")
}

/// In a page header or footer an ampersand opens a code; a doubled one stands for itself.
fn escaped(text: &str) -> String {
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

/// A text in lines of at most so many characters, broken at blanks.
#[must_use]
pub fn broken(text: &str, characters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut length = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        match lines.last_mut() {
            Some(line) if length + 1 + width <= characters => {
                line.push(' ');
                line.push_str(word);
                length += 1 + width;
            }
            _ => {
                lines.push(word.to_owned());
                length = width;
            }
        }
    }
    lines
}

/// How many lines a text takes in a column of so many characters.
#[must_use]
pub fn lines_in(text: &str, width: f64) -> usize {
    broken(text, (width * 1.03).max(4.0) as usize).len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_broken_at_blanks() {
        assert_eq!(broken("а бв где", 4), ["а бв", "где"]);
        assert_eq!(broken("оченьдлинноеслово", 4), ["оченьдлинноеслово"]);
        assert_eq!(broken("", 4), [""]);
    }

    #[test]
    fn a_shortened_text_ends_at_a_word() {
        assert_eq!(shortened("О работе судов, органов", 17), "О работе судов…");
        assert_eq!(shortened("коротко", 10), "коротко");
    }
}
