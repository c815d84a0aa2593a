//! The pages of a release: its newest revision, each revision for ever, and their sections.

use std::cmp::Reverse;

use domain::{Language, Severity, Unit};

use super::{heads, matrix, named, period, plain, table};
use crate::{
    SiteError, address,
    dataset::described,
    input::{PlacedForm, PlacedSection, Release, ReleaseRevision, Withdrawal},
    markup::{Block, FactLine, escaped, link},
    page::{Look, Page, in_every_language},
    site::{At, Site},
    words::clock,
};

/// The most changed cells that a page shows; the file has all of them.
const SHOWN_CHANGES: usize = 300;
/// The most findings that a page shows, the gravest first.
const SHOWN_FINDINGS: usize = 300;

/// The pages of a release.
pub fn all(
    site: &Site<'_>,
    form: &PlacedForm,
    release: &Release,
    look: &Look<'_>,
    put: &mut impl FnMut(String, String),
) -> Result<(), SiteError> {
    let Some(newest) = release.newest() else { return Ok(()) };
    let path = address::release(&form.form, release.period);
    in_every_language(site, &path, |at| revision(at, form, release, newest, true), look, put)?;
    for one in &release.revisions {
        let path = address::revision(&form.form, release.period, one.revision);
        in_every_language(site, &path, |at| revision(at, form, release, one, false), look, put)?;
        let path = address::matrix(&form.form, release.period, one.revision);
        if release.withdrawn.is_some() {
            // The addresses of what was withdrawn stay, and say so.
            in_every_language(site, &path, |at| gone(at, form, release), look, put)?;
        } else {
            in_every_language(site, &path, |at| matrix::matrix(at, form, release, one), look, put)?;
        }
        for section in one.sections.iter().filter(|section| section.page) {
            sections(site, form, release, one, section, look, put)?;
        }
    }
    Ok(())
}

/// Why a release was taken back, escaped.
pub fn withdrawn(at: &At<'_>, withdrawal: &Withdrawal) -> String {
    let text = escaped(&at.filled("withdrawn", &[("time", &clock(withdrawal.at))]));
    text.replace("{reason}", &at.said(&withdrawal.reason))
}

fn alert(at: &At<'_>, release: &Release) -> Option<Block> {
    release.withdrawn.as_ref().map(|one| Block::Text { class: "alert", html: withdrawn(at, one) })
}

fn above(at: &At<'_>, form: &PlacedForm) -> Vec<(String, String)> {
    vec![(at.text("forms"), "forms/".to_owned()), (named(at, form), format!("forms/{}/", form.form))]
}

fn gone(at: &At<'_>, form: &PlacedForm, release: &Release) -> Page {
    let title = format!("{}: {}", named(at, form), period(at, release.period));
    Page::new(at, title, alert(at, release).into_iter().collect()).below(above(at, form))
}

/// A revision; as the page of the release it also gives the permanent address.
fn revision(at: &At<'_>, form: &PlacedForm, release: &Release, one: &ReleaseRevision, as_newest: bool) -> Page {
    let (id, when) = (&form.form, release.period);
    let permanent = address::revision(id, when, one.revision);
    let mut blocks: Vec<Block> = alert(at, release).into_iter().collect();
    let newest = release.newest().map_or(0, |newest| newest.revision);
    let (key, to, name) = if as_newest {
        ("newest_is", permanent.clone(), format!("r{}", one.revision))
    } else if newest > one.revision {
        ("newer_exists", address::revision(id, when, newest), format!("r{newest}"))
    } else {
        ("newest_is", permanent.clone(), format!("r{}", one.revision))
    };
    let class = if key == "newer_exists" { "alert" } else { "note" };
    blocks.push(Block::Text { class, html: format!("{}{}", escaped(&at.text(key)), at.link(&to, &name)) });
    blocks.push(Block::Facts { facts: facts(at, form, release, one) });
    blocks.push(Block::heading("changes", at.text("changed_cells")));
    blocks.extend(changes(at, form, release, one));
    if release.withdrawn.is_none() {
        blocks.push(Block::heading("sections", at.text("sections")));
        blocks.push(Block::List { items: section_links(at, form, release, one) });
        blocks.push(Block::heading("files", at.text("files")));
        blocks.push(files(at, &address::files(id, when, one.revision), None));
        blocks.push(Block::heading("findings", at.text("findings")));
        blocks.extend(findings(at, one));
    }
    blocks.push(Block::heading("how", at.text("how")));
    blocks.extend(how(at, one, None));
    let suffix = if as_newest { String::new() } else { format!(", r{}", one.revision) };
    let title = format!("{}: {}{suffix}", named(at, form), period(at, when));
    let mut crumbs = above(at, form);
    if !as_newest {
        crumbs.push((period(at, when), address::release(id, when)));
    }
    let mut page = Page::new(at, title, blocks).below(crumbs);
    page.description = about(at, form, release, one);
    if release.withdrawn.is_none() {
        page.dataset = Some(described(at, form, release, one, None));
    }
    page
}

/// What a revision is, in a sentence.
pub fn about(at: &At<'_>, form: &PlacedForm, release: &Release, one: &ReleaseRevision) -> String {
    let values = [
        ("form", form.designation.of(at.language)),
        ("title", &*plain(at, &form.titles)),
        ("period", &*period(at, release.period)),
        ("revision", &*one.revision.to_string()),
    ];
    at.filled("dataset_about", &values)
}

fn facts(at: &At<'_>, form: &PlacedForm, release: &Release, one: &ReleaseRevision) -> Vec<FactLine> {
    let id = &form.form;
    let numbers: Vec<String> = release
        .revisions
        .iter()
        .map(|other| {
            let path = address::revision(id, release.period, other.revision);
            format!("{} ({})", at.link(&path, &format!("r{}", other.revision)), escaped(&clock(other.placed)))
        })
        .collect();
    let mut facts = vec![
        FactLine::new(at.text("period"), escaped(&period(at, release.period))),
        FactLine::new(at.text("placed"), escaped(&clock(one.placed))),
        FactLine::new(at.text("revision"), one.revision.to_string()),
        FactLine::new(at.text("revisions"), numbers.join(", ")),
        FactLine::new(at.text("content"), format!("<code>{}</code>", one.content)),
    ];
    facts.extend(one.edition.as_ref().map(|edition| FactLine::new(at.text("edition"), escaped(edition))));
    let term = at.site.input.terms.iter().find(|term| term.form == *id && term.period == release.period);
    if let Some(term) = term {
        facts.push(FactLine::new(at.text("by_act"), term.statutory.to_string()));
        facts.push(FactLine::new(at.text("due"), term.due.to_string()));
        facts.push(FactLine::new(at.text("state"), at.state(term)));
    }
    facts
}

fn changes(at: &At<'_>, form: &PlacedForm, release: &Release, one: &ReleaseRevision) -> Vec<Block> {
    if one.revision == 0 {
        return vec![Block::text(&at.text("changed_none"))];
    }
    let why = one.why.as_ref().map_or_else(|| escaped(&at.text("why_unknown")), |why| at.said(why));
    let mut blocks = vec![Block::Text { class: "", html: format!("{}: {why}", escaped(&at.text("changed_why"))) }];
    // What was withdrawn shows no figure, old or new.
    if release.withdrawn.is_some() {
        return blocks;
    }
    if one.changes.is_empty() {
        blocks.push(Block::text(&at.text("changed_empty")));
        return blocks;
    }
    blocks.push(Block::text(&at.filled("changed_count", &[("count", &one.changes.len().to_string())])));
    let mut written = heads(at, &["unit", "section", "row", "column", "#old", "#new"]);
    for change in one.changes.iter().take(SHOWN_CHANGES) {
        let section = one.sections.iter().find(|section| section.id == change.section);
        let row = section.and_then(|section| section.rows.iter().find(|row| row.code == change.row));
        let column = section.and_then(|section| section.columns.iter().find(|column| column.code == change.column));
        let row = row.map(|row| format!(" {}", table::label(at, row))).unwrap_or_default();
        let column = column.map(|column| format!(" {}", at.said(&column.titles))).unwrap_or_default();
        written.row(0, false, &at.said(&at.site.unit(&change.unit)));
        written.cell("", &escaped(change.section.as_str()));
        written.cell("", &format!("{}{row}", escaped(change.row.as_str())));
        written.cell("", &format!("{}{column}", escaped(change.column.as_str())));
        written.cell("n", &at.figure(change.old));
        written.cell("n", &at.figure(change.new));
        written.end_row();
    }
    blocks.push(written.block(&at.text("changed_cells")));
    if one.changes.len() > SHOWN_CHANGES {
        let file = format!("{}changes.csv", address::files(&form.form, release.period, one.revision));
        let text = escaped(&at.filled("changed_more", &[("shown", &SHOWN_CHANGES.to_string())]));
        blocks.push(Block::Text { class: "note", html: format!("{text}{}", link(&at.root(&file), "changes.csv")) });
    }
    blocks
}

fn section_links(at: &At<'_>, form: &PlacedForm, release: &Release, one: &ReleaseRevision) -> Vec<String> {
    let (id, when) = (&form.form, release.period);
    let mut items = vec![at.link(&address::matrix(id, when, one.revision), &at.text("matrix"))];
    items.extend(one.sections.iter().map(|section| {
        if section.page {
            at.titled(&address::section(id, when, one.revision, &section.id, 1), &section.titles)
        } else {
            format!("{} ({})", at.said(&section.titles), escaped(&at.text("section_files_only")))
        }
    }));
    items
}

/// The files of a revision, or those of one section and those of all sections.
fn files(at: &At<'_>, folder: &str, section: Option<&PlacedSection>) -> Block {
    let all = at.site.files.get(folder).map_or(&[][..], Vec::as_slice);
    let mut written = heads(at, &["file", "format", "section", "#size", "hash"]);
    let own = |of: &Option<domain::SectionId>| match (section, of) {
        (Some(section), Some(of)) => section.id == *of,
        _ => true,
    };
    // A file in another language of the site is listed on the pages of that language.
    let here = |language: Option<Language>| language.is_none_or(|language| language == at.language);
    for file in all.iter().filter(|file| own(&file.section) && here(file.language)) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let of = file.section.as_ref().map_or_else(|| at.text("all_sections"), ToString::to_string);
        written.row(0, false, &link(&at.root(&file.path), name));
        written.cell("", file.format.name());
        written.cell("", &escaped(&of));
        written.cell("n", &at.words.number(domain::Number::count(file.size as i64)));
        written.cell("h", &file.sha256.to_string());
        written.end_row();
    }
    written.block(&at.text("files"))
}

fn findings(at: &At<'_>, one: &ReleaseRevision) -> Vec<Block> {
    if one.findings.is_empty() {
        return vec![Block::text(&at.text("findings_none"))];
    }
    let mut sorted: Vec<_> = one.findings.iter().collect();
    sorted.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    });
    let mut written = heads(at, &["finding", "severity", "section", "rule"]);
    for finding in sorted.into_iter().take(SHOWN_FINDINGS) {
        let section = finding.section.as_ref().map(|section| escaped(section.as_str())).unwrap_or_default();
        let severity = escaped(&at.text(&format!("severity_{}", finding.severity)));
        let rule = format!("<code>{}</code>", escaped(&finding.rule));
        written.texts(&at.said(&finding.text), &[severity, section, rule]);
    }
    let mut blocks = vec![written.block(&at.text("findings"))];
    if one.findings.len() > SHOWN_FINDINGS {
        let values = [("shown", &*SHOWN_FINDINGS.to_string()), ("count", &*one.findings.len().to_string())];
        blocks.push(Block::note(&at.filled("shown_of", &values)));
    }
    blocks
}

/// The documents that figures were read from: all, or those of one unit.
fn how(at: &At<'_>, one: &ReleaseRevision, unit: Option<&Unit>) -> Vec<Block> {
    let mut documents: Vec<_> =
        one.documents.iter().filter(|document| unit.is_none_or(|unit| document.unit == *unit)).collect();
    documents.sort_by_key(|document| (Reverse(document.unit.is_republic()), document.unit.clone(), document.sha256));
    if documents.is_empty() {
        return vec![Block::text(&at.text("how_no_documents"))];
    }
    let mut written = heads(at, &["unit", "received", "release_number", "document"]);
    for document in documents {
        let number = document.release_number.as_ref().map(|number| escaped(number)).unwrap_or_default();
        written.row(0, false, &at.said(&at.site.unit(&document.unit)));
        written.cell("", &escaped(&clock(document.received)));
        written.cell("", &number);
        written.cell("h", &document.sha256.to_string());
        written.end_row();
    }
    vec![Block::text(&at.text("how_text")), written.block(&at.text("how"))]
}

/// The republic's table of a section, in as many pages as its weight needs.
fn sections(
    site: &Site<'_>,
    form: &PlacedForm,
    release: &Release,
    one: &ReleaseRevision,
    section: &PlacedSection,
    look: &Look<'_>,
    put: &mut impl FnMut(String, String),
) -> Result<(), SiteError> {
    let path = |part: usize| address::section(&form.form, release.period, one.revision, &section.id, part);
    if release.withdrawn.is_some() {
        return in_every_language(site, &path(1), |at| gone(at, form, release), look, put);
    }
    for (language, words) in site.languages() {
        let first = path(1);
        let at = At { site, language, words, path: &first, from: address::page(language, &first) };
        let parts = table::parts(&at, section, &Unit::republic());
        let all = parts.len();
        for (place, part) in parts.into_iter().enumerate() {
            let path = path(place + 1);
            let at = At { site, language, words, path: &path, from: address::page(language, &path) };
            let page = section_page(&at, form, release, one, section, part, (place + 1, all));
            put(format!("{}index.html", at.from), look.page(&at, &page)?);
        }
    }
    Ok(())
}

fn section_page(
    at: &At<'_>,
    form: &PlacedForm,
    release: &Release,
    one: &ReleaseRevision,
    section: &PlacedSection,
    part: Block,
    (number, all): (usize, usize),
) -> Page {
    let (id, when) = (&form.form, release.period);
    let path = |part: usize| address::section(id, when, one.revision, &section.id, part);
    let scope = format!(
        "{} · {} · r{} · {}",
        plain(at, &at.site.unit(&Unit::republic())),
        period(at, when),
        one.revision,
        clock(one.placed)
    );
    let mut blocks = vec![
        Block::text(&scope),
        Block::note(&format!("{} {}: {}.", at.text("cumulative"), at.text("measure"), table::measures(at, section))),
    ];
    if all > 1 {
        let mut html = escaped(&at.filled("part_of", &[("number", &number.to_string()), ("all", &all.to_string())]));
        if number > 1 {
            html.push_str(&format!(" · {}", at.link(&path(number - 1), &at.text("previous_part"))));
        }
        if number < all {
            html.push_str(&format!(" · {}", at.link(&path(number + 1), &at.text("next_part"))));
        }
        blocks.push(Block::Text { class: "", html });
    }
    blocks.push(part);
    blocks.push(Block::note(&at.text("legend")));
    blocks.push(Block::heading("files", at.text("files")));
    blocks.push(files(at, &address::files(id, when, one.revision), Some(section)));
    blocks.push(Block::heading("how", at.text("how")));
    blocks.extend(how(at, one, Some(&Unit::republic())));
    let mut crumbs = above(at, form);
    crumbs.push((period(at, when), address::release(id, when)));
    crumbs.push((format!("r{}", one.revision), address::revision(id, when, one.revision)));
    let mut page = Page::new(at, plain(at, &section.titles), blocks).below(crumbs);
    page.title_language = crate::markup::borrowed(&section.titles, at.language);
    page.description = about(at, form, release, one);
    page.dataset = Some(described(at, form, release, one, Some(section)));
    page
}
