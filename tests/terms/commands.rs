//! `plan`, `matrix` and `calendar` as a person or a program reads their output.

use clap::{Parser, ValueEnum as _};
use serde_json::Value;
use zhinaq::{
    cli::{calendar, matrix, plan},
    config::Office,
};

use super::{day, office};

#[derive(Debug, Parser)]
enum Command {
    Plan(plan::PlanArgs),
    Matrix(matrix::MatrixArgs),
    Calendar(calendar::CalendarArgs),
}

/// The output of a command. `--format` is an option of every command; here it is set as the program sets it.
fn said(office: &Office, line: &str) -> Result<String, String> {
    let (line, format) = line.split_once(" --format ").unwrap_or((line, "table"));
    let words = std::iter::once("zhinaq").chain(line.split_whitespace());
    let mut out = Vec::new();
    let told = match Command::try_parse_from(words).map_err(|e| e.to_string())? {
        Command::Plan(mut args) => {
            args.format = plan::PlanFormat::from_str(format, true)?;
            plan::run(&args, office, day("2025-07-01"), &mut out).map_err(|e| e.to_string())
        }
        Command::Matrix(mut args) => {
            args.format = matrix::MatrixFormat::from_str(format, true)?;
            matrix::run(&args, office, &mut out).map_err(|e| e.to_string())
        }
        Command::Calendar(mut args) => {
            args.print_as(calendar::CalendarFormat::from_str(format, true)?);
            calendar::run(&args, office, &mut out).map_err(|e| e.to_string())
        }
    };
    told.map(|()| String::from_utf8(out).unwrap())
}

#[test]
fn the_plan_as_json_has_the_keys_that_others_rely_on() {
    let said = said(&office(), "plan --from 2023-01-01 --to 2023-01-31 --format json").unwrap();
    let dues: Vec<Value> = serde_json::from_str(&said).unwrap();
    assert_eq!(dues.len(), 32);
    for due in &dues {
        for key in [
            "kind",
            "id",
            "period",
            "statutory",
            "due",
            "rolled",
            "reason",
            "act",
            "clause",
            "in_force",
            "basis",
            "provisional",
        ] {
            assert!(due.get(key).is_some(), "{key} is missing in {due}");
        }
    }
    let courts = dues.iter().find(|d| d["id"] == "courts").unwrap();
    assert_eq!(courts["kind"], "collection");
    assert_eq!((&courts["statutory"], &courts["due"]), (&"2023-01-14".into(), &"2023-01-16".into()));
    assert_eq!(
        (&courts["rolled"], &courts["act"], &courts["clause"]),
        (&true.into(), &"order No 25".into(), &"12.4".into())
    );
}

#[test]
fn the_plan_as_a_table_explains_each_moved_date_once() {
    let said = said(&office(), "plan --from 2023-01-01 --to 2023-01-31").unwrap();
    assert!(said.contains("2023-01-16"), "{said}");
    assert_eq!(said.matches("2023-01-14 is Saturday, a day off; first working day after it (clause 13).").count(), 1);
    assert_eq!(said.matches("not in force on this date; applied by office setting").count(), 1);
    assert!(said.lines().all(|line| line.trim_end() == line));
}

#[test]
fn the_plan_begins_today_and_looks_a_quarter_ahead() {
    let said = said(&office(), "plan --format json").unwrap();
    let dues: Vec<Value> = serde_json::from_str(&said).unwrap();
    let days: Vec<&str> = dues.iter().map(|d| d["due"].as_str().unwrap()).collect();
    assert_eq!((days.first(), days.last()), (Some(&"2025-07-08"), Some(&"2025-09-12")));
}

#[test]
fn the_plan_as_a_calendar_is_taken_by_a_mail_program() {
    let office = office();
    let line = "plan --from 2023-01-01 --to 2023-01-31 --format ics";
    let text = said(&office, line).unwrap();
    assert!(text == said(&office, line).unwrap(), "the same plan gives the same bytes");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    let longest = text.split("\r\n").map(str::len).max();
    assert!(longest <= Some(75) && !text.replace("\r\n", "").contains('\n'), "lines are folded: {longest:?}");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 32);
    assert_eq!(text.matches("BEGIN:VALARM").count(), 64);
    let unfolded = text.replace("\r\n ", "");
    let event = unfolded.split("BEGIN:VEVENT").find(|e| e.contains("collection courts for 2022-Q4")).unwrap();
    for part in [
        "UID:collection.courts.2022-q4.order-25-2019@zhinaq\r\n",
        "DTSTART;VALUE=DATE:20230116\r\n",
        "DTEND;VALUE=DATE:20230117\r\n",
        // The last version of the calendar of 2023 became known on that day.
        "DTSTAMP:20230428T000000Z\r\n",
        "ACTION:DISPLAY\r\n",
        // The alarm is on Friday the 13th, nine hours after midnight.
        "TRIGGER;RELATED=START:-PT226800S\r\n",
    ] {
        assert!(event.contains(part), "missing {part:?} in\n{event}");
    }
    let uids: std::collections::BTreeSet<&str> = unfolded.split("\r\n").filter(|l| l.starts_with("UID:")).collect();
    assert_eq!(uids.len(), 32 + 64, "terms and alarms");
}

#[test]
fn a_term_that_moves_keeps_its_identity_in_a_calendar() {
    let uid = |text: &str| {
        let event = text.split("BEGIN:VEVENT").find(|e| e.contains("form 1-ad for 2026-Q2")).unwrap().to_owned();
        event.split("\r\n").find(|l| l.starts_with("UID:")).unwrap().to_owned()
    };
    let mut office = office();
    let before = said(&office, "plan --from 2026-07-01 --to 2026-07-31 --format ics").unwrap();
    office.calendar = office.calendar.as_known(day("2019-01-01"));
    let after = said(&office, "plan --from 2026-07-01 --to 2026-07-31 --format ics").unwrap();
    assert_eq!(uid(&before), uid(&after));
}

#[test]
fn an_office_that_refuses_has_no_plan_outside_the_force_of_the_act() {
    let home = tempfile::tempdir().unwrap();
    zhinaq::config::init(home.path()).unwrap();
    std::fs::write(home.path().join("zhinaq.toml"), "outside_force = \"refuse\"\n").unwrap();
    let office = Office::load(home.path()).unwrap();
    assert!(said(&office, "plan --from 2020-04-01 --to 2020-04-30").is_ok());
    let error = said(&office, "plan --from 2025-04-01 --to 2025-04-30").unwrap_err();
    assert!(error.contains("is not in force on 2025-04-05") && error.contains("outside_force"), "{error}");
}

#[test]
fn days_in_the_wrong_order_are_an_error() {
    let error = said(&office(), "plan --from 2025-04-02 --to 2025-04-01").unwrap_err();
    assert!(error.contains("is after the last day"), "{error}");
}

#[test]
fn the_slack_of_a_year_flags_what_falls_on_one_day() {
    let office = office();
    let table = said(&office, "plan --slack 2025").unwrap();
    assert_eq!(table.matches("same day!").count(), 2, "{table}");
    let json: Vec<Value> = serde_json::from_str(&said(&office, "plan --slack 2025 --format json").unwrap()).unwrap();
    let days: Vec<u64> = json.iter().map(|s| s["working_days"].as_u64().unwrap()).collect();
    assert_eq!(days, [1, 0, 0, 1]);
    assert_eq!(json[0]["period"], "2024-Q4");
}

#[test]
fn the_matrix_keeps_blank_and_illegible_apart() {
    let office = office();
    let json: Value = serde_json::from_str(&said(&office, "matrix --format json").unwrap()).unwrap();
    assert_eq!(json["collections"].as_array().unwrap().len(), 6);
    assert_eq!(json["organs"].as_array().unwrap().len(), 23);
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 138);
    let with = |state: &str| cells.iter().filter(|c| c["state"] == state).count();
    assert_eq!((with("listed"), with("illegible"), with("blank")), (115, 3, 20));
    let copies: u64 = cells.iter().map(|c| c["copies"].as_u64().unwrap()).sum();
    assert_eq!(copies, 176);
    let illegible = cells.iter().find(|c| c["state"] == "illegible").unwrap();
    assert_eq!((&illegible["collection"], &illegible["copies"]), (&"supervision".into(), &0.into()));

    let csv = said(&office, "matrix --format csv").unwrap();
    assert!(csv.contains("\nsupervision,7,2,1,1,1,1,1,5,1,1,1,1,1,1,1,1,1,,1,1,?,?,?\n"), "{csv}");
    let table = said(&office, "matrix").unwrap();
    assert!(table.contains("?: not legible in the source (3 cells), counted as 0 copies."), "{table}");
}

#[test]
fn the_calendar_is_checked_and_shown_with_its_acts() {
    let office = office();
    let checked = said(&office, "calendar check").unwrap();
    assert_eq!(checked.lines().count(), 9, "{checked}");
    assert!(checked.contains("2027: 14 days listed in 1 version; provisional"), "{checked}");
    assert_eq!(said(&office, "calendar check --format json").unwrap().trim(), "[]");
    let shown = said(&office, "calendar show --year 2022").unwrap();
    assert!(shown.contains("Version 2, issued 2021-10-06: Government decree No 713 of 06.10.2021"), "{shown}");
    assert!(said(&office, "calendar show --year 2031").unwrap_err().contains("listed are 2019 to 2027"));
}
