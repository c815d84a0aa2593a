//! The templates of pages. In: the files of `templates/console`, and a language. Out: an environment that fills them in;
//! it escapes every text. Unknown here: what a page shows.
//!
//! Filters: `t` translates a text and puts values in its places; `said` does so with a sentence of the pipeline, and marks
//! what is between backticks as code; `when` shows an instant; `num`, `bytes`, `counted` show numbers; `organ`,
//! `collection`, `form`, `unit`, `agency` show titles; `short` cuts a hash; `q` makes a value of an address.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use minijinja::{
    Environment, Error, HtmlEscape, UndefinedBehavior,
    syntax::SyntaxConfig,
    value::{Rest, Value},
};
use url::form_urlencoded;

use crate::speech::{Speech, Titled};

/// The folder of the templates.
const FOLDER: &str = "templates/console";
/// The digits of a hash that people compare.
const SHORT: usize = 12;

/// The pages in a language.
///
/// # Errors
/// When a template cannot be read, with its line.
pub fn pages_of(speech: &Arc<Speech>) -> Result<Environment<'static>, Error> {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    // Lines with a tag alone leave no blank line.
    pages.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, text) in config::program_texts(FOLDER) {
        if name.ends_with(".html") {
            pages.add_template(name, text)?;
        }
    }
    texts(&mut pages, speech);
    numbers(&mut pages, speech);
    for (name, kind) in [
        ("organ", Titled::Organ),
        ("collection", Titled::Collection),
        ("form", Titled::Form),
        ("unit", Titled::Unit),
        ("agency", Titled::Agency),
    ] {
        let speech = speech.clone();
        pages.add_filter(name, move |id: String| speech.title(kind, &id));
    }
    Ok(pages)
}

fn texts(pages: &mut Environment<'static>, speech: &Arc<Speech>) {
    let own = speech.clone();
    pages.add_filter("t", move |text: String, values: Rest<Value>| {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        if values.is_empty() { own.of(&text) } else { own.with(&text, &values) }
    });
    let own = speech.clone();
    pages.add_filter("said", move |text: String| Value::from_safe_string(with_code(&own.of(&text))));
    pages.add_filter("short", |text: String| text.chars().take(SHORT).collect::<String>());
    pages.add_filter("q", |text: Value| {
        form_urlencoded::byte_serialize(text.to_string().as_bytes()).collect::<String>()
    });
}

fn numbers(pages: &mut Environment<'static>, speech: &Arc<Speech>) {
    let own = speech.clone();
    pages.add_filter("when", move |at: Value| {
        let text = at.as_str().unwrap_or_default();
        let Ok(at) = text.parse::<DateTime<Utc>>() else { return Value::from("–") };
        let (machine, shown) = (at.format("%Y-%m-%dT%H:%M:%SZ"), own.time(at));
        Value::from_safe_string(format!("<time datetime=\"{machine}\">{}</time>", HtmlEscape(&shown)))
    });
    let own = speech.clone();
    pages.add_filter("counted", move |count: u64, noun: String| own.of(&domain::counted(count, &noun)));
    pages.add_filter("num", |number: Value| grouped(&number.to_string()));
    pages.add_filter("bytes", size);
}

/// A sentence in which what is between backticks is code.
fn with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // Without a closing backtick the last one is a letter.
    let is_whole = parts.len() % 2 == 1;
    let mut marked = String::new();
    for (place, part) in parts.iter().enumerate() {
        let escaped = HtmlEscape(part);
        if place % 2 == 1 && (is_whole || place + 1 < parts.len()) {
            marked.push_str(&format!("<code>{escaped}</code>"));
        } else if place % 2 == 1 {
            marked.push_str(&format!("`{escaped}"));
        } else {
            marked.push_str(&escaped.to_string());
        }
    }
    marked
}

/// A number with a no-break space before each three digits of its whole part.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("−", rest));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    if whole.is_empty() || !whole.bytes().all(|digit| digit.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut shown = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    if let Some(rest) = rest {
        shown.push('.');
        shown.push_str(rest);
    }
    shown
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    let steps = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match steps.into_iter().find(|(step, _)| bytes >= *step) {
        Some((step, unit)) => format!("{:.1}\u{a0}{unit}", bytes as f64 / step as f64),
        None => format!("{bytes}\u{a0}B"),
    }
}

#[cfg(test)]
mod tests {
    use config::Office;

    use super::*;
    use crate::speech::speeches;

    #[test]
    fn every_template_is_read_in_every_language() {
        for speech in speeches(&Office::embedded().unwrap()).unwrap() {
            let pages = pages_of(&Arc::new(speech)).unwrap();
            assert!(pages.templates().count() > 20, "{}", pages.templates().count());
        }
    }

    #[test]
    fn text_from_outside_stays_text() {
        let speech = speeches(&Office::embedded().unwrap()).unwrap().pop().unwrap();
        let mut pages = pages_of(&Arc::new(speech)).unwrap();
        let hostile = "<script>alert('1')</script>";
        for filter in ["t", "said", "short", "q", "when", "num", "organ", "form"] {
            let template = format!("{{{{ text | {filter} }}}}<i title=\"{{{{ text | {filter} }}}}\">");
            pages.add_template_owned("hostile.html", template).unwrap();
            let shown = pages.get_template("hostile.html").unwrap();
            let shown = shown.render(minijinja::context! { text => hostile }).unwrap();
            assert!(!shown.contains("<script") && !shown.contains("('1')"), "{filter}: {shown}");
        }
    }

    #[test]
    fn what_is_between_backticks_is_code() {
        assert_eq!(with_code("form `1-m` of <b>"), "form <code>1-m</code> of &lt;b&gt;");
        assert_eq!(with_code("one ` only"), "one ` only");
        assert_eq!(with_code(""), "");
    }

    #[test]
    fn numbers_are_grouped_and_sizes_short() {
        for (number, shown) in [
            ("1234567", "1\u{a0}234\u{a0}567"),
            ("-1234.567", "−1\u{a0}234.567"),
            ("12", "12"),
            ("", ""),
            ("1-m", "1-m"),
        ] {
            assert_eq!(grouped(number), shown);
        }
        assert_eq!((size(999), size(1_500_000)), ("999\u{a0}B".into(), "1.5\u{a0}MB".into()));
    }
}
