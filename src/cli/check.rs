//! `zhinaq check`: show the findings of a period.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{Finding, FormId, Period, Severity, Tally};
use pipeline::{self, Exit};

/// Show what the checks found in the figures of a period
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::FINDINGS))]
pub struct Args {
    /// The period, such as 2022-M12 or 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this form; may be repeated
    #[arg(long)]
    form: Vec<FormId>,
    /// List every finding, not only the first of each rule
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let report = pipeline::check(&context, args.period, &args.form).await?;
    match global.format {
        Format::Json => out::json(&report.findings)?,
        Format::Ess => out::json(&pipeline::ess_report(&context, &report))?,
        Format::Xlsx => out::bytes(&pipeline::findings_as_workbook(&report.findings, args.period, context.origin)?)?,
        _ => out::data(&text(&report.findings, report.tally, args.all))?,
    }
    out::origin(global, context.origin);
    let (count, period) = (report.held, args.period);
    if count > 0 {
        let documents = format!("{} not checked, because held", domain::counted(count, "document"));
        let how = context.call.command("held").option("--period", period);
        out::warn(&format!("{documents}; see {how}"));
    }
    if report.datasets == 0 {
        let forms: Vec<String> = args.form.iter().map(|form| format!("`{form}` ")).collect();
        let of = if forms.is_empty() { String::new() } else { format!("of {}", forms.concat()) };
        out::warn(&format!("no figures {of}of {period} found; nothing was checked"));
    }
    let checked = if report.datasets == 0 { Exit::NotFetched } else { Exit::Done };
    Ok(checked.or(if report.tally.error > 0 || count > 0 { Exit::HeldBack } else { Exit::Done }))
}

/// How many findings of one rule about one form are listed. Errors have the higher limit, because a person must act on
/// them.
const fn examples(severity: Severity) -> usize {
    match severity {
        Severity::Error => 20,
        Severity::Warning | Severity::Info => 5,
    }
}

/// The findings as text: the first of each rule, one line each; the count of each rule, if some were left out; the
/// totals.
fn text(findings: &[Finding], tally: Tally, all: bool) -> String {
    let mut counts: BTreeMap<Rule<'_>, usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for finding in findings {
        let count = counts.entry((finding.severity, &finding.form, &finding.rule)).or_default();
        *count += 1;
        if all || *count <= examples(finding.severity) {
            shown.push(finding);
        }
    }
    let mut text = String::new();
    if !shown.is_empty() {
        let _ = writeln!(text, "{}", lines(&shown));
    }
    if shown.len() < findings.len() {
        let left_out = findings.len() - shown.len();
        let _ = writeln!(text, "{}", by_rule(&counts));
        let _ = writeln!(text, "{left_out} more like these; `--all`, `--format json` or `--format xlsx` lists all");
    }
    let _ = writeln!(text, "{tally}");
    text
}

type Rule<'f> = (Severity, &'f FormId, &'f str);

fn by_rule(counts: &BTreeMap<Rule<'_>, usize>) -> Table {
    let mut table = Table::new(&["severity", "form", "rule", "findings", "listed"]);
    table.right(3);
    table.right(4);
    for ((severity, form, rule), count) in counts {
        let listed = (*count).min(examples(*severity));
        table.row([severity.to_string(), form.to_string(), (*rule).to_owned(), count.to_string(), listed.to_string()]);
    }
    table
}

fn lines(findings: &[&Finding]) -> Table {
    let mut table = Table::new(&["severity", "form", "period", "unit", "place", "expected", "found", "what"]);
    table.right(5);
    table.right(6);
    let text = |value: Option<String>| value.unwrap_or_default();
    for finding in findings {
        let place = [
            finding.section.as_ref().map(ToString::to_string),
            finding.row.as_ref().map(|r| format!("row {r}")),
            finding.column.as_ref().map(|c| format!("column {c}")),
        ];
        let unit = match (&finding.unit, &finding.agency) {
            (Some(unit), Some(agency)) if !agency.is_all() => format!("{unit}/{agency}"),
            (Some(unit), _) => unit.to_string(),
            (None, _) => String::new(),
        };
        table.row([
            finding.severity.to_string(),
            finding.form.to_string(),
            text(finding.period.map(|p| p.to_string())),
            unit,
            place.into_iter().flatten().collect::<Vec<_>>().join(" "),
            text(finding.expected.map(|n| n.to_string())),
            text(finding.found.map(|n| n.to_string())),
            format!("{} [{}]", finding.explanation, finding.rule),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(rule: &str, severity: Severity, count: usize) -> Vec<Finding> {
        let one = |n| Finding::about(rule, severity, "3-k".parse().unwrap(), format!("the {n}th"));
        (1..=count).map(one).collect()
    }

    #[test]
    fn of_a_rule_that_speaks_often_the_first_are_listed_and_all_are_counted() {
        let mut told = findings("continuity.flow", Severity::Warning, 3_774);
        told.extend(findings("twins", Severity::Warning, 1));
        let tally = told.iter().collect();
        let few = text(&told, tally, false);
        assert_eq!(few.matches("[continuity.flow]").count(), 5, "{few}");
        assert_eq!(few.matches("[twins]").count(), 1, "{few}");
        let row = |line: &str| line.split_whitespace().eq(["warning", "3-k", "continuity.flow", "3774", "5"]);
        assert!(few.lines().any(row) && few.contains("3769 more like these"), "{few}");
        assert!(few.ends_with("0 errors, 3775 warnings, 0 for information\n"), "{few}");
        let every = text(&told, tally, true);
        assert_eq!(every.matches("[continuity.flow]").count(), 3_774);
        assert!(!every.contains("more like these"));
    }

    #[test]
    fn no_finding_is_one_line() {
        assert_eq!(text(&[], Tally::default(), false), "0 errors, 0 warnings, 0 for information\n");
    }
}
