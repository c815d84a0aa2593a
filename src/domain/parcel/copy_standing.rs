//! The states of one numbered copy. In: a copy, and the facts about it. Out: its state. This module does not know the
//! other copies of its parcel.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{AddressOutcome, Channel, CopyRecord, CopySending, Event, MailSent, ParcelState, SealedCopy};

/// One copy of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyStanding {
    #[serde(flatten)]
    pub record: CopyRecord,
    /// Follows from the sendings: handed over, if any of them was.
    pub state: ParcelState,
    /// The state of what is still open for a copy that was handed over: a later sending that a person requested, or
    /// further addresses. Whatever happens to it, the copy has been handed over once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<ParcelState>,
    /// The channel of its last attempt.
    pub channel: Option<Channel>,
    /// The mail of its last attempt.
    pub message_id: Option<String>,
    /// The number of its last attempt; 0 before the first.
    pub attempt: u32,
    /// The run that handed it over, and when.
    pub handed_by: Option<String>,
    pub handed_at: Option<DateTime<Utc>>,
    /// The archive in which it is sent, if it is encrypted for its organ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedCopy>,
    /// Its sendings, the first one first; never empty.
    pub sendings: Vec<CopySending>,
}

impl CopyStanding {
    /// A copy that has just entered the register.
    #[must_use]
    pub fn queued(record: CopyRecord) -> Self {
        Self {
            record,
            state: ParcelState::Queued,
            again: None,
            channel: None,
            message_id: None,
            attempt: 0,
            handed_by: None,
            handed_at: None,
            sealed: None,
            sendings: vec![CopySending::first()],
        }
    }

    /// The state of what is open: of a later sending or of further addresses if there are any, else of the copy.
    #[must_use]
    pub fn open(&self) -> ParcelState {
        self.again.unwrap_or(self.state)
    }

    /// The last sending.
    #[must_use]
    pub fn sending(&self) -> &CopySending {
        // `queued` makes the first one, and nothing removes one.
        &self.sendings[self.sendings.len() - 1]
    }

    /// The sending to which an attempt belongs.
    #[must_use]
    pub fn sending_of(&self, attempt: u32) -> &CopySending {
        &self.sendings[self.place_of(attempt)]
    }

    /// The Message-ID of the mail that the last sending repeats; `None` for the first sending, or if the copy went
    /// another way before.
    #[must_use]
    pub fn resend_of(&self) -> Option<&str> {
        self.sendings.iter().rev().skip(1).find_map(|sending| sending.message_id.as_deref())
    }

    /// Whether the server refused for good what is open, under these settings. It then waits for a person, or for other
    /// settings.
    #[must_use]
    pub fn is_refused(&self, settings: &str) -> bool {
        self.open() == ParcelState::Failed && self.sending().is_refused(settings)
    }

    fn place_of(&self, attempt: u32) -> usize {
        self.sendings.iter().rposition(|sending| sending.from <= attempt).unwrap_or(0)
    }

    /// Queues the copy again, because a person requested it. What was certainly not taken goes on with its sending:
    /// nobody has a mail of it. Anything else begins a new sending, with a mail of its own. `from` is the number of the
    /// next attempt.
    pub(crate) fn queue_again(&mut self, from: u32, at: DateTime<Utc>) {
        let number = self.sending().number;
        if let Some(last) = self.sendings.last_mut()
            && !last.queue_again()
        {
            self.sendings.push(CopySending::requested(number + 1, from, at));
        }
        self.derive();
    }

    pub(crate) fn begin_attempt(
        &mut self,
        attempt: u32,
        channel: Channel,
        message_id: Option<&str>,
        mail: Option<&MailSent>,
    ) {
        if let Some(last) = self.sendings.last_mut() {
            last.begin_attempt(attempt, channel, message_id, mail);
        }
        self.derive();
    }

    /// Ends an attempt of the sending to which it belongs. A bounce or an answer may come after a later sending has
    /// begun.
    pub(crate) fn end_attempt(
        &mut self,
        attempt: u32,
        state: ParcelState,
        addresses: Option<&AddressOutcome>,
        event: &Event,
    ) {
        let place = self.place_of(attempt);
        self.sendings[place].end_attempt(attempt, state, addresses, event);
        self.derive();
    }

    /// Sets the state that a person found out.
    pub(crate) fn settle(&mut self, state: ParcelState, event: &Event) {
        for sending in &mut self.sendings {
            sending.settle(state, event);
        }
        self.derive();
    }

    /// Withdraws the copy, because its organ has ended. A copy that was handed over stays so, and is not sent again.
    pub(crate) fn withdraw(&mut self) {
        for sending in &mut self.sendings {
            sending.withdraw();
        }
        self.derive();
    }

    fn derive(&mut self) {
        let (last, sendings) = (self.sending(), &self.sendings);
        let answered = sendings.iter().any(|s| s.state == ParcelState::Acknowledged);
        let handed = sendings.iter().rev().find(|s| s.state.is_handed());
        let is_uncertain = sendings.iter().any(CopySending::is_uncertain);
        let open = if last.state.is_handed() { last.rest } else { Some(last.state) };
        // Who answered has the copy, whatever bounced.
        let open = open.filter(|s| s.counts() && !(answered && *s == ParcelState::Bounced));
        let open = if is_uncertain { Some(ParcelState::Uncertain) } else { open };
        let state = match handed {
            Some(_) if answered => ParcelState::Acknowledged,
            Some(handed) => handed.state,
            None if is_uncertain => ParcelState::Uncertain,
            None => last.state,
        };
        let again = open.filter(|_| handed.is_some());
        let (by, at) = handed.map_or((None, None), |s| (s.handed_by.clone(), s.handed_at));
        let tried = sendings.iter().rev().find(|s| s.attempt > 0);
        let tried = tried.map(|s| (s.attempt, s.channel, s.message_id.clone())).unwrap_or_default();
        (self.state, self.again, self.handed_by, self.handed_at) = (state, again, by, at);
        (self.attempt, self.channel, self.message_id) = tried;
    }
}
