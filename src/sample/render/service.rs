//! Renders the answer of a JSON service: one object for each unit.
//!
//! In come datasets; out comes JSON. This module does not know HTTP.

use std::fmt::Write;

use crate::chance::Chance;
use domain::{ColumnTemplate, Dataset, Figure, FormTemplate, Language, Region, Unit};

/// How a service answers. The real services differ from each other in these ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// `{"data":[…]}` instead of a bare array.
    pub wrapped: bool,
    /// `"12"` instead of `12`.
    pub as_text: bool,
    /// The language of the regions' names.
    pub language: Language,
    /// Whether rows have a key that is in no description.
    pub with_unknown_key: bool,
    /// Whether words of failure come before the rows.
    pub with_failure: bool,
}

impl Answer {
    /// How the service of a form answers; always the same for one form.
    pub fn of(template: &FormTemplate) -> Self {
        let chance = Chance::seeded(0).word("answer").word(template.form.as_str());
        Self {
            wrapped: chance.number(1).fraction() < 0.5,
            as_text: chance.number(2).fraction() < 0.5,
            language: if chance.number(3).fraction() < 0.5 { Language::RU } else { Language::KK },
            // One form is enough to test readers.
            with_unknown_key: template.form.as_str() == "dtp-1",
            with_failure: false,
        }
    }
}

/// The text before the rows of a service that reports a failure.
const FAILURE: &str = "{\"status\":\"error\",\"message\":\"Отчет не утвержден\"";

/// The body of an answer.
pub(crate) fn answer(template: &FormTemplate, regions: &[Region], datasets: &[Dataset], how: Answer) -> String {
    let is_wrapped = how.wrapped || how.with_failure;
    let mut body = String::from(if how.with_failure { FAILURE } else { "" });
    body.push_str(match (how.with_failure, is_wrapped) {
        (true, _) => ",\"data\":[",
        (false, true) => "{\"data\":[",
        (false, false) => "[",
    });
    for (number, dataset) in datasets.iter().enumerate() {
        body.push_str(if number > 0 { ",\n" } else { "\n" });
        body.push('{');
        member(&mut body, "region", &quoted(&name(&dataset.key.unit, regions, how.language)));
        if how.with_unknown_key {
            member(&mut body, "id", &(number + 1).to_string());
        }
        for section in &template.sections {
            // A service sends only the first row: the total.
            let Some(row) = section.rows.first() else { continue };
            for column in &section.columns {
                let figure = dataset.figure(&section.id, &row.code, &column.code);
                let key = key(template, section.id.as_str(), column);
                member(&mut body, &key, &value(figure, how.as_text));
            }
        }
        body.push('}');
    }
    body.push_str(if is_wrapped { "\n]}\n" } else { "\n]\n" });
    body
}

/// The key of a column, or its number if the source lost the key.
fn key(template: &FormTemplate, section: &str, column: &ColumnTemplate) -> String {
    match &column.key {
        Some(key) => key.clone(),
        None if template.sections.len() > 1 => format!("{section}.{}", column.code),
        None => column.code.to_string(),
    }
}

fn member(body: &mut String, key: &str, value: &str) {
    if !body.ends_with('{') {
        body.push(',');
    }
    // Writing to a string cannot fail.
    let _ = write!(body, "{}:{value}", quoted(key));
}

fn value(figure: Option<&Figure>, as_text: bool) -> String {
    match figure {
        Some(Figure::Number(number)) if as_text => quoted(&number.to_string()),
        Some(Figure::Number(number)) => number.to_string(),
        Some(Figure::Text(text)) => quoted(text),
        Some(Figure::Blank) | None => "null".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn name(unit: &Unit, regions: &[Region], language: Language) -> String {
    let republic = if language == Language::KK {
        "Қазақстан Республикасы"
    } else {
        "Республика Казахстан"
    };
    let region = regions.iter().find(|r| r.unit == *unit);
    region.map_or(republic, |r| r.titles.of(language)).to_owned()
}
