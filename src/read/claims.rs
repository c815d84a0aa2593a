//! What a document says about itself, witness by witness: its name, its properties, its content.

use serde::{Deserialize, Serialize};

use super::{
    letters::{excerpt, fold, fold_designation, squeeze},
    names,
    properties::Properties,
    sheet::{Content, Sheet},
};
use crate::domain::{Agency, AgencyName, Edition, FormId, FormTemplate, Period, Periodicity, Region, Unit};

/// What one witness says; what it does not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Claims {
    /// Forms that it may be: a designation can be that of several.
    pub forms: Vec<FormId>,
    /// What it calls the form, as printed.
    pub designation: Option<String>,
    pub edition: Option<Edition>,
    pub release: Option<u64>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    /// The month that the figures run to.
    pub period: Option<Period>,
    /// The words it says this with, for a message.
    pub words: String,
    /// The words it says the period with, where they are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_words: Option<String>,
}

/// What names are known to mean.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) forms: &'a [&'a FormTemplate],
    pub(super) regions: &'a [Region],
    pub(super) agencies: &'a [AgencyName],
}

impl Known<'_> {
    fn designated(&self, designation: &str) -> Vec<FormId> {
        let folded = fold_designation(designation);
        let named = |form: &&&FormTemplate| form.designations.iter().any(|d| fold_designation(d) == folded);
        self.forms.iter().filter(named).map(|form| form.form.clone()).collect()
    }
}

/// What a file name says: `202303_3k_00000___ru.XLSX`, or a region's name.
pub(super) fn of_name(name: &str, known: Known<'_>) -> Claims {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut claims = Claims { words: format!("its name `{}`", excerpt(file, 80)), ..Claims::default() };
    let parts: Vec<&str> = stem.split('_').collect();
    let Some(period) = parts.first().and_then(|text| month(text)) else {
        claims.unit = names::unit(stem, known.regions);
        return claims;
    };
    claims.period = Some(period);
    let mut rest = parts[1..].iter().filter(|part| !part.is_empty());
    if let Some(code) = rest.next() {
        let folded = fold_designation(code);
        let coded = known.forms.iter().filter(|form| fold_designation(&form.file_code) == folded);
        claims.forms = coded.map(|form| form.form.clone()).collect();
        if claims.forms.is_empty() {
            claims.forms = known.designated(code);
        }
        claims.designation = Some((*code).to_owned());
    }
    for part in rest {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        match part.len() {
            5 if digits => claims.agency = names::agency_of_file(part),
            2 | 4 if digits => claims.unit = part.parse().ok(),
            _ => {}
        }
    }
    claims
}

fn month(text: &str) -> Option<Period> {
    let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    let (year, month) = digits.then(|| text.split_at(4))?;
    Period::new(year.parse().ok()?, Periodicity::Month, month.parse().ok()?)
}

/// What the properties say: title `1-M  Астана (Свод)`, description `28327;50119;1971%;__`. The second value is what
/// the title says of unit and agency, where that is known.
pub(super) fn of_properties(properties: &Properties, known: Known<'_>) -> (Claims, Claims) {
    let mut by_code = Claims::default();
    let mut by_title = Claims::default();
    if let Some(title) = &properties.title {
        by_title.words = format!("its title `{}`", excerpt(title, 100));
        let (designation, rest) = split_title(title, known);
        by_title.forms = known.designated(designation);
        by_title.designation = Some(designation.to_owned()).filter(|d| !d.is_empty());
        let (unit, agency) = match rest.rsplit_once('(') {
            Some((unit, agency)) => (unit, Some(agency.trim_end().trim_end_matches(')'))),
            None => (rest, None),
        };
        by_title.unit = names::unit(unit, known.regions);
        by_title.agency = agency.and_then(|agency| names::agency(agency, known.agencies));
    }
    if let Some(description) = &properties.description {
        let parts: Vec<&str> = description.split(';').map(str::trim).collect();
        if let [release, edition, unit, agency, ..] = parts.as_slice() {
            by_code.words = format!("its description `{}`", excerpt(description, 60));
            by_code.release = release.parse().ok();
            by_code.edition = edition.parse().ok();
            by_code.unit = unit.trim_end_matches(['%', '_']).parse().ok();
            by_code.agency = names::agency_of_code(agency);
        }
    }
    (by_code, by_title)
}

/// The designation that a title begins with, and the rest.
fn split_title<'t>(title: &'t str, known: Known<'_>) -> (&'t str, &'t str) {
    if let Some((designation, rest)) = title.split_once("  ") {
        return (designation.trim(), rest.trim());
    }
    // With single blanks, the longest beginning that is a known designation: "№ 6-К Астана".
    let ends: Vec<usize> = title.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
    let known_end = ends.iter().rev().find(|end| !known.designated(&title[..**end]).is_empty());
    let end = known_end.or(ends.first()).copied().unwrap_or(title.len());
    (title[..end].trim(), title[end..].trim())
}

/// What the content says: the lines "Форма № 3-К", the period on the cover, the sheet that describes the extract.
pub(super) fn of_content(sheets: &[Sheet], known: Known<'_>) -> Claims {
    let mut claims = Claims::default();
    let mut said = Vec::new();
    for sheet in sheets {
        let texts = sheet.head.iter().filter_map(|c| match &c.content {
            Content::Text(text) => Some(text.as_str()),
            Content::Number(_) => None,
        });
        for text in texts {
            for designation in designations(text) {
                let forms = known.designated(&designation);
                if claims.designation.is_none() {
                    claims.designation = Some(designation.clone());
                    claims.words = format!("its sheet `{}` says `{}`", excerpt(&sheet.name, 31), excerpt(text, 60));
                }
                said.push(forms);
            }
            if sheet.table.is_none() && claims.period.is_none() {
                claims.period = months_of_year(text);
                if claims.period.is_some() {
                    claims.period_words =
                        Some(format!("its sheet `{}` says `{}`", excerpt(&sheet.name, 31), excerpt(text, 60)));
                }
            }
        }
        of_extract(sheet, known, &mut claims);
    }
    // Forms that every line allows: a designation of one form beside one of another leaves none.
    if let Some(first) = said.first() {
        claims.forms = first.iter().filter(|form| said.iter().all(|forms| forms.contains(form))).cloned().collect();
        if claims.forms.is_empty() {
            claims.forms = said.iter().flatten().cloned().collect();
            claims.forms.sort();
            claims.forms.dedup();
        }
    }
    claims
}

/// Designations in a line: what stands after "Форма №", "Форма отчета №", "формы №".
fn designations(text: &str) -> Vec<String> {
    let text = squeeze(text);
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices("форм") {
        let after: String = lower[at..].chars().take(24).collect();
        let Some(sign) = after.find('№') else { continue };
        let between = &after[..sign];
        if !["форма ", "формы ", "форма отчета ", "формы отчета ", "форме "].contains(&between)
        {
            continue;
        }
        // Lower-case letters may be longer than capitals, so the place is counted in characters.
        let start = lower[..at].chars().count() + between.chars().count() + 1;
        let rest: String = text.chars().skip(start).collect();
        let word: String =
            rest.trim_start().chars().take_while(|c| !c.is_whitespace() && !"«»\"'.,;:()".contains(*c)).collect();
        if !word.is_empty() {
            found.push(word);
        }
    }
    found
}

/// "за 8 месяцев 2023 года" on a cover.
fn months_of_year(text: &str) -> Option<Period> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let place = words.iter().position(|w| w.starts_with(&fold("месяц")))?;
    let months: u32 = words.get(place.checked_sub(1)?)?.parse().ok()?;
    let year: i32 = words.get(place + 1)?.parse().ok()?;
    Period::new(year, Periodicity::Month, months)
}

/// The sheet that some extracts carry ("Информация о срезе"): period, unit and agency of the extract itself.
fn of_extract(sheet: &Sheet, known: Known<'_>, claims: &mut Claims) {
    let is_extract = sheet.table.is_none()
        && sheet.head.iter().take(3).any(|c| fold(&c.content.printed()).starts_with(&fold("информация о срезе")));
    if !is_extract {
        return;
    }
    let value = |label: &str| {
        let row = sheet.head.iter().find(|c| fold(&c.content.printed()).starts_with(&fold(label)))?.row;
        Some((
            row,
            sheet.head.iter().filter(move |c| c.row == row).skip(1).map(|c| c.content.printed()).collect::<Vec<_>>(),
        ))
    };
    claims.period = value("период").and_then(|(_, days)| month_end(days.last()?)).or(claims.period);
    let unit = value("код региона");
    claims.unit = unit.and_then(|(_, codes)| names::unit(codes.first()?, known.regions)).or(claims.unit.take());
    let named = value("название региона").map(|(row, _)| row);
    let below = sheet.head.iter().filter(|c| named.is_some_and(|row| c.row > row)).map(|c| c.content.printed());
    let code = below.into_iter().find(|text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()));
    claims.agency = code.and_then(|code| names::agency_of_code(&code)).or(claims.agency.take());
    if claims.period.is_some() {
        let agency = claims.agency.as_ref().map_or_else(String::new, |a| format!(", agency `{a}`"));
        let period = claims.period.map_or_else(String::new, |p| format!("`{p}`"));
        claims.words = format!("its sheet `{}` speaks of {period}{agency}", excerpt(&sheet.name, 31));
    }
}

/// The month of a last day written `31.08.2023`.
fn month_end(text: &str) -> Option<Period> {
    let day = chrono::NaiveDate::parse_from_str(text.trim(), "%d.%m.%Y").ok()?;
    Period::containing(day, Periodicity::Month)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Known<'_> = Known { forms: &[], regions: &[], agencies: &[] };

    #[test]
    fn a_published_name_says_month_form_and_agency() {
        let claims = of_name("dir/202303_3k_00400___ru.XLSX", NONE);
        assert_eq!(claims.period.unwrap().to_string(), "2023-M03");
        assert_eq!(claims.designation.as_deref(), Some("3k"));
        assert_eq!(claims.agency.unwrap().as_str(), "04");
        let claims = of_name("202212_1m_00000_1971_ru.xlsx", NONE);
        assert_eq!(claims.unit.unwrap().as_str(), "1971");
        assert_eq!(of_name("2022.xlsx", NONE).period, None);
        assert_eq!(of_name("202213_3k.xlsx", NONE).period, None);
    }

    #[test]
    fn properties_say_release_edition_unit_and_agency() {
        let properties = Properties {
            title: Some("3-К  Республика Казахстан (Свод)".into()),
            description: Some("28327;50306;19%;__".into()),
            custom: Vec::new(),
        };
        let (codes, title) = of_properties(&properties, NONE);
        assert_eq!(codes.release, Some(28327));
        assert_eq!(codes.unit, Some(Unit::republic()));
        assert_eq!(codes.agency, Some(Agency::all()));
        assert_eq!(title.designation.as_deref(), Some("3-К"));
        assert_eq!(title.agency, Some(Agency::all()));
    }

    #[test]
    fn lines_that_name_a_form() {
        assert_eq!(designations("Форма отчета № 1-М «О зарегистрированных"), ["1-М"]);
        assert_eq!(designations("Раздел 1-1. отчета формы № 3-К \"Сведения"), ["3-К"]);
        assert_eq!(designations("Форма № 3-К. Отчет о"), ["3-К"]);
        assert!(designations("хаттамалық нысанда аяқталған №5").is_empty());
        assert_eq!(months_of_year("за 8 месяцев 2023 года").unwrap().to_string(), "2023-M08");
        assert_eq!(months_of_year("за __ месяцев 20__ года"), None);
    }
}
