//! `zhinaq approve`: a second person approves an issue for sending.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out,
};
use domain::{CollectionId, Period};
use pipeline::{self, Exit, IssueChoice, Named};

/// Approve the copies that wait to be sent, as a second person
///
/// An approver does this who did not build the collection.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Only this revision
    #[arg(long, conflicts_with = "supplement", value_parser = option_values::revision)]
    revision: Option<u32>,
    /// Only this supplement
    #[arg(long, value_parser = option_values::revision)]
    supplement: Option<u32>,
    /// The register's hash as you saw it (at least twelve digits); another register is refused
    #[arg(long)]
    hash: Option<String>,
    /// Why it may be sent; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    pipeline::known(&context.office, Named { collections: &args.collection, ..Named::default() })?;
    let choice = IssueChoice { revision: args.revision, supplement: args.supplement };
    let hash = args.hash.as_deref();
    let approvals = pipeline::approve(&context, args.period, &args.collection, choice, hash, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&approvals)?;
    } else {
        let line = |a: &pipeline::Approval| {
            format!(
                "`{}`: {}, {}, register {}\n",
                a.issue,
                domain::counted(a.parcels, "parcel"),
                domain::counted(a.copies, "copy"),
                a.register
            )
        };
        out::data(&approvals.iter().map(line).collect::<String>())?;
    }
    out::say(global, &format!("hand over with {}", context.call.command("send").option("--period", args.period)));
    Ok(Exit::Done)
}
