//! The command line as a person uses it.

mod before;
mod changes;
mod damage;
mod folder;
pub mod hints;
mod json;
mod keeping;
mod languages;
mod lies;
mod look;
mod online;
mod origin;
mod restoring;
mod sources;
mod stores;
mod wrong;

use crate::support::program::Office;

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = Office::empty().zhinaq(&["--help"]).exits(0).out;
    for word in [
        "init", "doctor", "plan", "matrix", "pull", "check", "query", "diff", "form", "build", "send", "run", "status",
        "sample",
    ] {
        assert!(help.contains(&format!("\n  {word}")), "{word} is not in\n{help}");
    }
    assert!(help.contains("4  fewer parcels"), "{help}");
}

#[test]
fn the_help_of_an_act_says_who_does_it() {
    let office = Office::empty();
    for (role, acts) in [
        ("An operator", &["settle", "resend", "readdress", "close", "reopen"][..]),
        ("A statistician", &["accept", "reject", "correct", "rebuild"]),
        ("An approver", &["approve", "override"]),
    ] {
        for act in acts {
            let help = office.zhinaq(&[act, "--help"]).exits(0).out;
            assert!(help.contains(role), "{act}: {help}");
        }
    }
}

#[test]
fn an_unknown_command_is_usage() {
    let ended = Office::empty().zhinaq(&["pul"]).exits(1);
    assert!(ended.err.contains("pull"), "{}", ended.err);
}

#[test]
fn the_shipped_office_has_no_faults() {
    let ended = Office::fresh().zhinaq(&["doctor", "--format", "json"]).exits(0);
    assert_eq!(ended.json()["faults"].as_array().unwrap().len(), 0, "{}", ended.out);
}

#[test]
fn a_code_that_source_and_template_write_differently_is_a_fault() {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    let file = office.path().join("schedules/sources.toml");
    let text = std::fs::read_to_string(&file).unwrap().replacen("code = \"3k\"", "code = \"k3\"", 1);
    std::fs::write(&file, text).unwrap();
    let ended = office.zhinaq(&["doctor"]).exits(1);
    assert!(ended.out.contains("`k3`") && ended.out.contains("`3k` (`file_code`)"), "{}", ended.out);
}

#[test]
fn lists_that_do_not_agree_are_named() {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    let courts = std::fs::read_to_string(office.path().join("templates/collections/courts.toml")).unwrap();
    let chapter = courts.split("[[chapter]]").skip(1).find(|chapter| chapter.contains("form = \"court-11\"")).unwrap();
    office.edit("templates/collections/narcotics.toml", |text| format!("{text}\n[[chapter]]{chapter}"));
    office.edit("schedules/population.csv", |text| {
        text.lines().filter(|line| !line.starts_with("1971")).map(|line| format!("{line}\n")).collect()
    });
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    for words in ["court-11", "schedules/population.csv: unit `1971`"] {
        assert!(told.contains(words), "{words}: {told}");
    }

    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    office.edit("templates/workbook/theme.toml", |text| text.replacen("size = 1", "size = 2", 1));
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains("templates/workbook/theme.toml: is not the look that the program carries"), "{told}");
    office.edit("templates/workbook/theme.toml", |_| "garbage [[[".into());
    office.zhinaq(&["doctor"]).exits(1);
    office.edit("schedules/order-25-2019/collections.toml", |text| text.replacen("\"3-k\"", "\"court-11\"", 1));
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains("lists form `court-11`, but templates/collections/"), "{told}");
    assert!(told.contains("form `3-k` is shown, but collection"), "{told}");
}

#[test]
fn nothing_is_sent_while_lists_disagree_about_what_a_collection_consists_of() {
    let office = Office::small();
    // Templates of forms that this act does not have are not used: `doctor` reports them, and nothing stops.
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains("templates/forms/1-m.toml: form `1-m` is not in"), "{told}");
    office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--dry-run"]).exits(0);

    let narcotics = std::fs::read_to_string(office.path().join("templates/collections/narcotics.toml")).unwrap();
    let chapter = narcotics.split("[[chapter]]").nth(1).unwrap();
    office.edit("templates/collections/corruption.toml", |text| format!("{text}\n[[chapter]]{chapter}"));
    for words in [&["run"][..], &["run", "--dry-run"], &["send"], &["schedule", "--once"]] {
        let period: &[&str] = if words[0] == "schedule" { &[] } else { &["--period", "2025-Q2"] };
        let ended = office.zhinaq(&[words, &["--sample"], period].concat()).exits(1);
        let why = "form `1-n` is shown, but collection `corruption`";
        assert!(
            ended.err.contains("lists of the office contradict each other") && ended.err.contains(why),
            "{}",
            ended.err
        );
    }
    assert!(!office.path().join("output/sample/outbox").exists());
    // Commands that only look still work.
    office.zhinaq(&["check", "--sample", "--period", "2025-Q2"]);
}

#[test]
fn a_broken_file_is_told_with_its_line() {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    let file = office.path().join("zhinaq.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n[limits\n")).unwrap();
    let ended = office.zhinaq(&["plan"]).exits(1);
    assert!(ended.err.contains("zhinaq.toml:"), "{}", ended.err);
}

#[test]
fn init_writes_an_office_that_works_and_replaces_nothing() {
    let office = Office::empty();
    office.zhinaq(&["init", "office"]).exits(0);
    let file = office.path().join("office/schedules/people.toml");
    assert!(file.exists());
    office.zhinaq(&["--home", "office", "doctor"]).exits(0);
    let again = office.zhinaq(&["init", "office"]);
    assert_ne!(again.code, 0, "{}", again.err);
}

#[test]
fn a_home_that_is_not_there_is_named() {
    let ended = Office::empty().zhinaq(&["--home", "nowhere", "status", "--period", "2025-Q2"]).exits(1);
    assert!(ended.err.contains("nowhere") && ended.err.contains("zhinaq init"), "{}", ended.err);
}

#[test]
fn the_matrix_says_how_many_copies_each_organ_gets() {
    let ended = Office::empty().zhinaq(&["matrix", "--sample", "--format", "json"]).exits(0).json();
    let cells = ended["cells"].as_array().unwrap();
    let (mut copies, mut parcels) = (0, 0);
    for cell in cells.iter().filter(|c| c["state"] == "listed") {
        copies += cell["copies"].as_u64().unwrap();
        parcels += 1;
    }
    assert_eq!((copies, parcels), (176, 115));
    assert_eq!(cells.iter().filter(|c| c["state"] == "illegible").count(), 3);
    assert_eq!(ended["collections"].as_array().unwrap().len(), 6);
    assert_eq!(ended["organs"].as_array().unwrap().len(), 23);
}

#[test]
fn the_plan_of_january_2023_shows_the_term_that_rolled() {
    let words = ["plan", "--from", "2023-01-01", "--to", "2023-01-31", "--format", "json"];
    let plan = Office::fresh().zhinaq(&words).exits(0).json();
    let collections: Vec<_> = plan.as_array().unwrap().iter().filter(|d| d["kind"] == "collection").collect();
    assert_eq!(collections.len(), 6);
    for due in &collections {
        assert_eq!((due["statutory"].as_str(), due["due"].as_str()), (Some("2023-01-14"), Some("2023-01-16")));
        assert_eq!(due["rolled"], true);
        assert!(due["reason"].as_str().unwrap().contains("Saturday"), "{}", due["reason"]);
    }
    let bodies = collections.iter().find(|d| d["id"] == "prosecution-bodies").unwrap();
    assert_eq!(bodies["period"], "2022-A1");
}

#[test]
fn a_period_that_has_not_ended_is_refused() {
    let office = Office::empty();
    let words = ["run", "--sample", "--period", "2025-Q2", "--as-of", "2025-06-30"];
    let ended = office.zhinaq(&words).exits(1);
    assert!(ended.err.contains("in the future"), "{}", ended.err);
}

#[test]
fn an_unknown_form_gets_a_suggestion() {
    let ended = Office::empty().zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "court-13"]).exits(1);
    assert!(ended.err.contains("did you mean `court-1"), "{}", ended.err);
}

#[test]
fn a_quarterly_form_has_no_november() {
    let ended = Office::empty().zhinaq(&["query", "--sample", "--form", "cis-1", "--period", "2022-M11"]).exits(1);
    assert!(ended.err.contains("none ends with `2022-M11`"), "{}", ended.err);
}

#[test]
fn a_question_without_figures_is_an_empty_list() {
    let words = ["query", "--form", "cis-1", "--period", "2022-Q4", "--format", "json"];
    assert_eq!(Office::fresh().zhinaq(&words).exits(0).json(), serde_json::json!([]));
}

#[test]
fn a_missing_file_is_named() {
    let ended = Office::real().zhinaq(&["pull", "--from-file", "gone.xlsx", "--period", "2022-M12"]).exits(1);
    assert!(ended.err.contains("gone.xlsx"), "{}", ended.err);
}

#[test]
fn what_is_no_workbook_is_refused_by_what_it_is() {
    let office = Office::real();
    std::fs::write(office.path().join("form.xlsx"), "<!DOCTYPE html><html><title>Вход</title></html>").unwrap();
    let words = ["pull", "--from-file", "form.xlsx", "--form", "1-m", "--period", "2022-M12"];
    let ended = office.zhinaq(&words).exits(2);
    assert!(ended.out.contains("HTML") && ended.out.contains("Вход"), "{}", ended.out);
}

#[test]
fn a_source_that_cannot_be_reached_ends_with_two() {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    let file = office.path().join("schedules/sources.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replacen("use = \"sample\"", "use = \"real\"", 1);
    let text = text.replacen("workbooks = \"\"", "workbooks = \"http://127.0.0.1:9\"", 1);
    let text = text.replacen("services = \"https://data.egov.kz\"", "services = \"http://127.0.0.1:9\"", 1);
    let text = text.replacen("key_env = ", "#key_env = ", 1);
    std::fs::write(&file, text).unwrap();
    let settings = office.path().join("zhinaq.toml");
    let limits = std::fs::read_to_string(&settings).unwrap().replace("attempts = 4", "attempts = 1");
    std::fs::write(&settings, limits).unwrap();
    let ended = office.zhinaq(&["pull", "--period", "2025-M06", "--form", "3-k"]).exits(2);
    assert!(ended.out.contains("could not be reached"), "{}\n{}", ended.out, ended.err);
}

#[test]
fn completions_and_the_manual_are_printed() {
    let office = Office::empty();
    assert!(office.zhinaq(&["completions", "bash"]).exits(0).out.contains("_zhinaq"));
    assert!(office.zhinaq(&["man"]).exits(0).out.contains(".TH zhinaq"));
}

#[test]
fn a_format_that_a_command_has_no_use_for_is_refused() {
    let ended = Office::empty().zhinaq(&["status", "--period", "2025-Q2", "--format", "ics"]).exits(1);
    assert!(ended.err.contains("[possible values: table, json]"), "{}", ended.err);
}

#[test]
fn a_change_of_the_matrix_tells_who_gains_and_who_loses() {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    office.zhinaq(&["init", "before"]).exits(0);
    let none = office.zhinaq(&["matrix", "--against", "order-25-2019", "--format", "json"]).exits(0);
    assert_eq!(none.json(), serde_json::json!([]));
    office.edit("schedules/order-25-2019/matrix.csv", |text| text.replace("\nnarcotics,7,1,1,", "\nnarcotics,9,,1,2"));
    for against in ["before", "before/schedules/order-25-2019"] {
        let told = office.zhinaq(&["matrix", "--against", against, "--format", "csv"]).exits(0).out;
        let lines: Vec<&str> = told.lines().skip(1).collect();
        let expected =
            ["narcotics,gp-leadership,7,9,more", "narcotics,gp-office,1,0,loses", "narcotics,gp-sentences,0,2,gains"];
        assert_eq!(lines, expected, "{against}");
    }
    let wrong = office.zhinaq(&["matrix", "--against", "order-25-2018"]).exits(1);
    assert!(wrong.err.contains("did you mean `order-25-2019`?"), "{}", wrong.err);
}
