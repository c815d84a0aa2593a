//! `zhinaq reconcile`: find handed-over copies that are missing in the ledger, and add them.

use std::{fmt::Write as _, path::PathBuf};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
    zone,
};
use config::Office;
use domain::CopyNumbers;
use pipeline::{self, Exit, Reconciliation};

/// Compare the ledger with what was sent, and add what it lacks
///
/// Parcels that were sent are missing in a ledger that was restored from a backup, was deleted, or lies on a volume that is not
/// mounted; then every sending command stops. This command compares the ledger with the journal of sendings
/// (`[ledger] witness`), the outbox and the numbered copies. Without --reason it only shows the differences. With --reason an
/// operator adds them to the ledger; nothing is sent.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The archive's mailbox in the Maildir format, which got a copy of each mail; may be repeated. It is only read
    #[arg(long, value_name = "DIR")]
    maildir: Vec<PathBuf>,
    /// Add the missing parcels to the ledger, and why; recorded in the journal
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = match args.reason {
        Some(_) => context::open_to_reconcile(global, &args.context).await?,
        None => context::open_to_look(global, &args.context).await?,
    };
    let done = pipeline::reconcile(&context, &args.maildir, args.reason.as_deref()).await?;
    if global.format == Format::Json {
        out::json(&done)?;
    } else {
        out::data(&table(&done, &context.office))?;
    }
    let comparison = &done.comparison;
    if comparison.agrees() {
        out::say(global, "the ledger contains all that was handed over");
    } else if !done.taken {
        out::say(global, "nothing was changed; the same command with --reason adds these parcels to the ledger");
    } else {
        out::say(
            global,
            &format!("{} added to the ledger; nothing was sent", domain::counted(comparison.unknown.len(), "parcel")),
        );
    }
    Ok(if done.taken || comparison.agrees() { Exit::Done } else { Exit::Short })
}

fn table(done: &Reconciliation, office: &Office) -> String {
    let comparison = &done.comparison;
    let mut table = Table::new(&["parcel", "copies", "state", zone::heading("when", office).as_str(), "found in"]);
    for unknown in &comparison.unknown {
        let copies: CopyNumbers = unknown.copies.iter().copied().collect();
        table.row([
            unknown.parcel.to_string(),
            copies.to_string(),
            unknown.state.to_string(),
            zone::local(unknown.at, office),
            unknown.witness.clone(),
        ]);
    }
    let mut text = if comparison.unknown.is_empty() { String::new() } else { table.to_string() };
    for unclear in &comparison.unclear {
        let _ = writeln!(text, "{unclear}");
    }
    text
}
