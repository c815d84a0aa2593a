//! Writes `datapackage.json` (Frictionless Data Package, version 1): the files of an issue with their sizes and hashes,
//! and what the columns of its CSV files are.
//!
//! In: a book, the languages of its files, and these files. Out: the description. It has no licence, because no act gives
//! one, and no PDF, because the bytes of a PDF differ from time to time.

use serde::Serialize;

use super::{
    FileOfBook,
    csv::{self, CsvColumn, CsvKind},
    issue_marks::{self, IssueState},
    parquet, pretty_json,
    sdmx::COLUMNS,
};
use assemble::{Book, Mark};
use domain::Sha256;
use words::{Dictionary, Lexicon, texts};

#[derive(Serialize)]
struct Package {
    profile: &'static str,
    name: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<Contributor>,
    collection: String,
    period: String,
    revision: u32,
    /// The day for which the issue was made.
    issued: String,
    content_id: String,
    origin: String,
    state: &'static str,
    resources: Vec<Resource>,
}

#[derive(Serialize)]
struct Named {
    title: String,
}

#[derive(Serialize)]
struct Contributor {
    title: String,
    role: &'static str,
}

#[derive(Serialize)]
struct Resource {
    profile: &'static str,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    path: String,
    format: String,
    mediatype: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    /// Readers of packages count the bytes of texts only.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    fields: Vec<SchemaField>,
    /// What is written where a figure is absent.
    missing_values: Vec<&'static str>,
}

#[derive(Serialize)]
struct SchemaField {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Describes the files of a book. The first lexicon gives the titles of the package.
#[must_use]
pub fn datapackage(book: &Book, words: &Dictionary, lexicons: &[&Lexicon], files: &[FileOfBook]) -> Option<FileOfBook> {
    let lexicon = lexicons.first()?;
    let tables = tables(book, words, lexicons);
    let mut sources: Vec<String> =
        book.chapters.iter().map(|chapter| chapter.form_name.of(lexicon.language()).to_owned()).collect();
    sources.sort();
    sources.dedup();
    let office = book.cover.office.of(lexicon.language());
    let described = files.iter().filter(|file| !file.name.ends_with(".pdf"));
    let package = Package {
        profile: "data-package",
        name: format!("{}-{}-r{}", book.collection, book.period.to_string().to_lowercase(), book.revision),
        title: issue_marks::title(book, lexicon),
        description: issue_marks::in_words(book, lexicon).join(" "),
        sources: sources.into_iter().filter(|title| !title.is_empty()).map(|title| Named { title }).collect(),
        contributors: Some(office)
            .filter(|office| !office.is_empty())
            .map(|office| Contributor { title: office.to_owned(), role: "publisher" })
            .into_iter()
            .collect(),
        collection: book.collection.to_string(),
        period: book.period.to_string(),
        revision: book.revision,
        issued: book.cover.generated_for.to_string(),
        content_id: book.content_id().to_string(),
        origin: issue_marks::origin(book),
        state: IssueState::of(book).code(),
        resources: described.map(|file| resource(file, &tables)).collect(),
    };
    Some(FileOfBook { name: "datapackage.json".to_owned(), bytes: pretty_json(&package) })
}

/// A file of a table: its path, the title, its columns.
struct TableFile {
    path: String,
    title: String,
    columns: Vec<CsvColumn>,
}

/// The files with columns that a book has in these languages.
fn tables(book: &Book, words: &Dictionary, lexicons: &[&Lexicon]) -> Vec<TableFile> {
    let mut files = Vec::new();
    for lexicon in lexicons {
        let language = lexicon.language();
        files.extend(book.tables().map(|table| TableFile {
            path: csv::path(table, language),
            title: assemble::labels::in_language(&table.title, language),
            columns: csv::columns(table, language),
        }));
        files.push(TableFile {
            path: format!("csv-{language}/index.csv"),
            title: texts::CONTENTS.of(lexicon).to_owned(),
            columns: csv::index_columns(),
        });
    }
    let column = |head: &str, is_figure| CsvColumn {
        head: head.to_owned(),
        kind: if is_figure { CsvKind::Decimal } else { CsvKind::Text },
    };
    let of_sdmx = COLUMNS.iter().map(|head| column(head, *head == "OBS_VALUE")).collect();
    let of_parquet = parquet::column_names(words).iter().map(|(head, is_figure)| column(head, *is_figure)).collect();
    for (ending, columns) in [("sdmx.csv", of_sdmx), ("parquet", of_parquet)] {
        files.push(TableFile { path: format!("{}.{ending}", book.collection), title: String::new(), columns });
    }
    files
}

fn resource(file: &FileOfBook, tables: &[TableFile]) -> Resource {
    let table = tables.iter().find(|table| table.path == file.name);
    let format = file.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
    let (mediatype, is_text) = match format.as_str() {
        "csv" => ("text/csv", true),
        "json" => ("application/json", true),
        "xml" => ("application/xml", true),
        "px" => ("text/x-pcaxis", true),
        "parquet" => ("application/vnd.apache.parquet", false),
        _ => ("application/octet-stream", false),
    };
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c.to_ascii_lowercase() } else { '-' };
    Resource {
        profile: if table.is_some() { "tabular-data-resource" } else { "data-resource" },
        name: file.name.chars().map(allowed).collect(),
        title: table.map(|table| table.title.clone()).unwrap_or_default(),
        path: file.name.clone(),
        bytes: (format != "parquet").then_some(file.bytes.len()),
        format,
        mediatype,
        encoding: is_text.then_some("utf-8"),
        hash: format!("sha256:{}", Sha256::of(&file.bytes)),
        schema: table.map(|table| schema(&table.columns)),
    }
}

fn schema(columns: &[CsvColumn]) -> Schema {
    let field = |column: &CsvColumn| SchemaField {
        name: column.head.clone(),
        kind: match column.kind {
            CsvKind::Text => "string",
            CsvKind::Decimal => "number",
            CsvKind::Whole => "integer",
        },
    };
    let absent = [Mark::X, Mark::C, Mark::Z].map(Mark::text);
    Schema { fields: columns.iter().map(field).collect(), missing_values: [""].into_iter().chain(absent).collect() }
}
