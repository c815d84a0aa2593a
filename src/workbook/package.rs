//! The small parts around the sheets: tables, drawings, relations, and what lists all parts (ECMA-376 parts 1 and 2).

use super::{
    plan::{SheetPlan, TablePlan},
    worksheet::quoted,
};
use ooxml::{
    address::{address, column_letters},
    xml_writer,
};

/// The parts that belong to a sheet, by number: parts of one kind are numbered through the workbook, from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hanging {
    pub drawing: Option<u32>,
    /// The number of the first chart.
    pub charts: u32,
    /// The number of the first picture.
    pub images: u32,
    pub table: Option<u32>,
}

impl Hanging {
    /// The parts of each sheet.
    #[must_use]
    pub fn of(sheets: &[SheetPlan]) -> Vec<Self> {
        let (mut drawings, mut charts, mut images, mut tables) = (0, 0, 0, 0);
        let number = |there: bool, count: &mut u32| {
            *count += u32::from(there);
            there.then_some(*count)
        };
        let each = sheets.iter().map(|sheet| {
            let hanging = Self {
                drawing: number(sheet.is_drawn(), &mut drawings),
                charts: charts + 1,
                images: images + 1,
                table: number(sheet.table.is_some(), &mut tables),
            };
            charts += sheet.charts.len() as u32;
            images += sheet.images.len() as u32;
            hanging
        });
        each.collect()
    }
}

const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";

/// A list of relations in the order of their numbers: the type of each, and its target.
fn relations<'a>(each: impl Iterator<Item = (&'a str, String)>, to: &mut String) {
    to.push_str(xml_writer::HEAD);
    to.push_str(RELATIONS);
    for (place, (kind, target)) in each.enumerate() {
        xml_writer::with(to, "<Relationship Id=\"rId", place as u64 + 1);
        to.push_str(" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/");
        to.push_str(kind);
        to.push_str("\" Target=\"");
        to.push_str(&target);
        to.push_str("\"/>");
    }
    to.push_str("</Relationships>");
}

/// The relations of a sheet: its drawing, then its table.
pub fn of_sheet(hanging: Hanging, to: &mut String) {
    let drawing = hanging.drawing.map(|number| ("drawing", format!("../drawings/drawing{number}.xml")));
    let table = hanging.table.map(|number| ("table", format!("../tables/table{number}.xml")));
    relations(drawing.into_iter().chain(table), to);
}

/// The relations of a drawing: its charts, then its pictures.
pub fn of_drawing(hanging: Hanging, plan: &SheetPlan, to: &mut String) {
    let charts = (hanging.charts..).take(plan.charts.len());
    let charts = charts.map(|number| ("chart", format!("../charts/chart{number}.xml")));
    let images = (hanging.images..).take(plan.images.len());
    let images = images.map(|number| ("image", format!("../media/image{number}.png")));
    relations(charts.chain(images), to);
}

/// The relations of the workbook: its sheets, the theme, the styles, the shared texts.
pub fn of_workbook(sheets: usize, to: &mut String) {
    let sheets = (1..=sheets).map(|number| ("worksheet", format!("worksheets/sheet{number}.xml")));
    let others = [("theme", "theme/theme1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")];
    relations(sheets.chain(others.map(|(kind, target)| (kind, target.to_owned()))), to);
}

/// A table (part 1, 18.5.1.2).
pub fn table(plan: &TablePlan, number: u32, to: &mut String) {
    to.push_str(xml_writer::HEAD);
    xml_writer::with(to, "<table xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" id=\"", number);
    for opening in [" name=\"", "\" displayName=\""] {
        to.push_str(opening);
        xml_writer::attribute(&plan.name, to);
    }
    let last = (plan.columns.len() as u16).saturating_sub(1);
    let range = format!("{}:{}", address(plan.top, 0_u16), address(plan.top + plan.lines.max(1), last));
    to.push_str("\" ref=\"");
    to.push_str(&range);
    to.push_str("\" totalsRowShown=\"0\">");
    if plan.filter {
        to.push_str("<autoFilter ref=\"");
        to.push_str(&range);
        to.push_str("\"/>");
    }
    xml_writer::with(to, "<tableColumns count=\"", plan.columns.len() as u64);
    to.push('>');
    for (place, head) in plan.columns.iter().enumerate() {
        xml_writer::with(to, "<tableColumn id=\"", place as u64 + 1);
        to.push_str(" name=\"");
        xml_writer::attribute(head, to);
        to.push_str("\"/>");
    }
    to.push_str(TABLE_LOOK);
    let alt: String = plan.alt.chars().take(ALT_TEXT).collect();
    for opening in ["altText=\"", "\" altTextSummary=\""] {
        to.push_str(opening);
        xml_writer::attribute(&alt, to);
    }
    to.push_str("\"/></ext></extLst></table>");
}

/// Alternative texts hold 255 characters.
const ALT_TEXT: usize = 250;
const TABLE_LOOK: &str = "</tableColumns><tableStyleInfo showFirstColumn=\"0\" showLastColumn=\"0\" showRowStripes=\"0\" \
                          showColumnStripes=\"0\"/><extLst><ext uri=\"{504A1905-F514-4f6f-8877-14C23A59335A}\" \
                          xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\"><x14:table ";

/// English metric units of a pixel.
const PIXEL: u64 = 9525;

/// A drawing: charts and pictures, each anchored at a cell with a size that does not depend on the columns (part 1,
/// 20.5.2.24).
pub fn drawing(plan: &SheetPlan, to: &mut String) {
    to.push_str(xml_writer::HEAD);
    to.push_str(
        "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">",
    );
    for (place, chart) in plan.charts.iter().enumerate() {
        let number = place as u64 + 1;
        anchor(chart.row, (chart.width, chart.height), to);
        xml_writer::with(to, "/><xdr:graphicFrame macro=\"\"><xdr:nvGraphicFramePr><xdr:cNvPr id=\"", number + 1);
        xml_writer::with(to, " name=\"Chart ", number);
        to.push_str(" descr=\"");
        xml_writer::attribute(&chart.alt, to);
        xml_writer::with(to, CHART_FRAME, number);
        to.push_str("/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor>");
    }
    for (place, image) in plan.images.iter().enumerate() {
        let number = (plan.charts.len() + place) as u64 + 1;
        anchor(image.row, (image.width, image.height), to);
        xml_writer::with(to, "/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id=\"", number + 1);
        xml_writer::with(to, " name=\"Picture ", number);
        to.push_str(" descr=\"");
        xml_writer::attribute(&image.alt, to);
        xml_writer::with(to, PICTURE_FRAME, number);
        xml_writer::with(to, PICTURE_SIZE, u64::from(image.width) * PIXEL);
        xml_writer::with(to, " cy=\"", u64::from(image.height) * PIXEL);
        to.push_str("/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>");
        to.push_str("<xdr:clientData/></xdr:oneCellAnchor>");
    }
    to.push_str("</xdr:wsDr>");
}

/// The beginning of an anchor in the first column of a row, up to its height in pixels.
fn anchor(row: u32, (width, height): (u32, u32), to: &mut String) {
    to.push_str("<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>");
    xml_writer::whole(row, to);
    to.push_str("</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>");
    xml_writer::with(to, "<xdr:ext cx=\"", u64::from(width) * PIXEL);
    xml_writer::with(to, " cy=\"", u64::from(height) * PIXEL);
}

const PICTURE_FRAME: &str = "\"/><xdr:cNvPicPr><a:picLocks noChangeAspect=\"1\"/></xdr:cNvPicPr></xdr:nvPicPr>\
                             <xdr:blipFill><a:blip \
                             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
                             r:embed=\"rId";
const PICTURE_SIZE: &str = "/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm>\
                            <a:off x=\"0\" y=\"0\"/><a:ext cx=\"";

const CHART_FRAME: &str = "\"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x=\"0\" y=\"0\"/>\
                           <a:ext cx=\"0\" cy=\"0\"/></xdr:xfrm><a:graphic>\
                           <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">\
                           <c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
                           xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"rId";

/// The content type of each part (part 2, 10.1.2).
pub fn content_types(hanging: &[Hanging], (charts, images): (usize, usize), to: &mut String) {
    let count = |of: fn(&Hanging) -> Option<u32>| hanging.iter().filter_map(of).count();
    to.push_str(xml_writer::HEAD);
    to.push_str(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>",
    );
    if images > 0 {
        to.push_str("<Default Extension=\"png\" ContentType=\"image/png\"/>");
    }
    let mut part = |name: &str, number: Option<usize>, kind: &str| {
        to.push_str("<Override PartName=\"/");
        to.push_str(name);
        if let Some(number) = number {
            xml_writer::whole(number as u64, to);
        }
        to.push_str(".xml\" ContentType=\"application/vnd.openxmlformats-");
        to.push_str(kind);
        to.push_str("+xml\"/>");
    };
    part("docProps/app", None, "officedocument.extended-properties");
    part("docProps/core", None, "package.core-properties");
    part("docProps/custom", None, "officedocument.custom-properties");
    part("xl/styles", None, "officedocument.spreadsheetml.styles");
    part("xl/theme/theme", Some(1), "officedocument.theme");
    part("xl/workbook", None, "officedocument.spreadsheetml.sheet.main");
    part("xl/sharedStrings", None, "officedocument.spreadsheetml.sharedStrings");
    let numbered = [
        ("xl/worksheets/sheet", hanging.len(), "officedocument.spreadsheetml.worksheet"),
        ("xl/drawings/drawing", count(|h| h.drawing), "officedocument.drawing"),
        ("xl/charts/chart", charts, "officedocument.drawingml.chart"),
        ("xl/tables/table", count(|h| h.table), "officedocument.spreadsheetml.table"),
    ];
    for (name, count, kind) in numbered {
        for number in 1..=count {
            part(name, Some(number), kind);
        }
    }
    to.push_str("</Types>");
}

/// The sheets of the workbook, and the names of what is printed of each (part 1, 18.2.19 and 18.2.6).
pub fn sheets(sheets: &[SheetPlan], to: &mut String) {
    to.push_str("<sheets>");
    for (place, sheet) in sheets.iter().enumerate() {
        let number = place as u64 + 1;
        to.push_str("<sheet name=\"");
        xml_writer::attribute(&sheet.name, to);
        xml_writer::with(to, "\" sheetId=\"", number);
        xml_writer::with(to, " r:id=\"rId", number);
        to.push_str("/>");
    }
    to.push_str("</sheets><definedNames>");
    for (place, sheet) in sheets.iter().enumerate() {
        xml_writer::with(to, "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"", place as u64);
        to.push('>');
        xml_writer::text(&printed(sheet), to);
        to.push_str("</definedName>");
    }
    for (place, sheet) in sheets.iter().enumerate() {
        let Some(head) = repeated(sheet) else { continue };
        xml_writer::with(to, "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"", place as u64);
        to.push('>');
        let name = quoted(&sheet.name);
        if let Some(crossed) = &sheet.crossed {
            // The columns that are repeated on every page come before the row that is.
            xml_writer::text(&format!("{name}!$A:${},", column_letters(crossed.stub.saturating_sub(1))), to);
        }
        xml_writer::text(&format!("{name}!${head}:${head}"), to);
        to.push_str("</definedName>");
    }
    to.push_str("</definedNames>");
}

/// The ranges of a sheet that are printed, each on pages of its own. LibreOffice prints hidden sheets too, but leaves
/// blank pages out, as Excel does: for a sheet that is not printed the range is a blank cell beside its columns.
///
/// Of a table on several pages side by side, the pages after the first have their columns of the table alone: titles and
/// notes are whole on the first one, and would be cut off by the columns that are repeated on the others.
fn printed(sheet: &SheetPlan) -> String {
    let name = quoted(&sheet.name);
    let range = |columns: (u16, u16), rows: (u32, u32)| {
        let [first, last] = [columns.0, columns.1].map(column_letters);
        format!("{name}!${first}${}:${last}${}", rows.0 + 1, rows.1 + 1)
    };
    let beside = sheet.widths.len() as u16;
    if sheet.unprinted.is_some() {
        return range((beside, beside), (0, 0));
    }
    let breaks = sheet.crossed.iter().flat_map(|crossed| &crossed.breaks);
    let mut edges: Vec<u16> = breaks.map(|column| *column as u16).collect();
    edges.push(beside.max(1));
    let first = range((0, edges[0] - 1), (0, sheet.last_row));
    let table = sheet.table.as_ref().map_or((0, sheet.last_row), |table| (table.top, table.top + table.lines));
    let others = edges.windows(2).map(|pair| range((pair[0], pair[1] - 1), table));
    std::iter::once(first).chain(others).collect::<Vec<_>>().join(",")
}

/// The row that is printed again on every page, counted from 1.
fn repeated(sheet: &SheetPlan) -> Option<u32> {
    let goes_on = |_: &&TablePlan| !sheet.one_page_table && sheet.unprinted.is_none();
    sheet.table.as_ref().filter(goes_on).map(|table| table.top + 1)
}

/// The titles of the parts, for programs that show a document's outline (part 1, 22.2.2.8 and 22.2.2.26).
pub fn titles(sheets: &[SheetPlan], to: &mut String) {
    let titled = sheets.iter().filter(|sheet| repeated(sheet).is_some());
    let names = sheets.len() + titled.clone().count();
    to.push_str("<HeadingPairs><vt:vector size=\"4\" baseType=\"variant\">");
    for (heading, count) in [("Worksheets", sheets.len()), ("Named Ranges", names)] {
        to.push_str("<vt:variant><vt:lpstr>");
        to.push_str(heading);
        to.push_str("</vt:lpstr></vt:variant><vt:variant><vt:i4>");
        xml_writer::whole(count as u64, to);
        to.push_str("</vt:i4></vt:variant>");
    }
    xml_writer::with(to, "</vt:vector></HeadingPairs><TitlesOfParts><vt:vector size=\"", (sheets.len() + names) as u64);
    to.push_str(" baseType=\"lpstr\">");
    let mut title = |text: &str| {
        to.push_str("<vt:lpstr>");
        xml_writer::text(text, to);
        to.push_str("</vt:lpstr>");
    };
    for sheet in sheets {
        title(&sheet.name);
    }
    for sheet in sheets {
        title(&format!("{}!Print_Area", quoted(&sheet.name)));
    }
    for sheet in titled {
        title(&format!("{}!Print_Titles", quoted(&sheet.name)));
    }
    to.push_str("</vt:vector></TitlesOfParts>");
}
