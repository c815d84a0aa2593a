//! The same book as CSV, JSON-stat, SDMX-CSV, PDF.
