//! What changed from one issue of a collection to another: two books in, a list of differences out.
//!
//! Figures are compared where they stand: the same table, the same line (by what it is made of, not by its label), the
//! same column (by what it holds, not by its head). So a new wording is no change, and a line that moved is not two.

use super::{
    book::{Book, Cell, ColumnRole, Kind, Line, Table, TableColumn, Weight},
    decimal::Level,
    labels,
    prose::each,
    words,
};
use domain::{Language, Measure, Titles};

/// One difference between two books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The table's id, the same in both books.
    pub table: String,
    /// The table's number in the newer book, or in the older one where the newer has no such table.
    pub number: String,
    pub title: Titles,
    /// The line; `None` where the whole table came or went.
    pub line: Option<Titles>,
    /// The head of the column; `None` where the whole line or table came or went.
    pub column: Option<Titles>,
    pub measure: Measure,
    /// The line and the column in the newer book's table.
    pub at: Option<(usize, usize)>,
    /// Whether the figure is derived from others: a change, a share, a level, a rank.
    pub derived: bool,
    /// What stood there; `None` where there was no such place.
    pub was: Option<Cell>,
    /// What stands there now; `None` where there is no such place any more.
    pub is: Option<Cell>,
}

/// Every figure that differs, in the order of the newer book; then the tables that are gone.
#[must_use]
pub fn changes(old: &Book, new: &Book) -> Vec<Change> {
    let mut found = Vec::new();
    for table in new.tables() {
        match old.tables().find(|t| t.id == table.id) {
            Some(before) => of_table(before, table, &mut found),
            None => found.push(whole(table, None, None, Some(Cell::Text(words::TABLE_CAME.titles())))),
        }
    }
    let gone = old.tables().filter(|t| !new.tables().any(|n| n.id == t.id));
    found.extend(gone.map(|t| whole(t, None, Some(Cell::Text(words::TABLE_GONE.titles())), None)));
    found
}

fn of_table(old: &Table, new: &Table, found: &mut Vec<Change>) {
    let columns: Vec<(usize, Option<usize>)> = (0..new.columns.len())
        .filter(|place| holds_figures(new.columns[*place].role))
        .map(|place| (place, same_column(old, new, place)))
        .collect();
    for (place, line) in new.lines.iter().enumerate() {
        let Some(before) = same_line(old, line, place) else {
            found.push(whole(new, Some(line), None, Some(Cell::Text(words::LINE_CAME.titles()))));
            continue;
        };
        for (column, earlier) in &columns {
            let (was, is) = (earlier.and_then(|c| before.cells.get(c)), line.cells.get(*column));
            if was != is {
                let of = &new.columns[*column];
                found.push(Change {
                    column: Some(of.header.clone()),
                    at: Some((place, *column)),
                    derived: !matches!(of.role, ColumnRole::Value(_)),
                    measure: of.measure(line.measure),
                    ..whole(new, Some(line), was.cloned(), is.cloned())
                });
            }
        }
    }
    let gone = old.lines.iter().enumerate().filter(|(place, line)| same_line(new, line, *place).is_none());
    found.extend(gone.map(|(_, line)| whole(new, Some(line), Some(Cell::Text(words::LINE_GONE.titles())), None)));
}

fn whole(table: &Table, line: Option<&Line>, was: Option<Cell>, is: Option<Cell>) -> Change {
    Change {
        table: table.id.clone(),
        number: table.number.clone(),
        title: table.title.clone(),
        line: line.map(|l| label(table, l)),
        column: None,
        at: None,
        measure: line.map(|l| l.measure).unwrap_or_default(),
        derived: false,
        was,
        is,
    }
}

const fn holds_figures(role: ColumnRole) -> bool {
    !matches!(role, ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks)
}

/// The column of the older table that holds the same: of the same role and about the same, in the same turn among those.
fn same_column(old: &Table, new: &Table, place: usize) -> Option<usize> {
    let column = &new.columns[place];
    let same = |other: &TableColumn| other.role == column.role && other.across == column.across;
    let turn = new.columns[..place].iter().filter(|c| same(c)).count();
    let alike = old.columns.iter().enumerate().filter(|(_, c)| same(c));
    alike.map(|(place, _)| place).nth(turn)
}

/// The line of a table that is made of the same; looked for first where it would stand if nothing moved.
fn same_line<'a>(table: &'a Table, line: &Line, place: usize) -> Option<&'a Line> {
    let same = |other: &&Line| match (&other.key, &line.key) {
        (Some(a), Some(b)) => a == b && other.weight == line.weight,
        (None, None) => other.cells.first() == line.cells.first(),
        _ => false,
    };
    table.lines.get(place).filter(same).or_else(|| table.lines.iter().find(same))
}

/// The labels of a line: one, or two where the table has two label columns.
fn label(table: &Table, line: &Line) -> Titles {
    let parts = table.columns.iter().zip(&line.cells).filter_map(|(column, cell)| match (column.role, cell) {
        (ColumnRole::Label, Cell::Text(titles)) => Some(titles),
        _ => None,
    });
    let parts: Vec<&Titles> = parts.collect();
    each(|language| parts.iter().map(|t| labels::in_language(t, language)).collect::<Vec<_>>().join(": "))
}

/// The sheet "changes since your copy", as a table.
///
/// `since` is the revision that the reader holds.
#[must_use]
pub fn table(book: &Book, since: u32, changes: &[Change]) -> Table {
    let column = |words: words::Words, role| TableColumn::of_line(words.titles(), role);
    let figures = changes.iter().filter(|c| !c.derived).count();
    let derived = changes.len() - figures;
    Table {
        id: "changes".to_owned(),
        number: String::new(),
        kind: Kind::Changes,
        title: words::CHANGES_TITLE.titles(),
        short: Titles::default(),
        scope: each(|language| {
            let was = issue(since, language);
            let is = issue(book.revision, language);
            match language {
                Language::Ru => format!("Выпуск {is} по сравнению с выпуском {was}"),
                Language::Kk => format!("{was} шығарылымымен салыстырғанда {is} шығарылымы"),
                Language::En => format!("Issue {is} compared with issue {was}"),
            }
        }),
        sentences: vec![each(|language| match language {
            Language::Ru => format!("Изменилось исходных показателей: {figures}; производных: {derived}."),
            Language::Kk => format!("Өзгерген бастапқы көрсеткіштер: {figures}; туындылары: {derived}."),
            Language::En => format!("Figures that changed: {figures}; derived from them: {derived}."),
        })],
        source: book.cover.revision_reason.as_ref().map_or_else(
            || words::CHANGES_SOURCE.titles(),
            |reason| each(|l| format!("{}: {reason}.", words::REASON.of(l))),
        ),
        measure: words::CHANGES_MEASURE.titles(),
        origin: None,
        columns: vec![
            column(words::TABLE, ColumnRole::Text),
            column(words::TABLE_TITLE, ColumnRole::Label),
            column(words::LINE, ColumnRole::Label),
            column(words::COLUMN, ColumnRole::Text),
            column(words::WAS, ColumnRole::Compared),
            column(words::IS, ColumnRole::Compared),
            column(words::DIFFERENCE, ColumnRole::Change),
        ],
        lines: changes.iter().map(line).collect(),
        whole: None,
        notes: Vec::new(),
        chart: None,
        printed: true,
    }
}

fn issue(revision: u32, language: Language) -> String {
    match (revision, language) {
        (0, Language::Ru) => "r0 (первый)".to_owned(),
        (0, Language::Kk) => "r0 (бірінші)".to_owned(),
        (0, Language::En) => "r0 (the first)".to_owned(),
        (revision, _) => format!("r{revision}"),
    }
}

fn line(change: &Change) -> Line {
    let dash = || Cell::Text(each(|_| "—".to_owned()));
    let difference = match (&change.was, &change.is) {
        (Some(Cell::Number(was)), Some(Cell::Number(is))) => is.minus(*was).map(Cell::Number),
        (Some(Cell::Tenths(was)), Some(Cell::Tenths(is))) => Some(Cell::Tenths(is - was)),
        (Some(Cell::Level(was)), Some(Cell::Level(is))) if was.places == is.places => {
            Some(Cell::Level(Level { digits: is.digits - was.digits, ..*is }))
        }
        _ => None,
    };
    let number = if change.number.is_empty() { "—" } else { change.number.as_str() };
    Line {
        weight: Weight::Plain,
        depth: 0,
        measure: change.measure,
        key: None,
        cells: vec![
            Cell::Code(number.to_owned()),
            Cell::Text(change.title.clone()),
            change.line.clone().map_or_else(dash, Cell::Text),
            change.column.clone().map_or_else(dash, Cell::Text),
            change.was.clone().unwrap_or_else(dash),
            change.is.clone().unwrap_or_else(dash),
            difference.unwrap_or_else(dash),
        ],
        revised: Vec::new(),
    }
}
