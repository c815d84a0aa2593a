//! `zhinaq number`: number the copies of built collections, without sending them.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, status,
};
use domain::{CollectionId, Period};
use pipeline::{self, RunReport};

/// Number the copies of a period, and send nothing
///
/// Builds the collections from the figures that are here, and numbers the copies of those whose hour has come. Numbered copies
/// stay as they are: figures that come later make a revision. `zhinaq send` hands them over.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Number now, before its hour or without its forms; a person of people.toml decides this, with --reason
    #[arg(long, requires = "reason")]
    now: bool,
    /// Why now; recorded in the journal
    #[arg(long, requires = "now")]
    reason: Option<String>,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    consent::in_closed(&context, args.period, args.yes, args.reason.as_deref()).await?;
    let report = pipeline::number(&context, args.period, &args.collection, args.reason.as_deref()).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&status::table(&report.standing, &context.office, global))?;
    }
    out::by_cause(global, &report.troubles);
    numbered(&report, &context, args.period, global);
    Ok(report.exit)
}

/// Prints how many parcels a run without hand-over numbered, and what hands them over.
pub fn numbered(report: &RunReport, context: &pipeline::Context, period: Period, global: &Global) {
    let Some(count) = report.numbered else { return };
    let how = context.call.command("send").option("--period", period);
    let waiting = report.standing.status.collections.iter().any(|collection| collection.parcels.queued > 0);
    let hint = if waiting { format!("; {how} hands over what waits") } else { String::new() };
    out::say(global, &format!("{} numbered, nothing sent{hint}", domain::counted(count, "parcel")));
}
