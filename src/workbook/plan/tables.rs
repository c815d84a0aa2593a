//! A table on a sheet of its own: title, sentences and source; the table; notes and the chart.

use super::{
    Brief, Profile,
    chart_data::ChartFigures,
    crossed,
    font_metrics::{characters, lines_in},
    maps,
    names::Names,
    page::{LINE, Page, TALLEST, shortened, sideways_header},
    sheet::{CellContent, CellFormat, ChartPlan, SheetPlan, SparkPlan, Style, TablePlan},
};
use crate::theme::StyleRole;
use assemble::{Cell, Chart, ChartKind, ColumnRole, Kind, Line, Table, TableColumn, Weight, labels, prose};
use domain::{Language, TableKind};
use words::{Lexicon, texts};

/// Labels are broken beyond this width.
const WIDEST_LABEL: f64 = 56.0;
/// The width of one step of indentation, in characters.
const INDENT: f64 = 1.8;
/// The indentation of a left-aligned text beside right-aligned figures, so that they do not touch.
const LEFT_AFTER_RIGHT: f64 = 1.8;
/// Texts above a table need room even where the table is narrow.
const NARROWEST_PAGE: f64 = 92.0;
/// Room beside the texts of a column, in characters; a little more beside figures, because screens widen them.
const BESIDE_TEXT: f64 = 1.0;
const BESIDE_FIGURES: f64 = 1.6;
/// Letters of a head that is not broken.
const SHORT_HEAD: usize = 13;
/// A spark of the last years: characters between it and the table, and across; points down.
const BESIDE_SPARKS: f64 = 2.0;
const SPARK: f64 = 13.0;
const SPARK_DOWN: f64 = 27.0;
/// Pixels.
const WIDEST_CHART: u32 = 980;
/// Letters of a chart's title: three lines of it.
const LONGEST_TITLE: usize = 200;
/// Letters of a chart's alternative text.
const LONGEST_ALT: usize = 500;
/// Lines of a label beside a bar for which there is room.
const LABEL_LINES: usize = 3;
/// Points of a pixel.
const PIXEL: f64 = 0.75;

/// Plans a table's sheet. A table that would take more pages than the collection's template allows is not printed.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names<'_>, table: &Table, figures: &mut ChartFigures) -> SheetPlan {
    let unprinted = if table.kind == Kind::Missing {
        Some(texts::NOTHING_TO_PRINT.of(brief.lexicon).to_owned())
    } else {
        let reason = brief.book.unprinted.as_ref().filter(|_| !table.printed);
        reason.map(|reason| labels::in_language(reason, brief.language()))
    };
    planned(brief, names, table, figures, unprinted)
}

fn planned(
    brief: &Brief<'_>,
    names: &Names<'_>,
    table: &Table,
    figures: &mut ChartFigures,
    unprinted: Option<String>,
) -> SheetPlan {
    let (lexicon, language) = (brief.lexicon, brief.language());
    let crossed = crossed::is_crossed(table);
    let headers: Vec<String> = if crossed {
        crossed::heads(table, language)
    } else {
        table.columns.iter().map(|c| labels::in_language(&c.header, language)).collect()
    };
    let trend = figures.trend(brief, table);
    let mut widths = widths(brief, table, &headers);
    if trend.is_some() {
        widths.extend([BESIDE_SPARKS, SPARK]);
    }
    let layout = crossed.then(|| crossed::layout(table, &widths));
    let mut page = Page::new(brief, &names.sheet(table), widths);
    if let Some(columns) = layout.as_ref().and_then(crossed::Layout::first_page) {
        page.narrow(columns);
        page.sheet.page_header = sideways_header(brief);
    }
    head(brief, names, table, unprinted.as_deref(), &mut page);

    let top = page.row();
    table_plan(brief, names, table, headers, &mut page);
    // The numbers of regions are codes.
    page.sheet.codes = (table.kind == Kind::Of(TableKind::Map)).then_some(1);
    page.skip(1);
    for line in &table.lines {
        let tallest = draw_line(brief, table, line, &mut page);
        if trend.is_some() {
            page.height(SPARK_DOWN.max(LINE * tallest as f64 + 2.0));
        } else {
            page.lines(tallest);
        }
        page.skip(1);
    }
    if let Some(ranges) = trend {
        // The small bars are beside the table, as a chart is: their figures are in its columns of years.
        let column = table.columns.len() as u16 + 1;
        let head = CellContent::Text(texts::TREND.of(lexicon).to_owned());
        page.sheet.cells.push(super::PlannedCell {
            row: top,
            column,
            content: head,
            style: Style::of(StyleRole::Header),
        });
        let sparks = ranges.into_iter().enumerate().filter_map(|(place, values)| {
            let (values, most) = values?;
            Some(SparkPlan { row: top + 1 + place as u32, column, values, most })
        });
        page.sheet.sparks = sparks.collect();
        for row in top + 1..page.row() {
            let style = Style::of(StyleRole::Figure);
            page.sheet.cells.push(super::PlannedCell { row, column, content: CellContent::Blank, style });
        }
    }
    let notes = page.row();
    for note in &table.notes {
        page.line(StyleRole::Note, 10.0, &labels::in_language(note, language));
    }
    for head in crossed::in_full(table, lexicon) {
        page.line(StyleRole::Note, 10.0, &head);
    }
    let chart = table.chart.as_ref().filter(|_| layout.is_none());
    let frame = chart.map(|chart| ChartFrame::of(chart, page.across(), language));
    page.skip(u32::from(frame.is_some()));
    let most = brief.book.pages.filter(|_| matches!(table.kind, Kind::Of(_)) && unprinted.is_none());
    let pages = match (layout, &table.map) {
        (Some(layout), _) => crossed::lay(table, &mut page, layout, notes, most),
        (None, Some(map)) => maps::draw(lexicon, map, &mut page, notes),
        (None, None) => page.fit(notes, frame.as_ref().map_or(0.0, ChartFrame::points)),
    };
    if let Some(most) = most.filter(|most| pages > *most as usize) {
        return planned(brief, names, table, figures, Some(lexicon.too_many_pages(&most)));
    }
    page.sheet.unprinted = unprinted;
    if let (Some(chart), Some(frame)) = (chart, frame) {
        draw_chart(brief, table, chart, frame, figures, &mut page);
    }
    page.finished()
}

fn head(brief: &Brief<'_>, names: &Names<'_>, table: &Table, unprinted: Option<&str>, page: &mut Page) {
    let (lexicon, language) = (brief.lexicon, brief.language());
    let title = labels::in_language(&table.title, language);
    let title = match (table.kind, table.number.as_str()) {
        (Kind::Summary | Kind::Changes, _) | (_, "") => title,
        (_, number) => lexicon.numbered_table(&number, &title),
    };
    page.line(StyleRole::Title, 14.5, &title);
    page.line(StyleRole::Scope, 11.5, &prose::capital(&labels::in_language(&table.scope, language)));
    for sentence in &table.sentences {
        page.line(StyleRole::Sentence, 10.0, &labels::in_language(sentence, language));
    }
    let source =
        format!("{} {}", labels::in_language(&table.measure, language), labels::in_language(&table.source, language));
    page.line(StyleRole::Source, 10.0, &source);
    if let Some(chart) = &table.chart {
        let left_out = chart.left_out.as_ref().map(|said| format!(" {}", said.of(language))).unwrap_or_default();
        page.line(StyleRole::Source, 10.0, &format!("{}{left_out}", texts::SHOWN_BELOW.of(lexicon)));
    }
    if table.map.is_some() {
        page.line(StyleRole::Source, 10.0, texts::MAP_BELOW.of(lexicon));
    }
    if let Some(reason) = unprinted {
        let reason = reason.trim_end_matches('.');
        page.line(StyleRole::Source, 10.0, &format!("{}: {reason}.", texts::NOT_PRINTED.of(lexicon)));
    }
    page.link(texts::BACK.of(lexicon), &names.contents);
    page.gap();
}

fn table_plan(brief: &Brief<'_>, names: &Names<'_>, table: &Table, headers: Vec<String>, page: &mut Page) {
    let top = page.row();
    let right: Vec<bool> = table.columns.iter().map(|c| is_figure(c.role)).collect();
    let tallest = headers.iter().zip(&page.sheet.widths).map(|(head, width)| lines_in(head, *width, true)).max();
    let height = if crossed::is_turned(table) {
        crossed::turned_height(&headers, crossed::stub(table))
    } else {
        LINE * tallest.unwrap_or(1) as f64 + 6.0
    };
    page.height(height.min(TALLEST));
    let suffix = if table.number.is_empty() { table.id.as_str() } else { table.number.as_str() };
    let (title, scope) = (table.title.of(brief.language()), table.scope.of(brief.language()));
    page.sheet.table = Some(TablePlan {
        name: names.table(suffix),
        top,
        lines: table.lines.len() as u32,
        columns: headers,
        filter: brief.profile == Profile::Working,
        alt: format!("{title}. {scope}"),
        right,
    });
    if brief.profile == Profile::Working {
        page.sheet.frozen_rows = Some(top + 1);
        page.sheet.frozen_columns = if crossed::is_crossed(table) { crossed::stub(table) as u16 } else { 1 };
    }
}

/// Puts the cells of a line. Returns how many lines of text the tallest of them has.
fn draw_line(brief: &Brief<'_>, table: &Table, line: &Line, page: &mut Page) -> usize {
    let over = match line.weight {
        Weight::Plain => None,
        Weight::Total => Some(StyleRole::Total),
        Weight::Aside => Some(StyleRole::Aside),
    };
    let mut tallest = 1;
    for (place, (cell, column)) in line.cells.iter().zip(&table.columns).enumerate() {
        let (content, format, right) = content(cell, column, line, brief.lexicon);
        let words = matches!(column.role, ColumnRole::Label | ColumnRole::Text);
        let role = if words { StyleRole::Label } else { StyleRole::Figure };
        let indent = match place {
            0 => line.depth,
            _ if words || column.role == ColumnRole::Marks => page.sheet.table.as_ref().map_or(0, |t| t.indent(place)),
            _ => 0,
        };
        if let (CellContent::Text(text), true) = (&content, words) {
            let width = page.sheet.widths[place] - f64::from(indent) * INDENT;
            tallest = tallest.max(lines_in(text, width, over == Some(StyleRole::Total)));
        }
        let style = Style { over, format, indent, right, ..Style::of(role) };
        page.put(place as u16, content, style);
    }
    tallest
}

/// The content of a cell, its number format, and whether it is aligned to the right.
fn content(cell: &Cell, column: &TableColumn, line: &Line, lexicon: &Lexicon) -> (CellContent, CellFormat, bool) {
    let role = column.role;
    let text = |text: String| CellContent::Text(text);
    let signed = matches!(role, ColumnRole::Change | ColumnRole::Growth | ColumnRole::Points);
    match cell {
        Cell::Text(titles) => (text(labels::in_language(titles, lexicon.language())), CellFormat::General, false),
        // An empty cell would look as if something were missing.
        Cell::Code(code) if code.is_empty() => (text("—".to_owned()), CellFormat::General, is_figure(role)),
        Cell::Code(code) => (text(code.clone()), CellFormat::General, false),
        Cell::Number(number) => {
            let tenths = column.measure(line.measure) == domain::Measure::ThousandTenge || !number.is_whole();
            let format = match (tenths, signed) {
                (false, false) => CellFormat::Whole,
                (false, true) => CellFormat::SignedWhole,
                (true, false) => CellFormat::Tenth,
                (true, true) => CellFormat::SignedTenth,
            };
            (CellContent::Number(number.as_f64()), format, true)
        }
        Cell::Tenths(tenths) => (
            CellContent::Number(*tenths as f64 / 10.0),
            if signed { CellFormat::SignedTenth } else { CellFormat::Tenth },
            true,
        ),
        Cell::Level(level) => (CellContent::Number(level.as_f64()), CellFormat::of_places(level.places), true),
        Cell::Growth(assemble::Growth::Percent(tenths)) => {
            (CellContent::Number(*tenths as f64 / 10.0), CellFormat::SignedTenth, true)
        }
        Cell::Growth(growth) => (text(prose::growth(*growth, lexicon)), CellFormat::General, true),
        Cell::Rank(rank) => (CellContent::Number(f64::from(*rank)), CellFormat::Whole, true),
        Cell::Absent(mark) => (text(mark.text().to_owned()), CellFormat::General, true),
    }
}

const fn is_figure(role: ColumnRole) -> bool {
    !matches!(role, ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks)
}

/// Widths by what the columns hold: figures in full, labels up to a width and then broken.
fn widths(brief: &Brief<'_>, table: &Table, headers: &[String]) -> Vec<f64> {
    let longest = |place: usize| {
        // Regions in their former borders have long names, which are broken into lines.
        let said = table.lines.iter().filter(|line| line.weight != Weight::Aside).filter_map(|line| {
            let text = line.cells[place].said(brief.lexicon)?;
            Some(characters(&text, line.weight == Weight::Total))
        });
        said.fold(0.0, f64::max)
    };
    // Short heads stay in one line.
    let longest_word = |text: &str| match text.chars().count() {
        ..=SHORT_HEAD => characters(text, true),
        _ => text.split(' ').map(|word| characters(word, true)).fold(0.0, f64::max),
    };
    let mut widths: Vec<f64> = table
        .columns
        .iter()
        .zip(headers)
        .enumerate()
        .map(|(place, (column, header))| {
            if crossed::is_crossed(table) {
                let head = (header.as_str(), longest_word(header));
                return crossed::width(table, column.role, longest(place), head, deepest(table));
            }
            let head = longest_word(header) + if is_figure(column.role) { BESIDE_FIGURES } else { BESIDE_TEXT };
            match column.role {
                ColumnRole::Label => {
                    (longest(place) + BESIDE_TEXT + deepest(table)).clamp(head.max(20.0), WIDEST_LABEL)
                }
                ColumnRole::Text | ColumnRole::Marks => {
                    (longest(place) + BESIDE_TEXT + LEFT_AFTER_RIGHT).clamp(head.max(9.0), 26.0)
                }
                _ => (longest(place) + BESIDE_FIGURES).max(head).max(8.5),
            }
        })
        .collect();
    if let Some(map) = &table.map {
        maps::widen(&mut widths, map, brief.lexicon);
    }
    let total: f64 = widths.iter().sum();
    if total < NARROWEST_PAGE {
        widths[0] += NARROWEST_PAGE - total;
    }
    widths
}

fn deepest(table: &Table) -> f64 {
    f64::from(table.lines.iter().map(|l| l.depth).max().unwrap_or(0)) * INDENT
}

/// The size of a chart, in pixels.
#[derive(Debug, Clone, Copy)]
struct ChartFrame {
    width: u32,
    height: u32,
    /// Between bars, in per cent of a bar.
    gap: u16,
}

impl ChartFrame {
    /// The size of a chart under a table that is so many characters wide.
    fn of(chart: &Chart, across: f64, language: Language) -> Self {
        // A chart is as wide as the table above it.
        let width = ((across * 7.0) as u32).min(WIDEST_CHART);
        // Every bar has the same room, so the longest label decides.
        let tallest = chart
            .categories
            .iter()
            .map(|category| {
                // A label beside a bar takes about a third of the width, and as many lines as it needs.
                let room = f64::from(width) / 7.0 * 0.32;
                let lines = lines_in(&labels::in_language(category, language), room, false).min(LABEL_LINES);
                let label = 14 * lines as u32 + 9;
                label.max(if chart.kind == ChartKind::PairedBars { 38 } else { 23 })
            })
            .max()
            .unwrap_or(0);
        let bars = tallest * chart.categories.len() as u32;
        // Bars are as thick in every chart, whatever room their labels take.
        let (thick, beside) = if chart.kind == ChartKind::PairedBars { (13, 26) } else { (15, 15) };
        let gap = (tallest.saturating_sub(beside) * 100 / thick).clamp(20, 500) as u16;
        let height = match chart.kind {
            ChartKind::Bars => 76 + bars,
            ChartKind::PairedBars => 110 + bars,
            ChartKind::Lines => 320 + 14 * chart.series.len() as u32,
        };
        Self { width, height, gap }
    }

    /// The height in points.
    fn points(&self) -> f64 {
        f64::from(self.height) * PIXEL
    }
}

/// Draws a chart that begins in the row that comes next.
fn draw_chart(
    brief: &Brief<'_>,
    table: &Table,
    chart: &Chart,
    frame: ChartFrame,
    figures: &mut ChartFigures,
    page: &mut Page,
) {
    let language = brief.language();
    let row = page.row();
    let points = frame.points();
    let ChartFrame { width, height, gap } = frame;
    let pictures = figures.pictures(brief, table, chart);
    page.sheet.charts.push(ChartPlan {
        row,
        kind: chart.kind,
        title: shortened(&labels::in_language(&chart.title, language), LONGEST_TITLE),
        alt: shortened(&labels::in_language(&chart.alt, language), LONGEST_ALT),
        axis: labels::in_language(&chart.axis, language),
        pictures,
        width,
        height,
        gap,
        format: match chart.series.first().and_then(|s| s.points.first()) {
            Some(Cell::Tenths(_)) => CellFormat::Tenth,
            Some(Cell::Level(level)) => CellFormat::of_places(level.places),
            _ => CellFormat::Whole,
        },
    });
    page.skip((points / LINE) as u32 + 2);
}
