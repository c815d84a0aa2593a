//! Which periods of a text are about its document. In: the periods found, and the words around them. Out: what each
//! says about the document, or nothing if it belongs to an act, a beginning or a comparison. This module does not know
//! the document.

use super::{
    Manner, PeriodSays, YearMonth, as_of,
    lexicon::{ACTS, ASIDE, COMPARED, COMPARING, REPORTING, WITH_YEAR, WITHIN},
    parse::{Found, Raw},
    scan::{Kind, Token},
};

fn word(token: &Token) -> Option<&str> {
    match &token.kind {
        Kind::Word(word) => Some(word),
        _ => None,
    }
}

/// What a period says about the document; `None` if it is about something else. `around`: the end of the period before
/// it, and the beginning of the one after it.
pub(super) fn says(tokens: &[Token], found: &Found, around: (usize, usize), manner: Manner) -> Option<PeriodSays> {
    let gap = tokens.get(around.0..found.from)?;
    // The last word before it, with at most two signs between. The letter of a designation (`3-К`) does not count.
    let last = gap.iter().rposition(|token| word(token).is_some()).filter(|place| place + 3 >= gap.len());
    let designates = |place: usize| {
        let before = place.checked_sub(1).map(|before| &gap[before].kind);
        gap[place].glued && matches!(before, Some(Kind::Number { .. } | Kind::Mark('-' | '–' | '_')))
    };
    let last = last.filter(|place| !designates(*place)).and_then(|place| word(&gap[place]));
    let is_reporting = last.is_some_and(|word| REPORTING.has(word));
    let is_range = tokens.get(found.from..found.to)?.iter().any(|t| matches!(t.kind, Kind::Mark('-' | '–' | '—')))
        || matches!(found.raw, Raw::Ends(..) | Raw::Months(_)) && found.to - found.from > 3;
    let from_on = last.is_some_and(|word| ["C", "CO", "FROM"].contains(&word));
    if last.is_some_and(|word| ASIDE.has(word)) && !(from_on && is_range) {
        return None;
    }
    if last == Some("ДO") && matches!(found.raw, Raw::Year(_)) {
        return None;
    }
    if gap.iter().filter_map(word).any(|word| COMPARING.begins(word)) || is_compared(tokens.get(..around.1)?, found) {
        return None;
    }
    let exactly = matches!(found.raw, Raw::Day(_) | Raw::Year(_));
    let act = tokens.get(..found.from)?.iter().filter_map(word).any(|word| ACTS.has(word));
    let numbered = matches!(tokens.get(found.to).map(|t| &t.kind), Some(Kind::Mark('№')));
    if exactly && ((act && !is_reporting) || numbered) {
        return None;
    }
    match &found.raw {
        Raw::Day(day) => {
            let until = last.is_some_and(|word| ["HA", "ПO", "ДO", "OF", "AT", "TO", "UNTIL"].contains(&word));
            let state = follows(tokens, found.to, 2, |word| word.starts_with("ЖAҒДAЙ"));
            let whole = manner == Manner::Field || (manner == Manner::Name && is_edge(*day));
            let end =
                tokens.get(found.from.wrapping_sub(1)).is_some_and(|t| matches!(t.kind, Kind::Mark('-' | '–' | '—')));
            Some(if until || state || found.dative || whole || end { as_of(*day) } else { PeriodSays::Made(*day) })
        }
        Raw::Ends(year, months) => {
            Some(PeriodSays::Ends(months.iter().map(|month| YearMonth { year: *year, month: *month }).collect()))
        }
        Raw::Months(months) => {
            let within = tokens.get(found.from..found.to)?.iter().filter_map(word).any(|word| WITHIN.has(word));
            let inside = follows(tokens, found.to, 1, |word| REPORTING.has(word) && word != "HA");
            let said = last.is_some_and(|word| ["ЗA", "FOR"].contains(&word));
            (said || within || inside).then(|| PeriodSays::Months(months.clone()))
        }
        Raw::Year(year) => Some(PeriodSays::Year(*year)),
        // The beginning of a stretch: `1 января – 30 сентября 2022 года`.
        Raw::DayOf(..) => None,
    }
}

fn is_edge(day: chrono::NaiveDate) -> bool {
    matches!(as_of(day), PeriodSays::Ends(ends) if ends.len() == 1)
}

fn follows(tokens: &[Token], at: usize, far: usize, is: impl Fn(&str) -> bool) -> bool {
    tokens.iter().skip(at).filter_map(word).take(far).any(is)
}

/// Whether something is compared with the period: "(АППГ)" follows it, or in Kazakh "… салыстырғанда".
fn is_compared(tokens: &[Token], found: &Found) -> bool {
    let own = tokens.get(found.from..found.to).unwrap_or_default();
    let after: Vec<&Kind> = tokens.iter().skip(found.to).take(3).map(|t| &t.kind).collect();
    let noted = matches!(after[..], [Kind::Mark('('), Kind::Word(word), Kind::Mark(')')] if word.starts_with("AППГ"));
    own.iter().filter_map(word).any(|word| WITH_YEAR.has(word))
        || noted
        || follows(tokens, found.to, 5, |word| COMPARED.begins(word))
}
