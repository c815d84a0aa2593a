//! Writes a book as JSON-stat 2.0 (json-stat.org/full): a dataset for each table, and a collection that lists them.
//!
//! A dataset is a cube of three dimensions: the lines of the table, the kind of figure (role `metric`), and the time
//! (role `time`). A crossed table has one more dimension after its lines, for its columns (`across`). Regions have the
//! role `geo`, whether they are lines or columns. Absent figures are `null`, with their shorthand in `status`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    FileOfBook,
    observed::{Metric, newest, observations},
    stem,
};
use assemble::{Across, Book, ColumnRole, Kind, Line, Table, labels, prose};
use domain::{Measure, Origin, Period, TableKind};
use words::{Lexicon, texts};

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
    dimension: Dimensions,
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
struct Dimensions {
    line: Dimension,
    #[serde(skip_serializing_if = "Option::is_none")]
    across: Option<Dimension>,
    metric: Dimension,
    time: Dimension,
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
    table: String,
    content_id: String,
    origin: String,
}

#[derive(Serialize)]
struct Collection {
    version: &'static str,
    class: &'static str,
    label: String,
    updated: String,
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
    href: String,
    label: String,
}

/// Writes the tables of a book that have figures, and `collection.json`.
#[must_use]
pub fn jsonstat(book: &Book, lexicon: &Lexicon) -> Vec<FileOfBook> {
    let language = lexicon.language();
    let folder = format!("json-stat-{language}");
    let file =
        |name: &str, value: &dyn erased::Json| FileOfBook { name: format!("{folder}/{name}"), bytes: value.bytes() };
    let content = book.content_id().to_string();
    let mut files = Vec::new();
    let mut items = Vec::new();
    for table in book.tables() {
        let Some(dataset) = dataset(book, table, lexicon, &content) else { continue };
        let href = format!("{}.json", stem(table));
        files.push(file(&href, &dataset));
        items.push(Item { class: "dataset", href, label: dataset.label });
    }
    let collection = Collection {
        version: "2.0",
        class: "collection",
        label: book.titles.of(language).to_owned(),
        updated: book.cover.generated_for.to_string(),
        link: Links { item: items },
        extension: extension(book, "", &content),
    };
    files.push(file("collection.json", &collection));
    files
}

/// A trait object for the types of this file, to write them as bytes.
mod erased {
    pub trait Json {
        fn bytes(&self) -> Vec<u8>;
    }

    impl<T: serde::Serialize> Json for T {
        fn bytes(&self) -> Vec<u8> {
            // This cannot fail, because the types of this file have only text keys and finite numbers.
            let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
            bytes.push(b'\n');
            bytes
        }
    }
}

fn extension(book: &Book, table: &str, content: &str) -> Extension {
    Extension {
        collection: book.collection.to_string(),
        period: book.period.to_string(),
        revision: book.revision,
        table: table.to_owned(),
        content_id: content.to_owned(),
        origin: if book.origin == Origin::Sample { "SAMPLE DATA".to_owned() } else { book.origin.to_string() },
    }
}

fn dataset(book: &Book, table: &Table, lexicon: &Lexicon, content: &str) -> Option<Dataset> {
    let now = newest(table)?;
    let observed = observations(table);
    let metrics: Vec<Metric> = Metric::ALL.into_iter().filter(|m| observed.iter().any(|o| o.metric == *m)).collect();
    let mut times: Vec<Period> = observed.iter().map(|o| o.period).collect();
    times.sort_unstable();
    times.dedup();
    // The places of a crossed table's columns. Another table has one place, which is not a dimension.
    let strands = strands(table);
    let size = [table.lines.len(), strands.len().max(1), metrics.len(), times.len()];
    let mut value = vec![None; size.iter().product()];
    let mut status = BTreeMap::new();
    for one in observed {
        let metric = metrics.iter().position(|m| *m == one.metric)?;
        let time = times.iter().position(|t| *t == one.period)?;
        let strand = strands.iter().position(|place| *place == one.column).unwrap_or(0);
        let place = ((one.line * size[1] + strand) * size[2] + metric) * size[3] + time;
        value[place] = one.value.as_deref().and_then(number);
        if let Some(mark) = one.mark {
            status.insert(place, mark.text().trim_matches(['[', ']']));
        }
    }
    let geo = match table.kind {
        Kind::Of(TableKind::Regions) => vec!["line"],
        Kind::Of(TableKind::RegionsAcross) => vec!["across"],
        _ => Vec::new(),
    };
    let crossed = !strands.is_empty();
    let named =
        ["line", "across", "metric", "time"].into_iter().zip(size).filter(|(name, _)| crossed || *name != "across");
    let (id, size) = named.unzip();
    let said = |titles| labels::in_language(titles, lexicon.language());
    let label = format!("{}. {}", said(&table.title), said(&table.scope));
    Some(Dataset {
        version: "2.0",
        class: "dataset",
        label,
        source: said(&table.source),
        updated: book.cover.generated_for.to_string(),
        id,
        size,
        role: Role { time: ["time"], metric: ["metric"], geo },
        dimension: Dimensions {
            line: lines(table, lexicon),
            across: crossed.then(|| across_dimension(table, &strands, lexicon)),
            metric: metric_dimension(table, &metrics, lexicon),
            time: time_dimension(&times, now, lexicon),
        },
        value,
        status,
        note: table.sentences.iter().chain(&table.notes).map(said).collect(),
        extension: extension(book, &table.id, content),
    })
}

/// An exact decimal as a JSON number. The shortest decimal form of its double is the decimal itself.
fn number(text: &str) -> Option<serde_json::Number> {
    text.parse::<i64>().map(Into::into).ok().or_else(|| serde_json::Number::from_f64(text.parse().ok()?))
}

/// The places of the columns with figures of a crossed table; empty for another table.
fn strands(table: &Table) -> Vec<usize> {
    let crossed = matches!(table.kind, Kind::Of(kind) if kind.is_cross());
    let columns = table.columns.iter().enumerate();
    columns.filter(|(_, c)| crossed && matches!(c.role, ColumnRole::Value(_))).map(|(place, _)| place).collect()
}

fn across_dimension(table: &Table, strands: &[usize], lexicon: &Lexicon) -> Dimension {
    let (head, total) = match table.kind {
        Kind::Of(TableKind::RegionsAcross) => (texts::REGION, "19"),
        Kind::Of(TableKind::AgenciesAcross) => (texts::AGENCY, "all"),
        _ => (texts::COLUMN, "total"),
    };
    let (mut index, mut label, mut unit) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for column in strands.iter().map(|place| &table.columns[*place]) {
        let id = match &column.across {
            None => total.to_owned(),
            Some(Across::Column(code, measure)) => {
                let (label, decimals) = (texts::measure(*measure).of(lexicon).to_owned(), decimals(*measure));
                unit.insert(code.to_string(), UnitOf { label, decimals });
                code.to_string()
            }
            Some(Across::Unit(unit)) => unit.to_string(),
            Some(Across::Agency(agency)) => agency.to_string(),
        };
        label.insert(id.clone(), labels::in_language(&column.header, lexicon.language()));
        index.push(id);
    }
    Dimension { label: head.of(lexicon).to_owned(), category: Category { index, label, unit } }
}

const fn decimals(measure: Measure) -> u8 {
    if matches!(measure, Measure::ThousandTenge) { 3 } else { 0 }
}

fn lines(table: &Table, lexicon: &Lexicon) -> Dimension {
    let mut index: Vec<String> = Vec::new();
    let mut label = BTreeMap::new();
    for (place, line) in table.lines.iter().enumerate() {
        let mut id = line_id(table, line, place);
        if index.contains(&id) {
            id = format!("{id}#{place}");
        }
        let texts = table.columns.iter().zip(&line.cells).filter(|(c, _)| c.role == ColumnRole::Label);
        let texts: Vec<String> = texts.filter_map(|(_, cell)| cell.said(lexicon)).collect();
        label.insert(id.clone(), texts.join(": "));
        index.push(id);
    }
    let head = table.columns.first().map(|c| labels::in_language(&c.header, lexicon.language())).unwrap_or_default();
    Dimension { label: head, category: Category { index, label, unit: BTreeMap::new() } }
}

/// The id of a line, such as `3-k/R1/1/2/19/all`. In a crossed table it leaves out what the columns contain.
fn line_id(table: &Table, line: &Line, place: usize) -> String {
    let Some(key) = &line.key else { return place.to_string() };
    let at = &key.place;
    let row = format!("{}/{}/{}", key.form, at.section, at.row);
    match table.kind {
        Kind::Of(TableKind::Section) => row,
        Kind::Of(kind) if kind.is_cross() => format!("{row}/{}", at.column),
        _ => {
            let units: Vec<&str> = key.units[0].iter().map(domain::Unit::as_str).collect();
            format!("{row}/{}/{}/{}", at.column, units.join("+"), key.agency)
        }
    }
}

fn metric_dimension(table: &Table, metrics: &[Metric], lexicon: &Lexicon) -> Dimension {
    let measure = table.lines.first().map(|l| l.measure).unwrap_or_default();
    let of_column = |column: &assemble::TableColumn| column.measure(measure) != measure;
    let mixed = table.lines.iter().any(|l| l.measure != measure);
    let across = table.columns.iter().any(of_column);
    let of_value = match (mixed, across) {
        (true, _) => texts::MEASURE_IN_LINE,
        (_, true) => texts::MEASURE_IN_HEAD,
        _ => texts::measure(measure),
    };
    let whole = if mixed || across { 3 } else { decimals(measure) };
    let mut label = BTreeMap::new();
    let mut unit = BTreeMap::new();
    for metric in metrics {
        let (said, counted, decimals) = match metric {
            Metric::Value => (texts::FIGURES.of(lexicon), of_value.of(lexicon), whole),
            Metric::Change => (texts::CHANGE.of(lexicon), of_value.of(lexicon), whole),
            Metric::Growth => (texts::GROWTH.of(lexicon), "%", 1),
            Metric::Share => (texts::SHARE.of(lexicon), "%", 1),
            Metric::Points => (texts::POINTS.of(lexicon), texts::POINTS.of(lexicon), 1),
            Metric::Rate => (texts::RATE.of(lexicon), texts::RATE.of(lexicon), 1),
            Metric::Rank => (texts::RANK.of(lexicon), texts::RANK.of(lexicon), 0),
        };
        let code = metric.code().to_lowercase();
        label.insert(code.clone(), said.to_owned());
        unit.insert(code, UnitOf { label: counted.to_owned(), decimals });
    }
    let index = metrics.iter().map(|m| m.code().to_lowercase()).collect();
    Dimension { label: texts::METRIC.of(lexicon).to_owned(), category: Category { index, label, unit } }
}

fn time_dimension(times: &[Period], now: Period, lexicon: &Lexicon) -> Dimension {
    let label = times.iter().map(|t| (t.to_string(), prose::span_short(*t, lexicon))).collect();
    let index = times.iter().map(ToString::to_string).collect();
    Dimension {
        label: prose::capital(&prose::span(now, lexicon)),
        category: Category { index, label, unit: BTreeMap::new() },
    }
}
