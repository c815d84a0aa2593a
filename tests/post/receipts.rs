//! What comes back: bounces, answers, notes beside parcels, and evidence for uncertain parcels.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::{Value, json};

use super::program::{SEND, files, moved, narcotics, plain};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Kept, Stage},
    program::Office,
};

/// Fills a mailbox with mails, as a mail server leaves them.
pub fn maildir(office: &Office, mails: &[String]) {
    let new = office.path().join("Maildir/new");
    let _ = fs::remove_dir_all(&new);
    fs::create_dir_all(&new).unwrap();
    for (number, mail) in mails.iter().enumerate() {
        fs::write(new.join(format!("{number}.host")), mail.replace('\n', "\r\n")).unwrap();
    }
}

pub fn receipts(office: &Office, more: &[&str]) -> Value {
    let mut words = vec!["receipts", "--sample", "--format", "json"];
    words.extend(more);
    office.zhinaq(&words).exits(0).json()
}

pub fn message_id(kept: &Kept) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&kept.message).unwrap();
    format!("<{}>", parsed.message_id().unwrap())
}

pub fn bounce(id: &str, recipient: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.test.invalid\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test.invalid\n\n\
         Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.2.2\n\
         Diagnostic-Code: smtp; 552 5.2.2 it's full\n\n--b\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: {id}\nSubject: ours\n\n--b--\n"
    )
}

pub fn answer(id: &str, from: &str, more: &str) -> String {
    format!("From: {from}\nIn-Reply-To: {id}\nContent-Type: text/plain; charset=utf-8\n{more}\nПолучено, спасибо.\n")
}

pub fn of<'a>(kept: &'a [Kept], organ: &str) -> &'a Kept {
    kept.iter().find(|k| k.to[0] == format!("{organ}@test.invalid")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bounces_and_answers_change_states_once_and_strangers_are_only_told() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    let office = tokio::task::spawn_blocking(move || {
        let office = moved(port);
        office.zhinaq(&SEND).exits(0);
        office
    })
    .await
    .unwrap();
    let kept = fake.kept();
    let id = |organ: &str| message_id(of(&kept, organ));
    maildir(
        &office,
        &[
            bounce(&id("mia"), "mia@test.invalid"),
            bounce("<stranger@zhinaq.invalid>", "mia@test.invalid"),
            answer(&id("moj"), "somebody@test.invalid", ""),
            answer(&id("knb"), "somebody@elsewhere.invalid", ""),
            answer(&id("knb"), "somebody@test.invalid", "Auto-Submitted: auto-replied\n"),
            "From: x@y.invalid\nSubject: nothing of ours\n\nHello\n".into(),
        ],
    );
    let report = receipts(&office, &["--maildir", "Maildir"]);
    let recorded = report["recorded"].as_array().unwrap();
    assert_eq!(recorded.len(), 2, "{report}");
    assert_eq!(
        (&recorded[0]["parcel"], &recorded[0]["state"]),
        (&json!("2025-Q2/narcotics/r0/mia"), &json!("bounced"))
    );
    assert!(recorded[0]["words"].as_str().unwrap().contains("552 5.2.2 it's full"), "{report}");
    assert_eq!(recorded[1]["state"], "acknowledged");
    assert!(recorded[1]["words"].as_str().unwrap().contains("Получено, спасибо."), "{report}");
    let told = report["told"].to_string();
    assert!(told.contains("<stranger@zhinaq.invalid>, which is not a mail of this office"), "{told}");
    assert!(told.contains("elsewhere.invalid, which is not a domain of the organ"), "{told}");
    let standing = narcotics(&office);
    assert_eq!((&standing["parcels"]["bounced"], &standing["parcels"]["acknowledged"]), (&json!(1), &json!(1)));

    let again = receipts(&office, &["--maildir", "Maildir"]);
    assert_eq!((&again["recorded"], &again["mails_read"]), (&json!([]), &json!(6)));
    // A bounced parcel is not sent again by itself.
    let before = fake.kept().len();
    let office = tokio::task::spawn_blocking(move || {
        office.zhinaq(&SEND).exits(4);
        office
    })
    .await
    .unwrap();
    assert_eq!(fake.kept().len(), before);
    let ended = office.zhinaq(&["receipts", "--sample", "--maildir", "nowhere"]).exits(1);
    assert!(ended.err.contains("is not a Maildir"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_for_what_is_uncertain_is_shown_and_decides_nothing() {
    let fake = FakeSmtp::start(|_, stage, _| if stage == Stage::Dot { Act::KeepAndDrop } else { Act::Well }).await;
    let port = fake.address.port();
    let office = tokio::task::spawn_blocking(move || {
        let office = moved(port);
        // All are under way before the first is uncertain; a row of uncertain parcels stops the rest.
        office.edit("zhinaq.toml", |text| text.replace("from = ", "connections = 99\nfrom = "));
        office.zhinaq(&SEND).exits(4);
        office
    })
    .await
    .unwrap();
    let kept = fake.kept();
    let expected = narcotics(&office)["parcels"]["expected"].clone();
    assert_eq!(narcotics(&office)["parcels"]["uncertain"], expected);
    // The archive's mailbox has one mail, the log has another, and a third came back.
    maildir(&office, &[]);
    let archive = office.path().join("Maildir/new/1.host");
    fs::write(archive, &of(&kept, "mia").message).unwrap();
    fs::write(
        office.path().join("Maildir/new/2.host"),
        bounce(&message_id(of(&kept, "moj")), "moj@test.invalid").replace('\n', "\r\n"),
    )
    .unwrap();
    let id = message_id(of(&kept, "knb"));
    let log = format!(
        "Nov 22 10:00:00 mx postfix/cleanup[7]: 4F00D: message-id={id}\n\
         Nov 22 10:00:01 mx postfix/virtual[8]: 4F00D: to=<knb@test.invalid>, relay=virtual, status=sent (delivered)\n"
    );
    fs::write(office.path().join("mail.log"), log).unwrap();
    let report = receipts(&office, &["--maildir", "Maildir", "--log", "mail.log"]);
    assert_eq!(report["recorded"], json!([]));
    let proposals = report["proposals"].as_array().unwrap();
    let told: Vec<(&str, &str)> =
        proposals.iter().map(|p| (p["parcel"].as_str().unwrap(), p["state"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("2025-Q2/narcotics/r0/mia", "handed"),
            ("2025-Q2/narcotics/r0/moj", "bounced"),
            ("2025-Q2/narcotics/r0/knb", "handed"),
        ],
        "{report}"
    );
    assert_eq!(narcotics(&office)["parcels"]["uncertain"], expected, "a person decides");
    let ended = office.zhinaq(&["receipts", "--sample", "--maildir", "Maildir"]).exits(0);
    assert!(
        ended.err.contains("zhinaq settle --sample --parcel 2025-Q2/narcotics/r0/moj --copies 1 --not-handed"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("it's"), "a bounce does not write into a shell: {}", ended.err);
}

#[test]
fn a_note_beside_a_parcel_acknowledges_it() {
    let office = Office::empty();
    let output = office.path().join("output/sample");
    office.take_ledger_of(crate::evidence::half_year());
    let folder = output.join("outbox/mia/2025-Q2/narcotics/r0");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("received.ack"), "Принято, вх. № 17\n\u{7}второй ряд").unwrap();
    let report = receipts(&office, &[]);
    assert_eq!(report["recorded"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["recorded"][0]["words"], "`received.ack` in its folder: Принято, вх. № 17 второй ряд");
    assert_eq!(narcotics(&office)["parcels"]["acknowledged"], 1);
    assert_eq!(receipts(&office, &[])["recorded"], json!([]));
}

#[test]
fn a_dry_run_by_mail_leaves_the_mails_as_they_would_arrive_and_sends_none() {
    let office = moved(9);
    let ended = office.zhinaq(&[&SEND[..], &["--dry-run"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.err);
    let mut mails = Vec::new();
    let mut folders = vec![office.path().join("output/sample/dry-run")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                assert!(path.extension().is_some_and(|e| e == "eml"), "{}", path.display());
                mails.push(fs::read(path).unwrap());
            }
        }
    }
    let copies: usize = mails.iter().map(|m| super::context::attachments(m).len()).sum();
    assert_eq!(copies, files(&office).len());
    for mail in &mails {
        let parsed = mail_parser::MessageParser::default().parse(mail).unwrap();
        assert!(parsed.to().is_some() && parsed.subject().unwrap().contains("SAMPLE DATA"));
        assert!(parsed.body_html(0).unwrap().contains("<html") && !parsed.body_text(0).unwrap().is_empty());
    }
    assert_eq!(narcotics(&office)["parcels"]["handed"], 0);
}

fn with_credentials(office: &Office, port: u16, mode: u32, text: &str) {
    let file = office.path().join("secret.toml");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    let settings = plain(port).replace("tls = \"none\"\n", "tls = \"none\"\ncredentials = \"secret.toml\"\n");
    fs::write(office.path().join("zhinaq.toml"), settings).unwrap();
}

fn nowhere_told(folder: &Path, secret: &str) {
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            nowhere_told(&entry, secret);
        } else if entry.file_name().is_some_and(|n| n != "secret.toml") {
            let bytes = fs::read(&entry).unwrap();
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{}", entry.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_come_from_a_file_that_only_its_owner_reads_and_are_told_nowhere() {
    let fake = FakeSmtp::start(|_, stage, line| match stage {
        Stage::Ehlo => Act::Say(b"250-fake\r\n250 AUTH PLAIN\r\n"),
        Stage::Other if line.starts_with("AUTH PLAIN") => Act::Say(b"535 5.7.8 no\r\n"),
        _ => Act::Well,
    })
    .await;
    let port = fake.address.port();
    tokio::task::spawn_blocking(move || {
        let office = moved(port);
        let good = "user = \"sender\"\npassword = \"very-secret-word\"\n";
        with_credentials(&office, port, 0o644, good);
        let ended = office.zhinaq(&SEND).exits(1);
        assert!(ended.err.contains("others can read the credentials"), "{}", ended.err);
        with_credentials(&office, port, 0o600, "user = \"sender\"\npassword = very-secret-word\n");
        let ended = office.zhinaq(&SEND).exits(1);
        assert!(ended.err.contains("line 2") && !ended.err.contains("secret-word"), "{}", ended.err);
        with_credentials(&office, port, 0o600, good);
        let ended = office.zhinaq(&[&SEND[..6], &["-vv", "--format", "json"]].concat()).exits(4);
        assert!(!ended.out.contains("secret-word") && !ended.err.contains("secret-word"), "{}", ended.err);
        assert!(ended.err.contains("rejected the login"), "{}", ended.err);
        nowhere_told(office.path(), "very-secret-word");
    })
    .await
    .unwrap();
    assert!(fake.kept().is_empty());
}
