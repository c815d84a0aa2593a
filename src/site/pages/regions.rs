//! The list of regions, and the page of a region: its key figures in the newest release of each form.

use std::collections::BTreeSet;

use domain::{Region, Unit};

use super::{designation, heads, matrix::key_figures, period, plain, table};
use crate::{
    address,
    input::PlacedFigure,
    markup::{Block, FactLine, escaped},
    page::Page,
    site::At,
};

pub fn index(at: &At<'_>) -> Page {
    let items = at.site.input.regions.iter().map(|region| {
        format!("{} <code>{}</code>", at.titled(&address::region(&region.unit), &region.titles), region.unit)
    });
    let blocks = vec![Block::text(&at.text("regions_intro")), Block::List { items: items.collect() }];
    Page::new(at, at.text("regions"), blocks)
}

pub fn region(at: &At<'_>, region: &Region) -> Page {
    let mut facts = vec![FactLine::new(at.text("region_code"), region.unit.to_string())];
    if let Some(since) = region.since {
        let text = at.filled("region_since", &[("day", &since.to_string())]);
        facts.push(FactLine::new(at.text("state"), escaped(&text)));
    }
    if let Some(from) = &region.split_from {
        let name = plain(at, &at.site.unit(from));
        let text = at.filled("region_split", &[("unit", &name)]);
        facts.push(FactLine::new(at.text("break"), escaped(&text)));
    }
    let mut blocks = vec![Block::Facts { facts }, Block::heading("figures", at.text("figures"))];
    let before = blocks.len();
    let mut seen = BTreeSet::new();
    for (form, release) in at.site.releases() {
        // The newest release of each form that was not withdrawn.
        if release.withdrawn.is_some() || !seen.insert(form.form.clone()) {
            continue;
        }
        let Some(revision) = release.newest() else { continue };
        let mut written = heads(at, &["title", "row_code", "column", "measure", "#value"]);
        let keys = key_figures(revision);
        let mut any = false;
        for key in &keys {
            let Some(figure) = key.of(&region.unit) else { continue };
            any = true;
            written.row(0, false, &key.label(at));
            written.cell("", &escaped(key.row.code.as_str()));
            written.cell("", &escaped(key.column.code.as_str()));
            written.cell("", &escaped(&table::measure(at, key.column.measure)));
            written.cell("n", &at.figure(figure));
            written.end_row();
        }
        if any {
            let words = format!("{}: {}", designation(at, form), period(at, release.period));
            blocks.push(Block::Text {
                class: "",
                html: at.link(&address::matrix(&form.form, release.period, revision.revision), &words),
            });
            blocks.push(written.block(&words));
        }
    }
    if blocks.len() == before {
        blocks.push(Block::text(&at.text("none_yet")));
    }
    series(at, &region.unit, &mut blocks);
    let mut page =
        Page::new(at, plain(at, &region.titles), blocks).below(vec![(at.text("regions"), "regions/".to_owned())]);
    page.title_language = crate::markup::borrowed(&region.titles, at.language);
    page
}

/// The newest point of each series that has the unit.
fn series(at: &At<'_>, unit: &Unit, blocks: &mut Vec<Block>) {
    let mut written = heads(at, &["title", "period", "#value"]);
    let mut any = false;
    for series in &at.site.input.indicators {
        let points = super::indicators::points(series, unit);
        let Some(point) = points.last() else { continue };
        any = true;
        written.row(0, false, &at.titled(&format!("indicators/{}/", series.id), &series.titles));
        written.cell("", &escaped(&period(at, point.period)));
        let figure: PlacedFigure = point.figure;
        written.cell("n", &at.figure(figure));
        written.end_row();
    }
    if any {
        blocks.push(Block::heading("indicators", at.text("indicators")));
        blocks.push(written.block(&at.text("indicators")));
    }
}
