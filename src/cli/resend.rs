//! `zhinaq resend`: send parcels again, unchanged.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, signals,
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
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
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
    let context = context::open(global, &args.context).await?;
    signals::listen(&context.stop);
    let report = pipeline::resend(&context, &scope, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&format!(
            "{} of {} handed over again\n",
            report.sent.handed,
            domain::counted(report.parcels.len(), "parcel")
        ))?;
    }
    for trouble in &report.sent.troubles {
        out::say(global, &format!("{}: {}", trouble.what, trouble.why));
    }
    Ok(report.exit())
}
