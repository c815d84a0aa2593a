//! Lines of a form's tables. In: rows, columns, and what editions print in their place, as written. Out: their
//! templates. This module does not know which section a line belongs to.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Display,
    hash::Hash,
    str::FromStr,
};

use serde::Deserialize;
use toml::Spanned;

use super::{form_file::Notes, titled::Titled};
use domain::{ColumnCode, ColumnTemplate, Course, Language, Measure, NameError, RowCode, RowTemplate, Titles};

pub(super) type WrittenRow = Titled<RowFields>;
pub(super) type WrittenColumn = Titled<ColumnFields>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowFields {
    code: Spanned<String>,
    part_of: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnFields {
    code: Spanned<String>,
    #[serde(default)]
    measure: Measure,
    #[serde(default)]
    course: Course,
    part_of: Option<Spanned<String>>,
    key: Option<String>,
}

impl RowFields {
    pub(super) fn code(&self) -> &str {
        self.code.get_ref()
    }
}

impl ColumnFields {
    pub(super) fn code(&self) -> &str {
        self.code.get_ref()
    }
}

/// What an edition prints for a line: another code, a number further on, or nothing.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Shift {
    Code(String),
    By(i64),
    There(bool),
}

/// A shared list of rows. Rows of `anew` replace the shared rows with the same codes.
pub(super) fn overridden<'a>(
    shared: &'a [WrittenRow],
    anew: &'a [WrittenRow],
    notes: &mut Notes<'_>,
) -> Vec<&'a WrittenRow> {
    for row in anew {
        if !shared.iter().any(|r| r.code.get_ref() == row.code.get_ref()) {
            notes.at(&row.code, format!("the stub has no row `{}` that could be written anew", row.code.get_ref()));
        }
    }
    let newest = |row: &'a WrittenRow| anew.iter().find(|r| r.code.get_ref() == row.code.get_ref()).unwrap_or(row);
    shared.iter().map(newest).collect()
}

/// The full label. A label that begins with `…` continues the label of the line that it is a part of, `whole`.
fn continued(label: &str, whole: Option<&str>) -> Option<String> {
    let Some(rest) = label.strip_prefix("… / ") else { return Some(label.to_owned()) };
    whole.map(|whole| format!("{whole} / {rest}"))
}

/// The titles of a line. A title that begins with `…` needs a whole that is written before it.
fn titled(code: &Spanned<String>, written: &Titles, whole: Option<&Titles>, notes: &mut Notes<'_>) -> Titles {
    let continued = |language: Language, label: &str| continued(label, whole.and_then(|whole| whole.own(language)));
    let Some(ru) = continued(Language::RU, &written.ru) else {
        notes.at(
            code,
            "a label that begins with `…` continues that of its `part_of`, which has to be written before it",
        );
        return Titles::ru(written.ru.as_str());
    };
    let others = written.texts().filter(|(language, _)| *language != Language::RU);
    others.fold(Titles::ru(ru), |titles, (language, label)| match continued(language, label) {
        Some(label) => titles.with(language, label),
        None => titles,
    })
}

pub(super) fn rows(written: &[&WrittenRow], notes: &mut Notes<'_>) -> Vec<RowTemplate> {
    let mut rows: Vec<RowTemplate> = Vec::with_capacity(written.len());
    let mut seen = BTreeSet::new();
    let mut known: HashMap<RowCode, usize> = HashMap::new();
    for row in written {
        let Some(code) = fresh::<RowCode>(&row.code, "row", &mut seen, notes) else { continue };
        let part_of: Option<RowCode> = row.part_of.as_ref().and_then(|p| notes.name(p));
        let whole = part_of.as_ref().and_then(|p| known.get(p)).map(|place| &rows[*place].titles);
        let titles = titled(&row.code, &row.titles, whole, notes);
        known.insert(code.clone(), rows.len());
        rows.push(RowTemplate { code, titles, part_of });
    }
    let wholes = written.iter().filter_map(|r| Some((&r.code, r.part_of.as_ref()?)));
    part_of_known(wholes, &seen, "row", notes);
    rows
}

pub(super) fn columns(written: &[&WrittenColumn], notes: &mut Notes<'_>) -> Vec<ColumnTemplate> {
    let mut columns: Vec<ColumnTemplate> = Vec::with_capacity(written.len());
    let mut seen = BTreeSet::new();
    for column in written {
        let Some(code) = fresh::<ColumnCode>(&column.code, "column", &mut seen, notes) else { continue };
        let part_of: Option<ColumnCode> = column.part_of.as_ref().and_then(|p| notes.name(p));
        let whole = part_of.as_ref().and_then(|p| columns.iter().find(|c| c.code == *p)).map(|c| &c.titles);
        let titles = titled(&column.code, &column.titles, whole, notes);
        columns.push(ColumnTemplate {
            code,
            titles,
            measure: column.measure,
            course: column.course,
            part_of,
            key: column.key.clone(),
        });
    }
    let wholes = written.iter().filter_map(|c| Some((&c.code, c.part_of.as_ref()?)));
    part_of_known(wholes, &seen, "column", notes);
    columns
}

fn fresh<T: FromStr<Err = NameError>>(
    written: &Spanned<String>,
    kind: &str,
    seen: &mut BTreeSet<String>,
    notes: &mut Notes<'_>,
) -> Option<T> {
    if !seen.insert(written.get_ref().clone()) {
        notes.at(written, format!("{kind} `{}` occurs twice in this table", written.get_ref()));
        return None;
    }
    notes.name(written)
}

fn part_of_known<'a>(
    parts: impl Iterator<Item = (&'a Spanned<String>, &'a Spanned<String>)>,
    known: &BTreeSet<String>,
    kind: &str,
    notes: &mut Notes<'_>,
) {
    for (code, whole) in parts {
        if code.get_ref() == whole.get_ref() {
            notes.at(whole, format!("{kind} `{}` cannot be a part of itself", code.get_ref()));
        } else if !known.contains(whole.get_ref()) {
            notes.at(whole, format!("this table has no {kind} `{}`", whole.get_ref()));
        }
    }
}

/// The codes that a text means: one code, or the whole numbers of a range `4..7`, both ends included.
pub(super) fn span(text: &str) -> Vec<String> {
    let ends = text.split_once("..").and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)));
    match ends {
        Some((first, last)) if first <= last && last - first < 10_000 => {
            (first..=last).map(|n| n.to_string()).collect()
        }
        _ => vec![text.to_owned()],
    }
}

/// What an edition prints for each line that it prints differently: `base`, with the entries of `written` in front.
pub(super) fn printed<C>(
    written: &BTreeMap<Spanned<String>, Shift>,
    base: BTreeMap<C, Option<C>>,
    known: &[C],
    place: &Spanned<String>,
    kind: &str,
    notes: &mut Notes<'_>,
) -> BTreeMap<C, Option<C>>
where
    C: FromStr<Err = NameError> + Ord + Hash + Clone + Display,
{
    let mut moved: BTreeMap<C, Option<C>> = BTreeMap::new();
    for (codes, shift) in written {
        for text in span(codes.get_ref()) {
            let Some(code) = known.iter().find(|k| k.to_string() == text) else {
                notes.at(codes, format!("section `{}` has no {kind} `{text}`", place.get_ref()));
                continue;
            };
            let Ok(target) = target(&text, shift, codes, notes) else { continue };
            if moved.insert(code.clone(), target).is_some() {
                notes.at(codes, format!("{kind} `{text}` occurs twice in this edition"));
            }
        }
    }
    let moved: BTreeMap<C, Option<C>> = base.into_iter().chain(moved).collect();
    let mut prints = BTreeSet::new();
    for code in known {
        let there = moved.get(code).cloned().unwrap_or_else(|| Some(code.clone()));
        if let Some(there) = there.filter(|t| !prints.insert(t.clone())) {
            let message = format!("section `{}` would print {kind} `{there}` twice in this edition", place.get_ref());
            notes.at(place, message);
        }
    }
    moved
}

/// The code that an edition prints for a line; `None` if the line is gone.
///
/// # Errors
/// The entry is wrong, and its fault has been added.
fn target<C: FromStr<Err = NameError>>(
    code: &str,
    shift: &Shift,
    place: &Spanned<String>,
    notes: &mut Notes<'_>,
) -> Result<Option<C>, ()> {
    let text = match shift {
        Shift::There(false) => return Ok(None),
        Shift::There(true) => {
            notes.at(place, "write `false` for a line that is gone; a line that stays needs no entry");
            return Err(());
        }
        Shift::Code(code) => code.clone(),
        Shift::By(by) => {
            let moved = code.parse::<i64>().ok().and_then(|n| n.checked_add(*by)).filter(|n| *n > 0);
            let Some(moved) = moved else {
                notes.at(place, format!("`{code}` cannot be moved by {by}: only whole numbers move, and stay above 0"));
                return Err(());
            };
            moved.to_string()
        }
    };
    text.parse().map(Some).map_err(|error: NameError| notes.at(place, error.to_string()))
}
