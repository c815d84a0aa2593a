//! `zhinaq readdress`: redirect parcels of an organ that has ended to its successor.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use domain::{CopyNumbers, OrganId, ParcelId, Period};
use pipeline::{self, Exit, Failure, Named, ReaddressScope, Readdressing};

/// Redirect parcels of an organ that has ended to its successor
///
/// An operator does this, and gives a reason. recipients.toml contains the organ's last day and its successor. The waiting
/// copies are withdrawn and stay in the register under their numbers; as many copies are numbered for the successor. Without a
/// successor they are only withdrawn. Nothing is handed over: `zhinaq send` does that.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The parcel, such as 2025-Q2/crime/r0/mia
    #[arg(long, conflicts_with_all = ["period", "organ"], required_unless_present = "organ")]
    parcel: Option<ParcelId>,
    /// With --organ: the period, such as 2025-Q2
    #[arg(long, requires = "organ")]
    period: Option<Period>,
    /// All parcels that wait for this organ
    #[arg(long, requires = "period")]
    organ: Option<OrganId>,
    /// Show what would be withdrawn and numbered, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let scope = match (args.parcel, args.period, args.organ) {
        (Some(parcel), ..) => ReaddressScope::Parcel(parcel),
        (None, Some(period), Some(organ)) => ReaddressScope::Organ { period, organ },
        _ => return Err(Failure::usage("choose what to redirect: --parcel, or --period with --organ")),
    };
    let context = context::open(global, &args.context).await?;
    if let ReaddressScope::Organ { organ, .. } = &scope {
        pipeline::known(&context.office, Named { organs: std::slice::from_ref(organ), ..Named::default() })?;
    }
    let period = match &scope {
        ReaddressScope::Parcel(parcel) => parcel.issue.period,
        ReaddressScope::Organ { period, .. } => *period,
    };
    if !args.dry_run {
        consent::in_closed(&context, period, args.yes, Some(&args.reason)).await?;
    }
    let done = pipeline::readdress(&context, &scope, &args.reason, args.dry_run).await?;
    if global.format == Format::Json {
        out::json(&done)?;
    } else {
        out::data(&done.iter().map(line).collect::<String>())?;
    }
    if args.dry_run {
        out::say(global, "dry run: nothing was withdrawn or numbered");
        return Ok(Exit::Done);
    }
    if let Some(to) = done.iter().find_map(|of| of.to.as_ref()) {
        let how = context.call.command("send").option("--period", to.issue.period);
        out::say(global, &format!("hand over with {how}"));
    }
    Ok(Exit::Done)
}

fn line(done: &Readdressing) -> String {
    let numbers = |numbers: &[u32]| numbers.iter().copied().collect::<CopyNumbers>();
    let withdrawn = if done.withdrawn.is_empty() {
        "its second sending is cancelled".to_owned()
    } else {
        format!("{} withdrawn", numbers(&done.withdrawn).are())
    };
    match &done.to {
        Some(to) => format!("`{}`: {withdrawn}; `{to}`: {} numbered\n", done.parcel, numbers(&done.copies).are()),
        None => format!("`{}`: {withdrawn}\n", done.parcel),
    }
}
