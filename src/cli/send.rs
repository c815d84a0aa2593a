//! `zhinaq send`: hand parcels over.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out, status,
    tables::Table,
};
use domain::{CollectionId, OrganId, Period};
use pipeline::{self, Failure, WouldSend};

/// Hand the parcels of a period over
///
/// It keeps the hours of zhinaq.toml as the scheduler does: nothing of a collection goes before its hour.
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
    /// Hand over at once what would wait for its hour or its forms; a person of people.toml decides it, with --reason
    #[arg(long, requires = "reason", conflicts_with = "dry_run")]
    now: bool,
    /// Why it goes at once; kept in the journal
    #[arg(long, requires = "now")]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("send", &[Format::Table, Format::Json])?;
    let context = context::open(global, &args.context).await?;
    let scope = pipeline::SendScope {
        collections: args.collection,
        organs: args.organ,
        dry_run: args.dry_run,
        revision: args.revision,
        now: args.reason.filter(|_| args.now),
        ..Default::default()
    };
    let report = pipeline::send(&context, args.period, &scope).await?;
    let standing = pipeline::status(&context, args.period).await?;
    if global.format == Format::Json {
        let mut json =
            serde_json::to_value(&standing).map_err(|error| Failure::ours("the answer has no JSON", error))?;
        if args.dry_run {
            json["would_send"] = serde_json::json!(report.would_send);
        }
        out::json(&json)?;
    } else {
        out::data(&status::table(&standing, out::coloured(global)))?;
        if args.dry_run {
            out::data(&would(&report.would_send))?;
        }
    }
    if args.dry_run {
        let folder = context.output.join("dry-run");
        let parcels = report.would_send.len();
        out::say(global, &format!("dry run: nothing was handed over; {parcels} parcels lie in `{}`", folder.display()));
    }
    if scope.now.is_none() && standing.waits.iter().any(|waits| scope.takes_collection(&waits.collection)) {
        let how = context.call.command("send").option("--period", args.period).flag("--now").asked("--reason");
        out::say(global, &format!("hint: {how} hands over all the same what is numbered"));
    }
    for trouble in &report.troubles {
        out::say(global, &format!("{}: {}", trouble.what, trouble.why));
    }
    Ok(report.exit)
}

/// What a dry run would send: a line a parcel, then the sums.
pub fn would(parcels: &[WouldSend]) -> String {
    let mut table = Table::new(&["parcel", "organ", "copies", "to", "waits"]);
    table.right(2);
    for would in parcels {
        table.row([
            would.parcel.to_string(),
            would.organ.to_string(),
            would.copies.to_string(),
            would.to.join(", "),
            would.waits.clone().unwrap_or_default(),
        ]);
    }
    let copies: usize = parcels.iter().map(|would| would.copies).sum();
    let table = if parcels.is_empty() { String::new() } else { format!("\n{table}\n") };
    format!("{table}would go now: {} parcels, {copies} copies\n", parcels.len())
}
