//! Templates of charts: the writing library draws each look once; texts and figures are put in afterwards.
//!
//! A collection has dozens of charts in a few looks. Drawing them one by one takes the library longer than we need for
//! all sheets: it takes every figure, keeps it in cells that are not used, and writes each colour and font again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use super::{
    WorkbookError,
    plan::{CellContent, ChartPlan, Picture, Range, SheetPlan},
    theme::Theme,
    worksheet::quoted,
};
use assemble::ChartKind;
use ooxml::{address::column_letters, xml_writer};

/// A chart with holes in the place of its texts and figures.
#[derive(Debug)]
pub struct ChartTemplate(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Xml(String),
    Title,
    Axis,
    /// Of the series at a place.
    Name(usize),
    Categories(usize),
    Values(usize),
}

/// The placeholders of the texts while the look is drawn.
const TITLE: &str = "⟦title⟧";
const AXIS: &str = "⟦axis⟧";
const NAME: &str = "⟦name⟧";
/// The sheet with a template's figures.
pub const SHEET: &str = "figures";

/// The most templates that are kept, more than any office has looks; beyond them all are dropped.
const KEPT: usize = 256;

static KNOWN: LazyLock<Mutex<HashMap<String, Arc<ChartTemplate>>>> = LazyLock::new(Mutex::default);

/// The template of a chart. `draw` makes the XML of a look that is not known yet.
///
/// # Errors
/// When the look cannot be drawn, or its XML has no place for the figures.
pub fn of(
    chart: &ChartPlan,
    locale: &str,
    theme: &Theme,
    draw: impl FnOnce(&ChartPlan) -> Result<String, WorkbookError>,
) -> Result<Arc<ChartTemplate>, WorkbookError> {
    let look = look(chart);
    let key = format!("{look:?} {locale} {:?} {:?}", theme.body, theme.charts);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(template) = known().get(&key) {
        return Ok(Arc::clone(template));
    }
    let template = Arc::new(ChartTemplate::cut(&draw(&look)?, look.pictures.len())?);
    let mut known = known();
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(key, Arc::clone(&template));
    Ok(template)
}

/// A chart without the values that differ between charts of one look. The number of a curve's points is part of its
/// look, because the first and the last have labels.
fn look(chart: &ChartPlan) -> ChartPlan {
    let points = |range: &Range| if chart.kind == ChartKind::Lines { range.last - range.first } else { 1 };
    let range = |range: &Range| Range { sheet: SHEET.to_owned(), column: 0, first: 0, last: points(range) };
    let picture = |picture: &Picture| Picture {
        title: NAME.to_owned(),
        categories: range(&picture.categories),
        values: range(&picture.values),
        // Bars have labels at all their points.
        ends: if chart.kind == ChartKind::Lines { picture.ends } else { [None; 2] },
    };
    ChartPlan {
        row: 0,
        title: TITLE.to_owned(),
        alt: String::new(),
        axis: AXIS.to_owned(),
        pictures: chart.pictures.iter().map(picture).collect(),
        width: 0,
        height: 0,
        ..chart.clone()
    }
}

impl ChartTemplate {
    fn cut(xml: &str, series: usize) -> Result<Self, WorkbookError> {
        let mut pieces = Vec::new();
        let (mut kept, mut names, mut categories, mut values) = (0, 0, 0, 0);
        let next = |at: usize| {
            let found = |(text, end): (&'static str, &str)| {
                let start = at + xml[at..].find(text)?;
                let length = if end.is_empty() { text.len() } else { xml[start..].find(end)? + end.len() };
                Some((start, start + length, text))
            };
            let holes = [(TITLE, ""), (AXIS, ""), (NAME, ""), ("<c:cat>", "</c:cat>"), ("<c:val>", "</c:val>")];
            holes.into_iter().filter_map(found).min()
        };
        while let Some((start, end, hole)) = next(kept) {
            pieces.push(Piece::Xml(xml[kept..start].to_owned()));
            let count = |of: &mut usize| {
                *of += 1;
                *of - 1
            };
            pieces.push(match hole {
                TITLE => Piece::Title,
                AXIS => Piece::Axis,
                NAME => Piece::Name(count(&mut names)),
                "<c:cat>" => Piece::Categories(count(&mut categories)),
                _ => Piece::Values(count(&mut values)),
            });
            kept = end;
        }
        pieces.push(Piece::Xml(xml[kept..].to_owned()));
        if [names, categories, values] == [series; 3] {
            Ok(Self(pieces))
        } else {
            Err(WorkbookError::Part { part: "xl/charts/chart1.xml".to_owned() })
        }
    }

    /// The part of a chart of this look.
    pub fn write(&self, chart: &ChartPlan, figures: &Figures<'_>, to: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Xml(xml) => to.push_str(xml),
                Piece::Title => xml_writer::text(&chart.title, to),
                Piece::Axis => xml_writer::text(&chart.axis, to),
                Piece::Name(place) => xml_writer::text(&chart.pictures[*place].title, to),
                Piece::Categories(place) => figures.categories(&chart.pictures[*place].categories, to),
                Piece::Values(place) => figures.values(&chart.pictures[*place].values, to),
            }
        }
    }
}

/// The figures that charts show, for programs that read them in the charts and not on their sheets.
#[derive(Debug, Default)]
pub struct Figures<'a>(HashMap<&'a str, Shown<'a>>);

/// The cells of a sheet that charts show, by column and row.
type Shown<'a> = BTreeMap<u16, HashMap<u32, &'a CellContent>>;

impl<'a> Figures<'a> {
    /// The figures of all charts.
    #[must_use]
    pub fn of(sheets: &'a [SheetPlan]) -> Self {
        let mut shown: HashMap<&str, Shown<'_>> = HashMap::new();
        for picture in sheets.iter().flat_map(|s| &s.charts).flat_map(|c| &c.pictures) {
            for range in [&picture.categories, &picture.values] {
                shown.entry(&range.sheet).or_default().entry(range.column).or_default();
            }
        }
        for sheet in sheets {
            let Some(columns) = shown.get_mut(sheet.name.as_str()) else { continue };
            for cell in &sheet.cells {
                if let Some(rows) = columns.get_mut(&cell.column) {
                    rows.insert(cell.row, &cell.content);
                }
            }
        }
        Self(shown)
    }

    fn cells(&self, range: &Range) -> impl Iterator<Item = (u64, &CellContent)> {
        let column = self.0.get(range.sheet.as_str()).and_then(|columns| columns.get(&range.column));
        let rows = (range.first..=range.last).enumerate();
        rows.filter_map(move |(place, row)| Some((place as u64, *column?.get(&row)?)))
    }

    fn categories(&self, range: &Range, to: &mut String) {
        reference("<c:cat><c:strRef><c:f>", range, "</c:f><c:strCache>", to);
        for (place, content) in self.cells(range) {
            if let CellContent::Text(text) = content {
                point(place, |to| xml_writer::text(text, to), to);
            }
        }
        to.push_str("</c:strCache></c:strRef></c:cat>");
    }

    /// A cell that is not a number gives no point.
    fn values(&self, range: &Range, to: &mut String) {
        reference("<c:val><c:numRef><c:f>", range, "</c:f><c:numCache><c:formatCode>General</c:formatCode>", to);
        for (place, content) in self.cells(range) {
            if let CellContent::Number(number) = content {
                point(place, |to| xml_writer::number(*number, to), to);
            }
        }
        to.push_str("</c:numCache></c:numRef></c:val>");
    }
}

fn reference(before: &str, range: &Range, after: &str, to: &mut String) {
    let Range { sheet, column, first, last } = range;
    let letters = column_letters(*column);
    to.push_str(before);
    xml_writer::text(&format!("{}!${letters}${}:${letters}${}", quoted(sheet), first + 1, last + 1), to);
    to.push_str(after);
    xml_writer::with(to, "<c:ptCount val=\"", u64::from(last - first) + 1);
    to.push_str("/>");
}

fn point(place: u64, value: impl FnOnce(&mut String), to: &mut String) {
    xml_writer::with(to, "<c:pt idx=\"", place);
    to.push_str("><c:v>");
    value(to);
    to.push_str("</c:v></c:pt>");
}
