//! Outlines of regions as a picture: from degrees to pixels, and where the label of each region is. In: outlines and a
//! width. Out: rings of whole pixels. This module does not know colours or texts.
//!
//! The projection is equirectangular with the standard parallel 48° north, the middle of Kazakhstan. Points that fall on
//! one pixel are one point. All results are whole numbers, equal on every machine.

use domain::{GeoPoint, MapShapes, Unit};

/// The cosine of the standard parallel.
const NARROWING: f64 = 0.669_130_606_358_858_2;
/// The room around the outlines is the width divided by this.
const MARGIN: i32 = 60;
/// A picture is at most so high, in parts of its width.
const HIGHEST: f64 = 0.75;

/// A place in a picture: pixels from the left and from the top.
pub type Pixel = (i32, i32);

/// A picture of outlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlinePicture {
    pub width: i32,
    pub height: i32,
    /// The largest first, so that a town is drawn over the region around it.
    pub outlines: Vec<Outlined>,
}

/// A region in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlined {
    pub unit: Unit,
    /// A pixel is inside if it is inside of an odd number of rings. A region that is too small has none.
    pub rings: Vec<Vec<Pixel>>,
    /// A place in the region.
    pub anchor: Pixel,
    /// The middle of the label: the anchor, unless another label would cover it.
    pub label: Pixel,
}

impl OutlinePicture {
    /// Draws outlines in a picture of such a width, with labels of such a size. No label covers another.
    #[must_use]
    pub fn new(shapes: &MapShapes, width: i32, (wide, high): Pixel) -> Self {
        let points = || shapes.shapes().iter().flat_map(|shape| &shape.rings).flatten();
        let extent = |of: fn(&GeoPoint) -> i32| {
            let values = points().map(of);
            values.fold((i32::MAX, i32::MIN), |(least, most), value| (least.min(value), most.max(value)))
        };
        let ((west, east), (south, north)) = (extent(|point| point.east), extent(|point| point.north));
        let margin = (width / MARGIN).max(wide.max(high) / 2 + 2);
        let (across, down) = (f64::from((east - west).max(1)) * NARROWING, f64::from((north - south).max(1)));
        let room = f64::from(width - 2 * margin);
        let scale = (room / across).min(f64::from(width) * HIGHEST / down);
        let pixel = |point: &GeoPoint| {
            let x = f64::from(point.east - west) * NARROWING * scale;
            let y = f64::from(north - point.north) * scale;
            (margin + x.round() as i32, margin + y.round() as i32)
        };
        let outlines = shapes.shapes().iter().map(|shape| {
            let rings: Vec<Vec<Pixel>> = shape.rings.iter().filter_map(|ring| simplified(ring, pixel)).collect();
            let first = shape.rings.iter().flatten().next().map_or((margin, margin), pixel);
            let anchor = roomiest(&rings).unwrap_or(first);
            Outlined { unit: shape.unit.clone(), rings, anchor, label: anchor }
        });
        let mut outlines: Vec<Outlined> = outlines.collect();
        outlines.sort_by_cached_key(|of| -of.size());
        let height = 2 * margin + (down * scale).round() as i32 + 1;
        place_labels(&mut outlines, (width, height), (wide, high));
        Self { width, height, outlines }
    }
}

impl Outlined {
    /// The pixels of a row that are inside: the first of each run, and the first behind it.
    #[must_use]
    pub fn runs(&self, y: i32) -> Vec<(i32, i32)> {
        runs(&self.rings, y)
    }

    /// Its width times its height.
    fn size(&self) -> i32 {
        let columns = || self.rings.iter().flatten().map(|(x, _)| *x);
        let across = columns().max().unwrap_or(0) - columns().min().unwrap_or(0);
        across * self.rows().len() as i32
    }

    /// The first row of the outline, and the first behind it.
    #[must_use]
    pub fn rows(&self) -> std::ops::Range<i32> {
        rows(&self.rings)
    }
}

/// A ring in pixels; `None` if it has no area there.
fn simplified(ring: &[GeoPoint], pixel: impl Fn(&GeoPoint) -> Pixel) -> Option<Vec<Pixel>> {
    let mut pixels: Vec<Pixel> = ring.iter().map(pixel).collect();
    pixels.dedup();
    if pixels.first() == pixels.last() {
        pixels.pop();
    }
    (pixels.len() >= 3).then_some(pixels)
}

fn rows(rings: &[Vec<Pixel>]) -> std::ops::Range<i32> {
    let rows = || rings.iter().flatten().map(|(_, y)| *y);
    rows().min().unwrap_or(0)..rows().max().unwrap_or(0)
}

/// The runs of a row. A row is looked at through its middle, where no corner is.
fn runs(rings: &[Vec<Pixel>], y: i32) -> Vec<(i32, i32)> {
    let mut crossings: Vec<i32> = Vec::new();
    for ring in rings {
        let next = ring.iter().cycle().skip(1);
        for ((x0, y0), (x1, y1)) in ring.iter().zip(next) {
            let ((x0, y0), (x1, y1)) = if y0 <= y1 { ((*x0, *y0), (*x1, *y1)) } else { ((*x1, *y1), (*x0, *y0)) };
            if (y0..y1).contains(&y) {
                let (across, down) = (i64::from(x1 - x0), i64::from(y1 - y0));
                let x = i64::from(x0) + (i64::from(2 * (y - y0) + 1) * across).div_euclid(2 * down);
                crossings.push(x as i32);
            }
        }
    }
    crossings.sort_unstable();
    crossings.chunks_exact(2).map(|pair| (pair[0], pair[1])).filter(|(from, to)| from < to).collect()
}

/// The middle of the roomiest run: wide, and not near the top or the bottom; of equally roomy ones that nearest to the
/// middle row.
fn roomiest(rings: &[Vec<Pixel>]) -> Option<Pixel> {
    let rows = rows(rings);
    let (top, bottom, middle) = (rows.start, rows.end, i32::midpoint(rows.start, rows.end));
    let all = rows.flat_map(|y| runs(rings, y).into_iter().map(move |run| (run, y)));
    let room = |(from, to): (i32, i32), y: i32| (to - from).min(4 * (y - top).min(bottom - y));
    let ((from, to), y) = all.max_by_key(|(run, y)| (room(*run, *y), -(y - middle).abs()))?;
    Some((i32::midpoint(from, to), y))
}

/// Gives each label a place of its own: its anchor, or else the nearest free place.
fn place_labels(outlines: &mut [Outlined], (width, height): Pixel, (wide, high): Pixel) {
    let mut taken: Vec<Pixel> = Vec::new();
    for outlined in outlines {
        let (x, y) = outlined.anchor;
        let is_free = |(x, y): Pixel| {
            let inside = (wide / 2..=width - wide / 2).contains(&x) && (high / 2..=height - high / 2).contains(&y);
            inside && taken.iter().all(|(other, row)| (x - other).abs() > wide || (y - row).abs() > high)
        };
        let label = around(x, y, (wide / 4).max(1)).find(|at| is_free(*at)).unwrap_or((x, y));
        outlined.label = label;
        taken.push(label);
    }
}

/// Places around one, the nearest first: squares that grow by a step.
fn around(x: i32, y: i32, step: i32) -> impl Iterator<Item = Pixel> {
    const SQUARES: i32 = 40;
    (0..SQUARES).flat_map(move |ring| {
        let steps = -ring..=ring;
        let places = steps.clone().flat_map(move |right| steps.clone().map(move |down| (right, down)));
        let edge = places.filter(move |(right, down)| right.abs().max(down.abs()) == ring);
        let mut edge: Vec<Pixel> = edge.collect();
        edge.sort_by_key(|(right, down)| (right.pow(2) + down.pow(2), *right, *down));
        edge.into_iter().map(move |(right, down)| (x + right * step, y + down * step))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UnitShape;

    /// A rectangle: west, south, east, north, in degrees.
    fn rectangle(unit: &str, [west, south, east, north]: [i32; 4]) -> UnitShape {
        let point = |east: i32, north: i32| GeoPoint { east: east * 10_000, north: north * 10_000 };
        let ring = vec![point(west, south), point(east, south), point(east, north), point(west, north)];
        let ring = [ring.clone(), vec![ring[0]]].concat();
        UnitShape { unit: unit.parse().unwrap(), rings: vec![ring] }
    }

    fn picture(shapes: Vec<UnitShape>) -> OutlinePicture {
        OutlinePicture::new(&MapShapes::new(shapes), 1_000, (40, 30))
    }

    fn area(of: &Outlined) -> i32 {
        of.rows().flat_map(|y| of.runs(y)).map(|(from, to)| to - from).sum()
    }

    #[test]
    fn neighbours_share_every_pixel_between_them() {
        let drawn = picture(vec![rectangle("1910", [50, 45, 60, 55]), rectangle("1971", [60, 45, 80, 55])]);
        // The larger one comes first.
        let [right, left] = &drawn.outlines[..] else { panic!("{drawn:?}") };
        assert_eq!(right.unit.as_str(), "1971");
        for y in left.rows() {
            let (a, b) = (left.runs(y), right.runs(y));
            assert_eq!((a.len(), b.len(), a[0].1), (1, 1, b[0].0), "row {y}");
        }
        // Twenty degrees are twice as wide as ten.
        assert!((area(right) - 2 * area(left)).abs() <= left.rows().len() as i32, "{} {}", area(left), area(right));
        assert!(drawn.height < drawn.width && drawn.outlines.iter().all(|of| of.label == of.anchor));
    }

    #[test]
    fn a_hole_is_outside_and_the_anchor_is_inside() {
        let mut ring = rectangle("1971", [50, 41, 80, 55]);
        ring.rings.push(rectangle("1971", [51, 42, 79, 54]).rings.remove(0));
        let drawn = picture(vec![ring]);
        let of = &drawn.outlines[0];
        let (x, y) = of.anchor;
        assert!(of.runs(y).iter().any(|(from, to)| (*from..*to).contains(&x)), "{:?}", of.anchor);
        let middle = i32::midpoint(of.rows().start, of.rows().end);
        let runs = of.runs(middle);
        assert!(runs.len() == 2 && runs[0].1 < runs[1].0, "{runs:?}");
    }

    #[test]
    fn labels_of_small_regions_do_not_cover_each_other() {
        let mut shapes = vec![rectangle("1910", [46, 40, 88, 56])];
        // Towns within a pixel or two of each other.
        for (unit, place) in [("1971", 0), ("1975", 1), ("1979", 2)] {
            let mut town = rectangle(unit, [67, 48, 68, 49]);
            for point in &mut town.rings[0] {
                point.east = 670_000 + (point.east - 670_000) / 100 + place * 200;
                point.north = 480_000 + (point.north - 480_000) / 100;
            }
            shapes.push(town);
        }
        let drawn = picture(shapes);
        let labels: Vec<Pixel> = drawn.outlines.iter().map(|of| of.label).collect();
        for (place, (x, y)) in labels.iter().enumerate() {
            assert!((20..=drawn.width - 20).contains(x) && (15..=drawn.height - 15).contains(y));
            for (other, row) in &labels[..place] {
                assert!((x - other).abs() > 40 || (y - row).abs() > 30, "{labels:?}");
            }
        }
        // A region that has no pixel still has a label.
        assert!(drawn.outlines.iter().all(|of| of.anchor != (0, 0)));
    }

    #[test]
    fn a_tall_outline_is_no_taller_than_a_page() {
        let drawn = picture(vec![rectangle("1971", [70, 40, 71, 56])]);
        assert!(drawn.height <= 900, "{}", drawn.height);
        let x = drawn.outlines[0].rings[0].iter().map(|(x, _)| *x).max().unwrap();
        assert!(x < drawn.width, "{x}");
    }
}
