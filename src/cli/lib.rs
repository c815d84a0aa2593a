//! The command line: one file a command.
//!
//! In: words. Out: data on standard output, all else on standard error, and an exit code that cron understands. A
//! command parses, calls one use-case of the pipeline, and prints its report; it decides nothing.

mod accept;
mod accessibility;
mod answers;
mod approve;
mod brought;
mod build;
pub mod calendar;
mod check;
mod close;
mod context;
mod correct;
mod diff;
mod doctor;
mod exit;
mod form;
mod global;
mod held;
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
mod status;
mod table;
mod tables;
mod terms;
mod trace;
mod watchdog;
mod withdraw;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

pub use global::{Format, Global};

/// Pulls the report forms of legal statistics, assembles the collections, hands numbered copies to state organs.
#[derive(Debug, Parser)]
#[command(name = "zhinaq", version, max_term_width = 100, propagate_version = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done · 1 usage or configuration · 2 something could not be fetched · 3 findings hold a collection back
            4 fewer parcels handed over than the matrix says · 5 our own fault

Try it:     zhinaq run --sample --period 2025-Q2";

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the default schedules, templates and zhinaq.toml into a folder, to be edited
    Init(init::Args),
    /// Tell every fault of the configuration at once
    Doctor(doctor::Args),
    /// Tell what falls due, when, and why on that day
    Plan(plan::PlanArgs),
    /// Tell who gets how many copies of what
    Matrix(matrix::MatrixArgs),
    /// The working calendar: what it lists, and whether that follows from the law
    Calendar(calendar::CalendarArgs),
    /// Fetch the forms of a period, or take files that somebody brings
    Pull(pull::Args),
    /// Tell what the checks found in the figures of a period
    Check(check::Args),
    /// Look figures up
    Query(query::Args),
    /// Tell what changed between two revisions of a form's figures, cell by cell
    Diff(diff::Args),
    /// Templates of forms: draft one from a workbook
    #[command(subcommand)]
    Form(form::Command),
    /// Assemble the collections of a period as workbooks
    Build(build::Args),
    /// Judge workbooks by the rules for accessible spreadsheets
    Accessibility(accessibility::Args),
    /// Tell where a cell of a workbook comes from: form, place, units, revision, snapshot
    Trace(trace::Args),
    /// Draw the pages of a collection as it would be built now, to be looked at before it is sent
    Preview(preview::Args),
    Send(send::Args),
    /// All of it: pull, check, build, number the copies, hand them over; running it again does nothing twice
    Run(run::Args),
    /// Tell where the collections and parcels of a period stand
    Status(status::Args),
    Receipts(receipts::Args),
    Identify(identify::Args),
    Pack(pack::Pack),
    Verify(pack::Verify),
    /// The daemon: forms are asked for from their opening hour, collections built and handed over on their day
    Schedule(schedule::Args),
    /// Tell what sources answered when, so that a delay can be attributed
    Answers(answers::Args),
    /// Tell whether the schedule lives: ends with 5 when its last heartbeat is too old
    Watchdog(watchdog::WatchdogArgs),
    /// The journal of emergencies: what lasted longer than an hour, with cause and measures
    Incidents(watchdog::IncidentsArgs),
    Held(held::Args),
    Accept(accept::Args),
    Reject(reject::Args),
    Withdraw(withdraw::Args),
    Reopen(withdraw::Reopen),
    Override(overrule::Args),
    Correct(correct::Args),
    Approve(approve::Args),
    Settle(settle::Args),
    Readdress(readdress::Args),
    Rebuild(rebuild::Args),
    Resend(resend::Args),
    Reconcile(reconcile::Args),
    Register(register::Args),
    Close(close::Args),
    /// The embedded sample office
    #[command(subcommand)]
    Sample(sample::Command),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Print the manual page
    Man(shell::Man),
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => exit::code(dispatch(cli)),
        Err(error) => exit::refused(&error),
    }
}

fn dispatch(cli: Cli) -> exit::Ended {
    let global = cli.global;
    logs::begin(&global, matches!(cli.command, Command::Schedule(_)));
    match cli.command {
        Command::Init(args) => init::run(&args, &global),
        Command::Doctor(args) => doctor::run(&args, &global),
        Command::Plan(args) => terms::plan(args, &global),
        Command::Matrix(args) => terms::matrix(args, &global),
        Command::Calendar(args) => terms::calendar(args, &global),
        Command::Pull(args) => exit::wait(pull::run(args, &global)),
        Command::Check(args) => exit::wait(check::run(args, &global)),
        Command::Query(args) => exit::wait(query::run(args, &global)),
        Command::Diff(args) => exit::wait(diff::run(args, &global)),
        Command::Form(command) => form::run(command, &global),
        Command::Build(args) => exit::wait(build::run(args, &global)),
        Command::Accessibility(args) => accessibility::run(&args, &global),
        Command::Trace(args) => exit::wait(trace::run(args, &global)),
        Command::Preview(args) => exit::wait(preview::run(args, &global)),
        Command::Send(args) => exit::wait(send::run(args, &global)),
        Command::Run(args) => exit::wait(run::run(args, &global)),
        Command::Status(args) => exit::wait(status::run(args, &global)),
        Command::Receipts(args) => exit::wait(receipts::run(args, &global)),
        Command::Identify(args) => exit::wait(identify::run(args, &global)),
        Command::Pack(args) => exit::wait(pack::pack(args, &global)),
        Command::Verify(args) => pack::verify(&args, &global),
        Command::Schedule(args) => exit::wait(schedule::run(args, &global)),
        Command::Answers(args) => exit::wait(answers::run(args, &global)),
        Command::Watchdog(args) => exit::wait(watchdog::watchdog(args, &global)),
        Command::Incidents(args) => exit::wait(watchdog::incidents(args, &global)),
        Command::Held(args) => exit::wait(held::run(args, &global)),
        Command::Accept(args) => exit::wait(accept::run(args, &global)),
        Command::Reject(args) => exit::wait(reject::run(args, &global)),
        Command::Withdraw(args) => exit::wait(withdraw::run(args, &global)),
        Command::Reopen(args) => exit::wait(withdraw::reopen(args, &global)),
        Command::Override(args) => exit::wait(overrule::run(args, &global)),
        Command::Correct(args) => exit::wait(correct::run(args, &global)),
        Command::Approve(args) => exit::wait(approve::run(args, &global)),
        Command::Settle(args) => exit::wait(settle::run(args, &global)),
        Command::Readdress(args) => exit::wait(readdress::run(args, &global)),
        Command::Rebuild(args) => exit::wait(rebuild::run(args, &global)),
        Command::Resend(args) => exit::wait(resend::run(args, &global)),
        Command::Reconcile(args) => exit::wait(reconcile::run(args, &global)),
        Command::Register(args) => exit::wait(register::run(args, &global)),
        Command::Close(args) => exit::wait(close::run(args, &global)),
        Command::Sample(command) => exit::wait(sample::run(command, &global)),
        Command::Completions(args) => shell::completions(&args, &mut Cli::command()),
        Command::Man(args) => shell::man(&args, Cli::command()),
    }
}
