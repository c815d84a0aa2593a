//! Opens a whole workbook: its sheets with cells, tables, charts and links, as far as the rules for its looks need
//! them.
//!
//! In come bytes; out comes an [`Opened`] workbook. This module does not know the rules.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    Error,
    address::place_of,
    package::{Package, PackageLimits, WORKBOOK, is_xml},
    relations::{relations, relations_of},
    shared_strings::{SharedTexts, TextStyle},
    styles::{CellStyle, CellStyles},
    tree::Node,
};

/// The most parts and bytes. The largest collection has about 30 MB in all its parts.
const LIMITS: PackageLimits = PackageLimits::of(5_000, 256 << 20);

/// A workbook.
#[derive(Debug)]
pub struct Opened {
    pub title: String,
    pub language: String,
    /// The sheet that is shown first, counted from 0.
    pub active: usize,
    pub sheets: Vec<OpenedSheet>,
    pub styles: CellStyles,
}

/// A sheet.
#[derive(Debug, Default)]
pub struct OpenedSheet {
    pub name: String,
    pub hidden: bool,
    pub hidden_lines: bool,
    pub frozen: bool,
    /// The cell that is selected when the sheet is opened.
    pub selected: String,
    pub filter: bool,
    pub merged: Vec<String>,
    pub conditional: usize,
    /// By row and column, both counted from 0.
    pub cells: BTreeMap<(u32, u32), OpenedCell>,
    /// First column, last column, and their width in characters.
    pub widths: Vec<(u32, u32, f64)>,
    pub tables: Vec<OpenedTable>,
    pub drawings: Vec<OpenedDrawing>,
    /// The cell of each link, and its target: a place in the workbook, or an address.
    pub links: Vec<(String, String)>,
}

/// A cell that the sheet contains.
#[derive(Debug, Default)]
pub struct OpenedCell {
    pub style: usize,
    pub text: Option<String>,
    pub number: Option<f64>,
}

/// A formatted table.
#[derive(Debug, Default)]
pub struct OpenedTable {
    pub name: String,
    pub columns: Vec<String>,
    pub headers: u32,
    pub filter: bool,
    /// First row, first column, last row, last column, counted from 0.
    pub place: (u32, u32, u32, u32),
}

/// A picture, shape or chart on a sheet.
#[derive(Debug, Default)]
pub struct OpenedDrawing {
    pub name: String,
    pub alt: String,
    pub chart: Option<Node>,
}

impl OpenedCell {
    pub fn is_empty(&self) -> bool {
        self.number.is_none() && self.text.as_ref().is_none_or(|t| t.trim().is_empty())
    }
}

impl OpenedSheet {
    /// The text of a cell; empty if it has no text.
    pub fn text(&self, place: (u32, u32)) -> &str {
        self.cells.get(&place).and_then(|c| c.text.as_deref()).unwrap_or_default()
    }

    /// The width of a column in characters.
    pub fn width(&self, column: u32) -> f64 {
        self.widths.iter().find(|(first, last, _)| (first..=last).contains(&&column)).map_or(9.0, |(_, _, w)| *w)
    }
}

impl OpenedTable {
    pub fn holds(&self, (row, column): (u32, u32)) -> bool {
        let (top, left, bottom, right) = self.place;
        (top..=bottom).contains(&row) && (left..=right).contains(&column)
    }

    /// The rows below the header.
    pub fn body(&self) -> std::ops::RangeInclusive<u32> {
        self.place.0 + self.headers..=self.place.2
    }

    pub fn across(&self) -> std::ops::RangeInclusive<u32> {
        self.place.1..=self.place.3
    }
}

impl Opened {
    /// Reads a workbook.
    ///
    /// # Errors
    /// When the bytes are not a workbook.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let parts = Parts { package: Package::open(bytes, LIMITS, is_xml)? };
        let book = parts.need(WORKBOOK)?;
        let leads = parts.relations(WORKBOOK)?;
        let strings = parts.texts()?;
        let core = parts.node("docProps/core.xml")?.unwrap_or_default();
        let mut sheets = Vec::new();
        for entry in book.all("sheet") {
            let part = entry.attribute("id").and_then(|id| leads.get(id)).cloned();
            let part = part.ok_or_else(|| missing("xl/worksheets/…"))?;
            let mut sheet = Self::sheet(&parts, &part, &strings)?;
            entry.attribute("name").unwrap_or_default().clone_into(&mut sheet.name);
            sheet.hidden = matches!(entry.attribute("state"), Some("hidden" | "veryHidden"));
            sheets.push(sheet);
        }
        let view = book.first("workbookView").and_then(|v| v.attribute("activeTab")?.parse().ok());
        let styles = parts.node("xl/styles.xml")?.map(|n| CellStyles::of(&n)).unwrap_or_default();
        let said = |name: &str| core.first(name).map(|n| n.whole_text().trim().to_owned()).unwrap_or_default();
        Ok(Self { title: said("title"), language: said("language"), active: view.unwrap_or(0), sheets, styles })
    }

    fn sheet(parts: &Parts, part: &str, strings: &[String]) -> Result<OpenedSheet, Error> {
        let node = parts.need(part)?;
        let leads = parts.relations(part)?;
        let pane = node.first("pane").and_then(|p| p.attribute("state"));
        let mut sheet = OpenedSheet {
            frozen: matches!(pane, Some("frozen" | "frozenSplit")),
            selected: node.all("selection").last().and_then(|s| s.attribute("activeCell")).unwrap_or("A1").to_owned(),
            filter: node.children.iter().flat_map(|n| &n.children).any(|n| n.name == "autoFilter"),
            merged: node.all("mergeCell").iter().filter_map(|m| m.attribute("ref").map(ToOwned::to_owned)).collect(),
            conditional: node.all("conditionalFormatting").len(),
            hidden_lines: node.all("row").into_iter().chain(node.all("col")).any(|n| n.says("hidden")),
            ..OpenedSheet::default()
        };
        let number = |n: &Node, name: &str| n.attribute(name).and_then(|v| v.parse::<u32>().ok());
        for column in node.all("col") {
            let (first, last) = (number(column, "min").unwrap_or(1), number(column, "max").unwrap_or(1));
            let width = column.attribute("width").and_then(|w| w.parse().ok()).unwrap_or(9.0);
            sheet.widths.push((first.saturating_sub(1), last.saturating_sub(1), width));
        }
        for cell in node.all("c") {
            let place = cell.attribute("r").and_then(place_of);
            sheet.cells.extend(place.map(|place| (place, written(cell, strings))));
        }
        for link in node.all("hyperlink") {
            let outside = link.attribute("id").and_then(|id| leads.get(id)).cloned();
            let leads_to = link.attribute("location").map(ToOwned::to_owned).or(outside).unwrap_or_default();
            sheet.links.push((link.attribute("ref").unwrap_or_default().to_owned(), leads_to));
        }
        for target in leads.values() {
            if target.starts_with("xl/tables/") {
                sheet.tables.push(table(&parts.need(target)?));
            } else if target.starts_with("xl/drawings/drawing") {
                sheet.drawings.extend(Self::drawings(parts, target)?);
            }
        }
        Ok(sheet)
    }

    fn drawings(parts: &Parts, part: &str) -> Result<Vec<OpenedDrawing>, Error> {
        let node = parts.need(part)?;
        let leads = parts.relations(part)?;
        let anchors = node.children.iter().flat_map(|n| &n.children).filter(|n| n.name.ends_with("Anchor"));
        let mut drawings = Vec::new();
        for anchor in anchors {
            let named = anchor.first("cNvPr");
            let said = |name: &str| named.and_then(|n| n.attribute(name)).unwrap_or_default().to_owned();
            let chart = anchor.first("chart").and_then(|c| leads.get(c.attribute("id")?)).cloned();
            let chart = chart.map(|part| parts.need(&part)).transpose()?;
            drawings.push(OpenedDrawing { name: said("name"), alt: said("descr"), chart });
        }
        Ok(drawings)
    }

    /// The looks of a cell.
    pub fn style(&self, cell: &OpenedCell) -> &CellStyle {
        self.styles.of_cell(cell.style)
    }
}

fn written(cell: &Node, strings: &[String]) -> OpenedCell {
    let value = cell.children.iter().find(|c| c.name == "v").map(Node::whole_text);
    let style = cell.attribute("s").and_then(|s| s.parse().ok()).unwrap_or(0);
    let (text, number) = match cell.attribute("t") {
        Some("s") => (value.and_then(|v| strings.get(v.trim().parse::<usize>().ok()?).cloned()), None),
        Some("inlineStr") => (cell.first("is").map(Node::whole_text), None),
        Some("str" | "e" | "b") => (value, None),
        _ => (None, value.and_then(|v| v.trim().parse().ok())),
    };
    OpenedCell { style, text, number }
}

fn table(node: &Node) -> OpenedTable {
    let root = node.first("table").cloned().unwrap_or_default();
    let ends = root.attribute("ref").and_then(|r| r.split_once(':').or(Some((r, r))));
    let ends = ends.and_then(|(first, last)| place_of(first).zip(place_of(last)));
    let ((top, left), (bottom, right)) = ends.unwrap_or_default();
    OpenedTable {
        name: root.attribute("displayName").or_else(|| root.attribute("name")).unwrap_or_default().to_owned(),
        columns: root.all("tableColumn").iter().filter_map(|c| c.attribute("name").map(ToOwned::to_owned)).collect(),
        headers: root.attribute("headerRowCount").and_then(|c| c.parse().ok()).unwrap_or(1),
        filter: root.first("autoFilter").is_some(),
        place: (top, left, bottom, right),
    }
}

/// The parts of the package, read as trees.
struct Parts {
    package: Package,
}

impl Parts {
    fn node(&self, part: &str) -> Result<Option<Node>, Error> {
        self.package.part(part).map(|bytes| Node::parse(part, bytes)).transpose()
    }

    fn need(&self, part: &str) -> Result<Node, Error> {
        self.node(part)?.ok_or_else(|| missing(part))
    }

    /// The targets of a part by relation id: names of parts, or addresses outside.
    fn relations(&self, part: &str) -> Result<BTreeMap<String, String>, Error> {
        let list = relations_of(part);
        let text = self.package.text(&list).map_err(Error::malformed)?;
        let found = relations(part, text).whole();
        let found = found.map_err(|fault| Error::malformed(format!("its part `{list}`: {fault}")))?;
        Ok(found.into_iter().map(|relation| (relation.id, relation.part)).collect())
    }

    fn texts(&self) -> Result<Vec<String>, Error> {
        let text = self.package.text(STRINGS).map_err(Error::malformed)?;
        let texts: Result<Vec<_>, _> = SharedTexts::new(text, TextStyle::Exact).collect();
        let texts = texts.map_err(|fault| Error::malformed(format!("its part `{STRINGS}`: {fault}")))?;
        Ok(texts.into_iter().map(Cow::into_owned).collect())
    }
}

const STRINGS: &str = "xl/sharedStrings.xml";

fn missing(part: &str) -> Error {
    Error::malformed(format!("the part `{part}` is not there"))
}
