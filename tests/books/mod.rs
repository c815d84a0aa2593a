//! Collections as workbooks.
