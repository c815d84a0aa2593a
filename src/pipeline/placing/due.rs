//! Which placements have come due: for cron, which asks every hour. In: the act, the calendar, the hour of `site.toml`. Out:
//! forms by period. Unknown here: whether they are here, or on the site already.

use std::collections::BTreeMap;

use chrono::{Days, NaiveTime};

use super::place::settings;
use crate::Context;
use domain::{FormId, Period, Subject, instant, plan};

/// How long a placement is pursued after its day, as the schedule pursues other terms.
const BACK: Days = Days::new(93);
/// A form that is placed at once may be placed so long before its day.
const AHEAD: Days = Days::new(62);

/// The public forms whose hour has come, by period: from the hour of `site.toml` on their last day, or from the day after
/// their period if the office places at once.
#[must_use]
pub fn placements_due(context: &Context, as_decided: bool) -> BTreeMap<Period, Vec<FormId>> {
    let (office, site, today) = (&context.office, settings(context, as_decided), context.today());
    let from = today.checked_sub_days(BACK).unwrap_or(today);
    let to = today.checked_add_days(AHEAD).unwrap_or(today);
    let mut found: BTreeMap<Period, Vec<FormId>> = BTreeMap::new();
    for due in plan(office.regulation(), &office.calendar, from, to) {
        let Subject::Form(form) = &due.subject else { continue };
        let opens = match site.hour {
            Some(hour) => instant(due.due, hour, office.zone),
            None => instant(due.period.day_after(), NaiveTime::MIN, office.zone),
        };
        if opens <= context.now() && site.public(form).is_some() {
            found.entry(due.period).or_default().push(form.clone());
        }
    }
    found
}
