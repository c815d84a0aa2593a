//! `zhinaq send`: hand over the parcels of a period.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out, signals, status, stopped,
    tables::Table,
};
use domain::{CollectionId, OrganId, Period};
use pipeline::{self, Failure, WouldSend};

/// Send the parcels of a period that are waiting or have failed
///
/// The hours of zhinaq.toml apply, as in the scheduler: no parcel of a collection is sent before its hour. A parcel that is
/// handed over or uncertain is not sent again, and one that the mail server refused for good is tried again when an address,
/// the server or a size limit in zhinaq.toml changes, or with --refused. The first SIGTERM or Ctrl-C ends the mails that are
/// under way and begins no other; the second ends at once. The exit code is 4 when fewer parcels are handed over than the matrix requires,
/// or when a requested parcel was not sent; the reason is printed.
///
/// Without a terminal, a period that was due more than a quarter ago and of which nothing was handed over needs --yes.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
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
    /// Send this revision, a candidate made by `zhinaq rebuild`
    #[arg(long, conflicts_with = "dry_run", value_parser = option_values::revision)]
    revision: Option<u32>,
    /// Write the parcels into the folder `dry-run` of the output (mails as .eml files); send and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Also try again what the mail server refused for good (a 5xx reply), because the cause is gone
    #[arg(long)]
    refused: bool,
    /// Hand over now, before its hour or without its forms; a person of people.toml decides this, with --reason
    #[arg(long, requires = "reason", conflicts_with = "dry_run")]
    now: bool,
    /// Why now; recorded in the journal
    #[arg(long, requires = "now")]
    reason: Option<String>,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?.asking(consent::of(args.yes, args.context.sample));
    if !args.dry_run {
        consent::in_closed(&context, args.period, args.yes, args.reason.as_deref()).await?;
        consent::in_past(&context, args.period, args.yes, args.reason.as_deref()).await?;
    }
    let scope = pipeline::SendScope {
        collections: args.collection,
        organs: args.organ,
        dry_run: args.dry_run,
        revision: args.revision,
        refused: args.refused,
        now: args.reason.filter(|_| args.now),
        ..Default::default()
    };
    signals::listen(&context.stop);
    let report = pipeline::send(&context, args.period, &scope).await?;
    // What was handed over is printed although the ledger fails now.
    let standing = pipeline::period_status(&context, args.period).await.inspect_err(|_| {
        for trouble in &report.troubles {
            out::say(global, &format!("{}: {}", trouble.what, trouble.why));
        }
    })?;
    if global.format == Format::Json {
        let mut json =
            serde_json::to_value(&standing).map_err(|error| Failure::ours("the answer has no JSON", error))?;
        if args.dry_run {
            json["would_send"] = serde_json::json!(report.would_send);
        }
        out::json(&json)?;
    } else {
        out::data(&status::table(&standing, &context.office, global))?;
        if args.dry_run {
            out::data(&would(&report.would_send))?;
        }
    }
    if args.dry_run {
        let folder = context.output.join("dry-run");
        let parcels = report.would_send.len();
        out::say(
            global,
            &format!(
                "dry run: nothing was handed over; {} in `{}`",
                domain::counted(parcels, "parcel"),
                folder.display()
            ),
        );
    }
    if scope.now.is_none() && standing.waits.iter().any(|waits| scope.takes_collection(&waits.collection)) {
        let how = context.call.command("send").option("--period", args.period).flag("--now").asked("--reason");
        out::say(global, &format!("hint: {how} hands over the numbered copies anyway"));
    }
    out::by_cause(global, &report.troubles);
    stopped::say(&context, global, "send", &standing);
    Ok(report.exit)
}

/// What a dry run would send: one line for each parcel, then the totals.
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
    format!(
        "{table}would be sent now: {}, {}\n",
        domain::counted(parcels.len(), "parcel"),
        domain::counted(copies, "copy")
    )
}
