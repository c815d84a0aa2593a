//! What is in doubt about the documents of a table: what one does not print, or prints so that its place is not
//! established, and errors in those that are compared with.

use std::collections::BTreeSet;

use super::{
    book::Mark,
    figures::Figures,
    labels,
    material::quarter_base,
    prose::{each, span},
};
use domain::{
    ColumnCode, Edition, FormId, Language, NoPlace, Part, Period, PlaceDoubt, RowCode, SectionId, TableKind, Titles,
};

/// Lines told one by one; of the rest the number is told.
const TOLD: usize = 12;

/// The rows and columns that a table shows of a section.
#[derive(Debug, Clone, Copy)]
pub struct Shows<'s> {
    pub form: &'s FormId,
    pub section: &'s SectionId,
    pub rows: &'s [(RowCode, Titles)],
    pub columns: &'s [(ColumnCode, Titles)],
    pub period: Period,
    pub kind: TableKind,
}

/// A doubt as it is told: once, however many units have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    period: Period,
    edition: Edition,
    part: Part,
    what: String,
    why: &'static str,
    place: usize,
}

/// The notes of a table: each line whose place is not established, with the document and the reason; and the earlier
/// periods whose documents have errors.
#[must_use]
pub fn notes(figures: &Figures<'_>, shows: &Shows<'_>) -> Vec<Titles> {
    let mut doubts: BTreeSet<Told> = BTreeSet::new();
    let mut titles: Vec<Titles> = Vec::new();
    for period in periods(shows) {
        for document in figures.documents(shows.form, period) {
            let edition = &document.dataset.edition;
            let mut tell = |part: Part, what: String, title: &Titles, doubt: &PlaceDoubt| {
                titles.push(title.clone());
                let place = titles.len() - 1;
                let told = Told { period, edition: edition.clone(), part, what, why: key(doubt), place };
                let known = doubts.iter().any(|d| {
                    (d.period, &d.edition, d.part, &d.what, d.why)
                        == (told.period, &told.edition, told.part, &told.what, told.why)
                });
                if !known {
                    doubts.insert(told);
                }
            };
            let there = match document.find_section(shows.section) {
                Ok(there) => there,
                Err(NoPlace::Unclear(part, doubt)) => {
                    tell(part, shows.section.to_string(), &Titles::default(), &doubt);
                    continue;
                }
                Err(_) => continue,
            };
            for (code, title) in shows.rows {
                if let Err(NoPlace::Unclear(part, doubt)) = document.find_row(there, code) {
                    tell(part, code.to_string(), title, &doubt);
                }
            }
            for (code, title) in shows.columns {
                if let Err(NoPlace::Unclear(part, doubt)) = document.find_column(there, code) {
                    tell(part, code.to_string(), title, &doubt);
                }
            }
        }
    }
    let more = doubts.len().saturating_sub(TOLD);
    let mut notes: Vec<Titles> = doubts.iter().take(TOLD).map(|doubt| sentence(doubt, &titles[doubt.place])).collect();
    if more > 0 {
        notes.push(each(|language| match language {
            Language::Ru => format!("{} Ещё строк и граф, место которых не установлено: {more}.", Mark::X.text()),
            Language::Kk => format!("{} Орны анықталмаған тағы жолдар мен бағандар: {more}.", Mark::X.text()),
            Language::En => format!("{} More rows and columns whose place is not established: {more}.", Mark::X.text()),
        }));
    }
    let earlier = periods(shows).into_iter().filter(|period| *period != shows.period);
    notes.extend(earlier.filter(|period| figures.is_doubted(shows.form, shows.section, *period)).map(doubted));
    notes
}

/// What is said of an earlier period whose documents have errors: its figures are shown as they are.
fn doubted(period: Period) -> Titles {
    each(|language| {
        let time = span(period, language);
        match language {
            Language::Ru => format!("Сравнение ненадежно: в сведениях за {time} найдены ошибки, см. лист «Качество»."),
            Language::Kk => {
                format!("Салыстыру сенімсіз: {time} мәліметтерінде қателер табылды, «Сапа» парағын қараңыз.")
            }
            Language::En => {
                format!("Comparison in doubt: errors were found in the documents for {time}, see the sheet “Quality”.")
            }
        }
    })
}

/// The periods whose documents a table shows.
fn periods(shows: &Shows<'_>) -> BTreeSet<Period> {
    let years = match shows.kind {
        TableKind::Series => 5,
        TableKind::Section | TableKind::RegionsAcross | TableKind::AgenciesAcross => 1,
        _ => 2,
    };
    let base = |period: Period| if shows.kind == TableKind::Quarter { quarter_base(period) } else { None };
    (0..years).map(|y| shows.period.years_before(y)).flat_map(|p| [Some(p), base(p)]).flatten().collect()
}

const fn key(doubt: &PlaceDoubt) -> &'static str {
    match doubt {
        PlaceDoubt::Missing => "missing",
        PlaceDoubt::Twice => "twice",
        PlaceDoubt::NoHeading { .. } => "no-heading",
        PlaceDoubt::AnotherLine { .. } => "another-line",
        PlaceDoubt::AnotherSubject { .. } => "another-subject",
        PlaceDoubt::EqualHeadings => "equal-headings",
        PlaceDoubt::Reworded { .. } => "reworded",
        PlaceDoubt::SectionTwice => "section-twice",
    }
}

fn sentence(doubt: &Told, title: &Titles) -> Titles {
    each(|language| {
        let (time, what, edition) = (span(doubt.period, language), &doubt.what, &doubt.edition);
        let label = labels::in_language(title, language);
        let label = if label.is_empty() { String::new() } else { format!(" «{label}»") };
        let part = part(doubt.part, language);
        let why = why(doubt.why, language);
        let x = Mark::X.text();
        match language {
            Language::Ru => format!("{x} {part} {what}{label}, {time} (редакция {edition}): {why}."),
            Language::Kk => format!("{x} {part} {what}{label}, {time} ({edition} редакциясы): {why}."),
            Language::En => format!("{x} {part} {what}{label}, {time} (edition {edition}): {why}."),
        }
    })
}

const fn part(part: Part, language: Language) -> &'static str {
    match (part, language) {
        (Part::Section, Language::Ru) => "Раздел",
        (Part::Section, Language::Kk) => "Бөлім",
        (Part::Section, Language::En) => "Section",
        (Part::Row, Language::Ru) => "Строка",
        (Part::Row, Language::Kk) => "Жол",
        (Part::Row, Language::En) => "Row",
        (Part::Column, Language::Ru) => "Графа",
        (Part::Column, Language::Kk) => "Баған",
        (Part::Column, Language::En) => "Column",
    }
}

fn why(key: &str, language: Language) -> &'static str {
    let (ru, kk, en) = match key {
        "missing" => ("в документе не найдена", "құжатта табылмады", "not found in the document"),
        "twice" => ("номер напечатан дважды", "нөмірі екі рет басылған", "its number is printed twice"),
        "no-heading" => ("заголовок не напечатан", "тақырыбы басылмаған", "no heading is printed"),
        "another-line" => (
            "под её номером напечатан заголовок другой строки или графы",
            "оның нөмірінде басқа жолдың немесе бағанның тақырыбы басылған",
            "under its number the heading of another row or column is printed",
        ),
        "another-subject" => (
            "под её номером напечатан заголовок о другом предмете",
            "оның нөмірінде басқа мәселе туралы тақырып басылған",
            "under its number a heading of another subject is printed",
        ),
        "equal-headings" => (
            "одинаковых заголовков несколько, и они неразличимы",
            "бірдей тақырып бірнешеу, оларды ажырату мүмкін емес",
            "several headings are equal and cannot be told apart",
        ),
        "reworded" => (
            "заголовок изложен иначе и на другом месте",
            "тақырыбы басқаша жазылған және басқа орында",
            "its heading is worded otherwise and printed elsewhere",
        ),
        _ => ("раздел напечатан в документе дважды", "бөлім құжатта екі рет басылған", "the section is printed twice"),
    };
    match language {
        Language::Ru => ru,
        Language::Kk => kk,
        Language::En => en,
    }
}
