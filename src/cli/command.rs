//! The commands in their groups, and the function that each one calls.
//!
//! In: a parsed command line. Out: how the command ended. Each command belongs to one group, and `help` prints the
//! groups. This module does not know what any command does.

use std::ffi::OsString;

use clap::{CommandFactory as _, Subcommand};

use super::{
    Cli, Global, accept, accessibility, answers, approve, backup, build, calendar, check, close, collections, correct,
    diff, doctor, exit, form, forms, held, identify, init, journal, manual, matrix, number, organs, overrule, pack,
    person, place, plan, preview, prune, pull, query, readdress, rebuild, receipts, reconcile, register, reject,
    request, request_options, resend, restore, rules, run, sample, schedule, send, serve, settings, settle, shell,
    site, status, store, terms, trace, units, version, watchdog, withdraw,
};

/// The commands of the program.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(flatten)]
    EveryDay(EveryDay),
    #[command(flatten)]
    Decide(Decide),
    #[command(flatten)]
    LookUp(LookUp),
    #[command(flatten)]
    Evidence(Evidence),
    #[command(flatten)]
    SetUp(SetUp),
}

/// Commands for every day.
#[derive(Debug, Subcommand)]
pub enum EveryDay {
    Run(run::Args),
    Status(status::Args),
    Schedule(schedule::Args),
    Serve(serve::Args),
    Watchdog(watchdog::WatchdogArgs),
    Plan(plan::PlanArgs),
    Pull(pull::Args),
    Check(check::Args),
    Query(query::Args),
    Diff(diff::Args),
    Build(build::Args),
    Preview(preview::Args),
    Number(number::Args),
    Send(send::Args),
    Receipts(receipts::Args),
    Register(register::Args),
    Place(place::Args),
    /// Check the public site, compare two, write it again
    #[command(subcommand)]
    Site(site::Command),
}

/// Commands for the decisions of people, and for what they decide about.
#[derive(Debug, Subcommand)]
pub enum Decide {
    Held(held::Args),
    Accept(accept::Args),
    Reject(reject::Args),
    Correct(correct::Args),
    Override(overrule::Args),
    Approve(approve::Args),
    Rebuild(rebuild::Args),
    Resend(resend::Args),
    Settle(settle::Args),
    Readdress(readdress::Args),
    Reconcile(reconcile::Args),
    Withdraw(withdraw::Args),
    Close(close::Args),
    Reopen(withdraw::Reopen),
    /// Take requests for information in, check them, keep their terms
    #[command(subcommand)]
    Request(request_options::Command),
}

/// Commands that look up what the office's files contain.
#[derive(Debug, Subcommand)]
pub enum LookUp {
    Forms(forms::Args),
    Collections(collections::Args),
    Organs(organs::Args),
    Matrix(matrix::MatrixArgs),
    Units(units::Args),
    Rules(rules::Rules),
    Explain(rules::Explain),
    /// Show the settings
    #[command(subcommand)]
    Config(settings::Command),
}

/// Commands that prove how a figure, a copy or a delay came about.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    Journal(journal::Args),
    Trace(trace::Args),
    Identify(identify::Args),
    Answers(answers::Args),
    Incidents(watchdog::IncidentsArgs),
    Pack(pack::Pack),
    Verify(pack::Verify),
    Accessibility(accessibility::Args),
}

/// Commands that set up an office.
#[derive(Debug, Subcommand)]
pub enum SetUp {
    Init(init::Args),
    Doctor(doctor::Args),
    Calendar(calendar::CalendarArgs),
    /// Draft a template of a form, list labels without a translation
    #[command(subcommand)]
    Form(form::Command),
    /// List people and their sessions, give and end access
    #[command(subcommand)]
    Person(person::Command),
    /// Serve the embedded sample office
    #[command(subcommand)]
    Sample(sample::Command),
    Backup(backup::Args),
    Restore(restore::Args),
    Prune(prune::Args),
    /// Check the store of artifacts on S3
    #[command(subcommand)]
    Store(store::Command),
    Completions(shell::Completions),
    Man(manual::Man),
    Version(version::Args),
}

/// Whether the words of a command line belong to a command whose books have a language too: it may be one in which the
/// program does not speak.
pub(super) fn takes_the_language_of_books(words: &[OsString]) -> bool {
    words.iter().any(|word| word == "preview" || word == "labels")
}

impl Command {
    /// Whether the command runs until it is stopped.
    #[must_use]
    pub const fn is_daemon(&self) -> bool {
        matches!(self, Self::EveryDay(EveryDay::Schedule(_) | EveryDay::Serve(_)))
    }

    /// Runs the command.
    ///
    /// # Errors
    /// The failure of the command, with its exit code.
    pub(super) fn run(self, global: &Global) -> exit::Ended {
        match self {
            Self::EveryDay(command) => command.run(global),
            Self::Decide(command) => command.run(global),
            Self::LookUp(command) => command.run(global),
            Self::Evidence(command) => command.run(global),
            Self::SetUp(command) => command.run(global),
        }
    }
}

impl EveryDay {
    fn run(self, global: &Global) -> exit::Ended {
        match self {
            Self::Run(args) => exit::wait(run::run(args, global)),
            Self::Status(args) => exit::wait(status::run(args, global)),
            Self::Schedule(args) => exit::wait(schedule::run(args, global)),
            Self::Serve(args) => exit::wait(serve::run(args, global)),
            Self::Watchdog(args) => exit::wait(watchdog::watchdog(args, global)),
            Self::Plan(args) => terms::plan(args, global),
            Self::Pull(args) => exit::wait(pull::run(args, global)),
            Self::Check(args) => exit::wait(check::run(args, global)),
            Self::Query(args) => exit::wait(query::run(args, global)),
            Self::Diff(args) => exit::wait(diff::run(args, global)),
            Self::Build(args) => exit::wait(build::run(args, global)),
            Self::Preview(args) => exit::wait(preview::run(args, global)),
            Self::Number(args) => exit::wait(number::run(args, global)),
            Self::Send(args) => exit::wait(send::run(args, global)),
            Self::Receipts(args) => exit::wait(receipts::run(args, global)),
            Self::Register(args) => exit::wait(register::run(args, global)),
            Self::Place(args) => exit::wait(place::run(args, global)),
            Self::Site(command) => exit::wait(site::run(command, global)),
        }
    }
}

impl Decide {
    fn run(self, global: &Global) -> exit::Ended {
        match self {
            Self::Held(args) => exit::wait(held::run(args, global)),
            Self::Accept(args) => exit::wait(accept::run(args, global)),
            Self::Reject(args) => exit::wait(reject::run(args, global)),
            Self::Correct(args) => exit::wait(correct::run(args, global)),
            Self::Override(args) => exit::wait(overrule::run(args, global)),
            Self::Approve(args) => exit::wait(approve::run(args, global)),
            Self::Rebuild(args) => exit::wait(rebuild::run(args, global)),
            Self::Resend(args) => exit::wait(resend::run(args, global)),
            Self::Settle(args) => exit::wait(settle::run(args, global)),
            Self::Readdress(args) => exit::wait(readdress::run(args, global)),
            Self::Reconcile(args) => exit::wait(reconcile::run(args, global)),
            Self::Withdraw(args) => exit::wait(withdraw::run(args, global)),
            Self::Close(args) => exit::wait(close::run(args, global)),
            Self::Reopen(args) => exit::wait(withdraw::reopen(args, global)),
            Self::Request(command) => exit::wait(request::run(command, global)),
        }
    }
}

impl LookUp {
    fn run(self, global: &Global) -> exit::Ended {
        match self {
            Self::Forms(args) => forms::run(&args, global),
            Self::Collections(args) => collections::run(&args, global),
            Self::Organs(args) => organs::run(&args, global),
            Self::Matrix(args) => terms::matrix(args, global),
            Self::Units(args) => units::run(&args, global),
            Self::Rules(args) => rules::rules(&args, global),
            Self::Explain(args) => rules::explain(&args, global),
            Self::Config(command) => settings::run(command, global),
        }
    }
}

impl Evidence {
    fn run(self, global: &Global) -> exit::Ended {
        match self {
            Self::Journal(args) => exit::wait(journal::run(args, global)),
            Self::Trace(args) => exit::wait(trace::run(args, global)),
            Self::Identify(args) => exit::wait(identify::run(args, global)),
            Self::Answers(args) => exit::wait(answers::run(args, global)),
            Self::Incidents(args) => exit::wait(watchdog::incidents(args, global)),
            Self::Pack(args) => exit::wait(pack::pack(args, global)),
            Self::Verify(args) => pack::verify(&args, global),
            Self::Accessibility(args) => accessibility::run(&args, global),
        }
    }
}

impl SetUp {
    fn run(self, global: &Global) -> exit::Ended {
        match self {
            Self::Init(args) => init::run(&args, global),
            Self::Doctor(args) => exit::wait(doctor::run(args, global)),
            Self::Calendar(args) => terms::calendar(args, global),
            Self::Form(command) => form::run(command, global),
            Self::Person(command) => exit::wait(person::run(command, global)),
            Self::Sample(command) => exit::wait(sample::run(command, global)),
            Self::Backup(args) => exit::wait(backup::run(args, global)),
            Self::Restore(args) => exit::wait(restore::run(args, global)),
            Self::Prune(args) => exit::wait(prune::run(args, global)),
            Self::Store(command) => exit::wait(store::run(command, global)),
            Self::Completions(args) => shell::completions(&args, global, Cli::command()),
            Self::Man(args) => manual::man(&args, Cli::command()),
            Self::Version(args) => version::run(&args, global),
        }
    }
}
