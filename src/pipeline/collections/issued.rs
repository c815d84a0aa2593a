//! A collection whose copies are in the register: what a build says of it.
//!
//! In: its issue, and the register. Out: a [`Built`] that nothing was drawn for. Unknown here: figures.

use std::collections::BTreeMap;

use crate::{
    Failure,
    collections::{build::Built, changes_since::ChangedSince, render},
    context::Invocation,
};
use config::Office;
use domain::{Issue, IssueRecord, Language, ParcelId, ParcelRecord};

/// The first issue of a collection whose copies are in the register. It stays as it is, whatever came since.
pub fn standing(
    office: &Office,
    call: &Invocation,
    issue: Issue,
    (record, records): (&IssueRecord, &BTreeMap<ParcelId, ParcelRecord>),
    changed: Option<ChangedSince>,
) -> Result<Built, Failure> {
    let waits = |r: &ParcelRecord| r.parcel.issue == issue && r.to_send().next().is_some();
    let is_handed = !records.values().any(waits);
    let profile = render::profile(office)?.name().to_owned();
    let how = call.command("rebuild").option("--period", issue.period).option("--collection", &issue.collection);
    let how = how.asked("--reason");
    let why = |what: ChangedSince| format!("{}: {how} makes a revision", what.words());
    let mut built = Built {
        issue,
        content_id: record.content_id,
        draft: record.draft,
        incomplete: record.incomplete.clone(),
        waits: false,
        waits_for_comparison: false,
        without_figures: record.without_figures,
        is_numbered: true,
        is_handed,
        files: Vec::new(),
        beside: Vec::new(),
        unmade: Vec::new(),
        changed: changed.map(why),
        profile,
        comment: record.comment.clone(),
        seen: 0,
    };
    let key = |(language, _): &(Language, Option<u32>)| built.master_key(*language).relative().ok();
    let files = record.masters.keys().filter_map(key).map(|path| path.display().to_string()).collect();
    built.files = files;
    Ok(built)
}

/// Why a lost master is not made again.
pub fn not_again(built: &Built, language: Language) -> String {
    let path = built.master_key(language).relative().map(|path| path.display().to_string()).unwrap_or_default();
    format!(
        "the master `{path}` is missing or altered, and the figures or the program changed since it was built: restore it \
         from a backup"
    )
}
