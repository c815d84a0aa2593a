//! `zhinaq watchdog`: check the scheduler's heartbeat; `zhinaq incidents`: list the emergencies.

use std::time::Duration;

use serde::Serialize;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
    zone,
};
use domain::Incident;
use pipeline::{self, Exit, Failure, daemon as schedule};

/// Check the scheduler's heartbeat; exit code 5 if it is too old
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct WatchdogArgs {
    /// How old the last heartbeat may be: 90s, 5m, 2h
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = span)]
    max_age: Duration,
    /// If it is too old, alert the office in the ways that zhinaq.toml sets, once a day
    #[arg(long)]
    alert: bool,
    #[command(flatten)]
    context: ContextArgs,
}

/// List what lasted longer than an hour, with cause and measures
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct IncidentsArgs {
    /// Record what people did about one
    #[arg(long, value_name = "TEXT", requires = "from")]
    measures: Option<String>,
    /// Which one: when it began, as the journal prints it, such as "2025-07-14 10:11"
    #[arg(long, value_name = "INSTANT", requires = "measures")]
    from: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

fn span(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is not a length of time; write seconds, minutes or hours, such as `90s`, `5m`, `2h`");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u64 = text.strip_suffix(unit).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
    let seconds = match unit {
        's' => Some(number),
        'm' => number.checked_mul(60),
        'h' => number.checked_mul(3_600),
        _ => None,
    };
    seconds.filter(|s| (1..=31 * 86_400).contains(s)).map(Duration::from_secs).ok_or_else(wrong)
}

#[derive(Debug, Serialize)]
struct Heartbeat {
    alive: bool,
    age_seconds: Option<i64>,
    max_age_seconds: u64,
}

pub async fn watchdog(args: WatchdogArgs, global: &Global) -> Ended {
    let context = if args.alert {
        context::open_quietly(global, &args.context).await?
    } else {
        context::open_to_look(global, &args.context).await?
    };
    let age = schedule::age_of_heartbeat(&context).await?.map(|age| age.num_seconds());
    let most = args.max_age.as_secs();
    // A heartbeat from the future comes from a clock that was wrong; it counts by its distance from now.
    let alive = age.is_some_and(|age| age.unsigned_abs() <= most);
    if global.format == Format::Json {
        out::json(&Heartbeat { alive, age_seconds: age, max_age_seconds: most })?;
    }
    if alive {
        out::say(global, &format!("scheduler running; last heartbeat {} s ago", age.unwrap_or_default()));
        return Ok(Exit::Done);
    }
    let words = age.map_or_else(
        || "no heartbeat of the scheduler found".into(),
        |age| format!("the last heartbeat of the scheduler is {age} s old, and {most} s are allowed"),
    );
    let words = format!("{words}; check that {} is running, and read its log", context.call.command("schedule"));
    if args.alert && !schedule::tell_silence(&context, &words).await? {
        out::say(global, "the office was alerted within the last day");
    }
    let failure = Failure::usage(words);
    Err(Failure { exit: Exit::Ours, ..failure }.coded("internal"))
}

pub async fn incidents(args: IncidentsArgs, global: &Global) -> Ended {
    let context = match &args.measures {
        Some(_) => context::open_quietly(global, &args.context).await?,
        None => context::open_to_look(global, &args.context).await?,
    };
    if let (Some(from), Some(measures)) = (&args.from, &args.measures) {
        pipeline::daemon::add_measures(&context, from, measures).await?;
    }
    let known = pipeline::daemon::incidents(&context).await?;
    if global.format == Format::Json {
        out::json(&known)?;
        return Ok(Exit::Done);
    }
    let say = |at: chrono::DateTime<chrono::Utc>| zone::local(at, &context.office);
    let from = zone::heading("from", &context.office);
    let mut table = Table::new(&[from.as_str(), "to", "what", "cause", "measures"]);
    for incident in &known {
        let until = incident.until.map_or_else(|| "not over".into(), say);
        let Incident { door, since, cause, measures, .. } = incident;
        table.row([say(*since), until, door.word().into(), cause.clone(), measures.clone()]);
    }
    out::data(&if known.is_empty() { "no emergency recorded\n".to_owned() } else { table.to_string() })?;
    Ok(Exit::Done)
}
