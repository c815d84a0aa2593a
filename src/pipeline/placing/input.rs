//! The input of the site: everything that is public, as plain data.
//!
//! In: releases, terms, the office. Out: [`SiteInput`]. Unknown here: why something is not public.

use std::collections::BTreeMap;

use super::{figures::PublicFigures, releases::indicators};
use crate::{Context, Failure};
use config::{PublicForm, SiteSettings};
use domain::{FormId, FormTemplate, FormTerm, Language, Period, Unit};
use site::{
    SiteInput,
    input::{EditionNote, IndicatorSeries, PlacedForm, PlacementTerm, Release, SeriesPoint},
};

/// The languages of the site, in the order of its pages.
const LANGUAGES: [Language; 3] = [Language::RU, Language::KK, Language::EN];

/// The languages of the site that the office has.
#[must_use]
pub fn languages(context: &Context) -> Vec<Language> {
    let known: Vec<Language> = context.office.words.languages().collect();
    LANGUAGES.into_iter().filter(|language| known.contains(language)).collect()
}

/// The releases of a form with the figures of their newest revisions.
pub type FormReleases = BTreeMap<Period, (Release, PublicFigures)>;

/// The input of a site.
///
/// # Errors
/// When the templates of the office cannot be read.
pub fn input(
    context: &Context,
    site: &SiteSettings,
    releases: &BTreeMap<FormId, FormReleases>,
    terms: Vec<PlacementTerm>,
) -> Result<SiteInput, Failure> {
    let office = &context.office;
    let regulation = office.regulation();
    let none = FormReleases::new();
    let mut forms = Vec::new();
    let mut series = Vec::new();
    for term in &regulation.forms {
        let public = site.public(&term.id);
        let of_form = releases.get(&term.id).filter(|_| public.is_some()).unwrap_or(&none);
        // A form that is kept back has no figures here; the calendar says so under its title.
        forms.push(form(term, office.forms.get(&term.id), of_form));
        let Some(public) = public else { continue };
        for (indicator, _) in indicators(context, &term.id, public) {
            series.extend(indicator_series(context, public, indicator, of_form));
        }
    }
    let folder = "templates/site/";
    let texts = config::texts(&office.home, folder.trim_end_matches('/'))
        .map_err(|fault| Failure::usage(fault.to_string()).coded("configuration"))?;
    let templates = texts.into_iter().filter_map(|(path, text)| Some((path.strip_prefix(folder)?.to_owned(), text)));
    Ok(SiteInput {
        title: site.title.clone(),
        publisher: office.settings.office.name.clone(),
        act: regulation.act.clone(),
        base: site.base.clone(),
        languages: languages(context),
        origin: context.origin,
        today: context.today(),
        zone: office.zone.name().to_owned(),
        regions: office.places.clone(),
        map: office.map.clone(),
        forms,
        terms,
        indicators: series,
        analytics: Vec::new(),
        redirects: Vec::new(),
        templates: templates.filter(|(path, _)| path != "site.toml").chain(style(context)).collect(),
    })
}

/// The office's own style sheet, which is no text that a person translates.
fn style(context: &Context) -> Option<(String, String)> {
    let text = std::fs::read_to_string(context.office.home.join("templates/site/style.css")).ok()?;
    Some(("style.css".to_owned(), text))
}

fn form(term: &FormTerm, template: Option<&FormTemplate>, releases: &FormReleases) -> PlacedForm {
    let editions = template.into_iter().flat_map(|template| &template.editions);
    PlacedForm {
        form: term.id.clone(),
        item: term.item,
        designation: term.designation.clone(),
        titles: term.titles.clone(),
        periodicity: term.periodicity,
        counted: None,
        editions: editions
            .map(|edition| EditionNote {
                edition: edition.edition.to_string(),
                from: edition.from,
                until: edition.until,
            })
            .collect(),
        translated: template.map(|template| template.translated.clone()).unwrap_or_default(),
        known_from: None,
        releases: releases.values().map(|(release, _)| release.clone()).collect(),
    }
}

/// A key figure over the periods that were placed. A unit has only points since its present borders exist, so that no
/// series goes through a break.
fn indicator_series(
    context: &Context,
    public: &PublicForm,
    indicator: &domain::IndicatorTemplate,
    releases: &FormReleases,
) -> Option<IndicatorSeries> {
    let place = &indicator.place;
    let shown = releases.iter().filter(|(_, (release, _))| release.withdrawn.is_none());
    let (_, (_, newest)) = shown.clone().next_back()?;
    let (row, column, measure) = newest.printed(place)?;
    if !public.sections.contains(&place.section) {
        return None;
    }
    let mut units: BTreeMap<Unit, Vec<SeriesPoint>> = BTreeMap::new();
    for (period, (_, figures)) in shown {
        for region in context.office.places.iter().filter(|region| since(context, &region.unit, *period)) {
            if let Some(figure) = figures.figure(&region.unit, place) {
                let point = SeriesPoint { period: *period, figure, break_before: None };
                units.entry(region.unit.clone()).or_default().push(point);
            }
        }
    }
    Some(IndicatorSeries {
        id: indicator.id.clone(),
        titles: indicator.titles.clone(),
        note: term_titles(context, &indicator.form),
        measure,
        form: indicator.form.clone(),
        section: place.section.clone(),
        row,
        column,
        units,
    })
}

fn term_titles(context: &Context, form: &FormId) -> domain::Titles {
    context.office.regulation().form(form).map(|term| term.titles.clone()).unwrap_or_default()
}

/// Whether a unit had its present borders in a period: it existed, and nothing was split from it later.
fn since(context: &Context, unit: &Unit, period: Period) -> bool {
    let (regions, first) = (&context.office.regions, period.first_day());
    let own = regions.iter().find(|region| region.unit == *unit).and_then(|region| region.since);
    let split = regions.iter().filter(|region| region.split_from.as_ref() == Some(unit)).filter_map(|r| r.since);
    unit.is_republic() || own.into_iter().chain(split).all(|since| since <= first)
}
