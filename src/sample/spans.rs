//! Which places a unit's figures come from at a time.
//!
//! The smallest places are today's regions, in every year. Before a region was split off, its figures stand with the
//! region that it came from. In the year of the split what was registered until then stays there, and the new region
//! begins with nothing: so it was with Abai, Zhetisu and Ulytau in 2022, and so no cumulative figure falls.

use chrono::Datelike;

use domain::{AgencyName, Region};

/// A place's cases during some months of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Span {
    /// The place of the region among the regions.
    pub region: usize,
    /// The place of the agency among the agencies; `None` where a form does not tell agencies apart.
    pub agency: Option<usize>,
    /// Months of the year that had passed when it began.
    pub from: u32,
    /// Months of the year that had passed when it ended.
    pub until: u32,
    /// Whether it began with nothing.
    pub fresh: bool,
}

/// The first month in which something counts for itself: year and month.
type Since = (i32, u32);

/// The regions in the course of time.
#[derive(Debug)]
pub(super) struct Places {
    since: Vec<Option<Since>>,
    parent: Vec<Option<usize>>,
    agencies: Vec<Option<Since>>,
}

impl Places {
    pub fn of(regions: &[Region], agencies: &[AgencyName]) -> Self {
        let month = |day: chrono::NaiveDate| (day.year(), day.month());
        let parent = |region: &Region| {
            let unit = region.split_from.as_ref()?;
            regions.iter().position(|r| r.unit == *unit)
        };
        Self {
            since: regions.iter().map(|r| r.since.map(month)).collect(),
            parent: regions.iter().map(parent).collect(),
            agencies: agencies.iter().map(|a| a.since.map(month)).collect(),
        }
    }

    /// Whether a region stands for itself at the end of a month.
    pub fn exists(&self, region: usize, year: i32, month: u32) -> bool {
        self.since[region].is_none_or(|since| since <= (year, month))
    }

    /// What a region's figures at the end of a month are made of.
    pub fn spans(&self, region: usize, year: i32, month: u32) -> Vec<Span> {
        let mut spans = vec![self.own(region, year, month)];
        for (child, since) in self.since.iter().enumerate().filter(|(c, _)| self.parent[*c] == Some(region)) {
            match *since {
                Some((split, first)) if split == year && first <= month => {
                    spans.push(Span { until: first - 1, ..Self::whole(child, month) });
                }
                Some(since) if since > (year, month) => spans.push(Self::whole(child, month)),
                _ => {}
            }
        }
        spans
    }

    /// What stands with a region at the end of a year, itself not yet split off: the stock that the next year opens with.
    pub fn inherited(&self, region: usize, year: i32) -> Vec<Span> {
        if self.exists(region, year, 12) {
            let mut spans = self.spans(region, year, 12);
            // A region that is split off later keeps its own stock until then.
            spans.retain(|s| s.region == region || s.until < 12);
            spans
        } else {
            vec![Self::whole(region, 12)]
        }
    }

    /// The same months for an agency alone; `None` where it did not exist yet.
    pub fn of_agency(&self, span: Span, agency: usize, year: i32) -> Option<Span> {
        let (from, fresh) = match self.agencies[agency] {
            Some((since, _)) if since > year => return None,
            Some((since, first)) if since == year => (span.from.max(first - 1), true),
            _ => (span.from, span.fresh),
        };
        (from < span.until).then_some(Span { agency: Some(agency), from, fresh, ..span })
    }

    fn own(&self, region: usize, year: i32, month: u32) -> Span {
        match self.since[region] {
            Some((split, first)) if split == year => {
                Span { from: (first - 1).min(month), fresh: true, ..Self::whole(region, month) }
            }
            _ => Self::whole(region, month),
        }
    }

    fn whole(region: usize, month: u32) -> Span {
        Span { region, agency: None, from: 0, until: month, fresh: false }
    }
}
