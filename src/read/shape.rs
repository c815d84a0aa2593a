//! What an edition prints otherwise than the template says: lines that are gone, new, moved or renamed.

use std::collections::{BTreeMap, HashMap};

use super::{
    letters::{fold_label, likeness},
    table::Line,
};

/// Labels less alike than this, or whose last parts are less alike than that, are of different lines.
const SAME: f64 = 0.6;
const SAME_LAST: f64 = 0.5;

/// A line of the template as the edition is said to print it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    /// The template's own code.
    pub(super) code: String,
    /// The printed code; `None` where the edition has no such line.
    pub(super) printed: Option<String>,
    pub(super) label: String,
}

/// How a table's lines differ from what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Difference {
    /// Template's code and label.
    pub(super) gone: Vec<(String, String)>,
    /// Printed code and label.
    pub(super) new: Vec<(String, String)>,
    /// Template's code, printed code, label.
    pub(super) moved: Vec<(String, String, String)>,
    /// Printed code, expected label, printed label.
    pub(super) renamed: Vec<(String, String, String)>,
}

impl Difference {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// As a sentence: "gone: `4` (…); moved: `5` → `4` (…)".
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
        if !self.renamed.is_empty() {
            let renamed = self.renamed.iter().map(|(code, was, is)| format!("`{code}` was `{was}`, is `{is}`"));
            parts.push(format!("{kind} renamed: {}", list(renamed.collect())));
        }
        parts.join("; ")
    }
}

/// Compares a table's lines with those expected. The map says, for each of the template's codes that the table prints
/// under another code or not at all, what it prints.
pub(super) fn compare(expected: &[Expected], lines: &[Line]) -> (Difference, BTreeMap<String, Option<String>>) {
    if is_exact(expected, lines) {
        return (Difference::default(), BTreeMap::new());
    }
    let pairs = pair(expected, lines);
    let mut difference = Difference::default();
    let mut printed = BTreeMap::new();
    let mut found = vec![false; lines.len()];
    for (line, pair) in expected.iter().zip(&pairs) {
        let actual = pair.map(|place| &lines[place]);
        if let Some(place) = pair {
            found[*place] = true;
        }
        let code = actual.map(|a| a.code.clone());
        if code.as_deref() != Some(&line.code) {
            printed.insert(line.code.clone(), code);
        }
        match (&line.printed, actual) {
            (Some(was), Some(actual)) if *was != actual.code => {
                difference.moved.push((was.clone(), actual.code.clone(), line.label.clone()));
            }
            (Some(was), None) => difference.gone.push((was.clone(), line.label.clone())),
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
    (difference, printed)
}

/// The usual case, without folding anything: every line where it was, labelled as it was.
fn is_exact(expected: &[Expected], lines: &[Line]) -> bool {
    let mut there = expected.iter().filter_map(|e| Some((e.printed.as_deref()?, e.label.as_str())));
    lines.iter().all(|l| there.next() == Some((l.code.as_str(), l.label.as_str()))) && there.next().is_none()
}

/// For each expected line, the place of the printed line that it is.
fn pair(expected: &[Expected], lines: &[Line]) -> Vec<Option<usize>> {
    let wanted: Vec<String> = expected.iter().map(|e| fold_label(&e.label)).collect();
    let there: Vec<String> = lines.iter().map(|l| fold_label(&l.label)).collect();
    let mut pairs: Vec<Option<usize>> = vec![None; expected.len()];
    let mut taken = vec![false; lines.len()];
    // First in order, by equal labels: labels such as "из них / женщин" come again and again.
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
    // Then what kept its code and most of its words, then what stands between the same neighbours. What the edition is
    // said not to have is not looked for.
    for i in 0..expected.len() {
        if pairs[i].is_some() || expected[i].printed.is_none() {
            continue;
        }
        let same_code = expected[i].printed.as_ref().and_then(|code| lines.iter().position(|l| l.code == *code));
        let between = neighbour(&pairs, i).filter(|place| *place < lines.len());
        let like = |place: &usize| !taken[*place] && alike(&expected[i].label, &lines[*place].label);
        if let Some(place) = same_code.filter(like).or(between.filter(like)) {
            pairs[i] = Some(place);
            taken[place] = true;
        }
    }
    // A line that is nowhere else by its words, under its own code, was renamed altogether.
    for i in 0..expected.len() {
        let same_code = expected[i].printed.as_ref().and_then(|code| lines.iter().position(|l| l.code == *code));
        if let Some(place) =
            same_code.filter(|place| pairs[i].is_none() && !taken[*place] && expected.len() == lines.len())
        {
            pairs[i] = Some(place);
            taken[place] = true;
        }
    }
    pairs
}

/// Labels share their parents' words; what tells two lines apart stands in the last part.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let last = |label: &str| fold_label(label.rsplit(" / ").next().unwrap_or_default());
    likeness(&fold_label(a), &fold_label(b)) >= SAME && likeness(&last(a), &last(b)) >= SAME_LAST
}

/// The place after the one that the line before has.
fn neighbour(pairs: &[Option<usize>], i: usize) -> Option<usize> {
    if i == 0 { Some(0) } else { pairs[i - 1].map(|place| place + 1) }
}

/// A longest common subsequence of labels.
fn in_order(a: &[String], b: &[String]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    // Lines are at most some hundreds; beyond that only equal places are compared.
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
        let (difference, printed) = compare(&before, &after);
        assert_eq!(difference.gone, [("2".to_owned(), "женщин".to_owned())]);
        assert_eq!(difference.moved.len(), 2);
        assert_eq!(printed["2"], None);
        assert_eq!(printed["4"].as_deref(), Some("3"));
        assert_eq!(difference.tell("columns").split(';').count(), 2);
    }

    #[test]
    fn equal_labels_pair_in_their_order() {
        let before = expected(&[("1", "а"), ("2", "из них"), ("3", "б"), ("4", "из них")]);
        let after = lines(&[("1", "а"), ("2", "из них"), ("3", "новое"), ("4", "б"), ("5", "из них")]);
        let (difference, printed) = compare(&before, &after);
        assert_eq!(difference.new, [("3".to_owned(), "новое".to_owned())]);
        assert_eq!(printed.len(), 2);
        assert!(difference.gone.is_empty());
    }

    #[test]
    fn the_same_is_no_difference() {
        let same = [("1", "а"), ("2", "б")];
        assert!(compare(&expected(&same), &lines(&same)).0.is_none());
    }
}
