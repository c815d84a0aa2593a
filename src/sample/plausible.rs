//! Plausible sizes of figures. They are not facts of the Committee's statistics, but orders of magnitude for made-up
//! figures.
//!
//! In come the id of a form, or a label; out comes a size. This module does not know templates.

use domain::{Agency, FormId};

/// The number of cases of a form in a year in the whole republic.
pub(super) fn volume(form: &FormId) -> f64 {
    match form.as_str() {
        "1-m" => 157_000.0,
        "1-n" => 6_500.0,
        "1-p-inspections" => 24_000.0,
        "1-ol" => 95_000.0,
        "1-e" => 190_000.0,
        "1-ad" => 5_200_000.0,
        "dtp-1" => 15_000.0,
        "prosecutor-supervision" => 31_000.0,
        "court-1" => 34_000.0,
        "court-2" => 850_000.0,
        "court-2-zh" => 4_600.0,
        "court-6" => 9_400.0,
        "court-7" => 44_000.0,
        "court-10" => 33_000.0,
        "court-11" => 28_000.0,
        "court-12" => 950.0,
        "court-7-k" => 5_600.0,
        "court-6-k" => 1_150.0,
        "court-6-a" => 60.0,
        "court-6-ka" => 40.0,
        "execution-4" => 1_900_000.0,
        "cis-3" => 1_500.0,
        "cis-1" => 135_000.0,
        "1-et" => 240.0,
        "1-r-search" => 23_000.0,
        "3-k" => 1_900.0,
        // A form that an office added.
        _ => 1_000.0,
    }
}

/// The share of an agency in the cases.
pub(super) fn agency_share(agency: &Agency) -> f64 {
    match agency.as_str() {
        "13" => 0.57,
        "03" => 0.25,
        "01" | "04" => 0.06,
        "12" => 0.04,
        _ => 0.02,
    }
}

/// The size of a row in comparison with its neighbours, if the label shows it.
pub(super) fn row_share(label: &str) -> Option<f64> {
    let (above, last) = label.rsplit_once(" / ").unwrap_or(("", label));
    let (above, last) = (above.to_lowercase(), last.trim().to_lowercase());
    let is_offence = |text: &str| text.contains("глава ") && (text.contains("уголовн") || text.contains("преступлен"));
    if is_offence(&above) {
        // An article that the list lacks is rare, and not gone.
        return first_of(&last, &KINDS).or_else(|| article(&last).map(|article| listed(&ARTICLES, article) / 1_000.0));
    }
    if let Some(chapter) = chapter(&last).filter(|_| is_offence(&last)) {
        return Some(listed(&CHAPTERS, chapter) / 10_000.0);
    }
    first_of(
        &last,
        &[
            ("особо тяжк", 0.02),
            ("тяжки", 0.28),
            ("средней тяжести", 0.43),
            ("небольшой тяжести", 0.15),
            ("проступ", 0.13),
            ("преступлений", 0.87),
            ("по делам в электронном формате", 0.9),
            ("по делам удр", 0.05),
            ("в приказном производстве", 0.07),
            ("(исчезновение лица)", 0.004),
            ("(смерть лица)", 0.012),
            ("физических лиц", 0.86),
            ("юридических лиц", 0.14),
            ("кража", 0.45),
            ("кражи", 0.45),
            ("мошенничеств", 0.25),
        ],
    )
}

/// The chapters of the Criminal Code, and how many of 10,000 offences each has.
const CHAPTERS: [(&str, f64); 18] = [
    ("1", 450.0),
    ("2", 35.0),
    ("3", 45.0),
    ("4", 3.0),
    ("5", 3.0),
    ("6", 7_750.0),
    ("7", 8.0),
    ("8", 70.0),
    ("9", 12.0),
    ("10", 350.0),
    ("11", 400.0),
    ("12", 15.0),
    ("13", 35.0),
    ("14", 350.0),
    ("15", 100.0),
    ("16", 300.0),
    ("17", 35.0),
    ("18", 3.0),
];

/// The larger articles of the Criminal Code, and how many of 1,000 offences of its chapter each has.
const ARTICLES: [(&str, f64); 78] = [
    ("99", 80.0),
    ("105", 50.0),
    ("106", 280.0),
    ("107", 370.0),
    ("120", 50.0),
    ("121", 35.0),
    ("122", 40.0),
    ("132", 20.0),
    ("135", 30.0),
    ("139", 800.0),
    ("140", 90.0),
    ("141", 30.0),
    ("146", 120.0),
    ("147", 60.0),
    ("149", 280.0),
    ("156", 500.0),
    ("172", 50.0),
    ("174", 900.0),
    ("175", 80.0),
    ("176", 60.0),
    ("179", 130.0),
    ("180", 140.0),
    ("185", 350.0),
    ("186", 120.0),
    ("187", 70.0),
    ("188", 600.0),
    ("188-1", 15.0),
    ("189", 10.0),
    ("190", 260.0),
    ("191", 20.0),
    ("192", 5.0),
    ("200", 10.0),
    ("202", 5.0),
    ("205", 500.0),
    ("206", 180.0),
    ("207", 110.0),
    ("208", 70.0),
    ("210", 60.0),
    ("214", 50.0),
    ("216", 380.0),
    ("217", 120.0),
    ("218", 50.0),
    ("231", 40.0),
    ("233", 60.0),
    ("234", 50.0),
    ("245", 40.0),
    ("251", 430.0),
    ("253", 340.0),
    ("286", 60.0),
    ("287", 300.0),
    ("288", 100.0),
    ("291", 30.0),
    ("293", 380.0),
    ("296", 620.0),
    ("297", 250.0),
    ("300", 40.0),
    ("307", 20.0),
    ("317", 930.0),
    ("334", 80.0),
    ("335", 270.0),
    ("337", 200.0),
    ("339", 290.0),
    ("340", 120.0),
    ("345", 650.0),
    ("345-1", 60.0),
    ("346", 240.0),
    ("347", 20.0),
    ("361", 70.0),
    ("362", 100.0),
    ("366", 290.0),
    ("367", 350.0),
    ("371", 80.0),
    ("378", 100.0),
    ("385", 420.0),
    ("389", 240.0),
    ("416", 150.0),
    ("430", 250.0),
    ("451", 700.0),
];

/// The share of a kind of offences in the article that it is a part of.
const KINDS: [(&str, f64); 9] = [
    ("личной собственности", 0.8),
    ("из квартир", 0.08),
    ("карман", 0.02),
    ("автомобилей", 0.06),
    ("транспортных средств", 0.07),
    ("цветных металлов", 0.015),
    ("сотовых телефонов", 0.2),
    ("платежных карт", 0.005),
    ("интернет-мошенничеств", 0.45),
];

/// The number of the article that a label ends with, such as `188-1` of "(ст.188-1)".
fn article(label: &str) -> Option<&str> {
    let number = label.rsplit_once("(ст.")?.1.trim().trim_end_matches(')');
    number.starts_with(|c: char| c.is_ascii_digit()).then_some(number)
}

/// The number of the chapter that a label begins with, such as `6` of "глава 6. …".
fn chapter(label: &str) -> Option<&str> {
    Some(label.strip_prefix("глава ")?.split_once('.')?.0)
}

/// The size of an entry of a list; what is not listed is small.
fn listed(list: &[(&str, f64)], number: &str) -> f64 {
    list.iter().find(|(listed, _)| *listed == number).map_or(2.0, |(_, size)| *size)
}

/// The size of a column in comparison with the form's volume, if the label shows it.
pub(super) fn column_weight(label: &str) -> Option<f64> {
    let label = label.to_lowercase();
    first_of(
        &label,
        &[
            ("находились в производстве", 1.25),
            ("находилось в производстве", 1.25),
            ("зарегистрировано", 1.0),
            ("зарегистрированных", 1.0),
            ("погибших", 0.15),
            ("пострадавших", 1.35),
            ("направлено в суд ходатайств", 0.25),
            ("направлен", 0.05),
            ("возбуждено", 1.0),
            ("поступило заявлений", 1.1),
            ("поступило", 1.0),
            ("принято к производству", 1.0),
            ("находилось", 1.0),
            ("выявлено лиц", 0.45),
            ("оконч", 0.45),
            ("рассмотрено дел", 0.8),
            ("рассмотрено с вынесением решения", 0.42),
            ("рассмотрено с вынесением приказа", 0.3),
            ("рассмотрен", 0.8),
            ("оставлены без изменения", 0.5),
            ("прерван", 0.4),
            ("прекращен", 0.12),
            ("отменен", 0.1),
            ("возвращен", 0.04),
            ("отказ", 0.03),
            ("осужден", 0.6),
            ("сумма", 0.5),
        ],
    )
}

/// The share of a part in its whole, if the label shows it.
pub(super) fn part_share(label: &str) -> Option<f64> {
    let label = label.to_lowercase();
    first_of(
        &label,
        &[
            ("п.1) ч.7", 0.8),
            ("неустановления лица", 0.8),
            ("начато досудебное расследование самим", 0.9),
            ("направлено прокурору для утверждения обвинительного", 0.3),
            ("в отношении женщин", 0.38),
            ("электронном формате", 0.6),
            ("с удовлетворением", 0.75),
            ("исполнено", 0.35),
            ("исполнителями", 0.3),
            ("возвращено исп", 0.2),
            ("по реабилитирующим", 0.2),
            ("назначено", 0.5),
            ("вынесением приговора", 0.55),
            ("прекращено дел", 0.25),
            ("окончено", 0.5),
            ("разыскано", 0.6),
            ("установлено", 0.5),
        ],
    )
}

fn first_of(label: &str, words: &[(&str, f64)]) -> Option<f64> {
    words.iter().find(|(word, _)| label.contains(word)).map(|(_, size)| *size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_an_article_is_that_in_its_chapter() {
        let theft = "Всего правонарушений / Глава 6. Уголовные правонарушения против собственности / Кража (ст.188)";
        assert_eq!(row_share(theft), Some(0.6));
        assert_eq!(
            row_share("Всего / Глава 6. Уголовные правонарушения против собственности / Дело (ст.203)"),
            Some(0.002)
        );
        assert_eq!(row_share("Всего правонарушений / Глава 16. Уголовные правонарушения против порядка"), Some(0.03));
    }

    #[test]
    fn another_code_has_other_articles() {
        let label = "Глава 6. Административные правонарушения / Нарушение (ст.99)";
        assert_eq!(row_share(label), None);
    }
}
