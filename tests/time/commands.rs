//! The schedule as a person or cron starts it.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::net::UnixDatagram,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::support::program::Office;

#[test]
fn a_simulated_year_tells_what_would_happen() {
    let office = Office::fresh();
    let year = ["schedule", "--simulate", "2025-01-01", "2025-12-31"];
    let said = office.zhinaq(&year).exits(0).out;
    assert!(said.ends_with("174 obligations: 174 done in time, 0 late, 0 not done; 422 parcels\n"), "{said}");
    let words = [&year[..], &["--late", "1-m:3", "--outage", "2025-04-12/2025-04-16", "--format", "json"]].concat();
    let lines = office.zhinaq(&words).exits(0).json();
    let lines = lines.as_array().unwrap();
    let of = |what: &str| lines.iter().filter(|l| l["what"] == what).collect::<Vec<_>>();
    assert_eq!(of("emergency").len(), 1);
    let late = of("LATE");
    assert!(late.iter().filter(|l| l["id"] == "1-m").count() == 12, "{late:?}");
    let crime = late.iter().find(|l| l["id"] == "crime").unwrap();
    assert_eq!(crime["period"], "2025-Q1");
    assert!(crime["words"].as_str().unwrap().contains("the program did not run from 2025-04-12 00:00"), "{crime}");
}

#[test]
fn wrong_words_of_a_simulation_are_refused_with_what_to_write() {
    let office = Office::fresh();
    for (words, wanted) in [
        (vec!["--simulate", "2025-02-01", "2025-01-01"], "is not a range of at most ten years"),
        (vec!["--simulate", "2025-01-01", "2065-01-01"], "at most ten years"),
        (vec!["--simulate", "2025-01-01", "2025-02-01", "--late", "1-m"], "write `1-ad:3`"),
        (vec!["--simulate", "2025-01-01", "2025-02-01", "--late", "9-z:1"], "form `9-z` is unknown"),
        (vec!["--simulate", "2025-01-01", "2025-02-01", "--outage", "2025-01-05"], "write `2025-07-01/2025-07-05`"),
        (vec!["--as-of", "2025-01-01"], "the scheduler runs in real time"),
    ] {
        let ended = office.zhinaq(&[&["schedule"], &words[..]].concat()).exits(1);
        assert!(ended.err.contains(wanted), "{}", ended.err);
    }
}

#[test]
fn a_look_for_cron_does_what_is_due_once() {
    let office = Office::empty();
    let look = |at: &str| {
        let words = ["schedule", "--once", "--sample", "--since", "2025-07-01", "--as-of", at, "--format", "json"];
        let done = office.zhinaq(&[&words[..], &["--metrics", "zhinaq.prom"]].concat()).exits(0).json();
        done.as_array().unwrap().iter().map(|d| d.as_str().unwrap().to_owned()).collect::<Vec<String>>()
    };
    let done = look("2025-07-14T10:01");
    let told = done.join("\n");
    assert!(told.contains("form `1-m` for `2025-M06`: done"), "{told}");
    assert!(told.contains("collection `corruption` for `2025-Q2`: built, content"), "{told}");
    assert!(told.contains("incomplete: 1-ad"), "{told}");
    assert_eq!(done.iter().filter(|d| d.starts_with("collection") && d.ends_with(": done")).count(), 6, "{told}");

    let status = office.zhinaq(&[
        "status",
        "--sample",
        "--period",
        "2025-Q2",
        "--format",
        "json",
        "--as-of",
        "2025-07-14T11:00",
    ]);
    let status: Value = status.exits(0).json();
    assert_eq!(status["totals"]["parcels"]["handed"], 115);
    let form = |id: &str| status["forms"].as_array().unwrap().iter().find(|f| f["form"] == id).unwrap().clone();
    assert_eq!((&form("1-m")["state"], &form("1-m")["due"]), (&"here".into(), &"2025-07-08".into()));
    assert_eq!(form("1-ad")["state"], "expected");
    assert_eq!(form("1-m")["findings"]["error"], 0);

    let again = look("2025-07-14T10:11");
    assert!(again.iter().all(|d| !d.contains("done")), "{again:?}");
    let metrics = std::fs::read_to_string(office.path().join("zhinaq.prom")).unwrap();
    assert!(metrics.contains("zhinaq_parcels_handed{collection=\"crime\",period=\"2025-Q2\"}"), "{metrics}");
    assert!(metrics.contains("zhinaq_obligations{kind=\"collection\",state=\"done\"} 6"), "{metrics}");

    let dog = |at: &str| office.zhinaq(&["watchdog", "--sample", "--as-of", at]);
    dog("2025-07-14T10:15").exits(0);
    let bark = dog("2025-07-14T10:25").exits(5);
    assert!(bark.err.contains("the last heartbeat of the scheduler is"), "{}", bark.err);

    // Five days without a call are an emergency, and what fell due in them is late with that cause.
    let after = look("2025-07-23T08:00").join("\n");
    assert!(
        after.contains("form `1-ad` for `2025-Q2`: LATE: the program did not run from 2025-07-14 10:11"),
        "{after}"
    );
    let journal = office.zhinaq(&["incidents", "--sample", "--format", "json"]).exits(0).json();
    assert_eq!(journal[0]["door"], "program");
    assert_eq!(journal[0]["cause"], "the schedule was not called");
    let done = ["incidents", "--sample", "--from", "2025-07-14 10:11", "--measures", "cron was repaired"];
    let journal = office.zhinaq(&[&done[..], &["--format", "json"]].concat()).exits(0).json();
    assert!(journal[0]["measures"].as_str().unwrap().ends_with("; cron was repaired"), "{journal}");
    office.zhinaq(&["incidents", "--sample", "--from", "2024", "--measures", "none"]).exits(1);

    // What the sources answered, and when.
    let told = office.zhinaq(&["answers", "--sample", "--period", "2025-Q2", "--form", "1-ad", "--format", "json"]);
    let told = told.exits(0).json();
    let whats: Vec<&str> = told.as_array().unwrap().iter().map(|l| l["what"].as_str().unwrap()).collect();
    assert!(
        whats.contains(&"came") && whats.contains(&"failed") && whats.contains(&"asked") && whats.contains(&"late"),
        "{told}"
    );
    assert!(office.path().join("output/sample/alerts/2025-07-14-emergency.txt").exists());
}

#[test]
fn an_alert_is_in_the_language_of_the_office() {
    let office = Office::small();
    office.edit("zhinaq.toml", |text| text.replace("#language = \"ru\"", "language = \"ru\""));
    office.zhinaq(&["schedule", "--once", "--sample", "--since", "2025-07-14", "--as-of", "2025-07-14T03:30"]).exits(0);
    office.zhinaq(&["watchdog", "--sample", "--alert", "--as-of", "2025-07-15T09:30"]).exits(5);
    let folder = std::fs::read_dir(office.path().join("output/sample/alerts")).unwrap();
    let texts: Vec<String> = folder.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(!texts.is_empty());
    for text in texts {
        assert!(text.contains("Это письмо составлено программой") && !text.contains("This letter"), "{text}");
    }
}

#[test]
fn a_daemon_stops_when_it_is_asked_and_says_so_in_the_journal() {
    let office = Office::empty();
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(["schedule", "--sample", "--log-format", "json"])
        .current_dir(office.path())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(daemon.stderr.take().unwrap()).lines();
    // Every line is JSON, from the first to the last.
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!((&first["fields"]["message"], &first["fields"]["command"]), (&"begun".into(), &"schedule".into()));
    while office.zhinaq(&["watchdog", "--sample", "--quiet"]).code != 0 {
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon ended by itself");
    }
    let pid = rustix::process::Pid::from_child(&daemon);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let left: Vec<String> = lines.map(|line| line.unwrap()).collect();
    assert!(daemon.wait().unwrap().success(), "{left:?}");
    let left: Vec<Value> = left.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(left.iter().all(|line| line["level"].is_string()), "{left:?}");
    let said = |words: &str| left.iter().any(|l| l["fields"]["message"].as_str().is_some_and(|m| m.starts_with(words)));
    assert!(said("scheduler running"), "{left:?}");
    let last = &left.last().unwrap()["fields"];
    assert_eq!((&last["message"], &last["exit"]), (&"ended".into(), &0.into()), "{left:?}");
}

#[test]
fn a_daemon_tells_its_supervisor_that_it_is_ready_alive_and_ending() {
    let office = Office::empty();
    let socket = office.path().join("notify");
    let supervisor = UnixDatagram::bind(&socket).unwrap();
    supervisor.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
    let heard = || {
        let mut words = [0; 64];
        let length = supervisor.recv(&mut words).unwrap();
        String::from_utf8_lossy(&words[..length]).into_owned()
    };
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(["schedule", "--sample", "--quiet"])
        .current_dir(office.path())
        .env("NOTIFY_SOCKET", &socket)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!([heard(), heard()], ["READY=1", "WATCHDOG=1"]);
    rustix::process::kill_process(rustix::process::Pid::from_child(&daemon), rustix::process::Signal::TERM).unwrap();
    let last = loop {
        let words = heard();
        if words != "WATCHDOG=1" {
            break words;
        }
    };
    assert_eq!(last, "STOPPING=1");
    assert!(daemon.wait().unwrap().success());
}

#[test]
fn a_schedule_that_never_ran_is_told_by_the_watchdog() {
    let office = Office::empty();
    let ended = office.zhinaq(&["watchdog", "--sample"]).exits(5);
    assert!(ended.err.contains("no heartbeat of the scheduler found"), "{}", ended.err);
    let ended = office.zhinaq(&["watchdog", "--sample", "--max-age", "soon"]).exits(1);
    assert!(ended.err.contains("such as `90s`, `5m`, `2h`"), "{}", ended.err);
    let ended = office.zhinaq(&["incidents", "--sample"]).exits(0);
    assert_eq!(ended.out, "no emergency recorded\n");
}

#[test]
fn the_unit_and_the_crontab_call_commands_that_exist() {
    use clap::Parser as _;
    let files = [
        include_str!("../../templates/service/zhinaq.service"),
        include_str!("../../templates/service/zhinaq-watchdog.service"),
        include_str!("../../templates/service/zhinaq-alert.service"),
        include_str!("../../templates/service/crontab"),
    ];
    let mut calls = 0;
    for line in files.iter().flat_map(|text| text.lines()).filter(|l| !l.starts_with('#')) {
        let Some(place) = line.find("zhinaq ").filter(|_| line.contains("--home")) else { continue };
        zhinaq::cli::Cli::try_parse_from(line[place..].split_whitespace()).unwrap();
        calls += 1;
    }
    assert_eq!(calls, 5);
    for (file, words) in
        [(0, "\nType=notify\n"), (1, "OnFailure=zhinaq-alert.service\n"), (3, "\nPATH="), (3, "\nMAILTO=")]
    {
        assert!(files[file].contains(words), "{words}");
    }
}
