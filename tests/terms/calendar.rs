//! The listed days, compared with the rules of the law.

use chrono::{Datelike as _, NaiveDate};
use zhinaq::domain::{
    CalendarRule, CalendarYear, DayReason, MarkedDay, WorkingCalendar, check_calendar, first_days_of_kurban_ait,
};

use super::{day, office};

/// The calendar with the days of one year's last version changed.
fn changed(year: i32, change: impl Fn(&mut Vec<MarkedDay>)) -> WorkingCalendar {
    let calendar = office().calendar;
    let years: Vec<CalendarYear> = calendar
        .years()
        .cloned()
        .map(|mut listed| {
            if listed.year == year {
                let mut days: Vec<MarkedDay> = calendar.marked(year).cloned().collect();
                change(&mut days);
                listed.versions.truncate(1);
                listed.versions[0].days = days;
            }
            listed
        })
        .collect();
    WorkingCalendar::new(calendar.holidays().to_vec(), calendar.acts().clone(), years)
}

fn rules(calendar: &WorkingCalendar) -> Vec<(String, CalendarRule)> {
    check_calendar(calendar).into_iter().map(|d| (d.date.to_string(), d.rule)).collect()
}

#[test]
fn the_listed_years_keep_the_rules() {
    assert_eq!(check_calendar(&office().calendar), []);
}

#[test]
fn a_missing_day_is_named_whichever_it_is() {
    let calendar = office().calendar;
    for year in 2019..=2027 {
        let listed: Vec<NaiveDate> = calendar.marked(year).map(|d| d.date).collect();
        assert!(listed.len() >= 12, "{year}");
        for date in listed {
            let without = changed(year, |days| days.retain(|d| d.date != date));
            let found = check_calendar(&without);
            assert!(!found.is_empty(), "{date} can be lost without a word");
            let named = |d: &zhinaq::domain::Difference| d.date == date || d.message.contains(&date.to_string());
            assert!(found.iter().any(named), "{date}: {found:?}");
        }
    }
}

#[test]
fn a_substitute_for_a_day_that_never_moves_is_named() {
    // 7 January 2023 is a Saturday; no day makes up for it.
    let wrong = changed(2023, |days| {
        days.push(MarkedDay {
            date: day("2023-01-09"),
            working: false,
            reason: DayReason::Substitute(day("2023-01-07")),
            act: "none".into(),
        });
    });
    assert_eq!(rules(&wrong), [("2023-01-09".into(), CalendarRule::NeverMoves)]);
}

#[test]
fn half_a_transfer_is_named() {
    let wrong = changed(2024, |days| days.retain(|d| d.date != day("2024-05-04")));
    assert_eq!(rules(&wrong), [("2024-05-08".into(), CalendarRule::Transfer)]);
}

#[test]
fn a_queue_in_the_wrong_order_is_named() {
    // 21 and 22 March 2020 fell on a weekend: 24 March makes up for the first, 25 March for the second.
    let wrong = changed(2020, |days| {
        for day in days.iter_mut().filter(|d| d.date.month() == 3 && d.date.day() >= 24) {
            let other = if day.date.day() == 24 { "2020-03-22" } else { "2020-03-21" };
            day.reason = DayReason::Substitute(other.parse().unwrap());
        }
    });
    let named = rules(&wrong);
    assert_eq!(
        named,
        [("2020-03-24".into(), CalendarRule::Substitution), ("2020-03-25".into(), CalendarRule::Substitution)]
    );
}

#[test]
fn the_days_announced_lie_near_the_arithmetic_calendar() {
    // Years with two first days (2006 had one on 10 January and one on 31 December) and distant years are found too.
    for (year, near) in [(2006, "2006-01-10"), (2006, "2006-12-31"), (2019, "2019-08-11"), (2025, "2025-06-06")] {
        let days = first_days_of_kurban_ait(year);
        assert!(days.iter().any(|d| (*d - day(near)).num_days().abs() <= 2), "{year}: {days:?}");
    }
    let all: Vec<i32> = (1992..=2099).flat_map(first_days_of_kurban_ait).map(|d| d.year()).collect();
    assert!((1992..=2099).all(|year| all.contains(&year)));
}

#[test]
fn a_year_is_known_as_its_acts_came() {
    let calendar = office().calendar;
    let independence = day("2022-12-19");
    let republic = day("2022-10-25");
    let spring = calendar.as_known(day("2022-03-01"));
    assert!(!spring.is_working(independence) && spring.is_working(republic));
    assert!(!spring.is_working(day("2022-03-07")), "moved by a decree of 2021");
    let late_september = calendar.as_known(day("2022-09-30"));
    assert!(late_september.is_working(independence) && !late_september.is_working(republic));
    assert!(late_september.is_working(day("2022-10-24")), "the decree came in October");
    assert!(!calendar.is_working(day("2022-10-24")) && calendar.is_working(day("2022-10-22")));
    assert!(!calendar.as_known(day("2026-01-01")).is_working(day("2026-08-31")));
    assert!(calendar.is_working(day("2026-08-31")));
}

#[test]
fn a_day_says_why_it_is_off_or_worked() {
    let calendar = office().calendar;
    assert_eq!(calendar.why(day("2025-12-15")), "Monday, a working day");
    assert_eq!(calendar.why(day("2023-12-18")), "Monday, a day off for Independence Day on Saturday 2023-12-16");
    assert_eq!(
        calendar.why(day("2022-10-22")),
        "Saturday, worked for Monday 2022-10-24 (Government decree No 796 of 2022 (day not known; reported on 08.10.2022))"
    );
    let marked: Vec<&MarkedDay> = (2019..=2027).flat_map(|year| calendar.marked(year)).collect();
    assert!(marked.iter().all(|d| !d.act.is_empty()), "every day has its act, or says that it is not known");
}
