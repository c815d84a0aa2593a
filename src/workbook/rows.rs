//! The rows of a sheet as XML (ECMA-376 part 1, 18.3.1.80).
//!
//! A planned sheet in, XML out. The writing library keeps every cell in trees of its own and looks up each format by
//! all its properties, which costs more than compressing the result. The plan already has each cell with its style; so
//! the rows are written straight from the plan, and the library writes everything around them.

use std::collections::HashMap;

use super::{
    plan::{CellContent, SheetPlan, Style},
    theme::StyleRole,
};
use ooxml::{address::column_letters, xml_writer};

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
    pub fn write(&self, to: &mut String) {
        to.push_str(xml_writer::HEAD);
        to.push_str("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"");
        xml_writer::with(to, " count=\"", self.shown as u64);
        xml_writer::with(to, " uniqueCount=\"", self.all.len() as u64);
        to.push('>');
        for text in &self.all {
            let blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
            let kept = blank(text.chars().next()) || blank(text.chars().next_back()) || text.contains('\n');
            to.push_str(if kept { "<si><t xml:space=\"preserve\">" } else { "<si><t>" });
            xml_writer::text(text, to);
            to.push_str("</t></si>");
        }
        to.push_str("</sst>");
    }
}

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
    NotThere,
    Blank,
}

/// The rows of one sheet.
#[derive(Debug)]
pub struct Rows {
    cells: Vec<Written>,
    heights: Vec<(u32, f64)>,
}

impl Rows {
    /// Orders the cells of a sheet and gives its texts their places. `style` returns the number of a style.
    ///
    /// Where two cells have one place, the later one counts; a table's heads come before all others.
    #[must_use]
    pub fn of<'a>(sheet: &'a SheetPlan, style: impl Fn(Style) -> u32, texts: &mut Texts<'a>) -> Self {
        let mut cells = Vec::with_capacity(sheet.cells.len() + 16);
        if let Some(table) = &sheet.table {
            for (column, (head, right)) in table.columns.iter().zip(&table.right).enumerate() {
                let turned = sheet.crossed.as_ref().is_some_and(|c| c.turned && column >= usize::from(c.stub));
                let role = if turned { StyleRole::HeaderTurned } else { StyleRole::Header };
                let style = style(Style { right: *right, indent: table.indent(column), ..Style::of(role) });
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
                CellContent::Text(text) | CellContent::Link { text, .. } => Value::Text(texts.place(text)),
                CellContent::Number(number) => Value::Number(*number),
                CellContent::NotThere => Value::NotThere,
                CellContent::Blank => Value::Blank,
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

    /// The range of the cells, such as `A1:E17`.
    #[must_use]
    pub fn dimension(&self) -> String {
        let (Some(first), Some(last)) = (self.cells.first(), self.cells.last()) else { return "A1".to_owned() };
        let left = self.cells.iter().map(|c| c.column).min().unwrap_or(0);
        let right = self.cells.iter().map(|c| c.column).max().unwrap_or(0);
        format!("{}{}:{}{}", column_letters(left), first.row + 1, column_letters(right), last.row + 1)
    }

    /// The element `sheetData`.
    pub fn write(&self, to: &mut String) {
        let widest = self.cells.iter().map(|c| c.column).max().unwrap_or(0);
        let letters: Vec<String> = (0..=widest).map(column_letters).collect();
        to.reserve(48 * self.cells.len() + 1024);
        to.push_str("<sheetData>");
        let mut digits = itoa::Buffer::new();
        let (mut cells, mut heights) = (self.cells.iter().peekable(), self.heights.iter().peekable());
        loop {
            let next = [cells.peek().map(|c| c.row), heights.peek().map(|(row, _)| *row)];
            let Some(row) = next.into_iter().flatten().min() else { break };
            let number = digits.format(row + 1);
            to.push_str("<row r=\"");
            to.push_str(number);
            to.push('"');
            let mut height = None;
            while let Some((_, points)) = heights.next_if(|(of, _)| *of == row) {
                height = Some(*points);
            }
            if let Some(points) = height {
                to.push_str(" ht=\"");
                xml_writer::number(in_pixels(points), to);
                to.push_str("\" customHeight=\"1\"");
            }
            to.push('>');
            while let Some(cell) = cells.next_if(|c| c.row == row) {
                to.push_str("<c r=\"");
                to.push_str(&letters[usize::from(cell.column)]);
                to.push_str(number);
                xml_writer::with(to, "\" s=\"", cell.style);
                match cell.value {
                    Value::Text(text) => {
                        to.push_str(" t=\"s\"><v>");
                        xml_writer::whole(text, to);
                        to.push_str("</v></c>");
                    }
                    Value::Number(number) => {
                        to.push_str("><v>");
                        xml_writer::number(number, to);
                        to.push_str("</v></c>");
                    }
                    Value::NotThere => to.push_str(" t=\"e\"><v>#N/A</v></c>"),
                    Value::Blank => to.push_str("/>"),
                }
            }
            to.push_str("</row>");
        }
        to.push_str("</sheetData>");
    }
}

/// Excel measures rows in pixels of three quarters of a point.
fn in_pixels(points: f64) -> f64 {
    (points / 0.75).round() * 0.75
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlannedCell;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut xml = String::new();
        write(&mut xml);
        xml
    }

    fn cell(row: u32, column: u16, content: CellContent) -> PlannedCell {
        PlannedCell { row, column, content, style: Style::of(StyleRole::Figure) }
    }

    #[test]
    fn rows_stand_in_order_and_the_later_of_two_cells_counts() {
        let sheet = SheetPlan {
            cells: vec![
                cell(2, 1, CellContent::Number(1.5)),
                cell(0, 0, CellContent::Text("a<b".into())),
                cell(2, 0, CellContent::Blank),
                cell(2, 2, CellContent::NotThere),
                cell(2, 1, CellContent::Number(-2.0)),
                cell(0, 27, CellContent::Text("a<b".into())),
            ],
            heights: vec![(1, 20.0), (0, 31.0)],
            ..SheetPlan::default()
        };
        let mut texts = Texts::default();
        let rows = Rows::of(&sheet, |_| 7, &mut texts);
        assert_eq!(
            written(|to| rows.write(to)),
            "<sheetData><row r=\"1\" ht=\"30.75\" customHeight=\"1\"><c r=\"A1\" s=\"7\" t=\"s\"><v>0</v></c>\
             <c r=\"AB1\" s=\"7\" t=\"s\"><v>0</v></c></row><row r=\"2\" ht=\"20.25\" customHeight=\"1\"></row>\
             <row r=\"3\"><c r=\"A3\" s=\"7\"/><c r=\"B3\" s=\"7\"><v>-2</v></c>\
             <c r=\"C3\" s=\"7\" t=\"e\"><v>#N/A</v></c></row></sheetData>"
        );
        assert_eq!(rows.dimension(), "A1:AB3");
        assert!(written(|to| texts.write(to)).ends_with("count=\"2\" uniqueCount=\"1\"><si><t>a&lt;b</t></si></sst>"));
    }

    #[test]
    fn blanks_at_the_ends_of_a_text_are_kept() {
        let mut texts = Texts::default();
        texts.place(" a");
        assert!(written(|to| texts.write(to)).contains("<t xml:space=\"preserve\"> a</t>"));
    }
}
