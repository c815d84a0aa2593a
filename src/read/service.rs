//! Reads the answers of JSON services: one dataset for each region with a row.
//!
//! In comes the body as it was received. It may be a bare list, `{"data": […]}`, or one of the many bodies that come
//! with status 200 but contain no figures. Out come datasets with every figure as it was sent, and findings about what
//! is odd. An answer that is something else is refused, and the refusal says what it is. This module does not know
//! addresses, networks, or earlier answers.
//!
//! Invariants:
//!
//! - No number becomes another number (`services::numbers_that_no_figure_can_hold_stay_text`).
//! - No figure gets a unit or period that its row does not say (`services::rows_of_another_period_are_never_taken`).
//! - Of two values for one place, neither is used (`services::a_key_that_stands_twice_gives_no_number`).
//! - Any bytes give a reading or a refusal (`services::no_bytes_bring_it_down`).
//!
//! ```
//! use read::service::{self, Asked};
//! use domain::{Agency, Origin};
//! # fn f(template: &domain::FormTemplate, regions: &[domain::Region]) {
//! let asked = Asked {
//!     form: "court-1".parse().unwrap(),
//!     period: "2022-Q4".parse().unwrap(),
//!     unit: None,
//!     agency: Agency::all(),
//!     origin: Origin::Sample,
//!     region_field: None,
//! };
//! match service::read(template, regions, &asked, br#"[{"region": "1971", "Vsego": "1 234"}]"#) {
//!     Ok(reading) => println!("{} regions", reading.datasets.len()),
//!     Err(refused) => println!("refused: {refused}"),
//! }
//! # }
//! ```

mod answer;
mod cell;
mod date;
mod failure;
mod keys;
mod lexicon;
mod number;
mod outcome;
mod paging;
mod place;
mod remarks;
mod units;
mod values;

use std::sync::Arc;

pub use date::PERIOD_FIELDS;
pub use failure::ServiceError;
pub use keys::{LIKELY_REGION_FIELDS, REGION_FIELD};

use super::body;
use answer::Answer;
use domain::{
    Agency, Column, Dataset, DatasetKey, Edition, Figure, Finding, FormId, FormTemplate, Origin, Period, Region, Row,
    Section, Unit,
};
use keys::Keys;
use place::Places;
use remarks::Remarks;

/// What an answer is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    pub form: FormId,
    pub period: Period,
    /// `None` = every unit with a row in the answer.
    pub unit: Option<Unit>,
    pub agency: Agency,
    pub origin: Origin,
    /// The field that contains the region; `None` = [`REGION_FIELD`].
    pub region_field: Option<&'a str>,
}

/// The result of reading an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceReading {
    /// One dataset for each unit, in the order of the units' codes.
    pub datasets: Vec<Dataset>,
    pub findings: Vec<Finding>,
}

/// The edition of figures that come without one.
const EDITION: &str = "service";

/// Reads one answer. To read many answers of one form, use a [`ServiceReader`].
///
/// # Errors
/// When no figure can be taken: see [`ServiceError`].
pub fn read(
    template: &FormTemplate,
    regions: &[Region],
    asked: &Asked<'_>,
    bytes: &[u8],
) -> Result<ServiceReading, ServiceError> {
    ServiceReader::new(template, regions, asked.region_field).read(asked, bytes)
}

/// A reader for the answers of one form. It prepares the template and the regions once.
pub struct ServiceReader<'a> {
    template: &'a FormTemplate,
    regions: &'a [Region],
    region_field: String,
    keys: Keys,
    places: Places,
    frames: Vec<Frame>,
}

/// A section as in the dataset of each region, without figures.
struct Frame {
    section: Section,
    /// The place of its first column among those of all sections.
    first: usize,
}

impl Frame {
    /// The places of its columns among those of all sections.
    fn columns(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.section.columns.len()
    }
}

impl<'a> ServiceReader<'a> {
    /// A reader for a form's answers. `region_field` = the field that contains the region; `None` = [`REGION_FIELD`].
    #[must_use]
    pub fn new(template: &'a FormTemplate, regions: &'a [Region], region_field: Option<&str>) -> Self {
        let region_field = region_field.unwrap_or(REGION_FIELD);
        Self {
            template,
            regions,
            region_field: region_field.to_owned(),
            keys: Keys::new(template, region_field),
            places: Places::new(regions),
            frames: frames(template),
        }
    }

    /// Reads one answer.
    ///
    /// # Errors
    /// When no figure can be taken: see [`ServiceError`].
    pub fn read(&self, asked: &Asked<'_>, bytes: &[u8]) -> Result<ServiceReading, ServiceError> {
        let (text, marked) = body::json(bytes).map_err(ServiceError::Body)?;
        let edition: Edition = EDITION.parse().map_err(|_| ServiceError::Undescribed(asked.form.clone()))?;
        if self.frames.is_empty() {
            return Err(ServiceError::Undescribed(asked.form.clone()));
        }
        let answer = answer::read(text, &self.keys, asked.period)?;
        self.refuse_another(asked, &answer)?;
        let mut remarks = Remarks::new(asked, self);
        remarks.about_answer(&answer, marked);
        remarks.about_keys(&answer);
        let units = units::settle(self, asked, &answer, &mut remarks);
        remarks.about_cells(&answer, &units);
        if units.iter().all(Option::is_none) {
            return Err(refused_rows(asked, &answer));
        }
        let refused = remarks.refused_units();
        let mut datasets = self.datasets(asked, &edition, answer, units);
        datasets.sort_by(|a, b| a.key.unit.cmp(&b.key.unit));
        remarks.about_absent(&datasets, &refused);
        if let Some(unit) = &asked.unit {
            datasets.retain(|dataset| dataset.key.unit == *unit);
        }
        Ok(ServiceReading { datasets, findings: remarks.into_findings() })
    }

    /// Refuses an answer in which no row has a key of the form, or in which no row is of the period.
    fn refuse_another(&self, asked: &Asked<'_>, answer: &Answer<'_>) -> Result<(), ServiceError> {
        if answer.rows.iter().all(|row| row.width == 0) {
            let sent: Vec<String> = answer.keys.unknown.iter().take(8).map(|key| format!("`{key}`")).collect();
            let sent = if sent.is_empty() { "no others either".to_owned() } else { sent.join(", ") };
            return Err(ServiceError::AnotherForm { form: self.template.form.clone(), sent });
        }
        match &answer.rows[0].other_period {
            Some((field, said)) if answer.rows.iter().all(|row| row.other_period.is_some()) => {
                Err(ServiceError::AnotherPeriod { asked: asked.period, field: field.clone(), said: said.clone() })
            }
            _ => Ok(()),
        }
    }

    fn datasets(
        &self,
        asked: &Asked<'_>,
        edition: &Edition,
        answer: Answer<'_>,
        units: Vec<Option<Unit>>,
    ) -> Vec<Dataset> {
        // A section without any figure in the answer is left out. It is not added with blanks.
        let sent = |frame: &&Frame| frame.columns().any(|column| answer.counted[column] > 0);
        let frames: Vec<&Frame> = self.frames.iter().filter(sent).collect();
        let rows = answer.rows.into_iter().zip(units);
        rows.filter_map(|(row, unit)| {
            let key = DatasetKey {
                form: asked.form.clone(),
                period: asked.period,
                unit: unit?,
                agency: asked.agency.clone(),
                origin: asked.origin,
            };
            Some(Dataset { key, edition: edition.clone(), sections: filled(&frames, row.figures) })
        })
        .collect()
    }
}

/// Why no row was taken.
fn refused_rows(asked: &Asked<'_>, answer: &Answer<'_>) -> ServiceError {
    if let Some((field, said)) = answer.rows.iter().find_map(|row| row.failure.clone()) {
        return ServiceError::Failure { code: "none".to_owned(), message: format!("`{field}` of its rows: {said}") };
    }
    let other = answer.rows.iter().find_map(|row| row.other_period.clone());
    let named: Vec<String> =
        answer.rows.iter().filter_map(|row| row.region.as_deref()).take(5).map(remarks::quoted).collect();
    match other {
        Some((field, said)) if named.is_empty() => ServiceError::AnotherPeriod { asked: asked.period, field, said },
        _ if named.is_empty() => ServiceError::NoRegion(format!(
            "field `{}` is not there; there are {}",
            asked.region_field.unwrap_or(REGION_FIELD),
            answer.keys.unknown.iter().take(8).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
        )),
        _ => ServiceError::NoRegion(format!("they are of {}", named.join(", "))),
    }
}

/// The sections of a form as services send them: each has only its first row, the total.
fn frames(template: &FormTemplate) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut first = 0;
    for section in &template.sections {
        if let (Some(row), false) = (section.rows.first(), section.columns.is_empty()) {
            let columns = section.columns.iter();
            let columns =
                columns.map(|c| Column { code: c.code.clone(), label: c.titles.ru.as_str().into() }).collect();
            let section = Section {
                id: section.id.clone(),
                title: section.titles.ru.as_str().into(),
                columns,
                rows: [Row { code: row.code.clone(), label: Arc::from(row.titles.ru.as_str()) }].into(),
                figures: Vec::new(),
            };
            frames.push(Frame { section, first });
        }
        first += section.columns.len();
    }
    frames
}

fn filled(frames: &[&Frame], mut figures: Vec<Figure>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::with_capacity(frames.len());
    // In reverse order, so that the last piece (usually the only one) keeps its allocation.
    for frame in frames.iter().rev() {
        figures.truncate(frame.columns().end);
        let own = if frame.first == 0 { std::mem::take(&mut figures) } else { figures.split_off(frame.first) };
        sections.push(Section { figures: own, ..frame.section.clone() });
    }
    sections.reverse();
    sections
}
