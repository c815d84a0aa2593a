//! The part of a sheet (ECMA-376 part 1, 18.3): the elements before its rows, the rows, and the elements after them.
//!
//! A planned sheet in, XML out. It is written straight from the plan, because the writing library needs a thread, a
//! tree of cells and a new compressor for each sheet: for some seventy small sheets several times the cost of
//! compressing them.

use super::{
    plan::{CellContent, PageFit, Range, SheetPlan, SparkPlan},
    rows::Rows,
    theme::Theme,
};
use ooxml::{
    address::{address, column_letters},
    xml_writer,
};

/// A sheet with everything that its part is written from.
#[derive(Debug, Clone, Copy)]
pub struct Worksheet<'a> {
    pub plan: &'a SheetPlan,
    pub rows: &'a Rows,
    pub theme: &'a Theme,
    /// The sheet that is shown when the workbook is opened.
    pub is_first: bool,
}

const OPENING: &str = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
                       xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// Small curves are an extension of Excel 2010.
const EXTENDED: &str = " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
                        xmlns:x14ac=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac\" mc:Ignorable=\"x14ac\"";

impl Worksheet<'_> {
    pub fn write(&self, to: &mut String) {
        let plan = self.plan;
        let has_sparks = !plan.sparks.is_empty();
        to.push_str(xml_writer::HEAD);
        to.push_str(OPENING);
        to.push_str(if has_sparks { EXTENDED } else { "" });
        to.push('>');
        if !matches!(plan.fit, PageFit::Scale(_)) {
            to.push_str("<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>");
        }
        to.push_str("<dimension ref=\"");
        to.push_str(&self.rows.dimension());
        to.push_str("\"/>");
        self.view(to);
        to.push_str("<sheetFormatPr defaultRowHeight=\"13.5\"");
        to.push_str(if has_sparks { " x14ac:dyDescent=\"0.25\"/>" } else { "/>" });
        columns(&plan.widths, to);
        self.rows.write(to);
        merged(plan, to);
        links(plan, to);
        page(plan, to);
        // The numbers of the relations of `package::relations`.
        let drawn = plan.is_drawn();
        if drawn {
            to.push_str("<drawing r:id=\"rId1\"/>");
        }
        if plan.table.is_some() {
            xml_writer::with(to, "<tableParts count=\"1\"><tablePart r:id=\"rId", 1 + u64::from(drawn));
            to.push_str("/></tableParts>");
        }
        if has_sparks {
            sparks(&plan.sparks, self.theme, to);
        }
        to.push_str("</worksheet>");
    }

    fn view(&self, to: &mut String) {
        to.push_str("<sheetViews><sheetView showGridLines=\"0\"");
        to.push_str(if self.is_first { " tabSelected=\"1\"" } else { "" });
        to.push_str(" workbookViewId=\"0\"");
        let (rows, columns) = (self.plan.frozen_rows.unwrap_or(0), self.plan.frozen_columns);
        if rows == 0 {
            to.push_str("/></sheetViews>");
            return;
        }
        to.push_str("><pane");
        if columns > 0 {
            xml_writer::with(to, " xSplit=\"", columns);
        }
        xml_writer::with(to, " ySplit=\"", rows);
        let mut corner = |before: &str, row, column| {
            to.push_str(before);
            to.push_str(&address(row, column));
        };
        corner(" topLeftCell=\"", rows, columns);
        if columns > 0 {
            corner(
                "\" activePane=\"bottomRight\" state=\"frozen\"/><selection pane=\"topRight\" activeCell=\"",
                0,
                columns,
            );
            corner("\" sqref=\"", 0, columns);
            corner("\"/><selection pane=\"bottomLeft\" activeCell=\"", rows, 0);
            corner("\" sqref=\"", rows, 0);
            to.push_str("\"/><selection pane=\"bottomRight\"/>");
        } else {
            to.push_str("\" activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/>");
        }
        to.push_str("</sheetView></sheetViews>");
    }
}

/// Pixels of a digit of the body's font, and of the room beside a cell's text.
const DIGIT: f64 = 7.0;
const ROOM: f64 = 5.0;
/// The widest column that Excel knows, 255 digits.
const WIDEST: f64 = 255.0;

/// Widths as Excel stores them (18.3.1.13): whole pixels, counted in digits.
fn columns(widths: &[f64], to: &mut String) {
    if widths.is_empty() {
        return;
    }
    to.push_str("<cols>");
    let pixels = |width: f64| (width.min(WIDEST) * DIGIT).round() + ROOM;
    let mut first = 0;
    while let Some(width) = widths.get(first) {
        let width = pixels(*width);
        let alike = widths[first..].iter().take_while(|w| (pixels(**w) - width).abs() < 0.5).count();
        xml_writer::with(to, "<col min=\"", first as u64 + 1);
        xml_writer::with(to, " max=\"", (first + alike) as u64);
        to.push_str(" width=\"");
        xml_writer::number((width * 256.0 / DIGIT).floor() / 256.0, to);
        to.push_str("\" customWidth=\"1\"/>");
        first += alike;
    }
    to.push_str("</cols>");
}

/// Rows in which cells are one (18.3.1.55).
fn merged(plan: &SheetPlan, to: &mut String) {
    if plan.merged.is_empty() {
        return;
    }
    xml_writer::with(to, "<mergeCells count=\"", plan.merged.len() as u64);
    to.push('>');
    for merged in &plan.merged {
        to.push_str("<mergeCell ref=\"");
        to.push_str(&address(merged.row, 0_u16));
        to.push(':');
        to.push_str(&address(merged.row, merged.last));
        to.push_str("\"/>");
    }
    to.push_str("</mergeCells>");
}

fn links(plan: &SheetPlan, to: &mut String) {
    let mut links: Vec<(u32, u16, &str, &str)> = Vec::new();
    for cell in &plan.cells {
        if let CellContent::Link { text, sheet } = &cell.content {
            links.push((cell.row, cell.column, text, sheet));
        }
    }
    if links.is_empty() {
        return;
    }
    links.sort_by_key(|(row, column, ..)| (*row, *column));
    to.push_str("<hyperlinks>");
    for (row, column, text, sheet) in links {
        to.push_str("<hyperlink ref=\"");
        to.push_str(&address(row, column));
        to.push_str("\" location=\"");
        xml_writer::attribute(&quoted(sheet), to);
        to.push_str("!A1\" display=\"");
        xml_writer::attribute(text, to);
        to.push_str("\"/>");
    }
    to.push_str("</hyperlinks>");
}

/// The name of a sheet as references have it.
#[must_use]
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// Inches between the text and the edge of the paper. 9 is A4.
const MARGINS: &str = "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.65\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
                       <pageSetup paperSize=\"9\"";

fn page(plan: &SheetPlan, to: &mut String) {
    to.push_str(MARGINS);
    match plan.fit {
        PageFit::Width => to.push_str(" fitToHeight=\"0\""),
        PageFit::OnePage => {}
        PageFit::Scale(per_cent) => xml_writer::with(to, " scale=\"", per_cent),
    }
    to.push_str(" orientation=\"");
    to.push_str(if plan.landscape { "landscape" } else { "portrait" });
    to.push_str("\" horizontalDpi=\"200\" verticalDpi=\"200\"/><headerFooter><oddHeader>");
    xml_writer::text(&plan.page_header, to);
    to.push_str("</oddHeader><oddFooter>");
    xml_writer::text(&plan.page_footer, to);
    to.push_str("</oddFooter></headerFooter>");
    if !plan.breaks.is_empty() {
        let count = plan.breaks.len() as u64;
        xml_writer::with(to, "<rowBreaks count=\"", count);
        xml_writer::with(to, " manualBreakCount=\"", count);
        to.push('>');
        for row in &plan.breaks {
            xml_writer::with(to, "<brk id=\"", *row);
            to.push_str(" max=\"16383\" man=\"1\"/>");
        }
        to.push_str("</rowBreaks>");
    }
    if let (Some(codes), Some(table)) = (plan.codes, &plan.table) {
        let (first, last) = (table.top + 1, table.top + table.lines.max(1));
        let codes = format!("{}:{}", address(first, codes), address(last, codes));
        to.push_str("<ignoredErrors><ignoredError sqref=\"");
        to.push_str(&codes);
        to.push_str("\" numberStoredAsText=\"1\"/></ignoredErrors>");
    }
}

const SPARKS: &str = "<extLst><ext xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\" \
                      uri=\"{05C60535-1F16-4fd2-B633-F4F36F0B64E0}\"><x14:sparklineGroups \
                      xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\">";

/// The height of a spark's cell relative to its tallest bar: not every program leaves room above it.
const ABOVE_SPARKS: f64 = 1.25;

/// Small bars from zero with the last one marked. Each is a group of its own, so that each has its own scale. Bars show
/// how large a change is, and programs other than Excel draw them too.
fn sparks(sparks: &[SparkPlan], theme: &Theme, to: &mut String) {
    let color = |place| format!("rgb=\"FF{:06X}\"/>", theme.chart_color(place));
    to.push_str(SPARKS);
    for spark in sparks {
        let most = (spark.most * ABOVE_SPARKS).ceil() as u64;
        xml_writer::with(to, "<x14:sparklineGroup manualMax=\"", most);
        to.push_str(" manualMin=\"0\" type=\"column\" displayEmptyCellsAs=\"gap\" last=\"1\" minAxisType=\"custom\" ");
        to.push_str("maxAxisType=\"custom\"><x14:colorSeries ");
        to.push_str(&color(1));
        to.push_str("<x14:colorLast ");
        to.push_str(&color(0));
        to.push_str("<x14:sparklines><x14:sparkline><xm:f>");
        let Range { sheet, column, first, last } = &spark.values;
        let letters = column_letters(*column);
        xml_writer::text(&format!("{}!{letters}{}:{letters}{}", quoted(sheet), first + 1, last + 1), to);
        to.push_str("</xm:f><xm:sqref>");
        to.push_str(&address(spark.row, spark.column));
        to.push_str("</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>");
    }
    to.push_str("</x14:sparklineGroups></ext></extLst>");
}
