//! The calendar: what falls due, with the day by the act, the day that counts, and why they differ.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{Answered, Query, stored};
use crate::{answer::Refused, asked::Asked};
use domain::{Due, plan};
use pipeline::plan_as_ics;

/// How many days are shown without a choice, and how many at most.
const SHOWN: u64 = 92;
const MOST: i64 = 800;

#[derive(Serialize)]
struct CalendarPage {
    from: NaiveDate,
    to: NaiveDate,
    dues: Vec<Due>,
}

fn chosen(asked: &Asked, query: &Query) -> Result<(NaiveDate, NaiveDate), Refused> {
    let from = query.maybe("from")?.unwrap_or_else(|| asked.served.context.today());
    let to = query.maybe("to")?.or_else(|| from.checked_add_days(Days::new(SHOWN))).unwrap_or(from);
    if from > to || (to - from).num_days() > MOST {
        return Err(Refused::form(format!("from {from} to {to} is not a time of 1 to {MOST} days")));
    }
    Ok((from, to))
}

/// What falls due between two days.
pub async fn calendar(asked: Asked, query: Query) -> Answered {
    let (from, to) = chosen(&asked, &query)?;
    let office = &asked.served.context.office;
    let dues = plan(office.regulation(), &office.calendar, from, to);
    asked.page("calendar.html", &CalendarPage { from, to, dues })
}

/// The same for the calendar of a mail program.
pub async fn ics(asked: Asked, query: Query) -> Answered {
    let (from, to) = chosen(&asked, &query)?;
    let office = &asked.served.context.office;
    let dues = plan(office.regulation(), &office.calendar, from, to);
    stored("zhinaq.ics", plan_as_ics(office, &dues, asked.language).into_bytes())
}
