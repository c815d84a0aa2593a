//! Resolves alternate content (ECMA-376, part 3, 10): a place of a part with several versions, of which a program shows
//! the first that it understands.
//!
//! In comes the XML of a part; out comes the XML with one version of each place. The version is the one that Excel
//! shows: the first choice that needs only namespaces of Microsoft, otherwise the fallback. If the versions contain
//! different cells or texts, other programs show other figures, and a finding reports that. This module does not know
//! what a part is about.

use std::borrow::Cow;

use super::scanner::{XmlFault, XmlScanner, XmlToken};

/// A part in which each place has one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    pub text: Cow<'a, str>,
    /// Whether the versions had different content.
    pub differs: bool,
}

/// The most levels of alternate content within one another; no part has as many.
const DEEPEST: usize = 8;

/// A part with one version of each place.
pub fn resolved(part: &str) -> Result<Resolved<'_>, XmlFault> {
    let mut resolved = Resolved { text: Cow::Borrowed(part), differs: false };
    for _ in 0..DEEPEST {
        if memchr::memmem::find(resolved.text.as_bytes(), b"AlternateContent").is_none() {
            break;
        }
        let Some((once, differs)) = once(&resolved.text)? else { break };
        resolved = Resolved { text: Cow::Owned(once), differs: resolved.differs || differs };
    }
    Ok(resolved)
}

/// One version of a place.
struct Way {
    /// `None` = the fallback.
    requires: Option<String>,
    from: usize,
    to: usize,
    says: Vec<String>,
}

/// Resolves the outermost places, and returns whether the versions of any of them differ; `None` if there are no such
/// places.
fn once(part: &str) -> Result<Option<(String, bool)>, XmlFault> {
    let mut scanner = XmlScanner::new(part);
    let mut resolved = String::with_capacity(part.len());
    let (mut copied, mut found, mut differs) = (scanner.start(), false, false);
    loop {
        let before = scanner.place();
        let Some(token) = scanner.token()? else { break };
        let XmlToken::Open(tag) = token else { continue };
        if tag.name != "AlternateContent" || tag.empty {
            continue;
        }
        found = true;
        let ways = ways(&mut scanner)?;
        let understood = ways.iter().find(|way| way.requires.as_ref().is_some_and(|needs| is_understood(part, needs)));
        let chosen = understood.or_else(|| ways.iter().find(|way| way.requires.is_none()));
        // Without a fallback, a program that understands no choice shows nothing. Versions without cells (a drawing, a
        // control, a path of the program) may differ.
        let nothing = Vec::new();
        let says = chosen.map_or(&nothing, |way| &way.says);
        let fallback = ways.iter().any(|way| way.requires.is_none());
        differs |= ways.iter().any(|way| way.says != *says) || (!fallback && !says.is_empty());
        resolved.push_str(&part[copied..before]);
        if let Some(way) = chosen {
            resolved.push_str(&part[way.from..way.to]);
        }
        copied = scanner.place();
    }
    resolved.push_str(&part[copied..]);
    Ok(found.then_some((resolved, differs)))
}

/// Whether Excel understands all namespaces that a choice needs: they are those of Microsoft's own extensions.
fn is_understood(part: &str, requires: &str) -> bool {
    let known = |prefix: &str| {
        let declared = format!("xmlns:{prefix}=");
        // A namespace is written in quotes; what follows the sign may be anything in a foreign file.
        let after = part.find(&declared).and_then(|at| part[at + declared.len()..].strip_prefix(['"', '\'']));
        after.is_some_and(|uri| uri.starts_with("http://schemas.microsoft.com/office/"))
    };
    !requires.trim().is_empty() && requires.split_whitespace().all(known)
}

/// The versions of an open place, up to its end.
fn ways(scanner: &mut XmlScanner<'_>) -> Result<Vec<Way>, XmlFault> {
    let mut ways: Vec<Way> = Vec::new();
    let (mut depth, mut open) = (0_usize, false);
    loop {
        let before = scanner.place();
        let Some(token) = scanner.token()? else { return Ok(ways) };
        match token {
            XmlToken::Open(tag) if depth == 0 && matches!(tag.name, "Choice" | "Fallback") => {
                let requires = (tag.name == "Choice").then(|| tag.attribute("Requires").unwrap_or_default().to_owned());
                ways.push(Way { requires, from: scanner.place(), to: scanner.place(), says: Vec::new() });
                (depth, open) = (usize::from(!tag.empty), !tag.empty);
            }
            XmlToken::Open(tag) => {
                if let Some(way) = ways.last_mut().filter(|_| open && matches!(tag.name, "c" | "row" | "sheet" | "si"))
                {
                    let place = tag.attribute("r").or_else(|| tag.attribute("name")).unwrap_or_default();
                    way.says.push(format!("{} {place} {}", tag.name, tag.attribute("t").unwrap_or_default()));
                }
                depth += usize::from(!tag.empty);
            }
            XmlToken::Close(_) if depth == 0 => return Ok(ways),
            XmlToken::Close(_) => {
                depth -= 1;
                if let Some(way) = ways.last_mut().filter(|_| depth == 0 && open) {
                    (way.to, open) = (before, false);
                }
            }
            XmlToken::Text(text) | XmlToken::Verbatim(text) => {
                let says = ways.last_mut().filter(|way| open && !way.says.is_empty() && !text.trim().is_empty());
                if let Some(way) = says {
                    way.says.push(text.to_owned());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X14: &str = "xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\"";

    fn told(text: &str) -> (String, bool) {
        let resolved = resolved(text).unwrap();
        (resolved.text.into_owned(), resolved.differs)
    }

    fn two(declared: &str, choice: &str, fallback: &str) -> String {
        format!(
            "<s {declared}><row r=\"1\"/><mc:AlternateContent xmlns:mc=\"m\"> <mc:Choice Requires=\"x14\">{choice}</mc:Choice>\
             {fallback}</mc:AlternateContent><row r=\"3\"/></s>"
        )
    }

    fn fallback(inside: &str) -> String {
        format!("<mc:Fallback>{inside}</mc:Fallback>")
    }

    #[test]
    fn what_excel_shows_is_taken_and_a_difference_told() {
        let row = |value: u32| format!("<row r=\"2\"><c r=\"A2\"><v>{value}</v></c></row>");
        let one = |declared: &str, row: &str| format!("<s {declared}><row r=\"1\"/>{row}<row r=\"3\"/></s>");
        for (declared, taken) in [(X14, 5), ("", 6), ("xmlns:x14=\"http://example.org/x14\"", 6)] {
            assert_eq!(told(&two(declared, &row(5), &fallback(&row(6)))), (one(declared, &row(taken)), true));
            assert_eq!(told(&two(declared, &row(5), &fallback(&row(5)))), (one(declared, &row(5)), false));
        }
        for foreign in ["note=\"xmlns:x14=Ж\"", "note=\"xmlns:x14=\"", "note='xmlns:x14=http'"] {
            assert_eq!(told(&two(foreign, &row(5), &fallback(&row(6)))), (one(foreign, &row(6)), true));
        }
        assert_eq!(told(&two(X14, &row(5), "")), (one(X14, &row(5)), true));
        assert_eq!(told(&two("", &row(5), "")), (one("", ""), true));
        assert_eq!(told(&two("", "<control/>", "")), (one("", ""), false));
        assert_eq!(told("<s/>"), ("<s/>".into(), false));
        let within = two(X14, &two("", &row(5), &fallback(&row(5))), &fallback(&row(6)));
        assert!(!told(&within).0.contains("Alternate") && told(&within).1);
        assert!(resolved("<s><AlternateContent></s>").is_err());
    }
}
