//! JSON Schema, as far as docs/json and templates/schema use it. A keyword that is not read here is refused, so that no schema promises what no
//! test checks.

use serde_json::Value;

/// The keywords that say something to people only.
const WORDS: [&str; 5] = ["$schema", "$id", "title", "description", "$defs"];

/// What is wrong with a value by a schema; empty if nothing is. A field that the schema does not describe is wrong, unless
/// `additionalProperties` says what such fields are: programs may ignore new fields, documents may not.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else { return found.push(format!("{at}: the schema is not an object")) };
    for (keyword, rule) in schema {
        match keyword.as_str() {
            "type" => {
                let kinds: Vec<&str> = rule.as_str().map_or_else(
                    || rule.as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()).collect(),
                    |kind| vec![kind],
                );
                if !kinds.iter().any(|kind| is(kind, value)) {
                    found.push(format!("{at}: is not {}: {value}", kinds.join(" or ")));
                }
            }
            "enum" if !rule.as_array().unwrap().contains(value) => {
                found.push(format!("{at}: {value} is not one of {rule}"));
            }
            "const" if rule != value => found.push(format!("{at}: {value} is not {rule}")),
            "enum" | "const" => {}
            "required" => {
                let Some(object) = value.as_object() else { continue };
                let missing = rule.as_array().unwrap().iter().filter(|key| !object.contains_key(key.as_str().unwrap()));
                found.extend(missing.map(|key| format!("{at}: {key} is missing")));
            }
            "properties" => {
                let Some(object) = value.as_object() else { continue };
                for (key, value) in object {
                    let at = format!("{at}.{key}");
                    match (rule.get(key).or_else(|| by_pattern(schema, key)), schema.get("additionalProperties")) {
                        (Some(inner), _) => check(root, inner, value, &at, found),
                        (None, Some(other)) if other.is_object() => check(root, other, value, &at, found),
                        (None, _) => found.push(format!("{at} is not described")),
                    }
                }
            }
            "additionalProperties" if !schema.contains_key("properties") => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    check(root, rule, value, &format!("{at}.{key}"), found);
                }
            }
            "additionalProperties" | "patternProperties" => {}
            "anyOf" => {
                let fits = |rule: &&Value| {
                    let mut faults = Vec::new();
                    check(root, rule, value, at, &mut faults);
                    faults.is_empty()
                };
                if !rule.as_array().unwrap().iter().any(|rule| fits(&rule)) {
                    found.push(format!("{at}: {value} is not one of {rule}"));
                }
            }
            "pattern" => match value.as_str() {
                Some(text) if !matches(rule, text) => found.push(format!("{at}: `{text}` is not as {rule} says")),
                _ => {}
            },
            "format" => match (rule.as_str(), value.as_str()) {
                (Some("date"), Some(text)) if text.parse::<chrono::NaiveDate>().is_ok() => {}
                (Some("date"), Some(text)) => found.push(format!("{at}: `{text}` is not a date")),
                (Some("date"), None) => {}
                _ => found.push(format!("{at}: no test reads the format {rule}")),
            },
            "items" => {
                for (place, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, value, &format!("{at}[{place}]"), found);
                }
            }
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                match root["$defs"].get(name) {
                    Some(inner) => check(root, inner, value, at, found),
                    None => found.push(format!("{at}: no `{name}` among $defs")),
                }
            }
            word if WORDS.contains(&word) => {}
            other => found.push(format!("{at}: the schema uses `{other}`, which no test reads")),
        }
    }
}

/// The schema of a key by the pattern that it has.
fn by_pattern<'s>(schema: &'s serde_json::Map<String, Value>, key: &str) -> Option<&'s Value> {
    let patterns = schema.get("patternProperties")?.as_object()?;
    patterns.iter().find(|(pattern, _)| matches(&Value::from(pattern.as_str()), key)).map(|(_, inner)| inner)
}

/// Whether a text has a pattern. Only the patterns that our schemas use are known.
fn matches(pattern: &Value, text: &str) -> bool {
    match pattern.as_str() {
        Some("^[a-z]{2,3}$") => matches!(text.len(), 2 | 3) && text.bytes().all(|b| b.is_ascii_lowercase()),
        Some("^([01][0-9]|2[0-3]):[0-5][0-9]$") => {
            text.len() == 5 && chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok()
        }
        _ => panic!("no test reads the pattern {pattern}"),
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    }
}

#[test]
fn a_schema_finds_what_is_missing_wrong_or_not_described() {
    let schema = serde_json::json!({
        "type": "array",
        "items": { "$ref": "#/$defs/line" },
        "$defs": { "line": {
            "type": "object",
            "required": ["id"],
            "properties": { "id": { "type": "string" }, "count": { "type": ["integer", "null"] } }
        } }
    });
    assert_eq!(faults(&schema, &serde_json::json!([{ "id": "a", "count": null }])), Vec::<String>::new());
    let found = faults(&schema, &serde_json::json!([{ "count": 0.5, "other": 1 }]));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(faults(&serde_json::json!({ "contains": "x" }), &Value::Null)[0].contains("no test reads"));
    let either = serde_json::json!({ "anyOf": [{ "type": "string", "format": "date" }, { "const": 1 }] });
    assert!(faults(&either, &"2025-07-14".into()).is_empty() && faults(&either, &1.into()).is_empty());
    assert_eq!(faults(&either, &"soon".into()).len(), 1);
    let titles = serde_json::json!({
        "properties": {}, "patternProperties": { "^[a-z]{2,3}$": { "type": "string" } }, "additionalProperties": false
    });
    assert!(faults(&titles, &serde_json::json!({ "ru": "x" })).is_empty());
    assert_eq!(faults(&titles, &serde_json::json!({ "ru": 1, "RU": "x" })).len(), 2);
}
