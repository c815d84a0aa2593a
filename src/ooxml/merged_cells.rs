//! Merged cells: which region a cell belongs to.

/// A rectangle of merged cells; 0-based, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedRange {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// The merged regions of a sheet, by row where they are small and by search where they are tall.
#[derive(Debug, Default)]
pub struct MergedRanges {
    known: Vec<MergedRange>,
    /// By left column: the regions that begin there, in order of their top row.
    by_column: Vec<Vec<usize>>,
    /// The widest region there is: nothing further to the left reaches a cell.
    widest: u32,
}

/// More merged regions than any form has; the rest is not looked at.
const MOST: usize = 50_000;
/// No label spans more columns than this.
const WIDEST: u32 = 1_000;

impl MergedRanges {
    /// Places are those of a sheet: at most 16,384 columns.
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

    /// Merged regions of several cells that begin at or behind a row and a column.
    pub fn from(&self, row: u32, column: u32) -> impl Iterator<Item = &MergedRange> {
        self.known.iter().filter(move |r| r.top >= row && r.left >= column && (r.bottom > r.top || r.right > r.left))
    }

    /// The region that a cell lies in; a cell that is not merged is a region of its own.
    pub fn around(&self, row: u32, column: u32) -> MergedRange {
        let single = MergedRange { top: row, left: column, bottom: row, right: column };
        for left in (column.saturating_sub(self.widest)..=column).rev() {
            let Some(there) = self.by_column.get(left as usize) else { continue };
            let after = there.partition_point(|i| self.known[*i].top <= row);
            // MergedRanges do not overlap in a sound file: the last that begins at or above the row is the one, if any.
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
