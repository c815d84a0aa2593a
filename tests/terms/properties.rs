//! Properties that hold for any period and any day.

use std::sync::LazyLock;

use chrono::{Datelike as _, Days, NaiveDate};
use proptest::prelude::*;
use zhinaq::{
    config::Office,
    domain::{Period, Periodicity, plan},
};

use super::office;

static OFFICE: LazyLock<Office> = LazyLock::new(office);

fn periodicity() -> impl Strategy<Value = Periodicity> {
    prop_oneof![
        Just(Periodicity::Month),
        Just(Periodicity::Quarter),
        Just(Periodicity::HalfYear),
        Just(Periodicity::Year)
    ]
}

fn period() -> impl Strategy<Value = Period> {
    (1993..=2098, periodicity(), 1..=12u32).prop_map(|(year, periodicity, index)| {
        let last = 12 / periodicity.months();
        Period::new(year, periodicity, (index - 1) % last + 1).unwrap()
    })
}

/// Days from 2017 to 2030: listed years, and years before and after them that come from the rules alone.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..365 * 14u64).prop_map(|n| NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(n))
}

proptest! {
    #[test]
    fn a_period_prints_and_parses_back(period in period()) {
        prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
    }

    #[test]
    fn a_period_ends_where_the_next_begins(period in period()) {
        prop_assert_eq!(period.after().first_day(), period.day_after());
        prop_assert_eq!(period.after().before(), period);
        prop_assert_eq!(period.last_day().succ_opt().unwrap(), period.day_after());
        prop_assert!(period.first_day() <= period.last_day());
        prop_assert!(period < period.after());
    }

    #[test]
    fn every_day_lies_in_its_period(date in any_day(), periodicity in periodicity()) {
        let period = Period::containing(date, periodicity).unwrap();
        prop_assert!((period.first_day()..=period.last_day()).contains(&date));
        prop_assert!(!period.has_ended(date));
        prop_assert!(period.has_ended(period.day_after()));
    }

    #[test]
    fn any_text_is_a_period_or_an_error(text in "\\PC{0,12}") {
        if let Ok(period) = text.parse::<Period>() {
            prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
        }
    }

    #[test]
    fn rolling_gives_the_first_working_day_and_rests_there(date in any_day()) {
        let calendar = &OFFICE.calendar;
            let rolled = calendar.roll(date);
            prop_assert!(calendar.is_working(rolled) && rolled >= date);
            prop_assert!(date.iter_days().take_while(|d| *d < rolled).all(|d| !calendar.is_working(d)));
            prop_assert_eq!(calendar.roll(rolled), rolled);
            prop_assert!(rolled - date <= chrono::Duration::days(6), "a longer run of days off: {} {}", date, rolled);
    }

    #[test]
    fn working_days_add_up(date in any_day(), first in 0..40u64, second in 0..40u64) {
        let calendar = &OFFICE.calendar;
            let (middle, last) = (date + Days::new(first), date + Days::new(first + second));
            let parts = calendar.working_days(date, middle) + calendar.working_days(middle, last);
            prop_assert_eq!(calendar.working_days(date, last), parts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_plan_is_the_sum_of_the_plans_of_its_parts(from in any_day(), first in 0..90u64, second in 1..90u64) {
        let office = &*OFFICE;
        let (middle, to) = (from + Days::new(first), from + Days::new(first + second));
        let plan = |from, to| plan(office.regulation(), &office.calendar, from, to);
        let mut parts = plan(from, middle);
        parts.extend(plan(middle + Days::new(1), to));
        prop_assert_eq!(plan(from, to), parts);
    }

    #[test]
    fn a_term_lies_in_the_month_after_its_period(from in any_day()) {
        let office = &*OFFICE;
        for due in plan(office.regulation(), &office.calendar, from, from + Days::new(40)) {
            prop_assert!(due.due >= due.statutory);
            prop_assert_eq!(due.rolled, due.due > due.statutory);
            prop_assert!(office.calendar.is_working(due.due));
            let after = due.period.day_after();
            prop_assert_eq!((due.statutory.year(), due.statutory.month()), (after.year(), after.month()));
        }
    }
}
