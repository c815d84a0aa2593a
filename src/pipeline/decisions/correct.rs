//! Corrects a figure: a named person says that it differs from the document, and why.
//!
//! In: a place, the old and the new figure, and a reason. Out: the new revision. Unknown here: which collections show
//! the figure.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    Context, Failure,
    context::{claimed::claiming, corrections::said, permissions},
    figures,
    status::requirements,
};
use config::Office;
use domain::{
    Agency, Binding, Dataset, DatasetKey, Fact, Figure, FormId, FormIndex, Number, Period, Piece, Place, Right,
    Section, Sha256, Unit, nearest,
};

/// The figure that is meant, and its new value.
#[derive(Debug, Clone)]
pub struct CorrectedCell {
    pub form: FormId,
    pub period: Period,
    pub unit: Unit,
    pub agency: Agency,
    /// The codes as printed in the edition read; `query` prints them too.
    pub place: Place,
    /// The figure that is there now; `None` is an empty cell.
    pub old: Option<Number>,
    pub new: Option<Number>,
}

/// The new revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CorrectReport {
    #[serde(flatten)]
    pub key: DatasetKey,
    pub revision: u32,
    /// The document that the corrected figures come from.
    pub snapshot: Sha256,
    pub place: Place,
    pub old: Option<Number>,
    pub new: Option<Number>,
    /// The labels of row and column.
    pub label: String,
}

/// Corrects a figure. The next revision of its dataset is the document with this correction and every earlier one.
///
/// # Errors
/// When the person does not have the role, the figure does not exist or is not `old`, its column cannot have the new
/// one, or a newer document waits for a decision.
pub async fn correct(context: &Context, cell: &CorrectedCell, reason: &str) -> Result<CorrectReport, Failure> {
    context.person(Right::Correct).await?;
    let reason = permissions::reason(reason)?;
    let period = requirements::form(context.office.regulation(), cell.period, &cell.form)?.period;
    let key = DatasetKey {
        form: cell.form.clone(),
        period,
        unit: cell.unit.clone(),
        agency: cell.agency.clone(),
        origin: context.origin,
    };
    claiming(context, [Piece::Fetch(key.form.clone(), period)], async |claimed| {
        let catalogue = context.catalogue().await?;
        let newer = |e: &&crate::context::catalogue::Edition| {
            catalogue.current(&key).is_none_or(|current| e.revision > current.revision)
        };
        if let Some(why) = catalogue.held_beside(&key).filter(newer).find_map(|waits| waits.held.as_ref()) {
            return Err(Failure::usage(format!(
                "{key}: a newer document is held ({why}); decide about it first: see {}",
                context.call.command("held")
            )));
        }
        let snapshot = catalogue.current(&key).map(|e| e.snapshot);
        let snapshot = snapshot.ok_or_else(|| {
            Failure::usage(format!(
                "{key}: there are no figures; see {}",
                context.call.command("query").option("--form", &key.form).option("--period", period)
            ))
        })?;
        let loaded = figures::load(context, &catalogue, std::slice::from_ref(&key))?;
        let dataset = loaded.datasets().map(|(d, _)| d).find(|d| d.key == key);
        let dataset = dataset.ok_or_else(|| Failure::usage(format!("{key}: there are no figures")))?;
        let sections = dataset.sections.iter().map(|s| s.id.as_str());
        let section = dataset
            .section(&cell.place.section)
            .ok_or_else(|| no_such(&key, "section", cell.place.section.as_str(), sections))?;
        let label = stands(&key, section, cell)?;
        measured(&context.office, dataset, cell)?;
        let revision = catalogue.next_revision(&key);
        let fact = Fact::Corrected {
            key: key.clone(),
            revision,
            snapshot,
            place: cell.place.clone(),
            old: cell.old,
            new: cell.new,
            reason,
        };
        context.record_holding(&[claimed], &[fact]).await?;
        let (place, old, new) = (cell.place.clone(), cell.old, cell.new);
        Ok(CorrectReport { key: key.clone(), revision, snapshot, place, old, new, label })
    })
    .await
}

/// The label of the figure; an error if the figure is not what the person says.
fn stands(key: &DatasetKey, section: &Section, cell: &CorrectedCell) -> Result<String, Failure> {
    let place = &cell.place;
    let row = section
        .row_index(&place.row)
        .ok_or_else(|| no_such(key, "row", place.row.as_str(), section.rows.iter().map(|r| r.code.as_str())))?;
    let column = section.column_index(&place.column).ok_or_else(|| {
        no_such(key, "column", place.column.as_str(), section.columns.iter().map(|c| c.code.as_str()))
    })?;
    let figure = section.at(row, column).unwrap_or(&Figure::Blank);
    let at = format!("{key}, section `{}`, row `{}`, column `{}`", place.section, place.row, place.column);
    if let Figure::Text(text) = figure {
        return Err(Failure::usage(format!("{at}: the form has no figure there, but `{text}`")));
    }
    if figure.number() != cell.old {
        let (stands, old) = (said(figure.number()), said(cell.old));
        return Err(Failure::usage(format!("{at}: the figure is {stands}, not {old}; nothing was corrected")));
    }
    if cell.new == cell.old {
        return Err(Failure::usage(format!("{at}: the figure is {} already", said(cell.new))));
    }
    Ok(format!("{} · {}", section.rows[row].label, section.columns[column].label))
}

/// Checks that the column can have the new figure.
fn measured(office: &Office, dataset: &Dataset, cell: &CorrectedCell) -> Result<(), Failure> {
    let (key, place) = (&dataset.key, &cell.place);
    let template = office.forms.get(&key.form);
    let laid = Binding::new(template.map(|form| Arc::new(FormIndex::new(form))), dataset);
    let column = dataset.section(&place.section).and_then(|section| {
        let (_, columns) = laid.meanings(section);
        let meant = (*columns.get(section.column_index(&place.column)?)?)?;
        template?.section(&place.section)?.column(meant)
    });
    let (Some(column), Some(new)) = (column, cell.new) else { return Ok(()) };
    if !column.measure.is_counted() || (new.is_whole() && new >= Number::ZERO) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{key}, section `{}`, row `{}`, column `{}`: {new} is not allowed: the measure of the column is `{}`, which is whole numbers from 0 on; nothing was corrected",
        place.section,
        place.row,
        place.column,
        column.measure.word()
    )))
}

fn no_such<'a>(key: &DatasetKey, kind: &str, code: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.collect();
    let hint = match nearest(code, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known.iter().take(30).copied().collect::<Vec<_>>().join(", ")),
    };
    Failure::usage(format!("{key} has no {kind} `{code}`: {hint}"))
}
