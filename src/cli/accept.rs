//! `zhinaq accept`: a held document passes.

use super::{
    desk::{self, DeskArgs},
    exit::Ended,
    global::{Format, Global},
    out,
};
use crate::{
    domain::{Agency, FormId, Period, Unit},
    pipeline::{self, AcceptScope, Exit},
};

/// Let a held document pass
///
/// A statistician does, with a reason.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The form, such as 3-k
    #[arg(long)]
    form: FormId,
    /// The period, such as 2023-M08
    #[arg(long)]
    period: Period,
    /// The unit, where more than one is held: 19 is the republic
    #[arg(long)]
    unit: Option<Unit>,
    /// The agency, where more than one is held: all, 01, 03 …
    #[arg(long)]
    agency: Option<Agency>,
    /// Why it passes; stands in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    desk: DeskArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("accept", &[Format::Table, Format::Json])?;
    let desk = desk::open(global, &args.desk).await?;
    let scope = AcceptScope { form: args.form, period: args.period, unit: args.unit, agency: args.agency };
    let accepted = pipeline::accept(&desk, &scope, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&accepted)?;
    } else {
        let line = |a: &pipeline::AcceptedDataset| {
            format!("{}, revision {}: accepted; was held: {}\n", a.key, a.revision, a.was_held)
        };
        out::data(&accepted.iter().map(line).collect::<String>())?;
    }
    let how = desk.call.command("build").asked("--period");
    out::say(global, &format!("in use from now on: build again with {how}"));
    Ok(Exit::Done)
}
