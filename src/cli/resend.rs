//! `zhinaq resend`: parcels go again, as they were.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out,
};
use domain::{CollectionId, OrganId, ParcelId, Period};
use pipeline::{self, Failure, ResendScope};

/// Hand parcels over again: the same bytes, the same numbers
///
/// An operator does, with a reason. A parcel that was handed over stays so, whatever becomes of its second sending: `status` tells while that is not done, and `zhinaq send`
/// tries it again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The parcel, such as 2025-Q2/crime/r0/mia
    #[arg(long, conflicts_with_all = ["period", "organ", "collection"], required_unless_present = "period")]
    parcel: Option<ParcelId>,
    /// The period, such as 2025-Q2; with --organ, --collection or both
    #[arg(long)]
    period: Option<Period>,
    /// All parcels to this organ; may be repeated
    #[arg(long, requires = "period")]
    organ: Vec<OrganId>,
    /// All parcels of this collection; may be repeated
    #[arg(long, requires = "period")]
    collection: Vec<CollectionId>,
    /// Why; stands in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("resend", &[Format::Table, Format::Json])?;
    let scope = match (args.parcel, args.period) {
        (Some(parcel), _) => ResendScope::Parcel(parcel),
        (None, Some(period)) if !args.organ.is_empty() || !args.collection.is_empty() => {
            ResendScope::Of { period, organs: args.organ, collections: args.collection }
        }
        _ => return Err(Failure::usage("say what goes again: --parcel, or --period with --organ or --collection")),
    };
    let context = context::open(global, &args.context).await?;
    let report = pipeline::resend(&context, &scope, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&format!("{} of {} parcels handed over again\n", report.sent.handed, report.parcels.len()))?;
    }
    for trouble in &report.sent.troubles {
        out::say(global, &format!("{}: {}", trouble.what, trouble.why));
    }
    Ok(report.exit())
}
