//! Tables as a spreadsheet saves them: commas or semicolons, double quotes, a byte order mark, `#` lines as comments.

/// A line of cells with its number in the file, 1-based.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub number: usize,
    pub cells: Vec<String>,
}

/// The lines of a table, comments and empty lines left out. The separator is the one that the first line uses more.
///
/// # Errors
/// The number of a line whose quotes do not close.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, usize> {
    let mut separator = None;
    let mut found = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        // A spreadsheet pads a comment with separators; it stays a comment.
        if line.trim_start_matches('"').starts_with('#') || line.trim_matches([',', ';', ' ', '\t']).is_empty() {
            continue;
        }
        let count = |c: char| line.matches(c).count();
        let separator = *separator.get_or_insert_with(|| if count(';') > count(',') { ';' } else { ',' });
        found.push(Line { number: index + 1, cells: cells(line, separator).ok_or(index + 1)? });
    }
    Ok(found)
}

fn cells(line: &str, separator: char) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            c => cell.push(c),
        }
    }
    cells.push(cell.trim().to_owned());
    (!quoted).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<Vec<String>> {
        lines(text).unwrap().into_iter().map(|line| line.cells).collect()
    }

    #[test]
    fn a_table_reads_the_same_however_a_spreadsheet_saved_it() {
        let plain = table("a,b,c\n1,,?\n");
        assert_eq!(plain, [["a", "b", "c"], ["1", "", "?"]]);
        assert_eq!(table("\u{feff}a;b;c\r\n1;;?\r\n"), plain);
        assert_eq!(table("# note, with commas\n\"a\",b,\"c\"\n\n1, ,?\n,,\n"), plain);
        assert_eq!(table("a\n\"say \"\"x, y\"\"\"\n"), [["a"], ["say \"x, y\""]]);
    }

    #[test]
    fn an_open_quote_is_told_by_its_line() {
        assert_eq!(lines("a,b\n\"1,2\n"), Err(2));
        assert_eq!(lines("# x\na,b\n1,2\n").unwrap()[1].number, 3);
    }
}
