//! `zhinaq run`: all of it.

use super::{
    desk::{self, DeskArgs},
    exit::Ended,
    global::{Format, Global},
    out, status,
};
use crate::{domain::Period, pipeline};

/// All of it: pull, check, build, number the copies, hand them over; running it again does nothing twice
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2025-Q2; the half-year or year that ends with it is taken in
    #[arg(long)]
    period: Period,
    #[command(flatten)]
    desk: DeskArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("run", &[Format::Table, Format::Json])?;
    let desk = desk::open(global, &args.desk).await?;
    let report = pipeline::run(&desk, args.period).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&status::table(&report.standing, out::coloured(global)))?;
        for trouble in &report.troubles {
            out::say(global, &format!("{}: {}", trouble.what, trouble.why));
        }
    }
    Ok(report.exit)
}
