//! Finds the row that numbers the columns of a table, in the usual spelling or another one.
//!
//! In come the cells of a row with those above it; out comes a [`Numbering`]. A usual row contains only small rising
//! numbers, and letters (А, Б) over the stub. Other spellings are tried only if a sheet has no such row. They count if
//! they are a sequence 1, 2, 3 … without a gap. This module does not know the template.

use std::collections::BTreeSet;

use super::{
    code::{Code, plain, roman},
    letters::{excerpt, fold},
    sheet::{Content, HeadCell},
};
use domain::Figure;
use ooxml::merged_cells::MergedRanges;

/// The row that numbers the columns: for each column its place in the sheet and its code.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Numbering {
    pub(super) row: u32,
    pub(super) columns: Vec<(u32, String)>,
    /// Columns of the stub with a letter (А, Б).
    pub(super) letters: Vec<u32>,
    /// How the row reads, if its spelling is unusual.
    pub(super) spelled: Option<String>,
    /// How many columns of the stub are numbered too.
    pub(super) stub: usize,
}

impl Numbering {
    /// The numbering without its first columns, which belong to the stub. The other columns are counted from 1.
    pub(super) fn without_stub(mut self, stub: usize) -> Self {
        let figures = self.columns.split_off(stub);
        let was: Vec<String> = figures.iter().take(1).chain(figures.last()).map(|(_, code)| code.clone()).collect();
        self.letters.extend(self.columns.iter().map(|(column, _)| *column));
        let numbered = self.columns.iter().filter(|(_, code)| !code.is_empty()).count();
        let lower = |code: &str| {
            let number = code.parse::<usize>().ok().and_then(|number| number.checked_sub(numbered));
            number.map_or_else(|| code.to_owned(), |number| number.to_string())
        };
        self.columns = figures.into_iter().map(|(column, code)| (column, lower(&code))).collect();
        self.spelled.get_or_insert_with(|| was.join(" … "));
        Self { stub: numbered, ..self }
    }
}

/// What a row of the head says about the columns below it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) numbering: Option<Numbering>,
    /// How a row reads that nearly numbers columns.
    pub(super) nearly: Option<String>,
    /// The first sheet column of a second table beside this one.
    pub(super) beside: Option<u32>,
}

/// The numbering, if this row has the usual spelling: only small numbers, with letters (А, Б) over the stub.
pub(super) fn usual(cells: &[HeadCell], above: &[HeadCell], regions: &MergedRanges) -> Option<Numbering> {
    let mut columns: Vec<(u32, String)> = Vec::new();
    let mut letters = Vec::new();
    let mut wholes: Vec<u32> = Vec::new();
    for cell in cells {
        let text = cell.content.printed();
        if is_letter(&text) {
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
    let mut looked_like = None;
    if let ([2, ..], Some((place, text))) = (wholes.as_slice(), before_the_columns(cells, letters.len())) {
        wholes.insert(0, 1);
        columns.insert(0, (cells[place].column, "1".to_owned()));
        letters.pop();
        looked_like = Some(text);
    }
    let (first, last) = (*wholes.first()?, *wholes.last()?);
    let rising = wholes.windows(2).all(|pair| pair[0] <= pair[1]);
    let dense = (last - first.min(last)) as usize <= 2 * wholes.len() + 5;
    let begins = first == 1 || !letters.is_empty();
    let plausible = rising && dense && begins;
    let mut numbering = plausible.then(|| numbered(cells, above, regions, columns, letters)).flatten()?;
    numbering.spelled = looked_like;
    look_alikes(&mut numbering);
    Some(numbering)
}

/// The last letter over the stub if it looks like the number 1 (`l`), with its place.
fn before_the_columns(cells: &[HeadCell], letters: usize) -> Option<(usize, String)> {
    let place = letters.checked_sub(1)?;
    let text = cells.get(place)?.content.printed();
    plain(&text).is_some_and(|code| code.number == 1).then_some((place, text))
}

/// Replaces letters among the numbers: a letter becomes a digit if it looks like the digit that is missing there.
fn look_alikes(numbering: &mut Numbering) {
    let numbers: Vec<Option<u32>> = numbering.columns.iter().map(|(_, code)| leading_number(code)).collect();
    for place in 1..numbers.len() {
        let code = &numbering.columns[place].1;
        let (Some(before), None) = (numbers[place - 1], numbers[place]) else { continue };
        let fits = |code: &Code| {
            let after = numbers.get(place + 1).copied().flatten();
            !code.is_part && code.number == before + 1 && after.is_none_or(|after| after == before + 2)
        };
        if let Some(meant) = plain(code).filter(fits) {
            numbering.spelled.get_or_insert_with(|| code.clone());
            numbering.columns[place].1 = meant.text;
        }
    }
}

/// The numbering, if this row has another spelling: `(1)`, `гр. 1`, `1.`, `I`. Parts of columns (`1а`) may be anywhere.
pub(super) fn spelled(cells: &[HeadCell], above: &[HeadCell], regions: &MergedRanges) -> Seen {
    let texts: Vec<String> = cells.iter().map(|c| c.content.printed()).collect();
    let codes: Vec<Option<Code>> = texts.iter().map(|text| plain(text)).collect();
    let first = codes.iter().zip(&texts).position(|(code, text)| code.is_some() && !is_letter(text));
    let romans: Vec<Option<u32>> = texts.iter().map(|text| roman(text)).collect();
    let begin = romans.iter().position(|number| *number == Some(1));
    let are_roman = |start: &usize| romans[*start..].iter().zip(1..).all(|(number, place)| *number == Some(place));
    let (start, codes) = match (first, begin.filter(are_roman)) {
        (_, Some(start)) => (start, romans.into_iter().map(|number| number.map(of_roman)).collect()),
        (Some(start), None) => (start, codes),
        (None, None) => return Seen::default(),
    };
    let stub_is_lettered = start > 0 && texts[..start].iter().all(|text| is_letter(text));
    let reads = || {
        let read: Vec<String> = texts.iter().take(12).map(|text| format!("`{}`", excerpt(text, 20))).collect();
        format!("{}{}", read.join(", "), if texts.len() > 12 { " …" } else { "" })
    };
    let known = codes.iter().flatten().count();
    // Before the numbers only letters are allowed: a label there means a row of figures.
    let numbers: Vec<u32> = codes.iter().flatten().map(|code| code.number).collect();
    let counts = numbers.windows(2).any(|pair| pair[0] + 1 == pair[1]) || numbers.first() == Some(&1);
    let counts = counts && numbers.iter().all(|number| *number < 1_000) && (start == 0 || stub_is_lettered);
    let nearly = (counts && known >= 2 && known * 2 > texts.len() - start).then(reads);
    let mut expected = codes[start].as_ref().map_or(1, |code| code.number);
    let begins = expected == 1 || stub_is_lettered;
    let mut columns = Vec::new();
    for (cell, code) in cells.iter().zip(&codes).skip(start) {
        match code {
            Some(code) if code.is_part && !code.is_alike => columns.push((cell.column, code.text.clone())),
            Some(code) if !code.is_part && code.number == expected => {
                columns.push((cell.column, code.text.clone()));
                expected += 1;
            }
            // The numbers begin again: another table is beside this one.
            _ if begins && again(&texts, &codes, columns.len() + start) => {
                let beside = columns.last().map(|(column, _)| column + 1);
                return Seen { numbering: None, nearly, beside };
            }
            _ => return Seen { nearly, ..Seen::default() },
        }
    }
    let enough = begins && (columns.len() > 1 || stub_is_lettered) && (start == 0 || stub_is_lettered);
    let letters = cells[..start].iter().map(|c| c.column).collect();
    let numbering = if enough { numbered(cells, above, regions, columns, letters) } else { None };
    let numbering = numbering.map(|n| Numbering { spelled: Some(reads()), ..n });
    Seen { numbering, nearly, beside: None }
}

/// Whether the codes begin again at a place: optional letters over a stub, then 1.
fn again(texts: &[String], codes: &[Option<Code>], place: usize) -> bool {
    let letters = texts[place..].iter().take_while(|text| is_letter(text)).count();
    let one = codes.get(place + letters).and_then(Option::as_ref);
    place > 0 && one.is_some_and(|code| code.number == 1 && !code.is_part)
}

fn of_roman(number: u32) -> Code {
    Code { text: number.to_string(), number, is_part: false, is_alike: false }
}

fn is_letter(text: &str) -> bool {
    text.chars().count() == 1 && text.chars().all(char::is_alphabetic)
}

/// The numbering of these columns, if at least one has a header. A column with a header but without a number is kept;
/// its code is empty here.
fn numbered(
    cells: &[HeadCell],
    above: &[HeadCell],
    regions: &MergedRanges,
    mut columns: Vec<(u32, String)>,
    letters: Vec<u32>,
) -> Option<Numbering> {
    let row = cells.first()?.row;
    let spans: Vec<(u32, u32)> = above
        .iter()
        .filter(|c| matches!(c.content, Content::Text(_)))
        .map(|c| regions.around(c.row, c.column))
        .map(|region| (region.left, region.right))
        .collect();
    let headed = |column: u32| spans.iter().any(|(left, right)| (*left..=*right).contains(&column));
    if !columns.iter().any(|(column, _)| headed(*column)) {
        return None;
    }
    let first_column = columns.first().map_or(0, |(column, _)| *column);
    let last_column = columns.last().map_or(0, |(column, _)| *column);
    let numbered: BTreeSet<u32> = columns.iter().map(|(column, _)| *column).collect();
    for column in first_column..=last_column {
        let region = regions.around(row, column);
        if !numbered.contains(&column) && region.left == column && headed(column) {
            columns.push((column, String::new()));
        }
    }
    columns.sort_by_key(|(column, _)| *column);
    Some(Numbering { row, columns, letters, spelled: None, stub: 0 })
}

/// The number at the start of a column's code: `5`, `5-1`, `5.1`, `5а`.
fn leading_number(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let tail = rest.strip_prefix(['-', '.', '/']).map_or_else(
        || rest.chars().count() <= 1 && rest.chars().all(char::is_alphabetic),
        |sub| !sub.is_empty() && sub.len() <= 2 && sub.bytes().all(|b| b.is_ascii_digit()),
    );
    (matches!(digits, 1..=3) && tail).then(|| text[..digits].parse().ok()).flatten()
}

/// How many of the numbered columns belong to the stub: its labels, then its codes.
pub(super) fn of_the_stub(
    numbering: &Numbering,
    head: &[HeadCell],
    regions: &MergedRanges,
    below: &Below<'_>,
) -> usize {
    let columns = &numbering.columns;
    if below.has_stub {
        // The labels are in the stub; only the codes may be among the numbered columns.
        let is_code = columns.len() > 1 && is_code_header(columns, head, 0) && below.are_distinct(0);
        return usize::from(is_code);
    }
    let is_label =
        |place: &usize| below.is_mostly_text(*place) || (columns[*place].1.is_empty() && below.is_blank(*place));
    let labels = (0..columns.len()).take_while(is_label).count();
    if labels == 0 || labels == columns.len() {
        return 0;
    }
    let over = |place: usize| regions.around(numbering.row.saturating_sub(1), columns[place].0);
    let shares = over(labels).left <= columns[labels - 1].0;
    let is_code = below.counts_rows(labels) && (shares || is_code_header(columns, head, labels) || below.rows() >= 5);
    let stub = labels + usize::from(is_code);
    if stub < columns.len() { stub } else { 0 }
}

/// Whether the header over a column says that the column contains row codes.
fn is_code_header(columns: &[(u32, String)], head: &[HeadCell], place: usize) -> bool {
    head.iter().any(|c| c.column == columns[place].0 && is_code_title(&c.content.printed()))
}

/// Whether a heading is that of a column of row codes: "Шифр строки", "Код", "№ стр.".
pub(super) fn is_code_title(text: &str) -> bool {
    let folded = fold(text);
    let begins = ["шифр", "код строки"].iter().any(|word| folded.starts_with(&fold(word)));
    let exact = ["код", "стр", "строка", "строки", "п п", "номер строки", "жол нөмірі", "жол коды"];
    begins || folded.ends_with(&fold("строки")) || exact.iter().any(|word| folded == fold(word)) || text.trim() == "№"
}

/// The figures below a row that numbers columns. They show which columns belong to the stub.
pub(super) struct Below<'a> {
    /// Whether a row has anything before the numbered columns.
    pub(super) has_stub: bool,
    /// Row-major.
    pub(super) figures: &'a [Figure],
    pub(super) width: usize,
}

impl Below<'_> {
    fn rows(&self) -> usize {
        self.figures.len() / self.width.max(1)
    }

    fn column(&self, place: usize) -> impl Iterator<Item = &Figure> {
        self.figures.iter().skip(place).step_by(self.width.max(1))
    }

    fn is_blank(&self, place: usize) -> bool {
        self.column(place).all(|figure| *figure == Figure::Blank)
    }

    fn is_mostly_text(&self, place: usize) -> bool {
        let words = |f: &&Figure| matches!(f, Figure::Text(text) if text.contains(char::is_alphabetic));
        let filled = self.column(place).filter(|f| **f != Figure::Blank).count();
        filled > 0 && self.column(place).filter(words).count() * 2 > filled
    }

    /// The codes that a column would give, for the rows that have one.
    fn codes(&self, place: usize) -> Vec<String> {
        let code = |figure: &Figure| match figure {
            Figure::Blank => None,
            Figure::Number(number) => Some(number.to_string()),
            Figure::Text(text) => plain(text).map(|code| code.text),
        };
        self.column(place).filter_map(code).collect()
    }

    /// Whether a column numbers its rows: 1, 2, 3 …
    fn counts_rows(&self, place: usize) -> bool {
        let codes = self.codes(place);
        codes.len() * 10 >= self.rows() * 8 && codes.iter().enumerate().all(|(at, code)| *code == (at + 1).to_string())
    }

    fn are_distinct(&self, place: usize) -> bool {
        let codes = self.codes(place);
        !codes.is_empty() && codes.iter().collect::<BTreeSet<_>>().len() == codes.len()
    }
}
