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
    /// A remark; recorded in the journal
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let closed = pipeline::close(&context, args.period, args.reason.as_deref()).await?;
    if global.format == Format::Json {
        out::json(&closed)?;
    } else {
        out::data(&format!(
            "{} is closed: {} parcels, {} copies, register {}\n",
            closed.period, closed.parcels, closed.copies, closed.register
        ))?;
    }
    Ok(Exit::Done)
}
