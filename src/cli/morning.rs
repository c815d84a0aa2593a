//! The morning as one screen: whether the scheduler runs, what is due next, then what is wrong.
//!
//! In: a [`Morning`] and the size of a terminal. Out: text that fits it. What does not fit is counted, never dropped in
//! silence. This module does not know how anything is computed.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    language,
    notices::{self, Detail},
    out::{self, Ink},
    screen::{self, Screen},
    table::shortened,
};
use domain::Subject;
use pipeline::{Morning, NextDue, NoticeKind, SchedulerState, StatusNotice};

/// How many names a line lists.
const NAMED: usize = 4;
/// The least width of the first column.
const FIRST: usize = 11;
/// How many periods are listed.
const PERIODS: usize = 3;

/// How the morning is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    pub screen: Screen,
    pub zone: Tz,
    pub coloured: bool,
    /// Every notice with every subject, however long it is.
    pub verbose: bool,
}

/// The screen. `more` is the command that shows the rest.
#[must_use]
pub fn screen(morning: &Morning, view: View, more: &str) -> String {
    let head = head(morning, view);
    let shown: Vec<&StatusNotice> = morning.notices.iter().filter(|n| view.verbose || is_shown(n)).collect();
    let mut lines = head;
    lines.push(String::new());
    if !morning.notices.iter().any(StatusNotice::is_wrong) {
        lines.push(out::paint(&language::told("nothing is wrong"), Ink::Good, view.coloured));
    }
    if view.verbose {
        let detail = Detail::whole(view.screen.width, true, view.coloured);
        lines.extend(shown.iter().flat_map(|notice| notices::lines(notice, detail)));
        return text(&lines);
    }
    // The last line of a terminal is the prompt's.
    let room = view.screen.height.saturating_sub(lines.len() + 1);
    lines.extend(fitted(&shown, view, room, more));
    text(&lines)
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What is wrong, and what a person asks about in the morning. The rest is shown by `--verbose`.
fn is_shown(notice: &StatusNotice) -> bool {
    let kinds = [NoticeKind::Early, NoticeKind::Unchecked, NoticeKind::AtWork, NoticeKind::Calendar];
    notice.is_wrong() || kinds.contains(&notice.kind)
}

/// The notices in as much detail as the screen has room for.
fn fitted(shown: &[&StatusNotice], view: View, room: usize, more: &str) -> Vec<String> {
    let detail =
        |lines, otherwise| Detail { lines, otherwise, ..Detail::whole(view.screen.width, false, view.coloured) };
    let steps = [detail(4, true), detail(3, true), detail(2, true), detail(2, false), detail(1, false)];
    let of = |step: Detail| shown.iter().map(|notice| notices::lines(notice, step)).collect::<Vec<_>>();
    if let Some(whole) = steps.into_iter().map(of).find(|all| all.iter().map(Vec::len).sum::<usize>() <= room) {
        return whole.concat();
    }
    let smallest = of(detail(2, true));
    let last = |rest: usize| {
        let words = format!("and {} more: {more}", domain::counted(rest, "cause"));
        screen::wrapped(&language::told(&words), view.screen.width)
    };
    let (mut lines, mut printed) = (Vec::new(), 0);
    for notice in &smallest {
        let tail = last(smallest.len() - printed).len();
        if lines.len() + notice.len() + tail > room {
            break;
        }
        lines.extend(notice.iter().cloned());
        printed += 1;
    }
    lines.extend(last(smallest.len() - printed));
    lines
}

fn head(morning: &Morning, view: View) -> Vec<String> {
    let width = view.screen.width;
    let time = |at: DateTime<Utc>| at.with_timezone(&view.zone).format("%Y-%m-%d %H:%M %Z").to_string();
    let whose = language::told(out::whose(morning.origin));
    let first = format!("{}  {whose}  {}", time(morning.at), language::told(&morning.heading));
    let mut lines = vec![shortened(&first, width)];
    let first_column = language::column_of(&["scheduler", "next"], FIRST);
    let front = |word: &str| format!("{:first_column$}", language::told(word));
    let (word, ink) = match morning.scheduler {
        SchedulerState::Running { last } => (format!("runs; last heartbeat {}", time(last)), Ink::Good),
        SchedulerState::Stopped { last } => (format!("stopped; last heartbeat {}", time(last)), Ink::Bad),
        SchedulerState::Silent { last } => (format!("DOES NOT RUN; last heartbeat {}", time(last)), Ink::Bad),
        SchedulerState::Never => ("has never run here".to_owned(), Ink::Warning),
        SchedulerState::NotUsed => ("not used: this office works by hand".to_owned(), Ink::Good),
    };
    let row = |word: &str, text: &str| shortened(&format!("{}{}", front(word), language::told(text)), width);
    lines.push(format!("{}{}", front("scheduler"), out::paint(&language::told(&word), ink, view.coloured)));
    for (place, next) in morning.next.iter().enumerate() {
        lines.push(row(if place == 0 { "next" } else { "" }, &due(next, view.zone)));
    }
    if morning.next.is_empty() {
        lines.push(row("next", "nothing is due in the next 100 days"));
    }
    for period in morning.periods.iter().rev().take(PERIODS).rev() {
        let mut text = format!("{} of {} here", period.forms_here, domain::counted(period.forms, "form"));
        if period.parcels > 0 {
            let parcels = domain::counted(period.parcels, "parcel");
            text = format!("{text}, {} of {parcels} handed over", period.parcels_handed);
        }
        lines.push(row(&period.period.to_string(), &text));
    }
    if let Some(more) = morning.periods.len().checked_sub(PERIODS).filter(|more| *more > 0) {
        lines.push(row("", &format!("and {} that are not finished", domain::counted(more, "earlier period"))));
    }
    lines
}

/// What is due at one instant, such as `2025-08-08 18:00 +05  forms 1-e, 1-m for 2025-M07`.
fn due(next: &NextDue, zone: Tz) -> String {
    let local = next.deadline.with_timezone(&zone);
    // A collection is due until its day is over.
    let at = if local.time() == NaiveTime::MIN {
        let day = (local - TimeDelta::seconds(1)).format("%Y-%m-%d");
        format!("{day} 24:00 {}", local.format("%Z"))
    } else {
        local.format("%Y-%m-%d %H:%M %Z").to_string()
    };
    let ids: Vec<String> = next
        .duties
        .iter()
        .map(|duty| match &duty.subject {
            Subject::Form(id) => id.to_string(),
            Subject::Collection(id) => id.to_string(),
        })
        .collect();
    let mut periods: Vec<String> = next.duties.iter().map(|duty| duty.period.to_string()).collect();
    periods.dedup();
    let named = ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = ids.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let noun = if ids.len() == 1 { next.kind.to_owned() } else { format!("{}s", next.kind) };
    format!("{at}  {noun} {named}{more} for {}", periods.join(", "))
}
