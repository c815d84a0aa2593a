//! Parcels and a journal for the tests of the hand-over.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::DateTime;
use mail_parser::MimeHeaders as _;
use zhinaq::{
    distribute::{
        Attempt, CopyContent, Enclosure, Journal, JournalError, Letter, MailSender, Outcome, Pace, Parcel, Receipt,
        Repetition, Security, Smtp, SmtpServer, Timeouts, hand_over,
    },
    domain::{
        Actor, CopyRecord, Event, Fact, Language, Origin, ParcelId, ParcelRecord, ParcelState, Sha256, interrupted,
        parcels,
    },
};

use crate::support::fake_smtp::Kept;

/// A journal in memory, with the same facts as the ledger.
#[derive(Default)]
pub struct Notebook {
    pub facts: Mutex<Vec<Fact>>,
    /// After so many calls `may_send` answers that another run has taken over.
    pub taken_over_after: Mutex<Option<usize>>,
    pub intents_fail: Mutex<bool>,
    pub outcomes_fail: Mutex<bool>,
}

impl Notebook {
    pub fn with(parcels: &[Parcel]) -> Arc<Self> {
        let notebook = Self::default();
        for parcel in parcels {
            let copies = parcel.copies.iter().map(|c| c.record.clone()).collect();
            notebook.facts.lock().unwrap().push(Fact::Queued { parcel: parcel.id.clone(), copies });
        }
        Arc::new(notebook)
    }

    pub fn events(&self) -> Vec<Event> {
        let at = DateTime::from_timestamp(0, 0).unwrap();
        let facts = self.facts.lock().unwrap();
        let event = |(i, fact): (usize, &Fact)| Event {
            seq: i as i64 + 1,
            at,
            run: "run".into(),
            actor: Actor::Schedule,
            fact: fact.clone(),
        };
        facts.iter().enumerate().map(event).collect()
    }

    pub fn record(&self, id: &ParcelId) -> ParcelRecord {
        parcels(&self.events())[id].clone()
    }

    pub fn state(&self, parcel: &Parcel) -> ParcelState {
        self.record(&parcel.id).state
    }

    pub fn write_off_the_interrupted(&self) {
        let facts = interrupted(&self.events());
        self.facts.lock().unwrap().extend(facts);
    }

    fn push(&self, fact: Fact, fail: &Mutex<bool>) -> Result<(), JournalError> {
        if *fail.lock().unwrap() {
            return Err("the ledger is locked by another run".into());
        }
        self.facts.lock().unwrap().push(fact);
        Ok(())
    }
}

impl Journal for Notebook {
    async fn intent(&self, attempt: &Attempt) -> Result<(), JournalError> {
        self.push(attempt.sending(), &self.intents_fail)
    }

    async fn may_send(&self, _: &Attempt) -> Result<bool, JournalError> {
        let mut left = self.taken_over_after.lock().unwrap();
        let Some(count) = left.as_mut() else { return Ok(true) };
        let may = *count > 0;
        *count = count.saturating_sub(1);
        Ok(may)
    }

    async fn outcome(&self, attempt: &Attempt, outcome: &Outcome) -> Result<(), JournalError> {
        self.push(attempt.ended(outcome), &self.outcomes_fail)
    }
}

/// A parcel to an organ with copies of so many bytes each.
pub fn parcel(organ: &str, copies: u32, bytes: usize) -> Parcel {
    let id: ParcelId = format!("2025-Q2/crime/r0/{organ}").parse().unwrap();
    let enclosure = |number: u32| {
        let mut content = format!("copy {number} for {organ}\r\n.\r\n").into_bytes();
        content.resize(bytes.max(content.len()), number as u8);
        let file = format!("Жинақ_2025-Q2_{organ}_copy-{number}-of-{copies}.xlsx");
        let record = CopyRecord { number, of: copies, file, sha256: Sha256::of(&content), language: None };
        Enclosure { record, content: CopyContent::Bytes(content.into()) }
    };
    Parcel {
        id,
        language: Language::RU,
        origin: Origin::Sample,
        to: vec![format!("{organ}@test.invalid").parse().unwrap()],
        letter: Letter::new(
            "О преступности: жинақ «Ә»",
            "Направляется сборник.\n.\n..точки\n",
            Some("<p>Направляется сборник.</p>\n"),
        )
        .unwrap(),
        copies: (1..=copies).map(enclosure).collect(),
        date: DateTime::from_timestamp(1_752_480_000, 0).unwrap(),
        attempts: 0,
        max_message_bytes: None,
        by_folder_if_large: false,
        sending: Repetition::default(),
        settings: "settings".into(),
    }
}

pub fn server(port: u16) -> MailSender {
    let wait = Duration::from_millis(400);
    let timeouts = Timeouts { connect: wait, command: wait, block: wait, end: wait, ..Timeouts::default() };
    MailSender {
        server: SmtpServer { timeouts, ..SmtpServer::new("127.0.0.1", port, Security::None) },
        from: "sender@zhinaq.invalid".parse().unwrap(),
        from_name: Some("Комитет «Статистика»".into()),
        archive: None,
        max_message_bytes: None,
        dkim: None,
    }
}

pub const QUICK: Pace = Pace {
    workers: 2,
    retries: 0,
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_millis(2),
    stop_bound: Duration::from_secs(1),
};

pub async fn send(sender: MailSender, notebook: &Arc<Notebook>, parcels: Vec<Parcel>, pace: Pace) -> Vec<Receipt> {
    let transport = Arc::new(Smtp::new(sender).unwrap());
    hand_over(transport, Arc::clone(notebook), parcels, pace).await
}

/// The attachments of a kept message, with their names.
pub fn attachments(message: &[u8]) -> Vec<(String, Vec<u8>)> {
    let parsed = mail_parser::MessageParser::default().parse(message).unwrap();
    parsed.attachments().map(|a| (a.attachment_name().unwrap().to_owned(), a.contents().to_vec())).collect()
}

/// The copies of a parcel in the kept messages, each as often as it occurs.
pub fn delivered(kept: &[Kept], parcel: &Parcel) -> Vec<u32> {
    let found = kept.iter().flat_map(|k| attachments(&k.message));
    let hashes: Vec<Sha256> = found.map(|(_, bytes)| Sha256::of(&bytes)).collect();
    let number = |hash: &Sha256| parcel.copies.iter().find(|c| c.record.sha256 == *hash).map(|c| c.record.number);
    let mut numbers: Vec<u32> = hashes.iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}
