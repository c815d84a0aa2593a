//! The names of regions as people write them, also within longer texts: "Форма № 1-М по городу Шымкент", "ДЮ Жамбыл",
//! "СНГ-1 г.Астана за 2022 год".
//!
//! In come a text and the regions; out comes the unit that the text names. This module does not know where the text is
//! from.
//!
//! A name is recognized by its stem, so cases and typing errors at its end do no harm ("Алматинкая"). Nearly every
//! title contains the name of the republic ("Генерального Прокурора Республики Казахстан"), so only "по республике"
//! means the republic.
//!
//! The city of Almaty and the region around it share a name. "Алматы" without a word for a region is the city. The
//! Committee's own documents follow this rule: in their properties `1-M  Алматы (Свод)` is unit 1975, and unit 1919 is
//! `Алматинская область`. In Russian the name of the region is the adjective. A Kazakh list without words for "city"
//! and "region" could mean the region. Then it has no row of the region or two rows of the city, and both are errors of
//! the answer.

use std::sync::LazyLock;

use super::letters::{coarse, fold};
use domain::{Region, Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    City,
    Region,
    /// The name of a region that is also the name of a city: it counts only with a word for a region.
    RegionSaid,
}

/// The stems of each unit, old and short names included. A stem in Latin letters is the whole word; `-` joins words.
const STEMS: [(&str, Of, &str); 22] = [
    ("1910", Of::Region, "абай abai abay"),
    ("1911", Of::Region, "акмолин акмол ақмол akmola aqmola"),
    ("1915", Of::Region, "актюбин актобин актоб ақтөб aktobe aqtobe aktyubinsk"),
    ("1919", Of::Region, "алматин алма-атин"),
    ("1919", Of::RegionSaid, "алматы almaty"),
    ("1923", Of::Region, "атырау atyrau"),
    ("1927", Of::Region, "западно-казахстан западноказахстан батыс-қазақстан west-kazakhstan зко бқо"),
    ("1931", Of::Region, "жамбыл джамбул жамбул zhambyl jambyl"),
    ("1933", Of::Region, "жетісу жетысу жетису zhetisu zhetysu jetisu jetysu"),
    ("1935", Of::Region, "карагандин караганд қарағанд karaganda karagandy qaragandy"),
    ("1939", Of::Region, "костанай қостанай кустанай kostanay kostanai qostanay"),
    ("1943", Of::Region, "кызылорд кызылордин кзыл-орд кзыл-ордин қызылорд кзылорд kyzylorda qyzylorda"),
    ("1947", Of::Region, "мангистау мангыстау маңғыстау mangystau mangistau mangystay mangistay"),
    ("1951", Of::Region, "туркестан түркістан turkistan turkestan южно-казахстан оңтүстік-қазақстан юко"),
    ("1955", Of::Region, "павлодар pavlodar"),
    ("1959", Of::Region, "северо-казахстан североказахстан солтүстік-қазақстан north-kazakhstan ско сқо"),
    ("1962", Of::Region, "улытау ұлытау ulytau"),
    ("1963", Of::Region, "восточно-казахстан восточноказахстан шығыс-қазақстан east-kazakhstan вко шқо"),
    ("1971", Of::City, "астан astana нур-султан нурсултан нұр-сұлтан nur-sultan nursultan"),
    ("1975", Of::City, "алматы алма-ат almaty"),
    ("1979", Of::City, "шымкент чимкент shymkent chimkent"),
    ("1962", Of::Region, "улытауин"),
];

struct Stem {
    unit: &'static str,
    of: Of,
    words: Vec<String>,
    /// Whether nothing may follow the stem.
    whole: bool,
}

static KNOWN: LazyLock<Vec<Stem>> = LazyLock::new(|| {
    let one = |(unit, of, stems): (&'static str, Of, &'static str)| {
        stems.split(' ').map(move |stem| Stem {
            unit,
            of,
            words: fold(stem).split(' ').map(coarse).collect(),
            whole: stem.is_ascii() || stem.chars().count() == 3,
        })
    };
    STEMS.into_iter().flat_map(one).collect()
});

/// Words for the kind of a place.
pub(super) const CITY: &str =
    "г гор город города городу городе городом қ к қала қаласы қаласының қаласында қаласындағы city qalasy gorod";
pub(super) const REGION: &str = "обл область области областью областей облыс облысы облысының облысында облысындағы region \
     oblast oblysy province";

static CITY_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| folded(CITY));
static REGION_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| folded(REGION));
/// Words that may be beside the name of a region in a field for the region. They name the office or the total of the
/// whole region, never a part of it.
static OFFICE_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    folded(
        "дю дп дгд департамент департамента юстиции полиции по для бойынша всего итого жиыны барлығы в the of department justice \
         управление комитета упсису әділет департаменті",
    )
});

fn folded(words: &str) -> Vec<String> {
    words.split_whitespace().map(|word| coarse(&fold(word))).collect()
}

/// A unit that a text names: the words `from..to` are its name.
struct Named {
    unit: Unit,
    from: usize,
    to: usize,
}

/// The only unit that a text names; `None` if it names no unit, or several.
pub(super) fn within(text: &str, regions: &[Region]) -> Option<Unit> {
    let words = words_of(text);
    let named = named(&words, regions);
    let first = named.first()?;
    named.iter().all(|other| other.unit == first.unit).then(|| first.unit.clone())
}

/// The unit of a field that contains only its name, besides words for offices and totals: "ДЮ Жамбыл".
pub(super) fn alone(text: &str, regions: &[Region]) -> Option<Unit> {
    let words = words_of(text);
    let named = named(&words, regions);
    let [one] = &named[..] else { return None };
    let aside = words.iter().enumerate().filter(|(at, _)| *at < one.from || *at >= one.to).map(|(_, word)| word);
    let known = |word: &String| CITY_WORDS.contains(word) || REGION_WORDS.contains(word) || OFFICE_WORDS.contains(word);
    aside.into_iter().all(known).then(|| one.unit.clone())
}

fn words_of(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|word| !word.is_empty()).map(coarse).collect()
}

fn named(words: &[String], regions: &[Region]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let here = republic(words, at).or_else(|| name(words, at, regions));
        at = here.as_ref().map_or(at + 1, |here| here.to);
        found.extend(here);
    }
    found
}

/// The republic, if the words are "по республике" or "республика бойынша".
fn republic(words: &[String], at: usize) -> Option<Named> {
    let by = |word: &str| [coarse(&fold("по")), coarse(&fold("бойынша"))].iter().any(|known| known == word);
    let stem = coarse(&fold("республик"));
    words.get(at).filter(|word| word.starts_with(stem.as_str()))?;
    let of_kazakhstan = words.get(at + 1).is_some_and(|word| word.starts_with(coarse(&fold("казахстан")).as_str()));
    let to = at + 1 + usize::from(of_kazakhstan);
    let beside = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| by(word))
        || words.get(to).is_some_and(|word| by(word));
    beside.then(|| Named { unit: Unit::republic(), from: at, to })
}

fn name(words: &[String], at: usize, regions: &[Region]) -> Option<Named> {
    let fitting = |stem: &&Stem| {
        let there = words.get(at..at + stem.words.len());
        let (Some(there), Some((last, before))) = (there, stem.words.split_last()) else { return false };
        before.iter().zip(there).all(|(stem, word)| stem == word)
            && there.last().is_some_and(|word| fits(word, last, stem))
    };
    let known = |stem: &&Stem| regions.iter().any(|region| region.unit.as_str() == stem.unit);
    let all: Vec<&Stem> = KNOWN.iter().filter(fitting).filter(known).collect();
    let length = all.iter().map(|stem| stem.words.len()).max()?;
    let kind_at = |place: Option<usize>| {
        let word = words.get(place?)?;
        match () {
            // The Kazakh "қ." follows a name. A "К" before a name belongs to the form: "3-К Алматы".
            () if word == "K" && place < Some(at) => None,
            () if CITY_WORDS.contains(word) => Some(Of::City),
            () if REGION_WORDS.contains(word) => Some(Of::Region),
            () => None,
        }
    };
    let (before, after) = (kind_at(at.checked_sub(1)), kind_at(Some(at + length)));
    // In Kazakh and English the word for the kind follows the name, in Russian it comes before the name. If the two
    // differ, nothing is certain.
    let said = match (before, after) {
        (Some(one), Some(other)) if one != other => return None,
        (one, other) => one.or(other),
    };
    let fits_kind = |stem: &&&Stem| match (stem.of, said) {
        (Of::City, Some(kind)) => kind == Of::City,
        (Of::Region, Some(kind)) => kind == Of::Region,
        (Of::RegionSaid, kind) => kind == Some(Of::Region),
        (_, None) => true,
    };
    let stem = all.iter().filter(|stem| stem.words.len() == length).find(fits_kind)?;
    let unit = stem.unit.parse().ok()?;
    Some(Named { unit, from: at, to: at + length })
}

/// Whether a word is a stem, or a stem with the ending of a case or of a feminine adjective (for "область").
fn fits(word: &str, stem: &str, of: &Stem) -> bool {
    let Some(ending) = word.strip_prefix(stem) else { return false };
    if of.whole || ending.is_empty() {
        return ending.is_empty();
    }
    let adjective = ["CKAЯ", "CKOЙ", "CKYЮ", "CKOЮ", "KAЯ", "KOЙ", "CK"].contains(&ending);
    let case = ending.chars().count() <= 4 && !ending.starts_with("CK") && !ending.starts_with('K');
    adjective || case
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Titles;

    fn regions() -> Vec<Region> {
        let mut units: Vec<&str> = STEMS.iter().map(|(unit, ..)| *unit).collect();
        units.sort_unstable();
        units.dedup();
        let region = |unit: &str| Region {
            unit: unit.parse().unwrap(),
            kato: String::new(),
            iso: String::new(),
            titles: Titles::ru(unit),
            since: None,
            split_from: None,
            population: Vec::new(),
        };
        units.into_iter().map(region).collect()
    }

    #[test]
    fn names_are_found_within_longer_texts() {
        for (text, unit) in [
            ("СНГ-1 г.Астана за 2022 год", "1971"),
            ("Форма отчета № 1-М по городу Шымкент", "1979"),
            ("Отчет по г. Алматы за 2022 год", "1975"),
            ("Отчет по Алматинской области", "1919"),
            ("Алматы облысы бойынша 2022 жылғы есеп", "1919"),
            ("Алматы қаласы бойынша есеп", "1975"),
            ("Almaty region 2022", "1919"),
            ("Almaty 2022", "1975"),
            ("3-К Aлмaты oбл", "1919"),
            ("по Карагандинской обл.", "1935"),
            ("Западно - Казахстанская область, 9 месяцев", "1927"),
            ("East-Kazakhstan Region", "1963"),
            ("Шығыс Қазақстан облысы", "1963"),
            ("области Абай", "1910"),
            ("область Ұлытау", "1962"),
            ("Мангистауской области", "1947"),
            ("ВКО", "1963"),
            ("Сведения по республике", "19"),
            ("Сведения по Республике Казахстан за 2022 год", "19"),
            ("г. Нур-Султан", "1971"),
        ] {
            assert_eq!(within(text, &regions()), Some(unit.parse().unwrap()), "{text}");
        }
        for text in [
            "Приказ Генерального Прокурора Республики Казахстан",
            "г. Астана и г. Алматы",
            "город Павлодар",
            "Астана облысы",
            "Абайский район",
            "Форма № 1-М",
            "скотокрадство",
            "",
        ] {
            assert_eq!(within(text, &regions()), None, "{text}");
        }
    }

    #[test]
    fn a_field_names_a_region_and_not_a_part_of_it() {
        for (text, unit) in [
            ("Алматинкая область", "1919"),
            ("ДЮ Жамбыл", "1931"),
            ("ДЮ Мангистау", "1947"),
            ("Дю г. Шымкент", "1979"),
            ("Департамент юстиции Павлодарской области", "1955"),
            ("Ақтөбе облысы", "1915"),
            ("ЗКО", "1927"),
            ("БҚО", "1927"),
            ("Джамбулская область", "1931"),
            ("Кустанайская область", "1939"),
            ("Kostanai Region", "1939"),
            ("Кзыл-Ординская область", "1943"),
            ("Кызылординская обл.", "1943"),
            ("Мангыстауская область", "1947"),
            ("Mangistau Region", "1947"),
            ("СКО", "1959"),
            ("СҚО", "1959"),
            ("Улытауская область", "1962"),
            ("область Ұлытау", "1962"),
        ] {
            assert_eq!(alone(text, &regions()), Some(unit.parse().unwrap()), "{text}");
        }
        for text in
            ["Алмалинский район г. Алматы", "Транспортная прокуратура", "Акмолинксая область", "г. Астана, Алматы"]
        {
            assert_eq!(alone(text, &regions()), None, "{text}");
        }
    }
}
