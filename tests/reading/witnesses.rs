//! Period, unit and agency as the places of a document state them, and what follows when they disagree.

use zhinaq::{
    domain::{Agency, Region, Unit},
    read::{self, Document, ReadError, Reading, Wanted},
};

use super::made_up::{Made, read_as, regions, templates, wanted};

const MOVEMENT: &str = "Раздел 1. Сведения о движении дел";
const TITLE: &str = "1-Х  г. Астана (Свод)";
const CODES: &str = "500;701;1971%;__";

/// The form with a line on its cover.
fn with_cover(line: &str) -> Vec<u8> {
    let mut made = Made::new(TITLE, CODES);
    made.workbook.add_worksheet().set_name("СВОД").unwrap().write(0, 0, "Форма № 1-Х").unwrap();
    made.on("СВОД").write(3, 1, line).unwrap();
    made.movement("R1", MOVEMENT);
    made.bytes()
}

/// The form with a line above its first table, to the right of the title.
fn with_title(line: &str) -> Vec<u8> {
    let mut made = Made::usual();
    made.on("R1").write(1, 4, line).unwrap();
    made.bytes()
}

fn is_kept_out(read: Result<Reading, ReadError>) -> Option<String> {
    match read {
        Ok(reading) => reading.held,
        Err(error) => Some(error.to_string()),
    }
}

const OTHERS: [&str; 15] = [
    "за 9 мес. 2022 г.",
    "2022 жылғы 9 ай ішінде",
    "за 1 полугодие 2022 года",
    "за январь-сентябрь 2022 года",
    "за девять месяцев 2022 года",
    "на 01.10.2022",
    "на 1 октября 2022 года",
    "за сентябрь 2022 г.",
    "за III квартал 2022 года",
    "2022 жылғы 9 айдағы",
    "за 2021 год",
    "2022 жылдың бірінші жартыжылдығы",
    "January–September 2022",
    "as of 1 October 2022",
    "за 9 месяцев",
];

#[test]
fn a_cover_or_a_title_of_another_period_keeps_a_document_out() {
    for line in OTHERS {
        for (place, bytes) in [("cover", with_cover(line)), ("title", with_title(line))] {
            let why = is_kept_out(read_as(&wanted("2022-M12"), "form.xlsx", &bytes));
            let why = why.unwrap_or_else(|| panic!("the {place} `{line}` was believed of 2022-M12"));
            // From a long line only the words about the period are quoted.
            let words = ["за ", "на ", "as of "].iter().fold(line, |line, by| line.strip_prefix(by).unwrap_or(line));
            assert!(why.contains(words), "{why}");
        }
    }
}

#[test]
fn the_documents_own_period_a_comparison_and_an_act_change_nothing() {
    for line in [
        "за 12 месяцев 2022 года",
        "за 2022 год",
        "IV квартал 2022 года",
        "на 01.01.2023",
        "за январь-декабрь 2022 года по сравнению с 2021 годом",
        "к аналогичному периоду 2021 года",
        "Приложение к приказу от 3 июля 2014 года № 15",
        "с 1 января 2022 года",
        "за __ месяцев 20__ года",
    ] {
        for bytes in [with_cover(line), with_title(line)] {
            let reading = read_as(&wanted("2022-M12"), "form.xlsx", &bytes).unwrap();
            assert_eq!(reading.held, None, "{line}");
        }
    }
}

#[test]
fn a_file_name_of_another_period_keeps_a_document_out() {
    let bytes = Made::usual().bytes();
    for name in
        ["1-Х 2022-09.xlsx", "1-Х за 9 месяцев 2022.xlsx", "1x_202209.xlsx", "1-Х на 01.10.2022.xlsx", "1-Х 2021.xlsx"]
    {
        let why = read_as(&wanted("2022-M12"), name, &bytes).unwrap_err().to_string();
        assert!(why.contains(name), "{why}");
        assert!(
            read_as(&wanted("2022-M12"), &name.replace("2021", "2022 год"), &bytes).is_ok() == name.contains("2021")
        );
    }
    for name in
        ["1-Х 2022-12.xlsx", "1-Х за 2022 год.xlsx", "1-Х (2).xlsx", "Astana city.XLSX", "1-Х на 01.01.2023.xlsx"]
    {
        assert_eq!(read_as(&wanted("2022-M12"), name, &bytes).unwrap().held, None, "{name}");
    }
}

#[test]
fn places_that_disagree_about_the_period_are_held_with_both() {
    let held = read_as(&wanted("2022-M12"), "1-Х 2022-12.xlsx", &with_cover("за 9 месяцев 2022 года")).unwrap().held;
    let held = held.unwrap();
    assert!(held.contains("за 9 месяцев 2022 года") && held.contains("2022-12"), "{held}");
    let made = {
        let mut made = Made::new("1-Х  г. Астана (Свод) за 9 месяцев 2022 года", CODES);
        made.movement("R1", MOVEMENT);
        made.bytes()
    };
    let held = read_as(&wanted("2022-M12"), "form.xlsx", &made).unwrap().held.unwrap();
    assert!(held.contains("its title"), "{held}");
}

/// The form with empty properties.
fn without_properties() -> Vec<u8> {
    let mut made = Made::new("", "");
    made.movement("R1", MOVEMENT);
    made.minors("R1-1", "Раздел 1-1. Сведения о движении дел о несовершеннолетних");
    made.bytes()
}

#[test]
fn a_document_that_does_not_say_its_unit_is_held_and_is_of_no_unit() {
    let reading = read_as(&wanted("2022-M12"), "form.xlsx", &without_properties()).unwrap();
    let held = reading.held.unwrap();
    assert!(held.contains("give the unit, such as `--unit 1971`") && held.contains("give the agency"), "{held}");
    assert_eq!((reading.identity.unit, reading.identity.agency), (None, None));
    assert_eq!(reading.datasets[0].key.unit, Unit::unsaid());
    assert_eq!(reading.datasets[0].key.agency, Agency::unsaid());
    assert!(!reading.datasets[0].key.unit.is_republic() && !reading.datasets[0].key.agency.is_all());
    // The file name states the unit, and nothing states the agency.
    let reading = read_as(&wanted("2022-M12"), "1-Х г.Астана за 2022 год.xlsx", &without_properties()).unwrap();
    assert_eq!(reading.datasets[0].key.unit.as_str(), "1971");
    assert!(reading.held.unwrap().contains("give the agency"));
}

#[test]
fn who_says_unit_and_agency_is_believed_where_the_document_says_nothing() {
    let said = Wanted { unit: Some("1971".parse().unwrap()), agency: Some(Agency::all()), ..wanted("2022-M12") };
    let reading = read_as(&said, "form.xlsx", &without_properties()).unwrap();
    assert_eq!((reading.held, reading.datasets[0].key.unit.as_str()), (None, "1971"));
    // The request never overrides what the document states.
    let almaty = Wanted { unit: Some("1975".parse().unwrap()), ..said };
    assert!(read_as(&almaty, "form.xlsx", &with_title("по городу Астана")).is_err());
}

#[test]
fn a_title_of_another_region_is_a_doubt() {
    for (line, unit) in [
        ("г. Алматы", "1975"),
        ("по Алматинской области", "1919"),
        ("Алматы облысы бойынша", "1919"),
        ("Almaty", "1975"),
    ] {
        let held = read_as(&wanted("2022-M12"), "form.xlsx", &with_title(line)).unwrap().held;
        let held = held.unwrap_or_else(|| panic!("`{line}` was overlooked"));
        assert!(held.contains(line) && held.contains(unit) && held.contains("1971"), "{held}");
    }
    for line in
        ["г. Астана", "по городу Астана", "Астана қаласы бойынша", "Генеральной прокуратуры Республики Казахстан"]
    {
        assert_eq!(read_as(&wanted("2022-M12"), "form.xlsx", &with_title(line)).unwrap().held, None, "{line}");
    }
    // A cover may contain an address.
    let address = "Комитет по правовой статистике, г. Алматы, ул. Абылай хана 1".replace("по ", "");
    assert_eq!(read_as(&wanted("2022-M12"), "form.xlsx", &with_cover(&address)).unwrap().held, None);
}

#[test]
fn a_region_that_did_not_exist_has_no_document() {
    let since = Some("2022-06-08".parse().unwrap());
    let regions: Vec<Region> = regions().into_iter().map(|region| Region { since, ..region }).collect();
    let read = |period: &str| {
        let bytes = Made::usual().bytes();
        let document = Document { name: "form.xlsx", bytes: &bytes };
        let all = templates();
        read::read(&all[&"1-x".parse().unwrap()], &all, &regions, &[], &wanted(period), &document).unwrap().held
    };
    assert!(read("2021-M12").unwrap().contains("exists since 2022-06-08"));
    assert!(read("2022-M05").is_some());
    assert_eq!(read("2022-M06"), None);
}

#[test]
fn stale_properties_have_no_vote() {
    // The edition was replaced before that month, so the stale properties do not count against the file name.
    let bytes = Made::usual().bytes();
    let reading = read_as(&wanted("2024-M03"), "202403_1x_00100_1971_ru.XLSX", &bytes).unwrap();
    assert!(reading.held.unwrap().contains("edition `701`"));
    assert_eq!(reading.datasets[0].key.agency.as_str(), "01");
    let reading = read_as(&wanted("2024-M03"), "202403_1x_00000_1975_ru.XLSX", &bytes).unwrap();
    assert_eq!(reading.datasets[0].key.unit.as_str(), "1975");
    // Title and description are written together, so the two are not a majority against a name.
    let reading = read_as(&wanted("2022-M12"), "202212_1x_00400___ru.XLSX", &bytes).unwrap();
    assert_eq!((reading.datasets[0].key.agency.as_str(), reading.held.is_some()), ("04", true));
}
