//! Marks rows up as a table, for readers of a screen: in every list that is not a book.
//!
//! In: a sheet, and where its rows are. Out: a named table with a header row, and no empty cell in it. How the cells look
//! stays as it is. Unknown here: what the rows say.

use std::borrow::Cow;

use rust_xlsxwriter::{Table, TableColumn, TableStyle, Worksheet};

use super::{WorkbookError, plain::PlainCell};

/// What a cell of a table says that has no value: readers of a screen do not have to guess whether it was forgotten.
const NOTHING: &str = "–";

/// The cell as a table shows it.
pub(super) fn filled(cell: &PlainCell) -> Cow<'_, PlainCell> {
    match cell {
        PlainCell::Blank => Cow::Owned(PlainCell::Text(NOTHING.to_owned())),
        PlainCell::Text(text) if text.is_empty() => Cow::Owned(PlainCell::Text(NOTHING.to_owned())),
        cell => Cow::Borrowed(cell),
    }
}

/// Marks the `lines` rows below the row `header` up as a table that begins in the first column and has a column for each
/// heading. Rows count from 0. A table has at least one row, so a heading without lines stays a heading.
///
/// # Errors
/// When the library refuses the table, such as for a heading that occurs twice.
pub(super) fn mark_up<'h>(
    worksheet: &mut Worksheet,
    name: &str,
    headings: impl Iterator<Item = &'h str>,
    (header, lines): (u32, u32),
) -> Result<(), WorkbookError> {
    let columns: Vec<TableColumn> = headings.map(|heading| TableColumn::new().set_header(heading)).collect();
    if lines == 0 || columns.is_empty() {
        return Ok(());
    }
    let table = Table::new().set_name(name).set_columns(&columns);
    let table = table.set_autofilter(false).set_banded_rows(false).set_style(TableStyle::None);
    worksheet.add_table(header, 0, header + lines, columns.len() as u16 - 1, &table)?;
    Ok(())
}
