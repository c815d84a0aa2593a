//! `schedules/regions.geojson`: the outlines of the regions, if the office has them (RFC 7946). In: the text, and the
//! regions of the office. Out: the outlines, and every fault with its feature. This module does not know how an outline
//! is drawn.
//!
//! Each region is one feature: a Polygon or a MultiPolygon with the property `unit`, the Committee's code. A place
//! outside of Kazakhstan is a fault, because latitude and longitude are often swapped.

use std::{collections::BTreeSet, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Fault, tree::Tree};
use domain::{GeoPoint, MapShapes, Region, Unit, UnitShape, did_you_mean, nearest};

/// The most bytes: outlines that are made for a page have some hundred thousand.
const MOST_BYTES: u64 = 5_000_000;
/// Degrees around Kazakhstan: west, east, south, north.
const WEST: f64 = 45.0;
const EAST: f64 = 90.0;
const SOUTH: f64 = 39.0;
const NORTH: f64 = 57.0;
/// The coordinate system of RFC 7946, as its forerunner named it.
const WGS_84: &str = "urn:ogc:def:crs:OGC:1.3:CRS84";

#[derive(Deserialize)]
struct WrittenCollection {
    #[serde(rename = "type")]
    kind: String,
    crs: Option<Value>,
    /// Each is read by itself, so that a fault in one has its number and does not hide the others.
    #[serde(default)]
    features: Vec<Value>,
}

#[derive(Deserialize)]
struct WrittenFeature {
    #[serde(rename = "type")]
    kind: String,
    properties: Option<Map<String, Value>>,
    geometry: Option<WrittenGeometry>,
}

#[derive(Deserialize)]
struct WrittenGeometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Value,
}

/// Reads the outlines of an office; `None` if it has none, or they have a fault.
pub(super) fn read(tree: &Tree, regions: Option<&[Region]>, faults: &mut Vec<Fault>) -> Option<Arc<MapShapes>> {
    const FILE: &str = "schedules/regions.geojson";
    if let Some(size) = tree.size(FILE).filter(|size| *size > MOST_BYTES) {
        let message = format!("has {size} bytes, and {MOST_BYTES} are allowed; simplify the outlines");
        faults.push(Fault::of_file(FILE, message));
        return None;
    }
    let text = tree.text(FILE).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let (shapes, found) = parse(FILE, &text?, regions);
    faults.extend(found);
    shapes.map(Arc::new)
}

/// Reads outlines. `regions` is `None` where the regions have faults of their own: then features are not compared with
/// them.
fn parse(file: &str, text: &str, regions: Option<&[Region]>) -> (Option<MapShapes>, Vec<Fault>) {
    let of_file = |message: String| (None, vec![Fault::of_file(file, message)]);
    let collection: WrittenCollection = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) if error.is_data() => {
            return of_file("is not a FeatureCollection of GeoJSON (RFC 7946)".to_owned());
        }
        Err(error) => {
            let message = "this is not JSON; save the file as GeoJSON (RFC 7946) and try again".to_owned();
            return (None, vec![Fault { file: file.to_owned(), line: Some(error.line()), message }]);
        }
    };
    if collection.kind != "FeatureCollection" {
        return of_file(format!("`{}` is not a FeatureCollection of GeoJSON (RFC 7946)", collection.kind));
    }
    let named = |crs: &Value| crs.pointer("/properties/name").and_then(Value::as_str) == Some(WGS_84);
    if collection.crs.is_some_and(|crs| !named(&crs)) {
        let message = "has another coordinate system (`crs`) than RFC 7946, which has WGS 84 only; convert the file";
        return of_file(message.to_owned());
    }
    let mut reading = Reading { file, regions, seen: BTreeSet::new(), faults: Vec::new() };
    let shapes = collection.features.iter().enumerate();
    let shapes: Vec<UnitShape> = shapes.filter_map(|(place, feature)| reading.feature(place + 1, feature)).collect();
    if reading.faults.is_empty() {
        reading.missing(&shapes);
    }
    let is_whole = reading.faults.is_empty();
    (is_whole.then(|| MapShapes::new(shapes)), reading.faults)
}

struct Reading<'a> {
    file: &'a str,
    regions: Option<&'a [Region]>,
    seen: BTreeSet<Unit>,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    /// Reads a feature, counted from 1. A feature with a fault is left out.
    fn feature(&mut self, number: usize, feature: &Value) -> Option<UnitShape> {
        match self.shape(feature) {
            Ok(shape) => Some(shape),
            Err(message) => {
                self.faults.push(Fault::of_file(self.file, format!("feature {number}: {message}")));
                None
            }
        }
    }

    fn shape(&mut self, feature: &Value) -> Result<UnitShape, String> {
        let Ok(feature) = WrittenFeature::deserialize(feature) else {
            return Err("it is not a Feature with `type`, `properties` and `geometry`".to_owned());
        };
        if feature.kind != "Feature" {
            return Err(format!("`{}` is not a Feature", feature.kind));
        }
        let unit = self.unit(&feature)?;
        let Some(geometry) = &feature.geometry else {
            return Err(format!("unit `{unit}` has no geometry; give it a Polygon or a MultiPolygon"));
        };
        let coordinates = &geometry.coordinates;
        let rings = match geometry.kind.as_str() {
            "Polygon" => rings(coordinates),
            "MultiPolygon" => list(coordinates, "polygons")
                .and_then(|polygons| polygons.iter().map(rings).collect::<Result<Vec<_>, _>>().map(|all| all.concat())),
            other => {
                return Err(format!("the geometry of unit `{unit}` is `{other}`, not a Polygon or a MultiPolygon"));
            }
        };
        let rings = rings.map_err(|why| format!("unit `{unit}`: {why}"))?;
        if rings.is_empty() {
            return Err(format!("unit `{unit}`: a polygon has no ring"));
        }
        if !self.seen.insert(unit.clone()) {
            return Err(format!("unit `{unit}` has a feature already; write one MultiPolygon for all its parts"));
        }
        Ok(UnitShape { unit, rings })
    }

    fn unit(&self, feature: &WrittenFeature) -> Result<Unit, String> {
        let written = feature.properties.as_ref().and_then(|properties| properties.get("unit"));
        let code = match written {
            Some(Value::String(code)) => code.clone(),
            Some(Value::Number(code)) => code.to_string(),
            Some(_) => return Err("its property `unit` is not a code such as \"1971\"".to_owned()),
            None => return Err("it has no property `unit`; write the Committee's code, such as \"1971\"".to_owned()),
        };
        let known = self.regions.map(|all| all.iter().map(|region| region.unit.as_str()));
        if let Some(known) = known
            && !known.clone().any(|unit| unit == code)
        {
            return Err(format!("`{code}` is not a unit of regions.toml{}", did_you_mean(nearest(&code, known))));
        }
        code.parse().map_err(|error: domain::NameError| error.to_string())
    }

    /// Adds a fault for each region without a feature.
    fn missing(&mut self, shapes: &[UnitShape]) {
        let has = |unit: &Unit| shapes.iter().any(|shape| shape.unit == *unit);
        let without = self.regions.into_iter().flatten().filter(|region| !has(&region.unit));
        let faults = without.map(|region| {
            let (unit, title) = (&region.unit, &region.titles.ru);
            Fault::of_file(self.file, format!("unit `{unit}` of regions.toml ({title}) has no feature"))
        });
        self.faults.extend(faults.collect::<Vec<_>>());
    }
}

/// The rings of a polygon: its outline, then its holes.
fn rings(coordinates: &Value) -> Result<Vec<Vec<GeoPoint>>, String> {
    let rings = list(coordinates, "rings")?;
    if rings.is_empty() {
        return Err("a polygon has no ring".to_owned());
    }
    rings.iter().map(ring).collect()
}

fn ring(coordinates: &Value) -> Result<Vec<GeoPoint>, String> {
    let places = list(coordinates, "positions")?;
    if places.len() < 4 || places.first() != places.last() {
        return Err("a ring has fewer than four positions, or its last position is not its first one".to_owned());
    }
    let mut ring: Vec<GeoPoint> = Vec::with_capacity(places.len());
    for place in places {
        let point = point(place)?;
        if ring.last() != Some(&point) {
            ring.push(point);
        }
    }
    Ok(ring)
}

fn point(place: &Value) -> Result<GeoPoint, String> {
    let [east, north, ..] = list(place, "numbers")?.as_slice() else {
        return Err(format!("`{place}` is not a position: write a longitude and a latitude"));
    };
    let (Some(east), Some(north)) = (east.as_f64(), north.as_f64()) else {
        return Err(format!("`{place}` is not a position: write a longitude and a latitude"));
    };
    if !(-180.0..=180.0).contains(&east) || !(-90.0..=90.0).contains(&north) {
        return Err(format!("`{place}` is not on the earth: a longitude is −180 to 180, a latitude −90 to 90"));
    }
    if !(WEST..=EAST).contains(&east) || !(SOUTH..=NORTH).contains(&north) {
        return Err(format!(
            "`{place}` is outside of Kazakhstan ({WEST} to {EAST} east, {SOUTH} to {NORTH} north); the longitude comes first"
        ));
    }
    let rounded = |degrees: f64| (degrees * 10_000.0).round() as i32;
    Ok(GeoPoint { east: rounded(east), north: rounded(north) })
}

fn list<'v>(value: &'v Value, of: &str) -> Result<&'v Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("its coordinates are not a list of {of} where they have to be one"))
}

#[cfg(test)]
mod tests {
    use domain::Titles;

    use super::*;

    fn region(unit: &str) -> Region {
        Region {
            unit: unit.parse().unwrap(),
            kato: unit[2..].into(),
            iso: String::new(),
            titles: Titles::ru(format!("область {unit}")),
            since: None,
            split_from: None,
            population: Vec::new(),
        }
    }

    fn feature(unit: &str, geometry: &str) -> String {
        format!("{{\"type\":\"Feature\",\"properties\":{{\"unit\":{unit}}},\"geometry\":{geometry}}}")
    }

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[60,50],[61,50],[61.00004,51],[60,51],[60,50]]]}"#;

    fn collection(features: &[String]) -> String {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","))
    }

    fn read(text: &str) -> (Option<MapShapes>, Vec<String>) {
        let (shapes, faults) = parse("regions.geojson", text, Some(&["1910", "1971"].map(region)));
        (shapes, faults.iter().map(ToString::to_string).collect())
    }

    /// What is said of a file whose second feature has this geometry.
    fn told(geometry: &str) -> String {
        let (shapes, faults) = read(&collection(&[feature("\"1910\"", SQUARE), feature("\"1971\"", geometry)]));
        assert!(shapes.is_none() && faults.len() == 1, "{faults:?}");
        faults[0].clone()
    }

    #[test]
    fn polygons_and_multipolygons_are_rings_of_places() {
        let island = r#"{"type":"MultiPolygon","coordinates":[
            [[[70,50],[71,50],[71,51],[70,50]]],
            [[[72,50,110],[73,50,110],[73,51,110],[72,50,110]],[[72.5,50.1],[72.6,50.1],[72.6,50.2],[72.5,50.1]]]]}"#;
        let (shapes, faults) = read(&collection(&[feature("\"1971\"", island), feature("1910", SQUARE)]));
        assert_eq!(faults, Vec::<String>::new());
        let shapes = shapes.unwrap();
        let rings: Vec<(&str, usize)> = shapes.shapes().iter().map(|s| (s.unit.as_str(), s.rings.len())).collect();
        assert_eq!(rings, [("1910", 1), ("1971", 3)]);
        assert_eq!(shapes.shapes()[0].rings[0][2], GeoPoint { east: 610_000, north: 510_000 });
        let (again, _) = read(&collection(&[feature("1910", SQUARE), feature("\"1971\"", island)]));
        assert_eq!(again.unwrap().hash(), shapes.hash());
    }

    #[test]
    fn a_fault_names_its_feature_and_its_unit() {
        let polygon = |ring: &str| format!("{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}");
        for (geometry, wrong) in [
            ("null".to_owned(), "unit `1971` has no geometry; give it a Polygon or a MultiPolygon"),
            (
                r#"{"type":"Point","coordinates":[70,50]}"#.to_owned(),
                "the geometry of unit `1971` is `Point`, not a Polygon or a MultiPolygon",
            ),
            (
                polygon("[[60,50],[61,50],[61,51],[60,51]]"),
                "unit `1971`: a ring has fewer than four positions, or its last position is not its first one",
            ),
            (
                polygon("[[60,50],[61,50],[60,50]]"),
                "unit `1971`: a ring has fewer than four positions, or its last position is not its first one",
            ),
            (
                polygon("[[60,50],[61,50],[61,95],[60,50]]"),
                "unit `1971`: `[61,95]` is not on the earth: a longitude is −180 to 180, a latitude −90 to 90",
            ),
            (
                polygon("[[50,60],[50,61],[51,61],[50,60]]"),
                "unit `1971`: `[50,60]` is outside of Kazakhstan (45 to 90 east, 39 to 57 north); the longitude comes first",
            ),
            (
                polygon("[[60,50],[61],[61,51],[60,50]]"),
                "unit `1971`: `[61]` is not a position: write a longitude and a latitude",
            ),
            (polygon(""), "unit `1971`: a polygon has no ring"),
            (
                r#"{"type":"Polygon","coordinates":"far"}"#.to_owned(),
                "unit `1971`: its coordinates are not a list of rings where they have to be one",
            ),
        ] {
            assert_eq!(told(&geometry), format!("regions.geojson: feature 2: {wrong}"));
        }
    }

    #[test]
    fn each_region_is_one_feature_with_its_code() {
        let of = |features: &[String]| read(&collection(features)).1;
        let (first, second) = (feature("\"1910\"", SQUARE), feature("\"1971\"", SQUARE));
        let nameless = format!("{{\"type\":\"Feature\",\"properties\":{{\"name\":\"Astana\"}},\"geometry\":{SQUARE}}}");
        assert_eq!(
            of(&[first.clone(), nameless]),
            ["regions.geojson: feature 2: it has no property `unit`; write the Committee's code, such as \"1971\""]
        );
        assert_eq!(
            of(&[first.clone(), second.clone(), second.clone()]),
            ["regions.geojson: feature 3: unit `1971` has a feature already; write one MultiPolygon for all its parts"]
        );
        assert_eq!(
            of(&[first.clone(), feature("\"1972\"", SQUARE)]),
            ["regions.geojson: feature 2: `1972` is not a unit of regions.toml; did you mean `1971`?"]
        );
        assert_eq!(
            of(&[first.clone(), "{\"type\":7}".to_owned()]),
            ["regions.geojson: feature 2: it is not a Feature with `type`, `properties` and `geometry`"]
        );
        assert_eq!(of(&[first]), ["regions.geojson: unit `1971` of regions.toml (область 1971) has no feature"]);
    }

    #[test]
    fn a_file_that_is_no_geojson_says_so() {
        let of = |text: &str| read(text).1;
        assert_eq!(of("[]"), ["regions.geojson: is not a FeatureCollection of GeoJSON (RFC 7946)"]);
        assert_eq!(
            of("{\"type\":\"Topology\"}"),
            ["regions.geojson: `Topology` is not a FeatureCollection of GeoJSON (RFC 7946)"]
        );
        let broken = of("{\n\"type\": ");
        assert!(broken[0].starts_with("regions.geojson:2: this is not JSON"), "{broken:?}");
        let other =
            "{\"type\":\"FeatureCollection\",\"crs\":{\"properties\":{\"name\":\"EPSG:3857\"}},\"features\":[]}";
        assert!(of(other)[0].contains("has another coordinate system"), "{:?}", of(other));
    }
}
