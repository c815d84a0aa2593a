//! A part of a JSON-stat dataset. In: a dataset, and the codes of each dimension that are wanted. Out: the same dataset with
//! these codes only, or as CSV. Unknown here: how a query is written.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// The dimensions of a dataset, in order, each with its codes.
pub fn dimensions(dataset: &Value) -> Vec<(String, Vec<String>)> {
    let ids = dataset["id"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let codes = |id: &str| -> Vec<String> {
        let index = &dataset["dimension"][id]["category"]["index"];
        let listed = index.as_array().into_iter().flatten().filter_map(Value::as_str);
        listed.map(ToOwned::to_owned).collect()
    };
    ids.map(|id| (id.to_owned(), codes(id))).collect()
}

/// The number of cells of a selection.
pub fn cells(selection: &[Vec<usize>]) -> u64 {
    selection.iter().map(|places| places.len() as u64).product()
}

/// The dataset with these places of each dimension.
pub fn part(dataset: &Value, selection: &[Vec<usize>]) -> Value {
    let dimensions = dimensions(dataset);
    let mut part = dataset.clone();
    let (mut values, mut status) = (Vec::new(), Map::new());
    for place in places(&dimensions, selection) {
        if let Some(mark) = dataset["status"].get(place.to_string()) {
            status.insert(values.len().to_string(), mark.clone());
        }
        values.push(dataset["value"].get(place).cloned().unwrap_or(Value::Null));
    }
    part["size"] = json!(selection.iter().map(Vec::len).collect::<Vec<_>>());
    for ((id, codes), places) in dimensions.iter().zip(selection) {
        let category = &dataset["dimension"][id]["category"];
        let kept: Vec<&String> = places.iter().map(|place| &codes[*place]).collect();
        let only = |of: &Value| {
            let entries = kept.iter().filter_map(|code| Some(((*code).clone(), of.get(code.as_str())?.clone())));
            Value::Object(entries.collect())
        };
        let mut shown = json!({ "index": kept, "label": only(&category["label"]) });
        if category.get("unit").is_some() {
            shown["unit"] = only(&category["unit"]);
        }
        part["dimension"][id]["category"] = shown;
    }
    part["value"] = Value::Array(values);
    part["status"] = Value::Object(status);
    part
}

/// The dataset without its figures.
pub fn without_figures(dataset: &Value) -> Value {
    let mut bare = dataset.clone();
    if let Some(members) = bare.as_object_mut() {
        members.remove("value");
        members.remove("status");
    }
    bare
}

/// A dataset as CSV: a line for each cell, with the codes of its dimensions, the figure and its mark.
pub fn csv(dataset: &Value) -> String {
    let dimensions = dimensions(dataset);
    let all: Vec<Vec<usize>> = dimensions.iter().map(|(_, codes)| (0..codes.len()).collect()).collect();
    let mut text = String::new();
    for (id, _) in &dimensions {
        let _ = write!(text, "{},", quoted(id));
    }
    text.push_str("value,status\r\n");
    for (at, place) in places(&dimensions, &all).into_iter().enumerate() {
        let mut rest = place;
        let mut codes = Vec::new();
        for (_, known) in dimensions.iter().rev() {
            codes.push(&known[rest % known.len()]);
            rest /= known.len();
        }
        for code in codes.iter().rev() {
            let _ = write!(text, "{},", quoted(code));
        }
        let value = dataset["value"].get(at).filter(|value| !value.is_null());
        let mark = dataset["status"].get(at.to_string()).and_then(Value::as_str).unwrap_or_default();
        let _ = write!(text, "{},{mark}\r\n", value.map(ToString::to_string).unwrap_or_default());
    }
    text
}

/// The places of the selected cells among all cells, in order.
fn places(dimensions: &[(String, Vec<String>)], selection: &[Vec<usize>]) -> Vec<usize> {
    let mut places = vec![0];
    for ((_, codes), selected) in dimensions.iter().zip(selection) {
        places = places.iter().flat_map(|place| selected.iter().map(move |one| place * codes.len() + one)).collect();
    }
    places
}

fn quoted(text: &str) -> String {
    // A text that begins like a formula is one in a spreadsheet.
    let text = if text.starts_with(['=', '+', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
