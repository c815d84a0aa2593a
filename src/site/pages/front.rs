//! The front page, and the calendar.

use super::{designation, period, plain, terms};
use crate::{
    address,
    input::TermState,
    markup::{Block, escaped},
    page::Page,
    site::At,
    words::clock,
};

/// How many of the newest and of the next releases the front page shows.
const SHOWN: usize = 12;

pub fn home(at: &At<'_>) -> Page {
    let site = at.site;
    let mut blocks = vec![Block::Text { class: "lead", html: escaped(&at.text("about_site")) }];
    blocks.push(Block::heading("newest", at.text("newest")));
    let items: Vec<String> = site
        .changes()
        .into_iter()
        .filter(|change| change.revision.is_some_and(|one| Some(one.revision) == newest(change.release)))
        .filter(|change| change.release.withdrawn.is_none())
        .take(SHOWN)
        .map(|change| {
            let path = address::release(&change.form.form, change.release.period);
            let name = format!("{}: {}", designation(at, change.form), period(at, change.release.period));
            format!("{} · {} · {}", at.link(&path, &name), at.said(&change.form.titles), clock(change.at))
        })
        .collect();
    blocks.push(if items.is_empty() { Block::text(&at.text("none_yet")) } else { Block::List { items } });
    blocks.push(Block::heading("next", at.text("next")));
    let next: Vec<_> = site
        .terms()
        .into_iter()
        .filter(|term| term.due >= site.input.today && !matches!(term.state, TermState::Placed(_)))
        .take(SHOWN)
        .collect();
    blocks.push(terms(at, &next, &at.text("next")));
    let series = site.input.indicators.iter();
    let items: Vec<String> =
        series.map(|series| at.titled(&format!("indicators/{}/", series.id), &series.titles)).collect();
    if !items.is_empty() {
        blocks.push(Block::heading("indicators", at.text("indicators")));
        blocks.push(Block::List { items });
    }
    Page::new(at, plain(at, &site.input.title), blocks)
}

fn newest(release: &crate::input::Release) -> Option<u32> {
    release.newest().map(|revision| revision.revision)
}

pub fn calendar(at: &At<'_>) -> Page {
    let file = crate::markup::link(&at.root("calendar.ics"), &at.text("calendar_file"));
    let title = at.text("calendar");
    let blocks = vec![
        Block::text(&at.text("calendar_intro")),
        Block::Text { class: "", html: file },
        terms(at, &at.site.year_of_terms(), &title),
    ];
    Page::new(at, title, blocks)
}
