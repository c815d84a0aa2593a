//! What the office is told at once: parcels that were refused, are uncertain or came back, held documents, a full disk,
//! a silent scheduler.
//!
//! In: the notices of the office, and what it was told before. Out: one alert for all that is new. The same thing is
//! told once a day. Unknown here: what falls due; that has the alerts of its day.

use chrono::{DateTime, TimeDelta, Utc};

use super::notify_office;
use crate::{Context, Failure, NoticeKind, StatusNotice, chain};
use domain::{Fact, Moment, Severity};
use ledger::Filter;
use schedule::{Alert, Executor, State};

/// How long after it was told the same thing is told again.
const AGAIN: TimeDelta = TimeDelta::hours(24);

/// Alerts the office about urgent notices that are new. Returns their keys, also if no way took the alert; then it is
/// tried again at the next tick.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn tell<E: Executor<Error = Failure>>(
    context: &Context,
    executor: &E,
    state: &State,
    notices: &[StatusNotice],
) -> Result<Vec<String>, Failure> {
    let now = context.now();
    let is_new = |key: &String| state.told.get(key).is_none_or(|at| is_over(*at, now));
    let is_urgent = |n: &&StatusNotice| n.kind.is_urgent() && n.severity == Severity::Error;
    let new: Vec<&StatusNotice> =
        notices.iter().filter(is_urgent).filter(|notice| notice.keys().iter().any(is_new)).collect();
    let Some(first) = new.first() else { return Ok(Vec::new()) };
    let keys: Vec<String> = new.iter().flat_map(|notice| notice.keys()).filter(is_new).collect();
    let lines: Vec<String> = new.iter().map(|notice| sentence(notice)).collect();
    let more = if new.len() > 1 { format!(", and {} more", new.len() - 1) } else { String::new() };
    let alert = Alert {
        day: context.today(),
        moment: Moment::AtOnce,
        subject: format!("{}{more}", headline(&first.text)),
        lines,
        about: None,
    };
    let told: Vec<StatusNotice> = new.iter().copied().cloned().collect();
    let failure = notify_office::tell(context, &alert, &told).await.err().map(|failure| chain(&failure));
    // What no way took is told again at the next look, and logged again only if something about it is new.
    let is_news = |failure: &String| {
        let (way, about) = (notify_office::is_news(context, failure), notify_office::is_news(context, &keys.join(" ")));
        way || about
    };
    if failure.as_ref().is_none_or(is_news) {
        log(&new);
        if let Some(error) = &failure {
            tracing::error!(error, "the office could not be notified");
        }
    }
    if failure.is_none() {
        let (day, moment, words) = (alert.day, alert.moment, alert.subject);
        executor.note(&[Fact::Alerted { day, moment, words, subjects: keys.clone() }]).await?;
    }
    Ok(keys)
}

fn log(notices: &[&StatusNotice]) {
    for notice in notices {
        let period = notice.period.map(|period| period.to_string());
        let subjects = notice.subjects.iter().map(|subject| subject.id.as_str()).collect::<Vec<_>>().join(" ");
        let (kind, command) = (notice.kind.word(), notice.command.as_deref());
        tracing::error!(target: "zhinaq::schedule", kind, period, subjects, command, "{}", sentence(notice));
    }
}

/// Alerts the office that the scheduler is silent; for the watchdog, which another program starts. `false` if this was
/// told within a day.
///
/// # Errors
/// When no way took the alert, or the ledger cannot be read or written.
pub async fn tell_silence(context: &Context, words: &str) -> Result<bool, Failure> {
    let mut state = State::default();
    state.follow(&context.events(&Filter::default().kinds(&["alerted"])).await?);
    let key = NoticeKind::SchedulerDead.word().to_owned();
    if state.told.get(&key).is_some_and(|at| !is_over(*at, context.now())) {
        return Ok(false);
    }
    let notice = StatusNotice::of(NoticeKind::SchedulerDead, Severity::Error, words);
    let (day, moment) = (context.today(), Moment::AtOnce);
    let alert = Alert {
        day,
        moment,
        subject: "the scheduler does not run".to_owned(),
        lines: vec![words.to_owned()],
        about: None,
    };
    notify_office::tell(context, &alert, &[notice]).await?;
    context.record(&[Fact::Alerted { day, moment, words: alert.subject, subjects: vec![key] }]).await?;
    Ok(true)
}

fn is_over(told: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    // A time in the future comes from a clock that was set back.
    (now - told).abs() >= AGAIN
}

fn sentence(notice: &StatusNotice) -> String {
    match &notice.command {
        Some(how) => format!("{}: `{how}`", notice.text),
        None => notice.text.clone(),
    }
}

/// The beginning of a sentence, short enough for the subject of a mail.
fn headline(text: &str) -> String {
    const LONGEST: usize = 60;
    let head = text.split(" (").next().unwrap_or(text);
    let head = head.split(": ").next().unwrap_or(head);
    if head.chars().count() <= LONGEST {
        head.to_owned()
    } else {
        head.chars().take(LONGEST).collect::<String>() + "…"
    }
}
