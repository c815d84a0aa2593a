//! Planned sheets become a workbook: what stands around the cells (tables, charts, links, pages, properties). The one file
//! that knows the library which writes it; the cells themselves are written by [`rows`](super::rows).

use std::collections::BTreeSet;

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker,
    ChartMarkerType, ChartSolidFill, DocProperties, ExcelDateTime, ObjectMovement, Sparkline, SparklineType, Table,
    TableColumn, TableStyle, Url, Workbook, Worksheet,
};

use chrono::Datelike as _;

use super::{
    WorkbookError,
    finish::Frame,
    limits::{SheetNames, check_number, check_place, check_text},
    looks::Looks,
    plan::{Brief, ChartPlan, Content, Range, SheetPlan, Style, TablePlan, Waist},
    theme::{Role, Theme},
};
use crate::assemble::{BookContent, ChartKind};

/// A4.
const PAPER: u8 = 9;

/// Draws the sheets.
///
/// # Errors
/// What a spreadsheet program would refuse, before anything is drawn.
pub fn draw(
    brief: &Brief<'_>,
    content: &BookContent,
    sheets: &[SheetPlan],
    theme: &Theme,
) -> Result<Frame, WorkbookError> {
    check(sheets)?;
    let mut workbook = Workbook::new();
    let mut looks = Looks::new(theme, brief.language);
    workbook.set_default_format(&looks.body(), 18, 64)?;
    workbook.set_properties(&properties(brief, content)?);
    let charted: BTreeSet<&str> = sheets.iter().flat_map(|s| &s.charts).flat_map(charted).collect();
    for sheet in sheets {
        let worksheet = workbook.add_worksheet();
        draw_sheet(worksheet, sheet, &mut looks, theme)?;
        if charted.contains(sheet.name.as_str()) {
            values(worksheet, sheet)?;
        }
    }
    let probed = styles(sheets);
    if let Ok(first) = workbook.worksheet_from_index(0) {
        for (row, style) in probed.iter().enumerate() {
            first.write_blank(row as u32, 0, looks.format(*style))?;
        }
    }
    Ok(Frame { workbook: workbook.save_to_buffer()?, probed })
}

/// The styles of all cells, each once.
fn styles(sheets: &[SheetPlan]) -> Vec<Style> {
    let heads = [false, true].map(|right| Style { right, ..Style::of(Role::Header) });
    let cells = sheets.iter().flat_map(|s| &s.cells).map(|c| c.style);
    let styles: BTreeSet<Style> = heads.into_iter().chain(cells).collect();
    styles.into_iter().collect()
}

/// The sheets whose figures a chart shows.
fn charted(chart: &ChartPlan) -> impl Iterator<Item = &str> {
    chart.pictures.iter().flat_map(|p| [p.categories.sheet.as_str(), p.values.sheet.as_str()])
}

/// The library copies the figures that charts show into the charts, so it has to know them.
fn values(worksheet: &mut Worksheet, plan: &SheetPlan) -> Result<(), WorkbookError> {
    for cell in &plan.cells {
        match &cell.content {
            Content::Text(text) => worksheet.write_string(cell.row, cell.column, text)?,
            Content::Number(number) => worksheet.write_number(cell.row, cell.column, *number)?,
            Content::Link { .. } | Content::Blank => worksheet,
        };
    }
    Ok(())
}

fn check(sheets: &[SheetPlan]) -> Result<(), WorkbookError> {
    let mut names = SheetNames::default();
    for sheet in sheets {
        names.take(&sheet.name)?;
        for cell in &sheet.cells {
            check_place(&sheet.name, cell.row, cell.column)?;
            match &cell.content {
                Content::Text(text) | Content::Link { text, .. } => {
                    check_text(&sheet.name, cell.row, cell.column, text)?;
                }
                Content::Number(number) => check_number(&sheet.name, cell.row, cell.column, *number)?,
                Content::Blank => {}
            }
        }
        let headers = sheet.table.iter().flat_map(|t| t.columns.iter().enumerate().map(|(c, text)| (t.top, c, text)));
        for (row, column, text) in headers {
            check_text(&sheet.name, row, column as u16, text)?;
        }
    }
    Ok(())
}

fn draw_sheet(
    worksheet: &mut Worksheet,
    plan: &SheetPlan,
    looks: &mut Looks,
    theme: &Theme,
) -> Result<(), WorkbookError> {
    worksheet.set_name(&plan.name)?;
    for (column, width) in plan.widths.iter().enumerate() {
        worksheet.set_column_width(column as u16, *width)?;
    }
    for (row, height) in &plan.heights {
        worksheet.set_row_height(*row, *height)?;
    }
    // What stands in the cells is written by `rows`; here is what hangs on them.
    if let Some(table) = &plan.table {
        draw_table(worksheet, table)?;
    }
    for cell in &plan.cells {
        if let Content::Link { text, sheet } = &cell.content {
            let url = Url::new(format!("internal:'{}'!A1", sheet.replace('\'', "''"))).set_text(text);
            worksheet.write_url_with_format(cell.row, cell.column, url, looks.format(cell.style))?;
        }
    }
    for chart in &plan.charts {
        worksheet.insert_chart(chart.row, 0, &draw_chart(chart, looks, theme))?;
    }
    for spark in &plan.sparks {
        let sparkline = Sparkline::new()
            .set_range(range(&spark.values))
            .set_type(SparklineType::Line)
            .show_last_point(true)
            .set_sparkline_color(color(theme, 0))
            .set_last_point_color(color(theme, 0));
        worksheet.add_sparkline(spark.row, spark.column, &sparkline)?;
    }
    page(worksheet, plan)
}

fn page(worksheet: &mut Worksheet, plan: &SheetPlan) -> Result<(), WorkbookError> {
    worksheet.set_paper_size(PAPER).set_screen_gridlines(false);
    if plan.landscape {
        worksheet.set_landscape();
    }
    // Inches: left, right, top, bottom, header, footer.
    worksheet.set_margins(0.5, 0.5, 0.65, 0.6, 0.3, 0.3);
    worksheet.set_header(&plan.page_header).set_footer(&plan.page_footer);
    match plan.waist {
        Waist::Width => worksheet.set_print_fit_to_pages(1, 0),
        Waist::OnePage => worksheet.set_print_fit_to_pages(1, 1),
        Waist::Scale(per_cent) => worksheet.set_print_scale(per_cent),
    };
    worksheet.set_page_breaks(&plan.breaks)?;
    let last_column = (plan.widths.len() as u16).saturating_sub(1);
    worksheet.set_print_area(0, 0, plan.last_row, last_column)?;
    if let Some(table) = plan.table.as_ref().filter(|_| !plan.one_page_table) {
        worksheet.set_repeat_rows(table.top, table.top)?;
    }
    if let Some(row) = plan.frozen_rows {
        worksheet.set_freeze_panes(row, plan.frozen_columns)?;
    }
    Ok(())
}

fn draw_table(worksheet: &mut Worksheet, plan: &TablePlan) -> Result<(), WorkbookError> {
    let columns: Vec<TableColumn> = plan.columns.iter().map(|head| TableColumn::new().set_header(head)).collect();
    let table = Table::new()
        .set_name(&plan.name)
        .set_columns(&columns)
        .set_autofilter(plan.filter)
        .set_banded_rows(false)
        .set_alt_text_title(cut(&plan.alt))
        .set_alt_text(cut(&plan.alt))
        .set_style(TableStyle::None);
    let last_column = plan.columns.len() as u16 - 1;
    worksheet.add_table(plan.top, 0, plan.top + plan.lines.max(1), last_column, &table)?;
    Ok(())
}

/// Alternative texts hold 255 characters.
fn cut(text: &str) -> String {
    text.chars().take(250).collect()
}

fn draw_chart(plan: &ChartPlan, looks: &Looks, theme: &Theme) -> Chart {
    let mut chart = match plan.kind {
        ChartKind::Bars | ChartKind::PairedBars => Chart::new_bar(),
        ChartKind::Lines => Chart::new_line(),
    };
    let several = plan.pictures.len() > 1;
    for (place, picture) in plan.pictures.iter().enumerate() {
        let series = chart.add_series();
        series.set_name(picture.title.as_str()).set_categories(range(&picture.categories));
        series.set_values(range(&picture.values));
        let label = &mut ChartDataLabel::new();
        label.show_value().set_num_format(looks.number_format(plan.format)).set_font(&font(theme, 8.0));
        if plan.kind == ChartKind::Lines {
            let line = &mut ChartLine::new();
            line.set_color(color(theme, place)).set_width(2.25);
            series.set_format(ChartFormat::new().set_line(line));
            let marker = &mut ChartMarker::new();
            marker.set_type(MARKERS[place % MARKERS.len()]).set_size(6);
            marker.set_format(&mut fill(theme, place));
            series.set_marker(marker);
        } else {
            series.set_format(&mut fill(theme, place));
            series.set_gap(if several { 60 } else { 40 });
            if several {
                series.set_overlap(0);
            }
        }
        if plan.kind != ChartKind::Lines || !several {
            series.set_data_label(label);
        }
    }
    axes(&mut chart, plan, looks, theme);
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

/// Shapes that tell curves apart without their colours.
const MARKERS: [ChartMarkerType; 5] = [
    ChartMarkerType::Circle,
    ChartMarkerType::Square,
    ChartMarkerType::Triangle,
    ChartMarkerType::Diamond,
    ChartMarkerType::X,
];

fn axes(chart: &mut Chart, plan: &ChartPlan, looks: &Looks, theme: &Theme) {
    let grid = &mut ChartLine::new();
    grid.set_color(theme.charts.grid.0).set_width(0.75);
    if plan.kind == ChartKind::Lines {
        chart.x_axis().set_font(&font(theme, 9.0));
        let axis = chart.y_axis();
        axis.set_font(&font(theme, 9.0)).set_num_format(looks.number_format(plan.format)).set_min(0);
        axis.set_name(plan.axis.as_str()).set_name_font(font(theme, 9.0).unset_bold()).set_major_gridlines_line(grid);
        return;
    }
    // The library calls the upright axis of a bar chart `y`: here it carries the categories, the first one on top. Bars
    // with their values written beside them need no value axis.
    let categories = chart.y_axis();
    categories.set_font(&font(theme, 9.0)).set_reverse().set_major_gridlines(false);
    categories.set_format(ChartFormat::new().set_line(grid));
    let values = chart.x_axis();
    values.set_major_gridlines(false).set_min(0).set_font(&font(theme, 8.0));
    values.set_label_position(ChartAxisLabelPosition::None).set_format(ChartFormat::new().set_no_line());
    values.set_name(plan.axis.as_str()).set_name_font(font(theme, 9.0).unset_bold());
}

fn range(range: &Range) -> (&str, u32, u16, u32, u16) {
    (range.sheet.as_str(), range.first, range.column, range.last, range.column)
}

fn font(theme: &Theme, size: f64) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name(&theme.body.font).set_size(size).set_color(theme.body.color.0);
    font
}

fn color(theme: &Theme, place: usize) -> u32 {
    let colors = &theme.charts.colors;
    colors.get(place % colors.len().max(1)).map_or(theme.body.color.0, |c| c.0)
}

fn fill(theme: &Theme, place: usize) -> ChartFormat {
    let mut fill = ChartSolidFill::new();
    fill.set_color(color(theme, place));
    let mut format = ChartFormat::new();
    format.set_solid_fill(&fill);
    format
}

fn properties(brief: &Brief<'_>, content: &BookContent) -> Result<DocProperties, WorkbookError> {
    let (book, language) = (brief.book, brief.language);
    let title = book.titles.of(language);
    let title = brief.sample_mark().map_or_else(|| title.to_owned(), |mark| format!("{mark} · {title}"));
    let made = book.cover.generated_for;
    let made = ExcelDateTime::from_ymd(made.year() as u16, made.month() as u8, made.day() as u8)?;
    let content_id = content.id.to_string();
    let mut properties = DocProperties::new()
        .set_title(title)
        .set_subject(crate::assemble::prose::span(book.period, language))
        .set_author(book.cover.office.of(language))
        .set_company(book.cover.office.of(language))
        .set_category(brief.sample_mark().unwrap_or("official statistics"))
        .set_keywords(format!("{} {} r{}", book.collection, book.period, book.revision))
        .set_comment(format!("content id {content_id}"))
        .set_status(if book.cover.draft { "DRAFT" } else { "" })
        .set_creation_datetime(&made);
    let custom = [
        ("Collection", book.collection.to_string()),
        ("Period", book.period.to_string()),
        ("Revision", book.revision.to_string()),
        ("Language", language.to_string()),
        ("Profile", brief.profile.name().to_owned()),
        ("Origin", brief.sample_mark().unwrap_or("real").to_owned()),
        ("Content-Id", content_id),
        ("Copy", "⟦copy⟧".to_owned()),
        ("Organ", "⟦organ⟧".to_owned()),
        ("Number", "⟦number⟧".to_owned()),
        ("Of", "⟦of⟧".to_owned()),
    ];
    let later = [
        ("Supplement", (book.supplement > 0).then_some(book.supplement)),
        ("Since", book.since.as_ref().map(|since| since.revision)),
    ];
    let later = later.into_iter().filter_map(|(name, number)| Some((name, number?.to_string())));
    for (name, value) in custom.into_iter().chain(later) {
        properties = properties.set_custom_property(name, value.as_str());
    }
    Ok(properties)
}
