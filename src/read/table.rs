//! From collected cells to a table: which columns are numbered, which one carries the row codes, what is the title.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    labels::{Header, Stub},
    letters::{fold, squeeze},
    region::Regions,
    sheet::{Collected, Content, HeadCell, Numbering, OddCell, RawRow},
};
use crate::domain::Figure;

/// A section as its sheet prints it.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) columns: Vec<Line>,
    pub(super) rows: Vec<Line>,
    /// Row-major.
    pub(super) figures: Vec<Figure>,
    pub(super) odd: Vec<OddCell>,
    pub(super) more_odd: usize,
    /// Numbers that are kept as text, and formulas without a result.
    pub(super) as_text: usize,
    pub(super) uncounted: usize,
    /// Codes that stood twice, columns and rows without a code, figures outside the table.
    pub(super) faults: Vec<TableFault>,
}

/// A row or a column: its printed code, its label, and for a row the place of the row that it is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) label: String,
    pub(super) part_of: Option<usize>,
}

/// What is wrong with a table's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TableFault {
    /// The code, and the label of the second line that carries it.
    RowTwice {
        code: String,
        label: String,
    },
    ColumnTwice {
        code: String,
        label: String,
    },
    RowWithoutCode {
        code: String,
        label: String,
    },
    ColumnWithoutNumber {
        code: String,
        label: String,
    },
    /// How many numbers other than zero stand outside the table.
    Outside(usize),
    /// Codes of rows with a figure in merged cells: of the other cells' figures nothing is known.
    Merged(Vec<String>),
}

/// The row that numbers the columns, if this is it: nothing but small numbers, with letters (А, Б) over the stub.
pub(super) fn numbering(cells: &[HeadCell], above: &[HeadCell], regions: &Regions) -> Option<Numbering> {
    let row = cells.first()?.row;
    let mut columns: Vec<(u32, String)> = Vec::new();
    let mut letters = Vec::new();
    let mut wholes: Vec<u32> = Vec::new();
    for cell in cells {
        let text = cell.content.printed();
        if text.chars().count() == 1 && text.chars().all(char::is_alphabetic) {
            if columns.is_empty() {
                letters.push(cell.column);
            } else {
                columns.push((cell.column, text));
            }
        } else if let Some(whole) = leading_number(&text) {
            wholes.push(whole);
            columns.push((cell.column, text));
        } else {
            return None;
        }
    }
    let (first, last) = (*wholes.first()?, *wholes.last()?);
    let rising = wholes.windows(2).all(|pair| pair[0] <= pair[1]);
    let dense = (last - first.min(last)) as usize <= 2 * wholes.len() + 5;
    let begins = first == 1 || !letters.is_empty();
    let spans: Vec<(u32, u32)> = above
        .iter()
        .filter(|c| matches!(c.content, Content::Text(_)))
        .map(|c| regions.around(c.row, c.column))
        .map(|region| (region.left, region.right))
        .collect();
    let headed = |column: u32| spans.iter().any(|(left, right)| (*left..=*right).contains(&column));
    let plausible = rising && dense && begins && columns.iter().any(|(column, _)| headed(*column));
    if !plausible {
        return None;
    }
    let first_column = columns.first().map_or(0, |(column, _)| *column);
    let last_column = columns.last().map_or(0, |(column, _)| *column);
    let numbered: BTreeSet<u32> = columns.iter().map(|(column, _)| *column).collect();
    // A column that is headed but has no number stays a column; it gets its place as a code.
    for column in first_column..=last_column {
        let region = regions.around(row, column);
        if !numbered.contains(&column) && region.left == column && headed(column) {
            columns.push((column, String::new()));
        }
    }
    columns.sort_by_key(|(column, _)| *column);
    Some(Numbering { row, columns, letters })
}

/// The number that a column's code begins with: `5`, `5-1`, `5.1`, `5а`.
fn leading_number(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let tail = rest.strip_prefix(['-', '.', '/']).map_or_else(
        || rest.chars().count() <= 1 && rest.chars().all(char::is_alphabetic),
        |sub| !sub.is_empty() && sub.len() <= 2 && sub.bytes().all(|b| b.is_ascii_digit()),
    );
    (matches!(digits, 1..=3) && tail).then(|| text[..digits].parse().ok()).flatten()
}

/// Makes the table of what was collected; a sheet without numbered columns, or without rows, has none.
pub(super) fn build(collected: Collected, regions: &Regions) -> (Vec<HeadCell>, Option<Table>) {
    let Collected { head, numbering, rows, figures, odd, more_odd, as_text, uncounted, .. } = collected;
    let Some(numbering) = numbering else { return (head, None) };
    let first_figure = numbering.columns.first().map_or(0, |(column, _)| *column);
    let code_column = code_column(&head, &rows, &numbering);
    let stub = Stub { rows: &rows, regions, first_figure, code_column };
    let kept = kept(&stub);
    if kept.is_empty() {
        return (head, None);
    }
    let header = Header::new(&head, regions, &numbering);
    let mut faults = Vec::new();
    let columns = column_lines(&header, &numbering, &mut faults);
    let rows_lines = row_lines(&stub, &kept, &mut faults);
    let stray: usize = kept.iter().map(|place| rows[*place].stray).sum();
    let width = columns.len();
    let is_kept: BTreeSet<usize> = kept.iter().copied().collect();
    let below: usize = (0..rows.len())
        .filter(|place| !is_kept.contains(place))
        .map(|place| figures[place * width..(place + 1) * width].iter().filter(|f| is_weighty(f)).count())
        .sum();
    if stray + below > 0 {
        faults.push(TableFault::Outside(stray + below));
    }
    let merged = merged(&stub, &kept, &rows_lines, &numbering, &figures);
    if !merged.is_empty() {
        faults.push(TableFault::Merged(merged));
    }
    let title = header.title();
    let figures = keep(figures, &kept, rows.len(), width);
    let new_place: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let odd = odd.into_iter().filter_map(|o| Some(OddCell { row: *new_place.get(&o.row)?, ..o })).collect();
    (head, Some(Table { title, columns, rows: rows_lines, figures, odd, more_odd, as_text, uncounted, faults }))
}

/// The codes of the rows in which a figure stands in merged cells.
fn merged(stub: &Stub<'_>, kept: &[usize], lines: &[Line], numbering: &Numbering, figures: &[Figure]) -> Vec<String> {
    let (Some((first, _)), Some((last, _))) = (numbering.columns.first(), numbering.columns.last()) else {
        return Vec::new();
    };
    let width = numbering.columns.len();
    let holds = |place: usize, column: u32| {
        let at = numbering.columns.iter().position(|(c, _)| *c == column);
        at.is_some_and(|at| figures.get(place * width + at).is_some_and(|f| *f != Figure::Blank))
    };
    let regions: Vec<_> = stub.regions.from(numbering.row + 1, *first).filter(|r| r.left <= *last).collect();
    let rows = kept.iter().zip(lines).filter(|(place, _)| {
        let row = stub.rows[**place].row;
        regions.iter().any(|region| region.top == row && holds(**place, region.left))
    });
    rows.map(|(_, line)| line.code.clone()).collect()
}

fn is_weighty(figure: &Figure) -> bool {
    figure.number().is_some_and(|n| n != crate::domain::Number::ZERO)
}

/// The places of the raw rows that are rows of the table: those with a code, or with a label and figures. Where no
/// row has either, those with a label.
fn kept(stub: &Stub<'_>) -> Vec<usize> {
    let rows = stub.rows;
    let has_code = |row: &RawRow| stub.code(row).is_some();
    let has_label = |row: &RawRow| row.stub.iter().any(|(column, _)| Some(*column) != stub.code_column);
    let coded: Vec<usize> =
        (0..rows.len()).filter(|i| has_code(&rows[*i]) || (rows[*i].has_figures && has_label(&rows[*i]))).collect();
    if coded.is_empty() { (0..rows.len()).filter(|i| has_label(&rows[*i])).collect() } else { coded }
}

/// The column of the row codes: by its header (шифр, код), else the stub's last column that looks like codes.
fn code_column(head: &[HeadCell], rows: &[RawRow], numbering: &Numbering) -> Option<u32> {
    let first_figure = numbering.columns.first().map_or(0, |(column, _)| *column);
    let weighed: Vec<&RawRow> = rows.iter().filter(|r| r.has_figures).collect();
    let looks = |column: u32| {
        let codes: Vec<String> =
            weighed.iter().filter_map(|r| at(&r.stub, column)).filter(|c| is_code(c)).map(Content::printed).collect();
        let distinct: BTreeSet<&String> = codes.iter().collect();
        !codes.is_empty() && codes.len() * 2 >= weighed.len() && distinct.len() * 10 >= codes.len() * 8
    };
    let named = head.iter().filter(|c| c.column < first_figure).filter(|c| {
        let text = fold(&c.content.printed());
        text.starts_with(&fold("шифр"))
            || text == fold("код")
            || text.starts_with(&fold("код строки"))
            || text.contains(&fold("№ строки"))
    });
    let named = named.map(|c| c.column).filter(|c| looks(*c)).max();
    let columns: BTreeSet<u32> = rows.iter().flat_map(|r| r.stub.iter().map(|(column, _)| *column)).collect();
    let lettered = numbering.letters.iter().copied().skip(1).max();
    named.or_else(|| columns.iter().rev().copied().find(|c| looks(*c))).or(lettered)
}

fn at(stub: &[(u32, Content)], column: u32) -> Option<&Content> {
    stub.iter().find(|(c, _)| *c == column).map(|(_, content)| content)
}

/// Whether a content can be a row's code: a whole number, or a short word with a digit.
pub(super) fn is_code(content: &Content) -> bool {
    match content {
        Content::Number(number) => number.fract() == 0.0 && (0.0..1e6).contains(number),
        Content::Text(text) => {
            let text = text.trim();
            let short = text.chars().count() <= 10 && !text.contains(char::is_whitespace);
            short && text.chars().filter(|c| c.is_alphabetic()).count() <= 2 && text.chars().any(|c| c.is_ascii_digit())
        }
    }
}

fn column_lines(header: &Header<'_>, numbering: &Numbering, faults: &mut Vec<TableFault>) -> Vec<Line> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(numbering.columns.len());
    for (place, (column, code)) in numbering.columns.iter().enumerate() {
        let label = header.label(*column);
        let mut code = code.clone();
        if code.is_empty() {
            code = format!("#{}", place + 1);
            faults.push(TableFault::ColumnWithoutNumber { code: code.clone(), label: label.clone() });
        }
        if let Some(again) = again(&code, &mut seen) {
            faults.push(TableFault::ColumnTwice { code, label: label.clone() });
            code = again;
        }
        lines.push(Line { code, label, part_of: None });
    }
    lines
}

fn row_lines(stub: &Stub<'_>, kept: &[usize], faults: &mut Vec<TableFault>) -> Vec<Line> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(kept.len());
    for (place, (label, part_of)) in stub.paths(kept).into_iter().enumerate() {
        let printed = stub.code(&stub.rows[kept[place]]);
        let mut code = printed.clone().unwrap_or_else(|| format!("#{}", place + 1));
        if printed.is_none() {
            faults.push(TableFault::RowWithoutCode { code: code.clone(), label: label.clone() });
        }
        if let Some(again) = again(&code, &mut seen) {
            faults.push(TableFault::RowTwice { code, label: label.clone() });
            code = again;
        }
        lines.push(Line { code, label, part_of });
    }
    lines
}

/// The code of a line whose code stood before: `5` becomes `5 (2)`, so that no figure is lost.
fn again(code: &str, seen: &mut BTreeMap<String, usize>) -> Option<String> {
    let times = seen.entry(code.to_owned()).or_insert(0);
    *times += 1;
    (*times > 1).then(|| format!("{code} ({times})"))
}

/// The figures of the kept rows.
fn keep(figures: Vec<Figure>, kept: &[usize], rows: usize, width: usize) -> Vec<Figure> {
    if kept.len() == rows {
        return figures;
    }
    let mut wanted = kept.iter().peekable();
    let mut place = 0;
    let mut filled = Vec::with_capacity(kept.len() * width);
    for (index, figure) in figures.into_iter().enumerate() {
        let row = index / width;
        while wanted.peek().is_some_and(|w| **w < row) {
            wanted.next();
        }
        if wanted.peek().is_some_and(|w| **w == row) {
            filled.push(figure);
            place += 1;
        }
    }
    debug_assert_eq!(place, kept.len() * width);
    filled
}

/// The title without the words that only say where it stands: "Раздел 1-1.", "Приложение 5.", "Форма № 3-К.".
pub(super) fn subject(title: &str) -> String {
    let mut rest = title;
    if let Some(at) = marker(rest) {
        rest = &rest[at..];
    }
    let lower = rest.to_lowercase();
    for word in ["раздел", "приложение", "форма отчета", "форма", "бөлім"] {
        if lower.starts_with(word) {
            let tail: &str = rest.char_indices().nth(word.chars().count()).map_or("", |(at, _)| &rest[at..]);
            let number = |c: char| c.is_ascii_digit() || c.is_whitespace() || "№.-–:".contains(c);
            let tail = tail.trim_start_matches(number);
            // "Форма № 3-К. Отчет…": the designation goes with the word.
            rest = if word.starts_with("форма") {
                tail.split_once(['.', '"', '«']).map_or(tail, |(_, rest)| rest)
            } else {
                tail
            };
            break;
        }
    }
    fold(rest)
}

/// Where "Раздел" or "Приложение 5." begins within a title; an annex to an order is none.
pub(super) fn marker(text: &str) -> Option<usize> {
    let section = ["Раздел", "РАЗДЕЛ"].iter().filter_map(|word| text.find(word)).min();
    let annex = ["Приложение", "ПРИЛОЖЕНИЕ"].iter().filter_map(|word| text.find(word)).min();
    let annex = annex.filter(|at| !fold(&text[*at..]).contains(&fold("к приказу")));
    section.or(annex)
}

/// A title as it is shown, from its marker on.
pub(super) fn shown(text: &str) -> String {
    squeeze(marker(text).map_or(text, |at| &text[at..]))
}
