//! What a table says, in a sentence or two that a person can quote.

use super::{
    book::{Cell, Weight},
    cells::{Figured, by_level, places, ranks},
    decimal,
    draft::DraftTable,
    labels,
    prose::{self, each, span},
    words,
};
use domain::{Language, Number, TableKind, Titles};

/// The sentences above a table.
#[must_use]
pub fn about(draft: &DraftTable<'_>, figured: &[Figured<'_>]) -> Vec<Titles> {
    let mut sentences = Vec::new();
    if let (Some(indicator), None) = (&draft.indicator, draft.part) {
        sentences.push(each(|language| {
            let indicator = labels::in_language(indicator, language);
            match language {
                Language::Ru => format!("Показатель: {indicator}."),
                Language::Kk => format!("Көрсеткіш: {indicator}."),
                Language::En => format!("Indicator: {indicator}."),
            }
        }));
    }
    match draft.template.kind {
        TableKind::Regions => {
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
    Some(each(|language| {
        let label = labels::in_language(label, language);
        let now = prose::number(now, language);
        let quarter = draft.template.kind == TableKind::Quarter;
        let time = if quarter { prose::quarter_in_full(ago_period, language) } else { span(ago_period, language) };
        match (first.value(1), first.derived.now().zip(first.derived.ago())) {
            (Cell::Number(ago), Some((of_now, of_ago))) => {
                let ago = prose::number(ago, language);
                let growth = prose::growth(decimal::growth(of_now, of_ago), language);
                match language {
                    Language::Ru => format!("{label}: {now}; {time} (АППГ): {ago}; изменение: {growth}."),
                    Language::Kk => format!("{label}: {now}; {time} (ӨЖСК): {ago}; өзгеріс: {growth}."),
                    Language::En => format!("{label}: {now}; {time}: {ago}; change: {growth}."),
                }
            }
            _ => format!("{label}: {now}."),
        }
    }))
}

/// The first figure of a section, with what its row and its column say.
fn crossing(draft: &DraftTable<'_>, first: &Figured<'_>) -> Option<Titles> {
    let (row, column) = (first.line.labels.first()?, &draft.strands.first()?.header);
    let Some(Cell::Number(number)) = first.across.first() else { return None };
    Some(each(|language| {
        let (row, column) = (labels::in_language(row, language), labels::in_language(column, language));
        format!("{row}; {column}: {}.", prose::number(*number, language))
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
    // Of equals the first one is named.
    let most = numbers.iter().rev().max_by_key(|(_, number)| *number)?;
    let fewest = numbers.iter().min_by_key(|(_, number)| *number)?;
    if most.1 == fewest.1 {
        return None;
    }
    Some(each(|language| {
        let said =
            |(name, number): &(&Titles, Number)| (name.of(language).to_owned(), prose::number(*number, language));
        let ((most, high), (fewest, low)) = (said(most), said(fewest));
        the_most(language, (&most, &high), (&fewest, &low))
    }))
}

fn the_most(language: Language, (most, high): (&str, &str), (fewest, low): (&str, &str)) -> String {
    match language {
        Language::Ru => format!("Больше всего: {most} ({high}), меньше всего: {fewest} ({low})."),
        Language::Kk => format!("Ең көп: {most} ({high}), ең аз: {fewest} ({low})."),
        Language::En => format!("The most: {most} ({high}), the fewest: {fewest} ({low})."),
    }
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
    let worth = |f: &Figured<'_>, language: Language| match (f.level(places), f.value(0)) {
        (Some(level), _) if by_level => prose::level(level, language),
        (_, Cell::Number(number)) => prose::number(number, language),
        _ => String::new(),
    };
    Some(each(|language| {
        // Where several have the same level, none of them is named before the others.
        let name = |f: &Figured<'_>| {
            let alike = figured
                .iter()
                .zip(&ranks)
                .filter(|(other, rank)| rank.is_some() && worth(other, language) == worth(f, language));
            match (alike.count(), f.line.labels.first()) {
                (2.., _) => words::SEVERAL_REGIONS.of(language).to_owned(),
                (_, label) => label.map(|l| l.of(language).to_owned()).unwrap_or_default(),
            }
        };
        let (high, low) = (worth(highest, language), worth(lowest, language));
        let (highest, lowest) = (name(highest), name(lowest));
        match (language, by_level) {
            (Language::Ru, true) => {
                format!(
                    "Наибольший уровень на 10\u{a0}000 населения: {highest} ({high}), наименьший: {lowest} ({low})."
                )
            }
            (Language::Kk, true) => {
                format!(
                    "10\u{a0}000 тұрғынға шаққандағы ең жоғары деңгей: {highest} ({high}), ең төмен: {lowest} ({low})."
                )
            }
            (Language::En, true) => {
                format!("The highest level per 10,000 inhabitants: {highest} ({high}), the lowest: {lowest} ({low}).")
            }
            (language, false) => the_most(language, (&highest, &high), (&lowest, &low)),
        }
    }))
}

/// The largest part of a structure.
fn largest(draft: &DraftTable<'_>, figured: &[Figured<'_>]) -> Option<Titles> {
    let parts = figured.iter().filter(|f| f.line.weight == Weight::Plain);
    let largest = parts.filter(|f| f.derived.now().is_some()).max_by_key(|f| f.derived.now())?;
    let share = decimal::share(largest.derived.now()?, largest.derived.whole?)?;
    let label = largest.line.labels.first()?;
    let Cell::Number(now) = largest.value(0) else { return None };
    let _ = draft;
    Some(each(|language| {
        let label = labels::in_language(label, language);
        let (now, share) = (prose::number(now, language), prose::tenths(share, language));
        match language {
            Language::Ru => format!("Наибольшая часть: {label} — {now}, {share}\u{a0}%."),
            Language::Kk => format!("Ең үлкен бөлігі: {label} — {now}, {share}\u{a0}%."),
            Language::En => format!("The largest part: {label}: {now}, {share}%."),
        }
    }))
}
