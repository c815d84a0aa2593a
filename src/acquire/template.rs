//! Fills addresses that have names in braces.
//!
//! In come a template and the value of each name; out comes an address. This module does not know what the names mean.

/// Why an address could not be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("the address `{template}` has `{{{name}}}`, which is not known; use {known}")]
    Unknown { template: String, name: String, known: String },
    #[error("the address `{template}` has `{{{name}}}`, which this source has no value for")]
    NoValue { template: String, name: String },
    #[error("the address `{template}` has a brace without its other half")]
    Brace { template: String },
}

/// The names that an address may have.
pub(super) const NAMES: [&str; 8] = ["base", "yyyymm", "yyyy-MM-dd", "code", "agency", "unit", "index", "apiKey"];

/// Fills the names in braces. `value` returns the value of a name, or `None` if the source does not have it. Values are
/// percent-encoded, except the base, which is an address itself.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, TemplateError> {
    let brace = || TemplateError::Brace { template: template.into() };
    let mut address = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(brace)?;
        if before.contains('}') {
            return Err(brace());
        }
        if !NAMES.contains(&name) {
            let known = NAMES.map(|n| format!("`{{{n}}}`")).join(", ");
            return Err(TemplateError::Unknown { template: template.into(), name: name.into(), known });
        }
        let found =
            value(name).ok_or_else(|| TemplateError::NoValue { template: template.into(), name: name.into() })?;
        address.push_str(before);
        address.push_str(&if name == "base" {
            found.trim_end_matches('/').to_owned()
        } else {
            percent_encoded(&found)
        });
        rest = behind;
    }
    if rest.contains('}') {
        return Err(brace());
    }
    address.push_str(rest);
    Ok(address)
}

/// A percent-encoded value: all bytes are encoded except the unreserved characters of RFC 3986.
pub(super) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Result<String, TemplateError> {
        fill(template, |name| match name {
            "base" => Some("http://127.0.0.1:1/".into()),
            "index" => Some("gp_od_service_42".into()),
            "yyyy-MM-dd" => Some("2020-01-01".into()),
            "apiKey" => Some("a&b".into()),
            _ => None,
        })
    }

    #[test]
    fn the_older_address_keeps_its_two_question_marks() {
        let address = filled("{base}/datasets/view?index={index}?date={yyyy-MM-dd}").unwrap();
        assert_eq!(address, "http://127.0.0.1:1/datasets/view?index=gp_od_service_42?date=2020-01-01");
    }

    #[test]
    fn a_key_cannot_change_the_address() {
        assert_eq!(filled("{base}/x?apiKey={apiKey}").unwrap(), "http://127.0.0.1:1/x?apiKey=a%26b");
    }

    #[test]
    fn an_unknown_name_is_told_with_the_known_ones() {
        let error = filled("{base}/{month}").unwrap_err().to_string();
        assert!(error.contains("`{month}`") && error.contains("`{yyyymm}`"), "{error}");
        assert!(matches!(filled("{base}/{code}"), Err(TemplateError::NoValue { .. })));
        for wrong in ["{base", "base}/x", "{base}/}x{index}"] {
            assert!(matches!(filled(wrong), Err(TemplateError::Brace { .. })), "{wrong}");
        }
    }
}
