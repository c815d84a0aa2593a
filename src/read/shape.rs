//! What a document prints differently from the expected edition: lines that are gone, new, moved or renamed.
//!
//! In come the expected lines and the printed lines; out come the difference, and the printed line of each expected
//! one. This module does not know what follows from a difference.

use std::collections::HashMap;

use super::table::Line;
use domain::{
    HeadingLexicon, Likeness,
    headings::{alike, folded},
};

/// A line of the template, and how the edition should print it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    /// The template's own code.
    pub(super) code: String,
    /// The printed code; `None` if the edition does not have the line.
    pub(super) printed: Option<String>,
    pub(super) label: String,
}

/// How the lines of a table differ from the expected lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Difference {
    /// Expected code and label.
    pub(super) gone: Vec<(String, String)>,
    /// Printed code and label.
    pub(super) new: Vec<(String, String)>,
    /// Expected code, printed code, label.
    pub(super) moved: Vec<(String, String, String)>,
    /// Printed code, expected label, printed label, if both labels are about the same subject in other words.
    pub(super) renamed: Vec<(String, String, String)>,
    /// Printed code, expected label, printed label, if the labels are about different subjects.
    pub(super) another: Vec<(String, String, String)>,
}

impl Difference {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether figures are missing, or could be taken for others. Renamed lines alone are not grave.
    pub(super) fn is_grave(&self) -> bool {
        !(self.gone.is_empty() && self.new.is_empty() && self.moved.is_empty() && self.another.is_empty())
    }

    /// The difference as a sentence: "gone: `4` (…); moved: `5` → `4` (…)".
    pub(super) fn tell(&self, kind: &str) -> String {
        let mut parts = Vec::new();
        let list = |items: Vec<String>| {
            if items.len() > 12 {
                format!("{}, … ({} in all)", items[..12].join(", "), items.len())
            } else {
                items.join(", ")
            }
        };
        if !self.gone.is_empty() {
            parts.push(format!(
                "{kind} gone: {}",
                list(self.gone.iter().map(|(c, l)| format!("`{c}` ({l})")).collect())
            ));
        }
        if !self.new.is_empty() {
            parts.push(format!("{kind} new: {}", list(self.new.iter().map(|(c, l)| format!("`{c}` ({l})")).collect())));
        }
        if !self.moved.is_empty() {
            let moved = self.moved.iter().map(|(from, to, label)| format!("`{from}` → `{to}` ({label})"));
            parts.push(format!("{kind} moved: {}", list(moved.collect())));
        }
        for (what, lines) in [("renamed", &self.renamed), ("of another subject", &self.another)] {
            if !lines.is_empty() {
                let lines = lines.iter().map(|(code, was, is)| format!("`{code}` was `{was}`, is `{is}`"));
                parts.push(format!("{kind} {what}: {}", list(lines.collect())));
            }
        }
        parts.join("; ")
    }
}

/// Compares the lines of a table with the expected lines. Returns the difference, and for each expected line the place
/// of the printed one.
pub(super) fn compare(expected: &[Expected], lines: &[Line]) -> (Difference, Vec<Option<usize>>) {
    if let Some(pairs) = exactly(expected, lines) {
        return (Difference::default(), pairs);
    }
    let pairs = pair(expected, lines);
    let mut difference = Difference::default();
    let mut found = vec![false; lines.len()];
    for place in pairs.iter().flatten() {
        found[*place] = true;
    }
    for (line, pair) in expected.iter().zip(&pairs) {
        let same_code = || lines.iter().position(|l| Some(&l.code) == line.printed.as_ref()).filter(|at| !found[*at]);
        match (&line.printed, pair.map(|place| &lines[place])) {
            (Some(was), Some(actual)) if *was != actual.code => {
                difference.moved.push((was.clone(), actual.code.clone(), line.label.clone()));
            }
            (Some(was), None) => match same_code() {
                Some(at) => {
                    found[at] = true;
                    difference.another.push((was.clone(), line.label.clone(), lines[at].label.clone()));
                }
                None => difference.gone.push((was.clone(), line.label.clone())),
            },
            (None, Some(actual)) => difference.new.push((actual.code.clone(), actual.label.clone())),
            (Some(_), Some(actual)) if !alike(&line.label, &actual.label) => {
                difference.renamed.push((actual.code.clone(), line.label.clone(), actual.label.clone()));
            }
            _ => {}
        }
    }
    for line in lines.iter().zip(&found).filter(|(_, found)| !**found).map(|(line, _)| line) {
        difference.new.push((line.code.clone(), line.label.clone()));
    }
    (difference, pairs)
}

/// The pairs in the usual case, without folding: each line has its expected code and label, and no line is added.
fn exactly(expected: &[Expected], lines: &[Line]) -> Option<Vec<Option<usize>>> {
    let there: HashMap<&str, usize> = lines.iter().enumerate().map(|(at, l)| (l.code.as_str(), at)).collect();
    let mut pairs = Vec::with_capacity(expected.len());
    for line in expected {
        let Some(printed) = &line.printed else {
            pairs.push(None);
            continue;
        };
        let at = *there.get(printed.as_str())?;
        if lines[at].label != line.label {
            return None;
        }
        pairs.push(Some(at));
    }
    (pairs.iter().flatten().count() == lines.len()).then_some(pairs)
}

/// For each expected line, the place of the printed line.
fn pair(expected: &[Expected], lines: &[Line]) -> Vec<Option<usize>> {
    let wanted: Vec<String> = expected.iter().map(|e| folded(&e.label)).collect();
    let there: Vec<String> = lines.iter().map(|l| folded(&l.label)).collect();
    let mut pairs: Vec<Option<usize>> = vec![None; expected.len()];
    let mut taken = vec![false; lines.len()];
    let by_code: HashMap<&str, usize> = lines.iter().enumerate().rev().map(|(at, l)| (l.code.as_str(), at)).collect();
    // First by equal labels in their order: labels such as "из них / женщин" occur many times.
    for (i, j) in in_order(&wanted, &there) {
        pairs[i] = Some(j);
        taken[j] = true;
    }
    let mut by_label: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, label) in there.iter().enumerate().filter(|(place, _)| !taken[*place]) {
        by_label.entry(label).or_default().push(place);
    }
    for (i, label) in wanted.iter().enumerate().filter(|(i, _)| pairs[*i].is_none()).collect::<Vec<_>>() {
        if let Some([place]) = by_label.get(label.as_str()).map(Vec::as_slice)
            && !taken[*place]
        {
            pairs[i] = Some(*place);
            taken[*place] = true;
        }
    }
    // Then by similar labels: under the same code, or between the same neighbours. Lines that the edition does not have
    // are skipped.
    let words =
        HeadingLexicon::of(expected.iter().map(|e| e.label.as_str()).chain(lines.iter().map(|l| l.label.as_str())));
    for i in 0..expected.len() {
        if pairs[i].is_some() || expected[i].printed.is_none() {
            continue;
        }
        let same_code = expected[i].printed.as_ref().and_then(|code| by_code.get(code.as_str()).copied());
        let between = neighbour(&pairs, i).filter(|place| *place < lines.len());
        let like = |place: &usize| {
            !taken[*place] && words.likeness(&expected[i].label, &lines[*place].label) != Likeness::Other
        };
        if let Some(place) = same_code.filter(like).or(between.filter(like)) {
            pairs[i] = Some(place);
            taken[place] = true;
        }
    }
    pairs
}

/// The place after that of the previous line.
fn neighbour(pairs: &[Option<usize>], i: usize) -> Option<usize> {
    if i == 0 { Some(0) } else { pairs[i - 1].map(|place| place + 1) }
}

/// A longest common subsequence of labels.
fn in_order(a: &[String], b: &[String]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    // A form has at most some hundreds of lines. For longer lists only equal places are compared.
    if a.len().saturating_mul(b.len()) > 4_000_000 {
        return (0..a.len().min(b.len())).filter(|i| a[*i] == b[*i]).map(|i| (i, i)).collect();
    }
    let mut lengths = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i * width + j] = if a[i] == b[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(lines: &[(&str, &str)]) -> Vec<Expected> {
        let one = |(code, label): &(&str, &str)| Expected {
            code: (*code).into(),
            printed: Some((*code).into()),
            label: (*label).into(),
        };
        lines.iter().map(one).collect()
    }

    fn lines(lines: &[(&str, &str)]) -> Vec<Line> {
        lines.iter().map(|(code, label)| Line { code: (*code).into(), label: (*label).into(), part_of: None }).collect()
    }

    #[test]
    fn a_column_that_goes_moves_the_others() {
        let before = expected(&[("1", "всего"), ("2", "женщин"), ("3", "всего судей"), ("4", "из гр.3 акимы")]);
        let after = lines(&[("1", "всего"), ("2", "всего судей"), ("3", "из гр.2 акимы")]);
        let (difference, pairs) = compare(&before, &after);
        assert_eq!(difference.gone, [("2".to_owned(), "женщин".to_owned())]);
        assert_eq!(difference.moved.len(), 2);
        assert_eq!(pairs, [Some(0), None, Some(1), Some(2)]);
        assert_eq!(difference.tell("columns").split(';').count(), 2);
    }

    #[test]
    fn equal_labels_pair_in_their_order() {
        let before = expected(&[("1", "а"), ("2", "из них"), ("3", "б"), ("4", "из них")]);
        let after = lines(&[("1", "а"), ("2", "из них"), ("3", "новое"), ("4", "б"), ("5", "из них")]);
        let (difference, pairs) = compare(&before, &after);
        assert_eq!(difference.new, [("3".to_owned(), "новое".to_owned())]);
        assert_eq!(pairs, [Some(0), Some(1), Some(3), Some(4)]);
        assert!(difference.gone.is_empty());
    }

    #[test]
    fn a_point_of_an_article_that_goes_is_the_one_that_is_gone() {
        let point = |n: u32| format!("прерваны по п.{n}) ч.7 ст.45 УПК");
        let labels: Vec<String> = [1, 2, 3, 5].map(point).into();
        let before: Vec<(&str, &str)> =
            ["1", "2", "3", "4"].into_iter().zip(labels.iter().map(String::as_str)).collect();
        let after = [("1", labels[0].as_str()), ("2", &labels[2]), ("3", &labels[3])];
        let (difference, pairs) = compare(&expected(&before), &lines(&after));
        assert_eq!(pairs, [Some(0), None, Some(1), Some(2)]);
        assert_eq!(difference.gone, [("2".to_owned(), labels[1].clone())]);
    }

    #[test]
    fn another_subject_under_a_code_is_neither_gone_nor_renamed() {
        let before = expected(&[("1", "Всего"), ("2", "Дача взятки (ст.367 УК РК)"), ("3", "Национального банка")]);
        let after = lines(&[("1", "Всего"), ("2", "Хищение скота (ст.188-1 УК РК)"), ("3", "Национального Банка РК")]);
        let (difference, _) = compare(&before, &after);
        assert_eq!((difference.another.len(), difference.renamed.len()), (1, 1));
        assert!(difference.is_grave() && difference.gone.is_empty() && difference.new.is_empty());
    }

    #[test]
    fn the_same_is_no_difference() {
        let same = [("1", "а"), ("2", "б")];
        assert!(compare(&expected(&same), &lines(&same)).0.is_none());
    }
}
