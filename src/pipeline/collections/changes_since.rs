//! What changed since an issue: compares the figures that its readers hold with those in use now.
//!
//! The figures of that time are not stored a second time. The journal says which revision of each dataset was in use
//! when an issue was built; a supplement adds the forms that it brought.
//!
//! In: the facts about datasets, an issue, and what its readers hold. Out: the datasets and the places that changed.
//! Unknown here: how a change is shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Catalogue, Context, Failure,
    collections::{
        comments, render,
        revisions::{self, Held},
    },
    figures,
    figures::changes::{ChangeKind, FigureChange, compare},
    status::{
        expected,
        requirements::{self, DueCollection},
    },
};
use config::Office;
use domain::{
    Binding, Dataset, DatasetKey, Event, Fact, FormId, FormIndex, Issue, IssueRecord, Origin, ParcelId, ParcelRecord,
    Period, Piece, Place,
};
use ledger::Filter;

/// The figures that a reader holds.
#[derive(Debug, Clone)]
pub struct Then {
    pub catalogue: Catalogue,
    /// The forms that the reader does not have as a whole.
    pub missing: Vec<FormId>,
}

/// The figures that a reader of a revision and some of its supplements holds; `None` if that revision was never built.
#[must_use]
pub fn held(
    context: &Context,
    facts: &[Event],
    issues: &BTreeMap<Issue, IssueRecord>,
    first: &Issue,
    held: &Held,
) -> Option<Then> {
    let record = issues.get(&first.in_revision(held.revision))?;
    let mut then = Then { catalogue: Catalogue::at(facts, record.seq), missing: record.incomplete.clone() };
    for number in &held.supplements {
        let Some(supplement) = issues.get(&first.in_supplement(*number)) else { continue };
        let later = Catalogue::at(facts, supplement.seq);
        let catalogue = &mut then.catalogue;
        then.missing.retain(|form| {
            let Some(period) = period(context, form, first.period) else { return true };
            let came = has_come(&context.office, context.origin, &later, form, period);
            if came {
                catalogue.take_form(&later, form, period);
            }
            !came
        });
    }
    Some(then)
}

/// The period of a form that a collection of another period shows.
#[must_use]
pub fn period(context: &Context, form: &FormId, of: Period) -> Option<Period> {
    requirements::form(context.office.regulation(), of, form).ok().map(|needed| needed.period)
}

/// Whether a form has come as a whole: every expected document is in use.
#[must_use]
pub fn has_come(office: &Office, origin: Origin, catalogue: &Catalogue, form: &FormId, period: Period) -> bool {
    expected::lacking(office, origin, catalogue, form, period).is_whole()
}

/// What differs from the newest issue of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedSince {
    Figures,
    /// Only what a person wrote about the issue.
    Comment,
}

impl ChangedSince {
    /// For the person who decides about a revision.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Figures => "figures changed since the copies were numbered; the numbered copies stay as they are",
            Self::Comment => "the comment changed since the copies were numbered; the numbered copies stay as they are",
        }
    }
}

/// Whether figures that a collection shows, or the comment on it, differ from those in its newest issue.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn since_newest(
    context: &Context,
    due: &DueCollection<'_>,
    records: &BTreeMap<ParcelId, ParcelRecord>,
    issues: &BTreeMap<Issue, IssueRecord>,
    now: &Catalogue,
) -> Result<Option<ChangedSince>, Failure> {
    let first = Issue::first(due.term.id.clone(), due.period);
    let Some(revision) = revisions::issued(&first, records) else { return Ok(None) };
    let newest = Held { revision, supplements: revisions::supplements(&first, records) };
    if figures_changed(context, due, issues, &newest, now).await? {
        return Ok(Some(ChangedSince::Figures));
    }
    let record = issues.get(&first.in_revision(revision));
    let is_changed = record.is_some_and(|record| comments::is_changed(context, due, record));
    Ok(is_changed.then_some(ChangedSince::Comment))
}

/// Whether figures differ from those that a reader holds. A document that was missing then and came since belongs to a
/// supplement, and does not count here.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn figures_changed(
    context: &Context,
    due: &DueCollection<'_>,
    issues: &BTreeMap<Issue, IssueRecord>,
    newest: &Held,
    now: &Catalogue,
) -> Result<bool, Failure> {
    let first = Issue::first(due.term.id.clone(), due.period);
    let facts = context.dataset_events().await?;
    let Some(then) = held(context, &facts, issues, &first, newest) else { return Ok(false) };
    // The earlier periods that a form is compared with come with the form.
    let awaited = |key: &DatasetKey| then.missing.contains(&key.form) && then.catalogue.current(key).is_none();
    let changes = changed(context, due, &then.catalogue, now)?;
    Ok(changes.iter().any(|(key, _)| !awaited(key)))
}

/// Whether something came or was decided after a place in the journal that changes what an issue shows: a document, a
/// correction, an overruled rule. `shown` contains the figures that the issue shows.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn acts_since(
    context: &Context,
    after_seq: i64,
    issue: &Issue,
    shown: &BTreeSet<Piece>,
) -> Result<bool, Failure> {
    let kinds = ["dataset-read", "judged", "accepted", "rejected", "corrected", "overridden", "withdrawn"];
    let events = context.events(&Filter { after_seq, ..Filter::default() }.kinds(&kinds)).await?;
    Ok(events.iter().any(|event| is_about(&event.fact, issue, shown)))
}

fn is_about(fact: &Fact, issue: &Issue, shown: &BTreeSet<Piece>) -> bool {
    match fact {
        Fact::DatasetRead { key, .. }
        | Fact::Judged { key, .. }
        | Fact::Accepted { key, .. }
        | Fact::Rejected { key, .. }
        | Fact::Corrected { key, .. } => shown.contains(&Piece::Fetch(key.form.clone(), key.period)),
        Fact::Overridden { issue: of, .. } => of.is_beside(issue),
        Fact::Withdrawn { fact, .. } => is_about(fact, issue, shown),
        _ => false,
    }
}

/// The datasets that a collection can show and that differ, each with its changed figures. For a dataset that is new or
/// gone, the list of figures is empty.
///
/// # Errors
/// When the store cannot be read.
pub fn changed(
    context: &Context,
    due: &DueCollection<'_>,
    then: &Catalogue,
    now: &Catalogue,
) -> Result<Vec<(DatasetKey, Vec<FigureChange>)>, Failure> {
    let mut keys = render::wanted(context, now, std::slice::from_ref(due));
    keys.extend(render::wanted(context, then, std::slice::from_ref(due)));
    keys.sort();
    keys.dedup();
    let mut found = Vec::new();
    for key in keys {
        let (before, after) = match (then.current(&key), now.current(&key)) {
            (Some(before), Some(after)) => (before, after),
            (None, None) => continue,
            _ => {
                found.push((key, Vec::new()));
                continue;
            }
        };
        if (before.snapshot, &before.corrections) == (after.snapshot, &after.corrections) {
            continue;
        }
        let (before, after) = (figures::of_edition(context, before, &key)?, figures::of_edition(context, after, &key)?);
        let (Some(before), Some(after)) = (before, after) else { continue };
        let mut changes = compare(&before, &after, context.office.forms.get(&key.form));
        changes.retain(|change| change.kind != ChangeKind::Title);
        if !changes.is_empty() {
            found.push((key, changes));
        }
    }
    Ok(found)
}

/// The places whose figures changed, in the codes that collections use: those of the oldest edition.
#[must_use]
pub fn places(
    office: &Office,
    now: &[&Dataset],
    changed: &[(DatasetKey, Vec<FigureChange>)],
) -> Vec<(DatasetKey, Place)> {
    let mut places = Vec::new();
    for (key, changes) in changed {
        let Some(dataset) = now.iter().find(|d| d.key == *key) else { continue };
        let index = office.forms.get(&key.form).map(|t| Arc::new(FormIndex::new(t)));
        let laid = Binding::new(index, dataset);
        for change in changes {
            if let (Some(row), Some(column)) = (&change.row, &change.column) {
                let printed = Place { section: change.section.clone(), row: row.clone(), column: column.clone() };
                places.extend(meant(&laid, &printed).map(|place| (key.clone(), place)));
            }
        }
    }
    places.sort();
    places.dedup();
    places
}

/// The template's place for a printed place; `None` if the template has no such place, or it is not established.
fn meant(laid: &Binding<'_>, printed: &Place) -> Option<Place> {
    let section = laid.dataset.section(&printed.section)?;
    let (rows, columns) = laid.meanings(section);
    let row = (*rows.get(section.row_index(&printed.row)?)?)?.clone();
    let column = (*columns.get(section.column_index(&printed.column)?)?)?.clone();
    Some(Place { section: printed.section.clone(), row, column })
}
