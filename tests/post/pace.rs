//! How fast and how patiently the program talks to a mail server, as `zhinaq.toml` sets it.

use std::time::{Duration, Instant};

use zhinaq::{
    config::{Office as Settings, TransportSettings},
    distribute::Timeouts,
    domain::ParcelState,
};

use super::{
    context::{Notebook, QUICK, parcel, send},
    program::{SEND, by_mail, moved, narcotics},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Stage},
    program::Office,
};

fn server(port: u16, more: &str) -> String {
    by_mail(&format!("host = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n{more}"))
}

#[test]
fn what_is_written_is_meant_and_nothing_is_none_of_it() {
    let office = Office::fresh();
    let settings = |more: &str| {
        std::fs::write(office.path().join("zhinaq.toml"), server(25, more)).unwrap();
        Settings::load(office.path()).map(|office| match office.settings.transport {
            TransportSettings::Smtp(smtp) => smtp.pace,
            TransportSettings::Folder { .. } => panic!("it goes by mail"),
        })
    };
    let pace = settings("").unwrap();
    assert_eq!((pace.connections, pace.mails_a_minute, pace.attempts), (None, None, 4));
    assert_eq!((pace.reply, pace.end), (Duration::from_mins(5), Duration::from_mins(10)));
    let pace =
        settings("connections = 2\nmails_a_minute = 30\nattempts = 1\nreply_seconds = 7\nend_seconds = 8\n").unwrap();
    assert_eq!((pace.connections, pace.mails_a_minute, pace.attempts), (Some(2), Some(30), 1));
    assert_eq!((pace.reply, pace.end), (Duration::from_secs(7), Duration::from_secs(8)));
    for (zero, why) in [
        ("connections = 0\n", "at least one connection"),
        ("mails_a_minute = 0\n", "leave the line out"),
        ("attempts = 0\n", "leave the line out"),
        ("end_seconds = 0\n", "no answer comes within 0 seconds"),
    ] {
        let faults = settings(zero).unwrap_err().to_string();
        assert!(faults.contains(why) && faults.contains("zhinaq.toml:7"), "{faults}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent_is_given_up_when_the_office_says_and_never_after_the_dot() {
    for (stage, state) in [(Stage::Greeting, "failed"), (Stage::Rcpt, "failed"), (Stage::Dot, "uncertain")] {
        let fake = FakeSmtp::start(move |_, at, _| if at == stage { Act::Hang } else { Act::Well }).await;
        let port = fake.address.port();
        tokio::task::block_in_place(|| {
            let office = moved(port);
            let more = "connections = 99\nattempts = 1\nreply_seconds = 1\nend_seconds = 1\nblock_seconds = 1\n";
            std::fs::write(office.path().join("zhinaq.toml"), server(port, more)).unwrap();
            let started = Instant::now();
            office.zhinaq(&SEND).exits(4);
            assert!(started.elapsed() < Duration::from_mins(1), "{stage:?}: {:?}", started.elapsed());
            let standing = narcotics(&office);
            assert_eq!(standing["parcels"][state], standing["parcels"]["expected"], "{stage:?}: {standing}");
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_connections_are_open_than_the_office_says() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        std::fs::write(office.path().join("zhinaq.toml"), server(port, "connections = 1\n")).unwrap();
        office.zhinaq(&SEND).exits(0);
    });
    assert_eq!(fake.connections(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_a_message_drop_by_drop_is_given_up() {
    let fake = FakeSmtp::start(|_, stage, _| match stage {
        Stage::Ehlo => Act::Say(b"250-fake\r\n250 SIZE 100000000\r\n"),
        Stage::Message => Act::Dawdle,
        _ => Act::Well,
    })
    .await;
    let mut ours = super::context::server(fake.address.port());
    // Bytes move all the time, but at this rate the mail would take hours.
    let timeouts = Timeouts { slowest: 50_000_000, block: Duration::from_secs(3), ..ours.server.timeouts };
    ours.server.timeouts = timeouts;
    let one = parcel("mia", 1, 40_000_000);
    let notebook = Notebook::with(std::slice::from_ref(&one));
    let started = Instant::now();
    let receipts = send(ours, &notebook, vec![one], QUICK).await;
    let outcome = &receipts[0].outcome;
    assert!(outcome.words.contains("too slowly"), "{outcome:?}");
    assert_eq!((outcome.state, outcome.is_transient()), (ParcelState::Failed, true));
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
}
