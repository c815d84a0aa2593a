//! The layout of maps: a tile of one size for each region. This module does not know any figure.

use crate::{Titles, Unit};

/// Where the tiles of maps are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MapLayout {
    tiles: Vec<MapTile>,
}

/// The tile of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapTile {
    pub unit: Unit,
    /// The name of the region in one or two short words.
    pub short: Titles,
    /// From 1, from north to south.
    pub row: u32,
    /// From 1, from west to east.
    pub column: u32,
}

impl MapLayout {
    /// The most rows and columns: a map is one page.
    pub const MOST_ROWS: u32 = 20;
    pub const MOST_COLUMNS: u32 = 12;

    /// A layout of these tiles, whatever their order.
    #[must_use]
    pub fn new(mut tiles: Vec<MapTile>) -> Self {
        tiles.sort_by_key(|tile| (tile.row, tile.column));
        Self { tiles }
    }

    /// The tiles, row by row, each row from west to east.
    #[must_use]
    pub fn tiles(&self) -> &[MapTile] {
        &self.tiles
    }

    /// Whether a region has a tile.
    #[must_use]
    pub fn has(&self, unit: &Unit) -> bool {
        self.tiles.iter().any(|tile| tile.unit == *unit)
    }
}
