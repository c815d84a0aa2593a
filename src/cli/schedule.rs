//! `zhinaq schedule`: the scheduler as a daemon, one tick for cron, or a simulation.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    notices, option_values, out, signals,
    tables::Table,
};
use config::Office;
use domain::known_instead;
use domain::{Actor, Duty, Fact, FormId, Obligation, Subject};
use pipeline::{
    self, Exit, Failure, StatusNotice,
    daemon::{self, Keeping, OnceReport},
};
use schedule::{Agenda, Script, World};

/// Run the scheduler: fetch, build and deliver at the due times
///
/// Forms are fetched from their opening hour on; collections are built and handed over on their day. The scheduler runs until
/// it receives SIGTERM or SIGINT. With --once the exit code says what is wrong after it, as that of `status --exit-code`; with
/// --quiet only what is new is printed, so that cron mails it once.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// Do what is due now, and end; for cron
    #[arg(long, conflicts_with = "simulate")]
    once: bool,
    /// Show what would happen between two days, and do nothing
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"], value_parser = option_values::day)]
    simulate: Option<Vec<NaiveDate>>,
    /// With --simulate: a form that comes so many days after its last day; may be repeated
    #[arg(long, value_name = "FORM:DAYS", requires = "simulate", conflicts_with = "once", value_parser = late)]
    late: Vec<(FormId, i64)>,
    /// With --simulate: the program does not run between two days; may be repeated
    #[arg(long, value_name = "FROM/TO", requires = "simulate", conflicts_with = "once", value_parser = stretch)]
    outage: Vec<(NaiveDate, NaiveDate)>,
    /// The first day whose obligations count [default: the day on which the scheduler first starts]
    #[arg(long, value_name = "DAY", conflicts_with = "simulate", value_parser = option_values::day)]
    since: Option<NaiveDate>,
    /// Write metrics into this file at each tick, in the text format of Prometheus
    #[arg(long, value_name = "FILE", conflicts_with = "simulate")]
    metrics: Option<PathBuf>,
    #[command(flatten)]
    context: ContextArgs,
}

fn late(text: &str) -> Result<(FormId, i64), String> {
    let wrong = || format!("`{text}` is not a form with a number of days; write `1-ad:3`");
    let (form, days) = text.rsplit_once(':').ok_or_else(wrong)?;
    let days = days.parse().ok().filter(|d| (0..=366).contains(d)).ok_or_else(wrong)?;
    Ok((form.parse().map_err(|error: domain::NameError| error.to_string())?, days))
}

fn stretch(text: &str) -> Result<(NaiveDate, NaiveDate), String> {
    let days = text
        .split_once('/')
        .and_then(|(from, to)| Some((option_values::day(from).ok()?, option_values::day(to).ok()?)));
    let wrong = || format!("`{text}` is not a range of days; write `2025-07-01/2025-07-05`");
    days.filter(|(from, to): &(NaiveDate, NaiveDate)| from < to).ok_or_else(wrong)
}

/// Runs the scheduler, one tick of it, or a simulation.
pub async fn run(args: Args, global: &Global) -> Ended {
    if let Some(days) = &args.simulate {
        return simulate(&context::office(global, args.context.sample)?, days, &args, global);
    }
    if args.context.as_of.is_some() && !args.once {
        return Err(Failure::usage(
            "the scheduler runs in real time; use --as-of with --once, or use --simulate FROM TO",
        ));
    }
    if let Some(metrics) = &args.metrics {
        pipeline::folder_of(metrics)?;
    }
    let mut context = context::open(global, &args.context).await?;
    if global.by.is_none() {
        context.actor = Actor::Daemon(pipeline::account_of_process());
    }
    let keeping = Keeping { since: args.since, metrics: args.metrics };
    let stop = context.stop.clone();
    signals::listen(&stop);
    if !args.once {
        out::say(global, "scheduler running; stop with Ctrl-C or SIGTERM");
        daemon::keep(&context, &keeping, &stop).await?;
        return Ok(Exit::Done);
    }
    if let Some(report) = daemon::once(&context, &keeping, &stop).await? {
        if global.format == Format::Json {
            out::json(&report.done)?;
        } else {
            out::say(global, &format!("{} done", domain::counted(report.done.len(), "action")));
        }
        still_wrong(&report, global);
        Ok(report.exit)
    } else {
        out::say(global, "another scheduler is running on this ledger; nothing was done");
        Ok(Exit::Done)
    }
}

/// Prints what is wrong after a look. What the office was alerted about in this look is in the log. With `--quiet`,
/// nothing is printed a second time: cron would mail it at every look, and the exit code says that it lasts.
fn still_wrong(report: &OnceReport, global: &Global) {
    if global.quiet {
        return;
    }
    let is_new = |notice: &&StatusNotice| !notice.keys().iter().any(|key| report.told.contains(key));
    for notice in report.notices.iter().filter(|notice| notice.is_wrong()).filter(is_new) {
        out::warn(&notices::sentence(notice));
    }
}

/// One line of a simulated stretch.
#[derive(Debug, Serialize)]
struct Line {
    at: String,
    what: &'static str,
    #[serde(flatten)]
    duty: Option<Duty>,
    words: String,
}

fn simulate(office: &Office, days: &[NaiveDate], args: &Args, global: &Global) -> Ended {
    let &[from, to] = days else { return Err(Failure::usage("write `--simulate FROM TO`")) };
    if from > to || (to - from).num_days() > 3_660 {
        return Err(Failure::usage(format!("from {from} to {to} is not a range of at most ten years")));
    }
    if let Some((form, _)) = args.late.iter().find(|(form, _)| office.regulation().form(form).is_none()) {
        let known = office.regulation().forms.iter().map(|term| term.id.as_str());
        let hint = known_instead(form.as_str(), known);
        return Err(Failure::usage(format!("form `{form}` is unknown: {hint}")));
    }
    let agenda = Agenda::new(office, from, to).in_one_document();
    let arrivals = agenda.owed.iter().filter_map(|o| Some((o.duty.clone(), vec![arrival(o, args)?])));
    let midnight = |day: NaiveDate| agenda.at(day, chrono::NaiveTime::MIN);
    let script = Script {
        arrivals: arrivals.collect(),
        outages: args.outage.iter().map(|(from, to)| (midnight(*from), midnight(*to))).collect(),
        ..Script::default()
    };
    // Forms of the first days are requested in the month before.
    let start = agenda.owed.iter().map(|o| o.opens).min().unwrap_or_default().min(midnight(from));
    let end = midnight(to) + TimeDelta::days(2);
    let world = World::new(office, &agenda, script, start);
    let state = schedule::simulate(&world, &agenda, from, end).map_err(|error| Failure::usage(error.to_string()))?;
    let lines = lines(&agenda, &world);
    if global.format == Format::Json {
        out::json(&lines)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&["when", "what", "", "words"]);
    for line in lines {
        let duty = line.duty.map_or_else(String::new, |d| d.to_string().replace('`', ""));
        table.row([line.at, line.what.to_owned(), duty, super::table::shortened(&line.words, 90)]);
    }
    let late = state.met.values().filter(|m| m.late.is_some()).count();
    let open = state.overdue.keys().filter(|d| !state.met.contains_key(*d)).count();
    let parcels = world.arrived.borrow().len();
    out::data(&format!(
        "{table}\n{}: {} done in time, {late} late, {open} not done; {}\n",
        domain::counted(agenda.owed.len(), "obligation"),
        state.met.len() - late,
        domain::counted(parcels, "parcel")
    ))?;
    Ok(Exit::Done)
}

/// When a form comes: 30 hours before its deadline, or as many days after it as `--late` says, less 6 hours. With a
/// deadline at 18:00 both are at noon.
fn arrival(owed: &Obligation, args: &Args) -> Option<DateTime<Utc>> {
    let Subject::Form(form) = &owed.duty.subject else { return None };
    Some(match args.late.iter().find(|(late, _)| late == form) {
        Some((_, days)) => owed.deadline + TimeDelta::days(*days) - TimeDelta::hours(6),
        None => owed.deadline - TimeDelta::hours(30),
    })
}

fn lines(agenda: &Agenda, world: &World) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in world.journal() {
        let (what, duty, words) = match event.fact {
            Fact::Tried { duty, answer } if answer != "unchanged" && !answer.starts_with("is not there") => {
                ("tried", Some(duty), answer)
            }
            Fact::Met { duty, late } => ("done", Some(duty), late.map_or_else(String::new, |c| format!("late: {c}"))),
            Fact::Overdue { duty, cause } => ("LATE", Some(duty), cause),
            Fact::Emergency { incident } => ("emergency", None, incident.cause),
            Fact::Alerted { words, .. } => ("alert", None, words),
            _ => continue,
        };
        lines.push(Line { at: agenda.say(event.at), what, duty, words });
    }
    lines
}
