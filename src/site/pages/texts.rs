//! Pages of text: analysis, methods, quality, data, verification.

use std::cmp::Reverse;

use domain::Language;

use super::{heads, period, plain as plain_text};
use crate::{
    input::AnalyticText,
    markup::{Block, escaped, link},
    page::Page,
    site::{At, by_time},
    words::clock,
};

/// The path of an analytical text.
pub fn path(text: &AnalyticText) -> String {
    format!("analytics/{}/{}/", text.collection, text.period)
}

pub fn analytics(at: &At<'_>) -> Page {
    let mut sorted: Vec<_> = at.site.input.analytics.iter().collect();
    sorted.sort_by_key(|text| (Reverse(by_time(text.period)), text.collection.to_string()));
    let mut blocks = vec![Block::text(&at.text("analytics_intro"))];
    if sorted.is_empty() {
        blocks.push(Block::text(&at.text("none_yet")));
    } else {
        let mut table = heads(at, &["title", "period", "placed"]);
        for text in sorted {
            let cells = [escaped(&period(at, text.period)), escaped(&clock(text.placed))];
            table.texts(&at.titled(&path(text), &text.titles), &cells);
        }
        blocks.push(table.block(&at.text("analytics")));
    }
    Page::new(at, at.text("analytics"), blocks)
}

pub fn analytic(at: &At<'_>, text: &AnalyticText) -> Page {
    let own = text.paragraphs.get(&at.language).filter(|paragraphs| !paragraphs.is_empty());
    let is_borrowed = own.is_none();
    let paragraphs = own.or_else(|| text.paragraphs.get(&Language::RU)).map_or(&[][..], Vec::as_slice);
    let line = format!("{} · {}", period(at, text.period), clock(text.placed));
    let mut blocks = vec![Block::note(&line)];
    blocks.extend(paragraphs.iter().map(|paragraph| {
        let html = escaped(paragraph);
        let html = if is_borrowed { format!("<span lang=\"ru\">{html}</span>") } else { html };
        Block::Text { class: "", html }
    }));
    let title = format!("{}: {}", plain_text(at, &text.titles), at.words.span(text.period));
    let mut page = Page::new(at, title, blocks).below(vec![(at.text("analytics"), "analytics/".to_owned())]);
    page.title_language = crate::markup::borrowed(&text.titles, at.language);
    page
}

/// A page whose paragraphs are words of the site, with links to the files that it is about.
fn with_files(at: &At<'_>, key: &str, files: &[(&str, &str)]) -> Page {
    let mut blocks: Vec<Block> = at.words.page(key).iter().map(|text| Block::text(text)).collect();
    if !files.is_empty() {
        let items = files.iter().map(|(word, file)| link(&at.root(file), &at.text(word))).collect();
        blocks.push(Block::List { items });
    }
    Page::new(at, at.text(key), blocks)
}

pub fn plain(at: &At<'_>, key: &str) -> Page {
    let feed = format!("{}/feed.atom", at.language);
    match key {
        "data" => with_files(
            at,
            key,
            &[
                ("catalogue", "catalog.ttl"),
                ("feed", &feed),
                ("changes_json", "changes.json"),
                ("redirects", "redirects.csv"),
                ("calendar_file", "calendar.ics"),
            ],
        ),
        "verify" => with_files(at, key, &[("sums", crate::SUMS)]),
        _ => with_files(at, key, &[]),
    }
}
