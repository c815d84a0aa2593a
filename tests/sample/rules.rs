//! Every rule of every template, checked on made figures by an independent reading of the rules.

use zhinaq::{
    domain::{Agency, ColumnCode, Dataset, FormTemplate, Number, Place, RowCode, RuleKind, SectionTemplate, Unit},
    sample::Figures,
};

/// What does not hold, in words.
pub fn broken(figures: &Figures, template: &FormTemplate, dataset: &Dataset) -> Vec<String> {
    let mut broken = Vec::new();
    for rule in &template.rules {
        let wrong = match &rule.kind {
            RuleKind::Rows { section, total, plus, minus, columns } => lines(
                dataset,
                template.section(section).unwrap(),
                columns,
                |s| codes(&s.columns, |c| c.code.clone()),
                |column| balance(&|row: &RowCode| figure(dataset, section, row, column), total, plus, minus),
            ),
            RuleKind::Columns { section, total, plus, minus, rows } => lines(
                dataset,
                template.section(section).unwrap(),
                rows,
                |s| codes(&s.rows, |r| r.code.clone()),
                |row| balance(&|column: &ColumnCode| figure(dataset, section, row, column), total, plus, minus),
            ),
            RuleKind::RowWithin { section, part, whole, columns } => lines(
                dataset,
                template.section(section).unwrap(),
                columns,
                |s| codes(&s.columns, |c| c.code.clone()),
                |column| within(figure(dataset, section, part, column), figure(dataset, section, whole, column)),
            ),
            RuleKind::ColumnWithin { section, part, whole, rows } => lines(
                dataset,
                template.section(section).unwrap(),
                rows,
                |s| codes(&s.rows, |r| r.code.clone()),
                |row| within(figure(dataset, section, row, part), figure(dataset, section, row, whole)),
            ),
            RuleKind::SamePlace { here, there } => same(figures, dataset, here, &there.form, &there.place),
        };
        broken
            .extend(wrong.into_iter().map(|w| format!("{} {} {}: {w}", rule.id, dataset.key.period, dataset.key.unit)));
    }
    for section in &template.sections {
        for part in &section.columns {
            let Some(whole) = &part.part_of else { continue };
            for row in &section.rows {
                let wrong = within(
                    figure(dataset, &section.id, &row.code, &part.code),
                    figure(dataset, &section.id, &row.code, whole),
                );
                broken.extend(wrong.map(|w| format!("{} column {} of {whole}: {w}", template.form, part.code)));
            }
        }
        for part in &section.rows {
            let Some(whole) = &part.part_of else { continue };
            for column in &section.columns {
                let wrong = within(
                    figure(dataset, &section.id, &part.code, &column.code),
                    figure(dataset, &section.id, whole, &column.code),
                );
                broken.extend(wrong.map(|w| format!("{} row {} of {whole}: {w}", template.form, part.code)));
            }
        }
    }
    broken
}

fn codes<L, C>(lines: &[L], code: impl Fn(&L) -> C) -> Vec<C> {
    lines.iter().map(code).collect()
}

fn lines<C: Clone + std::fmt::Display>(
    dataset: &Dataset,
    section: &SectionTemplate,
    named: &[C],
    every: impl Fn(&SectionTemplate) -> Vec<C>,
    check: impl Fn(&C) -> Option<String>,
) -> Vec<String> {
    if dataset.section(&section.id).is_none() {
        return Vec::new();
    }
    let lines = if named.is_empty() { every(section) } else { named.to_vec() };
    lines.iter().filter_map(|line| check(line).map(|wrong| format!("line {line}: {wrong}"))).collect()
}

/// The figure at a place of the template; `None` where the edition does not print it.
fn figure(
    dataset: &Dataset,
    section: &zhinaq::domain::SectionId,
    row: &RowCode,
    column: &ColumnCode,
) -> Option<Number> {
    dataset.figure(section, row, column)?.number()
}

fn balance<C>(at: &dyn Fn(&C) -> Option<Number>, total: &C, plus: &[C], minus: &[C]) -> Option<String> {
    let sum = |codes: &[C]| codes.iter().try_fold(Number::ZERO, |sum, code| sum.plus(at(code)?));
    let (total, expected) = (at(total)?, sum(plus)?.minus(sum(minus)?)?);
    (total != expected).then(|| format!("{total} is not {expected}"))
}

fn within(part: Option<Number>, whole: Option<Number>) -> Option<String> {
    let (part, whole) = (part?, whole?);
    (part > whole).then(|| format!("{part} exceeds {whole}"))
}

fn same(
    figures: &Figures,
    dataset: &Dataset,
    here: &Place,
    form: &zhinaq::domain::FormId,
    place: &Place,
) -> Vec<String> {
    let Some(offer) = figures.premises().offer(form) else { return Vec::new() };
    let period = dataset.key.period.ending_as(offer.periodicity).unwrap();
    let unit: &Unit = &dataset.key.unit;
    let other = figures.dataset(form, period, unit, &Agency::all()).unwrap();
    let found = figure(dataset, &here.section, &here.row, &here.column);
    let expected = figure(&other, &place.section, &place.row, &place.column);
    if found == expected || expected.is_none() { Vec::new() } else { vec![format!("{found:?} is not {expected:?}")] }
}
