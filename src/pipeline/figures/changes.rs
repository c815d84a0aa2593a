//! Compares two datasets of the same form, period, unit and agency, cell by cell.
//!
//! Cells are matched by what they mean. If the two are of different editions, the form's template says which printed
//! row and column of one edition is which of the other. An empty cell and a place that is not printed both mean "no
//! figure".
//!
//! In: two datasets, and the form's template. Out: [`FigureChange`]. Unknown here: where the datasets come from.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use domain::{
    Agency, Binding, ColumnCode, Dataset, DatasetKey, Edition, Figure, FormId, FormIndex, FormTemplate, Number, Origin,
    Period, RowCode, Section, SectionId, Unit,
};

/// The kind of a change, of a cell or of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// A figure where no figure was before.
    Addition,
    /// A different figure than before.
    Amendment,
    /// No figure where a figure was before.
    Deletion,
    /// A different title of a section, row or column; or a title that was added or removed.
    Title,
}

/// The content of a cell or a title; in JSON a number or a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    Number(Number),
    Text(String),
}

/// One change. Its place is as the newer revision prints it; for what was removed, as the older one printed it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureChange {
    pub kind: ChangeKind,
    pub form: FormId,
    pub period: Period,
    pub unit: Unit,
    pub agency: Agency,
    pub origin: Origin,
    /// Revision numbers.
    pub from: u32,
    pub to: u32,
    pub section: SectionId,
    pub row: Option<RowCode>,
    pub column: Option<ColumnCode>,
    pub before: Option<Shown>,
    pub after: Option<Shown>,
    /// After minus before, if both are numbers.
    pub difference: Option<Number>,
    /// The labels of row and column, parents first.
    pub label: String,
}

/// Every change from one dataset to another, in the order of the newer one; what was removed comes last in each
/// section.
#[must_use]
pub fn compare(before: &Dataset, after: &Dataset, template: Option<&FormTemplate>) -> Vec<FigureChange> {
    // Within one edition, equal printed codes mean the same.
    let template = template.filter(|_| before.edition != after.edition);
    let index = template.map(|t| Arc::new(FormIndex::new(t)));
    let (laid_before, laid_after) = (Binding::new(index.clone(), before), Binding::new(index, after));
    let mut changes = Vec::new();
    let gone = before.sections.iter().filter(|s| after.section(&s.id).is_none());
    for section in after.sections.iter().chain(gone) {
        let pair = Pair {
            key: &after.key,
            id: &section.id,
            before: before.section(&section.id).map(|s| Side::new(s, &laid_before)),
            after: after.section(&section.id).map(|s| Side::new(s, &laid_after)),
        };
        pair.titles(&mut changes);
        pair.figures(&mut changes);
    }
    changes
}

/// A section with its rows and columns by what they mean.
struct Side<'a> {
    section: &'a Section,
    rows: Vec<String>,
    columns: Vec<String>,
    row_at: BTreeMap<String, usize>,
    column_at: BTreeMap<String, usize>,
}

impl<'a> Side<'a> {
    fn new(section: &'a Section, laid: &Binding<'a>) -> Self {
        let edition = &laid.dataset.edition;
        let (rows, columns) = laid.meanings(section);
        let rows: Vec<String> = rows.iter().zip(&*section.rows).map(|(m, r)| meant(*m, &r.code, edition)).collect();
        let columns: Vec<String> =
            columns.iter().zip(&*section.columns).map(|(m, c)| meant(*m, &c.code, edition)).collect();
        let places = |of: &[String]| of.iter().cloned().zip(0..).collect();
        Self { section, row_at: places(&rows), column_at: places(&columns), rows, columns }
    }

    fn figure(&self, row: &str, column: &str) -> Option<&Figure> {
        self.section.at(*self.row_at.get(row)?, *self.column_at.get(column)?)
    }
}

/// The template's code for a printed line. A line that is not in the template gets its printed code, marked with its
/// edition.
fn meant<C: ToString>(meaning: Option<&C>, printed: &C, edition: &Edition) -> String {
    meaning.map_or_else(|| format!("{} of edition {edition}", printed.to_string()), ToString::to_string)
}

struct Pair<'a> {
    key: &'a DatasetKey,
    id: &'a SectionId,
    before: Option<Side<'a>>,
    after: Option<Side<'a>>,
}

impl Pair<'_> {
    fn sides(&self) -> impl Iterator<Item = &Side<'_>> {
        self.after.iter().chain(&self.before)
    }

    /// The rows or columns of both sides by what they mean, those of the newer one first.
    fn union<'s>(&'s self, of: impl Fn(&'s Side<'_>) -> &'s Vec<String>) -> Vec<&'s String> {
        let newer: Vec<&String> = self.after.iter().flat_map(&of).collect();
        let older = self.before.iter().flat_map(&of).filter(|line| !newer.contains(line));
        newer.iter().copied().chain(older).collect()
    }

    fn titles(&self, changes: &mut Vec<FigureChange>) {
        let title = |side: &Option<Side<'_>>| side.as_ref().map(|s| s.section.title.to_string());
        self.title(None, None, (title(&self.before), title(&self.after)), changes);
        if self.before.is_none() || self.after.is_none() {
            // The change of the section's title already shows that it came or went.
            return;
        }
        for row in self.union(|side| &side.rows) {
            let of = |side: &Option<Side<'_>>| {
                side.as_ref().and_then(|s| Some(s.section.rows[*s.row_at.get(row)?].label.to_string()))
            };
            self.title(self.row(row), None, (of(&self.before), of(&self.after)), changes);
        }
        for column in self.union(|side| &side.columns) {
            let of = |side: &Option<Side<'_>>| {
                side.as_ref().and_then(|s| Some(s.section.columns[*s.column_at.get(column)?].label.to_string()))
            };
            self.title(None, self.column(column), (of(&self.before), of(&self.after)), changes);
        }
    }

    fn title(
        &self,
        row: Option<RowCode>,
        column: Option<ColumnCode>,
        (before, after): (Option<String>, Option<String>),
        changes: &mut Vec<FigureChange>,
    ) {
        if before != after {
            let label = after.clone().or(before.clone()).unwrap_or_default();
            let change = self.change(ChangeKind::Title, row, column, label);
            changes.push(FigureChange { before: before.map(Shown::Text), after: after.map(Shown::Text), ..change });
        }
    }

    fn figures(&self, changes: &mut Vec<FigureChange>) {
        let columns = self.union(|side| &side.columns);
        for row in self.union(|side| &side.rows) {
            for column in &columns {
                let of = |side: &Option<Side<'_>>| side.as_ref().and_then(|s| shown(s.figure(row, column)?));
                let (before, after) = (of(&self.before), of(&self.after));
                let kind = match (&before, &after) {
                    _ if before == after => continue,
                    (None, _) => ChangeKind::Addition,
                    (_, None) => ChangeKind::Deletion,
                    _ => ChangeKind::Amendment,
                };
                let difference = match (&before, &after) {
                    (Some(Shown::Number(before)), Some(Shown::Number(after))) => after.minus(*before),
                    _ => None,
                };
                let change = self.change(kind, self.row(row), self.column(column), self.label(row, column));
                changes.push(FigureChange { before, after, difference, ..change });
            }
        }
    }

    fn row(&self, meant: &str) -> Option<RowCode> {
        self.sides().find_map(|s| Some(s.section.rows[*s.row_at.get(meant)?].code.clone()))
    }

    fn column(&self, meant: &str) -> Option<ColumnCode> {
        self.sides().find_map(|s| Some(s.section.columns[*s.column_at.get(meant)?].code.clone()))
    }

    fn label(&self, row: &str, column: &str) -> String {
        let row = self.sides().find_map(|s| Some(&s.section.rows[*s.row_at.get(row)?].label));
        let column = self.sides().find_map(|s| Some(&s.section.columns[*s.column_at.get(column)?].label));
        format!("{} · {}", row.map_or("", |l| l), column.map_or("", |l| l))
    }

    /// A change of this pair; the caller fills in revisions and contents by struct update.
    fn change(
        &self,
        kind: ChangeKind,
        row: Option<RowCode>,
        column: Option<ColumnCode>,
        label: String,
    ) -> FigureChange {
        let DatasetKey { form, period, unit, agency, origin } = self.key.clone();
        let (section, before, after, difference) = (self.id.clone(), None, None, None);
        FigureChange {
            kind,
            form,
            period,
            unit,
            agency,
            origin,
            from: 0,
            to: 0,
            section,
            row,
            column,
            before,
            after,
            difference,
            label,
        }
    }
}

fn shown(figure: &Figure) -> Option<Shown> {
    match figure {
        Figure::Blank => None,
        Figure::Number(number) => Some(Shown::Number(*number)),
        Figure::Text(text) => Some(Shown::Text(text.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::parse_form;
    use domain::{Column, Row};

    const FORM: &str = r#"
form = "1-x"
designations = ["1-Х"]
known_from = "made up"
[[section]]
id = "R1"
title = { ru = "Раздел 1" }
rows = [ { code = "1", ru = "Всего" } ]
columns = [ { code = "1", ru = "а" }, { code = "2", ru = "б" }, { code = "3", ru = "в" } ]
[[edition]]
edition = "701"
[[edition]]
edition = "702"
sections = [ { id = "R1", columns = { "1" = false, "2..3" = -1 } } ]
"#;

    fn dataset(edition: &str, columns: &[(&str, &str)], figures: &[&str]) -> Dataset {
        let figure = |text: &&str| match text.parse::<Number>() {
            Ok(number) => Figure::Number(number),
            Err(_) if text.is_empty() => Figure::Blank,
            Err(_) => Figure::Text((*text).into()),
        };
        let column = |(code, label): &(&str, &str)| Column { code: code.parse().unwrap(), label: (*label).into() };
        let section = Section {
            id: "R1".parse().unwrap(),
            title: "Раздел 1".into(),
            columns: columns.iter().map(column).collect(),
            rows: [Row { code: "1".parse().unwrap(), label: "Всего".into() }].into(),
            figures: figures.iter().map(figure).collect(),
        };
        let key = DatasetKey {
            form: "1-x".parse().unwrap(),
            period: "2024-M01".parse().unwrap(),
            unit: "1971".parse().unwrap(),
            agency: Agency::all(),
            origin: Origin::Real,
        };
        Dataset { key, edition: edition.parse().unwrap(), sections: vec![section] }
    }

    fn told(changes: &[FigureChange]) -> Vec<String> {
        let shown = |shown: &Option<Shown>| match shown {
            None => "-".to_owned(),
            Some(Shown::Number(number)) => number.to_string(),
            Some(Shown::Text(text)) => text.clone(),
        };
        let one = |c: &FigureChange| {
            let column = c.column.as_ref().map_or("", |c| c.as_str()).to_owned();
            format!("{:?} {column}: {} → {}", c.kind, shown(&c.before), shown(&c.after))
        };
        changes.iter().map(one).collect()
    }

    const ABC: [(&str, &str); 3] = [("1", "а"), ("2", "б"), ("3", "в")];

    #[test]
    fn additions_amendments_and_deletions_are_told_by_cell() {
        let before = dataset("701", &ABC, &["5", "", "7.5"]);
        let after = dataset("701", &ABC, &["", "0", "8"]);
        let changes = compare(&before, &after, None);
        assert_eq!(told(&changes), ["Deletion 1: 5 → -", "Addition 2: - → 0", "Amendment 3: 7.5 → 8"]);
        assert_eq!(changes[2].difference.unwrap().to_string(), "0.5");
        assert_eq!(changes[2].label, "Всего · в");
        assert_eq!(compare(&before, &before, None), []);
    }

    #[test]
    fn another_edition_is_compared_by_what_its_columns_mean() {
        let form = parse_form("1-x.toml", FORM).unwrap();
        let before = dataset("701", &ABC, &["5", "6", "7"]);
        let after = dataset("702", &[("1", "б"), ("2", "в (новое)")], &["6", "9"]);
        let changes = compare(&before, &after, Some(&form));
        let expected = ["Title 2: в → в (новое)", "Title 1: а → -", "Amendment 2: 7 → 9", "Deletion 1: 5 → -"];
        assert_eq!(told(&changes), expected);
    }

    #[test]
    fn a_section_that_went_is_told_with_its_figures() {
        let before = dataset("701", &ABC, &["5", "", "нет"]);
        let after = Dataset { sections: vec![], ..before.clone() };
        let expected = ["Title : Раздел 1 → -", "Deletion 1: 5 → -", "Deletion 3: нет → -"];
        assert_eq!(told(&compare(&before, &after, None)), expected);
    }
}
