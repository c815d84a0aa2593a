//! Cases in which a source lies: a prepared answer, or the sample office behind a program that changes its answers.

use std::{
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;

use super::{case, check, figure, findings};
use crate::support::program::{Ended, Office};

/// A child process that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An office whose source lies.
struct Lied {
    office: Office,
    served: Option<(Running, String)>,
    sources: Vec<Running>,
}

impl Lied {
    fn new() -> Self {
        Self { office: Office::real(), served: None, sources: Vec::new() }
    }

    /// The address of the sample office, which is started on first use.
    fn sample(&mut self) -> String {
        let (_, address) = self.served.get_or_insert_with(|| {
            let mut child = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
                .args(["sample", "serve"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut line = String::new();
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
            let at = line.find("http://").unwrap_or_else(|| panic!("no address in `{line}`"));
            let address = line[at..].split_whitespace().next().unwrap().trim_end_matches(['/', '.', ',']).to_owned();
            (Running(child), address)
        });
        address.clone()
    }

    /// Points the office at a source that lies in these ways; `None` if the cases or Python are not here.
    fn source(&mut self, lies: &[&str]) -> Option<()> {
        let script = case("lying_source.py/..")?.join("lying_source.py");
        let port = free_port();
        let child = Command::new("python3")
            .arg(script)
            .args(["--port", &port.to_string(), "--home", self.office.path().to_str()?])
            .args(lies)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            super::aloud("skipped: there is no python3 for the source that lies");
            return None;
        };
        self.sources.push(Running(child));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the source does not answer");
            std::thread::yield_now();
        }
        Some(())
    }

    fn zhinaq(&self, words: &str) -> Ended {
        let words: Vec<&str> = words.split(' ').collect();
        self.office.zhinaq_with(&words, &[("ZHINAQ_EGOV_KEY", "any")])
    }

    fn republic(&self, form: &str, period: &str) -> Option<serde_json::Value> {
        figure(&self.office, form, period, "19", ["1", "1", "1"])
    }
}

/// An office whose source answers every request with the body of a case.
fn answered(name: &str) -> Option<Lied> {
    let body: PathBuf = case(name)?.join("body.json");
    let mut lied = Lied::new();
    lied.source(&["--file", body.to_str()?])?;
    Some(lied)
}

/// An office that fetches from the sample office through a source that lies.
fn through(lies: &[&str]) -> Option<Lied> {
    case("services")?;
    let mut lied = Lied::new();
    let address = lied.sample();
    lied.source(&[&["--office", &address], lies].concat())?;
    Some(lied)
}

#[test]
fn words_of_failure_and_parts_of_answers_are_refused() {
    for name in [
        "failure-code-in-letters",
        "failure-status-error",
        "failure-status-fail",
        "failure-success-false",
        "total-21-rows-10",
        "total-21-rows-20",
        "date-as-excel-serial",
    ] {
        let Some(lied) = answered(&format!("services/{name}")) else { return };
        let pulled = lied.zhinaq("pull --form court-1 --period 2022-Q4");
        assert_eq!(pulled.code, 2, "{name}: {}\n{}", pulled.out, pulled.err);
        assert_eq!(lied.republic("court-1", "2022-Q4"), None, "{name}");
    }
}

#[test]
fn an_answer_of_another_period_is_held() {
    let Some(lied) = answered("services/same-answer-for-every-date") else { return };
    let first = lied.zhinaq("pull --form court-1 --period 2022-Q4");
    let second = lied.zhinaq("pull --form court-1 --period 2022-Q3");
    assert!(first.code != 0 || second.code != 0, "{}\n{}", first.err, second.err);
    let both = [lied.republic("court-1", "2022-Q4"), lied.republic("court-1", "2022-Q3")];
    assert!(both.iter().flatten().count() < 2, "{both:?}");

    let Some(mut lied) = through(&[]) else { return };
    lied.zhinaq("pull --form execution-4 --period 2025-Q1").exits(0);
    let address = lied.sample();
    let Some(()) = lied.source(&["--office", &address, "--instead", "2025-07-01=2025-04-01"]) else { return };
    let pulled = lied.zhinaq("pull --form execution-4 --period 2025-Q2");
    assert_eq!(pulled.code, 3, "{}\n{}", pulled.out, pulled.err);
    assert_eq!(lied.republic("execution-4", "2025-Q2"), None);
    assert_ne!(lied.republic("execution-4", "2025-Q1"), None);
}

#[test]
fn spellings_of_regions_are_known_or_the_document_waits() {
    let Some(lied) = answered("services/region-spellings") else { return };
    lied.zhinaq("pull --form court-1 --period 2022-Q4");
    let units = ["1919", "1931", "1947", "1979", "1910"];
    let known = units.iter().filter(|unit| figure(&lied.office, "court-1", "2022-Q4", unit, ["1", "1", "1"]).is_some());
    let known = known.count();
    assert!(known == 5 || known == 0, "{known} of 5 regions");
}

#[test]
fn errors_of_the_reader_reach_the_check() {
    for (lie, value, rule) in [
        ("--again", "date=2025-07-01=5", "service.region-twice"),
        ("--of", "date=2025-07-01=5:2025-04-01", "service.period"),
        ("--zeros", "date=2025-07-01=0", ""),
        ("--rows", "date=2025-07-01=11", ""),
    ] {
        let Some(lied) = through(&[lie, value]) else { return };
        let pulled = lied.zhinaq("pull --form execution-4 --period 2025-Q2");
        let checked = check(&lied.office, "execution-4", "2025-Q2");
        let told = findings(&checked, "error", rule);
        assert!(checked.code == 3 && !told.is_empty(), "{lie}: {} {}\n{}", pulled.code, checked.code, checked.out);
        let said_once = told.iter().filter(|f| f["rule"] == rule).count();
        assert!(rule.is_empty() || said_once == 1, "{lie}: {said_once} times");
    }
}

#[test]
fn half_of_the_rows_is_no_complete_answer_however_it_is_declared() {
    for lies in [
        &["--rows", "date=2025-07-01=10", "--total", "date=2025-07-01=21"][..],
        &["--rename", "date=2025-07-01=5:Атырауский край"],
    ] {
        let Some(lied) = through(lies) else { return };
        let pulled = lied.zhinaq("pull --form execution-4 --period 2025-Q2");
        let checked = check(&lied.office, "execution-4", "2025-Q2");
        assert!(pulled.code != 0 || checked.code != 0, "{lies:?}: {}\n{}\n{}", pulled.out, pulled.err, checked.out);
    }
}

#[test]
fn figures_of_a_service_are_what_they_say() {
    let Some(lied) = answered("thousands/service") else { return };
    lied.zhinaq("pull --form court-1 --period 2022-Q4");
    let shown = lied.republic("court-1", "2022-Q4");
    assert!(shown.is_none() || !shown.as_ref().is_some_and(serde_json::Value::is_f64), "{shown:?}");
    if shown.is_none() {
        let checked = check(&lied.office, "court-1", "2022-Q4");
        assert_ne!(checked.code, 0, "{}", checked.out);
    }
    let Some(lied) = answered("float-noise/service") else { return };
    lied.zhinaq("pull --form court-1 --period 2022-Q4");
    let checked = check(&lied.office, "court-1", "2022-Q4");
    assert!(findings(&checked, "error", "figure").is_empty(), "{}", checked.out);
    assert_eq!(lied.republic("court-1", "2022-Q4"), Some(json!(2190)));
    let Some(lied) = answered("lost-figures/service-all-zeros") else { return };
    lied.zhinaq("pull --form court-1 --period 2022-Q4");
    let checked = check(&lied.office, "court-1", "2022-Q4");
    assert!(!findings(&checked, "error", "lost").is_empty(), "{}", checked.out);
}

#[test]
fn comparisons_that_do_not_come_are_told_and_touch_their_own_form() {
    let Some(lied) = through(&["--status", "202406_=503"]) else { return };
    let pulled = lied.zhinaq("pull --form 3-k --period 2025-Q2");
    assert_eq!(pulled.code, 2, "{}\n{}", pulled.out, pulled.err);
    let status = lied.zhinaq("status --period 2025-Q2");
    assert!(status.out.contains("for comparison: form `3-k`"), "no mark in status: {}", status.out);
    let Some(lied) = through(&["--silent", "gp_od_service_1e?=100"]) else { return };
    let pulled = lied.zhinaq("pull --form 1-e --form execution-4 --form 3-k --period 2025-Q2 --format json");
    let report = pulled.json();
    let failed = |form: &str| {
        let forms = report["forms"].as_array().unwrap().iter().filter(|f| f["form"] == form);
        forms.map(|f| f["failed"].as_array().unwrap().len()).sum::<usize>()
    };
    assert_eq!((failed("execution-4"), failed("3-k")), (0, 0), "{}", pulled.out);
    assert!(failed("1-e") > 0, "{}", pulled.out);
}

impl Lied {
    /// Runs 2025-Q2 long after its term; returns the outcome and its report.
    fn run(&self) -> (Ended, serde_json::Value) {
        let ran = self.zhinaq("run --period 2025-Q2 --yes --format json");
        let report = serde_json::from_str(&ran.out).unwrap_or_default();
        (ran, report)
    }

    /// A collection of a report.
    fn collection<'r>(report: &'r serde_json::Value, id: &str) -> &'r serde_json::Value {
        let all = report["collections"].as_array().unwrap_or_else(|| panic!("no collections in {report}"));
        all.iter().find(|c| c["id"] == id).unwrap_or_else(|| panic!("no {id}"))
    }
}

/// Runs the whole office with a source that lies.
fn whole_office(lies: &[&str]) -> Option<(Lied, Ended, serde_json::Value)> {
    let lied = through(lies)?;
    let (ran, report) = lied.run();
    Some((lied, ran, report))
}

#[test]
#[ignore = "the whole office: some minutes"]
fn the_whole_office_without_last_years_documents_says_so() {
    let Some((lied, ran, report)) = whole_office(&["--status", "202406_=503", "--status", "date=2024-07-01=503"])
    else {
        return;
    };
    assert_eq!(ran.code, 2, "{}\n{}", ran.out, ran.err);
    assert!(report["findings"]["warning"].as_u64() > Some(0), "{}", report["findings"]);
    let absent = report["comparisons"].as_array().unwrap();
    assert!(absent.iter().all(|a| a["absence"] == "no-answer") && absent.len() >= 20, "{absent:?}");
    let status = lied.zhinaq("status --period 2025-Q2").exits(0);
    assert!(status.out.contains("for comparison: form") && status.out.contains("did not answer"), "{}", status.out);
}

#[test]
#[ignore = "the whole office: some minutes"]
fn one_silent_service_of_the_whole_office_touches_its_own_form() {
    let Some((_lied, ran, report)) = whole_office(&["--silent", "gp_od_service_1e?=100"]) else { return };
    assert_eq!(ran.code, 2, "{}\n{}", ran.out, ran.err);
    let absent = report["comparisons"].as_array().unwrap();
    assert!(!absent.is_empty() && absent.iter().all(|a| a["form"] == "1-e"), "{absent:?}");
    assert_eq!(Lied::collection(&report, "corruption")["incomplete"], json!([]));
    assert_eq!(Lied::collection(&report, "crime")["incomplete"], json!(["1-e"]));
}

#[test]
#[ignore = "the whole office: some minutes"]
fn half_of_the_rows_of_one_form_leave_the_whole_office_incomplete_and_courts_unsent() {
    let Some((_lied, ran, report)) = whole_office(&["--rows", "date=2025-07-01=11"]) else { return };
    assert_eq!(ran.code, 3, "{}\n{}", ran.out, ran.err);
    let courts = Lied::collection(&report, "courts");
    assert_eq!(courts["copies"]["handed"], 0, "{courts}");
    assert!(courts["incomplete"].to_string().contains("execution-4"), "{courts}");
}
