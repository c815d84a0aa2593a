//! The issues of collections that were built: the first ones, their revisions, their supplements. In: the events of a
//! journal. Out: a record of each issue. This module does not know what an issue contains.

use std::collections::BTreeMap;

use crate::{Actor, CommentMark, Event, Fact, FormId, Issue, Language, ParcelId, ParcelRecord, Sha256};

/// What the journal has about an issue that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRecord {
    pub content_id: Sha256,
    pub draft: bool,
    /// Whether the book contains no figure.
    pub without_figures: bool,
    pub incomplete: Vec<FormId>,
    /// The comment of a person in the book.
    pub comment: Option<CommentMark>,
    /// Why a later issue was made.
    pub reason: Option<String>,
    /// Who built its present content, for the first time or again.
    pub builders: Vec<Actor>,
    /// The masters by language, and by the revision that their readers already hold.
    pub masters: BTreeMap<(Language, Option<u32>), Sha256>,
    /// The place in the journal of the last fact of its building.
    pub seq: i64,
}

/// The issues that were built, each in its latest build.
#[must_use]
pub fn issues(events: &[Event]) -> BTreeMap<Issue, IssueRecord> {
    let mut issues: BTreeMap<Issue, IssueRecord> = BTreeMap::new();
    for event in events {
        let Fact::Built {
            issue,
            language,
            content_id,
            master,
            draft,
            incomplete,
            reason,
            held,
            without_figures,
            comment,
        } = &event.fact
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
            comment: comment.clone(),
            reason: reason.clone(),
            builders,
            masters,
            seq: event.seq,
        };
        issues.insert(issue.clone(), record);
    }
    issues
}

/// The newest revision of an issue's collection that has copies in the register; `None` if even the first issue has no
/// copies there.
#[must_use]
pub fn newest_revision(of: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Option<u32> {
    let ours = records.keys().map(|p| &p.issue).filter(|i| i.is_beside(of) && !i.is_supplement());
    ours.map(|issue| issue.revision).max()
}

/// The later revision in the register that overtook a revision. What still waits of the earlier one would bring figures
/// that are no longer valid, and the later one shows the changes from what each organ holds. The first issue and
/// supplements are never overtaken: they are owed in any case.
#[must_use]
pub fn overtaken_by(issue: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Option<u32> {
    let is_revision = issue.revision > 0 && !issue.is_supplement();
    newest_revision(issue, records).filter(|newest| is_revision && *newest > issue.revision)
}
