//! Whose figures a command works with, and whether there is an office at all.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use crate::support::program::Office;

/// Every file below a folder.
fn files(office: &Office) -> Vec<std::path::PathBuf> {
    let (mut folders, mut found) = (vec![office.path().to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn outside_an_office_only_the_sample_works() {
    let office = Office::empty();
    for words in [
        "run --period 2025-Q2",
        "status --period 2025-Q2",
        "query --form cis-1",
        "send --period 2025-Q2",
        "schedule --once",
        "pull --period 2025-Q2",
        "doctor",
        "plan",
        "matrix",
        "calendar check",
    ] {
        let ended = office.zhinaq(&words.split(' ').collect::<Vec<_>>()).exits(1);
        let said = ended.err + &ended.out;
        assert!(said.contains("no office here") && said.contains("zhinaq init"), "{words}: {said}");
        assert_eq!(files(&office), Vec::<std::path::PathBuf>::new(), "{words} left something behind");
    }
    let named = office.zhinaq(&["--home", "каталог с пробелом", "doctor", "--sample"]);
    assert_eq!(named.code, 1, "{}", named.out);
    fs::create_dir(office.path().join("a b")).unwrap();
    let named = office.zhinaq(&["--home", "a b", "status", "--period", "2025-Q2"]).exits(1);
    assert!(named.err.contains("`zhinaq init 'a b'`"), "{}", named.err);
}

#[test]
fn whoever_only_looks_leaves_nothing_behind() {
    let office = Office::fresh();
    let before = files(&office);
    for words in [
        "status --period 2025-Q2",
        "status --sample --period 2025-Q2",
        "query --form cis-1 --period 2025-Q2",
        "register --period 2025-Q2",
        "answers --period 2025-Q2",
        "incidents",
        "doctor",
        "plan",
    ] {
        office.zhinaq(&words.split(' ').collect::<Vec<_>>()).exits(0);
        assert_eq!(files(&office), before, "{words} left something behind");
    }
}

#[test]
fn a_file_that_a_person_brings_does_not_turn_a_sample_office_into_a_real_one() {
    let office = Office::fresh();
    fs::write(office.path().join("form.xlsx"), "no workbook").unwrap();
    let words = ["pull", "--from-file", "form.xlsx", "--form", "1-m", "--period", "2022-M12"];
    let refused = office.zhinaq(&words).exits(1);
    assert!(refused.err.contains("write `use = \"real\"` there"), "{}", refused.err);
    assert!(!office.path().join("output/ledger.sqlite").exists());
    let status = office.zhinaq(&["status", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(status["origin"], "sample");
    office.edit("schedules/sources.toml", |text| text.replace("use = \"sample\"", "use = \"real\""));
    office.zhinaq(&words).exits(2);
    let status = office.zhinaq(&["status", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(status["origin"], "real");
    let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(status["origin"], "sample");
}

#[test]
fn answers_of_a_sample_office_are_refused_by_a_real_one_by_their_header() {
    let mut serving = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(["sample", "serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut base = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut base).unwrap();
    let office = Office::real();
    office.edit("schedules/sources.toml", |text| {
        let text = text.replace("services = \"https://data.egov.kz\"", &format!("services = \"{}\"", base.trim()));
        text.replace("\nkey_env = ", "\n#key_env = ")
    });
    let words = ["pull", "--period", "2025-Q2", "--form", "1-n", "--format", "json"];
    let pulled = office.zhinaq(&words);
    serving.kill().unwrap();
    serving.wait().unwrap();
    let report = pulled.exits(2).json();
    assert_eq!(report["forms"][0]["taken"], 0, "{report}");
    assert!(report["forms"][0]["refused"].to_string().contains("x-origin: SAMPLE DATA"), "{report}");
}

#[test]
fn tables_of_figures_say_that_they_are_of_the_sample() {
    const WARNING: &str = "SAMPLE DATA: figures of the embedded sample office";
    let office = Office::small();
    let zhinaq = |words: &str| office.zhinaq(&words.split(' ').collect::<Vec<_>>());
    for words in [
        "pull --period 2025-Q2 --form 1-n",
        "check --period 2025-Q2 --form 1-n",
        "query --form 1-n --period 2025-Q2 --unit 19",
        "query --form 1-n --period 2025-Q2 --unit 19 --format csv",
        "build --period 2025-Q2 --collection narcotics",
        "held",
        "register --period 2025-Q2",
    ] {
        let ended = zhinaq(words).exits(0);
        assert_eq!(ended.err.matches(WARNING).count(), 1, "{words}: {}", ended.err);
        assert!(!ended.out.contains(WARNING), "{words}: data stays data");
    }
    let master = "output/sample/2025-Q2/narcotics/r0";
    let named = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().to_string_lossy().into_owned();
    let mut files = fs::read_dir(office.path().join(master)).unwrap().map(named);
    let book = files.find(|name| name.ends_with(".xlsx")).unwrap();
    let traced = zhinaq(&format!("trace {master}/{book}")).exits(0);
    assert!(traced.err.contains(WARNING) && traced.out.starts_with("narcotics 2025-Q2 r0, SAMPLE DATA, sheet"));
    let traced = zhinaq(&format!("trace {master}/{book} --format json")).exits(0).json();
    assert!(traced.as_array().unwrap().iter().all(|answer| answer["origin"] == "sample"), "{}", traced[0]);
    let preview = "preview --period 2025-Q2 --collection narcotics --dpi 30";
    let drawn = zhinaq(preview).exits(0);
    assert_eq!(drawn.err.matches(WARNING).count(), 1, "{}", drawn.err);
    assert_eq!(zhinaq(&format!("{preview} --format json")).exits(0).json()["origin"], "sample");
    office.edit("schedules/sources.toml", |text| text.replace("use = \"sample\"", "use = \"real\""));
    let drawn = zhinaq(preview).exits(0);
    assert!(drawn.err.contains("real figures") && !drawn.err.contains("SAMPLE"), "{}", drawn.err);
    assert_eq!(zhinaq(&format!("{preview} --format json")).exits(0).json()["origin"], "real");
    for words in ["query --form 1-n --period 2025-Q2", "held", "register --period 2025-Q2"] {
        let ended = zhinaq(words).exits(0);
        assert!(!(ended.err + &ended.out).contains("SAMPLE"), "{words}");
    }
    let sample = zhinaq("query --form 1-n --period 2025-Q2 --unit 19 --sample").exits(0);
    assert!(sample.err.contains(WARNING), "{}", sample.err);
}
