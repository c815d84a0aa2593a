//! `zhinaq form`: the templates of forms.

use std::path::PathBuf;

use super::{context, exit::Ended, format_option, global::Global, out};
use domain::FormId;
use pipeline::{self, Exit, Failure};

/// The commands for templates of forms.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Draft a new edition, or a whole template, from a workbook
    Learn(Learn),
}

/// Draft a new edition, or a whole template, from a workbook
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Learn {
    /// The workbook
    file: PathBuf,
    /// The form, where the workbook does not contain it
    #[arg(long)]
    form: Option<FormId>,
    /// Draft the whole template, also where the form has one
    #[arg(long)]
    whole: bool,
    /// Write the draft into this new file instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(command: Command, global: &Global) -> Ended {
    let Command::Learn(args) = command;
    if let Some(path) = &args.out {
        pipeline::folder_of(path)?;
    }
    // Only templates are needed, so without an office those built into the program are enough.
    let office = context::office(global, true)?;
    let draft = pipeline::learn(&office, &args.file, args.form.as_ref(), args.whole)?;
    match &args.out {
        Some(path) => {
            durable::publish(path, draft.text.as_bytes()).map_err(|error| {
                Failure::usage(format!("the draft could not be written to `{}`: {error}", path.display()))
            })?;
            out::say(global, &format!("wrote `{}`", path.display()));
        }
        None => out::data(&draft.text)?,
    }
    out::say(global, &draft.advice);
    Ok(Exit::Done)
}
