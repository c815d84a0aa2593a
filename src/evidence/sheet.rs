//! The cells of one sheet, as values.

use std::{collections::BTreeMap, fmt};

use quick_xml::{Reader, events::BytesStart, events::Event};
use serde::{Serialize, Serializer};

use super::xml::{attribute, cell_text, push_text};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Text(String),
    Flag(bool),
}

/// A cell: its value, and the formula that it was computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub value: Value,
    pub formula: Option<String>,
}

/// The cells by row and column, from 0; cells without a value are left out.
pub type Cells = BTreeMap<(u32, u32), Cell>;

/// More cells than any collection has: the largest has some 60,000.
const CELLS: usize = 2_000_000;
/// The last row and column of a workbook.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Integers up to here are exact as a double.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Self::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => serializer.serialize_i64(*n as i64),
            Self::Number(n) => serializer.serialize_f64(*n),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

/// The name of a cell: row 0, column 27 is `AB1`.
pub fn cell_name((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(b'A' + ((left - 1) % 26) as u8);
        left = (left - 1) / 26;
    }
    let letters: String = letters.iter().rev().map(|b| char::from(*b)).collect();
    format!("{letters}{}", row + 1)
}

/// The place of a cell's name.
fn place(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, b| sum * 26 + u32::from(b - b'A') + 1);
    let row: u32 = row.parse().ok()?;
    ((1..=ROWS).contains(&row) && column <= COLUMNS).then(|| (row - 1, column - 1))
}

/// Reads the cells of a sheet's XML, and the texts at the foot of its pages.
pub fn read(xml: &str, strings: &[String]) -> Result<(Cells, Vec<String>), String> {
    let mut reader = Reader::from_str(xml);
    let mut sheet = Reading { strings, cells: Cells::new(), footers: Vec::new(), next: (0, 0), open: None };
    let (mut collect, mut aside, mut text) = (Collect::Nothing, false, String::new());
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => sheet.row(start),
                "c" => sheet.open(start)?,
                "rPh" => aside = true,
                name => {
                    collect = Collect::of(name, sheet.open.is_some());
                    text.clear();
                }
            },
            Event::Empty(start) => match start.local_name().as_ref() {
                "row" => sheet.row(start),
                "c" => {
                    sheet.open(start)?;
                    sheet.open = None;
                }
                "f" => sheet.formula(String::from("shared")),
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "c" => sheet.close()?,
                "rPh" => aside = false,
                _ => {
                    match std::mem::replace(&mut collect, Collect::Nothing) {
                        Collect::Value => sheet.value(&text),
                        Collect::Formula => sheet.formula(std::mem::take(&mut text)),
                        Collect::Footer => sheet.footers.push(std::mem::take(&mut text)),
                        Collect::Nothing => {}
                    }
                    text.clear();
                }
            },
            Event::Eof => return Ok((sheet.cells, sheet.footers)),
            _ if collect != Collect::Nothing && !aside => push_text(&mut text, &event),
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Collect {
    Nothing,
    Value,
    Formula,
    Footer,
}

impl Collect {
    fn of(element: &str, in_cell: bool) -> Self {
        match element {
            "v" | "t" if in_cell => Self::Value,
            "f" if in_cell => Self::Formula,
            "oddFooter" | "evenFooter" | "firstFooter" => Self::Footer,
            _ => Self::Nothing,
        }
    }
}

struct Reading<'a> {
    strings: &'a [String],
    cells: Cells,
    footers: Vec<String>,
    /// Where a cell stands that does not say so.
    next: (u32, u32),
    open: Option<OpenCell>,
}

struct OpenCell {
    place: (u32, u32),
    kind: String,
    text: String,
    formula: Option<String>,
}

impl Reading<'_> {
    fn row(&mut self, start: &BytesStart<'_>) {
        let said = attribute(start, "r").and_then(|r| r.parse::<u32>().ok()).filter(|r| (1..=ROWS).contains(r));
        self.next = (said.map_or(self.next.0 + 1, |r| r - 1), 0);
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let at = match attribute(start, "r") {
            Some(name) => place(&name).ok_or_else(|| format!("`{name}` is no place of a cell"))?,
            None => self.next,
        };
        self.next = (at.0, at.1 + 1);
        let kind = attribute(start, "t").unwrap_or_default();
        self.open = Some(OpenCell { place: at, kind, text: String::new(), formula: None });
        Ok(())
    }

    fn value(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            open.text.push_str(text);
        }
    }

    fn formula(&mut self, text: String) {
        if let Some(open) = &mut self.open {
            open.formula = Some(text);
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(cell) = self.open.take() else { return Ok(()) };
        let name = || cell_name(cell.place);
        if cell.text.is_empty() {
            return Ok(());
        }
        let value = match cell.kind.as_str() {
            "s" => {
                let index: usize = cell.text.trim().parse().map_err(|_| format!("cell {} has no text", name()))?;
                let text = self.strings.get(index).ok_or_else(|| format!("cell {} has no text", name()))?;
                Value::Text(cell_text(text))
            }
            "b" => Value::Flag(cell.text.trim() == "1"),
            "str" | "inlineStr" | "e" | "d" => Value::Text(cell_text(&cell.text)),
            _ => {
                let number = cell.text.trim().parse().map_err(|_| format!("cell {} holds no number", name()))?;
                Value::Number(number)
            }
        };
        if value == Value::Text(String::new()) {
            return Ok(());
        }
        if self.cells.len() >= CELLS {
            return Err(format!("more than {CELLS} cells"));
        }
        self.cells.insert(cell.place, Cell { value, formula: cell.formula });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_every_kind_are_read() {
        let xml = r#"<worksheet><sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c><v>17144</v></c>
            <c r="AB2" t="inlineStr"><is><r><t>a</t></r><r><t>&lt;b</t></r></is></c><c t="b"><v>1</v></c>
            <c r="AE2" t="str"><f>A1&amp;"x"</f><v>x</v></c><c r="AF2" s="1"/></row></sheetData>
            <headerFooter><oddFooter>&amp;Lfoot</oddFooter></headerFooter></worksheet>"#;
        let (cells, footers) = read(xml, &["Всего".into()]).unwrap();
        let shown: Vec<String> = cells.iter().map(|(at, c)| format!("{}={}", cell_name(*at), c.value)).collect();
        assert_eq!(shown, ["A2=`Всего`", "B2=17144", "AB2=`a<b`", "AC2=true", "AE2=`x`"]);
        assert_eq!(cells[&(1, 30)].formula.as_deref(), Some("A1&\"x\""));
        assert_eq!(footers, ["&Lfoot"]);
        assert_eq!(
            (cell_name((0, 25)), cell_name((9, 701)), place("ZZ10")),
            ("Z1".into(), "ZZ10".into(), Some((9, 701)))
        );
        for wrong in ["A0", "1A", "AAAA1", "A1048577", "ZZZ1", "a1"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
        assert!(read("<c r=\"A1\" t=\"s\"><v>7</v></c>", &[]).is_err());
    }
}
