//! The command line: one file for each command.
//!
//! In: the words of the command line. Out: data on standard output, all else on standard error, and an exit code for
//! cron. A command parses its options, calls one use-case of the pipeline, and prints the report. It decides nothing.

mod accept;
mod accessibility;
mod answers;
mod approve;
mod brought;
mod build;
pub mod calendar;
mod check;
mod close;
pub mod command;
mod context;
mod correct;
mod diff;
mod doctor;
mod exit;
mod form;
mod format_option;
mod global;
mod held;
mod help;
mod ics;
mod identify;
mod init;
mod logs;
pub mod matrix;
mod out;
mod overrule;
mod pack;
pub mod plan;
mod preview;
mod progress;
mod pull;
mod query;
mod readdress;
mod rebuild;
mod receipts;
mod reconcile;
mod register;
mod reject;
mod resend;
mod run;
mod sample;
mod schedule;
mod send;
mod settle;
mod shell;
mod signals;
mod status;
mod stopped;
mod table;
mod tables;
mod terms;
mod trace;
mod watchdog;
mod withdraw;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

pub use command::Command;
pub use global::{Format, Global};

/// Pull the forms of legal statistics, assemble the collections, deliver numbered copies
#[derive(Debug, Parser)]
#[command(name = "zhinaq", version, max_term_width = help::WIDTH, propagate_version = true)]
#[command(help_template = help::template(), after_help = help::AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Reads the command line and runs the command.
#[must_use]
pub fn main() -> ExitCode {
    let mut program = Cli::command();
    let words = program.try_get_matches_from_mut(std::env::args_os());
    let cli = words.and_then(|words| {
        format_option::check(&program, &words)?;
        Cli::from_arg_matches(&words)
    });
    match cli {
        Ok(Cli { global, command }) => {
            logs::begin(&global, command.is_daemon());
            exit::code(command.run(&global))
        }
        Err(error) => exit::refused(&error),
    }
}
