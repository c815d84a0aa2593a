//! Compares a workbook with the one that was sent.
//!
//! In: two workbooks. Out: their [`Differences`], cell by cell. It does not know whose copy it is.

use std::fmt;

use serde::Serialize;

use super::{
    sheet::Value,
    sheets::of_sheet,
    workbook::{Beside, SheetCells, Workbook},
};

/// A cell that is not as it was sent. `None` is an empty cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Altered {
    pub sheet: String,
    /// Its place in the sheet that was sent; for an inserted cell, its place now.
    pub cell: String,
    pub was: Option<Value>,
    pub is: Option<Value>,
}

/// Rows or columns that were inserted or deleted, so that all after them moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shift {
    pub sheet: String,
    pub of: MovedLine,
    pub change: ShiftChange,
    /// The first of them, such as `12` or `C`: counted as sent if they were deleted, as found if they were inserted.
    pub at: String,
    pub count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovedLine {
    Row,
    Column,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShiftChange {
    Inserted,
    Deleted,
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.of {
            MovedLine::Row => "row",
            MovedLine::Column => "column",
        };
        let change = match self.change {
            ShiftChange::Inserted => "put in",
            ShiftChange::Deleted => "taken out",
        };
        let (sheet, at) = (&self.sheet, &self.at);
        match self.count {
            1 => write!(f, "{of} {at} of sheet `{sheet}` was {change}"),
            count => write!(f, "{count} {of}s from {at} on of sheet `{sheet}` were {change}"),
        }
    }
}

/// A sheet that was renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renamed {
    pub was: String,
    pub is: String,
}

/// All differences between two workbooks.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Differences {
    pub altered: Vec<Altered>,
    /// How many altered cells are not listed.
    pub more: usize,
    pub shifts: Vec<Shift>,
    pub missing_sheets: Vec<String>,
    pub added_sheets: Vec<String>,
    pub renamed_sheets: Vec<Renamed>,
    /// Sheets that cannot be read.
    pub damaged_sheets: Vec<String>,
    /// Changes that do not concern the cells: what is hidden, in another order, or was added.
    pub remarks: Vec<String>,
}

/// How many altered cells are listed at most; nobody reads more.
const LISTED: usize = 1_000;
/// How many pairs of a missing and an added sheet are compared at most, to find renamed sheets.
const PAIRS: usize = 400;

impl Differences {
    /// Whether every cell of every sheet is as it was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let sheets = [&self.missing_sheets, &self.added_sheets, &self.damaged_sheets];
        self.altered.is_empty()
            && self.shifts.is_empty()
            && self.renamed_sheets.is_empty()
            && sheets.iter().all(|s| s.is_empty())
    }

    /// How many cells were altered.
    #[must_use]
    pub fn count(&self) -> usize {
        self.altered.len() + self.more
    }
}

/// Compares what was sent with what was found: the values of cells, sheet by sheet. Looks, widths and bytes do not
/// count. A formula in place of a value counts, even if it computes the same. Rows and columns that were inserted or
/// deleted are reported as such; cells that moved with them are not altered.
#[must_use]
pub fn compare(sent: &Workbook, found: &Workbook) -> Differences {
    let mut differences = Differences::default();
    let mut missing: Vec<&SheetCells> = sent.sheets.iter().filter(|s| named(found, &s.name).is_none()).collect();
    // A second sheet of one name is not one that was sent.
    let again = |at: usize| found.sheets[..at].iter().any(|before| before.name == found.sheets[at].name);
    let sheets = found.sheets.iter().enumerate();
    let mut added: Vec<&SheetCells> =
        sheets.filter(|(at, s)| named(sent, &s.name).is_none() || again(*at)).map(|(_, s)| s).collect();
    let renamed = renamed(&mut missing, &mut added);
    for sheet in &sent.sheets {
        let other = || renamed.iter().find(|(was, _)| was.name == sheet.name).map(|(_, is)| *is);
        let Some(there) = named(found, &sheet.name).or_else(other) else { continue };
        if there.is_damaged {
            differences.damaged_sheets.push(sheet.name.clone());
            continue;
        }
        let (altered, shifts) = of_sheet(sheet, there);
        let room = LISTED.saturating_sub(differences.altered.len());
        differences.more += altered.len().saturating_sub(room);
        differences.altered.extend(altered.into_iter().take(room));
        differences.shifts.extend(shifts);
    }
    let names = |sheets: &[&SheetCells]| sheets.iter().map(|s| s.name.clone()).collect();
    (differences.missing_sheets, differences.added_sheets) = (names(&missing), names(&added));
    differences.remarks = remarks(sent, found, &renamed);
    let renamed = renamed.iter().map(|(was, is)| Renamed { was: was.name.clone(), is: is.name.clone() });
    differences.renamed_sheets = renamed.collect();
    differences
}

fn named<'a>(book: &'a Workbook, name: &str) -> Option<&'a SheetCells> {
    book.sheets.iter().find(|s| s.name == name)
}

/// Removes the renamed sheets from both lists, and returns them in pairs.
fn renamed<'a>(
    missing: &mut Vec<&'a SheetCells>,
    added: &mut Vec<&'a SheetCells>,
) -> Vec<(&'a SheetCells, &'a SheetCells)> {
    let mut pairs = Vec::new();
    if missing.len() * added.len() > PAIRS {
        return pairs;
    }
    missing.retain(|was| {
        let likeness = |is: &SheetCells| {
            let same = was.cells.iter().filter(|(place, cell)| is.cells.get(place) == Some(cell)).count();
            // More than half of the cells of both are equal.
            (same * 2 > was.cells.len().max(is.cells.len())).then_some(same)
        };
        let best = (0..added.len()).filter_map(|at| Some((likeness(added[at])?, at))).max();
        if let Some((_, at)) = best {
            pairs.push((*was, added.remove(at)));
        }
        best.is_none()
    });
    pairs
}

fn remarks(sent: &Workbook, found: &Workbook, renamed: &[(&SheetCells, &SheetCells)]) -> Vec<String> {
    let mut remarks = Vec::new();
    let both: Vec<(&SheetCells, &SheetCells)> =
        sent.sheets.iter().filter_map(|s| Some((s, named(found, &s.name)?))).collect();
    for (was, is) in both.iter().chain(renamed) {
        if is.is_hidden && !was.is_hidden {
            remarks.push(format!("sheet `{}` is hidden", is.name));
        }
        if is.hidden_lines > was.hidden_lines {
            remarks.push(format!("rows or columns of sheet `{}` are hidden", is.name));
        }
    }
    let in_found = found.sheets.iter().filter(|s| named(sent, &s.name).is_some());
    if !in_found.map(|s| &s.name).eq(both.iter().map(|(was, _)| &was.name)) {
        remarks.push("the sheets are in another order".into());
    }
    for (kind, count) in &found.beside {
        if *count > sent.beside.get(kind).copied().unwrap_or(0) {
            remarks.push(match kind {
                Beside::Macros => "it has macros, which no copy has".into(),
                Beside::Links => "it leads to other workbooks, which no copy does".into(),
                Beside::Comments => "comments were added".into(),
                Beside::Pictures => "pictures were added".into(),
                Beside::Embedded => "other documents were embedded".into(),
                Beside::Shapes => "shapes or text boxes were laid over the cells".into(),
            });
        }
    }
    if !sent.pictures.is_subset(&found.pictures) {
        remarks.push("pictures, such as maps, are not those that were sent".into());
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::FoundCell;

    fn book(values: &[Value]) -> Workbook {
        let cells = values.iter().zip(0..);
        let cells = cells.map(|(value, row)| ((row, 0), FoundCell::of(value.clone())));
        let sheet = SheetCells { name: "R1".into(), cells: cells.collect(), ..SheetCells::default() };
        let mut book = Workbook::default();
        book.sheets.push(sheet);
        book
    }

    #[test]
    fn digits_that_a_program_does_not_keep_are_no_alteration() {
        let sent = book(&[Value::Number(0.1 + 0.2), Value::Number(18_453.949)]);
        let kept = book(&[Value::Number(0.3), Value::Number(18_453.949)]);
        assert!(compare(&sent, &kept).is_empty());
        let altered = book(&[Value::Number(0.3), Value::Number(18_453.95)]);
        assert_eq!(compare(&sent, &altered).altered.len(), 1);
        let as_text = book(&[Value::Number(0.3), Value::Text("18453.949".into())]);
        assert_eq!(compare(&sent, &as_text).altered[0].cell, "A2");
    }

    #[test]
    fn a_formula_in_a_values_place_is_an_alteration() {
        let sent = book(&[Value::Number(3.0)]);
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

    #[test]
    fn a_sheet_under_another_name_is_the_same_sheet() {
        let sent = book(&[Value::Number(1.0), Value::Number(2.0), Value::Number(3.0)]);
        let mut found = book(&[Value::Number(1.0), Value::Number(2.0), Value::Number(4.0)]);
        found.sheets[0].name = "R9".into();
        found.sheets[0].is_hidden = true;
        let differences = compare(&sent, &found);
        assert_eq!(differences.renamed_sheets, [Renamed { was: "R1".into(), is: "R9".into() }]);
        let (sheet, cell) = (differences.altered[0].sheet.as_str(), differences.altered[0].cell.as_str());
        assert_eq!((sheet, cell, differences.missing_sheets.len()), ("R1", "A3", 0));
        assert!(!differences.is_empty());
    }

    #[test]
    fn what_stands_beside_the_cells_is_told_and_is_no_alteration() {
        let sent = book(&[Value::Number(1.0)]);
        let mut found = sent.clone();
        found.sheets[0].is_hidden = true;
        found.beside.insert(Beside::Macros, 1);
        let differences = compare(&sent, &found);
        assert!(differences.is_empty());
        assert_eq!(differences.remarks, ["sheet `R1` is hidden", "it has macros, which no copy has"]);
    }

    #[test]
    fn another_picture_in_place_of_a_map_is_told() {
        let (mut sent, mut found) = (book(&[]), book(&[]));
        sent.pictures = [b"a map".as_slice(), b"another map"].map(domain::Sha256::of).into();
        found.pictures.clone_from(&sent.pictures);
        assert!(compare(&sent, &found).remarks.is_empty());
        found.pictures.remove(&domain::Sha256::of(b"a map"));
        found.pictures.insert(domain::Sha256::of(b"a forged map"));
        assert_eq!(compare(&sent, &found).remarks, ["pictures, such as maps, are not those that were sent"]);
    }
}
