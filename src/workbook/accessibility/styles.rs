//! How cells look: fonts, inks, grounds, wrapping.

use super::node::Node;

/// The looks of a workbook's cells.
#[derive(Debug, Default)]
pub struct Styles {
    looks: Vec<Style>,
    plain: Style,
}

/// How a cell looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    pub font: String,
    pub size: f64,
    /// Bold, italic or underlined: told apart without colour.
    pub stands_out: bool,
    pub bold: bool,
    pub ink: u32,
    pub ground: u32,
    pub wraps: bool,
}

impl Default for Style {
    fn default() -> Self {
        let (font, ground) = ("Calibri".to_owned(), 0x00ff_ffff);
        Self { font, size: 11.0, stands_out: false, bold: false, ink: 0, ground, wraps: false }
    }
}

impl Styles {
    /// Reads `xl/styles.xml`.
    pub fn of(node: &Node) -> Self {
        let list = |name: &str| node.first(name).map(|n| n.children.as_slice()).unwrap_or_default();
        let (fonts, fills) = (list("fonts"), list("fills"));
        let looks = list("cellXfs").iter().map(|look| {
            let index = |name: &str| look.attribute(name).and_then(|i| i.parse::<usize>().ok()).unwrap_or(0);
            let mut style = Style::default();
            if let Some(font) = fonts.get(index("fontId")) {
                written(font, &mut style);
            }
            let solid =
                |fill: &&Node| fill.first("patternFill").and_then(|p| p.attribute("patternType")) == Some("solid");
            let ground = fills.get(index("fillId")).filter(solid).and_then(|f| colour(f.first("fgColor")?));
            style.ground = ground.unwrap_or(0x00ff_ffff);
            style.wraps = look.first("alignment").is_some_and(|a| a.says("wrapText"));
            style
        });
        Self { looks: looks.collect(), plain: Style::default() }
    }

    pub fn of_cell(&self, style: usize) -> &Style {
        self.looks.get(style).unwrap_or(&self.plain)
    }
}

fn written(font: &Node, style: &mut Style) {
    let value = |name: &str| font.first(name).and_then(|n| n.attribute("val"));
    if let Some(name) = value("name") {
        name.clone_into(&mut style.font);
    }
    style.size = value("sz").and_then(|s| s.parse().ok()).unwrap_or(style.size);
    style.ink = font.first("color").and_then(colour).unwrap_or(0);
    let has = |name: &str| font.first(name).is_some_and(|n| n.attribute("val") != Some("0"));
    style.bold = has("b");
    style.stands_out = style.bold || has("i") || has("u");
}

/// A colour that is written out; those of the theme are taken for black and white as Excel's own theme has them.
fn colour(node: &Node) -> Option<u32> {
    let rgb = node.attribute("rgb").and_then(|rgb| u32::from_str_radix(rgb.get(rgb.len().checked_sub(6)?..)?, 16).ok());
    rgb.or_else(|| match node.attribute("theme")? {
        "0" => Some(0x00ff_ffff),
        "1" => Some(0),
        _ => None,
    })
}

/// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(a: u32, b: u32) -> f64 {
    let luminance = |colour: u32| {
        let channel = |shift: u32| {
            let value = f64::from(colour >> shift & 0xff) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_runs_from_one_to_twenty_one() {
        assert!((contrast(0, 0x00ff_ffff) - 21.0).abs() < 1e-9);
        assert!((contrast(0x0077_7777, 0x0077_7777) - 1.0).abs() < 1e-9);
        // The grey that W3C gives as the lightest to pass 4.5 : 1 on white.
        assert!(contrast(0x0076_7676, 0x00ff_ffff) >= 4.5 && contrast(0x0078_7878, 0x00ff_ffff) < 4.5);
    }
}
