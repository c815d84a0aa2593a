//! The main facts of a table as sentences that a person can quote.

use super::{
    book::{Cell, Weight},
    cells::{Figured, by_level, places, ranks},
    draft::DraftTable,
    labels, percentages,
    prose::{self, span},
};
use domain::{Number, TableKind, Titles};
use words::{Lexicon, texts};

/// The sentences above a table.
#[must_use]
pub fn about(draft: &DraftTable<'_>, figured: &[Figured<'_>]) -> Vec<Titles> {
    let mut sentences = Vec::new();
    if let (Some(indicator), None) = (&draft.indicator, draft.part) {
        let said = |l: &Lexicon| l.one_indicator(&labels::in_language(indicator, l.language()));
        sentences.push(draft.words.each(said));
    }
    match draft.template.kind {
        TableKind::Regions | TableKind::Map => {
            sentences.extend(figured.first().and_then(|f| change(draft, f)));
            sentences.extend(extremes(draft, figured));
        }
        TableKind::Structure => sentences.extend(largest(draft, figured)),
        TableKind::Section => sentences.extend(figured.first().and_then(|f| crossing(draft, f))),
        TableKind::RegionsAcross => {
            sentences.extend(figured.first().and_then(|f| change(draft, f)));
            sentences.extend(figured.first().and_then(|f| extremes_across(draft, f)));
        }
        _ => {
            let telling = figured.iter().find(|f| !f.line.opening).or_else(|| figured.first());
            sentences.extend(telling.and_then(|f| change(draft, f)));
        }
    }
    sentences
}

/// A line's figure with that of the year before.
fn change(draft: &DraftTable<'_>, first: &Figured<'_>) -> Option<Titles> {
    let label = first.line.labels.first()?;
    let Cell::Number(now) = first.value(0) else { return None };
    let ago_period = draft.shown.period.year_before();
    Some(draft.words.each(|l| {
        // Labels of parts begin with a small letter, sentences do not.
        let label = prose::capital(&labels::in_language(label, l.language()));
        let now = prose::number(now, l);
        let quarter = draft.template.kind == TableKind::Quarter;
        let time = if quarter { prose::quarter_in_full(ago_period, l) } else { span(ago_period, l) };
        match (first.value(1), first.growth_since()) {
            (Cell::Number(ago), Some(growth)) => {
                let growth = prose::growth(growth, l);
                l.compared(&label, &now, &time, &prose::number(ago, l), &growth)
            }
            _ => format!("{label}: {now}."),
        }
    }))
}

/// The first figure of a section, with the labels of its row and column.
fn crossing(draft: &DraftTable<'_>, first: &Figured<'_>) -> Option<Titles> {
    let (row, column) = (first.line.labels.first()?, &draft.strands.first()?.header);
    let Some(Cell::Number(number)) = first.across.first() else { return None };
    Some(draft.words.each(|l| {
        let (row, column) = (labels::in_language(row, l.language()), labels::in_language(column, l.language()));
        format!("{row}; {column}: {}.", prose::number(*number, l))
    }))
}

/// The regions with the most and the fewest in the first line of a crossed table.
fn extremes_across(draft: &DraftTable<'_>, first: &Figured<'_>) -> Option<Titles> {
    let numbers = draft.strands.iter().zip(first.across).filter(|(strand, _)| strand.across.is_some());
    let numbers: Vec<(&Titles, Number)> = numbers
        .filter_map(
            |(strand, cell)| if let Cell::Number(number) = cell { Some((&strand.header, *number)) } else { None },
        )
        .collect();
    // Of equal regions the first one is printed.
    let most = numbers.iter().rev().max_by_key(|(_, number)| *number)?;
    let fewest = numbers.iter().min_by_key(|(_, number)| *number)?;
    if most.1 == fewest.1 {
        return None;
    }
    Some(draft.words.each(|l| {
        let name = |(name, _): &(&Titles, Number)| name.of(l.language()).to_owned();
        let number = |(_, number): &(&Titles, Number)| prose::number(*number, l);
        l.the_most(&name(most), &number(most), &name(fewest), &number(fewest))
    }))
}

/// The regions with the highest and the lowest level, or figure.
fn extremes(draft: &DraftTable<'_>, figured: &[Figured<'_>]) -> Option<Titles> {
    let ranks = ranks(figured, draft.template.per_capita);
    let of_rank = |rank: u32| figured.iter().zip(&ranks).find(|(_, r)| **r == Some(rank)).map(|(f, _)| f);
    let highest = of_rank(1)?;
    let lowest = of_rank(ranks.iter().flatten().copied().max()?)?;
    if highest.line.fact == lowest.line.fact {
        return None;
    }
    let by_level = by_level(figured, draft.template.per_capita);
    let places = places(figured);
    let worth = |f: &Figured<'_>, l: &Lexicon| match (f.level(places), f.value(0)) {
        (Some(level), _) if by_level => prose::level(level, l),
        (_, Cell::Number(number)) => prose::number(number, l),
        _ => String::new(),
    };
    Some(draft.words.each(|l| {
        // Where several regions have the same level, no single one is printed.
        let name = |f: &Figured<'_>| {
            let alike =
                figured.iter().zip(&ranks).filter(|(other, rank)| rank.is_some() && worth(other, l) == worth(f, l));
            match (alike.count(), f.line.labels.first()) {
                (2.., _) => texts::SEVERAL_REGIONS.of(l).to_owned(),
                (_, label) => label.map(|label| label.of(l.language()).to_owned()).unwrap_or_default(),
            }
        };
        let (high, low) = (worth(highest, l), worth(lowest, l));
        let (highest, lowest) = (name(highest), name(lowest));
        if by_level {
            l.the_highest(&highest, &high, &lowest, &low)
        } else {
            l.the_most(&highest, &high, &lowest, &low)
        }
    }))
}

/// The largest part of a structure.
fn largest(draft: &DraftTable<'_>, figured: &[Figured<'_>]) -> Option<Titles> {
    let parts = figured.iter().filter(|f| f.line.weight == Weight::Plain);
    let largest = parts.filter(|f| f.derived.now().is_some()).max_by_key(|f| f.derived.now())?;
    let whole = largest.derived.whole.filter(|whole| largest.is_base(*whole))?;
    let share = percentages::share(largest.derived.now()?, whole)?;
    let label = largest.line.labels.first()?;
    let Cell::Number(now) = largest.value(0) else { return None };
    Some(draft.words.each(|l| {
        let label = labels::in_language(label, l.language());
        l.the_largest(&label, &prose::number(now, l), &prose::percent(share, l))
    }))
}
