//! Time: periods, the working calendar, what is due when, and how documents word all of these. This folder does not
//! know the clock.

mod calendar;
mod calendar_rules;
mod obligation;
mod period;
pub mod period_words;
mod plan;
mod slack;

pub use calendar::{
    CalendarActs, CalendarVersion, CalendarYear, DayReason, Holiday, HolidayDates, MarkedDay, WorkingCalendar,
    is_weekend, weekday_name,
};
pub use calendar_rules::{CalendarRule, Difference, RuledYear, check as check_calendar, first_days_of_kurban_ait};
pub use obligation::{Door, Duty, Hours, Incident, Moment, Obligation, instant, obligations};
pub use period::{Period, PeriodError, Periodicity};
pub use plan::{Due, Subject, due_of_collection, due_of_form, plan};
pub use slack::{Slack, slack};
