//! A TOML file, read entry by entry, so that a fault in one entry does not hide those of the others. In: a text. Out:
//! its entries as typed, and its faults. This module does not know what the entries mean.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{Fault, fault::explain, shape};
use domain::nearest;

/// Reads one file and collects its faults.
pub(super) struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    table: DeTable<'t>,
    asked: Vec<&'static str>,
    /// Whether the text is not TOML. That fault has been added, so missing keys are not faults too.
    broken: bool,
    faults: Vec<Fault>,
}

impl<'t> Reader<'t> {
    /// Parses a text. A text that is not TOML becomes an empty file with its faults.
    pub fn open(file: &'t str, text: &'t str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let faults: Vec<Fault> = errors.iter().map(|error| told(file, text, error)).collect();
        let broken = !faults.is_empty();
        let table = if broken { DeTable::default() } else { table.into_inner() };
        Self { file, text, table, asked: Vec::new(), broken, faults }
    }

    /// Reads one key of the file. A missing key is `None` without a fault.
    pub fn maybe<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        shape::note_key::<T>(self.file, key, false, false);
        self.taken(key)
    }

    fn taken<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        self.asked.push(key);
        let value = self.table.remove(key)?;
        self.meant(value)
    }

    /// Reads one key of the file. A missing key is a fault.
    pub fn one<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        shape::note_key::<T>(self.file, key, true, false);
        let there = self.table.contains_key(key);
        let value = self.taken(key);
        if !there && !self.broken {
            self.of_file(format!("`{key}` is missing"));
        }
        value
    }

    /// Reads all entries of a list of tables, without those that have faults.
    pub fn many<T: DeserializeOwned>(&mut self, key: &'static str) -> Vec<T> {
        shape::note_key::<T>(self.file, key, false, true);
        self.asked.push(key);
        let Some(value) = self.table.remove(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(entries) = value.into_inner() else {
            self.fault(&span, format!("`{key}` is a list of tables here: write `[[{key}]]`"));
            return Vec::new();
        };
        entries.into_iter().filter_map(|entry| self.meant(entry)).collect()
    }

    /// The `id`s of a list of tables, also of entries with faults, so that a reference to such an entry is not a second
    /// fault. Call it before [`Reader::many`], which takes the list.
    pub fn ids(&self, key: &str) -> Vec<String> {
        let entries = self.table.get(key).and_then(|value| value.get_ref().as_array());
        let ids = entries.into_iter().flat_map(|entries| entries.iter());
        ids.filter_map(|entry| entry.get_ref().get("id")?.get_ref().as_str().map(ToOwned::to_owned)).collect()
    }

    fn meant<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'t>>) -> Option<T> {
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(meant) => Some(meant),
            Err(error) => {
                let span = error.span().unwrap_or(span);
                self.fault(&span, explain(error.message()));
                None
            }
        }
    }

    /// Adds a fault at a place of the file.
    pub fn fault(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.faults.push(Fault::at(self.file, self.text, span, message));
    }

    /// Adds a fault of the file as a whole.
    pub fn of_file(&mut self, message: impl Into<String>) {
        self.faults.push(Fault::of_file(self.file, message));
    }

    /// Whether a name is among the known ones. If not, adds a fault with the nearest of them.
    pub fn known<'a>(
        &mut self,
        what: &str,
        name: &Spanned<String>,
        known: impl IntoIterator<Item = &'a str> + Clone,
    ) -> bool {
        let written = name.get_ref().as_str();
        if known.clone().into_iter().any(|k| k == written) {
            return true;
        }
        let near = match nearest(written, known.clone()) {
            Some(near) => format!("; did you mean `{near}`?"),
            // A short list helps, a long one does not.
            None if known.clone().into_iter().count() <= 8 => {
                format!("; known here: {}", known.into_iter().collect::<Vec<_>>().join(", "))
            }
            None => String::new(),
        };
        self.fault(&name.span(), format!("`{written}` is not {} {what}{near}", domain::article(what)));
        false
    }

    /// Parses a text as a name of the domain. Adds a fault with the rule of that name if the text breaks it.
    pub fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, text: &Spanned<String>) -> Option<T> {
        match text.get_ref().parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let message = error.to_string();
                self.fault(&text.span(), message);
                None
            }
        }
    }

    /// Adds a fault for each name that occurs earlier in the list.
    pub fn once<'a>(&mut self, what: &str, names: impl IntoIterator<Item = &'a Spanned<String>>) {
        let mut seen = std::collections::BTreeSet::new();
        for name in names {
            if !seen.insert(name.get_ref().as_str()) {
                self.fault(&name.span(), format!("{what} `{}` occurs here twice", name.get_ref()));
            }
        }
    }

    /// The faults found, in the order of lines. Keys of the file that were never read are among them.
    pub fn close(mut self) -> Vec<Fault> {
        let unknown: Vec<(String, Range<usize>)> =
            self.table.keys().map(|key| (key.get_ref().to_string(), key.span())).collect();
        for (key, span) in unknown {
            let message = match nearest(&key, self.asked.iter().copied()) {
                Some(near) => format!("unknown key `{key}`; did you mean `{near}`?"),
                None => format!("unknown key `{key}`; known here: {}", self.asked.join(", ")),
            };
            self.fault(&span, message);
        }
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }
}

fn told(file: &str, text: &str, error: &toml::de::Error) -> Fault {
    match error.span() {
        Some(span) => Fault::at(file, text, &span, explain(error.message())),
        None => Fault::of_file(file, explain(error.message())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        id: Spanned<String>,
        #[expect(dead_code, reason = "only that it is read matters")]
        day: u32,
    }

    #[test]
    fn the_faults_of_all_entries_are_told_at_once() {
        let text = "[[form]]\nid = \"a\"\ndya = 3\n\n[[form]]\nid = \"b\"\nday = \"x\"\n\n[[form]]\nid = \"c\"\nday = 5\n\n[[from]]\n";
        let mut reader = Reader::open("forms.toml", text);
        let entries: Vec<Entry> = reader.many("form");
        assert_eq!(entries.iter().map(|e| e.id.get_ref().as_str()).collect::<Vec<_>>(), ["c"]);
        let told: Vec<String> = reader.close().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:#?}");
        assert_eq!(told[0], "forms.toml:3: unknown key `dya`; did you mean `day`?");
        assert!(told[1].starts_with("forms.toml:7: "), "{}", told[1]);
        assert_eq!(told[2], "forms.toml:13: unknown key `from`; did you mean `form`?");
    }

    #[test]
    fn a_text_that_is_no_toml_says_so_and_nothing_else() {
        let mut reader = Reader::open("forms.toml", "[[form]\nid = 3\n");
        assert!(reader.one::<u32>("act").is_none());
        let faults = reader.close();
        assert!(!faults.is_empty() && faults.iter().all(|f| f.line.is_some()), "{faults:?}");
    }
}
