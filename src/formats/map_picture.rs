//! Draws a map as SVG: a tile for each region and the legend. In: a map. Out: SVG with an alternative text. This module
//! does not know the table, which has the same figures beside the picture.

use std::fmt::Write as _;

use super::picture::escaped;
use assemble::{UnitMap, labels};
use words::{Lexicon, texts};

/// The colours of tiles, from light to dark, and of their texts. They are those of the workbook's theme.
const SHADES: [(&str, &str); 5] = [
    ("#eaf2fa", "#1a2530"),
    ("#c2d9ee", "#1a2530"),
    ("#98c0e3", "#1a2530"),
    ("#24588c", "#ffffff"),
    ("#0b2545", "#ffffff"),
];
/// Of a tile without a value.
const NONE: (&str, &str) = ("#ffffff", "#44525f");
const RULE: &str = "#44525f";
/// The size of a tile, the room between tiles, and the height of a line of the legend.
const WIDE: u32 = 124;
const HIGH: u32 = 58;
const ROOM: u32 = 4;
const LINE: u32 = 20;
/// The width of a shade in the legend.
const NAME: u32 = 110;

/// Draws a map.
#[must_use]
pub fn svg(map: &UnitMap, lexicon: &Lexicon) -> String {
    let across = map.tiles.iter().map(|tile| tile.column).max().unwrap_or(0);
    let down = map.tiles.iter().map(|tile| tile.row).max().unwrap_or(0);
    let legend = map.legend(lexicon);
    let top = 28 + LINE * legend.len() as u32 + 12;
    let (width, height) = (across * (WIDE + ROOM), top + down * (HIGH + ROOM));
    let alt = escaped(&labels::in_language(&map.alt, lexicon.language()));
    let title = escaped(texts::MAP_HEADING.of(lexicon));
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"{alt}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"Arial, sans-serif\" font-size=\"12\" fill=\"#1a2530\">\
         <text x=\"0\" y=\"16\" font-weight=\"bold\">{title}</text>"
    );
    for (place, line) in legend.iter().enumerate() {
        let y = 28 + LINE * place as u32;
        let (fill, ink) = colours(map, line.class);
        let (name, text) = (escaped(&line.name), escaped(&line.text));
        rectangle(&mut svg, (0, y), (NAME, LINE - 4), fill);
        let _ = write!(svg, "<text x=\"8\" y=\"{}\" fill=\"{ink}\">{name}</text>", y + 12);
        let _ = write!(svg, "<text x=\"{}\" y=\"{}\">{text}</text>", NAME + 10, y + 12);
    }
    for tile in &map.tiles {
        let (x, y) = ((tile.column - 1) * (WIDE + ROOM), top + (tile.row - 1) * (HIGH + ROOM));
        let (fill, ink) = colours(map, tile.class);
        rectangle(&mut svg, (x, y), (WIDE, HIGH), fill);
        for (place, line) in tile.lines(lexicon).iter().enumerate() {
            let (x, y, text) = (x + WIDE / 2, y + 18 + 16 * place as u32, escaped(line));
            let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" fill=\"{ink}\">{text}</text>");
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn rectangle(svg: &mut String, (x, y): (u32, u32), (wide, high): (u32, u32), fill: &str) {
    let _ =
        write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\" stroke=\"{RULE}\"/>");
}

/// The colours of a class: of the tile, and of its texts.
fn colours(map: &UnitMap, class: Option<u32>) -> (&'static str, &'static str) {
    class.map_or(NONE, |class| SHADES[map.shade(class)])
}
