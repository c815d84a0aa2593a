//! Collections as workbooks.

mod assembling;
mod changing;
mod masters;
mod ooxml;
mod plain;
mod templates;
