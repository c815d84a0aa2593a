//! `zhinaq run`: run the whole pipeline, within the hours of the office.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    number, out, send, signals, status, stopped,
};
use domain::{CollectionId, Period};

/// Run the whole pipeline and deliver what is due; safe to repeat
///
/// The hours of zhinaq.toml apply, as in the scheduler. Before the cut-off of a collection (before its send hour, once all its
/// forms are here) no copy of it is numbered or handed over, and the exit code is 0 while nothing is wrong. A collection of
/// which no form has come is handed over only with --now, by a person.
///
/// Without a terminal, a period that was due more than a quarter ago and of which nothing was handed over needs --yes.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2; the half-year or year that ends with it is included
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Show what would be sent and what waits (parcels, copies, organs, addresses); number and send no copy
    #[arg(long)]
    dry_run: bool,
    /// Number the copies of what is due, and hand nothing over
    #[arg(long, conflicts_with = "dry_run")]
    no_send: bool,
    /// Hand over now, before its hour or without its forms; a person of people.toml decides this, with --reason
    #[arg(long, requires = "reason", conflicts_with = "dry_run")]
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
    let context = context::open(global, &args.context).await?.asking(consent::of(args.yes, args.context.sample));
    if !args.dry_run {
        consent::in_closed(&context, args.period, args.yes, args.reason.as_deref()).await?;
    }
    if !args.dry_run && !args.no_send {
        consent::in_past(&context, args.period, args.yes, args.reason.as_deref()).await?;
    }
    let (dry_run, no_send) = (args.dry_run, args.no_send);
    let collections = args.collection;
    let wishes = pipeline::RunWishes { collections, now: args.reason.filter(|_| args.now), dry_run, no_send };
    signals::listen(&context.stop);
    let report = pipeline::run(&context, args.period, &wishes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&status::table(&report.standing, &context.office, global))?;
        if let Some(would) = &report.would_send {
            out::data(&send::would(would))?;
        }
        out::by_cause(global, &report.troubles);
    }
    number::numbered(&report, &context, args.period, global);
    let is_meant = |id: &CollectionId| wishes.collections.is_empty() || wishes.collections.contains(id);
    if report.standing.waits.iter().any(|waits| is_meant(&waits.collection)) && wishes.now.is_none() {
        let how = context.call.command("run").option("--period", args.period);
        let how = wishes.collections.iter().fold(how, |how, id| how.option("--collection", id));
        let how = how.flag("--now").asked("--reason");
        out::say(global, &format!("hint: {how} hands over anyway"));
    }
    stopped::say(&context, global, "run", &report.standing);
    Ok(report.exit)
}
