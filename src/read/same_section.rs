//! Decides between several tables that are the same section.
//!
//! In come the tables of a document, their matches, and the unit of the document; out comes the table that counts for
//! each section, or a conflict. A visible sheet comes before a hidden one. A sheet that names the unit of the document
//! comes before one that names another. Tables with the same figures are not a conflict. If two tables with different
//! figures remain, the document is held, and the finding names both. The order of the sheets never decides. This module
//! does not know which section a table is: see [`super::matching`].

use std::collections::BTreeSet;

use super::{
    letters::excerpt,
    matching::Matches,
    names,
    report::Report,
    sheet::{Content, Sheet},
    table::Table,
};
use domain::{Region, SectionId, Severity, Unit};

/// The most characters of a name of a place.
const NAME: usize = 60;

/// The decisions about tables of the same section.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Tables that were left out, because another one is the section.
    pub(super) left_out: BTreeSet<usize>,
    /// The findings: severity, section, explanation.
    pub(super) told: Vec<(Severity, SectionId, String)>,
    /// Why the document has to wait.
    pub(super) held: Vec<String>,
}

impl Settled {
    pub(super) fn tell(&self, report: &mut Report) {
        for (severity, section, sentence) in &self.told {
            report.add("shape.section-rivals", *severity, Some(section), sentence.clone());
        }
    }
}

/// Decides for each section with several tables. Afterwards the places of the matches contain only the tables that
/// count.
pub(super) fn settle(matches: &mut Matches, sheets: &[&Sheet], unit: Option<&Unit>, regions: &[Region]) -> Settled {
    let mut settled = Settled::default();
    let sections: BTreeSet<SectionId> = matches.rivals.iter().map(|(_, section)| section.clone()).collect();
    for section in sections {
        let owner = matches.places.iter().position(|place| place.as_ref() == Some(&section));
        let mut all: Vec<usize> =
            matches.rivals.iter().filter(|(_, of)| *of == section).map(|(place, _)| *place).chain(owner).collect();
        all.sort_unstable();
        let (chosen, why) = choose(&all, sheets, unit, regions);
        for place in &all {
            matches.places[*place] = (*place == chosen).then(|| section.clone());
        }
        settled.left_out.extend(all.iter().copied().filter(|place| *place != chosen));
        tell(&section, &all, chosen, &why, sheets, &mut settled);
    }
    settled
}

/// Why one table was chosen.
enum Why {
    /// The others are hidden, or name another unit.
    Stated(&'static str),
    /// All remaining tables have the same figures.
    Same,
    /// No rule decides: the figures of these tables differ.
    Conflict(Vec<usize>),
}

fn choose(all: &[usize], sheets: &[&Sheet], unit: Option<&Unit>, regions: &[Region]) -> (usize, Why) {
    let mut left = all.to_vec();
    let mut why = "";
    if left.iter().any(|place| !sheets[*place].hidden) && left.iter().any(|place| sheets[*place].hidden) {
        left.retain(|place| !sheets[*place].hidden);
        why = "it is hidden, and a hidden sheet never goes before a visible one";
    }
    if let Some(unit) = unit {
        let named: Vec<Option<Unit>> = left.iter().map(|place| unit_of(sheets[*place], regions)).collect();
        let own: Vec<usize> = left
            .iter()
            .zip(&named)
            .filter(|(_, named)| named.as_ref() == Some(unit))
            .map(|(place, _)| *place)
            .collect();
        let silent: Vec<usize> =
            left.iter().zip(&named).filter(|(_, named)| named.is_none()).map(|(place, _)| *place).collect();
        let better = if own.is_empty() { silent } else { own };
        if !better.is_empty() && better.len() < left.len() {
            left = better;
            why = "it does not name the unit of the document";
        }
    }
    let first = left[0];
    let same = |place: &usize| match (&sheets[first].table, &sheets[*place].table) {
        (Some(a), Some(b)) => differing(a, b).is_empty(),
        _ => false,
    };
    if left.len() == 1 {
        (first, Why::Stated(why))
    } else if left.iter().all(same) {
        (first, Why::Same)
    } else {
        (first, Why::Conflict(left))
    }
}

/// The unit that a sheet names: in its own name, or in a single text above its table.
fn unit_of(sheet: &Sheet, regions: &[Region]) -> Option<Unit> {
    names::unit(&sheet.name, regions).or_else(|| {
        let texts = sheet.head.iter().filter_map(|cell| match &cell.content {
            Content::Text(text) if text.chars().count() <= NAME => names::unit(text, regions),
            _ => None,
        });
        let units: BTreeSet<Unit> = texts.collect();
        units.first().filter(|_| units.len() == 1).cloned()
    })
}

/// The places where two tables differ, as sentences. Tables with different lines differ as a whole.
fn differing(a: &Table, b: &Table) -> Vec<String> {
    let codes = |table: &Table| -> (Vec<String>, Vec<String>) {
        (table.rows.iter().map(|l| l.code.clone()).collect(), table.columns.iter().map(|l| l.code.clone()).collect())
    };
    if codes(a) != codes(b) {
        return vec!["their rows or columns are not the same".to_owned()];
    }
    let width = a.columns.len();
    let cells = a.figures.iter().zip(&b.figures).enumerate().filter(|(_, (one, other))| one != other);
    cells
        .map(|(at, (one, other))| {
            let (row, column) = (&a.rows[at / width].code, &a.columns[at % width].code);
            format!("row {row}, column {column}: {} and {}", shown(one), shown(other))
        })
        .collect()
}

fn shown(figure: &domain::Figure) -> String {
    match figure {
        domain::Figure::Blank => "nothing".to_owned(),
        domain::Figure::Number(number) => number.to_string(),
        domain::Figure::Text(text) => format!("`{}`", excerpt(text, 20)),
    }
}

fn tell(section: &SectionId, all: &[usize], chosen: usize, why: &Why, sheets: &[&Sheet], settled: &mut Settled) {
    let name = |place: usize| format!("`{}`", excerpt(&sheets[place].name, 31));
    let against = |place: usize| match (&sheets[chosen].table, &sheets[place].table) {
        (Some(a), Some(b)) => differing(a, b),
        _ => Vec::new(),
    };
    let said = |differing: &[String]| match differing {
        [] => "it holds the same figures".to_owned(),
        [only] => format!("1 difference ({only})"),
        [first, ..] => format!("{} differences, the first at {first}", differing.len()),
    };
    match why {
        Why::Conflict(left) => {
            let names: Vec<String> = left.iter().map(|place| name(*place)).collect();
            let differing = left.iter().map(|place| against(*place)).find(|d| !d.is_empty()).unwrap_or_default();
            let sentence = format!(
                "sheets {} are all section {section}, and it is not known which one counts: {}",
                names.join(", "),
                said(&differing)
            );
            let sentence = if left.len() == 2 { sentence.replace(" are all ", " are both ") } else { sentence };
            settled.held.push(sentence.clone());
            settled.told.push((Severity::Error, section.clone(), sentence));
        }
        Why::Same | Why::Stated(_) => {
            for place in all.iter().filter(|place| **place != chosen) {
                let differing = against(*place);
                let reason = match why {
                    Why::Stated(reason) if !reason.is_empty() => format!("{reason}; "),
                    _ => String::new(),
                };
                let severity = if differing.is_empty() { Severity::Info } else { Severity::Warning };
                let sentence = format!(
                    "sheet {} is section {section} too; sheet {} was read: {reason}{}",
                    name(*place),
                    name(chosen),
                    said(&differing)
                );
                settled.told.push((severity, section.clone(), sentence));
            }
        }
    }
}
