//! The tile map as SVG: a tile for each region, five classes by colour and by the number of dots. In: a value for each
//! unit. Out: a picture with an alternative text. This module does not know the table beside it.

use std::fmt::Write as _;

use assemble::classed;
use domain::{Number, Unit};

use crate::{
    input::PlacedFigure,
    markup::{Block, escaped},
    site::At,
};

/// The colours of tiles from light to dark, and of their texts; those of the books.
const SHADES: [(&str, &str); 5] = [
    ("#eaf2fa", "#1a2530"),
    ("#c2d9ee", "#1a2530"),
    ("#98c0e3", "#1a2530"),
    ("#24588c", "#ffffff"),
    ("#0b2545", "#ffffff"),
];
const NONE: (&str, &str) = ("#ffffff", "#44525f");
const RULE: &str = "#44525f";
/// The size of a tile, and the room between tiles.
const WIDE: u32 = 124;
const HIGH: u32 = 62;
const ROOM: u32 = 4;

/// The map, if the office has tiles and at least two regions have a number. `what`: what is shown, plain.
pub fn block(at: &At<'_>, what: &str, of: impl Fn(&Unit) -> Option<PlacedFigure>) -> Option<Block> {
    let tiles = at.site.input.map.tiles();
    let value = |unit: &Unit| match of(unit) {
        Some(PlacedFigure::Number(number)) => Some(number),
        _ => None,
    };
    let numbers: Vec<Number> = tiles.iter().filter_map(|tile| value(&tile.unit)).collect();
    let exact: Option<Vec<i64>> = numbers.iter().map(|number| number.in_thousandths()).collect();
    let classes = classed(&exact?);
    if numbers.len() < 2 {
        return None;
    }
    let most = classes.iter().max().copied().unwrap_or_default();
    let (rows, columns) =
        tiles.iter().fold((0, 0), |(rows, columns), tile| (rows.max(tile.row), columns.max(tile.column)));
    let (width, height) = (columns * (WIDE + ROOM), rows * (HIGH + ROOM));
    let alt = escaped(&at.filled("map_alt", &[("what", what)]));
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"{alt}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"Arial, sans-serif\" font-size=\"12\">"
    );
    let mut place = 0;
    for tile in tiles {
        let (x, y) = ((tile.column - 1) * (WIDE + ROOM), (tile.row - 1) * (HIGH + ROOM));
        let figure = of(&tile.unit);
        let class = value(&tile.unit).map(|_| {
            place += 1;
            classes[place - 1]
        });
        // Fewer classes than five are spread over all shades, so that the highest is always the darkest.
        let (fill, ink) = class.map_or(NONE, |class| SHADES[(class * 4).checked_div(most).unwrap_or(0)]);
        let shown = figure.map_or("–".to_owned(), |figure| at.figure(figure));
        let dots = class.map_or(String::new(), |class| "●".repeat(class + 1));
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDE}\" height=\"{HIGH}\" fill=\"{fill}\" stroke=\"{RULE}\"/>"
        );
        let name = format!("{} {}", tile.unit.number(), tile.short.of(at.language));
        for (line, text) in [name, shown, dots].iter().enumerate() {
            let (x, y, text) = (x + WIDE / 2, y + 18 + 18 * line as u32, escaped(text));
            let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" fill=\"{ink}\">{text}</text>");
        }
    }
    svg.push_str("</svg>");
    let note = at.filled("map_note", &[("most", &(most + 1).to_string())]);
    Some(Block::Picture { caption: format!("{}: {what}. {note}", at.text("map")), html: svg })
}
