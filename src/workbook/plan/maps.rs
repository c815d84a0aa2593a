//! The map of a table, below it: a legend, and a tile for each region as a cell; or the outlines of the office as a
//! picture.
//!
//! A tile is one cell with all that it says, so that a screen reader reads it in one piece. Its class is written in it, so
//! nothing is lost in grey prints or to colour-blind readers. The columns of tiles are those of the table's figures, all
//! of one width; the labels of the table are beside the tiles.

use super::{
    font_metrics::{characters, lines_in},
    page::{LINE, Page, shortened},
    sheet::{CellContent, ImagePlan, Style},
};
use crate::theme::StyleRole;
use assemble::{OutlinePicture, UnitMap, UnitTile, labels};
use words::{Lexicon, texts};

/// Room beside the longest word of a tile, in characters.
const BESIDE: f64 = 1.0;
/// Points above and below the texts of a tile, together.
const AROUND: f64 = 6.0;
/// The most pixels across a picture on the sheet, and how many times finer the picture is, so that it is sharp in print.
const WIDEST: i32 = 900;
const FINER: i32 = 2;
/// Points of a pixel.
const PIXEL: f64 = 0.75;
/// Letters of an alternative text.
const LONGEST_ALT: usize = 500;
const SHADES: [StyleRole; 5] =
    [StyleRole::MapLowest, StyleRole::MapLow, StyleRole::MapMiddle, StyleRole::MapHigh, StyleRole::MapHighest];

/// Gives all columns after the first one the width of a tile, and adds columns where the map has more than the table.
pub fn widen(widths: &mut Vec<f64>, map: &UnitMap, lexicon: &Lexicon) {
    if map.shapes.is_some() {
        return;
    }
    let lines = map.tiles.iter().flat_map(|tile| tile.lines(lexicon));
    let longest = |line: String| line.split(' ').map(|word| characters(word, false)).fold(0.0, f64::max);
    let tile = lines.map(longest).fold(0.0, f64::max) + BESIDE;
    let width = widths.iter().skip(1).copied().fold(tile, f64::max);
    let across = map.tiles.iter().map(|tile| tile.column).max().unwrap_or(0) as usize;
    let columns = (across + 1).max(widths.len());
    widths.truncate(1);
    widths.resize(columns, width);
}

/// Draws the map below the table and sets the pages; `notes` is the row after the table. Returns the number of pages.
pub fn draw(lexicon: &Lexicon, map: &UnitMap, page: &mut Page, notes: u32) -> usize {
    page.skip(1);
    let (first, above) = (page.row(), page.down());
    page.line(StyleRole::Heading, 11.0, texts::MAP_HEADING.of(lexicon));
    for line in map.legend(lexicon) {
        page.height(LINE + 4.0);
        page.put(0, CellContent::Text(line.name), Style::of(role(map, line.class)));
        page.put(1, CellContent::Text(line.text), Style { indent: 1, ..Style::of(StyleRole::Sentence) });
        page.skip(1);
    }
    page.skip(1);
    // A picture is as wide as the table above it.
    let across = ((page.across() * 7.0) as i32).min(WIDEST);
    match map.picture(across * FINER, ImagePlan::LABEL) {
        Some(picture) => image(lexicon, map, picture, page),
        None => tiles(lexicon, map, page),
    }
    let below = page.down() - above;
    page.fit_above(notes, (first, above), below)
}

fn image(lexicon: &Lexicon, map: &UnitMap, picture: OutlinePicture, page: &mut Page) {
    let looks = picture.outlines.iter().map(|outlined| {
        let tile = map.tile(&outlined.unit);
        let numeral = tile.map_or("-", UnitTile::numeral);
        (role(map, tile.and_then(|tile| tile.class)), [outlined.unit.number().to_owned(), numeral.to_owned()])
    });
    let (width, height) = ((picture.width / FINER) as u32, (picture.height / FINER) as u32);
    page.sheet.images.push(ImagePlan {
        row: page.row(),
        alt: shortened(&labels::in_language(&map.alt, lexicon.language()), LONGEST_ALT),
        width,
        height,
        looks: looks.collect(),
        picture,
    });
    page.skip((f64::from(height) * PIXEL / LINE) as u32 + 2);
}

fn tiles(lexicon: &Lexicon, map: &UnitMap, page: &mut Page) {
    let width = |column: u32| page.sheet.widths.get(column as usize).copied().unwrap_or_default();
    let lines = map.tiles.iter().map(|tile| {
        let width = width(tile.column);
        tile.lines(lexicon).iter().map(|line| lines_in(line, width, false)).sum::<usize>()
    });
    let tall = LINE * lines.max().unwrap_or(1) as f64 + AROUND;
    for row in 1..=map.tiles.iter().map(|tile| tile.row).max().unwrap_or(0) {
        page.height(tall);
        for tile in map.tiles.iter().filter(|tile| tile.row == row) {
            let text = CellContent::Text(tile.lines(lexicon).join("\n"));
            page.put(tile.column as u16, text, Style::of(role(map, tile.class)));
        }
        page.skip(1);
    }
}

/// The look of a tile: the shade of its class.
fn role(map: &UnitMap, class: Option<u32>) -> StyleRole {
    class.map_or(StyleRole::MapNone, |class| SHADES[map.shade(class)])
}
