//! Shows what changed between two revisions of a form's figures.
//!
//! In: a form, a period, two revisions. Out: the changes of each dataset. Unknown here: why figures changed.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Catalogue, Context, Failure,
    context::catalogue::Edition,
    figures,
    figures::changes::{ChangeKind, FigureChange, compare},
    status::requirements,
};
use domain::{Agency, Dataset, DatasetKey, FormId, Period, Unit};

/// Which revisions are compared.
#[derive(Debug, Clone)]
pub struct DiffQuestion {
    pub form: FormId,
    pub period: Period,
    /// Empty: every unit.
    pub units: Vec<Unit>,
    /// Empty: every agency.
    pub agencies: Vec<Agency>,
    /// `None`: the revision before `to`.
    pub from: Option<u32>,
    /// `None`: the revision in use; if no revision is in use, the newest held document.
    pub to: Option<u32>,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    pub compared: Vec<Compared>,
    pub changes: Vec<FigureChange>,
}

/// Two revisions of one dataset, and the number of changes between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    #[serde(flatten)]
    pub key: DatasetKey,
    /// `None` if there is nothing older to compare with.
    pub from: Option<u32>,
    pub to: u32,
    pub additions: usize,
    pub amendments: usize,
    pub deletions: usize,
    pub titles: usize,
    /// Why the newer one waits for a person; `None` if it does not.
    pub held: Option<String>,
}

/// Compares revisions of a form's datasets, dataset by dataset.
///
/// # Errors
/// When the form is unknown or has no such period, when no such document was ever taken in, when no dataset has a
/// requested revision (the error lists those that exist), or when the store fails.
pub async fn diff(context: &Context, question: &DiffQuestion) -> Result<Comparison, Failure> {
    let needed = requirements::form(context.office.regulation(), question.period, &question.form)?;
    let catalogue = context.catalogue().await?;
    let keys: BTreeSet<&DatasetKey> = catalogue
        .newest()
        .map(|(key, _)| key)
        .filter(|key| key.form == question.form && key.period == needed.period && key.origin == context.origin)
        .filter(|key| question.units.is_empty() || question.units.contains(&key.unit))
        .filter(|key| question.agencies.is_empty() || question.agencies.contains(&key.agency))
        .collect();
    if keys.is_empty() {
        return Err(Failure::usage(format!(
            "no such document of form `{}` for `{}` was ever taken in; {} brings it",
            question.form,
            needed.period,
            context.call.command("pull").option("--period", needed.period).option("--form", &question.form)
        )));
    }
    let keys: Vec<&DatasetKey> = keys.into_iter().collect();
    let pairs: Vec<_> = keys.iter().filter_map(|key| pair(&catalogue, key, question).map(|p| (*key, p))).collect();
    if pairs.is_empty() {
        return Err(Failure::usage(format!(
            "no dataset of form `{}` for `{}` has these revisions; there are {}",
            question.form,
            needed.period,
            revisions(&catalogue, &keys)
        )));
    }
    let mut comparison = Comparison::default();
    for (key, (before, after)) in pairs {
        let changes = match before {
            Some(before) => {
                let (before, after) = (dataset(context, before, key)?, dataset(context, after, key)?);
                compare(&before, &after, context.office.forms.get(&key.form))
            }
            None => Vec::new(),
        };
        comparison.compared.push(compared(key, before, after, &changes));
        let (from, to) = (before.map_or(after.revision, |b| b.revision), after.revision);
        comparison.changes.extend(changes.into_iter().map(|change| FigureChange { from, to, ..change }));
    }
    Ok(comparison)
}

/// The older revision (if there is one) and the newer revision of a dataset; `None` if a requested one does not exist.
fn pair<'c>(
    catalogue: &'c Catalogue,
    key: &DatasetKey,
    question: &DiffQuestion,
) -> Option<(Option<&'c Edition>, &'c Edition)> {
    let revisions = catalogue.revisions(key);
    let held = || catalogue.held_beside(key);
    let numbered = |number: u32| revisions.iter().chain(held()).find(|e| e.revision == number);
    let after = match question.to {
        Some(number) => numbered(number)?,
        None => catalogue.current(key).or_else(|| held().last())?,
    };
    let before = match question.from {
        Some(number) => Some(numbered(number)?),
        // A document that waits for a person was never in use, so nobody has seen it as a revision.
        None => revisions.iter().rev().find(|e| e.revision < after.revision),
    };
    Some((before, after))
}

fn revisions(catalogue: &Catalogue, keys: &[&DatasetKey]) -> String {
    let most = keys.iter().filter_map(|key| catalogue.revisions(key).last()).map(|e| e.revision).max().unwrap_or(0);
    match most {
        0 => "only revision 0 of each".to_owned(),
        most => format!("revisions 0 to {most}, not of every dataset"),
    }
}

fn dataset(context: &Context, edition: &Edition, key: &DatasetKey) -> Result<Dataset, Failure> {
    figures::of_edition(context, edition, key)?.ok_or_else(|| {
        Failure::ours(
            format!("revision {} of {key} could not be read", edition.revision),
            "its document has it no more",
        )
    })
}

fn compared(key: &DatasetKey, before: Option<&Edition>, after: &Edition, changes: &[FigureChange]) -> Compared {
    let count = |kind: ChangeKind| changes.iter().filter(|c| c.kind == kind).count();
    Compared {
        key: key.clone(),
        from: before.map(|b| b.revision),
        to: after.revision,
        additions: count(ChangeKind::Addition),
        amendments: count(ChangeKind::Amendment),
        deletions: count(ChangeKind::Deletion),
        titles: count(ChangeKind::Title),
        held: after.held.clone(),
    }
}
