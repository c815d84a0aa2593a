//! `zhinaq units`: list the places that figures are about.

use super::{context, exit::Ended, format_option, global::Global, language, tables};
use clock::Clock;
use pipeline::{Exit, office_lists};

/// List the units: the republic and its regions
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Args {
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

pub fn run(args: &Args, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    let units = office_lists::units(&office, Clock::System.today(office.zone));
    let headings = ["unit", "iso", "since", "split from", "population", "at", "title"];
    tables::print(global.format, &units, (headings, &[4]), |unit| {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        [
            unit.unit.to_string(),
            unit.iso.clone(),
            or_dash(unit.since.map(|day| day.to_string())),
            or_dash(unit.split_from.as_ref().map(ToString::to_string)),
            or_dash(unit.persons.map(|persons| persons.to_string())),
            or_dash(unit.persons_at.map(|day| day.to_string())),
            unit.titles.of(language::code()).to_owned(),
        ]
    })?;
    Ok(Exit::Done)
}
