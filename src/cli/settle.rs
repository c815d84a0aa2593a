//! `zhinaq settle`: record what became of an uncertain parcel.

use std::path::PathBuf;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{CopyNumbers, ParcelId};
use pipeline::{self, Exit, Failure, ReceiptsScope};

/// Record what became of an uncertain parcel
///
/// Its connection was lost after the last byte was sent, so it is not known whether the server took it. An operator finds out
/// and records it with the evidence. With --proved, all parcels whose evidence is complete are shown, and settled with --yes;
/// each keeps its own evidence.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("outcome").required(true)))]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The parcel, such as 2025-Q2/crime/r0/mia
    #[arg(long, required_unless_present = "proved", conflicts_with = "proved")]
    parcel: Option<ParcelId>,
    /// Only these copies, such as 1,3-4: where several mails of the parcel are uncertain, each is settled by itself
    #[arg(long, requires = "parcel")]
    copies: Option<CopyNumbers>,
    /// The server took it: the mail is in the mailbox, or the organ confirmed it
    #[arg(long, group = "outcome")]
    handed: bool,
    /// The server did not take it; the next `send` sends it again
    #[arg(long, group = "outcome")]
    not_handed: bool,
    /// All uncertain parcels for which --maildir, --imap and --log prove that they were handed over
    #[arg(long, group = "outcome")]
    proved: bool,
    /// The evidence: the organ's answer, or a line of the server's log
    #[arg(long, required_unless_present = "proved", conflicts_with = "proved")]
    evidence: Option<String>,
    /// With --proved: a mailbox in the Maildir format; may be repeated. It is only read
    #[arg(long, value_name = "DIR", requires = "proved")]
    maildir: Vec<PathBuf>,
    /// With --proved: read the mailbox of zhinaq.toml (`[mailbox]`)
    #[arg(long, requires = "proved")]
    imap: bool,
    /// With --proved: the log of the mail server; may be repeated
    #[arg(long, value_name = "FILE", requires = "proved")]
    log: Vec<PathBuf>,
    /// With --proved: settle what is shown
    #[arg(long, requires = "proved")]
    yes: bool,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    if args.proved {
        return proved(args, global).await;
    }
    let (Some(parcel), Some(evidence)) = (&args.parcel, &args.evidence) else {
        return Err(Failure::usage("choose a parcel with --parcel, and write the --evidence"));
    };
    let context = context::open(global, &args.context).await?;
    let settled = pipeline::settle(&context, parcel, args.copies.as_ref(), args.handed, evidence).await?;
    if global.format == Format::Json {
        out::json(&settled)?;
    } else {
        let copies: CopyNumbers = settled.copies.iter().copied().collect();
        out::data(&format!("`{}`: {} {}\n", settled.parcel, copies.are(), settled.state))?;
    }
    if args.not_handed {
        let how = context.call.command("send").option("--period", settled.parcel.issue.period);
        out::say(global, &format!("hand it over with {how}"));
    }
    Ok(Exit::Done)
}

/// Shows what the evidence proves, and settles it if the person says so.
async fn proved(args: Args, global: &Global) -> Ended {
    let context = context::open_quietly(global, &args.context).await?;
    let mut how = context.call.command("settle").flag("--proved");
    for maildir in &args.maildir {
        how = how.option("--maildir", maildir.display());
    }
    if args.imap {
        how = how.flag("--imap");
    }
    for log in &args.log {
        how = how.option("--log", log.display());
    }
    let scope = ReceiptsScope { maildirs: args.maildir, imap: args.imap, logs: args.log };
    let report = pipeline::settle_proved(&context, &scope, args.yes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let mut table = Table::new(&["parcel", "copies", "evidence"]);
        for came in &report.proved {
            let copies: CopyNumbers = came.copies.iter().copied().collect();
            table.row([came.parcel.to_string(), copies.to_string(), came.words.clone()]);
        }
        let count = domain::counted(report.proved.len(), "uncertain mail");
        let what = if report.settled { "settled as handed over" } else { "proved to be handed over" };
        let table = if report.proved.is_empty() { String::new() } else { format!("{table}\n") };
        out::data(&format!("{table}{count} {what}, {} left\n", report.left.len()))?;
    }
    for left in &report.left {
        out::say(global, &format!("{}: {}", left.what, left.why));
    }
    if !report.settled && !report.proved.is_empty() {
        out::say(global, &format!("hint: {} settles them with this evidence", how.flag("--yes")));
    }
    Ok(Exit::Done)
}
