//! What happens to a request, as the journal has it. This module does not know what follows.

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{CheckFollow, DatasetKey, Language, Number, Place, RequestCheck, Sha256};

/// The longest number of a request, in characters.
const LONGEST: usize = 40;

/// The number of a request, such as `З-2026-000001`. It is also the name of the folder of its files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestNumber(String);

/// Why a text is not the number of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the number of a request: it has letters, digits, `-` and `_`, at most 40, such as З-2026-000001")]
pub struct RequestNumberError(String);

impl FromStr for RequestNumber {
    type Err = RequestNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_right = !text.is_empty()
            && text.chars().count() <= LONGEST
            && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if is_right { Ok(Self(text.to_owned())) } else { Err(RequestNumberError(text.to_owned())) }
    }
}

impl TryFrom<String> for RequestNumber {
    type Error = RequestNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RequestNumber> for String {
    fn from(number: RequestNumber) -> Self {
        number.0
    }
}

impl fmt::Display for RequestNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RequestNumber {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// What kind of person or body asks. Never who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequesterKind {
    StateBody,
    Prosecutor,
    Person,
    Company,
}

impl RequesterKind {
    pub const ALL: [Self; 4] = [Self::StateBody, Self::Prosecutor, Self::Person, Self::Company];

    /// The word for it in files and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::StateBody => "state-body",
            Self::Prosecutor => "prosecutor",
            Self::Person => "person",
            Self::Company => "company",
        }
    }
}

/// A request that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenRequest {
    pub number: RequestNumber,
    /// The year in which it was registered, and its place among the requests of that year: 1, 2, 3 … without a gap.
    pub year: i32,
    pub place: u32,
    /// The day and, if known, the hour of receipt, in the zone of the office.
    pub received: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<NaiveTime>,
    pub from: RequesterKind,
    /// The id of the channel in `schedules/requests.toml`, or another word for one that the rules do not list.
    pub channel: String,
    pub language: Language,
    /// The hash of the document as it came.
    pub document: Sha256,
}

/// A figure of an answer, as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredFigure {
    pub key: DatasetKey,
    pub revision: u32,
    pub place: Place,
    pub value: Option<Number>,
}

/// What happened to a request after it was taken in. Days are those of the office's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum RequestStep {
    /// A clerk answered the checks and decided. A decision that differs from the proposal has a reason. `access`: an
    /// approver's ground, where the rules do not say that a section is free.
    Checked {
        answers: BTreeMap<RequestCheck, bool>,
        proposed: CheckFollow,
        decided: CheckFollow,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The one who asks was asked to complete the request, on these grounds.
    Clarified {
        day: NaiveDate,
        grounds: Vec<RequestCheck>,
    },
    ClockStopped {
        day: NaiveDate,
    },
    ClockStarted {
        day: NaiveDate,
    },
    /// The term was extended. `notice_due`: the last day to tell so.
    Extended {
        day: NaiveDate,
        until: NaiveDate,
        notice_due: Option<NaiveDate>,
        reason: String,
    },
    /// The notice of the extension was sent.
    Noticed {
        day: NaiveDate,
    },
    Forwarded {
        day: NaiveDate,
        to: String,
    },
    Left {
        day: NaiveDate,
        ground: RequestCheck,
        reason: String,
    },
    Refused {
        day: NaiveDate,
        ground: RequestCheck,
        reason: String,
    },
    /// An answer was put together. `question`: the hash of what was asked. `access`: the ground on which an approver lets
    /// figures go that the rules do not call free.
    Answered {
        day: NaiveDate,
        question: Sha256,
        letter: Sha256,
        workbook: Sha256,
        figures: Vec<AnsweredFigure>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        access: Option<String>,
    },
    AnswerSent {
        day: NaiveDate,
        how: String,
    },
    Appealed {
        day: NaiveDate,
    },
    Closed {
        day: NaiveDate,
    },
    /// The text, the name and the address were removed.
    Erased {
        day: NaiveDate,
        files: usize,
    },
}

impl RequestStep {
    /// The word for it, as in its JSON.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Checked { .. } => "checked",
            Self::Clarified { .. } => "clarified",
            Self::ClockStopped { .. } => "clock-stopped",
            Self::ClockStarted { .. } => "clock-started",
            Self::Extended { .. } => "extended",
            Self::Noticed { .. } => "noticed",
            Self::Forwarded { .. } => "forwarded",
            Self::Left { .. } => "left",
            Self::Refused { .. } => "refused",
            Self::Answered { .. } => "answered",
            Self::AnswerSent { .. } => "answer-sent",
            Self::Appealed { .. } => "appealed",
            Self::Closed { .. } => "closed",
            Self::Erased { .. } => "erased",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_can_be_the_name_of_a_folder() {
        assert_eq!("З-2026-000001".parse::<RequestNumber>().unwrap().to_string(), "З-2026-000001");
        for wrong in ["", "..", "a/b", "З 2026", "a\u{0}", &"9".repeat(41)] {
            assert!(wrong.parse::<RequestNumber>().is_err(), "{wrong:?}");
        }
    }
}
