//! The frame of all figures of a book: signed facts in, sums and differences out.
//!
//! A line's figure is a signed sum. One operation makes the republic out of regions (where no document states it),
//! regions regrouped to earlier borders, and a quarter alone (the cumulative figure less that of the quarter before). A
//! sum with a gap in it is a gap. Values are whole thousandths, so that sums and differences are exact.

use polars::prelude::*;

/// The year of a line's figure that a fact belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The period of the book.
    Now,
    /// The same period of the year before (АППГ).
    Ago,
    /// So many years before, from 2.
    Earlier(u8),
}

impl When {
    /// The years of a series of five, oldest first.
    pub const FIVE_YEARS: [Self; 5] = [Self::Earlier(4), Self::Earlier(3), Self::Earlier(2), Self::Ago, Self::Now];

    /// How many years before the period of the book.
    #[must_use]
    pub const fn years(self) -> u8 {
        match self {
            Self::Now => 0,
            Self::Ago => 1,
            Self::Earlier(years) => years,
        }
    }
}

/// Facts as columns: line, when, signed thousandths (`None` = a gap).
#[derive(Debug, Clone, Default)]
pub struct Facts {
    line: Vec<u32>,
    years: Vec<u32>,
    value: Vec<Option<i64>>,
}

/// A line's figures, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Derived {
    /// By years before: `[0]` is the period, `[1]` АППГ.
    pub by_year: [Option<i64>; 5],
    pub change: Option<i64>,
    /// The same figures of the line that this one is a share of.
    pub whole: Option<i64>,
    pub whole_ago: Option<i64>,
}

impl Derived {
    #[must_use]
    pub const fn now(&self) -> Option<i64> {
        self.by_year[0]
    }

    #[must_use]
    pub const fn ago(&self) -> Option<i64> {
        self.by_year[1]
    }
}

impl Facts {
    /// Adds a fact to a line's figure.
    pub fn push(&mut self, line: usize, when: When, value: Option<i64>) {
        self.line.push(line as u32);
        self.years.push(u32::from(when.years()));
        self.value.push(value);
    }
}

/// Every line's figures; `wholes` has, line by line, the line that it is a share of.
///
/// # Errors
/// When the frame fails, which is a fault of the program.
pub fn derive(facts: Facts, wholes: &[Option<usize>]) -> PolarsResult<Vec<Derived>> {
    let sums = sums(facts)?;
    let mut by_year = vec![[None; YEARS]; wholes.len()];
    let (line, years, value) =
        (sums.column("line")?.u32()?, sums.column("years")?.u32()?, sums.column("value")?.i64()?);
    for ((line, years), value) in line.iter().zip(years.iter()).zip(value.iter()) {
        if let (Some(line), Some(years)) = (line, years) {
            by_year[line as usize][years as usize] = value;
        }
    }
    let year = |years: usize| -> Column {
        Column::new(NAMES[years].into(), by_year.iter().map(|y| y[years]).collect::<Vec<_>>())
    };
    let change = (&year(0) - &year(1))?;
    let whole: IdxCa = wholes.iter().map(|w| w.map(|line| line as IdxSize)).collect();
    let (whole_now, whole_ago) = (year(0).take(&whole)?, year(1).take(&whole)?);
    let values = |column: &Column| -> PolarsResult<Vec<Option<i64>>> { Ok(column.i64()?.iter().collect()) };
    let (change, whole_now, whole_ago) = (values(&change)?, values(&whole_now)?, values(&whole_ago)?);
    let derived = by_year.into_iter().enumerate().map(|(line, by_year)| Derived {
        by_year,
        change: change[line],
        whole: whole_now[line],
        whole_ago: whole_ago[line],
    });
    Ok(derived.collect())
}

/// The period and the four years before it.
const YEARS: usize = 5;
const NAMES: [&str; YEARS] = ["now", "ago", "two", "three", "four"];

/// One value for each line and year; a gap among the addends makes a gap.
#[expect(deprecated, reason = "the lazy engine, which replaces it, is left out of the build: it doubles compile time")]
fn sums(facts: Facts) -> PolarsResult<DataFrame> {
    let gap: Vec<u32> = facts.value.iter().map(|v| u32::from(v.is_none())).collect();
    let frame = df!["line" => facts.line, "years" => facts.years, "value" => facts.value, "gap" => gap]?;
    let mut sums = frame.group_by_stable(["line", "years"])?.select(["value", "gap"]).sum()?;
    let gaps = sums.column("gap_sum")?.u32()?.clone();
    let values = sums.column("value_sum")?.i64()?.iter().zip(gaps.iter());
    let value: Vec<Option<i64>> = values.map(|(value, gap)| value.filter(|_| gap == Some(0))).collect();
    sums.with_column(Column::new("value".into(), value))?;
    sums.select(["line", "years", "value"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_signed_sum_and_a_gap_in_it_is_a_gap() {
        let mut facts = Facts::default();
        facts.push(0, When::Now, Some(5_000));
        facts.push(0, When::Now, Some(-2_000));
        facts.push(0, When::Ago, Some(1_000));
        facts.push(1, When::Now, Some(1));
        facts.push(1, When::Now, None);
        facts.push(1, When::Ago, Some(7));
        facts.push(2, When::Earlier(4), Some(9));
        let derived = derive(facts, &[None, Some(0), Some(1)]).unwrap();
        assert_eq!(derived[0].now(), Some(3_000));
        assert_eq!(derived[0].change, Some(2_000));
        assert_eq!(derived[1].now(), None);
        assert_eq!(derived[1].change, None);
        assert_eq!((derived[1].whole, derived[1].whole_ago), (Some(3_000), Some(1_000)));
        assert_eq!(derived[2].by_year, [None, None, None, None, Some(9)]);
        assert_eq!((derived[2].whole, derived[2].whole_ago), (None, Some(7)));
    }

    #[test]
    fn no_facts_are_no_figures() {
        assert_eq!(derive(Facts::default(), &[None]).unwrap(), [Derived::default()]);
    }
}
