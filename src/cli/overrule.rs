//! `zhinaq override`: findings of one rule no longer hold a collection back.

use std::fmt::Write as _;

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use domain::{CollectionId, Period};
use pipeline::{self, Exit, Named};

/// Override the error findings of a rule for a collection
///
/// An approver does this, and gives a reason.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// The collection
    #[arg(long)]
    collection: CollectionId,
    /// The rule, as `zhinaq check` prints it
    #[arg(long)]
    rule: String,
    /// Why; recorded in the journal and printed on the quality page
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    pipeline::known(
        &context.office,
        Named { collections: std::slice::from_ref(&args.collection), ..Named::default() },
    )?;
    consent::in_closed(&context, args.period, args.yes, Some(&args.reason)).await?;
    let report = pipeline::overrule(&context, args.period, &args.collection, &args.rule, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let (issue, rule) = (&report.issue, &report.rule);
        let mut text = format!(
            "`{issue}`: {} of rule `{rule}` overridden, {} of them about single cells\n",
            domain::counted(report.findings, "finding"),
            report.cells
        );
        for finding in &report.passed {
            let unit = finding.unit.as_ref().map_or_else(String::new, |unit| format!(", unit `{unit}`"));
            let _ = writeln!(text, "form `{}`{unit}: {}", finding.form, finding.explanation);
        }
        text.push_str("a row or column whose place is not established remains without figures\n");
        out::data(&text)?;
    }
    if report.left.is_empty() {
        let command = |name: &str| context.call.command(name).option("--period", args.period);
        let issue = &report.issue;
        // A revision is a candidate, which only `rebuild` makes again.
        let how = if issue.revision > 0 && !issue.is_supplement() {
            command("rebuild").option("--collection", &issue.collection).asked("--reason")
        } else {
            command("run")
        };
        out::say(global, &format!("no error finding holds it back now; continue with {how}"));
    } else {
        out::say(global, &format!("findings of these rules still hold it back: {}", report.left.join(", ")));
    }
    Ok(Exit::Done)
}
