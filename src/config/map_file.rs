//! `templates/map.toml`: the tiles of the regions on maps. In: the text as a person writes it, and the regions of the
//! office. Out: the layout, and every fault: each region has one tile, and no two regions have the same. This module
//! does not know what a map shows.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, Faults, reader::Reader};
use domain::{MapLayout, MapTile, Region, Titles};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTile {
    unit: Spanned<String>,
    short: Titles,
    row: Spanned<u32>,
    column: Spanned<u32>,
}

/// Reads a layout for these regions; the republic among them has no tile.
///
/// # Errors
/// Every fault of the file, with its line.
pub fn parse_map(file: &str, text: &str, regions: &[Region]) -> Result<MapLayout, Faults> {
    let (layout, faults) = parse(file, text, Some(regions));
    if faults.is_empty() { Ok(layout) } else { Err(Faults(faults)) }
}

/// Reads a layout. `regions` is `None` where the regions have faults of their own: then tiles are not compared with
/// them.
pub(super) fn parse(file: &str, text: &str, regions: Option<&[Region]>) -> (MapLayout, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let written: Vec<WrittenTile> = reader.many("tile");
    reader.once("unit", written.iter().map(|tile| &tile.unit));
    let regions = regions.map(|all| all.iter().filter(|region| !region.unit.is_republic()).collect::<Vec<_>>());
    let units: Option<Vec<&str>> = regions.as_ref().map(|all| all.iter().map(|region| region.unit.as_str()).collect());
    let mut taken: BTreeMap<(u32, u32), &str> = BTreeMap::new();
    let mut tiles = Vec::new();
    for tile in &written {
        let (unit, row, column) = (tile.unit.get_ref().as_str(), *tile.row.get_ref(), *tile.column.get_ref());
        for (what, place, most) in
            [("row", &tile.row, MapLayout::MOST_ROWS), ("column", &tile.column, MapLayout::MOST_COLUMNS)]
        {
            if !(1..=most).contains(place.get_ref()) {
                reader.fault(&place.span(), format!("{what} {} is not on the map: write 1 to {most}", place.get_ref()));
            }
        }
        if let Some(other) = taken.insert((row, column), unit).filter(|other| *other != unit) {
            let message = format!("row {row}, column {column} is the tile of `{other}` already; give `{unit}` another");
            reader.fault(&tile.row.span(), message);
        }
        if let Some(units) = &units {
            reader.known("unit of regions.toml", &tile.unit, units.iter().copied());
        }
        let Some(unit) = reader.parsed(&tile.unit) else { continue };
        tiles.push(MapTile { unit, short: tile.short.clone(), row, column });
    }
    let layout = MapLayout::new(tiles);
    // An entry with a fault of its own may be the one that seems to be missing.
    let faults = reader.close();
    let without = regions.into_iter().flatten().filter(|region| faults.is_empty() && !layout.has(&region.unit));
    let missing = without.map(|region| {
        let (unit, title) = (&region.unit, &region.titles.ru);
        Fault::of_file(file, format!("unit `{unit}` of regions.toml ({title}) has no tile; add a `[[tile]]` for it"))
    });
    let missing: Vec<Fault> = missing.collect();
    (layout, faults.into_iter().chain(missing).collect())
}

#[cfg(test)]
mod tests {
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

    fn tile(unit: &str, row: u32, column: u32) -> String {
        format!("[[tile]]\nunit = \"{unit}\"\nrow = {row}\ncolumn = {column}\nshort = {{ ru = \"{unit}\" }}\n")
    }

    /// What is said of a file with these tiles, in an office of the regions 1910 and 1971.
    fn told(tiles: &[String]) -> Vec<String> {
        let faults = parse_map("map.toml", &tiles.concat(), &["1910", "1971"].map(region)).unwrap_err();
        faults.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn tiles_are_read_row_by_row() {
        let text = tile("1971", 2, 1) + &tile("1910", 1, 7);
        let layout = parse_map("map.toml", &text, &["19", "1910", "1971"].map(region)).unwrap();
        let units: Vec<&str> = layout.tiles().iter().map(|tile| tile.unit.as_str()).collect();
        assert_eq!(units, ["1910", "1971"]);
        assert_eq!((layout.tiles()[0].row, layout.tiles()[0].column), (1, 7));
    }

    #[test]
    fn each_region_has_one_tile() {
        let all = [tile("1910", 1, 1), tile("1971", 1, 2)];
        assert_eq!(
            told(&all[..1]),
            ["map.toml: unit `1971` of regions.toml (область 1971) has no tile; add a `[[tile]]` for it"]
        );
        let twice = [&all[..], &[tile("1910", 2, 2)]].concat();
        assert_eq!(told(&twice), ["map.toml:12: unit `1910` occurs here twice"]);
    }

    #[test]
    fn no_two_regions_are_on_one_tile() {
        let told = told(&[tile("1910", 3, 4), tile("1971", 3, 4)]);
        assert_eq!(told, ["map.toml:8: row 3, column 4 is the tile of `1910` already; give `1971` another"]);
    }

    #[test]
    fn an_unknown_region_and_a_place_beyond_the_map_are_faults_with_their_lines() {
        let told = told(&[tile("1912", 1, 1), tile("1971", 0, 13)]);
        assert_eq!(
            told,
            [
                "map.toml:2: `1912` is not a unit of regions.toml; did you mean `1910`?",
                "map.toml:8: row 0 is not on the map: write 1 to 20",
                "map.toml:9: column 13 is not on the map: write 1 to 12",
            ]
        );
        // Where the regions have faults, what is missing is not known.
        assert!(parse("map.toml", &tile("1912", 1, 1), None).1.is_empty());
    }
}
