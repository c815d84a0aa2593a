//! What a document says about its period: in its titles and covers, its file name, its title property.
//!
//! In come the sheets with the cells above their tables; out comes one claim for each sheet that says something. The
//! labels of columns are not used: they are about comparisons and dates of registration. This module does not decide
//! what follows from a contradiction.

use std::collections::BTreeMap;

use super::{
    letters::excerpt,
    sheet::{Content, Sheet},
};
use domain::{
    Period,
    period_words::{Manner, PeriodSays, SpokenPeriod, contradiction, latest, spoken},
};

/// What one place of a document says about its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodClaim {
    /// "its sheet `СВОД`".
    place: String,
    said: Vec<SpokenPeriod>,
    /// The line of each statement.
    lines: Vec<String>,
}

/// How many characters of a line a message quotes.
const QUOTED: usize = 60;

impl PeriodClaim {
    /// What the lines of one place say; `None` if they do not mention a period.
    pub(super) fn of<'a>(place: &str, lines: impl IntoIterator<Item = &'a str>, manner: Manner) -> Option<Self> {
        let mut claim = Self { place: place.to_owned(), said: Vec::new(), lines: Vec::new() };
        for line in lines {
            for one in spoken(line, manner) {
                claim.said.push(one);
                claim.lines.push(line.to_owned());
            }
        }
        (!claim.said.is_empty()).then_some(claim)
    }

    /// A claim of a place where the period has a fixed form, such as a file name.
    pub(super) fn exactly(place: &str, line: &str, said: SpokenPeriod) -> Self {
        Self { place: place.to_owned(), said: vec![said], lines: vec![line.to_owned()] }
    }

    /// The month of the claim, if it says one.
    pub(super) fn month(&self) -> Option<Period> {
        latest(&self.said)?.says.month()
    }

    /// Whether it says both the month and the year of a period.
    pub(super) fn proves(&self, period: Period) -> bool {
        latest(&self.said).is_some_and(|last| last.says.fits(period))
    }

    /// The contradiction to a period, in words, and whether it is certain; `None` if there is no contradiction.
    pub(super) fn against(&self, period: Period) -> Option<(String, bool)> {
        let one = contradiction(&self.said, period)?;
        let sure = matches!(one.says, PeriodSays::Ends(_) | PeriodSays::Year(_));
        Some((format!("{}, which is {}", self.quoted(one), meant(&one.says)), sure))
    }

    /// The words of the claim: "its sheet `СВОД` says `за 9 месяцев 2021 года`".
    pub(super) fn words(&self) -> String {
        let one = latest(&self.said).or(self.said.first());
        one.map_or_else(String::new, |one| self.quoted(one))
    }

    fn quoted(&self, one: &SpokenPeriod) -> String {
        let line = self.said.iter().position(|other| other == one).and_then(|at| self.lines.get(at));
        // The place may contain the line itself: a file name.
        let line = line
            .filter(|line| line.chars().count() <= QUOTED && !self.place.contains(*line))
            .map_or(one.words.as_str(), String::as_str);
        format!("{} says `{}`", self.place, excerpt(line, QUOTED))
    }
}

fn meant(says: &PeriodSays) -> String {
    match says {
        PeriodSays::Ends(ends) => {
            let months: Vec<String> =
                ends.iter().filter_map(|end| end.period()).map(|month| format!("`{month}`")).collect();
            months.join(" or ")
        }
        PeriodSays::Months(months) => {
            let months: Vec<String> = months.iter().map(ToString::to_string).collect();
            format!("{} months of a year", months.join(" or "))
        }
        PeriodSays::Year(year) => format!("the year {year}"),
        PeriodSays::Made(day) => format!("a document made on {day}"),
    }
}

/// The lines above a table, or all lines of a sheet without a table. Labels of columns are left out.
pub(super) fn lines(sheet: &Sheet) -> Vec<String> {
    let labels: Vec<&str> = sheet.table.iter().flat_map(|t| &t.columns).flat_map(|c| c.label.split(" / ")).collect();
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for cell in &sheet.head {
        let printed = cell.content.printed();
        let is_label = labels.contains(&printed.as_str());
        // Numbers above a table number its columns, or are years of a comparison.
        let is_number = sheet.table.is_some() && matches!(cell.content, Content::Number(_));
        if !printed.is_empty() && !is_label && !is_number {
            rows.entry(cell.row).or_default().push(printed);
        }
    }
    rows.into_values().map(|cells| cells.join(" ")).collect()
}

/// The claims of the sheets, each by itself; sheets for which `leave` is true are left out.
pub(super) fn of_sheets(sheets: &[Sheet], leave: impl Fn(&Sheet) -> bool) -> Vec<PeriodClaim> {
    let one = |sheet: &Sheet| {
        let mut lines = lines(sheet);
        // A sheet whose name is a number does not say a year.
        if sheet.table.is_some() && !sheet.name.trim().bytes().all(|b| b.is_ascii_digit()) {
            lines.push(sheet.name.clone());
        }
        let place = format!("its sheet `{}`", excerpt(&sheet.name, 31));
        PeriodClaim::of(&place, lines.iter().map(String::as_str), Manner::Prose)
    };
    sheets.iter().filter(|sheet| !leave(sheet)).filter_map(one).collect()
}
