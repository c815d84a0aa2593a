//! Draws a map as SVG: the legend, and a tile for each region, or the outlines of the office. In: a map. Out: SVG with an alternative text. This module
//! does not know the table, which has the same figures beside the picture.

use std::fmt::Write as _;

use super::picture::escaped;
use assemble::{OutlinePicture, Pixel, UnitMap, UnitTile, labels};
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
/// The width of outlines, and the size of their labels.
const ACROSS: i32 = 900;
const LABEL: Pixel = (30, 36);

/// Draws a map.
#[must_use]
pub fn svg(map: &UnitMap, lexicon: &Lexicon) -> String {
    let legend = map.legend(lexicon);
    let top = 28 + LINE * legend.len() as u32 + 12;
    let picture = map.picture(ACROSS, LABEL);
    let most = |of: fn(&UnitTile) -> u32| map.tiles.iter().map(of).max().unwrap_or(0);
    let (width, below) = match &picture {
        Some(picture) => (picture.width as u32, picture.height as u32),
        None => (most(|tile| tile.column) * (WIDE + ROOM), most(|tile| tile.row) * (HIGH + ROOM)),
    };
    let height = top + below;
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
    match picture {
        Some(picture) => outlines(&mut svg, map, &picture, top),
        None => tiles(&mut svg, map, top, lexicon),
    }
    svg.push_str("</svg>\n");
    svg
}

fn tiles(svg: &mut String, map: &UnitMap, top: u32, lexicon: &Lexicon) {
    for tile in &map.tiles {
        let (x, y) = ((tile.column - 1) * (WIDE + ROOM), top + (tile.row - 1) * (HIGH + ROOM));
        let (fill, ink) = colours(map, tile.class);
        rectangle(svg, (x, y), (WIDE, HIGH), fill);
        for (place, line) in tile.lines(lexicon).iter().enumerate() {
            let (x, y, text) = (x + WIDE / 2, y + 18 + 16 * place as u32, escaped(line));
            let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" fill=\"{ink}\">{text}</text>");
        }
    }
}

/// Outlines, each with the number of its region and the numeral of its class.
fn outlines(svg: &mut String, map: &UnitMap, picture: &OutlinePicture, top: u32) {
    let _ = write!(svg, "<g transform=\"translate(0 {top})\" stroke-linejoin=\"round\">");
    for outlined in &picture.outlines {
        let (fill, _) = colours(map, map.tile(&outlined.unit).and_then(|tile| tile.class));
        svg.push_str("<path d=\"");
        for ring in &outlined.rings {
            for (place, (x, y)) in ring.iter().enumerate() {
                let _ = write!(svg, "{}{x} {y}", if place == 0 { 'M' } else { 'L' });
            }
            svg.push('Z');
        }
        let _ = write!(svg, "\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"{RULE}\"/>");
    }
    for outlined in &picture.outlines {
        let tile = map.tile(&outlined.unit);
        let (fill, ink) = colours(map, tile.and_then(|tile| tile.class));
        let ((from_x, from_y), (x, y)) = (outlined.anchor, outlined.label);
        if outlined.anchor != outlined.label {
            let _ = write!(svg, "<path d=\"M{from_x} {from_y}L{x} {y}\" stroke=\"{RULE}\"/>");
        }
        let (left, over, (wide, high)) = (x - LABEL.0 / 2, y - LABEL.1 / 2, LABEL);
        let _ = write!(
            svg,
            "<rect x=\"{left}\" y=\"{over}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\" stroke=\"{RULE}\"/>"
        );
        let number = outlined.unit.number();
        let numeral = tile.map_or("-", UnitTile::numeral);
        for (text, y) in [(number, y - 3), (numeral, y + 12)] {
            let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" fill=\"{ink}\">{text}</text>");
        }
    }
    svg.push_str("</g>");
}

fn rectangle(svg: &mut String, (x, y): (u32, u32), (wide, high): (u32, u32), fill: &str) {
    let _ =
        write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\" stroke=\"{RULE}\"/>");
}

/// The colours of a class: of the tile, and of its texts.
fn colours(map: &UnitMap, class: Option<u32>) -> (&'static str, &'static str) {
    class.map_or(NONE, |class| SHADES[map.shade(class)])
}
