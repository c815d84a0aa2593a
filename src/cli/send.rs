//! `zhinaq send`: hand parcels over.

use super::{
    desk::{self, DeskArgs},
    exit::Ended,
    global::{Format, Global},
    out, status,
};
use crate::{
    domain::{CollectionId, OrganId, Period},
    pipeline,
};

/// Hand the parcels of a period over
///
/// Those that wait, and those that failed; what was handed over or is uncertain is left alone. Exit code 4 when fewer are handed over than the matrix says, or something that was asked for did not go; what did not go is told with
/// the reason.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Only to this organ; may be repeated
    #[arg(long)]
    organ: Vec<OrganId>,
    /// Hand over this revision, which `zhinaq rebuild` made a candidate of
    #[arg(long, conflicts_with = "dry_run")]
    revision: Option<u32>,
    /// Do everything but the last step: the parcels go into `dry-run` below the output, mails as .eml files, and nothing is recorded
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    desk: DeskArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("send", &[Format::Table, Format::Json])?;
    let desk = desk::open(global, &args.desk).await?;
    let scope = pipeline::SendScope {
        collections: args.collection,
        organs: args.organ,
        dry_run: args.dry_run,
        revision: args.revision,
        ..Default::default()
    };
    let report = pipeline::send(&desk, args.period, &scope).await?;
    let standing = pipeline::status(&desk, args.period).await?;
    if global.format == Format::Json {
        out::json(&standing)?;
    } else {
        out::data(&status::table(&standing, out::coloured(global)))?;
    }
    for trouble in &report.troubles {
        out::say(global, &format!("{}: {}", trouble.what, trouble.why));
    }
    Ok(report.exit)
}
