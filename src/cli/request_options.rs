//! The options of `zhinaq request`. In: the words of a command line. Out: typed arguments. This module does not know what
//! a command does.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::{context::ContextArgs, format_option, option_values};
use domain::{
    Agency, CheckFollow, ColumnCode, FormId, Period, RequestCheck, RequestNumber, RequestState, RowCode, SectionId,
    Unit,
};

/// The commands of the requests desk.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Register(Register),
    List(List),
    Show(Show),
    Check(Check),
    Clarify(One),
    Resume(Again),
    Find(Find),
    Answer(AnswerOne),
    Sent(Sent),
    Extend(Extend),
    Noticed(Noticed),
    Forward(Forward),
    Left(Left),
    Refuse(Refuse),
    Appealed(Appealed),
    Close(CloseOne),
    Erase(Erase),
    Export(Export),
    Report(Report),
}

/// Take requests in from a mail (.eml), JSON, JSON lines, or a table (CSV)
///
/// Each gets the next number of the year; a document that was taken in before keeps its number.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Register {
    /// The file; without it, the standard input
    pub file: Option<PathBuf>,
    /// Who asks, where the file does not say it: state-body, prosecutor, person or company
    #[arg(long)]
    pub from: Option<String>,
    /// The channel by which it came, where the file does not say it
    #[arg(long)]
    pub channel: Option<String>,
    /// The language of the request, ru or kk, where the file does not say it
    #[arg(long)]
    pub written_in: Option<String>,
    /// The day of receipt, or with the hour: 2026-12-01T17:30
    #[arg(long)]
    pub received: Option<String>,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// List the requests with the day that is due, why, and the days left
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct List {
    /// Only open requests that fall due within so many days
    #[arg(long, value_name = "DAYS", value_parser = option_values::within(0..=3660_i64))]
    pub due: Option<i64>,
    /// Only requests in this state; may be repeated
    #[arg(long, value_parser = state)]
    pub state: Vec<RequestState>,
    /// Only requests whose answer has a figure that was changed since
    #[arg(long)]
    pub touched: bool,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Show a request: its checks, its clock with reasons, the draft of a reply
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Show {
    /// The number of the request
    pub number: RequestNumber,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Record the answers to the checks, and the decision
///
/// The checks: channel, written, signed, unit, period, indicators, not-open, no-copies, not-restricted, ours.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Check {
    /// The number of the request
    pub number: RequestNumber,
    /// Checks that are met; may be repeated
    #[arg(long, value_parser = check)]
    pub yes: Vec<RequestCheck>,
    /// Checks that are not met; may be repeated
    #[arg(long, value_parser = check)]
    pub no: Vec<RequestCheck>,
    /// Another decision than the checks give: answer, clarify, refuse, leave or forward; needs --reason
    #[arg(long, value_parser = follow)]
    pub decide: Option<CheckFollow>,
    /// Why; recorded in the journal
    #[arg(long)]
    pub reason: Option<String>,
    /// What is asked, without who asks, for those who answer
    #[arg(long, value_name = "TEXT")]
    pub asks: Option<String>,
    #[command(flatten)]
    pub context: ContextArgs,
}

macro_rules! acts_on_one {
    ($($(#[$meta:meta])* $name:ident),+) => {$(
        $(#[$meta])*
        #[derive(Debug, clap::Args)]
        #[command(arg = format_option::offers(format_option::TEXT))]
        pub struct $name {
            /// The number of the request
            pub number: RequestNumber,
            #[command(flatten)]
            pub context: ContextArgs,
        }
    )+};
}

acts_on_one! {
    /// Record that the one who asks was asked to complete a request; the clock stops
    One,
    /// Record that the completion came; the clock starts
    Again,
    /// Record that the extension of a term was told
    Noticed,
    /// Record that a decision about a request was appealed against
    Appealed,
    /// Close a request that was answered, refused, left or forwarded
    CloseOne,
    /// Remove the text, the name and the address of a closed request after the years of keeping
    Erase
}

/// Find indicators by the words of their labels, in ru, kk or en
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Find {
    /// The words
    #[arg(required = true)]
    pub words: Vec<String>,
    /// Use the files built into the program, without an office
    #[arg(long)]
    pub sample: bool,
}

/// Put an answer together from figures: a letter and a workbook
///
/// The figures of a section that the office does not call free need the ground of an approver, --access.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct AnswerOne {
    /// The number of the request
    pub number: RequestNumber,
    /// The form's id, such as 1-m
    #[arg(long)]
    pub form: FormId,
    /// The section, such as R1; may be repeated, as may all that follow
    #[arg(long)]
    pub section: Vec<SectionId>,
    /// The row's printed code
    #[arg(long)]
    pub row: Vec<RowCode>,
    /// The column's printed number
    #[arg(long)]
    pub column: Vec<ColumnCode>,
    /// 19 the republic, 1910 … 1979 the regions; without it, every unit
    #[arg(long)]
    pub unit: Vec<Unit>,
    /// Codes of schedules/regions.toml: all, 01, 03 …; without it, the figures of every agency together
    #[arg(long)]
    pub agency: Vec<Agency>,
    /// 2022-M12, 2022-Q4, 2022-S1, 2022-A1
    #[arg(long)]
    pub period: Vec<Period>,
    /// The ground on which an approver lets the figures go
    #[arg(long, value_name = "GROUND")]
    pub access: Option<String>,
    /// The folder for letter and workbook; it is made
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Record that the answer was sent, and how
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Sent {
    /// The number of the request
    pub number: RequestNumber,
    /// How, such as document-system
    #[arg(long)]
    pub how: String,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Extend the term of a request; an approver decides
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Extend {
    /// The number of the request
    pub number: RequestNumber,
    /// The new last day
    #[arg(long, value_name = "DAY", value_parser = option_values::day)]
    pub until: NaiveDate,
    /// Why; recorded in the journal
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Record that a request went to the body whose matter it is
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Forward {
    /// The number of the request
    pub number: RequestNumber,
    /// The body
    #[arg(long, value_name = "BODY")]
    pub to: String,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Leave a request without consideration (clause 7)
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Left {
    #[command(flatten)]
    pub ground: GroundArgs,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Refuse a request; an approver decides
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Refuse {
    #[command(flatten)]
    pub ground: GroundArgs,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// On what a decision rests.
#[derive(Debug, clap::Args)]
pub struct GroundArgs {
    /// The number of the request
    pub number: RequestNumber,
    /// The check that is not met
    #[arg(long, value_parser = check)]
    pub ground: RequestCheck,
    /// Why; recorded in the journal
    #[arg(long)]
    pub reason: String,
}

/// Print the register of a year, without who asks
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Export {
    /// The year of registration
    #[arg(long, value_name = "YEAR", value_parser = option_values::year)]
    pub year: i32,
    #[command(flatten)]
    pub context: ContextArgs,
}

/// Show the numbers of a period: by state and ground, terms kept, median of days
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Report {
    /// The period, such as 2026-Q1
    #[arg(long)]
    pub period: Period,
    #[command(flatten)]
    pub context: ContextArgs,
}

fn among<T: Copy>(text: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Result<T, String> {
    all.iter().copied().find(|one| word(*one) == text).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|one| word(*one)).collect();
        format!("write one of {}", known.join(", "))
    })
}

fn check(text: &str) -> Result<RequestCheck, String> {
    among(text, &RequestCheck::ALL, RequestCheck::word)
}

fn follow(text: &str) -> Result<CheckFollow, String> {
    among(text, &CheckFollow::ALL, CheckFollow::word)
}

fn state(text: &str) -> Result<RequestState, String> {
    among(text, &RequestState::ALL, RequestState::word)
}
