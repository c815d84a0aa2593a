//! Trouble that hits one parcel after the other; connections that a server does not allow; limits and time-outs.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use zhinaq::{
    distribute::{Pace, Parcel, Timeouts},
    domain::ParcelState,
};

use super::{
    context::{Notebook, QUICK, delivered, parcel, send, server},
    program::{SEND, moved, narcotics},
    receipts::maildir,
};
use crate::support::fake_smtp::{Act, FakeSmtp, Stage};

fn some(count: usize) -> Vec<Parcel> {
    (0..count).map(|n| parcel(&format!("organ-{n}"), 1, 200)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_of_uncertain_parcels_stops_the_sending_and_is_settled_in_one_act() {
    let lost = Arc::new(AtomicUsize::new(1));
    let fake = FakeSmtp::start({
        let lost = Arc::clone(&lost);
        move |_, stage, _| {
            if stage == Stage::Dot && lost.load(Ordering::SeqCst) == 1 { Act::KeepAndDrop } else { Act::Well }
        }
    })
    .await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.edit("zhinaq.toml", |text| text.replace("from = ", "connections = 1\nfrom = "));
        let aloud: Vec<&str> = SEND.into_iter().filter(|word| *word != "--quiet").collect();
        let ended = office.zhinaq(&aloud).exits(4);
        assert!(ended.err.contains("not tried: 3 parcels in a row are uncertain"), "{}", ended.err);
        let standing = narcotics(&office);
        assert_eq!(standing["parcels"]["uncertain"], 3, "{standing}");
        let kept = fake.kept();
        assert_eq!(kept.len(), 3);

        // Two of the three lie in the archive's mailbox.
        maildir(&office, &[]);
        for (number, mail) in kept[..2].iter().enumerate() {
            fs::write(office.path().join(format!("Maildir/new/{number}.host")), &mail.message).unwrap();
        }
        let settle = ["settle", "--sample", "--by", "op", "--proved", "--maildir", "Maildir"];
        let shown = office.zhinaq(&settle).exits(0);
        assert!(shown.out.contains("2 uncertain mails proved to be handed over, 1 left"), "{}", shown.out);
        assert!(shown.err.contains("--maildir Maildir --yes"), "{}", shown.err);
        assert_eq!(narcotics(&office)["parcels"]["uncertain"], 3, "it was only shown");
        let done = office.zhinaq(&[&settle[..], &["--yes", "--format", "json"]].concat()).exits(0).json();
        assert_eq!((done["proved"].as_array().unwrap().len(), &done["settled"]), (2, &json!(true)), "{done}");
        let words = |n: usize| done["proved"][n]["words"].as_str().unwrap().to_owned();
        assert!(words(0) != words(1), "each keeps its own evidence");
        let standing = narcotics(&office);
        assert_eq!((&standing["parcels"]["uncertain"], &standing["parcels"]["handed"]), (&json!(1), &json!(2)));
        lost.store(0, Ordering::SeqCst);
        office.zhinaq(&SEND).exits(4);
        assert_eq!(narcotics(&office)["parcels"]["uncertain"], 1, "the third waits for a person");
    });
}

#[tokio::test]
async fn a_server_that_refuses_all_alike_is_not_asked_for_each_parcel() {
    let fake = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Dot => Act::Say(b"554 5.7.1 blocked\r\n"),
        _ => Act::Well,
    })
    .await;
    let parcels = some(30);
    let notebook = Notebook::with(&parcels);
    let receipts = send(server(fake.address.port()), &notebook, parcels, Pace { workers: 1, ..QUICK }).await;
    let count = |state| receipts.iter().filter(|r| r.outcome.state == state).count();
    assert_eq!((count(ParcelState::Failed), count(ParcelState::Queued)), (5, 25));
    assert!(receipts[29].outcome.words.contains("5 parcels in a row were refused alike (554 5.7.1 blocked)"));
}

#[tokio::test]
async fn a_server_that_allows_few_connections_gets_every_parcel_over_those() {
    for (limit, at, refusal) in [
        (1, Stage::Greeting, Act::SayAndDrop(b"421 4.7.0 too many connections\r\n")),
        (2, Stage::Greeting, Act::SayAndDrop(b"421 4.7.0 too many connections\r\n")),
        (1, Stage::Ehlo, Act::Say(b"421 4.7.0 too many connections\r\n")),
        (1, Stage::Greeting, Act::Drop),
        (3, Stage::Mail, Act::SayAndDrop(b"421 4.7.0 too many connections\r\n")),
        (1, Stage::Mail, Act::Say(b"450 4.7.1 too many connections\r\n")),
    ] {
        let fake = FakeSmtp::start({
            let refusal = refusal.clone();
            // Connections after the first few are refused, as long as the program tries.
            move |connection, stage, _| if connection > limit && stage == at { refusal.clone() } else { Act::Well }
        })
        .await;
        let parcels = some(40);
        let notebook = Notebook::with(&parcels);
        let pace = Pace { workers: 4, retries: 1, ..QUICK };
        let receipts = send(server(fake.address.port()), &notebook, parcels.clone(), pace).await;
        let told = format!("limit {limit} at {at:?}");
        assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Handed), "{told}: {receipts:?}");
        assert!(parcels.iter().all(|parcel| delivered(&fake.kept(), parcel) == [1]), "{told}");
        assert!(fake.connections() < 40, "{told}: {} connections", fake.connections());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parcel_that_its_server_finds_too_large_goes_by_folder() {
    let ehlo: &[u8] = b"250-fake\r\n250 SIZE 60000\r\n";
    let without: &[u8] = b"250-fake\r\n250 SIZE\r\n";
    for (name, ehlo, at, words, by_folder) in [
        ("announced", ehlo, Stage::Other, &b""[..], true),
        ("at MAIL", without, Stage::Mail, b"552 5.3.4 message too big\r\n", true),
        ("after the dot", without, Stage::Dot, b"552 5.2.3 message too big\r\n", true),
        ("no limit", b"250-fake\r\n250 SIZE 0\r\n", Stage::Other, b"", false),
    ] {
        let fake = FakeSmtp::start(move |_, stage, _| match stage {
            Stage::Ehlo => Act::Say(ehlo),
            stage if stage == at && !words.is_empty() => Act::Say(words),
            _ => Act::Well,
        })
        .await;
        let port = fake.address.port();
        tokio::task::block_in_place(|| {
            let office = moved(port);
            office.edit("zhinaq.toml", |text| format!("{text}[delivery.default]\ntoo_large = \"folder\"\n"));
            office.zhinaq(&[&SEND[..], &["--organ", "knb"]].concat()).exits(0);
            let manifest = office.path().join("output/sample/outbox/knb/2025-Q2/narcotics/r0/manifest.json");
            assert_eq!((manifest.exists(), fake.kept().is_empty()), (by_folder, by_folder), "{name}");
        });
    }
}

#[tokio::test]
async fn each_time_out_runs_from_the_moment_that_it_is_about() {
    let begin = |end: u64, block: u64| async move {
        let fake = FakeSmtp::start(|_, stage, _| if stage == Stage::Dot { Act::Hang } else { Act::Well }).await;
        let mut sender = server(fake.address.port());
        let (end, block) = (Duration::from_millis(end), Duration::from_millis(block));
        sender.server.timeouts = Timeouts { end, block, ..sender.server.timeouts };
        let one = parcel("mia", 1, 1000);
        let notebook = Notebook::with(std::slice::from_ref(&one));
        let started = Instant::now();
        let receipts = send(sender, &notebook, vec![one], QUICK).await;
        assert_eq!(receipts[0].outcome.state, ParcelState::Uncertain, "{receipts:?}");
        assert!(receipts[0].outcome.words.contains("no reply to the end of the message"), "{receipts:?}");
        started.elapsed()
    };
    // `end` counts from the dot, whatever `block` is.
    let took = begin(500, 60_000).await;
    assert!((Duration::from_millis(500)..Duration::from_secs(10)).contains(&took), "{took:?}");
    let took = begin(1500, 100).await;
    assert!((Duration::from_millis(1500)..Duration::from_secs(10)).contains(&took), "{took:?}");
}
