//! Collections as workbooks.

mod masters;
mod plain;
