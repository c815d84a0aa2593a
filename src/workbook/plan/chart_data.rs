//! The sheet of figures that charts show. A chart may have another order than its table, so its figures are on a sheet
//! of their own, as one long table: table, category, series, value.

use super::{
    Brief,
    font_metrics::lines_in,
    names::Names,
    page::{Page, shortened},
    sheet::{CellContent, CellFormat, Picture, Range, Repeated, SheetPlan, Style, TablePlan},
};
use crate::theme::StyleRole;
use assemble::{Cell, Chart, ColumnRole, Kind, Table, labels};
use words::texts;

const WIDTHS: [f64; 4] = [11.0, 58.0, 34.0, 13.0];
/// Labels beside bars are cut beyond this length.
const LONGEST_CATEGORY: usize = 120;

/// The figures gathered so far, sheet by sheet.
pub struct ChartFigures {
    page: Page,
    name: String,
    table: String,
    top: u32,
    repeated: Vec<Repeated>,
}

impl ChartFigures {
    #[must_use]
    pub fn new(brief: &Brief<'_>, names: &Names<'_>) -> Self {
        let lexicon = brief.lexicon;
        let mut page = Page::new(brief, &names.chart_figures, WIDTHS.to_vec());
        page.line(StyleRole::Title, 14.5, texts::CHART_TITLE.of(lexicon));
        page.line(StyleRole::Sentence, 10.0, texts::CHART_MEANING.of(lexicon));
        let unprinted = texts::CHARTS_NOT_PRINTED.of(lexicon);
        page.line(StyleRole::Source, 10.0, unprinted);
        page.sheet.unprinted = Some(unprinted.to_owned());
        page.link(texts::BACK.of(lexicon), &names.contents);
        page.gap();
        let top = page.row();
        let columns = [texts::TABLE, texts::CHART_CATEGORY, texts::CHART_SERIES, texts::CHART_VALUE]
            .map(|w| w.of(lexicon).to_owned());
        page.sheet.table = Some(TablePlan {
            name: names.table("charts"),
            top,
            lines: 0,
            columns: columns.to_vec(),
            filter: false,
            alt: texts::CHART_MEANING.of(lexicon).to_owned(),
            right: vec![false, false, false, true],
        });
        page.skip(1);
        Self { page, name: names.chart_figures.clone(), table: String::new(), top, repeated: Vec::new() }
    }

    /// Writes a chart's figures. Returns their places.
    pub fn pictures(&mut self, brief: &Brief<'_>, table: &Table, chart: &Chart) -> Vec<Picture> {
        let language = brief.language();
        self.table.clone_from(&table.number);
        let mut pictures = Vec::new();
        for (series, ends) in chart.series.iter().zip(chart.ends()) {
            let title = shortened(&labels::in_language(&series.title, language), LONGEST_CATEGORY);
            let points = chart.categories.iter().zip(&series.points);
            let named = points.map(|(c, p)| (shortened(&labels::in_language(c, language), LONGEST_CATEGORY), p));
            let range = self.rows(&title, named.collect::<Vec<_>>());
            let repeated = |(place, (line, role)): (usize, &(usize, ColumnRole))| Repeated {
                row: range.first + place as u32,
                table: table.id.clone(),
                line: *line,
                role: *role,
            };
            self.repeated.extend(series.of.iter().enumerate().map(repeated));
            pictures.push(Picture { title, categories: Range { column: 1, ..range.clone() }, values: range, ends });
        }
        pictures
    }

    /// The places of the years of each line of the summary, oldest first, with the largest value; `None` where there
    /// are too few years to see a trend.
    pub fn trend(&mut self, brief: &Brief<'_>, table: &Table) -> Option<Vec<Option<(Range, f64)>>> {
        if table.kind != Kind::Summary {
            return None;
        }
        let years = table.years();
        if years.len() < 3 {
            return None;
        }
        texts::SHEET_KEY_FIGURES.of(brief.lexicon).clone_into(&mut self.table);
        let ranges = table.lines.iter().enumerate().map(|(number, line)| {
            let label = line.cells.first().and_then(|c| c.said(brief.lexicon)).unwrap_or_default();
            let points = years.iter().map(|(period, place)| (period.year().to_string(), &line.cells[*place]));
            let points: Vec<(String, &Cell)> = points.collect();
            let seen: Vec<f64> = points.iter().filter_map(|(_, cell)| worth(cell)).collect();
            let most = seen.iter().copied().fold(0.0, f64::max);
            (seen.len() >= 3 && most > 0.0).then(|| {
                let range = self.rows(&shortened(&label, LONGEST_CATEGORY), points);
                let repeated = |(place, (period, _)): (usize, &(domain::Period, usize))| Repeated {
                    row: range.first + place as u32,
                    table: table.id.clone(),
                    line: number,
                    role: ColumnRole::Value(*period),
                };
                self.repeated.extend(years.iter().enumerate().map(repeated));
                (range, most)
            })
        });
        Some(ranges.collect())
    }

    fn rows(&mut self, series: &str, points: Vec<(String, &Cell)>) -> Range {
        let first = self.page.row();
        for (category, cell) in points {
            let (value, format) = match cell {
                Cell::Number(number) => (CellContent::Number(number.as_f64()), CellFormat::Whole),
                Cell::Tenths(tenths) => (CellContent::Number(*tenths as f64 / 10.0), CellFormat::Tenth),
                Cell::Level(level) => (CellContent::Number(level.as_f64()), CellFormat::of_places(level.places)),
                _ => (CellContent::NotThere, CellFormat::General),
            };
            let label = Style::of(StyleRole::Label);
            self.page.put(0, CellContent::Text(self.table.clone()), label);
            self.page.lines(lines_in(&category, WIDTHS[1], false).max(lines_in(series, WIDTHS[2], false)));
            self.page.put(1, CellContent::Text(category), label);
            self.page.put(2, CellContent::Text(series.to_owned()), label);
            self.page.put(3, value, Style { format, right: true, ..Style::of(StyleRole::Figure) });
            self.page.skip(1);
        }
        Range { sheet: self.name.clone(), column: 3, first, last: self.page.row() - 1 }
    }

    /// The sheet; `None` where no chart was drawn.
    #[must_use]
    pub fn sheet(mut self) -> Option<SheetPlan> {
        let lines = self.page.row() - self.top - 1;
        if let Some(table) = &mut self.page.sheet.table {
            table.lines = lines;
        }
        (lines > 0).then(|| SheetPlan { repeated: self.repeated, ..self.page.finished() })
    }
}

fn worth(cell: &Cell) -> Option<f64> {
    if let Cell::Number(number) = cell { Some(number.as_f64()) } else { None }
}
