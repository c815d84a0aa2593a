//! `zhinaq init`: write the default files of an office.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{exit::Ended, format_option, global::Global, language, out, tables::Table};
use config::{FileState, InitError};
use domain::{Person, Role, counted};
use pipeline::{self, Exit, Failure, chain, hint};

/// Write the default files of an office into a folder
///
/// The files are zhinaq.toml, schedules and templates, to be edited. Your account is written into schedules/people.toml as
/// operator and statistician: only people listed there may act on real figures.
///
/// After an upgrade of the program, --diff lists how the files of an office differ from those of the program, and --upgrade
/// adds the texts that its files of words lack. Nothing that a person wrote is changed.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Args {
    /// The folder; it is created when missing. Existing files are not changed
    dir: PathBuf,
    /// Where forms come from: real sources, or the sample office; one line of schedules/sources.toml, to be changed at any time
    #[arg(long = "use", value_name = "ORIGIN", value_parser = ["real", "sample"], default_value = "real")]
    origin: String,
    /// List how the files of this office differ from those of the program; nothing is written
    #[arg(long, conflicts_with = "origin")]
    diff: bool,
    /// Add the texts that the files of words lack; each file as it was stays beside it
    #[arg(long, conflicts_with_all = ["origin", "diff"])]
    upgrade: bool,
}

pub fn run(args: &Args, global: &Global) -> Ended {
    if args.diff {
        return list_differences(args);
    }
    if args.upgrade {
        return add_texts(args, global);
    }
    let account = pipeline::account_of_process();
    let name = pipeline::full_name(&account);
    let roles = BTreeSet::from([Role::Operator, Role::Statistician]);
    let founder = Person { account: account.name.clone(), name: name.clone(), roles, until: None };
    let real = args.origin == "real";
    let wishes = config::Wishes { founder: Some(founder), real };
    let written = config::init_as(&args.dir, &wishes).map_err(|error| Failure::usage(chain(&error)))?;
    out::say(global, &format!("wrote {} into `{}`", counted(written.len(), "file"), args.dir.display()));
    let who = if name == account.name { String::new() } else { format!(" ({name})") };
    out::say(
        global,
        &format!("account `{}`{who} is operator and statistician there: see schedules/people.toml", account.name),
    );
    let origin = if real { "real sources" } else { "the sample office (SAMPLE DATA)" };
    out::say(global, &format!("forms come from {origin}: see `use` in schedules/sources.toml"));
    out::say(global, &format!("next: zhinaq --home {} doctor", hint::quoted(&args.dir.display().to_string())));
    Ok(Exit::Done)
}

fn refused(error: &InitError) -> Failure {
    Failure::usage(chain(error))
}

fn list_differences(args: &Args) -> Ended {
    let (differences, equal) = config::differences(&args.dir).map_err(|error| refused(&error))?;
    let mut table = Table::new(&["file", "state"]);
    for difference in &differences {
        table.row([difference.path.display().to_string(), state(&difference.path, &difference.state)]);
    }
    out::data(&format!("{table}{}\n", language::told(&format!("{} as the program has them", counted(equal, "file")))))?;
    Ok(Exit::Done)
}

/// What the table says of a file.
fn state(path: &Path, state: &FileState) -> String {
    match state {
        FileState::Absent if path.starts_with("templates") => "not here; the program's own is used".to_owned(),
        FileState::Absent => "not here".to_owned(),
        FileState::Differs { own, programs, lacks } => {
            let lines =
                format!("{} only here, {} only in the program's", counted(*own, "line"), counted(*programs, "line"));
            if lacks.is_empty() { lines } else { format!("{lines}; lacks {}", counted(lacks.len(), "text")) }
        }
    }
}

fn add_texts(args: &Args, global: &Global) -> Ended {
    let upgraded = config::upgrade(&args.dir).map_err(|error| refused(&error))?;
    if upgraded.is_empty() {
        out::say(global, "no file of words lacks a text; nothing was changed");
    }
    for file in upgraded {
        let (path, before, added) = (file.path.display(), file.before.display(), counted(file.added, "text"));
        out::say(global, &format!("`{path}`: {added} added; the old file is `{before}`"));
    }
    Ok(Exit::Done)
}
