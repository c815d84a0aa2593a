//! The matrix of regions: key figures of a revision for every unit, with a map of the first of them.

use domain::Unit;

use super::{heads, named, period, plain, table};
use crate::{
    address,
    input::{PlacedColumn, PlacedFigure, PlacedForm, PlacedRow, PlacedSection, Release, ReleaseRevision},
    map,
    markup::{Block, TableMarkup, escaped},
    page::Page,
    site::At,
};

/// A key figure of a revision.
pub struct KeyFigure<'a> {
    pub section: &'a PlacedSection,
    pub row: &'a PlacedRow,
    pub column: &'a PlacedColumn,
    place: usize,
}

impl KeyFigure<'_> {
    /// The figure of a unit; `None` if the unit was not placed.
    pub fn of(&self, unit: &Unit) -> Option<PlacedFigure> {
        self.section.figures.get(unit)?.get(self.place).copied()
    }

    /// What it is, escaped.
    pub fn label(&self, at: &At<'_>) -> String {
        format!("{} · {}", table::label(at, self.row), at.said(&self.column.titles))
    }
}

/// The key figures of a revision: key rows with key columns, in the order of the form.
pub fn key_figures(revision: &ReleaseRevision) -> Vec<KeyFigure<'_>> {
    let mut figures = Vec::new();
    for section in &revision.sections {
        for (at, row) in section.rows.iter().enumerate().filter(|(_, row)| row.key) {
            for (place, column) in section.columns.iter().enumerate().filter(|(_, column)| column.key) {
                figures.push(KeyFigure { section, row, column, place: at * section.columns.len() + place });
            }
        }
    }
    figures
}

pub fn matrix(at: &At<'_>, form: &PlacedForm, release: &Release, revision: &ReleaseRevision) -> Page {
    let keys = key_figures(revision);
    let title = format!("{}: {}", at.text("matrix"), period(at, release.period));
    let mut blocks = vec![Block::text(&at.text("cumulative"))];
    if keys.is_empty() {
        blocks.push(Block::text(&at.text("matrix_none")));
    } else {
        let mut head = vec![(escaped(&at.text("unit")), false)];
        head.extend(keys.iter().map(|key| (key.label(at), true)));
        let mut table = TableMarkup::new(head.iter().map(|(head, is_number)| (head.as_str(), *is_number)));
        for region in &at.site.input.regions {
            if !keys.iter().any(|key| key.of(&region.unit).is_some()) {
                continue;
            }
            table.row(0, false, &at.titled(&address::region(&region.unit), &region.titles));
            for key in &keys {
                let figure = key.of(&region.unit).unwrap_or(PlacedFigure::NotAvailable);
                table.cell("n", &at.figure(figure));
            }
            table.end_row();
        }
        let key = &keys[0];
        let what = format!("{}, {}", plain(at, &key.column.titles), plain(at, &key.row.titles));
        blocks.extend(map::block(at, &what, |unit| key.of(unit)));
        blocks.push(Block::note(&at.text("sorted_by")));
        blocks.push(table.block(&title));
        blocks.push(places(at, &keys));
        blocks.push(Block::note(&at.text("legend")));
    }
    let above = address::revision(&form.form, release.period, revision.revision);
    Page::new(at, title, blocks).below(vec![
        (at.text("forms"), "forms/".to_owned()),
        (named(at, form), format!("forms/{}/", form.form)),
        (period(at, release.period), address::release(&form.form, release.period)),
        (format!("r{}", revision.revision), above),
    ])
}

/// Where each key figure is in the form, with its unit of measure.
fn places(at: &At<'_>, keys: &[KeyFigure<'_>]) -> Block {
    let mut written = heads(at, &["title", "section", "row_code", "column", "measure"]);
    for key in keys {
        let codes = [key.section.id.as_str(), key.row.code.as_str(), key.column.code.as_str()].map(escaped);
        let [section, row, column] = codes;
        let measure = escaped(&table::measure(at, key.column.measure));
        written.texts(&key.label(at), &[section, row, column, measure]);
    }
    written.block(&at.text("measure"))
}
