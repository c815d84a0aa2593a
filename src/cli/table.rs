//! Tables for a terminal: plain text that can also be piped, mailed and compared.
//!
//! On a terminal a table is as wide as the terminal, and long cells are wrapped. Elsewhere it is as wide as its content.

use comfy_table::{ContentArrangement, Row, Table, presets::UTF8_HORIZONTAL_ONLY};

use super::screen::Screen;

/// A table with a header, without lines between its rows.
pub(super) fn table<T: Into<Row>>(header: T) -> Table {
    let mut style = UTF8_HORIZONTAL_ONLY;
    style.row_separator = comfy_table::presets::NOTHING.row_separator;
    let mut table = Table::new();
    table.load_style(style).set_header(header);
    match width() {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    table
}

/// The width of the terminal on standard output; `None` if it is not a terminal.
pub(super) fn width() -> Option<u16> {
    Screen::known().and_then(|screen| u16::try_from(screen.width).ok())
}

/// The text, cut to `most` characters if it is longer.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).collect::<String>().trim_end().to_owned() + "…"
}

/// The longest rule of a table that is as wide as its content: one long cell makes no line longer but its own.
const LONGEST_RULE: usize = 80;

/// The table as text, without blanks at the ends of lines.
pub(super) fn text(table: &Table) -> String {
    let is_endless = table.width().is_none();
    let is_rule = |line: &str| !line.is_empty() && line.chars().all(|c| "─═".contains(c));
    let lines = table.lines().map(|line| match line.trim_end() {
        rule if is_endless && is_rule(rule) => rule.chars().take(LONGEST_RULE).collect(),
        line => unveiled(line),
    });
    lines.map(|line: String| line + "\n").collect()
}

/// The codes of colours, each with a character of width 0 that takes its place while the table is measured: a terminal
/// prints the codes in no column, but a table would count them.
const COLOURS: [(&str, char); 4] =
    [("\u{1b}[31m", '\u{2061}'), ("\u{1b}[32m", '\u{2062}'), ("\u{1b}[33m", '\u{2063}'), ("\u{1b}[0m", '\u{2064}')];

/// A cell whose colours have no width.
pub(super) fn veiled(cell: String) -> String {
    if !cell.contains('\u{1b}') {
        return cell;
    }
    COLOURS.iter().fold(cell, |cell, (code, veil)| cell.replace(code, &veil.to_string()))
}

fn unveiled(line: &str) -> String {
    if !line.contains(|c| COLOURS.iter().any(|(_, veil)| *veil == c)) {
        return line.to_owned();
    }
    COLOURS.iter().fold(line.to_owned(), |line, (code, veil)| line.replace(*veil, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(width: Option<u16>, cell: &str) -> Vec<String> {
        let mut table = table(["form", "state"]);
        if let Some(width) = width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        table.add_row(["1-m".to_owned(), veiled(cell.to_owned())]);
        text(&table).lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_colour_has_no_width() {
        let (plain, coloured) = (rows(None, "here"), rows(None, "\u{1b}[32mhere\u{1b}[0m"));
        assert_eq!(plain[0], coloured[0], "the rule above is as wide");
        assert!(coloured.iter().any(|line| line.contains("\u{1b}[32mhere\u{1b}[0m")), "{coloured:?}");
    }

    #[test]
    fn without_a_width_a_long_cell_makes_no_other_line_long() {
        let long = "x".repeat(300);
        let lines = rows(None, &long);
        assert_eq!(lines.iter().filter(|line| line.chars().count() > LONGEST_RULE).count(), 1, "{lines:?}");
        assert!(lines.iter().any(|line| line.ends_with(&long)), "{lines:?}");
        assert_eq!(lines[0].chars().count(), LONGEST_RULE, "the rule: {lines:?}");
    }

    #[test]
    fn a_long_cell_is_wrapped_to_the_width() {
        let long = "in part, without the regions of which nothing has come until now";
        let lines = rows(Some(40), long);
        assert!(lines.iter().all(|line| line.chars().count() <= 40), "{lines:?}");
        let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
        assert!(long.split(' ').all(|word| words.contains(&word)), "{lines:?}");
    }
}
