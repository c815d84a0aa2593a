//! The command line: one file for each command.
//!
//! In: the words of the command line. Out: data on standard output, all else on standard error, and an exit code for
//! cron. A command parses its options, calls one use-case of the pipeline, and prints the report. It decides nothing.

mod accept;
mod accessibility;
mod answers;
mod approve;
mod backup;
mod brought;
mod build;
pub mod calendar;
mod check;
mod close;
mod collections;
pub mod command;
mod consent;
mod context;
mod correct;
mod diff;
mod doctor;
mod exit;
mod follow_up;
mod form;
mod format_option;
mod forms;
mod global;
mod held;
mod help;
mod identify;
mod init;
mod journal;
mod journal_verify;
mod language;
mod logs;
mod manual;
pub mod matrix;
mod morning;
mod notices;
mod number;
mod option_values;
mod organs;
mod out;
mod overrule;
mod pack;
mod person;
mod place;
pub mod plan;
mod preview;
mod progress;
mod prune;
mod pull;
mod query;
mod readdress;
mod rebuild;
mod receipts;
mod reconcile;
mod register;
mod reject;
mod request;
mod request_options;
mod resend;
mod restore;
mod rules;
mod run;
mod sample;
mod schedule;
mod screen;
mod send;
mod serve;
mod serve_public;
mod settings;
mod settle;
mod shell;
mod signals;
mod site;
mod status;
mod stopped;
mod store;
mod table;
mod tables;
mod terms;
mod trace;
mod units;
mod version;
mod watchdog;
mod withdraw;
mod zone;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

pub use command::Command;
pub use global::{Format, Global};
pub use version::BuiltFrom;

/// Pull the forms of legal statistics, assemble the collections, deliver numbered copies
#[derive(Debug, Parser)]
#[command(name = "zhinaq", version = version::words(), max_term_width = help::WIDTH, propagate_version = true)]
#[command(help_template = help::template(|text| text.into()), after_help = help::AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Reads the command line and runs the command of a program that was built from these sources.
#[must_use]
pub fn main(built_from: BuiltFrom) -> ExitCode {
    version::remember(built_from);
    let words: Vec<_> = std::env::args_os().collect();
    if let Err(sentence) = language::begin(&words) {
        return exit::without_language(&sentence, words);
    }
    let mut program = language::of_help(Cli::command());
    let words = program.try_get_matches_from_mut(words);
    let cli = words.and_then(|words| {
        format_option::check(&program, &words)?;
        Ok((Cli::from_arg_matches(&words)?, words))
    });
    match cli {
        Ok((Cli { global, command }, words)) => {
            logs::begin(&global, command.is_daemon());
            if global.format != Format::Table {
                language::data_is_for_programs();
            }
            let name = words.subcommand_name().unwrap_or_default().to_owned();
            tracing::info!(command = name, version = env!("CARGO_PKG_VERSION"), "begun");
            let code = exit::code(command.run(&global), global.format);
            tracing::info!(command = name, exit = code, "ended");
            ExitCode::from(code)
        }
        Err(error) => exit::refused(&error, std::env::args_os()),
    }
}
