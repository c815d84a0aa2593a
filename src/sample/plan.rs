//! Prepares the template of a form for figures: its sections, and the figures that come from other sections.
//!
//! In come the premises; out come plans. This module does not know time and places.

use std::collections::{BTreeMap, BTreeSet};

use super::{Premises, SampleError, balance, chance::Chance, columns::Columns, deal::Deal, rows::Rows};
use domain::{FormId, FormTemplate, Place, RuleKind, SectionId, SectionTemplate};

/// A prepared form.
#[derive(Debug)]
pub(super) struct FormPlan {
    pub sections: BTreeMap<SectionId, SectionPlan>,
    pub chance: Chance,
}

/// A prepared section.
#[derive(Debug)]
pub(super) struct SectionPlan {
    pub rows: Rows,
    pub columns: Columns,
    /// For each atom, the rows in which it counts.
    pub rows_of: Vec<Vec<u32>>,
    pub given: Vec<Given>,
}

/// A figure that comes from another section or form.
#[derive(Debug)]
pub(super) struct Given {
    pub column: usize,
    pub form: FormId,
    pub section: SectionId,
    /// The places of the row and the column in that section.
    pub row: usize,
    pub there: usize,
    /// The given figures of the same column for rows inside this one. They are subtracted first.
    pub inside: Vec<usize>,
    /// The atoms that share the figure.
    pub atoms: Vec<u32>,
    pub deal: Deal,
}

/// Prepares every section that a served edition prints, and every section from which these take figures.
///
/// # Errors
/// When the rules of a form cannot all be satisfied.
pub(super) fn plans(premises: &Premises) -> Result<BTreeMap<FormId, FormPlan>, SampleError> {
    let chance = |form: &FormId| Chance::seeded(premises.seed).word(form.as_str());
    let empty = |form: &FormId| FormPlan { sections: BTreeMap::new(), chance: chance(form) };
    let mut plans: BTreeMap<FormId, FormPlan> = premises.forms.keys().map(|id| (id.clone(), empty(id))).collect();
    let mut wanted: Vec<(FormId, SectionId)> = Vec::new();
    for (id, form) in &premises.forms {
        let editions = premises.editions(form);
        let printed = |section: &&SectionTemplate| {
            editions.is_empty() || editions.iter().any(|e| form.printed_sheet(e, &section.id).is_some())
        };
        wanted.extend(form.sections.iter().filter(printed).map(|s| (id.clone(), s.id.clone())));
    }
    while let Some((id, section)) = wanted.pop() {
        let Some((form, ready)) = premises.forms.get(&id).zip(plans.get_mut(&id)) else { continue };
        if let Some(template) = form.section(&section).filter(|_| !ready.sections.contains_key(&section)) {
            let plan = plan(form, template, &premises.forms, ready.chance)?;
            wanted.extend(plan.given.iter().map(|g| (g.form.clone(), g.section.clone())));
            ready.sections.insert(section, plan);
        }
    }
    for (form, plan) in &plans {
        for section in plan.sections.keys() {
            if goes_round(&plans, form, section, &mut Vec::new()) {
                return Err(SampleError::Circle { form: form.clone(), section: section.clone() });
            }
        }
    }
    Ok(plans)
}

/// Whether the figures of a section come from the section itself; `way` = the sections on the way to it.
fn goes_round<'a>(
    plans: &'a BTreeMap<FormId, FormPlan>,
    form: &'a FormId,
    section: &'a SectionId,
    way: &mut Vec<(&'a FormId, &'a SectionId)>,
) -> bool {
    if way.contains(&(form, section)) {
        return true;
    }
    let given = plans.get(form).and_then(|p| p.sections.get(section)).map_or(&[][..], |s| s.given.as_slice());
    let mut from: Vec<(&FormId, &SectionId)> = given.iter().map(|g| (&g.form, &g.section)).collect();
    from.sort_unstable();
    from.dedup();
    way.push((form, section));
    let round = from.into_iter().any(|(form, section)| goes_round(plans, form, section, way));
    way.pop();
    round
}

fn plan(
    form: &FormTemplate,
    section: &SectionTemplate,
    forms: &BTreeMap<FormId, FormTemplate>,
    chance: Chance,
) -> Result<SectionPlan, SampleError> {
    let chance = chance.word(section.id.as_str());
    let rows = Rows::of(&form.form, section, &form.rules, chance)?;
    let given = given(form, forms, &section.id, &rows);
    let columns: BTreeSet<usize> = given.iter().map(|g| g.column).collect();
    let columns = balance::columns(&form.form, section, &form.rules, &columns, chance)?;
    let mut rows_of = vec![Vec::new(); rows.atoms.len()];
    for (row, atoms) in rows.of_row.iter().enumerate() {
        for atom in atoms {
            rows_of[*atom as usize].push(row as u32);
        }
    }
    Ok(SectionPlan { rows, columns, rows_of, given })
}

/// The figures that rules take from other sections; those of smaller rows first.
fn given(form: &FormTemplate, forms: &BTreeMap<FormId, FormTemplate>, section: &SectionId, rows: &Rows) -> Vec<Given> {
    let mut found: Vec<(usize, usize, FormId, &Place)> = Vec::new();
    for rule in &form.rules {
        let RuleKind::SamePlace { here, there } = &rule.kind else { continue };
        if here.section == *section && is_known(forms, &there.form, &there.place) {
            let row = form.section(section).and_then(|s| s.rows.iter().position(|r| r.code == here.row));
            let column = form.section(section).and_then(|s| s.columns.iter().position(|c| c.code == here.column));
            found.extend(row.zip(column).map(|(row, column)| (row, column, there.form.clone(), &there.place)));
        }
    }
    found.sort_by_key(|(row, column, ..)| (*column, rows.of_row[*row].len(), *row));
    let mut given: Vec<Given> = Vec::new();
    for (row, column, other, place) in found {
        let all = &rows.of_row[row];
        let inside: Vec<usize> = (0..given.len())
            .filter(|g| given[*g].column == column && given[*g].atoms.iter().all(|a| all.contains(a)))
            .collect();
        let taken = |atom: &&u32| !inside.iter().any(|g| given[*g].atoms.contains(atom));
        let atoms: Vec<u32> = all.iter().filter(taken).copied().collect();
        let shares: Vec<f64> = atoms.iter().map(|a| rows.atoms[*a as usize].weight).collect();
        let Some(template) = forms.get(&other).and_then(|f| f.section(&place.section)) else { continue };
        let there = template.columns.iter().position(|c| c.code == place.column);
        let other_row = template.rows.iter().position(|r| r.code == place.row);
        let Some((there, other_row)) = there.zip(other_row) else { continue };
        let deal = Deal::by_shares(&shares);
        given.push(Given {
            column,
            form: other,
            section: place.section.clone(),
            row: other_row,
            there,
            inside,
            atoms,
            deal,
        });
    }
    given
}

fn is_known(forms: &BTreeMap<FormId, FormTemplate>, form: &FormId, place: &Place) -> bool {
    let section = forms.get(form).and_then(|f| f.section(&place.section));
    section.is_some_and(|s| s.row(&place.row).is_some() && s.column(&place.column).is_some())
}
