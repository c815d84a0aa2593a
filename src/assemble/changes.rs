//! What changed from one issue of a collection to another: two books in, a list of differences out.
//!
//! Two figures are compared when they are in the same table, the same line (found by what it is made of, not by its
//! label) and the same column (found by what it holds, not by its head). So a new wording is not a change, and a line
//! that moved is not counted twice.

use super::{
    book::{Book, Cell, ColumnRole, Kind, Line, Table, TableColumn, Weight},
    labels,
    percentages::Level,
};
use domain::{Measure, Titles};
use words::{Dictionary, FixedText, Lexicon, texts};

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
    /// The cell in the older book; `None` where the older book has no such place.
    pub was: Option<Cell>,
    /// The cell in the newer book; `None` where the newer book has no such place.
    pub is: Option<Cell>,
}

/// Every figure that differs, in the order of the newer book; then the tables that are gone.
#[must_use]
pub fn changes(old: &Book, new: &Book, words: &Dictionary) -> Vec<Change> {
    let mut found = Vec::new();
    for table in new.tables() {
        match old.tables().find(|t| t.id == table.id) {
            Some(before) => of_table(before, table, words, &mut found),
            None => found.push(whole(words, table, None, None, Some(Cell::Text(texts::TABLE_CAME.titles(words))))),
        }
    }
    let gone = old.tables().filter(|t| !new.tables().any(|n| n.id == t.id));
    found.extend(gone.map(|t| whole(words, t, None, Some(Cell::Text(texts::TABLE_GONE.titles(words))), None)));
    found.extend(of_comment(old, new, words));
    found
}

/// In place of a table's id: a comment is in no table. Ids contain no point.
const COMMENT: &str = "comment.";

/// That a person commented on the newer book, or on the older one, or otherwise. The text is on its own sheet.
fn of_comment(old: &Book, new: &Book, words: &Dictionary) -> Option<Change> {
    let comment = |book: &Book| book.analysis.as_ref().and_then(|analysis| analysis.comment.clone());
    let (was, is) = (comment(old), comment(new));
    let said = |text: FixedText| Some(Cell::Text(text.titles(words)));
    let (was, is) = match (&was, &is) {
        (was, is) if was == is => return None,
        (None, _) => (None, said(texts::COMMENT_CAME)),
        (_, None) => (said(texts::COMMENT_GONE), None),
        _ => (None, said(texts::COMMENT_CHANGED)),
    };
    Some(Change {
        table: COMMENT.to_owned(),
        number: String::new(),
        title: texts::ANALYSIS.titles(words),
        line: Some(texts::COMMENT.titles(words)),
        column: None,
        measure: Measure::default(),
        at: None,
        derived: false,
        was,
        is,
    })
}

fn of_table(old: &Table, new: &Table, words: &Dictionary, found: &mut Vec<Change>) {
    let columns: Vec<(usize, Option<usize>)> = (0..new.columns.len())
        .filter(|place| holds_figures(new.columns[*place].role))
        .map(|place| (place, same_column(old, new, place)))
        .collect();
    for (place, line) in new.lines.iter().enumerate() {
        let Some(before) = same_line(old, line, place) else {
            found.push(whole(words, new, Some(line), None, Some(Cell::Text(texts::LINE_CAME.titles(words)))));
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
                    ..whole(words, new, Some(line), was.cloned(), is.cloned())
                });
            }
        }
    }
    let gone = old.lines.iter().enumerate().filter(|(place, line)| same_line(new, line, *place).is_none());
    found.extend(
        gone.map(|(_, line)| whole(words, new, Some(line), Some(Cell::Text(texts::LINE_GONE.titles(words))), None)),
    );
}

fn whole(words: &Dictionary, table: &Table, line: Option<&Line>, was: Option<Cell>, is: Option<Cell>) -> Change {
    Change {
        table: table.id.clone(),
        number: table.number.clone(),
        title: table.title.clone(),
        line: line.map(|l| label(table, l, words)),
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

/// The column of the older table that holds the same: one of the same role and the same subject, at the same place
/// among all such columns.
fn same_column(old: &Table, new: &Table, place: usize) -> Option<usize> {
    let column = &new.columns[place];
    let same = |other: &TableColumn| other.role == column.role && other.across == column.across;
    let turn = new.columns[..place].iter().filter(|c| same(c)).count();
    let alike = old.columns.iter().enumerate().filter(|(_, c)| same(c));
    alike.map(|(place, _)| place).nth(turn)
}

/// The line of a table that is made of the same. Looked for first at its old place, where it is unless lines moved.
fn same_line<'a>(table: &'a Table, line: &Line, place: usize) -> Option<&'a Line> {
    let same = |other: &&Line| match (&other.key, &line.key) {
        (Some(a), Some(b)) => a == b && other.weight == line.weight,
        (None, None) => other.cells.first() == line.cells.first(),
        _ => false,
    };
    table.lines.get(place).filter(same).or_else(|| table.lines.iter().find(same))
}

/// The labels of a line: one, or two where the table has two label columns.
fn label(table: &Table, line: &Line, words: &Dictionary) -> Titles {
    let parts = table.columns.iter().zip(&line.cells).filter_map(|(column, cell)| match (column.role, cell) {
        (ColumnRole::Label, Cell::Text(titles)) => Some(titles),
        _ => None,
    });
    let parts: Vec<&Titles> = parts.collect();
    words.each(|l| parts.iter().map(|t| labels::in_language(t, l.language())).collect::<Vec<_>>().join(": "))
}

/// The sheet "changes since your copy", as a table.
///
/// `since` is the revision that the reader holds.
#[must_use]
pub fn table(book: &Book, since: u32, changes: &[Change], words: &Dictionary) -> Table {
    let column = |head: FixedText, role| TableColumn::of_line(head.titles(words), role);
    let of_figures = || changes.iter().filter(|c| c.table != COMMENT);
    let figures = of_figures().filter(|c| !c.derived).count();
    let derived = of_figures().count() - figures;
    Table {
        id: "changes".to_owned(),
        number: String::new(),
        kind: Kind::Changes,
        title: texts::CHANGES_TITLE.titles(words),
        short: Titles::default(),
        scope: words.each(|l| l.issue_compared(&issue(book.revision, l), &issue(since, l))),
        sentences: vec![words.each(|l| l.figures_changed(&figures, &derived))],
        source: book.cover.revision_reason.as_ref().map_or_else(
            || texts::CHANGES_SOURCE.titles(words),
            |reason| words.each(|l| format!("{}: {reason}.", texts::REASON.of(l))),
        ),
        measure: texts::CHANGES_MEASURE.titles(words),
        origin: None,
        columns: vec![
            column(texts::TABLE, ColumnRole::Text),
            column(texts::TABLE_TITLE, ColumnRole::Label),
            column(texts::LINE, ColumnRole::Label),
            column(texts::COLUMN, ColumnRole::Text),
            column(texts::WAS, ColumnRole::Compared),
            column(texts::IS, ColumnRole::Compared),
            column(texts::DIFFERENCE, ColumnRole::Change),
        ],
        lines: changes.iter().map(|change| line(change, words)).collect(),
        whole: None,
        notes: Vec::new(),
        chart: None,
        map: None,
        printed: true,
    }
}

fn issue(revision: u32, lexicon: &Lexicon) -> String {
    if revision == 0 { texts::FIRST_ISSUE_LABEL.of(lexicon).to_owned() } else { format!("r{revision}") }
}

fn line(change: &Change, words: &Dictionary) -> Line {
    let dash = || Cell::Text(words.each(|_| "—".to_owned()));
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
