//! `zhinaq override`: findings of a rule no longer hold a collection back.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out,
};
use domain::{CollectionId, Period};
use pipeline::{self, Exit};

/// Let the error findings of a rule pass for a collection
///
/// An approver does, with a reason.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// The collection
    #[arg(long)]
    collection: CollectionId,
    /// The rule, as `zhinaq check` names it
    #[arg(long)]
    rule: String,
    /// Why; stands in the journal and on the quality page
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("override", &[Format::Table, Format::Json])?;
    let context = context::open(global, &args.context).await?;
    let report = pipeline::overrule(&context, args.period, &args.collection, &args.rule, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let (issue, rule) = (&report.issue, &report.rule);
        let mut text = format!(
            "`{issue}`: {} findings of rule `{rule}` pass, {} of them about single cells\n",
            report.findings, report.cells
        );
        for finding in &report.passed {
            let unit = finding.unit.as_ref().map_or_else(String::new, |unit| format!(", unit `{unit}`"));
            let _ = writeln!(text, "form `{}`{unit}: {}", finding.form, finding.explanation);
        }
        text.push_str("a row or column whose place is not established stays without figures\n");
        out::data(&text)?;
    }
    if report.left.is_empty() {
        let how = context.call.command("run").option("--period", args.period);
        out::say(global, &format!("no error holds it back any more: {how}"));
    } else {
        out::say(global, &format!("errors of these rules still hold it back: {}", report.left.join(", ")));
    }
    Ok(Exit::Done)
}
