//! `zhinaq close`: the register of a period is what the matrix says.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out,
};
use domain::Period;
use pipeline::{self, Exit};

/// Close a period
///
/// An operator does, and only when every copy of the matrix was handed over.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// A word to go with it into the journal
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("close", &[Format::Table, Format::Json])?;
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
