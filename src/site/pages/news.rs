//! What was placed, corrected and withdrawn: the list of days, and the page of a day.

use chrono::NaiveDate;

use super::{heads, period};
use crate::{
    address,
    markup::{Block, escaped, link},
    page::Page,
    site::{At, Change},
    words::{clock, day as day_of},
};

/// A change in words, plain.
pub fn words(at: &At<'_>, change: &Change<'_>) -> String {
    let form = change.form.designation.of(at.language);
    let period = period(at, change.release.period);
    match change.revision {
        None => at.filled("change_withdrawn", &[("form", form), ("period", &period)]),
        Some(revision) if revision.revision == 0 => at.filled("change_new", &[("form", form), ("period", &period)]),
        Some(revision) => {
            let (number, count) = (revision.revision.to_string(), revision.changes.len().to_string());
            let values = [("form", form), ("period", &*period), ("revision", &*number), ("count", &*count)];
            at.filled("change_revised", &values)
        }
    }
}

/// The page that a change is about.
pub fn path(change: &Change<'_>) -> String {
    let (form, period) = (&change.form.form, change.release.period);
    change
        .revision
        .map_or_else(|| address::release(form, period), |revision| address::revision(form, period, revision.revision))
}

pub fn index(at: &At<'_>) -> Page {
    let changes = at.site.changes();
    let items: Vec<String> = at
        .site
        .days()
        .into_iter()
        .map(|day| {
            let count = changes.iter().filter(|change| day_of(change.at) == day).count();
            format!("{} ({count})", at.link(&format!("changes/{day}/"), &day.to_string()))
        })
        .collect();
    let files = vec![
        link(&at.root(&format!("{}/feed.atom", at.language)), &at.text("feed")),
        link(&at.root("changes.json"), &at.text("changes_json")),
    ];
    let days = if items.is_empty() { Block::text(&at.text("none_yet")) } else { Block::List { items } };
    let blocks = vec![Block::text(&at.text("changes_intro")), Block::List { items: files }, days];
    Page::new(at, at.text("changes"), blocks)
}

pub fn day(at: &At<'_>, day: NaiveDate) -> Page {
    let mut table = heads(at, &["event", "title", "placed"]);
    for change in at.site.changes().iter().filter(|change| day_of(change.at) == day) {
        let said = at.said(&change.form.titles);
        table.texts(&at.link(&path(change), &words(at, change)), &[said, escaped(&clock(change.at))]);
    }
    let title = format!("{}: {day}", at.text("changes"));
    let blocks = vec![table.block(&title)];
    Page::new(at, title, blocks).below(vec![(at.text("changes"), "changes/".to_owned())])
}
