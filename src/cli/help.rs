//! The help of the program: its commands in groups.
//!
//! In: the groups of [`super::command`]. Out: the template of `zhinaq --help`. The lines are taken from the commands
//! themselves. The type of a command puts it into one group, so no command can be forgotten.

use std::{borrow::Cow, fmt::Write as _};

use clap::{Command, Subcommand};

use super::{
    command::{Decide, EveryDay, Evidence, LookUp, SetUp},
    screen,
};

/// The width of help in characters: that of the narrowest terminal in use.
pub const WIDTH: usize = 80;

/// The text after the options.
pub const AFTER: &str = "\
Exit codes:
  0  done
  1  usage or configuration
  2  something could not be fetched
  3  findings hold a collection back
  4  fewer parcels handed over than the matrix requires
  5  internal fault

Try it: zhinaq run --sample --period 2025-Q2";

/// The groups of commands with their titles, in the order of help.
fn groups() -> [(&'static str, Command); 5] {
    [
        ("Every day", group::<EveryDay>()),
        ("Decide", group::<Decide>()),
        ("Look up", group::<LookUp>()),
        ("Evidence", group::<Evidence>()),
        ("Set up", group::<SetUp>()),
    ]
}

fn group<G: Subcommand>() -> Command {
    G::augment_subcommands(Command::new("group"))
}

/// The template of the program's help: what it is, how it is called, the groups, the options. `told` puts a text into
/// the language of the person.
pub fn template(told: impl Fn(&str) -> Cow<'_, str>) -> String {
    let groups = groups();
    let names = groups.iter().flat_map(|(_, group)| group.get_subcommands().map(|command| command.get_name().len()));
    let widest = names.max().unwrap_or_default();
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for (title, group) in &groups {
        let _ = writeln!(text, "\n{}:", told(title));
        for command in group.get_subcommands() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let mut name = command.get_name();
            for line in screen::wrapped(&told(&about), WIDTH - widest - 4) {
                let _ = writeln!(text, "  {name:widest$}  {line}");
                name = "";
            }
        }
    }
    let more = told("`zhinaq COMMAND --help` explains a command.");
    format!("{text}\n{more}\n\n{}:\n{{options}}{{after-help}}", told("Options"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::CommandFactory as _;

    use super::*;
    use crate::Cli;

    #[test]
    fn each_command_is_in_exactly_one_group() {
        let mut groups_of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (title, group) in groups() {
            for command in group.get_subcommands() {
                groups_of.entry(command.get_name().to_owned()).or_default().push(title);
            }
        }
        let commands: Vec<String> = Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
        assert!(commands.len() > 40, "{commands:?}");
        for name in &commands {
            assert_eq!(groups_of.get(name).map(Vec::len), Some(1), "`{name}`: {:?}", groups_of.get(name));
        }
        assert_eq!(groups_of.len(), commands.len());
    }

    #[test]
    fn help_lists_each_command_and_fits_the_narrowest_terminal() {
        let mut program = Cli::command();
        for help in [program.render_help().to_string(), program.render_long_help().to_string()] {
            for command in Cli::command().get_subcommands() {
                let line = format!("\n  {} ", command.get_name());
                assert_eq!(help.matches(&line).count(), 1, "`{}` in\n{help}", command.get_name());
            }
            for line in help.lines() {
                assert!(line.chars().count() <= WIDTH, "{} characters: {line}", line.chars().count());
            }
        }
    }

    /// As in `Show`, `List`, `Check`: a capital letter, no article, no noun with a colon, no full stop at the end.
    #[test]
    fn the_help_of_each_command_begins_with_a_verb() {
        const VERBS: &[&str] = &[
            "Accept", "Add", "Approve", "Check", "Close", "Compare", "Correct", "Draft", "Draw", "End", "Extend",
            "Fetch", "Find", "Identify", "Leave", "List", "Make", "Number", "Override", "Place", "Print", "Prove",
            "Put", "Record", "Redirect", "Refuse", "Reject", "Remove", "Reopen", "Run", "Send", "Serve", "Show",
            "Take", "Withdraw", "Write",
        ];
        fn all(command: &Command, found: &mut Vec<(String, String)>) {
            for inner in command.get_subcommands() {
                let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
                found.push((inner.get_name().to_owned(), about));
                all(inner, found);
            }
        }
        let mut found = Vec::new();
        all(&Cli::command(), &mut found);
        for (name, about) in found {
            let verb = about.split(' ').next().unwrap_or_default();
            assert!(VERBS.contains(&verb), "`{name}`: {about}");
            assert!(!about.ends_with('.'), "`{name}`: {about}");
        }
    }
}
