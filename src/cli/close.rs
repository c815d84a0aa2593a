//! `zhinaq close`: close a period once every copy of the matrix is handed over.

use super::{
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
/// An operator does this. The command refuses while a copy of the matrix is not handed over.
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
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let closed = pipeline::close(&context, args.period, args.reason.as_deref(), args.dry_run).await?;
    if global.format == Format::Json {
        out::json(&closed)?;
    } else {
        let state = if args.dry_run { "can be closed" } else { "is closed" };
        let (parcels, copies) = (domain::counted(closed.parcels, "parcel"), domain::counted(closed.copies, "copy"));
        out::data(&format!("{} {state}: {parcels}, {copies}, register {}\n", closed.period, closed.register))?;
    }
    if args.dry_run {
        out::say(global, "dry run: nothing was closed");
    }
    Ok(Exit::Done)
}
