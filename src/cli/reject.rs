//! `zhinaq reject`: a held document is put away.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    held::Which,
    out,
};
use pipeline::{self, Exit, Failure};

/// Put held documents away: they are never used
///
/// A statistician does, with a reason. Without --yes several documents at once are only listed. `zhinaq withdraw --reject`
/// takes it back.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// List what would be put away, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Put several documents away at once
    #[arg(long)]
    yes: bool,
    /// Why; the journal keeps it
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    global.only("reject", &[Format::Table, Format::Json])?;
    if !args.which.is_said() {
        let how = context::call(global, &args.context).command("held");
        return Err(Failure::usage(format!(
            "say which documents, with --document, or with --form and --period: {how} lists them"
        )));
    }
    let context = context::open(global, &args.context).await?;
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
        "{} documents are meant, so nothing was changed; the same command with --yes rejects them all",
        report.documents.len()
    ));
    Ok(Exit::Usage)
}
