//! `zhinaq backup`: copy the ledger and what it needs into a folder.

use std::path::PathBuf;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use pipeline::{self, Exit};

/// Make a backup of the ledger and of what it needs
///
/// The folder gets the ledger, the snapshots, masters and numbered copies, the office's files without secrets, and a manifest
/// with the hash of each file. Other commands may work meanwhile. `zhinaq restore` checks the folder and brings it back. A
/// PostgreSQL ledger is backed up with pg_dump.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The folder to make; it must not exist, and gets its name when it is whole
    folder: PathBuf,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let report = pipeline::backup(&context, &args.folder).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let (folder, files) = (report.folder.display(), domain::counted(report.files, "file"));
        let (bytes, last, manifest) = (report.bytes, report.last_fact, report.manifest);
        out::data(&format!("`{folder}`: {files}, {bytes} bytes, ledger up to fact {last}\nmanifest {manifest}\n"))?;
    }
    out::origin(global, context.origin);
    out::troubles(global, &report.troubles);
    if global.verbose > 0 {
        for left_out in &report.left_out {
            out::say(global, &format!("left out: {left_out}"));
        }
    }
    Ok(if report.troubles.is_empty() { Exit::Done } else { Exit::Ours })
}
