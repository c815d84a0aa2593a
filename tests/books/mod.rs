//! Collections as workbooks.

mod plain;
