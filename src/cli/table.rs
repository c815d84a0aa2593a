//! Tables for a terminal: plain text that can also be piped, mailed and compared.

use comfy_table::{ContentArrangement, Row, Table, presets::UTF8_HORIZONTAL_ONLY};

/// A table with a header, without lines between its rows, as wide as its content.
pub(super) fn table<T: Into<Row>>(header: T) -> Table {
    let mut style = UTF8_HORIZONTAL_ONLY;
    style.row_separator = comfy_table::presets::NOTHING.row_separator;
    let mut table = Table::new();
    table.load_style(style).set_content_arrangement(ContentArrangement::Disabled).set_header(header);
    table
}

/// The text, cut to `most` characters if it is longer.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).collect::<String>().trim_end().to_owned() + "…"
}

/// The table as text, without blanks at the ends of lines.
pub(super) fn text(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
