//! Tables of a form as HTML, in parts that stay below the limit of a page.
//!
//! In: a section and a unit. Out: the parts, from the weight of the rows. Long headings are written once in each part.

use domain::{Measure, Titles, Unit};

use super::plain;
use crate::{
    input::{PlacedFigure, PlacedRow, PlacedSection},
    markup::{Block, TableMarkup, escaped},
    site::At,
};

/// The weight of a table at which a new part begins, in bytes. A page has its frame and lists beside it, and stays below
/// 500 kB.
const PART: usize = 300_000;
/// The weight of the tags around a figure with the figure, and around a label.
const CELL: usize = 28;
const LABEL: usize = 60;

/// The first rows of the parts of a section. They are the same in every language, so that each part has an address in
/// each language.
fn begins(section: &PlacedSection) -> Vec<usize> {
    let longest = |titles: &Titles| titles.texts().map(|(_, text)| text.len()).max().unwrap_or_default() + LABEL;
    let head: usize = section.columns.iter().map(|column| longest(&column.titles)).sum();
    // A part has at least as much of figures as of heads.
    let most = PART.max(2 * head);
    let (mut begins, mut weight) = (vec![0], head);
    for (place, row) in section.rows.iter().enumerate() {
        let own = longest(&row.titles) + CELL * section.columns.len();
        if weight + own > most && begins.last() != Some(&place) {
            begins.push(place);
            weight = head;
        }
        weight += own;
    }
    begins
}

/// The table of one unit, in parts; at least one part.
pub fn parts(at: &At<'_>, section: &PlacedSection, unit: &Unit) -> Vec<Block> {
    let title = plain(at, &section.titles);
    let caption = format!("{title}. {}", plain(at, &at.site.unit(unit)));
    let figures = section.figures.get(unit).map_or(&[][..], Vec::as_slice);
    let wide = section.columns.len();
    let mut begins = begins(section);
    begins.push(section.rows.len());
    let part = |from: usize, to: usize| {
        let mut table = begun(at, section);
        for (place, row) in section.rows.iter().enumerate().take(to).skip(from) {
            table.row(depth(section, row), false, &label(at, row));
            table.cell("", &escaped(row.code.as_str()));
            for column in 0..wide {
                let figure = figures.get(place * wide + column).copied().unwrap_or(PlacedFigure::NotAvailable);
                table.cell("n", &at.figure(figure));
            }
            table.end_row();
        }
        table.block(&caption)
    };
    begins.windows(2).map(|pair| part(pair[0], pair[1])).collect()
}

fn begun(at: &At<'_>, section: &PlacedSection) -> TableMarkup {
    let mut heads = vec![(escaped(&at.text("row")), false), (escaped(&at.text("row_code")), false)];
    for column in &section.columns {
        heads.push((format!("{} · {}", escaped(column.code.as_str()), at.said(&column.titles)), true));
    }
    TableMarkup::new(heads.iter().map(|(head, is_number)| (head.as_str(), *is_number)))
}

/// The label of a row. `… / тяжкие` is of the row above it: the depth shows that.
pub fn label(at: &At<'_>, row: &PlacedRow) -> String {
    at.said(&row.titles.map(|text| text.trim_start_matches("… / ").to_owned()))
}

/// How many rows a row is a part of.
fn depth(section: &PlacedSection, row: &PlacedRow) -> usize {
    let mut depth = 0;
    let mut above = row.part_of.as_ref();
    // A row that is a part of itself would never end; five steps are as many as are shown.
    while let Some(code) = above.filter(|_| depth < 5) {
        depth += 1;
        above = section.rows.iter().find(|row| row.code == *code).and_then(|row| row.part_of.as_ref());
    }
    depth
}

/// A unit of measure in words.
pub fn measure(at: &At<'_>, measure: Measure) -> String {
    at.text(&format!("measure_{}", measure.word()))
}

/// The units of measure of a section's columns, each once.
pub fn measures(at: &At<'_>, section: &PlacedSection) -> String {
    let mut words: Vec<String> = section.columns.iter().map(|column| measure(at, column.measure)).collect();
    words.sort();
    words.dedup();
    words.join(", ")
}
