//! The issues of a collection for a period. In: the journal and the files of each issue. Out: for each issue its content,
//! its authors, its register with the approval, and who holds it; the preview of what would be built now. Unknown here: how
//! a book is made.

use std::fs;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Context, Failure,
    collections::{book_of, build},
    status::{approval, report, requirements},
};
use domain::{
    CollectionId, Event, Fact, FormId, Issue, IssueRecord, Language, OrganId, ParcelRecord, ParcelState, Period,
    Sha256, in_force, issues, overtaken_by, parcels, register_hash,
};
use formats::html;
use store::ArtifactKey;

/// The issues of a collection for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionView {
    pub collection: CollectionId,
    pub period: Period,
    /// The quarter whose run makes it.
    pub quarter: Period,
    pub forms: Vec<FormId>,
    pub approval_required: bool,
    /// The newest first.
    pub issues: Vec<IssueView>,
}

/// One issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueView {
    pub issue: Issue,
    pub content_id: Sha256,
    pub draft: bool,
    pub without_figures: bool,
    pub incomplete: Vec<FormId>,
    /// Why a later issue was made.
    pub reason: Option<String>,
    pub builders: Vec<String>,
    pub built: Option<DateTime<Utc>>,
    /// The account of the person whose comment is in the book.
    pub comment_by: Option<String>,
    /// Whether it was built, and no copy of it is numbered.
    pub is_candidate: bool,
    pub overtaken_by: Option<u32>,
    pub masters: Vec<MasterLine>,
    /// The hash of its register; `None` while no copy is numbered.
    pub register: Option<Sha256>,
    pub approval: Option<ApprovalLine>,
    /// Whether a copy of it may still be handed over.
    pub waits: bool,
    pub parcels: usize,
    pub copies: usize,
    pub holds: Vec<OrganHolds>,
    pub files: Vec<IssueFile>,
}

/// A workbook that copies come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MasterLine {
    pub language: Language,
    /// The revision that its readers hold.
    pub held: Option<u32>,
    pub sha256: Sha256,
}

/// The approval of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalLine {
    /// Its place in the journal, to take it back.
    pub seq: i64,
    pub register: Sha256,
    /// Whether the register is still the one that was approved.
    pub holds: bool,
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// What an organ has of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganHolds {
    pub organ: OrganId,
    pub parcel: String,
    pub copies: usize,
    pub handed: usize,
    pub state: ParcelState,
}

/// A file of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueFile {
    pub name: String,
    pub bytes: u64,
}

/// The issues of a collection for a period.
///
/// # Errors
/// When the collection is unknown or has no such period, or the ledger cannot be read.
pub async fn collection(
    context: &Context,
    period: Period,
    collection: &CollectionId,
) -> Result<CollectionView, Failure> {
    let due = build::chosen(context, period, std::slice::from_ref(collection))?;
    let due = due.first().ok_or_else(|| Failure::usage(format!("`{collection}` is not made for `{period}`")))?;
    let quarter = requirements::quarter(period)?;
    let events = report::events_of(context, quarter).await?;
    let (records, built) = (parcels(&events), issues(&events));
    let first = Issue::first(collection.clone(), due.period);
    let view = |(issue, record): (&Issue, &IssueRecord)| {
        let ours: Vec<&ParcelRecord> = approval::of_issue(issue, &records).collect();
        let register = (!ours.is_empty()).then(|| register_hash(ours.iter().copied()));
        IssueView {
            content_id: record.content_id,
            draft: record.draft,
            without_figures: record.without_figures,
            incomplete: record.incomplete.clone(),
            reason: record.reason.clone(),
            builders: names(record),
            built: events.iter().find(|event| event.seq == record.seq).map(|event| event.at),
            comment_by: record.comment.as_ref().map(|mark| mark.account.clone()),
            is_candidate: ours.is_empty() && !issue.is_first(),
            overtaken_by: overtaken_by(issue, &records),
            masters: masters(record),
            approval: approved(issue, &events, register),
            register,
            waits: ours.iter().any(|record| record.to_send().next().is_some()),
            parcels: ours.len(),
            copies: ours.iter().map(|record| record.counted().count()).sum(),
            holds: ours.iter().map(|record| holds(record)).collect(),
            files: files(context, issue),
            issue: issue.clone(),
        }
    };
    let mut views: Vec<IssueView> = built.iter().filter(|(issue, _)| issue.is_beside(&first)).map(view).collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.issue.revision, view.issue.supplement)));
    Ok(CollectionView {
        collection: collection.clone(),
        period: due.period,
        quarter,
        forms: due.term.forms.clone(),
        approval_required: context.office.settings.approval_required,
        issues: views,
    })
}

/// The names of those who built it, each once.
fn names(record: &IssueRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for builder in &record.builders {
        let name = builder.to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn masters(record: &IssueRecord) -> Vec<MasterLine> {
    let line = |((language, held), sha256): (&(Language, Option<u32>), &Sha256)| MasterLine {
        language: *language,
        held: *held,
        sha256: *sha256,
    };
    record.masters.iter().map(line).collect()
}

fn holds(record: &ParcelRecord) -> OrganHolds {
    OrganHolds {
        organ: record.parcel.organ.clone(),
        parcel: record.parcel.to_string(),
        copies: record.counted().count(),
        handed: record.copies.iter().filter(|copy| copy.state.is_handed()).count(),
        state: record.state,
    }
}

fn approved(of: &Issue, events: &[Event], register: Option<Sha256>) -> Option<ApprovalLine> {
    in_force(events).rev().find_map(|event| match &event.fact {
        Fact::Approved { issue, register: approved, reason } if issue == of => Some(ApprovalLine {
            seq: event.seq,
            register: *approved,
            holds: register == Some(*approved),
            by: event.actor.to_string(),
            at: event.at,
            reason: reason.clone(),
        }),
        _ => None,
    })
}

/// The files of an issue, without its numbered copies.
fn files(context: &Context, issue: &Issue) -> Vec<IssueFile> {
    let key = ArtifactKey::OfIssue { issue: issue.clone(), name: "file".into() };
    let Ok(path) = key.relative() else { return Vec::new() };
    let folder = context.output.join(path);
    let entries = folder.parent().and_then(|folder| fs::read_dir(folder).ok());
    let file = |entry: fs::DirEntry| {
        let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
        Some(IssueFile { name, bytes: found.len() })
    };
    let mut files: Vec<IssueFile> = entries.into_iter().flatten().flatten().filter_map(file).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// A file of an issue by its name, with its bytes.
///
/// # Errors
/// When the issue has no such file, or it cannot be read.
pub fn issue_file(context: &Context, issue: &Issue, name: &str) -> Result<Vec<u8>, Failure> {
    if !files(context, issue).iter().any(|file| file.name == name) {
        return Err(Failure::usage(format!("`{issue}` has no file `{name}`")).coded("unknown-id"));
    }
    let key = ArtifactKey::OfIssue { issue: issue.clone(), name: name.to_owned() };
    context.artifacts.fetch(&key).map_err(|error| Failure::ours(format!("`{name}` could not be read"), error))
}

/// The collection as it would be built now, as a page that fetches nothing, with its content id.
///
/// # Errors
/// When the period has not ended, the collection is unknown, the office lacks the language, or the store fails.
pub async fn preview_page(
    context: &Context,
    period: Period,
    collection: &CollectionId,
    language: Language,
) -> Result<(String, Sha256), Failure> {
    let lexicon = context.lexicon(language)?;
    let book = book_of(context, period, collection).await?;
    Ok((html(&book, lexicon), book.content_id()))
}
