//! Parquet and xlsx: a revision as a whole.

use domain::Number;
use formats::{ParquetColumn, parquet_table};
use workbook::plain::{PlainCell, PlainSheet, PlainWorkbook, Properties};

use super::Placed;
use crate::{
    input::{PlacedFigure, PlacedSection},
    words::rfc3339,
};

/// Every figure of a revision with its codes; labels are in the other files.
pub fn parquet(placed: &Placed<'_>) -> Result<Vec<u8>, String> {
    let mut codes: Vec<CodeColumn> =
        ["section", "row", "column", "unit", "unit_measure", "mark"].map(CodeColumn::new).into();
    let mut values = Vec::new();
    for section in &placed.revision.sections {
        let at = codes[0].place(section.id.as_str());
        let rows: Vec<u32> = section.rows.iter().map(|row| codes[1].place(row.code.as_str())).collect();
        let columns: Vec<(u32, u32)> = section
            .columns
            .iter()
            .map(|column| (codes[2].place(column.code.as_str()), codes[4].place(column.measure.word())))
            .collect();
        for (unit, figures) in &section.figures {
            let unit = codes[3].place(unit.as_str());
            for (place, figure) in figures.iter().enumerate() {
                let (column, measure) = columns[place % columns.len()];
                for (code, key) in codes.iter_mut().zip([at, rows[place / columns.len()], column, unit, measure]) {
                    code.keys.push(Some(key));
                }
                let mark = figure.mark().trim_matches(['[', ']']);
                let mark = (!mark.is_empty()).then(|| codes[5].place(mark));
                codes[5].keys.push(mark);
                values.push(match figure {
                    PlacedFigure::Number(number) => Some(*number),
                    _ => None,
                });
            }
        }
    }
    let lines = values.len();
    let mut columns: Vec<ParquetColumn> = codes.into_iter().map(CodeColumn::into_parquet).collect();
    columns.push(ParquetColumn::Decimals { name: "value", values });
    let whole = [
        ("period", placed.release.period.to_string()),
        ("revision", placed.revision.revision.to_string()),
        ("origin", placed.origin().to_owned()),
    ];
    for (name, text) in whole {
        columns.push(ParquetColumn::Texts { name, distinct: vec![text], keys: vec![Some(0); lines] });
    }
    parquet_table(columns, lines, &about(placed))
}

/// What the file is about, in its metadata.
fn about(placed: &Placed<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("form", placed.form.form.to_string()),
        ("period", placed.release.period.to_string()),
        ("revision", placed.revision.revision.to_string()),
        ("content_id", placed.revision.content.to_string()),
        ("placed", rfc3339(placed.revision.placed)),
        ("origin", placed.origin().to_owned()),
        ("title", placed.title(placed.site.main().0)),
    ]
}

/// A column of codes that is being collected.
struct CodeColumn {
    name: &'static str,
    distinct: Vec<String>,
    keys: Vec<Option<u32>>,
}

impl CodeColumn {
    const fn new(name: &'static str) -> Self {
        Self { name, distinct: Vec::new(), keys: Vec::new() }
    }

    /// The place of a code among the distinct ones.
    fn place(&mut self, code: &str) -> u32 {
        let known = self.distinct.iter().position(|other| other == code);
        let place = known.unwrap_or_else(|| {
            self.distinct.push(code.to_owned());
            self.distinct.len() - 1
        });
        place as u32
    }

    fn into_parquet(self) -> ParquetColumn {
        ParquetColumn::Texts { name: self.name, distinct: self.distinct, keys: self.keys }
    }
}

/// The most characters of a heading in a table of a workbook, as the format has it.
const LONGEST_HEADING: usize = 255;

/// A sheet about the workbook, and a sheet for each section: a line for each unit and row, labels in the main language.
pub fn xlsx(placed: &Placed<'_>) -> Result<Vec<u8>, String> {
    let (language, words) = placed.site.main();
    let title = placed.title(language);
    let mut sheets = vec![front(placed)];
    let mut names =
        assemble::labels::told_apart(placed.revision.sections.iter().map(|section| sheet_name(section.id.as_str())))
            .into_iter();
    for (place, section) in placed.revision.sections.iter().enumerate() {
        sheets.push(sheet(placed, section, names.next().unwrap_or_default(), place));
    }
    let properties = Properties {
        title,
        subject: placed.form.titles.of(language).to_owned(),
        author: placed.site.input.publisher.of(language).to_owned(),
        description: if placed.site.is_sample() { words.text("sample") } else { words.text("cumulative") },
        custom: about(placed)
            .into_iter()
            .filter(|(name, _)| *name != "title")
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    };
    let book = PlainWorkbook { properties, language: Some(language), sheets };
    book.write().map_err(|error| error.to_string())
}

/// A name that a sheet can have: at most 31 characters, none of which has a meaning in addresses.
fn sheet_name(code: &str) -> String {
    code.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).take(28).collect()
}

fn front(placed: &Placed<'_>) -> PlainSheet {
    let (language, words) = placed.site.main();
    let mut lines = vec![
        (words.text("title"), placed.title(language)),
        (words.text("period"), words.span(placed.release.period)),
        (words.text("revision"), placed.revision.revision.to_string()),
        (words.text("placed"), rfc3339(placed.revision.placed)),
        (words.text("content"), placed.revision.content.to_string()),
        (words.text("publisher"), placed.site.input.publisher.of(language).to_owned()),
    ];
    // Each mark is explained in a cell of its own, which begins with it.
    let legend = words.text("legend");
    lines.extend(legend.split("; ").map(|line| (words.text("value"), line.to_owned())));
    lines.push((words.text("figures"), words.text("cumulative")));
    if placed.site.is_sample() {
        lines.insert(0, (words.text("sample_short"), words.text("sample")));
    }
    let mut cells = vec![(0, 0, text(&words.text("title"))), (0, 1, text(&words.text("value")))];
    for (row, (name, value)) in lines.iter().enumerate() {
        cells.push((row as u32 + 1, 0, text(name)));
        cells.push((row as u32 + 1, 1, text(value)));
    }
    PlainSheet {
        name: "0".to_owned(),
        table: Some("about".to_owned()),
        cells,
        widths: vec![(0, 40.0), (1, 90.0)],
        ..PlainSheet::default()
    }
}

fn sheet(placed: &Placed<'_>, section: &PlacedSection, name: String, place: usize) -> PlainSheet {
    let (language, words) = placed.site.main();
    let mut heads = vec![words.text("region_code"), words.text("unit"), words.text("row_code"), words.text("row")];
    heads.extend(section.columns.iter().map(|column| {
        let whole = format!("{} · {}", column.code, column.titles.of(language));
        whole.chars().take(LONGEST_HEADING - 5).collect()
    }));
    if placed.site.is_sample() {
        heads.push(words.text("sample_short"));
    }
    let heads = assemble::labels::told_apart(heads.into_iter());
    let mut cells: Vec<(u32, u16, PlainCell)> =
        heads.iter().enumerate().map(|(column, head)| (0, column as u16, text(head))).collect();
    let wide = section.columns.len().max(1);
    let mut line = 0;
    for (unit, figures) in &section.figures {
        let title = placed.site.unit(unit);
        for (row, figures) in section.rows.iter().zip(figures.chunks(wide)) {
            line += 1;
            let front = [unit.as_str(), title.of(language), row.code.as_str(), row.titles.of(language)];
            cells.extend(front.iter().enumerate().map(|(column, said)| (line, column as u16, text(said))));
            cells.extend(figures.iter().enumerate().map(|(column, figure)| (line, column as u16 + 4, number(*figure))));
            if placed.site.is_sample() {
                cells.push((line, figures.len() as u16 + 4, text("SAMPLE DATA")));
            }
        }
    }
    let widths = vec![(0, 8.0), (1, 26.0), (2, 8.0), (3, 60.0)];
    PlainSheet { name, table: Some(format!("section_{}", place + 1)), cells, widths, ..PlainSheet::default() }
}

fn text(said: &str) -> PlainCell {
    PlainCell::Text(said.to_owned())
}

fn number(figure: PlacedFigure) -> PlainCell {
    match figure {
        PlacedFigure::Number(number) => PlainCell::Number(Number::as_f64(number)),
        other => PlainCell::Text(other.mark().to_owned()),
    }
}
