//! `zhinaq settle`: record what became of an uncertain parcel.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use domain::{CopyNumbers, ParcelId};
use pipeline::{self, Exit};

/// Record what became of an uncertain parcel
///
/// Its connection was lost after the last byte was sent, so it is not known whether the server took it. An operator finds out
/// and records it with the evidence.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("outcome").required(true)))]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The parcel, such as 2025-Q2/crime/r0/mia
    #[arg(long)]
    parcel: ParcelId,
    /// Only these copies, such as 1,3-4: where several mails of the parcel are uncertain, each is settled by itself
    #[arg(long)]
    copies: Option<CopyNumbers>,
    /// The server took it: the mail is in the mailbox, or the organ confirmed it
    #[arg(long, group = "outcome")]
    handed: bool,
    /// The server did not take it; the next `send` sends it again
    #[arg(long, group = "outcome")]
    not_handed: bool,
    /// The evidence: the organ's answer, or a line of the server's log
    #[arg(long)]
    evidence: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
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
