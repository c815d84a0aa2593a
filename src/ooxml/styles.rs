//! The looks of cells: fonts, text colours, backgrounds, wrapping.
//!
//! In comes the tree of `xl/styles.xml`; out come the looks by style number. This module does not know the cells.

use super::tree::Node;

/// The looks of a workbook's cells.
#[derive(Debug, Default)]
pub struct CellStyles {
    looks: Vec<CellStyle>,
    plain: CellStyle,
}

/// The looks of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellStyle {
    pub font: String,
    pub size: f64,
    /// Whether the text is bold, italic or underlined, so that it can be distinguished without colour.
    pub stands_out: bool,
    pub bold: bool,
    pub ink: u32,
    pub ground: u32,
    pub wraps: bool,
}

impl Default for CellStyle {
    fn default() -> Self {
        let (font, ground) = ("Calibri".to_owned(), 0x00ff_ffff);
        Self { font, size: 11.0, stands_out: false, bold: false, ink: 0, ground, wraps: false }
    }
}

impl CellStyles {
    /// Reads `xl/styles.xml`.
    pub fn of(node: &Node) -> Self {
        let list = |name: &str| node.first(name).map(|n| n.children.as_slice()).unwrap_or_default();
        let (fonts, fills) = (list("fonts"), list("fills"));
        let looks = list("cellXfs").iter().map(|look| {
            let index = |name: &str| look.attribute(name).and_then(|i| i.parse::<usize>().ok()).unwrap_or(0);
            let mut style = CellStyle::default();
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
        Self { looks: looks.collect(), plain: CellStyle::default() }
    }

    pub fn of_cell(&self, style: usize) -> &CellStyle {
        self.looks.get(style).unwrap_or(&self.plain)
    }
}

fn written(font: &Node, style: &mut CellStyle) {
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

/// A colour that is written as RGB. The first two colours of the theme are read as white and black, as in Excel's own
/// theme.
fn colour(node: &Node) -> Option<u32> {
    let rgb = node.attribute("rgb").and_then(|rgb| u32::from_str_radix(rgb.get(rgb.len().checked_sub(6)?..)?, 16).ok());
    rgb.or_else(|| match node.attribute("theme")? {
        "0" => Some(0x00ff_ffff),
        "1" => Some(0),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_looks_as_its_style_says() {
        let xml =
            br#"<styleSheet><fonts><font><sz val="11"/></font><font><b/><i val="0"/><sz val="9.5"/><name val="Arial"/>
            <color rgb="FF102030"/></font></fonts><fills><fill><patternFill patternType="none"/></fill><fill>
            <patternFill patternType="solid"><fgColor theme="1"/></patternFill></fill></fills><cellXfs><xf/>
            <xf fontId="1" fillId="1"><alignment wrapText="1"/></xf></cellXfs></styleSheet>"#;
        let styles = CellStyles::of(&Node::parse("xl/styles.xml", xml).unwrap());
        assert_eq!(*styles.of_cell(0), CellStyle::default());
        assert_eq!(*styles.of_cell(7), CellStyle::default());
        let look = styles.of_cell(1);
        assert_eq!((look.font.as_str(), look.bold, look.stands_out, look.wraps), ("Arial", true, true, true));
        assert_eq!((look.size.to_string().as_str(), look.ink, look.ground), ("9.5", 0x0010_2030, 0));
    }
}
