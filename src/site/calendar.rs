//! The placement terms as iCalendar (RFC 5545). In: terms of 12 months. Out: a text. An entry keeps its identity when its
//! day moves.

use chrono::{DateTime, Days, NaiveTime, TimeZone as _, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};

use crate::{
    address,
    input::{PlacementTerm, TermState},
    site::Site,
};

/// The calendar, in the main language.
pub fn ics(site: &Site<'_>) -> String {
    let (language, words) = site.main();
    let mark = if site.is_sample() { "SAMPLE DATA · " } else { "" };
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//zhinaq//placement of legal statistics//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"));
    calendar.name(&format!("{mark}{}", site.input.title.of(language)));
    for term in site.year_of_terms() {
        let Some(form) = site.form(&term.form) else { continue };
        let summary = format!("{mark}{}: {}", form.designation.of(language), words.span(term.period));
        let mut lines = vec![
            form.titles.of(language).to_owned(),
            format!("{}: {}", words.text("by_act"), term.statutory),
            format!("{}: {}", words.text("due"), term.due),
        ];
        lines.extend(term.moved.as_ref().map(|why| why.of(language).to_owned()));
        lines.push(format!("{}{}", site.input.base, address::page(language, &format!("forms/{}/", term.form))));
        let day_after = term.due.checked_add_days(Days::new(1)).unwrap_or(term.due);
        let mut event = Event::with_uid(&format!("placement.{}.{}@zhinaq", term.form, term.period).to_lowercase());
        event
            .timestamp(stamp(term))
            .summary(&summary)
            .description(&lines.join("\n"))
            .starts(term.due)
            .ends(day_after)
            .add_property("TRANSP", "TRANSPARENT");
        calendar.push(event.done());
    }
    folded(&calendar.to_string())
}

/// When the entry last changed: when it was placed, else the day after its period. The day of the site would make another
/// file each day.
fn stamp(term: &PlacementTerm) -> DateTime<Utc> {
    match &term.state {
        TermState::Placed(at) => at.utc,
        _ => Utc.from_utc_datetime(&term.period.day_after().and_time(NaiveTime::MIN)),
    }
}

/// Folds lines to 75 octets (RFC 5545, 3.1). The library does not count the blank that begins a folded line.
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
