//! Reads datasets from a Parquet file that [`encode`](super::parquet::encode) made.
//!
//! Each figure is a line, but the code and label of a row are needed only once. So the columns of codes and labels are
//! decoded only at the lines at which a row or a column begins, and the column `text` only at the lines without a
//! number. Files with the same rows and columns share them in memory.

use std::{
    collections::HashMap,
    io::Cursor,
    sync::{Arc, Mutex, PoisonError},
};

use polars_arrow::{
    array::{Array, PrimitiveArray, Utf8ViewArray},
    bitmap::{Bitmap, MutableBitmap},
    datatypes::{ArrowDataType, Field},
};
use polars_parquet::read::{
    BasicDecompressor, FileMetadata, Filter, PageReader, RowGroupMetadata, column_iter_to_arrays, read_metadata,
};

use super::{outline::Outline, parquet::OUTLINE};
use domain::{Column, ColumnCode, Dataset, Figure, NameError, Number, Row, RowCode, Section};

/// Rows and columns that were read before. The files of a form's regions have the same thousands of rows.
#[derive(Debug, Default)]
pub struct Stubs {
    rows: Mutex<Lists<Row>>,
    columns: Mutex<Lists<Column>>,
}

/// Lists by their section and length.
type Lists<T> = HashMap<(String, usize), Vec<Arc<[T]>>>;

/// The most lists kept for one section and length. Few editions of a section have equally many rows.
const KEPT: usize = 8;

/// The datasets of a Parquet file that [`encode`](super::encode) made.
///
/// # Errors
/// When the bytes are not such a file; the sentence says what is wrong.
pub fn decode(bytes: &[u8]) -> Result<Vec<Dataset>, String> {
    decode_with(bytes, &Stubs::default())
}

/// As [`decode`]; rows and columns are shared with those that were read before.
///
/// # Errors
/// As [`decode`].
pub fn decode_with(bytes: &[u8], stubs: &Stubs) -> Result<Vec<Dataset>, String> {
    let metadata = read_metadata(&mut Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let outline = outline(&metadata)?;
    let mut lines = 0_usize;
    for section in outline.datasets.iter().flat_map(|d| &d.sections) {
        let cells = section.rows.checked_mul(section.columns).and_then(|cells| lines.checked_add(cells));
        lines = cells.ok_or("a section is too large")?;
    }
    if lines != metadata.num_rows {
        return Err(format!("its outline tells of {lines} figures, and it holds {}", metadata.num_rows));
    }
    let read = match metadata.row_groups.as_slice() {
        [] => Read::default(),
        [group] => Read::of(&outline, lines, &File { bytes, group })?,
        _ => return Err("it has more than one group of rows".to_owned()),
    };
    read.datasets(outline, stubs)
}

fn outline(metadata: &FileMetadata) -> Result<Outline, String> {
    let pairs = metadata.key_value_metadata().as_deref().unwrap_or_default();
    let outline = pairs.iter().find(|p| p.key == OUTLINE).and_then(|p| p.value.as_deref());
    serde_json::from_str(outline.ok_or("it has no outline")?).map_err(|e| format!("its outline is broken: {e}"))
}

/// The bytes of a file, and the places of its columns.
struct File<'a> {
    bytes: &'a [u8],
    group: &'a RowGroupMetadata,
}

impl File<'_> {
    /// A column, or only the lines of it that `of` marks.
    fn column<T: Array + Clone>(&self, name: &str, dtype: ArrowDataType, of: Option<Bitmap>) -> Result<T, String> {
        let chunks = self.group.parquet_columns();
        let named = |c: &&_| AsRef::<str>::as_ref(&polars_name(c)) == name;
        let chunk = chunks.iter().find(named).ok_or_else(|| format!("it has no column `{name}`"))?;
        let range = chunk.byte_range();
        let bytes = self.bytes.get(range.start as usize..range.end as usize);
        let bytes = bytes.ok_or_else(|| format!("its column `{name}` is cut off"))?;
        let pages = PageReader::new(Cursor::new(bytes.to_vec().into()), chunk, Vec::new(), usize::MAX);
        let kind = &chunk.descriptor().descriptor.primitive_type;
        let field = Field::new(name.into(), dtype, true);
        let pages = vec![BasicDecompressor::new(pages, Vec::new())];
        let (arrays, _) =
            column_iter_to_arrays(pages, vec![kind], field, of.map(Filter::new_masked)).map_err(|e| e.to_string())?;
        let whole = match arrays.as_slice() {
            [array] => array.as_any().downcast_ref::<T>().cloned(),
            _ => None,
        };
        whole.ok_or_else(|| format!("its column `{name}` is of another kind"))
    }
}

fn polars_name(chunk: &polars_parquet::read::ColumnChunkMetadata) -> String {
    chunk.descriptor().path_in_schema.first().map(ToString::to_string).unwrap_or_default()
}

/// The columns that are read from a file.
#[derive(Default)]
struct Read {
    /// Codes and labels at the first line of each row.
    row: Option<[Utf8ViewArray; 2]>,
    /// Codes and labels of the columns, at the first row of each section.
    column: Option<[Utf8ViewArray; 2]>,
    mantissa: Option<PrimitiveArray<i64>>,
    scale: Option<PrimitiveArray<i32>>,
    /// Only the lines without a mantissa.
    text: Option<Utf8ViewArray>,
}

impl Read {
    fn of(outline: &Outline, lines: usize, file: &File<'_>) -> Result<Self, String> {
        let (mut rows, mut columns) = (MutableBitmap::from_len_zeroed(lines), MutableBitmap::from_len_zeroed(lines));
        let mut from = 0;
        for section in outline.datasets.iter().flat_map(|d| &d.sections) {
            let cells = section.rows * section.columns;
            if cells > 0 {
                (from..from + cells).step_by(section.columns).for_each(|line| rows.set(line, true));
                (from..from + section.columns).for_each(|line| columns.set(line, true));
            }
            from += cells;
        }
        let (rows, columns): (Bitmap, Bitmap) = (rows.into(), columns.into());
        let texts = |code, label, of: &Bitmap| {
            let of = |name| file.column(name, ArrowDataType::Utf8View, Some(of.clone()));
            Ok::<_, String>(Some([of(code)?, of(label)?]))
        };
        let mantissa: PrimitiveArray<i64> = file.column("mantissa", ArrowDataType::Int64, None)?;
        let bare = mantissa.validity().map(|there| !there);
        let text = bare.map(|bare| file.column("text", ArrowDataType::Utf8View, Some(bare))).transpose()?;
        Ok(Self {
            row: texts("row", "row_label", &rows)?,
            column: texts("column", "column_label", &columns)?,
            scale: Some(file.column("scale", ArrowDataType::Int32, None)?),
            mantissa: Some(mantissa),
            text,
        })
    }

    fn datasets(&self, outline: Outline, stubs: &Stubs) -> Result<Vec<Dataset>, String> {
        let (mut row, mut column) = (0, 0);
        let mut figures = self.figures();
        let mut datasets = Vec::with_capacity(outline.datasets.len());
        for written in outline.datasets {
            let (key, edition) = (written.key(), written.edition);
            let mut sections = Vec::with_capacity(written.sections.len());
            for section in written.sections {
                let (height, width) = (section.rows, section.columns);
                let (rows, columns) = if let Some(bare) = section.bare {
                    bare.rows()
                } else {
                    let name = section.id.as_str();
                    let rows = shared(&stubs.rows, name, &named(self.row.as_ref(), row, height)?)?;
                    (rows, shared(&stubs.columns, name, &named(self.column.as_ref(), column, width)?)?)
                };
                let cells = height * width;
                if cells > 0 {
                    (row, column) = (row + height, column + width);
                }
                let figures: Vec<Figure> = figures.by_ref().take(cells).collect();
                if figures.len() != cells {
                    return Err("it has fewer figures than lines".to_owned());
                }
                sections.push(Section { id: section.id, title: section.title.into(), columns, rows, figures });
            }
            datasets.push(Dataset { key, edition, sections });
        }
        Ok(datasets)
    }

    /// The figures, line by line.
    fn figures(&self) -> impl Iterator<Item = Figure> {
        let mantissas = self.mantissa.iter().flat_map(|m| m.iter());
        let scales = self.scale.iter().flat_map(|s| s.iter());
        let mut texts = self.text.iter().flat_map(|t| t.iter());
        mantissas.zip(scales).map(move |(mantissa, scale)| match (mantissa.copied(), scale.copied()) {
            (Some(mantissa), None | Some(0)) => Figure::Number(Number::count(mantissa)),
            (Some(mantissa), Some(_)) => Figure::Number(Number::thousandths(mantissa)),
            (None, _) => texts.next().flatten().map_or(Figure::Blank, |text| Figure::Text(text.into())),
        })
    }
}

/// Codes with their labels: `count` of them, beginning at the place `from`.
fn named(texts: Option<&[Utf8ViewArray; 2]>, from: usize, count: usize) -> Result<Vec<(&str, &str)>, String> {
    let Some([codes, labels]) = texts else { return Ok(Vec::new()) };
    let each = (from..from + count).map(|place| Some((codes.get(place)?, labels.get(place)?)));
    each.collect::<Option<_>>().ok_or_else(|| "a row or a column has no code or no label".to_owned())
}

/// A row or a column.
trait Stub: Sized {
    fn made(code: &str, label: &str) -> Result<Self, NameError>;
    fn texts(&self) -> (&str, &str);
}

impl Stub for Row {
    fn made(code: &str, label: &str) -> Result<Self, NameError> {
        Ok(Self { code: code.parse::<RowCode>()?, label: label.into() })
    }

    fn texts(&self) -> (&str, &str) {
        (self.code.as_str(), &self.label)
    }
}

impl Stub for Column {
    fn made(code: &str, label: &str) -> Result<Self, NameError> {
        Ok(Self { code: code.parse::<ColumnCode>()?, label: label.into() })
    }

    fn texts(&self) -> (&str, &str) {
        (self.code.as_str(), &self.label)
    }
}

/// The list with these codes and labels: one that was read before, or a new one.
fn shared<T: Stub>(lists: &Mutex<Lists<T>>, section: &str, texts: &[(&str, &str)]) -> Result<Arc<[T]>, String> {
    let key = (section.to_owned(), texts.len());
    let lists = || lists.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lists().get(&key).cloned().unwrap_or_default();
    let same = |list: &&Arc<[T]>| list.iter().zip(texts).all(|(stub, text)| stub.texts() == *text);
    if let Some(list) = known.iter().find(same) {
        return Ok(Arc::clone(list));
    }
    let made = texts.iter().map(|(code, label)| T::made(code, label));
    let list: Arc<[T]> = made.collect::<Result<_, _>>().map_err(|e| e.to_string())?;
    if known.len() < KEPT {
        lists().entry(key).or_default().push(Arc::clone(&list));
    }
    Ok(list)
}
