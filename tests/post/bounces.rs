//! Bounces and answers that contradict each other, are about another organ, or were made to do harm.

use std::{fs, time::Instant};

use serde_json::{Value, json};
use zhinaq::distribute::{Report, ReportKind};

use super::{
    program::{SEND, moved, narcotics},
    receipts::{answer, bounce, maildir, message_id, of, receipts},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp},
    program::Office,
};

const ID: &str = "<abc@zhinaq.invalid>";

fn read(mail: &str) -> Option<Report> {
    Report::read(mail.replace('\n', "\r\n").as_bytes())
}

#[test]
fn a_mail_that_is_late_has_not_bounced_and_one_that_was_given_up_has() {
    let of_action = |action: &str, status: &str| {
        read(&bounce(ID, "mia@test.invalid").replace("Action: failed", action).replace("Status: 5.2.2", status))
            .unwrap()
    };
    assert_eq!(of_action("Action: delayed", "Status: 4.4.1").kind, ReportKind::Progress);
    assert_eq!(of_action("Action: relayed", "Status: 2.0.0").kind, ReportKind::Progress);
    let given_up = of_action("Action: failed", "Status: 4.4.7");
    assert_eq!(
        (given_up.kind, given_up.about),
        (ReportKind::Failed(vec!["mia@test.invalid".into()]), vec![ID.to_owned()])
    );
}

#[test]
fn a_bounce_that_returns_nothing_names_the_mail_as_an_answer_does() {
    let bare = bounce("", "mia@test.invalid").replace("Message-ID: \n", "");
    assert!(read(&bare).unwrap().about.is_empty());
    for header in ["In-Reply-To", "References"] {
        let named = bare.replacen("Subject: ", &format!("{header}: {ID}\nSubject: "), 1);
        assert_eq!(read(&named).unwrap().about, [ID], "{header}");
    }
}

#[test]
fn mails_that_were_made_to_do_harm_are_read_quickly_and_say_nothing() {
    let deep = |kind: &str, depth: usize| {
        let mut mail = String::from("From: x@y.invalid\n");
        for level in 0..depth {
            match kind {
                "multipart" => {
                    mail.push_str(&format!("Content-Type: multipart/report; boundary=\"b{level}\"\n\n--b{level}\n"));
                }
                _ => mail.push_str("Content-Type: message/rfc822\n\n"),
            }
        }
        mail + &format!("Message-ID: {ID}\n\nend\n")
    };
    let report = bounce(ID, "mia@test.invalid");
    let hostile = [
        deep("multipart", 5_000),
        deep("message", 5_000),
        // A report about a report about a report.
        (0..200).fold(report.clone(), |inner, level| {
            report
                .replace("--b", &format!("--c{level}"))
                .replace("\"b\"", &format!("\"c{level}\""))
                .replace("Content-Type: text/rfc822-headers", &format!("Content-Type: message/rfc822\n\n{inner}"))
        }),
        format!("Subject: {}\n\nx\n", "x".repeat(3_000_000)),
        format!("References: {}\n\nx\n", "<a@b> ".repeat(400_000)),
        report.replace("Action: failed", &"Action: failed\n".repeat(100_000)),
        report.replace("charset=utf-8", "charset=no-such").replace("it's full", "\u{fffd}\u{0}\u{7}"),
        report.replace("boundary=\"b\"", "boundary=\"\""),
        "\n".repeat(2_000_000),
        ":".repeat(2_000_000),
    ];
    for (number, mail) in hostile.iter().enumerate() {
        let started = Instant::now();
        let report = read(mail);
        assert!(started.elapsed().as_secs() < 20, "mail {number} took {:?}", started.elapsed());
        if let Some(report) = report {
            assert!(report.words.chars().count() <= 300 && report.from.chars().count() <= 300, "mail {number}");
            assert!(!report.words.chars().any(char::is_control), "mail {number}: {:?}", report.words);
        }
    }
    // Bytes that are not text.
    let noise: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let _ = Report::read(&noise);
}

async fn sent(archive: bool) -> (Office, Vec<crate::support::fake_smtp::Kept>) {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    let office = tokio::task::block_in_place(|| {
        let office = moved(port);
        if archive {
            office.edit("zhinaq.toml", |text| text.replace("from = ", "archive = \"archive@zhinaq.invalid\"\nfrom = "));
        }
        office.zhinaq(&SEND).exits(0);
        office
    });
    (office, fake.kept())
}

fn state(office: &Office, state: &str) -> Value {
    narcotics(office)["parcels"][state].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answered_has_the_copies_whatever_bounces_before_or_after() {
    let (office, kept) = sent(false).await;
    let id = |organ: &str| message_id(of(&kept, organ));
    let (bounced, answered) =
        (|o: &str| bounce(&id(o), &format!("{o}@test.invalid")), |o: &str| answer(&id(o), "somebody@test.invalid", ""));
    // In one reading, in both orders, and with the same bounce twice.
    maildir(
        &office,
        &[bounced("mia"), answered("mia"), answered("moj"), bounced("moj"), bounced("moj"), bounced("knb")],
    );
    let report = receipts(&office, &["--maildir", "Maildir"]);
    let of_parcel = |list: &str, organ: &str| {
        let list = report[list].as_array().unwrap().clone();
        list.into_iter().filter(|came| came.to_string().contains(&format!("/{organ}"))).collect::<Vec<_>>()
    };
    let states = |organ: &str| of_parcel("recorded", organ).iter().map(|c| c["state"].clone()).collect::<Vec<_>>();
    assert_eq!(states("mia"), [json!("bounced"), json!("acknowledged")], "{report}");
    assert_eq!(states("moj"), [json!("acknowledged")], "{report}");
    assert!(of_parcel("told", "moj")[0].to_string().contains("is acknowledged and stays so"), "{report}");
    assert_eq!((state(&office, "acknowledged"), state(&office, "bounced")), (json!(2), json!(1)));
    // In a later reading.
    maildir(&office, &[answered("knb")]);
    receipts(&office, &["--maildir", "Maildir"]);
    maildir(&office, &[bounced("knb").replace("it's full", "still full")]);
    let late = receipts(&office, &["--maildir", "Maildir"]);
    assert!(late["told"].to_string().contains("is acknowledged and stays so"), "{late}");
    assert_eq!((state(&office, "acknowledged"), state(&office, "bounced")), (json!(3), json!(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bounce_of_the_archive_or_of_another_organ_is_not_the_organs() {
    let (office, kept) = sent(true).await;
    let id = message_id(of(&kept, "mia"));
    maildir(
        &office,
        &[
            bounce(&id, "archive@zhinaq.invalid"),
            bounce(&id, "moj@test.invalid"),
            bounce(&id, "mia@test.invalid").replace("Action: failed", "Action: delayed"),
        ],
    );
    let report = receipts(&office, &["--maildir", "Maildir"]);
    assert_eq!(report["recorded"], json!([]), "{report}");
    assert_eq!(report["told"].to_string().matches("addresses that are not the organ's").count(), 2, "{report}");
    assert_eq!(state(&office, "bounced"), 0);
    // A bounce that the organ's own server forwarded, with an address that the office does not list.
    maildir(&office, &[bounce(&id, "duty-officer@inner.test.invalid")]);
    receipts(&office, &["--maildir", "Maildir"]);
    assert_eq!(state(&office, "bounced"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_that_is_a_link_acknowledges_nothing_and_tells_nothing() {
    tokio::task::block_in_place(|| {
        let office = moved(1);
        office.edit("zhinaq.toml", |_| String::new());
        office.zhinaq(&SEND).exits(0);
        fs::write(office.path().join("secret"), "not for the ledger").unwrap();
        let folder = office.path().join("output/sample/outbox/mia/2025-Q2/narcotics/r0");
        std::os::unix::fs::symlink(office.path().join("secret"), folder.join("read.ack")).unwrap();
        let report = receipts(&office, &[]);
        assert_eq!(report["recorded"], json!([]), "{report}");
        fs::write(folder.join("ours.ack"), "получено\u{7}\r\n2 экз.").unwrap();
        let report = receipts(&office, &[]);
        assert_eq!(report["recorded"][0]["words"], "`ours.ack` in its folder: получено 2 экз.", "{report}");
        assert!(!report.to_string().contains("not for the ledger"));
    });
}
