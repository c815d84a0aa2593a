//! The rows of a sheet as XML (ECMA-376 part 1, 18.3.1.80).
//!
//! The writing library keeps every cell in trees of its own and looks each one's format up by all that it says, which
//! costs more than compressing what is written. What stands in cells is planned here already, each with the number of
//! its style; so the rows are written straight from the plan, and the library writes everything around them.

use std::{collections::HashMap, fmt::Write as _};

use super::{
    limits::column_letters,
    plan::{Content, SheetPlan, Style},
    theme::Role,
};

/// The texts of a workbook, each kept once, in the order of their first use (18.4.9).
#[derive(Debug, Default)]
pub struct Texts<'a> {
    places: HashMap<&'a str, u32>,
    all: Vec<&'a str>,
    /// How many cells show a text.
    shown: usize,
}

impl<'a> Texts<'a> {
    fn place(&mut self, text: &'a str) -> u32 {
        self.shown += 1;
        let next = self.all.len() as u32;
        *self.places.entry(text).or_insert_with(|| {
            self.all.push(text);
            next
        })
    }

    /// The part `xl/sharedStrings.xml`.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut xml = String::with_capacity(64 * self.all.len() + 256);
        xml.push_str(HEAD);
        let _ = write!(
            xml,
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"{}\" uniqueCount=\"{}\">",
            self.shown,
            self.all.len()
        );
        for text in &self.all {
            let blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
            let kept = blank(text.chars().next()) || blank(text.chars().next_back()) || text.contains('\n');
            xml.push_str(if kept { "<si><t xml:space=\"preserve\">" } else { "<si><t>" });
            escape(text, &mut xml);
            xml.push_str("</t></si>");
        }
        xml.push_str("</sst>");
        xml
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A cell with the numbers of its style and, where it shows one, of its text.
#[derive(Debug, Clone, Copy)]
struct Written {
    row: u32,
    column: u16,
    style: u32,
    value: Value,
}

#[derive(Debug, Clone, Copy)]
enum Value {
    Text(u32),
    Number(f64),
    Blank,
}

/// The rows of one sheet.
#[derive(Debug)]
pub struct Rows {
    cells: Vec<Written>,
    heights: Vec<(u32, f64)>,
}

impl Rows {
    /// Orders the cells of a sheet and gives its texts their places. `style` tells the number of a style.
    ///
    /// Where two cells have one place, the later one counts; a table's heads come before all others.
    #[must_use]
    pub fn of<'a>(sheet: &'a SheetPlan, style: impl Fn(Style) -> u32, texts: &mut Texts<'a>) -> Self {
        let mut cells = Vec::with_capacity(sheet.cells.len() + 16);
        if let Some(table) = &sheet.table {
            for (column, (head, right)) in table.columns.iter().zip(&table.right).enumerate() {
                let style = style(Style { right: *right, ..Style::of(Role::Header) });
                cells.push(Written {
                    row: table.top,
                    column: column as u16,
                    style,
                    value: Value::Text(texts.place(head)),
                });
            }
        }
        for cell in &sheet.cells {
            let value = match &cell.content {
                Content::Text(text) | Content::Link { text, .. } => Value::Text(texts.place(text)),
                Content::Number(number) => Value::Number(*number),
                Content::Blank => Value::Blank,
            };
            cells.push(Written { row: cell.row, column: cell.column, style: style(cell.style), value });
        }
        cells.sort_by_key(|cell| (cell.row, cell.column));
        cells.dedup_by(|later, kept| {
            let same = (later.row, later.column) == (kept.row, kept.column);
            if same {
                *kept = *later;
            }
            same
        });
        let mut heights = sheet.heights.clone();
        heights.sort_by_key(|(row, _)| *row);
        Self { cells, heights }
    }

    /// The range that the cells take, such as `A1:E17`.
    #[must_use]
    pub fn dimension(&self) -> String {
        let (Some(first), Some(last)) = (self.cells.first(), self.cells.last()) else { return "A1".to_owned() };
        let left = self.cells.iter().map(|c| c.column).min().unwrap_or(0);
        let right = self.cells.iter().map(|c| c.column).max().unwrap_or(0);
        format!("{}{}:{}{}", column_letters(left), first.row + 1, column_letters(right), last.row + 1)
    }

    /// The element `sheetData`.
    #[must_use]
    pub fn xml(&self) -> String {
        let letters: Vec<String> =
            (0..=self.cells.iter().map(|c| c.column).max().unwrap_or(0)).map(column_letters).collect();
        let mut xml = String::with_capacity(48 * self.cells.len() + 1024);
        xml.push_str("<sheetData>");
        let (mut cells, mut heights) = (self.cells.iter().peekable(), self.heights.iter().peekable());
        loop {
            let next = [cells.peek().map(|c| c.row), heights.peek().map(|(row, _)| *row)];
            let Some(row) = next.into_iter().flatten().min() else { break };
            let _ = write!(xml, "<row r=\"{}\"", row + 1);
            let mut height = None;
            while let Some((_, points)) = heights.next_if(|(of, _)| *of == row) {
                height = Some(*points);
            }
            if let Some(points) = height {
                let _ = write!(xml, " ht=\"{}\" customHeight=\"1\"", in_pixels(points));
            }
            xml.push('>');
            while let Some(cell) = cells.next_if(|c| c.row == row) {
                let letters = &letters[usize::from(cell.column)];
                let _ = write!(xml, "<c r=\"{letters}{}\" s=\"{}\"", row + 1, cell.style);
                let _ = match cell.value {
                    Value::Text(text) => write!(xml, " t=\"s\"><v>{text}</v></c>"),
                    Value::Number(number) => write!(xml, "><v>{number}</v></c>"),
                    Value::Blank => write!(xml, "/>"),
                };
            }
            xml.push_str("</row>");
        }
        xml.push_str("</sheetData>");
        xml
    }
}

/// Excel measures rows in pixels of three quarters of a point.
fn in_pixels(points: f64) -> f64 {
    (points / 0.75).round() * 0.75
}

/// A text as element content. What Excel would take for an escaped character (22.4.2.4, `ST_Xstring`) is escaped itself,
/// and so is a carriage return, which XML readers turn into a line feed.
fn escape(text: &str, xml: &mut String) {
    let bytes = text.as_bytes();
    let mut kept = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\r' => "_x000D_",
            b'_' if is_escape(&bytes[at..]) => "_x005F_",
            _ => continue,
        };
        xml.push_str(&text[kept..at]);
        xml.push_str(instead);
        kept = at + 1;
    }
    xml.push_str(&text[kept..]);
}

fn is_escape(bytes: &[u8]) -> bool {
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbook::plan::PlannedCell;

    fn cell(row: u32, column: u16, content: Content) -> PlannedCell {
        PlannedCell { row, column, content, style: Style::of(Role::Figure) }
    }

    #[test]
    fn rows_stand_in_order_and_the_later_of_two_cells_counts() {
        let sheet = SheetPlan {
            cells: vec![
                cell(2, 1, Content::Number(1.5)),
                cell(0, 0, Content::Text("a<b".into())),
                cell(2, 0, Content::Blank),
                cell(2, 1, Content::Number(-2.0)),
                cell(0, 27, Content::Text("a<b".into())),
            ],
            heights: vec![(1, 20.0), (0, 31.0)],
            ..SheetPlan::default()
        };
        let mut texts = Texts::default();
        let rows = Rows::of(&sheet, |_| 7, &mut texts);
        assert_eq!(
            rows.xml(),
            "<sheetData><row r=\"1\" ht=\"30.75\" customHeight=\"1\"><c r=\"A1\" s=\"7\" t=\"s\"><v>0</v></c>\
             <c r=\"AB1\" s=\"7\" t=\"s\"><v>0</v></c></row><row r=\"2\" ht=\"20.25\" customHeight=\"1\"></row>\
             <row r=\"3\"><c r=\"A3\" s=\"7\"/><c r=\"B3\" s=\"7\"><v>-2</v></c></row></sheetData>"
        );
        assert_eq!(rows.dimension(), "A1:AB3");
        assert!(texts.xml().ends_with("count=\"2\" uniqueCount=\"1\"><si><t>a&lt;b</t></si></sst>"));
    }

    #[test]
    fn what_looks_like_an_escape_is_read_back_as_it_was() {
        let mut xml = String::new();
        escape("_x0041_ a_b _x41_ \r&", &mut xml);
        assert_eq!(xml, "_x005F_x0041_ a_b _x41_ _x000D_&amp;");
    }

    #[test]
    fn blanks_at_the_ends_of_a_text_are_kept() {
        let mut texts = Texts::default();
        texts.place(" a");
        assert!(texts.xml().contains("<t xml:space=\"preserve\"> a</t>"));
    }
}
