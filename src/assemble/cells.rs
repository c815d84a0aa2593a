//! Cells of finished lines: exact figures, what is derived from them, and shorthand where a figure is absent.

use super::{
    across::Across,
    book::{Cell, ColumnRole, Mark, TableColumn, Weight},
    draft::{DraftLine, DraftTable, Strand},
    labels,
    material::Material,
    percentages::{self, Growth, Level},
    prose::{quarter_alone, span_short},
    sums::Derived,
};
use domain::{ColumnCode, Number, Period, TableKind, Titles};
use words::{Dictionary, FixedText, Lexicon, texts};

/// A line's figures, with what may not be printed taken out.
#[derive(Debug, Clone, Copy)]
pub struct Figured<'a> {
    pub line: &'a DraftLine,
    pub derived: Derived,
    pub hidden_now: bool,
    pub hidden_ago: bool,
    /// Of a crossed table: the cells of its strands.
    pub across: &'a [Cell],
    /// The least count that a percentage has as its base, in thousandths.
    pub least_base: i64,
}

/// Fewer regions with a count that is large enough are not ranked: the order of small counts is chance.
const FEWEST_RANKED: usize = 5;

impl Figured<'_> {
    /// The figure of so many years before, or the shorthand for why there is none.
    #[must_use]
    pub fn value(&self, years: usize) -> Cell {
        if (years == 0 && self.hidden_now) || (years == 1 && self.hidden_ago) {
            return Cell::Absent(Mark::C);
        }
        self.derived.by_year[years].map_or(Cell::Absent(self.line.marks[years]), number)
    }

    fn change(&self) -> Cell {
        self.of_both(self.derived.change.map(number))
    }

    fn growth(&self) -> Cell {
        self.of_both(self.growth_since().map(Cell::Growth))
    }

    /// Growth since the year before; without a percentage where that figure is too small a base.
    #[must_use]
    pub fn growth_since(&self) -> Option<Growth> {
        let (now, ago) = self.derived.now().zip(self.derived.ago())?;
        Some(if self.is_base(ago) { percentages::growth(now, ago) } else { Growth::NoBase })
    }

    /// Whether a figure is large enough for a percentage of it. Sums of money and days are not counts of cases.
    #[must_use]
    pub fn is_base(&self, figure: i64) -> bool {
        !self.line.measure.is_counted() || figure >= self.least_base
    }

    fn points(&self) -> Cell {
        let Derived { whole, whole_ago, .. } = self.derived;
        let all = self.derived.now().zip(whole).zip(self.derived.ago().zip(whole_ago));
        let all = all.filter(|((_, whole), (_, whole_ago))| self.is_base(*whole) && self.is_base(*whole_ago));
        let points = all.and_then(|((now, whole), (ago, whole_ago))| percentages::points(now, whole, ago, whole_ago));
        self.of_both(points.map(Cell::Tenths))
    }

    fn share(&self, years: usize) -> Cell {
        let whole = if years == 0 { self.derived.whole } else { self.derived.whole_ago };
        let whole = whole.filter(|whole| self.is_base(*whole));
        let share = self.derived.by_year[years].zip(whole).and_then(|(part, whole)| percentages::share(part, whole));
        self.of_year(years, share.map(Cell::Tenths))
    }

    /// The level per 10,000 inhabitants, with so many places.
    #[must_use]
    pub fn level(&self, places: u8) -> Option<Level> {
        self.derived
            .now()
            .zip(self.line.persons)
            .and_then(|(now, persons)| percentages::per_10_000(now, persons, places))
    }

    /// What hangs on one figure: absent for the reason that the figure is, else not applicable.
    fn of_year(&self, years: usize, cell: Option<Cell>) -> Cell {
        match self.value(years) {
            absent @ Cell::Absent(_) => absent,
            _ => cell.unwrap_or(Cell::Absent(Mark::Z)),
        }
    }

    /// What hangs on both figures.
    fn of_both(&self, cell: Option<Cell>) -> Cell {
        let values = [self.value(0), self.value(1)];
        let absent = values.into_iter().find(|v| matches!(v, Cell::Absent(_)));
        let cell = cell.filter(|_| !self.line.mixed);
        absent.or(cell).unwrap_or(Cell::Absent(Mark::Z))
    }
}

/// The least count that a percentage has as its base, in thousandths.
#[must_use]
pub fn least_base(material: &Material<'_>) -> i64 {
    i64::from(material.template.percent_from) * 1_000
}

/// A figure as it is shown.
pub fn number(thousandths: i64) -> Cell {
    Cell::Number(Number::thousandths(thousandths))
}

/// A column before its cells: its head, and how a line fills it.
pub struct Plan {
    pub column: TableColumn,
    pub fill: Fill,
}

/// How a line fills a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    Label(usize),
    Measure,
    Value(usize),
    Change,
    Growth,
    Share(usize),
    Points,
    /// With so many places.
    Rate(u8),
    Rank,
    /// The class of a region on a map.
    Class,
    /// The number of a region on a map.
    Number,
    Marks,
    /// The code of the line's row or column, as the document shown prints it.
    RowCode,
    ColumnCode,
    /// A strand of a crossed table.
    Strand(usize),
}

/// The columns of a table, also those without a figure; `is_classed`: the regions have classes of a map.
#[must_use]
pub fn columns(draft: &DraftTable<'_>, figured: &[Figured<'_>], is_classed: bool) -> Vec<Plan> {
    let words = draft.words;
    let mut plans = stub(draft);
    let now = draft.shown.period;
    let ago = now.year_before();
    let kind = draft.template.kind;
    match kind {
        TableKind::Dynamics | TableKind::Quarter => {
            let head = if kind == TableKind::Quarter { quarter_alone } else { span_short };
            plans.extend([value(words, now, 0, head), value(words, ago, 1, head)]);
            plans.extend([plain(words, texts::CHANGE, ColumnRole::Change, Fill::Change), growth(words)]);
        }
        TableKind::Regions | TableKind::Agencies => {
            plans.extend([value(words, now, 0, span_short), value(words, ago, 1, span_short)]);
            plans.extend([plain(words, texts::CHANGE, ColumnRole::Change, Fill::Change), growth(words)]);
            plans.push(plain(words, texts::SHARE, ColumnRole::Share, Fill::Share(0)));
            if kind == TableKind::Regions {
                if draft.template.per_capita {
                    plans.push(plain(words, texts::RATE, ColumnRole::Rate, Fill::Rate(places(figured))));
                }
                plans.push(plain(words, texts::RANK, ColumnRole::Rank, Fill::Rank));
            }
        }
        TableKind::Map => {
            plans.push(plain(words, texts::MAP_NUMBER, ColumnRole::Text, Fill::Number));
            plans.push(value(words, now, 0, span_short));
            if by_level(figured, draft.template.per_capita) {
                plans.push(plain(words, texts::RATE, ColumnRole::Rate, Fill::Rate(places(figured))));
            }
            if is_classed {
                plans.push(plain(words, texts::MAP_CLASS, ColumnRole::Class, Fill::Class));
            }
        }
        TableKind::Structure => {
            plans.push(value(words, now, 0, span_short));
            plans.push(share_of(words, now, 0));
            plans.push(value(words, ago, 1, span_short));
            plans.push(share_of(words, ago, 1));
            plans.push(plain(words, texts::POINTS, ColumnRole::Points, Fill::Points));
        }
        TableKind::Series => {
            for years in (0..5).rev() {
                plans.push(value(words, now.years_before(years as i32), years, span_short));
            }
            plans.push(growth(words));
        }
        TableKind::Section | TableKind::RegionsAcross | TableKind::AgenciesAcross => {
            let mixed = draft.mixes_measures();
            let code = if draft.of_columns {
                plain(words, texts::COLUMN, ColumnRole::Text, Fill::ColumnCode)
            } else {
                plain(words, texts::LINE, ColumnRole::Text, Fill::RowCode)
            };
            plans.push(code);
            let strands = draft.strands.iter().enumerate();
            plans.extend(strands.map(|(place, strand)| strand_of(words, strand, (now, mixed), place)));
        }
    }
    if draft.shown.provisional || draft.lines.iter().any(|l| l.revised || l.broken.is_some()) {
        plans.push(plain(words, texts::MARKS, ColumnRole::Marks, Fill::Marks));
    }
    plans
}

fn stub(draft: &DraftTable<'_>) -> Vec<Plan> {
    let words = draft.words;
    let first = match draft.template.kind {
        TableKind::Regions | TableKind::Map => texts::REGION,
        TableKind::Agencies => texts::AGENCY,
        _ => texts::INDICATOR,
    };
    let mut plans = vec![plain(words, first, ColumnRole::Label, Fill::Label(0))];
    if draft.lines.iter().any(|l| l.labels.len() > 1) {
        plans.push(plain(words, texts::OF_WHAT, ColumnRole::Label, Fill::Label(1)));
    }
    let first_measure = draft.lines.first().map(|l| l.measure);
    if draft.lines.iter().any(|l| Some(l.measure) != first_measure) {
        plans.push(plain(words, texts::MEASURE, ColumnRole::Text, Fill::Measure));
    }
    plans
}

fn plain(words: &Dictionary, head: FixedText, role: ColumnRole, fill: Fill) -> Plan {
    Plan { column: TableColumn::of_line(head.titles(words), role), fill }
}

fn growth(words: &Dictionary) -> Plan {
    plain(words, texts::GROWTH, ColumnRole::Growth, Fill::Growth)
}

fn value(words: &Dictionary, period: Period, years: usize, head: fn(Period, &Lexicon) -> String) -> Plan {
    let header = words.each(|l| head(period, l));
    Plan { column: TableColumn::of_line(header, ColumnRole::Value(period)), fill: Fill::Value(years) }
}

fn strand_of(words: &Dictionary, strand: &Strand, (period, mixed): (Period, bool), place: usize) -> Plan {
    // A form's columns are cited by number.
    let header = strand.number.as_ref().map_or_else(|| strand.header.clone(), |n| numbered(n, &strand.header));
    let header = match strand.across {
        Some(Across::Column(_, measure)) if mixed => {
            words.each(|l| format!("{}, {}", labels::in_language(&header, l.language()), texts::measure(measure).of(l)))
        }
        _ => header,
    };
    let across = strand.across.clone();
    Plan { column: TableColumn { header, role: ColumnRole::Value(period), across }, fill: Fill::Strand(place) }
}

fn numbered(code: &ColumnCode, label: &Titles) -> Titles {
    label.map(|text| format!("{code}. {text}"))
}

fn share_of(words: &Dictionary, period: Period, years: usize) -> Plan {
    let header = words.each(|l| format!("{} ({})", texts::SHARE.of(l), period.year()));
    Plan { column: TableColumn::of_line(header, ColumnRole::Share), fill: Fill::Share(years) }
}

/// The cell of a line in a column. `order`: the rank of the line, or its class.
#[must_use]
pub fn cell(words: &Dictionary, figured: &Figured<'_>, fill: Fill, order: Option<u32>, provisional: bool) -> Cell {
    let line = figured.line;
    match fill {
        Fill::Label(place) => Cell::Text(line.labels.get(place).cloned().unwrap_or_default()),
        Fill::Measure => Cell::Text(texts::measure(line.measure).titles(words)),
        Fill::Value(years) => figured.value(years),
        Fill::Change => figured.change(),
        Fill::Growth => figured.growth(),
        Fill::Share(years) => figured.share(years),
        Fill::Points => figured.points(),
        Fill::Rate(places) => figured.of_year(0, figured.level(places).map(Cell::Level)),
        Fill::Rank | Fill::Class => match (line.weight, figured.value(0)) {
            (Weight::Plain, absent @ Cell::Absent(_)) => absent,
            (Weight::Plain, _) => order.map_or(Cell::Absent(Mark::Z), Cell::Rank),
            _ => Cell::Absent(Mark::Z),
        },
        Fill::Number => match (line.weight, line.key.units[0].as_slice()) {
            (Weight::Plain, [unit]) => Cell::Code(unit.number().to_owned()),
            _ => Cell::Code(String::new()),
        },
        Fill::Marks => {
            let marks = [(provisional, Mark::P), (line.revised, Mark::R), (line.broken.is_some(), Mark::B)];
            let texts: Vec<&str> = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| mark.text()).collect();
            Cell::Code(texts.join(" "))
        }
        Fill::RowCode => printed(line.row_code.as_str()),
        Fill::ColumnCode => printed(line.column_code.as_str()),
        Fill::Strand(place) => figured.across.get(place).cloned().unwrap_or(Cell::Absent(Mark::X)),
    }
}

/// A code as the document prints it; empty where it prints none.
fn printed(code: &str) -> Cell {
    Cell::Code(if labels::is_printed(code) { code.to_owned() } else { String::new() })
}

/// Whether a line takes part in the ranking.
fn is_ranked(f: &Figured<'_>) -> bool {
    f.line.weight == Weight::Plain && !f.hidden_now && f.derived.now().is_some()
}

/// Whether regions are compared by level: the inhabitants of all that are compared are known.
#[must_use]
pub fn by_level(figured: &[Figured<'_>], per_capita: bool) -> bool {
    per_capita && figured.iter().filter(|f| is_ranked(f)).all(|f| f.line.persons.is_some_and(|p| p > 0))
}

/// How many places the levels of a table have: one number for the whole column.
#[must_use]
pub fn places(figured: &[Figured<'_>]) -> u8 {
    let levels = figured.iter().filter(|f| !f.hidden_now).filter_map(|f| f.level(3));
    levels.max_by_key(|level| level.digits).map_or(1, percentages::places)
}

/// Ranks of regions as they are printed: none where too few regions have a count that is large enough.
#[must_use]
pub fn ranks(figured: &[Figured<'_>], per_capita: bool) -> Vec<Option<u32>> {
    let order = order(figured, per_capita);
    let ranked: Vec<i64> = figured.iter().filter(|f| is_ranked(f)).filter_map(|f| f.derived.now()).collect();
    let large = figured.first().map_or(0, |f| ranked.iter().filter(|figure| f.is_base(**figure)).count());
    if large < ranked.len().min(FEWEST_RANKED) { vec![None; order.len()] } else { order }
}

/// The order of regions, the highest first and equals alike: by level where the inhabitants of all are known, else by
/// figure.
#[must_use]
pub fn order(figured: &[Figured<'_>], per_capita: bool) -> Vec<Option<u32>> {
    let ranked = |f: &&Figured<'_>| is_ranked(f);
    let by_level = by_level(figured, per_capita);
    let rate = |f: &Figured<'_>| {
        let persons = if by_level { f.line.persons.unwrap_or(1) } else { 1 };
        (f.derived.now().unwrap_or_default(), persons)
    };
    let above = |f: &Figured<'_>| {
        figured.iter().filter(ranked).filter(|other| percentages::cmp_rates(rate(other), rate(f)).is_gt()).count()
    };
    figured.iter().map(|f| ranked(&f).then(|| above(f) as u32 + 1)).collect()
}
