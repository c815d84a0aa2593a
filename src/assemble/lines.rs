//! Drafts the lines of tables: a template and figures in, tables without cells out.

use super::{
    book::{LineKey, Mark, Weight},
    cross,
    doubts::{self, Shows},
    draft::{DraftBook, DraftLine, DraftTable},
    figures::{Figures, Shown, Strip},
    inhabitants::inhabitants,
    labels,
    material::Material,
    republic::Basis,
};
use domain::{
    Agency, ColumnCode, FormId, Measure, Pick, Place, Region, RowCode, TableKind, TableTemplate, Titles, Unit,
};
use words::{Dictionary, texts};

/// Drafts the tables of a template: one, or one for each place if its kind shows one place at a time.
pub fn drafted<'a>(
    material: &Material<'a>,
    figures: &Figures<'_>,
    drafts: &mut DraftBook,
    form: &FormId,
    shown: Shown,
    template: &'a TableTemplate,
) -> Vec<DraftTable<'a>> {
    let mut rows = figures.rows(form, shown.period, &template.section, &template.rows);
    let mut columns = figures.columns(form, shown.period, &template.section, &template.columns);
    if template.kind.is_cross() {
        // A form in full has the lines of the edition that is printed, and no others.
        rows.retain(|row| !row.gone);
        columns.retain(|column| !column.gone);
    }
    let basis = Basis::of(figures, form, shown.period, template.kind == TableKind::Quarter);
    let mut drafting = Drafting { material, words: material.words, figures, drafts, form, shown, template, basis };
    let doubts = doubts(&drafting, &rows, &columns);
    let mut tables = tables(&mut drafting, &rows, &columns);
    if tables.is_empty() {
        tables.push(drafting.table(Vec::new(), None));
    }
    for table in &mut tables {
        table.doubts.clone_from(&doubts);
    }
    tables
}

/// Why the documents that came do not give all that the table shows.
fn doubts(drafting: &Drafting<'_, '_, '_>, rows: &[Strip<RowCode>], columns: &[Strip<ColumnCode>]) -> Vec<Titles> {
    let rows: Vec<_> = rows.iter().map(|row| (row.code.clone(), row.label.clone())).collect();
    let columns: Vec<_> = columns.iter().map(|column| (column.code.clone(), column.label.clone())).collect();
    let shows = Shows {
        form: drafting.form,
        section: &drafting.template.section,
        rows: &rows,
        columns: &columns,
        period: drafting.shown.period,
        kind: drafting.template.kind,
    };
    doubts::notes(drafting.figures, &shows)
}

fn tables<'a>(
    drafting: &mut Drafting<'_, 'a, '_>,
    rows: &[Strip<RowCode>],
    columns: &[Strip<ColumnCode>],
) -> Vec<DraftTable<'a>> {
    let (figures, form, template) = (drafting.figures, drafting.form, drafting.template);
    if template.kind.is_cross() {
        return cross::crossed(drafting, rows, columns);
    }
    if !template.kind.is_of_one_place() {
        return vec![drafting.of_places(rows, columns)];
    }
    let places: Vec<(&Strip<RowCode>, &Strip<ColumnCode>)> =
        columns.iter().flat_map(|column| rows.iter().map(move |row| (row, column))).collect();
    let several = places.len() > 1;
    // The first row is the whole of a section; any other row is part of the title.
    let first = figures.rows(form, drafting.shown.period, &template.section, &Pick::First(1));
    let names_row = rows.len() > 1 || rows.iter().zip(&first).any(|(row, first)| row.code != first.code);
    let tables = places.into_iter().enumerate().map(|(place, (row, column))| DraftTable {
        part: several.then_some(place + 1),
        ..drafting.of_one_place(row, column, names_row)
    });
    tables.collect()
}

/// What the tables of a template are drafted from.
pub struct Drafting<'s, 'a, 'm> {
    pub material: &'s Material<'m>,
    pub words: &'a Dictionary,
    pub figures: &'s Figures<'s>,
    pub drafts: &'s mut DraftBook,
    pub form: &'s FormId,
    pub shown: Shown,
    pub template: &'a TableTemplate,
    pub basis: Basis,
}

impl<'s, 'a> Drafting<'s, 'a, '_> {
    /// A table of these lines.
    #[must_use]
    pub fn table(&self, lines: Vec<DraftLine>, indicator: Option<Titles>) -> DraftTable<'a> {
        DraftTable {
            words: self.words,
            template: self.template,
            form: self.form.clone(),
            shown: self.shown,
            part: None,
            indicator,
            basis: self.basis,
            doubts: Vec::new(),
            lines,
            whole: None,
            incomparable: Vec::new(),
            unestablished: Vec::new(),
            strands: Vec::new(),
            of_columns: false,
            silent: 0,
        }
    }

    /// The units whose figures make the republic's in the period shown.
    #[must_use]
    pub fn republic_now(&self) -> Vec<Unit> {
        self.basis.units(self.figures, self.form, self.shown.period, 0)
    }

    /// A line for each place, with figures of the republic.
    fn of_places(&mut self, rows: &[Strip<RowCode>], columns: &[Strip<ColumnCode>]) -> DraftTable<'a> {
        let parents = self.template.parents;
        let row_paths: Vec<Titles> = rows.iter().map(|r| r.label.clone()).collect();
        let column_paths: Vec<Titles> = columns.iter().map(|c| c.label.clone()).collect();
        let (row_labels, column_labels) = (labels::nested(&row_paths, parents), labels::nested(&column_paths, parents));
        let mut lines = Vec::new();
        for (column, (column_label, column_depth)) in columns.iter().zip(&column_labels) {
            for (row, (row_label, row_depth)) in rows.iter().zip(&row_labels) {
                let (labels, depth) = match (rows.len(), columns.len()) {
                    (1, _) => (vec![column_label.clone()], *column_depth),
                    (_, 1) => (vec![row_label.clone()], *row_depth),
                    _ => (vec![labels::whole(&column.label), row_label.clone()], 0),
                };
                let mut line = self.line(row, column, &Agency::all(), self.republic(), labels);
                line.depth = depth;
                lines.push(line);
            }
        }
        let under = match (rows.len(), columns.len()) {
            (1, _) => labels::under(&column_paths),
            (_, 1) => labels::under(&row_paths),
            _ => Vec::new(),
        };
        for (line, under) in under.into_iter().enumerate() {
            lines[line].under = under.map(|above| lines[above].fact);
        }
        let structure = self.template.kind == TableKind::Structure;
        let whole = structure.then(|| self.share_of_whole(&mut lines)).flatten();
        DraftTable { whole, ..self.table(lines, None) }
    }

    /// Makes each line of a structure a share of the whole: the named place, or the first line.
    fn share_of_whole(&mut self, lines: &mut [DraftLine]) -> Option<LineKey> {
        let at = |line: &DraftLine, (row, column): &(RowCode, ColumnCode)| {
            line.key.place.row == *row && line.key.place.column == *column
        };
        let named = self.template.whole.as_ref();
        let shown = named.map_or(Some(0), |whole| lines.iter().position(|l| at(l, whole)));
        let whole = match (shown.and_then(|place| lines.get_mut(place)), named) {
            (Some(line), _) => {
                line.weight = Weight::Total;
                (line.fact, line.key.clone())
            }
            // The whole is not among the lines shown, but shares need its facts.
            (None, Some((row, column))) => {
                let (row, column) = (nameless(row), nameless(column));
                let line = self.line(&row, &column, &Agency::all(), self.republic(), Vec::new());
                (line.fact, line.key)
            }
            (None, None) => return None,
        };
        for line in lines {
            self.drafts.wholes[line.fact] = Some(whole.0);
        }
        Some(whole.1)
    }

    fn of_one_place(&mut self, row: &Strip<RowCode>, column: &Strip<ColumnCode>, names_row: bool) -> DraftTable<'a> {
        let (column_label, row_label) = (labels::whole(&column.label), labels::whole(&row.label));
        let indicator = if names_row {
            self.words.each(|l| {
                let (column, row) = (&column_label, &row_label);
                let language = l.language();
                format!("{}; {}", labels::in_language(column, language), labels::in_language(row, language))
            })
        } else {
            column_label
        };
        if self.template.kind == TableKind::Agencies {
            let lines = self.by_agency(row, column);
            let whole = lines.first().map(|l| l.key.clone());
            return DraftTable { whole, ..self.table(lines, Some(indicator)) };
        }
        if self.template.kind == TableKind::Map {
            let (lines, unestablished) = self.on_map(row, column);
            return DraftTable { unestablished, ..self.table(lines, Some(indicator)) };
        }
        let (lines, incomparable) = self.by_region(row, column);
        let whole = lines.first().map(|l| l.key.clone());
        DraftTable { whole, incomparable, ..self.table(lines, Some(indicator)) }
    }

    fn by_agency(&mut self, row: &Strip<RowCode>, column: &Strip<ColumnCode>) -> Vec<DraftLine> {
        let mut total =
            self.line(row, column, &Agency::all(), self.republic(), vec![texts::ALL_AGENCIES.titles(self.words)]);
        total.weight = Weight::Total;
        let whole = total.fact;
        let mut lines = vec![total];
        for name in self.material.agencies.iter().filter(|a| !a.agency.is_all()) {
            let line = self.line(row, column, &name.agency, self.republic(), vec![name.titles.clone()]);
            self.drafts.wholes[line.fact] = Some(whole);
            lines.push(line);
        }
        self.drafts.wholes[whole] = Some(whole);
        lines
    }

    fn by_region(&mut self, row: &Strip<RowCode>, column: &Strip<ColumnCode>) -> (Vec<DraftLine>, Vec<Titles>) {
        let mut total =
            self.line(row, column, &Agency::all(), self.republic(), vec![texts::REPUBLIC.titles(self.words)]);
        total.weight = Weight::Total;
        total.persons = self.persons(&[Unit::republic()]);
        let whole = total.fact;
        let mut lines = vec![total];
        let mut incomparable = Vec::new();
        let place = self.place(row, column);
        let splits = self.splits(&place);
        for region in self.figures.regions_in(self.shown.period) {
            let units = vec![region.unit.clone()];
            let split = splits.iter().any(|s| s.parent.unit == region.unit || s.children.contains(&region));
            let ago = if split { Vec::new() } else { units.clone() };
            let all = [units.clone(), ago, Vec::new(), Vec::new(), Vec::new()];
            let mut line = self.line(row, column, &Agency::all(), all, vec![region.titles.clone()]);
            if split {
                line.marks[1] = Mark::Z;
                incomparable.push(region.titles.clone());
            }
            line.persons = self.persons(&units);
            lines.push(line);
        }
        for split in &splits {
            let now: Vec<Unit> = split.members().map(|r| r.unit.clone()).collect();
            let persons = self.persons(&now);
            let units = [now, vec![split.parent.unit.clone()], Vec::new(), Vec::new(), Vec::new()];
            let mut line = self.line(row, column, &Agency::all(), units, vec![split.title(self.words)]);
            line.weight = Weight::Aside;
            line.persons = persons;
            lines.push(line);
        }
        for line in &lines {
            self.drafts.wholes[line.fact] = Some(whole);
        }
        (lines, incomparable)
    }

    /// The republic and each region, for the period alone; and the regions whose documents do not establish the figure.
    fn on_map(&mut self, row: &Strip<RowCode>, column: &Strip<ColumnCode>) -> (Vec<DraftLine>, Vec<Titles>) {
        let now = |units: Vec<Unit>| [units, Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        let republic = now(self.republic_now());
        let mut total = self.line(row, column, &Agency::all(), republic, vec![texts::REPUBLIC.titles(self.words)]);
        total.weight = Weight::Total;
        total.persons = self.persons(&[Unit::republic()]);
        // Nothing is compared with another year.
        total.mixed = false;
        let (mut lines, mut unestablished) = (vec![total], Vec::new());
        let place = self.place(row, column);
        for region in self.figures.regions_in(self.shown.period) {
            let units = vec![region.unit.clone()];
            let persons = self.persons(&units);
            let mut line = self.line(row, column, &Agency::all(), now(units), vec![region.titles.clone()]);
            line.persons = persons;
            lines.push(line);
            if self.figures.is_unestablished(self.form, self.shown.period, &region.unit, &place) {
                unestablished.push(region.titles.clone());
            }
        }
        (lines, unestablished)
    }

    /// Regions that were split between the two periods compared and have no figures of their own for the earlier one.
    fn splits(&self, place: &Place) -> Vec<Split<'s>> {
        let (now, ago) = (self.shown.period, self.shown.period.year_before());
        let restated = |r: &Region| self.figures.find(self.form, ago, &r.unit, &Agency::all(), place).is_ok();
        let new = |r: &&Region| !r.exists(ago.last_day()) && !restated(r);
        let figures: &'s Figures<'s> = self.figures;
        let regions: Vec<&'s Region> = figures.regions_in(now).collect();
        let split = regions.iter().map(|parent| {
            let of_parent = regions.iter().filter(|r| r.split_from.as_ref() == Some(&parent.unit));
            Split { parent, children: of_parent.copied().filter(new).collect() }
        });
        split.filter(|s| !s.children.is_empty()).collect()
    }

    fn line(
        &mut self,
        row: &Strip<RowCode>,
        column: &Strip<ColumnCode>,
        agency: &Agency,
        units: [Vec<Unit>; 5],
        labels: Vec<Titles>,
    ) -> DraftLine {
        let kind = self.template.kind;
        let key = LineKey {
            form: self.form.clone(),
            place: self.place(row, column),
            agency: agency.clone(),
            units,
            period: self.shown.period,
            quarter: kind == TableKind::Quarter,
        };
        let years = match kind {
            TableKind::Series => 5,
            TableKind::Map => 1,
            _ => 2,
        };
        let gathered = self.drafts.gather(self.figures, &key, years);
        // A region is compared with itself, so only lines of the republic can be mixed.
        let of_republic = key.units[0] == self.republic_now();
        DraftLine {
            row_code: row.printed.clone(),
            column_code: column.printed.clone(),
            mixed: of_republic && self.basis.is_mixed(),
            broken: gathered.broken,
            labels,
            depth: 0,
            under: None,
            weight: Weight::Plain,
            measure: column.measure,
            key,
            fact: gathered.fact,
            marks: gathered.marks,
            revised: gathered.revised,
            opening: column.opening,
            persons: None,
            crossings: Vec::new(),
        }
    }

    fn place(&self, row: &Strip<RowCode>, column: &Strip<ColumnCode>) -> Place {
        Place { section: self.template.section.clone(), row: row.code.clone(), column: column.code.clone() }
    }

    fn republic(&self) -> [Vec<Unit>; 5] {
        std::array::from_fn(|years| self.basis.units(self.figures, self.form, self.shown.period, years))
    }

    fn persons(&self, units: &[Unit]) -> Option<u64> {
        let counted = inhabitants(self.material.regions, units, self.shown.period)?;
        Some(counted.iter().map(|c| c.persons).sum())
    }
}

fn nameless<C: Clone>(code: &C) -> Strip<C> {
    let printed = code.clone();
    Strip {
        code: code.clone(),
        printed,
        label: Titles::default(),
        measure: Measure::Count,
        opening: false,
        gone: false,
    }
}

/// A region and those that were split from it.
struct Split<'a> {
    parent: &'a Region,
    children: Vec<&'a Region>,
}

impl Split<'_> {
    fn members(&self) -> impl Iterator<Item = &Region> {
        std::iter::once(self.parent).chain(self.children.iter().copied())
    }

    fn title(&self, words: &Dictionary) -> Titles {
        words.each(|l| {
            let names: Vec<&str> = self.members().map(|r| r.titles.of(l.language())).collect();
            let and = texts::AND.of(l);
            format!("{} ({})", names.join(&format!(" {and} ")), texts::FORMER_BORDERS.of(l))
        })
    }
}
