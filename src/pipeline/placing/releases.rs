//! Releases as the site shows them: every revision that was placed, and the one that is placed now.
//!
//! In: what was placed before, datasets of then and now. Out: [`Release`]s. The figures of an earlier revision are read
//! from the datasets that were in use when it was placed; a section that is not public any more is in none of them.
//! Unknown here: whether a placement is held.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{PublicFigures, Wanted};
use crate::{Catalogue, Context, Failure, figures::LoadedDatasets, status::expected};
use config::{PublicForm, SiteSettings};
use domain::{Dataset, DatasetKey, Event, FormId, Period, Place, PlacedRevision, ReleaseRecord, Titles};
use site::input::{CellChange, DocumentNote, PlacedFigure, Release, ReleaseRevision, Withdrawal};

use super::terms::local;

/// Reads the figures of releases.
pub struct Reading<'c> {
    pub context: &'c Context,
    pub site: &'c SiteSettings,
    /// The facts about datasets, oldest first.
    pub events: Vec<Event>,
    /// What is in use now.
    pub now: Catalogue,
    /// What was in use at a place in the journal.
    then: BTreeMap<i64, (Catalogue, LoadedDatasets)>,
    /// The folders of files, below the site, of the revisions that [`Self::release`] found to be shown as they were
    /// placed: what is public of them and what is hidden did not change.
    as_placed: BTreeSet<String>,
}

/// The figures of a release with the documents that they come from.
#[derive(Debug, Clone)]
pub struct ReadFigures {
    pub figures: PublicFigures,
    pub documents: Vec<DocumentNote>,
}

impl<'c> Reading<'c> {
    #[must_use]
    pub fn new(context: &'c Context, site: &'c SiteSettings, events: Vec<Event>) -> Self {
        let now = Catalogue::derive(&events);
        Self { context, site, events, now, then: BTreeMap::new(), as_placed: BTreeSet::new() }
    }

    /// The place in the journal up to which the figures in use now were read.
    #[must_use]
    pub fn read_to(&self) -> i64 {
        self.events.last().map_or(0, |event| event.seq)
    }

    /// Whether a file of the site belongs to a revision that [`Self::release`] found to be shown as it was placed.
    #[must_use]
    pub fn is_as_placed(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.as_placed.contains(&format!("{folder}/"))
    }

    /// The figures that were in use when a revision was placed.
    ///
    /// # Errors
    /// When a stored file is missing or damaged and cannot be made again.
    pub fn of_revision(
        &mut self,
        (form, period): (&FormId, Period),
        revision: &PlacedRevision,
    ) -> Result<Option<ReadFigures>, Failure> {
        let Some(public) = self.site.public(form) else { return Ok(None) };
        let shown = |id: &&domain::SectionId| revision.sections.contains(id);
        let public = PublicForm { sections: public.sections.iter().filter(shown).cloned().collect(), ..public.clone() };
        let (events, journal) = (&self.events, revision.journal);
        let (catalogue, loaded) =
            self.then.entry(journal).or_insert_with(|| (Catalogue::at(events, journal), LoadedDatasets::default()));
        read(self.context, catalogue, loaded, (form, period), &public)
    }

    /// The figures in use now, as they may be shown beside the revisions that were placed.
    ///
    /// # Errors
    /// As [`Self::of_revision`].
    pub fn in_use(
        &mut self,
        (form, period): (&FormId, Period),
        record: Option<&ReleaseRecord>,
    ) -> Result<Option<ReadFigures>, Failure> {
        let Some(public) = self.site.public(form) else { return Ok(None) };
        let read = read(self.context, &self.now, &mut LoadedDatasets::default(), (form, period), public)?;
        let Some(mut read) = read else { return Ok(None) };
        let mut is_small = read.figures.has_small(public.confidential_below);
        // What one revision hides must not follow from another.
        for revision in record.into_iter().flat_map(|record| &record.revisions) {
            if is_small || public.confidential_below == 0 {
                break;
            }
            let earlier = self.of_revision((form, period), revision)?;
            is_small = earlier.is_some_and(|earlier| earlier.figures.has_small(public.confidential_below));
        }
        if is_small {
            read.figures.hide_regions();
        }
        Ok(Some(read))
    }

    /// A release with the revisions of the journal and, if there is one, a new one.
    ///
    /// # Errors
    /// As [`Self::of_revision`].
    pub fn release(
        &mut self,
        (form, period): (&FormId, Period),
        record: &ReleaseRecord,
        new: Option<(PlacedRevision, ReadFigures)>,
    ) -> Result<Option<(Release, PublicFigures)>, Failure> {
        let mut all: Vec<(PlacedRevision, Option<ReadFigures>)> = Vec::new();
        for revision in &record.revisions {
            let read = self.of_revision((form, period), revision)?;
            all.push((revision.clone(), read));
        }
        let is_withdrawn = record.withdrawn.is_some() && new.is_none();
        if let Some((revision, read)) = new {
            // What was taken back and is placed again as it was has its revision already.
            all.retain(|(known, _)| known.revision != revision.revision);
            all.push((revision, Some(read)));
        }
        let below = self.site.public(form).map_or(0, |public| public.confidential_below);
        let shown = || all.iter().filter_map(|(_, read)| read.as_ref());
        let is_hidden = |read: &ReadFigures| {
            let units = read.figures.sections.iter().flat_map(|section| section.figures.values().flatten());
            units.into_iter().any(|figure| *figure == PlacedFigure::Confidential)
        };
        if shown().any(|read| read.figures.has_small(below) || is_hidden(read)) {
            for (_, read) in &mut all {
                if let Some(read) = read {
                    read.figures.hide_regions();
                }
            }
        }
        let mut revisions: Vec<ReleaseRevision> = Vec::new();
        let mut before: Option<PublicFigures> = None;
        let mut is_as_placed = !is_withdrawn;
        for (revision, read) in all {
            let Some(ReadFigures { figures, documents }) = read else { return Ok(None) };
            // The file of changes shows the revision before as well.
            is_as_placed &= figures.content() == revision.content && figures.section_ids() == revision.sections;
            if is_as_placed {
                self.as_placed.insert(format!("files/{form}/{period}/r{}/", revision.revision));
            }
            let changes = before.as_ref().map(|before| changes(before, &figures)).unwrap_or_default();
            revisions.push(ReleaseRevision {
                revision: revision.revision,
                placed: local(self.context, revision.placed),
                content: revision.content,
                edition: figures.edition.clone(),
                sections: if is_withdrawn { Vec::new() } else { figures.sections.clone() },
                changes: if is_withdrawn { Vec::new() } else { changes },
                why: revision.reason.map(Titles::ru),
                findings: Vec::new(),
                documents: if is_withdrawn { Vec::new() } else { documents },
            });
            before = Some(figures);
        }
        let withdrawn = record.withdrawn.as_ref().filter(|_| is_withdrawn);
        let withdrawn = withdrawn
            .map(|(at, reason)| Withdrawal { at: local(self.context, *at), reason: Titles::ru(reason.clone()) });
        Ok(before.map(|figures| (Release { period, revisions, withdrawn }, figures)))
    }
}

fn read(
    context: &Context,
    catalogue: &Catalogue,
    loaded: &mut LoadedDatasets,
    (form, period): (&FormId, Period),
    public: &PublicForm,
) -> Result<Option<ReadFigures>, Failure> {
    let Some(template) = context.office.forms.get(form) else { return Ok(None) };
    let is_known = |key: &DatasetKey| context.office.places.iter().any(|place| place.unit == key.unit);
    let in_use = catalogue.of_form(form, period);
    let in_use = in_use.filter(|(key, _)| key.origin == context.origin && key.agency.is_all() && is_known(key));
    let in_use: Vec<_> = in_use.collect();
    let keys: Vec<DatasetKey> = in_use.iter().map(|(key, _)| (*key).clone()).collect();
    loaded.add(context, catalogue, &keys)?;
    let ours = loaded.only(&keys);
    let datasets: Vec<&Dataset> = ours.datasets().map(|(dataset, _)| dataset).collect();
    let regions = expected::expected(&context.office, form, period).regions;
    let places: Vec<Place> = indicators(context, form, public).map(|(_, place)| place.clone()).collect();
    let wanted = Wanted { template, public, regions: &regions, keys: &places };
    let Some(figures) = PublicFigures::of(&wanted, &datasets) else { return Ok(None) };
    let document = |(key, edition): &(&DatasetKey, &crate::context::catalogue::Edition)| {
        let receipts = context.artifacts.receipts(&edition.snapshot).ok()?;
        let received = receipts.iter().map(|receipt| receipt.meta.received).max()?;
        Some(DocumentNote {
            unit: key.unit.clone(),
            sha256: edition.snapshot,
            received: local(context, received),
            release_number: None,
        })
    };
    Ok(Some(ReadFigures { figures, documents: in_use.iter().filter_map(document).collect() }))
}

/// The indicators of a form that the office shows as series: their titles by id, and their places.
pub fn indicators<'o>(
    context: &'o Context,
    form: &'o FormId,
    public: &'o PublicForm,
) -> impl Iterator<Item = (&'o domain::IndicatorTemplate, &'o Place)> {
    let all = context.office.analyses.values().flat_map(|analysis| &analysis.indicators);
    let mut seen = std::collections::BTreeSet::new();
    all.filter(move |indicator| {
        indicator.form == *form && public.key_figures.contains(&indicator.id) && seen.insert(indicator.id.as_str())
    })
    .map(|indicator| (indicator, &indicator.place))
}

/// The cells that differ between two revisions, by their concepts; with the codes of the later one.
fn changes(before: &PublicFigures, after: &PublicFigures) -> Vec<CellChange> {
    let mut changes = Vec::new();
    for (section, concepts) in after.sections.iter().zip(&after.concepts) {
        let Some(at) = before.sections.iter().position(|old| old.id == section.id) else { continue };
        let (old, old_concepts) = (&before.sections[at], &before.concepts[at]);
        let rows: Vec<Option<usize>> =
            concepts.rows.iter().map(|code| old_concepts.rows.iter().position(|known| known == code)).collect();
        let columns: Vec<Option<usize>> =
            concepts.columns.iter().map(|code| old_concepts.columns.iter().position(|known| known == code)).collect();
        for (unit, figures) in &section.figures {
            let was = old.figures.get(unit);
            for (place, new) in figures.iter().enumerate() {
                let (row, column) = (place / section.columns.len(), place % section.columns.len());
                let old = was.zip(rows[row]).zip(columns[column]);
                let old = old.and_then(|((was, row), column)| was.get(row * old_concepts.columns.len() + column));
                let old = old.copied().unwrap_or(PlacedFigure::NotAvailable);
                if old != *new {
                    changes.push(CellChange {
                        section: section.id.clone(),
                        unit: unit.clone(),
                        row: section.rows[row].code.clone(),
                        column: section.columns[column].code.clone(),
                        old,
                        new: *new,
                    });
                }
            }
        }
    }
    changes
}
