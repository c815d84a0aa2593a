//! Reads the cells of one sheet: their values, their formulas, and how their number format disguises them.
//!
//! In: the XML of a sheet, and the shared texts and formats of its workbook. Out: cells and footers. It does not know
//! whose copy the workbook is.
//!
//! This is a second reader on purpose. `ooxml::cells` reads figures from the forms that offices send. This reader
//! checks what we wrote, and it uses another library, so that a fault in one of the two shows as a difference.

use std::{collections::BTreeMap, fmt, sync::Arc};

use quick_xml::{Reader, events::BytesStart, events::Event};
use serde::{Serialize, Serializer};

use super::xml::{attribute, cell_text, push_text};
use ooxml::{
    address::{self, ROWS, address},
    number_formats::Disguise,
};

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    /// A text. Cells with the same shared text share its memory, because a file may repeat a long text a million times.
    Text(Arc<str>),
    Flag(bool),
}

/// A cell: its value, and the formula that computed it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundCell {
    /// An empty text for a formula that was never computed.
    pub value: Value,
    pub formula: Option<String>,
    /// What its number format shows instead of its value, if that differs in meaning.
    pub disguise: Option<Arc<str>>,
}

impl FoundCell {
    /// A cell with only a value.
    #[must_use]
    pub const fn of(value: Value) -> Self {
        Self { value, formula: None, disguise: None }
    }
}

/// The cells by row and column, counted from 0. Cells without a value and a formula are left out.
pub type Cells = BTreeMap<(u32, u32), FoundCell>;

/// The most cells of a workbook; the largest collection has about 60,000.
pub const CELLS: usize = 2_000_000;

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
        /// Integers below this number are exact as a double.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Self::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => serializer.serialize_i64(*n as i64),
            Self::Number(n) => serializer.serialize_f64(*n),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

/// The place of a cell by its name. Programs write the name in capitals, so lower case is refused.
fn place(name: &str) -> Option<(u32, u32)> {
    address::place(name).filter(|_| !name.bytes().any(|b| b.is_ascii_lowercase()))
}

/// What is read from the XML of a sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Read {
    pub cells: Cells,
    /// The texts of its footers.
    pub footers: Vec<String>,
    /// How many of its rows and columns are hidden.
    pub hidden: usize,
}

/// What the sheets of a workbook share.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shared {
    pub strings: Vec<Arc<str>>,
    /// The disguises, by the number of a cell's style.
    pub disguises: Vec<Disguise>,
}

/// Reads the XML of a sheet. `room` is how many cells the workbook may still have.
pub fn read(xml: &str, shared: &Shared, room: &mut usize) -> Result<Read, String> {
    let mut reader = Reader::from_str(xml);
    let mut sheet = Reading { shared, found: Read::default(), room, next: (0, 0), open: None };
    let (mut collect, mut aside, mut text) = (Collect::Nothing, false, String::new());
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => sheet.row(start),
                "col" => sheet.hidden(start),
                "c" => sheet.open(start)?,
                "rPh" => aside = true,
                name => {
                    collect = Collect::of(name, sheet.open.is_some());
                    text.clear();
                }
            },
            Event::Empty(start) => match start.local_name().as_ref() {
                "row" => sheet.row(start),
                "col" => sheet.hidden(start),
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
                        Collect::Footer => sheet.found.footers.push(std::mem::take(&mut text)),
                        Collect::Nothing => {}
                    }
                    text.clear();
                }
            },
            Event::Eof => return Ok(sheet.found),
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
    shared: &'a Shared,
    found: Read,
    room: &'a mut usize,
    /// The place of a cell without an address.
    next: (u32, u32),
    open: Option<OpenCell>,
}

struct OpenCell {
    place: (u32, u32),
    kind: String,
    style: usize,
    text: String,
    formula: Option<String>,
}

impl Reading<'_> {
    fn row(&mut self, start: &BytesStart<'_>) {
        let said = attribute(start, "r").and_then(|r| r.parse::<u32>().ok()).filter(|r| (1..=ROWS).contains(r));
        self.next = (said.map_or(self.next.0 + 1, |r| r - 1), 0);
        self.hidden(start);
    }

    fn hidden(&mut self, start: &BytesStart<'_>) {
        self.found.hidden += usize::from(attribute(start, "hidden").is_some_and(|h| h == "1" || h == "true"));
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let at = match attribute(start, "r") {
            Some(name) => place(&name).ok_or_else(|| format!("`{name}` is not a place of a cell"))?,
            None => self.next,
        };
        self.next = (at.0, at.1 + 1);
        let kind = attribute(start, "t").unwrap_or_default();
        let style = attribute(start, "s").and_then(|s| s.parse().ok()).unwrap_or(0);
        self.open = Some(OpenCell { place: at, kind, style, text: String::new(), formula: None });
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
        let name = || address(cell.place.0, cell.place.1);
        if cell.text.is_empty() && cell.formula.is_none() {
            return Ok(());
        }
        let value = match cell.kind.as_str() {
            _ if cell.text.is_empty() => Value::Text("".into()),
            "s" => {
                let index: usize = cell.text.trim().parse().map_err(|_| format!("cell {} has no text", name()))?;
                let text = self.shared.strings.get(index).ok_or_else(|| format!("cell {} has no text", name()))?;
                Value::Text(text.clone())
            }
            "b" => Value::Flag(cell.text.trim() == "1"),
            "str" | "inlineStr" | "e" | "d" => Value::Text(cell_text(&cell.text).into()),
            _ => {
                let number = cell.text.trim().parse().map_err(|_| format!("cell {} holds no number", name()))?;
                Value::Number(number)
            }
        };
        if cell.formula.is_none() && matches!(&value, Value::Text(text) if text.is_empty()) {
            return Ok(());
        }
        let room = self.room.checked_sub(1);
        *self.room = room.ok_or_else(|| format!("the workbook has more than {CELLS} cells"))?;
        let disguise = self.shared.disguises.get(cell.style).and_then(|disguise| match value {
            Value::Number(_) => disguise.of_number.clone(),
            Value::Text(_) => disguise.of_text.clone(),
            Value::Flag(_) => None,
        });
        self.found.cells.insert(cell.place, FoundCell { value, formula: cell.formula, disguise });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_every_kind_are_read() {
        let xml = r#"<worksheet><sheetData><row r="2" hidden="1"><c r="A2" t="s"><v>0</v></c><c><v>17144</v></c>
            <c r="AB2" t="inlineStr"><is><r><t>a</t></r><r><t>&lt;b</t></r></is></c><c t="b"><v>1</v></c>
            <c r="AE2" t="str"><f>A1&amp;"x"</f><v>x</v></c><c r="AF2" s="1"/><c r="AG2"><f>1+1</f></c></row></sheetData>
            <headerFooter><oddFooter>&amp;Lfoot</oddFooter></headerFooter></worksheet>"#;
        let shared = Shared { strings: vec!["Всего".into()], ..Shared::default() };
        let Read { cells, footers, hidden } = read(xml, &shared, &mut 6).unwrap();
        let shown: Vec<String> = cells.iter().map(|(at, c)| format!("{}={}", address(at.0, at.1), c.value)).collect();
        assert_eq!(shown, ["A2=`Всего`", "B2=17144", "AB2=`a<b`", "AC2=true", "AE2=`x`", "AG2=``"]);
        assert_eq!(cells[&(1, 30)].formula.as_deref(), Some("A1&\"x\""));
        assert_eq!((footers, hidden), (vec!["&Lfoot".to_owned()], 1));
        assert!(read(xml, &shared, &mut 4).unwrap_err().contains("more than 2000000 cells"));
        for wrong in ["A0", "1A", "AAAA1", "A1048577", "ZZZ1", "a1"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
        assert!(read("<c r=\"A1\" t=\"s\"><v>7</v></c>", &Shared::default(), &mut 9).is_err());
    }
}
