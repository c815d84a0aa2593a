//! The mails that were sent, by their Message-ID: which copies each carried, in which attempts.
//!
//! In: the journal. Out: [`SentMail`]. What comes back about a mail belongs to the sending of its attempts. Unknown here:
//! what comes back.

use std::collections::BTreeMap;

use domain::{Event, Fact, ParcelId, ParcelRecord};

/// A mail that was sent, perhaps in several attempts.
#[derive(Debug, Clone)]
pub struct SentMail {
    pub parcel: ParcelId,
    pub copies: Vec<u32>,
    /// Its attempts, and whether the archive was among the recipients of each.
    attempts: Vec<(u32, bool)>,
}

impl SentMail {
    /// The number of its last attempt.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts.iter().map(|(number, _)| *number).max().unwrap_or_default()
    }

    /// Whether a copy of the mail in the archive proves that its last attempt was taken. It does not if the archive may
    /// have it from an attempt for other addresses, or from another sending under the same Message-ID, as version 0.1.0
    /// made them.
    #[must_use]
    pub fn archive_proves(&self, record: &ParcelRecord) -> bool {
        let last = self.attempt();
        let concerned =
            record.copies.iter().filter(|c| self.copies.is_empty() || self.copies.contains(&c.record.number));
        let mut concerned = concerned.peekable();
        concerned.peek().is_some()
            && concerned.all(|copy| {
                let sending = copy.sending_of(last).number;
                let is_one_sending = self.attempts.iter().all(|(n, _)| copy.sending_of(*n).number == sending);
                let is_rest = copy.sending_of(last).state.is_handed();
                let archived_before = self.attempts.iter().any(|(n, archived)| *n != last && *archived);
                is_one_sending && !(is_rest && archived_before)
            })
    }
}

/// The mails of a journal.
#[must_use]
pub fn sent_mails(events: &[Event]) -> BTreeMap<String, SentMail> {
    let mut mails: BTreeMap<String, SentMail> = BTreeMap::new();
    for event in events {
        let Fact::Sending { parcel, message_id: Some(id), copies, attempt, mail, .. } = &event.fact else { continue };
        let attempts = mails.get(id).map(|mail| mail.attempts.clone()).unwrap_or_default();
        let mut sent = SentMail { parcel: parcel.clone(), copies: copies.clone(), attempts };
        // Older journals do not say whether the archive got it.
        sent.attempts.push((*attempt, mail.as_ref().is_none_or(|mail| mail.archive.is_some())));
        mails.insert(id.clone(), sent);
    }
    mails
}
