//! Reads the cells of a sheet in the order of the file, each with its place and its value.
//!
//! In come the XML of a sheet and the parts that its cells refer to; out come cells, or a [`CellFault`]. This module
//! does not know what a cell is about.

use std::{borrow::Cow, fmt};

use memchr::memmem;

use super::{
    address::{COLUMNS, ROWS, address, place, row},
    merged_cells::{MergedRange, MergedRanges},
    scanner::{Tag, XmlFault, XmlScanner, XmlToken, unescaped},
    shared_strings::{TextStyle, append, resolved, text_within},
};

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue<'a> {
    Empty,
    /// A whole number of at most 15 digits; a double holds it exactly.
    Whole(i64),
    Number(f64),
    /// A number that its style shows as a date.
    Date(f64),
    Text(Cow<'a, str>),
    /// A date or a duration, as an ISO 8601 text.
    Iso(Cow<'a, str>),
    Truth(bool),
    /// The error of a formula: `#DIV/0!`.
    Error(Cow<'a, str>),
    /// A formula whose result is not stored.
    Uncounted,
}

/// The parts of a workbook that cells refer to.
pub struct SharedParts<'a> {
    pub texts: Vec<Cow<'a, str>>,
    /// For each style, whether it shows a date.
    pub dates: Vec<bool>,
}

/// Why the cells of a sheet cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellFault {
    Xml(XmlFault),
    /// A cell or row beyond the limits of a sheet.
    Place(String),
    /// A cell that refers to a missing text.
    Text(String),
    /// Two cells in one place. It is not known which of them counts.
    Twice(u32, u32),
}

impl From<XmlFault> for CellFault {
    fn from(fault: XmlFault) -> Self {
        Self::Xml(fault)
    }
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xml(fault) => fault.fmt(f),
            Self::Place(place) => write!(f, "`{}` is not a place in a sheet", excerpt(place, 20)),
            Self::Twice(row, column) => write!(f, "cell `{}` occurs twice", address(*row, *column)),
            Self::Text(number) => write!(f, "a cell refers to text `{}`, which is not there", excerpt(number, 20)),
        }
    }
}

/// A reader of the cells of one sheet.
pub struct CellReader<'a, 'b> {
    scanner: XmlScanner<'a>,
    shared: &'b SharedParts<'a>,
    row: u32,
    /// The column of the next cell, if the cell does not state it.
    column: u32,
    next_row: u32,
}

/// The attributes in the tag of a cell.
#[derive(Default, Clone, Copy)]
struct Marks<'a> {
    place: Option<&'a str>,
    style: Option<&'a str>,
    kind: Option<&'a str>,
}

impl<'a> Marks<'a> {
    #[inline]
    fn of(tag: &Tag<'a>) -> Self {
        let mut marks = Self::default();
        for (name, value) in tag.attributes() {
            match name.as_bytes() {
                b"r" => marks.place = Some(value),
                b"s" => marks.style = Some(value),
                b"t" => marks.kind = Some(value),
                _ => {}
            }
        }
        marks
    }
}

impl<'a, 'b> CellReader<'a, 'b> {
    pub fn of(sheet: &'a str, shared: &'b SharedParts<'a>) -> Self {
        Self { scanner: XmlScanner::new(sheet), shared, row: 0, column: 0, next_row: 0 }
    }

    /// The next cell: its row and column, counted from 0, and its value. `None` after the last cell.
    #[inline]
    pub fn cell(&mut self) -> Result<Option<(u32, u32, CellValue<'a>)>, CellFault> {
        while let Some(token) = self.scanner.token()? {
            match token {
                XmlToken::Open(tag) => match tag.name.as_bytes() {
                    b"c" => {
                        let marks = Marks::of(&tag);
                        let (row, column) = self.place(marks.place)?;
                        self.column = column + 1;
                        if !tag.empty {
                            return Ok(Some((row, column, self.value(marks)?)));
                        }
                    }
                    b"row" => self.begin_row(&tag)?,
                    _ => {}
                },
                XmlToken::Close(name) if name.as_bytes() == b"sheetData" => break,
                _ => {}
            }
        }
        Ok(None)
    }

    fn begin_row(&mut self, tag: &Tag<'a>) -> Result<(), CellFault> {
        self.row = match tag.attribute("r") {
            Some(number) => row(number).ok_or_else(|| CellFault::Place(format!("row {number}")))?,
            None => self.next_row,
        };
        if self.row >= ROWS {
            return Err(CellFault::Place(format!("row {}", self.row)));
        }
        (self.next_row, self.column) = (self.row + 1, 0);
        Ok(())
    }

    fn place(&self, said: Option<&str>) -> Result<(u32, u32), CellFault> {
        let Some(name) = said else {
            let inside = self.column < COLUMNS;
            return inside.then_some((self.row, self.column)).ok_or_else(|| CellFault::Place("column".into()));
        };
        place(name).ok_or_else(|| CellFault::Place(name.to_owned()))
    }

    /// The value of a cell whose tag is open, up to its end.
    fn value(&mut self, marks: Marks<'a>) -> Result<CellValue<'a>, CellFault> {
        let mut text = Cow::Borrowed("");
        let (mut inside, mut formula) = (false, false);
        while let Some(token) = self.scanner.token()? {
            match token {
                XmlToken::Open(tag) => match tag.name.as_bytes() {
                    b"is" if !tag.empty => text = text_within(&mut self.scanner, "is", TextStyle::Marked)?,
                    b"f" => formula = true,
                    // The extensions of later programs are not part of the value.
                    b"extLst" if !tag.empty => self.skip("extLst")?,
                    name => inside = name == b"v" && !tag.empty,
                },
                XmlToken::Close(name) => match name.as_bytes() {
                    b"c" => break,
                    _ => inside = false,
                },
                XmlToken::Text(piece) if inside => append(&mut text, unescaped(piece)),
                XmlToken::Verbatim(piece) if inside => append(&mut text, Cow::Borrowed(piece)),
                XmlToken::Text(_) | XmlToken::Verbatim(_) => {}
            }
        }
        let kind = marks.kind.unwrap_or("n");
        if text.is_empty() && kind != "str" && kind != "inlineStr" {
            return Ok(if formula { CellValue::Uncounted } else { CellValue::Empty });
        }
        Ok(match kind {
            "n" => self.number(marks.style, text),
            "s" => {
                let found = text.trim().parse().ok().and_then(|number: usize| self.shared.texts.get(number));
                CellValue::Text(found.ok_or_else(|| CellFault::Text(text.into_owned()))?.clone())
            }
            "b" => CellValue::Truth(text.trim() == "1" || text.trim() == "true"),
            "e" => CellValue::Error(text),
            "d" => CellValue::Iso(text),
            // Texts in the cell itself.
            "inlineStr" => CellValue::Text(text),
            // Results of formulas, and unknown kinds.
            _ => CellValue::Text(resolved(text, TextStyle::Marked)),
        })
    }

    /// Steps over the content of an open element.
    fn skip(&mut self, element: &str) -> Result<(), CellFault> {
        let mut depth = 1_usize;
        while let Some(token) = self.scanner.token()? {
            match token {
                XmlToken::Open(tag) if tag.name == element && !tag.empty => depth += 1,
                XmlToken::Close(name) if name == element => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        Ok(())
    }

    /// A number; any other text stays a text.
    fn number(&self, style: Option<&str>, text: Cow<'a, str>) -> CellValue<'a> {
        let style = style.and_then(|style| style.parse::<usize>().ok());
        let is_date = style.is_some_and(|style| self.shared.dates.get(style).copied().unwrap_or(false));
        let written = text.trim();
        if !is_date && let Some(whole) = whole(written) {
            return CellValue::Whole(whole);
        }
        // `inf` and `nan` are numbers for the parser, but not in a sheet.
        let plain = written.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
        match written.parse::<f64>() {
            Ok(number) if plain && number.is_finite() && is_date => CellValue::Date(number),
            Ok(number) if plain && number.is_finite() => CellValue::Number(number),
            _ => CellValue::Text(text),
        }
    }
}

/// A whole number of at most 15 digits.
#[inline]
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !(1..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = digits.bytes().fold(0_i64, |number, digit| number * 10 + i64::from(digit - b'0'));
    // The double of `-0` is zero too.
    Some(if digits.len() < text.len() { -number } else { number })
}

/// The merged ranges of a sheet; they are listed after its cells. Ranges that cannot be read are left out; then labels
/// lose their parents.
pub fn merged_ranges(sheet: &str) -> MergedRanges {
    // A text may contain the same word, but not directly after an angle bracket and a prefix.
    let opens = |at: &usize| {
        let before = &sheet.as_bytes()[..*at];
        let prefix = before.iter().rev().take_while(|b| **b == b':' || b.is_ascii_alphanumeric()).take(20).count();
        before.get(..at - prefix).is_some_and(|before| before.ends_with(b"<"))
    };
    let Some(start) = memmem::find_iter(sheet.as_bytes(), b"mergeCells").find(opens) else {
        return MergedRanges::default();
    };
    let Some(list) = memchr::memchr(b'>', &sheet.as_bytes()[start..]) else { return MergedRanges::default() };
    let mut scanner = XmlScanner::new(&sheet[start + list + 1..]);
    let mut found = Vec::new();
    while let Ok(Some(token)) = scanner.token() {
        match token {
            XmlToken::Open(tag) if tag.name == "mergeCell" => found.extend(tag.attribute("ref").and_then(region)),
            XmlToken::Close("mergeCells") => break,
            _ => {}
        }
    }
    MergedRanges::new(found)
}

fn region(name: &str) -> Option<MergedRange> {
    let (first, last) = name.split_once(':').unwrap_or((name, name));
    let ((top, left), (bottom, right)) = (place(first)?, place(last)?);
    (top <= bottom && left <= right).then_some(MergedRange { top, left, bottom, right })
}

/// The beginning of a text for a message. Invisible characters are shown by their numbers.
fn excerpt(text: &str, length: usize) -> String {
    let mut shown = String::new();
    let mut letters = text.chars();
    for c in letters.by_ref().take(length) {
        match c {
            _ if c.is_alphanumeric() || c.is_ascii_graphic() => shown.push(c),
            _ if c.is_whitespace() => shown.push(' '),
            _ => shown.push_str(&format!("[U+{:04X}]", u32::from(c))),
        }
    }
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &str) -> Result<Vec<(u32, u32, CellValue<'static>)>, CellFault> {
        let sheet: &'static str = format!("<worksheet><sheetData>{cells}</sheetData><mergeCells/></worksheet>").leak();
        let shared = SharedParts { texts: vec!["Всего".into()], dates: vec![false, true] };
        let mut cells = CellReader::of(sheet, &shared);
        let mut read = Vec::new();
        while let Some(cell) = cells.cell()? {
            read.push(cell);
        }
        Ok(read)
    }

    fn value(cell: &str) -> CellValue<'static> {
        let read = read(&format!("<row r=\"3\">{cell}</row>")).unwrap();
        assert_eq!(read.len(), 1, "{cell}");
        read[0].2.clone()
    }

    #[test]
    fn every_kind_of_cell_is_told() {
        assert_eq!(value(r#"<c r="A3"><v>12</v></c>"#), CellValue::Whole(12));
        assert_eq!(value(r#"<c r="A3" t="n" s="0"><f>B1</f><v>-3</v></c>"#), CellValue::Whole(-3));
        assert_eq!(value(r#"<c r="A3"><v>18453.949000000001</v></c>"#), CellValue::Number(18_453.949));
        assert_eq!(value(r#"<c r="A3"><v>1E3</v></c>"#), CellValue::Number(1000.0));
        assert_eq!(value(r#"<c r="A3" s="1"><v>44927</v></c>"#), CellValue::Date(44927.0));
        assert_eq!(value(r#"<c r="A3" t="s"><v>0</v></c>"#), CellValue::Text("Всего".into()));
        assert_eq!(value(r#"<c r="A3" t="str"><f>x</f><v>a&#10;&lt;b</v></c>"#), CellValue::Text("a\n<b".into()));
        assert_eq!(
            value(r#"<c r="A3" t="inlineStr"><is><r><t>а</t></r><r><t>б</t></r></is></c>"#),
            CellValue::Text("аб".into())
        );
        assert_eq!(value(r#"<c r="A3" t="b"><v>1</v></c>"#), CellValue::Truth(true));
        assert_eq!(value(r#"<c r="A3" t="e"><v>#N/A</v></c>"#), CellValue::Error("#N/A".into()));
        assert_eq!(value(r#"<c r="A3" t="d"><v>2023-01-01</v></c>"#), CellValue::Iso("2023-01-01".into()));
        assert_eq!(value(r#"<c r="A3"><v/></c>"#), CellValue::Empty);
        assert_eq!(value(r#"<x:c r="A3"><x:v>7</x:v></x:c>"#), CellValue::Whole(7));
        assert_eq!(value(r#"<c r="A3" t="str"><v>a_x000D_b</v></c>"#), CellValue::Text("a b".into()));
        assert_eq!(value(r#"<c r="A3"><f>SUM(B1)</f></c>"#), CellValue::Uncounted);
        assert_eq!(value(r#"<c r="A3"><f t="shared" si="0"/><v/></c>"#), CellValue::Uncounted);
        let extended = r#"<c r="A3"><v>7</v><extLst><ext><extLst><v>8</v></extLst><v>9</v></ext></extLst></c>"#;
        assert_eq!(value(extended), CellValue::Whole(7));
    }

    #[test]
    fn places_are_those_that_cells_say_or_follow() {
        let read =
            read(r#"<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c/><c r="XFD3"><v>3</v></c></row>"#);
        let places: Vec<(u32, u32)> = read.unwrap().iter().map(|(row, column, _)| (*row, *column)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (2, 16_383)]);
    }

    #[test]
    fn places_that_no_sheet_has_are_refused() {
        for name in ["XFE1", "A0", "A1048577", "AAAA1", "1", "A", "A-1", ""] {
            let error = read(&format!(r#"<row r="1"><c r="{name}"><v>1</v></c></row>"#)).unwrap_err();
            assert_eq!(error, CellFault::Place(name.into()));
        }
        assert!(read(r#"<row r="9999999"/>"#).is_err());
    }

    #[test]
    fn what_is_no_number_stays_a_text() {
        for text in ["abc", "nan", "inf", "1 2", "0x10", "--1", "1e400"] {
            assert_eq!(value(&format!(r#"<c r="A3"><v>{text}</v></c>"#)), CellValue::Text(text.into()));
        }
    }

    #[test]
    fn a_text_that_is_not_there_is_a_fault() {
        let error = read(r#"<row r="1"><c r="A1" t="s"><v>9</v></c></row>"#).unwrap_err();
        assert_eq!(error.to_string(), "a cell refers to text `9`, which is not there");
    }

    #[test]
    fn merged_regions_are_found_after_the_cells() {
        let sheet = r#"<worksheet><sheetData><row r="1"/></sheetData><mergeCells count="3"><mergeCell ref="A1:C2"/><mergeCell ref="D4:B1"/><mergeCell ref="?"/></mergeCells></worksheet>"#;
        let regions = merged_ranges(sheet);
        assert_eq!(regions.around(1, 2), MergedRange { top: 0, left: 0, bottom: 1, right: 2 });
        assert_eq!(regions.around(2, 2), MergedRange { top: 2, left: 2, bottom: 2, right: 2 });
        let later = r#"<x:worksheet><x:sheetData><c><is><t>mergeCells</t></is></c></x:sheetData><x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells><extLst><sheetData/></extLst></x:worksheet>"#;
        assert_eq!(merged_ranges(later).around(0, 1).left, 0);
    }
}
