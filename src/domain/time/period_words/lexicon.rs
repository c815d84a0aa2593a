//! The words of periods in Russian, Kazakh and English, in the form in which they are compared: capitals, with one
//! letter for all look-alikes. In: a word. Out: its meaning. This module does not know the words around it.

use std::{collections::HashMap, sync::LazyLock};

use crate::look_alike::latin_shape;

/// The meaning of a word in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Month(u32),
    /// A word for months, after their number or after the name of a month.
    Months,
    Quarter,
    Half,
    /// Kazakh `жарты`, which means a half-year only before a word for year.
    HalfOf,
    /// `половина`: a half-year if a number is before it.
    HalfNumbered,
    Year,
    /// `1` to `12` as a cardinal or an ordinal word.
    Count(u32),
}

/// A word in the form in which it is compared.
pub(super) fn folded(word: &str) -> String {
    word.chars().flat_map(char::to_uppercase).map(latin_shape).collect()
}

fn folded_list(words: &str) -> Vec<String> {
    words.split_whitespace().map(folded).collect()
}

/// A list of folded words.
pub(super) struct List(LazyLock<Vec<String>>);

impl List {
    pub(super) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// Whether the word begins with a word of the list.
    pub(super) fn begins(&self, word: &str) -> bool {
        self.0.iter().any(|known| word.starts_with(known.as_str()))
    }
}

macro_rules! list {
    ($(#[$doc:meta])* $name:ident = $words:literal) => {
        $(#[$doc])*
        pub(super) static $name: List = List(LazyLock::new(|| folded_list($words)));
    };
}

list!(
    /// Endings of numbers that are read as words: `1-ое`, `3-й`, `9-ти`, `2nd`, `3-ші`.
    ENDINGS = "ое е й ый ий ье его ой ого го ом м х ть ти ми и ая я ю шi ші шы інші ыншы нші ншы st nd rd th"
);
list!(
    /// Words that join the ends of a stretch, or the items of a list.
    JOINTS = "по до и to through till until and және мен пен бен"
);
list!(
    /// Words that may be between a stretch and its year.
    BETWEEN = "в of in за айы айының айлары айларының айында айларында айындағы айларындағы месяц месяца месяцы қорытындысы"
);
list!(
    /// Words before a period that the document is about.
    REPORTING = "за на for as во ішінде"
);
list!(
    /// Words before a beginning, before the date of an act, or before what something is compared with.
    ASIDE = "от с со к ко начиная после from since dated after vs versus against"
);
list!(
    /// Words for acts, which have dates and years of their own.
    ACTS = "приказ приказа приказу приказом приказе приказы приказов закон закона закону законом законе законы законов \
            кодекс кодекса кодексу кодексом указ указа указу указом постановление постановления постановлению \
            постановлением распоряжение распоряжения распоряжением инструкция инструкции инструкцией утвержден утверждена \
            утверждено утверждены утверждаю утверждении протокол протокола протоколом бұйрық бұйрығы бұйрығына бұйрығымен заң заңы \
            заңының қаулы қаулысы кодексі order law act code decree approved"
);
list!(
    /// Beginnings of words before what something is compared with, or before what is amended.
    COMPARING = "сравнен сопоставл аппг аналогичн прошлого прошлом предыдущ против compar previous corresponding изменени \
                 дополнени редакци өткен алдыңғы"
);
list!(
    /// Beginnings of Kazakh words of comparison, which come after what something is compared with.
    COMPARED = "салыстыр қарағанда"
);
list!(
    /// Kazakh words for a year, which comes before its months.
    YEAR_BEFORE = "ж жж жыл жылы жылғы жылдың жылда жылдағы жылының"
);
list!(
    /// Kazakh "with the year": a comparison.
    WITH_YEAR = "жылмен жылымен"
);
list!(
    /// Kazakh words for months within a year. They mean the report's months, even without a year.
    WITHIN = "айдағы айындағы айларындағы тоқсандағы тоқсанындағы жартыжылдығындағы"
);

const MONTHS: [&str; 12] = [
    "январь января январе январю январем янв қаңтар кантар january jan",
    "февраль февраля феврале февралю февралем фев февр ақпан акпан february feb",
    "март марта марте марту мартом мар наурыз наурыздың march mar",
    "апрель апреля апреле апрелю апрелем апр сәуір сауир april apr",
    "май мая мае маю маем мамыр may",
    "июнь июня июне июню июнем июн маусым june jun",
    "июль июля июле июлю июлем июл шілде шилде july jul",
    "август августа августе августу августом авг тамыз august aug",
    "сентябрь сентября сентябре сентябрю сентябрем сен сент қыркүйек кыркуйек september sep sept",
    "октябрь октября октябре октябрю октябрем окт қазан казан october oct",
    "ноябрь ноября ноябре ноябрю ноябрем ноя нояб қараша караша november nov",
    "декабрь декабря декабре декабрю декабрем дек желтоқсан желтоксан december dec",
];

/// Beginnings of the Kazakh names of months, which take endings: `қыркүйегінде`, `қазанға`.
const MONTH_STEMS: [(&str, u32); 22] = [
    ("қаңтар", 1),
    ("кантар", 1),
    ("ақпан", 2),
    ("акпан", 2),
    ("наурыз", 3),
    ("сәуір", 4),
    ("сауир", 4),
    ("мамыр", 5),
    ("маусым", 6),
    ("шілде", 7),
    ("шилде", 7),
    ("тамыз", 8),
    ("қыркүйек", 9),
    ("қыркүйег", 9),
    ("кыркуйек", 9),
    ("кыркуйег", 9),
    ("қазан", 10),
    ("казан", 10),
    ("қараша", 11),
    ("караша", 11),
    ("желтоқсан", 12),
    ("желтоксан", 12),
];

const COUNTS: [&str; 12] = [
    "один одного первый первое первая первого первом первой бір бірінші one first",
    "два двух две второй второе вторая второго втором екі екінші two second",
    "три трех третий третье третья третьего третьем третьей үш үшінші three third",
    "четыре четырех четвертый четвертое четвертого четвертом төрт төртінші four fourth",
    "пять пяти бес five",
    "шесть шести алты six",
    "семь семи жеті seven",
    "восемь восьми сегіз eight",
    "девять девяти тоғыз nine",
    "десять десяти он ten",
    "одиннадцать одиннадцати eleven",
    "двенадцать двенадцати twelve",
];

const OTHERS: [(&str, Meaning); 5] = [
    (
        "месяц месяца месяцу месяцем месяце месяцев месяцам месяцами месяцах мес ай айда аймен айдағы айдың айлық айға айына айынан айының айларының айы айында \
         айындағы айлары айларында айларындағы month months",
        Meaning::Months,
    ),
    (
        "квартал квартала кварталу кварталом квартале кварталы кварталов кварталам кварталах кв quarter quarters qtr",
        Meaning::Quarter,
    ),
    ("полугодие полугодия полугодию полугодием полугодии полугодий half", Meaning::Half),
    ("год года году годом годе годы годов г гг жылмен жылымен year years", Meaning::Year),
    ("половина половины половине половину", Meaning::HalfNumbered),
];

const STEMS: [(&str, Meaning); 4] = [
    ("тоқсан", Meaning::Quarter),
    ("токсан", Meaning::Quarter),
    ("жартыжыл", Meaning::Half),
    ("жарты", Meaning::HalfOf),
];

static EXACT: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut exact = HashMap::new();
    for (month, words) in (1..).zip(MONTHS) {
        exact.extend(folded_list(words).into_iter().map(|word| (word, Meaning::Month(month))));
    }
    for (count, words) in (1..).zip(COUNTS) {
        exact.extend(folded_list(words).into_iter().map(|word| (word, Meaning::Count(count))));
    }
    for (words, meaning) in OTHERS {
        exact.extend(folded_list(words).into_iter().map(|word| (word, meaning)));
    }
    for word in folded_list("ж жж жыл жылы жылғы жылдың жылда жылдағы жылының жылдар жылдары")
    {
        exact.insert(word, Meaning::Year);
    }
    exact
});

static BEGINNINGS: LazyLock<Vec<(String, Meaning)>> = LazyLock::new(|| {
    let months = MONTH_STEMS.into_iter().map(|(stem, month)| (stem, Meaning::Month(month)));
    months.chain(STEMS).map(|(stem, meaning)| (folded(stem), meaning)).collect()
});

/// The longest ending of a Kazakh word here.
const ENDING: usize = 6;

/// The meaning of a folded word; `None` if it is not a word of periods.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    if let Some(meaning) = EXACT.get(word) {
        return Some(*meaning);
    }
    let length = word.chars().count();
    let (stem, meaning) = BEGINNINGS.iter().find(|(stem, _)| word.starts_with(stem.as_str()))?;
    // `тоқсандық` is "quarterly".
    let adjective = *meaning == Meaning::Quarter && word.ends_with(folded("дық").as_str());
    (!adjective && length <= stem.chars().count() + ENDING + 4).then_some(*meaning)
}

/// Whether a Kazakh name of a month is in the dative: `1 қазанға`, "as of 1 October".
pub(super) fn is_dative(word: &str) -> bool {
    ["ға", "ге", "қа", "ке", "на", "не"].iter().any(|ending| word.ends_with(folded(ending).as_str()))
        && BEGINNINGS.iter().any(|(stem, meaning)| {
            matches!(meaning, Meaning::Month(_)) && word.len() > stem.len() && word.starts_with(stem.as_str())
        })
}

/// Whether a Russian name of a month is in the nominative, which dates never use.
pub(super) fn is_nominative(word: &str) -> bool {
    let russian = MONTHS.iter().filter_map(|words| words.split(' ').next());
    russian.map(folded).any(|month| month == word)
}

/// A Roman number from I to XII, also as people type it: `Ш` for III, `П` for II, `ІУ` for IV.
pub(super) fn roman(word: &str) -> Option<u32> {
    const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    let word = match word {
        "П" => "II",
        "Ш" => "III",
        "IY" => "IV",
        "L" => "I",
        "LL" => "II",
        "LLL" => "III",
        other => other,
    };
    let sign = word.chars().next().filter(|_| word.chars().count() == 1);
    if let Some(sign @ '\u{2160}'..='\u{216B}') = sign {
        return Some(u32::from(sign) - 0x215F);
    }
    ROMAN.iter().zip(1..).find(|(known, _)| **known == word).map(|(_, value)| value)
}
