//! `zhinaq approve`: a second person lets an issue go.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out,
};
use domain::{CollectionId, Period};
use pipeline::{self, Exit, IssueChoice};

/// Approve what waits to be handed over, as a second person
///
/// An approver does, who did not build it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Only this revision
    #[arg(long, conflicts_with = "supplement")]
    revision: Option<u32>,
    /// Only this supplement
    #[arg(long)]
    supplement: Option<u32>,
    /// The register's hash as you saw it, or its first twelve digits or more: anything else is refused
    #[arg(long)]
    hash: Option<String>,
    /// Why it may go; stands in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("approve", &[Format::Table, Format::Json])?;
    let context = context::open(global, &args.context).await?;
    let choice = IssueChoice { revision: args.revision, supplement: args.supplement };
    let hash = args.hash.as_deref();
    let approvals = pipeline::approve(&context, args.period, &args.collection, choice, hash, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&approvals)?;
    } else {
        let line = |a: &pipeline::Approval| {
            format!("`{}`: {} parcels, {} copies, register {}\n", a.issue, a.parcels, a.copies, a.register)
        };
        out::data(&approvals.iter().map(line).collect::<String>())?;
    }
    out::say(global, &format!("hand over with {}", context.call.command("send").option("--period", args.period)));
    Ok(Exit::Done)
}
