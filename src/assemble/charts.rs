//! Which tables get a chart, and of which lines: dynamics, structure, sorted regions, years.
//!
//! A chart shows the largest first. Where it shows some of many, its title says so; what it leaves out for another
//! reason is said beside it. Counts that are too small to compare get no chart.

use super::{
    book::{Cell, ColumnRole},
    cells::{Figured, by_level, order, places},
    chart::{Chart, ChartKind, ChartSeries},
    draft::{DraftLine, DraftTable},
    drawn::Drawn,
    labels,
    mark::Mark,
    material::Material,
    percentages,
    prose::{self, quarter_alone, span_short},
};
use domain::{FormTemplate, Period, TableKind, Titles};
use words::{Dictionary, FixedText, Lexicon, texts};

/// The most bars and curves of a chart; a table shows more of them better.
const MOST_PAIRS: usize = 10;
const MOST_PARTS: usize = 12;
const MOST_CURVES: usize = 5;
/// The fewest regions that can be compared.
pub const FEWEST_REGIONS: usize = 5;
/// How many counts have to be large enough: one alone is compared with nothing.
const FEWEST_COUNTS: usize = 2;

/// The chart of a table; `None` with fewer than two categories, and where counts are too small to compare.
#[must_use]
pub fn of(material: &Material<'_>, draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Option<Chart> {
    let form = material.form_templates.get(&draft.form);
    let least = material.template.chart_from;
    let drawing = Drawing { draft, figured, title, form, least };
    let chart = match draft.template.kind {
        TableKind::Dynamics | TableKind::Quarter | TableKind::Agencies => drawing.pairs(),
        TableKind::Regions => drawing.regions(),
        TableKind::Structure => drawing.parts(),
        TableKind::Series => drawing.curves(),
        // These have more figures than a chart can show.
        TableKind::Section | TableKind::RegionsAcross | TableKind::AgenciesAcross => None,
        // A map is drawn in place of a chart.
        TableKind::Map => None,
    };
    let mut chart = chart.filter(|c| c.categories.len() > 1)?;
    // Until here a point has its line's place in the frame of facts, not in the table.
    for (line, _) in chart.series.iter_mut().flat_map(|s| &mut s.of) {
        *line = figured.iter().position(|f| f.line.fact == *line)?;
    }
    Some(chart)
}

/// The chart of one table.
struct Drawing<'d> {
    draft: &'d DraftTable<'d>,
    figured: &'d [Figured<'d>],
    title: &'d Titles,
    form: Option<&'d FormTemplate>,
    /// Counts below this are too small to compare.
    least: u32,
}

/// Whether as many figures as asked, given in thousandths, are at least so large. Sums of money and days are not counts
/// of cases.
pub fn enough<'f>(least: u32, figures: impl Iterator<Item = (&'f DraftLine, Option<i64>)>, asked: usize) -> bool {
    let least = i64::from(least) * 1_000;
    let large = |(line, figure): &(&DraftLine, Option<i64>)| {
        !line.measure.is_counted() || figure.is_some_and(|figure| figure >= least)
    };
    figures.filter(large).take(asked).count() == asked
}

impl Drawing<'_> {
    fn enough<'f>(&self, figures: impl Iterator<Item = (&'f DraftLine, Option<i64>)>, asked: usize) -> bool {
        enough(self.least, figures, asked)
    }

    /// Now and a year ago, side by side.
    fn pairs(&self) -> Option<Chart> {
        let (draft, figured) = (self.draft, self.figured);
        let drawn = Drawn::of(figured).of_one_measure().with_figures();
        // Corrections can make a quarter negative: bars from zero would hide it.
        let negative = |figure: Option<i64>| figure.is_some_and(|figure| figure < 0);
        let drawn = drawn
            .only(texts::LEFT_OUT_NEGATIVE, |f| !negative(f.derived.now()) && !negative(f.derived.ago()))
            .apart(self.form);
        let drawn = drawn.largest(MOST_PAIRS, |f| f.derived.now().unwrap_or_default());
        let largest = drawn.lines.iter().map(|f| (f.line, f.derived.now().max(f.derived.ago())));
        if !self.enough(largest, FEWEST_COUNTS) {
            return None;
        }
        let shown = &drawn.lines;
        let with_ago = shown.iter().any(|f| is_number(&f.value(1)));
        let (now, quarter) = (draft.shown.period, draft.template.kind == TableKind::Quarter);
        let of_year = |years: usize| {
            let period = now.years_before(years as i32);
            ChartSeries {
                title: draft.words.each(|l| if quarter { quarter_alone(period, l) } else { span_short(period, l) }),
                points: shown.iter().map(|f| f.value(years)).collect(),
                of: shown.iter().map(|f| (f.line.fact, ColumnRole::Value(period))).collect(),
            }
        };
        let mut series = vec![of_year(0)];
        if with_ago {
            series.push(of_year(1));
        }
        let axis = texts::measure(shown.first()?.line.measure);
        let time: Option<(Period, Said)> = match (with_ago, quarter) {
            (true, _) => None,
            (false, false) => Some((now, prose::span_in_line)),
            (false, true) => Some((now, quarter_alone)),
        };
        let kind = if with_ago { ChartKind::PairedBars } else { ChartKind::Bars };
        Some(self.bars(kind, (axis, time), &drawn, series))
    }

    /// Regions from the highest level to the lowest.
    fn regions(&self) -> Option<Chart> {
        let (draft, figured) = (self.draft, self.figured);
        // A region without a case has no bar; with hardly any bars there is no chart.
        let drawn = Drawn::of(figured).with_figures();
        let mut drawn = drawn.only(texts::LEFT_OUT_ZERO, |f| f.derived.now() > Some(0));
        let now = drawn.lines.iter().map(|f| (f.line, f.derived.now()));
        if !self.enough(now, FEWEST_REGIONS) {
            return None;
        }
        let ranks = order(figured, draft.template.per_capita);
        let rank = |f: &Figured<'_>| figured.iter().zip(&ranks).find(|(g, _)| g.line.fact == f.line.fact)?.1.as_ref();
        drawn.lines.sort_by_key(|f| rank(f).copied().unwrap_or(u32::MAX));
        let by_level = by_level(figured, draft.template.per_capita);
        let places = places(figured);
        let point = |f: &&Figured<'_>| match f.level(places).filter(|_| by_level) {
            Some(level) => Cell::Level(level),
            None => f.value(0),
        };
        let axis = if by_level { texts::RATE } else { texts::measure(drawn.lines.first()?.line.measure) };
        let role = if by_level { ColumnRole::Rate } else { ColumnRole::Value(draft.shown.period) };
        let series = ChartSeries {
            title: axis.titles(draft.words),
            points: drawn.lines.iter().map(point).collect(),
            of: drawn.lines.iter().map(|f| (f.line.fact, role)).collect(),
        };
        Some(self.bars(ChartKind::Bars, (axis, Some(self.this_period())), &drawn, vec![series]))
    }

    /// Parts of a whole, the largest first.
    fn parts(&self) -> Option<Chart> {
        let share = |f: &Figured<'_>| f.derived.now().zip(f.derived.whole).and_then(|(p, w)| percentages::share(p, w));
        let drawn = Drawn::of(self.figured).with_figures().apart(self.form);
        let drawn = drawn.only(texts::LEFT_OUT_ZERO, |f| share(f) > Some(0));
        let drawn = drawn.largest(MOST_PARTS, |f| share(f).unwrap_or_default());
        if !self.enough(drawn.lines.iter().map(|f| (f.line, f.derived.now())), FEWEST_COUNTS) {
            return None;
        }
        let series = ChartSeries {
            title: self.draft.words.each(|l| span_short(self.draft.shown.period, l)),
            points: drawn.lines.iter().filter_map(|f| share(f)).map(Cell::Tenths).collect(),
            of: drawn.lines.iter().map(|f| (f.line.fact, ColumnRole::Share)).collect(),
        };
        Some(self.bars(ChartKind::Bars, (texts::SHARE, Some(self.this_period())), &drawn, vec![series]))
    }

    /// Years from left to right, a curve for each of the largest places. A year that cannot be compared with the
    /// period shown is a gap: the definition was another one, or the republic came about in another way.
    fn curves(&self) -> Option<Chart> {
        let (draft, figured) = (self.draft, self.figured);
        let drawn = Drawn::of(figured).of_one_measure().with_figures().apart(self.form);
        let mut drawn = drawn.largest(MOST_CURVES, |f| f.derived.now().unwrap_or_default());
        let now = draft.shown.period;
        let point = |f: &Figured<'_>, years: usize| match self.gap(f.line, years) {
            Some(mark) if f.derived.by_year[years].is_some() => Cell::Absent(mark),
            _ => f.value(years),
        };
        let gaps = |f: &&Figured<'_>| (0..5).filter(|y| is_number(&f.value(*y)) && !is_number(&point(f, *y))).count();
        let gaps = drawn.lines.iter().map(gaps).sum();
        drawn.note(texts::LEFT_OUT_BROKEN, gaps);
        let shown = &drawn.lines;
        let drawn_figures = shown.iter().flat_map(|f| {
            let years = (0..5).filter(|y| is_number(&point(f, *y)));
            years.map(|y| (f.line, f.derived.by_year[y]))
        });
        if !self.enough(drawn_figures, FEWEST_COUNTS) {
            return None;
        }
        let years: Vec<usize> = (0..5).rev().filter(|y| shown.iter().any(|f| is_number(&point(f, *y)))).collect();
        let role = |years: usize| ColumnRole::Value(now.years_before(years as i32));
        let series: Vec<ChartSeries> = shown
            .iter()
            .map(|f| ChartSeries {
                title: self.label(f, &drawn),
                points: years.iter().map(|y| point(f, *y)).collect(),
                of: years.iter().map(|y| (f.line.fact, role(*y))).collect(),
            })
            .collect();
        let year = |years: &usize| now.years_before(*years as i32).year().to_string();
        let axis = texts::measure(shown.first()?.line.measure);
        Some(Chart {
            kind: ChartKind::Lines,
            title: self.titled(axis, None, &drawn),
            alt: draft.words.each(|l| {
                let language = l.language();
                let names: Vec<String> = shown.iter().map(|f| self.label(f, &drawn).of(language).to_owned()).collect();
                self.in_words(&drawn, l, texts::CURVES, &format!(": {}", names.join("; ")))
            }),
            categories: years.iter().map(|y| draft.words.each(|_| year(y))).collect(),
            series,
            axis: axis.titles(draft.words),
            left_out: drawn.left_out(draft.words),
        })
    }

    /// Why a year of a curve cannot be compared with the period shown.
    fn gap(&self, line: &DraftLine, years: usize) -> Option<Mark> {
        let now = self.draft.shown.period;
        let redefined = line.broken.as_ref().is_some_and(|broken| now.years_before(years as i32) <= broken.then);
        let summed = |years: usize| self.draft.basis.summed(5).any(|year| year == years);
        let of_republic = line.key.agency.is_all();
        match (redefined, of_republic && summed(years) != summed(0)) {
            (true, _) => Some(Mark::B),
            (false, true) => Some(Mark::Z),
            (false, false) => None,
        }
    }

    fn bars(
        &self,
        kind: ChartKind,
        (axis, time): (FixedText, Option<(Period, Said)>),
        drawn: &Drawn<'_>,
        series: Vec<ChartSeries>,
    ) -> Chart {
        let words = self.draft.words;
        Chart {
            kind,
            title: self.titled(axis, time, drawn),
            alt: self.ends_in_words(drawn, &series),
            categories: drawn.lines.iter().map(|f| self.label(f, drawn)).collect(),
            series,
            axis: axis.titles(words),
            left_out: drawn.left_out(words),
        }
    }

    fn this_period(&self) -> (Period, Said) {
        (self.draft.shown.period, prose::span_in_line)
    }

    /// The title of a chart has the subject, the unit of measure, the time, and how many of how many are shown, because
    /// charts are copied out of their books.
    fn titled(&self, axis: FixedText, time: Option<(Period, Said)>, drawn: &Drawn<'_>) -> Titles {
        self.draft.words.each(|l| {
            let title = labels::in_language(self.title, l.language());
            let axis = prose::small(axis.of(l));
            let time = time.map(|(period, said)| format!(", {}", said(period, l))).unwrap_or_default();
            let some = drawn.of_how_many(l).map(|some| format!("; {some}")).unwrap_or_default();
            format!("{title}: {axis}{time}{some}")
        })
    }

    /// The label of a line in a chart: behind that of the line that it is printed under, unless all lines drawn are
    /// printed under that one.
    fn label(&self, of: &Figured<'_>, drawn: &Drawn<'_>) -> Titles {
        let words = self.draft.words;
        let own = label(words, of.line);
        let parent = drawn.above(of).first().copied();
        let parent = parent.filter(|parent| !drawn.lines.iter().all(|line| drawn.above(line).contains(parent)));
        let Some(parent) = parent.and_then(|fact| self.figured.iter().find(|f| f.line.fact == fact)) else {
            return own;
        };
        let parent = label(words, parent.line);
        words.each(|l| format!("{}: {}", parent.of(l.language()), own.of(l.language())))
    }

    /// A chart in words: its subject, its kind, how many of how many it shows, what it shows, what it leaves out.
    fn in_words(&self, drawn: &Drawn<'_>, lexicon: &Lexicon, kind: FixedText, shown: &str) -> String {
        let title = self.title.of(lexicon.language());
        let some = drawn.of_how_many(lexicon).map(|some| format!(", {some}")).unwrap_or_default();
        let left_out = drawn.left_out(self.draft.words).map(|l| format!(". {}", l.of(lexicon.language())));
        format!("{title}. {}{some}{shown}{}", kind.of(lexicon), left_out.unwrap_or_default())
    }

    /// Bars in words: the first and the last of them.
    fn ends_in_words(&self, drawn: &Drawn<'_>, series: &[ChartSeries]) -> Titles {
        let words = self.draft.words;
        words.each(|l| {
            let language = l.language();
            let said = |place: usize| {
                let line = drawn.lines.get(place)?;
                let points: Vec<String> = series.iter().filter_map(|s| s.points.get(place)?.said(l)).collect();
                Some(format!("{}: {}", self.label(line, drawn).of(language), points.join(" / ")))
            };
            let last = drawn.lines.len().checked_sub(1).filter(|last| *last > 0);
            let ends: Vec<String> = [said(0), last.and_then(said)].into_iter().flatten().collect();
            self.in_words(drawn, l, texts::BARS, &format!("; {}", ends.join(" … ")))
        })
    }
}

/// How a period is written.
type Said = fn(Period, &Lexicon) -> String;

fn label(words: &Dictionary, line: &DraftLine) -> Titles {
    match line.labels.as_slice() {
        [first, second, ..] => words.each(|l| format!("{}: {}", first.of(l.language()), second.of(l.language()))),
        [first] => first.clone(),
        [] => Titles::default(),
    }
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(_))
}
