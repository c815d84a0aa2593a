//! Reads one sheet cell by cell: the cells above the numbered columns, and the figures below them.
//!
//! In come the cells in the order of the file; out comes a [`Sheet`] for each table. Each cell is stored directly at
//! its place, so the sheet is never held twice. The sheet is read again for each further table, and for an unusual row
//! of column numbers. This module does not know the template.

use super::{
    blocks,
    cell::{Oddity, figure},
    letters::squeeze,
    numbering::{self, Below, Numbering},
    table::{self, Table},
};
use domain::Figure;
use ooxml::{
    cells::{CellFault, CellReader, CellValue},
    merged_cells::MergedRanges,
};

/// No form numbers its columns below this row.
const HEAD_ROWS: u32 = 200;
/// The most cells of a head. The widest known form has about 150.
const HEAD_CELLS: usize = 20_000;
/// The most rows of a sheet. The longest known form has 430.
pub(super) const MOST_ROWS: usize = 20_000;
/// The most columns of a sheet. The widest known form has 50.
pub(super) const MOST_COLUMNS: usize = 1_000;
/// The most figures of a workbook. The largest known form (1-M) has 215,000 in 26 sheets.
pub(super) const MOST_FIGURES: usize = 6_000_000;
/// The most cells of a sheet that has to be sorted. The largest known sheet has about 20,000. A sheet in order is not
/// held as a whole.
const MOST_SORTED: usize = 400_000;
/// The most odd cells that are kept with their places. Further ones are only counted.
const ODD_CELLS: usize = 200;
/// More tables than any sheet has.
const MOST_TABLES: usize = 50;

/// The content of a cell in the head or in the stub, where words matter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Text(String),
    Number(f64),
}

impl Content {
    /// The content as it is printed; whole numbers without a point.
    pub(super) fn printed(&self) -> String {
        match self {
            Self::Text(text) => squeeze(text),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A cell above the numbered columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HeadCell {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) content: Content,
}

/// A row below the numbered columns: its stub. Its figures are in [`Collected::figures`], at the place of the row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RawRow {
    pub(super) row: u32,
    pub(super) stub: Vec<(u32, Content)>,
    pub(super) has_figures: bool,
    /// How many numbers are stored as text.
    pub(super) as_text: usize,
    /// How many formulas have no result.
    pub(super) uncounted: usize,
    /// How many odd cells are not kept, by kind: those of another kind than numbers, and noisy numbers.
    pub(super) more: (usize, usize),
    /// How many numbers other than zero are to the right of the numbered columns, or between them.
    pub(super) stray: usize,
}

/// An odd cell that is reported.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OddCell {
    /// Its place among the raw rows.
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) oddity: Oddity,
}

/// The cells of a sheet, sorted by what they are.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) head: Vec<HeadCell>,
    pub(super) numbering: Option<Numbering>,
    pub(super) rows: Vec<RawRow>,
    /// Row-major: `rows` × the numbered columns.
    pub(super) figures: Vec<Figure>,
    pub(super) odd: Vec<OddCell>,
    /// How a row of the head reads that nearly numbers columns.
    nearly: Option<String>,
    /// The first sheet column of a second table beside the first.
    beside: Option<u32>,
    /// How many more figures are allowed.
    room: usize,
}

/// Why a sheet was not read to its end.
pub(super) enum SheetError {
    Damaged(CellFault),
    TooLarge(String),
    /// Its cells are not written row by row, and have to be sorted first.
    Disorder,
}

/// A sheet as it was read: the texts of its head, and its table, if it has one. A sheet with several tables becomes
/// several.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) head: Vec<HeadCell>,
    pub(super) table: Option<Table>,
    /// The number of this part among those of the same sheet, from 0.
    pub(super) part: usize,
    /// Why something that looks like a table was not read as one.
    pub(super) unread: Option<String>,
}

/// The part of a sheet that is read, and the spelling of its column numbers.
#[derive(Clone, Default)]
struct View {
    first_row: u32,
    /// The first column of the sheet, and the first column after the part.
    columns: (u32, Option<u32>),
    spelling: Spelling,
}

/// The allowed spelling of the row that numbers the columns.
#[derive(Clone, Default)]
enum Spelling {
    #[default]
    Usual,
    Any,
    /// The row is already known.
    Known(Numbering),
}

/// Reads a sheet, and returns one for each of its tables. `cells` returns the cells from the first one; it is called
/// again if they are not in order, and for each further table.
pub(super) fn read<'t>(
    name: &str,
    hidden: bool,
    regions: &MergedRanges,
    room: usize,
    cells: impl Fn() -> CellReader<'t, 't>,
) -> Result<Vec<Sheet>, SheetError> {
    let in_order = |mut cells: CellReader<'t, 't>| std::iter::from_fn(move || cells.cell().transpose());
    let gather = |view: &View, room: usize| match collect(in_order(cells()), room, regions, view) {
        Err(SheetError::Disorder) => collect(sorted(in_order(cells()))?.into_iter().map(Ok), room, regions, view),
        other => other,
    };
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut room = room;
    let mut views = vec![View::default()];
    while let Some(mut view) = views.pop() {
        let mut collected = gather(&view, room)?;
        if collected.numbering.is_none() {
            view.spelling = Spelling::Any;
            collected = gather(&view, room)?;
            if let Some(beside) = collected.beside.filter(|_| views.len() + sheets.len() < MOST_TABLES) {
                let (from, to) = view.columns;
                views.push(View { columns: (beside, to), spelling: Spelling::Usual, ..view });
                views.push(View { columns: (from, Some(beside)), spelling: Spelling::Usual, ..view });
                continue;
            }
        }
        if let Some(numbering) = &collected.numbering {
            let has_stub = collected.rows.iter().any(|row| !row.stub.is_empty());
            let below = Below { has_stub, figures: &collected.figures, width: numbering.columns.len() };
            let stub = numbering::of_the_stub(numbering, &collected.head, regions, &below);
            if stub > 0 {
                view.spelling = Spelling::Known(numbering.clone().without_stub(stub));
                collected = gather(&view, room)?;
            }
        }
        let breaks = blocks::find(&collected);
        if let Some(second) = breaks.second.filter(|_| views.len() + sheets.len() < MOST_TABLES) {
            let first_row = collected.rows[second].row;
            views.push(View { first_row, columns: view.columns, spelling: Spelling::Usual });
            collected.cut(second);
        }
        room = room.saturating_sub(collected.figures.len());
        let nearly = collected.nearly.take();
        let has_numbering = collected.numbering.is_some();
        let (head, table) = table::build(collected, regions, &breaks);
        let unread = table.is_none().then(|| table::unread(&head, has_numbering, nearly)).flatten();
        let part = sheets.len();
        let name = if part == 0 { name.to_owned() } else { format!("{name} (table {})", part + 1) };
        sheets.push(Sheet { name, hidden, head, table, part, unread });
    }
    // A further part without a table belongs to the sheet of the first table.
    let any = sheets.iter().any(|sheet| sheet.table.is_some());
    sheets.retain(|sheet| sheet.part == 0 || sheet.table.is_some() || (any && sheet.unread.is_some()));
    blocks::join(&mut sheets);
    Ok(sheets)
}

type Placed<'t> = (u32, u32, CellValue<'t>);

fn collect<'t>(
    cells: impl Iterator<Item = Result<Placed<'t>, CellFault>>,
    room: usize,
    regions: &MergedRanges,
    view: &View,
) -> Result<Collected, SheetError> {
    let mut collected = Collected { room, ..Collected::default() };
    let mut at = Position::default();
    let (left, right) = view.columns;
    for cell in cells {
        let (row, column, value) = cell.map_err(SheetError::Damaged)?;
        if row < view.first_row || column < left || right.is_some_and(|right| column >= right) {
            continue;
        }
        if !collected.take(&mut at, (row, column), &value, regions, view)? {
            break;
        }
    }
    if collected.numbering.is_none() {
        collected.close_row(&at, regions, &view.spelling)?;
    }
    Ok(collected)
}

/// The cells sorted row by row, because some programs write them in another order.
fn sorted<'t>(cells: impl Iterator<Item = Result<Placed<'t>, CellFault>>) -> Result<Vec<Placed<'t>>, SheetError> {
    let mut sorted = Vec::new();
    for cell in cells {
        let cell = cell.map_err(SheetError::Damaged)?;
        if sorted.len() >= MOST_SORTED {
            return Err(SheetError::TooLarge(format!("more than {MOST_SORTED} cells, and not in their order")));
        }
        sorted.push(cell);
    }
    sorted.sort_by_key(|(row, column, _)| (*row, *column));
    Ok(sorted)
}

/// The position of the collector in the sheet.
#[derive(Default)]
struct Position {
    row: Option<u32>,
    column: u32,
    /// The first head cell of the row.
    first: usize,
    /// For each column of the sheet, its place among the numbered ones.
    places: Vec<Option<usize>>,
    first_figure: u32,
}

impl Collected {
    /// Takes a cell. Returns false if the sheet is certainly not a section.
    fn take(
        &mut self,
        at: &mut Position,
        (row, column): (u32, u32),
        value: &CellValue<'_>,
        regions: &MergedRanges,
        view: &View,
    ) -> Result<bool, SheetError> {
        if matches!(value, CellValue::Empty) {
            return Ok(true);
        }
        if let Some(last) = at.row
            && (row, column) <= (last, at.column)
        {
            let twice = (row, column) == (last, at.column);
            return Err(if twice { SheetError::Damaged(CellFault::Twice(row, column)) } else { SheetError::Disorder });
        }
        at.column = column;
        if at.row != Some(row) {
            self.close_row(at, regions, &view.spelling)?;
            if let Some(numbering) = self.numbering.as_ref().filter(|_| at.places.is_empty()) {
                at.first_figure = numbering.columns.first().map_or(0, |(column, _)| *column);
                let last = numbering.columns.last().map_or(0, |(column, _)| *column);
                at.places = vec![None; last as usize + 1];
                for (place, (column, _)) in numbering.columns.iter().enumerate() {
                    at.places[*column as usize] = Some(place);
                }
            }
            at.row = Some(row);
            at.first = self.head.len();
            if self.numbering.is_none() && (row > view.first_row + HEAD_ROWS || self.head.len() > HEAD_CELLS) {
                return Ok(false);
            }
        }
        if self.numbering.is_none() {
            if let Some(content) = content(value) {
                self.head.push(HeadCell { row, column, content });
            }
            return Ok(true);
        }
        self.take_below(at, row, column, value)?;
        Ok(true)
    }

    fn take_below(&mut self, at: &Position, row: u32, column: u32, value: &CellValue<'_>) -> Result<(), SheetError> {
        let width = self.numbering.as_ref().map_or(0, |n| n.columns.len());
        if self.rows.last().is_none_or(|last| last.row != row) {
            if self.rows.len() >= MOST_ROWS {
                return Err(SheetError::TooLarge(format!("more than {MOST_ROWS} rows")));
            }
            if self.figures.len() + width > self.room {
                return Err(SheetError::TooLarge(format!("more than {MOST_FIGURES} figures")));
            }
            self.rows.push(RawRow { row, ..RawRow::default() });
            self.figures.resize(self.figures.len() + width, Figure::Blank);
        }
        let index = self.rows.len() - 1;
        let raw = &mut self.rows[index];
        if column < at.first_figure {
            raw.stub.extend(content(value).map(|content| (column, content)));
            return Ok(());
        }
        let (figure, oddity) = figure(value);
        let Some(place) = at.places.get(column as usize).copied().flatten() else {
            raw.stray += usize::from(table::is_weighty(&figure));
            return Ok(());
        };
        if matches!(oddity, Some(Oddity::Uncounted)) {
            raw.uncounted += 1;
            return Ok(());
        }
        if figure == Figure::Blank {
            return Ok(());
        }
        raw.has_figures = true;
        self.figures[index * width + place] = figure;
        match oddity {
            None => {}
            Some(Oddity::NumberAsText) => raw.as_text += 1,
            // Each kind has places of its own: noise must not take those of cells that are no numbers.
            Some(oddity) if self.odd.iter().filter(|odd| odd.oddity == oddity).count() < ODD_CELLS => {
                self.odd.push(OddCell { row: index, column: place, oddity });
            }
            Some(Oddity::Noise) => raw.more.1 += 1,
            Some(_) => raw.more.0 += 1,
        }
        Ok(())
    }

    /// Checks at the end of a row of the head whether it is the row that numbers the columns.
    fn close_row(&mut self, at: &Position, regions: &MergedRanges, spelling: &Spelling) -> Result<(), SheetError> {
        if self.numbering.is_some() || at.first >= self.head.len() || at.first == 0 {
            return Ok(());
        }
        let (above, row) = self.head.split_at(at.first);
        let numbering = match spelling {
            Spelling::Usual => numbering::usual(row, above, regions),
            Spelling::Known(numbering) => (at.row == Some(numbering.row)).then(|| numbering.clone()),
            Spelling::Any if self.beside.is_some() => None,
            Spelling::Any => {
                let seen = numbering::spelled(row, above, regions);
                self.nearly = self.nearly.take().or(seen.nearly);
                self.beside = seen.beside;
                seen.numbering
            }
        };
        let Some(numbering) = numbering else { return Ok(()) };
        if numbering.columns.len() > MOST_COLUMNS {
            return Err(SheetError::TooLarge(format!("more than {MOST_COLUMNS} columns")));
        }
        self.head.truncate(at.first);
        self.numbering = Some(numbering);
        Ok(())
    }

    /// The figures of a raw row.
    pub(super) fn figures_of(&self, place: usize) -> &[Figure] {
        let width = self.numbering.as_ref().map_or(0, |n| n.columns.len());
        &self.figures[place * width..(place + 1) * width]
    }

    /// Removes the rows from a place on.
    fn cut(&mut self, from: usize) {
        let width = self.numbering.as_ref().map_or(0, |n| n.columns.len());
        self.rows.truncate(from);
        self.figures.truncate(from * width);
        self.odd.retain(|odd| odd.row < from);
    }
}

fn content(value: &CellValue<'_>) -> Option<Content> {
    match value {
        CellValue::Whole(number) => Some(Content::Number(*number as f64)),
        CellValue::Number(number) | CellValue::Date(number) => Some(Content::Number(*number)),
        CellValue::Text(text) | CellValue::Iso(text) => {
            (!text.trim().is_empty()).then(|| Content::Text(text.to_string()))
        }
        CellValue::Truth(_) | CellValue::Error(_) | CellValue::Empty | CellValue::Uncounted => None,
    }
}
