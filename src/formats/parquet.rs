//! Writes the figures of a book as Apache Parquet: one record for each figure, with its codes, its labels in every
//! language, and the figure as an exact decimal of three places (`value`, never a floating-point number).
//!
//! The records are sorted by form, section, row, column and unit, and each column has its smallest and largest value and
//! the number of its nulls, so that other programs skip what they do not need. What the file is about is in its metadata, under keys that begin with `zhinaq.`. Equal books give equal bytes.

use std::{collections::HashMap, sync::Arc};

use polars_arrow::{
    array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray},
    datatypes::{ArrowDataType, Field, IntegerType},
    record_batch::RecordBatch,
};
use polars_parquet::{
    parquet::metadata::KeyValue,
    write::{
        CompressionOptions, DynIter, Encoding, FileWriter, StatisticsOptions, Version, WriteOptions, ZstdLevel,
        row_group_iter,
    },
};

use super::{
    FileOfBook,
    cube::line_label,
    issue_marks::{self, IssueState},
    records::{Record, records},
};
use assemble::{Book, labels};
use domain::{Language, Number};
use words::{Dictionary, Lexicon};

/// Digits of a figure, and how many of them are decimals: thousand tenge and levels have at most three.
const DIGITS: usize = 18;
const DECIMALS: usize = 3;

/// Writes all figures of a book.
///
/// # Errors
/// When a figure has more digits or decimals than the column, which no form allows, or the library refuses the columns.
pub fn parquet(book: &Book, words: &Dictionary) -> Result<FileOfBook, String> {
    let mut records: Vec<Record<'_>> = records(book).collect();
    records.sort_by_cached_key(order);
    let mut columns = codes(book, &records)?;
    for lexicon in words.lexicons() {
        columns.extend(named(&records, lexicon)?);
    }
    let bytes = write(columns, records.len(), about(book, words))?;
    Ok(FileOfBook { name: format!("{}.parquet", book.collection), bytes })
}

/// What the records are sorted by; equal ones stay in the order of the book.
fn order(record: &Record<'_>) -> [String; 5] {
    let place = &record.key.place;
    [
        record.key.form.to_string(),
        place.section.to_string(),
        place.row.to_string(),
        place.column.to_string(),
        units(record),
    ]
}

/// The codes of the units whose figures are added up, in one text.
fn units(record: &Record<'_>) -> String {
    record.units().collect::<Vec<_>>().join("+")
}

/// The names of the columns that are the same in every language.
const CODES: [&str; 17] = [
    "table",
    "form",
    "section",
    "row",
    "column",
    "unit",
    "agency",
    "span",
    "indicator",
    "period",
    "value",
    "unit_measure",
    "unit_mult",
    "mark",
    "origin",
    "state",
    "revision",
];

/// A finished column.
struct Column {
    name: String,
    /// The type that a reader sees; a dictionary is only an encoding.
    dtype: ArrowDataType,
    array: Box<dyn Array>,
    encoding: Encoding,
    /// Whether it has a smallest and a largest value: a column without values has none.
    has_bounds: bool,
}

/// The columns that are the same in every language.
fn codes(book: &Book, records: &[Record<'_>]) -> Result<Vec<Column>, String> {
    let (origin, state) = (issue_marks::origin(book), IssueState::of(book).code().to_owned());
    let revision = book.revision.to_string();
    let column = |name: &str| {
        if name == "value" {
            return values(records);
        }
        texts(
            name,
            records.iter().map(|record| {
                let place = &record.key.place;
                let code = match name {
                    "table" => record.table.id.clone(),
                    "form" => record.key.form.to_string(),
                    "section" => place.section.to_string(),
                    "row" => place.row.to_string(),
                    "column" => place.column.to_string(),
                    "unit" => units(record),
                    "agency" => record.key.agency.to_string(),
                    "span" => record.span().to_owned(),
                    "indicator" => record.metric.code().to_owned(),
                    "period" => record.period.to_string(),
                    "unit_measure" => record.unit_of_measure().0.to_owned(),
                    "unit_mult" => record.unit_of_measure().1.to_owned(),
                    "mark" => return Some(record.mark_code().to_owned()).filter(|mark| !mark.is_empty()),
                    "origin" => origin.clone(),
                    "state" => state.clone(),
                    _ => revision.clone(),
                };
                Some(code)
            }),
        )
    };
    CODES.into_iter().map(column).collect()
}

/// The labels in one language: of the table, of the line, and of the column where it says what the figure is about.
fn named(records: &[Record<'_>], lexicon: &Lexicon) -> Result<[Column; 3], String> {
    let language = lexicon.language();
    let title = |r: &Record<'_>| Some(labels::in_language(&r.table.title, language));
    let line = |r: &Record<'_>| Some(line_label(r.table, &r.table.lines[r.line], lexicon));
    let head =
        |r: &Record<'_>| r.is_crossed().then(|| labels::in_language(&r.table.columns[r.column].header, language));
    Ok([
        texts(&in_language("title", language), records.iter().map(title))?,
        texts(&in_language("line", language), records.iter().map(line))?,
        texts(&in_language("head", language), records.iter().map(head))?,
    ])
}

fn in_language(name: &str, language: Language) -> String {
    format!("{name}_{language}")
}

/// The names of the columns, and whether they contain figures.
pub fn column_names(words: &Dictionary) -> Vec<(String, bool)> {
    let codes = CODES.into_iter().map(|name| (name.to_owned(), name == "value"));
    let labels = words.languages().flat_map(|l| ["title", "line", "head"].map(|name| (in_language(name, l), false)));
    codes.chain(labels).collect()
}

/// What the file is about.
fn about(book: &Book, words: &Dictionary) -> Vec<KeyValue> {
    let mut about = vec![
        ("collection".to_owned(), book.collection.to_string()),
        ("period".to_owned(), book.period.to_string()),
        ("revision".to_owned(), book.revision.to_string()),
        ("content_id".to_owned(), book.content_id().to_string()),
        ("origin".to_owned(), issue_marks::origin(book)),
        ("state".to_owned(), IssueState::of(book).code().to_owned()),
    ];
    for lexicon in words.lexicons() {
        about.push((in_language("title", lexicon.language()), issue_marks::title(book, lexicon)));
        let marks = issue_marks::in_words(book, lexicon);
        if !marks.is_empty() {
            about.push((in_language("marks", lexicon.language()), marks.join(" ")));
        }
    }
    about.into_iter().map(|(key, value)| KeyValue { key: format!("zhinaq.{key}"), value: Some(value) }).collect()
}

/// A column of texts, each distinct text once.
fn texts(name: &str, texts: impl Iterator<Item = Option<String>>) -> Result<Column, String> {
    let (mut known, mut distinct, mut keys) = (HashMap::<String, u32>::new(), Vec::<String>::new(), Vec::new());
    for text in texts {
        keys.push(text.map(|text| {
            *known.entry(text.clone()).or_insert_with(|| {
                distinct.push(text);
                distinct.len() as u32 - 1
            })
        }));
    }
    keyed(name, distinct, keys)
}

/// A column of texts by their places among the distinct ones.
fn keyed(name: &str, mut distinct: Vec<String>, keys: Vec<Option<u32>>) -> Result<Column, String> {
    let has_bounds = !distinct.is_empty();
    // A dictionary needs at least one text, even if no record has one.
    if !has_bounds {
        distinct.push(String::new());
    }
    let values = Utf8ViewArray::from_slice_values(distinct).boxed();
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(values.dtype().clone()), false);
    let keys: PrimitiveArray<u32> = keys.into_iter().collect();
    let array = DictionaryArray::try_new(dtype, keys, values).map_err(|error| error.to_string())?.boxed();
    let (dtype, encoding) = (ArrowDataType::Utf8View, Encoding::RleDictionary);
    Ok(Column { name: name.to_owned(), dtype, array, encoding, has_bounds })
}

/// The figures, in thousandths.
fn values(records: &[Record<'_>]) -> Result<Column, String> {
    let thousandths = |record: &Record<'_>| {
        let Some(value) = &record.value else { return Ok(None) };
        let fits = in_thousandths(value);
        fits.map(Some).ok_or_else(|| {
            format!(
                "the figure `{value}` of table `{}` does not fit into Parquet, which has {DIGITS} digits with {DECIMALS} decimals",
                record.table.id
            )
        })
    };
    Ok(decimals("value", records.iter().map(thousandths).collect::<Result<_, _>>()?))
}

/// A column of exact decimals, from their thousandths.
fn decimals(name: &str, values: Vec<Option<i128>>) -> Column {
    let dtype = ArrowDataType::Decimal(DIGITS, DECIMALS);
    let has_bounds = values.iter().any(Option::is_some);
    let array = values.into_iter().collect::<PrimitiveArray<i128>>().to(dtype.clone()).boxed();
    Column { name: name.to_owned(), dtype, array, encoding: Encoding::Plain, has_bounds }
}

/// A figure in thousandths; `None` if it has more decimals than three, or more digits than the column.
fn in_thousandths(value: &str) -> Option<i128> {
    let exact = value.parse::<Number>().ok().and_then(Number::in_thousandths)?;
    (exact.unsigned_abs() < 10_u64.pow(DIGITS as u32)).then_some(i128::from(exact))
}

/// How a column is written. Each is one page: the library gives each page of dictionary keys the statistics of the whole,
/// and adds the nulls of the pages up.
fn options(has_bounds: bool) -> WriteOptions {
    WriteOptions {
        statistics: StatisticsOptions {
            min_value: has_bounds,
            max_value: has_bounds,
            null_count: true,
            // The values as they are, however long.
            binary_statistics_truncate_length: Some(0),
            ..StatisticsOptions::empty()
        },
        version: Version::V1,
        compression: CompressionOptions::Zstd(ZstdLevel::try_new(3).ok()),
        data_page_size: Some(usize::MAX),
    }
}

/// A column of a table that is not of a book.
#[derive(Debug, Clone)]
pub enum ParquetColumn {
    /// Texts, by their places among the distinct ones; `None`: the line has no text.
    Texts { name: &'static str, distinct: Vec<String>, keys: Vec<Option<u32>> },
    /// Figures; `None`: the line has no figure.
    Decimals { name: &'static str, values: Vec<Option<Number>> },
}

/// Writes a table of `lines` lines, with what it is about under keys that begin with `zhinaq.`. Equal tables give equal
/// bytes.
///
/// # Errors
/// A figure has more digits than the column, or columns differ in length.
pub fn parquet_table(columns: Vec<ParquetColumn>, lines: usize, about: &[(&str, String)]) -> Result<Vec<u8>, String> {
    let fits = |number: Number| {
        let exact = number.in_thousandths().filter(|exact| exact.unsigned_abs() < 10_u64.pow(DIGITS as u32));
        exact.map(i128::from).ok_or_else(|| format!("the figure `{number}` does not fit into Parquet"))
    };
    let column = |column| match column {
        ParquetColumn::Texts { name, distinct, keys } => keyed(name, distinct, keys),
        ParquetColumn::Decimals { name, values } => {
            let exact = values.into_iter().map(|value| value.map(fits).transpose());
            Ok(decimals(name, exact.collect::<Result<_, _>>()?))
        }
    };
    let columns = columns.into_iter().map(column).collect::<Result<Vec<_>, _>>()?;
    if columns.iter().any(|column| column.array.len() != lines) {
        return Err("its columns have different lengths".to_owned());
    }
    let pair = |(key, value): &(&str, String)| KeyValue { key: format!("zhinaq.{key}"), value: Some(value.clone()) };
    write(columns, lines, about.iter().map(pair).collect())
}

fn write(columns: Vec<Column>, lines: usize, about: Vec<KeyValue>) -> Result<Vec<u8>, String> {
    let field = |column: &Column, dtype: &ArrowDataType| {
        let field = Field::new(column.name.as_str().into(), dtype.clone(), true);
        (field.name.clone(), field)
    };
    let seen = columns.iter().map(|column| field(column, &column.dtype)).collect();
    let mut writer = FileWriter::try_new(Vec::new(), seen, options(true)).map_err(|error| error.to_string())?;
    if lines > 0 {
        let fields = writer.parquet_schema().fields().to_vec();
        let mut groups = Vec::with_capacity(columns.len());
        for (column, kind) in columns.into_iter().zip(fields) {
            let kept = Arc::new(std::iter::once(field(&column, column.array.dtype())).collect());
            let batch = RecordBatch::try_new(lines, kept, vec![column.array]).map_err(|error| error.to_string())?;
            groups.push(row_group_iter(
                batch,
                vec![vec![column.encoding]].into(),
                vec![kind],
                options(column.has_bounds),
            ));
        }
        let groups = DynIter::new(groups.into_iter().flatten());
        writer.write(lines as u64, groups).map_err(|error| error.to_string())?;
    }
    writer.end(Some(about)).map_err(|error| error.to_string())?;
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_exact_to_three_decimals_or_refused() {
        for (text, thousandths) in [("0", 0), ("155200", 155_200_000), ("-2.6", -2_600), ("18453.949", 18_453_949)] {
            assert_eq!(in_thousandths(text), Some(thousandths), "{text}");
        }
        for wrong in ["0.0001", "1.2345", "", "x", "1000000000000000"] {
            assert_eq!(in_thousandths(wrong), None, "{wrong}");
        }
    }
}
