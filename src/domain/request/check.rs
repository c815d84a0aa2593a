//! The checks of a request, and what follows from "no". In: the answers of a clerk. Out: a proposal, which a clerk
//! decides about. This module does not know the texts of replies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One check, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestCheck {
    /// The channel fits the one who asks.
    Channel,
    /// It is in written form.
    Written,
    /// It is signed by the head, the substitute or an authorised official.
    Signed,
    /// It names its unit of account: crime, offence, criminal case or person.
    Unit,
    /// Its period, place and agency are clear.
    Period,
    /// It is within the existing indicators of reports.
    Indicators,
    /// What it asks for is not open already.
    NotOpen,
    /// It asks for no copies of accounting documents.
    NoCopies,
    /// What it asks for is not restricted.
    NotRestricted,
    /// It is for this body to answer.
    Ours,
}

/// What follows from the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckFollow {
    Answer,
    Clarify,
    Refuse,
    Leave,
    Forward,
}

impl CheckFollow {
    pub const ALL: [Self; 5] = [Self::Answer, Self::Clarify, Self::Refuse, Self::Leave, Self::Forward];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::Refuse => "refuse",
            Self::Leave => "leave",
            Self::Forward => "forward",
        }
    }
}

impl RequestCheck {
    pub const ALL: [Self; 10] = [
        Self::Channel,
        Self::Written,
        Self::Signed,
        Self::Unit,
        Self::Period,
        Self::Indicators,
        Self::NotOpen,
        Self::NoCopies,
        Self::NotRestricted,
        Self::Ours,
    ];

    /// The word for it in files and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Written => "written",
            Self::Signed => "signed",
            Self::Unit => "unit",
            Self::Period => "period",
            Self::Indicators => "indicators",
            Self::NotOpen => "not-open",
            Self::NoCopies => "no-copies",
            Self::NotRestricted => "not-restricted",
            Self::Ours => "ours",
        }
    }

    /// The clause that asks for it. `None`: no clause of the Instruction, but the Administrative Procedure Code.
    #[must_use]
    pub const fn clause(self) -> Option<&'static str> {
        match self {
            Self::Channel | Self::NotOpen | Self::NoCopies => Some("7"),
            Self::Written => Some("2.9"),
            Self::Signed => Some("6"),
            Self::Unit | Self::Period => Some("8"),
            Self::Indicators => Some("5"),
            Self::NotRestricted => Some("2.10"),
            Self::Ours => None,
        }
    }

    /// What follows from "no".
    #[must_use]
    pub const fn follow(self) -> CheckFollow {
        match self {
            Self::Channel | Self::NotOpen | Self::NoCopies => CheckFollow::Leave,
            Self::Written | Self::Signed | Self::Unit | Self::Period => CheckFollow::Clarify,
            Self::Indicators | Self::NotRestricted => CheckFollow::Refuse,
            Self::Ours => CheckFollow::Forward,
        }
    }
}

/// What the program proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub follow: CheckFollow,
    /// The checks with "no" from which it follows.
    pub grounds: Vec<RequestCheck>,
    /// Checks without an answer. While there are some, nothing but what a "no" gives is proposed.
    pub open: Vec<RequestCheck>,
}

/// Which of several consequences counts first. A wrong channel ends the matter before anything is read; what is another
/// body's goes there within its short term; what is left or refused needs no completion.
const FIRST: [CheckFollow; 4] = [CheckFollow::Leave, CheckFollow::Forward, CheckFollow::Refuse, CheckFollow::Clarify];

impl Proposal {
    /// What follows from the answers; `None` while checks are open and no answer is "no".
    #[must_use]
    pub fn of(answers: &BTreeMap<RequestCheck, bool>) -> Option<Self> {
        let open: Vec<_> = RequestCheck::ALL.into_iter().filter(|check| !answers.contains_key(check)).collect();
        let no = |follow: CheckFollow| -> Vec<RequestCheck> {
            answers.iter().filter(|(check, yes)| !**yes && check.follow() == follow).map(|(check, _)| *check).collect()
        };
        if answers.get(&RequestCheck::Channel) == Some(&false) {
            return Some(Self { follow: CheckFollow::Leave, grounds: no(CheckFollow::Leave), open });
        }
        if answers.get(&RequestCheck::Ours) == Some(&false) {
            return Some(Self { follow: CheckFollow::Forward, grounds: no(CheckFollow::Forward), open });
        }
        for follow in FIRST {
            let grounds = no(follow);
            if !grounds.is_empty() {
                return Some(Self { follow, grounds, open });
            }
        }
        open.is_empty().then(|| Self { follow: CheckFollow::Answer, grounds: Vec::new(), open })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(no: &[RequestCheck]) -> BTreeMap<RequestCheck, bool> {
        RequestCheck::ALL.into_iter().map(|check| (check, !no.contains(&check))).collect()
    }

    #[test]
    fn each_no_has_its_consequence() {
        for check in RequestCheck::ALL {
            let proposal = Proposal::of(&answers(&[check])).unwrap();
            assert_eq!((proposal.follow, proposal.grounds), (check.follow(), vec![check]));
        }
        assert_eq!(Proposal::of(&answers(&[])).unwrap().follow, CheckFollow::Answer);
    }

    #[test]
    fn a_check_without_an_answer_is_never_a_yes() {
        let mut open = answers(&[]);
        open.remove(&RequestCheck::NotRestricted);
        assert_eq!(Proposal::of(&open), None);
        open.insert(RequestCheck::Unit, false);
        let proposal = Proposal::of(&open).unwrap();
        assert_eq!((proposal.follow, proposal.open), (CheckFollow::Clarify, vec![RequestCheck::NotRestricted]));
    }

    #[test]
    fn of_several_the_channel_counts_first_then_whose_matter_it_is() {
        use RequestCheck::{Channel, Indicators, NoCopies, Ours, Unit};
        assert_eq!(Proposal::of(&answers(&[Channel, Ours, Unit])).unwrap().follow, CheckFollow::Leave);
        assert_eq!(Proposal::of(&answers(&[NoCopies, Ours])).unwrap().follow, CheckFollow::Forward);
        assert_eq!(Proposal::of(&answers(&[Indicators, Unit])).unwrap().follow, CheckFollow::Refuse);
    }
}
