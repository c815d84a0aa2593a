//! `zhinaq reject`: reject held documents.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    held::Which,
    out,
};
use pipeline::{self, Exit, Failure};

/// Reject held documents: they are never used
///
/// A statistician does this, and gives a reason. Without --yes several documents at once are only listed.
/// `zhinaq withdraw --reject` undoes it.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// List what would be rejected, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Reject several documents at once
    #[arg(long)]
    yes: bool,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    if !args.which.is_said() {
        let how = context::call(global, &args.context).command("held");
        return Err(Failure::usage(format!(
            "choose documents with --document, or with --form and --period; {how} lists them"
        )));
    }
    let context = context::open(global, &args.context).await?;
    args.which.known(&context.office)?;
    let report = pipeline::reject(&context, &args.which.into(), args.yes, args.dry_run, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let done = if report.rejected { "rejected" } else { "would be rejected" };
        let mut text = String::new();
        for document in &report.documents {
            let _ = writeln!(
                text,
                "{}  `{}`, form `{}` for `{}`: {done}; was held: {}",
                document.document.short(),
                document.name,
                document.form,
                document.period,
                document.why
            );
        }
        out::data(&text)?;
    }
    if report.rejected {
        return Ok(Exit::Done);
    }
    if args.dry_run {
        out::say(global, "dry run: nothing was changed");
        return Ok(Exit::Done);
    }
    out::complain(&format!(
        "{} chosen, so nothing was changed; the same command with --yes rejects them all",
        domain::counted(report.documents.len(), "document")
    ));
    Ok(Exit::Usage)
}
