//! Makes a false document from a correct one.
//!
//! In come correct figures; out come figures or properties with a fault. Only faults of content are here; the faults of
//! transmission are in [`super::door`].

use super::{Figures, render::Identity};
use domain::{
    Agency, Column, Dataset, Edition, Figure, FormTemplate, Number, Period, Periodicity, RuleKind, Section, Unit,
};

/// The region whose figures appear under the name of another: the first region, and the second for the first. So at
/// least two documents have the same figures, whether one region is requested with this fault or all.
pub(super) fn twin(figures: &Figures, period: Period, unit: &Unit) -> Unit {
    let mut units = figures.units(period);
    let first = units.next();
    let source = if first == Some(unit) { units.next() } else { first };
    source.filter(|_| !unit.is_republic()).unwrap_or(unit).clone()
}

/// Makes the total of the first balance one more than the sum of its parts. Without a balance, it changes the first
/// figure.
pub(super) fn sum(template: &FormTemplate, dataset: &mut Dataset) {
    let place = template.rules.iter().find_map(|rule| {
        let (section, row, column) = match &rule.kind {
            RuleKind::Columns { section, total, rows, .. } => {
                let row = rows.first().or_else(|| Some(&template.section(section)?.rows.first()?.code))?;
                (section, row, total)
            }
            RuleKind::Rows { section, total, columns, .. } => {
                let column = columns.first().or_else(|| Some(&template.section(section)?.columns.first()?.code))?;
                (section, total, column)
            }
            _ => return None,
        };
        let row = template.printed_row(&dataset.edition, section, row)?;
        let column = template.printed_column(&dataset.edition, section, column)?;
        let at = dataset.sections.iter().position(|s| s.id == *section)?;
        let there = &dataset.sections[at];
        Some((at, there.row_index(&row)? * there.columns.len() + there.column_index(&column)?))
    });
    let (section, figure) = place.unwrap_or((0, 0));
    let figure = dataset.sections.get_mut(section).and_then(|s| s.figures.get_mut(figure));
    if let Some(Figure::Number(number)) = figure {
        *number = number.plus(Number::count(1)).unwrap_or(*number);
    }
}

/// The place of the column that is removed.
const GONE: usize = 1;

/// Removes the second column of the first section that has one. The columns after it move up by one.
pub(super) fn edition(dataset: &mut Dataset) {
    let Some(section) = dataset.sections.iter_mut().find(|s| s.columns.len() > GONE) else { return };
    let width = section.columns.len();
    let codes: Vec<_> = section.columns.iter().map(|c| c.code.clone()).collect();
    let Section { columns, figures, .. } = section;
    let left = columns.iter().enumerate().filter(|(place, _)| *place != GONE).map(|(_, column)| column);
    *columns = left.zip(&codes).map(|(column, code)| Column { code: code.clone(), ..column.clone() }).collect();
    let mut place = 0;
    figures.retain(|_| {
        place += 1;
        (place - 1) % width != GONE
    });
}

/// Removes the second column from the answer of a service.
pub(super) fn gone(template: &mut FormTemplate) {
    if let Some(section) = template.sections.iter_mut().find(|s| s.columns.len() > GONE) {
        section.columns.remove(GONE);
    }
}

/// The period whose figures are sent. For the second of each two months, quarters, halves or years it is the first one.
pub(super) fn stale_period(period: Period) -> Period {
    let number = if period.periodicity() == Periodicity::Year { period.year().unsigned_abs() } else { period.index() };
    if number % 2 == 0 { period.before() } else { period }
}

/// Makes every figure 0.
pub(super) fn zeros(dataset: &mut Dataset) {
    let figures = dataset.sections.iter_mut().flat_map(|section| section.figures.iter_mut());
    for figure in figures.filter(|figure| matches!(figure, Figure::Number(_))) {
        *figure = Figure::Number(Number::ZERO);
    }
}

/// Keeps the first half of the rows of each section with several rows.
pub(super) fn half(dataset: &mut Dataset) {
    for section in dataset.sections.iter_mut().filter(|section| section.rows.len() > 1) {
        let rows = section.rows.len() / 2;
        section.rows = section.rows.iter().take(rows).cloned().collect();
        section.figures.truncate(rows * section.columns.len());
    }
}

/// The same unit again, with another first figure.
pub(super) fn twice(dataset: &Dataset) -> Dataset {
    let mut again = dataset.clone();
    let first = again.sections.first_mut().and_then(|section| section.figures.first_mut());
    if let Some(Figure::Number(number)) = first {
        *number = number.plus(Number::count(1)).unwrap_or(*number);
    }
    again
}

/// The edition whose number differs from this one by `step`.
pub(super) fn next_edition(edition: &Edition, step: i64) -> Edition {
    let number = edition.as_str().parse::<i64>().map(|number| (number + step).to_string());
    number.ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| edition.clone())
}

/// The next edition that a template does not describe.
pub(super) fn unknown_edition(template: &FormTemplate, edition: &Edition) -> Edition {
    let described = |edition: &Edition| template.editions.iter().any(|known| known.edition == *edition);
    let next = (1..1_000).map(|step| next_edition(edition, step)).find(|next| !described(next));
    next.unwrap_or_else(|| edition.clone())
}

/// The properties of a document from a year and a half before, about the republic and all agencies.
pub(super) fn stale(identity: &Identity) -> Identity {
    Identity {
        release: identity.release.saturating_sub(18),
        edition: next_edition(&identity.edition, -1),
        unit: Unit::republic(),
        agency: Agency::all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_count_up_and_down() {
        assert_eq!(next_edition(&"50306".parse().unwrap(), 1).as_str(), "50307");
        assert_eq!(next_edition(&"50306".parse().unwrap(), -1).as_str(), "50305");
        assert_eq!(next_edition(&Edition::service(), 1), Edition::service());
    }
}
