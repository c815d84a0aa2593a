//! Looks a rendered site over: inner links, weight, outside hosts, texts of pictures, missing words, labels without a
//! translation, look-alike letters.
//!
//! In: a tree. Out: faults, each with its page. This module reads the files alone, as a reader's program does; it does
//! not know the input.

use std::{collections::BTreeMap, fmt};

use domain::latin_shape;

use crate::{Tree, words::MISSING};

/// The most bytes of a page.
const HEAVIEST: usize = 500_000;
/// The most words that a fault lists.
const LISTED: usize = 3;

/// Something that a reader would trip over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteFault {
    pub kind: SiteFaultKind,
    /// Below the root of the site.
    pub path: String,
    /// What was found: an address, a size, words.
    pub found: String,
}

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteFaultKind {
    /// A link leads to a page or file that the site does not have.
    DeadLink,
    /// The page loads something from another host, or links to one.
    OutsideHost,
    /// The page has a script that runs.
    Script,
    /// The page has more than 500 kB.
    TooHeavy,
    /// A picture has no alternative text.
    NoAlternative,
    /// The language has no word for a key of the templates.
    NoWord,
    /// Labels are in Russian on a page of another language.
    NotTranslated,
    /// A word mixes Latin and Cyrillic letters that look alike.
    LookAlike,
}

impl SiteFaultKind {
    /// Whether the site is not to be switched to. The others are for a person to read.
    #[must_use]
    pub const fn is_error(self) -> bool {
        !matches!(self, Self::NotTranslated | Self::LookAlike)
    }

    /// A code for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DeadLink => "dead-link",
            Self::OutsideHost => "outside-host",
            Self::Script => "script",
            Self::TooHeavy => "too-heavy",
            Self::NoAlternative => "no-alternative-text",
            Self::NoWord => "no-word",
            Self::NotTranslated => "not-translated",
            Self::LookAlike => "look-alike",
        }
    }
}

impl fmt::Display for SiteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.path, self.kind.code(), self.found)
    }
}

/// The faults of a site that lies at `base`, sorted.
#[must_use]
pub fn check(tree: &Tree, base: &str) -> Vec<SiteFault> {
    let mut faults = Vec::new();
    for (path, bytes) in tree.files().filter(|(path, _)| path.ends_with(".html")) {
        let mut add = |kind, found: String| faults.push(SiteFault { kind, path: path.to_owned(), found });
        if bytes.len() > HEAVIEST {
            add(SiteFaultKind::TooHeavy, bytes.len().to_string());
        }
        let html = String::from_utf8_lossy(bytes);
        let mut borrowed = BTreeMap::new();
        for tag in tags(&html) {
            match tag.name {
                "a" | "link" | "img" | "script" | "iframe" | "source" | "image" | "use" => {
                    for address in ["href", "src"].iter().filter_map(|name| tag.attribute(name)) {
                        if let Some(kind) = broken(tree, base, path, &address) {
                            add(kind, address);
                        }
                    }
                    if tag.name == "script" && tag.attribute("type").as_deref() != Some("application/ld+json") {
                        add(SiteFaultKind::Script, tag.text.to_owned());
                    }
                    if tag.name == "img" && tag.attribute("alt").is_none() {
                        add(SiteFaultKind::NoAlternative, tag.text.to_owned());
                    }
                }
                "svg" if tag.attribute("aria-label").is_none_or(|label| label.trim().is_empty()) => {
                    add(SiteFaultKind::NoAlternative, "svg".to_owned());
                }
                "span" | "h1"
                    if tag.attribute("lang").as_deref() == Some("ru") && tag.attribute("aria-current").is_none() =>
                {
                    *borrowed.entry(tag.after(&html)).or_insert(0_usize) += 1;
                }
                _ => {}
            }
        }
        if let Some(missing) = between(&html, MISSING) {
            add(SiteFaultKind::NoWord, missing);
        }
        if !borrowed.is_empty() {
            add(SiteFaultKind::NotTranslated, listed(borrowed.into_keys()));
        }
        let mixed: Vec<String> = mixed_words(&html);
        if !mixed.is_empty() {
            add(SiteFaultKind::LookAlike, listed(mixed.into_iter()));
        }
    }
    faults.sort();
    faults
}

/// The first words, and how many there are.
fn listed(words: impl ExactSizeIterator<Item = String>) -> String {
    let all = words.len();
    let first: Vec<String> = words.take(LISTED).collect();
    if all > LISTED { format!("{} … ({all})", first.join(", ")) } else { first.join(", ") }
}

/// What is between two signs, if both are there.
fn between(html: &str, signs: [char; 2]) -> Option<String> {
    let (_, rest) = html.split_once(signs[0])?;
    Some(rest.split(signs[1]).next().unwrap_or_default().to_owned())
}

/// A tag that opens an element.
struct Tag<'h> {
    name: &'h str,
    /// From its name to before its `>`.
    text: &'h str,
    /// Where its content begins.
    end: usize,
}

impl Tag<'_> {
    /// The value of an attribute.
    fn attribute(&self, name: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!(" {name}=\""))?;
        let value = rest.split('"').next().unwrap_or_default();
        Some(
            value
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        )
    }

    /// The text after it, up to the next tag.
    fn after(&self, html: &str) -> String {
        html[self.end..].split('<').next().unwrap_or_default().trim().to_owned()
    }
}

/// The tags of a page that open elements. The templates write no `>` within a tag: texts are escaped.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    html.match_indices('<').filter_map(move |(at, _)| {
        let rest = &html[at + 1..];
        let text = rest.split('>').next()?;
        let name = text.split([' ', '\n', '/']).next()?;
        (!name.is_empty()).then_some(Tag { name, text, end: (at + text.len() + 2).min(html.len()) })
    })
}

/// What is wrong with an address on a page.
fn broken(tree: &Tree, base: &str, page: &str, address: &str) -> Option<SiteFaultKind> {
    let address = address.split('#').next().unwrap_or_default();
    if address.is_empty() {
        return None;
    }
    let below = if let Some(below) = address.strip_prefix(base) {
        below.to_owned()
    } else if address.contains("://") || address.starts_with("//") {
        return Some(SiteFaultKind::OutsideHost);
    } else {
        match resolved(page, address) {
            Some(below) => below,
            None => return Some(SiteFaultKind::DeadLink),
        }
    };
    let file = if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below };
    (!tree.has(&file)).then_some(SiteFaultKind::DeadLink)
}

/// The path below the root that a relative address on a page leads to; `None`: it leads out of the site.
fn resolved(page: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    // `./` and `../` end in an empty part, as every address of a page does.
    Some(parts.join("/"))
}

/// The words of a page that mix alphabets: each has letters of both, and those of one of them could be of the other.
fn mixed_words(html: &str) -> Vec<String> {
    let mut mixed: Vec<String> = Vec::new();
    let mut in_tag = false;
    let text: String = html
        .chars()
        .map(|c| {
            match c {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    return ' ';
                }
                _ => {}
            }
            if in_tag { ' ' } else { c }
        })
        .collect();
    for word in text.split(|c: char| !c.is_alphabetic()) {
        let is_cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
        let latin = word.chars().filter(char::is_ascii_alphabetic).count();
        let cyrillic = word.chars().filter(|c| is_cyrillic(*c)).count();
        // The shape of a Cyrillic letter is Latin where the two look alike.
        let alike = |c: char| {
            let capital = c.to_uppercase().next().unwrap_or(c);
            latin_shape(capital) != capital || "ABCEHIKMOPTXY".contains(capital)
        };
        let all_latin_alike = word.chars().filter(char::is_ascii_alphabetic).all(alike);
        let all_cyrillic_alike = word.chars().filter(|c| is_cyrillic(*c)).all(alike);
        if latin > 0 && cyrillic > 0 && (all_latin_alike || all_cyrillic_alike) && !mixed.iter().any(|m| m == word) {
            mixed.push(word.to_owned());
        }
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(html: &str) -> Vec<(SiteFaultKind, String)> {
        let mut tree = Tree::default();
        tree.put("ru/index.html", "x");
        tree.put("style.css", "x");
        tree.put("ru/a/index.html", html);
        check(&tree, "https://stat.example.kz/").into_iter().map(|fault| (fault.kind, fault.found)).collect()
    }

    #[test]
    fn links_are_followed_as_a_browser_follows_them() {
        let good = "<a href=\"../\">x</a><a href=\"./\">x</a><a href=\"../../style.css\">x</a><a href=\"#content\">x</a>\
                    <a href=\"https://stat.example.kz/ru/\">x</a>";
        assert_eq!(faults(good), []);
        assert_eq!(faults("<a href=\"../b/\">x</a>"), [(SiteFaultKind::DeadLink, "../b/".to_owned())]);
        assert_eq!(faults("<a href=\"../../../x\">x</a>"), [(SiteFaultKind::DeadLink, "../../../x".to_owned())]);
    }

    #[test]
    fn what_is_outside_runs_or_weighs_is_found() {
        assert_eq!(faults("<img src=\"https://other.example/x\" alt=\"\">")[0].0, SiteFaultKind::OutsideHost);
        assert_eq!(faults("<link href=\"//other.example/x\">")[0].0, SiteFaultKind::OutsideHost);
        assert_eq!(faults("<script>x</script>")[0].0, SiteFaultKind::Script);
        assert_eq!(faults("<svg role=\"img\"></svg>")[0].0, SiteFaultKind::NoAlternative);
        assert_eq!(faults("<img src=\"../../style.css\">")[0].0, SiteFaultKind::NoAlternative);
        assert_eq!(faults(&"x".repeat(500_001))[0].0, SiteFaultKind::TooHeavy);
        assert_eq!(faults("<p>⟦no_key⟧</p>"), [(SiteFaultKind::NoWord, "no_key".to_owned())]);
    }

    #[test]
    fn borrowed_labels_and_look_alike_letters_are_listed() {
        let found = faults("<td><span lang=\"ru\">Кража</span></td>");
        assert_eq!(found, [(SiteFaultKind::NotTranslated, "Кража".to_owned())]);
        // The first letter is Latin.
        assert_eq!(faults("<p>Cтрока</p>"), [(SiteFaultKind::LookAlike, "Cтрока".to_owned())]);
        assert_eq!(faults("<p>SQL-запрос, 1-М, RФL</p>"), []);
        assert!(!SiteFaultKind::LookAlike.is_error() && SiteFaultKind::DeadLink.is_error());
    }
}
