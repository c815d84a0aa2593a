//! `zhinaq calendar`: show the listed working days, and check them against the rules.

use std::io::Write;

use chrono::{Datelike, NaiveDate};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::{format_option, option_values, table};
use config::Office;
use domain::{CalendarVersion, Difference, check_calendar, weekday_name};

/// Check or show the working days
#[derive(Debug, Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct CalendarArgs {
    /// Use the files built into the program, without an office
    #[arg(long, global = true)]
    pub sample: bool,
    #[command(subcommand)]
    pub command: CalendarCommand,
}

#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Compare the listed days with the rules of the law
    Check {
        /// Only this year
        #[arg(long, value_parser = option_values::year)]
        year: Option<i32>,
        #[arg(skip)]
        format: CalendarFormat,
    },
    /// Show the days that differ from their weekday, with reason and act
    Show {
        #[arg(long, value_parser = option_values::year)]
        year: i32,
        /// The calendar as it was published on this day
        #[arg(long, value_name = "DAY", value_parser = option_values::day)]
        as_known: Option<NaiveDate>,
        #[arg(skip)]
        format: CalendarFormat,
    },
}

/// How the calendar is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CalendarFormat {
    #[default]
    Table,
    Json,
}

/// Why the command failed, or what is wrong with the calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarCommandError {
    #[error("year {year} is not listed in schedules/calendar-kz.toml; listed are {first} to {last}")]
    NotListed { year: i32, first: i32, last: i32 },
    /// The differences were printed.
    #[error("the calendar differs from the rules on {}; see above, and correct schedules/calendar-kz.toml", domain::counted(*.0, "day"))]
    Differences(usize),
    #[error("the calendar could not be written")]
    Write(#[from] std::io::Error),
    #[error("the calendar could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct PrintedDay {
    date: NaiveDate,
    day: &'static str,
    why: String,
    act: String,
    provisional: Option<String>,
}

impl CalendarArgs {
    /// Sets how the answer is printed.
    pub fn print_as(&mut self, wanted: CalendarFormat) {
        let (CalendarCommand::Check { format, .. } | CalendarCommand::Show { format, .. }) = &mut self.command;
        *format = wanted;
    }
}

/// Prints what the command asks for.
///
/// # Errors
/// When the year is not listed, days differ from the rules (they are printed first), or the writer fails.
pub fn run(args: &CalendarArgs, office: &Office, out: &mut dyn Write) -> Result<(), CalendarCommandError> {
    match &args.command {
        CalendarCommand::Check { year, format } => check(*year, *format, office, out),
        CalendarCommand::Show { year, as_known, format } => show(*year, *as_known, *format, office, out),
    }
}

fn listed(office: &Office, year: i32) -> Result<(), CalendarCommandError> {
    let years: Vec<i32> = office.calendar.years().map(|y| y.year).collect();
    if years.contains(&year) {
        return Ok(());
    }
    let (first, last) = (years.first().copied().unwrap_or_default(), years.last().copied().unwrap_or_default());
    Err(CalendarCommandError::NotListed { year, first, last })
}

fn check(
    year: Option<i32>,
    format: CalendarFormat,
    office: &Office,
    out: &mut dyn Write,
) -> Result<(), CalendarCommandError> {
    if let Some(year) = year {
        listed(office, year)?;
    }
    let wanted = |date: NaiveDate| year.is_none_or(|year| date.year() == year);
    let found: Vec<Difference> = check_calendar(&office.calendar).into_iter().filter(|d| wanted(d.date)).collect();
    if format == CalendarFormat::Json {
        serde_json::to_writer_pretty(&mut *out, &found)?;
        writeln!(out)?;
    } else {
        for difference in &found {
            writeln!(out, "{}", difference.message)?;
        }
        for listed in office.calendar.years().filter(|y| year.is_none_or(|year| y.year == year)) {
            let days = office.calendar.marked(listed.year).count();
            let note = listed.provisional.as_ref().map_or(String::new(), |why| format!("; provisional: {why}"));
            let versions = match listed.versions.len() {
                1 => "1 version".to_owned(),
                more => format!("{more} versions"),
            };
            writeln!(out, "{}: {days} days listed in {versions}{note}", listed.year)?;
        }
    }
    if found.is_empty() { Ok(()) } else { Err(CalendarCommandError::Differences(found.len())) }
}

fn show(
    year: i32,
    as_known: Option<NaiveDate>,
    format: CalendarFormat,
    office: &Office,
    out: &mut dyn Write,
) -> Result<(), CalendarCommandError> {
    listed(office, year)?;
    let calendar = as_known.map_or_else(|| office.calendar.clone(), |day| office.calendar.as_known(day));
    let provisional = calendar.provisional(year);
    let days = calendar.marked(year).map(|day| PrintedDay {
        date: day.date,
        day: if day.working { "working" } else { "off" },
        why: calendar.why(day.date),
        act: day.act.clone(),
        provisional: provisional.clone(),
    });
    if format == CalendarFormat::Json {
        serde_json::to_writer_pretty(&mut *out, &days.collect::<Vec<_>>())?;
        writeln!(out)?;
        return Ok(());
    }
    let mut table = table::table(["date", "", "why", "act"]);
    for day in days {
        table.add_row([day.date.to_string(), weekday_name(day.date.weekday())[..3].into(), day.why, day.act]);
    }
    out.write_all(table::text(&table).as_bytes())?;
    for version in calendar.years().filter(|y| y.year == year).flat_map(|y| &y.versions) {
        writeln!(out, "{}", told(version))?;
    }
    if let Some(why) = provisional {
        writeln!(out, "Provisional: {why}.")?;
    }
    Ok(())
}

fn told(version: &CalendarVersion) -> String {
    let issued = version.issued.map_or_else(|| "on an unknown day".to_owned(), |day| day.to_string());
    let note = version.note.as_ref().map_or(String::new(), |note| format!("; {note}"));
    format!("Version {}, issued {issued}: {}{note}", version.number, version.act)
}
