//! Merged cells: the range that a cell belongs to.
//!
//! In come merged ranges; out comes the range around a cell. This module does not know the content of cells.

/// A rectangle of merged cells; 0-based, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedRange {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// The merged ranges of a sheet, arranged by their left columns, so that the range of a cell is found fast.
#[derive(Debug, Default)]
pub struct MergedRanges {
    known: Vec<MergedRange>,
    /// For each left column: the ranges that begin there, in the order of their top rows.
    by_column: Vec<Vec<usize>>,
    /// The largest width of a range. A range that begins further to the left does not reach a cell.
    widest: u32,
}

/// The most merged ranges; no form has as many. Further ones are ignored.
const MOST: usize = 50_000;
/// The most columns that a label spans.
const WIDEST: u32 = 1_000;

impl MergedRanges {
    /// The places have to be those of a sheet: at most 16,384 columns.
    pub fn new(regions: impl IntoIterator<Item = MergedRange>) -> Self {
        let mut known: Vec<MergedRange> =
            regions.into_iter().filter(|r| r.right - r.left <= WIDEST).take(MOST).collect();
        known.sort_by_key(|r| (r.top, r.left));
        let columns = known.iter().map(|r| r.left as usize + 1).max().unwrap_or(0);
        let mut by_column: Vec<Vec<usize>> = vec![Vec::new(); columns];
        for (index, region) in known.iter().enumerate() {
            by_column[region.left as usize].push(index);
        }
        let widest = known.iter().map(|r| r.right - r.left).max().unwrap_or(0);
        Self { known, by_column, widest }
    }

    /// The ranges of several cells that begin at a row and a column or after them.
    pub fn from(&self, row: u32, column: u32) -> impl Iterator<Item = &MergedRange> {
        self.known.iter().filter(move |r| r.top >= row && r.left >= column && (r.bottom > r.top || r.right > r.left))
    }

    /// The range that contains a cell; a cell that is not merged is a range of its own.
    pub fn around(&self, row: u32, column: u32) -> MergedRange {
        let single = MergedRange { top: row, left: column, bottom: row, right: column };
        for left in (column.saturating_sub(self.widest)..=column).rev() {
            let Some(there) = self.by_column.get(left as usize) else { continue };
            let after = there.partition_point(|i| self.known[*i].top <= row);
            // Ranges do not overlap in a valid file. So only the last range that begins at this row or above can
            // contain the cell.
            if let Some(region) = after.checked_sub(1).map(|last| self.known[there[last]])
                && region.bottom >= row
                && region.right >= column
            {
                return region;
            }
        }
        single
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_finds_its_region() {
        let tall = MergedRange { top: 7, left: 0, bottom: 427, right: 0 };
        let wide = MergedRange { top: 3, left: 0, bottom: 4, right: 2 };
        let regions = MergedRanges::new([tall, wide]);
        assert_eq!(regions.around(4, 2), wide);
        assert_eq!(regions.around(100, 0), tall);
        assert_eq!(regions.around(5, 1), MergedRange { top: 5, left: 1, bottom: 5, right: 1 });
    }
}
