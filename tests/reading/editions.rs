//! Sections under other names, numbers, titles and headings; two tables of one section; drafts of editions.

use std::collections::BTreeMap;

use zhinaq::{
    config,
    domain::{Dataset, Figure, Finding, FormId, FormTemplate, Origin, Severity},
    read::{self, Document, Reading, Wanted},
    validate::{Scope, validate},
};

use super::made_up::{FIRST, Made, read_as, regions, wanted};

const FORM: &str = r#"
form = "4-z"
designations = ["4-З", "4-Z"]
known_from = "made up"
[[section]]
id = "R1"
title = { ru = "Раздел 1. Сведения о поступивших обращениях граждан" }
rows = [
  { code = "1", ru = "Всего обращений" },
  { code = "2", ru = "жалобы на бездействие" },
  { code = "3", ru = "заявления о пересмотре" },
  { code = "4", ru = "запросы адвокатов" },
  { code = "5", ru = "отклики на публикации" },
]
columns = [
  { code = "1", ru = "Остаток на начало периода" },
  { code = "2", ru = "Поступило через канцелярию" },
  { code = "3", ru = "Разрешено с удовлетворением" },
  { code = "4", ru = "Оставлено без рассмотрения" },
]

[[section]]
id = "R2"
title = { ru = "Раздел 2. Сведения о преступлениях по статьям кодекса" }
rows = [
  { code = "1", ru = "Всего преступлений" },
  { code = "2", ru = "Получение взятки (ст.366 УК РК)" },
  { code = "3", ru = "Дача взятки (ст.367 УК РК)" },
  { code = "4", ru = "Служебный подлог (ст.369 УК РК)" },
  { code = "5", ru = "Бездействие по службе (ст.370 УК РК)" },
  { code = "6", ru = "Превышение власти (ст.451 УК РК)" },
]
columns = [
  { code = "1", ru = "Всего дел" },
  { code = "2", ru = "служащих государственных органов / Национального банка" },
  { code = "3", ru = "служащих государственных органов / Агентства по делам службы" },
  { code = "4", ru = "служащих государственных органов / Министерства обороны" },
  { code = "5", ru = "служащих государственных органов / акиматов" },
  { code = "6", ru = "служащих государственных органов / Счетного комитета" },
]

[[section]]
id = "R3"
title = { ru = "Раздел 3. Сведения о лицах, преданных суду" }
rows = [
  { code = "1", ru = "Всего лиц" },
  { code = "2", ru = "мужчины" },
  { code = "3", ru = "женщины" },
  { code = "4", ru = "несовершеннолетние" },
  { code = "5", ru = "пенсионеры" },
]
columns = [
  { code = "1", ru = "Предано суду / всего" },
  { code = "2", ru = "Предано суду / служащих / Национального банка" },
  { code = "3", ru = "Предано суду / служащих / Министерства обороны" },
  { code = "4", ru = "Предано суду / служащих / акиматов" },
]
[[edition]]
edition = "901"
"#;

/// A table to write: every figure is 1000 × `base` + 10 × its row + its column.
#[derive(Clone)]
struct Section {
    sheet: String,
    title: String,
    columns: Vec<String>,
    rows: Vec<String>,
    base: u32,
}

fn form(text: &str) -> FormTemplate {
    config::parse_form("4-z.toml", text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The form as its template describes it.
fn described() -> Vec<Section> {
    let sections = (1..).zip(form(FORM).sections).map(|(base, s)| Section {
        sheet: s.id.to_string(),
        title: s.titles.ru,
        columns: s.columns.into_iter().map(|c| c.titles.ru).collect(),
        rows: s.rows.into_iter().map(|r| r.titles.ru).collect(),
        base,
    });
    sections.collect()
}

fn workbook(edition: &str, sections: &[Section]) -> Vec<u8> {
    let mut made = Made::new("4-З  г. Астана (Свод)", &format!("500;{edition};1971%;__"));
    for section in sections {
        let sheet = made.workbook.add_worksheet();
        sheet.set_name(&section.sheet).unwrap().write(1, 0, &section.title).unwrap();
        sheet.write(3, 0, "Наименование").unwrap().write(3, 1, "Шифр строки").unwrap();
        sheet.write(4, 0, "А").unwrap().write(4, 1, "Б").unwrap();
        for (at, label) in (0_u16..).zip(&section.columns) {
            sheet.write(3, 2 + at, label).unwrap().write(4, 2 + at, at + 1).unwrap();
        }
        for (row, label) in (0_u32..).zip(&section.rows) {
            sheet.write(FIRST + row, 0, label).unwrap().write(FIRST + row, 1, row + 1).unwrap();
            for (column, _) in (0_u16..).zip(&section.columns) {
                let figure = 1000 * section.base + 10 * (row + 1) + u32::from(column) + 1;
                sheet.write(FIRST + row, 2 + column, figure).unwrap();
            }
        }
    }
    made.bytes()
}

fn read_by(template: &FormTemplate, bytes: &[u8]) -> Reading {
    let all: BTreeMap<FormId, FormTemplate> = [(template.form.clone(), template.clone())].into();
    let wanted = Wanted::of(template.form.clone(), "2024-M03".parse().unwrap(), Origin::Real);
    read::read(template, &all, &regions(), &[], &wanted, &Document { name: "form.xlsx", bytes }).unwrap()
}

fn found<'a>(reading: &'a Reading, rule: &str) -> Vec<&'a Finding> {
    reading.findings.iter().filter(|f| f.rule == rule).collect()
}

/// Each section with the base of its figures, which shows the table that it was read from.
fn bases(dataset: &Dataset) -> Vec<(String, i64)> {
    let base = |figure: &Figure| figure.number().map_or(0, |n| n.parts().0 / 1000);
    dataset.sections.iter().map(|s| (s.id.to_string(), base(&s.figures[0]))).collect()
}

fn right() -> Vec<(String, i64)> {
    [("R1", 1), ("R2", 2), ("R3", 3)].map(|(id, base)| (id.to_owned(), base)).into()
}

type Change = fn(&mut Vec<Section>);

/// Changes that editions make to a form.
const CHANGES: [(&str, Change); 7] = [
    ("sheets renamed and in another order", |sections| {
        for (section, name) in sections.iter_mut().zip(["R3", "Лист1", "R1"]) {
            section.sheet = name.into();
        }
        sections.reverse();
    }),
    ("sections renumbered", |sections| {
        for section in sections {
            section.title = section.title.replace("Раздел ", "Раздел 1-");
        }
    }),
    ("titles changed", |sections| {
        for (section, title) in sections.iter_mut().zip(["Жалобы и просьбы", "Движение материалов", "Иные данные"])
        {
            section.title = format!("Раздел 7. {title}");
        }
    }),
    ("bodies renamed", |sections| {
        for label in sections.iter_mut().flat_map(|s| &mut s.columns).filter(|c| c.contains(" / ")) {
            *label += " Республики Казахстан";
        }
    }),
    ("a heading dropped", |sections| {
        for section in sections {
            section.columns.remove(2);
        }
    }),
    ("headings added", |sections| {
        for section in sections {
            section.columns.insert(1, "Прекращено по амнистии".into());
            section.rows.push("повторные случаи".into());
        }
    }),
    ("spelt otherwise", |sections| {
        for section in sections {
            for label in section.rows.iter_mut().chain(&mut section.columns) {
                *label = label.replace("ст.", "ст. ").replace('е', "e");
            }
        }
    }),
];

#[test]
fn sections_are_found_whatever_an_edition_does_to_them() {
    let template = form(FORM);
    for (what, change) in CHANGES {
        let mut sections = described();
        change(&mut sections);
        let reading = read_by(&template, &workbook("902", &sections));
        assert_eq!(bases(&reading.datasets[0]), right(), "{what}");
        assert!(found(&reading, "shape.section-missing").is_empty(), "{what}");
        assert!(found(&reading, "shape.section-doubtful").is_empty(), "{what}: {:?}", reading.findings);
    }
    for (without, left_out) in CHANGES.iter().enumerate() {
        let mut sections = described();
        for (what, change) in CHANGES.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, c)| c) {
            // With other titles only the tables identify the sections, so titles change only when no heading is
            // dropped.
            if *what != "titles changed" || without == 4 {
                change(&mut sections);
            }
        }
        let reading = read_by(&template, &workbook("902", &sections));
        assert_eq!(bases(&reading.datasets[0]), right(), "all but {}", left_out.0);
    }
}

#[test]
fn a_section_of_another_subject_is_none_of_those_described() {
    let mut sections = described();
    sections[2].title = "Раздел 3. Сведения о погоде".into();
    sections[2].rows = sections[0].rows.clone();
    sections[2].columns = ["Осадки", "Ветер", "Облачность", "Мороз"].map(str::to_owned).into();
    let reading = read_by(&form(FORM), &workbook("902", &sections));
    assert_eq!(bases(&reading.datasets[0])[..2], right()[..2]);
    let missing = found(&reading, "shape.section-missing");
    assert_eq!(missing[0].section.as_ref().unwrap().as_str(), "R3");
    assert_eq!(found(&reading, "shape.section-unknown").len(), 1);
}

#[test]
fn a_table_that_fits_two_sections_about_equally_well_is_in_doubt() {
    let twin = FORM.replace("[[edition]]", "[[section]]\nid = \"R3-1\"\ntitle = { ru = \"Раздел 3-1. Сведения об осужденных\" }\nrows = [\n  { code = \"1\", ru = \"Всего лиц\" },\n  { code = \"2\", ru = \"мужчины\" },\n  { code = \"3\", ru = \"женщины\" },\n  { code = \"4\", ru = \"несовершеннолетние\" },\n  { code = \"5\", ru = \"пенсионеры\" },\n]\ncolumns = [\n  { code = \"1\", ru = \"Предано суду / всего\" },\n  { code = \"2\", ru = \"Предано суду / служащих / Национального банка\" },\n  { code = \"3\", ru = \"Предано суду / служащих / Министерства обороны\" },\n  { code = \"4\", ru = \"Предано суду / служащих / акиматов\" },\n]\n\n[[edition]]");
    let mut sections = described();
    sections.push(Section {
        sheet: "R4".into(), title: "Раздел 4. Прочее".into(), base: 4, ..sections[2].clone()
    });
    sections[2].title = "Раздел 3. Иное".into();
    let reading = read_by(&form(&twin), &workbook("902", &sections));
    let doubts = found(&reading, "shape.section-doubtful");
    assert!(!doubts.is_empty(), "{:?}", reading.findings);
    assert_eq!(doubts[0].severity, Severity::Error);
    assert!(doubts[0].explanation.contains("section R3 (") && doubts[0].explanation.contains("section R3-1 ("));
    // With their titles the two are distinguished, in any order.
    sections[2].title = "Раздел 9. Сведения об осужденных".into();
    sections[3].title = "Раздел 8. Сведения о лицах, преданных суду".into();
    let reading = read_by(&form(&twin), &workbook("902", &sections));
    assert_eq!(bases(&reading.datasets[0])[2..], [("R3".to_owned(), 4), ("R3-1".to_owned(), 3)]);
    assert!(found(&reading, "shape.section-doubtful").is_empty());
}

#[test]
fn a_draft_of_an_edition_ends_the_findings_that_it_was_drafted_for() {
    let template = form(FORM);
    let mut all = vec![CHANGES.to_vec()];
    all.extend(CHANGES.map(|change| vec![change]));
    all[0].remove(2);
    for changes in all {
        let what: Vec<&str> = changes.iter().map(|(what, _)| *what).collect();
        let mut sections = described();
        for (_, change) in &changes {
            change(&mut sections);
        }
        let bytes = workbook("902", &sections);
        let reading = read_by(&template, &bytes);
        let draft = read::edition_draft(reading.drafted.as_ref().unwrap());
        let learned = form(&format!("{FORM}\n{draft}"));
        let again = read_by(&learned, &bytes);
        let loud: Vec<&Finding> = again.findings.iter().filter(|f| f.severity < Severity::Info).collect();
        assert!(loud.is_empty(), "{what:?}: {loud:#?}\n{draft}");
        assert_eq!(again.drafted, None);
        let forms = [(learned.form.clone(), learned)].into();
        let scope = Scope { datasets: vec![&again.datasets[0]], earlier: vec![], templates: &forms, regions: &[] };
        let checked = validate(&scope);
        let loud: Vec<&Finding> =
            checked.iter().filter(|f| f.rule.starts_with("shape.") && f.severity == Severity::Error).collect();
        assert!(loud.is_empty(), "{what:?}: {loud:#?}\n{draft}");
    }
}

#[test]
fn a_draft_keeps_each_figure_with_its_heading() {
    let mut sections = described();
    sections[1].columns.remove(1);
    sections[1].columns[2] += " Республики Казахстан";
    sections[1].columns.push("служащих государственных органов / Высшей аудиторской палаты".into());
    let bytes = workbook("902", &sections);
    let reading = read_by(&form(FORM), &bytes);
    let drafted = reading.drafted.unwrap();
    let there = &drafted.edition.sections[&"R2".parse().unwrap()];
    let printed = |code: &str| there.columns[&code.parse().unwrap()].as_ref().map(ToString::to_string);
    assert_eq!(printed("2"), None);
    assert_eq!(printed("4").as_deref(), Some("3"));
    assert_eq!(printed("+6").as_deref(), Some("6"));
    assert!(there.column_titles[&"4".parse().unwrap()].ru.ends_with("обороны Республики Казахстан"));
    assert_eq!(drafted.new[&"R2".parse().unwrap()].columns.len(), 1);
    assert!(drafted.comments.iter().any(|c| c.contains("columns gone: `2`")), "{:?}", drafted.comments);
}

#[test]
fn another_subject_under_a_described_code_is_an_error_and_another_spelling_is_not() {
    let told = |change: &dyn Fn(&mut Vec<Section>)| {
        let mut sections = described();
        change(&mut sections);
        let reading = read_by(&form(FORM), &workbook("901", &sections));
        let shape = reading.findings.iter().filter(|f| f.rule == "shape.rows" || f.rule == "shape.columns");
        shape.map(|f| (f.severity, f.explanation.clone())).collect::<Vec<_>>()
    };
    for other in ["Хищение скота (ст.188-1 УК РК)", "Контрабанда наркотиков", "Получение взятки (ст.367-1 УК РК)"]
    {
        let told = told(&|s| s[1].rows[1] = other.into());
        assert_eq!(told.len(), 1, "{other}: {told:?}");
        assert_eq!(told[0].0, Severity::Error, "{other}");
        assert!(told[0].1.contains(other) && told[0].1.contains("`2` was `Получение взятки"), "{told:?}");
    }
    let told_of_column = told(&|s| s[1].columns[1] = "служащих государственных органов / Верховного суда".into());
    assert_eq!(told_of_column[0].0, Severity::Error);
    for same in
        ["Получение взятки (статья 366 УК)", "Получeние взятки (ст. 366 УК РК)", "Полученье взятки (ст.366 УК РК)"]
    {
        let told = told(&|s| s[1].rows[1] = same.into());
        assert!(told.iter().all(|(severity, _)| *severity == Severity::Info), "{same}: {told:?}");
    }
}

/// The usual form, and copies of its section 1 before and after it: name, figure of row 1 column 1, whether hidden.
fn with_copies(before: &[(&str, u32, bool)], behind: &[(&str, u32, bool)]) -> Reading {
    let title = "Раздел 1. Сведения о движении дел";
    let mut made = Made::new("1-Х  г. Астана (Свод)", "500;701;1971%;__");
    let copy = |made: &mut Made, (name, figure, hidden): (&str, u32, bool)| {
        made.movement(name, title);
        made.on(name).write(FIRST, 3, figure).unwrap();
        made.on(name).set_hidden(hidden);
    };
    for one in before {
        copy(&mut made, *one);
    }
    made.minors("R1-1", "Раздел 1-1. Сведения о движении дел о несовершеннолетних");
    made.damage("R2", "Раздел 2. Сведения о возмещении ущерба");
    for one in behind {
        copy(&mut made, *one);
    }
    made.on("R1-1").set_active(true);
    read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap()
}

fn first_figure(reading: &Reading) -> String {
    reading.datasets[0].sections[0].figures[0].number().unwrap().to_string()
}

#[test]
fn two_sheets_of_one_section_with_other_figures_are_held() {
    for (before, behind) in [
        (&[("R1", 5688, false)][..], &[("R1 испр.", 5700, false)][..]),
        (&[("R1 испр.", 5700, false), ("R1", 5688, false)], &[]),
        (&[], &[("R1 испр.", 5700, false), ("R1", 5688, false)]),
        (&[("R1", 5688, false)], &[("R1 испр.", 5700, false), ("R1 (2)", 5701, false)]),
        (&[("R1", 5688, false), ("R1 (2)", 5688, false)], &[("R1 испр.", 5700, false)]),
    ] {
        let reading = with_copies(before, behind);
        let held = reading.held.clone().unwrap_or_else(|| panic!("{before:?} {behind:?} was not held"));
        assert!(held.contains("`R1`") && held.contains("`R1 испр.`"), "{held}");
        let told = found(&reading, "shape.section-rivals");
        assert_eq!(told[0].severity, Severity::Error);
        assert!(told[0].explanation.contains("row 1, column 1"), "{}", told[0].explanation);
        assert_eq!(reading.datasets[0].sections.len(), 3);
    }
}

#[test]
fn equal_figures_on_two_sheets_are_no_conflict() {
    let reading = with_copies(&[("R1", 7, false)], &[("R1 (2)", 7, false), ("R1 (3)", 7, false)]);
    assert_eq!(reading.held, None);
    let told = found(&reading, "shape.section-rivals");
    assert_eq!((told.len(), told[0].severity), (2, Severity::Info));
    assert_eq!(reading.datasets[0].sections.len(), 3);
}

#[test]
fn a_hidden_sheet_never_goes_before_a_visible_one() {
    for reading in [
        with_copies(&[("черновик", 9999, true)], &[("Лист1", 14, false)]),
        with_copies(&[("Лист1", 14, false)], &[("черновик", 9999, true)]),
        with_copies(&[("R1", 9999, true), ("R1 старый", 9998, true)], &[("Лист1", 14, false)]),
    ] {
        assert_eq!(reading.held, None);
        assert_eq!(first_figure(&reading), "14");
        let told = found(&reading, "shape.section-rivals");
        assert_eq!(told[0].severity, Severity::Warning);
        assert!(told[0].explanation.contains("it is hidden"), "{}", told[0].explanation);
    }
}

#[test]
fn a_sheet_that_names_the_unit_of_the_document_goes_first() {
    for reading in [
        with_copies(&[("Алматы", 50_000, false), ("Астана", 14, false)], &[]),
        with_copies(&[("Астана", 14, false)], &[("г. Алматы", 50_000, false), ("Алматинская область", 3, false)]),
        with_copies(&[("Алматы", 50_000, false)], &[("R1", 14, false)]),
    ] {
        assert_eq!(reading.held, None);
        assert_eq!(first_figure(&reading), "14");
        assert!(found(&reading, "shape.section-rivals")[0].explanation.contains("Алмат"));
    }
}
