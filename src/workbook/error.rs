//! Why a workbook cannot be written.

/// Something that a spreadsheet program would refuse, found before a byte is written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    #[error("sheet name `{name}` {rule}; shorten or change it")]
    SheetName { name: String, rule: &'static str },
    #[error("sheet name `{name}` occurs twice in the workbook (case does not count); give each sheet its own")]
    SheetNameTwice { name: String },
    #[error("sheet `{sheet}`, cell {cell}: the text has {length} characters, a cell holds 32,767; shorten it")]
    TextTooLong { sheet: String, cell: String, length: usize },
    #[error("sheet `{sheet}`, cell {cell}: the text holds the character U+{code:04X}, which XML does not allow")]
    IllegalCharacter { sheet: String, cell: String, code: u32 },
    #[error("sheet `{sheet}`, cell {cell}: {value} is not a number that a cell holds without loss; write it as text")]
    NumberUnfit { sheet: String, cell: String, value: String },
    #[error("sheet `{sheet}` has {rows} rows and {columns} columns; a sheet ends at 1,048,576 and 16,384")]
    TooLarge { sheet: String, rows: u64, columns: u64 },
    #[error("table `{name}` {rule}")]
    Table { name: String, rule: &'static str },
    #[error(
        "sheet `{sheet}`: the text above or below its pages has {length} characters, a workbook allows 255; shorten it"
    )]
    PageText { sheet: String, length: usize },
    #[error("a workbook needs at least one sheet that is not hidden")]
    NoSheet,
    #[error("sheet `{sheet}`, row {row}: two cells of a merged range collide")]
    MergeCollides { sheet: String, row: u32 },
    #[error("document property `{name}`: {rule}")]
    Property { name: String, rule: &'static str },
    #[error("`templates/workbook/theme.toml` is not a theme: {message}")]
    Theme { message: String },
    #[error("the workbook could not be written")]
    Library(#[from] rust_xlsxwriter::XlsxError),
    #[error("the workbook could not be finished")]
    Archive(#[from] ooxml::Error),
    #[error("the workbook's part `{part}` is not written as expected")]
    Part { part: String },
    #[error("the workbook could not be finished")]
    Io(#[from] std::io::Error),
}
