//! Datasets as columns, with one line for each figure. Texts are dictionary keys, so that no cell needs its own text.
//!
//! A dictionary contains only what a line has, because the writer takes the smallest and the largest value of a column
//! from its dictionary.

use std::{collections::HashMap, sync::Arc};

use polars_arrow::{
    array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray},
    bitmap::{Bitmap, MutableBitmap},
    datatypes::{ArrowDataType, IntegerType},
};
use polars_parquet::write::Encoding;

use domain::{Column, Dataset, DatasetKey, Figure, Number, Section};

/// A column of texts that is being filled: each distinct text once, and one key for each line.
#[derive(Debug, Default)]
pub(super) struct Words<'a> {
    known: HashMap<&'a str, u32>,
    texts: Vec<&'a str>,
    keys: Vec<u32>,
    /// The key that was repeated last.
    last: u32,
    /// Which of the texts a line has. A table without cells has rows and columns, but no line.
    used: Vec<bool>,
    present: Option<MutableBitmap>,
}

impl<'a> Words<'a> {
    fn with_lines(lines: usize) -> Self {
        Self { keys: Vec::with_capacity(lines), ..Self::default() }
    }

    fn key(&mut self, text: &'a str) -> u32 {
        *self.known.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.used.push(false);
            self.texts.len() as u32 - 1
        })
    }

    fn uses(&mut self, key: u32) {
        if let Some(used) = self.used.get_mut(key as usize) {
            *used = true;
        }
    }

    fn repeat(&mut self, text: &'a str, times: usize) {
        // Mostly a line repeats the text of the line before; comparing addresses is then enough.
        self.last = match self.texts.get(self.last as usize) {
            Some(last) if std::ptr::eq(*last, text) => self.last,
            _ => self.key(text),
        };
        self.repeat_last(times);
    }

    fn repeat_last(&mut self, times: usize) {
        if times > 0 {
            self.uses(self.last);
        }
        self.keys.extend(std::iter::repeat_n(self.last, times));
    }

    /// Appends one line to a column in which most lines have no text.
    fn rare(&mut self, text: &'a str) {
        let key = self.key(text);
        self.uses(key);
        let line = self.keys.len();
        let present = self.present.get_or_insert_with(|| MutableBitmap::from_len_zeroed(line));
        present.extend_constant(line - present.len(), false);
        present.push(true);
        self.keys.push(key);
    }

    /// Leaves out the texts that no line has.
    fn without_unused(&mut self) {
        if self.used.iter().all(|used| *used) {
            return;
        }
        let mut places = Vec::with_capacity(self.texts.len());
        let mut kept = 0;
        for used in &self.used {
            // A line without a text has a key that nobody reads.
            places.push(if *used { kept } else { 0 });
            kept += u32::from(*used);
        }
        for key in &mut self.keys {
            *key = places.get(*key as usize).copied().unwrap_or_default();
        }
        let mut used = self.used.iter();
        self.texts.retain(|_| used.next() == Some(&true));
    }

    /// The column, and whether a line has a text.
    fn finish(mut self) -> Result<(Box<dyn Array>, bool), String> {
        self.without_unused();
        let (lines, has_texts) = (self.keys.len(), !self.texts.is_empty());
        let validity = match self.present {
            None if self.texts.is_empty() => Some(Bitmap::new_zeroed(lines)),
            None => None,
            Some(mut present) => {
                present.extend_constant(lines - present.len(), false);
                Some(present.into())
            }
        };
        // A dictionary needs at least one text, even if no line has one.
        let texts = if self.texts.is_empty() { vec![""] } else { self.texts };
        let values = Utf8ViewArray::from_slice_values(texts).boxed();
        Ok((keyed(self.keys, validity, values)?, has_texts))
    }
}

fn keyed(keys: Vec<u32>, validity: Option<Bitmap>, values: Box<dyn Array>) -> Result<Box<dyn Array>, String> {
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(values.dtype().clone()), false);
    let keys = PrimitiveArray::from_vec(keys).with_validity(validity);
    DictionaryArray::try_new(dtype, keys, values).map(DictionaryArray::boxed).map_err(|e| e.to_string())
}

/// A finished column.
pub(super) struct Finished {
    pub name: &'static str,
    /// The type that a reader of the file sees; the dictionary is only an encoding.
    pub dtype: ArrowDataType,
    pub array: Box<dyn Array>,
    pub encoding: Encoding,
    /// Whether it has a smallest and a largest value: a column without values has none.
    pub has_bounds: bool,
}

/// The names of the columns of texts. In the file, `mantissa` and `scale` come before `text`.
const NAMES: [&str; 12] = [
    "form",
    "period",
    "unit",
    "agency",
    "origin",
    "edition",
    "section",
    "row",
    "row_label",
    "column",
    "column_label",
    "text",
];
/// How many of them identify the dataset, with the same text in each of its lines.
const ABOUT: usize = 6;

/// The columns of datasets, one line for each figure, in order.
pub(super) fn columns(datasets: &[Dataset]) -> Result<Vec<Finished>, String> {
    let lines = datasets.iter().flat_map(|d| &d.sections).map(|s| s.figures.len()).sum();
    let about = about(datasets);
    let mut words = NAMES.map(|_| Words::with_lines(lines));
    let mut numbers = Numbers::with_lines(lines);
    let mut heads = Heads::default();
    for (dataset, about) in datasets.iter().zip(&about) {
        let figures = dataset.sections.iter().map(|s| s.figures.len()).sum();
        for (column, text) in words.iter_mut().zip(about) {
            match text {
                Some(text) => column.repeat(text, figures),
                None => column.repeat_last(figures),
            }
        }
        for section in &dataset.sections {
            check(section)?;
            heads.places(section, &mut words);
            figures_of(section, &mut numbers, &mut words[NAMES.len() - 1]);
        }
    }
    finish(words, numbers)
}

/// The texts that identify each dataset; `None` where the text is the same as that of the dataset before.
fn about(datasets: &[Dataset]) -> Vec<[Option<String>; ABOUT]> {
    let mut before: Option<&Dataset> = None;
    let mut about = Vec::with_capacity(datasets.len());
    for dataset in datasets {
        let DatasetKey { form, period, unit, agency, origin } = &dataset.key;
        let same = |equal: fn(&Dataset, &Dataset) -> bool| before.is_some_and(|before| equal(before, dataset));
        let said = |same: bool, text: &dyn std::fmt::Display| (!same).then(|| text.to_string());
        about.push([
            said(same(|a, b| a.key.form == b.key.form), form),
            said(same(|a, b| a.key.period == b.key.period), period),
            said(same(|a, b| a.key.unit == b.key.unit), unit),
            said(same(|a, b| a.key.agency == b.key.agency), agency),
            said(same(|a, b| a.key.origin == b.key.origin), origin),
            said(same(|a, b| a.edition == b.edition), &dataset.edition),
        ]);
        before = Some(dataset);
    }
    about
}

/// The columns of the last section, with their keys. The datasets of one answer share their columns, so each is looked
/// up once, and not once for each region.
#[derive(Default)]
struct Heads<'a> {
    last: Option<Head<'a>>,
}

/// Columns, with the keys of their codes and labels.
struct Head<'a> {
    columns: &'a Arc<[Column]>,
    codes: Vec<u32>,
    labels: Vec<u32>,
}

impl<'a> Heads<'a> {
    fn places(&mut self, section: &'a Section, words: &mut [Words<'a>; NAMES.len()]) {
        let [_, _, _, _, _, _, id, row, row_label, column, column_label, _] = words;
        let width = section.columns.len();
        id.repeat(section.id.as_str(), section.figures.len());
        for line in section.rows.iter() {
            row.repeat(line.code.as_str(), width);
            row_label.repeat(&line.label, width);
        }
        let known = self.last.take().filter(|head| Arc::ptr_eq(head.columns, &section.columns));
        let head = known.unwrap_or_else(|| Head {
            columns: &section.columns,
            codes: section.columns.iter().map(|c| column.key(c.code.as_str())).collect(),
            labels: section.columns.iter().map(|c| column_label.key(&c.label)).collect(),
        });
        if !section.rows.is_empty() {
            head.codes.iter().for_each(|key| column.uses(*key));
            head.labels.iter().for_each(|key| column_label.uses(*key));
        }
        for _ in 0..section.rows.len() {
            column.keys.extend_from_slice(&head.codes);
            column_label.keys.extend_from_slice(&head.labels);
        }
        self.last = Some(head);
    }
}

fn figures_of<'a>(section: &'a Section, numbers: &mut Numbers, text: &mut Words<'a>) {
    for figure in &section.figures {
        numbers.push(figure.number().map(Number::parts));
        match figure {
            Figure::Text(words) => text.rare(words),
            // The line's text is null, so no reader uses this key.
            Figure::Blank | Figure::Number(_) => text.keys.push(0),
        }
    }
}

fn finish(words: [Words<'_>; NAMES.len()], numbers: Numbers) -> Result<Vec<Finished>, String> {
    let mut finished = Vec::with_capacity(NAMES.len() + 2);
    for (name, words) in NAMES.into_iter().zip(words) {
        let (array, has_bounds) = words.finish()?;
        let (dtype, encoding) = (ArrowDataType::Utf8View, Encoding::RleDictionary);
        finished.push(Finished { name, dtype, array, encoding, has_bounds });
    }
    let text = finished.pop();
    finished.extend(numbers.finish()?);
    finished.extend(text);
    Ok(finished)
}

fn check(section: &Section) -> Result<(), String> {
    let (rows, columns, figures) = (section.rows.len(), section.columns.len(), section.figures.len());
    if rows * columns == figures {
        return Ok(());
    }
    Err(format!("section `{}` has {figures} figures in {rows} rows of {columns} columns", section.id))
}

/// The exact numbers: each is `mantissa` × 10^-`scale`.
struct Numbers {
    mantissas: Vec<i64>,
    /// Keys of a dictionary of those of [`SCALES`] that occur.
    scales: Vec<u32>,
    /// Which of the scales occur.
    used: [bool; SCALES.len()],
    present: MutableBitmap,
}

/// All scales that occur: 0 for counts, 3 for sums of money.
const SCALES: [i32; 2] = [0, 3];

impl Numbers {
    fn with_lines(lines: usize) -> Self {
        Self {
            mantissas: Vec::with_capacity(lines),
            scales: Vec::with_capacity(lines),
            used: [false; SCALES.len()],
            present: MutableBitmap::with_capacity(lines),
        }
    }

    fn push(&mut self, parts: Option<(i64, u8)>) {
        let (mantissa, scale) = parts.unwrap_or_default();
        self.present.push(parts.is_some());
        self.mantissas.push(mantissa);
        let key = usize::from(i32::from(scale) == SCALES[1]);
        self.used[key] |= parts.is_some();
        self.scales.push(key as u32);
    }

    fn finish(mut self) -> Result<[Finished; 2], String> {
        let has_bounds = self.used.contains(&true);
        let scales: Vec<i32> = match self.used {
            // The only key of the dictionary.
            [false, true] => {
                self.scales.fill(0);
                vec![SCALES[1]]
            }
            [_, false] => vec![SCALES[0]],
            [true, true] => SCALES.to_vec(),
        };
        let present: Bitmap = self.present.into();
        let validity = (present.unset_bits() > 0).then_some(present);
        let mantissas = PrimitiveArray::from_vec(self.mantissas).with_validity(validity.clone()).boxed();
        let scales = keyed(self.scales, validity, PrimitiveArray::from_vec(scales).boxed())?;
        let finished = |name, dtype, array, encoding| Finished { name, dtype, array, encoding, has_bounds };
        Ok([
            finished("mantissa", ArrowDataType::Int64, mantissas, Encoding::Plain),
            finished("scale", ArrowDataType::Int32, scales, Encoding::RleDictionary),
        ])
    }
}
