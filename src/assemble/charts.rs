//! Which tables get a chart, and of which lines: dynamics, structure, sorted regions, years.

use super::{
    book::{Cell, ColumnRole, Weight},
    cells::{Figured, by_level, places, ranks},
    chart::{Chart, ChartKind, ChartSeries},
    draft::{DraftLine, DraftTable},
    labels, percentages,
    prose::{self, quarter_alone, span_short},
};
use domain::{Period, TableKind, Titles};
use words::{Dictionary, FixedText, Lexicon, texts};

/// The most bars and curves of a chart; a table shows more of them better.
const MOST_PAIRS: usize = 10;
const MOST_PARTS: usize = 12;
const MOST_CURVES: usize = 5;
const FEWEST_REGIONS: usize = 5;

/// The chart of a table; `None` with fewer than two categories.
#[must_use]
pub fn of(draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Option<Chart> {
    let chart = match draft.template.kind {
        TableKind::Dynamics | TableKind::Quarter => pairs(draft, figured, title),
        TableKind::Agencies => {
            let parts: Vec<Figured<'_>> = figured.iter().filter(|f| f.line.weight == Weight::Plain).copied().collect();
            pairs(draft, &parts, title)
        }
        TableKind::Regions => regions(draft, figured, title),
        TableKind::Structure => Some(parts(draft, figured, title)),
        TableKind::Series => curves(draft, figured, title),
        // These have more figures than a chart can show.
        TableKind::Section | TableKind::RegionsAcross | TableKind::AgenciesAcross => None,
    };
    let mut chart = chart.filter(|c| c.categories.len() > 1)?;
    // Until here a point has its line's place in the frame of facts, not in the table.
    for (line, _) in chart.series.iter_mut().flat_map(|s| &mut s.of) {
        *line = figured.iter().position(|f| f.line.fact == *line)?;
    }
    Some(chart)
}

/// Now and a year ago, side by side.
fn pairs(draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Option<Chart> {
    // One axis has one unit of measure.
    let measure = figured.first()?.line.measure;
    let shown = figured.iter().filter(|f| f.line.measure == measure && is_number(&f.value(0)));
    let shown: Vec<&Figured<'_>> = shown.take(MOST_PAIRS).collect();
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
    Some(Chart {
        kind: if with_ago { ChartKind::PairedBars } else { ChartKind::Bars },
        title: match (with_ago, quarter) {
            (true, _) => told(draft.words, title, texts::measure(measure), None),
            (false, false) => told(draft.words, title, texts::measure(measure), Some((now, prose::span_in_line))),
            (false, true) => told(draft.words, title, texts::measure(measure), Some((now, quarter_alone))),
        },
        alt: alt(draft.words, title, &shown.iter().map(|f| f.line).collect::<Vec<_>>(), &series),
        categories: shown.iter().map(|f| label(draft.words, f.line)).collect(),
        series,
        axis: texts::measure(measure).titles(draft.words),
    })
}

/// Regions from the highest level to the lowest.
fn regions(draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Option<Chart> {
    let ranks = ranks(figured, draft.template.per_capita);
    let mut sorted: Vec<(u32, usize)> =
        ranks.iter().enumerate().filter_map(|(place, rank)| rank.map(|r| (r, place))).collect();
    sorted.sort_unstable();
    // A region without a case has no bar; with hardly any bars there is no chart.
    let shown = sorted.iter().map(|(_, place)| &figured[*place]).filter(|f| f.derived.now() > Some(0));
    let shown: Vec<&Figured<'_>> = shown.collect();
    if shown.len() < FEWEST_REGIONS {
        return None;
    }
    let by_level = by_level(figured, draft.template.per_capita);
    let places = places(figured);
    let point = |f: &&Figured<'_>| match f.level(places).filter(|_| by_level) {
        Some(level) => Cell::Level(level),
        None => f.value(0),
    };
    let axis = if by_level { texts::RATE } else { texts::measure(shown.first()?.line.measure) };
    let points = shown.iter().map(point).collect();
    let role = if by_level { ColumnRole::Rate } else { ColumnRole::Value(draft.shown.period) };
    let of = shown.iter().map(|f| (f.line.fact, role)).collect();
    let series = vec![ChartSeries { title: axis.titles(draft.words), points, of }];
    Some(Chart {
        kind: ChartKind::Bars,
        title: told(draft.words, title, axis, Some((draft.shown.period, prose::span_in_line))),
        alt: alt(draft.words, title, &shown.iter().map(|f| f.line).collect::<Vec<_>>(), &series),
        categories: shown.iter().map(|f| label(draft.words, f.line)).collect(),
        series,
        axis: axis.titles(draft.words),
    })
}

/// Parts of a whole, the largest first.
fn parts(draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Chart {
    let share = |f: &Figured<'_>| f.derived.now().zip(f.derived.whole).and_then(|(p, w)| percentages::share(p, w));
    let mut shown: Vec<(i64, &Figured<'_>)> = figured
        .iter()
        .filter(|f| f.line.weight == Weight::Plain)
        .filter_map(|f| share(f).filter(|s| *s > 0).map(|s| (s, f)))
        .collect();
    shown.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    shown.truncate(MOST_PARTS);
    let points = shown.iter().map(|(share, _)| Cell::Tenths(*share)).collect();
    let of = shown.iter().map(|(_, f)| (f.line.fact, ColumnRole::Share)).collect();
    let series = vec![ChartSeries { title: draft.words.each(|l| span_short(draft.shown.period, l)), points, of }];
    Chart {
        kind: ChartKind::Bars,
        title: told(draft.words, title, texts::SHARE, Some((draft.shown.period, prose::span_in_line))),
        alt: alt(draft.words, title, &shown.iter().map(|(_, f)| f.line).collect::<Vec<_>>(), &series),
        categories: shown.iter().map(|(_, f)| label(draft.words, f.line)).collect(),
        series,
        axis: texts::SHARE.titles(draft.words),
    }
}

/// Years from left to right, a line for each of the first places.
fn curves(draft: &DraftTable<'_>, figured: &[Figured<'_>], title: &Titles) -> Option<Chart> {
    let measure = figured.first()?.line.measure;
    let shown: Vec<&Figured<'_>> =
        figured.iter().filter(|f| f.line.measure == measure && is_number(&f.value(0))).take(MOST_CURVES).collect();
    let years: Vec<usize> = (0..5).rev().filter(|y| shown.iter().any(|f| f.derived.by_year[*y].is_some())).collect();
    let series: Vec<ChartSeries> = shown
        .iter()
        .map(|f| ChartSeries {
            title: label(draft.words, f.line),
            points: years.iter().map(|y| f.value(*y)).collect(),
            of: years.iter().map(|y| (f.line.fact, year(draft, *y))).collect(),
        })
        .collect();
    let categories: Vec<Titles> = years
        .iter()
        .map(|y| draft.words.each(|_| draft.shown.period.years_before(*y as i32).year().to_string()))
        .collect();
    Some(Chart {
        kind: ChartKind::Lines,
        title: told(draft.words, title, texts::measure(measure), None),
        alt: draft.words.each(|l| {
            let language = l.language();
            let names: Vec<String> = shown.iter().map(|f| label(draft.words, f.line).of(language).to_owned()).collect();
            format!("{}. {}: {}", title.of(language), texts::CURVES.of(l), names.join("; "))
        }),
        categories,
        series,
        axis: texts::measure(measure).titles(draft.words),
    })
}

/// How a period is written.
type Said = fn(Period, &Lexicon) -> String;

/// The title of a chart has the subject, the unit of measure and the time, because charts are copied out of their
/// books.
fn told(words: &Dictionary, title: &Titles, axis: FixedText, time: Option<(Period, Said)>) -> Titles {
    words.each(|l| {
        let title = labels::in_language(title, l.language());
        let axis = prose::small(axis.of(l));
        let time = time.map(|(period, said)| format!(", {}", said(period, l))).unwrap_or_default();
        format!("{title}: {axis}{time}")
    })
}

fn year(draft: &DraftTable<'_>, years: usize) -> ColumnRole {
    ColumnRole::Value(draft.shown.period.years_before(years as i32))
}

fn label(words: &Dictionary, line: &DraftLine) -> Titles {
    match line.labels.as_slice() {
        [first, second, ..] => words.each(|l| format!("{}: {}", first.of(l.language()), second.of(l.language()))),
        [first] => first.clone(),
        [] => Titles::default(),
    }
}

/// The chart in words: its subject, its first and its last bar.
fn alt(words: &Dictionary, title: &Titles, lines: &[&DraftLine], series: &[ChartSeries]) -> Titles {
    words.each(|l| {
        let language = l.language();
        let said = |place: usize| {
            let line = lines.get(place)?;
            let points: Vec<String> = series.iter().filter_map(|s| s.points.get(place)?.said(l)).collect();
            Some(format!("{}: {}", label(words, line).of(language), points.join(" / ")))
        };
        let ends = [said(0), (lines.len() > 1).then(|| said(lines.len() - 1)).flatten()];
        let ends: Vec<String> = ends.into_iter().flatten().collect();
        format!("{}. {}; {}", title.of(language), texts::BARS.of(l), ends.join(" … "))
    })
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(_))
}
