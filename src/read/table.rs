//! Builds a table from collected cells: which columns are numbered, which column contains the row codes, what the title
//! is.
//!
//! In come the cells of a sheet, its merged ranges and its breaks; out come a [`Table`] with its faults, or the reason
//! why the sheet has no table. This module does not know the template.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    blocks::Breaks,
    code,
    labels::{Header, Stub},
    letters::{fold, squeeze},
    numbering::{Numbering, is_code_title},
    sheet::{Collected, Content, HeadCell, OddCell, RawRow},
};
use domain::{Doubt, Figure, Number, spell};
use ooxml::merged_cells::MergedRanges;

/// A section as its sheet prints it.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) columns: Vec<Line>,
    pub(super) rows: Vec<Line>,
    /// Row-major.
    pub(super) figures: Vec<Figure>,
    pub(super) odd: Vec<OddCell>,
    /// How many cells of another kind than numbers, and how many noisy numbers, are not in `odd`.
    pub(super) more_odd: usize,
    pub(super) more_noisy: usize,
    /// How many numbers are stored as text; `uncounted` = how many formulas have no result.
    pub(super) as_text: usize,
    pub(super) uncounted: usize,
    /// Codes that occur twice, columns and rows without a code, figures outside the table.
    pub(super) faults: Vec<TableFault>,
}

/// A row or a column: its printed code and its label. A row also has the place of the row that it is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) label: String,
    pub(super) part_of: Option<usize>,
}

/// What is wrong with a table's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TableFault {
    /// The code, and the label of the second line with it.
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
    /// How many numbers other than zero are outside the table.
    Outside(usize),
    /// The codes of rows with a figure in merged cells. The figures of the other merged cells are unknown.
    Merged(Vec<String>),
    /// How many rows of the header are printed again within the table.
    HeaderAgain(usize),
    /// The content of a row below the table, and the row of the sheet.
    Below {
        row: u32,
        text: String,
    },
    /// How the row of column numbers reads, and how many columns of the stub it numbers too.
    Spelled {
        reads: String,
        stub: usize,
    },
    /// The codes of columns that continue below the others.
    Joined(String),
}

/// The least rows with words and numbers that look like a table in a sheet without numbered columns.
const ROWS_OF_A_TABLE: usize = 3;

/// Builds the table of a sheet; `None` if the sheet has no numbered columns or no rows.
pub(super) fn build(collected: Collected, regions: &MergedRanges, breaks: &Breaks) -> (Vec<HeadCell>, Option<Table>) {
    let Collected { head, numbering, rows, figures, odd, .. } = collected;
    let Some(numbering) = numbering else { return (head, None) };
    let first_figure = numbering.columns.first().map_or(0, |(column, _)| *column);
    let code_column = code_column(&head, &rows, &numbering);
    let stub = Stub { rows: &rows, regions, first_figure, code_column };
    let width = numbering.columns.len();
    let mut faults = Vec::new();
    let kept = kept(&stub, &figures, width, breaks, &mut faults);
    if kept.is_empty() {
        return (head, None);
    }
    let header = Header::new(&head, regions, &numbering);
    let columns = column_lines(&header, &numbering, &mut faults);
    let rows_lines = row_lines(&stub, &kept, &mut faults);
    let stray: usize = kept.iter().map(|place| rows[*place].stray).sum();
    let is_kept: BTreeSet<usize> = kept.iter().copied().collect();
    let below: usize = (0..rows.len())
        .filter(|place| !is_kept.contains(place) && !breaks.repeats.contains(place))
        .map(|place| figures[place * width..(place + 1) * width].iter().filter(|f| is_weighty(f)).count())
        .sum();
    if stray + below > 0 {
        faults.push(TableFault::Outside(stray + below));
    }
    let merged = merged(&stub, &kept, &rows_lines, &numbering, &figures);
    if !merged.is_empty() {
        faults.push(TableFault::Merged(merged));
    }
    if !breaks.repeats.is_empty() {
        faults.push(TableFault::HeaderAgain(breaks.repeats.len()));
    }
    faults.extend(numbering.spelled.map(|reads| TableFault::Spelled { reads, stub: numbering.stub }));
    let title = header.title();
    let as_text = kept.iter().map(|place| rows[*place].as_text).sum();
    // In every row: a row whose formulas have no results looks empty.
    let total = |of: fn(&RawRow) -> usize| rows.iter().map(of).sum();
    let (uncounted, more_odd, more_noisy) =
        (total(|row| row.uncounted), total(|row| row.more.0), total(|row| row.more.1));
    let figures = keep(figures, &kept, rows.len(), width);
    let new_place: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let odd = odd.into_iter().filter_map(|o| Some(OddCell { row: *new_place.get(&o.row)?, ..o })).collect();
    (
        head,
        Some(Table {
            title,
            columns,
            rows: rows_lines,
            figures,
            odd,
            more_odd,
            more_noisy,
            as_text,
            uncounted,
            faults,
        }),
    )
}

/// The codes of the rows with a figure in merged cells.
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

/// Whether it matters that a figure is left out: it is a number other than zero, or a text that may be a number.
pub(super) fn is_weighty(figure: &Figure) -> bool {
    match figure {
        Figure::Blank => false,
        Figure::Number(number) => *number != Number::ZERO,
        Figure::Text(text) => match spell(text, None) {
            Ok(spelled) => spelled.number.is_some_and(|number| number != Number::ZERO),
            Err(doubt) => matches!(doubt, Doubt::TwoReadings { .. } | Doubt::Several),
        },
    }
}

/// Why a sheet that looks like a table was not read as one; `None` for a sheet without a table. `nearly` = how a row
/// reads that nearly numbers columns.
pub(super) fn unread(head: &[HeadCell], has_numbering: bool, nearly: Option<String>) -> Option<String> {
    if has_numbering {
        return Some("no row below its column numbers has a code or a label".to_owned());
    }
    let mut rows: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for cell in head {
        let (words, numbers) = rows.entry(cell.row).or_default();
        match &cell.content {
            Content::Number(_) => *numbers += 1,
            Content::Text(text) if spell(text, None).is_ok_and(|s| s.number.is_some()) => *numbers += 1,
            Content::Text(_) => *words += 1,
        }
    }
    let filled = rows.values().filter(|(words, numbers)| *words > 0 && *numbers > 0).count();
    if filled < ROWS_OF_A_TABLE {
        return None;
    }
    Some(nearly.map_or_else(
        || "it has no row of column numbers".to_owned(),
        |reads| format!("its row of column numbers reads {reads}"),
    ))
}

/// The places of the raw rows that belong to the table: those with a code, and those with a label and figures. If no
/// row has either, those with a label. The table ends at its last code: a signature or a telephone number below is not
/// a row.
fn kept(
    stub: &Stub<'_>,
    figures: &[Figure],
    width: usize,
    breaks: &Breaks,
    faults: &mut Vec<TableFault>,
) -> Vec<usize> {
    let rows = stub.rows;
    let has_code = |row: &RawRow| stub.code(row).is_some();
    let has_label = |row: &RawRow| row.stub.iter().any(|(column, _)| Some(*column) != stub.code_column);
    let all = || (0..rows.len()).filter(|place| !breaks.repeats.contains(place));
    let mut coded: Vec<usize> =
        all().filter(|i| has_code(&rows[*i]) || (rows[*i].has_figures && has_label(&rows[*i]))).collect();
    if coded.is_empty() {
        return all().filter(|i| has_label(&rows[*i])).collect();
    }
    let Some(last) = coded.iter().rposition(|i| has_code(&rows[*i])) else { return coded };
    // A last row without a code still belongs to the table if most of its columns have figures.
    let numbers = |i: usize| figures[i * width..(i + 1) * width].iter().filter(|f| is_weighty(f)).count();
    let end = coded.iter().rposition(|i| numbers(*i) > 1 && numbers(*i) * 2 > width).map_or(last, |end| end.max(last));
    for i in coded.split_off(end + 1) {
        let words = rows[i].stub.iter().map(|(_, content)| content.printed());
        let texts = figures[i * width..(i + 1) * width].iter().filter_map(|figure| match figure {
            Figure::Blank => None,
            Figure::Number(number) => Some(number.to_string()),
            Figure::Text(text) => Some(squeeze(text)),
        });
        let text: Vec<String> = words.chain(texts).collect();
        faults.push(TableFault::Below { row: rows[i].row + 1, text: text.join(" ") });
    }
    coded
}

/// The column of the row codes: found by its header (шифр, код, № стр.), or the last column of the stub that looks like
/// codes.
pub(super) fn code_column(head: &[HeadCell], rows: &[RawRow], numbering: &Numbering) -> Option<u32> {
    let first_figure = numbering.columns.first().map_or(0, |(column, _)| *column);
    let weighed: Vec<&RawRow> = rows.iter().filter(|r| r.has_figures).collect();
    let looks = |column: u32| {
        let codes: Vec<String> =
            weighed.iter().filter_map(|r| at(&r.stub, column)).filter(|c| is_code(c)).map(Content::printed).collect();
        let distinct: BTreeSet<&String> = codes.iter().collect();
        !codes.is_empty() && codes.len() * 2 >= weighed.len() && distinct.len() * 10 >= codes.len() * 8
    };
    let named = head.iter().filter(|c| c.column < first_figure).filter(|c| is_code_title(&c.content.printed()));
    let named = named.map(|c| c.column).filter(|c| looks(*c)).max();
    let columns: BTreeSet<u32> = rows.iter().flat_map(|r| r.stub.iter().map(|(column, _)| *column)).collect();
    let lettered = numbering.letters.iter().copied().skip(1).max();
    named.or_else(|| columns.iter().rev().copied().find(|c| looks(*c))).or(lettered)
}

fn at(stub: &[(u32, Content)], column: u32) -> Option<&Content> {
    stub.iter().find(|(c, _)| *c == column).map(|(_, content)| content)
}

/// Whether a content can be the code of a row: a whole number, or a short word with a digit.
pub(super) fn is_code(content: &Content) -> bool {
    match content {
        Content::Number(number) => number.fract() == 0.0 && (0.0..1e6).contains(number),
        Content::Text(text) => {
            let text = text.trim();
            let short = text.chars().count() <= 10 && !text.contains(char::is_whitespace);
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            (short && letters <= 2 && text.chars().any(|c| c.is_ascii_digit())) || code::plain(text).is_some()
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

/// A new code for a line whose code occurred before: `5` becomes `5 (2)`, so that no figure is lost.
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

/// The title without its designation: "Раздел 1-1.", "Приложение 5.", "Форма № 3-К.".
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
            // "Форма № 3-К. Отчет…": the designation is removed together with the word.
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

/// The position of "Раздел" or "Приложение 5." in a title. An annex to an order does not count.
pub(super) fn marker(text: &str) -> Option<usize> {
    let section = ["Раздел", "РАЗДЕЛ"].iter().filter_map(|word| text.find(word)).min();
    let annex = ["Приложение", "ПРИЛОЖЕНИЕ"].iter().filter_map(|word| text.find(word)).min();
    let annex = annex.filter(|at| !fold(&text[*at..]).contains(&fold("к приказу")));
    section.or(annex)
}

/// A title for messages, from its marker on.
pub(super) fn shown(text: &str) -> String {
    squeeze(marker(text).map_or(text, |at| &text[at..]))
}
