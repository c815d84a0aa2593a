//! Settings that cannot work: each is a fault with file and line, and stops a run before it numbers copies.

use std::fs;

use zhinaq::config::{self, Office};

use crate::{
    post::program::{files_below, plain},
    support::program::Office as Folder,
};

/// The faults of an office in which one file has these lines at its end, or in place of its own.
fn faults(file: &str, change: impl Fn(String) -> String) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    config::init(home.path()).unwrap();
    let path = home.path().join(file);
    let text = change(fs::read_to_string(&path).unwrap_or_default());
    fs::write(path, text).unwrap();
    match Office::load(home.path()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
    }
}

/// The faults of a `zhinaq.toml`.
fn of(text: &str) -> Vec<String> {
    faults("zhinaq.toml", |_| text.to_owned())
}

#[track_caller]
fn refused(text: &str, line: usize, words: &str) {
    let found = of(text);
    let begin = format!("zhinaq.toml:{line}: ");
    assert!(found.iter().any(|f| f.starts_with(&begin) && f.contains(words)), "{text}\n{words}: {found:#?}");
}

const SMTP: &str = "[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"localhost\"\nfrom = \"a@b.kz\"\n";

#[test]
fn copies_are_linked_or_copied_and_nothing_else() {
    assert_eq!(of("[copies]\nkeep = \"copy\"\n"), [""; 0]);
    refused("[copies]\nkeep = \"twice\"\n", 2, "twice");
    refused("[copies]\nkept = \"link\"\n", 2, "kept");
}

#[test]
fn a_limit_of_zero_or_without_end_is_a_fault() {
    for key in ["connect_seconds", "answer_seconds"] {
        refused(&format!("[limits]\n{key} = 0\n"), 2, "at least 1");
        refused(&format!("[limits]\n{key} = 9_223_372_036_854_775_807\n"), 2, "more than a day");
    }
    refused("[limits]\nmax_body_bytes = 0\n", 2, "no document has so few bytes");
    refused("[limits]\nlongest_pause_seconds = 9_223_372_036_854_775_807\n", 2, "more than a day");
    refused("[limits]\nfirst_pause_seconds = 40\n", 2, "longer than the longest (30 s)");
    for key in ["connect_seconds", "reply_seconds", "block_seconds", "end_seconds"] {
        refused(&format!("{SMTP}{key} = 0\n"), 6, "at least 1");
        refused(&format!("{SMTP}{key} = 999_999_999\n"), 6, "more than a day");
    }
    refused(&format!("{SMTP}max_message_bytes = 0\n"), 6, "no mail with a workbook fits");
    refused(&format!("{SMTP}first_pause_seconds = 61\n"), 6, "longer than the longest (60 s)");
    for key in ["connect_seconds", "statement_seconds", "lock_seconds", "lease_seconds"] {
        refused(&format!("[ledger]\n{key} = 0\n"), 2, "at least 1");
    }
    refused("[ledger]\nlease_seconds = 59\n", 2, "at least twice");
    refused("[ledger]\nstatement_seconds = 60\n", 2, "would lose its claim");
    assert_eq!(of("[ledger]\nstatement_seconds = 60\nlease_seconds = 140\n"), [""; 0]);
    assert_eq!(of("[limits]\nfirst_pause_seconds = 0\nconnect_seconds = 1\n"), [""; 0]);
}

#[test]
fn a_port_of_zero_is_a_fault() {
    refused(&format!("{SMTP}port = 0\n"), 6, "no server listens on port 0");
    refused("[mailbox]\nhost = \"localhost\"\nport = 0\ncredentials = \"c.toml\"\n", 3, "no server listens on port 0");
}

#[test]
fn a_password_in_the_address_of_the_ledger_is_a_fault_wherever_it_is() {
    for url in [
        "postgres://u:secret@h/d",
        "postgres://u@h/d?password=secret",
        "postgres://u@h/d?sslmode=require&PASSWORD=secret",
        "postgres://u@h/d?pass%77ord=secret",
        "postgres://h/d?user=u&sslpassword=secret",
    ] {
        let found = of(&format!("[ledger]\nurl = \"{url}\"\n"));
        assert!(found.len() == 1 && found[0].contains("a password does not belong into a file"), "{url}: {found:?}");
        assert!(!found[0].contains("secret"), "{found:?}");
    }
    assert_eq!(of("[ledger]\nurl = \"postgres://u@h/d?sslmode=require\"\n"), [""; 0]);
}

#[test]
fn copies_that_do_not_exist_or_have_no_organ_are_faults() {
    let of_organ = "[delivery.knb]\ncopies = { \"knb@example.org\" = [9] }\n[addresses]\nknb = [\"knb@example.org\"]\n";
    refused(of_organ, 2, "copy 9 of `knb` does not exist: by the matrix it gets at most 1 copy of a collection");
    refused("[delivery.default]\ncopies = { \"a@example.org\" = [1] }\n", 2, "under `[delivery.ORGAN]`");
    let seven = of_organ.replace("knb", "gp-leadership").replace('9', "7");
    assert_eq!(of(&seven), [""; 0]);
}

#[test]
fn an_hour_of_sending_after_the_cut_off_is_a_fault() {
    refused("[hours]\nsend = \"20:01\"\n", 2, "the hour of sending 20:01:00 is after the cut-off 20:00:00");
    assert_eq!(of("[hours]\nsend = \"20:00\"\n"), [""; 0]);
}

#[test]
fn an_empty_list_of_units_is_a_fault() {
    let found = faults("schedules/sources.toml", |text| {
        let (before, form) = text.split_once("id = \"3-k\"\n").unwrap();
        let form: String =
            form.lines().filter(|line| !line.starts_with("units = ")).map(|l| format!("{l}\n")).collect();
        format!("{before}id = \"3-k\"\nunits = []\n{form}")
    });
    assert!(found.iter().any(|f| f.contains("the list of units is empty")), "{found:#?}");
}

#[test]
fn a_holiday_needs_days_of_a_month_that_exists() {
    let with = |lines: &str| {
        faults("schedules/calendar-kz.toml", |text| {
            let titles = "titles = { ru = \"а\", kk = \"ә\", en = \"a\" }";
            let (before, rest) = text.split_once("[[holiday]]").unwrap();
            format!("{before}[[holiday]]\nid = \"x\"\n{titles}\n{lines}\n\n[[holiday]]{rest}")
        })
    };
    assert!(with("month = 5")[0].contains("has a `month` and no `days`"), "{:?}", with("month = 5"));
    assert!(with("month = 13\ndays = [1]")[0].contains("a number from 1 to 12"));
    assert!(with("month = 0\ndays = [1]")[0].contains("a number from 1 to 12"));
    assert!(with("month = 2\ndays = [30]")[0].contains("does not exist every year"));
    assert!(with("days = [3]\ndates = [2025-01-05]")[0].contains("without their `month`"));
    assert_eq!(with("month = 5\ndays = [3]"), [""; 0]);
}

#[test]
fn two_templates_with_one_id_are_a_fault() {
    for (folder, file, id) in [("collections", "crime", "crime"), ("forms", "3-k", "3-k")] {
        let home = tempfile::tempdir().unwrap();
        config::init(home.path()).unwrap();
        let folder = home.path().join("templates").join(folder);
        fs::copy(folder.join(format!("{file}.toml")), folder.join("zz-copy.toml")).unwrap();
        let found = Office::load(home.path()).unwrap_err().to_string();
        // A form's file has the form's name, so a copy under another name is found before its id is compared.
        let by_name = found.contains(&"write `form = \"zz-copy\"`".to_owned());
        let by_id = found.contains(&format!("zz-copy.toml: has the id `{id}`"))
            && found.contains(&format!("/{file}.toml` has already"));
        assert!(by_name || by_id, "{found}");
    }
}

/// Checks that `doctor` reports a fault with these words, and that a run numbers no copy.
#[track_caller]
fn stops(office: &Folder, words: &str) {
    let told = office.zhinaq(&["doctor"]).exits(1);
    assert!(told.out.contains(words), "{words}: {}", told.out);
    let refused = office.zhinaq(&["run", "--sample", "--period", "2025-Q2"]).exits(1);
    assert!(refused.err.contains(words) && refused.err.contains("no copy is numbered"), "{}", refused.err);
    let issues = office.path().join("output/sample/2025-Q2");
    assert!(!issues.exists() || files_below(&issues, "-copy-").is_empty());
}

#[test]
fn what_makes_delivery_impossible_stops_a_run_before_it_numbers_copies() {
    let office = Folder::small();
    office.edit("zhinaq.toml", |_| plain(25).replace("knb = [\"knb@test.invalid\"]\n", "knb = []\n"));
    let line = fs::read_to_string(office.path().join("zhinaq.toml")).unwrap();
    let line = line.lines().position(|line| line == "[addresses]").unwrap() + 1;
    stops(&office, &format!("zhinaq.toml:{line}: parcels go by mail, but these organs have no address: knb"));

    // A file is in the place of a folder, and /proc takes no file, not even from root.
    for (from, to, words) in [
        ("#witness = \".zhinaq\"", "witness = \"zhinaq.toml\"", "`zhinaq.toml` cannot be written"),
        ("folder = \"output/outbox\"", "folder = \"/proc/outbox\"", "`/proc/outbox` cannot be written"),
    ] {
        let office = Folder::small();
        office.edit("zhinaq.toml", |text| text.replacen(from, to, 1));
        let text = fs::read_to_string(office.path().join("zhinaq.toml")).unwrap();
        let line = text.lines().position(|line| line == to).unwrap() + 1;
        stops(&office, &format!("zhinaq.toml:{line}: {words}"));
    }
    // Without an output there is not even a ledger.
    office.edit("zhinaq.toml", |text| format!("output = \"/proc\"\n{text}"));
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains("zhinaq.toml:1: `/proc` cannot be written"), "{told}");
    let left = fs::read_dir(office.path()).unwrap().flatten();
    assert!(left.into_iter().all(|e| !e.file_name().to_string_lossy().starts_with(".part-")), "a probe is left");
}

#[test]
fn an_empty_path_is_a_fault_wherever_it_is_written() {
    let empty = "the path is empty";
    refused("output = \"\"\n", 1, empty);
    refused("[ledger]\nwitness = \" \"\n", 2, empty);
    refused("[ledger]\nurl = \"sqlite:\"\n", 2, "the path of the ledger is empty");
    refused("[transport]\nkind = \"folder\"\nfolder = \"\"\n", 3, empty);
    refused("[encryption]\npassphrases = \"\"\n", 2, empty);
    refused(&format!("{SMTP}credentials = \"\"\n"), 6, empty);
    refused(&format!("{SMTP}authorities = \"\"\n"), 6, empty);
    refused(&format!("{SMTP}dkim = {{ selector = \"post\", key = \"\" }}\n"), 6, empty);
    refused("[mailbox]\nhost = \"localhost\"\ncredentials = \"\"\n", 3, empty);
    refused("output = \"a\\u001bb\"\n", 1, "control characters");
    refused("[office]\ncontact = \"a\\nb\"\n", 2, "control characters");
}

#[test]
fn a_source_is_not_asked_every_second() {
    let found = faults("schedules/order-25-2019/forms.toml", |text| {
        text.replacen("id = \"3-k\"\n", "id = \"3-k\"\nprobe = \"* * * * * *\"\n", 1)
    });
    assert!(found.iter().any(|f| f.contains("not asked more often than once a minute")), "{found:#?}");
}

#[test]
fn a_number_of_the_act_is_given_once() {
    let lists = [("forms.toml", "item = "), ("recipients.toml", "column = ")];
    for (file, key) in lists {
        let found = faults(&format!("schedules/order-25-2019/{file}"), |text| {
            let first = text.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
            let second = text.lines().filter(|line| line.starts_with(key)).nth(1).unwrap().to_owned();
            text.replacen(&format!("{second}\n"), &format!("{first}\n"), 1)
        });
        let is_it = |fault: &&String| fault.contains(&format!("`{key}")) && fault.contains("is that of `");
        assert_eq!(found.iter().filter(is_it).count(), 1, "{file}: {found:#?}");
    }
}
