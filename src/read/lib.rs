//! Reads documents: form workbooks and answers of JSON services. The bytes decide what a document is; its name does
//! not.
//!
//! In come the bytes of a document, what is wanted of it, and the templates of the forms. Out come datasets with every
//! figure as the document has it, the identity that the document proves, and findings about what is odd. A document of
//! another form or another period is refused, and the refusal says what it is.
//!
//! This crate does not know files, networks, the clock, or what was read before. [`judge()`] decides what follows only
//! from several documents together, such as the month of a release number; it is a function of identities.
//!
//! ```no_run
//! use domain::Origin;
//! # fn f(template: domain::FormTemplate, all: std::collections::BTreeMap<domain::FormId, domain::FormTemplate>, bytes: Vec<u8>) {
//! let wanted = read::Wanted::of("3-k".parse().unwrap(), "2023-M03".parse().unwrap(), Origin::Real);
//! let document = read::Document { name: "202303_3k_00000___ru.XLSX", bytes: &bytes };
//! match read::read(&template, &all, &[], &[], &wanted, &document) {
//!     Ok(reading) => println!("{} datasets, held: {:?}", reading.datasets.len(), reading.held),
//!     Err(refused) => println!("{refused}"),
//! }
//! # }
//! ```

mod assignment;
mod blocks;
pub mod body;
mod cell;
mod claims;
mod code;
mod drafted;
mod edition;
mod failure;
mod form;
mod gazetteer;
mod identity;
mod json;
mod judge;
mod labels;
mod learn;
mod letters;
mod matching;
mod names;
mod numbering;
mod period_claims;
mod repeated_period;
mod report;
mod same_section;
pub mod service;
mod settle;
mod shape;
mod sheet;
mod table;
mod workbook;

use std::collections::BTreeMap;

pub use claims::Claims;
pub use drafted::{Drafted, NewLines};
pub use failure::ReadError;
pub use identity::Identity;
pub use judge::{Releases, Verdict, judge};
pub use learn::{edition_draft, learn};
pub use period_claims::PeriodClaim;
pub use repeated_period::{Marked, RepeatMark, RepeatStanding, marks, repeats};

use body::Body;
use claims::Known;
use domain::{Agency, AgencyName, Dataset, Finding, FormId, FormTemplate, Origin, Period, Region, Unit};
use service::ServiceReading;

/// A document as it was received.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its file name. A path before the name is ignored.
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// What a document is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub form: FormId,
    pub period: Period,
    /// `None` = the unit that the document says.
    pub unit: Option<Unit>,
    /// `None` = the agency that the document says.
    pub agency: Option<Agency>,
    pub origin: Origin,
    /// The field of a service's answer that contains the region; `None` = `region`.
    pub region_field: Option<String>,
}

impl Wanted {
    /// A form for a period, with the unit and the agency that the document says.
    #[must_use]
    pub const fn of(form: FormId, period: Period, origin: Origin) -> Self {
        Self { form, period, unit: None, agency: None, origin, region_field: None }
    }
}

/// The result of reading a document.
#[derive(Debug, Clone)]
pub struct Reading {
    /// One dataset for a workbook; one for each region of a service's answer.
    pub datasets: Vec<Dataset>,
    pub identity: Identity,
    pub findings: Vec<Finding>,
    /// Why the document has to wait until a named person accepts it.
    pub held: Option<String>,
    /// A draft of the document's edition, if the template does not describe it. The draft follows from the labels.
    pub drafted: Option<Drafted>,
}

/// Reads a document.
///
/// # Errors
/// When no figure can be taken; the [`ReadError`] says what the document is instead.
pub fn read(
    template: &FormTemplate,
    all_templates: &BTreeMap<FormId, FormTemplate>,
    regions: &[Region],
    agencies: &[AgencyName],
    wanted: &Wanted,
    document: &Document<'_>,
) -> Result<Reading, ReadError> {
    let no_form = |what: String| ReadError::NoForm { name: document.name.to_owned(), what };
    match kind(document.bytes) {
        Body::Zip => {
            let forms: Vec<&FormTemplate> = all_templates.values().collect();
            let known = Known { forms: &forms, regions, agencies };
            let workbook = workbook::read(document.name, document.bytes)?;
            form::read(template, known, regions, wanted, document.name, workbook)
        }
        Body::Json { .. } => read_service(template, regions, wanted, document),
        other => Err(no_form(other.to_string())),
    }
}

/// What a body is. A zip archive behind a byte-order mark or behind unknown bytes is still a zip archive.
fn kind(bytes: &[u8]) -> Body {
    match body::sniff(bytes) {
        Body::Binary | Body::UnknownText { .. } | Body::Text { .. } if ooxml::package::is_behind(bytes) => Body::Zip,
        other => other,
    }
}

fn read_service(
    template: &FormTemplate,
    regions: &[Region],
    wanted: &Wanted,
    document: &Document<'_>,
) -> Result<Reading, ReadError> {
    let asked = service::Asked {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: wanted.unit.clone(),
        agency: wanted.agency.clone().unwrap_or_else(Agency::all),
        origin: wanted.origin,
        region_field: wanted.region_field.as_deref(),
    };
    let refused = |error| ReadError::of_service(document.name, &wanted.form, error);
    let ServiceReading { datasets, findings } =
        service::read(template, regions, &asked, document.bytes).map_err(refused)?;
    // An answer without the requested unit is refused, because it has no figures to use.
    if let (true, Some(unit)) = (datasets.is_empty(), &wanted.unit) {
        let why = findings.iter().rev().find(|f| f.unit.as_ref() == Some(unit)).map(|f| f.explanation.clone());
        return Err(refused(service::ServiceError::NoRegion(why.unwrap_or_default())));
    }
    let identity = Identity {
        document: document.name.to_owned(),
        form: Some(wanted.form.clone()),
        edition: datasets.first().map(|dataset| dataset.edition.clone()),
        unit: wanted.unit.clone(),
        agency: wanted.agency.clone(),
        period: Some(wanted.period),
        ..Identity::default()
    };
    Ok(Reading { datasets, identity, findings, held: None, drafted: None })
}

/// The identity of a document, without reading its figures.
///
/// # Errors
/// When the document is neither a workbook nor JSON, or cannot be opened.
pub fn identify(
    all_templates: &BTreeMap<FormId, FormTemplate>,
    regions: &[Region],
    agencies: &[AgencyName],
    document: &Document<'_>,
) -> Result<Identity, ReadError> {
    let no_form = |what: String| ReadError::NoForm { name: document.name.to_owned(), what };
    let forms: Vec<&FormTemplate> = all_templates.values().collect();
    let known = Known { forms: &forms, regions, agencies };
    match kind(document.bytes) {
        Body::Zip => {
            let workbook = workbook::read(document.name, document.bytes)?;
            Ok(Identity::of_workbook(document.name, &workbook.properties, &workbook.sheets, known))
        }
        Body::Json { .. } => {
            let name = claims::of_name(document.name, known);
            let form = (name.forms.len() == 1).then(|| name.forms[0].clone());
            Ok(Identity { document: document.name.to_owned(), form, period: name.period, name, ..Identity::default() })
        }
        other => Err(no_form(other.to_string())),
    }
}
