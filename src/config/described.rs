//! What the files of an office may contain: a JSON Schema for each, and a page for people. In: the types that read the
//! files, the meanings of their keys, the defaults. Out: texts. This module does not read an office.
//!
//! The texts lie in `templates/schema` and in `docs/configuration.md`, where a test compares them (`terms::described`).

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Map, Value, json};

use super::{
    Office,
    meanings::{CHOSEN, Meanings},
    settings_file,
    shape::{self, Key, Shape, Table},
    shown_settings, special, tree,
};

/// A text that is made from the types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedFile {
    /// Its path in the repository.
    pub path: String,
    pub text: String,
}

/// A file of an office, or several of one kind.
struct FileKind {
    /// Of its schema.
    name: &'static str,
    /// One that is built into the program.
    example: &'static str,
    shown: &'static str,
    title: &'static str,
}

const KINDS: [FileKind; 15] = [
    kind("zhinaq", "zhinaq.toml", "zhinaq.toml", "The settings of the office"),
    kind("people", "schedules/people.toml", "schedules/people.toml", "Who may do what"),
    kind("requests", "schedules/requests.toml", "schedules/requests.toml", "The requests desk"),
    kind("sources", "schedules/sources.toml", "schedules/sources.toml", "Where each form comes from"),
    kind("calendar", "schedules/calendar-kz.toml", "schedules/calendar-kz.toml", "Days off and working weekends"),
    kind("regions", "schedules/regions.toml", "schedules/regions.toml", "Places and agencies"),
    kind("regulation", "schedules/order-25-2019/regulation.toml", "schedules/ACT/regulation.toml", "An act"),
    kind("forms", "schedules/order-25-2019/forms.toml", "schedules/ACT/forms.toml", "The forms of an act"),
    kind(
        "collections",
        "schedules/order-25-2019/collections.toml",
        "schedules/ACT/collections.toml",
        "The collections of an act",
    ),
    kind(
        "recipients",
        "schedules/order-25-2019/recipients.toml",
        "schedules/ACT/recipients.toml",
        "The organs of an act",
    ),
    kind("form", "templates/forms/1-m.toml", "templates/forms/FORM.toml", "The structure of a form"),
    kind(
        "collection",
        "templates/collections/crime.toml",
        "templates/collections/COLLECTION.toml",
        "What a collection shows",
    ),
    kind(
        "analysis",
        "templates/analysis/crime.toml",
        "templates/analysis/COLLECTION.toml",
        "The analytical text of a collection",
    ),
    kind("map", "templates/map.toml", "templates/map.toml", "The tiles of maps"),
    kind("site", "templates/site/site.toml", "templates/site/site.toml", "What is public, and where"),
];

const fn kind(name: &'static str, example: &'static str, shown: &'static str, title: &'static str) -> FileKind {
    FileKind { name, example, shown, title }
}

/// The beginning of the page.
const HEAD: &str = include_str!("described-head.md");

/// A mail server and a mailbox with what they need at least, to see the defaults of the rest.
const AT_LEAST: &str = "\
[transport]
kind = \"smtp\"
[transport.smtp]
host = \"mail.example.org\"
from = \"statistics@example.org\"
[mailbox]
host = \"imap.example.org\"
credentials = \"mailbox.toml\"
";
/// The settings of [`AT_LEAST`], which have no default.
const NO_DEFAULT: [&str; 5] =
    ["transport.kind", "transport.smtp.host", "transport.smtp.from", "mailbox.host", "mailbox.credentials"];

/// The schemas of all files, and the page about them.
///
/// # Errors
/// A key has no meaning, or a meaning has no key: which.
pub fn described_files() -> Result<Vec<DescribedFile>, String> {
    let mut read = Err(String::new());
    let seen = shape::seen(|| read = Office::embedded().map_err(|faults| faults.to_string()));
    let defaults = defaults(read?);
    let (mut files, mut page, mut wrong) = (Vec::new(), HEAD.to_owned(), Vec::new());
    for FileKind { name, example, shown, title } in &KINDS {
        let table = seen.file(example).ok_or_else(|| format!("`{example}` was not read"))?;
        let is_settings = *name == "zhinaq";
        let own = if is_settings { tree::Tree::built_in().text(example).ok().flatten() } else { None };
        let meanings = Meanings::of(name, own.as_deref())?;
        let none = BTreeMap::new();
        let defaults = if is_settings { &defaults } else { &none };
        let mut describe = Describe { meanings, defaults, lines: String::new(), missing: Vec::new() };
        let mut schema = describe.table(table, "");
        wrong.extend(describe.missing.iter().map(|key| format!("{name}: `{key}` has no meaning")));
        wrong.extend(describe.meanings.unused().iter().map(|key| format!("{name}: no key `{key}`")));
        let _ = write!(
            page,
            "\n## {title}: `{shown}`\n\n| key | value | left out | meaning |\n| --- | --- | --- | --- |\n"
        );
        page.push_str(&describe.lines);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
            schema.insert("title".into(), json!(format!("{shown}: {title}")));
        }
        let text = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())? + "\n";
        files.push(DescribedFile { path: format!("templates/schema/{name}.schema.json"), text });
    }
    files.push(DescribedFile { path: "docs/configuration.md".into(), text: page });
    if wrong.is_empty() { Ok(files) } else { Err(wrong.join("\n")) }
}

/// What settings are when they are left out, as TOML writes it.
fn defaults(mut office: Office) -> BTreeMap<String, String> {
    let settings = |text: &str| settings_file::parse("zhinaq.toml", text, &[], &[], &[]).0;
    office.settings = settings(AT_LEAST);
    let mut values = shown_settings::values(&office);
    for key in NO_DEFAULT {
        values.remove(key);
    }
    office.settings = settings("");
    for (key, value) in shown_settings::values(&office) {
        values.insert(key, value);
    }
    values
}

struct Describe<'d> {
    meanings: Meanings,
    defaults: &'d BTreeMap<String, String>,
    /// The rows of the page so far.
    lines: String,
    missing: Vec<String>,
}

impl Describe<'_> {
    /// The schema of a table, and the rows of its keys.
    fn table(&mut self, table: &Table, above: &str) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for key in &table.keys {
            let path = if above.is_empty() { key.name.to_owned() } else { format!("{above}.{}", key.name) };
            let meaning = self.row(key, &path);
            let mut schema = self.value(&key.shape, &path);
            if let (Some(schema), Some(meaning)) = (schema.as_object_mut(), meaning) {
                schema.insert("description".into(), json!(meaning));
            }
            properties.insert(key.name.into(), schema);
            required.extend(key.is_required.then_some(key.name));
        }
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if table.has_titles {
            required.push("ru");
            schema["patternProperties"] = json!({ (special::LANGUAGE): { "type": "string" } });
            let _ = writeln!(
                self.lines,
                "| `{above}.ru`, `kk`, `en` … | text | required: `ru` | The title, by language. |"
            );
        }
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    fn value(&mut self, shape: &Shape, path: &str) -> Value {
        match shape {
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Number => json!({ "type": "integer" }),
            Shape::Text => json!({ "type": "string" }),
            Shape::Choice(words) => json!({ "enum": words }),
            Shape::List(inner) => json!({ "type": "array", "items": self.value(inner, path) }),
            Shape::Map(inner) => {
                json!({ "type": "object", "additionalProperties": self.value(inner, &format!("{path}.{CHOSEN}")) })
            }
            Shape::Table(table) => self.table(table, path),
            Shape::Special(of) => {
                let special = special::find(of);
                if special.is_none() {
                    self.missing.push(format!("{path} (special::ALL lacks its type, {of})"));
                }
                special.map_or(Value::Null, |special| (special.schema)())
            }
        }
    }

    /// Writes the row of a key, and returns its meaning.
    fn row(&mut self, key: &Key, path: &str) -> Option<String> {
        let meaning = self.meanings.meaning(path).or_else(|| match key.shape {
            Shape::Map(_) => self.meanings.meaning(&format!("{path}.{CHOSEN}")),
            _ => None,
        });
        if meaning.is_none() && matches!(key.shape, Shape::Table(_)) {
            return None;
        }
        if meaning.is_none() {
            self.missing.push(path.to_owned());
        }
        let left_out = match self.defaults.get(path) {
            _ if key.is_required => "required".to_owned(),
            Some(value) => format!("`{value}`"),
            None => "–".to_owned(),
        };
        let words = words(&key.shape, key.name);
        let shown = meaning.as_deref().unwrap_or_default().replace('|', "\\|").replace('<', "&lt;");
        let _ = writeln!(self.lines, "| `{path}` | {words} | {left_out} | {shown} |");
        meaning
    }
}

/// What a value is, for people; a number with its unit of measure, which is at the end of the key.
fn words(shape: &Shape, name: &str) -> String {
    match shape {
        Shape::Flag => "`true` or `false`".into(),
        Shape::Number => {
            let units =
                [("_seconds", "seconds"), ("_bytes", "bytes"), ("_days", "days"), ("_a_minute", "mails a minute")];
            let unit = units.iter().find(|(end, _)| name.ends_with(end)).map(|(_, unit)| *unit);
            unit.map_or_else(|| "whole number".into(), |unit| format!("whole number: {unit}"))
        }
        Shape::Text => "text".into(),
        Shape::Choice(words) => words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", "),
        Shape::List(inner) if matches!(**inner, Shape::Table(_)) => "list of tables".into(),
        Shape::List(inner) => format!("list: {}", words(inner, name)),
        Shape::Map(inner) if matches!(**inner, Shape::Table(_)) => "tables by name".into(),
        Shape::Map(inner) => format!("by name: {}", words(inner, name)),
        Shape::Table(_) => "table".into(),
        Shape::Special(of) => special::find(of).map_or_else(String::new, |special| special.words.to_owned()),
    }
}
