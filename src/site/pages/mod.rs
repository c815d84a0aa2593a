//! The pages of the site: each module makes those of one kind. In: a site and a place in it. Out: blocks. These modules
//! do not know the template.

mod forms;
mod front;
mod indicators;
mod matrix;
pub mod news;
mod regions;
mod releases;
mod table;
mod texts;

pub use releases::about;

use domain::{Period, Titles};

use crate::{
    SiteError, address,
    input::{PlacedForm, PlacementTerm},
    markup::{Block, TableMarkup, escaped},
    page::{Look, in_every_language},
    site::{At, Site},
};

/// Renders every page.
///
/// # Errors
/// The template is faulty.
pub fn all(site: &Site<'_>, look: &Look<'_>, put: &mut impl FnMut(String, String)) -> Result<(), SiteError> {
    in_every_language(site, "", front::home, look, put)?;
    in_every_language(site, "calendar/", front::calendar, look, put)?;
    in_every_language(site, "forms/", forms::index, look, put)?;
    for form in &site.input.forms {
        let path = format!("forms/{}/", form.form);
        in_every_language(site, &path, |at| forms::form(at, form), look, put)?;
        for release in &form.releases {
            releases::all(site, form, release, look, put)?;
        }
    }
    in_every_language(site, "regions/", regions::index, look, put)?;
    for region in &site.input.regions {
        in_every_language(site, &address::region(&region.unit), |at| regions::region(at, region), look, put)?;
    }
    in_every_language(site, "indicators/", indicators::index, look, put)?;
    for series in &site.input.indicators {
        let path = format!("indicators/{}/", series.id);
        in_every_language(site, &path, |at| indicators::indicator(at, series), look, put)?;
    }
    in_every_language(site, "changes/", news::index, look, put)?;
    for day in site.days() {
        in_every_language(site, &format!("changes/{day}/"), |at| news::day(at, day), look, put)?;
    }
    in_every_language(site, "analytics/", texts::analytics, look, put)?;
    for text in &site.input.analytics {
        in_every_language(site, &texts::path(text), |at| texts::analytic(at, text), look, put)?;
    }
    for key in ["methods", "quality", "data", "verify"] {
        in_every_language(site, &format!("{key}/"), |at| texts::plain(at, key), look, put)?;
    }
    Ok(())
}

/// The printed designation of a form, plain.
fn designation<'t>(at: &At<'_>, form: &'t PlacedForm) -> &'t str {
    form.designation.of(at.language)
}

/// `1-М: О зарегистрированных …`, plain.
fn named(at: &At<'_>, form: &PlacedForm) -> String {
    format!("{}: {}", designation(at, form), plain(at, &form.titles))
}

/// A title as plain text, Russian where the language has none.
pub fn plain(at: &At<'_>, titles: &Titles) -> String {
    let own = titles.own(at.language).filter(|text| !text.trim().is_empty());
    own.unwrap_or(&titles.ru).to_owned()
}

/// A period in words, with its code.
fn period(at: &At<'_>, period: Period) -> String {
    format!("{} ({period})", at.words.span(period))
}

/// Heads of a table from the keys of their words; a key that begins with `#` is of a column of numbers.
fn heads(at: &At<'_>, keys: &[&str]) -> TableMarkup {
    let heads: Vec<(String, bool)> =
        keys.iter().map(|key| (escaped(&at.text(key.trim_start_matches('#'))), key.starts_with('#'))).collect();
    TableMarkup::new(heads.iter().map(|(head, is_number)| (head.as_str(), *is_number)))
}

/// A table of terms, with both days.
fn terms(at: &At<'_>, terms: &[&PlacementTerm], caption: &str) -> Block {
    if terms.is_empty() {
        return Block::text(&at.text("none_yet"));
    }
    let mut table = heads(at, &["form", "period", "by_act", "due", "why_moved", "state"]);
    for term in terms {
        let form = at.site.form(&term.form);
        let label =
            form.map_or_else(String::new, |form| at.link(&format!("forms/{}/", form.form), designation(at, form)));
        let has_page = form.is_some_and(|form| form.releases.iter().any(|release| release.period == term.period));
        let words = period(at, term.period);
        let period =
            if has_page { at.link(&address::release(&term.form, term.period), &words) } else { escaped(&words) };
        let moved = term.moved.as_ref().map(|why| at.said(why)).unwrap_or_default();
        table.texts(&label, &[period, term.statutory.to_string(), term.due.to_string(), moved, at.state(term)]);
    }
    table.block(caption)
}
