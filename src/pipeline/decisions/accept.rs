//! Accepts a held document: it passes because a named person says so, under the identity that the person gives it.
//!
//! In: which document is meant, its identity, and why it passes. Out: the figures that are in use, and what changed.
//! Unknown here: how documents are judged.

use serde::Serialize;

use super::held::{Document, HeldScope, Settled, pieces, the_one};
use crate::{
    Catalogue, Context, Failure, FigureChange, compare,
    context::{catalogue::Edition, claimed::claiming, permissions},
    figures,
    intake::{judge_again, readings},
    status::requirements,
};
use config::Office;
use domain::{AcceptedDocument, Agency, Dataset, DatasetKey, Fact, Period, Piece, Right, Sha256, Unit};
use read::{Claims, Reading};
use store::Artifacts;

/// Which held document is meant, and under which identity it passes.
#[derive(Debug, Clone, Default)]
pub struct AcceptScope {
    pub which: HeldScope,
    /// `None`: what the document says, if it does not contradict itself.
    pub as_unit: Option<Unit>,
    /// As `as_unit`.
    pub as_agency: Option<Agency>,
    /// `None`: the period that it was taken for.
    pub as_period: Option<Period>,
    /// Only report what would change.
    pub dry_run: bool,
    /// Replace figures that are in use.
    pub replace: bool,
}

/// What accepting a document changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AcceptReport {
    pub document: Sha256,
    pub name: String,
    /// Why it was held.
    pub was_held: String,
    /// Whether it passed; if not, nothing was written.
    pub accepted: bool,
    pub datasets: Vec<AcceptedDataset>,
    /// The differences from the figures in use, cell by cell.
    pub changes: Vec<FigureChange>,
    /// Documents that claim the same dataset, and are put away by this.
    pub put_away: Vec<String>,
}

/// Figures that are in use from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedDataset {
    #[serde(flatten)]
    pub key: DatasetKey,
    pub revision: u32,
    /// The revision that it replaces.
    pub replaces: Option<u32>,
}

/// Lets a held document pass. Figures in use are replaced only if the scope says so; otherwise the report shows the
/// changes, and nothing is written.
///
/// # Errors
/// When the person does not have the role, no document of the scope is held, several are held, or it is not established
/// what the document is about and the person does not say it.
pub async fn accept(context: &Context, scope: &AcceptScope, reason: &str) -> Result<AcceptReport, Failure> {
    context.person(Right::Accept).await?;
    let reason = permissions::reason(reason)?;
    let meant = the_one(context, &context.catalogue().await?, &scope.which, |held| &held.accept)?;
    let mut touched = pieces(&meant);
    for (read_as, _) in &meant.entries {
        let key = identity(&context.office, scope, &meant, read_as)?;
        touched.insert(Piece::Fetch(key.form, key.period));
    }
    claiming(context, touched, async |claimed| {
        let mut catalogue = context.catalogue().await?;
        let document = the_one(context, &catalogue, &scope.which, |held| &held.accept)?;
        document.is_still(&meant)?;
        let mut report = AcceptReport {
            document: document.snapshot,
            name: document.name(),
            was_held: document.why(),
            accepted: false,
            datasets: Vec::new(),
            changes: Vec::new(),
            put_away: rivals(&context.artifacts, &catalogue, &document),
        };
        let (mut facts, mut readings) = (Vec::new(), Vec::new());
        for (read_as, held) in &document.entries {
            let key = identity(&context.office, scope, &document, read_as)?;
            let reading = readings::read_under(context, document.snapshot, read_as, &key)?;
            let current = catalogue.current(&key);
            if let Some(current) = current {
                report.changes.extend(changes(context, current, &key, &reading, held)?);
            }
            let same = *read_as == key && current.is_none_or(|current| held.revision > current.revision);
            let revision = if same { held.revision } else { catalogue.next_revision(&key) };
            report.datasets.push(AcceptedDataset { key: key.clone(), revision, replaces: current.map(|e| e.revision) });
            let read = AcceptedDocument {
                snapshot: document.snapshot,
                edition: held.edition.clone(),
                figures: held.figures,
                read_as: read_as.clone(),
                read_revision: held.revision,
            };
            if *read_as != key {
                readings.push((key.form.clone(), reading));
            }
            facts.push(Fact::Accepted { key, revision, reason: reason.clone(), document: Some(read) });
        }
        if scope.dry_run || (!report.changes.is_empty() && !scope.replace) {
            return Ok(report);
        }
        for (form, reading) in &readings {
            readings::keep(context, document.snapshot, form, reading)?;
        }
        for fact in &facts {
            catalogue.apply(fact);
        }
        facts.extend(judge_again(context, &mut catalogue)?);
        context.record_holding(&[claimed], &facts).await?;
        report.accepted = true;
        Ok(report)
    })
    .await
}

/// The identity under which the document is accepted.
fn identity(
    office: &Office,
    scope: &AcceptScope,
    document: &Document,
    read_as: &DatasetKey,
) -> Result<DatasetKey, Failure> {
    if document.entries.len() > 1 {
        if scope.as_unit.is_some() || scope.as_agency.is_some() || scope.as_period.is_some() {
            return Err(Failure::usage(format!(
                "`{}` has {} datasets: it can only be accepted as it is, without --as-unit, --as-agency, --as-period",
                document.name(),
                document.entries.len()
            )));
        }
        return Ok(read_as.clone());
    }
    let unit =
        said(document, "unit", scope.as_unit.as_ref(), scope.which.unit.as_ref(), &read_as.unit, |c| c.unit.as_ref())?;
    let agency =
        said(document, "agency", scope.as_agency.as_ref(), scope.which.agency.as_ref(), &read_as.agency, |c| {
            c.agency.as_ref()
        })?;
    let period = match scope.as_period {
        Some(period) => requirements::form(office.regulation(), period, &read_as.form)?.period,
        None => read_as.period,
    };
    if !office.units_on(period.last_day()).any(|region| region.unit == unit) {
        return Err(Failure::usage(format!(
            "unit `{unit}` did not exist on {}: see schedules/regions.toml",
            period.last_day()
        )));
    }
    let known = |agency: &Agency| agency.is_all() || office.agencies.iter().any(|a| a.agency == *agency);
    if !known(&agency) {
        return Err(Failure::usage(format!("agency `{agency}` is unknown: see schedules/regions.toml")));
    }
    Ok(DatasetKey { period, unit, agency, ..read_as.clone() })
}

/// A part of the identity: what the person says, or what the document says if it does not contradict itself.
fn said<'a, T: PartialEq + Clone + ToString + 'a>(
    document: &'a Document,
    what: &str,
    explicit: Option<&T>,
    chosen: Option<&T>,
    read_as: &T,
    of: impl Fn(&'a Claims) -> Option<&'a T>,
) -> Result<T, Failure> {
    if let Some(explicit) = explicit {
        return Ok(explicit.clone());
    }
    if chosen.is_some_and(|chosen| chosen == read_as) {
        return Ok(read_as.clone());
    }
    match document.is_settled(&of, read_as) {
        Settled::Yes => Ok(read_as.clone()),
        Settled::Unsaid => {
            Err(Failure::usage(format!("`{}` does not state its {what}; give it with --as-{what}", document.name())))
        }
        Settled::Contradicted => {
            let told: Vec<String> = document
                .witnesses()
                .into_iter()
                .filter_map(|(_, claims)| {
                    of(claims).map(|value| format!("{} says `{}`", claims.words, value.to_string()))
                })
                .collect();
            Err(Failure::usage(format!(
                "`{}` contradicts itself about its {what}: {}; give it with --as-{what}",
                document.name(),
                told.join(", ")
            )))
        }
    }
}

fn changes(
    context: &Context,
    current: &Edition,
    key: &DatasetKey,
    reading: &Reading,
    held: &Edition,
) -> Result<Vec<FigureChange>, Failure> {
    let before = figures::of_edition(context, current, key)?;
    let after: Option<&Dataset> = reading.datasets.iter().find(|dataset| dataset.key == *key);
    let (Some(before), Some(after)) = (before, after) else { return Ok(Vec::new()) };
    let changes = compare(&before, after, context.office.forms.get(&key.form));
    let numbered = |change: FigureChange| FigureChange { from: current.revision, to: held.revision, ..change };
    Ok(changes.into_iter().map(numbered).collect())
}

/// The names of the held documents that claim the same dataset with other figures.
fn rivals(artifacts: &Artifacts, catalogue: &Catalogue, document: &Document) -> Vec<String> {
    let mut names: Vec<String> = document
        .entries
        .iter()
        .flat_map(|(key, _)| catalogue.held_beside(key))
        .filter(|e| e.rivals.contains(&document.snapshot))
        .map(|e| {
            let receipts = artifacts.receipts(&e.snapshot).unwrap_or_default();
            receipts.into_iter().next().map_or_else(|| e.snapshot.short(), |r| r.meta.name)
        })
        .collect();
    names.sort();
    names.dedup();
    names
}
