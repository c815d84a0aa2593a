use proptest::prelude::*;

use super::{Manner, PeriodSays, contradiction, latest, spoken};
use crate::{Period, Periodicity};

fn month(year: i32, month: u32) -> Period {
    Period::new(year, Periodicity::Month, month).unwrap()
}

/// The result of a text, in short: `2022-M09`, `2022`, `[9]` for months without a year, empty for nothing.
fn told(text: &str, manner: Manner) -> String {
    let said = spoken(text, manner);
    if let Some(PeriodSays::Ends(ends)) = latest(&said).map(|one| &one.says) {
        let ends: Vec<String> = ends.iter().map(|end| end.period().unwrap().to_string()).collect();
        return ends.join(" or ");
    }
    let told = said.iter().map(|one| match &one.says {
        PeriodSays::Months(months) => format!("{months:?}"),
        PeriodSays::Year(year) => year.to_string(),
        PeriodSays::Made(day) => format!("made {day}"),
        PeriodSays::Ends(_) => unreachable!(),
    });
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn titles_and_covers_say_their_period() {
    for (text, expected) in [
        ("за 9 мес. 2022 г.", "2022-M09"),
        ("2022 жылғы 9 ай ішінде", "2022-M09"),
        ("за 1 полугодие 2022 года", "2022-M06"),
        ("за январь-сентябрь 2022 года", "2022-M09"),
        ("за январь — сентябрь 2022 года", "2022-M09"),
        ("за девять месяцев 2022 года", "2022-M09"),
        ("за январь-февраль 2023 года", "2023-M02"),
        ("на 01.10.2022", "2022-M09"),
        ("за сентябрь 2022 г.", "2022-M09"),
        ("за III квартал 2022 года", "2022-M09"),
        ("за ІІІ квартал 2022 года", "2022-M09"),
        ("за Ш кв. 2022г.", "2022-M09"),
        ("за 2021 год", "2021"),
        ("2021 жыл", "2021"),
        ("2022 жылғы 9 айдағы", "2022-M09"),
        ("на 1 октября 2022 года", "2022-M09"),
        ("по состоянию на «1» октября 2022 года", "2022-M09"),
        ("на 44835", "2022-M09"),
        ("с 1 января по 30 сентября 2022 года", "2022-M09"),
        ("с 01.01.2022 г. по 30.09.2022 г.", "2022-M09"),
        ("01.01.2022 – 30.09.2022", "2022-M09"),
        ("январь 2022 – сентябрь 2022", "2022-M09"),
        ("с января по сентябрь 2022 года", "2022-M09"),
        ("за 9 (девять) месяцев 2022 года", "2022-M09"),
        ("за 9-ть месяцев", "[9]"),
        ("за 3-ий квартал", "[9]"),
        ("за 9 месяцев (январь-сентябрь) 2022 года", "2022-M09"),
        ("за 2022 г. (9 месяцев)", "2022-M09"),
        ("за период с начала 2022 года по 30 сентября", "2022-M09"),
        ("сентябрь 2022 / сентябрь 2021", "2022-M09"),
        ("2022 жылдың 9 айына", "2022-M09"),
        ("за 9 месяцев", "[9]"),
        ("за январь, февраль, март 2022 года", "2022-M03"),
        ("I-III кварталы 2022 года", "2022-M09"),
        ("3-й квартал 2022", "2022-M09"),
        ("первое полугодие 2022 года", "2022-M06"),
        ("во втором полугодии 2022 года", "2022-M12"),
        ("1 п/г 2022 г.", "2022-M06"),
        ("полугодие 2022 года", "2022-M06 or 2022-M12"),
        ("2022 жылдың 3 тоқсаны", "2022-M09"),
        ("2022 жылғы III тоқсан", "2022-M09"),
        ("2022 жылғы үшінші тоқсандағы", "2022-M09"),
        ("2022 жылдың бірінші жартыжылдығы", "2022-M06"),
        ("2022 жылғы 1-жартыжылдық", "2022-M06"),
        ("2022 жылғы қаңтар-қыркүйек", "2022-M09"),
        ("2022 жылдың қаңтар – қыркүйек айларында", "2022-M09"),
        ("2022 жылғы қыркүйек", "2022-M09"),
        ("2022 жылғы 1 қазанға", "2022-M09"),
        ("2022 жылғы 1 қазандағы жағдай бойынша", "2022-M09"),
        ("тоғыз ай 2022 ж.", "2022-M09"),
        ("2022 ж. он бір айы", "2022-M11"),
        ("for January–September 2022", "2022-M09"),
        ("nine months of 2022", "2022-M09"),
        ("as of October 1, 2022", "2022-M09"),
        ("as of 1 October 2022", "2022-M09"),
        ("third quarter of 2022", "2022-M09"),
        ("Q3 2022", "2022-M09"),
        ("2022-M09", "2022-M09"),
        ("2022-Q3", "2022-M09"),
        ("за 2022-09", "2022-M09"),
        ("за cентябрь 2022 гoда", "2022-M09"),
        ("за сен\u{ad}тябрь 2022 года", "2022-M09"),
    ] {
        assert_eq!(told(text, Manner::Prose), expected, "{text}");
    }
}

#[test]
fn what_is_said_of_something_else_is_not_the_documents() {
    for (text, expected) in [
        ("за 9 месяцев 2022 года по сравнению с 2021 годом", "2022-M09"),
        ("за 9 месяцев 2022 года в сравнении с 12 месяцами 2023 года", "2022-M09"),
        ("по сравнению с 2021 годом", ""),
        ("к аналогичному периоду 2021 года", ""),
        ("АППГ 2021 год", ""),
        ("за 2022 год (АППГ - 2021 год)", "2022"),
        ("2021 жылмен салыстырғанда", ""),
        ("2022 жылғы 9 айда 2021 жылғы 12 аймен салыстырғанда", "2022-M09"),
        ("Закон Республики Казахстан от 3 июля 2014 года", ""),
        ("Приложение 1 к приказу Генерального Прокурора от \"__\" ____ 2016 года", ""),
        ("Утверждена приказом от 15.04.2019 № 25", ""),
        ("утверждена приказом от 3 июля 2014 года за 9 месяцев 2022 года", "2022-M09"),
        ("с 1 января 2022 года", ""),
        ("с 2015 года", ""),
        ("за __ месяцев 20__ года", ""),
        ("более 2-х месяцев", ""),
        ("(ст.188-1 УК РК)", ""),
        ("Раздел 1-1. Сведения о зарегистрированных правонарушениях", ""),
        ("в отчетном месяце", ""),
        ("декларация 2022", ""),
        ("из графы 9", ""),
        ("", ""),
    ] {
        assert_eq!(told(text, Manner::Prose), expected, "{text}");
    }
}

#[test]
fn names_of_files_say_their_period() {
    for (name, expected) in [
        ("СНГ-1 2022-09", "2022-M09"),
        ("СНГ-1 за 9 месяцев 2022", "2022-M09"),
        ("202209_3k", "2022-M09"),
        ("3k_202209", "2022-M09"),
        ("3-К 09.2022", "2022-M09"),
        ("3-К_09_2022", "2022-M09"),
        ("3-К 092022", "2022-M09"),
        ("3-К 2022 09", "2022-M09"),
        ("1-М на 01.10.2022", "2022-M09"),
        ("1-М 01.10.2022", "2022-M09"),
        ("1-М 20221001", "2022-M09"),
        ("form 2022Q3", "2022-M09"),
        ("СНГ-1 г.Астана за 2022 год", "2022"),
        ("СНГ-1-2022", "2022"),
        ("СНГ-1 сент22", "2022-M09"),
        ("СНГ-1 сентябрь 2022", "2022-M09"),
        ("Форма 1 сентябрь 2022", "2022-M09"),
        ("СНГ-1_3кв22", "2022-M09"),
        ("СНГ-1_2022г", "2022"),
        ("Astana city", ""),
        ("form", ""),
        ("form (1)", ""),
        ("202213_3k", ""),
        ("1-М_2022_12_1m", "2022-M12"),
    ] {
        assert_eq!(told(name, Manner::Name), expected, "{name}");
    }
}

#[test]
fn fields_say_their_period() {
    for (text, expected) in [
        ("44834", "2022-M09"),
        ("44834.0", "2022-M09"),
        ("44835", "2022-M09"),
        ("2022-09-30", "2022-M09"),
        ("2022-10-01T00:00:00Z", "2022-M09"),
        ("2023-01-12 09:30", "2022-M12 or 2023-M01"),
        ("1672509600", "2022-M12"),
        ("1672531200000", "2022-M12"),
        ("2022", "2022"),
        ("9.2022", "2022-M09"),
        ("2022-9", "2022-M09"),
        ("99", ""),
        ("с начала года", ""),
    ] {
        assert_eq!(told(text, Manner::Field), expected, "{text}");
    }
}

#[test]
fn a_bare_year_contradicts_another_year_only() {
    let said = spoken("за 2022 год", Manner::Prose);
    assert!(contradiction(&said, month(2022, 9)).is_none());
    assert_eq!(contradiction(&said, month(2021, 12)).unwrap().words, "2022 год");
    // A document that was made before the end of a period cannot be about it.
    let said = spoken("05.10.2022", Manner::Prose);
    assert!(contradiction(&said, month(2022, 12)).is_some());
    assert!(contradiction(&said, month(2022, 9)).is_none());
    assert!(contradiction(&said, month(2023, 12)).is_none());
}

const MONTHS_RU: [[&str; 2]; 12] = [
    ["январь", "января"],
    ["февраль", "февраля"],
    ["март", "марта"],
    ["апрель", "апреля"],
    ["май", "мая"],
    ["июнь", "июня"],
    ["июль", "июля"],
    ["август", "августа"],
    ["сентябрь", "сентября"],
    ["октябрь", "октября"],
    ["ноябрь", "ноября"],
    ["декабрь", "декабря"],
];
const MONTHS_KK: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const COUNTS_RU: [&str; 12] = [
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
];
const COUNTS_KK: [&str; 12] =
    ["бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз", "он", "он бір", "он екі"];
const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];

/// Every tested way to write a period that ends with a month.
fn ways(year: i32, month: u32) -> Vec<String> {
    let m = month as usize - 1;
    let [name, of] = MONTHS_RU[m];
    let (kk, en) = (MONTHS_KK[m], MONTHS_EN[m]);
    let (next_year, next) = if month == 12 { (year + 1, 0) } else { (year, m + 1) };
    let last = super::super::Period::new(year, Periodicity::Month, month).unwrap().last_day().format("%d").to_string();
    let (count, count_kk) = (COUNTS_RU[m], COUNTS_KK[m]);
    let (next_of, next_kk, next_number) = (MONTHS_RU[next][1], MONTHS_KK[next], next + 1);
    let mut ways = vec![
        format!("за {name} {year} года"),
        format!("{name} {year} г."),
        format!("за {month} месяцев {year} года"),
        format!("за {month} мес. {year} г."),
        format!("{year} год, {month} месяцев"),
        format!("за {count} месяцев {year} года"),
        format!("с 1 января по {last} {of} {year} года"),
        format!("с 01.01.{year} по {last}.{month:02}.{year}"),
        format!("на 1 {next_of} {next_year} года"),
        format!("на 01.{next_number:02}.{next_year} г."),
        format!("по состоянию на {next_year}-{next_number:02}-01"),
        format!("на {last} {of} {year} года"),
        format!("{year} жылғы {month} ай"),
        format!("{year} жылғы {month} айдағы"),
        format!("{year} жылғы {count_kk} ай ішінде"),
        format!("{year} жылғы {kk}"),
        format!("{year} ж. {kk}"),
        format!("{next_year} жылғы 1 {next_kk} жағдай бойынша"),
        format!("for {month} months of {year}"),
        format!("{en} {year}"),
        format!("as of 1 {} {next_year}", MONTHS_EN[next]),
        format!("{year}-{month:02}"),
        format!("{month:02}.{year}"),
        format!("{year}-M{month:02}"),
    ];
    if month > 1 {
        ways.push(format!("за январь-{name} {year} года"));
        ways.push(format!("январь – {name} {year} г."));
        ways.push(format!("с января по {name} {year} года"));
        ways.push(format!("{year} жылғы қаңтар-{kk}"));
        ways.push(format!("January–{en} {year}"));
    }
    if month.is_multiple_of(3) {
        let (quarter, roman) = (month / 3, ROMAN[month as usize / 3 - 1]);
        for way in ["за # квартал $ года", "# кв. $ г.", "$ жылғы # тоқсан", "#-й квартал $", "quarter", "$-Q"]
        {
            match way {
                "quarter" => ways.push(format!("Q{quarter} {year}")),
                "$-Q" => ways.push(format!("{year}-Q{quarter}")),
                way => {
                    ways.push(way.replace('#', &quarter.to_string()).replace('$', &year.to_string()));
                    ways.push(way.replace('#', roman).replace('$', &year.to_string()));
                }
            }
        }
    }
    if month.is_multiple_of(6) {
        let half = month / 6;
        ways.push(format!("за {half} полугодие {year} года"));
        ways.push(format!("{} полугодие {year} г.", ROMAN[half as usize - 1]));
        ways.push(format!("{} полугодие {year} года", ["первое", "второе"][half as usize - 1]));
        ways.push(format!("{year} жылғы {half} жартыжылдық"));
        ways.push(format!("{half} жарты жылдығы {year} ж."));
    }
    ways
}

proptest! {
    #[test]
    fn a_period_written_in_any_way_is_read_back(
        year in 1995..2090_i32, number in 1..=12_u32, before in "(Отчет о движении дел |Форма № 3-К |\\(|)", other in 1..=12_u32,
        upper in any::<bool>(),
    ) {
        let asked = month(year, number);
        for way in ways(year, number) {
            let text = format!("{before}{way}");
            let text = if upper { text.to_uppercase() } else { text };
            let said = spoken(&text, Manner::Prose);
            prop_assert_eq!(latest(&said).and_then(|one| one.says.month()), Some(asked), "{}", &text);
            prop_assert!(contradiction(&said, asked).is_none(), "{}", &text);
            prop_assert_eq!(contradiction(&said, month(year, other)).is_none(), other == number, "{}", &text);
            prop_assert!(contradiction(&said, month(year - 1, number)).is_some(), "{}", &text);
            // A comparison does not change the result.
            let compared = format!("{text} по сравнению с {} годом", year - 1);
            prop_assert!(contradiction(&spoken(&compared, Manner::Prose), asked).is_none(), "{}", compared);
            for manner in [Manner::Name, Manner::Field] {
                prop_assert!(contradiction(&spoken(&text, manner), asked).is_none(), "{} {:?}", &text, manner);
            }
        }
    }

    #[test]
    fn any_text_ends(text in "[а-яіқүұөңғһa-z0-9 .,/()«»_–-]{0,80}") {
        for manner in [Manner::Prose, Manner::Name, Manner::Field] {
            for one in spoken(&text, manner) {
                prop_assert!(!one.words.is_empty());
            }
        }
    }
}
