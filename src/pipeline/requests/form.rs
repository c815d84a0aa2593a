//! Reads requests from files. In: the bytes of a mail, of JSON, JSON lines or CSV. Out: a [`RequestForm`] for each. Errors
//! give the line and the key, never a value: in a shifted column a value may be a name. Unknown here: numbers.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::Value;

use crate::Failure;
use distribute::IncomingMail;
use domain::{Language, RequesterKind, Sha256};

/// The largest file in bytes, the most requests of one file, and the longest text in characters.
const LARGEST: usize = 20_000_000;
const MOST: usize = 1_000;
const LONGEST: usize = 200_000;
/// The keys of a request, in JSON and as the headings of a table.
const KEYS: [&str; 9] = ["from", "channel", "language", "received", "name", "address", "subject", "asks", "text"];

/// A request as it was read. `name`, `address`, `subject` and `text` are personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestForm {
    pub from: RequesterKind,
    pub channel: String,
    pub language: Language,
    pub received: NaiveDate,
    pub hour: Option<NaiveTime>,
    pub name: Option<String>,
    pub address: Option<String>,
    pub subject: Option<String>,
    /// What is asked, in words of a clerk, without who asks.
    pub asks: Option<String>,
    pub text: String,
    /// The document as it came, and its hash.
    pub document: Vec<u8>,
    pub hash: Sha256,
}

/// The requests of a file. `given` fills in keys that the file does not have: of a mail, `from` and `received`, which
/// nothing in it proves.
///
/// # Errors
/// When the file is too large, is none of the known kinds, or a request lacks a key; with the line.
pub fn read_forms(bytes: &[u8], given: &BTreeMap<&'static str, String>) -> Result<Vec<RequestForm>, Failure> {
    if bytes.len() > LARGEST {
        return Err(Failure::usage(format!("the file has {} bytes; a request has at most {LARGEST}", bytes.len())));
    }
    let text = std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}').trim());
    if text.is_some_and(str::is_empty) || bytes.is_empty() {
        return Err(Failure::usage("the file is empty"));
    }
    let rows = match text {
        Some(text) if text.starts_with('{') => json(text)?,
        Some(text) if is_table(text) => table(text)?,
        _ => vec![(1, mail(bytes)?)],
    };
    if rows.len() > MOST {
        return Err(Failure::usage(format!("the file has {} requests; take in at most {MOST} at a time", rows.len())));
    }
    let is_one = rows.len() == 1;
    rows.into_iter()
        .map(|(line, mut row)| {
            for (key, value) in given {
                row.entry((*key).to_owned()).or_insert_with(|| value.clone());
            }
            // A row of a table is a document of its own, so that the same row in a later export is the same request.
            let document = if is_one && text.is_none_or(|text| !is_table(text)) {
                bytes.to_vec()
            } else {
                serde_json::to_vec(&row).map_err(|error| Failure::ours("a request has no JSON", error))?
            };
            form(&row, document).map_err(|why| Failure::usage(format!("line {line}: {why}")))
        })
        .collect()
}

type Row = BTreeMap<String, String>;

fn is_table(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let cells = first.split([';', ',']).map(|cell| cell.trim().trim_matches('"'));
    cells.filter(|cell| KEYS.contains(cell)).count() >= 2
}

fn json(text: &str) -> Result<Vec<(usize, Row)>, Failure> {
    let mut rows = Vec::new();
    // One object in several lines, or an object on each line.
    let whole = serde_json::from_str::<Value>(text).ok();
    let lines: Vec<(usize, Value)> = match whole {
        Some(value) => vec![(1, value)],
        None => text
            .lines()
            .zip(1..)
            .filter(|(line, _)| !line.trim().is_empty())
            .map(|(line, number)| {
                let value = serde_json::from_str(line);
                value.map(|value| (number, value)).map_err(|_| Failure::usage(format!("line {number}: not JSON")))
            })
            .collect::<Result<_, _>>()?,
    };
    for (number, value) in lines {
        let Value::Object(object) = value else {
            return Err(Failure::usage(format!("line {number}: not an object with keys")));
        };
        let mut row = Row::new();
        for (key, value) in object {
            let Value::String(value) = value else {
                return Err(Failure::usage(format!("line {number}: a value is not text in quotes")));
            };
            row.insert(key, value);
        }
        rows.push((number, row));
    }
    Ok(rows)
}

fn table(text: &str) -> Result<Vec<(usize, Row)>, Failure> {
    let lines = config::table_lines(text).map_err(|line| Failure::usage(format!("line {line}: an unclosed quote")))?;
    let Some(((_, headings), rows)) = lines.split_first() else { return Ok(Vec::new()) };
    rows.iter()
        .map(|(number, cells)| {
            if cells.len() != headings.len() {
                let (here, there) = (cells.len(), headings.len());
                return Err(Failure::usage(format!("line {number}: {here} cells, and the heading has {there}")));
            }
            let filled = headings.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
            Ok((*number, filled.map(|(key, cell)| (key.clone(), cell.clone())).collect()))
        })
        .collect()
}

fn mail(bytes: &[u8]) -> Result<Row, Failure> {
    let mail = IncomingMail::read(bytes).ok_or_else(|| {
        Failure::usage("the file is not a mail (.eml), JSON, JSON lines, or a table with the headings of requests")
    })?;
    let fields = [("name", mail.name), ("address", mail.address), ("subject", mail.subject), ("text", Some(mail.text))];
    let mut row: Row = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    row.insert("channel".into(), "mail".into());
    Ok(row)
}

fn form(row: &Row, document: Vec<u8>) -> Result<RequestForm, String> {
    if row.keys().any(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("an unknown key; known: {}", KEYS.join(", ")));
    }
    let given = |key: &str| row.get(key).map(|value| value.trim()).filter(|value| !value.is_empty());
    let needed = |key: &str| given(key).ok_or_else(|| format!("`{key}` is missing"));
    let from = needed("from")?;
    let kinds = || RequesterKind::ALL.map(RequesterKind::word).join(", ");
    let from = RequesterKind::ALL.into_iter().find(|kind| kind.word() == from);
    let (received, hour) = instant(needed("received")?)?;
    let text = needed("text")?;
    if text.chars().count() > LONGEST {
        return Err(format!("`text` is longer than {LONGEST} characters"));
    }
    let channel = needed("channel")?;
    // The channel goes into the journal, so it is a word and not a text.
    if channel.chars().count() > 40 || !channel.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
        return Err("`channel` is not a word of small Latin letters and `-`, such as document-system".into());
    }
    Ok(RequestForm {
        from: from.ok_or_else(|| format!("`from` is not one of {}", kinds()))?,
        channel: channel.to_owned(),
        language: match needed("language")? {
            "ru" => Language::RU,
            "kk" => Language::KK,
            _ => return Err("`language` is not ru or kk".into()),
        },
        received,
        hour,
        name: given("name").map(ToOwned::to_owned),
        address: given("address").map(ToOwned::to_owned),
        subject: given("subject").map(ToOwned::to_owned),
        asks: given("asks").map(ToOwned::to_owned),
        text: text.to_owned(),
        hash: Sha256::of(&document),
        document,
    })
}

/// A day, or a day with its hour in the zone of the office.
fn instant(text: &str) -> Result<(NaiveDate, Option<NaiveTime>), String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok((day, None));
    }
    let with_hour = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
    let with_hour = with_hour.map_err(|_| "`received` is not a day such as 2026-12-01 or 2026-12-01T17:30")?;
    Ok((with_hour.date(), Some(with_hour.time())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Result<Vec<RequestForm>, String> {
        read_forms(text.as_bytes(), &BTreeMap::new()).map_err(|failure| failure.message)
    }

    const ONE: &str = r#"{"from":"person","channel":"electronic-appeals","language":"ru","received":"2026-03-02T19:10","name":"Plantov","text":"how many"}"#;

    #[test]
    fn json_json_lines_and_tables_are_read() {
        assert!(forms(ONE).is_ok_and(|forms| forms.len() == 1 && forms[0].hour.is_some()));
        assert_eq!(forms(&format!("{ONE}\n{ONE}\n")).map(|forms| forms.len()), Ok(2));
        let table =
            "from;channel;language;received;name;text\nstate-body;document-system;kk;2026-03-02;Plantov;how many\n";
        assert!(forms(table).is_ok_and(|forms| forms[0].from == RequesterKind::StateBody));
    }

    #[test]
    fn no_error_repeats_a_value() {
        for wrong in [
            ONE.replace("person", "Plantov"),
            ONE.replace("electronic-appeals", "Plantov"),
            ONE.replace("2026-03-02T19:10", "Plantov"),
            ONE.replace("\"ru\"", "\"Plantov\""),
            ONE.replace("\"name\"", "\"Plantov\""),
            format!("{ONE}\nPlantov"),
            "from;channel;language;received;name;text\nPlantov\n".into(),
            "Plantov".into(),
            String::new(),
        ] {
            let error = forms(&wrong).map(|forms| forms.len()).unwrap_err();
            assert!(!error.contains("Plantov"), "{error}");
        }
    }
}
