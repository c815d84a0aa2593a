//! Lists for paper: a heading, a ruled table that repeats its header on every page, a total, and lines to sign on.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::{
    WorkbookError, assemble_package,
    limits::{SheetNames, check_number, check_place, check_text},
    marked_up,
    plain::{PlainCell, Properties},
};
use domain::Language;

/// A workbook of lists.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedLists {
    pub properties: Properties,
    /// The language of all texts.
    pub language: Language,
    pub sheets: Vec<PrintedSheet>,
    /// The words before the page's number and the number of pages in the footer: `Стр.`, `из`.
    pub page_words: [String; 2],
}

/// One list on one sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PrintedSheet {
    pub name: String,
    /// The name of the table in the workbook: Latin letters, digits and `_`.
    pub table: String,
    /// The title.
    pub title: String,
    /// Its subject, in lines.
    pub about: Vec<String>,
    /// A warning that a reader must not miss, such as that these are sample data.
    pub alert: Option<String>,
    pub columns: Vec<PrintedColumn>,
    pub rows: Vec<Vec<PlainCell>>,
    pub totals: Vec<Vec<PlainCell>>,
    /// A word before each line for a signature of the whole list.
    pub signed_by: Vec<String>,
    /// Room to sign in every row; the last column is left blank for it, outside the table.
    pub tall: bool,
}

/// A column by its heading and its width in characters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PrintedColumn {
    pub heading: String,
    pub width: f64,
}

/// The height of a row that is signed by hand, in points: 8 mm.
const TALL: f64 = 24.0;
/// The height of a line of text with its margin, in points.
const LINE: f64 = 14.0;
/// The distance between lines for signatures, in points.
const SIGNED: f64 = 30.0;

struct Looks {
    title: Format,
    about: Format,
    alert: Format,
    heading: Format,
    cell: Format,
    total: Format,
    signed: Format,
    line: Format,
}

impl Looks {
    fn new() -> Self {
        let plain = || Format::new().set_font_name("Arial").set_font_size(10);
        let ruled = || plain().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
        Self {
            title: plain().set_font_size(14).set_bold(),
            about: plain(),
            alert: plain().set_bold().set_font_color("9C1C1C"),
            heading: ruled().set_bold().set_align(FormatAlign::Center).set_background_color("E8EDF2"),
            cell: ruled(),
            total: ruled().set_bold(),
            signed: plain().set_align(FormatAlign::Bottom),
            line: plain().set_border_bottom(FormatBorder::Thin),
        }
    }
}

impl PrintedLists {
    /// The workbook as bytes; the same lists give the same bytes.
    ///
    /// # Errors
    /// What a spreadsheet program would refuse, with the sheet and the cell.
    pub fn write(&self) -> Result<Vec<u8>, WorkbookError> {
        let mut names = SheetNames::default();
        let (mut workbook, looks) = (Workbook::new(), Looks::new());
        workbook.set_properties(&self.properties.to_library()?);
        for sheet in &self.sheets {
            names.take(&sheet.name)?;
            let worksheet = workbook.add_worksheet();
            sheet.draw(worksheet, &looks)?;
            let [page, of] = &self.page_words;
            let alert = sheet.alert.as_deref().unwrap_or_default().replace('&', "&&");
            worksheet.set_footer(format!("&L&8&A&C&8{alert}&R&8{page} &P {of} &N"));
        }
        assemble_package::in_language(workbook.save_to_buffer()?, self.language)
    }
}

impl PrintedSheet {
    fn draw(&self, worksheet: &mut Worksheet, looks: &Looks) -> Result<(), WorkbookError> {
        worksheet.set_name(&self.name)?;
        for (column, at) in self.columns.iter().zip(0..) {
            worksheet.set_column_width(at, column.width)?;
        }
        self.write(worksheet, 0, 0, &self.title, &looks.title)?;
        let mut row = 1;
        let about = self.about.iter().map(|line| (line, &looks.about));
        for (line, look) in about.chain(self.alert.iter().map(|line| (line, &looks.alert))) {
            self.write(worksheet, row, 0, line, look)?;
            row += 1;
        }
        row += 1;
        let headings = self.columns.iter().take(usize::from(self.across())).map(|column| column.heading.as_str());
        let lines = (self.rows.len() + self.totals.len()) as u32;
        marked_up::mark_up(worksheet, &self.table, headings, (row, lines))?;
        for (column, at) in self.columns.iter().zip(0..) {
            self.write(worksheet, row, at, &column.heading, &looks.heading)?;
        }
        worksheet.set_row_height(row, TALL + 6.0)?;
        worksheet.set_repeat_rows(row, row)?;
        let lines = self.rows.iter().map(|cells| (cells, &looks.cell));
        for (cells, look) in lines.chain(self.totals.iter().map(|cells| (cells, &looks.total))) {
            row += 1;
            worksheet.set_row_height(row, self.height(cells))?;
            for at in 0..self.columns.len() as u16 {
                let cell = cells.get(usize::from(at)).unwrap_or(&PlainCell::Blank);
                let cell = if at < self.across() { marked_up::filled(cell) } else { Cow::Borrowed(cell) };
                let centred =
                    matches!(*cell, PlainCell::Number(_)).then(|| look.clone().set_align(FormatAlign::Center));
                self.cell(worksheet, row, at, &cell, centred.as_ref().unwrap_or(look))?;
            }
        }
        for by in &self.signed_by {
            row += if row + 1 == self.end_of_table() { 2 } else { 1 };
            worksheet.set_row_height(row, SIGNED)?;
            self.write(worksheet, row, 1, by, &looks.signed)?;
            for at in 2..(self.columns.len() as u16).min(6) {
                worksheet.write_blank(row, at, &looks.line)?;
            }
        }
        let last = (self.columns.len() as u16).saturating_sub(1);
        worksheet.set_print_area(0, 0, row, last)?;
        worksheet
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.5, 0.5, 0.5, 0.7, 0.3, 0.3);
        Ok(())
    }

    /// How many columns belong to the table.
    fn across(&self) -> u16 {
        (self.columns.len() as u16).saturating_sub(u16::from(self.tall))
    }

    /// The height of a row: programs that only print do not fit it to wrapped text.
    fn height(&self, cells: &[PlainCell]) -> f64 {
        let lines = |(cell, column): (&PlainCell, &PrintedColumn)| match cell {
            PlainCell::Text(text) => (text.chars().count() as f64 / (column.width - 1.0).max(1.0)).ceil(),
            _ => 1.0,
        };
        let lines = cells.iter().zip(&self.columns).map(lines).fold(1.0, f64::max);
        (lines * LINE).max(if self.tall { TALL } else { LINE })
    }

    /// The row after the table.
    fn end_of_table(&self) -> u32 {
        let above = 1 + self.about.len() + usize::from(self.alert.is_some()) + 1;
        (above + 1 + self.rows.len() + self.totals.len()) as u32
    }

    fn write(&self, sheet: &mut Worksheet, row: u32, at: u16, text: &str, look: &Format) -> Result<(), WorkbookError> {
        self.cell(sheet, row, at, &PlainCell::Text(text.to_owned()), look)
    }

    fn cell(
        &self,
        worksheet: &mut Worksheet,
        row: u32,
        column: u16,
        cell: &PlainCell,
        look: &Format,
    ) -> Result<(), WorkbookError> {
        check_place(&self.name, row, column)?;
        match cell {
            PlainCell::Text(text) => {
                check_text(&self.name, row, column, text)?;
                worksheet.write_string_with_format(row, column, text, look)?;
            }
            PlainCell::Number(number) => {
                check_number(&self.name, row, column, *number)?;
                worksheet.write_number_with_format(row, column, *number, look)?;
            }
            PlainCell::Blank => {
                worksheet.write_blank(row, column, look)?;
            }
        }
        Ok(())
    }
}
