//! Numbers the copies: stamps each organ's copies from the master, and enters each copy into the register.
//!
//! In: masters, and the shares of organs. Out: stored copies, and facts for the register. Unknown here: how copies are
//! sent.
//!
//! Who numbers an issue holds its masters and its register, and the figures that it shows: nobody builds it again,
//! approves it or corrects a figure meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Built, Context, Failure,
    collections::changes_since::acts_since,
    context::{Progress, claimed::ClaimedPieces, parallel::in_parallel, progress::Step},
    status::{
        entitlements::{Registered, Share, entitlements},
        requirements::{self, DueCollection},
    },
};
use domain::{CopyRecord, Fact, FormId, Issue, Language, ParcelId, Period, Piece, Sha256, issues, parcels};
use durable::PublishError;
use ledger::Filter;
use store::{ArtifactKey, Artifacts, StoreError};
use words::Lexicon;
use workbook::{CopyMark, Stamper};

/// What one organ gets, stamped from the master for the issue that it holds already.
#[derive(Debug, Clone)]
pub struct CopyBatch<'a> {
    pub share: Share<'a>,
    pub held: Option<u32>,
    /// Its copies are numbered from the next number on; 0 for a parcel that has no copies yet.
    pub after: u32,
}

/// An issue whose masters are stored.
#[derive(Debug, Clone)]
pub struct PrintedCopy<'a> {
    pub issue: &'a Issue,
    pub content_id: Sha256,
    pub profile: &'a str,
}

/// Stamps the copies of a first issue and enters them into the register. Parcels that are in the register already are
/// not touched. Returns how many parcels were added.
///
/// # Errors
/// When figures or masters changed since it was built, a master cannot be stamped, or the store or ledger fails.
pub async fn number_copies(context: &Context, built: &Built) -> Result<usize, Failure> {
    let issue = &built.issue;
    let shown = shown(context, issue);
    let pieces = shown.iter().cloned().chain([Piece::Build(issue.clone()), Piece::Stamp(issue.clone())]);
    let claimed = ClaimedPieces::wait(context, pieces).await?;
    let numbered = number_built(context, built, &shown, &claimed).await;
    claimed.after(numbered).await
}

/// The figures that an issue shows, as pieces.
fn shown(context: &Context, issue: &Issue) -> BTreeSet<Piece> {
    let terms = &context.office.regulation().collections;
    let term = terms.iter().find(|term| term.id == issue.collection);
    let due = term.map(|term| DueCollection { term, period: issue.period });
    let periods = due.map(|due| requirements::periods_of(&context.office, &due)).unwrap_or_default();
    let of = |(form, periods): (FormId, BTreeSet<Period>)| {
        periods.into_iter().map(move |period| Piece::Fetch(form.clone(), period)).collect::<Vec<_>>()
    };
    periods.into_iter().flat_map(of).collect()
}

async fn number_built(
    context: &Context,
    built: &Built,
    shown: &BTreeSet<Piece>,
    claimed: &ClaimedPieces,
) -> Result<usize, Failure> {
    let issue = &built.issue;
    let events = context.events(&Filter::of_periods([issue.period])).await?;
    let known = parcels(&events);
    let is_same = issues(&events).get(issue).is_some_and(|record| record.content_id == built.content_id);
    if !built.is_numbered && (!is_same || acts_since(context, built.seen, issue, shown).await?) {
        return Err(Failure::usage(format!(
            "figures or decisions of `{issue}` changed while it was built, so no copy of it was numbered: give the command again"
        ))
        .coded("busy"));
    }
    let shares =
        entitlements(&context.office, &issue.collection, &Registered::of(issue, &known), context.today()).shares;
    let is_new = |share: &Share<'_>| !known.contains_key(&parcel(issue, share));
    let batches: Vec<CopyBatch<'_>> =
        shares.into_iter().filter(is_new).map(|share| CopyBatch { share, held: None, after: 0 }).collect();
    let print = PrintedCopy { issue, content_id: built.content_id, profile: &built.profile };
    number(context, &print, &batches, claimed).await
}

/// Stamps copies and enters them into the register, all or none. Returns how many parcels were added.
///
/// # Errors
/// When a master is missing or cannot be stamped, or the store or ledger fails.
pub async fn number(
    context: &Context,
    print: &PrintedCopy<'_>,
    batches: &[CopyBatch<'_>],
    claimed: &ClaimedPieces,
) -> Result<usize, Failure> {
    let facts = numbered(context, print, batches)?;
    context.record_holding(&[claimed], &facts).await?;
    Ok(facts.len())
}

/// Stamps and stores copies; returns the facts that enter them into the register.
///
/// # Errors
/// When a master is missing or cannot be stamped, or the store fails.
pub fn numbered(context: &Context, print: &PrintedCopy<'_>, batches: &[CopyBatch<'_>]) -> Result<Vec<Fact>, Failure> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    context.progress.begin(Step::Stamp, batches.iter().map(|l| l.share.copies as usize).sum());
    let facts = tokio::task::block_in_place(|| stamp_all(context, print, batches));
    context.progress.end(Step::Stamp);
    facts
}

fn parcel(issue: &Issue, share: &Share<'_>) -> ParcelId {
    ParcelId { issue: issue.clone(), organ: share.recipient.id.clone() }
}

fn stamp_all(context: &Context, print: &PrintedCopy<'_>, batches: &[CopyBatch<'_>]) -> Result<Vec<Fact>, Failure> {
    let mut by_master: BTreeMap<(Language, Option<u32>), Vec<&CopyBatch<'_>>> = BTreeMap::new();
    for batch in batches {
        by_master.entry((batch.share.language, batch.held)).or_default().push(batch);
    }
    let mut work = Vec::new();
    for ((language, held), batches) in by_master {
        let key = ArtifactKey::Master { issue: print.issue.clone(), language, profile: print.profile.into(), held };
        let master = context.artifacts.fetch(&key);
        let master = master.map_err(|error| {
            Failure::ours(format!("the master of {} in `{language}` is not there", print.issue), error)
        })?;
        let stamper = Stamper::new(master)
            .map_err(|error| Failure::ours(format!("the master of {} cannot be stamped", print.issue), error))?;
        let stamper = Arc::new(stamper);
        let lexicon = context.lexicon(language)?;
        let marks = batches.iter().flat_map(|batch| marks(print, batch, lexicon));
        work.extend(marks.map(|mark| (Arc::clone(&stamper), mark)));
    }
    let mut copies: BTreeMap<ParcelId, Vec<CopyRecord>> = BTreeMap::new();
    for (parcel, copy) in stamp_and_store(&context.artifacts, &*context.progress, &work)? {
        copies.entry(parcel).or_default().push(copy);
    }
    // In the order of the act.
    let queued = batches.iter().filter_map(|batch| {
        let parcel = parcel(print.issue, &batch.share);
        copies.remove(&parcel).map(|copies| Fact::Queued { parcel, copies })
    });
    Ok(queued.collect())
}

fn marks<'a>(
    print: &'a PrintedCopy<'_>,
    CopyBatch { share, after, .. }: &'a CopyBatch<'_>,
    lexicon: &'a Lexicon,
) -> impl Iterator<Item = CopyMark> + 'a {
    let Issue { collection, period, revision, supplement } = print.issue;
    let last = after + share.copies;
    (after + 1..=last).map(move |number| CopyMark {
        collection: collection.clone(),
        period: *period,
        revision: *revision,
        supplement: *supplement,
        organ: share.recipient.id.clone(),
        organ_title: share.recipient.titles.of(share.language).to_owned(),
        number,
        of: last,
        language: share.language,
        numbered: lexicon.copy_of(&number, &last),
        content_id: print.content_id,
    })
}

type Work = (Arc<Stamper>, CopyMark);

/// Stamps, hashes and writes each copy in one thread, while the disk works. All copies get their final names together.
fn stamp_and_store(
    artifacts: &Artifacts,
    progress: &dyn Progress,
    work: &[Work],
) -> Result<Vec<(ParcelId, CopyRecord)>, Failure> {
    let not_stored = |error| Failure::ours("the numbered copies cannot be stored", error);
    if let Some((_, mark)) = work.first() {
        artifacts.sweep_beside(&key(mark));
    }
    let batch = artifacts.batch();
    let put = |key: &ArtifactKey, pieces: &[&[u8]]| batch.put(key, pieces);
    let hashes = match stamp(progress, work, put)?.into_iter().collect::<Result<Vec<Sha256>, _>>() {
        // A run that died before its copies were in the register left other files there; no organ has them.
        Err(StoreError::Publish(PublishError::Conflict { .. })) => {
            let replace = |key: &ArtifactKey, pieces: &[&[u8]]| artifacts.replace(key, &pieces.concat());
            stamp(progress, work, replace)?.into_iter().collect::<Result<Vec<Sha256>, _>>().map_err(not_stored)?
        }
        hashes => {
            let hashes = hashes.map_err(not_stored)?;
            batch.publish().map_err(not_stored)?;
            hashes
        }
    };
    let record = |mark: &CopyMark, sha256| CopyRecord {
        number: mark.number,
        of: mark.of,
        file: mark.file_name(),
        sha256,
        language: Some(mark.language),
    };
    Ok(work.iter().zip(hashes).map(|((_, mark), sha256)| (mark.parcel(), record(mark, sha256))).collect())
}

type Stored = Result<Sha256, StoreError>;

fn stamp(
    progress: &dyn Progress,
    work: &[Work],
    put: impl Fn(&ArtifactKey, &[&[u8]]) -> Stored + Sync,
) -> Result<Vec<Stored>, Failure> {
    let made = in_parallel(work, |(stamper, mark)| {
        let copy = stamper.stamped(mark).map_err(|error| {
            Failure::ours(format!("copy {} of parcel `{}` cannot be stamped", mark.number, mark.parcel()), error)
        })?;
        let stored = put(&key(mark), &copy.slices());
        progress.advance(Step::Stamp);
        Ok(stored)
    });
    made.into_iter().collect()
}

fn key(mark: &CopyMark) -> ArtifactKey {
    ArtifactKey::Copy {
        issue: mark.parcel().issue,
        organ: mark.organ.clone(),
        language: mark.language,
        number: mark.number,
        of: mark.of,
    }
}
