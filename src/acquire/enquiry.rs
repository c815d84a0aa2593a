//! Turns the source of a form into single requests.
//!
//! In come the shape of a source, a period, and the units and agencies that existed then; out come [`Ask`]s. This
//! module does not know networks; it only lists a folder.

use std::path::Path;

use chrono::NaiveDate;

use domain::{Agency, FormId, Period, Unit};

use super::{
    Ask, AskPlace, Secret, dropped,
    folder::names_another_period,
    template::{TemplateError, fill},
};

/// What is requested of a source for one period.
#[derive(Debug, Clone, Copy)]
pub struct Enquiry<'a> {
    pub form: &'a FormId,
    pub period: Period,
    pub shape: Shape<'a>,
    /// The value of `{base}`.
    pub base: &'a str,
    /// The form's code in file names: `3k`.
    pub code: &'a str,
    /// The wanted units, among those that existed at the end of the period.
    pub units: &'a [Unit],
    /// The wanted agencies besides `all`, among those that reported then.
    pub agencies: &'a [Agency],
}

/// The shape of a source.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// One workbook for each unit, and one for each agency of the republic.
    Workbook { url: &'a str },
    /// One answer with all regions.
    Service { url: &'a str, index: &'a str, key: Option<&'a Secret>, date: ServiceDate },
    /// Each file in a folder that does not name another period. The file itself says what it is.
    Folder { path: &'a Path },
}

/// The date in a request to a service. It is not known which of them the portal expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServiceDate {
    /// The first day after the period.
    #[default]
    DayAfter,
    /// The last day of the period.
    LastDay,
    /// No date: the last approved report.
    Newest,
}

impl ServiceDate {
    fn of(self, period: Period) -> Option<NaiveDate> {
        match self {
            Self::DayAfter => Some(period.day_after()),
            Self::LastDay => Some(period.last_day()),
            Self::Newest => None,
        }
    }
}

/// Why nothing could be requested. The maintainer of `schedules/sources.toml` has to act.
#[derive(Debug, thiserror::Error)]
pub enum EnquiryError {
    #[error("form `{form}`: {source}; see `schedules/sources.toml`")]
    Address { form: FormId, source: TemplateError },
    #[error(
        "form `{form}`: agency `{agency}` has no number in the names of workbooks; take it out of `schedules/sources.toml`"
    )]
    Agency { form: FormId, agency: Agency },
    #[error(
        "form `{form}`: the folder `{folder}` cannot be looked into; make it, or name another one in `schedules/sources.toml`"
    )]
    Folder { form: FormId, folder: String, source: std::io::Error },
}

/// The requests of an enquiry in a fixed order: all agencies together for each unit, then each agency of the republic.
///
/// # Errors
/// When an address has a name without a value, an agency has no number, or a folder cannot be read.
pub fn asks(enquiry: &Enquiry<'_>) -> Result<Vec<Ask>, EnquiryError> {
    match enquiry.shape {
        Shape::Workbook { url } => workbooks(enquiry, url),
        Shape::Service { url, index, key, date } => Ok(vec![service(enquiry, url, index, key, date)?]),
        Shape::Folder { path } => files(enquiry, path),
    }
}

fn workbooks(enquiry: &Enquiry<'_>, url: &str) -> Result<Vec<Ask>, EnquiryError> {
    let all = Agency::all();
    let republic = Unit::republic();
    let by_unit = enquiry.units.iter().map(|unit| (unit, &all));
    let named = enquiry.agencies.iter().filter(|a| !a.is_all() && enquiry.units.contains(&republic));
    by_unit.chain(named.map(|agency| (&republic, agency))).map(|(u, a)| workbook(enquiry, url, u, a)).collect()
}

fn workbook(enquiry: &Enquiry<'_>, url: &str, unit: &Unit, agency: &Agency) -> Result<Ask, EnquiryError> {
    let form = enquiry.form.clone();
    let number =
        agency_in_names(agency).ok_or_else(|| EnquiryError::Agency { form: form.clone(), agency: agency.clone() })?;
    let address = fill(url, |name| match name {
        "unit" if unit.is_republic() => Some(String::new()),
        "unit" => Some(unit.to_string()),
        "agency" => Some(number.into()),
        _ => common(enquiry, name),
    });
    let address = address.map_err(|source| EnquiryError::Address { form: form.clone(), source })?;
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path
        .rsplit('/')
        .next()
        .filter(|n| n.contains('.'))
        .map_or_else(|| format!("{}_{}_{number}_{unit}", month(enquiry.period), enquiry.code), ToOwned::to_owned);
    Ok(Ask {
        form,
        period: enquiry.period,
        unit: Some(unit.clone()),
        agency: Some(agency.clone()),
        place: AskPlace::Url(address),
        name,
        secrets: vec![],
        patience: None,
    })
}

fn service(
    enquiry: &Enquiry<'_>,
    url: &str,
    index: &str,
    key: Option<&Secret>,
    date: ServiceDate,
) -> Result<Ask, EnquiryError> {
    let form = enquiry.form.clone();
    let address = fill(url, |name| match name {
        "index" => Some(index.into()),
        // Without a key the request is sent too, and the portal's answer is reported as it is.
        "apiKey" => Some(key.map(|k| k.reveal().to_owned()).unwrap_or_default()),
        "yyyy-MM-dd" => date.of(enquiry.period).map(|d| d.to_string()),
        _ => common(enquiry, name),
    });
    Ok(Ask {
        place: AskPlace::Url(address.map_err(|source| EnquiryError::Address { form: form.clone(), source })?),
        form,
        period: enquiry.period,
        unit: None,
        agency: None,
        name: format!("{index}_{}.json", month(enquiry.period)),
        secrets: key.cloned().into_iter().collect(),
        patience: None,
    })
}

fn files(enquiry: &Enquiry<'_>, folder: &Path) -> Result<Vec<Ask>, EnquiryError> {
    let files = dropped(folder).map_err(|source| EnquiryError::Folder {
        form: enquiry.form.clone(),
        folder: folder.display().to_string(),
        source,
    })?;
    let ask = |file| {
        let named = Ask::named(enquiry.form.clone(), enquiry.period, file);
        let AskPlace::Named(file) = named.place.clone() else { return named };
        Ask { place: AskPlace::Dropped { folder: folder.to_owned(), file }, ..named }
    };
    // A folder is kept for years. A file that names another period belongs to that period; this is not a fault.
    let of_period = |ask: &Ask| !names_another_period(&ask.name, enquiry.period);
    Ok(files.into_iter().map(ask).filter(of_period).collect())
}

fn common(enquiry: &Enquiry<'_>, name: &str) -> Option<String> {
    match name {
        "base" => Some(enquiry.base.into()),
        "code" => Some(enquiry.code.into()),
        "yyyymm" => Some(month(enquiry.period)),
        "yyyy-MM-dd" => Some(enquiry.period.day_after().to_string()),
        _ => None,
    }
}

/// The last month as in file names: `202212`.
fn month(period: Period) -> String {
    format!("{}{:02}", period.year(), period.last_month())
}

/// The number of an agency in the names of workbooks, as the public service writes it.
#[must_use]
pub fn agency_in_names(agency: &Agency) -> Option<&'static str> {
    Some(match agency.as_str() {
        "all" => "00000",
        "01" => "00100",
        "03" => "00300",
        "04" => "00400",
        "10" => "01000",
        "12" => "01500",
        "13" => "20100",
        _ => return None,
    })
}
