//! `zhinaq plan`: list what falls due, when and why.

use std::io::Write;

use chrono::{Datelike, Days, NaiveDate};
use clap::{Args, ValueEnum};

use super::{format_option, language, option_values, table};
use config::{Force, Office};
use domain::{Due, Period, Periodicity, Slack, plan, slack, weekday_name};
use pipeline::{PlanRow, plan_rows};

/// List what falls due, on which day, and why
#[derive(Debug, Args)]
#[command(arg = format_option::offers(format_option::PLAN))]
pub struct PlanArgs {
    /// Use the files built into the program, without an office
    #[arg(long)]
    pub sample: bool,
    /// First day, such as 2025-01-01 [default: today]
    #[arg(long, value_name = "DAY", value_parser = option_values::day)]
    pub from: Option<NaiveDate>,
    /// Last day, included [default: 92 days after the first]
    #[arg(long, value_name = "DAY", value_parser = option_values::day)]
    pub to: Option<NaiveDate>,
    /// Show instead the working days between the last form and the collections, for each quarter handed over in a year
    #[arg(long, value_name = "YEAR", value_parser = option_values::year, conflicts_with_all = ["from", "to"])]
    pub slack: Option<i32>,
    /// Set from the global option `--format`.
    #[arg(skip)]
    pub format: PlanFormat,
}

/// How the plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PlanFormat {
    #[default]
    Table,
    Json,
    /// For the calendar of a mail program
    Ics,
}

/// Why the plan could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PlanCommandError {
    #[error("the first day {from} is after the last day {to}; change `--from` or `--to`")]
    Backwards { from: NaiveDate, to: NaiveDate },
    #[error("year {0} is out of range; choose one from 1992 to 2098")]
    Year(i32),
    /// The office refuses dates on which the act is not in force; the text says what to do.
    #[error("{0}")]
    Refused(String),
    #[error("slack is printed as a table or as JSON; leave `--format ics` out")]
    NoIcs,
    #[error("the plan could not be written")]
    Write(#[from] std::io::Error),
    #[error("the plan could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Prints the plan. `today` is the day in the office's zone.
///
/// # Errors
/// When the days are in the wrong order, the office refuses a date outside the act's force, or the writer fails.
pub fn run(args: &PlanArgs, office: &Office, today: NaiveDate, out: &mut dyn Write) -> Result<(), PlanCommandError> {
    if let Some(year) = args.slack {
        return run_slack(year, args.format, office, out);
    }
    let from = args.from.unwrap_or(today);
    let to = args.to.or_else(|| from.checked_add_days(Days::new(92))).unwrap_or(from);
    if from > to {
        return Err(PlanCommandError::Backwards { from, to });
    }
    let dues = plan(office.regulation(), &office.calendar, from, to);
    if let Some(words) = dues.iter().find_map(|due| refused(office, due.statutory)) {
        return Err(PlanCommandError::Refused(words));
    }
    let rows: Vec<PlanRow<'_>> = dues.iter().flat_map(|due| plan_rows(office, due)).collect();
    match args.format {
        PlanFormat::Table => out.write_all(as_table(office, &dues, &rows).as_bytes())?,
        PlanFormat::Json => json(&rows, out)?,
        PlanFormat::Ics => out.write_all(pipeline::plan_as_ics(office, &dues, language::code()).as_bytes())?,
    }
    Ok(())
}

fn refused(office: &Office, day: NaiveDate) -> Option<String> {
    match office.force_on(day) {
        Force::Refused(words) => Some(words),
        Force::InForce | Force::BySetting(_) => None,
    }
}

fn json<T: serde::Serialize>(value: &T, out: &mut dyn Write) -> Result<(), PlanCommandError> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

fn as_table(office: &Office, dues: &[Due], rows: &[PlanRow<'_>]) -> String {
    let mut table = table::table(["due", "", "statutory", "what", "period", "title", "clause"]);
    for PlanRow { due, kind } in rows {
        let mark = if due.provisional.is_some() { "?" } else { "" };
        table.add_row([
            format!("{}{mark}", due.due),
            short_weekday(due.due).into(),
            if due.rolled { due.statutory.to_string() } else { String::new() },
            format!("{kind} {}", due.id()),
            due.period.to_string(),
            table::shortened(&pipeline::title_of_duty(office, &due.subject, language::code()), 60),
            due.clause.clone(),
        ]);
    }
    let mut text = table::text(&table);
    notes(dues, &mut text);
    text
}

/// Appends the notes on the dates above, each reason once.
fn notes(dues: &[Due], text: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    let plain = |due: &Due| due.reason == format!("{} is a working day", due.statutory);
    for due in dues.iter().filter(|due| !plain(due)) {
        lines.push(format!("{}: {}.", due.due, due.reason));
    }
    lines.extend(dues.iter().filter_map(|due| Some(format!("{}.", due.basis.as_ref()?))));
    lines.extend(
        dues.iter().filter_map(|due| Some(format!("{}?: provisional, {}.", due.due.year(), due.provisional.as_ref()?))),
    );
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    if dues.is_empty() {
        lines.push("Nothing falls due between these days.".into());
    }
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
}

fn run_slack(year: i32, format: PlanFormat, office: &Office, out: &mut dyn Write) -> Result<(), PlanCommandError> {
    // The quarter that ended with the year before is handed over in January.
    let first = Period::new(year - 1, Periodicity::Quarter, 4).filter(|_| (1992..=2098).contains(&year));
    let first = first.ok_or(PlanCommandError::Year(year))?;
    let quarters = std::iter::successors(Some(first), |q| Some(q.after())).take(4);
    let found: Vec<Slack> =
        quarters.filter_map(|quarter| slack(office.regulation(), &office.calendar, quarter)).collect();
    match format {
        PlanFormat::Json => json(&found, out),
        PlanFormat::Ics => Err(PlanCommandError::NoIcs),
        PlanFormat::Table => {
            let mut table =
                table::table(["quarter", "last form", "", "collections", "", "working days", "forms of that day"]);
            for slack in &found {
                let flag = if slack.working_days == 0 { "0  same day!" } else { "" };
                let days = if flag.is_empty() { slack.working_days.to_string() } else { flag.to_owned() };
                table.add_row([
                    slack.period.to_string(),
                    slack.last_form.to_string(),
                    short_weekday(slack.last_form).into(),
                    format!("{}{}", slack.collections, if slack.provisional.is_some() { "?" } else { "" }),
                    short_weekday(slack.collections).into(),
                    days,
                    slack.forms.join(" "),
                ]);
            }
            out.write_all(table::text(&table).as_bytes())?;
            if let Some(why) = found.iter().find_map(|slack| slack.provisional.as_ref()) {
                writeln!(out, "?: provisional, {why}.")?;
            }
            Ok(())
        }
    }
}

fn short_weekday(day: NaiveDate) -> &'static str {
    &weekday_name(day.weekday())[..3]
}
