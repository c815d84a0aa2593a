//! Datasets and findings in, book (plain data) out.
