//! The quality page: a paragraph a rule in each language, no word for operators, at most two pages; the full list beside
//! the book.

use std::{fs, io::Cursor};

use calamine::{Reader as _, Xlsx};
use zhinaq::{
    assemble::{Override, Quality, assemble},
    domain::{Finding, GENERAL_RULES, Language, Severity},
    workbook::{
        Profile,
        plan::{Brief, CellContent, SheetPlan, plan},
    },
};

use crate::support::{lexicon, program::Office, trial::Trial, words};

/// A finding about a figure of an agency, in the words of an operator.
fn about(rule: &str, severity: Severity, form: &str, agency: &str, row: usize) -> Finding {
    Finding {
        unit: "19".parse().ok(),
        agency: agency.parse().ok(),
        section: "R1".parse().ok(),
        row: row.to_string().parse().ok(),
        column: "1".parse().ok(),
        ..Finding::about(
            rule,
            severity,
            form.parse().unwrap(),
            format!("key `k{row}` is not in templates/forms/{form}.toml"),
        )
    }
}

fn quality_of(trial: &Trial, findings: &[Finding], overrides: Vec<Override>) -> Quality {
    let mut material = trial.material();
    (material.findings, material.overrides) = (findings, overrides);
    assemble(&material).unwrap().quality
}

/// The sheet of the quality page.
fn sheet(trial: &Trial, findings: &[Finding], language: Language) -> SheetPlan {
    let mut material = trial.material();
    material.findings = findings;
    let book = assemble(&material).unwrap();
    let sheets = plan(&Brief { book: &book, lexicon: lexicon(language), profile: Profile::Accessible });
    let name = zhinaq::words::texts::SHEET_QUALITY.of(lexicon(language));
    sheets.into_iter().find(|sheet| sheet.name == name).unwrap()
}

fn texts(sheet: &SheetPlan) -> Vec<&str> {
    let texts = sheet.cells.iter().filter_map(|cell| match &cell.content {
        CellContent::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_rule_is_one_paragraph_with_its_count_in_the_form_that_the_language_asks_for() {
    let trial = Trial::new("corruption", "2025-Q2");
    let said = |count: usize, language: Language| {
        let findings: Vec<Finding> =
            (1..=count).map(|row| about("continuity.flow", Severity::Warning, "3-k", "13", row)).collect();
        let quality = quality_of(&trial, &findings, Vec::new());
        assert_eq!((quality.paragraphs.len(), quality.findings.len(), quality.tally.warning), (1, count, count));
        quality.paragraphs[0].text.of(language).to_owned()
    };
    for (count, figures) in [
        (1, "1 показатель"),
        (2, "2 показателя"),
        (5, "5 показателей"),
        (11, "11 показателей"),
        (21, "21 показатель"),
        (341, "341 показатель"),
        (1_000, "1\u{a0}000 показателей"),
    ] {
        let text = said(count, Language::RU);
        let opening = format!("Нарастающий итог уменьшился в течение года: {figures}. Форма: ");
        assert!(text.starts_with(&opening), "{text}");
        assert!(text.contains("Чьи сведения: антикоррупционная служба. Возможная причина: "), "{text}");
        assert!(text.ends_with(" Уточняется у органа, представившего сведения."), "{text}");
    }
    assert!(said(21, Language::KK).starts_with("Өспелі қорытынды жыл ішінде азайған: 21 көрсеткіш. Нысан: "));
    assert!(said(1, Language::EN).starts_with("A cumulative figure fell within the year: 1 figure. Form: "));
    assert!(said(2, Language::EN).starts_with("A cumulative figure fell within the year: 2 figures. Form: "));
}

#[test]
fn a_paragraph_names_whose_figures_they_are_and_counts_what_is_not_listed_one_by_one() {
    let trial = Trial::new("corruption", "2025-Q2");
    let mut findings = vec![
        about("continuity.flow", Severity::Warning, "3-k", "13", 1),
        about("continuity.flow", Severity::Warning, "3-k", "03", 1),
        about("continuity.flow", Severity::Warning, "3-k", "03", 2),
    ];
    let further = Finding { row: None, column: None, more: Some(50), ..findings[0].clone() };
    findings.push(further);
    let quality = quality_of(&trial, &findings, Vec::new());
    let text = &quality.paragraphs[0].text.ru;
    assert!(text.contains(": 53 показателя. "), "{text}");
    assert!(
        text.contains("Чьи сведения: антикоррупционная служба\u{a0}(51), органы внутренних дел\u{a0}(2). "),
        "{text}"
    );
}

#[test]
fn a_rule_of_a_form_is_in_its_own_words_where_it_has_some_and_so_is_what_a_person_let_pass() {
    let trial = Trial::new("corruption", "2025-Q2");
    let rule =
        trial.forms.values().flat_map(|t| &t.rules).find(|r| r.id.starts_with("3-k.") && r.titles.has(Language::KK));
    let rule = rule.unwrap();
    let findings = [about(&rule.id, Severity::Error, "3-k", "all", 1)];
    let decision = Override { rule: rule.id.clone(), by: "stat".into(), reason: "checked".into() };
    let quality = quality_of(&trial, &findings, vec![decision]);
    let text = &quality.paragraphs[0].text;
    assert!(
        text.ru.starts_with(&format!("Не выполняется контрольное соотношение «{}»: 1 показатель.", rule.titles.ru)),
        "{text:?}"
    );
    assert!(text.of(Language::KK).contains(rule.titles.of(Language::KK)), "{text:?}");
    assert!(quality.overrides[0].what.ru.contains(&rule.titles.ru), "{:?}", quality.overrides);
    // A rule that has Russian words alone has a general text in other languages, not a Russian one.
    let trial = Trial::new("narcotics", "2025-Q2");
    let rule =
        trial.forms.values().flat_map(|t| &t.rules).find(|r| r.id.starts_with("1-n.") && !r.titles.has(Language::KK));
    let findings = [about(&rule.unwrap().id, Severity::Error, "1-n", "all", 1)];
    let text = &quality_of(&trial, &findings, Vec::new()).paragraphs[0].text;
    assert!(text.of(Language::KK).starts_with("Нысанның бақылау арақатынасы орындалмайды: 1 көрсеткіш."), "{text:?}");
}

#[test]
fn whatever_is_found_the_page_has_at_most_two_pages_and_no_word_for_operators() {
    let trial = Trial::new("corruption", "2025-Q2");
    let mut findings = Vec::new();
    for (place, severity) in [Severity::Error, Severity::Warning, Severity::Info].into_iter().enumerate() {
        for rule in GENERAL_RULES.iter().map(|rule| rule.id).chain(["3-k.corrected", "3-k.unheard"]) {
            findings
                .extend((1..=1 + place * 7).map(|row| about(rule, severity, "3-k", ["all", "01", "13"][row % 3], row)));
        }
    }
    for language in words().languages() {
        let sheet = sheet(&trial, &findings, language);
        let heights: f64 = sheet.heights.iter().map(|(_, height)| *height).sum();
        let plain = f64::from(sheet.last_row + 1) - sheet.heights.len() as f64;
        let down = heights + plain * 13.5;
        assert!(down < 2.0 * 745.0, "{language}: {down} points");
        let texts = texts(&sheet);
        assert!(texts.len() > 20, "{texts:?}");
        for text in &texts {
            assert!(!text.contains(['`', '/', '_', '[']), "{language}: {text}");
            if language != Language::EN {
                let designation = trial.terms.iter().find(|t| t.id.as_str() == "3-k").unwrap().designation.ru.clone();
                let rest = text.replace(&designation, "");
                assert!(!rest.contains(|c: char| c.is_ascii_alphabetic()), "{language}: {text}");
            }
        }
    }
    let few = &findings[..3];
    let said = sheet(&trial, few, Language::RU);
    assert!(texts(&said).iter().any(|text| text.starts_with("Полный перечень замечаний")), "{:?}", texts(&said));
    assert!(!texts(&said).iter().any(|text| text.starts_with("Ещё замечаний")), "{:?}", texts(&said));
}

#[test]
fn the_findings_one_by_one_are_beside_the_master_as_check_lists_them() {
    let office = Office::empty();
    let pull = ["pull", "--sample", "--period", "2025-Q2", "--form", "1-n", "--faults", "twins:1-n"];
    office.zhinaq(&pull).exits(0);
    office.zhinaq(&["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics"]).exits(0);
    let folder = office.path().join("output/sample/2025-Q2/narcotics/r0");
    let mut list: Xlsx<_> = Xlsx::new(Cursor::new(fs::read(folder.join("findings.xlsx")).unwrap())).unwrap();
    let range = list.worksheet_range("Findings").unwrap();
    let rules: Vec<String> = range.rows().skip(1).map(|row| row[1].to_string()).collect();
    let checked = office
        .zhinaq(&["check", "--sample", "--period", "2025-Q2", "--form", "1-n", "--format", "json"])
        .exits(3)
        .json();
    let listed: Vec<&str> = checked.as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert!(!listed.is_empty() && rules == listed, "{rules:?}\n{listed:?}");
}
