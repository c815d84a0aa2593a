//! `zhinaq close`: close a period once every copy of the matrix is handed over.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use domain::Period;
use pipeline::{self, Exit};

/// Close a period whose copies are all handed over
///
/// An operator does this. The command refuses while a copy of the matrix is not handed over. While a supplement is owed,
/// because a form has not come, it asks; without a terminal it needs --yes.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Check whether the period can be closed, and close nothing
    #[arg(long)]
    dry_run: bool,
    /// A remark; recorded in the journal
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?.asking(consent::or_refuse(args.yes));
    let closed = pipeline::close(&context, args.period, args.reason.as_deref(), args.dry_run).await?;
    if global.format == Format::Json {
        out::json(&closed)?;
    } else {
        let state = if args.dry_run { "can be closed" } else { "is closed" };
        let (parcels, copies) = (domain::counted(closed.parcels, "parcel"), domain::counted(closed.copies, "copy"));
        out::data(&format!("{} {state}: {parcels}, {copies}, register {}\n", closed.period, closed.register))?;
    }
    for owed in &closed.owed {
        out::warn(&format!("a supplement is owed: {owed}"));
    }
    if args.dry_run {
        out::say(global, "dry run: nothing was closed");
    }
    Ok(Exit::Done)
}
