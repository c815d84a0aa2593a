//! Refuses ids that are not in the lists of the office. The error contains the nearest id that is.
//!
//! In: ids as a person wrote them. Out: nothing, or the error. Unknown here: what a command does with them.

use crate::Failure;
use config::Office;
use domain::{Agency, AgencyName, CollectionId, FormId, Language, OrganId, Unit, known_instead};

/// The ids of one request; an empty list has nothing to check.
#[derive(Debug, Clone, Copy, Default)]
pub struct Named<'a> {
    pub forms: &'a [FormId],
    pub collections: &'a [CollectionId],
    pub organs: &'a [OrganId],
    pub units: &'a [Unit],
    pub agencies: &'a [Agency],
}

/// Checks every id of a request.
///
/// # Errors
/// For the first unknown id, with the nearest known one.
pub fn known(office: &Office, named: Named<'_>) -> Result<(), Failure> {
    forms(office, named.forms)?;
    collections(office, named.collections)?;
    organs(office, named.organs)?;
    units(office, named.units)?;
    agencies(office, named.agencies)
}

/// Checks ids of forms. A form's printed designation (`1-M`) is not an id.
///
/// # Errors
/// As [`known`].
pub fn forms(office: &Office, ids: &[FormId]) -> Result<(), Failure> {
    let listed = office.regulation().forms.iter().map(|form| form.id.as_str());
    check("form", ids.iter().map(FormId::as_str), listed)
}

/// As [`forms`], for ids of collections.
///
/// # Errors
/// As [`known`].
pub fn collections(office: &Office, ids: &[CollectionId]) -> Result<(), Failure> {
    let listed = office.regulation().collections.iter().map(|term| term.id.as_str());
    check("collection", ids.iter().map(CollectionId::as_str), listed)
}

/// As [`forms`], for ids of organs, also of those that ended.
///
/// # Errors
/// As [`known`].
pub fn organs(office: &Office, ids: &[OrganId]) -> Result<(), Failure> {
    let listed = office.regulation().recipients.iter().map(|organ| organ.id.as_str());
    check("organ", ids.iter().map(OrganId::as_str), listed)
}

/// As [`forms`], for codes of units. The unit of a held document that states none passes.
///
/// # Errors
/// As [`known`].
pub fn units(office: &Office, ids: &[Unit]) -> Result<(), Failure> {
    let unsaid = Unit::unsaid();
    let listed = office.places.iter().map(|place| place.unit.as_str());
    check("unit", ids.iter().filter(|unit| **unit != unsaid).map(Unit::as_str), listed)
}

/// As [`units`], for codes of agencies. `all` is every agency together.
///
/// # Errors
/// For the first unknown code, with every known one and its title: a code that is near may be of another agency.
pub fn agencies(office: &Office, ids: &[Agency]) -> Result<(), Failure> {
    let unsaid = Agency::unsaid();
    let is_listed = |agency: &Agency| agency.is_all() || office.agencies.iter().any(|one| one.agency == *agency);
    let Some(unknown) = ids.iter().find(|agency| **agency != unsaid && !is_listed(agency)) else { return Ok(()) };
    let shown = |one: &AgencyName| format!("`{}` ({})", one.agency, one.titles.of(Language::EN));
    let listed: Vec<String> = office.agencies.iter().map(shown).collect();
    let codes = format!("the codes of schedules/regions.toml are {}", listed.join(", "));
    Err(Failure::usage(format!("agency `{unknown}` is unknown: {codes}")).coded("unknown-id"))
}

fn check<'a>(
    what: &str,
    mut ids: impl Iterator<Item = &'a str>,
    listed: impl Iterator<Item = &'a str>,
) -> Result<(), Failure> {
    let listed: Vec<&str> = listed.collect();
    match ids.find(|id| !listed.contains(id)) {
        None => Ok(()),
        Some(id) => {
            Err(Failure::usage(format!("{what} `{id}` is unknown: {}", known_instead(id, listed))).coded("unknown-id"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_id_is_refused_with_the_nearest_one() {
        let office = Office::embedded().unwrap();
        let refused = |named: Named<'_>| known(&office, named).unwrap_err().to_string();
        let forms = ["court-13".parse().unwrap()];
        assert!(refused(Named { forms: &forms, ..Named::default() }).contains("did you mean `court-1"));
        let collections = ["crimee".parse().unwrap()];
        let error = refused(Named { collections: &collections, ..Named::default() });
        assert_eq!(error, "collection `crimee` is unknown: did you mean `crime`?");
        let organs = ["xyzzy".parse().unwrap()];
        assert!(refused(Named { organs: &organs, ..Named::default() }).contains("it is one of "));
        let units = ["1999".parse().unwrap()];
        assert!(refused(Named { units: &units, ..Named::default() }).contains("it is one of 19, "));
        let agencies = ["1".parse().unwrap()];
        assert!(refused(Named { agencies: &agencies, ..Named::default() }).starts_with("agency `1` is unknown: "));
        let agencies = ["05".parse().unwrap()];
        let error = refused(Named { agencies: &agencies, ..Named::default() });
        assert!(error.contains("`all` (All agencies), `01` (Prosecutor's office bodies), "), "{error}");
    }

    #[test]
    fn known_ids_pass_and_so_does_what_a_document_does_not_state() {
        let office = Office::embedded().unwrap();
        let named = Named {
            forms: &["1-m".parse().unwrap()],
            collections: &["crime".parse().unwrap()],
            organs: &["mia".parse().unwrap()],
            units: &[Unit::republic(), Unit::unsaid()],
            agencies: &[Agency::all(), Agency::unsaid(), "03".parse().unwrap()],
        };
        known(&office, named).unwrap();
    }
}
