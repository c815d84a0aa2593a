//! What the desk owes in the next days: answers, notices of extensions, forwarding. In: the journal. Out: one notice with
//! the numbers. Unknown here: who asks.

use crate::{
    Context,
    status::notice::{NoticeKind, NoticeSubject, StatusNotice},
};
use chrono::Days;
use domain::{CheckFollow, Event, Severity, requests};

/// How many days ahead the morning looks.
const AHEAD: u64 = 3;
/// How many numbers the sentence has.
const LISTED: usize = 3;

/// The requests that fall due within some days or are late, by number; nothing without the rules of the desk.
pub(crate) fn due_requests(context: &Context, events: &[Event]) -> Option<StatusNotice> {
    let rules = context.office.requests.as_ref()?;
    let today = context.today();
    let until = today + Days::new(AHEAD);
    let mut subjects = Vec::new();
    let mut is_late = false;
    for (number, record) in requests(events) {
        let clock = record.clock(rules, &context.office.calendar, today);
        let is_open = record.state.is_open();
        let forwards = is_open && record.decided == Some(CheckFollow::Forward);
        let owed = [
            (clock.due.filter(|_| is_open).map(|due| due.day), "answer"),
            (clock.forward.filter(|_| forwards).map(|day| day.day), "forward"),
            (record.notice_due, "notice"),
        ];
        let first = owed.into_iter().filter_map(|(day, what)| Some((day?, what))).min();
        if let Some((day, what)) = first.filter(|(day, _)| *day <= until) {
            is_late |= day < today;
            subjects.push(NoticeSubject::new(&number, format!("{what} {day}")));
        }
    }
    if subjects.is_empty() {
        return None;
    }
    let more = if subjects.len() > LISTED { " …" } else { "" };
    let named: Vec<String> = subjects.iter().take(LISTED).map(|s| format!("`{}` ({})", s.id, s.words)).collect();
    let text = format!("requests due within {AHEAD} days, or late: {}{more}", named.join(", "));
    let severity = if is_late { Severity::Warning } else { Severity::Info };
    let command = context.call.command("request list").option("--due", AHEAD).line();
    Some(StatusNotice { subjects, command: Some(command), ..StatusNotice::of(NoticeKind::Request, severity, text) })
}
