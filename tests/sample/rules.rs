//! Every rule of a template, checked on made figures by an independent reading of the rules.

use std::collections::HashMap;

use zhinaq::{
    domain::{
        Agency, ColumnCode, Dataset, FormId, FormTemplate, Number, Place, RowCode, RuleKind, Section, SectionId,
        SectionTemplate,
    },
    sample::Figures,
};

/// A dataset's figures by the codes of its template.
struct Places<'a> {
    template: &'a FormTemplate,
    sections: HashMap<&'a SectionId, Table<'a>>,
}

struct Table<'a> {
    section: &'a Section,
    rows: HashMap<&'a RowCode, usize>,
    columns: HashMap<&'a ColumnCode, usize>,
}

impl<'a> Places<'a> {
    fn of(template: &'a FormTemplate, dataset: &'a Dataset) -> Self {
        let table = |section: &'a Section| {
            let described = template.section(&section.id).unwrap();
            let row = |code: &RowCode| section.row_index(&template.printed_row(&dataset.edition, &section.id, code)?);
            let column = |code: &ColumnCode| {
                section.column_index(&template.printed_column(&dataset.edition, &section.id, code)?)
            };
            Table {
                section,
                rows: described.rows.iter().filter_map(|r| Some((&r.code, row(&r.code)?))).collect(),
                columns: described.columns.iter().filter_map(|c| Some((&c.code, column(&c.code)?))).collect(),
            }
        };
        Self { template, sections: dataset.sections.iter().map(|s| (&s.id, table(s))).collect() }
    }

    /// The figure at a place of the template; `None` if the edition does not print it.
    fn figure(&self, section: &SectionId, row: &RowCode, column: &ColumnCode) -> Option<Number> {
        let table = self.sections.get(section)?;
        table.section.at(*table.rows.get(row)?, *table.columns.get(column)?)?.number()
    }

    fn balance<'c, C: 'c>(
        at: impl Fn(&'c C) -> Option<Number>,
        total: &'c C,
        plus: &'c [C],
        minus: &'c [C],
    ) -> Option<String> {
        let mut expected = Number::ZERO;
        // A rule does not apply if the edition does not print one of its places.
        for code in plus {
            expected = expected.plus(at(code)?)?;
        }
        for code in minus {
            expected = expected.minus(at(code)?)?;
        }
        let total = at(total)?;
        (total != expected).then(|| format!("{total} is not {expected}"))
    }

    fn rows(&self, section: &SectionId) -> Vec<RowCode> {
        self.lines(section, |s| s.rows.iter().map(|r| r.code.clone()).collect())
    }

    fn columns(&self, section: &SectionId) -> Vec<ColumnCode> {
        self.lines(section, |s| s.columns.iter().map(|c| c.code.clone()).collect())
    }

    fn lines<C>(&self, section: &SectionId, every: impl Fn(&SectionTemplate) -> Vec<C>) -> Vec<C> {
        self.sections.get(section).and(self.template.section(section)).map_or_else(Vec::new, every)
    }

    fn holds(&self, kind: &RuleKind) -> Vec<String> {
        let or = |named: &[ColumnCode], section| if named.is_empty() { self.columns(section) } else { named.to_vec() };
        let or_rows = |named: &[RowCode], section| if named.is_empty() { self.rows(section) } else { named.to_vec() };
        match kind {
            RuleKind::Rows { section, total, plus, minus, columns } => told(&or(columns, section), |column| {
                Self::balance(|row| self.figure(section, row, column), total, plus, minus)
            }),
            RuleKind::Columns { section, total, plus, minus, rows } => told(&or_rows(rows, section), |row| {
                Self::balance(|column| self.figure(section, row, column), total, plus, minus)
            }),
            RuleKind::RowWithin { section, part, whole, columns } => told(&or(columns, section), |column| {
                within(self.figure(section, part, column), self.figure(section, whole, column))
            }),
            RuleKind::ColumnWithin { section, part, whole, rows } => told(&or_rows(rows, section), |row| {
                within(self.figure(section, row, part), self.figure(section, row, whole))
            }),
            RuleKind::SamePlace { .. } => Vec::new(),
        }
    }

    /// The parts that exceed their whole ("of which" in the template's structure), also where no rule covers them.
    fn parts(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for section in self.template.sections.iter().filter(|s| self.sections.contains_key(&s.id)) {
            for part in &section.columns {
                let Some(whole) = &part.part_of else { continue };
                let found = told(&self.rows(&section.id), |row| {
                    within(self.figure(&section.id, row, &part.code), self.figure(&section.id, row, whole))
                });
                wrong.extend(found.into_iter().map(|w| format!("{} column {} of {whole}, {w}", section.id, part.code)));
            }
            for part in &section.rows {
                let Some(whole) = &part.part_of else { continue };
                let found = told(&self.columns(&section.id), |column| {
                    within(self.figure(&section.id, &part.code, column), self.figure(&section.id, whole, column))
                });
                wrong.extend(found.into_iter().map(|w| format!("{} row {} of {whole}, {w}", section.id, part.code)));
            }
        }
        wrong
    }
}

/// The rules and parts that do not hold, in words.
pub fn broken(figures: &Figures, template: &FormTemplate, dataset: &Dataset) -> Vec<String> {
    let places = Places::of(template, dataset);
    let mut broken = places.parts();
    for rule in &template.rules {
        let wrong = match &rule.kind {
            RuleKind::SamePlace { here, there } => same(figures, &places, dataset, here, &there.form, &there.place),
            kind => places.holds(kind),
        };
        broken
            .extend(wrong.into_iter().map(|w| format!("{} {} {}: {w}", rule.id, dataset.key.period, dataset.key.unit)));
    }
    broken
}

fn told<C: std::fmt::Display>(lines: &[C], check: impl Fn(&C) -> Option<String>) -> Vec<String> {
    lines.iter().filter_map(|line| check(line).map(|wrong| format!("line {line}: {wrong}"))).collect()
}

fn within(part: Option<Number>, whole: Option<Number>) -> Option<String> {
    let (part, whole) = (part?, whole?);
    (part > whole).then(|| format!("{part} exceeds {whole}"))
}

fn same(
    figures: &Figures,
    places: &Places<'_>,
    dataset: &Dataset,
    here: &Place,
    form: &FormId,
    there: &Place,
) -> Vec<String> {
    let Some(offer) = figures.premises().offer(form) else { return Vec::new() };
    let Some(found) = places.figure(&here.section, &here.row, &here.column) else { return Vec::new() };
    let period = dataset.key.period.ending_as(offer.periodicity).unwrap();
    let other = figures.dataset(form, period, &dataset.key.unit, &Agency::all()).unwrap();
    let expected =
        Places::of(&figures.premises().forms[form], &other).figure(&there.section, &there.row, &there.column);
    let differs = expected.is_some_and(|expected| expected != found);
    if differs { vec![format!("{found} is not {expected:?}")] } else { Vec::new() }
}
