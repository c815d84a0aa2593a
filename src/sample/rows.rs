//! Rows as sets of atoms.
//!
//! In come the rows and rules of a section; out comes a set of atoms for each row. An atom is a group of cases that no
//! row divides. The figures of a row are the sums over its atoms. So a rule that holds for the columns of each atom
//! holds for every row. Rules between rows follow from the sets: a total is the union of its parts, "of which" is a
//! subset, and two divisions of one total (by severity, by article) are two groupings of the same atoms. This module
//! does not know columns and places.

use std::collections::BTreeMap;

use super::{SampleError, chance::Chance, plausible};
use domain::{FormId, Rule, RuleKind, SectionTemplate};

/// The atoms of a section, and the atoms of each row.
#[derive(Debug)]
pub(super) struct Rows {
    pub atoms: Vec<Atom>,
    /// For each row of the template, its atoms in ascending order.
    pub of_row: Vec<Vec<u32>>,
}

/// A group of cases that no row divides.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// Its share of the form's volume.
    pub weight: f64,
    pub chance: Chance,
}

/// The template's rows of a section with their rules; rows are given by their places.
struct Structure<'a> {
    section: &'a SectionTemplate,
    /// For each row: its complete divisions into other rows.
    divisions: Vec<Vec<Vec<usize>>>,
    /// For each row: the rows that it is a part of, unless a division already says so.
    wholes: Vec<Vec<usize>>,
}

impl Rows {
    /// The sets of a section.
    ///
    /// # Errors
    /// When a rule cannot be satisfied by sets.
    pub fn of(form: &FormId, section: &SectionTemplate, rules: &[Rule], chance: Chance) -> Result<Self, SampleError> {
        let structure = Structure::of(form, section, rules)?;
        // Grouped rows need enough atoms to choose from: four for each row that has no atoms of its own.
        let coarse = Draft::of(&structure, 1, chance);
        let grouped = section.rows.len() - coarse.created;
        let grain = (4 * grouped).div_ceil(coarse.atoms.len().max(1)).clamp(1, 4000 / coarse.atoms.len().max(1) + 1);
        let draft = if grain > 1 { Draft::of(&structure, grain, chance) } else { coarse };
        Ok(Self { of_row: draft.made.into_iter().map(Option::unwrap_or_default).collect(), atoms: draft.atoms })
    }
}

impl<'a> Structure<'a> {
    fn of(form: &FormId, section: &'a SectionTemplate, rules: &[Rule]) -> Result<Self, SampleError> {
        let count = section.rows.len();
        let place: BTreeMap<&str, usize> = section.rows.iter().enumerate().map(|(i, r)| (r.code.as_str(), i)).collect();
        let at = |code: &str| place.get(code).copied();
        let mut divisions = vec![Vec::new(); count];
        let mut within = Vec::new();
        for rule in rules {
            match &rule.kind {
                RuleKind::Rows { section: of, total, plus, minus, .. } if *of == section.id => {
                    let error =
                        |why| SampleError::Rule { form: form.clone(), what: format!("rule `{}`", rule.id), why };
                    let unknown = || error("it names an unknown row");
                    let total = at(total.as_str()).ok_or_else(unknown)?;
                    let codes = |codes: &[domain::RowCode]| -> Option<Vec<usize>> {
                        codes.iter().map(|c| at(c.as_str())).collect()
                    };
                    let (plus, minus) = (codes(plus).ok_or_else(unknown)?, codes(minus).ok_or_else(unknown)?);
                    let (whole, parts) = match (plus.as_slice(), minus.as_slice()) {
                        (_, []) => (total, plus),
                        ([whole], rest) => (*whole, [&[total], rest].concat()),
                        _ => {
                            return Err(error("between rows, only a total and its parts can be held"));
                        }
                    };
                    let known: &mut Vec<Vec<usize>> = &mut divisions[whole];
                    if !known.contains(&parts) {
                        known.push(parts);
                    }
                }
                RuleKind::RowWithin { section: of, part, whole, .. } if *of == section.id => {
                    within.extend(at(part.as_str()).zip(at(whole.as_str())));
                }
                _ => {}
            }
        }
        for (row, part) in section.rows.iter().enumerate() {
            within.extend(part.part_of.as_ref().and_then(|whole| at(whole.as_str())).map(|whole| (row, whole)));
        }
        let mut structure = Self { section, divisions, wholes: vec![Vec::new(); count] };
        for whole in 0..count {
            let leaves = |parts: &Vec<usize>| parts.iter().map(|p| structure.leaves(*p, count)).sum::<usize>();
            let mut sorted = structure.divisions[whole].clone();
            sorted.sort_by_key(|parts| std::cmp::Reverse(leaves(parts)));
            structure.divisions[whole] = sorted;
        }
        for (part, whole) in within {
            if part != whole && !structure.wholes[part].contains(&whole) && !structure.divides(whole, part, count) {
                structure.wholes[part].push(whole);
            }
        }
        Ok(structure)
    }

    /// The number of rows in the finest division of a row; `depth` ends circles.
    fn leaves(&self, row: usize, depth: usize) -> usize {
        let of = |parts: &Vec<usize>| parts.iter().map(|p| self.leaves(*p, depth - 1)).sum::<usize>();
        if depth == 0 { 1 } else { self.divisions[row].iter().map(of).max().unwrap_or(1) }
    }

    /// Whether a row results from another one by divisions, in any number of steps.
    fn divides(&self, whole: usize, part: usize, depth: usize) -> bool {
        depth > 0 && self.divisions[whole].iter().flatten().any(|p| *p == part || self.divides(*p, part, depth - 1))
    }

    /// The rows that are parts of a row.
    fn parts(&self, whole: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.wholes.len()).filter(move |row| self.wholes[*row].contains(&whole))
    }

    fn share(&self, row: usize, chance: Chance) -> f64 {
        let spread = chance.word("row").word(self.section.rows[row].code.as_str()).fraction();
        // A few large rows and many small ones.
        plausible::row_share(&self.section.rows[row].titles.ru).unwrap_or(0.02 + spread * spread * spread)
    }
}

/// The largest share of a form's volume that one atom may have.
const LARGEST: f64 = 0.02;

/// The sets while they are being made.
struct Draft<'a> {
    structure: &'a Structure<'a>,
    chance: Chance,
    grain: usize,
    atoms: Vec<Atom>,
    made: Vec<Option<Vec<u32>>>,
    /// How many rows have atoms of their own; the other rows group them.
    created: usize,
}

impl<'a> Draft<'a> {
    fn of(structure: &'a Structure<'a>, grain: usize, chance: Chance) -> Self {
        let count = structure.section.rows.len();
        let mut draft = Self { structure, chance, grain, atoms: Vec::new(), made: vec![None; count], created: 0 };
        let divided: Vec<usize> = structure.divisions.iter().flatten().flatten().copied().collect();
        let roots: Vec<usize> =
            (0..count).filter(|r| structure.wholes[*r].is_empty() && !divided.contains(r)).collect();
        let shares: Vec<f64> = roots.iter().map(|r| structure.share(*r, chance)).collect();
        for (place, row) in roots.iter().enumerate() {
            // The first row has the form's whole volume; rows beside it have their own size.
            draft.create(*row, if place == 0 { 1.0 } else { shares[place].min(1.0) });
        }
        draft.group_rest();
        draft
    }

    /// Makes a row from new atoms of its own.
    fn create(&mut self, row: usize, weight: f64) {
        if self.made[row].is_some() {
            return;
        }
        // Marked first, so that a circle in the rules ends here.
        self.made[row] = Some(Vec::new());
        self.created += 1;
        let first = self.atoms.len() as u32;
        if let Some(parts) = self.structure.divisions[row].first() {
            let shares: Vec<f64> = parts.iter().map(|p| self.structure.share(*p, self.chance)).collect();
            let sum: f64 = shares.iter().sum();
            for (part, share) in parts.iter().zip(&shares) {
                self.create(*part, weight * share / sum);
            }
            let mut atoms: Vec<u32> = parts.iter().filter_map(|p| self.made[*p].clone()).flatten().collect();
            atoms.sort_unstable();
            atoms.dedup();
            self.made[row] = Some(atoms);
            return;
        }
        let parts: Vec<usize> = self.structure.parts(row).filter(|p| self.made[*p].is_none()).collect();
        let parts: Vec<usize> = parts.into_iter().filter(|p| self.structure.wholes[*p].len() == 1).collect();
        let sum: f64 = parts.iter().map(|p| self.structure.share(*p, self.chance)).sum();
        for part in &parts {
            let share = self.structure.share(*part, self.chance) / sum.max(1.0) * 0.8;
            self.create(*part, weight * share);
        }
        let rest = weight * (1.0 - 0.8 * sum.min(1.0));
        let code = self.structure.section.rows[row].code.as_str();
        // A large group of cases would fall as a whole into one row of another division.
        let pieces = self.grain.max((rest / LARGEST).ceil() as usize);
        for piece in 0..pieces {
            let chance = self.chance.word("atom").word(code).number(piece as u64);
            self.atoms.push(Atom { weight: rest / pieces as f64 * chance.between(0.7, 1.3), chance });
        }
        self.made[row] = Some((first..self.atoms.len() as u32).collect());
    }

    /// Groups the existing atoms into the rows that have no atoms yet: second divisions, and parts of sums.
    fn group_rest(&mut self) {
        let structure = self.structure;
        for row in 0..self.made.len() {
            if let Some(atoms) = self.made[row].clone() {
                self.divide(row, &atoms);
            }
        }
        // A part waits for its wholes. Each round settles at least one part, or no more parts can be settled.
        for _ in 0..self.made.len() {
            let ready = |r: &usize| {
                self.made[*r].is_none()
                    && !structure.wholes[*r].is_empty()
                    && structure.wholes[*r].iter().all(|w| self.made[*w].is_some())
            };
            let Some(first) = (0..self.made.len()).find(ready) else { break };
            let siblings: Vec<usize> = (first..self.made.len())
                .filter(|r| ready(r) && structure.wholes[*r] == structure.wholes[first])
                .collect();
            let common = self.common(&structure.wholes[first]);
            let shares: Vec<f64> = siblings.iter().map(|r| structure.share(*r, self.chance)).collect();
            let sum: f64 = shares.iter().sum();
            let scale = if sum > 0.9 { 0.9 / sum } else { 1.0 };
            let mut targets: Vec<f64> = shares.iter().map(|s| s * scale).collect();
            targets.push(1.0 - targets.iter().sum::<f64>());
            for (row, group) in siblings.iter().zip(self.deal(&common, &targets, first)) {
                self.settle(*row, &group);
            }
        }
    }

    fn settle(&mut self, row: usize, atoms: &[u32]) {
        if self.made[row].is_none() {
            self.made[row] = Some(atoms.to_vec());
            self.divide(row, atoms);
        }
    }

    /// Groups the atoms of a row by each of its divisions with rows that have no atoms yet.
    fn divide(&mut self, row: usize, atoms: &[u32]) {
        let structure = self.structure;
        for parts in &structure.divisions[row] {
            let open: Vec<usize> = parts.iter().copied().filter(|p| self.made[*p].is_none()).collect();
            if open.is_empty() {
                continue;
            }
            let taken: Vec<u32> = parts.iter().filter_map(|p| self.made[*p].as_ref()).flatten().copied().collect();
            let free: Vec<u32> = atoms.iter().copied().filter(|a| !taken.contains(a)).collect();
            let shares: Vec<f64> = open.iter().map(|p| structure.share(*p, self.chance)).collect();
            for (part, group) in open.iter().zip(self.deal(&free, &shares, *part_key(parts))) {
                self.settle(*part, &group);
            }
        }
    }

    fn common(&self, rows: &[usize]) -> Vec<u32> {
        let mut sets = rows.iter().filter_map(|r| self.made[*r].as_ref());
        let first = sets.next().cloned().unwrap_or_default();
        sets.fold(first, |common, set| common.into_iter().filter(|a| set.contains(a)).collect())
    }

    /// Deals atoms to groups: each atom goes to the group that is furthest below its share.
    fn deal(&self, atoms: &[u32], shares: &[f64], key: usize) -> Vec<Vec<u32>> {
        let mut order = atoms.to_vec();
        order.sort_by_key(|a| self.atoms[*a as usize].chance.word("deal").number(key as u64).below(usize::MAX));
        let weight: f64 = order.iter().map(|a| self.atoms[*a as usize].weight).sum();
        let sum: f64 = shares.iter().sum();
        let mut lack: Vec<f64> = shares.iter().map(|s| s / sum.max(f64::MIN_POSITIVE) * weight).collect();
        let mut groups = vec![Vec::new(); shares.len()];
        for atom in order {
            let furthest = (0..lack.len()).fold(0, |best, next| if lack[next] > lack[best] { next } else { best });
            lack[furthest] -= self.atoms[atom as usize].weight;
            groups[furthest].push(atom);
        }
        for group in &mut groups {
            group.sort_unstable();
        }
        groups
    }
}

/// The number that distinguishes the dealing of one division from that of another.
fn part_key(parts: &[usize]) -> &usize {
    parts.first().unwrap_or(&0)
}
