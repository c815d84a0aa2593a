//! Parcels by mail to a server that follows a script.

use std::sync::Arc;

use zhinaq::{
    distribute::{Attempt, Credentials, Journal, Outcome, Pace, Security, Smtp, hand_over},
    domain::{Fact, Origin, ParcelState},
};

use super::context::{Notebook, QUICK, attachments, delivered, parcel, send, server};
use crate::support::fake_smtp::{Act, FakeSmtp, Stage};

#[tokio::test]
async fn a_parcel_is_one_mail_with_its_copies() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let parcels: Vec<_> = ["mia", "moj", "knb", "mod"].map(|o| parcel(o, 2, 70_000)).into();
    let notebook = Notebook::with(&parcels);
    let mut server = server(fake.address.port());
    server.archive = Some("archive@zhinaq.invalid".parse().unwrap());
    let receipts = send(server, &notebook, parcels.clone(), QUICK).await;
    assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Handed && r.recorded), "{receipts:?}");
    assert_eq!(receipts[0].outcome.words, "accepted by the mail server: 250 2.0.0 Ok: queued as F00D");
    assert_eq!(fake.kept().len(), 4);
    assert!(fake.connections() <= 2, "connections are reused: {}", fake.connections());
    for parcel in &parcels {
        assert_eq!(notebook.state(parcel), ParcelState::Handed);
        assert_eq!(delivered(&fake.kept(), parcel), [1, 2]);
    }
    let kept = fake.kept().into_iter().find(|k| k.to[0] == "mia@test.invalid").unwrap();
    assert_eq!((kept.from.as_str(), kept.to[1].as_str()), ("sender@zhinaq.invalid", "archive@zhinaq.invalid"));
    let message = mail_parser::MessageParser::default().parse(&kept.message).unwrap();
    assert_eq!(message.subject(), Some("SAMPLE DATA · О преступности: жинақ «Ә»"));
    assert_eq!(message.date().unwrap().to_rfc3339(), "2025-07-14T08:00:00Z");
    assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(message.header_raw("X-Zhinaq-Parcel").map(str::trim), Some("2025-Q2/crime/r0/mia"));
    assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), "Направляется сборник.\n.\n..точки");
    assert!(message.body_html(0).unwrap().contains("<p>Направляется сборник.</p>"));
    assert_eq!(attachments(&kept.message)[1].0, "Жинақ_2025-Q2_mia_copy-2-of-2.xlsx");
    assert!(kept.message.is_ascii() && kept.message.split(|b| *b == b'\n').all(|line| line.len() <= 998));
    let text = String::from_utf8(kept.message.clone()).unwrap();
    assert!(!text.contains("archive@"), "the archive is not in the headers");
}

#[tokio::test]
async fn the_same_mail_has_the_same_bytes_and_a_retry_the_same_id() {
    let fake = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Dot => Act::KeepAndSay(b"451 4.3.0 try again\r\n"),
        _ => Act::Well,
    })
    .await;
    let parcels = vec![parcel("mia", 1, 5000)];
    let notebook = Notebook::with(&parcels);
    let receipts = send(server(fake.address.port()), &notebook, parcels.clone(), Pace { retries: 2, ..QUICK }).await;
    assert_eq!((receipts[0].outcome.state, receipts[0].attempts), (ParcelState::Failed, 3));
    assert!(receipts[0].outcome.is_transient());
    assert_eq!(receipts[0].outcome.words, "451 4.3.0 try again");
    let kept = fake.kept();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|k| k.message == kept[0].message), "equal bytes, so an equal Message-ID");
    let facts = notebook.facts.lock().unwrap().clone();
    let ids: Vec<_> = facts
        .iter()
        .filter_map(|f| match f {
            Fact::Sending { message_id, attempt, .. } => Some((*attempt, message_id.clone().unwrap())),
            _ => None,
        })
        .collect();
    assert_eq!(ids.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(ids.iter().all(|(_, id)| *id == ids[0].1 && id.ends_with("@zhinaq.invalid>")), "{ids:?}");
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_is_no_failure() {
    let closing = FakeSmtp::start({
        let mails = std::sync::atomic::AtomicUsize::new(0);
        move |_, stage, _| {
            // MAIL FROM now and then finds the connection closed.
            if stage == Stage::Mail && mails.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 4 == 1 {
                return Act::Drop;
            }
            Act::Well
        }
    })
    .await;
    let parcels: Vec<_> = ["mia", "moj", "knb", "mod"].map(|o| parcel(o, 1, 1000)).into();
    let notebook = Notebook::with(&parcels);
    let pace = Pace { workers: 1, ..QUICK };
    let receipts = send(server(closing.address.port()), &notebook, parcels.clone(), pace).await;
    assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Handed && r.attempts == 1), "{receipts:?}");
    assert!(closing.connections() > 1);
}

#[tokio::test]
async fn one_refused_address_of_an_organ_does_not_stop_the_other() {
    let fake = FakeSmtp::start(|_, stage, line| match stage {
        Stage::Rcpt if line.contains("gone@") => Act::Say(b"550 5.1.1 unknown\r\n"),
        Stage::Rcpt if line.contains("archive@") => Act::Say(b"452 4.2.2 full\r\n"),
        _ => Act::Well,
    })
    .await;
    let mut one = parcel("mia", 1, 1000);
    one.to = vec!["gone@test.invalid".parse().unwrap(), "here@test.invalid".parse().unwrap()];
    let notebook = Notebook::with(std::slice::from_ref(&one));
    let mut server = server(fake.address.port());
    server.archive = Some("archive@test.invalid".parse().unwrap());
    let receipts = send(server, &notebook, vec![one], QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Handed);
    assert!(
        receipts[0]
            .outcome
            .words
            .ends_with("; g…@test.invalid was refused: 550 5.1.1 unknown; the archive was refused: 452 4.2.2 full")
    );
    assert_eq!(fake.kept()[0].to, ["here@test.invalid"]);
}

#[tokio::test]
async fn a_parcel_too_large_for_one_mail_is_several_mails_and_one_parcel() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let parcels = vec![parcel("gp-leadership", 7, 3_000_000)];
    let notebook = Notebook::with(&parcels);
    let receipts = send(server(fake.address.port()), &notebook, parcels.clone(), QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{receipts:?}");
    assert_eq!(receipts[0].handed, [1, 2, 3, 4, 5, 6, 7]);
    let kept = fake.kept();
    assert_eq!(kept.len(), 4, "two copies of 4.1 MB a mail, below the 10,240,000 that the server announces");
    assert!(kept.iter().all(|k| k.message.len() < 10_240_000 && !attachments(&k.message).is_empty()));
    assert_eq!(delivered(&kept, &parcels[0]), [1, 2, 3, 4, 5, 6, 7]);
    let subject =
        |k: usize| mail_parser::MessageParser::default().parse(&kept[k].message).unwrap().subject().unwrap().to_owned();
    assert!(subject(0).ends_with(" [1/4]") && subject(3).ends_with(" [4/4]"));
    assert_eq!(notebook.state(&parcels[0]), ParcelState::Handed);
}

#[tokio::test]
async fn of_a_split_parcel_only_what_was_not_taken_goes_again() {
    let fake = FakeSmtp::start({
        let dots = std::sync::atomic::AtomicUsize::new(0);
        move |_, stage, _| {
            if stage == Stage::Dot && dots.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1 {
                return Act::Say(b"552 5.2.2 full\r\n");
            }
            Act::Well
        }
    })
    .await;
    let whole = parcel("gp-leadership", 3, 100_000);
    let notebook = Notebook::with(std::slice::from_ref(&whole));
    let mut small = server(fake.address.port());
    small.max_message_bytes = Some(200_000);
    let receipts = send(small.clone(), &notebook, vec![whole.clone()], QUICK).await;
    assert_eq!((receipts[0].outcome.state, receipts[0].handed.as_slice()), (ParcelState::Failed, &[1][..]));
    let record = notebook.record(&whole.id);
    assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [2, 3]);
    let mut rest = whole.clone();
    rest.attempts = record.attempts;
    rest.copies.retain(|c| record.to_send().any(|r| r.record.number == c.record.number));
    let receipts = send(small, &notebook, vec![rest], QUICK).await;
    assert_eq!((receipts[0].outcome.state, receipts[0].handed.as_slice()), (ParcelState::Handed, &[2, 3][..]));
    assert_eq!(delivered(&fake.kept(), &whole), [1, 2, 3]);
    assert_eq!(notebook.state(&whole), ParcelState::Handed);
}

#[tokio::test]
async fn a_copy_too_large_for_any_mail_is_refused_before_anything_is_said() {
    let fake = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Ehlo => Act::Say(b"250-fake\r\n250 SIZE 100000\r\n"),
        _ => Act::Well,
    })
    .await;
    let parcels = vec![parcel("mia", 2, 100_000)];
    let notebook = Notebook::with(&parcels);
    let receipts = send(server(fake.address.port()), &notebook, parcels, QUICK).await;
    let outcome = &receipts[0].outcome;
    assert!(outcome.words.starts_with("copy 1 makes a mail of 0.1"), "{outcome:?}");
    assert!(outcome.words.contains("the largest mail that is taken has 0.100 MB"), "{outcome:?}");
    assert!(fake.kept().is_empty() && !outcome.is_transient());
}

#[tokio::test]
async fn a_server_that_is_down_is_not_asked_for_each_parcel() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let parcels: Vec<_> = (0..30).map(|i| parcel(&format!("organ-{i}"), 1, 100)).collect();
    let notebook = Notebook::with(&parcels);
    let receipts = send(server(closed.port()), &notebook, parcels.clone(), Pace { workers: 1, ..QUICK }).await;
    assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Failed && r.outcome.is_transient()));
    assert!(receipts[0].outcome.words.contains("cannot be reached"), "{receipts:?}");
    assert!(receipts[29].outcome.words.starts_with("not tried: "), "{receipts:?}");
    assert!(parcels.iter().all(|p| notebook.state(p) == ParcelState::Failed));
}

#[tokio::test]
async fn without_the_encryption_that_was_asked_for_nothing_is_said() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let mut encrypted = server(fake.address.port());
    encrypted.server.security = Security::StartTls;
    let one = parcel("mia", 1, 100);
    let receipts = send(encrypted, &Notebook::with(std::slice::from_ref(&one)), vec![one], QUICK).await;
    assert!(receipts[0].outcome.words.contains("does not offer STARTTLS"), "{receipts:?}");
    assert!(fake.kept().is_empty());
}

#[tokio::test]
async fn it_logs_in_and_a_refusal_names_neither_user_nor_password() {
    for (answer, state) in
        [(&b"235 2.7.0 in\r\n"[..], ParcelState::Handed), (&b"535 5.7.8 no\r\n"[..], ParcelState::Failed)]
    {
        let fake = FakeSmtp::start(move |_, stage, line| match stage {
            Stage::Ehlo => Act::Say(b"250-fake\r\n250 AUTH LOGIN PLAIN\r\n"),
            // \0user\0secret in base64.
            Stage::Other if line == "AUTH PLAIN AHVzZXIAc2VjcmV0\r\n" => Act::Say(answer),
            _ => Act::Well,
        })
        .await;
        let mut server = server(fake.address.port());
        server.server.credentials = Some(Credentials::new("user", "secret"));
        assert!(!format!("{server:?}").contains("secret"));
        let parcels = vec![parcel("mia", 1, 100)];
        let receipts = send(server, &Notebook::with(&parcels), parcels, QUICK).await;
        assert_eq!(receipts[0].outcome.state, state, "{receipts:?}");
        assert!(!format!("{receipts:?}").contains("secret"));
    }
}

#[tokio::test]
async fn a_real_parcel_without_an_address_is_told() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let mut one = parcel("mia", 1, 100);
    one.to.clear();
    one.origin = Origin::Real;
    let receipts =
        send(server(fake.address.port()), &Notebook::with(std::slice::from_ref(&one)), vec![one], QUICK).await;
    assert!(receipts[0].outcome.words.starts_with("the organ has no address for mail"), "{receipts:?}");
}

#[tokio::test]
async fn an_outcome_that_cannot_be_recorded_stops_everything_and_is_told() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let parcels: Vec<_> = ["mia", "moj", "knb"].map(|o| parcel(o, 1, 1000)).into();
    let notebook = Notebook::with(&parcels);
    *notebook.outcomes_fail.lock().unwrap() = true;
    let receipts = send(server(fake.address.port()), &notebook, parcels.clone(), Pace { workers: 1, ..QUICK }).await;
    assert_eq!((receipts[0].outcome.state, receipts[0].recorded), (ParcelState::Handed, false));
    assert!(receipts[0].outcome.words.contains("this could not be recorded"), "{receipts:?}");
    assert!(receipts[1..].iter().all(|r| r.outcome.state == ParcelState::Queued), "{receipts:?}");
    assert_eq!(fake.kept().len(), 1);
    // The journal contains only the intent, so the next run asks a person.
    *notebook.outcomes_fail.lock().unwrap() = false;
    notebook.write_off_the_interrupted();
    assert_eq!(notebook.state(&parcels[0]), ParcelState::Uncertain);
    assert_eq!(notebook.state(&parcels[1]), ParcelState::Queued);
}

/// A journal that fails in the middle of a parcel.
struct Broken(Arc<Notebook>);

impl Journal for Broken {
    async fn intent(&self, attempt: &Attempt) -> Result<(), zhinaq::distribute::JournalError> {
        self.0.intent(attempt).await
    }

    async fn may_send(&self, attempt: &Attempt) -> Result<bool, zhinaq::distribute::JournalError> {
        assert!(attempt.parcel.organ.as_str() != "mia", "a fault of the program");
        Ok(true)
    }

    async fn outcome(&self, attempt: &Attempt, outcome: &Outcome) -> Result<(), zhinaq::distribute::JournalError> {
        self.0.outcome(attempt, outcome).await
    }
}

#[tokio::test]
async fn a_panic_in_one_parcel_is_its_recorded_failure_and_the_others_go_on() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let parcels: Vec<_> = ["mia", "moj", "knb"].map(|o| parcel(o, 1, 1000)).into();
    let notebook = Notebook::with(&parcels);
    let transport = Arc::new(Smtp::on_this_machine(server(fake.address.port())).unwrap());
    let journal = Arc::new(Broken(Arc::clone(&notebook)));
    let receipts = hand_over(transport, journal, parcels.clone(), Pace { workers: 1, ..QUICK }).await;
    let states: Vec<ParcelState> = receipts.iter().map(|r| r.outcome.state).collect();
    assert_eq!(states, [ParcelState::Failed, ParcelState::Handed, ParcelState::Handed], "{receipts:?}");
    assert_eq!(notebook.state(&parcels[0]), ParcelState::Failed);
    assert_eq!(fake.kept().len(), 2);
}
