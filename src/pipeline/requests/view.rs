//! What the desk shows. In: the journal, the rules, the calendar. Out: lists and single requests as data for a page or a
//! table; who asks only for the desk. Unknown here: terminals and pages.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{AskedFor, DraftReply, all, desk_files, drafts, rules, sees_who, unknown};
use crate::{Context, Failure};
use domain::{
    Period, ReasonedDay, RequestCheck, RequestClock, RequestNumber, RequestRecord, RequestState, RequesterKind,
};

/// One request in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestLine {
    pub number: RequestNumber,
    /// The year of registration.
    pub year: i32,
    pub received: NaiveDate,
    pub from: RequesterKind,
    pub channel: String,
    pub state: RequestState,
    pub is_extended: bool,
    pub is_appealed: bool,
    pub grounds: Vec<RequestCheck>,
    /// The day that counts and why; `None` if the rules have no term for it.
    pub due: Option<ReasonedDay>,
    /// Days until then, negative if it is past; `None` once the request was dealt with.
    pub days_left: Option<i64>,
    /// The day on which it was dealt with.
    pub ended: Option<NaiveDate>,
    /// The last day for telling an extension.
    pub notice_due: Option<NaiveDate>,
}

/// Everything about one request.
#[derive(Clone, Serialize)]
pub struct RequestView {
    #[serde(flatten)]
    pub line: RequestLine,
    pub clock: RequestClock,
    pub answers: BTreeMap<RequestCheck, bool>,
    pub draft: Option<DraftReply>,
    /// Who asks and what; for those who answer only what. `None`: erased.
    pub asked: Option<AskedFor>,
}

/// The numbers of a quarter, by day of receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestsOfQuarter {
    pub period: Period,
    pub received: usize,
    pub by_state: BTreeMap<&'static str, usize>,
    pub by_ground: BTreeMap<&'static str, usize>,
    /// Of those that were dealt with: in time, and late.
    pub in_time: usize,
    pub late: usize,
    /// The median of the days from receipt to the end; `None` without one.
    pub median_days: Option<i64>,
}

/// The requests, in the order of their numbers. `due`: only open ones that fall due within so many days.
///
/// # Errors
/// When the actor may not see requests, or the ledger cannot be read.
pub async fn list_requests(
    context: &Context,
    due: Option<i64>,
    states: &[RequestState],
) -> Result<Vec<RequestLine>, Failure> {
    sees_who(context).await?;
    let mut lines = Vec::new();
    for record in all(context).await?.values() {
        let line = line(context, record)?.0;
        let is_due = due.is_none_or(|within| line.days_left.is_some_and(|left| left <= within));
        if is_due && (states.is_empty() || states.contains(&line.state)) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// One request with its clock, its checks and the draft of a reply.
///
/// # Errors
/// When the actor may not see requests, the number is unknown, or the ledger cannot be read.
pub async fn show_request(context: &Context, number: &RequestNumber) -> Result<RequestView, Failure> {
    let sees_who = sees_who(context).await?;
    let known = all(context).await?;
    let record = known.get(number).ok_or_else(|| unknown(number, &known))?;
    let (line, clock) = line(context, record)?;
    let asked = desk_files::read(context, &record.taken.document);
    Ok(RequestView {
        line,
        clock,
        answers: record.answers.clone(),
        draft: drafts::draft(context, record)?,
        asked: if sees_who { asked } else { asked.map(AskedFor::without_who) },
    })
}

/// The numbers of the requests that were received in a period.
///
/// # Errors
/// When the actor may not see requests, or the ledger cannot be read.
pub async fn requests_of_quarter(context: &Context, period: Period) -> Result<RequestsOfQuarter, Failure> {
    let lines = list_requests(context, None, &[]).await?;
    let lines: Vec<RequestLine> = lines
        .into_iter()
        .filter(|line| period.first_day() <= line.received && line.received <= period.last_day())
        .collect();
    let (mut by_state, mut by_ground) = (BTreeMap::new(), BTreeMap::new());
    let (mut in_time, mut late, mut days) = (0, 0, Vec::new());
    for line in &lines {
        *by_state.entry(line.state.word()).or_insert(0) += 1;
        for ground in &line.grounds {
            *by_ground.entry(ground.word()).or_insert(0) += 1;
        }
        if let Some(ended) = line.ended {
            days.push((ended - line.received).num_days());
            // Without a term it is not known whether it was in time.
            if let Some(due) = &line.due {
                if ended <= due.day { in_time += 1 } else { late += 1 }
            }
        }
    }
    days.sort_unstable();
    let median_days = days.get(days.len() / 2).copied();
    Ok(RequestsOfQuarter { period, received: lines.len(), by_state, by_ground, in_time, late, median_days })
}

fn line(context: &Context, record: &RequestRecord) -> Result<(RequestLine, RequestClock), Failure> {
    let today = context.today();
    let clock = record.clock(rules(context)?, &context.office.calendar, today);
    let days_left = clock.due.as_ref().filter(|_| record.state.is_open()).map(|due| (due.day - today).num_days());
    let line = RequestLine {
        number: record.taken.number.clone(),
        year: record.taken.year,
        received: record.taken.received,
        from: record.taken.from,
        channel: record.taken.channel.clone(),
        state: record.state,
        is_extended: record.extended.is_some(),
        is_appealed: record.is_appealed,
        grounds: record.grounds.clone(),
        due: clock.due.clone(),
        days_left,
        ended: record.ended,
        notice_due: record.notice_due,
    };
    Ok((line, clock))
}
