//! The unit of a row: by a code, or by a name in one of three languages.
//!
//! In come the text of a row and the known regions; out comes what it says about the unit. A city and the region around
//! it share a name (`г. Алматы`, `Алматы облысы`), so the word for city or region decides. Without such a word it is
//! the city: [`gazetteer`] gives the reasons. [`gazetteer`] also has old and short names beside the configured titles.
//! `19` is the Committee's code of the republic; in the classifier of territories it is the code of Almaty region. The
//! other rows decide which of the two it is ([`Said::Nineteen`]). This module does not know the other rows.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::super::{
    gazetteer,
    letters::{coarse, fold},
};
use domain::{Region, Unit};

/// What a row says about its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Unit(Unit),
    /// A unit, written as two digits: the answer uses the codes of the classifier.
    Short(Unit),
    /// `19`: the republic, or the region with this number in the classifier of territories.
    Nineteen,
    Unknown {
        nearest: Option<String>,
    },
}

/// The names and codes of all units.
pub(super) struct Places {
    /// The codes, and the configured titles: nearly all rows contain one of these.
    codes: HashMap<String, Said>,
    names: HashMap<(String, Kind), Unit>,
    /// As [`Self::names`], with Kazakh letters replaced by the Russian ones that people type for them.
    coarse: HashMap<(String, Kind), Option<Unit>>,
    /// Each Russian title: folded without the words for city and region, and in full.
    shown: Vec<(String, String)>,
    regions: Vec<Region>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    City,
    Region,
    Unsaid,
}

static CITY_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| folded_words(gazetteer::CITY));
static REGION_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| folded_words(gazetteer::REGION));
/// The words of all names of the republic.
static REPUBLIC_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    folded_words(
        "республика республике республики республикасы казахстан казахстана казахстану қазақстан рк қр всего итого по в \
         целом стране барлығы жиыны жалпы бойынша republic of the kazakhstan total rk kz kaz qazaqstan respublikasy",
    )
});
/// The longest name, in bytes.
const LONGEST: usize = 120;

impl Places {
    pub(super) fn new(regions: &[Region]) -> Self {
        let mut places = Self {
            codes: HashMap::new(),
            names: HashMap::new(),
            coarse: HashMap::new(),
            shown: Vec::new(),
            regions: regions.to_vec(),
        };
        for region in regions.iter().filter(|r| !r.unit.is_republic()) {
            places.add_codes(region);
            for (_, title) in region.titles.texts() {
                places.add_name(title, &region.unit);
                places.codes.insert(title.into(), Said::Unit(region.unit.clone()));
            }
            places.shown.push((parts(&fold(&region.titles.ru)).0, region.titles.ru.clone()));
        }
        for code in ["0", "00", "KZ", "000000000"] {
            places.codes.insert(code.into(), Said::Unit(Unit::republic()));
        }
        places.codes.insert("19".into(), Said::Nineteen);
        places
    }

    fn add_codes(&mut self, region: &Region) {
        let unit = region.unit.as_str();
        self.codes.insert(unit.into(), Said::Unit(region.unit.clone()));
        // The classifier of territories writes nine digits; the first two are the region's.
        if !region.kato.is_empty() {
            self.codes.insert(format!("{}0000000", region.kato), Said::Unit(region.unit.clone()));
            self.codes.insert(region.kato.clone(), Said::Short(region.unit.clone()));
        }
        if !region.iso.is_empty() {
            self.codes.insert(fold(&region.iso), Said::Unit(region.unit.clone()));
        }
        if let Some(tail) = unit.strip_prefix("19").filter(|tail| tail.len() == 2) {
            self.codes.entry(tail.into()).or_insert_with(|| Said::Short(region.unit.clone()));
        }
    }

    fn add_name(&mut self, name: &str, unit: &Unit) {
        let (core, kind) = parts(&fold(name));
        let coarse = self.coarse.entry((rough(&core), kind)).or_insert_with(|| Some(unit.clone()));
        if coarse.as_ref().is_some_and(|known| known != unit) {
            *coarse = None;
        }
        self.names.entry((core, kind)).or_insert_with(|| unit.clone());
    }

    /// The unit that a text names.
    pub(super) fn unit(&self, text: &str) -> Said {
        let text = text.trim();
        if text.len() > LONGEST {
            return Said::Unknown { nearest: None };
        }
        if let Some(said) = self.codes.get(text) {
            return said.clone();
        }
        let folded = fold(text);
        if let Some(said) = self.codes.get(&folded) {
            return said.clone();
        }
        if is_republic(&folded) {
            return Said::Unit(Unit::republic());
        }
        let (core, kind) = parts(&folded);
        let rough = rough(&core);
        let fits = |kind: Kind| {
            let exact = self.names.get(&(core.clone(), kind));
            exact.or_else(|| self.coarse.get(&(rough.clone(), kind))?.as_ref())
        };
        // Without the word, a city comes before the region of the same name. With it, a title without the word is
        // enough.
        let kinds: &[Kind] = match kind {
            Kind::Unsaid => &[Kind::Unsaid, Kind::City, Kind::Region],
            Kind::City => &[Kind::City, Kind::Unsaid],
            Kind::Region => &[Kind::Region],
        };
        match kinds.iter().find_map(|kind| fits(*kind)) {
            Some(unit) => Said::Unit(unit.clone()),
            // Old and short names, names of offices, and known spellings beside the titles.
            None => match gazetteer::alone(text, &self.regions) {
                Some(unit) => Said::Unit(unit),
                None => Said::Unknown { nearest: self.nearest(&core) },
            },
        }
    }

    /// The title that is nearest to a name, both without the words for city and region.
    fn nearest(&self, core: &str) -> Option<String> {
        let near = self.shown.iter().map(|(known, shown)| (strsim::damerau_levenshtein(core, known), shown)).min()?;
        (near.0 <= 1 + core.chars().count() / 4).then(|| near.1.clone())
    }
}

/// A folded name without the words for city and region, and which of them it had.
fn parts(folded: &str) -> (String, Kind) {
    let mut kind = Kind::Unsaid;
    let mut core: Vec<&str> = Vec::new();
    for word in folded.split(' ') {
        if CITY_WORDS.contains(word) {
            kind = Kind::City;
        } else if REGION_WORDS.contains(word) {
            kind = Kind::Region;
        } else {
            core.push(word);
        }
    }
    (core.join(" "), kind)
}

fn is_republic(folded: &str) -> bool {
    !folded.is_empty() && folded.split(' ').all(|word| REPUBLIC_WORDS.contains(word))
}

fn folded_words(words: &str) -> HashSet<String> {
    words.split_whitespace().map(fold).collect()
}

/// A name in one word, as people type it without Kazakh letters.
fn rough(folded: &str) -> String {
    coarse(&folded.replace(' ', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Language, Titles};

    fn places() -> Places {
        let region = |unit: &str, kato: &str, ru: &str, kk: &str, en: &str| Region {
            unit: unit.parse().unwrap(),
            kato: kato.into(),
            iso: format!("KZ-{kato}"),
            titles: Titles::ru(ru).with(Language::KK, kk).with(Language::EN, en),
            since: None,
            split_from: None,
            population: Vec::new(),
        };
        Places::new(&[
            region("1910", "10", "область Абай", "Абай облысы", "Abai Region"),
            region("1911", "11", "Акмолинская область", "Ақмола облысы", "Akmola Region"),
            region("1919", "19", "Алматинская область", "Алматы облысы", "Almaty Region"),
            region("1933", "33", "область Жетісу", "Жетісу облысы", "Zhetisu Region"),
            region("1951", "61", "Туркестанская область", "Түркістан облысы", "Turkistan Region"),
            region("1963", "63", "Восточно-Казахстанская область", "Шығыс Қазақстан облысы", "East Kazakhstan Region"),
            region("1971", "71", "г. Астана", "Астана қ.", "Astana"),
            region("1975", "75", "г. Алматы", "Алматы қ.", "Almaty"),
        ])
    }

    fn named(text: &str) -> String {
        match places().unit(text) {
            Said::Unit(unit) => unit.to_string(),
            Said::Short(unit) => format!("short {unit}"),
            Said::Nineteen => "19?".into(),
            Said::Unknown { nearest } => format!("unknown, nearest {}", nearest.unwrap_or_default()),
        }
    }

    #[test]
    fn codes_are_units() {
        for (code, unit) in [
            ("1971", "1971"),
            ("71", "short 1971"),
            ("61", "short 1951"),
            ("51", "short 1951"),
            ("KZ-61", "1951"),
            ("kz-19", "1919"),
            ("710000000", "1971"),
            ("000000000", "19"),
            ("19", "19?"),
            ("711010000", "unknown, nearest "),
        ] {
            assert_eq!(named(code), unit, "{code}");
        }
    }

    #[test]
    fn names_are_units_however_they_are_written() {
        for (name, unit) in [
            ("г. Астана", "1971"),
            ("АСТАНА", "1971"),
            ("гор.Астана", "1971"),
            ("Acтaнa қаласы", "1971"),
            ("Nur-Sultan", "1971"),
            ("Нур-Султан г.", "1971"),
            ("Нұр-Сұлтан қ.", "1971"),
            ("Nur-Sultan city", "1971"),
            ("Абайская область", "1910"),
            ("Алма-Атинская область", "1919"),
            ("область Жетысу", "1933"),
            ("Zhetysu Region", "1933"),
            ("Jetisu Region", "1933"),
            ("Turkestan Region", "1951"),
            ("Южно-Казахстанская область", "1951"),
            ("Оңтүстік Қазақстан облысы", "1951"),
            ("ШҚО", "1963"),
            ("Алматы", "1975"),
            ("Almaty city", "1975"),
            ("алматы облысы", "1919"),
            ("Алматинская обл.", "1919"),
            ("Almaty Region", "1919"),
            ("Жетысу", "1933"),
            ("Область  Жетiсу", "1933"),
            ("Акмола облысы", "1911"),
            ("Восточно - Казахстанская", "1963"),
            ("ВКО", "1963"),
            ("Абай", "1910"),
        ] {
            assert_eq!(named(name), unit, "{name}");
        }
    }

    #[test]
    fn the_republic_has_many_names() {
        for name in [
            "Республика Казахстан",
            "Қазақстан Республикасы",
            "РК",
            "PK",
            "Всего",
            "Итого по республике",
            "Republic of Kazakhstan",
        ] {
            assert_eq!(named(name), "19", "{name}");
        }
    }

    #[test]
    fn another_place_is_unknown_with_the_nearest_name() {
        assert_eq!(named("Акмолинксая область"), "unknown, nearest Акмолинская область");
        assert_eq!(named("город Абай"), "unknown, nearest область Абай");
        assert_eq!(named("Военная прокуратура"), "unknown, nearest ");
        assert_eq!(named(""), "unknown, nearest ");
        assert_eq!(named(&"г".repeat(10_000)), "unknown, nearest ");
    }
}
