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
use pipeline::{self, Context, ReconcileDecision, Reconciliation};

/// Compare the ledger with what was sent, and add what it lacks
///
/// Parcels that were sent are missing in a ledger that was restored from a backup, was deleted, or lies on a volume that is not
/// mounted; then every sending command stops. This command compares the ledger with the journal of sendings
/// (`[ledger] witness`), the outbox and the numbered copies. Without --reason it only shows the differences. With --reason an
/// operator adds them to the ledger; nothing is sent.
///
/// Where the journal of sendings is missing, is a copy, or belongs to another ledger, nothing here shows what was handed over
/// after a backup. Then nothing is sent until an operator found it out, and says with --complete that the ledger contains all.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The archive's mailbox in the Maildir format, which got a copy of each mail; may be repeated. It is only read
    #[arg(long, value_name = "DIR")]
    maildir: Vec<PathBuf>,
    /// Add the missing parcels to the ledger, and why; recorded in the journal
    #[arg(long)]
    reason: Option<String>,
    /// The operator found out that the ledger, with what this command adds, contains all that was handed over; ends the doubt
    #[arg(long, requires = "reason")]
    complete: bool,
    /// What was handed over although nothing here shows it: a period such as 2025-Q2, or a parcel such as 2025-Q2/crime/r0/mia.
    /// Its copies that wait are entered as handed over; may be repeated
    #[arg(long, value_name = "WHAT", requires = "reason")]
    sent: Vec<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = match args.reason {
        Some(_) => context::open_to_reconcile(global, &args.context).await?,
        None => context::open_to_look(global, &args.context).await?,
    };
    let (complete, sent) = (args.complete, args.sent);
    let decision = args.reason.map(|reason| ReconcileDecision { reason, complete, sent });
    let done = pipeline::reconcile(&context, &args.maildir, decision.as_ref()).await?;
    if global.format == Format::Json {
        out::json(&done)?;
    } else {
        out::data(&table(&done, &context.office))?;
    }
    say(global, &context, &done);
    Ok(done.exit())
}

/// What was done, and what is left to do.
fn say(global: &Global, context: &Context, done: &Reconciliation) {
    let comparison = &done.comparison;
    if done.taken && comparison.differs() {
        let parcels = domain::counted(comparison.unknown.len(), "parcel");
        out::say(global, &format!("{parcels} added to the ledger; nothing was sent"));
    } else if comparison.differs() {
        out::say(global, "nothing was changed; the same command with --reason adds these parcels to the ledger");
    } else if comparison.doubt.is_none() {
        out::say(global, "the ledger contains all that was handed over, as far as its witnesses show");
    }
    if let Some(doubt) = done.doubt() {
        out::warn(&doubt.words);
        let journal = context.sendings.path().display();
        let how = context.call.command("reconcile").flag("--complete").asked("--reason");
        out::say(
            global,
            &format!(
                "put `{journal}` and the outbox back as they were after the last hand-over, and look again; or find out what \
                 was handed over, enter with --sent what is missing, and end the doubt with {how}; nothing is sent before"
            ),
        );
    } else if done.complete {
        out::say(global, "the ledger counts as complete from now on; nothing was sent");
    }
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
