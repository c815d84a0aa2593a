//! `zhinaq accessibility`: check workbooks against the rules for accessible spreadsheets.

use std::path::PathBuf;

use serde::Serialize;

use super::{
    brought,
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use pipeline::{Exit, Failure};
use workbook::accessibility::{AccessibilityReport, examine};

/// Check workbooks against the rules for accessible spreadsheets
///
/// The exit code is 3 when a workbook fails.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The workbooks (.xlsx), ours or not
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Show every rule, not only those that fail
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Judged {
    file: String,
    passes: bool,
    #[serde(flatten)]
    report: AccessibilityReport,
}

/// How many failures of one rule are printed; JSON contains all.
const MOST_SHOWN: usize = 5;

pub fn run(args: &Args, global: &Global) -> Ended {
    let mut judged = Vec::new();
    for file in &args.files {
        let shown = file.display().to_string();
        let bytes = brought::read(file)?;
        let report = examine(&bytes).map_err(|error| Failure::usage(format!("`{shown}`: {error}")))?;
        judged.push(Judged { file: shown, passes: report.passes(), report });
    }
    if global.format == Format::Json {
        out::json(&judged)?;
    } else {
        for one in &judged {
            out::data(&table(one, args.all))?;
        }
    }
    Ok(if judged.iter().all(|j| j.passes) { Exit::Done } else { Exit::HeldBack })
}

fn table(judged: &Judged, all: bool) -> String {
    let mut table = Table::new(&["result", "rule", "asks for", "looked at", "failures", "source"]);
    let rules = &judged.report.rules;
    for rule in rules.iter().filter(|r| all || !r.passes) {
        let mut said: Vec<String> = rule
            .failures
            .iter()
            .take(MOST_SHOWN)
            .map(|f| [f.sheet.as_str(), f.place.as_str(), f.what.as_str()].map(str::trim).join(" ").trim().to_owned())
            .collect();
        if rule.failures.len() > MOST_SHOWN {
            said.push(format!("and {} more", rule.failures.len() - MOST_SHOWN));
        }
        table.row([
            if rule.passes { "passes" } else { "FAILS" }.to_owned(),
            rule.rule.to_owned(),
            rule.asks.to_owned(),
            rule.examined.to_string(),
            said.join("\n"),
            rule.source.to_owned(),
        ]);
    }
    let failed = rules.iter().filter(|r| !r.passes).count();
    let verdict = format!("{}: {} of {} rules pass\n", judged.file, rules.len() - failed, rules.len());
    if failed == 0 && !all { verdict } else { format!("{table}{verdict}") }
}
