//! `doctor --online`: what the office depends on outside its files.

use serde_json::Value;

use crate::{
    intake::loopback::{Loopback, Script},
    post::program::plain,
    support::{
        fake_smtp::{Act, FakeSmtp, Stage},
        program::{Ended, Office},
    },
};

/// An office with real sources at `base` and mail to a server at `port`.
fn office(base: &str, port: u16) -> Office {
    let office = Office::real();
    office.edit("schedules/sources.toml", |text| {
        text.replacen("workbooks = \"\"", &format!("workbooks = \"{base}\""), 1)
            .replacen("services = \"https://data.egov.kz\"", &format!("services = \"{base}\""), 1)
            .replacen("key_env = ", "#key_env = ", 1)
    });
    office.edit("zhinaq.toml", |_| {
        format!("{}[office]\naddress = \"office@test.invalid\"\n[limits]\nattempts = 1\n", plain(port))
    });
    office
}

async fn examined(office: Office) -> (Office, Ended) {
    let run = move || {
        let ended = office.zhinaq(&["doctor", "--online", "--format", "json"]);
        (office, ended)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn of<'a>(report: &'a Value, what: &str) -> Vec<&'a Value> {
    report["online"].as_array().unwrap().iter().filter(|check| check["what"] == what).collect()
}

fn date(minutes: i64) -> String {
    (chrono::Utc::now() + chrono::TimeDelta::minutes(minutes)).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_works_is_good_and_only_the_office_gets_a_mail() {
    let mail = FakeSmtp::start(|_, _, _| Act::Well).await;
    // A document that is not published yet is an answer, and a server that does not know HEAD is asked by GET.
    let now = date(0);
    let no_head = Script::answer("405 Method Not Allowed", &[("Date", &now)], b"");
    let there = Script::answer("404 Not Found", &[("Date", &now)], b"");
    let by_path = Script::ByPath { part: "HEAD ".into(), there: Box::new(no_head), elsewhere: Box::new(there) };
    let source = Loopback::serve([by_path]).await;
    let (office, ended) = examined(office(&source.base, mail.address.port())).await;
    let report = ended.exits(0).json();
    for what in ["ledger", "mail", "disk", "source", "clock"] {
        let found = of(&report, what);
        assert!(!found.is_empty() && found.iter().all(|check| check["good"] == true), "{what}: {found:?}");
    }
    assert!(of(&report, "source").len() > 20, "{report}");
    let words = of(&report, "mail")[0]["words"].as_str().unwrap();
    assert!(words.contains("queued as F00D") && words.contains("office@test.invalid"), "{words}");
    let kept = mail.kept();
    assert_eq!(kept.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>(), [["office@test.invalid"]]);
    assert!(String::from_utf8_lossy(&kept[0].message).contains("test mail"));
    let asked = source.questions();
    assert!(asked.iter().any(|q| q.starts_with("HEAD ")) && asked.iter().any(|q| q.starts_with("GET ")), "{asked:?}");
    // Nothing was made: the examination only looks.
    assert!(!office.path().join("output/ledger.sqlite").exists());
    let (_, plainly) = tokio::task::spawn_blocking(move || {
        let ended = office.zhinaq(&["doctor"]).exits(0);
        (office, ended)
    })
    .await
    .unwrap();
    assert!(!plainly.out.contains("mail:") && mail.kept().len() == 1, "{}", plainly.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_that_fails_is_a_fault_with_its_cause() {
    let mail = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Rcpt => Act::Say(b"550 5.1.1 no such user here\r\n"),
        _ => Act::Well,
    })
    .await;
    let late = date(-60);
    let ill = Script::answer("503 Busy", &[], b"");
    let well = Script::answer("200 OK", &[("Date", &late)], b"");
    let by_path = Script::ByPath { part: "court-1".into(), there: Box::new(ill), elsewhere: Box::new(well) };
    let source = Loopback::serve([by_path]).await;
    let office = office(&source.base, mail.address.port());
    std::fs::create_dir_all(office.path().join("output")).unwrap();
    std::fs::write(office.path().join("output/ledger.sqlite"), "not a ledger at all").unwrap();
    let (office, ended) = examined(office).await;
    let report = ended.exits(1).json();
    assert!(of(&report, "mail")[0]["words"].as_str().unwrap().contains("550 5.1.1 no such user here"), "{report}");
    assert!(of(&report, "ledger")[0]["words"].as_str().unwrap().contains("is not a ledger"), "{report}");
    let clock = of(&report, "clock")[0];
    assert!(clock["good"] == false && clock["words"].as_str().unwrap().contains("ahead of"), "{clock}");
    // The text names each of them, and a source that is gone too.
    drop(source);
    let ended = tokio::task::spawn_blocking(move || office.zhinaq(&["doctor", "--online"])).await.unwrap().exits(1);
    for words in ["fault   mail: ", "fault   ledger: ", "fault   source: form `1-m`: ", "could not be reached"] {
        assert!(ended.out.contains(words), "{words}: {}", ended.out);
    }
    assert!(ended.err.contains("faults"), "{}", ended.err);
}

#[test]
fn the_sample_office_is_not_asked() {
    let report = Office::empty().zhinaq(&["doctor", "--sample", "--online", "--format", "json"]).exits(0).json();
    assert_eq!(of(&report, "source").len(), 1, "{report}");
    assert!(of(&report, "source")[0]["words"].as_str().unwrap().starts_with("not asked"), "{report}");
}
