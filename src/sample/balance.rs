//! Finds from a template's rules how the figures of each column are made.
//!
//! In come the columns and rules of a section; out come [`Columns`]. Every balance is rearranged so that one column
//! follows from the others. That is the closing stock if there is one (opened + received = finished + closing),
//! otherwise the total. Finished cases are a share of the cases that can be finished. This module does not know rows,
//! places and time.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    SampleError,
    chance::Chance,
    columns::{Bound, Columns, Way, grain, is_stock},
    deal::Deal,
    plausible,
};
use domain::{ColumnCode, Course, FormId, Measure, Rule, RuleKind, SectionTemplate};

/// The share of the cases of a year that are finished by its end, if a rule has a closing stock.
const FINISHED: f64 = 0.85;

/// A balance: total = Σ plus − Σ minus.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Balance {
    total: usize,
    plus: Vec<usize>,
    minus: Vec<usize>,
}

/// The columns of a section while their ways are being found.
struct Draft<'a> {
    form: &'a FormId,
    section: &'a SectionTemplate,
    chance: Chance,
    place: BTreeMap<&'a str, usize>,
    ways: Vec<Option<Way>>,
    /// The opening and closing stocks that a balance connects.
    carried: Vec<(usize, usize)>,
}

/// The ways of a section's columns. The figures of the columns in `given` come from another section.
///
/// # Errors
/// When the rules cannot all be satisfied.
pub(super) fn columns(
    form: &FormId,
    section: &SectionTemplate,
    rules: &[Rule],
    given: &BTreeSet<usize>,
    chance: Chance,
) -> Result<Columns, SampleError> {
    let place = section.columns.iter().enumerate().map(|(i, c)| (c.code.as_str(), i)).collect();
    let ways = vec![None; section.columns.len()];
    let mut draft = Draft { form, section, chance, place, ways, carried: Vec::new() };
    for column in given {
        draft.ways[*column] = Some(Way::Given { weight: draft.weight(*column, 0.3) });
    }
    let (mut closing, mut others, mut divided) = (Vec::new(), Vec::new(), Vec::new());
    for balance in &draft.balances(rules)? {
        match draft.closing(balance) {
            Some(column) => {
                draft.close(column, balance);
                closing.push((column, balance.clone()));
            }
            None => others.push(balance.clone()),
        }
    }
    for balance in &others {
        if draft.ways[balance.total].is_some() {
            divided.push(balance);
        } else {
            draft.ways[balance.total] = Some(Way::Sum { plus: balance.plus.clone(), minus: balance.minus.clone() });
        }
    }
    for balance in divided {
        draft.divide(balance)?;
    }
    for (column, balance) in &closing {
        draft.finish(*column, balance);
    }
    for balance in &others {
        draft.lessen(balance);
    }
    draft.parts(rules);
    draft.rest();
    draft.in_order()
}

impl Draft<'_> {
    fn balances(&self, rules: &[Rule]) -> Result<Vec<Balance>, SampleError> {
        let mut balances: Vec<Balance> = Vec::new();
        for rule in rules {
            let RuleKind::Columns { section, total, plus, minus, .. } = &rule.kind else { continue };
            if *section != self.section.id {
                continue;
            }
            let places = |codes: &[ColumnCode]| codes.iter().map(|c| self.at(c)).collect::<Option<Vec<_>>>();
            let balance = self.at(total).zip(places(plus)).zip(places(minus));
            let ((total, plus), minus) =
                balance.ok_or_else(|| self.error(format!("rule `{}`", rule.id), "it names an unknown column"))?;
            let balance = Balance { total, plus, minus };
            if !balances.contains(&balance) {
                balances.push(balance);
            }
        }
        Ok(balances)
    }

    fn at(&self, code: &ColumnCode) -> Option<usize> {
        self.place.get(code.as_str()).copied()
    }

    fn error(&self, what: String, why: &'static str) -> SampleError {
        SampleError::Rule { form: self.form.clone(), what, why }
    }

    fn unsolved(&self, column: usize, why: &'static str) -> SampleError {
        let code = &self.section.columns[column].code;
        self.error(format!("the balances of column `{code}` in section `{}`", self.section.id), why)
    }

    fn course(&self, column: usize) -> Course {
        self.section.columns[column].course
    }

    /// The closing stock that a balance determines: a stock, if not all columns of the balance are stocks.
    fn closing(&self, balance: &Balance) -> Option<usize> {
        let left = [&[balance.total], balance.minus.as_slice()].concat();
        let all_stock = left.iter().chain(&balance.plus).all(|c| is_stock(self.course(*c)));
        let among = |side: &[usize]| {
            let found = side.iter().copied().rfind(|c| is_stock(self.course(*c)) && self.ways[*c].is_none());
            found.filter(|_| side.len() > 1)
        };
        if all_stock { None } else { among(&balance.plus).or_else(|| among(&left)) }
    }

    /// The columns from which a closing stock remains, and the other columns on its own side.
    fn sides(closing: usize, balance: &Balance) -> (Vec<usize>, Vec<usize>) {
        let left = [&[balance.total], balance.minus.as_slice()].concat();
        let (near, far) =
            if balance.plus.contains(&closing) { (&balance.plus, left) } else { (&left, balance.plus.clone()) };
        (far, near.iter().copied().filter(|c| *c != closing).collect())
    }

    fn close(&mut self, closing: usize, balance: &Balance) {
        let (plus, minus) = Self::sides(closing, balance);
        self.ways[closing] = Some(Way::Sum { plus, minus });
    }

    /// The columns whose sum a column is, down to those without a way of this kind.
    fn leaves(&self, column: usize, depth: usize) -> Vec<usize> {
        match &self.ways[column] {
            Some(Way::Sum { plus, minus }) if minus.is_empty() && depth > 0 => {
                plus.iter().flat_map(|c| self.leaves(*c, depth - 1)).collect()
            }
            _ => vec![column],
        }
    }

    fn all_leaves(&self, columns: &[usize]) -> Vec<usize> {
        let mut leaves: Vec<usize> = columns.iter().flat_map(|c| self.leaves(*c, self.section.columns.len())).collect();
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    /// Divides a total a second time: the open columns share what the fixed ones leave.
    fn divide(&mut self, balance: &Balance) -> Result<(), SampleError> {
        let whole = self.all_leaves(&[balance.total]);
        let members = self.all_leaves(&balance.plus);
        let (open, fixed): (Vec<usize>, Vec<usize>) =
            members.iter().copied().partition(|c| self.ways[*c].is_none() && !whole.contains(c));
        let rest: Vec<usize> = whole.iter().copied().filter(|c| !fixed.contains(c)).collect();
        if !balance.minus.is_empty() || fixed.iter().any(|c| !whole.contains(c)) {
            return Err(self.unsolved(balance.total, "two of them cannot both be held"));
        }
        let shares: Vec<f64> = open.iter().map(|c| self.share(*c)).collect();
        if open.is_empty() && !rest.is_empty() {
            return Err(self.unsolved(balance.total, "two of them contradict each other"));
        }
        let deal = Deal::by_shares(&shares);
        for (hand, column) in open.iter().enumerate() {
            self.ways[*column] = Some(Way::Hand { of: rest.clone(), deal: deal.clone(), hand });
        }
        Ok(())
    }

    /// Makes finished cases a share of those that can be finished, and connects the opening stock with the closing
    /// stock.
    fn finish(&mut self, closing: usize, balance: &Balance) {
        let (far, near) = Self::sides(closing, balance);
        let opening: Vec<usize> =
            self.all_leaves(&far).into_iter().filter(|c| self.course(*c) == Course::Opening).collect();
        if let [opening] = opening.as_slice() {
            self.carried.push((*opening, closing));
        }
        let open: Vec<usize> = self.all_leaves(&near).into_iter().filter(|c| self.ways[*c].is_none()).collect();
        let weights: Vec<f64> = open.iter().map(|c| self.weight(*c, 0.3)).collect();
        let sum: f64 = weights.iter().sum();
        for (column, weight) in open.iter().zip(&weights) {
            let share = weight / sum * FINISHED;
            let bound = Bound { plus: far.clone(), minus: Vec::new(), share, paced: true };
            self.ways[*column] = Some(Way::Share(vec![bound]));
        }
    }

    /// Makes the subtracted columns of a sum a share of an added one, so that the sum does not fall.
    fn lessen(&mut self, balance: &Balance) {
        let taken: Vec<usize> =
            self.all_leaves(&balance.minus).into_iter().filter(|c| self.ways[*c].is_none()).collect();
        let Some(from) = balance.plus.iter().copied().find(|c| self.course(*c) != Course::Opening) else { return };
        for column in &taken {
            let share = 0.3 / taken.len() as f64 * self.chance_of(*column).between(0.1, 0.6);
            let bound = Bound { plus: vec![from], minus: Vec::new(), share, paced: false };
            self.ways[*column] = Some(Way::Share(vec![bound]));
        }
    }

    /// Makes "of which" columns shares of their wholes.
    fn parts(&mut self, rules: &[Rule]) {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (column, part) in self.section.columns.iter().enumerate() {
            pairs.extend(part.part_of.as_ref().and_then(|whole| self.at(whole)).map(|whole| (column, whole)));
        }
        for rule in rules {
            if let RuleKind::ColumnWithin { section, part, whole, .. } = &rule.kind
                && *section == self.section.id
            {
                pairs.extend(self.at(part).zip(self.at(whole)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let wholes: BTreeSet<usize> = pairs.iter().map(|(_, whole)| *whole).collect();
        for whole in wholes {
            let inside = self.all_leaves(&[whole]);
            let parts: Vec<usize> = pairs.iter().filter(|(_, w)| *w == whole).map(|(p, _)| *p).collect();
            let cut: Vec<usize> =
                self.all_leaves(&parts).into_iter().filter(|c| self.may_be_cut(*c, &inside)).collect();
            let shares: Vec<f64> = cut.iter().map(|c| self.share(*c)).collect();
            let scale = 0.9 / shares.iter().sum::<f64>().max(0.9);
            for (column, share) in cut.iter().zip(&shares) {
                let bound = Bound { plus: vec![whole], minus: Vec::new(), share: share * scale, paced: false };
                match &mut self.ways[*column] {
                    Some(Way::Share(bounds)) => bounds.push(bound),
                    way => *way = Some(Way::Share(vec![bound])),
                }
            }
        }
    }

    fn may_be_cut(&self, column: usize, inside: &[usize]) -> bool {
        !inside.contains(&column) && matches!(self.ways[column], None | Some(Way::Share(_)))
    }

    /// Gives the columns without a rule a size of their own.
    fn rest(&mut self) {
        let open: Vec<usize> = (0..self.ways.len()).filter(|c| self.ways[*c].is_none()).collect();
        let hinted = |c: &usize| plausible::column_weight(&self.section.columns[*c].titles.ru).is_some();
        let main = open.iter().copied().find(|c| hinted(c) && self.is_flow(*c));
        let main = main.or_else(|| open.iter().copied().find(|c| self.is_flow(*c)));
        let cases = (0..self.ways.len()).find(|c| {
            let counted = self.section.columns[*c].measure == Measure::Count;
            counted && self.is_flow(*c) && matches!(self.ways[*c], None | Some(Way::Given { .. }))
        });
        for column in open {
            let weight = self.weight(column, if main == Some(column) { 1.0 } else { 0.0 });
            let measure = self.section.columns[column].measure;
            let amount = self.chance_of(column).between(20.0, 300.0);
            let scale = if measure == Measure::ThousandTenge { amount * grain(measure) } else { 1.0 };
            self.ways[column] = Some(match (self.course(column), cases) {
                (Course::Opening, _) => Way::Opening { weight: 0.18 * scale },
                (Course::Stock, _) => Way::Level { weight: 0.14 * scale },
                (_, Some(cases)) if measure == Measure::ThousandTenge => Way::Money { cases, amount },
                _ => Way::Flow { weight: weight * scale },
            });
        }
    }

    fn is_flow(&self, column: usize) -> bool {
        matches!(self.course(column), Course::Flow | Course::Unknown)
            && self.section.columns[column].measure != Measure::ThousandTenge
    }

    fn chance_of(&self, column: usize) -> Chance {
        self.chance.word("column").word(self.section.columns[column].code.as_str())
    }

    fn weight(&self, column: usize, least: f64) -> f64 {
        let spread = self.chance_of(column).fraction();
        let made_up = (0.01 + 0.2 * spread * spread).max(least);
        plausible::column_weight(&self.section.columns[column].titles.ru).unwrap_or(made_up)
    }

    fn share(&self, column: usize) -> f64 {
        let spread = self.chance_of(column).number(1).fraction();
        plausible::part_share(&self.section.columns[column].titles.ru).unwrap_or(0.02 + 0.28 * spread * spread)
    }

    /// The ways in order: each comes after those that it needs.
    fn in_order(self) -> Result<Columns, SampleError> {
        let mut open: BTreeMap<usize, Way> =
            self.ways.iter().cloned().enumerate().filter_map(|(c, w)| Some((c, w?))).collect();
        let mut steps = Vec::with_capacity(open.len());
        while !open.is_empty() {
            let ready: Vec<usize> = open
                .iter()
                .filter(|(_, way)| way.inputs().iter().all(|i| !open.contains_key(i)))
                .map(|(c, _)| *c)
                .collect();
            let Some(stuck) = open.keys().next().filter(|_| ready.is_empty()) else {
                steps.extend(ready.into_iter().filter_map(|c| open.remove_entry(&c)));
                continue;
            };
            return Err(self.unsolved(*stuck, "they go in a circle"));
        }
        Ok(Columns { width: self.ways.len(), steps, carried: self.carried })
    }
}
