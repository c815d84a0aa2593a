//! The languages of titles in an office's files: each has to be a language of the office, so that a slip of the finger
//! is not a language of its own.

use toml::de::{DeTable, DeValue};

use super::Fault;
use domain::{Language, did_you_mean, nearest};

/// Keys of a table with titles that look like a language and are none.
const FIELDS: [&str; 2] = ["id", "key"];

/// The titles of a file in languages that the office does not have.
pub(super) fn unknown(file: &str, text: &str, known: &[Language]) -> Vec<Fault> {
    if !may_have_unknown(text, known) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        of_table(table.get_ref(), &mut |key, span| {
            if is_unknown(key, known) {
                faults.push(Fault::at(file, text, &span, message(key, known)));
            }
        });
    }
    faults.sort_by_key(|fault| fault.line);
    faults
}

/// What is said of a language that the office does not have.
pub(super) fn message(code: &str, known: &[Language]) -> String {
    let codes: Vec<String> = known.iter().map(ToString::to_string).collect();
    let near = match nearest(code, codes.iter().map(String::as_str)) {
        Some(near) => did_you_mean(Some(near)),
        None => format!("; known here: {}", codes.join(", ")),
    };
    format!("`{code}` is not a language of this office{near}; a further language needs templates/words/{code}.toml")
}

fn is_unknown(key: &str, known: &[Language]) -> bool {
    key.parse().is_ok_and(|language: Language| !known.contains(&language)) && !FIELDS.contains(&key)
}

/// Whether any key of the text looks like an unknown language: few files have one, and only these are taken apart
/// again.
fn may_have_unknown(text: &str, known: &[Language]) -> bool {
    text.match_indices('=').any(|(at, _)| {
        let before = text[..at].trim_end().trim_end_matches(['"', '\'']);
        let key = before.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).next().unwrap_or_default();
        is_unknown(key, known)
    })
}

/// Every key of the tables that have a Russian title, and that itself has a text.
fn of_table(table: &DeTable<'_>, each: &mut dyn FnMut(&str, std::ops::Range<usize>)) {
    let has_titles = table.get("ru").is_some_and(|value| value.get_ref().as_str().is_some());
    for (key, value) in table {
        if has_titles && value.get_ref().as_str().is_some() {
            each(key.get_ref(), key.span());
        }
        of_value(value.get_ref(), each);
    }
}

fn of_value(value: &DeValue<'_>, each: &mut dyn FnMut(&str, std::ops::Range<usize>)) {
    match value {
        DeValue::Table(table) => of_table(table, each),
        DeValue::Array(values) => values.iter().for_each(|value| of_value(value.get_ref(), each)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_in_a_language_that_the_office_does_not_have_is_a_fault_with_its_line() {
        let known = [Language::RU, Language::KK, Language::EN];
        let text =
            "title = { ru = \"а\", em = \"a\" }\n[[row]]\nid = \"1\"\nkey = \"x\"\nru = \"б\"\nuzb = \"b\"\nem = 3\n";
        let told: Vec<String> = unknown("f.toml", text, &known).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("f.toml:1: `em` is not a language of this office; did you mean `en`?"), "{told:?}");
        assert!(told[1].starts_with("f.toml:6: `uzb` is not a language of this office"), "{told:?}");
        assert!(told[1].ends_with("a further language needs templates/words/uzb.toml"), "{told:?}");
    }

    #[test]
    fn a_file_of_known_languages_has_no_fault() {
        let known = [Language::RU, Language::KK];
        assert!(unknown("f.toml", "[title]\nru = \"а = б\"\n\"kk\" = \"a\"\n[no]\nto = \"x\"\n", &known).is_empty());
    }
}
