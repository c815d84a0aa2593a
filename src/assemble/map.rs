//! Maps of the regions: the class of each region, or why there is no map.
//!
//! In: the lines of a table of kind `map` with their figures, and the layout of the office. Out: a class for each line,
//! and the map as plain data. A region has a class only if its figure is there; one that did not exist at the end of the
//! period, or whose figure is absent, has the mark that its figure has. There is no map where the documents do not
//! establish which figure it is, and where counts are too small to compare. Unknown here: shapes and colours.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    book::{Cell, Mark, Weight},
    cells::{Figured, by_level, places},
    charts,
    classing::{MOST_CLASSES, classed},
    draft::DraftTable,
    inhabitants::inhabitants,
    labels,
    material::Material,
    outlines::{OutlinePicture, Pixel},
    prose,
};
use domain::{MapShapes, Titles, Unit};
use words::{Lexicon, texts};

/// A map of the regions.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitMap {
    /// The text for persons who cannot see the map.
    pub alt: Titles,
    /// The lowest class first; at most five.
    pub classes: Vec<MapClass>,
    /// Row by row, each row from west to east.
    pub tiles: Vec<UnitTile>,
    /// The outlines that are drawn in place of tiles, if the office has them.
    pub shapes: Option<Arc<MapShapes>>,
}

/// A class of a map, with its smallest and its largest value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapClass {
    pub lowest: Cell,
    pub highest: Cell,
    /// How many regions it has.
    pub units: usize,
}

/// A region on a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitTile {
    pub unit: Unit,
    /// Its name in one or two short words.
    pub short: Titles,
    /// From 1, from north to south.
    pub row: u32,
    /// From 1, from west to east.
    pub column: u32,
    /// The value, or the mark for why there is none.
    pub value: Cell,
    /// From 1, the lowest first; `None` without a value.
    pub class: Option<u32>,
}

/// A line of a legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendLine {
    /// `None`: the regions without a value.
    pub class: Option<u32>,
    /// `Class 5`.
    pub name: String,
    /// The values, and how many regions have them.
    pub text: String,
}

impl UnitMap {
    /// The shade of a class, from 0, the lightest. With fewer classes than shades the shades lie apart.
    #[must_use]
    pub fn shade(&self, class: u32) -> usize {
        let shades: &[usize] = match self.classes.len() {
            0 | 1 => &[2],
            2 => &[0, 4],
            3 => &[0, 2, 4],
            4 => &[0, 1, 3, 4],
            _ => &[0, 1, 2, 3, 4],
        };
        let place = (class as usize).saturating_sub(1).min(shades.len() - 1);
        shades[place]
    }

    /// The outlines as a picture of such a width, with labels of such a size; `None` where tiles are drawn.
    #[must_use]
    pub fn picture(&self, width: i32, label: Pixel) -> Option<OutlinePicture> {
        self.shapes.as_ref().map(|shapes| OutlinePicture::new(shapes, width, label))
    }

    /// The tile of a region.
    #[must_use]
    pub fn tile(&self, unit: &Unit) -> Option<&UnitTile> {
        self.tiles.iter().find(|tile| tile.unit == *unit)
    }

    /// The legend: each class with its bounds and the number of its regions, then the regions without a value.
    #[must_use]
    pub fn legend(&self, lexicon: &Lexicon) -> Vec<LegendLine> {
        let said = |cell: &Cell| cell.said(lexicon).unwrap_or_default();
        let classes = self.classes.iter().zip(1_u32..).map(|(class, number)| LegendLine {
            class: Some(number),
            name: lexicon.map_class_name(&number),
            text: if class.lowest == class.highest {
                lexicon.map_class_value(&said(&class.lowest), &class.units)
            } else {
                lexicon.map_class_range(&said(&class.lowest), &said(&class.highest), &class.units)
            },
        });
        let mut lines: Vec<LegendLine> = classes.collect();
        let absent = self.tiles.iter().filter_map(|tile| match tile.value {
            Cell::Absent(mark) => Some(mark),
            _ => None,
        });
        let absent: Vec<Mark> = absent.collect();
        if !absent.is_empty() {
            let marks: BTreeSet<Mark> = absent.iter().copied().collect();
            let marks: Vec<String> = marks.into_iter().map(|mark| mark.in_words(lexicon)).collect();
            let name = prose::capital(texts::MAP_NO_FIGURE.of(lexicon));
            let text = lexicon.map_class_value(&marks.join("; "), &absent.len());
            lines.push(LegendLine { class: None, name, text });
        }
        lines
    }
}

impl UnitTile {
    /// The class on an outline, where there is little room: a Roman numeral, or a dash without a value.
    #[must_use]
    pub const fn numeral(&self) -> &'static str {
        match self.class {
            Some(1) => "I",
            Some(2) => "II",
            Some(3) => "III",
            Some(4) => "IV",
            Some(5) => "V",
            _ => "-",
        }
    }

    /// What the tile says: the number and the short name, the value or its mark, the class.
    #[must_use]
    pub fn lines(&self, lexicon: &Lexicon) -> [String; 3] {
        let name = format!("{} {}", self.unit.number(), labels::in_language(&self.short, lexicon.language()));
        match (&self.value, self.class) {
            (Cell::Absent(mark), _) => [name, mark.text().to_owned(), texts::MAP_NO_FIGURE.of(lexicon).to_owned()],
            (value, class) => {
                let class = class.map(|class| prose::small(&lexicon.map_class_name(&class)));
                [name, value.said(lexicon).unwrap_or_default(), class.unwrap_or_default()]
            }
        }
    }
}

/// What a table of kind `map` has beside its figures.
pub struct Mapping {
    /// The class of each line, from 1.
    pub classes: Vec<Option<u32>>,
    /// What the map shows, or why there is none.
    pub said: Vec<Titles>,
    pub notes: Vec<Titles>,
    pub map: Option<UnitMap>,
}

/// Classes the lines of a table.
#[must_use]
pub fn mapping(material: &Material<'_>, draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Mapping {
    let classing = Classing { material, draft, figured, by_level: by_level(figured, draft.template.per_capita) };
    if let Some(why) = classing.refusal() {
        let said = vec![draft.words.each(|l| l.no_map(&why.of(l.language())))];
        return Mapping { classes: vec![None; figured.len()], said, notes: Vec::new(), map: None };
    }
    let classes = classing.classes();
    let map = classing.map(&classes, title);
    Mapping { said: vec![classing.shown()], notes: classing.notes(&map), classes, map: Some(map) }
}

struct Classing<'c> {
    material: &'c Material<'c>,
    draft: &'c DraftTable<'c>,
    figured: &'c [Figured<'c>],
    by_level: bool,
}

impl<'c> Classing<'c> {
    /// The lines of regions.
    fn regions(&self) -> impl Iterator<Item = &'c Figured<'c>> + use<'c> {
        self.figured.iter().filter(|f| f.line.weight == Weight::Plain)
    }

    /// The line of a region; `None` if it did not exist at the end of the period.
    fn line_of(&self, unit: &Unit) -> Option<usize> {
        let is_it = |f: &Figured<'_>| f.line.weight == Weight::Plain && f.line.key.units[0] == [unit.clone()];
        self.figured.iter().position(is_it)
    }

    /// What the map shows of a region: its level, or its figure.
    fn value(&self, f: &Figured<'_>) -> Cell {
        match (f.value(0), f.level(places(self.figured)).filter(|_| self.by_level)) {
            (Cell::Number(_), Some(level)) => Cell::Level(level),
            (value, _) => value,
        }
    }

    /// Why there is no map.
    fn refusal(&self) -> Option<Titles> {
        let words = self.draft.words;
        let listed = |names: &[&Titles], l: &Lexicon| {
            names.iter().map(|name| labels::in_language(name, l.language())).collect::<Vec<_>>().join(", ")
        };
        let unestablished: Vec<&Titles> = self.draft.unestablished.iter().collect();
        if !unestablished.is_empty() {
            return Some(words.each(|l| l.map_unestablished(&listed(&unestablished, l))));
        }
        let untiled = self.regions().filter(|f| !f.line.key.units[0].iter().all(|unit| self.material.map.has(unit)));
        let untiled: Vec<&Titles> = untiled.filter_map(|f| f.line.labels.first()).collect();
        if !untiled.is_empty() {
            return Some(words.each(|l| l.map_without_tile(&listed(&untiled, l))));
        }
        // A chart of regions leaves out those without a case.
        let figures = self.regions().filter(|f| matches!(f.value(0), Cell::Number(_)) && f.derived.now() > Some(0));
        let least = self.material.template.chart_from;
        let is_enough = charts::enough(least, figures.map(|f| (f.line, f.derived.now())), charts::FEWEST_REGIONS);
        (!is_enough).then(|| words.each(|l| l.map_small(&charts::FEWEST_REGIONS, &least)))
    }

    /// The class of each line, from 1; `None` for lines that are no regions, and without a value.
    fn classes(&self) -> Vec<Option<u32>> {
        let valued = self.figured.iter().enumerate().filter(|(_, f)| f.line.weight == Weight::Plain);
        // Values are compared as they are printed, so that equal texts are in one class.
        let valued: Vec<(usize, i64)> =
            valued.filter_map(|(place, f)| Some((place, in_thousandths(&self.value(f))?))).collect();
        let values: Vec<i64> = valued.iter().map(|(_, value)| *value).collect();
        let mut classes = vec![None; self.figured.len()];
        for ((place, _), class) in valued.iter().zip(classed(&values)) {
            classes[*place] = Some(class as u32 + 1);
        }
        classes
    }

    fn map(&self, classes: &[Option<u32>], title: &Titles) -> UnitMap {
        let tiles = self.material.map.tiles().iter().filter(|tile| self.region(&tile.unit).is_some());
        let tiles: Vec<UnitTile> = tiles
            .map(|tile| {
                let line = self.line_of(&tile.unit);
                UnitTile {
                    unit: tile.unit.clone(),
                    short: tile.short.clone(),
                    row: tile.row,
                    column: tile.column,
                    value: line.map_or(Cell::Absent(Mark::Z), |line| self.value(&self.figured[line])),
                    class: line.and_then(|line| classes[line]),
                }
            })
            .collect();
        let most = classes.iter().flatten().copied().max().unwrap_or(0);
        let class = |number: u32| {
            let of_class = tiles.iter().filter(|tile| tile.class == Some(number)).map(|tile| &tile.value);
            let of_class: Vec<&Cell> = of_class.collect();
            let lowest = of_class.iter().min_by_key(|value| in_thousandths(value))?;
            let highest = of_class.iter().max_by_key(|value| in_thousandths(value))?;
            Some(MapClass { lowest: (*lowest).clone(), highest: (*highest).clone(), units: of_class.len() })
        };
        let classes = (1..=most).filter_map(class).collect();
        let shapes = self.material.shapes.cloned();
        let mut map = UnitMap { alt: Titles::default(), classes, tiles, shapes };
        map.alt = self.in_words(&map, most, title);
        map
    }

    fn region(&self, unit: &Unit) -> Option<&domain::Region> {
        self.material.regions.iter().find(|region| region.unit == *unit)
    }

    /// The map in words: the regions of the highest class and those of the lowest.
    fn in_words(&self, map: &UnitMap, most: u32, title: &Titles) -> Titles {
        self.draft.words.each(|l| {
            let language = l.language();
            let values = |class: u32| {
                let line = map.legend(l).into_iter().find(|line| line.class == Some(class));
                line.map(|line| line.text).unwrap_or_default()
            };
            let names = |class: u32| {
                let tiles = map.tiles.iter().filter(|tile| tile.class == Some(class));
                let names: Vec<String> = tiles.map(|tile| labels::in_language(&tile.short, language)).collect();
                names.join(", ")
            };
            let title = labels::in_language(title, language);
            l.map_in_words(&title, &values(most), &names(most), &values(1), &names(1))
        })
    }

    /// What the map shows: levels with the days of their population, or figures.
    fn shown(&self) -> Titles {
        let words = self.draft.words;
        if self.by_level {
            let period = self.draft.shown.period;
            let counted =
                self.regions().filter_map(|f| inhabitants(self.material.regions, &f.line.key.units[0], period));
            let days: BTreeSet<chrono::NaiveDate> = counted.flatten().map(|counted| counted.at).collect();
            return words.each(|l| {
                let days: Vec<String> = days.iter().map(|at| prose::day(*at, l)).collect();
                // A day of some languages ends with a point, as the sentence does.
                l.map_of_levels(&days.join("; ").trim_end_matches('.'))
            });
        }
        let measure = self.regions().next().map(|f| f.line.measure).unwrap_or_default();
        words.each(|l| {
            let unit = texts::measure(measure).of(l);
            if self.draft.template.per_capita { l.map_without_population(&unit) } else { l.map_of_values(&unit) }
        })
    }

    fn notes(&self, map: &UnitMap) -> Vec<Titles> {
        let words = self.draft.words;
        let mut notes = vec![texts::MAP_METHOD.titles(words)];
        if map.classes.len() < MOST_CLASSES {
            notes.push(words.each(|l| l.map_few(&map.classes.len())));
        }
        let drawn = if map.shapes.is_some() { texts::MAP_OUTLINES } else { texts::MAP_TILES };
        notes.push(drawn.titles(words));
        let later = map.tiles.iter().filter(|tile| self.line_of(&tile.unit).is_none());
        let later: Vec<&Titles> = later.filter_map(|tile| Some(&self.region(&tile.unit)?.titles)).collect();
        if !later.is_empty() {
            notes.push(words.each(|l| {
                let names: Vec<&str> = later.iter().map(|name| name.of(l.language())).collect();
                l.map_not_yet(&names.join(", "))
            }));
        }
        notes
    }
}

/// A value as it is printed; `None` where it is absent.
fn in_thousandths(value: &Cell) -> Option<i64> {
    match value {
        Cell::Level(level) => Some(level.in_thousandths()),
        Cell::Number(number) => number.in_thousandths(),
        _ => None,
    }
}
