//! The file of messages, `templates/messages/<code>.toml`, as a translator writes it. Every fault is reported at once,
//! with its line. A message that is missing is no fault: it is shown in English.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use toml::Spanned;

use super::{LexiconFault, LexiconFaults, Messages, message_pattern::MessagePattern, plural::Plural};
use domain::{Language, counted, line_at};

/// The longest translation, in bytes, and the largest file.
const LONGEST: usize = 4_000;
const LARGEST: usize = 4_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plural: Spanned<String>,
    nouns: BTreeMap<String, Spanned<Forms>>,
    messages: BTreeMap<String, Spanned<String>>,
}

/// The forms of a noun after a number: one that fits all, or three.
#[derive(Deserialize)]
#[serde(untagged)]
enum Forms {
    Same(String),
    OneFewMany([String; 3]),
}

impl Messages {
    /// Reads the file of a language.
    ///
    /// # Errors
    /// Every fault of the file: an unknown key or way of counting, a place for a value that the message lacks.
    pub fn parse(language: Language, text: &str) -> Result<Self, LexiconFaults> {
        let whole = |message: String| LexiconFaults(vec![LexiconFault { line: None, message }]);
        if text.len() > LARGEST {
            return Err(whole(format!("the file is larger than {LARGEST} bytes")));
        }
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_at(text, span.start));
            LexiconFaults(vec![LexiconFault { line, message: error.message().trim().to_owned() }])
        })?;
        let mut faults = Vec::new();
        let mut fault = |at: usize, message: String| {
            faults.push(LexiconFault { line: Some(line_at(text, at)), message });
        };
        let known = Plural::WORDS.into_iter().find(|(word, _)| word == written.plural.get_ref());
        if known.is_none() {
            fault(written.plural.span().start, "write `same`, `one-many` or `one-few-many`".to_owned());
        }
        let mut nouns = HashMap::new();
        for (noun, forms) in written.nouns {
            let forms = match forms.into_inner() {
                Forms::Same(form) => [form.clone(), form.clone(), form],
                Forms::OneFewMany(forms) => forms,
            };
            let plural = counted(2_u32, &noun).trim_start_matches("2 ").to_owned();
            nouns.insert(plural, forms.clone());
            nouns.insert(noun, forms);
        }
        let (mut fixed, mut patterns) = (HashMap::new(), Vec::new());
        for (message, translation) in written.messages {
            let at = translation.span().start;
            let translation = translation.into_inner();
            if translation.trim().is_empty() || translation.len() > LONGEST {
                fault(at, format!("`{message}`: write 1 to {LONGEST} bytes"));
            } else if MessagePattern::has_places(&message) {
                match MessagePattern::new(&message, &translation) {
                    Ok(pattern) => patterns.push(pattern),
                    Err(wrong) => fault(at, format!("`{message}`: {wrong}")),
                }
            } else {
                fixed.insert(message, translation);
            }
        }
        patterns.sort_by_key(|pattern: &MessagePattern| std::cmp::Reverse(pattern.weight()));
        let plural = known.map(|(_, plural)| plural).unwrap_or_default();
        if faults.is_empty() {
            Ok(Self { language, plural, nouns, fixed, patterns, names: HashSet::new() })
        } else {
            Err(LexiconFaults(faults))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_line() {
        let file = "plural = \"two\"\n[nouns]\n[messages]\n\"a {}\" = \"б {2}\"\n\"b\" = \" \"\n";
        let faults = Messages::parse(Language::RU, file).unwrap_err().0;
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [Some(1), Some(4), Some(5)]);
        assert!(Messages::parse(Language::RU, "plural = ").is_err());
    }
}
