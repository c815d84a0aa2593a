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
    let last = label.rsplit(" / ").next().unwrap_or(label).trim().to_lowercase();
    first_of(
        &last,
        &[
            ("особо тяжк", 0.02),
            ("тяжки", 0.19),
            ("средней тяжести", 0.5),
            ("небольшой тяжести", 0.14),
            ("проступ", 0.15),
            ("преступлений", 0.85),
            ("физических лиц", 0.86),
            ("юридических лиц", 0.14),
            ("кража", 0.45),
            ("кражи", 0.45),
            ("мошенничеств", 0.25),
        ],
    )
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
