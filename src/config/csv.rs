//! Tables as a spreadsheet saves them. In: a text with commas or semicolons, double quotes, a byte order mark, and `#`
//! lines as comments. Out: lines of cells. This module does not know what a column means.

/// A line of cells with its number in the file, 1-based.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub number: usize,
    pub cells: Vec<String>,
}

/// The lines of a table, without comments and empty lines. The separator is the one that occurs more often in the first
/// line.
///
/// # Errors
/// The number of the line with an unclosed quote.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, usize> {
    let told: Vec<&str> =
        text.trim_start_matches('\u{feff}').lines().map(|l| if is_comment(l) { "" } else { l }).collect();
    // The crate reads an unclosed quote as one cell up to the end of the file, so the lines after it would be missing.
    if let Some(index) = told.iter().position(|line| line.matches('"').count() % 2 == 1) {
        return Err(index + 1);
    }
    let first = told.iter().find(|line| !line.is_empty()).copied().unwrap_or_default();
    let semicolons = first.matches(';').count() > first.matches(',').count();
    let text = told.join("\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|fault| fault.position().map_or(1, |at| at.line() as usize))?;
        let number = record.position().map_or(1, |at| at.line() as usize);
        found.push(Line { number, cells: record.iter().map(ToOwned::to_owned).collect() });
    }
    Ok(found)
}

/// Whether a line is a comment or consists of separators. A spreadsheet pads a comment with separators and may quote
/// it.
fn is_comment(line: &str) -> bool {
    line.trim_start_matches('"').starts_with('#') || line.trim_matches([',', ';', ' ', '\t']).is_empty()
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
