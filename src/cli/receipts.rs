//! `zhinaq receipts`: record what came back from the organs.

use std::path::PathBuf;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{CopyNumbers, ParcelState};
use pipeline::{self, Came, Exit, ReceiptsReport, ReceiptsScope};

/// Record bounces and acknowledgements; propose the uncertain ones
///
/// What is certain is recorded. For an uncertain parcel the evidence is shown with the `settle` command that would decide it.
/// The notes that organs put next to their parcels (files ending in .ack) are read each time. Reading the same again records
/// nothing twice.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// A mailbox in the Maildir format: the sender's, or the archive's; may be repeated. It is only read
    #[arg(long, value_name = "DIR")]
    maildir: Vec<PathBuf>,
    /// Read the mailbox of zhinaq.toml (`[mailbox]`): the mails since it was last read
    #[arg(long)]
    imap: bool,
    /// The log of the mail server; may be repeated
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_quietly(global, &args.context).await?;
    let scope = ReceiptsScope { maildirs: args.maildir, imap: args.imap, logs: args.log };
    let report = pipeline::receipts(&context, &scope).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&table(&report))?;
    }
    out::by_cause(global, &report.told);
    if report.proposals.iter().filter(|came| came.state == ParcelState::Handed).count() > 1 {
        let mut how = context.call.command("settle").flag("--proved");
        for maildir in &scope.maildirs {
            how = how.option("--maildir", maildir.display());
        }
        if scope.imap {
            how = how.flag("--imap");
        }
        for log in &scope.logs {
            how = how.option("--log", log.display());
        }
        out::say(
            global,
            &format!("hint: {how} shows all that are proved to be handed over, and settles them in one act"),
        );
    }
    for came in &report.proposals {
        let settled = if came.state == ParcelState::Handed { "--handed" } else { "--not-handed" };
        // The words of a bounce come from outside. Without an apostrophe they cannot end a quoted word in a shell.
        let (parcel, words) = (&came.parcel, came.words.replace('\'', "’"));
        let copies = numbers(came).as_word();
        let how = context.call.command("settle").option("--parcel", parcel).option("--copies", copies);
        let how = how.flag(settled).option("--evidence", words);
        out::say(global, &format!("for a person to decide: {how}"));
    }
    Ok(Exit::Done)
}

fn numbers(came: &Came) -> CopyNumbers {
    came.copies.iter().copied().collect()
}

fn table(report: &ReceiptsReport) -> String {
    let mut table = Table::new(&["parcel", "copies", "state", "words"]);
    let all =
        report.recorded.iter().map(|came| (came, "")).chain(report.proposals.iter().map(|came| (came, "proposed: ")));
    for (came, proposed) in all {
        let copies = numbers(came).to_string();
        table.row([came.parcel.to_string(), copies, format!("{proposed}{}", came.state), came.words.clone()]);
    }
    let is_empty = report.recorded.is_empty() && report.proposals.is_empty();
    if is_empty { String::from("nothing new\n") } else { table.to_string() }
}
