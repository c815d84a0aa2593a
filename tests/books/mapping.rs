//! Maps of the regions: each tile has the figure of the table and of the source, its class is written in it, and a region
//! without a figure has no class; the outlines of an office are a picture.

use std::{collections::BTreeMap, io::Cursor, sync::Arc};

use calamine::{Data, Range, Reader as _, Xlsx};
use zhinaq::{
    assemble::{Book, Cell, ColumnRole, Mark, Table, UnitMap, assemble},
    domain::{Dataset, Figure, GeoPoint, Language, MapLayout, MapShapes, MapTile, Number, Period, Unit, UnitShape},
    formats::html,
    workbook::{
        Profile,
        accessibility::examine,
        master,
        plan::{Brief, CellContent, PlannedCell, plan},
        theme::StyleRole,
    },
};

use super::ooxml::{Parts, objections};
use crate::support::{lexicon, program::Office, trial::Trial, words};

/// The shades, and the look of a tile without a value.
const SHADES: [StyleRole; 5] =
    [StyleRole::MapLowest, StyleRole::MapLow, StyleRole::MapMiddle, StyleRole::MapHigh, StyleRole::MapHighest];

/// The collections with a map, each with the form and the place of its figure.
const MAPS: [(&str, &str, &str, &str, &str); 4] = [
    ("crime", "2025-Q2", "registered-map", "1-m", "2"),
    ("narcotics", "2022-Q4", "drug-map", "1-n", "2"),
    ("courts", "2025-Q2", "first-map", "court-1", "2"),
    ("prosecution-bodies", "2025-S1", "registered-map", "1-m", "2"),
];

fn table<'a>(book: &'a Book, id: &str) -> &'a Table {
    book.tables().find(|t| t.id == id).unwrap_or_else(|| panic!("no table `{id}`"))
}

fn drawn<'a>(book: &'a Book, id: &str) -> &'a UnitMap {
    table(book, id).map.as_ref().unwrap_or_else(|| panic!("no map: {:?}", table(book, id).sentences))
}

fn tile<'a>(map: &'a UnitMap, unit: &str) -> &'a zhinaq::assemble::UnitTile {
    map.tiles.iter().find(|tile| tile.unit.as_str() == unit).unwrap()
}

/// The documents of a region for the period of the trial.
fn of_region<'t>(trial: &'t mut Trial, unit: &str) -> impl Iterator<Item = &'t mut Dataset> {
    let (period, unit): (Period, Unit) = (trial.period, unit.parse().unwrap());
    let same = move |d: &&mut Dataset| d.key.period.last_day() == period.last_day() && d.key.unit == unit;
    trial.datasets.iter_mut().filter(same)
}

/// Sets the second figure of a region, which the map of narcotics shows.
fn set(trial: &mut Trial, unit: &str, figure: &Figure) {
    for dataset in of_region(trial, unit) {
        dataset.sections[0].figures[1] = figure.clone();
    }
}

/// The sheet of a table in a workbook, and the row of its header.
fn sheet(book: &Book, id: &str, language: Language) -> (Range<Data>, usize) {
    let number = &table(book, id).number;
    let bytes = master(book, lexicon(language), Profile::Accessible).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = workbook.sheet_names().into_iter().find(|name| name.starts_with(&format!("{number} "))).unwrap();
    let range = workbook.worksheet_range(&name).unwrap();
    let heads = zhinaq::words::texts::REGION.of(lexicon(language)).to_owned();
    let top = range.rows().position(|row| row[0] == Data::String(heads.clone())).unwrap();
    (range, top)
}

/// The tiles of a sheet with their rows and columns: each cell of three lines.
fn tiles(range: &Range<Data>) -> BTreeMap<String, (usize, usize, Vec<String>)> {
    let mut tiles = BTreeMap::new();
    for (row, column, cell) in range.used_cells() {
        let Data::String(text) = cell else { continue };
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        if lines.len() == 3 {
            let (number, _) = lines[0].split_once(' ').unwrap();
            assert!(tiles.insert(format!("19{number}"), (row, column, lines)).is_none(), "{text}");
        }
    }
    tiles
}

/// A number of a cell as a language writes it, with the decimals of the column.
fn said(number: f64, decimals: usize, language: Language) -> String {
    let plain = format!("{number:.decimals$}");
    let (whole, rest) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (group, point) = if language == Language::EN { (',', '.') } else { ('\u{a0}', ',') };
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    match rest {
        Some(rest) => format!("{text}{point}{rest}"),
        None => text,
    }
}

#[test]
fn each_tile_has_the_figure_of_its_table_and_of_its_source() {
    for (collection, period, id, form, column) in MAPS {
        let trial = Trial::new(collection, period);
        let book = assemble(&trial.material()).unwrap();
        let layout: BTreeMap<&str, &MapTile> = trial.map.tiles().iter().map(|t| (t.unit.as_str(), t)).collect();
        let decimals = table(&book, id).lines.iter().flat_map(|line| &line.cells).find_map(|cell| match cell {
            Cell::Level(level) => Some(usize::from(level.places)),
            _ => None,
        });
        let decimals = decimals.unwrap();
        for language in words().languages() {
            let (range, top) = sheet(&book, id, language);
            let tiles = tiles(&range);
            assert_eq!(tiles.len(), 20, "{collection}");
            let first = tiles.values().map(|(row, ..)| *row).min().unwrap();
            // The republic is in the first line; the columns are region, number, figure, level, class.
            for line in range.rows().skip(top + 2).take(20) {
                let [_, Data::String(number), Data::Float(figure), Data::Float(level), Data::Float(class), ..] = line
                else {
                    panic!("{line:?}")
                };
                let unit = format!("19{number}");
                let (row, place, lines) = &tiles[&unit];
                let of_layout = layout[unit.as_str()];
                assert_eq!((row - first + 1, *place), (of_layout.row as usize, of_layout.column as usize), "{unit}");
                assert_eq!(lines[0], format!("{number} {}", of_layout.short.of(language)));
                assert_eq!(lines[1], said(*level, decimals, language), "{collection} {unit}");
                assert_eq!(lines[2].to_lowercase(), lexicon(language).map_class_name(class).to_lowercase());

                let of_form = |d: &&Dataset| {
                    d.key.form.as_str() == form
                        && d.key.period.last_day() == trial.period.last_day()
                        && d.key.unit.as_str() == unit
                };
                let dataset = trial.datasets.iter().find(of_form).unwrap();
                let place = ("R1".parse().unwrap(), "1".parse().unwrap(), column.parse().unwrap());
                let source = dataset.figure(&place.0, &place.1, &place.2).unwrap().number().unwrap();
                assert!((source.as_f64() - figure).abs() < f64::EPSILON, "{collection} {unit}");
                let region = trial.regions.iter().find(|r| r.unit.as_str() == unit).unwrap();
                let exact = source.as_f64() * 10_000.0 / region.population[0].persons as f64;
                assert!((exact - level).abs() <= 0.5 / 10_f64.powi(decimals as i32) + 1e-9, "{collection} {unit}");
            }
        }
    }
}

#[test]
fn a_tile_has_the_shade_of_its_class_and_the_legend_says_how_many_have_it() {
    let book = assemble(&Trial::new("crime", "2025-Q2").material()).unwrap();
    let map = drawn(&book, "registered-map");
    for language in words().languages() {
        let brief = Brief { book: &book, lexicon: lexicon(language), profile: Profile::Accessible };
        let number = &table(&book, "registered-map").number;
        let sheets = plan(&brief);
        let sheet = sheets.iter().find(|sheet| sheet.name.starts_with(&format!("{number} "))).unwrap();
        let text = |cell: &PlannedCell| match &cell.content {
            CellContent::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        let legend = map.legend(lexicon(language));
        assert_eq!(legend.len(), 5, "every region has a figure");
        for ((class, line), shade) in map.classes.iter().zip(&legend).zip(SHADES) {
            let shaded: Vec<&PlannedCell> = sheet.cells.iter().filter(|cell| cell.style.role == shade).collect();
            // The legend, and its tiles.
            assert_eq!((shaded.len(), class.units), (1 + class.units, 4));
            assert_eq!(text(shaded[0]), line.name);
            let beside = sheet.cells.iter().find(|cell| cell.row == shaded[0].row && cell.column == 1).unwrap();
            assert_eq!(text(beside), line.text);
            assert!(line.text.ends_with(": 4"), "{}", line.text);
            let end = line.name.to_lowercase();
            assert!(shaded[1..].iter().all(|cell| text(cell).to_lowercase().ends_with(&end)), "{end}");
        }
        // The columns of tiles are as wide as each other, and nothing is merged.
        assert!(sheet.widths[1..].windows(2).all(|pair| (pair[0] - pair[1]).abs() < f64::EPSILON));
        assert_eq!(sheet.widths.len(), 8);
    }
    // Classes do not overlap, and each bound is the value of a region.
    let values: Vec<f64> = map.classes.iter().flat_map(|c| [&c.lowest, &c.highest]).filter_map(Cell::worth).collect();
    assert!(values.len() == 10 && values.windows(2).all(|pair| pair[0] <= pair[1]), "{values:?}");
    assert!(values[1] < values[2] && values[7] < values[8], "{values:?}");
    for class in &map.classes {
        for bound in [&class.lowest, &class.highest] {
            assert!(map.tiles.iter().any(|tile| tile.value == *bound), "{bound:?}");
        }
    }
}

#[test]
fn a_region_that_did_not_exist_has_a_tile_without_a_class() {
    let book = assemble(&Trial::new("narcotics", "2021-Q4").material()).unwrap();
    let map = drawn(&book, "drug-map");
    assert_eq!((map.tiles.len(), table(&book, "drug-map").lines.len()), (20, 1 + 17));
    for unit in ["1910", "1933", "1962"] {
        let tile = tile(map, unit);
        assert_eq!((&tile.value, tile.class), (&Cell::Absent(Mark::Z), None), "{unit}");
    }
    assert_eq!(map.tiles.iter().filter(|tile| tile.class.is_some()).count(), 17);
    assert_eq!(map.classes.iter().map(|class| class.units).sum::<usize>(), 17);
    let later =
        "Этих регионов на конец периода не было, на карте у них [z]: область Улытау, область Абай, область Жетісу.";
    let notes = &table(&book, "drug-map").notes;
    assert!(notes.iter().any(|note| note.ru == later), "{notes:?}");
    let (range, _) = sheet(&book, "drug-map", Language::RU);
    let tiles = tiles(&range);
    assert_eq!(tiles["1910"].2, ["10 Абай", "[z]", "нет значения"]);
    assert_eq!(tiles.values().filter(|(.., lines)| lines[2] == "нет значения").count(), 3);
}

#[test]
fn a_region_whose_document_has_not_come_is_drawn_without_a_class_and_the_others_are_classed() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let (period, unit): (Period, Unit) = (trial.period, "1971".parse().unwrap());
    trial.datasets.retain(|d| d.key.period.last_day() != period.last_day() || d.key.unit != unit);
    let book = assemble(&trial.material()).unwrap();
    let map = drawn(&book, "drug-map");
    assert_eq!((&tile(map, "1971").value, tile(map, "1971").class), (&Cell::Absent(Mark::X), None));
    // Three regions have the same level, so that the lowest class takes one more.
    assert_eq!(map.classes.iter().map(|class| class.units).collect::<Vec<_>>(), [5, 4, 4, 3, 3]);
    let legend = map.legend(lexicon(Language::EN));
    assert_eq!(legend[5].text, "[x] — not available; regions: 1");
    assert_eq!((legend[5].class, legend[5].name.as_str()), (None, "No figure"));
    // In the table the class is absent as the figure is.
    let astana = &table(&book, "drug-map").lines.iter().find(|line| line.cells[1] == Cell::Code("71".into())).unwrap();
    assert!(astana.cells[2..].iter().all(|cell| *cell == Cell::Absent(Mark::X)), "{:?}", astana.cells);
}

#[test]
fn without_an_established_figure_there_is_no_map() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    set(&mut trial, "1971", &Figure::Text("см. примечание".into()));
    let book = assemble(&trial.material()).unwrap();
    let shown = table(&book, "drug-map");
    assert_eq!(shown.map, None);
    assert!(!shown.columns.iter().any(|column| column.role == ColumnRole::Class));
    let said = "Карты нет: в документах не установлено, где этот показатель: г. Астана.";
    assert!(shown.sentences.iter().any(|sentence| sentence.ru == said), "{:?}", shown.sentences);
    assert_eq!(shown.lines.len(), 21, "the table stays");
    // A cell that the form strikes out, and a blank one, say that there is no figure.
    for figure in [Figure::Text("x".into()), Figure::Blank] {
        set(&mut trial, "1971", &figure);
        let book = assemble(&trial.material()).unwrap();
        let mark = if figure == Figure::Blank { Mark::X } else { Mark::Z };
        assert_eq!(tile(drawn(&book, "drug-map"), "1971").value, Cell::Absent(mark));
    }
}

#[test]
fn counts_that_are_too_small_for_a_chart_are_too_small_for_a_map() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let units: Vec<String> = trial.regions.iter().map(|region| region.unit.to_string()).collect();
    for (place, unit) in units.iter().enumerate() {
        let worth = if place < 4 { 10 } else { 9 };
        set(&mut trial, unit, &Figure::Number(Number::count(worth)));
    }
    let said = |trial: &Trial| {
        let book = assemble(&trial.material()).unwrap();
        let (chart, map) = (table(&book, "drug-regions").chart.is_some(), table(&book, "drug-map").map.is_some());
        assert_eq!(chart, map, "the same threshold for both");
        let sentences = &table(&book, "drug-map").sentences;
        sentences.iter().find(|s| s.ru.starts_with("Карты нет")).map(|s| s.ru.clone())
    };
    assert_eq!(said(&trial).unwrap(), "Карты нет: регионов со значением не меньше 10 меньше чем 5.");
    set(&mut trial, &units[4], &Figure::Number(Number::count(10)));
    assert_eq!(said(&trial), None);
    trial.template.chart_from = 0;
    assert_eq!(said(&trial), None);
}

#[test]
fn a_map_says_whether_it_shows_levels_or_figures() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let said = |trial: &Trial| {
        let book = assemble(&trial.material()).unwrap();
        let map = drawn(&book, "drug-map");
        let levels = map.tiles.iter().filter(|tile| matches!(tile.value, Cell::Level(_))).count();
        (levels, table(&book, "drug-map").sentences.last().unwrap().ru.clone())
    };
    let (levels, sentence) = said(&trial);
    let by_level =
        "Карта показывает уровень на 10\u{a0}000 населения; численность населения\u{a0}— на 1 января 2023\u{a0}г.";
    assert_eq!((levels, sentence.as_str()), (20, by_level));
    trial.regions[3].population.clear();
    let (levels, sentence) = said(&trial);
    assert_eq!(levels, 0);
    assert!(sentence.ends_with("численность населения известна не для всех регионов."), "{sentence}");
    for table in &mut trial.template.chapters[0].tables {
        table.per_capita = false;
    }
    let (levels, sentence) = said(&trial);
    assert!(levels == 0 && sentence.ends_with(", а не уровень на 10\u{a0}000 населения."), "{sentence}");
}

#[test]
fn equal_and_few_values_make_fewer_classes() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    for table in &mut trial.template.chapters[0].tables {
        table.per_capita = false;
    }
    let units: Vec<String> = trial.regions.iter().map(|region| region.unit.to_string()).collect();
    for (place, unit) in units.iter().enumerate() {
        // Eight zeros, six times 50, six times 70.
        let worth = [0, 50, 70][usize::from(place >= 8) + usize::from(place >= 14)];
        set(&mut trial, unit, &Figure::Number(Number::count(worth)));
    }
    let book = assemble(&trial.material()).unwrap();
    let map = drawn(&book, "drug-map");
    assert_eq!(map.classes.iter().map(|class| class.units).collect::<Vec<_>>(), [8, 6, 6]);
    let legend = map.legend(lexicon(Language::EN));
    assert_eq!(
        legend.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
        ["0; regions: 8", "50; regions: 6", "70; regions: 6"]
    );
    assert_eq!((1..=3).map(|class| map.shade(class)).collect::<Vec<_>>(), [0, 2, 4]);
    let notes = &table(&book, "drug-map").notes;
    assert!(
        notes.iter().any(|note| note.ru == "Различных значений меньше пяти, поэтому классов\u{a0}— 3."),
        "{notes:?}"
    );
}

#[test]
fn a_hidden_count_has_no_class() {
    let mut trial = Trial::new("crime", "2025-Q2");
    trial.template.confidential_below = Some(5);
    // The map of persons killed in road accidents: two regions have so few that their numbers are hidden.
    let chapter =
        trial.template.chapters.iter_mut().find(|c| c.tables.iter().any(|t| t.id == "killed-regions")).unwrap();
    let mut map = chapter.tables.iter().find(|t| t.id == "killed-regions").unwrap().clone();
    (map.id, map.kind, map.chart) = ("killed-map".into(), zhinaq::domain::TableKind::Map, false);
    chapter.tables.push(map);
    for (unit, worth) in [("1962", 3), ("1959", 7)] {
        for dataset in of_region(&mut trial, unit).filter(|d| d.key.form.as_str() == "dtp-1") {
            dataset.sections[0].figures[2] = Figure::Number(Number::count(worth));
        }
    }
    let book = assemble(&trial.material()).unwrap();
    let map = drawn(&book, "killed-map");
    let hidden: Vec<&str> =
        map.tiles.iter().filter(|t| t.value == Cell::Absent(Mark::C)).map(|t| t.unit.as_str()).collect();
    assert_eq!(hidden.len(), 2, "{hidden:?}");
    assert!(hidden.contains(&"1962"));
    assert!(map.tiles.iter().all(|tile| tile.class.is_some() != hidden.contains(&tile.unit.as_str())));
}

#[test]
fn the_content_id_covers_the_layout_and_a_region_without_a_tile_gives_no_map() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let before = assemble(&trial.material()).unwrap().content_id();
    assert_eq!(assemble(&trial.material()).unwrap().content_id(), before);
    let mut tiles = trial.map.tiles().to_vec();
    tiles[0].row = 9;
    trial.map = MapLayout::new(tiles.clone());
    assert_ne!(assemble(&trial.material()).unwrap().content_id(), before);
    let gone = tiles.remove(0);
    trial.map = MapLayout::new(tiles);
    let book = assemble(&trial.material()).unwrap();
    let region = trial.regions.iter().find(|region| region.unit == gone.unit).unwrap();
    let said = format!("Карты нет: для региона не задано место на карте: {}.", region.titles.ru);
    assert!(table(&book, "drug-map").sentences.iter().any(|sentence| sentence.ru == said));
    assert_eq!(table(&book, "drug-map").map, None);
}

#[test]
fn the_page_draws_the_same_tiles() {
    let book = assemble(&Trial::new("narcotics", "2025-Q2").material()).unwrap();
    let map = drawn(&book, "drug-map");
    for language in words().languages() {
        let page = html(&book, lexicon(language));
        for text in map.tiles.iter().flat_map(|tile| tile.lines(lexicon(language))) {
            assert!(page.contains(&format!(">{text}</text>")), "{text}");
        }
        for line in map.legend(lexicon(language)) {
            assert!(page.contains(&format!(">{}</text>", line.text)), "{}", line.text);
        }
        // The text for those who do not see it lists the regions of the highest and of the lowest class.
        let alt = map.alt.of(language);
        assert!(page.contains(&format!("aria-label=\"{alt}\"")), "{alt}");
        for tile in map.tiles.iter().filter(|tile| matches!(tile.class, Some(1 | 5))) {
            assert!(alt.contains(tile.short.of(language)), "{alt}");
        }
    }
}

/// The outlines of the regions of the trial: squares where their tiles are, and three towns within them.
fn squares(trial: &Trial) -> MapShapes {
    let shape = |tile: &MapTile| {
        let (west, north) = (tile.column as i32 * 50_000 + 420_000, 570_000 - tile.row as i32 * 30_000);
        let (wide, high) = if tile.unit.as_str() >= "1971" { (1_000, 900) } else { (50_000, 30_000) };
        let corners = [(0, 0), (wide, 0), (wide, high), (0, high), (0, 0)];
        let ring = corners.map(|(right, down)| GeoPoint { east: west + right, north: north - down });
        UnitShape { unit: tile.unit.clone(), rings: vec![ring.to_vec()] }
    };
    MapShapes::new(trial.map.tiles().iter().map(shape).collect())
}

#[test]
fn the_outlines_of_an_office_are_a_picture_in_place_of_tiles() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let (period, unit): (Period, Unit) = (trial.period, "1939".parse().unwrap());
    trial.datasets.retain(|d| d.key.period.last_day() != period.last_day() || d.key.unit != unit);
    let tiled = assemble(&trial.material()).unwrap();
    trial.shapes = Some(Arc::new(squares(&trial)));
    let book = assemble(&trial.material()).unwrap();
    assert_ne!(book.content_id(), tiled.content_id());
    assert_eq!(table(&book, "drug-map").lines, table(&tiled, "drug-map").lines);
    for language in words().languages() {
        let bytes = master(&book, lexicon(language), Profile::Accessible).unwrap();
        assert!(bytes == master(&book, lexicon(language), Profile::Accessible).unwrap());
        assert_eq!(objections(&bytes), Vec::<String>::new());
        let report = examine(&bytes).unwrap();
        let failed: Vec<_> = report.rules.iter().filter(|rule| !rule.passes).map(|rule| rule.rule).collect();
        assert!(failed.is_empty() && report.rules.len() == 24, "{failed:?}");
        let parts = Parts::of(&bytes);
        let pictures: Vec<&[u8]> = parts
            .0
            .iter()
            .filter(|(name, _)| name.starts_with("xl/media/"))
            .map(|(_, bytes)| bytes.as_slice())
            .collect();
        assert_eq!(pictures.len(), 1);
        assert!(pictures[0].starts_with(b"\x89PNG\r\n\x1a\n") && pictures[0].len() < 100_000, "{}", pictures[0].len());
        let drawings: Vec<&str> = parts.starting("xl/drawings/drawing").map(|(_, xml)| xml).collect();
        let alt = drawn(&book, "drug-map").alt.of(language);
        let with_picture = drawings.iter().filter(|xml| xml.contains("<xdr:pic>"));
        assert_eq!(with_picture.filter(|xml| xml.contains(&format!(" descr=\"{alt}\""))).count(), 1, "{alt}");
        assert!(parts.text("[Content_Types].xml").contains("<Default Extension=\"png\" ContentType=\"image/png\"/>"));
        // The figures are in the table, and the cells below it have no tile.
        let (range, _) = sheet(&book, "drug-map", language);
        assert!(tiles(&range).is_empty());
        let page = html(&book, lexicon(language));
        assert_eq!(page.matches("fill-rule=\"evenodd\"").count(), 20);
        assert!(page.contains(">39</text>") && page.contains(">V</text>"));
        let note = zhinaq::words::texts::MAP_OUTLINES.of(lexicon(language));
        assert!(table(&book, "drug-map").notes.iter().any(|said| said.of(language) == note));
    }
    let brief = Brief { book: &book, lexicon: lexicon(Language::EN), profile: Profile::Accessible };
    let sheets = plan(&brief);
    let image = sheets.iter().flat_map(|sheet| &sheet.images).next().unwrap();
    let map = drawn(&book, "drug-map");
    assert_eq!((image.picture.outlines.len(), image.looks.len()), (20, 20));
    for (outlined, (role, [number, numeral])) in image.picture.outlines.iter().zip(&image.looks) {
        let tile = tile(map, outlined.unit.as_str());
        assert_eq!((number.as_str(), numeral.as_str()), (outlined.unit.number(), tile.numeral()));
        let shade = tile.class.map_or(StyleRole::MapNone, |class| SHADES[class as usize - 1]);
        assert_eq!(*role, shade, "{}", outlined.unit);
        assert_eq!(outlined.unit.as_str() == "1939", *role == StyleRole::MapNone);
    }
    // No label covers another, in the picture or on the page.
    for (picture, (wide, high)) in [(image.picture.clone(), (60, 67)), (map.picture(900, (30, 36)).unwrap(), (30, 36))]
    {
        let labels: Vec<(i32, i32)> = picture.outlines.iter().map(|outlined| outlined.label).collect();
        for (place, (x, y)) in labels.iter().enumerate() {
            let apart = |(other, row): &(i32, i32)| (x - other).abs() > wide || (y - row).abs() > high;
            assert!(labels[..place].iter().all(apart), "{labels:?}");
        }
    }
}

#[test]
fn an_office_gives_outlines_in_a_file_beside_its_regions() {
    let office = Office::fresh();
    let file = office.path().join("schedules/regions.geojson");
    let trial = Trial::new("narcotics", "2025-Q2");
    let degrees = |number: i32| f64::from(number) / 10_000.0;
    let feature = |shape: &UnitShape| {
        let ring: Vec<[f64; 2]> = shape.rings[0].iter().map(|at| [degrees(at.east), degrees(at.north)]).collect();
        serde_json::json!({
            "type": "Feature",
            "properties": { "unit": shape.unit.as_str() },
            "geometry": { "type": "Polygon", "coordinates": [ring] }
        })
    };
    let shapes = squares(&trial);
    let written = |features: Vec<serde_json::Value>| {
        let text = serde_json::json!({ "type": "FeatureCollection", "features": features });
        std::fs::write(&file, text.to_string()).unwrap();
    };
    let mut features: Vec<serde_json::Value> = shapes.shapes().iter().map(feature).collect();
    written(features.clone());
    office.zhinaq(&["doctor"]).exits(0);
    let read = zhinaq::config::Office::load(office.path()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(read.shapes.unwrap().hash(), shapes.hash());
    features[3]["geometry"]["coordinates"][0][1] = serde_json::json!([190.5, 50]);
    written(features);
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    let wrong = "schedules/regions.geojson: feature 4: unit `1919`: `[190.5,50]` is not on the earth";
    assert!(told.contains(wrong), "{told}");
    std::fs::write(&file, " ".repeat(5_000_001)).unwrap();
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains("has 5000001 bytes, and 5000000 are allowed"), "{told}");
}
