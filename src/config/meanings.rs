//! What the keys of the files mean. In: the comments of the `zhinaq.toml` built into the program, and `meanings.toml`
//! beside this module, which comes first. Out: the meaning of a key. This module does not know which keys there are.

use std::collections::{BTreeMap, BTreeSet};

/// How a key is written that the office chooses: an organ, a language, a rule.
pub(super) const CHOSEN: &str = "NAME";
const WRITTEN: &str = include_str!("meanings.toml");

/// The meanings of the keys of one file.
pub(super) struct Meanings {
    written: BTreeMap<String, String>,
    comments: BTreeMap<String, String>,
    used: BTreeSet<String>,
}

impl Meanings {
    /// The meanings for a file. `text` is a file whose comments describe its keys.
    pub fn of(name: &str, text: Option<&str>) -> Result<Self, String> {
        let mut all: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(WRITTEN).map_err(|error| format!("meanings.toml: {error}"))?;
        let comments = text.map(comments).unwrap_or_default();
        Ok(Self { written: all.remove(name).unwrap_or_default(), comments, used: BTreeSet::new() })
    }

    /// The meaning of a key by its path, such as `delivery.NAME.domains`.
    pub fn meaning(&mut self, path: &str) -> Option<String> {
        if let Some(written) = self.written.get(path) {
            self.used.insert(path.to_owned());
            return Some(written.clone());
        }
        let is_it = |known: &str| {
            let (mut here, mut there) = (path.split('.'), known.split('.'));
            let same = |(a, b): (Option<&str>, Option<&str>)| a == b || (a == Some(CHOSEN) && b.is_some());
            std::iter::from_fn(|| match (here.next(), there.next()) {
                (None, None) => None,
                pair => Some(pair),
            })
            .all(same)
        };
        // `default` is an entry of its own, and the name of an organ is what describes the others.
        let found =
            self.comments.iter().filter(|(known, _)| is_it(known)).max_by_key(|(known, _)| !known.ends_with("default"));
        found.map(|(_, meaning)| meaning.clone())
    }

    /// The keys of `meanings.toml` that nothing asked for.
    pub fn unused(&self) -> Vec<&str> {
        self.written.keys().filter(|key| !self.used.contains(*key)).map(String::as_str).collect()
    }
}

/// The comment above each key and each table of a text, also of those that are commented out. Keys without a comment of
/// their own share the one above.
fn comments(text: &str) -> BTreeMap<String, String> {
    let (mut table, mut block) = (String::new(), String::new());
    // Whether the last line was a comment, and whether a key has the comment.
    let (mut is_open, mut is_used) = (false, false);
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(words) = line.strip_prefix("# ") {
            if std::mem::replace(&mut is_open, true) {
                block.push(' ');
            } else {
                block.clear();
                is_used = false;
            }
            block.push_str(words);
            continue;
        }
        is_open = false;
        let line = line.strip_prefix('#').unwrap_or(line);
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            name.trim_matches('[').clone_into(&mut table);
            let above = std::mem::take(&mut block);
            if !above.is_empty() && !is_used {
                found.insert(table.clone(), above);
            }
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !block.is_empty()) {
            let key = key.trim_matches('"');
            let path = if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") };
            found.insert(path, block.clone());
            is_used = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_comment_above_it() {
        let text = "# Where it lies,\n# and how.\nurl = \"a\"\n#user = \"b\"\n\n# Mail.\n[post]\nhost = 1\n# How many.\n\
                    #connections = 4\n\n# Its rules.\n#[delivery.mia]\n# One or more.\n#domains = []\n";
        let found = comments(text);
        let of = |key: &str| found.get(key).map(String::as_str);
        assert_eq!((of("url"), of("user")), (Some("Where it lies, and how."), Some("Where it lies, and how.")));
        assert_eq!((of("post"), of("post.host"), of("post.connections")), (Some("Mail."), None, Some("How many.")));
        assert_eq!(of("delivery.mia.domains"), Some("One or more."));
        let mut meanings = Meanings { written: BTreeMap::new(), comments: found, used: BTreeSet::new() };
        assert_eq!(meanings.meaning("delivery.NAME.domains").as_deref(), Some("One or more."));
        assert_eq!(meanings.meaning("delivery.NAME.encrypt"), None);
    }
}
