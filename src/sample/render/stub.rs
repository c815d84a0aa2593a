//! Draws the stub: labels of rows in levels, with "из них" over the parts of a row, as in the real forms.
//!
//! In come codes and labels of rows; out come texts with their places. This module does not know figures.

use super::parts;

/// A text in the stub. Rows are counted from the first row of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub first_row: u32,
    pub last_row: u32,
    pub column: u16,
    pub last_column: u16,
    pub text: String,
}

/// A text before the own label of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lead<'a> {
    /// The row at this place, which is the whole.
    Row(usize),
    /// A heading that is not a row.
    Heading(&'a str),
}

/// The number of columns that the labels take, and the texts. `rows` = codes and labels.
pub(super) fn stub(rows: &[(&str, &str)]) -> (u16, Vec<Entry>) {
    let leads = leads(rows);
    let depth = leads.iter().map(|(leads, _)| leads.len() + 1).max().unwrap_or(1) as u16;
    let mut entries = Vec::new();
    for column in 0..depth - 1 {
        let mut first = 0;
        while first < rows.len() {
            let upto = usize::from(column) + 1;
            let Some(lead) = leads[first].0.get(..upto) else {
                first += 1;
                continue;
            };
            let count = leads[first..].iter().take_while(|(other, _)| other.get(..upto) == Some(lead)).count();
            let text = match &lead[upto - 1] {
                Lead::Row(whole) if first == *whole + 1 => "из них".to_owned(),
                Lead::Row(whole) => format!("из строки {}", rows[*whole].0),
                Lead::Heading(text) => (*text).to_owned(),
            };
            let last_row = (first + count - 1) as u32;
            entries.push(Entry { first_row: first as u32, last_row, column, last_column: column, text });
            first += count;
        }
    }
    for (place, (leads, label)) in leads.iter().enumerate() {
        let (row, column) = (place as u32, leads.len() as u16);
        let text = (*label).to_owned();
        entries.push(Entry { first_row: row, last_row: row, column, last_column: depth - 1, text });
    }
    (depth, entries)
}

/// For each row, the texts before its label, and the label.
fn leads<'a>(rows: &[(&str, &'a str)]) -> Vec<(Vec<Lead<'a>>, &'a str)> {
    let paths: Vec<Vec<&str>> = rows.iter().map(|(_, label)| parts(label)).collect();
    let mut found: Vec<(Vec<Lead<'a>>, &str)> = Vec::with_capacity(rows.len());
    for (place, path) in paths.iter().enumerate() {
        let is_whole = |other: &usize| path.len() > paths[*other].len() && path.starts_with(&paths[*other]);
        // The nearest row above with the longest common beginning.
        let whole = (0..place).filter(is_whole).max_by_key(|other| (paths[*other].len(), *other));
        let mut before = match whole {
            Some(whole) => [found[whole].0.as_slice(), &[Lead::Row(whole)]].concat(),
            None => Vec::new(),
        };
        let rest = &path[whole.map_or(0, |whole| paths[whole].len())..];
        let (label, headings) = rest.split_last().unwrap_or((&"", &[]));
        before.extend(headings.iter().map(|heading| Lead::Heading(heading)));
        found.push((before, label));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_row_stand_behind_of_them() {
        let rows = [
            ("1", "Всего"),
            ("2", "Всего / проступки"),
            ("3", "Всего / преступления"),
            ("4", "Всего / преступления / тяжкие"),
        ];
        let (depth, entries) = stub(&rows);
        assert_eq!(depth, 3);
        let told: Vec<String> = entries
            .iter()
            .map(|e| format!("{}-{}:{}-{} {}", e.first_row, e.last_row, e.column, e.last_column, e.text))
            .collect();
        assert_eq!(
            told,
            [
                "1-3:0-0 из них",
                "3-3:1-1 из них",
                "0-0:0-2 Всего",
                "1-1:1-2 проступки",
                "2-2:1-2 преступления",
                "3-3:2-2 тяжкие"
            ]
        );
    }

    #[test]
    fn parts_that_stand_apart_name_their_row_and_headings_stand_as_they_are() {
        let rows =
            [("1", "Всего"), ("2", "Иное"), ("3", "Всего / кражи"), ("4", "Лица / женщины"), ("5", "Лица / мужчины")];
        let texts: Vec<String> = stub(&rows).1.into_iter().map(|e| e.text).collect();
        assert_eq!(texts, ["из строки 1", "Лица", "Всего", "Иное", "кражи", "женщины", "мужчины"]);
    }
}
