//! In which cells a workbook differs from what was sent.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    sheet::{Cell, Value, cell_name},
    workbook::{SheetCells, Workbook},
};

/// A cell that is not as it was sent. `None`: the cell is empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Altered {
    pub sheet: String,
    pub cell: String,
    pub was: Option<Value>,
    pub is: Option<Value>,
}

/// All that differs.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Differences {
    pub altered: Vec<Altered>,
    /// Cells altered beyond those that are listed.
    pub more: usize,
    pub missing_sheets: Vec<String>,
    pub added_sheets: Vec<String>,
}

/// More altered cells than anybody reads.
const LISTED: usize = 1_000;

impl Differences {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.altered.is_empty() && self.missing_sheets.is_empty() && self.added_sheets.is_empty()
    }
}

/// Compares what was sent with what was found: values of cells, sheet by sheet. Looks, widths and bytes do not count; a
/// formula where a value was sent does, also while it computes the same.
#[must_use]
pub fn compare(sent: &Workbook, found: &Workbook) -> Differences {
    let named = |book: &'_ Workbook, name: &str| book.sheets.iter().position(|s| s.name == name);
    let absent = |from: &Workbook, of: &Workbook| {
        let names = of.sheets.iter().map(|s| s.name.clone());
        names.filter(|name| named(from, name).is_none()).collect::<Vec<String>>()
    };
    let mut differences = Differences {
        missing_sheets: absent(found, sent),
        added_sheets: absent(sent, found),
        ..Differences::default()
    };
    for sheet in &sent.sheets {
        if let Some(at) = named(found, &sheet.name) {
            of_sheet(sheet, &found.sheets[at], &mut differences);
        }
    }
    differences
}

fn of_sheet(sent: &SheetCells, found: &SheetCells, differences: &mut Differences) {
    let places: BTreeSet<_> = sent.cells.keys().chain(found.cells.keys()).collect();
    for place in places {
        let (was, is) = (sent.cells.get(place), found.cells.get(place));
        if is_same(was, is) {
            continue;
        }
        if differences.altered.len() >= LISTED {
            differences.more += 1;
            continue;
        }
        differences.altered.push(Altered {
            sheet: sent.name.clone(),
            cell: cell_name(*place),
            was: was.map(shown),
            is: is.map(shown),
        });
    }
}

fn shown(cell: &Cell) -> Value {
    match &cell.formula {
        Some(formula) => Value::Text(format!("={formula} → {}", cell.value)),
        None => cell.value.clone(),
    }
}

fn is_same(was: Option<&Cell>, is: Option<&Cell>) -> bool {
    let (Some(was), Some(is)) = (was, is) else { return was.is_none() && is.is_none() };
    was.formula.is_some() == is.formula.is_some() && is_same_value(&was.value, &is.value)
}

fn is_same_value(was: &Value, is: &Value) -> bool {
    match (was, is) {
        // Programs keep fifteen digits of a number.
        (Value::Number(was), Value::Number(is)) => {
            was.to_bits() == is.to_bits() || format!("{was:.14e}") == format!("{is:.14e}")
        }
        (was, is) => was == is,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(cells: &[(&str, Value)]) -> Workbook {
        let cells = cells
            .iter()
            .enumerate()
            .map(|(row, (_, value))| ((row as u32, 0), Cell { value: value.clone(), formula: None }));
        Workbook {
            sheets: vec![SheetCells { name: "R1".into(), cells: cells.collect(), footers: vec![] }],
            ..Workbook::default()
        }
    }

    #[test]
    fn digits_that_a_program_does_not_keep_are_no_alteration() {
        let sent = book(&[("a", Value::Number(0.1 + 0.2)), ("b", Value::Number(18_453.949))]);
        let kept = book(&[("a", Value::Number(0.3)), ("b", Value::Number(18_453.949))]);
        assert!(compare(&sent, &kept).is_empty());
        let altered = book(&[("a", Value::Number(0.3)), ("b", Value::Number(18_453.95))]);
        assert_eq!(compare(&sent, &altered).altered.len(), 1);
        let as_text = book(&[("a", Value::Number(0.3)), ("b", Value::Text("18453.949".into()))]);
        assert_eq!(compare(&sent, &as_text).altered[0].cell, "A2");
    }

    #[test]
    fn a_formula_in_a_values_place_is_an_alteration() {
        let sent = book(&[("a", Value::Number(3.0))]);
        let mut found = sent.clone();
        if let Some(cell) = found.sheets[0].cells.get_mut(&(0, 0)) {
            cell.formula = Some("1+2".into());
        }
        let differences = compare(&sent, &found);
        assert_eq!(differences.altered[0].is, Some(Value::Text("=1+2 → 3".into())));
        found.sheets[0].name = "R2".into();
        let differences = compare(&sent, &found);
        assert_eq!((differences.missing_sheets, differences.added_sheets), (vec!["R1".into()], vec!["R2".into()]));
    }
}
