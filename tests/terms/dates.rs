//! Dates that are known from practice.

use std::collections::BTreeSet;

use zhinaq::domain::{Due, Period, Periodicity, Subject, slack};

use super::{day, office, planned};

fn collections(dues: &[Due]) -> Vec<&Due> {
    dues.iter().filter(|d| matches!(d.subject, Subject::Collection(_))).collect()
}

#[test]
fn the_collections_of_the_fourth_quarter_of_2022_fall_on_a_monday() {
    let dues = planned(&office(), "2023-01-01", "2023-01-31");
    let collections = collections(&dues);
    let ids: Vec<String> = collections.iter().map(|d| format!("{} {}", d.id(), d.period)).collect();
    assert_eq!(
        ids,
        [
            "crime 2022-Q4",
            "corruption 2022-Q4",
            "narcotics 2022-Q4",
            "courts 2022-Q4",
            "prosecution-bodies 2022-A1",
            "supervision 2022-Q4",
        ]
    );
    for due in collections {
        assert_eq!((due.statutory, due.due, due.rolled), (day("2023-01-14"), day("2023-01-16"), true));
        assert_eq!(due.reason, "2023-01-14 is Saturday, a day off; first working day after it (clause 13)");
        assert!(!due.in_force, "the order had ended");
        assert_eq!(due.basis.as_deref(), Some("order No 25, not in force on this date; applied by office setting"));
    }
}

#[test]
fn the_dates_of_collections_that_move_are_the_known_ones() {
    let dues = planned(&office(), "2019-01-01", "2027-12-31");
    let moved: BTreeSet<String> = collections(&dues).iter().filter(|d| d.rolled).map(|d| d.due.to_string()).collect();
    let known = ["2019-04-15", "2019-07-15", "2023-01-16", "2023-10-16", "2024-01-15", "2024-04-15", "2024-07-15"];
    assert_eq!(moved.into_iter().collect::<Vec<_>>(), known);
}

#[test]
fn a_working_sunday_is_a_working_day() {
    let dues = planned(&office(), "2025-01-01", "2025-01-09");
    let on_the_fifth: Vec<&Due> = dues.iter().filter(|d| d.due == day("2025-01-05")).collect();
    assert_eq!(on_the_fifth.iter().map(|d| d.id()).collect::<Vec<_>>(), ["1-m", "1-r-search"]);
    assert!(on_the_fifth.iter().all(|d| !d.rolled));
    assert!(
        on_the_fifth[0].reason.starts_with("2025-01-05 is Sunday, worked for Friday 2025-01-03 (order No 436"),
        "{}",
        on_the_fifth[0].reason
    );
}

#[test]
fn the_first_day_of_kurban_ait_moves_a_term() {
    let dues = planned(&office(), "2021-07-20", "2021-07-21");
    let form = dues.iter().find(|d| d.id() == "1-ad").unwrap();
    assert_eq!((form.statutory, form.due), (day("2021-07-20"), day("2021-07-21")));
    assert_eq!(
        form.reason,
        "2021-07-20 is Tuesday, a day off: Kurban Ait; first working day after it (clause 13; the office applies it to forms too)"
    );
}

#[test]
fn five_quarters_have_no_slack_between_the_last_form_and_the_collections() {
    let office = office();
    let first = Period::new(2018, Periodicity::Quarter, 4).unwrap();
    let quarters = std::iter::successors(Some(first), |q| Some(q.after())).take(36);
    let slacks = quarters.map(|q| slack(office.regulation(), &office.calendar, q).unwrap());
    let none: Vec<String> =
        slacks.filter(|s| s.working_days == 0).map(|s| format!("{} {}", s.period, s.collections)).collect();
    assert_eq!(
        none,
        ["2018-Q4 2019-01-14", "2019-Q3 2019-10-14", "2024-Q3 2024-10-14", "2025-Q1 2025-04-14", "2025-Q2 2025-07-14",]
    );
}

#[test]
fn a_plain_quarter_has_two_days_between_the_last_form_and_the_collections() {
    let office = office();
    let slack = slack(office.regulation(), &office.calendar, "2023-Q2".parse().unwrap()).unwrap();
    assert_eq!((slack.last_form, slack.collections, slack.working_days), (day("2023-07-12"), day("2023-07-14"), 2));
    assert_eq!(slack.forms, ["1-n", "1-ol"]);
}

#[test]
fn the_half_yearly_collection_is_never_for_the_second_half() {
    let dues = planned(&office(), "2019-01-01", "2027-12-31");
    let periods: BTreeSet<String> =
        dues.iter().filter(|d| d.id() == "prosecution-bodies").map(|d| d.period.to_string()).collect();
    assert_eq!(periods.len(), 18);
    assert!(periods.iter().all(|p| p.ends_with("-S1") || p.ends_with("-A1")), "{periods:?}");
}

#[test]
fn a_run_for_a_quarter_takes_in_what_ends_with_it() {
    let office = office();
    let regulation = office.regulation();
    let made = |run: &str| {
        let made = regulation.collections_of(run.parse().unwrap());
        made.into_iter().map(|(c, p)| format!("{} {p}", c.id)).collect::<Vec<_>>()
    };
    assert_eq!(made("2025-Q2").len(), 6);
    assert!(made("2025-Q2").contains(&"prosecution-bodies 2025-S1".to_owned()));
    assert_eq!(made("2025-Q3").len(), 5);
    assert!(made("2025-M11").is_empty());
    let crime = regulation.collection(&"crime".parse().unwrap()).unwrap();
    let inputs = regulation.inputs_of(crime, "2025-Q2".parse().unwrap());
    let inputs: Vec<String> = inputs.iter().map(|(f, p)| format!("{} {p}", f.id)).collect();
    assert_eq!(inputs[..3], ["1-m 2025-M06", "1-e 2025-M06", "court-1 2025-Q2"]);
    assert_eq!(regulation.forms_of("2025-Q3".parse().unwrap()).len(), 26);
    assert_eq!(regulation.forms_of("2025-M11".parse().unwrap()).len(), 6);
}

#[test]
fn a_year_without_an_approved_calendar_says_so_with_each_date() {
    let office = office();
    let dues = planned(&office, "2026-12-01", "2027-02-28");
    for due in &dues {
        assert_eq!(due.provisional.is_some(), due.due >= day("2027-01-01"), "{} {}", due.id(), due.due);
    }
    // The dates of a year that is not listed at all are computed from the rules, and are marked so.
    let later = planned(&office, "2030-01-01", "2030-01-31");
    assert!(later.iter().all(|d| d.provisional.as_ref().unwrap().contains("no calendar of 2030 is listed")));
    assert!(later.iter().any(|d| d.id() == "crime" && d.due == day("2030-01-14")));
    // 7 May 2028 is a Sunday, Monday makes up for it, and Tuesday is Victory Day.
    let may = planned(&office, "2028-05-01", "2028-05-31");
    let form = may.iter().find(|d| d.id() == "dtp-1").unwrap();
    assert_eq!((form.statutory, form.due), (day("2028-05-07"), day("2028-05-10")));
}

#[test]
fn a_term_read_as_exclusive_ends_a_day_earlier() {
    let office = office();
    let mut regulation = office.regulation().clone();
    regulation.inclusive = false;
    let dues = zhinaq::domain::plan(&regulation, &office.calendar, day("2023-01-01"), day("2023-01-31"));
    let crime = dues.iter().find(|d| d.id() == "crime").unwrap();
    assert_eq!((crime.statutory, crime.due), (day("2023-01-13"), day("2023-01-13")));
}

#[test]
fn a_form_may_be_told_not_to_roll() {
    let office = office();
    let mut regulation = office.regulation().clone();
    regulation.forms.iter_mut().for_each(|f| f.rolls = false);
    let dues = zhinaq::domain::plan(&regulation, &office.calendar, day("2025-10-01"), day("2025-10-31"));
    let form = dues.iter().find(|d| d.id() == "1-ol").unwrap();
    assert_eq!((form.statutory, form.due, form.rolled), (day("2025-10-12"), day("2025-10-12"), false));
    assert_eq!(form.reason, "2025-10-12 is Sunday, a day off; this term does not move by the office's setting");
}
