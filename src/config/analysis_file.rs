//! `templates/analysis/<id>.toml`: the analytical text of a collection, as a person writes it.
//!
//! ```toml
//! collection = "crime"
//!
//! [[indicator]]                       # a paragraph: a figure of the republic against the same period of the year before
//! id = "crimes"
//! title = { ru = "…", kk = "…", en = "…" }    # printed where the paragraph is left out
//! form = "1-m"
//! section = "R1"
//! row = "3"
//! column = "2"
//! # What is said of the figure; its noun follows 1, 2 and 5. A language has the forms that its `plural` asks for.
//! one = { ru = "зарегистрировано {count} преступление", en = "{count} crime was registered" }
//! few = { ru = "зарегистрировано {count} преступления" }
//! many = { ru = "зарегистрировано {count} преступлений", kk = "{count} қылмыс тіркелді", en = "{count} crimes were registered" }
//! part_rows = ["4..7"]                # the rows, or `part_columns`: the columns, that add up to the figure
//! ```
//!
//! The sentences around these words are in `templates/words/<language>.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::{
    collection_check::Check,
    collection_file::Reading,
    fault::{Fault, Faults, parse_toml},
};
use domain::{
    AnalysisTemplate, CollectionId, CollectionTemplate, ColumnCode, CountedWords, FormId, FormTemplate,
    IndicatorTemplate, Language, Pick, Place, RowCode, Titles, did_you_mean, nearest,
};
use words::Dictionary;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    collection: Spanned<String>,
    #[serde(default)]
    indicator: Vec<WrittenIndicator>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIndicator {
    id: Spanned<String>,
    title: Titles,
    form: Spanned<String>,
    section: Spanned<String>,
    row: Spanned<String>,
    column: Spanned<String>,
    one: Spanned<Titles>,
    few: Spanned<Titles>,
    many: Spanned<Titles>,
    part_rows: Option<Spanned<toml::Value>>,
    part_columns: Option<Spanned<toml::Value>>,
}

/// The place of the figure in its words.
const COUNT: &str = "{count}";

/// Reads the analysis of a collection.
///
/// # Errors
/// Every fault of the file, with its line. [`check_analysis`] checks it against the forms and the languages.
pub fn parse_analysis(file: &str, text: &str) -> Result<AnalysisTemplate, Faults> {
    let written: Written = parse_toml(file, text)?;
    let mut reading = Reading { file, text, faults: Vec::new() };
    let collection = reading.name::<CollectionId>(&written.collection);
    let mut ids = BTreeSet::new();
    let mut indicators = Vec::new();
    for one in written.indicator {
        if !ids.insert(one.id.get_ref().clone()) {
            reading.fault(&one.id, format!("the id `{}` occurs twice; give each indicator its own", one.id.get_ref()));
        }
        indicators.extend(indicator(&mut reading, one));
    }
    match (collection, reading.faults.is_empty()) {
        (Some(collection), true) => Ok(AnalysisTemplate { collection, file: file.to_owned(), indicators }),
        _ => Err(Faults(reading.faults)),
    }
}

fn indicator(reading: &mut Reading<'_>, written: WrittenIndicator) -> Option<IndicatorTemplate> {
    for words in [&written.one, &written.few, &written.many] {
        for (language, text) in words.get_ref().texts() {
            let braces = text.matches(['{', '}']).count();
            if text.matches(COUNT).count() != 1 || braces != 2 {
                let message = format!("`{text}` in `{language}` has to contain `{COUNT}` once, and no other brace");
                reading.fault(words, message);
            }
        }
    }
    let line = reading.line(&written.id);
    let (section, row, column) =
        (reading.name(&written.section), reading.name(&written.row), reading.name(&written.column));
    let form = reading.name::<FormId>(&written.form);
    let place = Place { section: section?, row: row?, column: column? };
    let parts = match (written.part_rows, written.part_columns) {
        (Some(_), Some(columns)) => {
            reading.fault(&columns, "write `part_rows` or `part_columns`, not both");
            return None;
        }
        (Some(rows), None) => {
            let codes: Vec<RowCode> = codes(reading, &rows)?;
            codes.into_iter().map(|row| Place { row, ..place.clone() }).collect()
        }
        (None, Some(columns)) => {
            let codes: Vec<ColumnCode> = codes(reading, &columns)?;
            codes.into_iter().map(|column| Place { column, ..place.clone() }).collect()
        }
        (None, None) => Vec::new(),
    };
    let words =
        CountedWords { one: written.one.into_inner(), few: written.few.into_inner(), many: written.many.into_inner() };
    let (id, titles) = (written.id.into_inner(), written.title);
    Some(IndicatorTemplate { id, titles, form: form?, place, words, parts, line })
}

/// The codes of parts. All rows of a form do not add up to one of them, so they are listed.
fn codes<C: Clone + std::str::FromStr<Err = domain::NameError>>(
    reading: &mut Reading<'_>,
    written: &Spanned<toml::Value>,
) -> Option<Vec<C>> {
    let pick: Pick<C> = reading.pick(written)?;
    if let Pick::Codes(codes) = pick {
        return Some(codes);
    }
    reading.fault(written, "write a list of codes such as `[\"4..7\"]`");
    None
}

/// Checks the analysis of a collection against the collections, the forms and the languages of the office.
///
/// The faults are: a collection without a template; a form that the collection does not show, or a place that the form
/// lacks; and a language whose nouns have a form that the words lack.
#[must_use]
pub fn check_analysis(
    template: &AnalysisTemplate,
    collections: &BTreeMap<CollectionId, CollectionTemplate>,
    forms: &BTreeMap<FormId, FormTemplate>,
    words: &Dictionary,
) -> Vec<Fault> {
    let mut check = Check { file: &template.file, forms, faults: Vec::new() };
    let Some(collection) = collections.get(&template.collection) else {
        let near = nearest(template.collection.as_str(), collections.keys().map(CollectionId::as_str));
        let message = format!("collection `{}` has no template{}", template.collection, did_you_mean(near));
        return vec![Fault::of_file(&template.file, message)];
    };
    for indicator in &template.indicators {
        if collection.forms().contains(&&indicator.form) {
            for place in std::iter::once(&indicator.place).chain(&indicator.parts) {
                check.place(&indicator.form, place, indicator.line);
            }
        } else {
            let (form, id) = (&indicator.form, &template.collection);
            check.fault(
                indicator.line,
                format!("collection `{id}` does not show form `{form}`; take one that it shows"),
            );
        }
        for (language, form) in lacking(&indicator.words, words) {
            let id = &indicator.id;
            let message =
                format!("indicator `{id}` has no `{form}` in `{language}`, whose nouns have a form of their own there");
            check.fault(indicator.line, message);
        }
    }
    check.faults
}

/// The languages that have words for a figure but lack one of the forms that their nouns have.
fn lacking(of: &CountedWords, words: &Dictionary) -> Vec<(Language, &'static str)> {
    let told = words.lexicons().filter(|lexicon| of.many.has(lexicon.language()));
    told.flat_map(|lexicon| {
        let (language, (one, few)) = (lexicon.language(), lexicon.plural().own_forms());
        let wanted = [(one, &of.one, "one"), (few, &of.few, "few")];
        let lacks = wanted.into_iter().filter(move |(is_needed, titles, _)| *is_needed && !titles.has(language));
        lacks.map(move |(_, _, form)| (language, form)).collect::<Vec<_>>()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
collection = "corruption"

[[indicator]]
id = "crimes"
title = { ru = "Преступления" }
form = "3-k"
section = "R1"
row = "1"
column = "2"
one = { ru = "зарегистрировано {count} преступление", en = "{count} crime was registered" }
few = { ru = "зарегистрировано {count} преступления" }
many = { ru = "зарегистрировано {count} преступлений", en = "{count} crimes were registered" }
part_rows = ["6..8"]
"#;

    #[test]
    fn an_analysis_is_read_as_it_is_written() {
        let template = parse_analysis("a.toml", GOOD).unwrap();
        let indicator = &template.indicators[0];
        assert_eq!(indicator.parts.iter().map(|place| place.row.as_str()).collect::<Vec<_>>(), ["6", "7", "8"]);
        assert!(indicator.parts.iter().all(|place| place.column.as_str() == "2" && place.section.as_str() == "R1"));
        assert_eq!(indicator.line, 5);
        let columns = GOOD.replace("part_rows", "part_columns");
        let columns = parse_analysis("a.toml", &columns).unwrap();
        assert!(columns.indicators[0].parts.iter().all(|place| place.row.as_str() == "1"));
        assert_eq!(parse_analysis("a.toml", "collection = \"crime\"\n").unwrap().indicators, []);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        for (from, to, told) in [
            (
                "{count} преступление",
                "преступление",
                "a.toml:11: `зарегистрировано преступление` in `ru` has to contain",
            ),
            ("{count} crimes", "{count} {x} crimes", "a.toml:13: `{count} {x} crimes were registered` in `en`"),
            ("[\"6..8\"]", "\"all\"", "a.toml:14: write a list of codes"),
            ("part_rows", "part_columns = [\"3\"]\npart_rows", "a.toml:14: write `part_rows` or `part_columns`"),
            ("\"3-k\"", "\"3 k\"", "a.toml:7: "),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let faults = parse_analysis("a.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(faults.contains(told), "{to}: {faults}");
        }
        let twice = format!("{GOOD}{}", GOOD.replace("\ncollection = \"corruption\"\n", ""));
        assert!(parse_analysis("a.toml", &twice).unwrap_err().to_string().contains("the id `crimes` occurs twice"));
    }

    #[test]
    fn a_language_has_the_forms_that_its_nouns_have() {
        let words = Dictionary::embedded().unwrap();
        let template = |text: &str| parse_analysis("a.toml", text).unwrap().indicators.remove(0).words;
        assert_eq!(lacking(&template(GOOD), &words), []);
        let without = GOOD.replace(", en = \"{count} crime was registered\"", "");
        assert_eq!(lacking(&template(&without), &words), [(Language::EN, "one")]);
        // A language without any words prints the Russian ones.
        let russian = without.replace(", en = \"{count} crimes were registered\"", "");
        assert_eq!(lacking(&template(&russian), &words), []);
    }
}
