//! `zhinaq run`: all of it, in its hours.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out, send, status,
};
use domain::Period;

/// Run the whole pipeline and deliver the copies whose hour has come; safe to repeat
///
/// It keeps the hours of zhinaq.toml as the scheduler does: before a collection's cut-off (before its send hour, once every form
/// is here) nothing of it is numbered or handed over, and the exit code is 0 while nothing is wrong. A collection of which no
/// form has come is never handed over unless a person says so.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2025-Q2; the half-year or year that ends with it is taken in
    #[arg(long)]
    period: Period,
    /// Show what would go: parcels, copies, organs, addresses, and what waits; number and hand over nothing
    #[arg(long)]
    dry_run: bool,
    /// Hand over at once what would wait for its hour or its forms; a person of people.toml decides it, with --reason
    #[arg(long, requires = "reason", conflicts_with = "dry_run")]
    now: bool,
    /// Why it goes at once; kept in the journal
    #[arg(long, requires = "now")]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("run", &[Format::Table, Format::Json])?;
    let context = context::open(global, &args.context).await?;
    let wishes = pipeline::RunWishes { now: args.reason.filter(|_| args.now), dry_run: args.dry_run };
    let report = pipeline::run(&context, args.period, &wishes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&status::table(&report.standing, out::coloured(global)))?;
        if let Some(would) = &report.would_send {
            out::data(&send::would(would))?;
        }
        for trouble in &report.troubles {
            out::say(global, &format!("{}: {}", trouble.what, trouble.why));
        }
    }
    if !report.standing.waits.is_empty() && wishes.now.is_none() {
        let how = context.call.command("run").option("--period", args.period).flag("--now").asked("--reason");
        out::say(global, &format!("hint: {how} hands over all the same"));
    }
    Ok(report.exit)
}
