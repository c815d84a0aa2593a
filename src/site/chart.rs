//! A line chart of a series as SVG. In: points, the oldest first. Out: a picture with an alternative text. The line is
//! interrupted before a break and where a number is absent.

use std::fmt::Write as _;

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
    let x = |place: usize| LEFT + (WIDE - LEFT - 20.0) * place as f64 / (points.len() - 1).max(1) as f64;
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
    let (mut line, mut goes_on) = (String::new(), false);
    for (place, point) in points.iter().enumerate() {
        if point.break_before.is_some() {
            let (x, to) = (x(place) - 4.0, HIGH - BELOW);
            let _ = write!(
                svg,
                "<path d=\"M{x:.1} {TOP}V{to}\" stroke=\"{BREAK}\" stroke-dasharray=\"5 4\" fill=\"none\"/>\
                 <text x=\"{x:.1}\" y=\"14\" text-anchor=\"middle\" fill=\"{BREAK}\">[b]</text>"
            );
            goes_on = false;
        }
        match value(point) {
            Some(number) => {
                let (x, y) = (x(place), y(number.as_f64()));
                let _ = write!(line, "{}{x:.1} {y:.1}", if goes_on { 'L' } else { 'M' });
                let _ = write!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{LINE}\"/>");
                goes_on = true;
            }
            None => goes_on = false,
        }
    }
    let _ = write!(svg, "<path d=\"{line}\" stroke=\"{LINE}\" stroke-width=\"2\" fill=\"none\"/></svg>");
    let republic = at.site.unit(&domain::Unit::republic());
    Some(Block::Picture { caption: format!("{what}. {}", super::pages::plain(at, &republic)), html: svg })
}
