//! What a file may contain, from the types that read it. In: a type that serde can read. Out: its [`Shape`]: keys,
//! choices, what is required. This module does not know what a key means.
//!
//! serde does not show the fields of a type, but a type asks for them while it is read. So a type is read again and
//! again by a probe ([`super::shape_probe`]) that goes down to one place, answers what is asked for there, and ends.

use std::cell::RefCell;

use serde::de::DeserializeOwned;

use super::shape_probe::{Answer, Question, Step, ask};

/// What a value looks like in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Flag,
    Number,
    Text,
    Choice(&'static [&'static str]),
    List(Box<Shape>),
    /// A table in which the office chooses the keys.
    Map(Box<Shape>),
    Table(Table),
    /// A type that reads more than one kind of value, or only some texts: its path, such as `config::values::Hour`.
    Special(&'static str),
}

/// A table with the keys that it may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub keys: Vec<Key>,
    /// Whether titles by language lie among its keys.
    pub has_titles: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

/// The files that were read, each with the table that it may be.
#[derive(Debug, Default)]
pub(super) struct Seen(Vec<(String, Table)>);

impl Seen {
    pub fn file(&self, path: &str) -> Option<&Table> {
        self.0.iter().find(|(known, _)| known == path).map(|(_, table)| table)
    }
}

thread_local! {
    /// What was asked for, while files are read to see what they may contain; else `None`.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// What is asked of files while `reading` runs.
pub(super) fn seen(reading: impl FnOnce()) -> Seen {
    SEEN.set(Some(Seen::default()));
    reading();
    SEEN.take().unwrap_or_default()
}

/// Notes that a key of a file was asked for. Does nothing outside [`seen`].
pub(super) fn note_key<T: DeserializeOwned>(file: &str, name: &'static str, is_required: bool, is_list: bool) {
    if SEEN.with_borrow(Option::is_none) {
        return;
    }
    let shape = shape_of::<T>();
    let shape = if is_list { Shape::List(Box::new(shape)) } else { shape };
    let key = Key { name, shape, is_required };
    SEEN.with_borrow_mut(|seen| {
        let Some(Seen(files)) = seen else { return };
        match files.iter_mut().find(|(known, _)| known == file) {
            Some((_, table)) => table.keys.push(key),
            None => files.push((file.to_owned(), Table { keys: vec![key], has_titles: false })),
        }
    });
}

/// Notes that a whole file is read as one type. Does nothing outside [`seen`].
pub(super) fn note_file<T: DeserializeOwned>(file: &str) {
    if SEEN.with_borrow(Option::is_none) {
        return;
    }
    if let Shape::Table(table) = shape_of::<T>() {
        SEEN.with_borrow_mut(|seen| seen.iter_mut().for_each(|seen| seen.0.push((file.to_owned(), table.clone()))));
    }
}

/// The shape of a type.
pub(super) fn shape_of<T: DeserializeOwned>() -> Shape {
    below(&ask::<T>, &[])
}

/// The shape of the value at a path.
fn below(ask: &dyn Fn(&[Step], Question) -> Answer, path: &[Step]) -> Shape {
    let at = |step: Step| below(ask, &[path, &[step]].concat());
    match ask(path, Question::WhatIsIt) {
        Answer::Flag => Shape::Flag,
        Answer::Number => Shape::Number,
        Answer::Text => Shape::Text,
        Answer::Choice(words) => Shape::Choice(words),
        Answer::Special(path) => Shape::Special(path),
        Answer::List => Shape::List(Box::new(at(Step::Element))),
        Answer::Map => Shape::Map(Box::new(at(Step::Key("x")))),
        Answer::Table { names, has_titles } => {
            let shapes: Vec<Shape> = names.iter().map(|name| at(Step::Key(name))).collect();
            let key = |(name, shape)| {
                let is_required = ask(path, Question::Without(names, name)) == Answer::Required;
                Key { name, shape, is_required }
            };
            Shape::Table(Table { keys: names.iter().copied().zip(shapes).map(key).collect(), has_titles })
        }
        Answer::Required | Answer::Optional => Shape::Special(""),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use toml::Spanned;

    use super::*;
    use crate::{titled::Titled, values::Hour};

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Way {
        Mail,
        Folder,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its keys matter here")]
    struct Written {
        way: Spanned<Way>,
        from: Option<Spanned<Hour>>,
        #[serde(default)]
        lines: Vec<Titled<Line>>,
        counts: BTreeMap<Spanned<String>, u32>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its keys matter here")]
    struct Line {
        code: Spanned<String>,
        is_sum: Option<bool>,
    }

    #[test]
    fn the_shape_of_a_type_has_its_keys_and_what_each_may_be() {
        let key = |name, shape, is_required| Key { name, shape, is_required };
        let line =
            Table { keys: vec![key("code", Shape::Text, true), key("is_sum", Shape::Flag, false)], has_titles: true };
        let keys = vec![
            key("way", Shape::Choice(&["mail", "folder"]), true),
            key("from", Shape::Special("config::values::Hour"), false),
            key("lines", Shape::List(Box::new(Shape::Table(line))), false),
            key("counts", Shape::Map(Box::new(Shape::Number)), true),
        ];
        assert_eq!(shape_of::<Written>(), Shape::Table(Table { keys, has_titles: false }));
    }
}
