//! Wrong and odd inputs: each is refused, in our words, and nothing else happens.

use std::fs;

use crate::support::program::Office;

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn an_error_has_no_control_characters_and_no_numbers_of_the_system() {
    let office = Office::fresh();
    let odd = "\u{1b}[2J\u{7}";
    for line in [&["accept", "--document", odd, "--reason", "x"][..], &["explain", odd], &["status", "--period", odd]] {
        let ended = office.zhinaq(line).exits(1);
        assert!(!ended.err.contains(['\u{1b}', '\u{7}']), "{line:?}: {:?}", ended.err);
    }
    for line in ["trace no.xlsx", "identify no.xlsx", "accessibility no.xlsx", "verify no.zip", "restore no --yes"] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains("No such file") && !ended.err.contains("os error"), "{line}: {}", ended.err);
    }
    let json = office.zhinaq(&words("trace no.xlsx --format json")).exits(1);
    assert!(json.err.contains("\"code\"") && !json.err.contains("os error"), "{}", json.err);
}

#[test]
fn a_long_value_is_cut_in_the_error() {
    let long = "x".repeat(50_000);
    let office = Office::fresh();
    for line in [&["status", "--period", &long][..], &["close", "--home", &long, "--period", "2025-Q2"]] {
        let ended = office.zhinaq(line).exits(1);
        assert!(ended.err.len() < 1_000 && ended.err.contains("xxx…"), "{}", ended.err);
    }
}

#[test]
fn files_are_not_written_into_folders_that_do_not_exist() {
    let office = Office::small();
    for line in [
        "pack --sample --period 2025-Q2 --out no/such/q.zip",
        "schedule --once --sample --metrics no/such/m.prom",
        "backup --sample no/such/b",
        "form learn zhinaq.toml --out no/such/x.toml",
    ] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains("the folder `no/such` does not exist; make it first"), "{line}: {}", ended.err);
        assert!(!office.path().join("no").exists(), "{line}");
    }
    let ended = office.zhinaq(&words("schedule --once --sample --metrics .")).exits(1);
    assert!(ended.err.contains("`.` is a folder; write the path of a file"), "{}", ended.err);
}

#[test]
fn what_is_not_a_file_is_not_waited_for() {
    let office = Office::small();
    let pipe = office.path().join("pipe.xlsx");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for line in [
        "identify pipe.xlsx",
        "trace pipe.xlsx",
        "accessibility pipe.xlsx",
        "verify pipe.xlsx",
        "form learn pipe.xlsx",
        "receipts --sample --log pipe.xlsx",
    ] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains("`pipe.xlsx` cannot be read: it is not a file"), "{line}: {}", ended.err);
    }
}

#[test]
fn what_is_known_to_be_lost_is_not_reported_as_never_made() {
    let office = Office::small();
    office.zhinaq(&words("run --sample --period 2025-Q2 --as-of 2025-07-16T12:00")).exits(0);
    let ledger = office.path().join("output/sample/ledger.sqlite");
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = fs::remove_file(ledger.with_file_name(name));
    }
    for line in
        ["register --sample --period 2025-Q2", "journal --sample", "query --sample --form 3-k", "withdraw --sample"]
    {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains("does not exist, but copies were handed over"), "{line}: {}", ended.err);
    }
    // What shows the loss, and what mends it, still work.
    let status = office.zhinaq(&words("status --sample --as-of 2025-07-16T12:00")).exits(0);
    assert!(status.out.contains("zhinaq reconcile"), "{}", status.out);
    // A file that is not a ledger: the error says so in our words.
    for bytes in [&b""[..], b"not a ledger"] {
        fs::write(&ledger, bytes).unwrap();
        let ended = office.zhinaq(&words("register --sample --period 2025-Q2")).exits(5);
        assert!(ended.err.contains("is not a ledger: "), "{}", ended.err);
        assert!(!ended.err.contains("returned from database") && !ended.err.contains("zhinaq_schema"), "{}", ended.err);
    }
}

#[test]
fn many_lost_files_are_counted() {
    let office = Office::small();
    office.zhinaq(&words("run --sample --period 2025-Q2 --as-of 2025-07-16T12:00")).exits(0);
    fs::remove_dir_all(office.path().join("output/sample/snapshots")).unwrap();
    let pack = |name: &str, more: &[&str]| {
        let line = ["pack", "--sample", "--period", "2025-Q2", "--out", name];
        office.zhinaq(&[&line[..], more].concat()).exits(5).err
    };
    let short = pack("a.zip", &[]);
    assert_eq!(short.lines().filter(|line| line.starts_with("warning: snapshot ")).count(), 3, "{short}");
    let more = short.lines().last().unwrap();
    assert!(more.starts_with("warning: and ") && more.ends_with(" more; -v lists all of them"), "{more}");
    assert!(pack("b.zip", &["-v"]).matches("warning: snapshot ").count() > 10);
}

#[test]
fn a_sheet_that_does_not_exist_is_not_traced_in_silence() {
    let office = Office::small();
    office.zhinaq(&words("build --sample --period 2025-Q2")).exits(0);
    let master = "output/sample/2025-Q2/narcotics/r0/master-ru-accessible.xlsx";
    assert!(office.path().join(master).exists());
    let ended = office.zhinaq(&["trace", master, "Nosheet"]).exits(1);
    assert!(ended.err.contains("no table found on a sheet `Nosheet`"), "{}", ended.err);
}

#[test]
fn what_would_do_nothing_is_refused() {
    let office = Office::small();
    for (line, said) in [
        ("status --sample --faults late:zzz", "form `zzz` is unknown"),
        ("sample serve --faults late:zzz", "form `zzz` is unknown"),
        ("schedule --once --late 1-ad:3", "cannot be used with"),
        ("schedule --once --outage 2025-07-01/2025-07-03", "cannot be used with"),
        ("receipts --sample --log .", "`.` cannot be read: it is a folder"),
        ("status --as-of 9999-12-31", "is not an instant from 1991 to 2099"),
        ("status --as-of 0001-01-01T00:00:00Z", "is not an instant from 1991 to 2099"),
        ("plan --to 9999-12-31", "is not a day"),
        ("incidents --measures x --from abc", "no emergency began at `abc`"),
        ("resend --organ mia --reason x", "--period <PERIOD>"),
        ("init zhinaq.toml", "cannot make an office in `zhinaq.toml`: it is, or is below, a file"),
        ("init zhinaq.toml/x", "cannot make an office in `zhinaq.toml/x`: it is, or is below, a file"),
    ] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains(said), "{line}: {}", ended.err);
    }
    // One of two ways is missing: the error is about the way that was chosen.
    let resend = office.zhinaq(&words("resend --organ mia --reason x"));
    assert!(!resend.err.contains("--parcel"), "{}", resend.err);
    assert!(fs::metadata(office.path().join("zhinaq.toml")).unwrap().is_file());
}

/// Replaces a part of a file of a fresh office, and returns what `doctor` prints about it.
fn doctor(file: &str, from: &str, to: &str) -> String {
    let office = Office::fresh();
    office.edit(file, |text| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    office.zhinaq(&["doctor"]).exits(1).out
}

#[test]
fn doctor_finds_settings_that_the_program_cannot_follow() {
    for (file, from, to, said) in [
        ("zhinaq.toml", "profile = \"accessible\"", "profile = \"pretty\"", "`pretty` is not a profile of workbooks"),
        (
            "zhinaq.toml",
            "outside_force = \"warn\"",
            "outside_force = \"wann\"",
            "`wann` is not one of `warn`, `refuse`; did you mean `warn`?",
        ),
        ("zhinaq.toml", "fetch_at_a_time = 4", "fetch_at_a_time = -4", "`-4` is not a whole number"),
        ("zhinaq.toml", "required = false", "required = \"no\"", "`no` is not `true` or `false`"),
        ("templates/workbook/theme.toml", "color = \"1A2530\"", "color = \"blue\"", "`blue` is not a colour"),
    ] {
        let out = doctor(file, from, to);
        assert!(out.contains(said), "{out}");
        assert!(!["expected", "variant", "TOML parse"].iter().any(|word| out.contains(word)), "{out}");
    }
}

#[test]
fn doctor_finds_files_that_are_not_texts_or_are_empty() {
    for (file, bytes, said) in [
        ("templates/mail/ru/body.txt", &b"\n"[..], "templates/mail/ru/body.txt: is empty"),
        ("templates/mail/ru/body.html", &b"<p>\0</p>"[..], "body.html: has a control character"),
        ("templates/mail/ru/subject.txt", &b"\xff\xfe"[..], "subject.txt: cannot be read: it is not a text in UTF-8"),
    ] {
        let office = Office::fresh();
        fs::write(office.path().join(file), bytes).unwrap();
        let out = office.zhinaq(&["doctor"]).exits(1).out;
        assert!(out.contains(said), "{out}");
    }
    let office = Office::fresh();
    fs::remove_file(office.path().join("zhinaq.toml")).unwrap();
    fs::create_dir(office.path().join("zhinaq.toml")).unwrap();
    let out = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(!out.contains("os error"), "{out}");
}

/// A person who may read the office and not write it.
#[test]
fn a_reader_hears_who_may_write() {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};
    const NOBODY: u32 = 65_534;
    let office = Office::small();
    let now = ["--sample", "--as-of", "2025-07-14T20:40"];
    office.zhinaq(&[&["pull", "--period", "2025-Q2"][..], &now].concat());
    let open = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let readable = std::process::Command::new("chmod").args(["-R", "a+rX"]).arg(office.path()).status().unwrap();
    assert!(readable.success());
    let as_reader = |words: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_zhinaq"));
        command.args(words.split(' ').chain(now)).current_dir(office.path()).uid(NOBODY).gid(NOBODY).output()
    };
    for mode in [0o644, 0o600] {
        open(&office.path().join("output/sample/ledger.sqlite"), mode);
        let check = match as_reader("check --period 2025-Q2") {
            Ok(output) => output,
            Err(error) => {
                return crate::support::skipped(&format!("another account cannot start the program: {error}"));
            }
        };
        let err = String::from_utf8(check.stderr).unwrap();
        assert_eq!(check.status.code(), Some(1), "{err}");
        let what = "may not write `./output/sample/ledger.sqlite`; it belongs to `";
        assert!(err.contains(what) && err.contains("run the command as `"), "{mode:o}: {err}");
        assert!(!err.contains("readonly") && !err.contains("code:"), "{err}");
    }
    let status = as_reader("status").unwrap();
    let err = String::from_utf8(status.stderr).unwrap();
    assert_eq!(status.status.code(), Some(1), "{err}");
    assert!(err.contains("may not read `./output/sample/ledger.sqlite`"), "{err}");
}

#[test]
fn a_capital_letter_suggests_the_small_one() {
    let office = Office::fresh();
    let capital = office.zhinaq(&words("check --sample --period 2025-Q2 --form 1-M")).exits(1);
    assert!(capital.err.contains("did you mean `1-m`?"), "{}", capital.err);
    let chance = office.zhinaq(&words("check --sample --period 2025-Q2 --form 1-p")).exits(1);
    assert!(!chance.err.contains("did you mean") && chance.err.contains("it is one of 1-m, "), "{}", chance.err);
}

/// Of a year of which no source has anything, each cause is one line with a count.
#[test]
fn a_period_without_sources_is_a_few_lines() {
    let office = Office::fresh();
    let run = office.zhinaq(&words("run --sample --period 2010-Q1 --dry-run"));
    assert!(run.err.lines().count() < 30, "{} lines:\n{}", run.err.lines().count(), run.err);
    assert!(run.err.contains(" more: is not there (status 404)"), "{}", run.err);
}
