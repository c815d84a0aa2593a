//! Decides which of the built issues may go now: the one rule that `run`, `send` and the daemon follow.
//!
//! In: what building found about an issue, the gate of its collection, and whether a person decided that it goes all
//! the same. Out: `None`, or why it may not go. Unknown here: parcels, organs, and the approval of a second person.

use super::gate::{Gate, Waits};
use crate::{Exit, Hint, Invocation};
use domain::{Issue, IssueRecord};

/// What building found about an issue, as far as it decides whether the issue may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Condition {
    /// Error findings hold it back.
    pub draft: bool,
    /// It waits for a form, or for a comparison that may still come, under the late-form policy `hold`.
    pub waits: bool,
    /// Before its cut-off, it waits for a comparison that may still come.
    pub waits_for_comparison: bool,
    /// The book contains no figure.
    pub without_figures: bool,
}

impl From<&IssueRecord> for Condition {
    /// For copies in the register: what they waited for was decided when they were numbered.
    fn from(record: &IssueRecord) -> Self {
        Self { draft: record.draft, without_figures: record.without_figures, ..Self::default() }
    }
}

/// Why an issue does not go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    /// Its hour has not come; nothing is wrong.
    Early,
    /// It waits for a form under the late-form policy `hold`.
    Held,
    /// None of its forms is here.
    Empty,
    /// Its hour has come, but a comparison may still come before the cut-off.
    Comparison,
    /// It has forms, but no figure.
    WithoutFigures,
    /// Error findings hold it back; only an approver can let them pass.
    Draft,
}

/// Why an issue may not go now; `None` if it may. A person overrides every wait, but not an error finding.
#[must_use]
pub const fn unready(condition: Condition, gate: Gate, by_person: bool) -> Option<Unready> {
    if !by_person {
        match gate {
            Gate::Early => return Some(Unready::Early),
            Gate::Held => return Some(Unready::Held),
            Gate::Empty => return Some(Unready::Empty),
            Gate::Open if condition.waits => return Some(Unready::Held),
            Gate::Open if condition.waits_for_comparison => return Some(Unready::Comparison),
            Gate::Open if condition.without_figures => return Some(Unready::WithoutFigures),
            Gate::Open => {}
        }
    }
    if condition.draft { Some(Unready::Draft) } else { None }
}

/// Whether an issue goes because a person decided so, and would wait otherwise.
#[must_use]
pub const fn is_hastened(condition: Condition, gate: Gate) -> bool {
    !matches!(unready(condition, gate, false), None | Some(Unready::Draft))
}

/// The gate of an issue. Hours and forms hold back only the first issue of a collection.
#[must_use]
pub fn gate_of(waiting: &[Waits], issue: &Issue) -> Gate {
    let is_its = |w: &&Waits| issue.is_first() && w.collection == issue.collection && w.period == issue.period;
    waiting.iter().find(is_its).map_or(Gate::Open, |w| w.gate)
}

impl Unready {
    /// The reason in words for a person: `waits for its forms …`.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::Early => "waits for its hour",
            Self::Held => "waits for its forms (late-form policy `hold`)",
            Self::Empty => "none of its forms is here: not handed over",
            Self::Comparison => "waits until its cut-off for figures of an earlier period to compare with",
            Self::WithoutFigures => "contains no figures, so it is not handed over",
            Self::Draft => "is a DRAFT, held back by error findings",
        }
    }

    /// The exit code that follows from it.
    #[must_use]
    pub const fn exit(self) -> Exit {
        match self {
            Self::Early | Self::Comparison => Exit::Done,
            Self::Empty => Exit::Short,
            Self::Held | Self::WithoutFigures | Self::Draft => Exit::HeldBack,
        }
    }
}

/// Why an issue without figures does not go, and what a person can do about it.
#[must_use]
pub fn without_figures(call: &Invocation, issue: &Issue, is_numbered: bool) -> String {
    let check = call.command("check").option("--period", issue.period);
    let all_the_same = all_the_same(call, issue, is_numbered);
    format!("{}: see {check}; {all_the_same} hands it over anyway", Unready::WithoutFigures.said())
}

/// The command with which a person has a waiting issue handed over.
#[must_use]
pub fn all_the_same(call: &Invocation, issue: &Issue, is_numbered: bool) -> Hint {
    let is_revision = issue.revision > 0 && !issue.is_supplement();
    let command = |name: &str| call.command(name).option("--period", issue.period);
    let send = || command("send").option("--collection", &issue.collection);
    let how = match (is_revision, is_numbered) {
        (true, _) => send().option("--revision", issue.revision),
        (false, true) => send(),
        (false, false) => command("run").option("--collection", &issue.collection),
    };
    how.flag("--now").asked("--reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATES: [Gate; 4] = [Gate::Open, Gate::Early, Gate::Held, Gate::Empty];

    /// Every possible condition.
    fn conditions() -> impl Iterator<Item = Condition> {
        (0..16_u8).map(|bits| Condition {
            draft: bits & 1 > 0,
            waits: bits & 2 > 0,
            waits_for_comparison: bits & 4 > 0,
            without_figures: bits & 8 > 0,
        })
    }

    #[test]
    fn no_machine_hands_over_what_has_anything_against_it() {
        for condition in conditions() {
            for gate in GATES {
                let is_clean = condition == Condition::default() && gate == Gate::Open;
                assert_eq!(unready(condition, gate, false).is_none(), is_clean, "{condition:?} {gate:?}");
            }
        }
    }

    #[test]
    fn a_person_overrides_every_wait_and_no_error_finding() {
        for condition in conditions() {
            for gate in GATES {
                let draft = condition.draft.then_some(Unready::Draft);
                assert_eq!(unready(condition, gate, true), draft, "{condition:?} {gate:?}");
                let waited = Condition { draft: false, ..condition } != Condition::default() || gate != Gate::Open;
                assert_eq!(is_hastened(condition, gate), waited, "{condition:?} {gate:?}");
            }
        }
    }

    #[test]
    fn while_only_its_hour_has_not_come_nothing_is_wrong() {
        let of = |condition, gate| unready(condition, gate, false).map(Unready::exit);
        let empty = Condition { without_figures: true, ..Condition::default() };
        assert_eq!(of(empty, Gate::Early), Some(Exit::Done), "forms are still to come");
        assert_eq!(of(empty, Gate::Open), Some(Exit::HeldBack));
        assert_eq!(of(Condition { waits: true, ..Condition::default() }, Gate::Open), Some(Exit::HeldBack));
        let compares = Condition { waits_for_comparison: true, ..Condition::default() };
        assert_eq!(of(compares, Gate::Open), Some(Exit::Done));
        assert_eq!(of(compares, Gate::Empty), Some(Exit::Short));
    }
}
