//! CSV (RFC 4180, UTF-8, lines end in CR LF): a file for each table, with the columns that the sheet has, and an index.
//!
//! Figures are plain decimals with a point. Shorthand stands where a figure is absent. A text that a spreadsheet program
//! would take for a formula, because it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, is led by an
//! apostrophe; a program that reads the file takes the first apostrophe off where one of these follows. There is no byte
//! order mark: the files are for programs, many of which would read it as a part of the first head; who opens them in a
//! spreadsheet chooses UTF-8 and the comma, or takes the workbook.

use super::{FileOfBook, observed::written, stem};
use assemble::{Book, Cell, Table, labels};
use domain::Language;

/// The tables of a book, and `index.csv` that says what each of them is.
#[must_use]
pub fn csv(book: &Book, language: Language) -> Vec<FileOfBook> {
    let folder = format!("csv-{language}");
    let mut index = Records::new();
    index.add(&["file", "table", "title", "scope", "measure", "source", "content_id"].map(ToOwned::to_owned));
    let content = book.content_id().to_string();
    let mut files = Vec::new();
    for table in book.tables() {
        let name = format!("{}.csv", stem(table));
        let said = |titles| text(&labels::in_language(titles, language));
        let record = [
            name.clone(),
            table.number.clone(),
            said(&table.title),
            said(&table.scope),
            said(&table.measure),
            said(&table.source),
            content.clone(),
        ];
        index.add(&record);
        files.push(FileOfBook { name: format!("{folder}/{name}"), bytes: one(table, language) });
    }
    files.push(FileOfBook { name: format!("{folder}/index.csv"), bytes: index.into_bytes() });
    files
}

fn one(table: &Table, language: Language) -> Vec<u8> {
    let heads = table.columns.iter().map(|c| text(&labels::in_language(&c.header, language)));
    let mut records = Records::new();
    records.add(&labels::told_apart(heads));
    for line in &table.lines {
        let fields = (0..line.cells.len()).map(|place| match &line.cells[place] {
            Cell::Text(titles) => text(&labels::in_language(titles, language)),
            Cell::Code(code) => text(code),
            _ => {
                let (value, mark) = written(table, line, place);
                value.or_else(|| mark.map(|m| m.text().to_owned())).unwrap_or_default()
            }
        });
        records.add(&fields.collect::<Vec<_>>());
    }
    records.into_bytes()
}

/// A text that no spreadsheet program takes for a formula.
fn text(said: &str) -> String {
    let said = said.replace('\u{a0}', " ");
    if said.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{said}") } else { said }
}

/// The records of a file as they are written.
pub struct Records(csv::Writer<Vec<u8>>);

impl Records {
    pub fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new()))
    }

    /// Adds a record. Into memory and with any number of fields nothing can fail.
    pub fn add<'f>(&mut self, fields: impl IntoIterator<Item = &'f String>) {
        let _ = self.0.write_record(fields);
    }

    /// The file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
    }
}
