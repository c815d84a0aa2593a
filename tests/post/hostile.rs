//! Names and addresses that pretend to be others, and Kazakh letters in every field.

use std::sync::Arc;

use zhinaq::{
    config::Office as Settings,
    distribute::{DryRun, Folder, Letter, Transport, hand_over},
    domain::ParcelState,
};

use super::{
    context::{Notebook, QUICK, attachments, parcel, send, server},
    program::{SEND, moved},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Stage},
    program::Office,
};

#[tokio::test]
async fn a_mail_with_kazakh_letters_in_every_field_arrives_as_it_was_written() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let mut one = parcel("mia", 1, 1000);
    let words = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі «№» — ".repeat(5);
    one.to = vec!["әділет@test.invalid".parse().unwrap()];
    one.letter = Letter::new(words.trim(), &words, Some(&format!("<p>{words}</p>"))).unwrap();
    one.copies[0].record.file = "Жинақ_әғқңөұүһі_дана-1.xlsx".into();
    let mut server = server(fake.address.port());
    server.from_name = Some("Комитет «ӘҒҚҢӨҰҮҺІ»\r\nBcc: thief@evil.invalid".into());
    let notebook = Notebook::with(std::slice::from_ref(&one));
    let receipts = send(server.clone(), &notebook, vec![one.clone()], QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{receipts:?}");
    let kept = &fake.kept()[0];
    let message = mail_parser::MessageParser::default().parse(&kept.message).unwrap();
    assert!(message.subject().unwrap().ends_with(words.trim()), "{:?}", message.subject());
    assert_eq!(message.body_text(0).unwrap().trim(), words.trim());
    assert!(message.body_html(0).unwrap().contains(words.trim()));
    assert_eq!(attachments(&kept.message)[0].0, "Жинақ_әғқңөұүһі_дана-1.xlsx");
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Комитет «ӘҒҚҢӨҰҮҺІ»Bcc: thief@evil.invalid"));
    assert!(message.bcc().is_none(), "a name does not become a header");
    assert!(kept.message.split(|b| *b == b'\n').all(|line| line.len() <= 998));
    assert_eq!(kept.to, ["әділет@test.invalid"]);
    assert_eq!(message.to().unwrap().first().unwrap().address(), Some("әділет@test.invalid"));

    // A server that takes only ASCII gets no mail that needs more.
    let old = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Ehlo => Act::Say(b"250-fake\r\n250 SIZE 10240000\r\n"),
        _ => Act::Well,
    })
    .await;
    server.server.port = old.address.port();
    let receipts = send(server, &Notebook::with(std::slice::from_ref(&one)), vec![one], QUICK).await;
    assert!(receipts[0].outcome.words.contains("no SMTPUTF8"), "{receipts:?}");
    assert!(old.kept().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_or_is_too_long_goes_nowhere() {
    let names = [
        "../../etc/cron.d/x.xlsx".to_owned(),
        "C:\\x.xlsx".into(),
        "a\r\nBcc: thief@evil.invalid.xlsx".into(),
        "\u{202e}xslx.exe".into(),
        "ә".repeat(150),
        format!("{}.xlsx", "a".repeat(300)),
        String::new(),
    ];
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let outbox = tempfile::tempdir().unwrap();
    for name in names {
        let mut one = parcel("mia", 1, 100);
        one.copies[0].record.file.clone_from(&name);
        let server = server(fake.address.port());
        let dry_run: Arc<dyn Transport> = Arc::new(DryRun::new(outbox.path().join("drawer"), server.clone()));
        let folder: Arc<dyn Transport> = Arc::new(Folder::new(outbox.path().join("folder")));
        let by_mail = send(server, &Notebook::with(std::slice::from_ref(&one)), vec![one.clone()], QUICK).await;
        let mut all = vec![by_mail];
        for transport in [dry_run, folder] {
            let notebook = Notebook::with(std::slice::from_ref(&one));
            all.push(hand_over(transport, notebook, vec![one.clone()], QUICK).await);
        }
        for receipts in all {
            assert_eq!(receipts[0].outcome.state, ParcelState::Failed, "{name:?}");
            assert!(receipts[0].outcome.words.contains("not a plain name"), "{receipts:?}");
        }
    }
    assert!(fake.kept().is_empty());
    assert_eq!(std::fs::read_dir(outbox.path()).unwrap().count(), 0);
}

fn office(more: &str) -> Office {
    let office = Office::fresh();
    std::fs::write(office.path().join("zhinaq.toml"), more).unwrap();
    office
}

#[test]
fn an_address_in_a_domain_that_is_not_allowed_is_a_fault_before_anything_is_sent() {
    let settings = "[delivery.default]\ndomains = [\"prokuror.kz\"]\n[delivery.mia]\ndomains = [\"mia.kz\"]\n\
                    copies = { \"b@mia.kz\" = [1], \"c@mia.kz\" = [2] }\nmax_message_bytes = 5\n[addresses]\n\
                    mia = [\"a@post.mia.kz\", \"b@mia.kz\", \"x@prokuror.kz\"]\n\
                    moj = [\"a@pr0kuror.kz\", \"b@example.org\"]\nknb = [\"a@mail.prokuror.kz\"]\n";
    let office = office(settings);
    let faults = office.zhinaq(&["doctor", "--format", "json"]).exits(1).json()["faults"].to_string();
    for words in [
        "zhinaq.toml:8: mail for `mia` may go to mia.kz and not to `prokuror.kz`",
        "zhinaq.toml:9: the domain `pr0kuror.kz` only looks like `prokuror.kz`",
        "mail for `moj` may go to prokuror.kz and not to `example.org`",
        "is not among the addresses of `mia`",
        "no mail with a workbook fits",
    ] {
        assert!(faults.contains(words), "{words} is not in {faults}");
    }
    assert!(!faults.contains("knb"), "{faults}");
    let ended = office.zhinaq(&["send", "--sample", "--period", "2025-Q2"]).exits(1);
    assert!(ended.err.contains("only looks like"), "{}", ended.err);
}

#[test]
fn copies_go_where_the_rule_says_and_large_parcels_as_the_organ_wants() {
    let settings = "[delivery.gp-leadership]\ncopies = { \"b@mia.kz\" = [1], \"c@mia.kz\" = [1, 3] }\n\
                    max_message_bytes = 100_000\ntoo_large = \"folder\"\n[delivery.default]\nmax_message_bytes = 200_000\n\
                    [addresses]\ngp-leadership = [\"b@mia.kz\", \"c@mia.kz\", \"d@mia.kz\"]\n";
    let office = office(settings);
    let settings = Settings::load(office.path()).unwrap().settings;
    let many = "gp-leadership".parse().unwrap();
    let to = |copy| settings.addresses_of(&many, copy).iter().map(|a| a.local().to_owned()).collect::<String>();
    assert_eq!((to(1), to(2), to(3)), ("bc".into(), "bcd".into(), "c".into()));
    assert_eq!(settings.largest_mail_of(&many), Some(100_000));
    assert_eq!(settings.largest_mail_of(&"moj".parse().unwrap()), Some(200_000));
    assert_eq!(settings.too_large_for(&many), zhinaq::config::TooLargeFor::Folder);
}

#[tokio::test]
async fn a_reply_without_end_is_given_up_at_once() {
    let many: &'static [u8] = [b"250-on and on\r\n".repeat(100_000), b"250 done\r\n".to_vec()].concat().leak();
    let long: &'static [u8] = [b"250 ".to_vec(), vec![b'x'; 1_000_000], b"\r\n".to_vec()].concat().leak();
    for words in [many, long] {
        for at in [Stage::Greeting, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Dot] {
            let fake = FakeSmtp::start(move |_, stage, _| if stage == at { Act::Say(words) } else { Act::Well }).await;
            let one = parcel("mia", 1, 1000);
            let notebook = Notebook::with(std::slice::from_ref(&one));
            let started = std::time::Instant::now();
            let receipts = send(server(fake.address.port()), &notebook, vec![one], QUICK).await;
            let wanted = if at == Stage::Dot { ParcelState::Uncertain } else { ParcelState::Failed };
            assert_eq!(receipts[0].outcome.state, wanted, "{at:?}: {receipts:?}");
            assert!(receipts[0].outcome.words.chars().count() < 1000, "{at:?}");
            assert!(started.elapsed().as_secs() < 20, "{at:?}: {:?}", started.elapsed());
        }
    }
}

#[tokio::test]
async fn a_server_that_speaks_or_hangs_up_before_the_dot_has_not_taken_the_message() {
    for (words, transient, told) in [
        (&b"354 go on\r\n"[..], true, "the connection was lost at the message"),
        (b"451 4.3.0 later\r\n", true, "451 4.3.0 later"),
    ] {
        // The server sends this reply and closes the connection without reading anything.
        let fake = FakeSmtp::start(move |_, stage, _| match stage {
            Stage::Data => Act::SayAndDrop(words),
            _ => Act::Well,
        })
        .await;
        let one = parcel("mia", 1, 3_000_000);
        let notebook = Notebook::with(std::slice::from_ref(&one));
        let receipts = send(server(fake.address.port()), &notebook, vec![one], QUICK).await;
        let outcome = &receipts[0].outcome;
        assert_eq!((outcome.state, outcome.is_transient()), (ParcelState::Failed, transient), "{outcome:?}");
        assert!(outcome.words.contains(told), "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_by_name_and_did_not_go_is_told_by_the_exit_code() {
    let fake = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Rcpt => Act::Say(b"550 5.1.1 unknown\r\n"),
        _ => Act::Well,
    })
    .await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let words = [&SEND[..], &["--organ", "mia"]].concat();
        moved(port).zhinaq(&words).exits(4);
    });
}
