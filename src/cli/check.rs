//! `zhinaq check`: findings.

use super::{
    desk::{self, DeskArgs},
    exit::Ended,
    global::{Format, Global},
    out,
    tables::Table,
};
use crate::{
    domain::{Finding, FormId, Period, Tally},
    pipeline::{self, Exit},
};

/// Tell what the checks found in the figures of a period
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2022-M12 or 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this form; may be repeated
    #[arg(long)]
    form: Vec<FormId>,
    #[command(flatten)]
    desk: DeskArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("check", &[Format::Table, Format::Json, Format::Ess])?;
    let desk = desk::open(global, &args.desk).await?;
    let report = pipeline::check(&desk, args.period, &args.form).await?;
    match global.format {
        Format::Json => out::json(&report.findings)?,
        Format::Ess => out::json(&pipeline::ess_report(&desk, &report))?,
        _ => out::data(&table(&report.findings, report.tally))?,
    }
    Ok(if report.tally.error > 0 { Exit::HeldBack } else { Exit::Done })
}

/// Findings for people: one line each, then how many.
pub fn table(findings: &[Finding], tally: Tally) -> String {
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
    let summary = format!("{} errors, {} warnings, {} for information\n", tally.error, tally.warning, tally.info);
    if table.is_empty() { summary } else { format!("{table}{summary}") }
}
