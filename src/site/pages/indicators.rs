//! The list of indicators, and the page of one: a chart of the republic, its breaks, a table of all periods and units.

use domain::Unit;

use super::{period, plain, table};
use crate::{
    address, chart,
    input::{IndicatorSeries, PlacedFigure, SeriesPoint},
    map,
    markup::{Block, TableMarkup, escaped},
    page::Page,
    site::{At, by_time},
};

pub fn index(at: &At<'_>) -> Page {
    let items: Vec<String> = at
        .site
        .input
        .indicators
        .iter()
        .map(|series| at.titled(&format!("indicators/{}/", series.id), &series.titles))
        .collect();
    let list = if items.is_empty() { Block::text(&at.text("none_yet")) } else { Block::List { items } };
    Page::new(at, at.text("indicators"), vec![list])
}

/// The points of a unit, the oldest first.
pub fn points<'a>(series: &'a IndicatorSeries, unit: &Unit) -> Vec<&'a SeriesPoint> {
    let mut points: Vec<_> = series.units.get(unit).into_iter().flatten().collect();
    points.sort_by_key(|point| by_time(point.period));
    points
}

pub fn indicator(at: &At<'_>, series: &IndicatorSeries) -> Page {
    let title = plain(at, &series.titles);
    let place = [
        ("form", at.site.form(&series.form).map_or(series.form.as_str(), |form| form.designation.of(at.language))),
        ("section", series.section.as_str()),
        ("row", series.row.as_str()),
        ("column", series.column.as_str()),
    ];
    let measure = format!("{}: {}", at.text("measure"), table::measure(at, series.measure));
    let mut blocks = vec![
        Block::Text { class: "lead", html: at.said(&series.note) },
        Block::Text {
            class: "note",
            html: at.link(&format!("forms/{}/", series.form), &at.filled("source_place", &place)),
        },
        Block::note(&measure),
    ];
    let republic = points(series, &Unit::republic());
    blocks.extend(chart::block(at, &title, &republic));
    blocks.extend(breaks(at, series));
    let newest = series.units.values().flatten().max_by_key(|point| by_time(point.period)).map(|point| point.period);
    if let Some(newest) = newest {
        let of = |unit: &Unit| {
            points(series, unit).into_iter().find(|point| point.period == newest).map(|point| point.figure)
        };
        blocks.extend(map::block(at, &format!("{title}, {}", period(at, newest)), of));
    }
    blocks.push(whole(at, series, &title));
    blocks.push(Block::note(&at.text("legend")));
    let mut page = Page::new(at, title, blocks).below(vec![(at.text("indicators"), "indicators/".to_owned())]);
    page.title_language = crate::markup::borrowed(&series.titles, at.language);
    page.description = plain(at, &series.note);
    page
}

/// The breaks of a series, each once, with its reason and its units.
fn breaks(at: &At<'_>, series: &IndicatorSeries) -> Vec<Block> {
    /// The place of a period in time, the text of a line, and the units that it concerns.
    type Line = ((i32, u32, u32), String, Vec<String>);
    let mut lines: Vec<Line> = Vec::new();
    for unit in at.site.input.regions.iter().map(|region| &region.unit) {
        for point in points(series, unit) {
            let Some(why) = &point.break_before else { continue };
            let line = format!("{}: {}", point.period, at.said(why));
            let name = escaped(&plain(at, &at.site.unit(unit)));
            match lines.iter_mut().find(|(_, other, _)| *other == line) {
                Some((.., units)) => units.push(name),
                None => lines.push((by_time(point.period), line, vec![name])),
            }
        }
    }
    if lines.is_empty() {
        return Vec::new();
    }
    lines.sort();
    let items = lines.into_iter().map(|(_, line, units)| format!("{line} ({})", units.join(", "))).collect();
    vec![Block::heading("breaks", at.text("breaks")), Block::note(&at.text("breaks_note")), Block::List { items }]
}

/// Every period with every unit. A figure after a break is marked `[b]`.
fn whole(at: &At<'_>, series: &IndicatorSeries, title: &str) -> Block {
    let units: Vec<_> = at.site.input.regions.iter().filter(|region| series.units.contains_key(&region.unit)).collect();
    let mut head = vec![(escaped(&at.text("period")), false)];
    head.extend(units.iter().map(|region| (at.titled(&address::region(&region.unit), &region.titles), true)));
    let mut table = TableMarkup::new(head.iter().map(|(head, is_number)| (head.as_str(), *is_number)));
    let columns: Vec<_> = units.iter().map(|region| points(series, &region.unit)).collect();
    let mut periods: Vec<_> = columns.iter().flatten().map(|point| point.period).collect();
    periods.sort_by_key(|period| by_time(*period));
    periods.dedup();
    for one in periods {
        let found: Vec<_> = columns.iter().map(|points| points.iter().find(|point| point.period == one)).collect();
        let broken = found.iter().flatten().any(|point| point.break_before.is_some());
        table.row(0, broken, &escaped(&period(at, one)));
        for (region, point) in units.iter().zip(found) {
            // A region that came later has no figure of that time, and none is missing.
            let is_later = !region.exists(one.last_day());
            let absent = if is_later { PlacedFigure::NotApplicable } else { PlacedFigure::NotAvailable };
            let figure = point.map_or(absent, |point| point.figure);
            let mark = if point.is_some_and(|point| point.break_before.is_some()) { " [b]" } else { "" };
            table.cell("n", &format!("{}{mark}", at.figure(figure)));
        }
        table.end_row();
    }
    table.block(title)
}
