//! The places and months that the figures of a unit come from.
//!
//! In come a region, an agency and a month; out come spans. The smallest places are today's regions, in every year.
//! Before a region was split off, its figures belong to the region that it came from. In the year of the split the
//! cases registered until then stay there, and the new region begins with nothing. This happened with Abai, Zhetisu and
//! Ulytau in 2022, and so no cumulative figure falls. This module does not know forms.

use chrono::Datelike;

use domain::{AgencyName, Region};

/// The cases of a place during some months of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Span {
    /// The place of the region among the regions.
    pub region: usize,
    /// The place of the agency among the agencies; `None` if the form does not exist for each agency.
    pub agency: Option<usize>,
    /// How many months of the year had passed at its start.
    pub from: u32,
    /// How many months of the year had passed at its end.
    pub until: u32,
    /// Whether it began without stocks.
    pub fresh: bool,
}

/// The first month in which a region or an agency has figures of its own: year and month.
type Since = (i32, u32);

/// The regions and agencies over time.
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

    /// Whether a region has figures of its own at the end of a month.
    pub fn exists(&self, region: usize, year: i32, month: u32) -> bool {
        self.since[region].is_none_or(|since| since <= (year, month))
    }

    /// The spans of a region's figures at the end of a month.
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

    /// The spans of a region at the end of a year, even if it is not split off yet: the next year opens with their
    /// stocks.
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

    /// The same months for one agency; `None` if it did not exist yet.
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
