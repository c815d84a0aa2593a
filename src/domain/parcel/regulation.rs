//! Acts as data: forms, collections, organs, and how many copies of each collection each organ gets. This module does
//! not know the files of an act.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{CollectionId, FormId, Matrix, OrganId, Period, Periodicity, Recipient, Recipients, Titles};

/// An act with its dates of force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regulation {
    /// The folder's name: `order-25-2019`.
    pub id: String,
    /// The full citation: on covers, in mails.
    pub act: Titles,
    /// The short citation, in tables: `order No 25`.
    pub short: Titles,
    pub in_force_from: NaiveDate,
    /// The first day on which the act is no longer in force.
    pub in_force_until: Option<NaiveDate>,
    /// Whether "by the 14th" includes the 14th.
    pub inclusive: bool,
    /// The clause that moves a term from a day off.
    pub roll_clause: String,
    pub forms: Vec<FormTerm>,
    pub collections: Vec<CollectionTerm>,
    pub recipients: Recipients,
    pub matrix: Matrix,
}

/// A form of clause 14 and its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTerm {
    pub id: FormId,
    pub item: u32,
    /// As printed: `1-М`; empty if the form has none.
    pub designation: Titles,
    pub titles: Titles,
    pub periodicity: Periodicity,
    /// The day of the month after the period.
    pub day: u32,
    /// Whether a term that ends on a day off moves to the first working day after.
    pub rolls: bool,
    pub clause: String,
    /// When the form is requested until it comes: a cron expression that begins with seconds.
    pub probe: String,
}

/// A collection of clauses 12 and 13 and its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionTerm {
    pub id: CollectionId,
    pub clause: String,
    pub titles: Titles,
    pub periodicity: Periodicity,
    pub day: u32,
    pub rolls: bool,
    pub forms: Vec<FormId>,
    pub late_form: LateForm,
    /// For single forms, in place of `late_form`.
    pub late: BTreeMap<FormId, LateForm>,
}

/// What happens at the cut-off of a collection if a form has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum LateForm {
    /// The chapter is marked `[x]`; a supplement follows.
    #[default]
    Omit,
    /// The chapter shows last period's figures, marked `[p]`.
    Previous,
    /// The collection waits.
    Hold,
}

impl FormTerm {
    /// The form's period that ends with a month.
    #[must_use]
    pub fn period_ending(&self, year: i32, month: u32) -> Option<Period> {
        Period::ending(year, month, self.periodicity)
    }
}

impl CollectionTerm {
    /// The collection's period that ends with a month. Clause 13 says "by the results of half-year and year": so a
    /// half-yearly collection is for `S1` in June and for `A1` in December, never for `S2`.
    #[must_use]
    pub fn period_ending(&self, year: i32, month: u32) -> Option<Period> {
        let periodicity = match self.periodicity {
            Periodicity::HalfYear if month == 12 => Periodicity::Year,
            other => other,
        };
        Period::ending(year, month, periodicity)
    }

    /// What happens at the cut-off of the collection if a form has not come.
    #[must_use]
    pub fn late_policy(&self, form: &FormId) -> LateForm {
        self.late.get(form).copied().unwrap_or(self.late_form)
    }
}

impl Regulation {
    /// The collections that a run for a period makes, each with its own period: those whose period ends in the same
    /// month.
    #[must_use]
    pub fn collections_of(&self, run: Period) -> Vec<(&CollectionTerm, Period)> {
        let ending = |c: &CollectionTerm| c.period_ending(run.year(), run.last_month());
        self.collections.iter().filter_map(|c| Some((c, ending(c)?))).collect()
    }

    /// The forms that a run for a period reads, each with its own period: for a monthly form, the last month.
    #[must_use]
    pub fn forms_of(&self, run: Period) -> Vec<(&FormTerm, Period)> {
        let ending = |f: &FormTerm| f.period_ending(run.year(), run.last_month());
        self.forms.iter().filter_map(|f| Some((f, ending(f)?))).collect()
    }

    /// The forms of one collection in its order, each with the period that the collection reads.
    #[must_use]
    pub fn inputs_of(&self, collection: &CollectionTerm, period: Period) -> Vec<(&FormTerm, Period)> {
        let known = collection.forms.iter().filter_map(|id| self.form(id));
        known.filter_map(|f| Some((f, f.period_ending(period.year(), period.last_month())?))).collect()
    }

    /// The ground on which the act is applied on a day on which it is not in force; `None` if it is in force.
    #[must_use]
    pub fn basis_on(&self, day: NaiveDate) -> Option<String> {
        let short = self.short.of(crate::Language::EN);
        (!self.is_in_force(day)).then(|| format!("{short}, not in force on this date; applied by office setting"))
    }

    /// The organ that receives what an organ is entitled to on a day: the organ itself, or its successor. `None` before
    /// its first day, and after its last day if it has no successor.
    #[must_use]
    pub fn addressee(&self, organ: &OrganId, day: NaiveDate) -> Option<&Recipient> {
        let mut found = self.recipient(organ)?;
        // A chain cannot be longer than the list. The bound only stops a ring of successors.
        for _ in 0..self.recipients.len() {
            if found.valid_from.is_some_and(|from| day < from) {
                return None;
            }
            if found.valid_until.is_none_or(|until| day < until) {
                return Some(found);
            }
            found = self.recipient(found.successor.as_ref()?)?;
        }
        None
    }

    /// Whether the act is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.in_force_from <= day && self.in_force_until.is_none_or(|end| day < end)
    }

    #[must_use]
    pub fn form(&self, id: &FormId) -> Option<&FormTerm> {
        self.forms.iter().find(|f| f.id == *id)
    }

    #[must_use]
    pub fn collection(&self, id: &CollectionId) -> Option<&CollectionTerm> {
        self.collections.iter().find(|c| c.id == *id)
    }

    #[must_use]
    pub fn recipient(&self, id: &OrganId) -> Option<&Recipient> {
        self.recipients.of(id)
    }
}
