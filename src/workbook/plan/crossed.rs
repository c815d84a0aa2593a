//! Crossed tables on paper: many narrow columns, on several pages where one page cannot hold them in a readable size.

use super::{
    font_metrics::characters,
    page::{LANDSCAPE, Page},
    sheet::{Crossed, PageFit},
};
use assemble::{Across, ColumnRole, Kind, Table, labels};
use domain::{Language, TableKind, Titles};
use words::{Lexicon, texts};

/// Heads are cut beyond this length, and printed in full below the table. A table of a workbook takes 255 letters, with
/// the mark of a language and a number that tells heads apart.
const LONGEST_HEAD: usize = 240;
/// The most lines of a long head. Its column is as wide as that needs, up to a width.
const HEAD_LINES: f64 = 12.0;
const WIDEST_HEAD: f64 = 26.0;
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

/// The head of a column, cut where it is too long for a table of a workbook; the mark of its language is never cut off.
fn head(header: &Titles, language: Language) -> String {
    if header.has(language) || header.ru.is_empty() {
        return cut(header.of(language));
    }
    let cut = Titles::ru(cut(&header.ru));
    labels::in_language(&cut, language)
}

/// A head of at most so many letters. Heads of a form differ in their last words, so the first ones are left out,
/// except the number of the column.
fn cut(head: &str) -> String {
    if head.chars().count() <= LONGEST_HEAD {
        return head.to_owned();
    }
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let (number, words) = match head.split_once(". ").filter(|(number, _)| is_number(number)) {
        Some((number, words)) => (format!("{number}. "), words),
        None => (String::new(), head),
    };
    let most = LONGEST_HEAD - 1 - number.chars().count().min(LONGEST_HEAD - 1);
    let end: String = words.chars().skip(words.chars().count().saturating_sub(most)).collect();
    let end = end.split_once(' ').map_or(end.as_str(), |(_, whole)| whole);
    format!("{number}…{end}")
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
pub fn width(table: &Table, role: ColumnRole, longest: f64, (head, word): (&str, f64), deepest: f64) -> f64 {
    match role {
        ColumnRole::Label => (longest * 1.02 + 2.0 + deepest).clamp(24.0, WIDEST_LABEL),
        ColumnRole::Text => (longest + 2.0).max(word * 1.15 + 2.0),
        ColumnRole::Marks => longest.max(word) + 3.0,
        _ if is_turned(table) => (longest * 1.05 + 1.8).max(7.0),
        ColumnRole::Value(_) if table.columns.len() > 8 => {
            let of_head = (characters(head, true) / HEAD_LINES).max(word) + BESIDE_WORD;
            (longest * 1.1 + 2.0).max(of_head.min(WIDEST_HEAD)).max(14.0)
        }
        _ => (longest * 1.1 + 2.0).max(word * 1.15 + 2.0),
    }
}

/// Room beside the longest word of a head, in characters: with less, programs break the word.
const BESIDE_WORD: f64 = 1.8;

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
}

impl Layout {
    /// The number of columns on the first page, where there are several pages side by side.
    #[must_use]
    pub fn first_page(&self) -> Option<usize> {
        self.breaks.first().map(|column| *column as usize)
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
    Layout { breaks, widest }
}

/// Sets the pages of the table: several side by side where it is wide. It is shrunk where that saves pages: so that the
/// table fits from top to bottom, or so that it takes no more pages than `most`. `notes` is the row after the table.
/// Returns the number of pages.
pub fn lay(table: &Table, page: &mut Page, layout: Layout, notes: u32, most: Option<u32>) -> usize {
    let (first, by_width) = (stub(table), ACROSS / layout.widest);
    let (across, down) = if page.sheet.landscape { (by_width, DOWN) } else { (by_width * UPRIGHT, DOWN_UPRIGHT) };
    let by_width = across.min(1.0);
    let by_height = down / page.down();
    let beside = layout.breaks.len();
    let (stub, codes) = (first as u16, first.saturating_sub(1) as u16);
    page.sheet.crossed = Some(Crossed { stub, turned: is_turned(table), breaks: layout.breaks });
    page.sheet.codes = Some(codes);
    if beside == 0 && by_height >= SMALLEST {
        page.sheet.fit = PageFit::OnePage;
        return 1;
    }
    let (top, end) = (page.sheet.table.as_ref().map_or(0, |table| table.top), page.row());
    let pages =
        |page: &Page, scale: f64| page.pages(0..end, down / scale) + beside * page.pages(top..notes, down / scale);
    let smaller = [by_height, down / page.tall(top..notes)].into_iter().filter(|s| (SMALLEST..by_width).contains(s));
    let fewest = |a: &f64, b: &f64| pages(page, *a).cmp(&pages(page, *b)).then(b.total_cmp(a));
    let mut scale = std::iter::once(by_width).chain(smaller).min_by(fewest).unwrap_or(by_width);
    let too_many = |scale: f64| most.is_some_and(|most| pages(page, scale) > most as usize);
    if SMALLEST < scale && too_many(scale) && !too_many(SMALLEST) {
        scale = SMALLEST;
    }
    let kept = page.first_with_notes(notes..end, down / scale);
    page.sheet.breaks.extend(kept);
    page.sheet.fit = if beside == 0 && kept.is_none() && scale >= by_width {
        PageFit::Width
    } else {
        PageFit::Scale((scale * 100.0).floor() as u16)
    };
    pages(page, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_is_too_long_keeps_its_number_and_its_last_words() {
        let short = "24. в том числе в отношении: служащих: Министерства транспорта";
        assert_eq!(cut(short), short);
        let long = format!("24. {}Министерства транспорта", "в том числе в отношении: ".repeat(12));
        let head = cut(&long);
        assert!(head.starts_with("24. …") && head.ends_with("отношении: Министерства транспорта"), "{head}");
        assert!(head.chars().count() <= LONGEST_HEAD, "{head}");
    }
}
