//! `zhinaq rebuild`: make a candidate for the next revision.

use std::fmt::Write as _;

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{CollectionId, OrganId, Period};
use pipeline::{self, Candidate};

/// How many changed cells are printed; JSON contains all.
const SHOWN: usize = 40;

/// Make a candidate for the next revision of a collection
///
/// A statistician does this, and gives a reason. The command shows what changed, and which organ would get what; nothing is
/// sent.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Show what changed and who would get what, and keep no candidate
    #[arg(long)]
    dry_run: bool,
    /// Why; recorded in the journal and printed on the cover
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    if !args.dry_run {
        consent::in_closed(&context, args.period, args.yes, Some(&args.reason)).await?;
    }
    let report = pipeline::rebuild(&context, args.period, &args.collection, &args.reason, args.dry_run).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&report.candidates.iter().map(text).collect::<String>())?;
    }
    out::origin(global, context.origin);
    out::by_cause(global, &report.troubles);
    if args.dry_run {
        out::say(global, "dry run: no candidate was kept");
        return Ok(report.exit());
    }
    for candidate in report.candidates.iter().filter(|c| !c.draft) {
        let issue = &candidate.issue;
        let how =
            context.call.command("send").option("--period", issue.period).option("--collection", &issue.collection);
        let how = how.option("--revision", issue.revision);
        if candidate.without_figures {
            let how = how.flag("--now").asked("--reason");
            out::say(global, &format!("nothing was sent; it contains no figures; {how} hands it over anyway"));
            continue;
        }
        out::say(global, &format!("nothing was sent; hand it over with {how}"));
    }
    Ok(report.exit())
}

fn text(candidate: &Candidate) -> String {
    let draft = if candidate.draft { ", DRAFT: error findings hold it back" } else { "" };
    let mut text = format!("{}: candidate, content {}{draft}\n\n", candidate.issue, candidate.content_id.short());
    let mut organs = Table::new(&["organ", "copies", "language", "has", "changed cells"]);
    for would in &candidate.would_get {
        organs.row([
            would.organ.to_string(),
            would.copies.to_string(),
            would.language.to_string(),
            would.held.map_or_else(|| "-".into(), |held| format!("r{held}")),
            would.changes.to_string(),
        ]);
    }
    let _ = writeln!(text, "{organs}");
    if !candidate.untouched.is_empty() {
        let ids: Vec<&str> = candidate.untouched.iter().map(OrganId::as_str).collect();
        let _ = writeln!(text, "already have these figures and get no copy: {}\n", ids.join(", "));
    }
    text.push_str(&cells(candidate));
    text
}

fn cells(candidate: &Candidate) -> String {
    let mut table = Table::new(&["since", "table", "line", "column", "was", "is"]);
    let figures: Vec<_> = candidate.changes.iter().filter(|c| !c.derived).collect();
    let short = |text: &Option<String>| super::table::shortened(text.as_deref().unwrap_or("-"), 40);
    for cell in figures.iter().take(SHOWN) {
        table.row([
            format!("r{}", cell.held),
            format!("{} {}", cell.table, super::table::shortened(&cell.title, 40)),
            short(&cell.line),
            short(&cell.column),
            short(&cell.was),
            short(&cell.is),
        ]);
    }
    let (rest, derived) = (figures.len().saturating_sub(SHOWN), candidate.changes.len() - figures.len());
    match (rest, derived) {
        (0, 0) => format!("{table}\n"),
        (0, derived) => format!("{table}\nand {derived} cells derived from these: --format json has all\n\n"),
        (rest, derived) => {
            format!("{table}\n{rest} more, and {derived} cells derived from them: --format json has all\n\n")
        }
    }
}
