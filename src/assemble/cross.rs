//! Crossed tables: rows of a form down; its columns, the regions or the agencies across. Each cell has a figure of its
//! own, for the one period of the table.

use super::{
    across::Across,
    book::{Cell, LineKey, Mark, Weight},
    cells::number,
    confidential::Hidden,
    draft::{Crossing, DraftLine, DraftTable, Strand},
    figures::{Found, Strip},
    labels,
    lines::Drafting,
    sums::{Derived, When},
};
use domain::{Agency, ColumnCode, Place, RowCode, TableKind, Titles, Unit};
use words::texts;

/// Neighbouring columns of the table that hold the figures of the same units and agency.
struct Band {
    units: Vec<Unit>,
    agency: Agency,
    strands: Vec<Strand>,
}

/// The rows and columns of the form that a table shows: each line of the table has one place, or one row of places.
struct Warp<'w> {
    rows: &'w [Strip<RowCode>],
    columns: &'w [Strip<ColumnCode>],
}

/// Drafts the tables of a crossed kind: one table, or one for each column of the form. A form with one row gives one
/// table, whose lines are the columns of the form.
pub fn crossed<'a>(
    drafting: &mut Drafting<'_, 'a, '_>,
    rows: &[Strip<RowCode>],
    columns: &[Strip<ColumnCode>],
) -> Vec<DraftTable<'a>> {
    if drafting.template.kind == TableKind::Section {
        let bands = vec![section(drafting, columns)];
        return vec![table(drafting, &Warp { rows, columns }, &bands)];
    }
    let bands = match drafting.template.kind {
        TableKind::RegionsAcross => by_region(drafting),
        _ => by_agency(drafting),
    };
    if rows.len() == 1 {
        return vec![table(drafting, &Warp { rows, columns }, &bands)];
    }
    let several = columns.len() > 1;
    let tables = columns.iter().enumerate().map(|(place, column)| DraftTable {
        part: several.then_some(place + 1),
        indicator: Some(labels::whole(&column.label)),
        ..table(drafting, &Warp { rows, columns: std::slice::from_ref(column) }, &bands)
    });
    tables.collect()
}

fn section(drafting: &Drafting<'_, '_, '_>, columns: &[Strip<ColumnCode>]) -> Band {
    let strand = |column: &Strip<ColumnCode>| Strand {
        header: labels::whole(&column.label),
        across: Some(Across::Column(column.code.clone(), column.measure)),
        number: Some(column.printed.clone()).filter(|code| labels::is_printed(code.as_str())),
    };
    Band { units: drafting.republic_now(), agency: Agency::all(), strands: columns.iter().map(strand).collect() }
}

fn by_region(drafting: &Drafting<'_, '_, '_>) -> Vec<Band> {
    let band = |units, header: Titles, across| {
        let strands = vec![Strand { header, across, number: None }];
        Band { units, agency: Agency::all(), strands }
    };
    let total = band(drafting.republic_now(), texts::REPUBLIC.titles(drafting.words), None);
    let regions = drafting.figures.regions_in(drafting.shown.period).map(|region| {
        let unit = region.unit.clone();
        band(vec![unit.clone()], region.titles.clone(), Some(Across::Unit(unit)))
    });
    std::iter::once(total).chain(regions).collect()
}

fn by_agency(drafting: &Drafting<'_, '_, '_>) -> Vec<Band> {
    let band = |agency, header: Titles, across| {
        let strands = vec![Strand { header, across, number: None }];
        Band { units: drafting.republic_now(), agency, strands }
    };
    let total = band(Agency::all(), texts::ALL_AGENCIES.titles(drafting.words), None);
    let agencies = drafting.material.agencies.iter().filter(|a| !a.agency.is_all());
    // An agency that never appears in the form's documents is not part of the form.
    let known = agencies.filter(|a| drafting.figures.has_agency(drafting.form, drafting.shown.period, &a.agency));
    let known = known.map(|name| {
        let agency = name.agency.clone();
        band(agency.clone(), name.titles.clone(), Some(Across::Agency(agency)))
    });
    std::iter::once(total).chain(known).collect()
}

impl Warp<'_> {
    /// The places of the form, row by row.
    fn places(&self) -> impl Iterator<Item = (&Strip<RowCode>, &Strip<ColumnCode>)> {
        self.rows.iter().flat_map(|row| self.columns.iter().map(move |column| (row, column)))
    }

    /// The labels of so many lines, each with its indentation.
    fn labels(&self, lines: usize) -> Vec<(Titles, u8)> {
        let of_rows = self.rows.len() == lines;
        let rows = self.rows.iter().map(|r| r.label.clone()).filter(|_| of_rows);
        let columns = self.columns.iter().map(|c| c.label.clone()).filter(|_| !of_rows);
        labels::nested(&rows.chain(columns).collect::<Vec<_>>(), true)
    }
}

fn table<'a>(drafting: &mut Drafting<'_, 'a, '_>, warp: &Warp<'_>, bands: &[Band]) -> DraftTable<'a> {
    // The strands of a band are neighbouring places of the form, so each line takes `step` places.
    let step = bands.first().map_or(1, |b| b.strands.len()).max(1);
    let firsts: Vec<(&Strip<RowCode>, &Strip<ColumnCode>)> = warp.places().step_by(step).collect();
    let mut crossings: Vec<Vec<Crossing>> = firsts.iter().map(|_| Vec::new()).collect();
    for band in bands {
        gather(drafting, warp, band, &mut crossings);
    }
    let units = drafting.republic_now();
    let (all, of_columns) = (firsts.len(), warp.rows.len() < firsts.len());
    let named = warp.labels(all);
    let lines = firsts.into_iter().zip(named).zip(crossings).filter_map(|(((row, column), label), crossings)| {
        let first = *crossings.first()?;
        // A row that no document has gives no line: services send the first row alone.
        if crossings.iter().all(|c| c.absent == Some(Mark::X)) {
            return None;
        }
        let key = LineKey {
            form: drafting.form.clone(),
            place: place(drafting, row, column),
            agency: Agency::all(),
            units: [units.clone(), Vec::new(), Vec::new(), Vec::new(), Vec::new()],
            period: drafting.shown.period,
            quarter: false,
        };
        Some(DraftLine {
            labels: vec![label.0],
            depth: label.1,
            under: None,
            weight: Weight::Plain,
            measure: column.measure,
            key,
            fact: first.fact,
            marks: [first.absent.unwrap_or(Mark::X), Mark::X, Mark::X, Mark::X, Mark::X],
            revised: crossings.iter().any(|c| c.revised),
            opening: false,
            persons: None,
            crossings,
            row_code: row.printed.clone(),
            column_code: column.printed.clone(),
            mixed: false,
            broken: None,
        })
    });
    let lines: Vec<DraftLine> = lines.collect();
    let strands = bands.iter().flat_map(|b| b.strands.clone()).collect();
    let silent = all - lines.len();
    DraftTable { strands, of_columns, silent, ..drafting.table(lines, None) }
}

/// Gathers the facts of a band: one sum over its units for each place of the form.
fn gather(drafting: &mut Drafting<'_, '_, '_>, warp: &Warp<'_>, band: &Band, crossings: &mut [Vec<Crossing>]) {
    let (figures, form, period) = (drafting.figures, drafting.form, drafting.shown.period);
    let columns: Vec<ColumnCode> = warp.columns.iter().map(|c| c.code.clone()).collect();
    let of = |unit: &Unit| {
        figures.block(form, period, unit, &band.agency, (&drafting.template.section, warp.rows, &columns))
    };
    let blocks: Vec<Vec<Found>> = band.units.iter().map(of).collect();
    for (at, (row, column)) in warp.places().enumerate() {
        let (fact, absent) = drafting.drafts.add(When::Now, blocks.iter().map(|block| block[at]));
        let revised = figures.any_revised() && {
            let place = place(drafting, row, column);
            band.units.iter().any(|unit| figures.is_revised(form, period, unit, &band.agency, &place))
        };
        crossings[at / band.strands.len()].push(Crossing { fact, absent, revised });
    }
}

fn place(drafting: &Drafting<'_, '_, '_>, row: &Strip<RowCode>, column: &Strip<ColumnCode>) -> Place {
    let section = drafting.template.section.clone();
    Place { section, row: row.code.clone(), column: column.code.clone() }
}

/// The cells of the crossed columns, line by line.
#[must_use]
pub fn grid(draft: &DraftTable<'_>, derived: &[Derived], hidden: &Hidden) -> Vec<Vec<Cell>> {
    let cell = |line: &DraftLine, (strand, crossing): (&Strand, &Crossing)| {
        if hidden.any() && hidden.holds(&line.key.in_column(strand.across.as_ref()), 0) {
            return Cell::Absent(Mark::C);
        }
        derived[crossing.fact].now().map_or(Cell::Absent(crossing.absent.unwrap_or(Mark::X)), number)
    };
    let line = |line: &DraftLine| draft.strands.iter().zip(&line.crossings).map(|pair| cell(line, pair)).collect();
    draft.lines.iter().map(line).collect()
}
