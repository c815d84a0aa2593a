//! Draws one section as a sheet.
//!
//! In comes a section; out come the cells of a sheet. This module does not know the form or how figures are made.

use super::{
    MARK,
    header::header,
    stub::{Entry, stub},
};
use domain::{Figure, Section};
use workbook::plain::{PlainCell, PlainSheet};

/// A sheet under construction. Cells are merged if they cover more than one place.
pub(super) struct Canvas(pub PlainSheet);

/// A rectangle of cells: first row, first column, last row, last column.
pub(super) type Area = (u32, u16, u32, u16);

impl Canvas {
    pub fn new(name: String) -> Self {
        Self(PlainSheet { name, ..PlainSheet::default() })
    }

    pub fn put(&mut self, (top, left, bottom, right): Area, cell: PlainCell) {
        if (top, left) == (bottom, right) {
            self.0.cells.push((top, left, cell));
        } else {
            self.0.merges.push((top, left, bottom, right, cell));
        }
    }

    pub fn text(&mut self, area: Area, text: &str) {
        self.put(area, PlainCell::Text(text.to_owned()));
    }
}

/// The sheet of a section; `lines` are written above its title.
pub(super) fn sheet(name: String, lines: &[String], section: &Section, with_letters: bool) -> PlainSheet {
    let mut canvas = Canvas::new(name);
    canvas.text((0, 0, 0, 0), &format!("{MARK} / ОБРАЗЕЦ: вымышленные данные, не статистика"));
    let mut row = 1;
    for line in lines.iter().map(String::as_str).chain([section.title.as_ref()]) {
        canvas.text((row, 0, row, 0), line);
        row += 1;
    }
    let rows: Vec<(&str, &str)> = section.rows.iter().map(|r| (r.code.as_str(), r.label.as_ref())).collect();
    let (depth, entries) = stub(&rows);
    let code_column = depth;
    let first = code_column + 1;
    let labels: Vec<&str> = section.columns.iter().map(|c| c.label.as_ref()).collect();
    let numbering = row + header(&mut canvas, row, first, &labels);
    canvas.text((row, 0, numbering - 1, depth - 1), "Наименование показателей");
    canvas.text((row, code_column, numbering - 1, code_column), "Шифр строки");
    if with_letters {
        canvas.text((numbering, 0, numbering, depth - 1), "А");
        canvas.text((numbering, code_column, numbering, code_column), "Б");
    }
    for (place, column) in section.columns.iter().enumerate() {
        let at = first + place as u16;
        canvas.put((numbering, at, numbering, at), code(column.code.as_str()));
    }
    let body = numbering + 1;
    for Entry { first_row, last_row, column, last_column, text } in entries {
        canvas.text((body + first_row, column, body + last_row, last_column), &text);
    }
    let width = section.columns.len();
    canvas.0.cells.reserve(section.figures.len() + section.rows.len());
    for (place, row) in section.rows.iter().enumerate() {
        let at = body + place as u32;
        canvas.put((at, code_column, at, code_column), code(row.code.as_str()));
        for (column, figure) in section.figures[place * width..][..width].iter().enumerate() {
            let column = first + column as u16;
            match figure {
                Figure::Number(number) => canvas.0.cells.push((at, column, PlainCell::Number(number.as_f64()))),
                Figure::Text(text) => canvas.text((at, column, at, column), text),
                Figure::Blank => {}
            }
        }
    }
    let below = body + section.rows.len() as u32 + 1;
    canvas.text((below, 0, below, 0), &format!("{MARK}: составлено встроенным образцовым источником программы"));
    widths(&mut canvas.0, depth);
    canvas.0
}

/// A printed code: as a number if it is one.
fn code(code: &str) -> PlainCell {
    match code.parse::<u32>() {
        Ok(number) if number.to_string() == code => PlainCell::Number(f64::from(number)),
        _ => PlainCell::Text(code.to_owned()),
    }
}

fn widths(sheet: &mut PlainSheet, depth: u16) {
    sheet.widths = (0..depth - 1).map(|column| (column, 8.0)).collect();
    sheet.widths.push((depth - 1, 48.0));
    sheet.widths.push((depth, 7.0));
}
