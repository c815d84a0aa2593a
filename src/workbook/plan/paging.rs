//! The pages of a sheet: heights of rows in, page breaks, scale and the number of pages out.
//!
//! Notes are never alone on a page: the last lines of their table go with them.

use std::{collections::BTreeMap, ops::Range};

use super::{
    page::{LANDSCAPE, LANDSCAPE_DOWN, LINE, PORTRAIT, PORTRAIT_DOWN, Page},
    sheet::PageFit,
};

/// A page is shrunk to this part of the scale that its width needs, before it is broken in two.
const SMALLEST: f64 = 0.72;
/// The lines of a table that go to the next page with its notes.
const WITH_NOTES: u32 = 4;
/// A page that is filled to its last point is not too full because a scale was rounded.
const HALF_POINT: f64 = 0.5;
/// Programs differ in the widths of columns: LibreOffice takes 7.4 pixels for a character where Excel takes 7. A column
/// more than the page holds is a page more.
const SAFE: f64 = 0.94;

impl Page {
    /// Fits a table, its notes and a chart of so many points below them on one page if they stay readable; otherwise the
    /// chart has a page of its own. `notes` is the row after the table. Returns the number of pages.
    pub fn fit(&mut self, notes: u32, chart: f64) -> usize {
        self.fit_above(notes, (self.row(), self.down()), chart)
    }

    /// The same with a drawing that takes rows: from the row `end` on, so many points from the top of the sheet.
    pub fn fit_above(&mut self, notes: u32, (end, above): (u32, f64), chart: f64) -> usize {
        let (across, down) = if self.sheet.landscape { (LANDSCAPE, LANDSCAPE_DOWN) } else { (PORTRAIT, PORTRAIT_DOWN) };
        let by_width = (across / self.across()).min(1.0);
        if down / (above + chart) >= by_width * SMALLEST {
            self.sheet.fit = PageFit::OnePage;
            return 1;
        }
        // A table that is a little too long is shrunk rather than continued on a page of two lines.
        let alone = down / above;
        let scale = if (by_width * SMALLEST..by_width).contains(&alone) { alone } else { by_width };
        self.sheet.one_page_table = alone >= scale;
        let room = down / scale;
        let kept = if self.sheet.one_page_table { None } else { self.first_with_notes(notes..end, room) };
        self.sheet.breaks.extend(kept);
        if chart > 0.0 {
            self.sheet.breaks.push(end);
        }
        if !self.sheet.breaks.is_empty() {
            self.sheet.fit = PageFit::Scale((scale * SAFE * 100.0).floor().clamp(10.0, 100.0) as u16);
        }
        let pages = if self.sheet.one_page_table { 1 } else { self.pages(0..end, room) };
        pages + usize::from(chart > 0.0)
    }

    /// The number of pages that rows take, with so many points to a page.
    #[must_use]
    pub fn pages(&self, rows: Range<u32>, room: f64) -> usize {
        self.starts(rows, room).len() + 1
    }

    /// The line of the table that has to begin a page, so that the notes in these rows are on a page with lines of their
    /// table; `None` where they are, and where they are too long for a page.
    #[must_use]
    pub fn first_with_notes(&self, rows: Range<u32>, room: f64) -> Option<u32> {
        let (table, Range { start: notes, end }) = (self.sheet.table.as_ref()?, rows);
        if notes >= end {
            return None;
        }
        let starts = self.starts(0..end, room);
        let page = |row: u32| starts.iter().filter(|start| **start <= row).count();
        if page(notes - 1) == page(end - 1) {
            return None;
        }
        let first = notes.saturating_sub(WITH_NOTES);
        let heights = self.heights();
        let tall: f64 = std::iter::once(table.top).chain(first..end).map(|row| height(&heights, row)).sum();
        (first > table.top + 1 && tall <= room).then_some(first)
    }

    /// The first rows of the pages after the first one. The header of the table is repeated on each.
    fn starts(&self, rows: Range<u32>, room: f64) -> Vec<u32> {
        let heights = self.heights();
        let head = self.sheet.table.as_ref().map(|table| table.top);
        let (mut starts, mut taken) = (Vec::new(), 0.0);
        for row in rows {
            let own = height(&heights, row);
            if taken > 0.0 && (self.sheet.breaks.contains(&row) || taken + own > room + HALF_POINT) {
                starts.push(row);
                taken = head.filter(|top| *top < row).map_or(0.0, |top| height(&heights, top));
            }
            taken += own;
        }
        starts
    }

    /// The points that rows take.
    #[must_use]
    pub fn tall(&self, rows: Range<u32>) -> f64 {
        let heights = self.heights();
        rows.map(|row| height(&heights, row)).sum()
    }

    fn heights(&self) -> BTreeMap<u32, f64> {
        self.sheet.heights.iter().copied().collect()
    }
}

/// The height of a row in points.
fn height(heights: &BTreeMap<u32, f64>, row: u32) -> f64 {
    heights.get(&row).copied().unwrap_or(LINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sheet::{SheetPlan, TablePlan};

    /// A page with a header in its first row, so many lines, and so many rows of notes.
    fn page(lines: u32, notes: u32) -> Page {
        let table = TablePlan {
            name: "t".into(),
            top: 0,
            lines,
            columns: vec!["a".into()],
            filter: false,
            alt: String::new(),
            right: vec![false],
        };
        let mut page = Page::of(SheetPlan { widths: vec![90.0], table: Some(table), ..SheetPlan::default() });
        page.skip(1 + lines + notes);
        page
    }

    #[test]
    fn a_short_table_takes_one_page() {
        let mut page = page(40, 3);
        assert_eq!(page.fit(41, 0.0), 1);
        assert_eq!(page.sheet.fit, PageFit::OnePage);
    }

    #[test]
    fn notes_take_the_last_lines_of_their_table_with_them() {
        // 55 rows of 13.5 points fill a page.
        let mut page = page(108, 3);
        assert_eq!(page.fit(109, 0.0), 3);
        assert_eq!(page.sheet.breaks, [105]);
        assert!(matches!(page.sheet.fit, PageFit::Scale(_)));
    }

    #[test]
    fn notes_beside_their_table_leave_the_pages_as_they_are() {
        let mut page = page(120, 3);
        assert_eq!(page.fit(121, 0.0), 3);
        assert_eq!((page.sheet.breaks.len(), page.sheet.fit), (0, PageFit::Width));
    }

    #[test]
    fn a_chart_below_a_long_table_has_a_page_of_its_own() {
        let mut page = page(50, 0);
        assert_eq!(page.fit(51, 400.0), 2);
        assert_eq!(page.sheet.breaks, [51]);
        assert!(page.sheet.one_page_table);
    }
}
