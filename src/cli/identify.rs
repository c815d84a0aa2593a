//! `zhinaq identify`: find whose copy a workbook is, and whether it is as it was sent.

use std::path::PathBuf;

use super::{
    brought,
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use domain::Origin;
use evidence::{Identified, Value};
use pipeline::{self, Exit};

/// Identify a workbook: whose copy it is, and what was altered
///
/// Works also for a copy that another program saved again, for the encrypted archive of a copy, and for a master. The answer
/// contains organ, number, issue, the state in the register, and each altered cell with its value before and now.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 intact · 1 not a copy of this office · 3 altered")]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The workbook, or the encrypted archive that it was sent in
    file: PathBuf,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let bytes = brought::read(&args.file)?;
    let context = context::open_to_read(global, &args.context).await?;
    let mut found = pipeline::identify(&context, &bytes).await?;
    if !found.is_ours() && !args.context.sample {
        let other = if context.origin == Origin::Real { Origin::Sample } else { Origin::Real };
        // The person who brings a file need not know whether it is real or sample work.
        if pipeline::root(&context.office, other).join("ledger.sqlite").exists() {
            let context = context::open_to_read_as(global, &args.context, other).await?;
            let elsewhere = pipeline::identify(&context, &bytes).await?;
            found = if elsewhere.is_ours() { elsewhere } else { found };
        }
    }
    if global.format == Format::Json {
        out::json(&found)?;
    } else {
        out::data(&told(&found))?;
    }
    Ok(match (found.is_ours(), found.intact) {
        (false, _) => Exit::Usage,
        (true, true) => Exit::Done,
        (true, false) => Exit::HeldBack,
    })
}

fn told(found: &Identified) -> String {
    let mut lines = Vec::new();
    let mut line = |label: &str, text: String| lines.push(format!("{label:<12}{}\n", out::in_one_line(&text)));
    if let (Some(collection), Some(period), Some(revision), Some(organ), Some(copy), Some(of)) =
        (&found.collection, &found.period, found.revision, &found.organ, found.copy, found.of)
    {
        line("copy", format!("{copy} of {of}, for `{organ}`"));
        let issue = match found.supplement {
            Some(supplement @ 1..) => format!("supplement {supplement}"),
            _ => format!("revision {revision}"),
        };
        line("collection", format!("`{collection}` {period}, {issue}"));
        let content = found.content_id.map(|id| id.to_string()).unwrap_or_default();
        line("content id", content);
        let state = found.state.map(|s| s.to_string()).unwrap_or_default();
        let origin = found.origin.filter(|o| *o == Origin::Sample).map_or("", |_| ", SAMPLE DATA");
        line("register", format!("{state}{origin}"));
    }
    line("finding", found.words.clone());
    for damage in &found.damage {
        line("damaged", damage.clone());
    }
    let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "empty".to_owned(), ToString::to_string);
    for altered in &found.altered {
        let (was, is) = (shown(&altered.was), shown(&altered.is));
        line("altered", format!("sheet `{}`, cell {}: was {was}, is {is}", altered.sheet, altered.cell));
    }
    if found.altered_more > 0 {
        line("altered", format!("and {}", domain::counted(found.altered_more, "more cell")));
    }
    lines.concat()
}
