//! `zhinaq accept`: put a held document into use.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    diff,
    exit::Ended,
    follow_up, format_option,
    global::{Format, Global},
    held::Which,
    out,
    tables::Table,
};
use domain::{Agency, Period, Unit};
use pipeline::{self, AcceptReport, AcceptScope, Exit, Failure, Named};

/// How many changed cells are listed; `--format json` lists all.
const LISTED: usize = 20;

/// Accept one held document under the identity that it has
///
/// A statistician does this, and gives a reason. Figures in use are replaced only with --yes; without it the command shows what
/// would change. `zhinaq withdraw --accept` undoes it.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// The unit that it is about, where the document does not contain it: 19 is the republic
    #[arg(long, value_name = "UNIT")]
    as_unit: Option<Unit>,
    /// The agency that it is about, where the document does not contain it; a code of schedules/regions.toml: all, 01, 03 …
    #[arg(long, value_name = "AGENCY")]
    as_agency: Option<Agency>,
    /// The period that it is about, where it was taken for another one
    #[arg(long, value_name = "PERIOD")]
    as_period: Option<Period>,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace figures that are in use
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
        return Err(Failure::usage(format!("no document chosen; {how} lists them, each with its command")));
    }
    let context = context::open(global, &args.context).await?;
    args.which.known(&context.office)?;
    let (units, agencies) = (args.as_unit.as_slice(), args.as_agency.as_slice());
    pipeline::known(&context.office, Named { units, agencies, ..Named::default() })?;
    let scope = AcceptScope {
        which: args.which.into(),
        as_unit: args.as_unit,
        as_agency: args.as_agency,
        as_period: args.as_period,
        dry_run: args.dry_run,
        replace: args.yes,
    };
    let report = pipeline::accept(&context, &scope, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&text(&report))?;
    }
    if report.accepted {
        out::say(global, "in use from now on");
        if let Some(dataset) = report.datasets.first() {
            follow_up::say(&context, global, &dataset.key.form, dataset.key.period).await?;
        }
        return Ok(Exit::Done);
    }
    if args.dry_run {
        out::say(global, "dry run: nothing was changed");
        return Ok(Exit::Done);
    }
    out::complain(
        "figures in use would be replaced, so nothing was changed; the same command with --yes replaces them",
    );
    Ok(Exit::Usage)
}

fn text(report: &AcceptReport) -> String {
    let mut text = String::new();
    if !report.changes.is_empty() {
        let mut table = Table::new(&["unit", "place", "change", "in use", "document", "difference", "label"]);
        (3..6).for_each(|c| table.right(c));
        for change in report.changes.iter().take(LISTED) {
            table.row(diff::cells(change));
        }
        let _ = writeln!(text, "{table}");
        if let more @ 1.. = report.changes.len().saturating_sub(LISTED) {
            let _ = writeln!(text, "and {more} more; `--format json` lists all");
        }
    }
    let done = if report.accepted { "accepted" } else { "would be accepted" };
    for dataset in &report.datasets {
        let place = match dataset.replaces {
            Some(before) => {
                format!(" in place of revision {before}, {}", domain::counted(report.changes.len(), "change"))
            }
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "`{}`: {done} as {}, revision {}{place}; was held: {}",
            report.name, dataset.key, dataset.revision, report.was_held
        );
    }
    for name in &report.put_away {
        let _ = writeln!(text, "`{name}` claims the same and is rejected with this");
    }
    text
}
