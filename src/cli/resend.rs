//! `zhinaq resend`: send parcels again, unchanged.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, send, signals,
};
use domain::{CollectionId, OrganId, ParcelId, Period};
use pipeline::{self, Failure, ResendScope};

/// Send parcels again: the same copies under the same numbers
///
/// An operator does this, and gives a reason. The mail has a Message-ID and a date of its own, says in its subject, its text and
/// its headers (X-Resend-Of) that it is sent again, and is a sending of its own in the register. A parcel that was handed over keeps that state, whatever becomes of its second
/// sending: `status` shows the second sending while it is not done, and `zhinaq send` tries it again.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The parcel, such as 2025-Q2/crime/r0/mia
    #[arg(long, conflicts_with_all = ["period", "organ", "collection"], required_unless_present_any = ["period", "organ", "collection"])]
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
    /// Show what would go again, and where to; record and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let scope = match (args.parcel, args.period) {
        (Some(parcel), _) => ResendScope::Parcel(parcel),
        (None, Some(period)) if !args.organ.is_empty() || !args.collection.is_empty() => {
            ResendScope::Of { period, organs: args.organ, collections: args.collection }
        }
        _ => {
            return Err(Failure::usage(
                "choose what to send again: --parcel, or --period with --organ or --collection",
            ));
        }
    };
    let context = context::open(global, &args.context).await?.asking(consent::of(args.yes, args.context.sample));
    signals::listen(&context.stop);
    let period = match &scope {
        ResendScope::Parcel(parcel) => parcel.issue.period,
        ResendScope::Of { period, .. } => *period,
    };
    if !args.dry_run {
        consent::in_closed(&context, period, args.yes, Some(&args.reason)).await?;
    }
    let report = pipeline::resend(&context, &scope, &args.reason, args.dry_run).await?;
    if global.format == Format::Json {
        let mut json = serde_json::to_value(&report).map_err(|error| Failure::ours("the answer has no JSON", error))?;
        if args.dry_run {
            json["would_send"] = serde_json::json!(report.sent.would_send);
        }
        out::json(&json)?;
    } else if args.dry_run {
        out::data(&send::would(&report.sent.would_send))?;
        out::say(global, "dry run: nothing was recorded or sent");
    } else {
        out::data(&format!(
            "{} of {} handed over again\n",
            report.sent.handed,
            domain::counted(report.parcels.len(), "parcel")
        ))?;
    }
    out::by_cause(global, &report.sent.troubles);
    Ok(report.exit())
}
