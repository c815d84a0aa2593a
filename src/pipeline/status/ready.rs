//! What of the issues that were built may leave now: the one rule that `run`, `send` and the daemon keep.
//!
//! In: what building found out about an issue, its collection's gate, and whether a person decided that it goes all the same.
//! Out: nothing against it, or why not. Parcels, organs and a second person's approval are not known here.

use super::gate::{Gate, Waits};
use crate::{Context, Exit, Hint};
use domain::{Issue, IssueRecord};

/// What building found out about an issue, as far as it decides whether the issue may leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Condition {
    /// Error findings hold it back.
    pub draft: bool,
    /// Waits for a form, or for a comparison that may come yet, under the late-form policy `hold`.
    pub waits: bool,
    /// Before its cut-off it waits for a comparison that may come yet.
    pub waits_for_comparison: bool,
    /// The book holds no figure at all.
    pub without_figures: bool,
}

impl From<&IssueRecord> for Condition {
    /// Of copies that are in the register: what they waited for was decided when they were numbered.
    fn from(record: &IssueRecord) -> Self {
        Self { draft: record.draft, without_figures: record.without_figures, ..Self::default() }
    }
}

/// Why an issue does not leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    /// Its hour has not come: nothing is wrong.
    Early,
    /// It waits for a form under the late-form policy `hold`.
    Held,
    /// None of its forms is here.
    Empty,
    /// Its hour has come, and a comparison may come before the cut-off.
    Comparison,
    /// It has forms, and no figure at all.
    WithoutFigures,
    /// Error findings hold it back; only an approver lets them pass.
    Draft,
}

/// Why an issue may not leave now; nothing where it may. A person overrides every wait, but no error finding.
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

/// Whether an issue goes because a person said so, and would wait otherwise.
#[must_use]
pub const fn is_hastened(condition: Condition, gate: Gate) -> bool {
    !matches!(unready(condition, gate, false), None | Some(Unready::Draft))
}

/// The gate of an issue: hours and forms hold back a collection's first issue only.
#[must_use]
pub fn gate_of(waiting: &[Waits], issue: &Issue) -> Gate {
    let is_its = |w: &&Waits| issue.is_first() && w.collection == issue.collection && w.period == issue.period;
    waiting.iter().find(is_its).map_or(Gate::Open, |w| w.gate)
}

impl Unready {
    /// What it is, for a person: `waits for its forms …`.
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

    /// What it means for the program's exit.
    #[must_use]
    pub const fn exit(self) -> Exit {
        match self {
            Self::Early | Self::Comparison => Exit::Done,
            Self::Empty => Exit::Short,
            Self::Held | Self::WithoutFigures | Self::Draft => Exit::HeldBack,
        }
    }
}

/// Why an issue without any figure does not leave, with what a person can do about it.
#[must_use]
pub fn without_figures(context: &Context, issue: &Issue, is_numbered: bool) -> String {
    let check = context.call.command("check").option("--period", issue.period);
    let all_the_same = all_the_same(context, issue, is_numbered);
    format!("{}: see {check}; {all_the_same} hands it over anyway", Unready::WithoutFigures.said())
}

/// The command with which a person has an issue handed over that would wait.
#[must_use]
pub fn all_the_same(context: &Context, issue: &Issue, is_numbered: bool) -> Hint {
    let is_revision = issue.revision > 0 && !issue.is_supplement();
    let command = |name: &str| context.call.command(name).option("--period", issue.period);
    let send = || command("send").option("--collection", &issue.collection);
    let how = match (is_revision, is_numbered) {
        (true, _) => send().option("--revision", issue.revision),
        (false, true) => send(),
        (false, false) => command("run"),
    };
    how.flag("--now").asked("--reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATES: [Gate; 4] = [Gate::Open, Gate::Early, Gate::Held, Gate::Empty];

    /// Every condition that there is.
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
