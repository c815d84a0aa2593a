//! The meaning of an address: a form workbook by its name, or a JSON service by its index.
//!
//! In come the path and the query of a request; out comes what is requested. This module does not know figures.

use chrono::NaiveDate;

use super::{Offer, Premises};
use domain::{Agency, FormId, Period, Periodicity, Unit};

/// A request for a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Asked {
    /// `/forms/202303_3k_00400_1971__ru.XLSX`.
    Workbook { form: FormId, period: Period, unit: Unit, agency: Agency },
    /// `/proxy/gp_od_service_1e?apiKey=…&date=2025-07-01`, or the older address; without a date, the last report.
    Service { form: FormId, date: Option<NaiveDate> },
}

impl Asked {
    pub(super) const fn form(&self) -> &FormId {
        match self {
            Self::Workbook { form, .. } | Self::Service { form, .. } => form,
        }
    }
}

/// The request of an address; an error says why the address has no meaning.
pub(super) fn asked(premises: &Premises, path: &str, query: &str) -> Result<Asked, String> {
    if let Some(name) = path.strip_prefix("/forms/") {
        return workbook(premises, name);
    }
    let query = Query::of(query);
    if let Some(index) = path.strip_prefix("/proxy/") {
        return service(premises, index, &query);
    }
    if path == "/datasets/view" {
        return service(premises, query.value("index").unwrap_or_default(), &query);
    }
    Err(format!("nothing is served at `{path}`"))
}

/// `202303_3k_00400_1971__ru.XLSX`: month, form, agency, unit (empty for the republic), language.
fn workbook(premises: &Premises, name: &str) -> Result<Asked, String> {
    let wrong = |what: &str| format!("`{name}` is not a name of a form workbook: {what}");
    let stem = name.rsplit_once('.').filter(|(_, end)| end.eq_ignore_ascii_case("xlsx"));
    let (stem, _) = stem.ok_or_else(|| wrong("it does not end in .XLSX"))?;
    let parts: Vec<&str> = stem.split('_').filter(|part| !part.is_empty()).collect();
    let (month, code, agency, unit) = match parts.as_slice() {
        [month, code, agency, "ru"] => (*month, *code, *agency, None),
        [month, code, agency, unit, "ru"] => (*month, *code, *agency, Some(*unit)),
        _ => return Err(wrong("write month, form, agency, unit and `ru`")),
    };
    let offer = premises.offers.iter().find(|o| o.code == code).ok_or_else(|| wrong("no form has this code"))?;
    let period = period(month, offer.periodicity).ok_or_else(|| wrong("the form has no such period"))?;
    let agency = of_file(agency).ok_or_else(|| wrong("no agency has this code"))?;
    let unit = unit.map_or_else(|| Ok(Unit::republic()), str::parse).map_err(|error| wrong(&error.to_string()))?;
    Ok(Asked::Workbook { form: offer.form.clone(), period, unit, agency })
}

fn period(month: &str, periodicity: Periodicity) -> Option<Period> {
    let digits = month.len() == 6 && month.bytes().all(|b| b.is_ascii_digit());
    let (year, month) = digits.then(|| month.split_at(4))?;
    Period::ending(year.parse().ok()?, month.parse().ok()?, periodicity)
}

/// The agency of the five digits in a file name.
fn of_file(digits: &str) -> Option<Agency> {
    let code = match digits {
        "00000" => return Some(Agency::all()),
        "01500" => "12",
        "20100" => "13",
        _ if digits.len() == 5 && digits.starts_with('0') && digits.ends_with("00") => &digits[1..3],
        _ => return None,
    };
    code.parse().ok()
}

fn service(premises: &Premises, index: &str, query: &Query<'_>) -> Result<Asked, String> {
    let offer = premises.offers.iter().find(|o: &&Offer| o.index.as_deref() == Some(index));
    let offer = offer.ok_or_else(|| format!("there is no service `{index}`"))?;
    let date = match query.value("date") {
        Some(text) => Some(text.parse().map_err(|_| format!("`{text}` is not a date; write 2025-07-01"))?),
        None => None,
    };
    Ok(Asked::Service { form: offer.form.clone(), date })
}

/// The last period of a form that ends on or before a day. It is not known which date the Committee's services expect.
/// Here the last day of a period and the first day after it mean the same period.
pub(super) fn ended_by(day: NaiveDate, periodicity: Periodicity) -> Option<Period> {
    Period::containing(day.succ_opt()?, periodicity).map(Period::before)
}

/// The names and values of a query. The older address has a second question mark in place of an ampersand.
struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    fn of(text: &'a str) -> Self {
        Self(text.split(['&', '?']).filter_map(|pair| pair.split_once('=')).collect())
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(n, value)| *n == name && !value.is_empty()).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Titles;

    fn premises() -> Premises {
        let offer = |form: &str, code: &str, index: Option<&str>, periodicity| Offer {
            form: form.parse().unwrap(),
            titles: Titles::default(),
            code: code.to_owned(),
            periodicity,
            day: 9,
            index: index.map(ToOwned::to_owned),
            by_agency: false,
        };
        let offers = vec![
            offer("3-k", "3k", None, Periodicity::Month),
            offer("execution-4", "4", Some("gp_od_service_42"), Periodicity::Quarter),
        ];
        Premises { offers, ..Premises::new([].into(), Vec::new(), Vec::new(), &[], 1) }
    }

    #[test]
    fn names_of_workbooks_say_month_form_agency_and_unit() {
        let told = |name: &str| asked(&premises(), &format!("/forms/{name}"), "");
        let of = |unit: &str, agency: &str| Asked::Workbook {
            form: "3-k".parse().unwrap(),
            period: "2023-M03".parse().unwrap(),
            unit: unit.parse().unwrap(),
            agency: agency.parse().unwrap(),
        };
        assert_eq!(told("202303_3k_00000___ru.XLSX"), Ok(of("19", "all")));
        assert_eq!(told("202303_3k_00400_1971__ru.XLSX"), Ok(of("1971", "04")));
        assert_eq!(told("202303_3k_01500_1971_ru.xlsx"), Ok(of("1971", "12")));
        for wrong in [
            "202303_3k_00000.XLSX",
            "202303_9x_00000___ru.XLSX",
            "202313_3k_00000___ru.XLSX",
            "202303_3k_77777___ru.XLSX",
            "x",
        ] {
            assert!(told(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn services_are_asked_at_both_addresses() {
        let of = |date: Option<&str>| Asked::Service {
            form: "execution-4".parse().unwrap(),
            date: date.map(|d| d.parse().unwrap()),
        };
        let told = |path: &str, query: &str| asked(&premises(), path, query);
        assert_eq!(told("/proxy/gp_od_service_42", "apiKey=x&date=2025-07-01"), Ok(of(Some("2025-07-01"))));
        assert_eq!(told("/proxy/gp_od_service_42", "apiKey=x"), Ok(of(None)));
        assert_eq!(told("/datasets/view", "index=gp_od_service_42?date=2025-07-01"), Ok(of(Some("2025-07-01"))));
        assert!(told("/proxy/gp_od_service_43", "").is_err());
        assert!(told("/proxy/gp_od_service_42", "date=01.07.2025").is_err());
    }

    #[test]
    fn a_date_means_the_last_period_that_had_ended() {
        let by = |day: &str| ended_by(day.parse().unwrap(), Periodicity::Quarter).unwrap().to_string();
        assert_eq!(by("2025-07-01"), "2025-Q2");
        assert_eq!(by("2025-06-30"), "2025-Q2");
        assert_eq!(by("2025-06-29"), "2025-Q1");
    }
}
