//! Finds the region or the agency of a name: with "г." or "обл.", in three languages, with look-alike letters, or as a
//! code.
//!
//! In come a text and the known regions or agencies; out comes a unit or an agency, if exactly one fits. This module
//! does not know where the text is from.

use super::{gazetteer, letters::fold};
use domain::{Agency, AgencyName, Region, Unit};

/// The kind of place that a name states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Region,
    City,
    Unsaid,
}

/// A name without the words for the kind of place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    name: String,
    kind: Kind,
}

/// The unit of a name or a code; `None` if no unit fits, or several. The titles of the regions come first, then other
/// known names and spellings.
pub(super) fn unit(text: &str, regions: &[Region]) -> Option<Unit> {
    let text = text.trim();
    if let Some(unit) = by_code(text, regions) {
        return Some(unit);
    }
    if is_republic(text) {
        return Some(Unit::republic());
    }
    let said = place(text);
    if said.name.is_empty() {
        return None;
    }
    let known = regions.iter().flat_map(|region| region.titles.texts().map(move |(_, title)| (place(title), region)));
    let mut found: Vec<(&Region, bool)> = Vec::new();
    for (candidate, region) in known.filter(|(candidate, _)| candidate.name == said.name) {
        // An English title has no word for a city: "Almaty" beside "Almaty Region".
        let sure = candidate.kind == said.kind
            || (said.kind != Kind::Region
                && candidate.kind != Kind::Region
                && (said.kind, candidate.kind) != (Kind::City, Kind::Region));
        let possible = said.kind == Kind::Unsaid || candidate.kind == Kind::Unsaid;
        if sure || possible {
            found.push((region, sure));
        }
    }
    let only = |among: Vec<&Region>| {
        let first = among.first()?;
        among.iter().all(|r| r.unit == first.unit).then(|| first.unit.clone())
    };
    let sure = only(found.iter().filter(|(_, sure)| *sure).map(|(region, _)| *region).collect());
    let titled = sure.or_else(|| only(found.iter().map(|(region, _)| *region).collect()));
    titled.or_else(|| gazetteer::alone(text, regions))
}

/// The only unit that a longer text names: a title, a line of a cover, a file name.
pub(super) fn unit_within(text: &str, regions: &[Region]) -> Option<Unit> {
    gazetteer::within(text, regions)
}

/// The unit of the Committee's code, of a code of the classifier of territories (`71`, `710000000`), or of a code of
/// ISO 3166-2.
fn by_code(text: &str, regions: &[Region]) -> Option<Unit> {
    let upper = text.to_ascii_uppercase();
    if text == "19" || upper == "KZ" {
        return Some(Unit::republic());
    }
    let found = regions.iter().find(|region| {
        let kato = !region.kato.is_empty()
            && (text == region.kato
                || (text.len() == 9
                    && text.starts_with(region.kato.as_str())
                    && text[region.kato.len()..].bytes().all(|b| b == b'0')));
        text == region.unit.as_str() || (upper == region.iso && !upper.is_empty()) || kato
    });
    found.map(|region| region.unit.clone())
}

fn is_republic(text: &str) -> bool {
    let names = [
        "Республика Казахстан",
        "РК",
        "Казахстан",
        "Қазақстан Республикасы",
        "ҚР",
        "Қазақстан",
        "Republic of Kazakhstan",
        "The Republic of Kazakhstan",
        "Kazakhstan",
        "по республике",
        "Республика",
    ];
    let folded = fold(text);
    names.iter().any(|name| fold(name) == folded)
}

fn place(text: &str) -> Place {
    let mut kind = Kind::Unsaid;
    let folded = fold(text);
    let mut words = Vec::new();
    for word in folded.split(' ') {
        if is_one_of(word, gazetteer::REGION) {
            kind = Kind::Region;
        } else if is_one_of(word, gazetteer::CITY) {
            kind = Kind::City;
        } else if !is_one_of(word, "по") {
            words.push(word);
        }
    }
    Place { name: words.join(" "), kind }
}

fn is_one_of(word: &str, known: &str) -> bool {
    known.split_whitespace().any(|known| fold(known) == word)
}

/// The agency of a name or a code.
pub(super) fn agency(text: &str, agencies: &[AgencyName]) -> Option<Agency> {
    let text = text.trim();
    if is_every_agency(text) {
        return Some(Agency::all());
    }
    let folded = fold(text);
    let named = |a: &&AgencyName| a.agency.as_str() == text || a.titles.texts().any(|(_, title)| fold(title) == folded);
    agencies.iter().find(named).map(|a| a.agency.clone())
}

/// Whether a text means all agencies.
fn is_every_agency(text: &str) -> bool {
    matches!(text, "__" | "00" | "00000" | "all") || [fold("Свод"), fold("Жиынтық")].contains(&fold(text))
}

/// The agency of a code in the properties of a document: `__` for all, otherwise two digits.
pub(super) fn agency_of_code(code: &str) -> Option<Agency> {
    if is_every_agency(code) {
        return Some(Agency::all());
    }
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit())).then(|| code.parse().ok()).flatten()
}

/// The agency of five digits in a file name.
///
/// The codes of the published forms: `00100` prosecution, `00300` interior, `00400` national security, `01000` military
/// investigation, `01500` financial monitoring, `20100` anti-corruption.
pub(super) fn agency_of_file(digits: &str) -> Option<Agency> {
    let code = match digits {
        "00000" => return Some(Agency::all()),
        "00100" => "01",
        "00300" => "03",
        "00400" => "04",
        "01000" => "10",
        "01500" => "12",
        "20100" => "13",
        _ => return None,
    };
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Language, Titles};

    fn region(unit: &str, kato: &str, ru: &str, kk: &str, en: &str) -> Region {
        Region {
            unit: unit.parse().unwrap(),
            kato: kato.into(),
            iso: format!("KZ-{kato}"),
            titles: Titles::ru(ru).with(Language::KK, kk).with(Language::EN, en),
            since: None,
            split_from: None,
            population: Vec::new(),
        }
    }

    fn regions() -> Vec<Region> {
        vec![
            region("1919", "19", "Алматинская область", "Алматы облысы", "Almaty Region"),
            region("1975", "75", "г. Алматы", "Алматы қ.", "Almaty"),
            region("1933", "33", "область Жетісу", "Жетісу облысы", "Zhetisu Region"),
            region("1971", "71", "г. Астана", "Астана қ.", "Astana"),
        ]
    }

    #[test]
    fn names_in_any_dress_find_their_unit() {
        let regions = regions();
        for (text, code) in [
            ("Астана", "1971"),
            ("г.Астана", "1971"),
            ("город Астана", "1971"),
            ("Astana city", "1971"),
            ("Aстана", "1971"),
            ("Алматинская обл.", "1919"),
            ("Алматы", "1975"),
            ("Алматы облысы", "1919"),
            ("Almaty", "1975"),
            ("Almaty region", "1919"),
            ("область Жетiсу", "1933"),
            ("1975", "1975"),
            ("750000000", "1975"),
            ("KZ-33", "1933"),
            ("Республика Казахстан", "19"),
        ] {
            assert_eq!(unit(text, &regions), Some(code.parse().unwrap()), "{text}");
        }
        for text in ["", "Туркестан", "Транспортная прокуратура", "обл."] {
            assert_eq!(unit(text, &regions), None, "{text}");
        }
    }

    #[test]
    fn agencies_by_code_and_file() {
        assert_eq!(agency("Свод", &[]), Some(Agency::all()));
        assert_eq!(agency_of_code("04").unwrap().as_str(), "04");
        assert_eq!(agency_of_file("20100").unwrap().as_str(), "13");
        assert_eq!(agency_of_file("77777"), None);
    }
}
