//! Renders a form workbook: its sheets, and the properties with its identity.
//!
//! In comes a dataset; out come the bytes of a workbook. The library behind `workbook::plain` writes it, not the
//! writers of `ooxml`. So our readers are tested with workbooks that our own writers did not make. This module does not
//! know how figures are made.

use super::{MARK, sheet::Canvas, sheet::sheet};
use crate::{Offer, Premises};
use domain::{Agency, Dataset, Edition, FormTemplate, Language, Period, Unit};
use workbook::{
    WorkbookError,
    plain::{PlainWorkbook, Properties},
};

/// The identity in a workbook's properties.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub release: u32,
    pub edition: Edition,
    pub unit: Unit,
    pub agency: Agency,
}

impl Identity {
    pub fn of(dataset: &Dataset) -> Self {
        let key = &dataset.key;
        Self {
            release: release(key.period),
            edition: dataset.edition.clone(),
            unit: key.unit.clone(),
            agency: key.agency.clone(),
        }
    }

    /// `28327;50119;1971%;__`.
    fn description(&self) -> String {
        let agency = if self.agency.is_all() { "__" } else { self.agency.as_str() };
        format!("{};{};{}%;{agency}", self.release, self.edition, self.unit)
    }
}

/// The release of a period: one number for all forms, rising from month to month, and higher than any release of the
/// Committee so far.
fn release(period: Period) -> u32 {
    (90_000 + (period.year() - 2000) * 12) as u32 + period.last_month()
}

/// The bytes of a form workbook.
pub(crate) fn workbook(
    premises: &Premises,
    template: &FormTemplate,
    offer: &Offer,
    dataset: &Dataset,
    identity: &Identity,
) -> Result<Vec<u8>, WorkbookError> {
    let designation = template.designations.first().map_or(offer.titles.ru.as_str(), String::as_str);
    let lines = title_lines(designation, &offer.titles.ru);
    let mut sheets = Vec::with_capacity(dataset.sections.len() + 1);
    if offer.by_agency {
        sheets.push(cover(designation).0);
    }
    for section in &dataset.sections {
        let name = template.printed_sheet(&dataset.edition, &section.id).unwrap_or_else(|| section.id.to_string());
        // If no title contains "Раздел", the section's title is that of the form, as in form 3-K.
        let marked = ["раздел", "приложение"].iter().any(|word| section.title.to_lowercase().contains(word));
        let above = if marked { lines.as_slice() } else { &[] };
        sheets.push(sheet(name, above, section, !offer.by_agency));
    }
    let place = premises.regions.iter().find(|r| r.unit == identity.unit).map(|r| r.titles.of(Language::RU));
    let place = place.unwrap_or("Республика Казахстан");
    let agency = premises.agencies.iter().find(|a| a.agency == identity.agency).map(|a| a.titles.of(Language::RU));
    let title = format!("{designation}  {} ({})", place.trim_start_matches("г. "), agency.unwrap_or("Свод"));
    let properties = Properties {
        title,
        subject: MARK.to_owned(),
        author: format!("{MARK}: the sample office of zhinaq"),
        description: identity.description(),
        custom: vec![("Origin".to_owned(), MARK.to_owned())],
    };
    PlainWorkbook { properties, sheets, ..PlainWorkbook::default() }.write()
}

/// `Форма отчета № 1-М «О зарегистрированных …»`.
fn title_lines(designation: &str, title: &str) -> Vec<String> {
    let number = designation.trim_start_matches("№").trim();
    if number == title {
        return vec![format!("Форма отчета «{title}»")];
    }
    vec![format!("Форма отчета № {number} «{title}»")]
}

/// The cover sheet of form 3-K. It does not state the months, as in the real form.
fn cover(designation: &str) -> Canvas {
    let mut canvas = Canvas::new("СВОД".to_owned());
    canvas.text((0, 0, 0, 0), &format!("{MARK} / ОБРАЗЕЦ: вымышленные данные, не статистика"));
    canvas.text((3, 1, 3, 8), "ГОСУДАРСТВЕННАЯ СТАТИСТИЧЕСКАЯ ОТЧЕТНОСТЬ");
    canvas.text((6, 6, 6, 8), &format!("Форма № {}", designation.trim_start_matches("№").trim()));
    canvas.text((9, 1, 9, 8), "за __ месяцев 20__ года");
    canvas
}
