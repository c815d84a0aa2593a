//! Bare sheets: cells, merged ranges, widths, document properties. Nothing is styled, nothing is derived.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::{
    WorkbookError, assemble_package,
    limits::{SheetNames, check_number, check_place, check_text},
    marked_up,
};
use domain::Language;

/// The creation time that every plain workbook carries, so that equal sheets give equal bytes.
const CREATED: (u16, u8, u8) = (2020, 1, 1);

/// A workbook of bare sheets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlainWorkbook {
    pub properties: Properties,
    /// The language of the texts; `None` writes none, as in the forms of the Committee's services.
    pub language: Option<Language>,
    pub sheets: Vec<PlainSheet>,
}

/// Document properties; `custom` are the user-defined ones, as texts, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Properties {
    pub title: String,
    pub subject: String,
    pub author: String,
    pub description: String,
    pub custom: Vec<(String, String)>,
}

/// A sheet. Rows and columns count from 0; a merge is first row, first column, last row, last column, and the text of
/// its first cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlainSheet {
    pub name: String,
    pub hidden: bool,
    /// The name of the table that all cells are marked up as: Latin letters, digits and `_`. The first row has its
    /// headings, and a blank cell below them says that it has no value.
    pub table: Option<String>,
    pub cells: Vec<(u32, u16, PlainCell)>,
    pub merges: Vec<(u32, u16, u32, u16, PlainCell)>,
    /// Widths of columns in characters.
    pub widths: Vec<(u16, f64)>,
}

/// The content of a cell. A text stays a text whatever it starts with: it never becomes a formula.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum PlainCell {
    Text(String),
    Number(f64),
    #[default]
    Blank,
}

impl PlainWorkbook {
    /// The workbook as bytes; the same sheets give the same bytes.
    ///
    /// # Errors
    /// What a spreadsheet program would refuse, with the sheet and the cell.
    pub fn write(&self) -> Result<Vec<u8>, WorkbookError> {
        self.check()?;
        let mut workbook = Workbook::new();
        workbook.set_properties(&self.properties.to_library()?);
        let merged =
            Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter).set_text_wrap();
        let shown = self.sheets.iter().position(|s| !s.hidden).ok_or(WorkbookError::NoSheet)?;
        for (place, sheet) in self.sheets.iter().enumerate() {
            let worksheet = workbook.add_worksheet();
            sheet.draw(worksheet, &merged)?;
            if place == shown {
                worksheet.set_active(true).set_first_tab(true);
            }
        }
        let written = workbook.save_to_buffer()?;
        match self.language {
            Some(language) => assemble_package::in_language(written, language),
            None => Ok(written),
        }
    }

    fn check(&self) -> Result<(), WorkbookError> {
        let mut names = SheetNames::default();
        for sheet in &self.sheets {
            names.take(&sheet.name)?;
            let merged = sheet.merges.iter().map(|(row, column, _, _, cell)| (row, column, cell));
            let cells = sheet.cells.iter().map(|(row, column, cell)| (row, column, cell));
            for (row, column, cell) in cells.chain(merged) {
                cell.check(&sheet.name, *row, *column)?;
            }
        }
        Ok(())
    }
}

impl Properties {
    pub(super) fn to_library(&self) -> Result<DocProperties, WorkbookError> {
        let (year, month, day) = CREATED;
        let mut properties = DocProperties::new()
            .set_title(&self.title)
            .set_subject(&self.subject)
            .set_author(&self.author)
            .set_comment(&self.description)
            .set_creation_datetime(&ExcelDateTime::from_ymd(year, month, day)?);
        for (name, value) in &self.custom {
            if value.chars().count() > 255 {
                return Err(WorkbookError::Property { name: name.clone(), rule: "a property holds 255 characters" });
            }
            properties = properties.set_custom_property(name, value.as_str());
        }
        Ok(properties)
    }
}

impl PlainSheet {
    fn draw(&self, worksheet: &mut Worksheet, merged: &Format) -> Result<(), WorkbookError> {
        worksheet.set_name(&self.name)?;
        worksheet.set_hidden(self.hidden);
        for (column, width) in &self.widths {
            worksheet.set_column_width(*column, *width)?;
        }
        if let Some(name) = &self.table {
            let lines = self.cells.iter().map(|(row, ..)| *row).max().unwrap_or_default();
            marked_up::mark_up(worksheet, name, self.headings(), (0, lines))?;
        }
        // A text in a table takes the lines that it needs; in a bare sheet it goes on over the cells beside it.
        let wrapped = Format::new().set_align(FormatAlign::Top).set_text_wrap();
        for (row, column, cell) in &self.cells {
            match (&self.table, marked_up::filled(cell).as_ref()) {
                (None, _) => cell.draw(worksheet, *row, *column)?,
                (Some(_), PlainCell::Text(text)) => {
                    worksheet.write_string_with_format(*row, *column, text, &wrapped)?;
                }
                (Some(_), filled) => filled.draw(worksheet, *row, *column)?,
            }
        }
        for (top, left, bottom, right, cell) in &self.merges {
            if (top, left) == (bottom, right) {
                cell.draw(worksheet, *top, *left)?;
                continue;
            }
            worksheet.merge_range(*top, *left, *bottom, *right, "", merged)?;
            match cell {
                PlainCell::Text(text) => worksheet.write_string_with_format(*top, *left, text, merged)?,
                PlainCell::Number(number) => worksheet.write_number_with_format(*top, *left, *number, merged)?,
                PlainCell::Blank => worksheet,
            };
        }
        Ok(())
    }

    /// The texts of the first row, from the first column on.
    fn headings(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().filter(|(row, ..)| *row == 0).map(|(_, _, cell)| match cell {
            PlainCell::Text(text) => text.as_str(),
            PlainCell::Number(_) | PlainCell::Blank => "",
        })
    }
}

impl PlainCell {
    fn check(&self, sheet: &str, row: u32, column: u16) -> Result<(), WorkbookError> {
        check_place(sheet, row, column)?;
        match self {
            Self::Text(text) => check_text(sheet, row, column, text),
            Self::Number(number) => check_number(sheet, row, column, *number),
            Self::Blank => Ok(()),
        }
    }

    fn draw(&self, worksheet: &mut Worksheet, row: u32, column: u16) -> Result<(), WorkbookError> {
        match self {
            Self::Text(text) => worksheet.write_string(row, column, text)?,
            Self::Number(number) => worksheet.write_number(row, column, *number)?,
            Self::Blank => worksheet,
        };
        Ok(())
    }
}
