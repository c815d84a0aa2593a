//! Bounces and answers from the mailbox of a real IMAP server.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::{Value, json};

use super::{
    program::{SEND, moved, narcotics},
    receipts::{answer, bounce, message_id, of},
};
use crate::support::{
    dovecot::{Dovecot, PASSWORD, USER},
    fake_smtp::{Act, FakeSmtp, Stage},
    program::Office,
};

fn mailbox(office: &Office, dovecot: &Dovecot, more: &str) {
    let file = office.path().join("mailbox-credentials.toml");
    fs::write(&file, format!("user = '{USER}'\npassword = '{PASSWORD}'\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let authority = dovecot.path("tls/ca.pem").display().to_string();
    office.edit("zhinaq.toml", |text| {
        let before = text.split("\n[mailbox]").next().unwrap_or_default().to_owned();
        format!(
            "{before}\n[mailbox]\nhost = \"localhost\"\ncredentials = \"mailbox-credentials.toml\"\nauthorities = \"{authority}\"\n{more}\n"
        )
    });
}

fn read(office: &Office) -> Value {
    office.zhinaq(&["receipts", "--sample", "--imap", "--format", "json"]).exits(0).json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mail_of_the_mailbox_is_taken_once_also_when_its_mails_are_numbered_anew() {
    let Some(dovecot) = Dovecot::start() else { return };
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.zhinaq(&SEND).exits(0);
        let kept = fake.kept();
        let id = |organ: &str| message_id(of(&kept, organ));
        mailbox(&office, &dovecot, &format!("port = {}", dovecot.tls_port));
        assert_eq!(read(&office)["mails_read"], 0);

        let returned = bounce(&id("mia"), "mia@test.invalid").replace('\n', "\r\n");
        dovecot.deliver("1.host", returned.as_bytes());
        dovecot.deliver("2.host", answer(&id("moj"), "somebody@test.invalid", "").replace('\n', "\r\n").as_bytes());
        let report = read(&office);
        assert_eq!((&report["mails_read"], report["recorded"].as_array().unwrap().len()), (&json!(2), 2), "{report}");
        assert_eq!(read(&office)["mails_read"], 0);
        let standing = narcotics(&office)["parcels"].clone();
        assert_eq!((&standing["bounced"], &standing["acknowledged"]), (&json!(1), &json!(1)));

        // Only new mails are fetched, over STARTTLS too; nothing was marked in the mailbox.
        mailbox(&office, &dovecot, &format!("port = {}\ntls = \"starttls\"", dovecot.port));
        let other = format!("port = {}\ntls = \"starttls\"", dovecot.port);
        dovecot.deliver("3.host", b"From: x@y.invalid\r\nSubject: nothing of ours\r\n\r\nHello\r\n");
        // With another port the journal counts it as another mailbox; mails that were taken before are known by their
        // hash.
        let report = read(&office);
        assert_eq!((&report["mails_read"], &report["recorded"]), (&json!(3), &json!([])), "{report}");
        mailbox(&office, &dovecot, &other);
        let marked = fs::read_dir(dovecot.path("mail/cur")).unwrap().flatten();
        assert!(marked.map(|e| e.file_name().to_string_lossy().into_owned()).all(|n| !n.contains(":2,S")));

        dovecot.renew();
        dovecot.deliver("9.host", returned.as_bytes());
        let report = read(&office);
        assert_eq!((&report["mails_read"], &report["recorded"]), (&json!(1), &json!([])), "{report}");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_about_an_uncertain_mail_is_found_each_time() {
    let Some(dovecot) = Dovecot::start() else { return };
    let fake = FakeSmtp::start(|_, stage, _| if stage == Stage::Dot { Act::KeepAndDrop } else { Act::Well }).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        // All are under way before the first is uncertain; a row of uncertain parcels stops the rest.
        office.edit("zhinaq.toml", |text| text.replace("from = ", "connections = 99\nfrom = "));
        office.zhinaq(&SEND).exits(4);
        let kept = fake.kept();
        mailbox(&office, &dovecot, &format!("port = {}", dovecot.tls_port));
        dovecot.deliver("1.host", &of(&kept, "mia").message);
        for _ in 0..2 {
            let report = read(&office);
            let proposed = report["proposals"].as_array().unwrap();
            assert_eq!(proposed.len(), 1, "{report}");
            assert_eq!(proposed[0]["parcel"], "2025-Q2/narcotics/r0/mia");
            assert_eq!(report["recorded"], json!([]));
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_cannot_be_trusted_or_opened_is_told_without_its_password() {
    let Some(dovecot) = Dovecot::start() else { return };
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        let words = ["receipts", "--sample", "--imap"];
        assert!(office.zhinaq(&words).exits(1).err.contains("has no `[mailbox]`"));
        let tls = format!("port = {}", dovecot.tls_port);
        let told = |more: &str, why: &str| {
            mailbox(&office, &dovecot, more);
            let ended = office.zhinaq(&words).exits(1);
            assert!(ended.err.contains(why), "{more}: {}", ended.err);
            assert!(!ended.err.contains("quoted"), "{}", ended.err);
        };
        told(&format!("{tls}\nfolder = \"Nowhere\""), "opening the folder failed");
        told(&format!("port = {port}"), "encrypting failed");
        told("port = 1", "connecting failed");
        // The wrong authority; then the right one for another name; then no encryption to a server that requires it.
        mailbox(&office, &dovecot, &tls);
        office.edit("zhinaq.toml", |text| text.replace("tls/ca.pem", "tls/other.pem"));
        assert!(office.zhinaq(&words).exits(1).err.contains("invalid peer certificate"));
        mailbox(&office, &dovecot, &tls);
        office.edit("zhinaq.toml", |text| {
            text.replace("[mailbox]\nhost = \"localhost\"", "[mailbox]\nhost = \"127.0.0.1\"")
        });
        assert!(office.zhinaq(&words).exits(1).err.contains("certificate"));
        mailbox(&office, &dovecot, &format!("port = {}\ntls = \"none\"", dovecot.port));
        // A server on this machine needs no encryption.
        office.zhinaq(&words).exits(0);
        fs::set_permissions(office.path().join("mailbox-credentials.toml"), fs::Permissions::from_mode(0o644)).unwrap();
        told_by_doctor(&office, "others can read the credentials");
        fs::write(office.path().join("mailbox-credentials.toml"), "user = 1\npassword = \"quoted").unwrap();
        fs::set_permissions(office.path().join("mailbox-credentials.toml"), fs::Permissions::from_mode(0o600)).unwrap();
        told_by_doctor(&office, "write `user");
        fs::remove_file(office.path().join("mailbox-credentials.toml")).unwrap();
        told_by_doctor(&office, "cannot be read: No such file");
    });
}

fn told_by_doctor(office: &Office, why: &str) {
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains(why) && !told.contains("quoted"), "{told}");
}
