//! `zhinaq prune`: remove files that can be made again and whose term of keeping is over.

use super::{
    consent::Yes,
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use pipeline::{self, Exit, PruneReport};

/// Remove files that can be made again and whose term is over
///
/// The terms are in `[keep]` of zhinaq.toml; without a term files are kept for ever. Snapshots, masters, numbered copies, the
/// register, the journal and the outbox are evidence and have no term. Without --yes the command only shows what it would
/// remove; with --yes an operator does it.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = if args.yes.yes {
        context::open_quietly(global, &args.context).await?
    } else {
        context::open_to_read(global, &args.context).await?
    };
    let report = pipeline::prune(&context, args.yes.yes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&table(&report))?;
    }
    let over: usize = report.kinds.iter().map(|kind| kind.over).sum();
    if report.removed {
        out::say(global, &format!("{} removed", domain::counted(over, "file")));
    } else if over > 0 {
        let how = context.call.command("prune").flag("--yes");
        out::say(global, &format!("nothing was removed; {how} removes {}", domain::counted(over, "file")));
    } else if report.kinds.iter().all(|kind| kind.days.is_none()) {
        out::say(global, "`[keep]` of zhinaq.toml has no term, so everything is kept");
    }
    Ok(Exit::Done)
}

fn table(report: &PruneReport) -> String {
    let mut table = Table::new(&["keep", "what", "days", "files", "over", "bytes"]);
    (2..6).for_each(|column| table.right(column));
    for kind in &report.kinds {
        table.row([
            kind.keep.to_owned(),
            kind.what.to_owned(),
            kind.days.map_or_else(|| "for ever".into(), |days| days.to_string()),
            kind.files.to_string(),
            kind.over.to_string(),
            kind.over_bytes.to_string(),
        ]);
    }
    table.to_string()
}
