//! A line chart of a series as SVG. In: points, the oldest first. Out: a picture with an alternative text.
//!
//! Points are where their periods end in time. Figures are cumulative from 1 January, so the line joins points of one
//! year, or points that end in the same month of different years. It is interrupted before a break and where a number is
//! absent.

use std::fmt::Write as _;

use domain::Period;

use crate::{
    input::{PlacedFigure, SeriesPoint},
    markup::{Block, escaped},
    site::At,
};

const WIDE: f64 = 900.0;
const HIGH: f64 = 320.0;
/// The room left of the line for numbers, and below it for periods.
const LEFT: f64 = 90.0;
const BELOW: f64 = 40.0;
const TOP: f64 = 20.0;
const INK: &str = "#1a2530";
const LINE: &str = "#0b4575";
const BREAK: &str = "#7a1212";

/// The chart, if at least two points have numbers. `what`: the title, plain.
pub fn block(at: &At<'_>, what: &str, points: &[&SeriesPoint]) -> Option<Block> {
    let value = |point: &SeriesPoint| match point.figure {
        PlacedFigure::Number(number) => Some(number),
        _ => None,
    };
    let numbers: Vec<_> = points.iter().filter_map(|point| value(point)).collect();
    let most = numbers.iter().copied().max_by(|a, b| a.as_f64().total_cmp(&b.as_f64()))?;
    let least = numbers.iter().map(|number| number.as_f64()).fold(0.0, f64::min);
    if numbers.len() < 2 {
        return None;
    }
    let room = (most.as_f64() - least).max(1.0);
    let month = |period: Period| f64::from(period.year() * 12 + period.last_month() as i32);
    let (from, to) = (month(points.first()?.period), month(points.last()?.period));
    let x = |point: &SeriesPoint| LEFT + (WIDE - LEFT - 20.0) * (month(point.period) - from) / (to - from).max(1.0);
    let y = |number: f64| TOP + (HIGH - TOP - BELOW) * (1.0 - (number - least) / room);
    let (first, last) = (points.first()?.period.to_string(), points.last()?.period.to_string());
    let alt = escaped(&at.filled("chart_alt", &[("what", what), ("from", &first), ("to", &last)]));
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"{alt}\" viewBox=\"0 0 {WIDE} {HIGH}\" width=\"{WIDE}\" height=\"{HIGH}\" \
         font-family=\"Arial, sans-serif\" font-size=\"13\" fill=\"{INK}\">"
    );
    let (base, right) = (y(0.0), WIDE - 20.0);
    let _ = write!(svg, "<path d=\"M{LEFT} {base:.1}H{right}\" stroke=\"{INK}\" fill=\"none\"/>");
    for (text, height) in [(at.words.number(most), y(most.as_f64())), ("0".to_owned(), base)] {
        let (x, height, text) = (LEFT - 8.0, height + 4.0, escaped(&text));
        let _ = write!(svg, "<text x=\"{x}\" y=\"{height:.1}\" text-anchor=\"end\">{text}</text>");
    }
    let foot = HIGH - 12.0;
    let _ = write!(svg, "<text x=\"{LEFT}\" y=\"{foot}\">{first}</text>");
    let _ = write!(svg, "<text x=\"{right}\" y=\"{foot}\" text-anchor=\"end\">{last}</text>");
    let (mut line, mut before) = (String::new(), None::<Period>);
    for point in points {
        if point.break_before.is_some() {
            let (x, to) = (x(point) - 4.0, HIGH - BELOW);
            let _ = write!(
                svg,
                "<path d=\"M{x:.1} {TOP}V{to}\" stroke=\"{BREAK}\" stroke-dasharray=\"5 4\" fill=\"none\"/>\
                 <text x=\"{x:.1}\" y=\"14\" text-anchor=\"middle\" fill=\"{BREAK}\">[b]</text>"
            );
            before = None;
        }
        match value(point) {
            Some(number) => {
                let (x, y) = (x(point), y(number.as_f64()));
                let goes_on = before.is_some_and(|before| joins(before, point.period));
                let _ = write!(line, "{}{x:.1} {y:.1}", if goes_on { 'L' } else { 'M' });
                let _ = write!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{LINE}\"/>");
                before = Some(point.period);
            }
            None => before = None,
        }
    }
    let _ = write!(svg, "<path d=\"{line}\" stroke=\"{LINE}\" stroke-width=\"2\" fill=\"none\"/></svg>");
    let republic = at.site.unit(&domain::Unit::republic());
    Some(Block::Picture { caption: format!("{what}. {}", super::pages::plain(at, &republic)), html: svg })
}

/// Whether a line may join the figures of two periods.
fn joins(one: Period, other: Period) -> bool {
    one.year() == other.year() || one.last_month() == other.last_month()
}
