//! Datasets as one Parquet file.
//!
//! Each figure is a line: `form period unit agency origin edition section row row_label column column_label mantissa
//! scale text`. A number is `mantissa` × 10^-`scale`. In a cell without a number both are null, and `text` contains the
//! cell's text, or null if the cell is empty. The outline of the datasets is in the file's metadata (key `zhinaq`).
//! Each column has its smallest and largest value and the number of its nulls, exactly, so that other programs skip what
//! they do not need. Equal datasets give equal bytes.

use std::sync::Arc;

use polars_arrow::{datatypes::Field, record_batch::RecordBatch};
use polars_parquet::{
    parquet::metadata::KeyValue,
    write::{
        CompressionOptions, DynIter, Encoding, FileWriter, StatisticsOptions, Version, WriteOptions, ZstdLevel,
        row_group_iter,
    },
};

use domain::Dataset;

use super::{
    columns::{Finished, columns},
    outline::Outline,
};

/// The key of the outline in the file's metadata.
pub(super) const OUTLINE: &str = "zhinaq";

/// Writes datasets as the bytes of a Parquet file.
///
/// # Errors
/// When a section's figures do not fill its rows and columns.
pub fn encode(datasets: &[Dataset]) -> Result<Vec<u8>, String> {
    let outline = serde_json::to_string(&Outline::from(datasets)).map_err(|e| e.to_string())?;
    let finished = columns(datasets)?;
    write(finished, outline).map_err(|e| e.to_string())
}

/// How a column is written.
///
/// A column of dictionary keys is one page: the library gives each page of such a column the statistics of the whole, and
/// adds the nulls of the pages up. The keys are packed, so the page is small.
fn options(has_bounds: bool, is_keyed: bool) -> WriteOptions {
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
        // Level 1 of zstd: half the time of the default for a twentieth more bytes.
        compression: CompressionOptions::Zstd(ZstdLevel::try_new(1).ok()),
        data_page_size: is_keyed.then_some(usize::MAX),
    }
}

fn write(finished: Vec<Finished>, outline: String) -> polars::prelude::PolarsResult<Vec<u8>> {
    let schema = finished.iter().map(|c| Field::new(c.name.into(), c.dtype.clone(), true)).map(|f| (f.name.clone(), f));
    let mut writer = FileWriter::try_new(Vec::new(), schema.collect(), options(true, false))?;
    let fields = writer.parquet_schema().fields().to_vec();
    let lines = finished.first().map_or(0, |c| c.array.len());
    if lines > 0 {
        let mut columns = Vec::with_capacity(finished.len());
        for (column, field) in finished.into_iter().zip(fields) {
            let options = options(column.has_bounds, column.encoding == Encoding::RleDictionary);
            let name = Field::new(column.name.into(), column.array.dtype().clone(), true);
            let schema = Arc::new(std::iter::once((name.name.clone(), name)).collect());
            let batch = RecordBatch::try_new(lines, schema, vec![column.array])?;
            columns.push(row_group_iter(batch, vec![vec![column.encoding]].into(), vec![field], options));
        }
        writer.write(lines as u64, DynIter::new(columns.into_iter().flatten()))?;
    }
    writer.end(Some(vec![KeyValue { key: OUTLINE.into(), value: Some(outline) }]))?;
    Ok(writer.into_inner())
}
