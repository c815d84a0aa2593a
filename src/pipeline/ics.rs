//! The plan for the calendar of a mail program (RFC 5545).
//!
//! In: the office and what falls due. Out: an iCalendar text; the same plan gives the same bytes. It does not know the
//! time of day.
//!
//! Each due date is an entry for a whole day. It has two alarms at nine: on the working day before, and on the day
//! itself. The identity of an entry consists of what falls due, its period and the act. So when a new version of the
//! calendar moves a date, the entry moves too, and no second one is added.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone as _, Utc};
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, Property, Trigger};

use crate::plan_rows::{PlanRow, plan_rows};
use config::Office;
use domain::{Due, Language, Subject};

/// The time of the alarms, counted from midnight.
const ALARM: Duration = Duration::hours(9);

/// The plan as a calendar, with titles in a language.
#[must_use]
pub fn plan_as_ics(office: &Office, dues: &[Due], language: Language) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//zhinaq//terms of legal statistics//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"));
    calendar.name("Terms of legal statistics").timezone(office.zone.name());
    for row in dues.iter().flat_map(|due| plan_rows(office, due)) {
        calendar.push(entry(office, row, language));
    }
    folded(&calendar.to_string())
}

/// Folds lines to 75 octets, not counting the line break (RFC 5545, 3.1). The library does not count the blank that
/// begins a folded line, so its lines have up to 76 octets.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > 75 {
                folded.push_str("\r\n ");
                width = 1;
            }
            folded.push(c);
            width += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

fn entry(office: &Office, PlanRow { due, kind }: PlanRow<'_>, language: Language) -> Event {
    let summary = format!("{kind} {} for {}", due.id(), due.period);
    let day_after = due.due.checked_add_days(Days::new(1)).unwrap_or(due.due);
    let (uid, stamp) = (uid(office, due, kind), revised(office, due.due));
    let alarm = |name: &str, text: String, trigger: Trigger| {
        // Without these the library writes a new UID and a new DTSTAMP at each call.
        Alarm::display(&text, trigger).uid(&format!("{name}.{uid}")).timestamp(stamp).done()
    };
    let mut event = Event::with_uid(&uid);
    event
        .timestamp(stamp)
        .summary(&summary)
        .description(&description(office, due, language))
        .starts(due.due)
        .ends(day_after)
        // The entry is a reminder; the person stays free on that day.
        .add_property("TRANSP", "TRANSPARENT")
        .append_property(Property::new("CATEGORIES", kind))
        .alarm(alarm("today", format!("due today: {summary}"), Trigger::after_start(ALARM)))
        .alarm(alarm(
            "before",
            format!("due on {}: {summary}", due.due),
            Trigger::before_start(Duration::days(days_before(office, due.due)) - ALARM),
        ));
    event.done()
}

fn uid(office: &Office, due: &Due, kind: &str) -> String {
    format!("{kind}.{}.{}.{}@zhinaq", due.id(), due.period, office.regulation().id).to_lowercase()
}

/// When the dates of a year last changed. This is the entry's DTSTAMP (RFC 5545, 3.8.7.2); the time of printing would
/// make other bytes each time.
fn revised(office: &Office, day: NaiveDate) -> DateTime<Utc> {
    let act = office.regulation().in_force_from;
    let revised = office.calendar.revised(day.year()).map_or(act, |calendar| calendar.max(act));
    Utc.from_utc_datetime(&revised.and_time(NaiveTime::MIN))
}

/// How many days the last working day lies before `day`; 1 if none of the 14 days before is a working day.
fn days_before(office: &Office, day: NaiveDate) -> i64 {
    let back = (1..=14)
        .find(|n| day.checked_sub_days(Days::new(*n)).is_some_and(|earlier| office.calendar.is_working(earlier)));
    back.unwrap_or(1) as i64
}

/// The title of what falls due.
#[must_use]
pub fn title_of_duty(office: &Office, subject: &Subject, language: Language) -> String {
    let regulation = office.regulation();
    let titles = match subject {
        Subject::Form(id) => regulation.form(id).map(|form| &form.titles),
        Subject::Collection(id) => regulation.collection(id).map(|collection| &collection.titles),
    };
    titles.map_or_else(String::new, |titles| titles.of(language).to_owned())
}

fn description(office: &Office, due: &Due, language: Language) -> String {
    let deadline = office.settings.hours.deadline.format("%H:%M");
    let mut lines = vec![
        title_of_duty(office, &due.subject, language),
        format!("Last day {} until {deadline} ({}); by the act {}.", due.due, office.zone.name(), due.statutory),
        format!("{}.", due.reason),
        format!("{}, clause {}.", due.act, due.clause),
    ];
    lines.extend(due.basis.as_ref().map(|basis| format!("{basis}.")));
    if let Some(why) = &due.provisional {
        lines.push(format!("Provisional: {why}."));
    }
    lines.join("\n")
}
