//! Writes findings as a validation report of the European Statistical System, for the tools of other statistical
//! offices.
//!
//! In come findings and templates; out comes JSON. This module does not know how a finding was made.
//!
//! The structure is that of the ESSnet project ValidatIntegration, "Design of a generic machine-readable validation
//! report structure", version 1.0.0 of 2017-08-15, JSON schema `validation_report_1.0.0`. The report is an array of
//! records. Each record is a `validation` (`id`, `type`, `event`, `rule`, `data`, `value`) or an `aggregation` (`id`,
//! `type`, `event`, `aggregate`, `data`, `value`). `value` is `"0"` for a rule that failed. Rules that did not fail are
//! not listed. Instead, three aggregations contain the number of findings of each severity, so that a report without
//! findings is not empty.
//!
//! A figure is identified as in the paper, by population, time, unit and variable: `target` is `[form, period, unit and
//! agency, place]`. `source` is the same for the figures that the rule reads; it equals the target if they are in the
//! same document.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::words;
use domain::{Finding, FormId, FormTemplate, Rule, RuleKind, Severity, Tally};

/// When a validation took place, and who or what carried it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EssEvent<'a> {
    pub time: DateTime<Utc>,
    /// The person or the machine that is responsible for the report.
    pub actor: &'a str,
    /// The program and its version.
    pub agent: &'a str,
    /// The command that started it: `run`, `check`.
    pub trigger: &'a str,
}

/// The report of the findings, in their order.
#[must_use]
pub fn report(findings: &[Finding], templates: &BTreeMap<FormId, FormTemplate>, event: &EssEvent<'_>) -> Value {
    let happened = json!({
        "time": event.time.to_rfc3339_opts(SecondsFormat::Secs, true),
        "actor": event.actor,
        "agent": event.agent,
        "trigger": event.trigger,
    });
    let rules: BTreeMap<&str, &Rule> = templates.values().flat_map(|t| &t.rules).map(|r| (r.id.as_str(), r)).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut records: Vec<Value> = Vec::with_capacity(findings.len() + 3);
    for finding in findings {
        let id = unique(identity(finding), &mut seen);
        records.push(validation(finding, &id, rules.get(finding.rule.as_str()).copied(), &happened));
    }
    let tally: Tally = findings.iter().collect();
    for (severity, count) in [("error", tally.error), ("warning", tally.warning), ("information", tally.info)] {
        records.push(json!({
            "id": format!("findings.{severity}"),
            "type": "aggregation",
            "event": happened,
            "aggregate": {
                "language": LANGUAGE,
                "expression": format!("count(value = 0 and severity = {severity})"),
                "description": format!("findings of severity {severity}"),
            },
            "data": { "source": [], "target": [], "description": "every rule over every document of the check" },
            "value": count.to_string(),
        }));
    }
    Value::Array(records)
}

/// The name of the notation of the expressions.
const LANGUAGE: &str = "zhinaq";

fn validation(finding: &Finding, id: &str, rule: Option<&Rule>, event: &Value) -> Value {
    let target = target(finding);
    let source = rule.and_then(|r| source(finding, r)).unwrap_or_else(|| target.clone());
    json!({
        "id": id,
        "type": "validation",
        "event": event,
        "rule": {
            "language": LANGUAGE,
            "expression": rule.map_or_else(|| generic(&finding.rule).to_owned(), expression),
            "severity": match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "information",
            },
            "description": rule.map_or_else(|| finding.rule.clone(), |r| format!("{}: {}", r.id, r.titles.ru)),
            "explanation": finding.explanation,
        },
        "data": {
            "source": source,
            "target": target,
            "description": compared(finding),
        },
        "value": "0",
    })
}

/// The rule and the place: the same finding has the same id in every report.
fn identity(finding: &Finding) -> String {
    let mut id = finding.rule.clone();
    for part in target(finding) {
        id.push('|');
        id.push_str(&part);
    }
    id
}

fn unique(id: String, seen: &mut BTreeMap<String, usize>) -> String {
    let times = seen.entry(id.clone()).or_default();
    *times += 1;
    if *times == 1 { id } else { format!("{id}#{times}") }
}

/// Population, time, unit, variable.
fn target(finding: &Finding) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let mut unit = text(finding.unit.as_ref().map(ToString::to_string));
    if let Some(agency) = finding.agency.as_ref().filter(|a| !a.is_all()) {
        unit.push('/');
        unit.push_str(agency.as_str());
    }
    let section = finding.section.as_ref().map(ToString::to_string);
    let row = finding.row.as_ref().map(|r| format!("row {r}"));
    let column = finding.column.as_ref().map(|c| format!("column {c}"));
    let place: Vec<String> = [section, row, column].into_iter().flatten().collect();
    vec![finding.form.to_string(), text(finding.period.map(|p| p.to_string())), unit, place.join(", ")]
}

/// The place of the expected figure, for a rule that compares two places.
fn source(finding: &Finding, rule: &Rule) -> Option<Vec<String>> {
    let RuleKind::SamePlace { there, .. } = &rule.kind else { return None };
    let mut source = target(finding);
    source[0] = there.form.to_string();
    source[3] = format!("{}, row {}, column {}", there.place.section, there.place.row, there.place.column);
    Some(source)
}

fn compared(finding: &Finding) -> String {
    let number = |n: Option<domain::Number>| n.map_or_else(|| "nothing".to_owned(), |n| n.to_string());
    match (finding.expected, finding.found) {
        (None, None) => String::new(),
        (expected, found) => format!("expected {}, found {}", number(expected), number(found)),
    }
}

/// The rule of a template as a formula with the codes of the oldest edition; `*` means every line.
#[must_use]
pub fn expression(rule: &Rule) -> String {
    let lines = |codes: Vec<&str>| if codes.is_empty() { "*".to_owned() } else { words::list(&codes, ",") };
    match &rule.kind {
        RuleKind::Rows { section, total, plus, minus, columns } => {
            let across = lines(columns.iter().map(AsRef::as_ref).collect());
            let cell = |code: &str| format!("{section}[{code};{across}]");
            balance(&cell, total.as_ref(), plus, minus)
        }
        RuleKind::Columns { section, total, plus, minus, rows } => {
            let across = lines(rows.iter().map(AsRef::as_ref).collect());
            let cell = |code: &str| format!("{section}[{across};{code}]");
            balance(&cell, total.as_ref(), plus, minus)
        }
        RuleKind::RowWithin { section, part, whole, columns } => {
            let across = lines(columns.iter().map(AsRef::as_ref).collect());
            format!("{section}[{part};{across}] <= {section}[{whole};{across}]")
        }
        RuleKind::ColumnWithin { section, part, whole, rows } => {
            let across = lines(rows.iter().map(AsRef::as_ref).collect());
            format!("{section}[{across};{part}] <= {section}[{across};{whole}]")
        }
        RuleKind::SamePlace { here, there } => format!(
            "{}[{};{}] = {}.{}[{};{}]",
            here.section, here.row, here.column, there.form, there.place.section, there.place.row, there.place.column
        ),
    }
}

fn balance<C: AsRef<str>>(cell: &dyn Fn(&str) -> String, total: &str, plus: &[C], minus: &[C]) -> String {
    let mut text = format!("{} =", cell(total));
    for (at, code) in plus.iter().enumerate() {
        text.push_str(if at == 0 { " " } else { " + " });
        text.push_str(&cell(code.as_ref()));
    }
    for code in minus {
        text.push_str(" - ");
        text.push_str(&cell(code.as_ref()));
    }
    text
}

/// The formulas of the rules that are not in a template.
#[must_use]
pub fn generic(rule: &str) -> &'static str {
    match rule {
        "regions.sum" => "republic = sum(regions)",
        "continuity.flow" => "figure(period) >= figure(earlier period of the year)",
        "continuity.opening" => "figure(period) = figure(earlier period of the year)",
        "twins" => "section(unit) <> section(other unit)",
        "twins.period" => "document(period) <> document(earlier period)",
        "plausibility" => "1/5 <= figure(period) / figure(period of the year before) <= 5",
        "missing.region" => "exists(document(unit)) for each unit that exists",
        "missing.total" => "exists(document(all agencies)) where exists(document(agency))",
        "lost.zeros" => "figure <> 0 for some figure of document",
        "lost.section" | "lost.row" | "lost.column" => "figure <> 0 for some figure of line",
        "lost.cell" => "exists(figure) where section prints zeros",
        "shape.measure" => "figure >= 0 and whole(figure) where measure = count",
        "shape.text" => "is number(figure)",
        _ => "document has the shape that its template describes",
    }
}
