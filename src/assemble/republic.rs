//! Whether the republic's figures are stated by a document or summed from regions, period by period.
//!
//! In: the documents that came. Out: for the period shown and each year before, which of the two it is. Each figure
//! decides for the periods that it needs, so a gap in one quarter changes nothing elsewhere. Two figures are compared
//! only if both are stated or both are summed.

use super::{figures::Figures, material::quarter_base};
use domain::{FormId, Period, Unit};

/// How the republic's figures come about, by years before the period shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    by_year: [Kind; 5],
}

/// How the republic's figure of a period comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A document of the republic states it.
    Stated,
    /// Regions have documents, and their figures are added up.
    Summed,
    /// Neither: nothing has come, or the form has no regions.
    None,
}

impl Basis {
    /// The basis of a form's figures for a period; `quarter`: of its last quarter alone.
    #[must_use]
    pub fn of(figures: &Figures<'_>, form: &FormId, period: Period, quarter: bool) -> Self {
        let needed = |years: i32| {
            let then = period.years_before(years);
            let base = if quarter { quarter_base(then) } else { None };
            [Some(then), base].into_iter().flatten()
        };
        let stated = |years: i32| needed(years).all(|p| figures.states_republic(form, p));
        let summed = |years: i32| needed(years).all(|p| figures.has_regions(form, p));
        let own = |years: i32| match (stated(years), summed(years)) {
            (true, _) => Kind::Stated,
            (false, true) => Kind::Summed,
            (false, false) => Kind::None,
        };
        let mut by_year: [Kind; 5] = std::array::from_fn(|years| own(years as i32));
        if by_year[0] != by_year[1] && summed(0) && summed(1) {
            // A stated republic may be more than its regions, and a change between the two would be made of that.
            by_year[..2].fill(Kind::Summed);
        }
        Self { by_year }
    }

    /// The units whose figures add up to the republic's so many years before the period.
    #[must_use]
    pub fn units(self, figures: &Figures<'_>, form: &FormId, period: Period, years: usize) -> Vec<Unit> {
        figures.republic(self.by_year[years] != Kind::Summed, form, period.years_before(years as i32))
    }

    /// Whether the figure and that of the year before come about in two ways, so that they cannot be compared.
    #[must_use]
    pub fn is_mixed(self) -> bool {
        matches!(self.by_year[..2], [Kind::Stated, Kind::Summed] | [Kind::Summed, Kind::Stated])
    }

    /// The years before the period, of so many that are shown, whose republic is summed.
    pub fn summed(self, years: usize) -> impl Iterator<Item = usize> {
        (0..years).filter(move |year| self.by_year[*year] == Kind::Summed)
    }
}
