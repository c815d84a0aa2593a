//! Writes a book as PX (PC-Axis; Statistics Sweden, "PX-file format specification AXIS-VERSION 2013"): a file for each
//! table, in UTF-8, with the texts of every language.
//!
//! The axes of a table are those of JSON-stat: lines and crossed columns in `STUB`, kinds of figures (`CONTVARIABLE`) and
//! the time in `HEADING`. An absent figure is a symbol of dots, which `DATASYMBOL1` to `3` show as in the book: `"."` is
//! `[z]`, `".."` is `[x]`, `"..."` is `[c]`; `"...."` is a place that the table does not show. A mark beside a figure is a
//! note on its cell. The format has a time of day beside each date; the book has only the day, so it is `00:00`.

use super::{
    FileOfBook,
    cube::{Cube, CubeAxis},
    issue_marks,
    px_text::{PxKey, PxText, cleaned, value},
    stem,
};
use assemble::{Book, Kind, Mark, Table, labels};
use chrono::Datelike as _;
use domain::{Language, Origin, Period, Periodicity, TableKind, Titles};
use words::{Dictionary, Lexicon, texts};

/// Writes the tables of a book that have figures. `main`: the language of the texts that name none.
#[must_use]
pub fn px(book: &Book, words: &Dictionary, main: Language) -> Vec<FileOfBook> {
    let file =
        |table| Some(FileOfBook { name: format!("px/{}.px", stem(table)), bytes: one(book, table, words, main)? });
    book.tables().filter_map(file).collect()
}

/// The texts of a file in one language.
struct Wording<'a> {
    lexicon: &'a Lexicon,
    /// `None` for the main language, whose keywords name no language.
    language: Option<Language>,
    /// The axes, with texts that differ from each other and fit.
    axes: Vec<CubeAxis>,
    /// The values that were cut: axis, category, the whole text.
    cut: Vec<(usize, usize, String)>,
}

impl<'a> Wording<'a> {
    fn new(cube: &Cube<'_>, lexicon: &'a Lexicon, main: Language) -> Self {
        let mut axes = cube.axes(lexicon);
        let names = labels::told_apart(axes.iter().map(|axis| value(&axis.label)));
        let mut cut = Vec::new();
        for (place, (axis, name)) in axes.iter_mut().zip(names).enumerate() {
            axis.label = name;
            let whole: Vec<String> = axis.categories.iter().map(|category| cleaned(&category.label)).collect();
            // A value cannot be empty: then its code says which it is.
            let said = axis.categories.iter().zip(&whole).map(|(c, text)| if text.is_empty() { &c.id } else { text });
            let values = labels::told_apart(said.map(|text| value(text)));
            for (at, (category, text)) in axis.categories.iter_mut().zip(values).enumerate() {
                if text.ends_with('…') && !whole[at].ends_with('…') {
                    cut.push((place, at, whole[at].clone()));
                }
                category.label = text;
            }
        }
        let language = (lexicon.language() != main).then(|| lexicon.language());
        Self { lexicon, language, axes, cut }
    }

    fn said(&self, titles: &Titles) -> String {
        labels::in_language(titles, self.lexicon.language())
    }

    fn axis(&self, id: &str) -> Option<&CubeAxis> {
        self.axes.iter().find(|axis| axis.id == id)
    }

    fn key<'k>(&self, word: &'k str) -> PxKey<'k> {
        PxKey::new(word).in_language(self.language)
    }
}

fn one(book: &Book, table: &Table, words: &Dictionary, main: Language) -> Option<Vec<u8>> {
    let cube = Cube::of(table)?;
    let mut wordings: Vec<Wording<'_>> = words.lexicons().map(|lexicon| Wording::new(&cube, lexicon, main)).collect();
    // The main language comes first; the others keep their order.
    wordings.sort_by_key(|wording| wording.language.is_some());
    let mut px = PxText::new();
    head(&mut px, book, table, &cube, &wordings);
    titles(&mut px, book, table, &wordings);
    axes(&mut px, &cube, &wordings);
    contents(&mut px, book, &wordings);
    notes(&mut px, book, table, &wordings);
    cell_notes(&mut px, &cube, &wordings);
    for (word, mark) in [("DATASYMBOL1", Mark::Z), ("DATASYMBOL2", Mark::X), ("DATASYMBOL3", Mark::C)] {
        px.text(PxKey::new(word), mark.text());
    }
    let width: usize = cube.sizes().iter().rev().take(2).map(|(_, size)| size).product();
    px.data(cube.cells.chunks(width.max(1)).map(|row| {
        let cells: Vec<&str> = row.iter().map(|cell| shown(cell.as_ref())).collect();
        cells.join(" ")
    }));
    Some(px.into_bytes())
}

/// A figure as an exact decimal, or the dots for its absence.
fn shown(cell: Option<&super::observed::Observation>) -> &str {
    let Some(one) = cell else { return "\"....\"" };
    match (&one.value, one.mark) {
        (Some(value), _) => value,
        (None, Some(Mark::Z)) => "\".\"",
        (None, Some(Mark::C)) => "\"...\"",
        (None, _) => "\"..\"",
    }
}

fn head(px: &mut PxText, book: &Book, table: &Table, cube: &Cube<'_>, wordings: &[Wording<'_>]) {
    px.text(PxKey::new("CHARSET"), "ANSI");
    px.text(PxKey::new("AXIS-VERSION"), "2013");
    px.text(PxKey::new("CODEPAGE"), "utf-8");
    let languages: Vec<String> = wordings.iter().map(|wording| wording.lexicon.language().to_string()).collect();
    px.text(PxKey::new("LANGUAGE"), &languages[0]);
    px.list(PxKey::new("LANGUAGES"), &languages);
    px.text(PxKey::new("CREATION-DATE"), &day(book));
    px.plain(PxKey::new("DECIMALS"), &cube.decimals(|_| true).to_string());
    px.plain(PxKey::new("SHOWDECIMALS"), "0");
    // At most 20 characters; the id of the table says the rest.
    let number = if table.number.is_empty() { "0" } else { &table.number };
    px.text(PxKey::new("MATRIX"), &format!("{number}_{}", book.period));
    px.text(PxKey::new("TABLEID"), &format!("{}/{}/r{}/{}", book.collection, book.period, book.revision, stem(table)));
    px.text(PxKey::new("SUBJECT-CODE"), book.collection.as_str());
}

fn day(book: &Book) -> String {
    book.cover.generated_for.format("%Y%m%d 00:00").to_string()
}

fn titles(px: &mut PxText, book: &Book, table: &Table, wordings: &[Wording<'_>]) {
    let sample =
        if book.origin == Origin::Sample { format!("{} · ", issue_marks::SAMPLE_DATA) } else { String::new() };
    for wording in wordings {
        px.text(wording.key("SUBJECT-AREA"), &issue_marks::title(book, wording.lexicon));
    }
    for wording in wordings {
        let (title, scope) = (wording.said(&table.title), wording.said(&table.scope));
        px.text(wording.key("TITLE"), &format!("{sample}{title}. {scope}"));
    }
    for wording in wordings {
        px.text(wording.key("CONTENTS"), &wording.said(&table.title));
    }
    for wording in wordings {
        let unit = wording.axis("metric").and_then(|axis| axis.categories.first()?.unit.as_ref());
        px.text(wording.key("UNITS"), unit.map_or("", |(unit, _)| unit));
    }
}

fn axes(px: &mut PxText, cube: &Cube<'_>, wordings: &[Wording<'_>]) {
    for wording in wordings {
        let names = wording.axes.iter().map(|axis| axis.label.clone()).collect::<Vec<_>>();
        let (stub, heading) = names.split_at(names.len() - 2);
        px.list(wording.key("STUB"), stub);
        px.list(wording.key("HEADING"), heading);
        px.text(wording.key("CONTVARIABLE"), &heading[0]);
    }
    for wording in wordings {
        for axis in &wording.axes {
            let values = axis.categories.iter().map(|category| category.label.clone()).collect::<Vec<_>>();
            px.list(wording.key("VALUES").about(&[&axis.label]), &values);
        }
    }
    for wording in wordings {
        for axis in &wording.axes {
            let codes = axis.categories.iter().map(|category| cleaned(&category.id)).collect::<Vec<_>>();
            px.list(wording.key("CODES").about(&[&axis.label]), &codes);
        }
        let (Some(axis), Some(times)) = (wording.axis("time"), times(cube)) else { continue };
        px.plain(wording.key("TIMEVAL").about(&[&axis.label]), &times);
    }
    let regions = cube.regions();
    for wording in wordings {
        if let Some(axis) = regions.and_then(|id| wording.axis(id)) {
            px.text(wording.key("VARIABLE-TYPE").about(&[&axis.label]), "Geographical");
        }
    }
}

/// The times as the format writes them. `None` where they are not what the format calls a quarter or a month: figures
/// since the beginning of the year are of a longer time.
fn times(cube: &Cube<'_>) -> Option<String> {
    let times = &cube.times;
    let periodicity = times.first()?.periodicity();
    let alone = cube.table.kind == Kind::Of(TableKind::Quarter) && periodicity == Periodicity::Quarter;
    let is_whole = |time: &Period| time.periodicity() == periodicity && (alone || time.first_day().ordinal() == 1);
    if !times.iter().all(is_whole) {
        return None;
    }
    let time = |time: &Period| match periodicity {
        Periodicity::Month => format!("\"{}{:02}\"", time.year(), time.index()),
        Periodicity::Quarter | Periodicity::HalfYear => format!("\"{}{}\"", time.year(), time.index()),
        Periodicity::Year => format!("\"{}\"", time.year()),
    };
    let scale = match periodicity {
        Periodicity::Month => "M1",
        Periodicity::Quarter => "Q1",
        Periodicity::HalfYear => "H1",
        Periodicity::Year => "A1",
    };
    Some(format!("TLIST({scale}),{}", times.iter().map(time).collect::<Vec<_>>().join(",")))
}

/// What the format wants for each value of the variable of contents.
fn contents(px: &mut PxText, book: &Book, wordings: &[Wording<'_>]) {
    for wording in wordings {
        let Some(axis) = wording.axis("metric") else { continue };
        for category in &axis.categories {
            let Some((unit, decimals)) = &category.unit else { continue };
            let about = [category.label.as_str()];
            px.text(wording.key("UNITS").about(&about), unit);
            px.text(wording.key("LAST-UPDATED").about(&about), &day(book));
            px.text(wording.key("CONTACT").about(&about), &book.cover.contact.join("#"));
            if *decimals > 0 {
                let about = [axis.label.as_str(), category.label.as_str()];
                px.plain(wording.key("PRECISION").about(&about), &decimals.to_string());
            }
        }
    }
}

/// Notes that a reader must not miss (`NOTEX`), and the others, each in a line (`#`).
fn notes(px: &mut PxText, book: &Book, table: &Table, wordings: &[Wording<'_>]) {
    let joined = |notes: Vec<String>| notes.iter().map(|note| note.replace('#', "")).collect::<Vec<_>>().join("#");
    for wording in wordings {
        px.text(wording.key("SOURCE"), &wording.said(&table.source));
        px.text(wording.key("NOTEX"), &joined(issue_marks::in_words(book, wording.lexicon)));
        let lexicon = wording.lexicon;
        let edition = format!("{}: {}", texts::EDITION.of(lexicon), book.issue(lexicon));
        let content = format!("{}: {}", texts::CONTENT_ID.of(lexicon), book.content_id());
        let said = table.sentences.iter().chain(&table.notes).map(|titles| wording.said(titles));
        let legend = [Mark::X, Mark::C, Mark::Z].map(|mark| mark.in_words(lexicon));
        let nowhere = format!(".... — {}", texts::NOT_IN_TABLE.of(lexicon));
        let all = [edition, content].into_iter().chain(said).chain(legend).chain([nowhere]);
        px.text(wording.key("NOTE"), &joined(all.collect()));
        for (axis, category, whole) in &wording.cut {
            let axis = &wording.axes[*axis];
            let about = [axis.label.as_str(), axis.categories[*category].label.as_str()];
            px.text(wording.key("VALUENOTE").about(&about), whole);
        }
    }
}

/// The marks beside figures.
fn cell_notes(px: &mut PxText, cube: &Cube<'_>, wordings: &[Wording<'_>]) {
    for wording in wordings {
        for (place, cell) in cube.cells.iter().enumerate() {
            let Some(mark) = cell.as_ref().filter(|one| one.value.is_some()).and_then(|one| one.mark) else { continue };
            let mut rest = place;
            let mut about: Vec<&str> = Vec::new();
            for axis in wording.axes.iter().rev() {
                about.push(&axis.categories[rest % axis.categories.len()].label);
                rest /= axis.categories.len();
            }
            about.reverse();
            px.text(wording.key("CELLNOTE").about(&about), &mark.in_words(wording.lexicon));
        }
    }
}
