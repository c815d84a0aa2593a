//! Rules of a form. In: the `[[rule]]` tables as written, each for one or several sections and parts. Out: a [`Rule`]
//! for each section and part. This module does not know any figures.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use serde::Deserialize;
use toml::Spanned;

use super::{form_file::Notes, form_lines::span, titled::Titled};
use domain::{FormPlace, NameError, Place, Rule, RuleKind, SectionId, SectionTemplate, Severity};

type Codes = Vec<Spanned<String>>;

pub(super) type WrittenRule = Titled<RuleFields>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFields {
    id: Spanned<String>,
    severity: Option<Severity>,
    rows: Option<Balance>,
    columns: Option<Balance>,
    row_within: Option<Within>,
    column_within: Option<Within>,
    same_place: Option<Same>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Balance {
    section: Option<Spanned<String>>,
    #[serde(default)]
    sections: Codes,
    total: Spanned<String>,
    plus: Codes,
    #[serde(default)]
    minus: Codes,
    #[serde(default)]
    rows: Codes,
    #[serde(default)]
    columns: Codes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    section: Option<Spanned<String>>,
    #[serde(default)]
    sections: Codes,
    part: OneOrMore,
    whole: Spanned<String>,
    #[serde(default)]
    rows: Codes,
    #[serde(default)]
    columns: Codes,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Same {
    section: Spanned<String>,
    row: Spanned<String>,
    column: Spanned<String>,
    form: Spanned<String>,
    there: There,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct There {
    section: Spanned<String>,
    row: Spanned<String>,
    column: Spanned<String>,
}

pub(super) fn resolve(written: &[WrittenRule], sections: &[SectionTemplate], notes: &mut Notes<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in written {
        if !seen.insert(rule.id.get_ref()) {
            notes.at(&rule.id, format!("rule `{}` occurs twice", rule.id.get_ref()));
        }
        if rule.id.get_ref().trim().is_empty() || rule.id.get_ref().contains(char::is_whitespace) {
            notes.at(&rule.id, "a rule's id is a word such as `3-k.severity`, without blanks");
        }
        for (suffix, kind) in kinds(rule, sections, notes) {
            rules.push(Rule {
                id: format!("{}{suffix}", rule.id.get_ref()),
                severity: rule.severity.unwrap_or(Severity::Warning),
                titles: rule.titles.clone(),
                kind,
            });
        }
    }
    rules
}

fn kinds(rule: &WrittenRule, sections: &[SectionTemplate], notes: &mut Notes<'_>) -> Vec<(String, RuleKind)> {
    match (&rule.rows, &rule.columns, &rule.row_within, &rule.column_within, &rule.same_place) {
        (Some(balance), None, None, None, None) => balances(balance, true, rule, sections, notes),
        (None, Some(balance), None, None, None) => balances(balance, false, rule, sections, notes),
        (None, None, Some(within), None, None) => withins(within, true, rule, sections, notes),
        (None, None, None, Some(within), None) => withins(within, false, rule, sections, notes),
        (None, None, None, None, Some(same)) => {
            same_place(same, sections, notes).map(|kind| (String::new(), kind)).into_iter().collect()
        }
        _ => {
            let message = "a rule has exactly one of `rows`, `columns`, `row_within`, `column_within`, `same_place`";
            notes.at(&rule.id, message);
            Vec::new()
        }
    }
}

/// The sections that a rule applies to, each with the suffix of the rule's id.
fn about<'s>(
    one: Option<&Spanned<String>>,
    more: &Codes,
    rule: &WrittenRule,
    sections: &'s [SectionTemplate],
    notes: &mut Notes<'_>,
) -> Vec<(String, &'s SectionTemplate)> {
    let several = one.is_none();
    let names: Vec<&Spanned<String>> = one.into_iter().chain(more).collect();
    if names.is_empty() || (one.is_some() && !more.is_empty()) {
        notes.at(&rule.id, "a rule has either `section` or `sections`");
    }
    let mut found = Vec::new();
    for name in names {
        match sections.iter().find(|s| s.id.as_str() == name.get_ref()) {
            Some(section) => {
                let suffix = if several { format!(".{}", section.id.as_str().to_lowercase()) } else { String::new() };
                found.push((suffix, section));
            }
            None => notes.at(name, format!("this form has no section `{}`", name.get_ref())),
        }
    }
    found
}

fn balances(
    written: &Balance,
    of_rows: bool,
    rule: &WrittenRule,
    sections: &[SectionTemplate],
    notes: &mut Notes<'_>,
) -> Vec<(String, RuleKind)> {
    let (foreign, word) = if of_rows { (&written.rows, "rows") } else { (&written.columns, "columns") };
    if let Some(code) = foreign.first() {
        notes.at(
            code,
            format!("a balance of {word} is limited to lines of the other kind; `{word}` has no meaning here"),
        );
    }
    let mut kinds = Vec::new();
    for (suffix, section) in about(written.section.as_ref(), &written.sections, rule, sections, notes) {
        let total = written.total.get_ref();
        let parts: Vec<String> = written.plus.iter().chain(&written.minus).flat_map(|c| span(c.get_ref())).collect();
        let unique: BTreeSet<&String> = parts.iter().collect();
        if parts.contains(total) || unique.len() != parts.len() || parts.is_empty() {
            notes.at(&written.total, "a balance needs parts, each once, and its total is not one of them");
        }
        let id = section.id.clone();
        let kind = if of_rows {
            let known: Vec<_> = section.rows.iter().map(|r| r.code.clone()).collect();
            let across: Vec<_> = section.columns.iter().map(|c| c.code.clone()).collect();
            one(&written.total, &known, section, notes).map(|total| RuleKind::Rows {
                section: id,
                total,
                plus: lines(&written.plus, &known, section, notes),
                minus: lines(&written.minus, &known, section, notes),
                columns: lines(&written.columns, &across, section, notes),
            })
        } else {
            let known: Vec<_> = section.columns.iter().map(|c| c.code.clone()).collect();
            let across: Vec<_> = section.rows.iter().map(|r| r.code.clone()).collect();
            one(&written.total, &known, section, notes).map(|total| RuleKind::Columns {
                section: id,
                total,
                plus: lines(&written.plus, &known, section, notes),
                minus: lines(&written.minus, &known, section, notes),
                rows: lines(&written.rows, &across, section, notes),
            })
        };
        kinds.extend(kind.map(|kind| (suffix, kind)));
    }
    kinds
}

fn withins(
    written: &Within,
    of_rows: bool,
    rule: &WrittenRule,
    sections: &[SectionTemplate],
    notes: &mut Notes<'_>,
) -> Vec<(String, RuleKind)> {
    let parts: Vec<String> = match &written.part {
        OneOrMore::One(part) => vec![part.clone()],
        OneOrMore::More(parts) => parts.iter().flat_map(|p| span(p)).collect(),
    };
    let foreign = if of_rows { &written.rows } else { &written.columns };
    if let Some(code) = foreign.first() {
        notes.at(code, "a part and its whole are compared along lines of the other kind");
    }
    if parts.is_empty() || parts.contains(written.whole.get_ref()) {
        notes.at(&written.whole, "a part is named, and is not its own whole");
    }
    let mut kinds = Vec::new();
    for (suffix, section) in about(written.section.as_ref(), &written.sections, rule, sections, notes) {
        for part in &parts {
            let suffix = if parts.len() > 1 { format!("{suffix}.{part}") } else { suffix.clone() };
            let part = Spanned::new(written.whole.span(), part.clone());
            let id = section.id.clone();
            let rows: Vec<_> = section.rows.iter().map(|r| r.code.clone()).collect();
            let columns: Vec<_> = section.columns.iter().map(|c| c.code.clone()).collect();
            let kind = if of_rows {
                one(&part, &rows, section, notes).zip(one(&written.whole, &rows, section, notes)).map(
                    |(part, whole)| {
                        let columns = lines(&written.columns, &columns, section, notes);
                        RuleKind::RowWithin { section: id, part, whole, columns }
                    },
                )
            } else {
                let pair = one(&part, &columns, section, notes).zip(one(&written.whole, &columns, section, notes));
                pair.map(|(part, whole)| {
                    let rows = lines(&written.rows, &rows, section, notes);
                    RuleKind::ColumnWithin { section: id, part, whole, rows }
                })
            };
            kinds.extend(kind.map(|kind| (suffix, kind)));
        }
    }
    kinds
}

fn same_place(written: &Same, sections: &[SectionTemplate], notes: &mut Notes<'_>) -> Option<RuleKind> {
    let Some(section) = sections.iter().find(|s| s.id.as_str() == written.section.get_ref()) else {
        notes.at(&written.section, format!("this form has no section `{}`", written.section.get_ref()));
        return None;
    };
    let rows: Vec<_> = section.rows.iter().map(|r| r.code.clone()).collect();
    let columns: Vec<_> = section.columns.iter().map(|c| c.code.clone()).collect();
    let here = Place {
        section: section.id.clone(),
        row: one(&written.row, &rows, section, notes)?,
        column: one(&written.column, &columns, section, notes)?,
    };
    let there = written.there.section.get_ref();
    let place = Place {
        section: there.parse::<SectionId>().map_err(|e| notes.at(&written.there.section, e.to_string())).ok()?,
        row: notes.name(&written.there.row)?,
        column: notes.name(&written.there.column)?,
    };
    Some(RuleKind::SamePlace { here, there: FormPlace { form: notes.name(&written.form)?, place } })
}

/// The line with a code. Adds a fault and returns `None` if the section has no such line.
fn one<C>(code: &Spanned<String>, known: &[C], section: &SectionTemplate, notes: &mut Notes<'_>) -> Option<C>
where
    C: FromStr<Err = NameError> + PartialEq + Display,
{
    let name: C = notes.name(code)?;
    if !known.contains(&name) {
        notes.at(code, format!("section `{}` has no line `{name}`", section.id));
        return None;
    }
    Some(name)
}

/// The lines of a list of codes and ranges. Adds a fault for each line that the section does not have.
fn lines<C>(codes: &Codes, known: &[C], section: &SectionTemplate, notes: &mut Notes<'_>) -> Vec<C>
where
    C: FromStr<Err = NameError> + PartialEq + Display,
{
    let mut found = Vec::new();
    for code in codes {
        for text in span(code.get_ref()) {
            found.extend(one(&Spanned::new(code.span(), text), known, section, notes));
        }
    }
    found
}
