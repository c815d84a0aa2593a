//! Datasets as one Parquet file.
//!
//! Each figure is a line: `form period unit agency origin edition section row row_label column column_label mantissa
//! scale text`. A number is `mantissa` × 10^-`scale`. In a cell without a number both are null, and `text` contains the
//! cell's text, or null if the cell is empty. The outline of the datasets is in the file's metadata (key `zhinaq`).
//! Equal datasets give equal bytes.

use std::sync::Arc;

use polars_arrow::{datatypes::Field, record_batch::RecordBatch};
use polars_parquet::{
    parquet::metadata::KeyValue,
    write::{CompressionOptions, FileWriter, StatisticsOptions, Version, WriteOptions, ZstdLevel, row_group_iter},
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
    let options = WriteOptions {
        statistics: StatisticsOptions::empty(),
        version: Version::V1,
        // Level 1 of zstd: half the time of the default for a twentieth more bytes.
        compression: CompressionOptions::Zstd(ZstdLevel::try_new(1).ok()),
        data_page_size: None,
    };
    write(finished, outline, options).map_err(|e| e.to_string())
}

fn write(finished: Vec<Finished>, outline: String, options: WriteOptions) -> polars::prelude::PolarsResult<Vec<u8>> {
    let schema = finished.iter().map(|c| Field::new(c.name.into(), c.dtype.clone(), true)).map(|f| (f.name.clone(), f));
    let mut writer = FileWriter::try_new(Vec::new(), schema.collect(), options)?;
    let fields = writer.parquet_schema().fields().to_vec();
    let lines = finished.first().map_or(0, |c| c.array.len());
    if lines > 0 {
        let encodings: Vec<_> = finished.iter().map(|c| vec![c.encoding]).collect();
        let schema = finished.iter().map(|c| Field::new(c.name.into(), c.array.dtype().clone(), true));
        let schema = schema.map(|f| (f.name.clone(), f)).collect();
        let arrays = finished.into_iter().map(|c| c.array).collect();
        let batch = RecordBatch::try_new(lines, Arc::new(schema), arrays)?;
        writer.write(lines as u64, row_group_iter(batch, encodings.into(), fields, options))?;
    }
    writer.end(Some(vec![KeyValue { key: OUTLINE.into(), value: Some(outline) }]))?;
    Ok(writer.into_inner())
}
