//! The issues of a collection that were built: the first, its revisions, its supplements.

use std::collections::BTreeMap;

use crate::{Actor, Event, Fact, FormId, Issue, Language, ParcelId, ParcelRecord, Sha256};

/// What the journal says of an issue that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRecord {
    pub content_id: Sha256,
    pub draft: bool,
    /// Whether the book holds no figure at all.
    pub without_figures: bool,
    pub incomplete: Vec<FormId>,
    /// Why a later issue was made.
    pub reason: Option<String>,
    /// Who built what it is now, whether for the first time or again.
    pub builders: Vec<Actor>,
    /// The masters by language and the revision that their readers hold already.
    pub masters: BTreeMap<(Language, Option<u32>), Sha256>,
    /// Where the last fact of its building stands in the journal.
    pub seq: i64,
}

/// The issues that were built, each as it was built last.
#[must_use]
pub fn issues(events: &[Event]) -> BTreeMap<Issue, IssueRecord> {
    let mut issues: BTreeMap<Issue, IssueRecord> = BTreeMap::new();
    for event in events {
        let Fact::Built { issue, language, content_id, master, draft, incomplete, reason, held, without_figures } =
            &event.fact
        else {
            continue;
        };
        let before = issues.remove(issue).filter(|i| i.content_id == *content_id);
        let (mut masters, mut builders) = before.map(|i| (i.masters, i.builders)).unwrap_or_default();
        masters.insert((*language, *held), *master);
        if !builders.contains(&event.actor) {
            builders.push(event.actor.clone());
        }
        let record = IssueRecord {
            content_id: *content_id,
            draft: *draft,
            without_figures: *without_figures,
            incomplete: incomplete.clone(),
            reason: reason.clone(),
            builders,
            masters,
            seq: event.seq,
        };
        issues.insert(issue.clone(), record);
    }
    issues
}

/// The newest revision of an issue's collection whose copies are in the register; `None` before the first issue's are.
#[must_use]
pub fn newest_revision(of: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Option<u32> {
    let ours = records.keys().map(|p| &p.issue).filter(|i| i.is_beside(of) && !i.is_supplement());
    ours.map(|issue| issue.revision).max()
}

/// The later revision that is in the register already, for a revision that it overtook. What still waits of the earlier one
/// would bring figures that stand no more, and the later one speaks of what each organ holds; the first issue and
/// supplements are owed all the same.
#[must_use]
pub fn overtaken_by(issue: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Option<u32> {
    let is_revision = issue.revision > 0 && !issue.is_supplement();
    newest_revision(issue, records).filter(|newest| is_revision && *newest > issue.revision)
}
