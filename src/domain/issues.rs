//! The issues of a collection that were built: the first, its revisions, its supplements.

use std::collections::BTreeMap;

use super::{Actor, Event, Fact, FormId, Issue, Language, Sha256};

/// What the journal says of an issue that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRecord {
    pub content_id: Sha256,
    pub draft: bool,
    pub incomplete: Vec<FormId>,
    /// Why a later issue was made.
    pub reason: Option<String>,
    /// Who built it last.
    pub built_by: Actor,
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
        let Fact::Built { issue, language, content_id, master, draft, incomplete, reason, held } = &event.fact else {
            continue;
        };
        let mut masters =
            issues.remove(issue).filter(|i| i.content_id == *content_id).map(|i| i.masters).unwrap_or_default();
        masters.insert((*language, *held), *master);
        let record = IssueRecord {
            content_id: *content_id,
            draft: *draft,
            incomplete: incomplete.clone(),
            reason: reason.clone(),
            built_by: event.actor.clone(),
            masters,
            seq: event.seq,
        };
        issues.insert(issue.clone(), record);
    }
    issues
}
