//! Writes a book as CSV (RFC 4180, UTF-8, lines end in CR LF): a file for each table, with the columns of its sheet,
//! and an index.
//!
//! Figures are plain decimals with a point. A shorthand such as `[x]` replaces an absent figure. A spreadsheet program
//! would take a text for a formula that begins with `=`, `+`, `-`, `@`, a tab or a carriage return. Such a text gets an
//! apostrophe in front; a program that reads the file removes a first apostrophe before one of these characters. There
//! is no byte order mark, because many programs would read it as a part of the first head. A person who opens a file in
//! a spreadsheet program chooses UTF-8 and the comma, or uses the workbook.
//!
//! The last two columns of a table are the same in every line and every language: `origin` is `SAMPLE DATA` or `real`,
//! `state` is `complete`, `incomplete`, `draft` or `draft-incomplete`. So a file that leaves its folder keeps its marks.

use super::{
    FileOfBook,
    issue_marks::{self, IssueState},
    observed::written,
    stem,
};
use assemble::{Book, Cell, ColumnRole, Table, labels};
use domain::Language;
use words::Lexicon;

/// The heads of the columns about the issue, after those of the table.
const ABOUT_ISSUE: [&str; 2] = ["origin", "state"];
/// The heads of `index.csv`.
const INDEX: [&str; 10] =
    ["file", "table", "title", "scope", "measure", "source", "content_id", "revision", ABOUT_ISSUE[0], ABOUT_ISSUE[1]];

/// Writes the tables of a book, and `index.csv`, which describes them.
#[must_use]
pub fn csv(book: &Book, lexicon: &Lexicon) -> Vec<FileOfBook> {
    let language = lexicon.language();
    let folder = format!("csv-{language}");
    let mut index = Records::new();
    index.add(&INDEX.map(ToOwned::to_owned));
    let content = book.content_id().to_string();
    let [origin, state] = about_issue(book);
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
            book.revision.to_string(),
            origin.clone(),
            state.clone(),
        ];
        index.add(&record);
        files.push(FileOfBook { name: path(table, language), bytes: one(table, language, [&origin, &state]) });
    }
    files.push(FileOfBook { name: format!("{folder}/index.csv"), bytes: index.into_bytes() });
    files
}

/// What the columns about the issue say.
fn about_issue(book: &Book) -> [String; 2] {
    [issue_marks::origin(book), IssueState::of(book).code().to_owned()]
}

/// A column of a CSV file.
pub struct CsvColumn {
    pub head: String,
    pub kind: CsvKind,
}

/// What the fields of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvKind {
    Text,
    /// A decimal, or a shorthand such as `[x]`.
    Decimal,
    /// A whole number, or a shorthand.
    Whole,
}

/// The columns of a table's file.
pub fn columns(table: &Table, language: Language) -> Vec<CsvColumn> {
    let own = table.columns.iter().map(|c| text(&labels::in_language(&c.header, language)));
    let heads = labels::told_apart(own.chain(ABOUT_ISSUE.map(ToOwned::to_owned)));
    let kinds = table.columns.iter().map(|column| match column.role {
        ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks | ColumnRole::Compared => CsvKind::Text,
        ColumnRole::Rank | ColumnRole::Class => CsvKind::Whole,
        _ => CsvKind::Decimal,
    });
    let kinds = kinds.chain(ABOUT_ISSUE.map(|_| CsvKind::Text));
    heads.into_iter().zip(kinds).map(|(head, kind)| CsvColumn { head, kind }).collect()
}

/// The columns of `index.csv`.
pub fn index_columns() -> Vec<CsvColumn> {
    let column = |head: &str| CsvColumn { head: head.to_owned(), kind: CsvKind::Text };
    INDEX.into_iter().map(column).collect()
}

/// The path of a table's file below the folder of the issue.
pub fn path(table: &Table, language: Language) -> String {
    format!("csv-{language}/{}.csv", stem(table))
}

fn one(table: &Table, language: Language, about: [&String; 2]) -> Vec<u8> {
    let mut records = Records::new();
    let heads: Vec<String> = columns(table, language).into_iter().map(|column| column.head).collect();
    records.add(&heads);
    for line in &table.lines {
        let fields = (0..line.cells.len()).map(|place| match &line.cells[place] {
            Cell::Text(titles) => text(&labels::in_language(titles, language)),
            Cell::Code(code) => text(code),
            _ => {
                let (value, mark) = written(table, line, place);
                value.or_else(|| mark.map(|m| m.text().to_owned())).unwrap_or_default()
            }
        });
        let about = about.into_iter().cloned();
        records.add(&fields.chain(about).collect::<Vec<_>>());
    }
    records.into_bytes()
}

/// The text, with an apostrophe in front if a spreadsheet program would take it for a formula.
pub fn text(said: &str) -> String {
    let said = said.replace('\u{a0}', " ");
    if said.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{said}") } else { said }
}

/// The records of a CSV file that is being written.
pub struct Records(csv::Writer<Vec<u8>>);

impl Default for Records {
    fn default() -> Self {
        Self::new()
    }
}

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
