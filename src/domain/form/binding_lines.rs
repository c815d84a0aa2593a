//! Lines of a document and lines of a template. In: the described lines with the codes that an edition declares for
//! them, and the printed lines with their codes and headings. Out: a [`Placement`] for each described line, found by
//! its code where the heading agrees, or by its heading. This module does not know any figures.
//!
//! No two described lines get the same place.

use std::collections::{BTreeMap, HashMap};

use crate::{
    form::binding::{PlaceDoubt, Placement},
    form::headings::{SAME_SUBJECT, Said, folded},
    form::known_headings::Headings,
};

/// A described line: the code that the edition declares for it; `None` if the edition has no such line.
pub type Described<'x> = Option<&'x str>;

/// A printed line: its code and its heading.
type Printed<'x> = (&'x str, &'x str);

/// The least score of a heading that is a described one in other words, between the same neighbours.
const REWORDED: f64 = 0.6;

/// The place of each code, and whether the code is printed more than once.
fn by_codes<'x>(printed: &[Printed<'x>]) -> HashMap<&'x str, (usize, bool)> {
    let mut places: HashMap<&str, (usize, bool)> = HashMap::with_capacity(printed.len());
    for (place, (code, _)) in printed.iter().enumerate() {
        places.entry(*code).and_modify(|(_, twice)| *twice = true).or_insert((place, false));
    }
    places
}

/// Binds the lines of a service. It sends them by key, so their headings are those of the template.
pub fn by_key(described: &[Described<'_>], printed: &[Printed<'_>]) -> Vec<Placement> {
    let places = by_codes(printed);
    let standing = |code: &Described<'_>| match code.and_then(|code| places.get(code)) {
        Some((_, true)) => Placement::Unclear(PlaceDoubt::Twice),
        Some((place, false)) => Placement::At { place: *place, anew: false },
        None => Placement::NotSent,
    };
    described.iter().map(standing).collect()
}

/// Binds the lines of a described edition: each is under the code that the edition declares, if its heading is about
/// the same subject.
pub fn by_code(described: &[Described<'_>], printed: &[Printed<'_>], headings: &Headings) -> Vec<Placement> {
    let places = by_codes(printed);
    let standing = |(line, code): (usize, &Described<'_>)| {
        let Some(code) = code else { return Placement::Gone };
        match places.get(code) {
            None => Placement::Unclear(PlaceDoubt::Missing),
            Some((_, true)) => Placement::Unclear(PlaceDoubt::Twice),
            Some((place, false)) => agreed(line, *place, printed[*place].1, (described, headings)),
        }
    };
    let mut standings: Vec<Placement> = described.iter().enumerate().map(standing).collect();
    confirm_repeated(described, printed, headings, &mut standings);
    standings
}

/// Checks headings that occur more than once, if some line is not what its code says. Such a heading alone does not
/// prove a code. The lines before it have to be the same too, back to a line whose heading occurs once.
fn confirm_repeated(
    described: &[Described<'_>],
    printed: &[Printed<'_>],
    headings: &Headings,
    standings: &mut [Placement],
) {
    let order = in_print(described);
    let sound = standings.iter().all(|s| matches!(s, Placement::At { .. } | Placement::Gone));
    if sound && order.len() == printed.len() {
        return;
    }
    // Other words do not make such a heading unique: it resembles the other lines too.
    let repeated = |line: usize, place: usize| {
        headings.with(printed[place].1).len() > 1 || headings.kin(line).any(|other| other != line)
    };
    let mut confirmed = false;
    let mut before: Option<usize> = None;
    for line in order {
        let place = standings[line].place();
        let next = before.map_or(place == Some(0), |before| place == Some(before + 1));
        confirmed = match place {
            None => false,
            Some(place) if repeated(line, place) => next && (confirmed || place == 0),
            Some(_) => true,
        };
        if let (Some(_), false) = (place, confirmed) {
            standings[line] = Placement::Unclear(PlaceDoubt::EqualHeadings);
        }
        before = place;
    }
    // If one of several equal headings is not in its place, any of them may be printed under the code of another.
    let lost = |line: &usize| described[*line].is_some() && standings[*line].place().is_none();
    let of_lost = |line: &usize| {
        let place = standings[*line].place();
        let likes = |place: usize| headings.with(printed[place].1).iter().copied().chain(headings.kin(*line));
        place.is_some_and(|place| likes(place).any(|other| lost(&other)))
    };
    let doubtful: Vec<usize> = (0..described.len()).filter(of_lost).collect();
    for line in doubtful {
        standings[line] = Placement::Unclear(PlaceDoubt::EqualHeadings);
    }
}

/// The lines that an edition has, in the order in which it prints them. A line that the edition adds is last in the
/// template, but its number is among the others.
fn in_print(described: &[Described<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..described.len()).filter(|line| described[*line].is_some()).collect();
    order.sort_by_key(|line| described[*line].map_or(u32::MAX, leading_number));
    order
}

/// The placement of a line under its code, which depends on its heading.
fn agreed(line: usize, place: usize, heading: &str, (described, headings): (&[Described<'_>], &Headings)) -> Placement {
    if headings.is_worded(line, heading) {
        return Placement::At { place, anew: false };
    }
    if folded(heading).is_empty() {
        return Placement::Unclear(PlaceDoubt::NoHeading { place });
    }
    let another = |other: usize| {
        let code = described[other].unwrap_or_default().to_owned();
        Placement::Unclear(PlaceDoubt::AnotherLine { place, code })
    };
    match headings.with(heading) {
        lines if lines.contains(&line) => return Placement::At { place, anew: false },
        // A line that the edition does not have is not a rival: its heading may have moved to this line.
        lines => {
            if let Some(other) = lines.iter().find(|other| described[**other].is_some()) {
                return another(*other);
            }
        }
    }
    let said = Said::new(heading);
    if headings.score(line, &said) < SAME_SUBJECT {
        return Placement::Unclear(PlaceDoubt::AnotherSubject { place });
    }
    match headings.rival(line, &said, |other| described[other].is_some()) {
        Some(other) => another(other),
        None => Placement::At { place, anew: true },
    }
}

/// Binds the lines of an edition that is not described. First it binds headings that belong to one line alone on both
/// sides. Then it binds headings that occur more than once, if the lines before them are the same. Then it binds
/// headings in other words between the same neighbours. Every other line has no place.
pub fn by_heading(described: &[Described<'_>], printed: &[Printed<'_>], headings: &Headings) -> Vec<Placement> {
    let mut laying = Laying::new(described, printed, headings);
    laying.lone();
    laying.repeated();
    laying.reworded();
    laying.standings()
}

/// The state while the lines of an undescribed edition are bound.
struct Laying<'x> {
    described: &'x [Described<'x>],
    printed: &'x [Printed<'x>],
    headings: &'x Headings,
    /// By printed line: the described lines that have its heading.
    candidates: Vec<&'x [usize]>,
    /// By printed line: the parts of its heading, if no described line has this heading.
    said: Vec<Option<Said>>,
    /// By described line, as `anew` and `doubt`: its place.
    place: Vec<Option<usize>>,
    anew: Vec<bool>,
    doubt: Vec<Option<PlaceDoubt>>,
    taken: Vec<Option<usize>>,
    /// The described lines that the nearest edition has, in the order in which it prints them.
    order: Vec<usize>,
}

impl<'x> Laying<'x> {
    fn new(described: &'x [Described<'x>], printed: &'x [Printed<'x>], headings: &'x Headings) -> Self {
        let order = in_print(described);
        let candidates: Vec<&[usize]> = printed.iter().map(|(_, heading)| headings.with(heading)).collect();
        let unknown = printed.iter().zip(&candidates);
        Self {
            said: unknown.map(|((_, heading), lines)| lines.is_empty().then(|| Said::new(heading))).collect(),
            candidates,
            place: vec![None; described.len()],
            anew: vec![false; described.len()],
            doubt: vec![None; described.len()],
            taken: vec![None; printed.len()],
            described,
            printed,
            headings,
            order,
        }
    }

    fn take(&mut self, line: usize, place: usize) {
        self.place[line] = Some(place);
        self.taken[place] = Some(line);
    }

    /// Groups of equal headings: the described lines that have it, and the places where it is printed.
    fn groups(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut groups: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
        for (place, lines) in self.candidates.iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
            groups.entry(lines).or_default().push(place);
        }
        // If several wordings of one line are printed, their places belong to one group.
        let mut joined: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for (lines, places) in groups {
            let overlaps = |known: &(Vec<usize>, Vec<usize>)| known.0.iter().any(|line| lines.contains(line));
            let (mut all_lines, mut all_places) = (lines.to_vec(), places);
            while let Some(at) = joined.iter().position(overlaps) {
                let (more_lines, more_places) = joined.swap_remove(at);
                all_lines.extend(more_lines);
                all_places.extend(more_places);
            }
            all_lines.sort_unstable();
            all_lines.dedup();
            all_places.sort_unstable();
            joined.push((all_lines, all_places));
        }
        joined.sort_unstable();
        joined
    }

    /// The lines of a group that the nearest edition has, in its order. If it has none of them, all lines of the group.
    fn live(&self, lines: &[usize]) -> Vec<usize> {
        let live: Vec<usize> = self.order.iter().copied().filter(|line| lines.contains(line)).collect();
        if live.is_empty() { lines.to_vec() } else { live }
    }

    fn lone(&mut self) {
        for (lines, places) in self.groups() {
            if let ([line], [place]) = (self.live(&lines).as_slice(), places.as_slice()) {
                self.take(*line, *place);
            }
        }
    }

    fn repeated(&mut self) {
        for (lines, places) in self.groups() {
            let lines = self.live(&lines);
            if lines.len() == 1 && places.len() == 1 {
                continue;
            }
            let codes: Vec<&str> = lines.iter().filter_map(|line| self.described[*line]).collect();
            let mut bound = Vec::new();
            if lines.len() == places.len() && codes.len() == lines.len() {
                for ((line, place), code) in lines.iter().zip(&places).zip(&codes) {
                    let printed = self.printed[*place].0;
                    let of_another = printed != *code && codes.contains(&printed);
                    if !of_another && self.follows_the_same(*line, *place) {
                        bound.push((*line, *place));
                    }
                }
            }
            for line in &lines {
                match bound.iter().find(|(of, _)| of == line) {
                    Some((_, place)) => self.take(*line, *place),
                    None => self.doubt[*line] = Some(PlaceDoubt::EqualHeadings),
                }
            }
        }
    }

    /// Whether the lines before both are the same, back to a line that is already bound, or to the beginning.
    fn follows_the_same(&self, line: usize, place: usize) -> bool {
        let Some(at) = self.order.iter().position(|l| *l == line) else { return false };
        let before = self.order[..at].iter().rev().map(Some).chain(std::iter::repeat(None));
        let above = (0..place).rev().map(Some).chain(std::iter::repeat(None));
        for (before, above) in before.zip(above) {
            match (before, above) {
                (None, None) => return true,
                (Some(line), Some(place)) if self.place[*line] == Some(place) => return true,
                // Both have one heading that occurs more than once.
                (Some(line), Some(place)) if self.candidates[place].contains(line) => {}
                _ => return false,
            }
        }
        false
    }

    /// Binds runs of lines whose headings are new on both sides, if the runs have the same neighbours and the same
    /// length.
    fn reworded(&mut self) {
        let free = |laying: &Self, line: usize| laying.place[line].is_none() && laying.doubt[line].is_none();
        let order = self.order.clone();
        let mut at = 0;
        while at < order.len() {
            if !free(self, order[at]) {
                at += 1;
                continue;
            }
            let end = (at..order.len()).find(|next| !free(self, order[*next])).unwrap_or(order.len());
            self.run(&order, at, end);
            at = end;
        }
    }

    /// Binds one run of described lines, from `at` to before `end` in the order of the nearest edition.
    fn run(&mut self, order: &[usize], at: usize, end: usize) {
        let top = if at == 0 { Some(0) } else { self.place[order[at - 1]].map(|place| place + 1) };
        let bottom = order.get(end).map_or(Some(self.printed.len()), |line| self.place[*line]);
        let between = top.zip(bottom).filter(|(top, bottom)| top < bottom && bottom - top == end - at);
        let places = between.map(|(top, bottom)| top..bottom);
        let new = |laying: &Self, place: usize| laying.candidates[place].is_empty() && laying.taken[place].is_none();
        let places = places.filter(|places| places.clone().all(|place| new(self, place)));
        for (step, line) in order[at..end].iter().enumerate() {
            let there = places.as_ref().map(|places| places.start + step);
            if let Some(place) = there.filter(|place| self.is_worded_anew(*line, *place)) {
                self.take(*line, place);
                self.anew[*line] = true;
                continue;
            }
            let maybe = (0..self.printed.len()).filter(|place| new(self, *place));
            let maybe = maybe.map(|place| (self.score(*line, place), place)).max_by(|a, b| a.0.total_cmp(&b.0));
            self.doubt[*line] = Some(match maybe {
                Some((score, place)) if score >= SAME_SUBJECT => PlaceDoubt::Reworded { place },
                _ => PlaceDoubt::Missing,
            });
        }
    }

    /// How much the heading at a place, which no described line has, resembles that of a line: from 0 to 1.
    fn score(&self, line: usize, place: usize) -> f64 {
        self.said[place].as_ref().map_or(0.0, |said| self.headings.score(line, said))
    }

    /// Whether a heading is that of a line in other words. No other line and no other place may fit as well.
    fn is_worded_anew(&self, line: usize, place: usize) -> bool {
        let Some(said) = &self.said[place] else { return false };
        let own = self.headings.score(line, said);
        let elsewhere = || (0..self.printed.len()).any(|other| other != place && self.score(line, other) >= own);
        // If the heading occurs more than once, any of its lines may be the one in other words.
        let is_lone = self.headings.kin(line).all(|other| other == line);
        is_lone && own >= REWORDED && !elsewhere() && self.headings.rival(line, said, |_| true).is_none()
    }

    fn standings(self) -> Vec<Placement> {
        let Self { described, place, anew, doubt, .. } = self;
        let mut standings = Vec::with_capacity(described.len());
        for (((code, place), anew), doubt) in described.iter().zip(place).zip(anew).zip(doubt) {
            standings.push(match (place, doubt) {
                (Some(place), _) => Placement::At { place, anew },
                (None, Some(doubt)) => Placement::Unclear(doubt),
                (None, None) if code.is_none() => Placement::Gone,
                (None, None) => Placement::Unclear(PlaceDoubt::Missing),
            });
        }
        standings
    }
}

/// The number that a code begins with.
fn leading_number(code: &str) -> u32 {
    let digits = code.bytes().take_while(u8::is_ascii_digit).count();
    code[..digits].parse().unwrap_or(u32::MAX)
}
