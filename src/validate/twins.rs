//! Finds equal figures under two names: two regions with the same section, or a document that repeats another period.
//!
//! In come the datasets of this period and of earlier ones; out come notes. This module does not know which of two
//! equal documents is the right one.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{
    note::Note,
    placed::{Kin, Placed, Sheet},
    words,
};
use domain::{Agency, Figure, FormId, Origin, Period, Region, Severity};

/// The least figures other than zero, and the least different ones among them, that have to agree before chance is
/// excluded. A single offence is in a dozen cells of 1-M (its totals, its chapter, its article), each of them 1.
const NOT_ZERO: usize = 12;
const DIFFERENT: usize = 4;
/// In a smaller section the figures themselves can exclude chance. Two independent counts of about `n` agree with a
/// probability of 1/√(4πn). That is at least 1 + log2(n)/2 bits; 20 bits are a probability of one in a million.
const BITS: u32 = 20;
/// The least regions with the same figures that are reported as one error; they have to be more than half of those that
/// came.
const MANY: usize = 3;
/// How many of them the finding names.
const NAMED: usize = 3;
/// If no figure is as large as this, most regions may have the same few cases by chance. (A rare form of the courts has
/// one case in one region and none in others.) The sum of the regions shows whether they are right.
const LARGE: u64 = 10;
/// ln(1,000,000), rounded up: a less likely event is not a coincidence.
const CERTAIN: i128 = 14;

pub(super) fn check(now: &[Placed<'_>], kin: &Kin<'_, '_>, regions: &[Region]) -> Vec<Note> {
    let marks: Vec<Vec<Option<u64>>> =
        now.par_iter().map(|p| p.sheets.iter().map(|s| s.as_ref().and_then(fingerprint)).collect()).collect();
    let mut notes = between_regions(now, &marks, regions);
    notes.par_extend(now.par_iter().zip(&marks).filter_map(|(placed, marks)| repeated(placed, marks, kin)));
    notes
}

/// A number that sections with equal figures share; `None` if a section has too few figures.
fn fingerprint(sheet: &Sheet<'_>) -> Option<u64> {
    let mut not_zero = 0_usize;
    let mut different: BTreeSet<(i64, u8)> = BTreeSet::new();
    let mut mark = 0xcbf2_9ce4_8422_2325_u64;
    for figure in &sheet.section.figures {
        let parts = figure.number().map_or((0, 0), domain::Number::parts);
        if parts.0 != 0 {
            not_zero += 1;
            if different.len() < BITS as usize {
                different.insert(parts);
            }
        }
        mark = (mark ^ (parts.0 as u64).wrapping_mul(4).wrapping_add(u64::from(parts.1)))
            .wrapping_mul(0x0100_0000_01b3)
            .rotate_left(23);
    }
    let is_long = not_zero >= NOT_ZERO && different.len() >= DIFFERENT;
    let bits = |(mantissa, _): &(i64, u8)| 1 + mantissa.unsigned_abs().ilog2() / 2;
    (is_long || different.iter().map(bits).sum::<u32>() >= BITS).then_some(mark)
}

/// Whether the figures are equal; a blank is a zero.
fn same(one: &Sheet<'_>, other: &Sheet<'_>) -> bool {
    let number = |f: &Figure| f.number().unwrap_or_default();
    let (one, other) = (one.section, other.section);
    one.columns.len() == other.columns.len()
        && one.figures.len() == other.figures.len()
        && one.figures.iter().zip(&other.figures).all(|(a, b)| number(a) == number(b))
}

fn wholly_same(one: &Placed<'_>, other: &Placed<'_>) -> bool {
    one.sheets.len() == other.sheets.len()
        && one.sheets.iter().zip(&other.sheets).all(|pair| match pair {
            (Some(one), Some(other)) => same(one, other),
            (None, None) => true,
            _ => false,
        })
}

fn between_regions(now: &[Placed<'_>], marks: &[Vec<Option<u64>>], regions: &[Region]) -> Vec<Note> {
    let mut groups: BTreeMap<(&FormId, Period, &Agency, Origin), Vec<usize>> = BTreeMap::new();
    for (at, placed) in now.iter().enumerate().filter(|(_, p)| !p.dataset.key.unit.is_republic()) {
        let key = &placed.dataset.key;
        groups.entry((&key.form, key.period, &key.agency, key.origin)).or_default().push(at);
    }
    let mut notes = Vec::new();
    for mut members in groups.into_values() {
        members.sort_by_key(|at| &now[*at].dataset.key.unit);
        // Each unit, the first unit before it with an equal section, and the equal sections.
        let mut pairs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        let sections = 0..now[members[0]].sheets.len();
        for section in sections {
            let mut seen: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            for member in &members {
                let Some((mark, sheet)) = marks[*member][section].zip(now[*member].sheet(section)) else { continue };
                let alike = seen.entry(mark).or_default();
                let twin = alike.iter().find(|other| {
                    let other = &now[**other];
                    other.dataset.key.unit != now[*member].dataset.key.unit
                        && other.sheet(section).is_some_and(|other| same(sheet, other))
                });
                match twin {
                    Some(twin) => pairs.entry((*member, *twin)).or_default().push(section),
                    None => alike.push(*member),
                }
            }
        }
        let alike = most_alike(now, &members);
        for ((one, twin), shared) in pairs.into_iter().filter(|((one, _), _)| !alike.contains(one)) {
            notes.extend(told(&now[one], &now[twin], &shared, regions));
        }
        notes.extend(told_together(now, &alike, members.len(), marks, regions));
    }
    notes
}

/// The members whose whole documents have the same figures, in their order, if they are more than half of the members.
/// Documents of zeros do not count. Otherwise empty.
fn most_alike(now: &[Placed<'_>], members: &[usize]) -> Vec<usize> {
    // If more than half are equal, their median is one of them.
    let mut by_figures: Vec<(Numbers, usize)> =
        members.iter().map(|member| (numbers(&now[*member]), *member)).collect();
    by_figures.sort();
    let Some((middle, _)) = by_figures.get(by_figures.len() / 2) else { return Vec::new() };
    let mut alike: Vec<usize> = by_figures.iter().filter(|(n, _)| n == middle).map(|(_, member)| *member).collect();
    let is_zero = middle.iter().flatten().all(|(mantissa, _)| *mantissa == 0);
    if is_zero || alike.len() < MANY || 2 * alike.len() <= members.len() {
        return Vec::new();
    }
    alike.sort_by_key(|member| members.iter().position(|m| m == member));
    alike
}

/// The figures of a document, section by section, as mantissa and scale; a blank is a zero.
type Numbers = Vec<Vec<(i64, u8)>>;

fn numbers(placed: &Placed<'_>) -> Numbers {
    let number = |figure: &Figure| figure.number().map_or((0, 0), domain::Number::parts);
    let section = |sheet: &Option<Sheet<'_>>| {
        sheet.as_ref().map_or_else(Vec::new, |sheet| sheet.section.figures.iter().map(number).collect())
    };
    placed.sheets.iter().map(section).collect()
}

/// One finding about the equal documents, out of so many that came.
fn told_together(
    now: &[Placed<'_>],
    alike: &[usize],
    came: usize,
    marks: &[Vec<Option<u64>>],
    regions: &[Region],
) -> Option<Note> {
    let first = *alike.first()?;
    let is_large = numbers(&now[first]).iter().flatten().any(|(mantissa, _)| mantissa.unsigned_abs() >= LARGE);
    let is_certain = is_large || marks[first].iter().any(Option::is_some);
    if !is_certain {
        return None;
    }
    let named: Vec<String> =
        alike.iter().take(NAMED).map(|member| words::unit(&now[*member].dataset.key.unit, regions)).collect();
    let more = alike.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let explanation = format!(
        "{} of the {came} regions have the same figures in every section: {}{more}; figures of one region came under \
         the names of others",
        alike.len(),
        named.join(", "),
    );
    Some(now[first].note("twins", Severity::Error, explanation))
}

/// One finding if the whole documents are equal, otherwise one for each equal section.
fn told(one: &Placed<'_>, twin: &Placed<'_>, shared: &[usize], regions: &[Region]) -> Vec<Note> {
    let names =
        format!("{} and {}", words::unit(&twin.dataset.key.unit, regions), words::unit(&one.dataset.key.unit, regions));
    if wholly_same(one, twin) {
        let explanation =
            format!("{names} have the same figures in every section; one of them may have come under the other's name");
        return vec![one.note("twins", Severity::Warning, explanation)];
    }
    let sheets = shared.iter().filter_map(|section| one.sheet(*section));
    sheets
        .map(|sheet| {
            let title = words::quoted(&sheet.template.titles.ru);
            let explanation = format!("{names} have the same figures in section {}{title}", sheet.template.id);
            one.note_at(sheet, None, None, "twins", Severity::Warning, explanation)
        })
        .collect()
}

/// The finding about a document that repeats every figure of another period.
fn repeated(placed: &Placed<'_>, marks: &[Option<u64>], kin: &Kin<'_, '_>) -> Option<Note> {
    if marks.iter().all(Option::is_none) {
        return None;
    }
    let period = placed.dataset.key.period;
    let earlier = kin.of(placed).filter(|other| other.dataset.key.period < period);
    let twin = earlier.filter(|other| wholly_same(placed, other)).max_by_key(|other| other.dataset.key.period)?;
    let then = twin.dataset.key.period;
    // Within a year, a small agency may have no new cases. A whole year that repeats itself, or hundreds of cases that
    // do not increase, are a document of another period.
    let is_chance = then.year() == period.year() && !moves(placed, then);
    let (severity, said) = if is_chance {
        (Severity::Info, "no cases were added since")
    } else {
        (Severity::Warning, "one of them may be the other period's document")
    };
    let explanation = format!("every figure for `{period}` is that for `{then}`; {said}");
    Some(placed.note("twins.period", severity, explanation))
}

/// Whether the largest count should have grown since an earlier period of its year: `n` cases in `m` months stay `n`
/// for `d` more months with a probability of about e^(−n·d/m).
fn moves(placed: &Placed<'_>, then: Period) -> bool {
    let figures = placed.sheets.iter().flatten().flat_map(|sheet| sheet.section.figures.iter());
    let largest = figures.filter_map(Figure::number).filter(|n| n.is_whole()).map(|n| n.parts().0).max().unwrap_or(0);
    let (earlier, later) = (then.last_month(), placed.dataset.key.period.last_month());
    i128::from(largest) * i128::from(later - earlier) >= i128::from(earlier) * CERTAIN
}
