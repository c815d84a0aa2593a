//! Which formats a command prints: `--format` of each command offers these and refuses all others.
//!
//! In: the list of formats at the arguments of the command. Out: the option, and the refusal of a format written before
//! the command (`zhinaq --format ics status`). There clap does not apply the list of the command, so [`check`] does.
//! This module does not know what any command prints.

use clap::{
    Arg, ArgMatches, ValueEnum as _,
    builder::{PossibleValuesParser, TypedValueParser as _},
    error::ErrorKind,
};

use super::global::{EVERYWHERE, Format};

/// The formats of most commands.
pub const DATA: &[Format] = &[Format::Table, Format::Json];
/// The formats of the commands with a list of their own: plan; matrix and diff; query and register; check.
pub const PLAN: &[Format] = &[Format::Table, Format::Json, Format::Ics];
pub const LIST: &[Format] = &[Format::Table, Format::Json, Format::Csv];
pub const FIGURES: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Xlsx];
pub const FINDINGS: &[Format] = &[Format::Table, Format::Json, Format::Ess, Format::Xlsx];
/// A command that prints text alone.
pub const TEXT: &[Format] = &[Format::Table];

/// The id of the option, and its long name.
const FORMAT: &str = "format";

/// The option `--format` of one command. With one format there is no choice, and help does not show it.
pub fn offers(formats: &'static [Format]) -> Arg {
    let words = PossibleValuesParser::new(formats.iter().filter_map(clap::ValueEnum::to_possible_value));
    Arg::new(FORMAT)
        .long(FORMAT)
        .global(true)
        .value_name("FORMAT")
        .default_value("table")
        .value_parser(words.try_map(|word| Format::from_str(&word, false)))
        .help("How to print the data")
        .help_heading(EVERYWHERE)
        .hide(formats.len() == 1)
}

/// Checks that the command of this command line prints the requested format.
///
/// # Errors
/// If it does not; the error lists the formats that it prints.
pub fn check(program: &clap::Command, words: &ArgMatches) -> Result<(), clap::Error> {
    let (mut command, mut at, mut path) = (program, words, Vec::new());
    let mut offered = Vec::new();
    while let Some((name, inner)) = at.subcommand() {
        let Some(found) = command.find_subcommand(name) else { break };
        (command, at) = (found, inner);
        path.push(name);
        if let Some(option) = command.get_arguments().find(|option| option.get_id() == FORMAT) {
            offered = option.get_possible_values();
        }
    }
    let Some(wanted) = words.get_one::<Format>(FORMAT).and_then(clap::ValueEnum::to_possible_value) else {
        return Ok(());
    };
    if offered.is_empty() || offered.iter().any(|format| format.get_name() == wanted.get_name()) {
        return Ok(());
    }
    let formats: Vec<&str> = offered.iter().map(clap::builder::PossibleValue::get_name).collect();
    let (command, wanted, formats) = (path.join(" "), wanted.get_name(), formats.join(" or "));
    let message = format!("`{command}` does not print `{wanted}`; use `--format {formats}`");
    Err(clap::Error::raw(ErrorKind::InvalidValue, format!("{message}\n")))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, FromArgMatches as _};

    use super::*;
    use crate::Cli;

    /// The format of a command line, or why it is refused.
    fn format_of(line: &str) -> Result<Format, String> {
        let mut program = Cli::command();
        let words = program.try_get_matches_from_mut(line.split(' ')).map_err(|error| error.to_string())?;
        check(&program, &words).map_err(|error| error.to_string())?;
        Ok(Cli::from_arg_matches(&words).map_err(|error| error.to_string())?.global.format)
    }

    #[test]
    fn a_format_is_read_before_and_after_the_command() {
        for line in ["zhinaq --format json status --period 2025-Q2", "zhinaq status --period 2025-Q2 --format json"] {
            assert_eq!(format_of(line), Ok(Format::Json), "{line}");
        }
        assert_eq!(format_of("zhinaq status --period 2025-Q2"), Ok(Format::Table));
        assert_eq!(format_of("zhinaq calendar check --format json"), Ok(Format::Json));
        assert_eq!(format_of("zhinaq plan --format ics"), Ok(Format::Ics));
    }

    #[test]
    fn a_format_that_the_command_does_not_print_is_refused_with_those_that_it_prints() {
        let after = format_of("zhinaq status --period 2025-Q2 --format ics").unwrap_err();
        assert!(after.contains("[possible values: table, json]"), "{after}");
        let before = format_of("zhinaq --format ics status --period 2025-Q2").unwrap_err();
        assert_eq!(before, "error: `status` does not print `ics`; use `--format table or json`\n");
        assert!(format_of("zhinaq --format xlsx calendar check").unwrap_err().contains("`calendar check` does not"));
        assert!(format_of("zhinaq init . --format json").is_err());
    }

    /// A command without a list would offer every format.
    #[test]
    fn each_command_has_a_list() {
        for command in Cli::command().get_subcommands() {
            let mut with_its_own = vec![command];
            if command.get_arguments().all(|option| option.get_id() != FORMAT) {
                with_its_own = command.get_subcommands().collect();
            }
            assert!(!with_its_own.is_empty(), "{}", command.get_name());
            for command in with_its_own {
                let own = command.get_arguments().any(|option| option.get_id() == FORMAT);
                assert!(own, "`{}` has no `#[command(arg = format_option::offers(…))]`", command.get_name());
            }
        }
    }
}
