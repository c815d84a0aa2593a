//! A second sending is a sending of its own: its mail, its evidence, its bounces.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use zhinaq::domain::Sha256;

use super::{
    context::attachments,
    program::{SEND, moved, narcotics},
    receipts::{answer, bounce, maildir, message_id, of, receipts},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Kept, Stage},
    program::Office,
};

const PARCEL: &str = "2025-Q2/narcotics/r0/mia";
const RESEND: [&str; 8] = ["resend", "--sample", "--by", "op", "--parcel", PARCEL, "--reason", "lost"];

fn with_archive(office: &Office) {
    office.edit("zhinaq.toml", |text| text.replace("from = ", "archive = \"archive@zhinaq.invalid\"\nfrom = "));
}

fn row(office: &Office) -> Value {
    let words = ["register", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json"];
    let rows = office.zhinaq(&words).exits(0).json();
    rows.as_array().unwrap().iter().find(|row| row["parcel"] == PARCEL).unwrap().clone()
}

fn header(kept: &Kept, name: &'static str) -> Option<String> {
    let parsed = mail_parser::MessageParser::default().parse(&kept.message).unwrap();
    parsed.header_raw(name).map(|value| value.trim().to_owned())
}

/// A server whose dots do this from the given moment on: 0 well, 1 lose the mail and hang up, 2 refuse for now.
async fn server(mood: &Arc<AtomicUsize>) -> FakeSmtp {
    let mood = Arc::clone(mood);
    FakeSmtp::start(move |_, stage, _| match (stage, mood.load(Ordering::SeqCst)) {
        (Stage::Dot, 1) => Act::Drop,
        (Stage::Dot, 2) => Act::KeepAndSay(b"451 4.3.0 later\r\n"),
        _ => Act::Well,
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_sending_has_its_own_id_date_and_mark_and_a_retry_within_it_keeps_them() {
    let mood = Arc::new(AtomicUsize::new(0));
    let fake = server(&mood).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.edit("zhinaq.toml", |text| text.replace("from = ", "attempts = 1\nfrom = "));
        office.zhinaq(&SEND).exits(0);
        let first = of(&fake.kept(), "mia").clone();
        let before = fake.kept().len();
        mood.store(2, Ordering::SeqCst);
        office.zhinaq(&RESEND).exits(4);
        mood.store(0, Ordering::SeqCst);
        office.zhinaq(&SEND).exits(0);
        office.zhinaq(&RESEND).exits(0);
        let kept = fake.kept();
        let [refused, second, third] = &kept[before..] else { panic!("{} mails more", kept.len() - before) };
        assert!(refused.message == second.message, "a retry of one sending is the same mail");
        let ids: Vec<String> = [&first, second, third].map(message_id).to_vec();
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
        assert_eq!(header(&first, "X-Resend-Of"), None);
        for (mail, of, number) in [(second, &ids[0], "2"), (third, &ids[1], "3")] {
            assert_eq!(header(mail, "X-Resend-Of").as_ref(), Some(of));
            assert_eq!(header(mail, "References").as_ref(), Some(of));
            assert_eq!(header(mail, "X-Zhinaq-Sending").as_deref(), Some(number));
            assert_ne!(header(mail, "Date"), header(&first, "Date"));
            let parsed = mail_parser::MessageParser::default().parse(&mail.message).unwrap();
            let mark = format!("повторная отправка № {number}");
            assert!(parsed.subject().unwrap().ends_with(&mark), "{:?}", parsed.subject());
            assert!(parsed.body_text(0).unwrap().contains("направляются повторно"));
            let hashes =
                |kept: &Kept| attachments(&kept.message).iter().map(|(_, b)| Sha256::of(b)).collect::<Vec<_>>();
            assert_eq!(hashes(mail), hashes(&first), "the same copies");
        }
        let row = row(&office);
        let sendings = row["sendings"].as_array().unwrap();
        let of_register: Vec<&str> = sendings.iter().map(|s| s["message_id"].as_str().unwrap()).collect();
        assert_eq!(of_register, ids, "{row}");
        assert_eq!((&row["state"], &sendings[1]["taken_by"]), (&json!("handed"), &json!(["mia@test.invalid"])));
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_mail_is_no_evidence_for_a_second_one_that_is_lost() {
    let mood = Arc::new(AtomicUsize::new(0));
    let fake = server(&mood).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        with_archive(&office);
        office.zhinaq(&SEND).exits(0);
        let first = String::from_utf8(of(&fake.kept(), "mia").message.clone()).unwrap().replace("\r\n", "\n");
        mood.store(1, Ordering::SeqCst);
        office.zhinaq(&RESEND).exits(4);
        assert_eq!(
            (row(&office)["state"].clone(), row(&office)["again"].clone()),
            (json!("handed"), json!("uncertain"))
        );
        maildir(&office, std::slice::from_ref(&first));
        let report = receipts(&office, &["--maildir", "Maildir"]);
        assert_eq!((&report["proposals"], &report["recorded"]), (&json!([]), &json!([])), "{report}");
        // The archive has the second mail too: that is evidence.
        let id = row(&office)["message_id"].as_str().unwrap().to_owned();
        let old = message_id(of(&fake.kept(), "mia"));
        maildir(&office, &[first.clone(), first.replace(&old, &id)]);
        let report = receipts(&office, &["--maildir", "Maildir"]);
        let proposals = report["proposals"].as_array().unwrap();
        assert_eq!((proposals.len(), &proposals[0]["state"]), (1, &json!("handed")), "{report}");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_back_falls_to_the_sending_that_it_is_about() {
    let mood = Arc::new(AtomicUsize::new(0));
    let fake = server(&mood).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.zhinaq(&SEND).exits(0);
        office.zhinaq(&RESEND).exits(0);
        let kept = fake.kept();
        let mails: Vec<&Kept> = kept.iter().filter(|k| k.to[0] == "mia@test.invalid").collect();
        let ids: Vec<String> = mails.into_iter().map(message_id).collect();
        let standing = || (row(&office)["state"].clone(), row(&office)["again"].clone());
        maildir(&office, &[bounce(&ids[1], "mia@test.invalid")]);
        receipts(&office, &["--maildir", "Maildir"]);
        assert_eq!(standing(), (json!("handed"), json!("bounced")), "the organ has the first");
        assert_eq!(narcotics(&office)["parcels"]["bounced"], 0);
        // The bounce of the first comes later; now the organ has nothing.
        maildir(&office, &[bounce(&ids[0], "mia@test.invalid").replace("it's full", "still full")]);
        receipts(&office, &["--maildir", "Maildir"]);
        assert_eq!(standing(), (json!("bounced"), Value::Null));
        // A third arrives, and is answered.
        office.zhinaq(&RESEND).exits(0);
        assert_eq!(standing(), (json!("handed"), Value::Null));
        let third = message_id(fake.kept().last().unwrap());
        maildir(&office, &[answer(&third, "somebody@test.invalid", "")]);
        receipts(&office, &["--maildir", "Maildir"]);
        assert_eq!(standing(), (json!("acknowledged"), Value::Null));
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_of_the_first_version_are_known_and_prove_nothing_that_they_cannot() {
    let mood = Arc::new(AtomicUsize::new(0));
    let fake = server(&mood).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.zhinaq(&SEND).exits(0);
        mood.store(1, Ordering::SeqCst);
        office.zhinaq(&RESEND).exits(4);
        // Version 0.1.0 gave the second mail the id of the first, and wrote no addresses.
        let old = message_id(of(&fake.kept(), "mia"));
        let new = row(&office)["message_id"].as_str().unwrap().to_owned();
        let ledger = office.path().join("output/sample/ledger.sqlite");
        let witness = office.path().join(".zhinaq/sendings-sample.jsonl");
        assert!(witness.exists(), "the witness lies beside zhinaq.toml");
        let text = std::fs::read_to_string(&witness).unwrap().replace(&new, &old);
        std::fs::write(&witness, text).unwrap();
        tokio::runtime::Handle::current().block_on(async {
            use sqlx::{Connection as _, Executor as _};
            sqlx::any::install_default_drivers();
            let url = format!("sqlite://{}?mode=rw", ledger.display());
            let mut ledger = sqlx::AnyConnection::connect(&url).await.unwrap();
            // The ledger refuses changes; this makes a ledger of the version before.
            ledger.execute("drop trigger events_are_not_changed").await.unwrap();
            let change = format!("update events set body = replace(body, '{new}', '{old}')");
            ledger.execute(sqlx::AssertSqlSafe(change)).await.unwrap();
        });
        let first = String::from_utf8(of(&fake.kept(), "mia").message.clone()).unwrap().replace("\r\n", "\n");
        maildir(&office, &[first, bounce(&old, "mia@test.invalid")]);
        let report = receipts(&office, &["--maildir", "Maildir"]);
        let handed = report["proposals"].as_array().unwrap().iter().filter(|p| p["state"] == "handed").count();
        assert_eq!(handed, 0, "the mail may be the first: {report}");
        assert!(report["told"].to_string().contains("does not show which sending"), "{report}");
        assert_eq!(row(&office)["state"], "handed");
    });
}
