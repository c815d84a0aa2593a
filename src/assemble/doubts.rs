//! Notes about doubts in the documents of a table: rows and columns that are not printed or whose place is not
//! established, and errors in the documents that are compared with.

use std::collections::BTreeSet;

use super::{book::Mark, figures::Figures, labels, material::quarter_base, prose::span};
use domain::{ColumnCode, Edition, FormId, NoPlace, Part, Period, PlaceDoubt, RowCode, SectionId, TableKind, Titles};
use words::{Dictionary, FixedText, texts};

/// Doubts that are listed one by one; of further ones only the number is printed.
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

/// A doubt, listed once however many units have it.
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
    let words = figures.words();
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
                    tell(part, labels::section(shows.section).to_owned(), &Titles::default(), &doubt);
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
    let mut notes: Vec<Titles> =
        doubts.iter().take(TOLD).map(|doubt| sentence(words, doubt, &titles[doubt.place])).collect();
    if more > 0 {
        notes.push(words.each(|l| format!("{} {}", Mark::X.text(), l.more_unclear(&more))));
    }
    let earlier = periods(shows).into_iter().filter(|period| *period != shows.period);
    notes.extend(
        earlier
            .filter(|period| figures.is_doubted(shows.form, shows.section, *period))
            .map(|period| doubted(words, period)),
    );
    notes
}

/// The note about an earlier period whose documents have errors; its figures are shown as they are.
fn doubted(words: &Dictionary, period: Period) -> Titles {
    words.each(|l| l.doubted(&span(period, l)))
}

/// The periods whose documents a table shows.
fn periods(shows: &Shows<'_>) -> BTreeSet<Period> {
    let years = match shows.kind {
        TableKind::Series => 5,
        TableKind::Map | TableKind::Section | TableKind::RegionsAcross | TableKind::AgenciesAcross => 1,
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

fn sentence(words: &Dictionary, doubt: &Told, title: &Titles) -> Titles {
    words.each(|l| {
        let label = labels::in_language(title, l.language());
        let label = if label.is_empty() { String::new() } else { format!(" «{label}»") };
        let code = if labels::is_printed(&doubt.what) { format!(" {}", doubt.what) } else { String::new() };
        let place = format!("{}{code}{label}", part(doubt.part).of(l));
        let said = l.unclear(&place, &span(doubt.period, l), &doubt.edition, &why(doubt.why).of(l));
        format!("{} {said}", Mark::X.text())
    })
}

const fn part(part: Part) -> FixedText {
    match part {
        Part::Section => texts::PART_SECTION,
        Part::Row => texts::PART_ROW,
        Part::Column => texts::PART_COLUMN,
    }
}

fn why(key: &str) -> FixedText {
    match key {
        "missing" => texts::DOUBT_MISSING,
        "twice" => texts::DOUBT_TWICE,
        "no-heading" => texts::DOUBT_NO_HEADING,
        "another-line" => texts::DOUBT_ANOTHER_LINE,
        "another-subject" => texts::DOUBT_ANOTHER_SUBJECT,
        "equal-headings" => texts::DOUBT_EQUAL_HEADINGS,
        "reworded" => texts::DOUBT_REWORDED,
        _ => texts::DOUBT_SECTION_TWICE,
    }
}
