use super::*;
use crate::{CalendarActs, CalendarVersion, CalendarYear, DayReason, MarkedDay};
use chrono::Datelike as _;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A calendar of days off and working weekend days, of the years 2024 to 2028.
fn calendar() -> WorkingCalendar {
    let off = [
        "2024-03-08",
        "2024-03-21",
        "2024-03-22",
        "2024-03-25",
        "2025-01-01",
        "2025-01-02",
        "2025-01-03",
        "2025-01-07",
        "2025-03-10",
        "2025-03-21",
        "2025-03-24",
        "2025-03-25",
    ];
    let working = ["2025-01-05"];
    let marks = off.iter().map(|d| (day(d), false)).chain(working.iter().map(|d| (day(d), true)));
    let marked = |(date, working)| {
        let reason = DayReason::Transfer(day("2025-01-03"));
        MarkedDay { date, working, reason, act: "act".into() }
    };
    let marks: Vec<MarkedDay> = marks.map(marked).collect();
    let year = |year: i32| CalendarYear {
        year,
        provisional: None,
        versions: vec![CalendarVersion {
            number: 1,
            issued: None,
            known_since: None,
            act: "act".into(),
            note: None,
            days: marks.iter().filter(|mark| mark.date.year() == year).cloned().collect(),
            withdrawn: Vec::new(),
        }],
    };
    WorkingCalendar::new(Vec::new(), CalendarActs::default(), (2024..=2028).map(year).collect())
}

fn working_term_of_15() -> RequestTerm {
    RequestTerm {
        act: "APC, article 76".into(),
        days: 15,
        count: DayCount::Working,
        from: day("2021-07-01"),
        to: None,
        extension_months: Some(2),
        notice_days: Some(3),
        forward_days: Some(3),
        mark: "read, excerpt".into(),
    }
}

fn rules() -> RequestRules {
    RequestRules {
        number: "З-{year}-{n:06}".into(),
        keep_years: 5,
        publish: false,
        stops: false,
        closes: NaiveTime::from_hms_opt(18, 30, 0),
        terms: vec![working_term_of_15()],
        channels: Vec::new(),
        access: Vec::new(),
    }
}

fn clock(rules: &RequestRules, received: &str) -> RequestClock {
    RequestClock::of(rules, &calendar(), (day(received), None), &[], None, day(received))
}

#[test]
fn days_off_and_a_working_sunday_at_the_turn_of_a_year_are_counted_and_told() {
    let due = clock(&rules(), "2024-12-20").due.unwrap();
    assert_eq!(due.day, day("2025-01-15"), "{}", due.why);
    for told in ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-05", "2025-01-07"] {
        assert!(due.why.contains(told), "{}", due.why);
    }
    assert!(!due.why.contains("2025-01-04 ("), "an ordinary Saturday is no surprise: {}", due.why);
}

#[test]
fn nauryz_and_the_29th_of_february_are_counted() {
    // 18, 19, 20, 26, 27, 28, 31 March; 1, 2, 3, 4, 7, 8, 9, 10 April.
    assert_eq!(clock(&rules(), "2025-03-17").due.unwrap().day, day("2025-04-10"));
    // 2024: 16, 19–23, 26–29 February (10), 1, 4–7 March (15).
    assert_eq!(clock(&rules(), "2024-02-15").due.unwrap().day, day("2024-03-07"));
    // 2025 has no 29 February: 17–21, 24–28 (10), 3–7 March (15).
    assert_eq!(clock(&rules(), "2025-02-14").due.unwrap().day, day("2025-03-07"));
}

#[test]
fn a_receipt_after_hours_or_on_a_day_off_counts_as_of_the_next_working_day() {
    let late = (day("2025-02-14"), NaiveTime::from_hms_opt(18, 31, 0));
    let clock = RequestClock::of(&rules(), &calendar(), late, &[], None, day("2025-02-14"));
    assert_eq!((clock.counts_from.day, clock.due.unwrap().day), (day("2025-02-17"), day("2025-03-11")));
    assert_eq!(
        super::RequestClock::of(&rules(), &calendar(), (day("2025-02-15"), None), &[], None, day("2025-02-15"))
            .counts_from
            .day,
        day("2025-02-17")
    );
    let open = RequestRules { closes: None, ..rules() };
    assert_eq!(RequestClock::of(&open, &calendar(), late, &[], None, day("2025-02-14")).counts_from.day, late.0);
}

#[test]
fn both_terms_are_shown_and_the_earlier_counts() {
    let calendar_term = RequestTerm {
        act: "Law No 401-V, article 11".into(),
        count: DayCount::Calendar,
        from: day("2015-11-16"),
        extension_months: None,
        notice_days: None,
        forward_days: None,
        ..working_term_of_15()
    };
    let rules = RequestRules { terms: vec![working_term_of_15(), calendar_term], ..rules() };
    let clock = clock(&rules, "2024-12-20");
    let days: Vec<NaiveDate> = clock.terms.iter().map(|term| term.due.day).collect();
    assert_eq!(days, [day("2025-01-15"), day("2025-01-04")]);
    assert_eq!(clock.due.unwrap().day, day("2025-01-04"));
    assert!(clock.terms[1].due.why.contains("was not found"), "{}", clock.terms[1].due.why);
}

#[test]
fn a_stopped_clock_shows_both_days_and_only_a_setting_moves_the_one_that_counts() {
    let stops = [(day("2025-02-17"), Some(day("2025-02-20")))];
    let of = |rules: &RequestRules| {
        RequestClock::of(rules, &calendar(), (day("2025-02-14"), None), &stops, None, day("2025-02-24"))
    };
    let kept = of(&rules());
    assert_eq!(kept.due.unwrap().day, day("2025-03-07"));
    // Three working days, 10 March is off: 11, 12, 13 March.
    assert_eq!(kept.terms[0].with_stops.as_ref().unwrap().day, day("2025-03-13"));
    assert_eq!(of(&RequestRules { stops: true, ..rules() }).due.unwrap().day, day("2025-03-13"));
}

#[test]
fn an_extension_has_a_limit_a_notice_and_an_end() {
    let clock = clock(&rules(), "2025-02-14");
    assert_eq!(clock.longest_extension(&rules()), Some(day("2025-05-07")));
    assert_eq!(notice_due(&rules(), &calendar(), day("2025-03-06")).unwrap().day, day("2025-03-12"));
    assert_eq!(clock.forward.unwrap().day, day("2025-02-19"));
    let received = (day("2025-02-14"), None);
    let extended = RequestClock::of(&rules(), &calendar(), received, &[], Some(day("2025-04-30")), received.0);
    assert_eq!(extended.due.unwrap().day, day("2025-04-30"));
}

#[test]
fn a_day_before_every_term_has_no_due_day() {
    assert_eq!(clock(&rules(), "2021-06-30").due, None);
}

#[test]
fn numbers_follow_the_pattern() {
    assert_eq!(rules().number(2026, 7).unwrap().to_string(), "З-2026-000007");
    let plain = RequestRules { number: "{n}-{year}".into(), ..rules() };
    assert_eq!(plain.number(2026, 12).unwrap().to_string(), "12-2026");
    assert!(RequestRules { number: "{n}/{year}".into(), ..rules() }.number(2026, 1).is_err());
}
