//! The states of one numbered copy. In: a copy, and the facts about it. Out: its state. This module does not know the
//! other copies of its parcel.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{Channel, CopyRecord, Event, ParcelState, SealedCopy};

/// One copy of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyStanding {
    #[serde(flatten)]
    pub record: CopyRecord,
    pub state: ParcelState,
    /// The state of the second sending of a copy that was handed over and that a person had sent again. Whatever
    /// happens to it, the copy has been handed over once.
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
}

impl CopyStanding {
    /// A copy that has just entered the register.
    #[must_use]
    pub const fn queued(record: CopyRecord) -> Self {
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
        }
    }

    /// The state of the sending that is open: of the second if there is one, else of the first.
    #[must_use]
    pub fn open(&self) -> ParcelState {
        self.again.unwrap_or(self.state)
    }

    /// Queues the copy again, because a person requested it.
    pub(crate) fn queue_again(&mut self) {
        if self.state.is_handed() {
            self.again = Some(ParcelState::Queued);
        } else {
            self.state = ParcelState::Queued;
            self.handed_by = None;
        }
    }

    pub(crate) fn begin_attempt(&mut self, attempt: u32, channel: Channel, message_id: Option<&str>) {
        (self.attempt, self.channel) = (attempt, Some(channel));
        self.message_id = message_id.map(ToOwned::to_owned);
        match &mut self.again {
            Some(again) => *again = ParcelState::Sending,
            None => self.state = ParcelState::Sending,
        }
    }

    /// Ends an attempt. The outcome of an earlier attempt may come late, when a sender that was thought dead writes it
    /// after another has tried again. A late outcome counts only if the copy was handed over, or may have been.
    pub(crate) fn end_attempt(&mut self, attempt: u32, state: ParcelState, event: &Event) {
        let is_late = attempt < self.attempt;
        let is_news = state.is_handed() || (state == ParcelState::Uncertain && !self.state.is_handed());
        match (self.again, state) {
            // The first sending bounced, so only the second is left.
            (Some(again), ParcelState::Bounced) => {
                self.again = None;
                self.enter(again, event);
            }
            (Some(_), ParcelState::Acknowledged) => self.state = state,
            (Some(_), _) if is_late => {}
            (Some(_), _) => self.end_again(state, event),
            (None, _) if !is_late || is_news => self.enter(state, event),
            (None, _) => {}
        }
    }

    /// Sets the state that a person found out.
    pub(crate) fn settle(&mut self, state: ParcelState, event: &Event) {
        match self.again {
            Some(_) => self.end_again(state, event),
            None => self.enter(state, event),
        }
    }

    /// Withdraws the copy, because its organ has ended. A copy that was handed over stays so, and is not sent again.
    pub(crate) fn withdraw(&mut self) {
        self.again = None;
        if !self.state.is_handed() {
            self.state = ParcelState::Withdrawn;
        }
    }

    fn end_again(&mut self, state: ParcelState, event: &Event) {
        self.again = Some(state).filter(|state| !state.is_handed());
        if self.again.is_none() {
            self.handed(event);
        }
    }

    fn enter(&mut self, state: ParcelState, event: &Event) {
        let was_handed = self.state.is_handed();
        self.state = state;
        if !state.is_handed() {
            self.handed_by = None;
        } else if !was_handed && state == ParcelState::Acknowledged && self.handed_at.is_some() {
            // An answer contradicts a bounce: the copy was handed over when the server took it.
            self.handed_by = Some(event.run.clone());
        } else if !was_handed {
            self.handed(event);
        }
    }

    fn handed(&mut self, event: &Event) {
        self.handed_by = Some(event.run.clone());
        self.handed_at = Some(event.at);
    }
}

/// Numbers of copies as a person writes and reads them: `1-7`, `1, 3-4`. Sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyNumbers(Vec<u32>);

/// Why a text is not a list of copies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no copies: write their numbers, such as `1,3-4`")]
pub struct CopyNumbersError(String);

/// The largest number of a copy: no organ gets more copies of a collection.
const MOST: u32 = 100_000;

impl CopyNumbers {
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// As one word of a command line: `1,3-4`.
    #[must_use]
    pub fn as_word(&self) -> String {
        self.to_string().replace(' ', "")
    }

    /// As the subject of a sentence: `copy 3 is`, `copies 1, 3-4 are`.
    #[must_use]
    pub fn are(&self) -> String {
        if self.0.len() == 1 { format!("copy {self} is") } else { format!("copies {self} are") }
    }
}

impl FromIterator<u32> for CopyNumbers {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        let mut numbers: Vec<u32> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers)
    }
}

impl FromStr for CopyNumbers {
    type Err = CopyNumbersError;

    fn from_str(text: &str) -> Result<Self, CopyNumbersError> {
        let wrong = || CopyNumbersError(text.to_owned());
        let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(wrong);
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
            let (first, last): (u32, u32) = (number(first)?, number(last)?);
            if first > last {
                return Err(wrong());
            }
            numbers.extend(first..=last);
        }
        Ok(numbers.into_iter().collect())
    }
}

impl fmt::Display for CopyNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut spans: Vec<(u32, u32)> = Vec::new();
        for number in &self.0 {
            match spans.last_mut().filter(|(_, last)| last.checked_add(1) == Some(*number)) {
                Some((_, last)) => *last = *number,
                None => spans.push((*number, *number)),
            }
        }
        for (place, (first, last)) in spans.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{first}")?;
            if first != last {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_a_span() {
        let numbers = |numbers: &[u32]| numbers.iter().copied().collect::<CopyNumbers>().to_string();
        assert_eq!(numbers(&[1, 2, 3, 4, 5, 6, 7]), "1-7");
        assert_eq!(numbers(&[6, 1, 3, 4, 3]), "1, 3-4, 6");
        assert_eq!((numbers(&[5]), numbers(&[])), ("5".into(), String::new()));
        let are = |text: &str| text.parse::<CopyNumbers>().unwrap().are();
        assert_eq!("1, 3-4".parse::<CopyNumbers>().unwrap().as_word(), "1,3-4");
        assert_eq!((are("3"), are("1-2")), ("copy 3 is".into(), "copies 1-2 are".into()));
    }

    #[test]
    fn numbers_are_read_as_they_are_printed() {
        for text in ["1", "1-7", "1, 3-4, 6"] {
            assert_eq!(text.parse::<CopyNumbers>().unwrap().to_string(), text);
        }
        assert_eq!("4,1-2,2".parse::<CopyNumbers>().unwrap().as_slice(), [1, 2, 4]);
        for wrong in ["", "0", "3-1", "1,", "-1", "1-", "x", "1-4000000000"] {
            assert!(wrong.parse::<CopyNumbers>().is_err(), "{wrong}");
        }
    }
}
