//! Pages as HTML. In: blocks. Out: a file for each language, from `templates/site/page.html`. This module does not know
//! what a page is about.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Language, Sha256};
use minijinja::{Environment, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use crate::{
    SiteError, address,
    markup::{self, Block},
    site::{At, Site},
};

/// A page in one language.
pub struct Page {
    /// Plain text.
    pub title: String,
    /// The language of the title, if it is not that of the page.
    pub title_language: Option<Language>,
    pub description: String,
    pub blocks: Vec<Block>,
    /// The pages above it: text and path.
    pub crumbs: Vec<(String, String)>,
    /// A schema.org `Dataset`.
    pub dataset: Option<serde_json::Value>,
}

impl Page {
    pub fn new(at: &At<'_>, title: String, blocks: Vec<Block>) -> Self {
        let description = at.text("about_site");
        Self { title, title_language: None, description, blocks, crumbs: Vec::new(), dataset: None }
    }

    pub fn below(mut self, crumbs: Vec<(String, String)>) -> Self {
        self.crumbs = crumbs;
        self
    }
}

/// What `page.html` shows. It escapes every text but those in fields named `html` and `json_ld`.
#[derive(Serialize)]
struct Shown<'a> {
    language: String,
    policy: String,
    sample: bool,
    title: &'a str,
    title_language: Option<String>,
    site: &'a str,
    description: &'a str,
    root: String,
    canonical: String,
    alternates: Vec<Choice>,
    choices: Vec<Choice>,
    feed: String,
    home: String,
    json_ld: Option<String>,
    words: &'a BTreeMap<String, String>,
    menu: Vec<MenuLink>,
    crumbs: Vec<MenuLink>,
    blocks: &'a [Block],
    publisher: &'a str,
    act: &'a str,
    zone: String,
    foot: Vec<MenuLink>,
}

#[derive(Serialize)]
struct Choice {
    language: String,
    name: String,
    href: String,
    absolute: String,
    here: bool,
}

#[derive(Serialize)]
struct MenuLink {
    href: String,
    text: String,
    here: bool,
}

/// The pages of the menu: key of the word, and path.
const MENU: [(&str, &str); 11] = [
    ("home", ""),
    ("calendar", "calendar/"),
    ("forms", "forms/"),
    ("regions", "regions/"),
    ("indicators", "indicators/"),
    ("changes", "changes/"),
    ("analytics", "analytics/"),
    ("methods", "methods/"),
    ("quality", "quality/"),
    ("data", "data/"),
    ("verify", "verify/"),
];

/// The template and the style of the site: those of the office, else those built in.
pub struct Look<'a> {
    environment: Environment<'a>,
    pub style: &'a str,
}

impl<'a> Look<'a> {
    /// # Errors
    /// The office's template is not valid.
    pub fn new(office: &'a BTreeMap<String, String>) -> Result<Self, SiteError> {
        let of = |name: &str, built_in: &'static str| office.get(name).map_or(built_in, String::as_str);
        let fault = |error: &minijinja::Error| SiteError::Template { file: "page.html".into(), why: error.to_string() };
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| fault(&error))?);
        // The library escapes `/` too, which makes addresses unreadable in the source of a page.
        environment.set_formatter(|out, state, value| match value.as_str() {
            Some(text) if !value.is_safe() => Ok(out.write_str(&markup::escaped(text))?),
            _ => minijinja::escape_formatter(out, state, value),
        });
        // A template with this ending escapes its texts. A name that does not exist is an error, never a blank.
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        let page = of("page.html", include_str!("../../templates/site/page.html"));
        environment.add_template("page.html", page).map_err(|error| fault(&error))?;
        Ok(Self { environment, style: of("style.css", include_str!("../../templates/site/style.css")) })
    }

    /// The file of a page.
    ///
    /// # Errors
    /// The template uses a name that does not exist.
    pub fn page(&self, at: &At<'_>, page: &Page) -> Result<String, SiteError> {
        let site = at.site;
        let href = |to: &str| at.root(to);
        let json_ld = page.dataset.as_ref().map(script);
        let choice = |language: Language, name: &str| {
            let path = address::page(language, at.path);
            Choice {
                language: language.to_string(),
                name: name.to_owned(),
                href: href(&path),
                absolute: format!("{}{path}", site.input.base),
                here: language == at.language,
            }
        };
        let choices = || site.languages().map(|(language, words)| choice(language, &words.name));
        let mut alternates: Vec<Choice> = choices().collect();
        let (main, words) = site.main();
        alternates.push(Choice { language: "x-default".into(), ..choice(main, &words.name) });
        let menu = |key: &str, to: &str| MenuLink {
            href: href(&address::page(at.language, to)),
            text: at.text(key),
            here: to == at.path,
        };
        let file = |key: &str, to: &str| MenuLink { href: href(to), text: at.text(key), here: false };
        let crumb = |(text, to): &(String, String)| MenuLink {
            href: href(&address::page(at.language, to)),
            text: text.clone(),
            here: false,
        };
        let shown = Shown {
            language: at.language.to_string(),
            policy: policy(json_ld.as_deref()),
            sample: site.is_sample(),
            title: &page.title,
            title_language: page.title_language.map(|language| language.to_string()),
            site: site.input.title.of(at.language),
            description: &page.description,
            root: href("style.css").trim_end_matches("style.css").to_owned(),
            canonical: format!("{}{}", site.input.base, at.full()),
            alternates,
            choices: choices().collect(),
            feed: href(&format!("{}/feed.atom", at.language)),
            home: href(&address::page(at.language, "")),
            json_ld,
            words: at.words.texts(),
            menu: MENU.iter().map(|(key, to)| menu(key, to)).collect(),
            crumbs: page.crumbs.iter().map(crumb).collect(),
            blocks: &page.blocks,
            publisher: site.input.publisher.of(at.language),
            act: site.input.act.of(at.language),
            zone: at.filled("zone", &[("zone", &site.input.zone)]),
            foot: vec![
                file("feed", &format!("{}/feed.atom", at.language)),
                file("catalogue", "catalog.ttl"),
                file("sums", crate::SUMS),
            ],
        };
        let fault = |error: minijinja::Error| SiteError::Template { file: "page.html".into(), why: error.to_string() };
        let template = self.environment.get_template("page.html").map_err(fault)?;
        template.render(Serde(shown)).map_err(fault)
    }
}

/// JSON for a script element: it cannot end the element.
fn script(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// What a page may load: its style, and its own description by its hash.
fn policy(script: Option<&str>) -> String {
    let own = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
    match script {
        Some(script) => {
            let hash = STANDARD.encode(Sha256::of(script.as_bytes()).as_bytes());
            format!("{own}; script-src 'sha256-{hash}'")
        }
        None => own.to_owned(),
    }
}

/// Renders the same page in every language.
///
/// # Errors
/// The template is faulty.
pub fn in_every_language(
    site: &Site<'_>,
    path: &str,
    make: impl Fn(&At<'_>) -> Page,
    look: &Look<'_>,
    put: &mut impl FnMut(String, String),
) -> Result<(), SiteError> {
    for (language, words) in site.languages() {
        let at = At { site, language, words, path, from: address::page(language, path) };
        put(format!("{}index.html", at.from), look.page(&at, &make(&at))?);
        // `/` is the first language's front page, with links from there.
        if path.is_empty() && language == site.main().0 {
            let at = At { from: String::new(), ..at };
            put("index.html".to_owned(), look.page(&at, &make(&at))?);
        }
    }
    Ok(())
}
