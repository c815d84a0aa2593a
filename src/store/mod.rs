//! Datasets as Parquet; the only user of polars' I/O.
