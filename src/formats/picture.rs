//! Draws charts as SVG: bars with their values beside them, and curves with markers. Every chart has an alternative
//! text.

use std::fmt::Write as _;

use assemble::{Cell, Chart, ChartKind, Kind, Line, Side, Table, labels};
use domain::Period;
use words::Lexicon;

/// The colours of bars (the period, the year before) and of curves, which also differ in their dashes. They are those
/// of the workbook's theme.
const BARS: [&str; 2] = ["#1f4e79", "#6b92b8"];
const CURVES: [(&str, &str); 5] =
    [("#1f4e79", ""), ("#b4540a", "7 4"), ("#2f7d6b", "2 3"), ("#6a4c93", "12 4"), ("#5f6b77", "8 3 2 3")];
const WIDTH: f64 = 900.0;
/// The width for labels before bars, and for values after them.
const LABELS: f64 = 330.0;
const VALUES: f64 = 90.0;
const BAR: f64 = 15.0;
/// The most letters in a line of a label, and the most lines of a label.
const LINE: usize = 48;
const LINES: usize = 2;
/// The size of a sparkline, and the fewest years for which it is drawn.
const SPARK: (f64, f64) = (90.0, 24.0);
const FEWEST_YEARS: usize = 3;

/// Draws a chart.
#[must_use]
pub fn svg(chart: &Chart, lexicon: &Lexicon) -> String {
    match chart.kind {
        ChartKind::Bars | ChartKind::PairedBars => bars(chart, lexicon),
        ChartKind::Lines => curves(chart, lexicon),
    }
}

/// Draws the years of each key figure as small bars, the oldest first; `None` if the table is not a summary of years.
#[must_use]
pub fn sparks(table: &Table) -> Option<Vec<String>> {
    let years = table.years();
    let shown = table.kind == Kind::Summary && years.len() >= FEWEST_YEARS;
    shown.then(|| table.lines.iter().map(|line| spark(line, &years)).collect())
}

fn spark(line: &Line, years: &[(Period, usize)]) -> String {
    let values: Vec<Option<f64>> = years.iter().map(|(_, place)| line.cells[*place].worth()).collect();
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let ((wide, high), step) = (SPARK, SPARK.0 / years.len() as f64);
    // The line contains the figures too, so a screen reader can skip the picture.
    let mut svg = format!("<svg class=\"spark\" aria-hidden=\"true\" viewBox=\"0 0 {wide} {high}\">");
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|v| *v > 0.0) else { continue };
        let tall = high * value / most;
        let color = BARS[usize::from(place + 1 < years.len())];
        let _ = write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"{color}\"/>",
            step * place as f64 + 1.0,
            high - tall,
            step - 3.0
        );
    }
    svg.push_str("</svg>");
    svg
}

fn opened(chart: &Chart, height: f64, lexicon: &Lexicon) -> String {
    let alt = escaped(&labels::in_language(&chart.alt, lexicon.language()));
    let title = escaped(&labels::in_language(&chart.title, lexicon.language()));
    format!(
        "<svg role=\"img\" aria-label=\"{alt}\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" \
         height=\"{height:.0}\" font-family=\"Arial, sans-serif\" font-size=\"12\" fill=\"#1a2530\">\
         <text x=\"0\" y=\"16\" font-weight=\"bold\">{title}</text>"
    )
}

/// A label in lines; if it has too many, the last one is cut.
fn in_lines(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

/// What the axis of values counts, at a place.
fn axis(chart: &Chart, lexicon: &Lexicon, (x, y): (f64, f64), svg: &mut String) {
    let said = escaped(&labels::in_language(&chart.axis, lexicon.language()));
    let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" fill=\"#44525f\">{said}</text>");
}

fn bars(chart: &Chart, lexicon: &Lexicon) -> String {
    let (most, several) = (chart.most(), chart.series.len() as f64);
    let group = (BAR * several + 9.0).max(26.0);
    let below = if chart.series.len() > 1 { 48.0 } else { 24.0 };
    let height = 34.0 + group * chart.categories.len() as f64 + below;
    let mut svg = opened(chart, height, lexicon);
    axis(chart, lexicon, (LABELS, height - below + 16.0), &mut svg);
    for (place, category) in chart.categories.iter().enumerate() {
        let top = 34.0 + group * place as f64;
        let lines = in_lines(&labels::in_language(category, lexicon.language()));
        let middle = top + BAR * several / 2.0 + 4.0 - 6.5 * (lines.len() - 1) as f64;
        for (turn, line) in lines.iter().enumerate() {
            let (x, y, text) = (LABELS - 8.0, middle + 13.0 * turn as f64, escaped(line));
            let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"end\">{text}</text>");
        }
        for (turn, series) in chart.series.iter().enumerate() {
            let Some((cell, value)) = series.points.get(place).and_then(|p| Some((p, p.worth()?))) else { continue };
            let (y, long) = (top + BAR * turn as f64, (WIDTH - LABELS - VALUES) * (value / most).max(0.0));
            let said = escaped(&cell.said(lexicon).unwrap_or_default());
            let color = BARS[turn % BARS.len()];
            let _ =
                write!(svg, "<rect x=\"{LABELS}\" y=\"{y:.0}\" width=\"{long:.1}\" height=\"13\" fill=\"{color}\"/>");
            let _ = write!(svg, "<text x=\"{:.0}\" y=\"{:.0}\">{said}</text>", LABELS + long + 5.0, y + 11.0);
        }
    }
    if chart.series.len() > 1 {
        for (place, series) in chart.series.iter().enumerate() {
            let (x, y, color) = (LABELS + 190.0 * place as f64, height - 10.0, BARS[place % BARS.len()]);
            let name = escaped(&labels::in_language(&series.title, lexicon.language()));
            let _ =
                write!(svg, "<rect x=\"{x:.0}\" y=\"{:.0}\" width=\"12\" height=\"12\" fill=\"{color}\"/>", y - 10.0);
            let _ = write!(svg, "<text x=\"{:.0}\" y=\"{y:.0}\">{name}</text>", x + 18.0);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn curves(chart: &Chart, lexicon: &Lexicon) -> String {
    let (most, count) = (chart.most(), chart.categories.len().max(2));
    let (top, down) = (58.0, 260.0);
    let height = top + down + 40.0 + 18.0 * chart.series.len() as f64;
    let mut svg = opened(chart, height, lexicon);
    axis(chart, lexicon, (0.0, 36.0), &mut svg);
    let x = |place: usize| 60.0 + (WIDTH - 160.0) * place as f64 / (count - 1) as f64;
    let y = |value: f64| top + down * (1.0 - value / most);
    let _ = write!(svg, "<path d=\"M60 {0:.0}H{1:.0}\" stroke=\"#8a97a5\"/>", top + down, WIDTH - 60.0);
    for (place, category) in chart.categories.iter().enumerate() {
        let (x, y, label) = (x(place), top + down + 18.0, escaped(&labels::in_language(category, lexicon.language())));
        let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{label}</text>");
    }
    for (turn, (series, ends)) in chart.series.iter().zip(chart.ends()).enumerate() {
        let (color, stroke) = CURVES[turn % CURVES.len()];
        let points =
            series.points.iter().enumerate().filter_map(|(place, cell)| Some((x(place), y(cell.worth()?), cell)));
        let points: Vec<(f64, f64, &Cell)> = points.collect();
        let line: Vec<String> = points.iter().map(|(x, y, _)| format!("{x:.0},{y:.0}")).collect();
        let line = line.join(" ");
        let drawn = format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" stroke-dasharray=\"{stroke}\"");
        let _ = write!(svg, "<polyline points=\"{line}\" {drawn}/>");
        for (place, (x, y, cell)) in points.iter().enumerate() {
            let _ = write!(svg, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"4\" fill=\"{color}\"/>");
            // The first and the last value of a curve are written beside it, if there is room.
            let side = match place {
                0 => ends[0],
                _ if place + 1 == points.len() => ends[1],
                _ => None,
            };
            if let Some(side) = side {
                let said = escaped(&cell.said(lexicon).unwrap_or_default());
                let y = if side == Side::Above { y - 8.0 } else { y + 17.0 };
                let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{said}</text>");
            }
        }
        let (y, name) =
            (top + down + 44.0 + 18.0 * turn as f64, escaped(&labels::in_language(&series.title, lexicon.language())));
        let _ = write!(svg, "<path d=\"M0 {0:.0}H34\" {drawn}/><text x=\"42\" y=\"{y:.0}\">{name}</text>", y - 4.0);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The text with the characters of markup escaped.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
