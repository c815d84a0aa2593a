//! The outlines of regions: rings of places in degrees. This module does not know how an outline is drawn.

use crate::{Sha256, Unit};

/// A place on the earth in ten-thousandths of a degree, eleven metres: east of Greenwich, north of the equator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeoPoint {
    pub east: i32,
    pub north: i32,
}

/// The outlines of regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapShapes {
    shapes: Vec<UnitShape>,
    hash: Sha256,
}

/// The outline of a region: its rings, those of islands and holes among them. A place is inside if it is inside of an
/// odd number of rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitShape {
    pub unit: Unit,
    pub rings: Vec<Vec<GeoPoint>>,
}

impl MapShapes {
    /// Outlines, whatever their order.
    #[must_use]
    pub fn new(mut shapes: Vec<UnitShape>) -> Self {
        shapes.sort_by(|a, b| a.unit.cmp(&b.unit));
        let mut bytes = Vec::new();
        for shape in &shapes {
            bytes.extend_from_slice(shape.unit.as_str().as_bytes());
            for ring in &shape.rings {
                bytes.extend_from_slice(&(ring.len() as u64).to_be_bytes());
                for point in ring {
                    bytes.extend_from_slice(&point.east.to_be_bytes());
                    bytes.extend_from_slice(&point.north.to_be_bytes());
                }
            }
        }
        Self { shapes, hash: Sha256::of(&bytes) }
    }

    /// The outlines, in the order of the units' codes.
    #[must_use]
    pub fn shapes(&self) -> &[UnitShape] {
        &self.shapes
    }

    /// The hash of all outlines.
    #[must_use]
    pub const fn hash(&self) -> Sha256 {
        self.hash
    }
}
