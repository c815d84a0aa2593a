//! Supplements: a form that came after its collection was handed over goes to the organs that hold the collection.
//!
//! No person has to decide about it: the collection announced that a supplement follows. So a run makes it by itself,
//! once, and numbers it for an organ as soon as that organ holds the collection.
//!
//! In: the facts of a quarter. Out: masters, and parcels in the register. Unknown here: how parcels are sent.

use std::collections::BTreeMap;

use crate::{
    Catalogue, Context, Exit, Failure, Progress, Trouble,
    collections::{
        build, changes_since, findings_file,
        inputs::{self, Outline},
        provenance,
        render::{self, Assembled, Work},
        revisions::{self, Held},
    },
    context::claimed::ClaimedPieces,
    distribution::number_copies::{CopyBatch, PrintedCopy, number},
    figures::{self, LoadedDatasets, check},
    status::{
        entitlements::{self, Share},
        gate::Gate,
        ready::{self, unready},
        report,
        requirements::{self, DueCollection},
    },
};
use config::Office;
use domain::{
    CollectionId, CollectionTemplate, CollectionTerm, Event, Fact, FormId, Issue, IssueRecord, ParcelId, ParcelRecord,
    Period, Piece, Right, Sha256, issues, parcels,
};
use store::ArtifactKey;

/// The supplements of a quarter, as far as they were numbered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupplementReport {
    /// The parcels that entered the register now.
    pub parcels: Vec<ParcelId>,
    pub troubles: Vec<Trouble>,
    pub exit: Exit,
}

/// Makes the supplements of a quarter's collections, or of those that are meant, and numbers their copies. Hands nothing
/// over. A supplement without figures is numbered only if a person decided that what waits goes at once.
///
/// # Errors
/// When the person does not have the role, a collection is unknown, or the store or ledger fails.
pub async fn supplement(
    context: &Context,
    period: Period,
    meant: &[CollectionId],
    by_person: bool,
) -> Result<SupplementReport, Failure> {
    context.permit(Right::Run).await?;
    let quarter = requirements::quarter(period)?;
    let mut report = SupplementReport::default();
    let (facts, mut events) = (context.dataset_events().await?, report::events_of(context, quarter).await?);
    for due in build::chosen(context, quarter, meant)? {
        if make(context, quarter, &due, (&facts, &events), by_person, &mut report).await? {
            events = report::events_of(context, quarter).await?;
        }
        enter(context, quarter, &due, by_person, &mut report).await?;
    }
    Ok(report)
}

/// What a run would number now of the supplements of a quarter: each parcel with its copies. Their masters are made, as
/// those of first issues are; nothing is numbered.
///
/// # Errors
/// When the person does not have the role, a collection is unknown, or the store or ledger fails.
pub async fn prospect(
    context: &Context,
    period: Period,
    meant: &[CollectionId],
) -> Result<(SupplementReport, Vec<(ParcelId, u32)>), Failure> {
    context.permit(Right::Run).await?;
    let quarter = requirements::quarter(period)?;
    let (mut report, mut would) = (SupplementReport::default(), Vec::new());
    let (facts, mut events) = (context.dataset_events().await?, report::events_of(context, quarter).await?);
    for due in build::chosen(context, quarter, meant)? {
        if make(context, quarter, &due, (&facts, &events), false, &mut report).await? {
            events = report::events_of(context, quarter).await?;
        }
        let (records, issues) = (parcels(&events), issues(&events));
        for ToNumber { issue, shares, .. } in to_number(context, &due, (&records, &issues), false) {
            let parcel = |share: &Share<'_>| ParcelId { issue: issue.clone(), organ: share.recipient.id.clone() };
            would.extend(shares.iter().map(|share| (parcel(share), share.copies)));
        }
    }
    Ok((report, would))
}

/// The next supplement of a collection, with the forms that have come since its copies were numbered without them;
/// `None` if no such form has come.
#[must_use]
pub fn owed(
    context: &Context,
    (first, facts): (&Issue, &[Event]),
    records: &BTreeMap<ParcelId, ParcelRecord>,
    issues: &BTreeMap<Issue, IssueRecord>,
) -> Option<(Issue, Vec<FormId>)> {
    let revision = revisions::issued(first, records)?;
    let supplements = revisions::supplements(first, records);
    let next = first.in_supplement(supplements.last().map_or(1, |last| last + 1));
    let then = changes_since::held(context, facts, issues, first, &Held { revision, supplements })?;
    let now = Catalogue::derive(facts);
    let came = |form: &&FormId| {
        changes_since::period(context, form, first.period)
            .is_some_and(|p| changes_since::has_come(&context.office, context.origin, &now, form, p))
    };
    let forms: Vec<FormId> = then.missing.iter().filter(came).cloned().collect();
    (!forms.is_empty()).then_some((next, forms))
}

/// Builds the next supplement of a collection if a missing form has come. Returns whether the journal has new facts.
/// `told`: the facts about datasets, and those of the quarter.
async fn make(
    context: &Context,
    quarter: Period,
    due: &DueCollection<'_>,
    told: (&[Event], &[Event]),
    by_person: bool,
    report: &mut SupplementReport,
) -> Result<bool, Failure> {
    let (facts, events) = told;
    let (records, issues) = (parcels(events), issues(events));
    let first = Issue::first(due.term.id.clone(), due.period);
    let Some((next, _)) = owed(context, (&first, facts), &records, &issues) else { return Ok(false) };
    let claimed = ClaimedPieces::wait(context, [Piece::Build(next.clone())]).await?;
    let made = make_claimed(context, quarter, (due, &next), by_person, (&claimed, report)).await;
    claimed.after(made).await
}

/// As [`make`], for a supplement that this program has claimed.
async fn make_claimed(
    context: &Context,
    quarter: Period,
    (due, claimed_issue): (&DueCollection<'_>, &Issue),
    by_person: bool,
    (claimed, report): (&ClaimedPieces, &mut SupplementReport),
) -> Result<bool, Failure> {
    let (facts, events) = (context.dataset_events().await?, report::events_of(context, quarter).await?);
    let (records, issues) = (parcels(&events), issues(&events));
    let first = Issue::first(due.term.id.clone(), due.period);
    // Another program may have made and numbered it meanwhile.
    let owed = owed(context, (&first, &facts), &records, &issues).filter(|(next, _)| next == claimed_issue);
    let Some((next, forms)) = owed else { return Ok(true) };
    let now = Catalogue::derive(&facts);
    let (term, template) = (
        term(&*context.progress, &context.office, due.term, &forms, next.supplement),
        template(context, due.term, &forms)?,
    );
    let due = DueCollection { term: &term, period: due.period };
    let built = draw(context, &due, &template, &next, &now, &events)?;
    if built.draft {
        let how = context.call.command("check").option("--period", quarter);
        let why = format!("is a DRAFT, held back by error findings; see {how}");
        report.troubles.push(Trouble::new(format!("issue `{next}`"), why));
        report.exit = report.exit.or(Exit::HeldBack);
    } else if built.without_figures && !by_person {
        let why = ready::without_figures(&context.call, &next, false);
        report.troubles.push(Trouble::new(format!("issue `{next}`"), why));
        report.exit = report.exit.or(Exit::HeldBack);
    }
    let same = |fact: &Fact| match (fact, issues.get(&next)) {
        (Fact::Built { language, content_id, master, draft, .. }, Some(before)) => {
            (before.content_id, before.draft) == (*content_id, *draft)
                && before.masters.get(&(*language, None)) == Some(master)
        }
        _ => false,
    };
    let known = built.facts.iter().all(same);
    if !known {
        context.record_holding(&[claimed], &built.facts).await?;
    }
    Ok(!known)
}

struct Drawn {
    draft: bool,
    without_figures: bool,
    facts: Vec<Fact>,
}

fn draw(
    context: &Context,
    due: &DueCollection<'_>,
    template: &CollectionTemplate,
    issue: &Issue,
    now: &Catalogue,
    events: &[Event],
) -> Result<Drawn, Failure> {
    let findings = check::of_quarter(context, now, requirements::quarter(due.period)?, &mut LoadedDatasets::default())?;
    tokio::task::block_in_place(|| {
        let loaded = figures::load(context, now, &render::wanted(context, now, std::slice::from_ref(due)))?;
        let work = Work { context, catalogue: now, loaded: &loaded, findings: &findings, events };
        let reason = reason(context, &due.term.forms)?;
        let outline = Outline {
            due: due.clone(),
            template,
            issue: issue.clone(),
            reason: Some(reason.clone()),
            // A comment is on the collection, and is printed there.
            comment: None,
            revised: &[],
        };
        let Assembled { book, draft, incomplete, .. } = work.assemble(&outline)?;
        let (content_id, without_figures) = (book.content_id(), book.is_without_figures());
        let profile = render::profile(&context.office)?;
        let mut facts = Vec::new();
        findings_file::keep(&context.artifacts, &book, issue)?;
        for (language, master) in
            render::masters(context, &book, &render::languages(&context.office, &issue.collection))?
        {
            provenance::keep(&work, &book, issue, (language, &master.places), None)?;
            let profile = profile.name().to_owned();
            let key = ArtifactKey::Master { issue: issue.clone(), language, profile, held: None };
            let stored = context.artifacts.replace(&key, &master.bytes);
            let master = stored.map_err(|error| Failure::ours("a master could not be written", error))?;
            facts.push(Fact::Built {
                issue: issue.clone(),
                language,
                content_id,
                master,
                draft,
                incomplete: incomplete.clone(),
                reason: Some(reason.clone()),
                held: None,
                without_figures,
                comment: None,
            });
        }
        Ok(Drawn { draft, without_figures, facts })
    })
}

/// A supplement that is built, and the organs that hold its collection and do not have it yet.
struct ToNumber<'o> {
    issue: Issue,
    content_id: Sha256,
    shares: Vec<Share<'o>>,
}

/// The supplements of a collection that are to be numbered.
fn to_number<'o>(
    context: &'o Context,
    due: &DueCollection<'_>,
    (records, issues): (&BTreeMap<ParcelId, ParcelRecord>, &BTreeMap<Issue, IssueRecord>),
    by_person: bool,
) -> Vec<ToNumber<'o>> {
    let first = Issue::first(due.term.id.clone(), due.period);
    let holders = revisions::holders(&first, records);
    let registered = entitlements::Registered::of(&first, records);
    let ready = |(issue, record): &(&Issue, &IssueRecord)| {
        issue.is_supplement() && issue.is_beside(&first) && unready((*record).into(), Gate::Open, by_person).is_none()
    };
    let of_issue = |(issue, record): (&Issue, &IssueRecord)| {
        let wanted = |share: &Share<'_>| {
            let has = records.keys().any(|p| p.issue == *issue && p.organ == share.recipient.id);
            // An organ that holds a revision built with the form does not need the supplement.
            let held = holders.get(&share.recipient.id).and_then(|h| issues.get(&first.in_revision(h.revision)));
            !has && held.is_some_and(|held| held.seq < record.seq)
        };
        let shares =
            entitlements::entitlements(&context.office, &first.collection, &registered, context.today()).shares;
        let shares: Vec<Share<'o>> = shares.into_iter().filter(wanted).collect();
        ToNumber { issue: issue.clone(), content_id: record.content_id, shares }
    };
    issues.iter().filter(ready).map(of_issue).collect()
}

/// Numbers the supplements of a collection for the organs that hold the collection and do not have the supplements yet.
async fn enter(
    context: &Context,
    quarter: Period,
    due: &DueCollection<'_>,
    by_person: bool,
    report: &mut SupplementReport,
) -> Result<(), Failure> {
    let first = Issue::first(due.term.id.clone(), due.period);
    for issue in issues(&report::events_of(context, quarter).await?).into_keys() {
        if !issue.is_supplement() || !issue.is_beside(&first) {
            continue;
        }
        let claimed = ClaimedPieces::wait(context, [Piece::Build(issue.clone()), Piece::Stamp(issue.clone())]).await?;
        let entered = enter_claimed(context, quarter, (due, &issue), by_person, &claimed).await;
        report.parcels.extend(claimed.after(entered).await?);
    }
    Ok(())
}

/// Numbers a supplement that this program has claimed. Returns the parcels that entered the register now.
async fn enter_claimed(
    context: &Context,
    quarter: Period,
    (due, claimed_issue): (&DueCollection<'_>, &Issue),
    by_person: bool,
    claimed: &ClaimedPieces,
) -> Result<Vec<ParcelId>, Failure> {
    let events = report::events_of(context, quarter).await?;
    let open = to_number(context, due, (&parcels(&events), &issues(&events)), by_person);
    let Some(ToNumber { issue, content_id, shares }) = open.into_iter().find(|open| open.issue == *claimed_issue)
    else {
        return Ok(Vec::new());
    };
    let batches: Vec<CopyBatch<'_>> =
        shares.into_iter().map(|share| CopyBatch { share, held: None, after: 0 }).collect();
    let profile = render::profile(&context.office)?;
    let print = PrintedCopy { issue: &issue, content_id, profile: profile.name() };
    number(context, &print, &batches, claimed).await?;
    let parcel = |batch: &CopyBatch<'_>| ParcelId { issue: issue.clone(), organ: batch.share.recipient.id.clone() };
    Ok(batches.iter().map(parcel).collect())
}

/// The collection with only the forms that came, under its own title.
fn term(
    progress: &dyn Progress,
    office: &Office,
    of: &CollectionTerm,
    forms: &[FormId],
    supplement: u32,
) -> CollectionTerm {
    progress.say(&format!("supplement {supplement} to `{}`: {}", of.id, list(forms)));
    CollectionTerm {
        titles: office.words.each(|l| l.supplement_title(&of.titles.of(l.language()), &supplement)),
        forms: forms.to_vec(),
        ..of.clone()
    }
}

fn template(context: &Context, of: &CollectionTerm, forms: &[FormId]) -> Result<CollectionTemplate, Failure> {
    let mut template = inputs::template(context, &of.id)?.clone();
    template.chapters.retain(|chapter| forms.contains(&chapter.form));
    template.key_figures.retain(|figure| forms.contains(&figure.form));
    Ok(template)
}

/// The reason for a supplement, in the office's language.
fn reason(context: &Context, forms: &[FormId]) -> Result<String, Failure> {
    let (regulation, language) = (context.office.regulation(), context.office.settings.language);
    let name = |form: &FormId| {
        let designation = regulation.form(form).map(|f| f.designation.of(language)).unwrap_or_default();
        if designation.is_empty() { form.to_string() } else { designation.to_owned() }
    };
    let names: Vec<String> = forms.iter().map(name).collect();
    Ok(context.lexicon(language)?.supplement_reason(&names.join(", ")))
}

fn list(forms: &[FormId]) -> String {
    forms.iter().map(FormId::as_str).collect::<Vec<_>>().join(", ")
}
