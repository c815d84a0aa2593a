//! What a document says about itself, for each witness: its name, its properties, its content.
//!
//! In come a file name, properties and sheets; out come [`Claims`]. This module does not decide which witness is right.

use serde::{Deserialize, Serialize};

use super::{
    gazetteer,
    letters::{excerpt, fold, fold_designation, squeeze},
    names,
    period_claims::{self, PeriodClaim},
    sheet::{Content, Sheet},
};
use domain::{
    Agency, AgencyName, Edition, FormId, FormTemplate, Period, Periodicity, Region, Unit,
    period_words::{Manner, PeriodSays, SpokenPeriod, YearMonth, latest, spoken},
};
use ooxml::properties::DocumentProperties;

/// What one witness says; `None` where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Claims {
    /// The forms that the document may be: several forms may share a designation.
    pub forms: Vec<FormId>,
    /// The designation of the form, as printed.
    pub designation: Option<String>,
    pub edition: Option<Edition>,
    pub release: Option<u64>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    /// The month at which the figures end.
    pub period: Option<Period>,
    /// The words of the claim, for a message.
    pub words: String,
    /// The words about the period, where they differ from `words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_words: Option<String>,
    /// The words about the unit, where they differ from `words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_words: Option<String>,
    /// Every claim about the period, with its place. Kept only while the document is read.
    #[serde(skip)]
    pub periods: Vec<PeriodClaim>,
}

impl Claims {
    /// The words about the unit.
    #[must_use]
    pub fn words_of_unit(&self) -> &str {
        self.unit_words.as_deref().unwrap_or(&self.words)
    }

    /// Takes the claims about the period. The period is the month that all of them agree on.
    fn take_periods(&mut self, periods: Vec<PeriodClaim>) {
        let mut months: Vec<Period> = periods.iter().filter_map(PeriodClaim::month).collect();
        months.sort_unstable();
        months.dedup();
        self.period = if months.len() == 1 { months.pop() } else { None };
        self.period_words = periods.first().map(PeriodClaim::words);
        self.periods = periods;
    }
}

/// The names with a known meaning.
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

/// What a file name says: `202303_3k_00000___ru.XLSX`, or a period and a region in words.
pub(super) fn of_name(name: &str, known: Known<'_>) -> Claims {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut claims = Claims { words: format!("its name `{}`", excerpt(file, 80)), ..Claims::default() };
    let parts: Vec<&str> = stem.split('_').collect();
    let place = claims.words.clone();
    let Some(period) = parts.first().and_then(|text| month(text)) else {
        claims.unit = names::unit(stem, known.regions).or_else(|| names::unit_within(stem, known.regions));
        claims.take_periods(PeriodClaim::of(&place, [stem], Manner::Name).into_iter().collect());
        return claims;
    };
    let end = YearMonth { year: period.year(), month: period.last_month() };
    let said = SpokenPeriod { says: PeriodSays::Ends(vec![end]), words: parts[0].to_owned() };
    claims.take_periods(vec![PeriodClaim::exactly(&place, parts[0], said)]);
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

/// What the properties say: title `1-M  Астана (Свод)`, description `28327;50119;1971%;__`. The first value is from the
/// description, the second from the title.
pub(super) fn of_properties(properties: &DocumentProperties, known: Known<'_>) -> (Claims, Claims) {
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
        by_title.unit = names::unit(unit, known.regions).or_else(|| names::unit_within(title, known.regions));
        let place = by_title.words.clone();
        by_title.take_periods(PeriodClaim::of(&place, [title.as_str()], Manner::Prose).into_iter().collect());
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

/// The designation at the start of a title, and the rest.
fn split_title<'t>(title: &'t str, known: Known<'_>) -> (&'t str, &'t str) {
    if let Some((designation, rest)) = title.split_once("  ") {
        return (designation.trim(), rest.trim());
    }
    // With single blanks: the longest start that is a known designation, "№ 6-К Астана".
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
                    claims.words = format!("its sheet `{}` contains `{}`", excerpt(&sheet.name, 31), excerpt(text, 60));
                }
                said.push(forms);
            }
        }
    }
    claims.take_periods(period_claims::of_sheets(sheets, is_extract));
    of_titles(sheets, known, &mut claims);
    for sheet in sheets.iter().filter(|sheet| is_extract(sheet)) {
        of_extract(sheet, known, &mut claims);
    }
    // The forms that fit every line; if no form fits every line, all forms of all lines.
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

/// The designations in a line: the words after "Форма №", "Форма отчета №", "формы №".
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
        // The length in bytes may change in lower case, so the place is counted in characters.
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

/// Takes the unit that the titles over tables and the covers name, if it is the same everywhere. A cover may contain
/// the address of the publisher. So a name on a cover counts only if it is alone in its line, or if the line contains
/// "по".
fn of_titles(sheets: &[Sheet], known: Known<'_>, claims: &mut Claims) {
    let by = fold("по");
    let mut named: Option<(Unit, String)> = None;
    for sheet in sheets.iter().filter(|sheet| !is_extract(sheet)) {
        for line in period_claims::lines(sheet) {
            let says_of = sheet.table.is_some() || fold(&line).split(' ').any(|word| word == by || word == "БOЙЫHШA");
            let unit = gazetteer::alone(&line, known.regions)
                .or_else(|| names::unit_within(&line, known.regions).filter(|_| says_of));
            let Some(unit) = unit else { continue };
            if named.as_ref().is_some_and(|(other, _)| *other != unit) {
                return;
            }
            named = Some((unit, format!("its line `{}` on sheet `{}`", excerpt(&line, 60), excerpt(&sheet.name, 31))));
        }
    }
    if let Some((unit, words)) = named {
        (claims.unit, claims.unit_words) = (Some(unit), Some(words));
    }
}

fn is_extract(sheet: &Sheet) -> bool {
    sheet.table.is_none()
        && sheet.head.iter().take(3).any(|c| fold(&c.content.printed()).starts_with(&fold("информация о срезе")))
}

/// Takes period, unit and agency of an extract from the sheet "Информация о срезе", which some extracts have.
fn of_extract(sheet: &Sheet, known: Known<'_>, claims: &mut Claims) {
    let value = |label: &str| {
        let row = sheet.head.iter().find(|c| fold(&c.content.printed()).starts_with(&fold(label)))?.row;
        Some((
            row,
            sheet.head.iter().filter(move |c| c.row == row).skip(1).map(|c| c.content.printed()).collect::<Vec<_>>(),
        ))
    };
    let day = value("период").and_then(|(_, days)| days.last().cloned()).unwrap_or_default();
    if let Some(said) = latest(&spoken(&day, Manner::Field)).cloned() {
        claims.period = said.says.month();
        let place = format!("its sheet `{}`", excerpt(&sheet.name, 31));
        claims.periods.push(PeriodClaim::exactly(&place, &day, said));
    }
    let unit = value("код региона");
    if let Some(unit) = unit.and_then(|(_, codes)| names::unit(codes.first()?, known.regions)) {
        (claims.unit, claims.unit_words) = (Some(unit), None);
    }
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
        let properties = DocumentProperties {
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
    }
}
