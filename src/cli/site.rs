//! `zhinaq site`: the public site as a whole.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use domain::counted;
use pipeline::{self, Exit};

/// Commands about the public site.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Build(Build),
    Check(Check),
    Diff(Diff),
}

/// Write the whole site again from what was placed
///
/// Nothing new is placed. Use it after a change of templates, or after a release was taken back.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Build {
    /// Obey site.toml in the sample office too
    #[arg(long, requires = "sample")]
    as_decided: bool,
    #[command(flatten)]
    context: ContextArgs,
}

/// Check the site that readers see: every byte, links, weight, what a reader needs
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 no fault · 3 faults")]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Check {
    #[command(flatten)]
    context: ContextArgs,
}

/// Compare the site that readers see with an earlier one
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Diff {
    /// The hash of the earlier site, or its first digits
    old: String,
    /// The hash of the later site [default: the one that readers see]
    new: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(command: Command, global: &Global) -> Ended {
    match command {
        Command::Build(args) => build(args, global).await,
        Command::Check(args) => check(args, global).await,
        Command::Diff(args) => diff(args, global).await,
    }
}

async fn build(args: Build, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let report = pipeline::site_build(&context, args.as_decided).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let (files, pages) = (counted(report.files, "file"), counted(report.pages_changed, "page"));
        out::data(&format!("site {}: {files}, {} bytes, {pages} changed\n", report.site.short(), report.bytes))?;
    }
    out::origin(global, context.origin);
    Ok(Exit::Done)
}

async fn check(args: Check, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let found = pipeline::site_check(&context)?;
    if global.format == Format::Json {
        out::json(&found)?;
    } else {
        let (files, pages) = (counted(found.files, "file"), counted(found.pages, "page"));
        let faults = counted(found.faults.len(), "fault");
        out::data(&format!("site {}: {files}, {pages}, {faults}\n", found.site.short()))?;
        out::troubles(global, &found.faults);
        out::by_cause(global, &found.remarks);
    }
    Ok(if found.faults.is_empty() { Exit::Done } else { Exit::HeldBack })
}

async fn diff(args: Diff, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let diff = pipeline::site_diff(&context, &args.old, args.new.as_deref())?;
    if global.format == Format::Json {
        out::json(&diff)?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for (mark, paths) in [("+", &diff.added), ("-", &diff.removed), ("~", &diff.changed)] {
        for path in paths {
            text.push_str(&format!("{mark} {path}\n"));
        }
    }
    let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
    out::data(&format!("{text}{} added, {removed} removed, {changed} changed\n", counted(added, "file")))?;
    Ok(Exit::Done)
}
