//! The public figures of a form for a period, as the site takes them.
//!
//! In: datasets and the form's template. Out: the tables of the public sections with the figures of all units, and the
//! hash of these figures. A figure is that of its concept, or it is not available: a document whose place of a row or a
//! column is not established gives none. Unknown here: what is public.

use std::{collections::BTreeMap, sync::Arc};

use config::PublicForm;
use domain::{
    Binding, ColumnCode, ColumnTemplate, Dataset, Edition, Figure, FormIndex, FormTemplate, Measure, Number, RowCode,
    RowTemplate, SectionId, SectionTemplate, Sha256, Titles, Unit,
};
use site::input::{PlacedColumn, PlacedFigure, PlacedRow, PlacedSection};

/// The tables of a release.
#[derive(Debug, Clone)]
pub struct PublicFigures {
    pub sections: Vec<PlacedSection>,
    /// The concept of each row and column of `sections`: its code in the template.
    pub concepts: Vec<Concepts>,
    /// The edition of the republic's document, or of the first one; `None` for a service.
    pub edition: Option<String>,
}

/// The template's codes of a placed section.
#[derive(Debug, Clone)]
pub struct Concepts {
    pub rows: Vec<RowCode>,
    pub columns: Vec<ColumnCode>,
}

/// What a table is made from.
pub struct Wanted<'a> {
    pub template: &'a FormTemplate,
    /// The sections that are shown, and the pages among them.
    pub public: &'a PublicForm,
    /// The regions whose sum is the republic, if no document states the republic; empty: it is not added up.
    pub regions: &'a [Unit],
    /// The places of the form's key figures.
    pub keys: &'a [domain::Place],
}

impl PublicFigures {
    /// The tables of the public sections. `datasets`: those of the form and period, of all agencies together.
    pub fn of(wanted: &Wanted<'_>, datasets: &[&Dataset]) -> Option<Self> {
        let index = Arc::new(FormIndex::new(wanted.template));
        let model = datasets.iter().find(|d| d.key.unit.is_republic()).or(datasets.first())?;
        let bindings: Vec<(&Unit, Binding<'_>)> =
            datasets.iter().map(|d| (&d.key.unit, Binding::new(Some(Arc::clone(&index)), d))).collect();
        let model_binding = Binding::new(Some(Arc::clone(&index)), model);
        let (mut sections, mut concepts) = (Vec::new(), Vec::new());
        for (at, template) in wanted.template.sections.iter().enumerate() {
            if !wanted.public.sections.contains(&template.id) {
                continue;
            }
            let Some(lines) = Lines::of(&model_binding, at, template) else { continue };
            let mut figures: BTreeMap<Unit, Vec<PlacedFigure>> =
                bindings.iter().map(|(unit, binding)| ((*unit).clone(), lines.figures(binding, at))).collect();
            if !figures.contains_key(&Unit::republic()) {
                figures.extend(lines.sum(&figures, wanted.regions).map(|sum| (Unit::republic(), sum)));
            }
            let is_key = |row: Option<&RowCode>, column: Option<&ColumnCode>| {
                wanted.keys.iter().any(|key| {
                    key.section == template.id
                        && row.is_none_or(|row| key.row == *row)
                        && column.is_none_or(|column| key.column == *column)
                })
            };
            let row = |line: &Line<RowCode>, of: Option<RowCode>| PlacedRow {
                code: line.code.clone(),
                titles: line.titles.clone(),
                part_of: of,
                key: is_key(Some(&line.concept), None),
            };
            let parent = |line: &Line<RowCode>| {
                let of = template.row(&line.concept)?.part_of.as_ref()?;
                lines.rows.iter().find(|other| other.concept == *of).map(|other| other.code.clone())
            };
            let column = |line: &Line<ColumnCode>| PlacedColumn {
                code: line.code.clone(),
                titles: line.titles.clone(),
                measure: line.measure,
                key: is_key(None, Some(&line.concept)),
            };
            sections.push(PlacedSection {
                id: template.id.clone(),
                titles: model_binding.declared(at).map_or(&template.titles, |there| there.title(template)).clone(),
                page: wanted.public.pages.contains(&template.id),
                columns: lines.columns.iter().map(column).collect(),
                rows: lines.rows.iter().map(|line| row(line, parent(line))).collect(),
                figures,
            });
            concepts.push(Concepts {
                rows: lines.rows.into_iter().map(|line| line.concept).collect(),
                columns: lines.columns.into_iter().map(|line| line.concept).collect(),
            });
        }
        let edition = (model.edition != Edition::service()).then(|| model.edition.to_string());
        Some(Self { sections, concepts, edition })
    }

    /// The hash of the figures with their places. Titles are not in it: a corrected wording makes no revision.
    #[must_use]
    pub fn content(&self) -> Sha256 {
        use std::fmt::Write as _;
        let mut text = String::new();
        for (section, concepts) in self.sections.iter().zip(&self.concepts) {
            let _ = writeln!(text, "section {}", section.id);
            let rows: Vec<&str> = concepts.rows.iter().map(RowCode::as_str).collect();
            let columns: Vec<&str> = concepts.columns.iter().map(ColumnCode::as_str).collect();
            let _ = writeln!(text, "rows {}\ncolumns {}", rows.join("\t"), columns.join("\t"));
            for (unit, figures) in &section.figures {
                let _ = write!(text, "unit {unit}");
                for figure in figures {
                    let _ = write!(text, "\t{}", shown(*figure));
                }
                text.push('\n');
            }
        }
        Sha256::of(text.as_bytes())
    }

    /// Whether a region has a count of persons below a number, and above 0.
    #[must_use]
    pub fn has_small(&self, below: u32) -> bool {
        let small = |figure: &PlacedFigure| match figure {
            PlacedFigure::Number(number) => number.as_f64() > 0.0 && number.as_f64() < f64::from(below),
            _ => false,
        };
        self.sections.iter().any(|section| {
            let is_persons: Vec<bool> = section.columns.iter().map(|c| c.measure == Measure::Persons).collect();
            let regions = section.figures.iter().filter(|(unit, _)| !unit.is_republic());
            regions.flat_map(|(_, figures)| figures.iter().enumerate()).any(|(place, figure)| {
                is_persons.get(place % is_persons.len().max(1)).copied().unwrap_or_default() && small(figure)
            })
        })
    }

    /// Hides every figure of regions. With some of them shown, a hidden one could be worked out from the totals.
    pub fn hide_regions(&mut self) {
        for section in &mut self.sections {
            for (_, figures) in section.figures.iter_mut().filter(|(unit, _)| !unit.is_republic()) {
                figures.fill(PlacedFigure::Confidential);
            }
        }
    }

    /// The ids of the sections, in order.
    #[must_use]
    pub fn section_ids(&self) -> Vec<SectionId> {
        self.sections.iter().map(|section| section.id.clone()).collect()
    }

    /// The figure of a unit at a place in the codes of the template.
    #[must_use]
    pub fn figure(&self, unit: &Unit, place: &domain::Place) -> Option<PlacedFigure> {
        let at = self.sections.iter().position(|section| section.id == place.section)?;
        let (section, concepts) = (&self.sections[at], &self.concepts[at]);
        let row = concepts.rows.iter().position(|code| *code == place.row)?;
        let column = concepts.columns.iter().position(|code| *code == place.column)?;
        section.figures.get(unit)?.get(row * section.columns.len() + column).copied()
    }

    /// The printed codes of a place in the codes of the template.
    #[must_use]
    pub fn printed(&self, place: &domain::Place) -> Option<(RowCode, ColumnCode, Measure)> {
        let at = self.sections.iter().position(|section| section.id == place.section)?;
        let (section, concepts) = (&self.sections[at], &self.concepts[at]);
        let row = concepts.rows.iter().position(|code| *code == place.row)?;
        let column = concepts.columns.iter().position(|code| *code == place.column)?;
        let column = &section.columns[column];
        Some((section.rows[row].code.clone(), column.code.clone(), column.measure))
    }
}

/// A figure as text, with the marks of the service.
#[must_use]
pub fn shown(figure: PlacedFigure) -> String {
    match figure {
        PlacedFigure::Number(number) => number.to_string(),
        PlacedFigure::NotAvailable => "[x]".to_owned(),
        PlacedFigure::Confidential => "[c]".to_owned(),
        PlacedFigure::NotApplicable => "[z]".to_owned(),
    }
}

/// A row or a column.
struct Line<C> {
    /// In the template.
    concept: C,
    /// Its place among the template's lines; `None` if the template describes none: then the code means itself.
    at: Option<usize>,
    /// As the document prints it.
    code: C,
    titles: Titles,
    measure: Measure,
}

struct Lines {
    rows: Vec<Line<RowCode>>,
    columns: Vec<Line<ColumnCode>>,
}

impl Lines {
    /// The lines of a section as the document prints them; `None` if the edition has no such section.
    fn of(model: &Binding<'_>, at: usize, template: &SectionTemplate) -> Option<Self> {
        let laid = model.section(at);
        let printed = model.printed(at)?;
        let rows = if template.rows.is_empty() {
            printed.rows.iter().map(|row| itself(row.code.clone(), &row.label)).collect()
        } else {
            let places = laid.rows.iter().map(domain::Placement::place);
            let lines = template.rows.iter().zip(places).enumerate();
            let line = |(at, (row, place)): (usize, (&RowTemplate, Option<usize>))| Line {
                concept: row.code.clone(),
                at: Some(at),
                code: place.map_or_else(|| row.code.clone(), |place| printed.rows[place].code.clone()),
                titles: model.row_titles(&template.id, &row.code).unwrap_or_else(|| row.titles.clone()),
                measure: Measure::Count,
            };
            told_apart(lines.filter(|(at, _)| is_there(&laid.rows[*at])).map(line).collect())
        };
        let columns = if template.columns.is_empty() {
            printed.columns.iter().map(|column| itself(column.code.clone(), &column.label)).collect()
        } else {
            let places = laid.columns.iter().map(domain::Placement::place);
            let lines = template.columns.iter().zip(places).enumerate();
            let line = |(at, (column, place)): (usize, (&ColumnTemplate, Option<usize>))| Line {
                concept: column.code.clone(),
                at: Some(at),
                code: place.map_or_else(|| column.code.clone(), |place| printed.columns[place].code.clone()),
                titles: model.column_titles(&template.id, &column.code).unwrap_or_else(|| column.titles.clone()),
                measure: column.measure,
            };
            told_apart(lines.filter(|(at, _)| is_there(&laid.columns[*at])).map(line).collect())
        };
        Some(Self { rows, columns })
    }

    /// The figures of a document, row by row.
    fn figures(&self, binding: &Binding<'_>, at: usize) -> Vec<PlacedFigure> {
        let (laid, printed) = (binding.section(at), binding.printed(at));
        let rows: Vec<Option<usize>> = self
            .rows
            .iter()
            .map(|line| match line.at {
                Some(at) => laid.rows.get(at).and_then(domain::Placement::place),
                None => printed.and_then(|section| section.row_index(&line.concept)),
            })
            .collect();
        let columns: Vec<Option<usize>> = self
            .columns
            .iter()
            .map(|line| match line.at {
                Some(at) => laid.columns.get(at).and_then(domain::Placement::place),
                None => printed.and_then(|section| section.column_index(&line.concept)),
            })
            .collect();
        let mut figures = Vec::with_capacity(rows.len() * columns.len());
        for row in &rows {
            for column in &columns {
                let there = row.zip(*column).and_then(|(row, column)| printed?.at(row, column));
                figures.push(match there {
                    Some(Figure::Number(number)) => PlacedFigure::Number(*number),
                    _ => PlacedFigure::NotAvailable,
                });
            }
        }
        figures
    }

    /// The sum of the regions; `None` if one of them has no document. A place is added up if every region has a number
    /// there and the measure can be added.
    fn sum(&self, figures: &BTreeMap<Unit, Vec<PlacedFigure>>, regions: &[Unit]) -> Option<Vec<PlacedFigure>> {
        let of_regions: Vec<&Vec<PlacedFigure>> =
            regions.iter().map(|unit| figures.get(unit)).collect::<Option<_>>()?;
        let width = self.columns.len();
        let place = |at: usize| {
            if of_regions.is_empty() || self.columns[at % width].measure == Measure::Days {
                return None;
            }
            of_regions.iter().try_fold(Number::ZERO, |sum, figures| match figures[at] {
                PlacedFigure::Number(number) => sum.plus(number),
                _ => None,
            })
        };
        let places = 0..self.rows.len() * width;
        Some(places.map(|at| place(at).map_or(PlacedFigure::NotAvailable, PlacedFigure::Number)).collect())
    }
}

/// Whether an edition has a line, as far as is known.
const fn is_there(placement: &domain::Placement) -> bool {
    !matches!(placement, domain::Placement::Gone)
}

fn itself<C: Clone>(code: C, label: &str) -> Line<C> {
    Line { concept: code.clone(), at: None, code, titles: Titles::ru(label), measure: Measure::Count }
}

/// The lines without those whose code another line has: two lines of one code cannot be cited.
fn told_apart<C: Ord + Clone>(lines: Vec<Line<C>>) -> Vec<Line<C>> {
    let mut times: BTreeMap<C, usize> = BTreeMap::new();
    for line in &lines {
        *times.entry(line.code.clone()).or_default() += 1;
    }
    lines.into_iter().filter(|line| times.get(&line.code) == Some(&1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(persons: [i64; 2]) -> PublicFigures {
        let column = |code: &str, measure| PlacedColumn {
            code: code.parse().unwrap(),
            titles: Titles::ru(code),
            measure,
            key: false,
        };
        let number = |count| PlacedFigure::Number(Number::count(count));
        let row = PlacedRow { code: "1".parse().unwrap(), titles: Titles::ru("1"), part_of: None, key: false };
        let [republic, region] = persons;
        let units = [("19", republic), ("1971", region)];
        let units = units.map(|(unit, count)| (unit.parse().unwrap(), vec![number(1), number(count)]));
        let section = PlacedSection {
            id: "R1".parse().unwrap(),
            titles: Titles::ru("R1"),
            page: true,
            columns: vec![column("1", Measure::Count), column("2", Measure::Persons)],
            rows: vec![row],
            figures: units.into_iter().collect(),
        };
        let concepts =
            Concepts { rows: vec!["1".parse().unwrap()], columns: ["1", "2"].map(|c| c.parse().unwrap()).to_vec() };
        PublicFigures { sections: vec![section], concepts: vec![concepts], edition: None }
    }

    #[test]
    fn only_small_counts_of_persons_of_regions_hide_the_regions() {
        assert!(figures([90, 4]).has_small(5));
        for (shown, below) in [([90, 5], 5), ([90, 0], 5), ([4, 90], 5), ([90, 4], 0)] {
            assert!(!figures(shown).has_small(below), "{shown:?} below {below}");
        }
        let mut hidden = figures([90, 4]);
        let before = hidden.content();
        hidden.hide_regions();
        let section = &hidden.sections[0];
        assert!(section.figures[&"1971".parse().unwrap()].iter().all(|f| *f == PlacedFigure::Confidential));
        assert_eq!(section.figures[&Unit::republic()][1], PlacedFigure::Number(Number::count(90)));
        assert_ne!(hidden.content(), before);
    }
}
