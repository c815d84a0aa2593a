//! Finds where a sheet prints the header of a table again, and where another table begins; joins blocks of one table.
//!
//! In come the cells of a sheet in rows; out come the places of the breaks. A header that is printed again at a page
//! break repeats the first one, and the row codes continue: it is left out. Any other row that numbers columns below
//! the first table begins a second table. That table is another section, or it has further columns of the same rows.
//! Tables are joined where the rows are equal in code and own words. This module does not know which section a table
//! is.

use std::collections::BTreeSet;

use super::{
    code::plain,
    letters::fold,
    sheet::{Collected, Content, RawRow, Sheet},
    table::{Line, Table, TableFault, code_column, marker, subject},
};
use domain::{Doubt, Figure, spell};

/// Where the rows of a sheet break, as places among the raw rows.
#[derive(Debug, Default)]
pub(super) struct Breaks {
    /// Rows of a header that is printed again.
    pub(super) repeats: BTreeSet<usize>,
    /// The first row of a second table.
    pub(super) second: Option<usize>,
}

/// Finds the breaks of a sheet. The search ends at the second table.
pub(super) fn find(collected: &Collected) -> Breaks {
    let mut breaks = Breaks::default();
    let rows = &collected.rows;
    let numbers = (0..rows.len()).filter(|place| rows[*place].stub.iter().all(|(_, content)| mark(content).is_some()));
    for place in numbers {
        let Some(codes) = numbers_columns(collected, place) else { continue };
        let first = (0..place).rev().take_while(|above| is_wordy(collected, *above)).last().unwrap_or(place);
        let header: Vec<usize> = (first..place).filter(|above| has_texts(collected, *above)).collect();
        let stub = &rows[place].stub;
        let is_lettered = stub.iter().any(|(_, content)| mark(content) == Some(RepeatMark::Letter));
        let is_own = own_codes(collected, &codes) && (stub.is_empty() || is_lettered || is_stub_numbered(collected));
        if is_own && says_again(collected, first, &header) && goes_on(collected, first, place) {
            breaks.repeats.extend(header);
            breaks.repeats.insert(place);
        } else if !header.is_empty() || is_lettered {
            breaks.second = Some(first);
            break;
        }
    }
    breaks
}

/// What a row of column numbers contains above the stub.
#[derive(Clone, Copy, PartialEq)]
enum RepeatMark {
    Letter,
    Number(u32),
}

/// A single letter from the beginning of an alphabet, or a small number; `None` for anything else.
fn mark(content: &Content) -> Option<RepeatMark> {
    match content {
        Content::Number(number) => {
            (number.fract() == 0.0 && (0.0..1_000.0).contains(number)).then_some(RepeatMark::Number(*number as u32))
        }
        Content::Text(text) => {
            let text = text.trim();
            let mut letters = text.chars();
            match (letters.next(), letters.next()) {
                (Some('А'..='Д' | 'а'..='д' | 'A'..='E' | 'a'..='e'), None) => Some(RepeatMark::Letter),
                _ => plain(text).filter(|code| !code.is_part).map(|code| RepeatMark::Number(code.number)),
            }
        }
    }
}

fn is_stub_numbered(collected: &Collected) -> bool {
    collected.numbering.as_ref().is_some_and(|numbering| numbering.stub > 0)
}

/// The numbers of a row that numbers columns (2, 3, 4 …), with their places. The stub contains letters, the preceding
/// numbers, or nothing.
fn numbers_columns(collected: &Collected, place: usize) -> Option<Vec<(usize, u32)>> {
    let stub = &collected.rows[place].stub;
    let is_lettered = stub.iter().any(|(_, content)| mark(content) == Some(RepeatMark::Letter));
    let number = |content: &Content| match mark(content) {
        Some(RepeatMark::Number(number)) => Some(number),
        _ => None,
    };
    let before: Vec<u32> = stub.iter().filter_map(|(_, content)| number(content)).collect();
    // Nearly every row returns here: it has a code, and the code is not 1.
    if !is_lettered && before.first().is_some_and(|first| *first != 1) {
        return None;
    }
    let mut codes: Vec<(usize, u32)> = Vec::new();
    for (column, figure) in collected.figures_of(place).iter().enumerate() {
        let text = match figure {
            Figure::Blank => continue,
            Figure::Number(number) => number.to_string(),
            Figure::Text(text) => text.to_string(),
        };
        let code = plain(&text)?;
        if !code.is_part {
            codes.push((column, code.number));
        }
    }
    let all: Vec<u32> = before.iter().copied().chain(codes.iter().map(|(_, number)| *number)).collect();
    let counts = all.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    let enough = codes.len() > 1 || (codes.len() == 1 && is_lettered);
    (counts && enough).then_some(codes)
}

/// Whether these are the numbers of the table's own columns.
fn own_codes(collected: &Collected, codes: &[(usize, u32)]) -> bool {
    let Some(numbering) = &collected.numbering else { return false };
    let shift = u32::try_from(numbering.stub).unwrap_or(0);
    let own = |(place, number): &(usize, u32)| {
        numbering
            .columns
            .get(*place)
            .and_then(|(_, code)| plain(code))
            .is_some_and(|code| code.number + shift == *number)
    };
    codes.iter().all(own) && codes.len() * 2 > numbering.columns.len()
}

/// Whether a row has neither a number nor a code.
fn is_wordy(collected: &Collected, place: usize) -> bool {
    let number = |figure: &Figure| match figure {
        Figure::Blank => false,
        Figure::Number(_) => true,
        Figure::Text(text) => !matches!(spell(text, None), Err(Doubt::Word | Doubt::Digits)),
    };
    let row = &collected.rows[place];
    let coded = |content: &Content| match content {
        Content::Number(_) => true,
        Content::Text(text) => plain(text).is_some(),
    };
    row.stray == 0 && !collected.figures_of(place).iter().any(number) && !row.stub.iter().any(|(_, c)| coded(c))
}

fn has_texts(collected: &Collected, place: usize) -> bool {
    collected.figures_of(place).iter().any(|figure| matches!(figure, Figure::Text(_)))
}

/// Whether a header contains only words of the first header, and no title of another section is above it.
fn says_again(collected: &Collected, first: usize, header: &[usize]) -> bool {
    let known: BTreeSet<String> = collected.head.iter().map(|c| fold(&c.content.printed())).collect();
    let titles: BTreeSet<String> = collected.head.iter().map(|c| subject(&c.content.printed())).collect();
    let texts = |place: &usize| texts(collected, *place);
    let same = header.iter().flat_map(texts).all(|text| known.contains(&fold(&text)));
    let end = header.first().copied().unwrap_or(first);
    let other = |text: &String| marker(text).is_some() && !titles.contains(&subject(text));
    same && !(first..end).flat_map(|place| texts(&place)).any(|text| other(&text))
}

fn texts(collected: &Collected, place: usize) -> Vec<String> {
    let words = collected.rows[place].stub.iter().map(|(_, content)| content.printed());
    let figures = collected.figures_of(place).iter().filter_map(|figure| match figure {
        Figure::Text(text) => Some(text.to_string()),
        Figure::Blank | Figure::Number(_) => None,
    });
    words.chain(figures).collect()
}

/// Whether the row codes continue below a place: the first code there does not occur above.
fn goes_on(collected: &Collected, before: usize, after: usize) -> bool {
    let Some(numbering) = &collected.numbering else { return false };
    let Some(column) = code_column(&collected.head, &collected.rows, numbering) else { return true };
    let code = |row: &RawRow| {
        let (_, content) = row.stub.iter().find(|(c, _)| *c == column)?;
        plain(&content.printed()).map(|code| code.text)
    };
    let known: BTreeSet<String> = collected.rows[..before].iter().filter_map(code).collect();
    collected.rows[after + 1..].iter().find_map(code).is_none_or(|code| !known.contains(&code))
}

/// Joins tables of one sheet whose rows are equal in code and own words, and whose column numbers continue.
pub(super) fn join(sheets: &mut Vec<Sheet>) {
    let mut place = 1;
    while place < sheets.len() {
        let (before, rest) = sheets.split_at_mut(place);
        let joined = match (before.last_mut().and_then(|s| s.table.as_mut()), rest[0].table.as_ref()) {
            (Some(first), Some(second)) if continues(first, second) => {
                append(first, second);
                true
            }
            _ => false,
        };
        if joined {
            sheets.remove(place);
        } else {
            place += 1;
        }
    }
}

fn continues(first: &Table, second: &Table) -> bool {
    let codes: BTreeSet<&str> = first.columns.iter().map(|c| c.code.as_str()).collect();
    let number = |line: Option<&Line>| line.and_then(|l| l.code.parse::<u32>().ok());
    let goes_on = number(second.columns.first()).zip(number(first.columns.last())).is_some_and(|(b, a)| b == a + 1);
    let same_title = second.title.is_empty() || subject(&second.title) == subject(&first.title);
    goes_on
        && same_title
        && first.rows.len() == second.rows.len()
        && first.rows.iter().zip(&second.rows).all(|(a, b)| is_same_row(a, b))
        && second.columns.iter().all(|c| !codes.contains(c.code.as_str()))
}

/// Whether two rows have the same code and the same own words. The words of the whole are not compared: they are in
/// merged cells, which a second block may lack.
fn is_same_row(a: &Line, b: &Line) -> bool {
    let own = |line: &Line| fold(line.label.rsplit(" / ").next().unwrap_or_default());
    a.code == b.code && !a.code.starts_with('#') && own(a) == own(b)
}

/// Appends the columns of a table to another table with the same rows.
fn append(first: &mut Table, second: &Table) {
    let (left, right) = (first.columns.len(), second.columns.len());
    let mut figures = Vec::with_capacity((left + right) * first.rows.len());
    for row in 0..first.rows.len() {
        figures.extend_from_slice(&first.figures[row * left..(row + 1) * left]);
        figures.extend_from_slice(&second.figures[row * right..(row + 1) * right]);
    }
    first.figures = figures;
    let codes: Vec<&str> = second.columns.iter().map(|c| c.code.as_str()).collect();
    first.faults.extend(second.faults.iter().cloned());
    first.faults.push(TableFault::Joined(codes.join(", ")));
    first.columns.extend(second.columns.iter().cloned());
    first.odd.extend(second.odd.iter().map(|odd| super::sheet::OddCell { column: odd.column + left, ..odd.clone() }));
    first.more_odd += second.more_odd;
    first.more_noisy += second.more_noisy;
    first.as_text += second.as_text;
    first.uncounted += second.uncounted;
}
