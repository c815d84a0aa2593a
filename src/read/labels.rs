//! Labels from merged cells: of a column from top to bottom, of a row from the whole to the part.
//!
//! In come the cells of head and stub with the merged ranges; out come a label for each column and row. In a stub, "из
//! них" merged over rows 8 to 428 means the row above it. Its place is taken by the label of that row, so that a label
//! says what it is a part of: "Всего правонарушений / преступлений / тяжкие". This module does not know the template.

use std::collections::HashMap;

use super::{
    letters::{fold, squeeze},
    numbering::Numbering,
    sheet::{Content, HeadCell, RawRow},
    table::{is_code, marker, shown},
};
use ooxml::merged_cells::{MergedRange, MergedRanges};

const BETWEEN: &str = " / ";

/// The head of a sheet: titles above, labels of columns below.
pub(super) struct Header<'a> {
    cells: &'a [HeadCell],
    regions: &'a MergedRanges,
    by_place: HashMap<(u32, u32), &'a HeadCell>,
    /// The first row of the labels.
    top: u32,
    bottom: u32,
}

impl<'a> Header<'a> {
    pub(super) fn new(cells: &'a [HeadCell], regions: &'a MergedRanges, numbering: &Numbering) -> Self {
        let first_figure = numbering.columns.first().map_or(0, |(column, _)| *column);
        let by_place = cells.iter().map(|c| ((c.row, c.column), c)).collect();
        let bottom = numbering.row;
        let mut header = Self { cells, regions, by_place, top: 0, bottom };
        header.top = header.first_row(first_figure);
        header
    }

    /// The first row of the labels: that of the stub's own heading ("Наименование показателей"), or the row below the
    /// last title.
    fn first_row(&self, first_figure: u32) -> u32 {
        let title = |text: &str| {
            let folded = fold(text);
            marker(text).is_some() || folded.starts_with(&fold("форма")) || folded.starts_with(&fold("приложение"))
        };
        let is_title = |c: &&HeadCell| matches!(&c.content, Content::Text(text) if title(text));
        let below_titles =
            self.cells.iter().filter(is_title).map(|c| self.regions.around(c.row, c.column).bottom + 1).max();
        let below_titles = below_titles.unwrap_or(0).min(self.bottom);
        let stub = self.cells.iter().filter(|c| c.column < first_figure && c.row >= below_titles && !is_title(c));
        let stub = stub.map(|c| self.regions.around(c.row, c.column).top).max();
        stub.unwrap_or(below_titles).max(below_titles)
    }

    fn text(&self, region: MergedRange) -> Option<String> {
        let cell = self.by_place.get(&(region.top, region.left))?;
        Some(cell.content.printed()).filter(|text| !text.is_empty())
    }

    /// The label of a column: the texts above it, from top to bottom.
    pub(super) fn label(&self, column: u32) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut row = self.top;
        while row < self.bottom {
            let region = self.regions.around(row, column);
            // A title that extends over the figures is not a label.
            if region.top >= self.top {
                parts.extend(self.text(region).filter(|text| parts.last() != Some(text)));
            }
            row = region.bottom.max(row) + 1;
        }
        parts.join(BETWEEN)
    }

    /// The section's title: the text with "Раздел" or "Приложение", else the one with "Форма", else the longest.
    pub(super) fn title(&self) -> String {
        let texts: Vec<&str> = self
            .cells
            .iter()
            .filter(|c| c.row < self.top)
            .filter_map(|c| match &c.content {
                Content::Text(text) => Some(text.as_str()),
                Content::Number(_) => None,
            })
            // The mark of the sample office is above every table.
            .filter(|text| !text.starts_with("SAMPLE DATA"))
            .collect();
        let marked = texts.iter().find(|text| marker(text).is_some());
        let order = |text: &&&str| !fold(text).contains(&fold("к приказу"));
        let form = || texts.iter().filter(order).find(|text| fold(text).starts_with(&fold("форма")));
        let longest = || texts.iter().filter(order).max_by_key(|text| text.chars().count());
        marked.or_else(form).or_else(longest).map_or_else(String::new, |text| shown(text))
    }
}

/// The stub of a table: its rows, and which of its columns contains the codes.
pub(super) struct Stub<'a> {
    pub(super) rows: &'a [RawRow],
    pub(super) regions: &'a MergedRanges,
    pub(super) first_figure: u32,
    pub(super) code_column: Option<u32>,
}

impl Stub<'_> {
    /// A row's printed code.
    pub(super) fn code(&self, row: &RawRow) -> Option<String> {
        let column = self.code_column?;
        let (_, content) = row.stub.iter().find(|(c, content)| *c == column && is_code(content))?;
        Some(content.printed()).filter(|code| !code.is_empty())
    }

    /// The label of each kept row, and the place of the kept row that it is a part of.
    pub(super) fn paths(&self, kept: &[usize]) -> Vec<(String, Option<usize>)> {
        let texts: HashMap<(u32, u32), String> = self
            .rows
            .iter()
            .flat_map(|r| r.stub.iter().map(|(column, content)| ((r.row, *column), content.printed())))
            .collect();
        let codes: HashMap<String, usize> = kept
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(place, raw)| Some((self.code(&self.rows[*raw])?, place)))
            .collect();
        let mut paths: Vec<(Vec<String>, Option<usize>)> = Vec::with_capacity(kept.len());
        for raw in kept {
            let row = self.rows[*raw].row;
            let path = self.path(row, kept, &texts, &codes, &paths);
            paths.push(path);
        }
        paths.into_iter().map(|(path, part_of)| (path.join(BETWEEN), part_of)).collect()
    }

    fn path(
        &self,
        row: u32,
        kept: &[usize],
        texts: &HashMap<(u32, u32), String>,
        codes: &HashMap<String, usize>,
        before: &[(Vec<String>, Option<usize>)],
    ) -> (Vec<String>, Option<usize>) {
        let mut cells: Vec<(MergedRange, String)> = Vec::new();
        let mut column = 0;
        while column < self.first_figure {
            let region = self.regions.around(row, column);
            let own = Some(column) != self.code_column;
            if let Some(text) = texts.get(&(region.top, region.left)).filter(|text| own && !text.is_empty()) {
                cells.push((region, text.clone()));
            }
            column = region.right.max(column) + 1;
        }
        let mut path: Vec<String> = Vec::new();
        let mut part_of = None;
        let last = cells.len().saturating_sub(1);
        for (place, (region, text)) in cells.into_iter().enumerate() {
            let Some((row_code, rest)) = (place < last).then(|| connective(&text)).flatten() else {
                if path.last() != Some(&text) {
                    path.push(text);
                }
                continue;
            };
            let above = || kept[..before.len()].iter().rposition(|raw| self.rows[*raw].row < region.top);
            let whole = row_code.and_then(|code| codes.get(&code).copied()).filter(|place| *place < before.len());
            if let Some(whole) = whole.or_else(above) {
                path.clone_from(&before[whole].0);
                part_of = Some(whole);
            }
            path.extend(rest);
        }
        (path, part_of)
    }
}

/// The parts of a text that only joins rows ("из них", "из строки 5"): the code of the other row, and the remaining
/// words.
fn connective(text: &str) -> Option<(Option<String>, Option<String>)> {
    let text = squeeze(text);
    let lower = text.to_lowercase();
    let starts =
        ["из них", "в том числе", "в т.ч.", "в т. ч.", "из строки", "из стр.", "из общего числа", "оның ішінде"];
    let start = starts.iter().find(|start| lower.starts_with(*start))?;
    let rest = text.char_indices().nth(start.chars().count()).map_or("", |(at, _)| &text[at..]);
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || ":,.".contains(c));
    if start.starts_with("из стр") {
        let code: String = rest.chars().take_while(|c| !c.is_whitespace() && !",:;".contains(*c)).collect();
        let rest = rest[code.len()..].trim_matches(|c: char| c.is_whitespace() || ":,.".contains(c));
        return Some((Some(code), (!rest.is_empty()).then(|| rest.to_owned())));
    }
    Some((None, (!rest.is_empty()).then(|| rest.to_owned())))
}
