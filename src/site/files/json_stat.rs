//! JSON-stat 2.0 (json-stat.org/full): a section as a cube of units, rows, columns and one period.

use std::collections::BTreeMap;

use domain::{Language, Measure, Number};
use serde_json::{Value, json};

use super::Placed;
use crate::{
    input::{PlacedFigure, PlacedSection},
    words::rfc3339,
};

/// A section in one language. Absent figures are `null`, with their mark in `status`.
pub fn json_stat(placed: &Placed<'_>, section: &PlacedSection, language: Language) -> Vec<u8> {
    let words = placed.site.languages().find(|(of, _)| *of == language).map(|(_, words)| words);
    let word = |key: &str| words.map_or_else(|| key.to_owned(), |words| words.text(key));
    let figures = || section.figures.values().flatten();
    let value: Vec<Value> = figures()
        .map(|figure| match figure {
            PlacedFigure::Number(number) => json_number(*number),
            _ => Value::Null,
        })
        .collect();
    let status: BTreeMap<usize, &str> = figures()
        .enumerate()
        .filter(|(_, figure)| !matches!(figure, PlacedFigure::Number(_)))
        .map(|(place, figure)| (place, figure.mark().trim_matches(['[', ']'])))
        .collect();
    let units = section.figures.keys().map(|unit| (unit.to_string(), placed.site.unit(unit).of(language).to_owned()));
    let rows = section.rows.iter().map(|row| (row.code.to_string(), row.titles.of(language).to_owned()));
    let columns = section.columns.iter().map(|column| (column.code.to_string(), column.titles.of(language).to_owned()));
    let period = placed.release.period;
    let time = [(period.to_string(), words.map_or_else(String::new, |words| words.span(period)))];
    let mut column = dimension(&word("column"), columns);
    let unit_of = |measure: Measure| {
        let decimals = if measure == Measure::ThousandTenge { 3 } else { 0 };
        json!({ "label": word(&format!("measure_{}", measure.word())), "decimals": decimals })
    };
    let units_of: serde_json::Map<String, Value> =
        section.columns.iter().map(|column| (column.code.to_string(), unit_of(column.measure))).collect();
    column["category"]["unit"] = Value::Object(units_of);
    let sample = placed.site.is_sample().then(|| word("sample"));
    let notes: Vec<String> = sample.into_iter().chain([word("cumulative"), word("legend")]).collect();
    let dataset = json!({
        "version": "2.0",
        "class": "dataset",
        "label": format!("{}. {}", placed.title(language), section.titles.of(language)),
        "source": placed.site.input.publisher.of(language),
        "updated": rfc3339(placed.revision.placed),
        "id": ["unit", "row", "column", "time"],
        "size": [section.figures.len(), section.rows.len(), section.columns.len(), 1],
        "role": { "time": ["time"], "geo": ["unit"], "metric": ["column"] },
        "dimension": {
            "unit": dimension(&word("unit"), units),
            "row": dimension(&word("row"), rows),
            "column": column,
            "time": dimension(&word("period"), time),
        },
        "value": value,
        "status": status,
        "note": notes,
        "extension": {
            "form": placed.form.form,
            "section": section.id,
            "period": period.to_string(),
            "revision": placed.revision.revision,
            "content_id": placed.revision.content,
            "origin": placed.origin(),
        },
    });
    let mut bytes = serde_json::to_vec(&dataset).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn dimension(label: &str, categories: impl IntoIterator<Item = (String, String)>) -> Value {
    let (mut index, mut labels) = (Vec::new(), serde_json::Map::new());
    for (code, label) in categories {
        labels.insert(code.clone(), Value::String(label));
        index.push(code);
    }
    json!({ "label": label, "category": { "index": index, "label": labels } })
}

/// An exact decimal as a JSON number: the shortest decimal of its double is the decimal itself.
fn json_number(number: Number) -> Value {
    serde_json::to_value(number).unwrap_or(Value::Null)
}
