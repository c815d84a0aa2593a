//! Rebuilds a collection: makes a candidate for a later revision, with what changed from what each organ holds, and
//! what each organ would get. Sends nothing.
//!
//! In: a period, collections, and a reason. Out: masters of candidates, and facts about them. Unknown here: how copies
//! are numbered.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Catalogue, Context, Exit, Failure, Trouble,
    collections::{
        build, changes_since, comments, findings_file,
        inputs::{self, Outline},
        provenance,
        render::{self, Assembled, Work},
        revisions::{self, Held},
    },
    context::{claimed::claiming, permissions},
    figures::{self, LoadedDatasets, check},
    status::{
        report,
        requirements::{self, DueCollection},
    },
};
use assemble::{self, Book};
use domain::{
    CollectionId, Event, Fact, Finding, Issue, IssueRecord, Language, OrganId, ParcelId, ParcelRecord, Period, Piece,
    Right, Sha256, issues, parcels,
};
use store::ArtifactKey;

/// What a rebuild made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RebuildReport {
    pub candidates: Vec<Candidate>,
    /// Collections without a candidate, and why.
    pub troubles: Vec<Trouble>,
    /// How many of these have no copy in the register yet, so that a revision has nothing to follow.
    #[serde(skip)]
    pub unnumbered: usize,
}

impl RebuildReport {
    /// A request to revise what was not numbered yet is a usage error. That nothing changed is not an error.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if self.candidates.is_empty() && self.unnumbered > 0 { Exit::Usage } else { Exit::Done }
    }
}

/// A candidate for a revision.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    pub issue: Issue,
    pub content_id: Sha256,
    pub reason: String,
    /// Whether error findings remain. Then it cannot be sent before they are overruled and it is rebuilt.
    pub draft: bool,
    /// Whether the book contains no figure; then it goes only if a person decides so.
    pub without_figures: bool,
    pub would_get: Vec<WouldGet>,
    /// The organs that already hold these figures.
    pub untouched: Vec<OrganId>,
    /// The changed cells, for each revision that readers hold.
    pub changes: Vec<ChangedCell>,
    /// The masters below the output folder.
    pub files: Vec<String>,
}

/// What an organ would get of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WouldGet {
    pub organ: OrganId,
    pub copies: u32,
    pub language: Language,
    /// The revision that it holds; `None`: it holds none, and gets the whole issue.
    pub held: Option<u32>,
    /// How many cells of its copy change.
    pub changes: usize,
}

/// A changed cell, in the office's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedCell {
    /// The revision that it is compared with.
    pub held: u32,
    pub table: String,
    pub title: String,
    pub line: Option<String>,
    pub column: Option<String>,
    pub derived: bool,
    pub was: Option<String>,
    pub is: Option<String>,
}

/// Builds a candidate for the next revision of each collection whose figures changed for any organ. A dry run shows what
/// changed and who would get what, and keeps no candidate.
///
/// # Errors
/// When the person does not have the role, a collection is unknown, or the store or ledger fails. If nothing changed,
/// or nothing was issued yet, this is not an error: the report says so.
pub async fn rebuild(
    context: &Context,
    period: Period,
    asked: &[CollectionId],
    reason: &str,
    dry_run: bool,
) -> Result<RebuildReport, Failure> {
    context.person(Right::Rebuild).await?;
    let reason = permissions::reason(reason)?;
    let quarter = requirements::quarter(period)?;
    let due = build::chosen(context, period, asked)?;
    let known = parcels(&report::events_of(context, quarter).await?);
    let worked_on =
        |due: &DueCollection<'_>| revisions::worked_on(&Issue::first(due.term.id.clone(), due.period), &known);
    let candidates: Vec<Issue> = due.iter().map(worked_on).collect();
    let touched: Vec<Piece> = if dry_run { Vec::new() } else { candidates.iter().cloned().map(Piece::Build).collect() };
    claiming(context, touched, async |claimed| {
        let (facts, events) = (context.dataset_events().await?, report::events_of(context, quarter).await?);
        let catalogue = Catalogue::derive(&facts);
        let findings = check::of_quarter(context, &catalogue, quarter, &mut LoadedDatasets::default())?;
        let (records, issues) = (parcels(&events), issues(&events));
        for candidate in &candidates {
            revisions::is_still_worked_on(candidate, &records)?;
        }
        let rebuilding = Rebuilding {
            context,
            facts: &facts,
            events: &events,
            catalogue: &catalogue,
            findings: &findings,
            records: &records,
            issues: &issues,
            reason: &reason,
            dry_run,
        };
        let mut report = RebuildReport::default();
        for due in &due {
            match tokio::task::block_in_place(|| rebuilding.candidate(due))? {
                Ok((candidate, built)) => {
                    context.record_holding(&[claimed], &built).await?;
                    report.candidates.push(candidate);
                }
                Err(NoCandidate { why, is_unnumbered }) => {
                    report.unnumbered += usize::from(is_unnumbered);
                    report.troubles.push(Trouble::new(format!("collection `{}`", due.term.id), why));
                }
            }
        }
        Ok(report)
    })
    .await
}

struct Rebuilding<'a> {
    context: &'a Context,
    facts: &'a [Event],
    events: &'a [Event],
    catalogue: &'a Catalogue,
    findings: &'a [Finding],
    records: &'a BTreeMap<ParcelId, ParcelRecord>,
    issues: &'a BTreeMap<Issue, IssueRecord>,
    reason: &'a str,
    /// Keep and record nothing.
    dry_run: bool,
}

type Made = Result<(Candidate, Vec<Fact>), NoCandidate>;

/// Why no candidate can be made of a collection.
struct NoCandidate {
    why: String,
    is_unnumbered: bool,
}

impl Rebuilding<'_> {
    fn candidate(&self, due: &DueCollection<'_>) -> Result<Made, Failure> {
        let context = self.context;
        let first = Issue::first(due.term.id.clone(), due.period);
        if revisions::issued(&first, self.records).is_none() {
            let run = context.call.command("run").option("--period", due.period);
            let why = format!(
                "no copy of it has been numbered, so it cannot be revised; {run} builds it with the current figures, and numbers it at its hour"
            );
            return Ok(Err(NoCandidate { why, is_unnumbered: true }));
        }
        let issue = revisions::worked_on(&first, self.records);
        let template = inputs::template(context, &due.term.id)?;
        let outline = Outline {
            due: due.clone(),
            template,
            issue: issue.clone(),
            reason: Some(self.reason.to_owned()),
            comment: comments::written(context, due)?,
            revised: &[],
        };
        let mark = comments::mark(outline.comment.as_ref())?;
        let loaded = figures::load(
            context,
            self.catalogue,
            &render::wanted(context, self.catalogue, std::slice::from_ref(due)),
        )?;
        let work =
            Work { context, catalogue: self.catalogue, loaded: &loaded, findings: self.findings, events: self.events };
        let Assembled { book, draft, incomplete, .. } = work.assemble(&outline)?;
        let mut candidate = Candidate {
            issue: issue.clone(),
            content_id: book.content_id(),
            reason: self.reason.to_owned(),
            draft,
            without_figures: book.is_without_figures(),
            would_get: Vec::new(),
            untouched: Vec::new(),
            changes: Vec::new(),
            files: Vec::new(),
        };
        let mut built = Vec::new();
        for (revision, (shares, held)) in revisions::groups(context, &first, self.records) {
            let told = match &held {
                None => Some((book.clone(), 0)),
                Some(held) => self.since(&work, &outline, &book, held, &mut candidate.changes)?,
            };
            let Some((book, changes)) = told else {
                candidate.untouched.extend(shares.iter().map(|s| s.recipient.id.clone()));
                continue;
            };
            candidate.would_get.extend(shares.iter().map(|s| WouldGet {
                organ: s.recipient.id.clone(),
                copies: s.copies,
                language: s.language,
                held: revision,
                changes,
            }));
            if self.dry_run {
                continue;
            }
            let mut languages: Vec<Language> = shares.iter().map(|s| s.language).collect();
            languages.sort();
            languages.dedup();
            findings_file::keep(&context.artifacts, &book, &issue)?;
            comments::keep(context, &issue, outline.comment.as_ref())?;
            for (language, master) in render::masters(context, &book, &languages)? {
                // A book without changes is drawn for organs that hold nothing.
                let since = book.since.as_ref().map(|since| since.revision);
                provenance::keep(&work, &book, &issue, (language, &master.places), since)?;
                let profile = render::profile(&context.office)?.name().to_owned();
                let key = ArtifactKey::Master { issue: issue.clone(), language, profile, held: revision };
                let stored = context.artifacts.replace(&key, &master.bytes);
                let master = stored.map_err(|error| Failure::ours("a master could not be written", error))?;
                candidate.files.extend(key.relative().ok().map(|path| path.display().to_string()));
                built.push(Fact::Built {
                    issue: issue.clone(),
                    language,
                    content_id: candidate.content_id,
                    master,
                    draft,
                    incomplete: incomplete.clone(),
                    reason: Some(self.reason.to_owned()),
                    held: revision,
                    without_figures: candidate.without_figures,
                    comment: mark.clone(),
                });
            }
        }
        if candidate.would_get.is_empty() {
            let why = "no change: every organ already has these figures".into();
            return Ok(Err(NoCandidate { why, is_unnumbered: false }));
        }
        Ok(Ok((candidate, built)))
    }

    /// The book for readers of an earlier revision, with what changed for them; `None` if nothing changed.
    fn since(
        &self,
        work: &Work<'_>,
        outline: &Outline<'_>,
        new: &Book,
        held: &Held,
        cells: &mut Vec<ChangedCell>,
    ) -> Result<Option<(Book, usize)>, Failure> {
        let (context, due, first) = (self.context, &outline.due, outline.issue.in_revision(0));
        let of_then = first.in_revision(held.revision);
        let record = self.issues.get(&of_then);
        let same = record.is_some_and(|record| record.content_id == new.content_id());
        let Some(then) = changes_since::held(context, self.facts, self.issues, &first, held) else { return Ok(None) };
        if same {
            return Ok(None);
        }
        let keys = render::wanted(context, &then.catalogue, std::slice::from_ref(due));
        let loaded = figures::load(context, &then.catalogue, &keys)?;
        let was = Work { catalogue: &then.catalogue, loaded: &loaded, findings: &[], ..*work };
        let comment = record.map(|record| comments::of_issue(context, &of_then, record)).transpose()?.flatten();
        let old = was.assemble(&Outline { issue: of_then, comment, ..outline.clone() })?.book;
        let changes = assemble::changes(&old, new, &context.office.words);
        if changes.is_empty() && !held.supplements.is_empty() {
            // Everything new in the collection came with supplements.
            return Ok(None);
        }
        let datasets: Vec<_> = work.loaded.datasets().map(|(dataset, _)| dataset).collect();
        let revised = changes_since::places(
            &context.office,
            &datasets,
            &changes_since::changed(context, due, &then.catalogue, self.catalogue)?,
        );
        let marked = work.assemble(&Outline { revised: &revised, ..outline.clone() })?.book;
        let language = context.office.settings.language;
        let lexicon = context.lexicon(language)?;
        cells.extend(changes.iter().map(|change| ChangedCell {
            held: held.revision,
            table: change.number.clone(),
            title: change.title.of(language).to_owned(),
            line: change.line.as_ref().map(|l| l.of(language).to_owned()),
            column: change.column.as_ref().map(|c| c.of(language).to_owned()),
            derived: change.derived,
            was: change.was.as_ref().and_then(|cell| cell.said(lexicon)),
            is: change.is.as_ref().and_then(|cell| cell.said(lexicon)),
        }));
        Ok(Some((marked.with_changes_since(&old, &context.office.words), changes.len())))
    }
}
