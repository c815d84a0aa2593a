//! Writes a book as CSV (RFC 4180, UTF-8, lines end in CR LF): a file for each table, with the columns of its sheet,
//! and an index.
//!
//! Figures are plain decimals with a point. A shorthand such as `[x]` replaces an absent figure. A spreadsheet program
//! would take a text for a formula that begins with `=`, `+`, `-`, `@`, a tab or a carriage return. Such a text gets an
//! apostrophe in front; a program that reads the file removes a first apostrophe before one of these characters. There
//! is no byte order mark, because many programs would read it as a part of the first head. A person who opens a file in
//! a spreadsheet program chooses UTF-8 and the comma, or uses the workbook.

use super::{FileOfBook, observed::written, stem};
use assemble::{Book, Cell, Table, labels};
use domain::Language;
use words::Lexicon;

/// Writes the tables of a book, and `index.csv`, which describes them.
#[must_use]
pub fn csv(book: &Book, lexicon: &Lexicon) -> Vec<FileOfBook> {
    let language = lexicon.language();
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

/// The text, with an apostrophe in front if a spreadsheet program would take it for a formula.
fn text(said: &str) -> String {
    let said = said.replace('\u{a0}', " ");
    if said.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{said}") } else { said }
}

/// The records of a CSV file that is being written.
pub struct Records(csv::Writer<Vec<u8>>);

impl Records {
    pub fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new()))
    }

    /// Adds a record. This cannot fail, because it writes into memory and allows any number of fields.
    pub fn add<'f>(&mut self, fields: impl IntoIterator<Item = &'f String>) {
        let _ = self.0.write_record(fields);
    }

    /// The bytes of the file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
    }
}
