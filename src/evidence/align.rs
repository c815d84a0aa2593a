//! Aligns the lines of a sheet that was sent with those of a sheet that was found, where lines were inserted or
//! deleted.
//!
//! In: a hash for each line of both. Out: the steps from one to the other. It does not know what a line contains.

use std::collections::HashMap;

/// One step along both sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A line that was sent, and its place now.
    Both(usize, usize),
    /// A line that was deleted.
    Gone(usize),
    /// A line that was inserted.
    New(usize),
}

/// How many levels deep the lines between two anchors are searched for further anchors.
const DEPTH: usize = 32;

/// Aligns lines by their hashes. First come the equal lines at both ends, then the lines that occur once on each side
/// (patience diff). The rest is aligned by place. `likeness` is the number of equal cells of two lines that are not
/// equal.
pub fn align(sent: &[u64], found: &[u64], likeness: &impl Fn(usize, usize) -> usize) -> Vec<Step> {
    let mut steps = Vec::with_capacity(sent.len().max(found.len()));
    part((sent, 0), (found, 0), DEPTH, likeness, &mut steps);
    steps
}

type Lines<'a> = (&'a [u64], usize);

fn part(
    (sent, s): Lines<'_>,
    (found, f): Lines<'_>,
    depth: usize,
    likeness: &impl Fn(usize, usize) -> usize,
    steps: &mut Vec<Step>,
) {
    let head = sent.iter().zip(found).take_while(|(a, b)| a == b).count();
    steps.extend((0..head).map(|i| Step::Both(s + i, f + i)));
    let (sent, found, s, f) = (&sent[head..], &found[head..], s + head, f + head);
    let tail = sent.iter().rev().zip(found.iter().rev()).take_while(|(a, b)| a == b).count();
    let (sent, found) = (&sent[..sent.len() - tail], &found[..found.len() - tail]);
    let anchors = if depth == 0 || sent.is_empty() || found.is_empty() { Vec::new() } else { anchors(sent, found) };
    if anchors.is_empty() {
        by_place((sent.len(), s), (found.len(), f), likeness, steps);
    } else {
        let (mut i, mut j) = (0, 0);
        for (a, b) in anchors {
            part((&sent[i..a], s + i), (&found[j..b], f + j), depth - 1, likeness, steps);
            steps.push(Step::Both(s + a, f + b));
            (i, j) = (a + 1, b + 1);
        }
        part((&sent[i..], s + i), (&found[j..], f + j), depth - 1, likeness, steps);
    }
    let (s, f) = (s + sent.len(), f + found.len());
    steps.extend((0..tail).map(|i| Step::Both(s + i, f + i)));
}

/// The lines that occur once on each side: as many as are in the same order.
fn anchors(sent: &[u64], found: &[u64]) -> Vec<(usize, usize)> {
    let once = |lines: &[u64]| {
        let mut places: HashMap<u64, Option<usize>> = HashMap::new();
        for (place, line) in lines.iter().enumerate() {
            places.entry(*line).and_modify(|first| *first = None).or_insert(Some(place));
        }
        places
    };
    let there = once(found);
    let mut pairs: Vec<(usize, usize)> = once(sent)
        .into_iter()
        .filter_map(|(line, place)| Some((place?, there.get(&line).copied().flatten()?)))
        .collect();
    pairs.sort_unstable();
    rising(&pairs)
}

/// The longest sequence of pairs that rises on both sides (patience sorting).
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best sequence of each length, and for each pair the pair before it.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(pairs.len()));
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        run.push(pairs[index]);
        at = before[index];
    }
    run.reverse();
    run
}

/// Aligns lines of which none are equal: one by one, from the beginning or from the end, whichever makes more cells
/// equal. The lines left over are deleted or inserted.
fn by_place(
    (sent, s): (usize, usize),
    (found, f): (usize, usize),
    likeness: &impl Fn(usize, usize) -> usize,
    steps: &mut Vec<Step>,
) {
    let (pairs, over) = (sent.min(found), sent.abs_diff(found));
    let (sent_is_longer, found_is_longer) = (sent > found, found > sent);
    let like = |shift: usize| -> usize {
        let (i, j) = (if sent_is_longer { shift } else { 0 }, if found_is_longer { shift } else { 0 });
        (0..pairs).map(|at| likeness(s + i + at, f + j + at)).sum()
    };
    let ahead = if over > 0 && like(over) > like(0) { over } else { 0 };
    let single = |at: usize| if sent_is_longer { Step::Gone(s + at) } else { Step::New(f + at) };
    steps.extend((0..ahead).map(single));
    let (i, j) = (if sent_is_longer { ahead } else { 0 }, if found_is_longer { ahead } else { 0 });
    steps.extend((0..pairs).map(|at| Step::Both(s + i + at, f + j + at)));
    steps.extend((ahead + pairs..pairs + over).map(single));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sent: &[u64], found: &[u64]) -> String {
        let like = |s: usize, f: usize| usize::from(sent[s] / 10 == found[f] / 10);
        let step = |step: &Step| match step {
            Step::Both(s, f) if sent[*s] == found[*f] => "=".to_owned(),
            Step::Both(s, f) => format!("({}~{})", sent[*s], found[*f]),
            Step::Gone(s) => format!("-{}", sent[*s]),
            Step::New(f) => format!("+{}", found[*f]),
        };
        align(sent, found, &like).iter().map(step).collect()
    }

    #[test]
    fn lines_are_found_again_after_one_was_put_in_or_taken_out() {
        assert_eq!(told(&[10, 20, 30, 40], &[10, 20, 30, 40]), "====");
        assert_eq!(told(&[10, 20, 30], &[10, 50, 20, 30]), "=+50==");
        assert_eq!(told(&[10, 20, 30], &[10, 30]), "=-20=");
        assert_eq!(told(&[10, 20, 30], &[20, 30]), "-10==");
        assert_eq!(told(&[10, 20, 30], &[10, 20, 30, 0, 0]), "===+0+0");
        assert_eq!(told(&[10, 20, 30, 40, 50], &[10, 21, 30, 60, 40, 51]), "=(20~21)=+60=(50~51)");
        assert_eq!(told(&[10, 20], &[10, 90, 21]), "=+90(20~21)");
        assert_eq!(told(&[10, 90, 20], &[10, 21]), "=-90(20~21)");
        assert_eq!(told(&[], &[10]), "+10");
        assert_eq!(told(&[0, 0, 10, 0, 20], &[0, 10, 0, 20]), "=-0===");
    }
}
