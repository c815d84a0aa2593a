//! The faults of mail servers, each with the state that it leads to.

use std::time::{Duration, Instant};

use zhinaq::{
    distribute::Pace,
    domain::{Fact, ParcelState},
};

use super::context::{Notebook, QUICK, delivered, parcel, send, server};
use crate::support::fake_smtp::{Act, FakeSmtp, Stage};

type Case = (&'static str, Stage, Act, ParcelState, usize, bool, &'static str);

fn faults() -> Vec<Case> {
    use ParcelState::{Failed, Handed, Uncertain};
    vec![
        ("no greeting", Stage::Greeting, Act::Drop, Failed, 0, true, "the connection was lost at the greeting"),
        (
            "refuses at the door",
            Stage::Greeting,
            Act::SayAndDrop(b"554 5.7.1 go away\r\n"),
            Failed,
            0,
            false,
            "554 5.7.1",
        ),
        (
            "busy at the door",
            Stage::Greeting,
            Act::SayAndDrop(b"421 4.3.2 busy\r\n"),
            Failed,
            0,
            true,
            "421 4.3.2 busy",
        ),
        ("hangs at the door", Stage::Greeting, Act::Hang, Failed, 0, true, "did not greet in time"),
        (
            "blank line in EHLO",
            Stage::Ehlo,
            Act::Say(b"250-fake\r\n250-   \r\n250 SIZE\r\n"),
            Failed,
            0,
            true,
            "a fault of the program",
        ),
        ("refuses the sender", Stage::Mail, Act::Say(b"550 5.1.8 who are you\r\n"), Failed, 0, false, "550 5.1.8"),
        ("too large, announced", Stage::Mail, Act::Say(b"552 5.3.4 too big\r\n"), Failed, 0, false, "552 5.3.4"),
        (
            "unknown recipient",
            Stage::Rcpt,
            Act::Say(b"550 5.1.1 <mia@test.invalid>: unknown\r\n"),
            Failed,
            0,
            false,
            "m…@test.invalid was refused: 550 5.1.1",
        ),
        ("greylisted", Stage::Rcpt, Act::Say(b"451 4.7.1 later\r\n"), Failed, 0, true, "451 4.7.1 later"),
        ("lost at the recipient", Stage::Rcpt, Act::Drop, Failed, 0, true, "the connection was lost at RCPT TO"),
        ("no data wanted", Stage::Data, Act::Say(b"554 5.5.1 no\r\n"), Failed, 0, false, "554 5.5.1"),
        ("a good reply to DATA that is none", Stage::Data, Act::Say(b"250 fine\r\n"), Failed, 0, true, "is not valid"),
        ("dropped after DATA", Stage::Message, Act::Drop, Failed, 0, true, "the connection was lost at the message"),
        (
            "an answer before the message",
            Stage::Data,
            Act::Say(b"354 go on\r\n250 2.0.0 Ok: queued\r\n"),
            Failed,
            0,
            true,
            "is not valid",
        ),
        (
            "refused in the middle",
            Stage::Message,
            Act::SayAndDrop(b"552 5.3.4 too big\r\n"),
            Failed,
            0,
            false,
            "552 5.3.4",
        ),
        ("refused at the end", Stage::Dot, Act::Say(b"552 5.2.2 full\r\n"), Failed, 0, false, "552 5.2.2 full"),
        ("not now at the end", Stage::Dot, Act::Say(b"421 4.3.2 shutting down\r\n"), Failed, 0, true, "421 4.3.2"),
        ("dropped after the dot, kept", Stage::Dot, Act::KeepAndDrop, Uncertain, 1, false, "the message had left"),
        ("dropped after the dot, not kept", Stage::Dot, Act::Drop, Uncertain, 0, false, "the message had left"),
        ("hangs after the dot", Stage::Dot, Act::Hang, Uncertain, 0, false, "no reply to the end of the message"),
        ("half a reply after the dot", Stage::Dot, Act::SayAndDrop(b"25"), Uncertain, 0, false, "after `25`"),
        ("nonsense after the dot", Stage::Dot, Act::Say(b"354 go on\r\n"), Uncertain, 0, false, "is not valid"),
        (
            "accepted in another encoding",
            Stage::Dot,
            Act::KeepAndSay(b"250 \xcf\xf0\xe8\xed\xff\xf2\xee\r\n"),
            Handed,
            1,
            false,
            "accepted by the mail server: 250 ",
        ),
        (
            "accepted in several lines",
            Stage::Dot,
            Act::KeepAndSay(b"250-one\r\n250 two\r\n"),
            Handed,
            1,
            false,
            "250-one / 250 two",
        ),
    ]
}

#[tokio::test]
async fn each_fault_leads_to_its_own_state() {
    for (name, at, act, state, copies, transient, words) in faults() {
        let fake = FakeSmtp::start(move |_, stage, _| if stage == at { act.clone() } else { Act::Well }).await;
        let parcels = vec![parcel("mia", 1, 3_000_000)];
        let notebook = Notebook::with(&parcels);
        let started = Instant::now();
        let receipts = send(server(fake.address.port()), &notebook, parcels.clone(), QUICK).await;
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: {:?}", started.elapsed());
        let outcome = &receipts[0].outcome;
        assert_eq!(outcome.state, state, "{name}: {outcome:?}");
        assert!(outcome.words.contains(words), "{name}: {outcome:?}");
        assert_eq!(outcome.is_transient(), transient, "{name}: {outcome:?}");
        assert_eq!(delivered(&fake.kept(), &parcels[0]).len(), copies, "{name}");
        assert_eq!(notebook.state(&parcels[0]), state, "{name}: the journal agrees");
        let intents = notebook.facts.lock().unwrap().iter().filter(|f| matches!(f, Fact::Sending { .. })).count();
        let had_to = matches!(at, Stage::Data | Stage::Message | Stage::Dot);
        assert_eq!(intents, usize::from(had_to), "{name}: an intent stands before DATA, and only there");
    }
}

#[tokio::test]
async fn a_fault_that_passes_is_tried_again_and_nothing_goes_twice() {
    for at in [Stage::Greeting, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Message, Stage::Dot] {
        let fake = FakeSmtp::start(move |connection, stage, _| {
            let act = if stage == Stage::Dot { Act::Say(b"451 4.3.0 later\r\n") } else { Act::Drop };
            if connection == 1 && stage == at { act } else { Act::Well }
        })
        .await;
        let parcels = vec![parcel("mia", 2, 1000)];
        let notebook = Notebook::with(&parcels);
        let pace = Pace { retries: 4, ..QUICK };
        let receipts = send(server(fake.address.port()), &notebook, parcels.clone(), pace).await;
        if at == Stage::Dot {
            // The same connection gives the same answer each time.
            assert_eq!(receipts[0].outcome.state, ParcelState::Failed);
            assert_eq!(receipts[0].attempts, 5);
            continue;
        }
        assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{at:?}: {receipts:?}");
        assert_eq!(delivered(&fake.kept(), &parcels[0]), [1, 2], "{at:?}");
    }
}
