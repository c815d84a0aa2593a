//! Writes a book as JSON-stat 2.0 (json-stat.org/full): a dataset for each table, and a collection that lists them.
//!
//! A dataset is a cube of three dimensions: the lines of the table, the kind of figure (role `metric`), and the time
//! (role `time`). A crossed table has one more dimension after its lines, for its columns (`across`). Regions have the
//! role `geo`, whether they are lines or columns. Absent figures are `null`, with their shorthand in `status`. The
//! links of the collection are relative to its own address, because the book does not know where it will be published.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    FileOfBook,
    cube::{Cube, CubeAxis},
    issue_marks::{self, IssueState},
    stem,
};
use assemble::{Book, Table, labels};
use words::Lexicon;

#[derive(Serialize)]
struct Dataset {
    version: &'static str,
    class: &'static str,
    label: String,
    source: String,
    updated: String,
    id: Vec<&'static str>,
    size: Vec<usize>,
    role: Role,
    dimension: BTreeMap<&'static str, Dimension>,
    value: Vec<Option<serde_json::Number>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    status: BTreeMap<usize, &'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    note: Vec<String>,
    extension: Extension,
}

#[derive(Serialize)]
struct Role {
    time: [&'static str; 1],
    metric: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    geo: Vec<&'static str>,
}

#[derive(Serialize)]
struct Dimension {
    label: String,
    category: Category,
}

#[derive(Serialize)]
struct Category {
    index: Vec<String>,
    label: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    unit: BTreeMap<String, UnitOf>,
}

#[derive(Serialize)]
struct UnitOf {
    label: String,
    decimals: u8,
}

/// What JSON-stat has no field for.
#[derive(Serialize)]
struct Extension {
    collection: String,
    period: String,
    revision: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    table: String,
    content_id: String,
    origin: String,
    state: &'static str,
}

#[derive(Serialize)]
struct Collection {
    version: &'static str,
    class: &'static str,
    label: String,
    updated: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    note: Vec<String>,
    link: Links,
    extension: Extension,
}

#[derive(Serialize)]
struct Links {
    item: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    class: &'static str,
    #[serde(rename = "type")]
    media: &'static str,
    href: String,
    label: String,
}

/// Writes the tables of a book that have figures, and `collection.json`.
#[must_use]
pub fn jsonstat(book: &Book, lexicon: &Lexicon) -> Vec<FileOfBook> {
    let folder = format!("json-stat-{}", lexicon.language());
    let content = book.content_id().to_string();
    let mut files = Vec::new();
    let mut items = Vec::new();
    for table in book.tables() {
        let Some(dataset) = dataset(book, table, lexicon, &content) else { continue };
        let href = format!("{}.json", stem(table));
        files.push(FileOfBook { name: format!("{folder}/{href}"), bytes: super::pretty_json(&dataset) });
        items.push(Item { class: "dataset", media: "application/json", href, label: dataset.label });
    }
    let collection = Collection {
        version: "2.0",
        class: "collection",
        label: issue_marks::title(book, lexicon),
        updated: book.cover.generated_for.to_string(),
        note: issue_marks::in_words(book, lexicon),
        link: Links { item: items },
        extension: extension(book, "", &content),
    };
    files.push(FileOfBook { name: format!("{folder}/collection.json"), bytes: super::pretty_json(&collection) });
    files
}

fn extension(book: &Book, table: &str, content: &str) -> Extension {
    Extension {
        collection: book.collection.to_string(),
        period: book.period.to_string(),
        revision: book.revision,
        table: table.to_owned(),
        content_id: content.to_owned(),
        origin: issue_marks::origin(book),
        state: IssueState::of(book).code(),
    }
}

fn dataset(book: &Book, table: &Table, lexicon: &Lexicon, content: &str) -> Option<Dataset> {
    let cube = Cube::of(table)?;
    let mut status = BTreeMap::new();
    let mut value = Vec::with_capacity(cube.cells.len());
    for (place, cell) in cube.cells.iter().enumerate() {
        value.push(cell.as_ref().and_then(|one| one.value.as_deref()).and_then(number));
        if let Some(mark) = cell.as_ref().and_then(|one| one.mark) {
            status.insert(place, mark.text().trim_matches(['[', ']']));
        }
    }
    let (id, size) = cube.sizes().into_iter().unzip();
    let said = |titles| labels::in_language(titles, lexicon.language());
    let notes = table.sentences.iter().chain(&table.notes).map(said);
    Some(Dataset {
        version: "2.0",
        class: "dataset",
        label: format!("{}. {}", said(&table.title), said(&table.scope)),
        source: said(&table.source),
        updated: book.cover.generated_for.to_string(),
        id,
        size,
        role: Role { time: ["time"], metric: ["metric"], geo: cube.regions().into_iter().collect() },
        dimension: cube.axes(lexicon).into_iter().map(|axis| (axis.id, dimension(axis))).collect(),
        value,
        status,
        note: issue_marks::in_words(book, lexicon).into_iter().chain(notes).collect(),
        extension: extension(book, &table.id, content),
    })
}

fn dimension(axis: CubeAxis) -> Dimension {
    let (mut index, mut label, mut unit) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for category in axis.categories {
        if let Some((label, decimals)) = category.unit {
            unit.insert(category.id.clone(), UnitOf { label, decimals });
        }
        label.insert(category.id.clone(), category.label);
        index.push(category.id);
    }
    Dimension { label: axis.label, category: Category { index, label, unit } }
}

/// An exact decimal as a JSON number. The shortest decimal form of its double is the decimal itself.
fn number(text: &str) -> Option<serde_json::Number> {
    text.parse::<i64>().map(Into::into).ok().or_else(|| serde_json::Number::from_f64(text.parse().ok()?))
}
