//! Small counts of persons: not printed by region or agency where the office says so.
//!
//! A single hidden part could be got back from the total, so the smallest other part goes with it.

use super::{book::Weight, cells::Figured, draft::DraftTable};
use crate::domain::Measure;

/// Takes out small counts of persons: figures above zero and below `below`.
pub fn hide(draft: &DraftTable<'_>, figured: &mut [Figured<'_>], below: Option<u32>) {
    let Some(below) = below.filter(|_| draft.template.kind.is_of_one_place()) else { return };
    for years in 0..2 {
        let hidden = hidden(figured, years, i64::from(below) * 1000);
        for (line, hidden) in figured.iter_mut().zip(hidden) {
            let flag = if years == 0 { &mut line.hidden_now } else { &mut line.hidden_ago };
            *flag = hidden;
        }
    }
}

fn hidden(figured: &[Figured<'_>], years: usize, below: i64) -> Vec<bool> {
    let parts = |f: &Figured<'_>| {
        let counts_persons = f.line.measure == Measure::Persons && f.line.weight == Weight::Plain;
        f.derived.by_year[years].filter(|value| counts_persons && *value > 0)
    };
    let mut hidden: Vec<bool> = figured.iter().map(|f| parts(f).is_some_and(|value| value < below)).collect();
    if hidden.iter().filter(|h| **h).count() == 1 {
        let others = figured.iter().enumerate().filter(|(place, _)| !hidden[*place]);
        let smallest = others.filter_map(|(place, f)| Some((parts(f)?, place))).min();
        if let Some((_, place)) = smallest {
            hidden[place] = true;
        }
    }
    // What is regrouped would give hidden parts back.
    if hidden.contains(&true) {
        for (place, f) in figured.iter().enumerate() {
            hidden[place] |= f.line.weight == Weight::Aside;
        }
    }
    hidden
}
