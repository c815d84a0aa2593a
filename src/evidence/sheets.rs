//! Finds in which cells one sheet differs, and which rows and columns were inserted or deleted.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
};

use super::{
    align::{Step, align},
    compare::{Altered, MovedLine, Shift, ShiftChange},
    sheet::{Cells, FoundCell, Value},
    workbook::SheetCells,
};
use ooxml::address::{address, column_letters};

type Found = (Vec<Altered>, Vec<Shift>);

/// The most lines that are aligned, more than a sheet of ours has. Sheets with more are compared place by place.
const LINES: usize = 200_000;

/// The differences between a sheet as sent and as found. It is compared by place, by row and by column, and the
/// shortest result counts.
pub fn of_sheet(sent: &SheetCells, found: &SheetCells) -> Found {
    let plain = (by_place(sent, found), Vec::new());
    let words = |found: &Found| found.0.len() + found.1.len();
    if words(&plain) < 2 {
        return plain;
    }
    let mut best = plain;
    for line in [MovedLine::Row, MovedLine::Column] {
        let shifted = by_line(sent, found, line);
        if let Some(shifted) = shifted.filter(|shifted| words(shifted) < words(&best)) {
            best = shifted;
        }
    }
    best
}

fn by_place(sent: &SheetCells, found: &SheetCells) -> Vec<Altered> {
    let places: BTreeSet<_> = sent.cells.keys().chain(found.cells.keys()).copied().collect();
    let altered = places.into_iter().filter_map(|place| {
        let (was, is) = (sent.cells.get(&place), found.cells.get(&place));
        (!is_same(was, is)).then(|| altered(sent, place, was, is))
    });
    altered.collect()
}

fn altered(sheet: &SheetCells, place: (u32, u32), was: Option<&FoundCell>, is: Option<&FoundCell>) -> Altered {
    Altered { sheet: sheet.name.clone(), cell: address(place.0, place.1), was: was.map(shown), is: is.map(shown) }
}

/// The cells of a sheet by row, or by column.
struct Lined<'a> {
    lines: Vec<BTreeMap<u32, &'a FoundCell>>,
    hashes: Vec<u64>,
}

impl<'a> Lined<'a> {
    fn of(cells: &'a Cells, line: MovedLine) -> Option<Self> {
        let placed = || cells.iter().map(|(place, cell)| (turned(*place, line), cell));
        let count = placed().map(|((at, _), _)| at as usize + 1).max().unwrap_or(0);
        if count > LINES {
            return None;
        }
        let mut lines = vec![BTreeMap::new(); count];
        for ((at, across), cell) in placed() {
            lines[at as usize].insert(across, cell);
        }
        let hashes = lines.iter().map(hash).collect();
        Some(Self { lines, hashes })
    }
}

/// Turns row and column into line and place in the line, and back.
const fn turned((row, column): (u32, u32), line: MovedLine) -> (u32, u32) {
    match line {
        MovedLine::Row => (row, column),
        MovedLine::Column => (column, row),
    }
}

fn hash(line: &BTreeMap<u32, &FoundCell>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (across, cell) in line {
        (across, cell.formula.is_some(), &cell.disguise).hash(&mut hasher);
        match &cell.value {
            Value::Number(number) => rounded(*number).hash(&mut hasher),
            Value::Text(text) => text.hash(&mut hasher),
            Value::Flag(flag) => flag.hash(&mut hasher),
        }
    }
    hasher.finish()
}

fn by_line(sent: &SheetCells, found: &SheetCells, line: MovedLine) -> Option<Found> {
    let (before, after) = (Lined::of(&sent.cells, line)?, Lined::of(&found.cells, line)?);
    let likeness = |s: usize, f: usize| {
        let there = &after.lines[f];
        before.lines[s].iter().filter(|(across, cell)| is_same(Some(cell), there.get(across).copied())).count()
    };
    let steps = align(&before.hashes, &after.hashes, &likeness);
    let (mut cells, mut shifts): Found = (Vec::new(), Vec::new());
    for step in &steps {
        let nothing = BTreeMap::new();
        let (was, is, at) = match *step {
            Step::Both(s, f) if before.hashes[s] == after.hashes[f] => continue,
            Step::Both(s, f) => (&before.lines[s], &after.lines[f], s),
            Step::Gone(s) => (&before.lines[s], &nothing, s),
            Step::New(f) => (&nothing, &after.lines[f], f),
        };
        let places: BTreeSet<u32> = was.keys().chain(is.keys()).copied().collect();
        cells.extend(places.into_iter().filter_map(|across| {
            let (was, is) = (was.get(&across).copied(), is.get(&across).copied());
            (!is_same(was, is)).then(|| altered(sent, turned((at as u32, across), line), was, is))
        }));
    }
    shift(&steps, &sent.name, line, &mut shifts);
    if shifts.is_empty() {
        return None;
    }
    if cells.is_empty() {
        // Only empty lines were inserted or deleted; the first cell that moved is listed for all of them.
        let mut moved = by_place(sent, found);
        moved.truncate(1);
        cells = moved;
    }
    Some((cells, shifts))
}

/// Collects the lines that were inserted or deleted; neighbours are one shift.
fn shift(steps: &[Step], sheet: &str, line: MovedLine, shifts: &mut Vec<Shift>) {
    let mut next = None;
    for step in steps {
        let (change, at) = match step {
            Step::Both(..) => {
                next = None;
                continue;
            }
            Step::Gone(at) => (ShiftChange::Deleted, *at),
            Step::New(at) => (ShiftChange::Inserted, *at),
        };
        match shifts.last_mut().filter(|last| last.change == change && next == Some(at)) {
            Some(last) => last.count += 1,
            None => shifts.push(Shift { sheet: sheet.to_owned(), of: line, change, at: named(at, line), count: 1 }),
        }
        next = Some(at + 1);
    }
}

fn named(at: usize, line: MovedLine) -> String {
    match line {
        MovedLine::Row => (at + 1).to_string(),
        MovedLine::Column => column_letters(at as u32),
    }
}

fn shown(cell: &FoundCell) -> Value {
    let never_computed = matches!(&cell.value, Value::Text(text) if text.is_empty());
    match (&cell.formula, &cell.disguise) {
        (Some(formula), _) if never_computed => Value::Text(format!("={formula}").into()),
        (Some(formula), _) => Value::Text(format!("={formula} → {}", cell.value).into()),
        (None, Some(disguise)) => Value::Text(format!("{}, which its format shows as {disguise}", cell.value).into()),
        (None, None) => cell.value.clone(),
    }
}

fn is_same(was: Option<&FoundCell>, is: Option<&FoundCell>) -> bool {
    let (Some(was), Some(is)) = (was, is) else { return was.is_none() && is.is_none() };
    was.formula.is_some() == is.formula.is_some() && was.disguise == is.disguise && is_same_value(&was.value, &is.value)
}

fn is_same_value(was: &Value, is: &Value) -> bool {
    match (was, is) {
        (Value::Number(was), Value::Number(is)) => was.to_bits() == is.to_bits() || rounded(*was) == rounded(*is),
        (was, is) => was == is,
    }
}

/// The number with fifteen digits, which is what programs keep.
fn rounded(number: f64) -> String {
    format!("{number:.14e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of numbers: row r, column c contains 100 r + c. A 0 makes an empty row or column.
    fn table(rows: &[u32], columns: &[u32]) -> SheetCells {
        let mut cells = Cells::new();
        for (row, r) in (0_u32..).zip(rows) {
            for (column, c) in (0_u32..).zip(columns) {
                if *r > 0 && *c > 0 {
                    let value = Value::Number(f64::from(100 * r + c));
                    cells.insert((row, column), FoundCell::of(value));
                }
            }
        }
        SheetCells { name: "1.1".into(), cells, ..SheetCells::default() }
    }

    fn told((cells, shifts): &Found) -> String {
        let cell = |a: &Altered| {
            let said = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            format!("{}:{}→{}", a.cell, said(&a.was), said(&a.is))
        };
        let cells: Vec<String> = cells.iter().map(cell).collect();
        let shift = |s: &Shift| format!("{:?} {:?} {} x{}", s.of, s.change, s.at, s.count);
        let shifts: Vec<String> = shifts.iter().map(shift).collect();
        format!("{} | {}", cells.join(" "), shifts.join(" "))
    }

    #[test]
    fn rows_and_columns_that_were_put_in_or_taken_out_are_told_as_that() {
        let sent = table(&[1, 2, 3, 4, 5, 6], &[1, 2, 3]);
        for (found, wanted) in [
            (table(&[1, 2, 3, 4, 5, 6], &[1, 2, 3]), " | "),
            (table(&[1, 2, 9, 3, 4, 5, 6], &[1, 2, 3]), "A3:-→901 B3:-→902 C3:-→903 | Row Inserted 3 x1"),
            (table(&[1, 2, 0, 3, 4, 5, 6], &[1, 2, 3]), "A3:301→- | Row Inserted 3 x1"),
            (table(&[1, 2, 0, 0, 3, 4, 5, 6], &[1, 2, 3]), "A3:301→- | Row Inserted 3 x2"),
            (
                table(&[1, 2, 5, 6], &[1, 2, 3]),
                "A3:301→- B3:302→- C3:303→- A4:401→- B4:402→- C4:403→- | Row Deleted 3 x2",
            ),
            (table(&[1, 2, 3, 4, 5, 6], &[1, 0, 2, 3]), "B1:102→- | Column Inserted B x1"),
            (
                table(&[1, 2, 3, 4, 5, 6], &[1, 3]),
                "B1:102→- B2:202→- B3:302→- B4:402→- B5:502→- B6:602→- | Column Deleted B x1",
            ),
        ] {
            assert_eq!(told(&of_sheet(&sent, &found)), wanted);
        }
    }

    #[test]
    fn cells_altered_beside_a_row_that_was_put_in_keep_their_names() {
        let sent = table(&[1, 2, 3, 4, 5, 6], &[1, 2, 3]);
        let mut found = table(&[1, 2, 0, 3, 4, 5, 6], &[1, 2, 3]);
        found.cells.insert((5, 1), FoundCell::of(Value::Number(7.0)));
        assert_eq!(told(&of_sheet(&sent, &found)), "B5:502→7 | Row Inserted 3 x1");
    }

    #[test]
    fn cells_that_were_only_altered_are_named_one_by_one() {
        let sent = table(&[1, 2, 3, 4], &[1, 2]);
        let mut found = sent.clone();
        found.cells.remove(&(1, 0));
        found.cells.remove(&(1, 1));
        found.cells.insert((9, 0), FoundCell::of(Value::Flag(true)));
        assert_eq!(told(&of_sheet(&sent, &found)), "A2:201→- B2:202→- A10:-→true | ");
        // Two rows were swapped.
        let swapped = table(&[1, 3, 2, 4], &[1, 2]);
        assert_eq!(of_sheet(&sent, &swapped).0.len(), 4);
        assert!(of_sheet(&sent, &swapped).1.is_empty());
    }
}
