//! Columns without any figure. A table leaves them out, and a note under it says which.
//!
//! In: the planned columns of a table, and its lines with their figures. Out: the columns that have something to show,
//! and the notes. The column of the period itself stays also where it has no figure, because the table is about it.

use super::{
    across::Across,
    book::{Cell, ColumnRole, Mark},
    cells::{Figured, Fill, Plan},
    draft::{DraftTable, Strand},
    labels,
    prose::{quarter_in_full, span},
};
use domain::{Period, TableKind, Titles};
use words::{Dictionary, Lexicon};

/// The columns that a table shows.
pub struct Kept {
    pub plans: Vec<Plan>,
    /// The notes that list the columns that are left out.
    pub notes: Vec<Titles>,
    /// Whether the figures of the year before are shown.
    pub compared: bool,
}

/// Leaves out the columns that have `[x]` in every line, and those that hang on them.
#[must_use]
pub fn kept(draft: &DraftTable<'_>, figured: &[Figured<'_>], plans: Vec<Plan>) -> Kept {
    let year = |years: usize| is_bare(figured.iter().map(|f| f.value(years)));
    let strand = |place: usize| is_bare(figured.iter().filter_map(|f| f.across.get(place).cloned()));
    let compared = draft.template.kind.is_cross() || !year(1);
    let bare = |plan: &Plan| match plan.fill {
        Fill::Value(years) => years > 0 && year(years),
        Fill::Change | Fill::Growth | Fill::Points | Fill::Share(1) => !compared,
        Fill::Strand(place) => strand(place),
        _ => false,
    };
    let (left_out, plans): (Vec<Plan>, Vec<Plan>) = plans.into_iter().partition(bare);
    let notes = [years(draft, &plans, &left_out), strands(draft, &left_out)];
    Kept { notes: notes.into_iter().flatten().collect(), plans, compared }
}

/// Whether a column has no figure, and at least one that is not available. A figure that is not applicable, as of
/// regions whose borders changed, is not a figure either.
#[must_use]
pub fn is_bare(cells: impl Iterator<Item = Cell>) -> bool {
    let mut unavailable = false;
    for cell in cells {
        match cell {
            Cell::Absent(Mark::X) => unavailable = true,
            Cell::Absent(Mark::Z) => {}
            _ => return false,
        }
    }
    unavailable
}

/// The note about years. A table of years begins with the first one that has figures, as its title says; only the year
/// before and gaps after the first year are listed.
fn years(draft: &DraftTable<'_>, plans: &[Plan], left_out: &[Plan]) -> Option<Titles> {
    let period = |plan: &Plan| match (plan.fill, plan.column.role) {
        (Fill::Value(years), ColumnRole::Value(period)) => Some((years, period)),
        _ => None,
    };
    let first = plans.iter().filter_map(period).map(|(_, period)| period).min();
    let listed = left_out.iter().filter_map(period).filter(|(years, at)| *years == 1 || first.is_some_and(|f| *at > f));
    let periods: Vec<Period> = listed.map(|(_, period)| period).collect();
    let said = |period: &Period, lexicon: &Lexicon| match draft.template.kind {
        TableKind::Quarter => quarter_in_full(*period, lexicon),
        _ => span(*period, lexicon),
    };
    (!periods.is_empty()).then(|| without(draft.words, |l| periods.iter().map(|period| said(period, l)).collect()))
}

/// The note about years without figures, whose columns are left out.
#[must_use]
pub fn without(words: &Dictionary, times: impl Fn(&Lexicon) -> Vec<String>) -> Titles {
    words.each(|l| format!("{} {}", Mark::X.text(), l.years_left_out(&times(l).join("; "))))
}

/// The note about columns of a crossed table: numbers of columns, names of regions and agencies.
fn strands(draft: &DraftTable<'_>, left_out: &[Plan]) -> Option<Titles> {
    let strands = left_out.iter().filter_map(|plan| match plan.fill {
        Fill::Strand(place) => draft.strands.get(place),
        _ => None,
    });
    let strands: Vec<&Strand> = strands.collect();
    (!strands.is_empty()).then(|| {
        draft.words.each(|l| {
            let (numbered, named): (Vec<&Strand>, Vec<&Strand>) =
                strands.iter().copied().partition(|s| number(s).is_some());
            let numbers: Vec<&str> = numbered.into_iter().filter_map(number).collect();
            let numbers = labels::listed(&numbers);
            let names = named.into_iter().map(|s| {
                let name = labels::in_language(&s.header, l.language());
                // A column of the form has a heading and no number; units and agencies have names.
                if matches!(s.across, Some(Across::Column(..))) { l.quoted(&name) } else { name }
            });
            let said: Vec<String> = numbers.into_iter().chain(names).collect();
            l.columns_left_out(&said.join(", "))
        })
    })
}

/// The number of a form's column, if the document prints it.
fn number(strand: &Strand) -> Option<&str> {
    strand.number.as_ref().map(domain::ColumnCode::as_str)
}
