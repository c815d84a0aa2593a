//! `zhinaq init`: the default files of an office.

use std::path::PathBuf;

use super::{exit::Ended, global::Global, out};
use crate::{
    config,
    pipeline::{Exit, Failure},
};

/// Write the default schedules, templates and zhinaq.toml into a folder, to be edited
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; made when it is not there. Files that stand there already are left as they are
    dir: PathBuf,
}

pub fn run(args: &Args, global: &Global) -> Ended {
    let written = config::init(&args.dir).map_err(|error| Failure {
        exit: Exit::Usage,
        message: error.to_string(),
        source: None,
    })?;
    out::say(global, &format!("wrote {} files into `{}`", written.len(), args.dir.display()));
    out::say(global, &format!("next: zhinaq --home {} doctor", args.dir.display()));
    Ok(Exit::Done)
}
