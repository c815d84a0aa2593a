//! The file of a lexicon, `templates/words/<code>.toml`, as a translator writes it: everything has to be there, and
//! nothing else. Every fault is reported at once, with its line.

use std::{collections::BTreeMap, fmt, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    FixedText, Lexicon,
    dictionary::CARRIED,
    phrases::{PHRASES, Pattern},
    plural::Plural,
};
use domain::{LONGEST_SHORT, Language, known_instead, line_at, names_a_sheet};

/// What is wrong with the file of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconFault {
    /// From 1; `None` where the fault is about the file as a whole.
    pub line: Option<usize>,
    pub message: String,
}

/// Every fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LexiconFaults(pub Vec<LexiconFault>);

impl fmt::Display for LexiconFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Letters of a text. The longest one of the program has 400; a cell of a workbook holds 32,767.
const LONGEST_TEXT: usize = 1_000;
const TEXTS: &str = "texts";
const PHRASES_KEY: &str = "phrases";

impl Lexicon {
    /// Reads the file of a language.
    ///
    /// # Errors
    /// Every fault of the file: a text or phrase that is missing, one that is not known, a wrong placeholder, a text
    /// that cannot be where it is written.
    pub fn parse(language: Language, text: &str) -> Result<Self, LexiconFaults> {
        let mut file = LexiconFile::open(language, text);
        let lexicon = file.lexicon();
        file.close_table(
            "",
            &[
                "locale",
                "group",
                "decimal",
                "plural",
                "months",
                "months_in_dates",
                "months_in",
                "quarters",
                TEXTS,
                PHRASES_KEY,
            ],
        );
        file.faults.sort_by_key(|fault| fault.line);
        if file.faults.is_empty() { Ok(lexicon) } else { Err(LexiconFaults(file.faults)) }
    }
}

/// The entries of a table, each with its key and where it is written.
type Entries<'t> = BTreeMap<String, (Range<usize>, Spanned<DeValue<'t>>)>;

struct LexiconFile<'t> {
    language: Language,
    text: &'t str,
    entries: Entries<'t>,
    faults: Vec<LexiconFault>,
    /// A text that is not TOML has faults of its own: what it lacks is not known.
    is_broken: bool,
}

impl<'t> LexiconFile<'t> {
    fn open(language: Language, text: &'t str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let is_broken = !errors.is_empty();
        let entries = if is_broken { Entries::new() } else { entries(table.into_inner()) };
        let mut file = Self { language, text, entries, faults: Vec::new(), is_broken };
        for error in errors {
            file.fault(error.span(), error.message().trim().to_owned());
        }
        file
    }

    fn fault(&mut self, span: Option<Range<usize>>, message: String) {
        let line = span.map(|span| line_at(self.text, span.start));
        self.faults.push(LexiconFault { line, message });
    }

    fn lexicon(&mut self) -> Lexicon {
        let locale = self.setting("locale", "1 to 4 hexadecimal digits, such as `419`", |text| {
            let is_right = matches!(text.len(), 1..=4) && text.bytes().all(|b| b.is_ascii_hexdigit());
            is_right.then(|| text.to_owned())
        });
        let plural = self.setting("plural", "`same`, `one-many` or `one-few-many`", |text| {
            Plural::WORDS.into_iter().find(|(word, _)| *word == text).map(|(_, plural)| plural)
        });
        let one = "one character";
        let character = |text: &str| {
            let mut characters = text.chars();
            characters.next().filter(|c| characters.next().is_none() && !c.is_control())
        };
        Lexicon {
            language: self.language,
            locale: locale.unwrap_or_default(),
            group: self.setting("group", one, character).unwrap_or_default(),
            decimal: self.setting("decimal", one, character).unwrap_or_default(),
            plural: plural.unwrap_or_default(),
            months: self.names("months", 12),
            months_in_dates: self.names("months_in_dates", 12),
            months_in: self.names("months_in", 12),
            quarters: self.names("quarters", 4),
            texts: self.texts(),
            phrases: self.phrases(),
        }
    }

    /// A key at the top of the file.
    fn setting<T>(&mut self, key: &str, rule: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (_, value) = self.taken(None, key)?;
        let read = value.get_ref().as_str().and_then(read);
        if read.is_none() {
            self.fault(Some(value.span()), format!("`{key}` has to be {rule}"));
        }
        read
    }

    /// A list of names at the top of the file.
    fn names(&mut self, key: &str, count: usize) -> Vec<String> {
        let Some((_, value)) = self.taken(None, key) else { return Vec::new() };
        let values = value.get_ref().as_array().map(|values| values.iter().map(|value| value.get_ref().as_str()));
        let names: Option<Vec<&str>> = values.and_then(Iterator::collect);
        let is_name = |name: &&str| !name.is_empty() && refused(name).is_none();
        if let Some(names) = names.filter(|names| names.len() == count && names.iter().all(is_name)) {
            names.into_iter().map(ToOwned::to_owned).collect()
        } else {
            self.fault(Some(value.span()), format!("`{key}` has to be a list of {count} names"));
            Vec::new()
        }
    }

    fn texts(&mut self) -> Vec<String> {
        let (header, mut entries) = self.table(TEXTS);
        let mut texts = Vec::new();
        let mut sheets: BTreeMap<String, String> = BTreeMap::new();
        for fixed in FixedText::all() {
            let key = fixed.key();
            let Some((text, span)) = self.text_of(&header, &mut entries, TEXTS, &key) else {
                texts.push(String::new());
                continue;
            };
            if text.is_empty() {
                self.fault(Some(span.clone()), format!("`{key}` is empty"));
            } else if fixed.names_sheet() && !names_a_sheet(&text) {
                let rule = format!("1 to {LONGEST_SHORT} letters, none of `[ ] : * ? / \\ '`");
                self.fault(Some(span.clone()), format!("`{key}` names a sheet: write {rule}"));
            } else if fixed.begins_with_letter() && !text.starts_with(char::is_alphabetic) {
                self.fault(Some(span.clone()), format!("`{key}` has to begin with a letter"));
            }
            if fixed.names_sheet()
                && let Some(other) = sheets.insert(text.to_lowercase(), key.clone())
            {
                self.fault(Some(span), format!("`{key}` and `{other}` name two sheets alike"));
            }
            texts.push(text);
        }
        let known: Vec<String> = FixedText::all().map(FixedText::key).collect();
        self.unknown(entries, TEXTS, &known.iter().map(String::as_str).collect::<Vec<_>>());
        texts
    }

    fn phrases(&mut self) -> Vec<Pattern> {
        let (header, mut entries) = self.table(PHRASES_KEY);
        let mut patterns = Vec::new();
        for phrase in PHRASES {
            let Some((text, span)) = self.text_of(&header, &mut entries, PHRASES_KEY, phrase.key) else { continue };
            match Pattern::parse(&text, phrase.values) {
                Ok(pattern) if phrase.begins_with_letter() && !pattern.begins_with_letter() => {
                    self.fault(Some(span), format!("`{}` has to begin with a letter", phrase.key));
                }
                Ok(pattern) => patterns.push(pattern),
                Err(message) => self.fault(Some(span), format!("`{}`: {message}", phrase.key)),
            }
        }
        self.unknown(entries, PHRASES_KEY, &PHRASES.iter().map(|phrase| phrase.key).collect::<Vec<_>>());
        patterns
    }

    /// A table of the file and the place of its header.
    fn table(&mut self, name: &'static str) -> (Range<usize>, Entries<'t>) {
        let Some((span, value)) = self.taken(None, name) else { return (0..0, Entries::new()) };
        if let DeValue::Table(table) = value.into_inner() {
            (span, entries(table))
        } else {
            self.fault(Some(span.clone()), format!("`{name}` has to be a table: write `[{name}]`"));
            (span, Entries::new())
        }
    }

    /// A text of a table, and where it is written.
    fn text_of(
        &mut self,
        header: &Range<usize>,
        entries: &mut Entries<'t>,
        table: &'static str,
        key: &str,
    ) -> Option<(String, Range<usize>)> {
        let Some((_, value)) = entries.remove(key) else {
            if !self.is_broken && *header != (0..0) {
                self.missing(Some(header.clone()), Some(table), key);
            }
            return None;
        };
        let span = value.span();
        let Some(text) = value.get_ref().as_str() else {
            self.fault(Some(span), format!("`{key}` has to be a text in quotes"));
            return None;
        };
        if let Some(why) = refused(text) {
            self.fault(Some(span), format!("`{key}` {why}"));
            return None;
        }
        Some((text.to_owned(), span))
    }

    /// A key at the top of the file, taken out of it.
    fn taken(&mut self, header: Option<Range<usize>>, key: &str) -> Option<(Range<usize>, Spanned<DeValue<'t>>)> {
        let value = self.entries.remove(key);
        if value.is_none() && !self.is_broken {
            self.missing(header, None, key);
        }
        value
    }

    /// A key is missing: with what the program's own file writes there.
    fn missing(&mut self, span: Option<Range<usize>>, table: Option<&str>, key: &str) {
        let (carried, text) = CARRIED.into_iter().find(|(of, _)| *of == self.language).unwrap_or(CARRIED[2]);
        let own = DeTable::parse(text).ok().and_then(|own| {
            let own = own.into_inner();
            let own = table.map_or(Some(&own), |table| own.get(table)?.get_ref().as_table())?;
            Some(toml::Value::from(own.get(key)?.get_ref().as_str()?).to_string())
        });
        let place = table.map(|table| format!(" from `[{table}]`")).unwrap_or_default();
        let own = own.map(|own| format!("; the program's {carried}.toml has `{key} = {own}`")).unwrap_or_default();
        self.fault(span, format!("`{key}` is missing{place}{own}"));
    }

    /// What is left at the top of the file is not known.
    fn close_table(&mut self, table: &str, known: &[&str]) {
        let entries = std::mem::take(&mut self.entries);
        self.unknown(entries, table, known);
    }

    fn unknown(&mut self, entries: Entries<'t>, table: &str, known: &[&str]) {
        for (key, (span, _)) in entries {
            let place = if table.is_empty() { String::new() } else { format!(" of `[{table}]`") };
            let near = domain::nearest(&key, known.iter().copied()).map(|_| known_instead(&key, known.iter().copied()));
            let near = near.map(|near| format!("; {near}")).unwrap_or_default();
            self.fault(Some(span), format!("`{key}` is not a key{place}{near}"));
        }
    }
}

fn entries(table: DeTable<'_>) -> Entries<'_> {
    table.into_iter().map(|(key, value)| (key.get_ref().to_string(), (key.span(), value))).collect()
}

/// Why a text cannot be written anywhere.
fn refused(text: &str) -> Option<String> {
    if text.chars().count() > LONGEST_TEXT {
        return Some(format!("has more than {LONGEST_TEXT} letters"));
    }
    text.chars().any(char::is_control).then(|| "has a control character, such as a line break".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = CARRIED[2].1;

    /// The faults of the English file with a change.
    fn faults(from: &str, to: &str) -> String {
        assert!(ENGLISH.contains(from), "{from}");
        Lexicon::parse(Language::EN, &ENGLISH.replacen(from, to, 1)).unwrap_err().to_string()
    }

    fn line_of(text: &str) -> usize {
        ENGLISH[..ENGLISH.find(text).unwrap()].matches('\n').count() + 1
    }

    #[test]
    fn the_files_of_the_program_have_no_fault() {
        for (language, text) in CARRIED {
            let lexicon = Lexicon::parse(language, text).unwrap();
            assert_eq!(lexicon.language(), language);
        }
    }

    #[test]
    fn a_key_too_few_or_too_many_is_refused_by_name() {
        let missing = faults("\nregion = \"Region\"", "");
        let header = line_of("[texts]");
        let told = "`region` is missing from `[texts]`; the program's en.toml has `region = \"Region\"`";
        assert_eq!(missing, format!("line {header}: {told}"));
        let uzbek = ENGLISH.replacen("\nregion = \"Region\"", "", 1);
        let uzbek = Lexicon::parse("uz".parse().unwrap(), &uzbek).unwrap_err().to_string();
        assert!(uzbek.contains("the program's en.toml has `region"), "{uzbek}");

        let slip = faults("\nregion = ", "\nregoin = ");
        let at = line_of("region = ");
        assert!(
            slip.contains(&format!("line {at}: `regoin` is not a key of `[texts]`; did you mean `region`?")),
            "{slip}"
        );
        assert!(slip.contains("`region` is missing from `[texts]`"), "{slip}");
        assert!(faults("decimal = ", "decimals = ").contains("`decimals` is not a key; did you mean `decimal`?"));
        assert!(faults("\ncopy_of = ", "\ncopies_of = ").contains("`copy_of` is missing from `[phrases]`"));
        assert!(faults("[phrases]", "[phrase]").contains("`phrases` is missing"));
    }

    #[test]
    fn a_wrong_placeholder_is_refused_by_name() {
        let at = line_of("copy_of = ");
        assert_eq!(
            faults("Copy {number} of {of}", "Copy {nubmer} of {of}"),
            format!("line {at}: `copy_of`: `{{nubmer}}` is not a placeholder of this phrase; did you mean `number`?")
        );
        assert!(faults("Copy {number} of {of}", "Copy {number}").contains("the placeholder `{of}` is missing"));
    }

    #[test]
    fn what_cannot_be_written_is_refused_by_name() {
        for (from, to, told) in [
            ("region = \"Region\"", "region = \"\"", "`region` is empty"),
            ("region = \"Region\"", "region = 3", "`region` has to be a text in quotes"),
            ("region = \"Region\"", "region = \"a\\nb\"", "`region` has a control character"),
            ("sheet_cover = \"Cover\"", "sheet_cover = \"A/B\"", "`sheet_cover` names a sheet"),
            ("sheet_cover = \"Cover\"", "sheet_cover = \"notes\"", "name two sheets alike"),
            ("page = \"page\"", "page = \"1 page\"", "`page` has to begin with a letter"),
            ("Copy {number} of {of}", "{number} of {of}", "`copy_of` has to begin with a letter"),
            ("locale = \"409\"", "locale = \"en-US\"", "`locale` has to be 1 to 4 hexadecimal digits"),
            ("group = \",\"", "group = \"\"", "`group` has to be one character"),
            ("plural = \"one-many\"", "plural = \"many\"", "`plural` has to be `same`, `one-many` or `one-few-many`"),
            ("\"January\", ", "", "`months` has to be a list of 12 names"),
            ("quarters = [", "quarters = [\"Q0\", ", "`quarters` has to be a list of 4 names"),
        ] {
            let faults = faults(from, to);
            assert!(faults.contains(told), "{to}: {faults}");
        }
        let long = format!("region = \"{}\"", "a".repeat(1_001));
        assert!(faults("region = \"Region\"", &long).contains("`region` has more than 1000 letters"));
    }

    #[test]
    fn a_file_that_is_not_toml_has_that_fault_alone() {
        let faults = Lexicon::parse(Language::EN, "[texts\nregion = \"Region\"\n").unwrap_err().0;
        assert!(
            faults.iter().all(|fault| fault.line.is_some() && !fault.message.contains("missing from")),
            "{faults:?}"
        );
    }
}
