//! SIGTERM and Ctrl-C: the mail that is under way ends, no other one begins.

use std::{
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI32, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::program::{SEND, moved, narcotics};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Stage},
    program::Office,
};

/// Sends over one connection. At the first dot the program gets these signals; then the server does `after`.
async fn stopped(signals: &'static [Signal], after: Act, more: &str) -> (Output, Office, FakeSmtp, Duration) {
    let (victim, dots) = (Arc::new(AtomicI32::new(0)), Arc::new(AtomicUsize::new(0)));
    let fake = FakeSmtp::start({
        let (victim, dots) = (Arc::clone(&victim), Arc::clone(&dots));
        move |_, stage, _| {
            if stage != Stage::Dot || dots.fetch_add(1, Ordering::SeqCst) > 0 {
                return Act::Well;
            }
            for signal in signals {
                while victim.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
                if let Some(pid) = Pid::from_raw(victim.load(Ordering::SeqCst)) {
                    let _ = kill_process(pid, *signal);
                }
                // Signals that come together count as one.
                std::thread::sleep(Duration::from_millis(300));
            }
            after.clone()
        }
    })
    .await;
    let office = moved(fake.address.port());
    office.edit("zhinaq.toml", |text| text.replace("from = ", &format!("connections = 1\n{more}from = ")));
    let words = SEND.into_iter().filter(|word| *word != "--quiet");
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhinaq"));
    command.args(words).current_dir(office.path()).env("NO_COLOR", "1").stdout(Stdio::null()).stderr(Stdio::piped());
    let started = Instant::now();
    let child = command.spawn().unwrap();
    victim.store(i32::try_from(child.id()).unwrap(), Ordering::SeqCst);
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    (output, office, fake, started.elapsed())
}

fn counts(office: &Office) -> [u64; 3] {
    let standing = narcotics(office);
    ["handed", "uncertain", "expected"].map(|state| standing["parcels"][state].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_signal_ends_the_mail_under_way_and_begins_no_other() {
    for signals in [&[Signal::TERM][..], &[Signal::INT], &[Signal::HUP]] {
        let (output, office, fake, _) = stopped(signals, Act::Well, "").await;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{signals:?}: {words}");
        let [handed, uncertain, expected] = tokio::task::block_in_place(|| counts(&office));
        assert_eq!((handed, uncertain, fake.kept().len()), (1, 0, 1), "{signals:?}: {words}");
        let last = words.lines().last().unwrap();
        assert!(
            last.starts_with("not tried") || words.contains("stopped by a signal: 1 parcel handed over"),
            "{words}"
        );
        assert!(words.contains("the program was asked to stop") && words.contains("goes on"), "{words}");
        assert!(expected > 1);
        // The next one goes on.
        tokio::task::block_in_place(|| office.zhinaq(&SEND).exits(0));
        assert_eq!(fake.kept().len() as u64, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_that_does_not_end_within_the_bound_is_uncertain_and_a_second_signal_ends_at_once() {
    let (output, office, _fake, took) = stopped(&[Signal::TERM], Act::Hang, "stop_seconds = 1\n").await;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{words}");
    assert!(took < Duration::from_mins(1), "{took:?}");
    assert_eq!(tokio::task::block_in_place(|| counts(&office))[1], 1, "{words}");

    let (output, office, _fake, took) = stopped(&[Signal::TERM, Signal::TERM], Act::Hang, "").await;
    assert_eq!(output.status.code(), Some(5));
    assert!(took < Duration::from_mins(1), "{took:?}");
    // The journal has the intent, so the mail is uncertain.
    let [handed, uncertain, _] = tokio::task::block_in_place(|| {
        office.zhinaq(&SEND).exits(4);
        counts(&office)
    });
    assert!(handed > 0 && uncertain == 1);
}
