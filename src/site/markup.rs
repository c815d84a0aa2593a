//! Pieces of HTML: escaped texts, links, tables. In: texts. Out: HTML in which every text is escaped. This module does
//! not know any page.

use domain::{Language, Titles};
use serde::Serialize;

/// A part of a page, as `templates/site/page.html` shows it. Fields named `html` are escaped already.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    Heading { id: String, text: String },
    Text { class: &'static str, html: String },
    List { items: Vec<String> },
    Facts { facts: Vec<FactLine> },
    Table { caption: String, html: String },
    Picture { caption: String, html: String },
}

/// A line of a list of facts.
#[derive(Debug, Clone, Serialize)]
pub struct FactLine {
    pub name: String,
    pub html: String,
}

impl FactLine {
    pub fn new(name: impl Into<String>, html: impl Into<String>) -> Self {
        Self { name: name.into(), html: html.into() }
    }
}

impl Block {
    pub fn heading(id: &str, text: String) -> Self {
        Self::Heading { id: id.to_owned(), text }
    }

    /// A paragraph of plain text.
    pub fn text(text: &str) -> Self {
        Self::Text { class: "", html: escaped(text) }
    }

    /// A quiet remark of plain text.
    pub fn note(text: &str) -> Self {
        Self::Text { class: "note", html: escaped(text) }
    }
}

/// A text for HTML, XML and attributes. Control characters, which XML does not allow, are left out.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A link.
pub fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(href), escaped(text))
}

/// A title in a language; one without a text in it is Russian, and is marked as such.
pub fn said(titles: &Titles, language: Language) -> String {
    match borrowed(titles, language) {
        Some(other) => format!("<span lang=\"{other}\">{}</span>", escaped(&titles.ru)),
        None => escaped(titles.of(language)),
    }
}

/// The language that a title is shown in, if it is not the language of the page.
pub fn borrowed(titles: &Titles, language: Language) -> Option<Language> {
    let own = titles.own(language).is_some_and(|text| !text.trim().is_empty());
    (!own).then_some(Language::RU)
}

/// A table that is being written.
pub struct TableMarkup(String);

impl TableMarkup {
    /// A table with these heads: HTML, and whether the column has numbers.
    pub fn new<'h>(heads: impl IntoIterator<Item = (&'h str, bool)>) -> Self {
        let mut html = String::from("<thead><tr>");
        for (head, is_number) in heads {
            html.push_str(if is_number { "<th scope=\"col\" class=\"n\">" } else { "<th scope=\"col\">" });
            html.push_str(head);
            html.push_str("</th>");
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        Self(html)
    }

    /// Begins a row. `depth`: how far its label is indented. `broken`: whether a series breaks before it.
    pub fn row(&mut self, depth: usize, broken: bool, label: &str) {
        self.0.push_str(if broken { "<tr class=\"b\">" } else { "<tr>" });
        match depth.min(5) {
            0 => self.0.push_str("<th scope=\"row\">"),
            depth => self.0.push_str(&format!("<th scope=\"row\" class=\"d{depth}\">")),
        }
        self.0.push_str(label);
        self.0.push_str("</th>");
    }

    /// A cell with a class: `n` for numbers, `h` for hashes.
    pub fn cell(&mut self, class: &str, html: &str) {
        if class.is_empty() {
            self.0.push_str("<td>");
        } else {
            self.0.push_str(&format!("<td class=\"{class}\">"));
        }
        self.0.push_str(html);
        self.0.push_str("</td>");
    }

    pub fn end_row(&mut self) {
        self.0.push_str("</tr>\n");
    }

    /// A row of a label and cells of text.
    pub fn texts(&mut self, label: &str, cells: &[String]) {
        self.row(0, false, label);
        for cell in cells {
            self.cell("", cell);
        }
        self.end_row();
    }

    pub fn block(mut self, caption: &str) -> Block {
        self.0.push_str("</tbody>");
        Block::Table { caption: caption.to_owned(), html: self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_with_a_meaning_is_escaped() {
        assert_eq!(escaped("<b a=\"1\" c='2'>&\u{0}"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
        assert_eq!(link("a\"b", "<x>"), "<a href=\"a&quot;b\">&lt;x&gt;</a>");
    }

    #[test]
    fn a_title_without_the_language_is_marked_as_russian() {
        let titles = Titles::ru("Кража").with(Language::EN, "Theft");
        assert_eq!(said(&titles, Language::EN), "Theft");
        assert_eq!(said(&titles, Language::KK), "<span lang=\"ru\">Кража</span>");
        assert_eq!(said(&titles, Language::RU), "Кража");
    }
}
