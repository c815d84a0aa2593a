//! `zhinaq init`: write the default files of an office.

use std::{collections::BTreeSet, path::PathBuf};

use super::{exit::Ended, format_option, global::Global, out};
use domain::{Person, Role};
use pipeline::{self, Exit, Failure, chain, hint};

/// Write the default files of an office into a folder
///
/// The files are zhinaq.toml, schedules and templates, to be edited. Your account is written into schedules/people.toml as
/// operator and statistician: only people listed there may act on real figures.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Args {
    /// The folder; it is created when missing. Existing files are not changed
    dir: PathBuf,
    /// Where forms come from: real sources, or the sample office; one line of schedules/sources.toml, to be changed at any time
    #[arg(long = "use", value_name = "ORIGIN", value_parser = ["real", "sample"], default_value = "real")]
    origin: String,
}

pub fn run(args: &Args, global: &Global) -> Ended {
    let account = pipeline::account_of_process();
    let name = pipeline::full_name(&account);
    let roles = BTreeSet::from([Role::Operator, Role::Statistician]);
    let founder = Person { account: account.name.clone(), name: name.clone(), roles, until: None };
    let real = args.origin == "real";
    let wishes = config::Wishes { founder: Some(founder), real };
    let written = config::init_as(&args.dir, &wishes).map_err(|error| Failure::usage(chain(&error)))?;
    out::say(global, &format!("wrote {} into `{}`", domain::counted(written.len(), "file"), args.dir.display()));
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
