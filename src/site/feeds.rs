//! What happened, for programs: Atom (RFC 4287), JSON, a sitemap, robots.txt, redirects. In: a site. Out: texts. Equal
//! input gives equal bytes: every time in them is one of the input.

use std::fmt::Write as _;

use domain::Language;
use formats::{CsvRecords, csv_text};
use serde_json::json;

use crate::{
    address,
    markup::escaped,
    pages::news,
    site::{At, Change, Site},
    words::{SiteWords, rfc3339},
};

/// The most entries of a feed. `changes.json` has all of them.
const ENTRIES: usize = 50;

/// The feed of a language.
pub fn atom(site: &Site<'_>, language: Language, words: &SiteWords) -> String {
    let base = escaped(&site.input.base);
    let at = At { site, language, words, path: "changes/", from: address::page(language, "changes/") };
    let changes = site.changes();
    // A feed has to say when it changed; one without entries says the day of the site.
    let updated = site.updated().map_or_else(|| format!("{}T00:00:00Z", site.input.today), rfc3339);
    let mark = if site.is_sample() { "SAMPLE DATA · " } else { "" };
    let title = escaped(site.input.title.of(language));
    let author = escaped(site.input.publisher.of(language));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <id>{base}{language}/feed.atom</id>\n<title>{mark}{title}</title>\n<updated>{updated}</updated>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}{language}/feed.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}{language}/changes/\"/>\n\
         <author><name>{author}</name></author>\n"
    );
    for change in changes.iter().take(ENTRIES) {
        let link = format!("{base}{}", escaped(&address::page(language, &news::path(change))));
        let title = escaped(&news::words(&at, change));
        let about = escaped(change.form.titles.of(language));
        let id = format!("{link}#{}", kind(change));
        let _ = write!(
            xml,
            "<entry>\n<id>{id}</id>\n<title>{mark}{title}</title>\n<updated>{}</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{link}\"/>\n<summary>{about}</summary>\n</entry>\n",
            rfc3339(change.at)
        );
    }
    xml.push_str("</feed>\n");
    xml
}

/// What kind of change it is, for programs.
const fn kind(change: &Change<'_>) -> &'static str {
    match change.revision {
        None => "withdrawn",
        Some(revision) if revision.revision == 0 => "placed",
        Some(_) => "revised",
    }
}

/// Every change as JSON, the newest first.
pub fn changes_json(site: &Site<'_>) -> String {
    let changes: Vec<_> = site
        .changes()
        .iter()
        .map(|change| {
            let (form, period) = (&change.form.form, change.release.period);
            let page = |language| format!("{}{}", site.input.base, address::page(language, &news::path(change)));
            let revision = change.revision.map(|one| {
                json!({
                    "revision": one.revision,
                    "content": one.content,
                    "cells": one.changes.len(),
                    "files": format!("{}{}", site.input.base, address::files(form, period, one.revision)),
                })
            });
            json!({
                "at": rfc3339(change.at),
                "kind": kind(change),
                "form": form,
                "period": period.to_string(),
                "placed": revision,
                "pages": site.languages().map(|(language, _)| (language.to_string(), page(language))).collect::<std::collections::BTreeMap<_, _>>(),
            })
        })
        .collect();
    let origin = if site.is_sample() { "SAMPLE DATA" } else { "real" };
    let whole = json!({ "origin": origin, "changes": changes });
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

/// The sitemap (sitemaps.org): `pages` are paths below the root.
pub fn sitemap<'p>(site: &Site<'_>, pages: impl Iterator<Item = &'p str>) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if site.is_sample() {
        xml.push_str("<!-- SAMPLE DATA -->\n");
    }
    xml.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for page in pages {
        let _ = writeln!(xml, "<url><loc>{}{}</loc></url>", escaped(&site.input.base), escaped(page));
    }
    xml.push_str("</urlset>\n");
    xml
}

/// What robots may read: everything, and nothing of a sample.
pub fn robots(site: &Site<'_>) -> String {
    if site.is_sample() {
        return "# SAMPLE DATA\nUser-agent: *\nDisallow: /\n".to_owned();
    }
    format!("User-agent: *\nAllow: /\nSitemap: {}sitemap.xml\n", site.input.base)
}

/// The addresses that moved, for the server.
pub fn redirects(site: &Site<'_>) -> Vec<u8> {
    let mut records = CsvRecords::new();
    records.add(&["from", "to", "since", "origin"].map(ToOwned::to_owned));
    let origin = if site.is_sample() { "SAMPLE DATA" } else { "real" };
    let mut sorted: Vec<_> = site.input.redirects.iter().collect();
    sorted.sort();
    for one in sorted {
        records.add(&[csv_text(&one.from), csv_text(&one.to), one.since.to_string(), origin.to_owned()]);
    }
    // A table without lines also says what it is of.
    if site.input.redirects.is_empty() && site.is_sample() {
        records.add(&["", "", "", origin].map(ToOwned::to_owned));
    }
    records.into_bytes()
}
