//! What brings figures that a person changed or put into use to the organs.
//!
//! In: a form and a period, and the journal. Out: for each collection with this form, whether a run, a supplement or a
//! revision takes the figures up. Nothing is recorded. Unknown here: the act that changed the figures.

use crate::{
    Context, Failure,
    collections::{
        changes_since,
        revisions::{self, Held},
    },
    status::{report, requirements},
};
use domain::{CollectionId, FormId, Issue, Period, issues, parcels};

/// What takes figures of a form up in a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// No copy of the collection has been numbered: the next run builds it with these figures.
    Run,
    /// Copies were numbered without the form, which is complete now: the next run makes a supplement.
    Supplement,
    /// Copies were numbered without the form, and some of its documents are still missing.
    Waits,
    /// Copies were numbered with other figures: a person makes a revision.
    Revision,
}

/// What takes figures of a form for a period up, with the collections that contain the form. A collection whose copies
/// contain these figures is left out, and so is a period that ends with no quarter, of which no collection is made.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn follow_up(
    context: &Context,
    form: &FormId,
    period: Period,
) -> Result<Vec<(FollowUp, CollectionId)>, Failure> {
    let Ok(quarter) = requirements::quarter(period) else { return Ok(Vec::new()) };
    let events = report::events_of(context, quarter).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let (catalogue, facts) = (context.catalogue().await?, context.dataset_events().await?);
    let mut found = Vec::new();
    for due in requirements::collections(context.office.regulation(), quarter) {
        if !due.term.forms.contains(form) {
            continue;
        }
        let first = Issue::first(due.term.id.clone(), due.period);
        let what = match revisions::issued(&first, &records) {
            None => FollowUp::Run,
            Some(revision) => {
                let newest = Held { revision, supplements: revisions::supplements(&first, &records) };
                let then = changes_since::held(context, &facts, &issues, &first, &newest);
                if then.is_some_and(|then| then.missing.contains(form)) {
                    let has_come = changes_since::has_come(&context.office, context.origin, &catalogue, form, period);
                    if has_come { FollowUp::Supplement } else { FollowUp::Waits }
                } else if changes_since::figures_changed(context, &due, &issues, &newest, &catalogue).await? {
                    FollowUp::Revision
                } else {
                    continue;
                }
            }
        };
        found.push((what, due.term.id.clone()));
    }
    Ok(found)
}
