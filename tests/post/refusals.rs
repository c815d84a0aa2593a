//! Refusals: for good or for now, of one address or of all, of one organ or of each.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use zhinaq::{
    distribute::Pace,
    domain::{Fact, ParcelState},
};

use super::{
    context::{Notebook, QUICK, parcel, send, server},
    program::{SEND, moved, narcotics},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Kept, Stage},
    program::Office,
};

/// The server's answers to the recipients that contain a word; everything else goes well.
type Answers = Arc<Mutex<Vec<(&'static str, &'static [u8])>>>;

async fn refusing(answers: &Answers) -> FakeSmtp {
    let answers = Arc::clone(answers);
    FakeSmtp::start(move |_, stage, line| {
        let answers = answers.lock().unwrap();
        let found = answers.iter().find(|(word, _)| stage == Stage::Rcpt && line.contains(word));
        found.map_or(Act::Well, |(_, words)| Act::Say(words))
    })
    .await
}

fn to(kept: &[Kept], address: &str) -> usize {
    kept.iter().filter(|k| k.to.iter().any(|to| to == address)).count()
}

fn row(office: &Office, organ: &str) -> Value {
    let words = ["register", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json"];
    let rows = office.zhinaq(&words).exits(0).json();
    rows.as_array().unwrap().iter().find(|row| row["organ"] == organ).unwrap().clone()
}

const GONE: &[u8] = b"550 5.1.1 no such mailbox\r\n";
const ALOUD: [&str; 6] = ["send", "--sample", "--period", "2025-Q2", "--collection", "narcotics"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_for_good_waits_for_a_person_or_for_another_address() {
    let asked = Arc::new(Mutex::new(0));
    let fake = FakeSmtp::start({
        let asked = Arc::clone(&asked);
        move |_, stage, line| {
            let is_it = stage == Stage::Rcpt && line.contains("<knb@");
            *asked.lock().unwrap() += usize::from(is_it);
            if is_it { Act::Say(GONE) } else { Act::Well }
        }
    })
    .await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        let first = office.zhinaq(&ALOUD).exits(4);
        assert!(first.err.contains("`knb@test.invalid` was refused: 550 5.1.1 no such mailbox"), "{}", first.err);
        for _ in 0..3 {
            let again = office.zhinaq(&ALOUD).exits(4);
            assert!(again.err.contains("refused for good: `knb@test.invalid`"), "{}", again.err);
        }
        assert_eq!(*asked.lock().unwrap(), 1, "nobody asked again");
        let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2"]).exits(0);
        let said = format!("{}{}", status.out, status.err);
        assert!(said.contains("--organ knb --refused"), "{said}");
        // A person says that the cause is gone.
        office.zhinaq(&[&ALOUD[..], &["--organ", "knb", "--refused"]].concat()).exits(4);
        assert_eq!(*asked.lock().unwrap(), 2);
        office.zhinaq(&ALOUD).exits(4);
        assert_eq!(*asked.lock().unwrap(), 2, "it was refused again");
        // Another address is another matter.
        office.edit("zhinaq.toml", |text| text.replace("knb@test.invalid", "post@test.invalid"));
        let sent = office.zhinaq(&SEND).exits(0);
        assert!(!sent.err.contains("refused"), "the address that the organ no longer has is forgotten: {}", sent.err);
        assert_eq!((to(&fake.kept(), "post@test.invalid"), row(&office, "knb")["state"].clone()), (1, json!("handed")));
    });
}

#[tokio::test]
async fn what_was_refused_is_known_by_step_and_by_whom_it_concerns() {
    for (at, words, waits) in [
        (Stage::Greeting, &b"554 5.7.1 go away\r\n"[..], false),
        (Stage::Mail, b"550 5.1.8 no such sender\r\n", true),
        (Stage::Rcpt, b"550 5.1.1 unknown\r\n", true),
        (Stage::Dot, b"554 5.6.0 refused content\r\n", true),
        (Stage::Mail, b"451 4.3.0 later\r\n", false),
        (Stage::Rcpt, b"450 4.2.1 later\r\n", false),
        (Stage::Dot, b"451 4.3.0 later\r\n", false),
    ] {
        let fake = FakeSmtp::start(move |_, stage, _| if stage == at { Act::Say(words) } else { Act::Well }).await;
        let one = parcel("mia", 1, 1000);
        let notebook = Notebook::with(std::slice::from_ref(&one));
        send(server(fake.address.port()), &notebook, vec![one.clone()], QUICK).await;
        let record = notebook.record(&one.id);
        let said = format!("{at:?} {}", String::from_utf8_lossy(words));
        assert_eq!(record.state, ParcelState::Failed, "{said}");
        assert_eq!(record.refused(&one.settings).count(), usize::from(waits), "{said}");
        assert_eq!(record.ready(&one.settings).count(), usize::from(!waits), "{said}");
        assert_eq!(record.ready("other settings").count(), 1, "{said}");
    }
    // Too large for the server, which the program finds out by itself.
    let fake = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Ehlo => Act::Say(b"250-fake\r\n250 SIZE 100000\r\n"),
        _ => Act::Well,
    })
    .await;
    let one = parcel("mia", 1, 100_000);
    let notebook = Notebook::with(std::slice::from_ref(&one));
    send(server(fake.address.port()), &notebook, vec![one.clone()], QUICK).await;
    assert_eq!(notebook.record(&one.id).refused(&one.settings).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_address_is_told_by_itself_and_none_gets_its_copies_twice() {
    let answers: Answers = Arc::new(Mutex::new(vec![("mia2@", GONE), ("mia3@", b"451 4.7.1 later\r\n")]));
    let fake = refusing(&answers).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.edit("zhinaq.toml", |text| {
            let text = text.replace("from = ", "attempts = 1\nfrom = ");
            text.replace(
                "[\"mia@test.invalid\"]",
                "[\"mia1@test.invalid\", \"mia2@test.invalid\", \"mia3@test.invalid\"]",
            )
        });
        let of = |office: &Office, more: &[&str]| office.zhinaq(&[&ALOUD[..], &["--organ", "mia"], more].concat());
        let first = of(&office, &[]).exits(4);
        for told in ["`mia2@test.invalid` was refused: 550 5.1.1", "`mia3@test.invalid` was refused: 451 4.7.1"] {
            assert!(first.err.contains(told), "{told}: {}", first.err);
        }
        let now = row(&office, "mia");
        assert_eq!((&now["state"], &now["again"]), (&json!("handed"), &json!("failed")), "{now}");
        assert_eq!(now["sendings"][0]["taken_by"], json!(["mia1@test.invalid"]), "{now}");
        let table = office.zhinaq(&["register", "--sample", "--period", "2025-Q2"]).exits(0).out;
        assert!(table.contains("handed, other addresses: failed"), "{table}");
        // The one that was refused for now works; the one that was refused for good is not asked.
        answers.lock().unwrap().retain(|(word, _)| *word == "mia2@");
        of(&office, &[]).exits(4);
        let kept = fake.kept();
        let counts = ["mia1@test.invalid", "mia2@test.invalid", "mia3@test.invalid"].map(|address| to(&kept, address));
        assert_eq!(counts, [1, 0, 1]);
        assert!(kept[0].message == kept[1].message, "one mail, so one id");
        of(&office, &[]).exits(4);
        assert_eq!(fake.kept().len(), 2);
        // The last one works, and a person says so.
        answers.lock().unwrap().clear();
        of(&office, &["--refused"]).exits(0);
        let kept = fake.kept();
        let counts = ["mia1@test.invalid", "mia2@test.invalid", "mia3@test.invalid"].map(|address| to(&kept, address));
        assert_eq!(counts, [1, 1, 1]);
        let now = row(&office, "mia");
        assert_eq!((&now["state"], &now["again"]), (&json!("handed"), &Value::Null), "{now}");
        of(&office, &[]).exits(0);
        assert_eq!(fake.kept().len(), 3);
        assert_eq!(narcotics(&office)["parcels"]["again"], 0);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_was_taken_off_leaves_nothing_open() {
    let answers: Answers = Arc::new(Mutex::new(vec![("mia2@", GONE)]));
    let fake = refusing(&answers).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        let two = "[\"mia1@test.invalid\", \"mia2@test.invalid\"]";
        office.edit("zhinaq.toml", |text| text.replace("[\"mia@test.invalid\"]", two));
        office.zhinaq(&SEND).exits(4);
        let before = fake.kept().len();
        office.edit("zhinaq.toml", |text| text.replace(two, "[\"mia1@test.invalid\"]"));
        office.zhinaq(&SEND).exits(0);
        assert_eq!(fake.kept().len(), before, "nothing was sent");
        assert_eq!(row(&office, "mia")["again"], Value::Null);
    });
}

#[tokio::test]
async fn a_server_that_takes_few_recipients_gets_the_rest_in_further_transactions() {
    for limit in [1, 2, 3] {
        let count = Arc::new(Mutex::new(0));
        let fake = FakeSmtp::start({
            let count = Arc::clone(&count);
            move |_, stage, _| {
                let mut count = count.lock().unwrap();
                match stage {
                    Stage::Mail => *count = 0,
                    Stage::Rcpt if *count == limit => return Act::Say(b"452 4.5.3 too many recipients\r\n"),
                    Stage::Rcpt => *count += 1,
                    _ => {}
                }
                Act::Well
            }
        })
        .await;
        let mut one = parcel("mia", 2, 1000);
        one.to = (1..=5).map(|n| format!("a{n}@test.invalid").parse().unwrap()).collect();
        let notebook = Notebook::with(std::slice::from_ref(&one));
        let mut sender = server(fake.address.port());
        sender.archive = Some("archive@zhinaq.invalid".parse().unwrap());
        let receipts = send(sender, &notebook, vec![one.clone()], Pace { workers: 1, ..QUICK }).await;
        assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{limit}: {receipts:?}");
        assert!(receipts[0].outcome.refused().is_empty(), "{limit}: {receipts:?}");
        for address in &one.to {
            assert_eq!(to(&fake.kept(), address.as_str()), 1, "{limit}: {}", address.as_str());
        }
        assert!(to(&fake.kept(), "archive@zhinaq.invalid") <= 1, "{limit}: the archive is evidence of one transaction");
        let record = notebook.record(&one.id);
        assert_eq!((record.state, record.again), (ParcelState::Handed, None), "{limit}");
        assert_eq!(record.copies[0].sending().taken_by, one.to, "{limit}");
    }
}

#[tokio::test]
async fn the_journal_knows_where_each_attempt_went_and_what_proves_it() {
    let fake = FakeSmtp::start(|_, stage, line| match stage {
        Stage::Rcpt if line.contains("gone@") => Act::Say(GONE),
        _ => Act::Well,
    })
    .await;
    let mut one = parcel("mia", 1, 1000);
    one.to = vec!["gone@test.invalid".parse().unwrap(), "here@test.invalid".parse().unwrap()];
    let notebook = Notebook::with(std::slice::from_ref(&one));
    let mut sender = server(fake.address.port());
    sender.archive = Some("archive@zhinaq.invalid".parse().unwrap());
    send(sender, &notebook, vec![one], QUICK).await;
    let facts = notebook.facts.lock().unwrap().clone();
    let [_, Fact::Sending { mail: Some(mail), .. }, Fact::Outcome { addresses: Some(addresses), .. }] = &facts[..]
    else {
        panic!("{facts:?}")
    };
    let text = serde_json::to_value(mail).unwrap();
    assert_eq!((&text["to"], &text["archive"]), (&json!(["here@test.invalid"]), &json!("archive@zhinaq.invalid")));
    assert_eq!(text["server"], format!("127.0.0.1:{}", fake.address.port()));
    assert_eq!(mail.bytes, fake.kept()[0].message.len() as u64);
    assert!(mail.subject.starts_with("SAMPLE DATA · "), "{}", mail.subject);
    assert_eq!(addresses.taken_by, mail.to);
    assert_eq!(serde_json::to_value(&addresses.refused).unwrap()[0]["address"], "gone@test.invalid");
    // Logs show no address.
    assert!(!format!("{facts:?}").contains("here@"));
    // A journal of version 0.1.0 has neither.
    let older =
        r#"{"kind":"sending","parcel":"2025-Q2/crime/r0/mia","attempt":1,"message_id":"<a@b>","transport":"smtp"}"#;
    assert!(matches!(serde_json::from_str::<Fact>(older).unwrap(), Fact::Sending { mail: None, .. }));
}
