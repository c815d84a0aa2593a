//! `zhinaq completions`: print completions for a shell, with the ids of the office.

use clap::{Arg, Command, builder::PossibleValuesParser};

use super::{Global, context, exit::Ended, format_option, out};
use chrono::{Datelike as _, NaiveDate};
use clock::Clock;
use config::Office;
use domain::{FACT_KINDS, Period, Periodicity};
use formats::OtherFormat;
use pipeline::{Exit, Failure};

/// How many years back periods are offered.
const YEARS: i32 = 2;

/// Print completions for a shell, with the ids of the office
///
/// Forms, collections, organs, units, agencies, rules and recent periods are those of the office in --home (without an office,
/// those built into the program) on the day of printing. So let the shell print them anew when it starts, for bash with
/// source <(zhinaq completions bash).
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub fn completions(args: &Completions, global: &Global, command: Command) -> Ended {
    let office = context::office(global, !config::is_office(&global.home))?;
    let ids = Ids::of(&office, Clock::System.today(office.zone))?;
    let mut command = with_ids(command, &ids);
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "zhinaq", &mut text);
    let text = String::from_utf8(text).map_err(|error| Failure::ours("the completions are not text", error))?;
    out::data(&text)?;
    Ok(Exit::Done)
}

/// The words that options take, by the id of the option.
struct Ids(Vec<(&'static str, Vec<String>)>);

impl Ids {
    /// The ids of an office, and the periods that ended before a day.
    fn of(office: &Office, today: NaiveDate) -> Result<Self, Failure> {
        let act = office.regulation();
        let agencies = || {
            let own = office.agencies.iter().map(|agency| agency.agency.to_string()).filter(|code| code != "all");
            std::iter::once("all".to_owned()).chain(own).collect::<Vec<_>>()
        };
        let units = || office.places.iter().map(|place| place.unit.to_string()).collect::<Vec<_>>();
        let formats = OtherFormat::ALL;
        let rules = pipeline::written_rules(office)?;
        Ok(Self(vec![
            ("form", act.forms.iter().map(|form| form.id.to_string()).collect()),
            ("collection", act.collections.iter().map(|term| term.id.to_string()).collect()),
            ("organ", act.recipients.iter().map(|organ| organ.id.to_string()).collect()),
            ("unit", units()),
            ("as_unit", units()),
            ("agency", agencies()),
            ("as_agency", agencies()),
            ("rule", rules),
            ("kind", FACT_KINDS.iter().map(|kind| (*kind).to_owned()).collect()),
            ("period", periods(today)),
            ("as_period", periods(today)),
            ("language", office.words.languages().map(|language| language.to_string()).collect()),
            ("formats", formats.iter().map(ToString::to_string).collect()),
        ]))
    }

    fn of_option(&self, id: &str) -> Option<&[String]> {
        self.0.iter().find(|(option, _)| *option == id).map(|(_, words)| words.as_slice())
    }
}

/// The periods that ended before a day, the latest first.
fn periods(today: NaiveDate) -> Vec<String> {
    let kinds = [Periodicity::Quarter, Periodicity::Month, Periodicity::HalfYear, Periodicity::Year];
    let mut periods = Vec::new();
    for kind in kinds {
        let years = (today.year() - YEARS..=today.year()).rev();
        let of_year = |year| (1..=12 / kind.months()).rev().filter_map(move |index| Period::new(year, kind, index));
        periods
            .extend(years.flat_map(of_year).filter(|period| period.has_ended(today)).map(|period| period.to_string()));
    }
    periods
}

/// The commands with the words that each option takes.
fn with_ids(command: Command, ids: &Ids) -> Command {
    let complete = |option: Arg| match ids.of_option(option.get_id().as_str()) {
        Some(words) if takes_a_word(&option) => option.value_parser(PossibleValuesParser::new(words.iter().cloned())),
        _ => option,
    };
    command.mut_args(complete).mut_subcommands(|inner| with_ids(inner, ids))
}

/// Whether the option takes one of the words; `--once` takes none, and a file keeps its own completion.
fn takes_a_word(option: &Arg) -> bool {
    option.get_action().takes_values() && option.get_value_hint() == clap::ValueHint::Unknown
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::Cli;

    #[test]
    fn every_shell_is_offered_the_ids_of_the_office() {
        let office = Office::embedded().unwrap();
        let ids = Ids::of(&office, "2025-07-16".parse().unwrap()).unwrap();
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut with_ids(Cli::command(), &ids), "zhinaq", &mut text);
            let text = String::from_utf8(text).unwrap();
            for word in
                ["execution-4", "prosecution-bodies", "gp-leadership", "2025-Q2", "1979", "continuity.flow", "hastened"]
            {
                assert!(text.contains(word), "{word} is not offered in {shell}");
            }
            assert!(!text.contains("2025-Q3"), "a period that has not ended is offered in {shell}");
        }
    }
}
