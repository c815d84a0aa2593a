//! `zhinaq journal`: list who did what, and when; check that no entry was changed.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    journal_verify, out, tables, zone,
};
use domain::{OrganId, Period};
use pipeline::{self, Exit, JournalLine, JournalQuestion};

/// List who did what, and when
///
/// This is the log-journal of the Instruction (clause 2.1). Facts are printed as they were written, oldest first; nothing in
/// it is ever changed. Times are in the office's zone.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST), args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Facts of this time and later: 2025-07-14 (from midnight) or 2025-07-14T18:30
    #[arg(long, value_name = "INSTANT")]
    since: Option<String>,
    /// Facts before this time: 2025-07-15 (up to midnight before it) or 2025-07-14T18:30
    #[arg(long, value_name = "INSTANT")]
    until: Option<String>,
    /// Facts of this period only; may be repeated
    #[arg(long)]
    period: Vec<Period>,
    /// Facts of this kind only, such as corrected or closed; may be repeated
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Facts about parcels of this organ only; may be repeated
    #[arg(long)]
    organ: Vec<OrganId>,
    #[command(flatten)]
    context: ContextArgs,
}

/// What else is done with the journal.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Verify(journal_verify::Verify),
    Archive(journal_verify::Archive),
}

pub async fn run(args: Args, global: &Global) -> Ended {
    match args.command {
        Some(Command::Verify(args)) => return journal_verify::run(args, global).await,
        Some(Command::Archive(args)) => return journal_verify::archive(args, global).await,
        None => {}
    }
    let context = context::open_to_read(global, &args.context).await?;
    let office = &context.office;
    let instant = |text: &Option<String>| text.as_deref().map(|text| context::midnight_or(text, office)).transpose();
    let question = JournalQuestion {
        since: instant(&args.since)?,
        until: instant(&args.until)?,
        periods: args.period,
        kinds: args.kind,
        organs: args.organ,
    };
    let lines = pipeline::journal(&context, &question).await?;
    match global.format {
        Format::Csv => {
            let headings = ["seq", "at", "by", "account", "host", "kind", "period", "organs", "said", "run"];
            let record = |line: &JournalLine| {
                let account = line.by.account();
                tables::csv_record([
                    line.seq.to_string(),
                    line.at_office.clone(),
                    line.by.to_string(),
                    account.map_or_else(String::new, |account| account.name.clone()),
                    account.map_or_else(String::new, |account| account.host.clone()),
                    line.kind.to_owned(),
                    line.period.map_or_else(String::new, |period| period.to_string()),
                    organs(line),
                    line.said.clone(),
                    line.run.clone(),
                ])
            };
            out::data(&(tables::csv_record(headings) + &lines.iter().map(record).collect::<String>()))?;
        }
        format => {
            let when = zone::heading("when", office);
            tables::print(format, &lines, (["fact", when.as_str(), "who", "kind", "what"], &[0]), |line| {
                [
                    line.seq.to_string(),
                    zone::to_the_second(line.at, office),
                    line.by.to_string(),
                    line.kind.to_owned(),
                    line.said.clone(),
                ]
            })?;
        }
    }
    out::origin(global, context.origin);
    if lines.is_empty() {
        out::say(global, "the journal has no such fact");
    }
    Ok(Exit::Done)
}

fn organs(line: &JournalLine) -> String {
    line.organs.iter().map(OrganId::as_str).collect::<Vec<_>>().join(" ")
}
