//! Charts: bars with their values beside them, curves that differ by stroke and marker.
//!
//! Titles have the subject, the unit of measure and the time; the axis of values has the unit again, because a title
//! may be cut off. Bars have their values beside them, so their axis has no labels.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartDataLabel, ChartDataLabelPosition, ChartEmptyCells, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType, ChartSeries, ChartSolidFill,
    ObjectMovement,
};

use super::{
    formats::Formats,
    plan::{ChartPlan, Picture, Range},
    theme::{Colour, Theme},
};
use assemble::{ChartKind, Side};

/// Shapes and strokes by which curves differ without their colours.
const MARKERS: [ChartMarkerType; 5] = [
    ChartMarkerType::Circle,
    ChartMarkerType::Square,
    ChartMarkerType::Triangle,
    ChartMarkerType::Diamond,
    ChartMarkerType::X,
];
const STROKES: [ChartLineDashType; 5] = [
    ChartLineDashType::Solid,
    ChartLineDashType::Dash,
    ChartLineDashType::SquareDot,
    ChartLineDashType::LongDash,
    ChartLineDashType::DashDot,
];

/// A planned chart as the library draws it.
#[must_use]
pub fn drawn(plan: &ChartPlan, formats: &Formats, theme: &Theme) -> Chart {
    let lines = plan.kind == ChartKind::Lines;
    let mut chart = if lines { Chart::new_line() } else { Chart::new_bar() };
    let several = plan.pictures.len() > 1;
    let mut label = ChartDataLabel::new();
    label.show_value().set_num_format(formats.number_format(plan.format)).set_font(&font(theme, 8.0));
    for (place, picture) in plan.pictures.iter().enumerate() {
        let series = chart.add_series();
        series.set_name(picture.title.as_str()).set_categories(range(&picture.categories));
        series.set_values(range(&picture.values));
        if lines {
            label.set_position(ChartDataLabelPosition::Above);
        }
        series.set_data_label(&label);
        if lines {
            curve(series, place, theme);
            ends(series, picture);
        } else {
            series.set_format(&mut fill(theme.chart_color(place)));
            series.set_gap(plan.gap);
            if several {
                series.set_overlap(0);
            }
        }
    }
    axes(&mut chart, plan, formats, theme);
    chart.title().set_name(plan.title.as_str()).set_font(font(theme, 10.0).set_bold()).set_overlay(false);
    if several {
        chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(theme, 9.0));
    } else {
        chart.legend().set_hidden();
    }
    chart.chart_area().set_format(ChartFormat::new().set_no_border());
    chart.set_width(plan.width).set_height(plan.height).set_alt_text(&plan.alt);
    chart.set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    chart
}

fn curve(series: &mut ChartSeries, place: usize, theme: &Theme) {
    let colors = &theme.charts.curves;
    let color = at(colors, place, theme);
    let line = &mut ChartLine::new();
    line.set_color(color).set_width(2.25).set_dash_type(STROKES[place % STROKES.len()]);
    series.set_format(ChartFormat::new().set_line(line));
    let marker = &mut ChartMarker::new();
    marker.set_type(MARKERS[place % MARKERS.len()]).set_size(7);
    marker.set_format(&mut fill(color));
    series.set_marker(marker);
}

/// Writes the first and the last value of a curve beside it, where there is room.
fn ends(series: &mut ChartSeries, picture: &Picture) {
    let last = picture.values.last - picture.values.first;
    let labels: Vec<ChartDataLabel> = (0..=last)
        .map(|point| {
            let mut label = ChartDataLabel::new();
            let side = match point {
                0 => picture.ends[0],
                _ if point == last => picture.ends[1],
                _ => None,
            };
            match side {
                Some(Side::Above) => label.show_value().set_position(ChartDataLabelPosition::Above),
                Some(Side::Below) => label.show_value().set_position(ChartDataLabelPosition::Below),
                None => label.set_hidden(),
            };
            label
        })
        .collect();
    series.set_custom_data_labels(&labels);
}

fn axes(chart: &mut Chart, plan: &ChartPlan, formats: &Formats, theme: &Theme) {
    let grid = &mut ChartLine::new();
    grid.set_color(theme.charts.grid.0).set_width(0.75);
    if plan.kind == ChartKind::Lines {
        chart.x_axis().set_font(&font(theme, 9.0));
        chart.show_empty_cells_as(ChartEmptyCells::Gaps);
        let axis = chart.y_axis();
        axis.set_name(plan.axis.as_str()).set_name_font(&font(theme, 9.0));
        axis.set_font(&font(theme, 9.0)).set_num_format(formats.number_format(plan.format)).set_min(0);
        axis.set_major_gridlines_line(grid);
        return;
    }
    // The library calls the upright axis of a bar chart `y`: here it carries the categories, the first one on top. Bars
    // with their values written beside them need no value axis.
    let categories = chart.y_axis();
    categories.set_font(&font(theme, 9.0)).set_reverse().set_major_gridlines(false);
    categories.set_format(ChartFormat::new().set_line(grid));
    let values = chart.x_axis();
    values.set_name(plan.axis.as_str()).set_name_font(&font(theme, 9.0));
    values.set_major_gridlines(false).set_min(0).set_font(&font(theme, 8.0));
    values.set_label_position(ChartAxisLabelPosition::None).set_format(ChartFormat::new().set_no_line());
}

/// A range as the library takes it.
fn range(range: &Range) -> (&str, u32, u16, u32, u16) {
    (range.sheet.as_str(), range.first, range.column, range.last, range.column)
}

fn at(colors: &[Colour], place: usize, theme: &Theme) -> u32 {
    colors.get(place % colors.len().max(1)).map_or(theme.body.color.0, |c| c.0)
}

fn font(theme: &Theme, size: f64) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name(&theme.body.font).set_size(size).set_color(theme.body.color.0);
    font
}

fn fill(color: u32) -> ChartFormat {
    let mut fill = ChartSolidFill::new();
    fill.set_color(color);
    let mut format = ChartFormat::new();
    format.set_solid_fill(&fill);
    format
}
