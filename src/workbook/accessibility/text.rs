//! Rules about texts: fonts, sizes, contrast, wrapping, colour.

use std::collections::BTreeMap;

use super::{Findings, Rule, contrast::contrast};
use ooxml::{address::address, opened::Opened, styles::CellStyle};

pub const RULES: &[Rule] = &[
    Rule {
        name: "sans-serif",
        asks: "texts are set in a sans-serif font",
        source: "UK Analysis Function checklist, text formatting",
        look: sans_serif,
    },
    Rule {
        name: "font-size",
        asks: "no text is smaller than 10 points",
        source: "UK Analysis Function, Releasing statistics in spreadsheets: text formatting",
        look: sizes,
    },
    Rule {
        name: "contrast",
        asks: "texts stand out from their ground by 4.5 : 1, large ones by 3 : 1",
        source: "WCAG 2.2, 1.4.3",
        look: contrasts,
    },
    Rule {
        name: "nothing-cut-off",
        asks: "inside a table a text that is longer than its column wraps",
        source: "UK Analysis Function checklist, tables 6; WCAG 2.2, 1.4.12",
        look: wraps,
    },
    Rule {
        name: "not-by-colour-alone",
        asks: "a cell of another colour also differs in its font, and no colour hangs on a value",
        source: "WCAG 2.2, 1.4.1",
        look: colours,
    },
];

/// Fonts that are read as sans-serif; what is not here is judged by hand.
const SANS: [&str; 10] = [
    "arial",
    "calibri",
    "aptos",
    "aptos narrow",
    "verdana",
    "tahoma",
    "segoe ui",
    "helvetica",
    "liberation sans",
    "dejavu sans",
];

/// Each style that is in use, with the first cell that has it.
fn styles(book: &Opened, found: &mut Findings, judge: impl Fn(&CellStyle) -> Option<String>) {
    for sheet in &book.sheets {
        let mut seen = BTreeMap::new();
        for (place, cell) in sheet.cells.iter().filter(|(_, cell)| !cell.is_empty()) {
            seen.entry(cell.style).or_insert((*place, cell));
        }
        for (place, cell) in seen.into_values() {
            found.look(&sheet.name, &address(place.0, place.1), judge(book.style(cell)));
        }
    }
}

fn sans_serif(book: &Opened, found: &mut Findings) {
    styles(book, found, |style| {
        let sans = SANS.contains(&style.font.to_lowercase().as_str());
        (!sans).then(|| format!("the font `{}`", style.font))
    });
}

fn sizes(book: &Opened, found: &mut Findings) {
    styles(book, found, |style| (style.size < 10.0).then(|| format!("{} points", style.size)));
}

fn contrasts(book: &Opened, found: &mut Findings) {
    styles(book, found, |style| {
        // Large is 18 points, or 14 points in bold.
        let large = style.size >= 18.0 || (style.bold && style.size >= 14.0);
        let (least, ratio) = (if large { 3.0 } else { 4.5 }, contrast(style.ink, style.ground));
        (ratio < least).then(|| format!("{ratio:.1} : 1 where {least} : 1 is needed"))
    });
}

fn wraps(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        for table in &sheet.tables {
            for (place, cell) in sheet.cells.iter().filter(|(place, _)| table.holds(**place)) {
                let Some(text) = &cell.text else { continue };
                let style = book.style(cell);
                // A character of average text is narrower than the digit that widths are counted in.
                let needed = text.chars().count() as f64 * 0.9 * style.size / 10.0;
                let cut = !style.wraps && needed > sheet.width(place.1) + 1.0;
                let what = cut.then(|| format!("`{}…` is cut off", text.chars().take(20).collect::<String>()));
                found.look(&sheet.name, &address(place.0, place.1), what);
            }
        }
    }
}

fn colours(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        let conditional = (sheet.conditional > 0).then(|| "colours that hang on values".to_owned());
        found.look(&sheet.name, "", conditional);
        for table in &sheet.tables {
            let cells: Vec<_> = sheet
                .cells
                .iter()
                .filter(|((row, column), _)| table.body().contains(row) && table.across().contains(column))
                .map(|(place, cell)| (place, book.style(cell)))
                .collect();
            let mut usual: BTreeMap<(u32, u32), usize> = BTreeMap::new();
            for (_, style) in &cells {
                *usual.entry((style.ink, style.ground)).or_default() += 1;
            }
            let Some((usual, _)) = usual.into_iter().max_by_key(|(_, count)| *count) else { continue };
            for (place, style) in cells {
                let other = (style.ink, style.ground) != usual && !style.stands_out;
                let what = other.then(|| "another colour, and nothing else differs".to_owned());
                found.look(&sheet.name, &address(place.0, place.1), what);
            }
        }
    }
}
