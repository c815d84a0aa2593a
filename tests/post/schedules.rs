//! Seeded schedules of faults on the wire itself: a server that refuses, breaks off, sends nonsense or falls silent at
//! random, against the program's own conversation. The register is compared with what the server kept.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use rayon::prelude::*;
use zhinaq::{
    distribute::{MailSender, Pace, Parcel, Timeouts},
    domain::{Fact, ParcelState, Sha256},
};

use super::{
    context::{Notebook, QUICK, attachments, parcel, send, server},
    simulation::Chance,
};
use crate::support::fake_smtp::{Act, FakeSmtp, Stage};

const SCHEDULES: u64 = 300;

/// What the server does at a stage: mostly what a good server does.
fn act(stage: Stage, roll: u64) -> Act {
    let refusals: [&'static [u8]; 6] = [
        b"421 4.3.2 closing\r\n",
        b"451 4.7.1 later\r\n",
        b"550 5.7.1 never\r\n",
        b"552 5.3.4 too big\r\n",
        b"250-one\r\n451 two\r\n",
        b"nonsense\r\n",
    ];
    match (stage, roll) {
        (Stage::Message, 9) => Act::Drop,
        (Stage::Message, _) => Act::Well,
        (_, 0..6) => Act::Say(refusals[roll as usize]),
        (Stage::Dot, 6) => Act::KeepAndDrop,
        (Stage::Dot, 7) => Act::KeepAndSay(b"25"),
        (Stage::Dot, 8) => Act::KeepAndSay(b"250-kept\r\n250 queued\r\n"),
        (_, 9) => Act::Drop,
        (_, 10) => Act::SayAndDrop(b"4"),
        (_, 11) => Act::SayAndDrop(b"421 4.3.2 closing\r\n"),
        (_, 12) if stage != Stage::Dot => Act::Hang,
        _ => Act::Well,
    }
}

struct Schedule {
    seed: u64,
    parcels: Vec<Parcel>,
    notebook: Arc<Notebook>,
    server: MailSender,
    /// The copies that a person found in a mailbox.
    found: Mutex<Vec<Sha256>>,
}

impl Schedule {
    /// One start of the program: interrupted parcels are settled, then what waits is sent.
    async fn run(&self) {
        self.notebook.write_off_the_interrupted();
        let mut waiting = self.parcels.clone();
        for parcel in &mut waiting {
            let record = self.notebook.record(&parcel.id);
            parcel.attempts = record.attempts;
            parcel.copies.retain(|c| record.to_send().any(|r| r.record.number == c.record.number));
        }
        waiting.retain(|parcel| !parcel.copies.is_empty());
        send(self.server.clone(), &self.notebook, waiting, Pace { retries: 1, ..QUICK }).await;
    }

    /// Compares the register with what the server kept; returns how many copies are uncertain.
    fn check(&self, fake: &FakeSmtp) -> usize {
        let kept: Vec<(Sha256, bool)> = fake
            .kept()
            .iter()
            .flat_map(|k| attachments(&k.message).into_iter().map(|(_, bytes)| (Sha256::of(&bytes), k.said)))
            .collect();
        let mut open = 0;
        for parcel in &self.parcels {
            for copy in self.notebook.record(&parcel.id).copies {
                let here: Vec<bool> =
                    kept.iter().filter(|(hash, _)| *hash == copy.record.sha256).map(|(_, said)| *said).collect();
                let told = format!(
                    "seed {}, {} copy {}: {}, kept {here:?}",
                    self.seed, parcel.id, copy.record.number, copy.state
                );
                match copy.state {
                    ParcelState::Handed => {
                        let found = self.found.lock().unwrap().contains(&copy.record.sha256);
                        assert!(here == [true] || (found && here == [false]), "{told}");
                    }
                    ParcelState::Queued | ParcelState::Failed => assert!(here.is_empty(), "{told}"),
                    ParcelState::Uncertain => {
                        open += 1;
                        assert!(here.len() <= 1, "{told}");
                    }
                    other => panic!("{told}: nobody said {other}"),
                }
            }
        }
        open
    }

    /// A person looks into the mailboxes of the organs and settles.
    fn settle(&self, fake: &FakeSmtp) {
        let kept: Vec<Sha256> =
            fake.kept().iter().flat_map(|k| attachments(&k.message)).map(|(_, bytes)| Sha256::of(&bytes)).collect();
        for parcel in &self.parcels {
            let record = self.notebook.record(&parcel.id);
            let open = record.copies.iter().filter(|c| c.state == ParcelState::Uncertain);
            let uncertain: Vec<Sha256> = open.map(|c| c.record.sha256).collect();
            if uncertain.is_empty() {
                continue;
            }
            let taken = uncertain.iter().all(|hash| kept.contains(hash));
            let state = if taken { ParcelState::Handed } else { ParcelState::Queued };
            self.found.lock().unwrap().extend(uncertain);
            let fact =
                Fact::Settled { parcel: parcel.id.clone(), state, evidence: "looked".into(), copies: Vec::new() };
            self.notebook.facts.lock().unwrap().push(fact);
        }
    }
}

async fn scheduled(seed: u64) -> usize {
    let mut chance = Chance::new(seed);
    let sizes: Vec<u32> = (0..3).map(|_| 1 + chance.of(3) as u32).collect();
    let faults = Arc::new(Mutex::new(Some(chance)));
    let fake = FakeSmtp::start({
        let faults = Arc::clone(&faults);
        move |_, stage, _| match faults.lock().unwrap().as_mut() {
            Some(chance) => act(stage, chance.of(60)),
            None => Act::Well,
        }
    })
    .await;
    let wait = Duration::from_millis(60);
    let mut server = server(fake.address.port());
    server.server.timeouts = Timeouts { connect: wait, command: wait, block: wait, end: wait, ..Timeouts::default() };
    let organs = ["mia", "knb", "senate"];
    let parcels: Vec<Parcel> = organs.iter().zip(sizes).map(|(organ, copies)| parcel(organ, copies, 40)).collect();
    let schedule = Schedule { seed, notebook: Notebook::with(&parcels), parcels, server, found: Mutex::default() };
    let mut open = 0;
    for _ in 0..3 {
        schedule.run().await;
        open += schedule.check(&fake);
        schedule.settle(&fake);
        schedule.check(&fake);
    }
    *faults.lock().unwrap() = None;
    let mut schedule = schedule;
    let timeouts = &mut schedule.server.server.timeouts;
    (timeouts.end, timeouts.command) = (Duration::from_secs(20), Duration::from_secs(20));
    for _ in 0..2 {
        schedule.run().await;
        schedule.settle(&fake);
    }
    assert_eq!(schedule.check(&fake), 0, "seed {seed}");
    let all = schedule.parcels.iter().all(|p| schedule.notebook.state(p) == ParcelState::Handed);
    assert!(all, "seed {seed}: something never arrived");
    open
}

#[test]
fn whatever_a_server_does_and_wherever_each_copy_is_in_one_true_state() {
    let open: usize = (1..=SCHEDULES)
        .into_par_iter()
        .map(|seed| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(scheduled(seed))
        })
        .sum();
    assert!(open > 50, "only {open} copies were ever uncertain");
}
