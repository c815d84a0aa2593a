//! The list of forms, and the page of a form: what it counts, its editions, its releases, its terms.

use std::cmp::Reverse;

use domain::{Language, Periodicity};

use super::{designation, heads, named, period, plain, terms};
use crate::{
    address,
    input::PlacedForm,
    markup::{Block, FactLine, escaped},
    page::Page,
    site::{At, by_time},
    words::clock,
};

pub fn index(at: &At<'_>) -> Page {
    let mut table = heads(at, &["form", "#item", "title", "periodicity", "newest"]);
    for form in &at.site.input.forms {
        table.row(0, false, &at.link(&format!("forms/{}/", form.form), designation(at, form)));
        table.cell("n", &form.item.to_string());
        table.cell("", &at.said(&form.titles));
        table.cell("", &escaped(&frequency(at, form.periodicity)));
        let newest = form.releases.iter().max_by_key(|release| by_time(release.period));
        let newest =
            newest.map(|release| at.link(&address::release(&form.form, release.period), &release.period.to_string()));
        table.cell("", &newest.unwrap_or_default());
        table.end_row();
    }
    let title = at.text("forms");
    let blocks = vec![Block::text(&at.text("forms_intro")), table.block(&title)];
    Page::new(at, title, blocks)
}

/// How often a form comes, in words.
pub fn frequency(at: &At<'_>, periodicity: Periodicity) -> String {
    at.text(match periodicity {
        Periodicity::Month => "month",
        Periodicity::Quarter => "quarter",
        Periodicity::HalfYear => "half_year",
        Periodicity::Year => "year",
    })
}

pub fn form(at: &At<'_>, form: &PlacedForm) -> Page {
    let counted = match &form.counted {
        Some(counted) => at.said(counted),
        None => escaped(&at.text("counted_unknown")),
    };
    let mut facts = vec![
        FactLine::new(at.text("form"), format!("{} <code>{}</code>", escaped(designation(at, form)), form.form)),
        FactLine::new(at.text("act"), at.said(&at.site.input.act)),
        FactLine::new(at.text("item"), form.item.to_string()),
        FactLine::new(at.text("periodicity"), escaped(&frequency(at, form.periodicity))),
        FactLine::new(at.text("counted"), counted),
    ];
    facts.extend(form.known_from.as_ref().map(|known| FactLine::new(at.text("known_from"), at.said(known))));
    let mut blocks = vec![Block::Facts { facts }];
    if at.language != Language::RU && form.translated.contains(&at.language) {
        blocks.push(Block::note(&at.text("translated")));
    }
    blocks.push(Block::heading("releases", at.text("releases")));
    blocks.push(releases(at, form));
    if !form.editions.is_empty() {
        blocks.push(Block::heading("editions", at.text("editions")));
        blocks.push(Block::List { items: editions(at, form) });
    }
    blocks.push(Block::heading("terms", at.text("terms_kept")));
    let own: Vec<_> = at.site.terms().into_iter().filter(|term| term.form == form.form).rev().collect();
    blocks.push(terms(at, &own, &at.text("terms_kept")));
    let mut page = Page::new(at, named(at, form), blocks).below(vec![(at.text("forms"), "forms/".to_owned())]);
    page.title_language = crate::markup::borrowed(&form.titles, at.language);
    page.description = plain(at, &form.titles);
    page
}

fn releases(at: &At<'_>, form: &PlacedForm) -> Block {
    if form.releases.is_empty() {
        return Block::text(&at.text("none_yet"));
    }
    let mut sorted: Vec<_> = form.releases.iter().collect();
    sorted.sort_by_key(|release| Reverse(by_time(release.period)));
    let mut table = heads(at, &["period", "placed", "revisions", "state"]);
    for release in sorted {
        let label = at.link(&address::release(&form.form, release.period), &period(at, release.period));
        let placed = release.revisions.first().map(|first| clock(first.placed)).unwrap_or_default();
        let revisions = release.revisions.iter().map(|revision| {
            let path = address::revision(&form.form, release.period, revision.revision);
            at.link(&path, &format!("r{}", revision.revision))
        });
        let revisions: Vec<String> = revisions.collect();
        let state = release.withdrawn.as_ref().map(|one| super::releases::withdrawn(at, one)).unwrap_or_default();
        table.texts(&label, &[escaped(&placed), revisions.join(", "), state]);
    }
    table.block(&at.text("releases"))
}

fn editions(at: &At<'_>, form: &PlacedForm) -> Vec<String> {
    let of = |one: &crate::input::EditionNote| {
        let from = one.from.map(|from| at.filled("edition_from", &[("period", &from.to_string())]));
        let until = one.until.map(|until| at.filled("edition_until", &[("period", &until.to_string())]));
        let words: Vec<String> = std::iter::once(one.edition.clone()).chain(from).chain(until).collect();
        escaped(&words.join(", "))
    };
    form.editions.iter().map(of).collect()
}
