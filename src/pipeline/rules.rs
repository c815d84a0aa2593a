//! The rules by which figures are checked: those of the forms' templates, and those for every form.
//!
//! In: an office. Out: each rule with what it says, and where it is written. Unknown here: figures.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Failure, status::known};
use config::{Office, RulePlace, rule_places};
use domain::{
    FormId, FormTemplate, GENERAL_RULES, GeneralRule, Language, Place, Rule, RuleKind, SectionId, Severity,
    WEIGHED_BY_OFFICE, known_instead, nearest,
};

/// A rule of a form, or for every form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedRule {
    pub rule: String,
    /// `None`: for every form.
    pub form: Option<FormId>,
    /// `balance`, `part`, `same-place` or `general`.
    pub kind: &'static str,
    /// `None`: it depends on what is found, and each finding states it.
    pub severity: Option<Severity>,
    pub section: Option<SectionId>,
    /// What it says, in the languages of its template; for a general rule in English only.
    pub says: RuleWords,
    /// The file below the home that states it; `None`: the program.
    pub file: Option<String>,
    pub line: Option<usize>,
    /// The file is one of those built into the program, because the office has none.
    pub built_in: bool,
}

/// What a rule says, by language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleWords(pub BTreeMap<Language, String>);

impl RuleWords {
    /// In English, or in another language if it has no English words.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.0.get(&Language::EN).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

/// A rule with everything that it compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRule {
    #[serde(flatten)]
    pub rule: ListedRule,
    pub section_title: Option<String>,
    /// The formula, with the codes of the oldest edition that is described; `*` means every line.
    pub formula: String,
    pub operands: Vec<Operand>,
    /// What zhinaq.toml sets for it: a severity, or `off`.
    pub set_by_office: Option<String>,
    /// Whether `[checks]` of zhinaq.toml may set its severity.
    pub can_be_set: bool,
}

/// A line or a place that a rule compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operand {
    /// `total`, `plus`, `minus`, `part`, `whole`, `here` or `there`.
    pub role: &'static str,
    pub code: String,
    pub title: String,
}

/// The rules of some forms; of all forms, and those for every form, if no form is given.
///
/// # Errors
/// When a form is unknown, or a template cannot be read.
pub fn rules(office: &Office, forms: &[FormId]) -> Result<Vec<ListedRule>, Failure> {
    known::forms(office, forms)?;
    let places = places(office)?;
    let meant = office.forms.values().filter(|template| forms.is_empty() || forms.contains(&template.form));
    let mut listed: Vec<ListedRule> =
        meant.flat_map(|template| template.rules.iter().map(|rule| of_template(template, rule, &places))).collect();
    if forms.is_empty() {
        listed.extend(GENERAL_RULES.iter().map(general));
    }
    Ok(listed)
}

/// What rules of an id say: one rule, or all rules that a template writes under this id.
///
/// # Errors
/// When no rule has the id: the error contains the nearest one.
pub fn explain(office: &Office, id: &str) -> Result<Vec<ExplainedRule>, Failure> {
    let places = places(office)?;
    if let Some(rule) = GENERAL_RULES.iter().find(|rule| rule.id == id) {
        return Ok(vec![explained_general(office, rule)]);
    }
    let all = || office.forms.values().flat_map(|template| template.rules.iter().map(move |rule| (template, rule)));
    let exact = |rule: &Rule| rule.id == id;
    let written = |rule: &Rule| place_of(&places, rule).is_some_and(|place| place.id == id);
    let one: Vec<_> = all().filter(|(_, rule)| exact(rule)).collect();
    let meant = if one.is_empty() { all().filter(|(_, rule)| written(rule)).collect() } else { one };
    if meant.is_empty() {
        return Err(unknown(office, id));
    }
    Ok(meant.into_iter().map(|(template, rule)| explained(office, template, rule, &places)).collect())
}

/// Every id of a rule.
fn rule_ids(office: &Office) -> Vec<String> {
    let own = office.forms.values().flat_map(|template| template.rules.iter().map(|rule| rule.id.clone()));
    own.chain(GENERAL_RULES.iter().map(|rule| rule.id.to_owned())).collect()
}

/// The ids as templates write them, and those for every form: what a person types. A template of many sections gives far
/// more rules than it writes.
///
/// # Errors
/// When a template cannot be read.
pub fn written_rules(office: &Office) -> Result<Vec<String>, Failure> {
    let written = places(office)?.into_iter().map(|place| place.id);
    Ok(written.chain(GENERAL_RULES.iter().map(|rule| rule.id.to_owned())).collect())
}

fn unknown(office: &Office, id: &str) -> Failure {
    if let Some(form) = id.strip_suffix(".corrected") {
        return Failure::usage(format!(
            "`{id}` is not a rule: such a finding shows that a person corrected a figure of form `{form}`"
        ));
    }
    let ids = rule_ids(office);
    let instead = match nearest(id, ids.iter().map(String::as_str)) {
        Some(_) => known_instead(id, ids.iter().map(String::as_str)),
        None => "`rules` lists all of them".to_owned(),
    };
    Failure::usage(format!("rule `{id}` is unknown: {instead}")).coded("unknown-id")
}

fn places(office: &Office) -> Result<Vec<RulePlace>, Failure> {
    rule_places(&office.home).map_err(|fault| Failure::usage(fault.to_string()))
}

/// Where a rule is written. The ids of a rule for several sections begin with the id as written; the longest fits.
fn place_of<'p>(places: &'p [RulePlace], rule: &Rule) -> Option<&'p RulePlace> {
    places.iter().filter(|place| rule.id.starts_with(&place.id)).max_by_key(|place| place.id.len())
}

fn of_template(template: &FormTemplate, rule: &Rule, places: &[RulePlace]) -> ListedRule {
    let place = place_of(places, rule);
    let (kind, section) = match &rule.kind {
        RuleKind::Rows { section, .. } | RuleKind::Columns { section, .. } => ("balance", section),
        RuleKind::RowWithin { section, .. } | RuleKind::ColumnWithin { section, .. } => ("part", section),
        RuleKind::SamePlace { here, .. } => ("same-place", &here.section),
    };
    ListedRule {
        rule: rule.id.clone(),
        form: Some(template.form.clone()),
        kind,
        severity: Some(rule.severity),
        section: Some(section.clone()),
        says: RuleWords(rule.titles.texts().map(|(language, text)| (language, text.to_owned())).collect()),
        file: place.map(|place| place.file.clone()),
        line: place.map(|place| place.line),
        built_in: place.is_some_and(|place| place.built_in),
    }
}

fn general(rule: &GeneralRule) -> ListedRule {
    ListedRule {
        rule: rule.id.to_owned(),
        form: None,
        kind: "general",
        severity: None,
        section: None,
        says: RuleWords([(Language::EN, rule.says.to_owned())].into()),
        file: None,
        line: None,
        built_in: false,
    }
}

fn explained_general(office: &Office, rule: &GeneralRule) -> ExplainedRule {
    let set = office.settings.checks.get(rule.id).map(|setting| {
        let severity = setting.severity.map_or_else(|| "off".to_owned(), |severity| severity.to_string());
        let forms: Vec<&str> = setting.forms.iter().map(FormId::as_str).collect();
        if forms.is_empty() { severity } else { format!("{severity} for {}", forms.join(", ")) }
    });
    ExplainedRule {
        rule: general(rule),
        section_title: None,
        formula: validate::ess::generic(rule.id).to_owned(),
        operands: Vec::new(),
        set_by_office: set,
        can_be_set: WEIGHED_BY_OFFICE.contains(&rule.id),
    }
}

fn explained(office: &Office, template: &FormTemplate, rule: &Rule, places: &[RulePlace]) -> ExplainedRule {
    let listed = of_template(template, rule, places);
    let section = listed.section.as_ref().and_then(|id| template.section(id));
    ExplainedRule {
        section_title: section.map(|section| section.titles.ru.clone()),
        formula: validate::ess::expression(rule),
        operands: operands(office, template, rule),
        set_by_office: None,
        can_be_set: false,
        rule: listed,
    }
}

fn operands(office: &Office, template: &FormTemplate, rule: &Rule) -> Vec<Operand> {
    let row = |section: &SectionId, code: &domain::RowCode| {
        let found = template.section(section).and_then(|s| s.row(code));
        found.map_or_else(String::new, |row| row.titles.ru.clone())
    };
    let column = |section: &SectionId, code: &domain::ColumnCode| {
        let found = template.section(section).and_then(|s| s.column(code));
        found.map_or_else(String::new, |column| column.titles.ru.clone())
    };
    let operand = |role, code: &dyn ToString, title: String| Operand { role, code: code.to_string(), title };
    match &rule.kind {
        RuleKind::Rows { section, total, plus, minus, .. } => {
            let mut lines = vec![operand("total", total, row(section, total))];
            lines.extend(plus.iter().map(|code| operand("plus", code, row(section, code))));
            lines.extend(minus.iter().map(|code| operand("minus", code, row(section, code))));
            lines
        }
        RuleKind::Columns { section, total, plus, minus, .. } => {
            let mut lines = vec![operand("total", total, column(section, total))];
            lines.extend(plus.iter().map(|code| operand("plus", code, column(section, code))));
            lines.extend(minus.iter().map(|code| operand("minus", code, column(section, code))));
            lines
        }
        RuleKind::RowWithin { section, part, whole, .. } => {
            vec![operand("part", part, row(section, part)), operand("whole", whole, row(section, whole))]
        }
        RuleKind::ColumnWithin { section, part, whole, .. } => {
            vec![operand("part", part, column(section, part)), operand("whole", whole, column(section, whole))]
        }
        RuleKind::SamePlace { here, there } => {
            let titled = |form: &FormId, place: &Place| {
                let section = office.forms.get(form).and_then(|template| template.section(&place.section));
                let row = section.and_then(|s| s.row(&place.row)).map_or("", |row| row.titles.ru.as_str());
                let column = section.and_then(|s| s.column(&place.column)).map_or("", |c| c.titles.ru.as_str());
                format!("{row} · {column}")
            };
            let code = |form: &FormId, place: &Place| {
                format!("{form} {}, row {}, column {}", place.section, place.row, place.column)
            };
            vec![
                operand("here", &code(&template.form, here), titled(&template.form, here)),
                operand("there", &code(&there.form, &there.place), titled(&there.form, &there.place)),
            ]
        }
    }
}
