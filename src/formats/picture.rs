//! Charts as SVG: bars with their values beside them, curves with markers. Every picture carries its alternative text.

use std::fmt::Write as _;

use super::html::escaped;
use crate::{
    assemble::{Cell, Chart, ChartKind, labels},
    domain::Language,
};

/// The period, the year before, further curves: as in the workbook's theme.
const COLOURS: [&str; 5] = ["#1f4e79", "#6b92b8", "#5b7c99", "#8a6d3b", "#4a6b57"];
const WIDTH: f64 = 900.0;
/// Room for labels beside bars, and for values behind them.
const LABELS: f64 = 330.0;
const VALUES: f64 = 90.0;
const BAR: f64 = 15.0;

/// A chart.
#[must_use]
pub fn svg(chart: &Chart, language: Language) -> String {
    match chart.kind {
        ChartKind::Bars | ChartKind::PairedBars => bars(chart, language),
        ChartKind::Lines => curves(chart, language),
    }
}

fn worth(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(number.as_f64()),
        Cell::Tenths(tenths) => Some(*tenths as f64 / 10.0),
        _ => None,
    }
}

fn most(chart: &Chart) -> f64 {
    let values = chart.series.iter().flat_map(|s| &s.points).filter_map(worth);
    values.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
}

fn opened(chart: &Chart, height: f64, language: Language) -> String {
    let alt = escaped(&labels::in_language(&chart.alt, language));
    let title = escaped(&labels::in_language(&chart.title, language));
    format!(
        "<svg role=\"img\" aria-label=\"{alt}\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" \
         height=\"{height:.0}\" font-family=\"Arial, sans-serif\" font-size=\"12\" fill=\"#1a2530\">\
         <text x=\"0\" y=\"16\" font-weight=\"bold\">{title}</text>"
    )
}

fn legend(chart: &Chart, top: f64, language: Language, svg: &mut String) {
    if chart.series.len() < 2 {
        return;
    }
    for (place, series) in chart.series.iter().enumerate() {
        let (y, colour) = (top + 18.0 * place as f64, COLOURS[place % COLOURS.len()]);
        let name = escaped(&labels::in_language(&series.title, language));
        let _ = write!(svg, "<rect x=\"0\" y=\"{:.0}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>", y - 10.0);
        let _ = write!(svg, "<text x=\"18\" y=\"{y:.0}\">{name}</text>");
    }
}

fn bars(chart: &Chart, language: Language) -> String {
    let (most, several) = (most(chart), chart.series.len() as f64);
    let group = BAR * several + 10.0;
    let height = 34.0 + group * chart.categories.len() as f64 + 18.0 * several + 12.0;
    let mut svg = opened(chart, height, language);
    for (place, category) in chart.categories.iter().enumerate() {
        let top = 34.0 + group * place as f64;
        let label = labels::in_language(category, language);
        let cut: String = label.chars().take(52).collect();
        let middle = top + BAR * several / 2.0 + 4.0;
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{middle:.0}\" text-anchor=\"end\">{}</text>",
            LABELS - 8.0,
            escaped(&cut)
        );
        for (turn, series) in chart.series.iter().enumerate() {
            let Some((cell, value)) = series.points.get(place).and_then(|p| Some((p, worth(p)?))) else { continue };
            let (y, long) = (top + BAR * turn as f64, (WIDTH - LABELS - VALUES) * (value / most).max(0.0));
            let said = escaped(&cell.said(language).unwrap_or_default());
            let colour = COLOURS[turn % COLOURS.len()];
            let _ =
                write!(svg, "<rect x=\"{LABELS}\" y=\"{y:.0}\" width=\"{long:.1}\" height=\"13\" fill=\"{colour}\"/>");
            let _ = write!(svg, "<text x=\"{:.0}\" y=\"{:.0}\">{said}</text>", LABELS + long + 5.0, y + 11.0);
        }
    }
    legend(chart, height - 18.0 * (several - 1.0) - 8.0, language, &mut svg);
    svg.push_str("</svg>\n");
    svg
}

fn curves(chart: &Chart, language: Language) -> String {
    let (most, count) = (most(chart), chart.categories.len().max(2));
    let (top, down) = (40.0, 260.0);
    let height = top + down + 40.0 + 18.0 * chart.series.len() as f64;
    let mut svg = opened(chart, height, language);
    let x = |place: usize| 60.0 + (WIDTH - 160.0) * place as f64 / (count - 1) as f64;
    let y = |value: f64| top + down * (1.0 - value / most);
    let _ = write!(svg, "<path d=\"M60 {0:.0}H{1:.0}\" stroke=\"#8a97a5\"/>", top + down, WIDTH - 60.0);
    for (place, category) in chart.categories.iter().enumerate() {
        let label = escaped(&labels::in_language(category, language));
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{label}</text>",
            x(place),
            top + down + 18.0
        );
    }
    for (turn, series) in chart.series.iter().enumerate() {
        let colour = COLOURS[turn % COLOURS.len()];
        let points =
            series.points.iter().enumerate().filter_map(|(place, cell)| Some((x(place), y(worth(cell)?), cell)));
        let points: Vec<(f64, f64, &Cell)> = points.collect();
        let line: Vec<String> = points.iter().map(|(x, y, _)| format!("{x:.0},{y:.0}")).collect();
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            line.join(" ")
        );
        for (x, y, cell) in &points {
            let said = escaped(&cell.said(language).unwrap_or_default());
            let _ = write!(svg, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"4\" fill=\"{colour}\"/>");
            let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{said}</text>", y - 8.0);
        }
    }
    legend(chart, top + down + 44.0, language, &mut svg);
    svg.push_str("</svg>\n");
    svg
}
