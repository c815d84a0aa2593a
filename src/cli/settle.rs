//! `zhinaq settle`: what became of an uncertain parcel.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out,
};
use domain::{CopyNumbers, ParcelId};
use pipeline::{self, Exit};

/// Say what became of an uncertain parcel
///
/// Its connection was lost when the server may have had it already, so nobody knows whether it was taken. An operator looks, and says so
/// with the evidence.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("outcome").required(true)))]
pub struct Args {
    /// The parcel, such as 2025-Q2/crime/r0/mia
    #[arg(long)]
    parcel: ParcelId,
    /// Only these copies, such as 1,3-4: where several mails of the parcel are uncertain, each is settled by itself
    #[arg(long)]
    copies: Option<CopyNumbers>,
    /// It was taken: the mail is in the mailbox, or the organ says so
    #[arg(long, group = "outcome")]
    handed: bool,
    /// It was not taken, and goes again with the next `send`
    #[arg(long, group = "outcome")]
    not_handed: bool,
    /// What was looked at: the organ's word, a line of the server's log
    #[arg(long)]
    evidence: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("settle", &[Format::Table, Format::Json])?;
    let context = context::open(global, &args.context).await?;
    let settled = pipeline::settle(&context, &args.parcel, args.copies.as_ref(), args.handed, &args.evidence).await?;
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
