//! Turns a table into observations: each figure with its line and column, its kind and its period.

use assemble::{Cell, ColumnRole, Growth, Line, Mark, Table, percent};
use domain::{Number, Period};

/// The kind of figure in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    Value,
    Change,
    Growth,
    Share,
    Points,
    Rate,
    Rank,
    Class,
}

/// A figure, or the mark that says why it is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The line's place in the table.
    pub line: usize,
    /// The column's place in the table.
    pub column: usize,
    pub metric: Metric,
    /// The period of the column; derived figures have the newest period.
    pub period: Period,
    /// An exact decimal, such as `18453.949` or `-2.6`.
    pub value: Option<String>,
    pub mark: Option<Mark>,
}

impl Metric {
    pub const ALL: [Self; 8] =
        [Self::Value, Self::Change, Self::Growth, Self::Share, Self::Points, Self::Rate, Self::Rank, Self::Class];

    /// The code for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Value => "VALUE",
            Self::Change => "CHANGE",
            Self::Growth => "GROWTH",
            Self::Share => "SHARE",
            Self::Points => "POINTS",
            Self::Rate => "RATE",
            Self::Rank => "RANK",
            Self::Class => "CLASS",
        }
    }

    const fn of(role: ColumnRole) -> Option<Self> {
        match role {
            ColumnRole::Value(_) => Some(Self::Value),
            ColumnRole::Change => Some(Self::Change),
            ColumnRole::Growth => Some(Self::Growth),
            ColumnRole::Share => Some(Self::Share),
            ColumnRole::Points => Some(Self::Points),
            ColumnRole::Rate => Some(Self::Rate),
            ColumnRole::Rank => Some(Self::Rank),
            ColumnRole::Class => Some(Self::Class),
            ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks | ColumnRole::Compared => None,
        }
    }
}

/// The figures of a table, line by line; empty for a table that only lists what is missing.
pub fn observations(table: &Table) -> Vec<Observation> {
    let columns = columns(table);
    let lines = table.lines.iter().enumerate();
    let observed = lines.flat_map(|(line, cells)| {
        columns.iter().map(move |(place, metric, period)| {
            let (value, mark) = written(table, cells, *place);
            let mark = mark.or_else(|| marked(table, cells, *place)).filter(|mark| {
                // A break belongs to the period in which the new definition begins, not to earlier ones.
                *mark != Mark::B || Some(*period) == newest(table)
            });
            Observation { line, column: *place, metric: *metric, period: *period, value, mark }
        })
    });
    observed.collect()
}

/// The newest period of a table.
pub fn newest(table: &Table) -> Option<Period> {
    let of = |role: &ColumnRole| if let ColumnRole::Value(period) = role { Some(*period) } else { None };
    table.columns.iter().filter_map(|c| of(&c.role)).max()
}

fn columns(table: &Table) -> Vec<(usize, Metric, Period)> {
    let Some(newest) = newest(table) else { return Vec::new() };
    let shares = table.columns.iter().filter(|c| c.role == ColumnRole::Share).count();
    let mut columns = Vec::new();
    let mut last = newest;
    for (place, column) in table.columns.iter().enumerate() {
        let Some(metric) = Metric::of(column.role) else { continue };
        let period = match column.role {
            ColumnRole::Value(period) => period,
            // If a table has two columns of shares, each comes after its figure.
            ColumnRole::Share if shares > 1 => last,
            _ => newest,
        };
        last = period;
        columns.push((place, metric, period));
    }
    columns
}

/// A cell as an exact decimal, or its mark.
pub fn written(table: &Table, line: &Line, place: usize) -> (Option<String>, Option<Mark>) {
    match &line.cells[place] {
        Cell::Number(number) => (Some(number.to_string()), None),
        Cell::Tenths(tenths) | Cell::Growth(Growth::Percent(tenths)) => (Some(tenths_of(*tenths)), None),
        Cell::Level(level) => (Some(level.plain()), None),
        // People see a multiple; programs get the percentage.
        Cell::Growth(Growth::Times(_)) => match both(table, line).and_then(|(now, ago)| percent(now, ago)) {
            Some(tenths) => (Some(tenths_of(tenths)), None),
            None => (None, Some(Mark::Z)),
        },
        Cell::Growth(Growth::NoBase) => (None, Some(Mark::Z)),
        Cell::Rank(rank) => (Some(rank.to_string()), None),
        Cell::Absent(mark) => (None, Some(*mark)),
        Cell::Text(_) | Cell::Code(_) => (None, None),
    }
}

/// The figures of the newest period and of the same period a year before.
fn both(table: &Table, line: &Line) -> Option<(Number, Number)> {
    let newest = newest(table)?;
    let of = |period: Period| {
        let place = table.columns.iter().position(|c| c.role == ColumnRole::Value(period))?;
        if let Cell::Number(number) = line.cells[place] { Some(number) } else { None }
    };
    Some((of(newest)?, of(newest.year_before())?))
}

/// The mark of a line that applies to a figure. Provisional comes before a break, and a break before revised. In a
/// crossed table, only the corrected figures of a line are revised.
fn marked(table: &Table, line: &Line, column: usize) -> Option<Mark> {
    let place = table.columns.iter().position(|c| c.role == ColumnRole::Marks)?;
    let Cell::Code(text) = &line.cells[place] else { return None };
    let crossed = table.columns.iter().any(|c| c.across.is_some());
    let goes_with = |mark: &Mark| *mark != Mark::R || !crossed || line.revised.contains(&column);
    [Mark::P, Mark::B, Mark::R].into_iter().filter(goes_with).find(|mark| text.contains(mark.text()))
}

fn tenths_of(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}
