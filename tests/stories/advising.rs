//! The command of a notice or of an error helps, whatever the office has: a source, a key, a scheduler, a terminal.

use std::{
    fs::Permissions,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use clap::Parser as _;
use zhinaq::cli::Cli;

use crate::{
    cli::hints,
    support::program::{Ended, Office},
};

/// After the cut-off of 2025-Q2.
const NOW: &str = "2025-07-14T20:40";

/// Runs a command about the sample office at [`NOW`].
fn at(office: &Office, words: &str) -> Ended {
    let words: Vec<&str> = words.split(' ').chain(["--sample", "--as-of", NOW]).collect();
    office.zhinaq(&words)
}

/// The commands of a text on lines of their own; each of them parses.
#[track_caller]
fn commands(text: &str) -> Vec<String> {
    let commands = hints::on_lines(text);
    for command in &commands {
        assert!(Cli::try_parse_from(hints::words(command)).is_ok(), "`{command}` does not parse\n{text}");
    }
    commands
}

#[test]
fn a_form_that_cannot_be_requested_says_why_and_how_it_comes() {
    let office = Office::small_real();
    let status = |variables: &[(&str, &str)]| {
        office.zhinaq_with(&["status", "--period", "2025-Q2", "--as-of", NOW], variables).exits(0).out
    };
    let text = status(&[]);
    let brought =
        "form `3-k` for `2025-M06` is late since 2025-07-09: no source is set, so a person has to bring the files";
    let keyless = "form `1-n` for `2025-Q2` is late since 2025-07-14: the source needs a key, and the environment variable \
                   `ZHINAQ_EGOV_KEY` is not set; set it and pull again, or bring the files";
    assert!(text.contains(brought) && text.contains(keyless), "{text}");
    let advised = commands(&text);
    for command in [
        "--period 2025-M06 --form 3-k --from-file …",
        "--period 2025-Q2 --form 1-n",
        "--period 2025-Q2 --form 1-n --from-file …",
    ] {
        let command = format!("zhinaq pull --as-of {NOW} {command}");
        assert!(advised.contains(&command), "{command}\n{text}");
    }
    // None of the collections has a form, and no form of theirs can be requested: their files are brought.
    let whole = format!("zhinaq pull --as-of {NOW} --period 2025-Q2");
    assert!(!advised.contains(&whole) && advised.contains(&format!("{whole} --from-file …")), "{text}");

    let text = status(&[("ZHINAQ_EGOV_KEY", "not-a-key")]);
    assert!(text.contains(brought) && !text.contains("needs a key"), "{text}");
    assert!(text.contains("form `1-n` for `2025-Q2` is late since 2025-07-14: it was not requested"), "{text}");
}

#[test]
fn an_accepted_document_goes_by_a_run_before_copies_are_out_and_by_a_supplement_after() {
    let accept_in = |office: &Office, agency: &str| {
        at(office, &format!("accept --form 3-k --period 2025-M06 --agency {agency} --reason seen")).exits(0).err
    };
    let command = |words: &str| format!("`zhinaq {words} --period 2025-Q2");
    let run = command(&format!("run --sample --as-of {NOW}"));
    let unnumbered = Office::small();
    at(&unnumbered, "pull --period 2025-Q2 --faults stale:3-k");
    let before = accept_in(&unnumbered, "all");
    assert!(before.contains(&format!("{run}` takes it up")), "{before}");

    // A person hands the collection over without its forms, and then the documents of one come one by one.
    let office = Office::small();
    let accept = |agency: &str| accept_in(&office, agency);
    let handed = at(&office, "run --period 2025-Q2 --faults missing:3-k --now --reason asked --format json").json();
    let corruption = handed["collections"].as_array().unwrap().iter().find(|c| c["id"] == "corruption").unwrap();
    assert!(corruption["parcels"]["handed"].as_u64() > Some(0), "{handed}");
    at(&office, "pull --period 2025-Q2 --faults stale:3-k");
    accept("all");
    let part = accept("01");
    assert!(part.contains("some of its documents are still missing"), "{part}");
    let mut last = String::new();
    for agency in ["03", "04", "10", "12", "13"] {
        last = accept(agency);
    }
    assert!(last.contains(&format!("{run} --dry-run` shows the supplement that the next run sends")), "{last}");
    assert!(!format!("{before}{part}{last}").contains("zhinaq build"), "a build changes no copy that is out");
    // The supplement that the next run sends is shown by `status`, and by a dry run with its parcels.
    let owed = "1 supplement owed (`corruption`): form `3-k` came after the copies went";
    let status = at(&office, "status --period 2025-Q2").exits(0).out;
    assert!(status.contains(owed) && commands(&status).contains(&run.replace('`', "")), "{status}");
    let numbered = || {
        let rows = at(&office, "register --period 2025-Q2 --format json").exits(0).json();
        rows.as_array().unwrap().iter().filter(|row| row["parcel"].as_str().unwrap().contains("/s1/")).count()
    };
    let dry = at(&office, "run --period 2025-Q2 --dry-run").out;
    let shown = dry.lines().filter(|line| line.contains("2025-Q2/corruption/s1/")).count();
    assert!(shown > 0 && !dry.contains("would be sent now: 0 parcels"), "{dry}");
    assert_eq!(numbered(), 0);
    // The form is in use as the supplement has it, so what changes now needs a revision.
    at(&office, "run --period 2025-Q2");
    assert!(numbered() >= shown);
    assert!(!at(&office, "status --period 2025-Q2").exits(0).out.contains("owed"));
    let cell = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1";
    let old = &at(&office, &format!("query {cell} --unit 19 --format json")).exits(0).json()[0]["value"];
    let new = old.as_i64().unwrap() + 1;
    let corrected = at(&office, &format!("correct {cell} --old {old} --new {new} --reason typo")).exits(0).err;
    let rebuild = command(&format!("rebuild --sample --as-of {NOW}"));
    assert!(
        corrected.contains(&format!("{rebuild} --collection narcotics --reason …` makes a revision")),
        "{corrected}"
    );
}

#[test]
fn a_lost_ledger_is_restored_first_and_what_a_backup_lacks_is_reconciled() {
    let office = Office::small();
    at(&office, "run --period 2025-Q2 --no-send").exits(0);
    at(&office, "backup kept").exits(0);
    at(&office, "send --period 2025-Q2").exits(0);
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = std::fs::remove_file(office.path().join("output/sample").join(name));
    }
    let advised = |status: &str, text: &str| {
        assert!(status.split_whitespace().collect::<Vec<_>>().join(" ").contains(text), "{text}\n{status}");
        commands(status).into_iter().take(2).collect::<Vec<_>>()
    };
    let options = format!("--sample --as-of {NOW}");
    let (restore, reconcile) = (format!("zhinaq restore {options} …"), format!("zhinaq reconcile {options}"));
    let lost = at(&office, "status --period 2025-Q2").exits(0).out;
    assert_eq!(
        advised(&lost, "the ledger is lost: mount its disk or restore a backup; reconcile if there is none"),
        [restore.clone(), reconcile.clone()]
    );
    let refused = at(&office, "send --period 2025-Q2").exits(1).err;
    assert!(refused.contains(&format!("from a backup with `{restore}`")), "{refused}");

    at(&office, "restore kept").exits(4);
    let older = at(&office, "status --period 2025-Q2").exits(0).out;
    assert_eq!(
        advised(&older, "nothing is sent: restore a newer backup if there is one, else reconcile"),
        [reconcile, restore]
    );
}

#[test]
fn a_period_that_is_long_past_is_begun_without_a_terminal_only_with_a_yes() {
    let office = Office::small_real();
    let zhinaq = |words: &str| office.zhinaq(&words.split(' ').collect::<Vec<_>>());
    let untouched = "`2022-Q4` was due on 2023-01-16, and nothing of it was ever handed over";
    let refused = format!(
        "{untouched}; `zhinaq run --period 2022-Q4 --dry-run` shows what would go, and the same command with --yes hands it over"
    );
    for command in ["run", "send"] {
        let ended = zhinaq(&format!("{command} --period 2022-Q4")).exits(1);
        assert!(ended.err.contains(&refused), "{command}: {}", ended.err);
    }
    // Within a quarter of its day a period is only late, and what hands nothing over asks nothing.
    for words in ["--as-of 2023-04-16", "--yes", "--no-send", "--dry-run"] {
        let ended = zhinaq(&format!("run --period 2022-Q4 {words}"));
        assert!(!ended.err.contains(untouched), "{words}: {}", ended.err);
    }
    // A person with a reason goes on; after that, the period was begun.
    let by_person = zhinaq("run --period 2022-Q4 --now --reason asked --format json");
    assert!(by_person.err.contains(&format!("warning: {untouched}")), "{}", by_person.err);
    assert!(by_person.json()["totals"]["parcels"]["handed"].as_u64() > Some(0), "{}", by_person.err);
    let again = zhinaq("run --period 2022-Q4");
    assert!(!again.err.contains(untouched), "{}", again.err);
    // The sample office reaches nobody.
    let sample = zhinaq("run --period 2022-Q4 --sample");
    assert!(!sample.err.contains(untouched), "{}", sample.err);
}

#[test]
fn an_office_that_works_by_hand_is_calm_until_something_is_missed() {
    let office = Office::small();
    let status = |instant: &str| office.zhinaq(&["status", "--sample", "--exit-code", "--as-of", instant]);
    let warned = status(NOW).exits(5).out;
    let flat = warned.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("an office without one sets `scheduler = \"none\"` in zhinaq.toml"), "{warned}");
    office.edit("zhinaq.toml", |text| text.replace("scheduler = \"expected\"", "scheduler = \"none\""));
    let calm = status(NOW).exits(0).out;
    assert!(calm.contains("not used: this office works by hand"), "{calm}");
    at(&office, "run --period 2025-Q2").exits(0);
    status(NOW).exits(0);
    // The form of the 20th comes, and nobody requests it.
    assert!(status("2025-07-22T12:00").exits(2).out.contains("form `1-ad` for `2025-Q2` is late"));
    // The next quarter is forgotten as a whole.
    let late =
        office.zhinaq(&["status", "--sample", "--as-of", "2025-10-15T12:00", "--format", "json"]).exits(0).json();
    let is_late = |notice: &serde_json::Value| notice["kind"] == "late" && notice["period"] == "2025-Q3";
    assert!(late["notices"].as_array().unwrap().iter().any(is_late), "{late}");
    assert_eq!(late["scheduler"]["state"], "not-used", "{late}");
}

/// Makes every file and folder below a path readable by its owner alone, or by nobody.
fn close_to_others(path: &Path, is_root: bool) {
    let is_folder = path.is_dir();
    if is_folder {
        for entry in std::fs::read_dir(path).unwrap() {
            close_to_others(&entry.unwrap().path(), is_root);
        }
    }
    let mode = match (is_folder, is_root) {
        (true, _) => 0o755,
        (false, true) => 0o600,
        (false, false) => 0o000,
    };
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_account_that_may_not_read_the_office_hears_one_cause() {
    let office = Office::real();
    let is_root = office.path().metadata().unwrap().uid() == 0;
    close_to_others(office.path(), is_root);
    for words in [&["doctor"][..], &["status"], &["forms"], &["pull", "--period", "2025-Q2"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhinaq"));
        command.args(words).current_dir(office.path()).env_remove("ZHINAQ_HOME").env_remove("ZHINAQ_LANGUAGE");
        if is_root {
            // The files are root's, and root may read everything, so another account asks.
            command.uid(65_534);
        }
        let Ok(ended) = command.output() else {
            return crate::support::skipped("the program lies where another account may not start it");
        };
        let text = String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{words:?}: {text}");
        assert_eq!(text.matches(" may not read ").count(), 1, "{words:?}: {text}");
        assert!(text.contains("zhinaq.toml` and ") && text.contains(" more; it belongs to `"), "{words:?}: {text}");
        assert!(!text.contains("could not be read") && !text.contains("is missing"), "{words:?}: {text}");
    }
}

/// On a terminal of 80 the lists of forms and organs break no word; elsewhere they have every column.
#[test]
fn lists_on_a_terminal_have_whole_words_and_say_how_to_see_the_rest() {
    let office = Office::fresh();
    for (list, whole, rest) in
        [("forms", "prosecutor-supervision", "sections"), ("organs", "gp-criminal-prosecution", "until")]
    {
        let piped = office.zhinaq(&[list]).exits(0).out;
        assert!(
            piped.contains(rest) && piped.lines().all(|line| !line.starts_with("──") || line.chars().count() <= 80),
            "{piped}"
        );
        let on_terminal = |more: &str| {
            let line = format!("stty cols 80 rows 24; '{}' {list} {more} --color never", env!("CARGO_BIN_EXE_zhinaq"));
            let ended = Command::new("script").args(["-qc", &line, "/dev/null"]).current_dir(office.path()).output();
            ended.ok().map(|ended| String::from_utf8(ended.stdout).unwrap())
        };
        let (Some(brief), Some(all)) = (on_terminal(""), on_terminal("--all")) else {
            return crate::support::skipped("script, which gives a terminal, is not installed");
        };
        // Each word of the list is one of those that a pipe gets.
        let words =
            |text: &str| text.split_whitespace().map(|word| word.trim_end_matches('…').to_owned()).collect::<Vec<_>>();
        let known = words(&piped);
        let table = brief.lines().filter(|line| !line.contains("--all")).collect::<Vec<_>>().join("\n");
        let broken: Vec<String> =
            words(&table).into_iter().filter(|w| !w.starts_with(['─', '═']) && !known.contains(w)).collect();
        assert!(broken.is_empty(), "{list}: {broken:?}\n{brief}");
        assert!(
            brief.contains(whole) && brief.contains("--all shows every column") && !brief.contains(rest),
            "{brief}"
        );
        assert!(all.contains(rest), "{all}");
    }
}

#[test]
fn files_without_a_period_are_counted_with_what_to_do() {
    let office = Office::real();
    std::fs::create_dir(office.path().join("inbox")).unwrap();
    for (name, figure) in [("a.json", "14672"), ("b.json", "9999")] {
        let row = format!(
            r#"[{{"region":"г. Астана","ostatok neokochennuh del na nachalo otchetnovo perioda":"{figure}"}}]"#
        );
        std::fs::write(office.path().join("inbox").join(name), row).unwrap();
    }
    let pull = |more: &str| {
        office.zhinaq(&format!("pull --form court-1 --from-file inbox{more}").split(' ').collect::<Vec<_>>())
    };
    let refused = pull("").exits(2).out;
    assert!(refused.contains("refused: a.json, b.json: does not state its period; give it with --period"), "{refused}");
    let how = "`zhinaq pull --form court-1 --from-file inbox --period …` takes them in";
    assert!(refused.contains(&format!("no period in 2 files: look at the covers, then {how}")), "{refused}");
    assert_eq!(pull(" -v").exits(2).out.matches("refused: ").count(), 2);
    let taken = pull(" --period 2025-Q2").err;
    assert!(taken.contains("no period in 2 files: read for `2025-Q2`, as --period says"), "{taken}");
    assert_eq!(pull(" --period 2025-Q2 --format json").json()["undated"], 2);
}

/// On a terminal of 80 the matrix has a line for each organ; ids of collections are cut rather than broken, and differ.
#[test]
fn the_matrix_on_a_terminal_has_a_line_for_each_organ() {
    let office = Office::fresh();
    let piped = office.zhinaq(&["matrix"]).exits(0).out;
    let on_terminal = |columns: u32, more: &str| {
        let program = env!("CARGO_BIN_EXE_zhinaq");
        let line = format!("stty cols {columns} rows 24; '{program}' matrix {more} --color never");
        let ended = Command::new("script").args(["-qc", &line, "/dev/null"]).current_dir(office.path()).output();
        ended.ok().map(|ended| String::from_utf8(ended.stdout).unwrap())
    };
    let (Some(brief), Some(wide), Some(all)) = (on_terminal(80, ""), on_terminal(200, ""), on_terminal(80, "--all"))
    else {
        return crate::support::skipped("script, which gives a terminal, is not installed");
    };
    let line =
        |text: &str, word: &str| text.lines().find(|line| line.trim_start().starts_with(word)).map(str::to_owned);
    assert!(brief.lines().all(|line| line.chars().count() <= 80), "{brief}");
    let heading = line(&brief, "organ").unwrap();
    let ids: Vec<&str> = heading.split_whitespace().skip(1).collect();
    assert_eq!(ids, ["crime", "corrupti…", "narcotics", "courts", "prosecut…", "supervis…"], "{brief}");
    for (organ, copies) in [
        ("gp-leadership", "7 7 7 7 7 7"),
        ("president-administration", "1 1 1 1 1 1"),
        ("mod", "1 1 1 ?"),
        ("copies: 176", "33 32 24 28 29 30"),
        ("parcels: 115", "23 22 14 18 19 19"),
    ] {
        let found = line(&brief, organ).unwrap_or_else(|| panic!("no line of {organ}:\n{brief}"));
        let cells: Vec<&str> = found.trim_start()[organ.len()..].split_whitespace().collect();
        assert_eq!(cells.join(" "), copies, "{brief}");
    }
    assert!(brief.contains("--all shows every column"), "{brief}");
    for whole in [&piped, &wide] {
        assert!(whole.contains("Administration of the President of the RK") && !whole.contains("--all"), "{whole}");
    }
    assert!(all.contains("title") && !all.contains("--all"), "{all}");
    let kazakh = on_terminal(80, "--language kk").unwrap();
    assert!(line(&kazakh, "даналар: 176").is_some(), "{kazakh}");
}
